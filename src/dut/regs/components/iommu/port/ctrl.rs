// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Port: control

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code



// Instances of named component types
pub use _root::components::group_source_e as source;



/// Port: control
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct Ctrl(u32);

unsafe impl Send for Ctrl {}
unsafe impl Sync for Ctrl {}

impl core::default::Default for Ctrl {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for Ctrl {
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

impl Ctrl {
    pub const SOURCE_OFFSET: usize = 0;
    pub const SOURCE_WIDTH: usize = 2;
    pub const SOURCE_MASK: u32 = 0x3;

    /// source
    ///
    /// Where the group of an access comes from; frozen by LOCK.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn source(&self) -> source::GroupSourceE {
        let val = (self.0 >> Self::SOURCE_OFFSET) & Self::SOURCE_MASK;
        source::GroupSourceE::from_bits(val as u8).expect("All possible field values represented by enum")    }


    /// source
    ///
    /// Where the group of an access comes from; frozen by LOCK.
    #[inline(always)]
    pub fn set_source(&mut self, val: source::GroupSourceE) {
        let val = val.bits() as u32;
        self.0 = (self.0 & !(Self::SOURCE_MASK << Self::SOURCE_OFFSET)) | ((val & Self::SOURCE_MASK) << Self::SOURCE_OFFSET);
    }


    pub const GROUP_OFFSET: usize = 8;
    pub const GROUP_WIDTH: usize = 8;
    pub const GROUP_MASK: u32 = 0xFF;

    /// group
    ///
    /// Group for source `fixed`; frozen by LOCK.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn group(&self) -> u8 {
        let val = (self.0 >> Self::GROUP_OFFSET) & Self::GROUP_MASK;
        val as u8
    }


    /// group
    ///
    /// Group for source `fixed`; frozen by LOCK.
    #[inline(always)]
    pub fn set_group(&mut self, val: u8) {
        let val = val as u32;
        self.0 = (self.0 & !(Self::GROUP_MASK << Self::GROUP_OFFSET)) | ((val & Self::GROUP_MASK) << Self::GROUP_OFFSET);
    }


    pub const QUIESCE_OFFSET: usize = 31;
    pub const QUIESCE_WIDTH: usize = 1;
    pub const QUIESCE_MASK: u32 = 0x1;

    /// quiesce
    ///
    /// Accept no further burst; those accepted go on to their end.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn quiesce(&self) -> bool {
        let val = (self.0 >> Self::QUIESCE_OFFSET) & Self::QUIESCE_MASK;
        val != 0
    }


    /// quiesce
    ///
    /// Accept no further burst; those accepted go on to their end.
    #[inline(always)]
    pub fn set_quiesce(&mut self, val: bool) {
        let val = val as u32;
        self.0 = (self.0 & !(Self::QUIESCE_MASK << Self::QUIESCE_OFFSET)) | ((val & Self::QUIESCE_MASK) << Self::QUIESCE_OFFSET);
    }


}

impl core::fmt::Debug for Ctrl {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Ctrl")
            .field("source", &self.source())
            .field("group", &self.group())
            .field("quiesce", &self.quiesce())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = Ctrl::default();
        assert_eq!(reg.source(), source::GroupSourceE::User);
        assert_eq!(reg.group(), 0);
        assert_eq!(reg.quiesce(), false);
    }
}
