// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: READ: entry attributes

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// READ: entry attributes
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct RdAttr(u32);

unsafe impl Send for RdAttr {}
unsafe impl Sync for RdAttr {}

impl core::default::Default for RdAttr {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for RdAttr {
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

impl RdAttr {
    pub const LIVE_OFFSET: usize = 0;
    pub const LIVE_WIDTH: usize = 1;
    pub const LIVE_MASK: u32 = 0x1;

    /// live
    ///
    /// The entry's address space is MAPPED. 0: left behind by a reset, to be dropped by the next pass.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn live(&self) -> bool {
        let val = (self.0 >> Self::LIVE_OFFSET) & Self::LIVE_MASK;
        val != 0
    }



    pub const VALID_OFFSET: usize = 1;
    pub const VALID_WIDTH: usize = 1;
    pub const VALID_MASK: u32 = 0x1;

    /// valid
    ///
    /// There is an entry of that number.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn valid(&self) -> bool {
        let val = (self.0 >> Self::VALID_OFFSET) & Self::VALID_MASK;
        val != 0
    }



    pub const POISON_OFFSET: usize = 2;
    pub const POISON_WIDTH: usize = 1;
    pub const POISON_MASK: u32 = 0x1;

    /// poison
    ///
    /// The entry is damaged: every access that finds it faults.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn poison(&self) -> bool {
        let val = (self.0 >> Self::POISON_OFFSET) & Self::POISON_MASK;
        val != 0
    }



    pub const PERM_OFFSET: usize = 8;
    pub const PERM_WIDTH: usize = 8;
    pub const PERM_MASK: u32 = 0xFF;

    /// perm
    ///
    /// bit 0: the device may read, bit 1: it may write.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn perm(&self) -> u8 {
        let val = (self.0 >> Self::PERM_OFFSET) & Self::PERM_MASK;
        val as u8
    }



    pub const ASID_OFFSET: usize = 16;
    pub const ASID_WIDTH: usize = 8;
    pub const ASID_MASK: u32 = 0xFF;

    /// asid
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn asid(&self) -> u8 {
        let val = (self.0 >> Self::ASID_OFFSET) & Self::ASID_MASK;
        val as u8
    }



}

impl core::fmt::Debug for RdAttr {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("RdAttr")
            .field("live", &self.live())
            .field("valid", &self.valid())
            .field("poison", &self.poison())
            .field("perm", &self.perm())
            .field("asid", &self.asid())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = RdAttr::default();
        assert_eq!(reg.live(), false);
        assert_eq!(reg.valid(), false);
        assert_eq!(reg.poison(), false);
        assert_eq!(reg.perm(), 0);
        assert_eq!(reg.asid(), 0);
    }
}
