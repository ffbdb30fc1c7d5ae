// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Address spaces whose drain overran STUCK_CLOCKS, a bit for each ASID

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// Address spaces whose drain overran STUCK_CLOCKS, a bit for each ASID
///
/// A bit cleared in the very clock in which another is set stays set: clear, then read again.
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct Stuck(u32);

unsafe impl Send for Stuck {}
unsafe impl Sync for Stuck {}

impl core::default::Default for Stuck {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for Stuck {
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

impl Stuck {
    pub const ASIDS_OFFSET: usize = 0;
    pub const ASIDS_WIDTH: usize = 16;
    pub const ASIDS_MASK: u32 = 0xFFFF;

    /// asids
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn asids(&self) -> u16 {
        let val = (self.0 >> Self::ASIDS_OFFSET) & Self::ASIDS_MASK;
        val as u16
    }


    /// asids
    #[inline(always)]
    pub fn set_asids(&mut self, val: u16) {
        let val = val as u32;
        self.0 = (self.0 & !(Self::ASIDS_MASK << Self::ASIDS_OFFSET)) | ((val & Self::ASIDS_MASK) << Self::ASIDS_OFFSET);
    }


}

impl core::fmt::Debug for Stuck {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Stuck")
            .field("asids", &self.asids())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = Stuck::default();
        assert_eq!(reg.asids(), 0);
    }
}
