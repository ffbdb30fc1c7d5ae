// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: READ: entries in the active bank, dead ones included

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// READ: entries in the active bank, dead ones included
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct RdN(u32);

unsafe impl Send for RdN {}
unsafe impl Sync for RdN {}

impl core::default::Default for RdN {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for RdN {
    type Regwidth = u32;
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

impl RdN {
    pub const N_OFFSET: usize = 0;
    pub const N_WIDTH: usize = 16;
    pub const N_MASK: u32 = 0xFFFF;

    /// n
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn n(&self) -> u16 {
        let val = (self.0 >> Self::N_OFFSET) & Self::N_MASK;
        val as u16
    }



}

impl core::fmt::Debug for RdN {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("RdN")
            .field("n", &self.n())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = RdN::default();
        assert_eq!(reg.n(), 0);
    }
}
