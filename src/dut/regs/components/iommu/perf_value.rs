// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Performance counters: the selected one in the last snapshot

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// Performance counters: the selected one in the last snapshot
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct PerfValue(u64);

unsafe impl Send for PerfValue {}
unsafe impl Sync for PerfValue {}

impl core::default::Default for PerfValue {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for PerfValue {
    type Regwidth = u64;
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

impl PerfValue {
    pub const VALUE_OFFSET: usize = 0;
    pub const VALUE_WIDTH: usize = 64;
    pub const VALUE_MASK: u64 = 0xFFFF_FFFF_FFFF_FFFF;

    /// value
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn value(&self) -> u64 {
        let val = (self.0 >> Self::VALUE_OFFSET) & Self::VALUE_MASK;
        val
    }



}

impl core::fmt::Debug for PerfValue {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("PerfValue")
            .field("value", &self.value())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = PerfValue::default();
        assert_eq!(reg.value(), 0);
    }
}
