// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Capability: widths

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// Capability: widths
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct CapWidth(u32);

unsafe impl Send for CapWidth {}
unsafe impl Sync for CapWidth {}

impl core::default::Default for CapWidth {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for CapWidth {
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

impl CapWidth {
    pub const IOVA_W_OFFSET: usize = 0;
    pub const IOVA_W_WIDTH: usize = 8;
    pub const IOVA_W_MASK: u32 = 0xFF;

    /// iova_w
    ///
    /// IOVA_W: bits of an IOVA.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn iova_w(&self) -> u8 {
        let val = (self.0 >> Self::IOVA_W_OFFSET) & Self::IOVA_W_MASK;
        val as u8
    }



    pub const PA_W_OFFSET: usize = 8;
    pub const PA_W_WIDTH: usize = 8;
    pub const PA_W_MASK: u32 = 0xFF;

    /// pa_w
    ///
    /// PA_W: bits of a physical address.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn pa_w(&self) -> u8 {
        let val = (self.0 >> Self::PA_W_OFFSET) & Self::PA_W_MASK;
        val as u8
    }



    pub const GRANULE_LOG2_OFFSET: usize = 16;
    pub const GRANULE_LOG2_WIDTH: usize = 8;
    pub const GRANULE_LOG2_MASK: u32 = 0xFF;

    /// granule_log2
    ///
    /// GRANULE_LOG2: log2 of the granule in bytes.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn granule_log2(&self) -> u8 {
        let val = (self.0 >> Self::GRANULE_LOG2_OFFSET) & Self::GRANULE_LOG2_MASK;
        val as u8
    }



    pub const BATCH_OFFSET: usize = 24;
    pub const BATCH_WIDTH: usize = 8;
    pub const BATCH_MASK: u32 = 0xFF;

    /// batch
    ///
    /// B: operations that one merge pass applies.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn batch(&self) -> u8 {
        let val = (self.0 >> Self::BATCH_OFFSET) & Self::BATCH_MASK;
        val as u8
    }



}

impl core::fmt::Debug for CapWidth {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("CapWidth")
            .field("iova_w", &self.iova_w())
            .field("pa_w", &self.pa_w())
            .field("granule_log2", &self.granule_log2())
            .field("batch", &self.batch())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = CapWidth::default();
        assert_eq!(reg.iova_w(), 0);
        assert_eq!(reg.pa_w(), 0);
        assert_eq!(reg.granule_log2(), 0);
        assert_eq!(reg.batch(), 0);
    }
}
