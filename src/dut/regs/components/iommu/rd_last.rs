// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: READ: last byte, inclusive

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// READ: last byte, inclusive
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct RdLast(u64);

unsafe impl Send for RdLast {}
unsafe impl Sync for RdLast {}

impl core::default::Default for RdLast {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for RdLast {
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

impl RdLast {
    pub const LAST_OFFSET: usize = 0;
    pub const LAST_WIDTH: usize = 64;
    pub const LAST_MASK: u64 = 0xFFFF_FFFF_FFFF_FFFF;

    /// last
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn last(&self) -> u64 {
        let val = (self.0 >> Self::LAST_OFFSET) & Self::LAST_MASK;
        val
    }



}

impl core::fmt::Debug for RdLast {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("RdLast")
            .field("last", &self.last())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = RdLast::default();
        assert_eq!(reg.last(), 0);
    }
}
