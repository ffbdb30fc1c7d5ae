// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Dirty log: status

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// Dirty log: status
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct DirtyStatus(u32);

unsafe impl Send for DirtyStatus {}
unsafe impl Sync for DirtyStatus {}

impl core::default::Default for DirtyStatus {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for DirtyStatus {
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

impl DirtyStatus {
    pub const BUSY_OFFSET: usize = 0;
    pub const BUSY_WIDTH: usize = 1;
    pub const BUSY_MASK: u32 = 0x1;

    /// busy
    ///
    /// An operation is in progress, or the clear_all that follows power-on. What is written to DIRTY_CMD is refused.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn busy(&self) -> bool {
        let val = (self.0 >> Self::BUSY_OFFSET) & Self::BUSY_MASK;
        val != 0
    }



    pub const EVERYTHING_OFFSET: usize = 1;
    pub const EVERYTHING_WIDTH: usize = 1;
    pub const EVERYTHING_MASK: u32 = 0x1;

    /// everything
    ///
    /// A write fell outside the window since the last clear_all: treat every page as dirty.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn everything(&self) -> bool {
        let val = (self.0 >> Self::EVERYTHING_OFFSET) & Self::EVERYTHING_MASK;
        val != 0
    }



    pub const REFUSED_OFFSET: usize = 2;
    pub const REFUSED_WIDTH: usize = 1;
    pub const REFUSED_MASK: u32 = 0x1;

    /// refused
    ///
    /// What was last written to DIRTY_CMD was refused; an operation that was in progress then goes on.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn refused(&self) -> bool {
        let val = (self.0 >> Self::REFUSED_OFFSET) & Self::REFUSED_MASK;
        val != 0
    }



}

impl core::fmt::Debug for DirtyStatus {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("DirtyStatus")
            .field("busy", &self.busy())
            .field("everything", &self.everything())
            .field("refused", &self.refused())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = DirtyStatus::default();
        assert_eq!(reg.busy(), false);
        assert_eq!(reg.everything(), false);
        assert_eq!(reg.refused(), false);
    }
}
