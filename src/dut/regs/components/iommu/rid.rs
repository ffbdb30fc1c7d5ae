// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Requester ID table

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// Requester ID table
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct Rid(u32);

unsafe impl Send for Rid {}
unsafe impl Sync for Rid {}

impl core::default::Default for Rid {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for Rid {
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

impl Rid {
    pub const GROUP_OFFSET: usize = 0;
    pub const GROUP_WIDTH: usize = 8;
    pub const GROUP_MASK: u32 = 0xFF;

    /// group
    ///
    /// Group of the requester; frozen by LOCK.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn group(&self) -> u8 {
        let val = (self.0 >> Self::GROUP_OFFSET) & Self::GROUP_MASK;
        val as u8
    }


    /// group
    ///
    /// Group of the requester; frozen by LOCK.
    #[inline(always)]
    pub fn set_group(&mut self, val: u8) {
        let val = val as u32;
        self.0 = (self.0 & !(Self::GROUP_MASK << Self::GROUP_OFFSET)) | ((val & Self::GROUP_MASK) << Self::GROUP_OFFSET);
    }


    pub const VALID_OFFSET: usize = 31;
    pub const VALID_WIDTH: usize = 1;
    pub const VALID_MASK: u32 = 0x1;

    /// valid
    ///
    /// The requester exists; frozen by LOCK.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn valid(&self) -> bool {
        let val = (self.0 >> Self::VALID_OFFSET) & Self::VALID_MASK;
        val != 0
    }


    /// valid
    ///
    /// The requester exists; frozen by LOCK.
    #[inline(always)]
    pub fn set_valid(&mut self, val: bool) {
        let val = val as u32;
        self.0 = (self.0 & !(Self::VALID_MASK << Self::VALID_OFFSET)) | ((val & Self::VALID_MASK) << Self::VALID_OFFSET);
    }


}

impl core::fmt::Debug for Rid {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Rid")
            .field("group", &self.group())
            .field("valid", &self.valid())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = Rid::default();
        assert_eq!(reg.group(), 0);
        assert_eq!(reg.valid(), false);
    }
}
