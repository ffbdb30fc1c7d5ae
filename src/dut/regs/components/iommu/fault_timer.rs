// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Fault queue: interrupt also when a record has been the oldest for this many clocks; 0: only by threshold

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// Fault queue: interrupt also when a record has been the oldest for this many clocks; 0: only by threshold
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct FaultTimer(u32);

unsafe impl Send for FaultTimer {}
unsafe impl Sync for FaultTimer {}

impl core::default::Default for FaultTimer {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for FaultTimer {
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

impl FaultTimer {
    pub const CLOCKS_OFFSET: usize = 0;
    pub const CLOCKS_WIDTH: usize = 32;
    pub const CLOCKS_MASK: u32 = 0xFFFF_FFFF;

    /// clocks
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn clocks(&self) -> u32 {
        let val = (self.0 >> Self::CLOCKS_OFFSET) & Self::CLOCKS_MASK;
        val
    }


    /// clocks
    #[inline(always)]
    pub fn set_clocks(&mut self, val: u32) {
        let val = val as u32;
        self.0 = (self.0 & !(Self::CLOCKS_MASK << Self::CLOCKS_OFFSET)) | ((val & Self::CLOCKS_MASK) << Self::CLOCKS_OFFSET);
    }


}

impl core::fmt::Debug for FaultTimer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("FaultTimer")
            .field("clocks", &self.clocks())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = FaultTimer::default();
        assert_eq!(reg.clocks(), 0);
    }
}
