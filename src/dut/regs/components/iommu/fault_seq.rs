// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Oldest record: number of the fault, counted from 0 by FAULT_RAISED

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// Oldest record: number of the fault, counted from 0 by FAULT_RAISED
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct FaultSeq(u32);

unsafe impl Send for FaultSeq {}
unsafe impl Sync for FaultSeq {}

impl core::default::Default for FaultSeq {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for FaultSeq {
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

impl FaultSeq {
    pub const SEQ_OFFSET: usize = 0;
    pub const SEQ_WIDTH: usize = 32;
    pub const SEQ_MASK: u32 = 0xFFFF_FFFF;

    /// seq
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn seq(&self) -> u32 {
        let val = (self.0 >> Self::SEQ_OFFSET) & Self::SEQ_MASK;
        val
    }



}

impl core::fmt::Debug for FaultSeq {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("FaultSeq")
            .field("seq", &self.seq())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = FaultSeq::default();
        assert_eq!(reg.seq(), 0);
    }
}
