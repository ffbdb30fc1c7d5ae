// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Fault queue: faults since power-on, recorded or not, modulo 2^32

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// Fault queue: faults since power-on, recorded or not, modulo 2^32
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct FaultRaised(u32);

unsafe impl Send for FaultRaised {}
unsafe impl Sync for FaultRaised {}

impl core::default::Default for FaultRaised {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for FaultRaised {
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

impl FaultRaised {
    pub const RAISED_OFFSET: usize = 0;
    pub const RAISED_WIDTH: usize = 32;
    pub const RAISED_MASK: u32 = 0xFFFF_FFFF;

    /// raised
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn raised(&self) -> u32 {
        let val = (self.0 >> Self::RAISED_OFFSET) & Self::RAISED_MASK;
        val
    }



}

impl core::fmt::Debug for FaultRaised {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("FaultRaised")
            .field("raised", &self.raised())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = FaultRaised::default();
        assert_eq!(reg.raised(), 0);
    }
}
