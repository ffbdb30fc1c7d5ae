// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Capability: features

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// Capability: features
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct CapFeatures(u32);

unsafe impl Send for CapFeatures {}
unsafe impl Sync for CapFeatures {}

impl core::default::Default for CapFeatures {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for CapFeatures {
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

impl CapFeatures {
    pub const RESET_MAP_OFFSET: usize = 0;
    pub const RESET_MAP_WIDTH: usize = 1;
    pub const RESET_MAP_MASK: u32 = 0x1;

    /// reset_map
    ///
    /// RESET_MAP is present.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn reset_map(&self) -> bool {
        let val = (self.0 >> Self::RESET_MAP_OFFSET) & Self::RESET_MAP_MASK;
        val != 0
    }



    pub const PERSIST_OFFSET: usize = 1;
    pub const PERSIST_WIDTH: usize = 1;
    pub const PERSIST_MASK: u32 = 0x1;

    /// persist
    ///
    /// PERSIST policies are present.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn persist(&self) -> bool {
        let val = (self.0 >> Self::PERSIST_OFFSET) & Self::PERSIST_MASK;
        val != 0
    }



    pub const SET_MAP_OFFSET: usize = 2;
    pub const SET_MAP_WIDTH: usize = 1;
    pub const SET_MAP_MASK: u32 = 0x1;

    /// set_map
    ///
    /// SET_MAP transactions are present.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn set_map(&self) -> bool {
        let val = (self.0 >> Self::SET_MAP_OFFSET) & Self::SET_MAP_MASK;
        val != 0
    }



    pub const READ_OFFSET: usize = 3;
    pub const READ_WIDTH: usize = 1;
    pub const READ_MASK: u32 = 0x1;

    /// read
    ///
    /// READ is present.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn read(&self) -> bool {
        let val = (self.0 >> Self::READ_OFFSET) & Self::READ_MASK;
        val != 0
    }



    pub const QUIESCE_OFFSET: usize = 4;
    pub const QUIESCE_WIDTH: usize = 1;
    pub const QUIESCE_MASK: u32 = 0x1;

    /// quiesce
    ///
    /// QUIESCE and RESUME are present.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn quiesce(&self) -> bool {
        let val = (self.0 >> Self::QUIESCE_OFFSET) & Self::QUIESCE_MASK;
        val != 0
    }



    pub const DRAIN_OFFSET: usize = 5;
    pub const DRAIN_WIDTH: usize = 1;
    pub const DRAIN_MASK: u32 = 0x1;

    /// drain
    ///
    /// Drain tracking (DRAINING, STUCK) is present.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn drain(&self) -> bool {
        let val = (self.0 >> Self::DRAIN_OFFSET) & Self::DRAIN_MASK;
        val != 0
    }



}

impl core::fmt::Debug for CapFeatures {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("CapFeatures")
            .field("reset_map", &self.reset_map())
            .field("persist", &self.persist())
            .field("set_map", &self.set_map())
            .field("read", &self.read())
            .field("quiesce", &self.quiesce())
            .field("drain", &self.drain())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = CapFeatures::default();
        assert_eq!(reg.reset_map(), false);
        assert_eq!(reg.persist(), false);
        assert_eq!(reg.set_map(), false);
        assert_eq!(reg.read(), false);
        assert_eq!(reg.quiesce(), false);
        assert_eq!(reg.drain(), false);
    }
}
