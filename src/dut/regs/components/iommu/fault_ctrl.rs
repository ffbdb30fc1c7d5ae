// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Fault queue: what is recorded and when it interrupts

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// Fault queue: what is recorded and when it interrupts
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct FaultCtrl(u32);

unsafe impl Send for FaultCtrl {}
unsafe impl Sync for FaultCtrl {}

impl core::default::Default for FaultCtrl {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for FaultCtrl {
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

impl FaultCtrl {
    pub const MASK_OFFSET: usize = 0;
    pub const MASK_WIDTH: usize = 16;
    pub const MASK_MASK: u32 = 0xFFFF;

    /// mask
    ///
    /// Reasons that are not recorded, a bit for each fault_e; their faults count as dropped.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn mask(&self) -> u16 {
        let val = (self.0 >> Self::MASK_OFFSET) & Self::MASK_MASK;
        val as u16
    }


    /// mask
    ///
    /// Reasons that are not recorded, a bit for each fault_e; their faults count as dropped.
    #[inline(always)]
    pub fn set_mask(&mut self, val: u16) {
        let val = val as u32;
        self.0 = (self.0 & !(Self::MASK_MASK << Self::MASK_OFFSET)) | ((val & Self::MASK_MASK) << Self::MASK_OFFSET);
    }


    pub const THRESHOLD_OFFSET: usize = 24;
    pub const THRESHOLD_WIDTH: usize = 8;
    pub const THRESHOLD_MASK: u32 = 0xFF;

    /// threshold
    ///
    /// Interrupt when this many records wait, or the queue is full; 0 counts as 1.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn threshold(&self) -> u8 {
        let val = (self.0 >> Self::THRESHOLD_OFFSET) & Self::THRESHOLD_MASK;
        val as u8
    }


    /// threshold
    ///
    /// Interrupt when this many records wait, or the queue is full; 0 counts as 1.
    #[inline(always)]
    pub fn set_threshold(&mut self, val: u8) {
        let val = val as u32;
        self.0 = (self.0 & !(Self::THRESHOLD_MASK << Self::THRESHOLD_OFFSET)) | ((val & Self::THRESHOLD_MASK) << Self::THRESHOLD_OFFSET);
    }


}

impl core::fmt::Debug for FaultCtrl {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("FaultCtrl")
            .field("mask", &self.mask())
            .field("threshold", &self.threshold())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = FaultCtrl::default();
        assert_eq!(reg.mask(), 0);
        assert_eq!(reg.threshold(), 0);
    }
}
