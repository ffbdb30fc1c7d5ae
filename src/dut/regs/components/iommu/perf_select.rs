// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Performance counters: which one PERF_VALUE shows

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// Performance counters: which one PERF_VALUE shows
///
/// 0 translations, 1 identity passes, 2 merge passes, 3 merge clocks, 4 drain clocks (clocks with an address space draining), 5 outstanding high-water, 6 commands, 8 to 23 hits of ASID 0 to 15, 33 to 41 faults by reason; others read 0.
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct PerfSelect(u32);

unsafe impl Send for PerfSelect {}
unsafe impl Sync for PerfSelect {}

impl core::default::Default for PerfSelect {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for PerfSelect {
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

impl PerfSelect {
    pub const INDEX_OFFSET: usize = 0;
    pub const INDEX_WIDTH: usize = 6;
    pub const INDEX_MASK: u32 = 0x3F;

    /// index
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn index(&self) -> u8 {
        let val = (self.0 >> Self::INDEX_OFFSET) & Self::INDEX_MASK;
        val as u8
    }


    /// index
    #[inline(always)]
    pub fn set_index(&mut self, val: u8) {
        let val = val as u32;
        self.0 = (self.0 & !(Self::INDEX_MASK << Self::INDEX_OFFSET)) | ((val & Self::INDEX_MASK) << Self::INDEX_OFFSET);
    }


}

impl core::fmt::Debug for PerfSelect {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("PerfSelect")
            .field("index", &self.index())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = PerfSelect::default();
        assert_eq!(reg.index(), 0);
    }
}
