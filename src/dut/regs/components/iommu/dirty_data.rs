// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Dirty log: the word that the last read_clear took; bit i is page 32 * index + i

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// Dirty log: the word that the last read_clear took; bit i is page 32 * index + i
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct DirtyData(u32);

unsafe impl Send for DirtyData {}
unsafe impl Sync for DirtyData {}

impl core::default::Default for DirtyData {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for DirtyData {
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

impl DirtyData {
    pub const PAGES_OFFSET: usize = 0;
    pub const PAGES_WIDTH: usize = 32;
    pub const PAGES_MASK: u32 = 0xFFFF_FFFF;

    /// pages
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn pages(&self) -> u32 {
        let val = (self.0 >> Self::PAGES_OFFSET) & Self::PAGES_MASK;
        val
    }



}

impl core::fmt::Debug for DirtyData {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("DirtyData")
            .field("pages", &self.pages())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = DirtyData::default();
        assert_eq!(reg.pages(), 0);
    }
}
