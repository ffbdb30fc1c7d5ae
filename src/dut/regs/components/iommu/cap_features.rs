// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Capability: features

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// Capability: features
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct CapFeatures(u32);

unsafe impl Send for CapFeatures {}
unsafe impl Sync for CapFeatures {}

impl core::default::Default for CapFeatures {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for CapFeatures {
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

impl CapFeatures {
    pub const RESET_MAP_OFFSET: usize = 0;
    pub const RESET_MAP_WIDTH: usize = 1;
    pub const RESET_MAP_MASK: u32 = 0x1;

    /// reset_map
    ///
    /// RESET_MAP is present.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn reset_map(&self) -> bool {
        let val = (self.0 >> Self::RESET_MAP_OFFSET) & Self::RESET_MAP_MASK;
        val != 0
    }



    pub const PERSIST_OFFSET: usize = 1;
    pub const PERSIST_WIDTH: usize = 1;
    pub const PERSIST_MASK: u32 = 0x1;

    /// persist
    ///
    /// PERSIST policies are present.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn persist(&self) -> bool {
        let val = (self.0 >> Self::PERSIST_OFFSET) & Self::PERSIST_MASK;
        val != 0
    }



    pub const SET_MAP_OFFSET: usize = 2;
    pub const SET_MAP_WIDTH: usize = 1;
    pub const SET_MAP_MASK: u32 = 0x1;

    /// set_map
    ///
    /// SET_MAP transactions are present.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn set_map(&self) -> bool {
        let val = (self.0 >> Self::SET_MAP_OFFSET) & Self::SET_MAP_MASK;
        val != 0
    }



    pub const READ_OFFSET: usize = 3;
    pub const READ_WIDTH: usize = 1;
    pub const READ_MASK: u32 = 0x1;

    /// read
    ///
    /// READ is present.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn read(&self) -> bool {
        let val = (self.0 >> Self::READ_OFFSET) & Self::READ_MASK;
        val != 0
    }



    pub const QUIESCE_OFFSET: usize = 4;
    pub const QUIESCE_WIDTH: usize = 1;
    pub const QUIESCE_MASK: u32 = 0x1;

    /// quiesce
    ///
    /// QUIESCE and RESUME are present.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn quiesce(&self) -> bool {
        let val = (self.0 >> Self::QUIESCE_OFFSET) & Self::QUIESCE_MASK;
        val != 0
    }



    pub const DRAIN_OFFSET: usize = 5;
    pub const DRAIN_WIDTH: usize = 1;
    pub const DRAIN_MASK: u32 = 0x1;

    /// drain
    ///
    /// Drain tracking (DRAINING, STUCK) and FENCE are present.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn drain(&self) -> bool {
        let val = (self.0 >> Self::DRAIN_OFFSET) & Self::DRAIN_MASK;
        val != 0
    }



    pub const POST_OFFSET: usize = 6;
    pub const POST_WIDTH: usize = 1;
    pub const POST_MASK: u32 = 0x1;

    /// post
    ///
    /// Posted commands (POST) are present.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn post(&self) -> bool {
        let val = (self.0 >> Self::POST_OFFSET) & Self::POST_MASK;
        val != 0
    }



    pub const FAULTS_OFFSET: usize = 7;
    pub const FAULTS_WIDTH: usize = 1;
    pub const FAULTS_MASK: u32 = 0x1;

    /// faults
    ///
    /// The fault queue is present.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn faults(&self) -> bool {
        let val = (self.0 >> Self::FAULTS_OFFSET) & Self::FAULTS_MASK;
        val != 0
    }



    pub const PERF_OFFSET: usize = 8;
    pub const PERF_WIDTH: usize = 1;
    pub const PERF_MASK: u32 = 0x1;

    /// perf
    ///
    /// The performance counters are present.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn perf(&self) -> bool {
        let val = (self.0 >> Self::PERF_OFFSET) & Self::PERF_MASK;
        val != 0
    }



    pub const DIRTY_OFFSET: usize = 9;
    pub const DIRTY_WIDTH: usize = 1;
    pub const DIRTY_MASK: u32 = 0x1;

    /// dirty
    ///
    /// The dirty log is present.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn dirty(&self) -> bool {
        let val = (self.0 >> Self::DIRTY_OFFSET) & Self::DIRTY_MASK;
        val != 0
    }



    pub const PARITY_OFFSET: usize = 10;
    pub const PARITY_WIDTH: usize = 1;
    pub const PARITY_MASK: u32 = 0x1;

    /// parity
    ///
    /// Tables carry parity; RECOVER and INJECT are present.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn parity(&self) -> bool {
        let val = (self.0 >> Self::PARITY_OFFSET) & Self::PARITY_MASK;
        val != 0
    }



    pub const AXI_OFFSET: usize = 11;
    pub const AXI_WIDTH: usize = 1;
    pub const AXI_MASK: u32 = 0x1;

    /// axi
    ///
    /// AXI4 ports are present.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn axi(&self) -> bool {
        let val = (self.0 >> Self::AXI_OFFSET) & Self::AXI_MASK;
        val != 0
    }



}

impl core::fmt::Debug for CapFeatures {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("CapFeatures")
            .field("reset_map", &self.reset_map())
            .field("persist", &self.persist())
            .field("set_map", &self.set_map())
            .field("read", &self.read())
            .field("quiesce", &self.quiesce())
            .field("drain", &self.drain())
            .field("post", &self.post())
            .field("faults", &self.faults())
            .field("perf", &self.perf())
            .field("dirty", &self.dirty())
            .field("parity", &self.parity())
            .field("axi", &self.axi())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = CapFeatures::default();
        assert_eq!(reg.reset_map(), false);
        assert_eq!(reg.persist(), false);
        assert_eq!(reg.set_map(), false);
        assert_eq!(reg.read(), false);
        assert_eq!(reg.quiesce(), false);
        assert_eq!(reg.drain(), false);
        assert_eq!(reg.post(), false);
        assert_eq!(reg.faults(), false);
        assert_eq!(reg.perf(), false);
        assert_eq!(reg.dirty(), false);
        assert_eq!(reg.parity(), false);
        assert_eq!(reg.axi(), false);
    }
}
