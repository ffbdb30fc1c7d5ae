// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Dirty log: which address spaces are logged, a bit for each ASID

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// Dirty log: which address spaces are logged, a bit for each ASID
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct DirtyCtrl(u32);

unsafe impl Send for DirtyCtrl {}
unsafe impl Sync for DirtyCtrl {}

impl core::default::Default for DirtyCtrl {
    fn default() -> Self {
        Self(0xC00_0000)
    }
}

impl peakrdl_rust::reg::Register for DirtyCtrl {
    type Regwidth = u32;
    type Accesswidth = u32;
    type Access = peakrdl_rust::access::RW;
    type ByteEndian = peakrdl_rust::endian::LittleEndian;
    type WordEndian = peakrdl_rust::endian::LittleEndian;

    unsafe fn from_raw(val: Self::Regwidth) -> Self {
        Self(val)
    }

    fn to_raw(self) -> Self::Regwidth {
        self.0
    }
}

impl DirtyCtrl {
    pub const ASIDS_OFFSET: usize = 0;
    pub const ASIDS_WIDTH: usize = 16;
    pub const ASIDS_MASK: u32 = 0xFFFF;

    /// asids
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn asids(&self) -> u16 {
        let val = (self.0 >> Self::ASIDS_OFFSET) & Self::ASIDS_MASK;
        val as u16
    }


    /// asids
    #[inline(always)]
    pub fn set_asids(&mut self, val: u16) {
        let val = val as u32;
        self.0 = (self.0 & !(Self::ASIDS_MASK << Self::ASIDS_OFFSET)) | ((val & Self::ASIDS_MASK) << Self::ASIDS_OFFSET);
    }


    pub const SHIFT_OFFSET: usize = 24;
    pub const SHIFT_WIDTH: usize = 6;
    pub const SHIFT_MASK: u32 = 0x3F;

    /// shift
    ///
    /// log2 of the bytes that one bit stands for, 12 to 63; less counts as 12. Change it, and DIRTY_BASE, only while nothing is logged, and clear_all before something is.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn shift(&self) -> u8 {
        let val = (self.0 >> Self::SHIFT_OFFSET) & Self::SHIFT_MASK;
        val as u8
    }


    /// shift
    ///
    /// log2 of the bytes that one bit stands for, 12 to 63; less counts as 12. Change it, and DIRTY_BASE, only while nothing is logged, and clear_all before something is.
    #[inline(always)]
    pub fn set_shift(&mut self, val: u8) {
        let val = val as u32;
        self.0 = (self.0 & !(Self::SHIFT_MASK << Self::SHIFT_OFFSET)) | ((val & Self::SHIFT_MASK) << Self::SHIFT_OFFSET);
    }


}

impl core::fmt::Debug for DirtyCtrl {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("DirtyCtrl")
            .field("asids", &self.asids())
            .field("shift", &self.shift())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = DirtyCtrl::default();
        assert_eq!(reg.asids(), 0);
        assert_eq!(reg.shift(), 12);
    }
}
