// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Posted commands

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// Posted commands
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct PostStatus(u32);

unsafe impl Send for PostStatus {}
unsafe impl Sync for PostStatus {}

impl core::default::Default for PostStatus {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for PostStatus {
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

impl PostStatus {
    pub const PENDING_OFFSET: usize = 0;
    pub const PENDING_WIDTH: usize = 8;
    pub const PENDING_MASK: u32 = 0xFF;

    /// pending
    ///
    /// Posted and not completed. STATUS.busy is set as long as there are any.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn pending(&self) -> u8 {
        let val = (self.0 >> Self::PENDING_OFFSET) & Self::PENDING_MASK;
        val as u8
    }



    pub const FREE_OFFSET: usize = 8;
    pub const FREE_WIDTH: usize = 8;
    pub const FREE_MASK: u32 = 0xFF;

    /// free
    ///
    /// How many more may be posted now.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn free(&self) -> u8 {
        let val = (self.0 >> Self::FREE_OFFSET) & Self::FREE_MASK;
        val as u8
    }



}

impl core::fmt::Debug for PostStatus {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("PostStatus")
            .field("pending", &self.pending())
            .field("free", &self.free())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = PostStatus::default();
        assert_eq!(reg.pending(), 0);
        assert_eq!(reg.free(), 0);
    }
}
