// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Device: its groups, a bit each

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// Device: its groups, a bit each
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct Groups(u32);

unsafe impl Send for Groups {}
unsafe impl Sync for Groups {}

impl core::default::Default for Groups {
    fn default() -> Self {
        Self(0xFFFF)
    }
}

impl peakrdl_rust::reg::Register for Groups {
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

impl Groups {
    pub const GROUPS_OFFSET: usize = 0;
    pub const GROUPS_WIDTH: usize = 16;
    pub const GROUPS_MASK: u32 = 0xFFFF;

    /// groups
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn groups(&self) -> u16 {
        let val = (self.0 >> Self::GROUPS_OFFSET) & Self::GROUPS_MASK;
        val as u16
    }


    /// groups
    #[inline(always)]
    pub fn set_groups(&mut self, val: u16) {
        let val = val as u32;
        self.0 = (self.0 & !(Self::GROUPS_MASK << Self::GROUPS_OFFSET)) | ((val & Self::GROUPS_MASK) << Self::GROUPS_OFFSET);
    }


}

impl core::fmt::Debug for Groups {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Groups")
            .field("groups", &self.groups())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = Groups::default();
        assert_eq!(reg.groups(), 65535);
    }
}
