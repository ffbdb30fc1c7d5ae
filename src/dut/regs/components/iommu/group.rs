// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Virtqueue group, as it is now

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// Virtqueue group, as it is now
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct Group(u32);

unsafe impl Send for Group {}
unsafe impl Sync for Group {}

impl core::default::Default for Group {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for Group {
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

impl Group {
    pub const ASID_OFFSET: usize = 0;
    pub const ASID_WIDTH: usize = 8;
    pub const ASID_MASK: u32 = 0xFF;

    /// asid
    ///
    /// Its address space.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn asid(&self) -> u8 {
        let val = (self.0 >> Self::ASID_OFFSET) & Self::ASID_MASK;
        val as u8
    }



    pub const QUIESCED_OFFSET: usize = 30;
    pub const QUIESCED_WIDTH: usize = 1;
    pub const QUIESCED_MASK: u32 = 0x1;

    /// quiesced
    ///
    /// Its device is quiesced.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn quiesced(&self) -> bool {
        let val = (self.0 >> Self::QUIESCED_OFFSET) & Self::QUIESCED_MASK;
        val != 0
    }



    pub const VALID_OFFSET: usize = 31;
    pub const VALID_WIDTH: usize = 1;
    pub const VALID_MASK: u32 = 0x1;

    /// valid
    ///
    /// It has been assigned an address space; until then its requests fault.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn valid(&self) -> bool {
        let val = (self.0 >> Self::VALID_OFFSET) & Self::VALID_MASK;
        val != 0
    }



}

impl core::fmt::Debug for Group {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Group")
            .field("asid", &self.asid())
            .field("quiesced", &self.quiesced())
            .field("valid", &self.valid())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = Group::default();
        assert_eq!(reg.asid(), 0);
        assert_eq!(reg.quiesced(), false);
        assert_eq!(reg.valid(), false);
    }
}
