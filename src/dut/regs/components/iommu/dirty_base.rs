// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Dirty log: first byte of the window; bits 11:0 count as 0

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// Dirty log: first byte of the window; bits 11:0 count as 0
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct DirtyBase(u64);

unsafe impl Send for DirtyBase {}
unsafe impl Sync for DirtyBase {}

impl core::default::Default for DirtyBase {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for DirtyBase {
    type Regwidth = u64;
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

impl DirtyBase {
    pub const LO_OFFSET: usize = 0;
    pub const LO_WIDTH: usize = 32;
    pub const LO_MASK: u64 = 0xFFFF_FFFF;

    /// lo
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn lo(&self) -> u32 {
        let val = (self.0 >> Self::LO_OFFSET) & Self::LO_MASK;
        val as u32
    }


    /// lo
    #[inline(always)]
    pub fn set_lo(&mut self, val: u32) {
        let val = val as u64;
        self.0 = (self.0 & !(Self::LO_MASK << Self::LO_OFFSET)) | ((val & Self::LO_MASK) << Self::LO_OFFSET);
    }


    pub const HI_OFFSET: usize = 32;
    pub const HI_WIDTH: usize = 32;
    pub const HI_MASK: u64 = 0xFFFF_FFFF;

    /// hi
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn hi(&self) -> u32 {
        let val = (self.0 >> Self::HI_OFFSET) & Self::HI_MASK;
        val as u32
    }


    /// hi
    #[inline(always)]
    pub fn set_hi(&mut self, val: u32) {
        let val = val as u64;
        self.0 = (self.0 & !(Self::HI_MASK << Self::HI_OFFSET)) | ((val & Self::HI_MASK) << Self::HI_OFFSET);
    }


}

impl core::fmt::Debug for DirtyBase {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("DirtyBase")
            .field("lo", &self.lo())
            .field("hi", &self.hi())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = DirtyBase::default();
        assert_eq!(reg.lo(), 0);
        assert_eq!(reg.hi(), 0);
    }
}
