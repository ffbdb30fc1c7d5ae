// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Capability: logs

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// Capability: logs
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct CapLog(u32);

unsafe impl Send for CapLog {}
unsafe impl Sync for CapLog {}

impl core::default::Default for CapLog {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for CapLog {
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

impl CapLog {
    pub const FAULTS_OFFSET: usize = 0;
    pub const FAULTS_WIDTH: usize = 16;
    pub const FAULTS_MASK: u32 = 0xFFFF;

    /// faults
    ///
    /// Records that the fault queue holds.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn faults(&self) -> u16 {
        let val = (self.0 >> Self::FAULTS_OFFSET) & Self::FAULTS_MASK;
        val as u16
    }



    pub const DIRTY_LOG2_OFFSET: usize = 16;
    pub const DIRTY_LOG2_WIDTH: usize = 8;
    pub const DIRTY_LOG2_MASK: u32 = 0xFF;

    /// dirty_log2
    ///
    /// log2 of the pages in the dirty bitmap.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn dirty_log2(&self) -> u8 {
        let val = (self.0 >> Self::DIRTY_LOG2_OFFSET) & Self::DIRTY_LOG2_MASK;
        val as u8
    }



}

impl core::fmt::Debug for CapLog {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("CapLog")
            .field("faults", &self.faults())
            .field("dirty_log2", &self.dirty_log2())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = CapLog::default();
        assert_eq!(reg.faults(), 0);
        assert_eq!(reg.dirty_log2(), 0);
    }
}
