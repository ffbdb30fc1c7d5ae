// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: READ: physical address of the first byte

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// READ: physical address of the first byte
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct RdPa(u64);

unsafe impl Send for RdPa {}
unsafe impl Sync for RdPa {}

impl core::default::Default for RdPa {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for RdPa {
    type Regwidth = u64;
    type Accesswidth = u32;
    type Access = peakrdl_rust::access::R;
    type ByteEndian = peakrdl_rust::endian::LittleEndian;
    type WordEndian = peakrdl_rust::endian::LittleEndian;

    unsafe fn from_raw(val: Self::Regwidth) -> Self {
        Self(val)
    }

    fn to_raw(self) -> Self::Regwidth {
        self.0
    }
}

impl RdPa {
    pub const PA_OFFSET: usize = 0;
    pub const PA_WIDTH: usize = 64;
    pub const PA_MASK: u64 = 0xFFFF_FFFF_FFFF_FFFF;

    /// pa
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn pa(&self) -> u64 {
        let val = (self.0 >> Self::PA_OFFSET) & Self::PA_MASK;
        val
    }



}

impl core::fmt::Debug for RdPa {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("RdPa")
            .field("pa", &self.pa())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = RdPa::default();
        assert_eq!(reg.pa(), 0);
    }
}
