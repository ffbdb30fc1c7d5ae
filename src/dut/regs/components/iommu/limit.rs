// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Most entries this address space may hold

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// Most entries this address space may hold
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct Limit(u32);

unsafe impl Send for Limit {}
unsafe impl Sync for Limit {}

impl core::default::Default for Limit {
    fn default() -> Self {
        Self(0xFFFF)
    }
}

impl peakrdl_rust::reg::Register for Limit {
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

impl Limit {
    pub const ENTRIES_OFFSET: usize = 0;
    pub const ENTRIES_WIDTH: usize = 16;
    pub const ENTRIES_MASK: u32 = 0xFFFF;

    /// entries
    ///
    /// 0xffff: no limit of its own.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn entries(&self) -> u16 {
        let val = (self.0 >> Self::ENTRIES_OFFSET) & Self::ENTRIES_MASK;
        val as u16
    }


    /// entries
    ///
    /// 0xffff: no limit of its own.
    #[inline(always)]
    pub fn set_entries(&mut self, val: u16) {
        let val = val as u32;
        self.0 = (self.0 & !(Self::ENTRIES_MASK << Self::ENTRIES_OFFSET)) | ((val & Self::ENTRIES_MASK) << Self::ENTRIES_OFFSET);
    }


}

impl core::fmt::Debug for Limit {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Limit")
            .field("entries", &self.entries())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = Limit::default();
        assert_eq!(reg.entries(), 65535);
    }
}
