// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Capability: table

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// Capability: table
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct CapTable(u32);

unsafe impl Send for CapTable {}
unsafe impl Sync for CapTable {}

impl core::default::Default for CapTable {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for CapTable {
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

impl CapTable {
    pub const ENTRIES_OFFSET: usize = 0;
    pub const ENTRIES_WIDTH: usize = 16;
    pub const ENTRIES_MASK: u32 = 0xFFFF;

    /// entries
    ///
    /// ENTRIES: ranges that the table holds, all address spaces together.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn entries(&self) -> u16 {
        let val = (self.0 >> Self::ENTRIES_OFFSET) & Self::ENTRIES_MASK;
        val as u16
    }



    pub const RADIX_OFFSET: usize = 16;
    pub const RADIX_WIDTH: usize = 8;
    pub const RADIX_MASK: u32 = 0xFF;

    /// radix
    ///
    /// K: search radix.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn radix(&self) -> u8 {
        let val = (self.0 >> Self::RADIX_OFFSET) & Self::RADIX_MASK;
        val as u8
    }



    pub const LATENCY_OFFSET: usize = 24;
    pub const LATENCY_WIDTH: usize = 8;
    pub const LATENCY_MASK: u32 = 0xFF;

    /// latency
    ///
    /// LATENCY in clocks, request handshake to response.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn latency(&self) -> u8 {
        let val = (self.0 >> Self::LATENCY_OFFSET) & Self::LATENCY_MASK;
        val as u8
    }



}

impl core::fmt::Debug for CapTable {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("CapTable")
            .field("entries", &self.entries())
            .field("radix", &self.radix())
            .field("latency", &self.latency())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = CapTable::default();
        assert_eq!(reg.entries(), 0);
        assert_eq!(reg.radix(), 0);
        assert_eq!(reg.latency(), 0);
    }
}
