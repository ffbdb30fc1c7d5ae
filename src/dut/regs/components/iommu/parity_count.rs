// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Parity: damaged words found since power-on

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// Parity: damaged words found since power-on
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct ParityCount(u32);

unsafe impl Send for ParityCount {}
unsafe impl Sync for ParityCount {}

impl core::default::Default for ParityCount {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for ParityCount {
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

impl ParityCount {
    pub const LOOKUPS_OFFSET: usize = 0;
    pub const LOOKUPS_WIDTH: usize = 16;
    pub const LOOKUPS_MASK: u32 = 0xFFFF;

    /// lookups
    ///
    /// By lookups, modulo 2^16.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn lookups(&self) -> u16 {
        let val = (self.0 >> Self::LOOKUPS_OFFSET) & Self::LOOKUPS_MASK;
        val as u16
    }



    pub const PASSES_OFFSET: usize = 16;
    pub const PASSES_WIDTH: usize = 16;
    pub const PASSES_MASK: u32 = 0xFFFF;

    /// passes
    ///
    /// By passes, modulo 2^16.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn passes(&self) -> u16 {
        let val = (self.0 >> Self::PASSES_OFFSET) & Self::PASSES_MASK;
        val as u16
    }



}

impl core::fmt::Debug for ParityCount {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ParityCount")
            .field("lookups", &self.lookups())
            .field("passes", &self.passes())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = ParityCount::default();
        assert_eq!(reg.lookups(), 0);
        assert_eq!(reg.passes(), 0);
    }
}
