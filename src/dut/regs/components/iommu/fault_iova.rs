// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Oldest record: first byte

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// Oldest record: first byte
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct FaultIova(u64);

unsafe impl Send for FaultIova {}
unsafe impl Sync for FaultIova {}

impl core::default::Default for FaultIova {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for FaultIova {
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

impl FaultIova {
    pub const IOVA_OFFSET: usize = 0;
    pub const IOVA_WIDTH: usize = 64;
    pub const IOVA_MASK: u64 = 0xFFFF_FFFF_FFFF_FFFF;

    /// iova
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn iova(&self) -> u64 {
        let val = (self.0 >> Self::IOVA_OFFSET) & Self::IOVA_MASK;
        val
    }



}

impl core::fmt::Debug for FaultIova {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("FaultIova")
            .field("iova", &self.iova())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = FaultIova::default();
        assert_eq!(reg.iova(), 0);
    }
}
