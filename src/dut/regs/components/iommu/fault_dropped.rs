// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Fault queue: faults that were not recorded, modulo 2^32

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// Fault queue: faults that were not recorded, modulo 2^32
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct FaultDropped(u32);

unsafe impl Send for FaultDropped {}
unsafe impl Sync for FaultDropped {}

impl core::default::Default for FaultDropped {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for FaultDropped {
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

impl FaultDropped {
    pub const DROPPED_OFFSET: usize = 0;
    pub const DROPPED_WIDTH: usize = 32;
    pub const DROPPED_MASK: u32 = 0xFFFF_FFFF;

    /// dropped
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn dropped(&self) -> u32 {
        let val = (self.0 >> Self::DROPPED_OFFSET) & Self::DROPPED_MASK;
        val
    }



}

impl core::fmt::Debug for FaultDropped {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("FaultDropped")
            .field("dropped", &self.dropped())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = FaultDropped::default();
        assert_eq!(reg.dropped(), 0);
    }
}
