// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Performance counters: control

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// Performance counters: control
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct PerfCtrl(u32);

unsafe impl Send for PerfCtrl {}
unsafe impl Sync for PerfCtrl {}

impl core::default::Default for PerfCtrl {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for PerfCtrl {
    type Regwidth = u32;
    type Accesswidth = u32;
    type Access = peakrdl_rust::access::W;
    type ByteEndian = peakrdl_rust::endian::LittleEndian;
    type WordEndian = peakrdl_rust::endian::LittleEndian;

    unsafe fn from_raw(val: Self::Regwidth) -> Self {
        Self(val)
    }

    fn to_raw(self) -> Self::Regwidth {
        self.0
    }
}

impl PerfCtrl {
    pub const SNAPSHOT_OFFSET: usize = 0;
    pub const SNAPSHOT_WIDTH: usize = 1;
    pub const SNAPSHOT_MASK: u32 = 0x1;


    /// snapshot
    ///
    /// Writing 1 latches all counters at one clock edge; PERF_STATUS.busy until they can be read.
    #[inline(always)]
    pub fn set_snapshot(&mut self, val: bool) {
        let val = val as u32;
        self.0 = (self.0 & !(Self::SNAPSHOT_MASK << Self::SNAPSHOT_OFFSET)) | ((val & Self::SNAPSHOT_MASK) << Self::SNAPSHOT_OFFSET);
    }


    pub const CLEAR_OFFSET: usize = 1;
    pub const CLEAR_WIDTH: usize = 1;
    pub const CLEAR_MASK: u32 = 0x1;


    /// clear
    ///
    /// Writing 1 clears the counters, not the snapshot; a snapshot in the same write is of the values before.
    #[inline(always)]
    pub fn set_clear(&mut self, val: bool) {
        let val = val as u32;
        self.0 = (self.0 & !(Self::CLEAR_MASK << Self::CLEAR_OFFSET)) | ((val & Self::CLEAR_MASK) << Self::CLEAR_OFFSET);
    }


}

impl core::fmt::Debug for PerfCtrl {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("PerfCtrl")
            .finish()
    }
}
