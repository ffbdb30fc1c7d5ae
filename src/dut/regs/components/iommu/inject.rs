// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Parity: damage the next word that a pass writes

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code



// Instances of named component types
pub use _root::components::inject_e as what;



/// Parity: damage the next word that a pass writes
///
/// For tests of the error paths. Waits for a pass that writes the word, and goes back to off when one has: a pass whose command is refused in the end uses it up too, and what it wrote is never looked at.
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct Inject(u32);

unsafe impl Send for Inject {}
unsafe impl Sync for Inject {}

impl core::default::Default for Inject {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for Inject {
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

impl Inject {
    pub const WHAT_OFFSET: usize = 0;
    pub const WHAT_WIDTH: usize = 3;
    pub const WHAT_MASK: u32 = 0x7;

    /// what
    #[inline(always)]
    #[allow(clippy::missing_errors_doc)]
    pub fn what(&self) -> core::result::Result<what::InjectE, peakrdl_rust::encode::UnknownVariant<u8>> {
        let val = (self.0 >> Self::WHAT_OFFSET) & Self::WHAT_MASK;
        what::InjectE::from_bits(val as u8)    }


    /// what
    #[inline(always)]
    pub fn set_what(&mut self, val: what::InjectE) {
        let val = val.bits() as u32;
        self.0 = (self.0 & !(Self::WHAT_MASK << Self::WHAT_OFFSET)) | ((val & Self::WHAT_MASK) << Self::WHAT_OFFSET);
    }


    pub const DEPTH_OFFSET: usize = 4;
    pub const DEPTH_WIDTH: usize = 4;
    pub const DEPTH_MASK: u32 = 0xF;

    /// depth
    ///
    /// Search level, 0 the leaf.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn depth(&self) -> u8 {
        let val = (self.0 >> Self::DEPTH_OFFSET) & Self::DEPTH_MASK;
        val as u8
    }


    /// depth
    ///
    /// Search level, 0 the leaf.
    #[inline(always)]
    pub fn set_depth(&mut self, val: u8) {
        let val = val as u32;
        self.0 = (self.0 & !(Self::DEPTH_MASK << Self::DEPTH_OFFSET)) | ((val & Self::DEPTH_MASK) << Self::DEPTH_OFFSET);
    }


    pub const PLACE_OFFSET: usize = 8;
    pub const PLACE_WIDTH: usize = 8;
    pub const PLACE_MASK: u32 = 0xFF;

    /// place
    ///
    /// Bit to flip; taken modulo the width of the word.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn place(&self) -> u8 {
        let val = (self.0 >> Self::PLACE_OFFSET) & Self::PLACE_MASK;
        val as u8
    }


    /// place
    ///
    /// Bit to flip; taken modulo the width of the word.
    #[inline(always)]
    pub fn set_place(&mut self, val: u8) {
        let val = val as u32;
        self.0 = (self.0 & !(Self::PLACE_MASK << Self::PLACE_OFFSET)) | ((val & Self::PLACE_MASK) << Self::PLACE_OFFSET);
    }


    pub const INDEX_OFFSET: usize = 16;
    pub const INDEX_WIDTH: usize = 16;
    pub const INDEX_MASK: u32 = 0xFFFF;

    /// index
    ///
    /// Number of the entry whose word is damaged.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn index(&self) -> u16 {
        let val = (self.0 >> Self::INDEX_OFFSET) & Self::INDEX_MASK;
        val as u16
    }


    /// index
    ///
    /// Number of the entry whose word is damaged.
    #[inline(always)]
    pub fn set_index(&mut self, val: u16) {
        let val = val as u32;
        self.0 = (self.0 & !(Self::INDEX_MASK << Self::INDEX_OFFSET)) | ((val & Self::INDEX_MASK) << Self::INDEX_OFFSET);
    }


}

impl core::fmt::Debug for Inject {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Inject")
            .field("what", &self.what())
            .field("depth", &self.depth())
            .field("place", &self.place())
            .field("index", &self.index())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = Inject::default();
        assert_eq!(reg.what(), Ok(what::InjectE::Off));
        assert_eq!(reg.depth(), 0);
        assert_eq!(reg.place(), 0);
        assert_eq!(reg.index(), 0);
    }
}
