// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Oldest record: length

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// Oldest record: length
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct FaultLen(u32);

unsafe impl Send for FaultLen {}
unsafe impl Sync for FaultLen {}

impl core::default::Default for FaultLen {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for FaultLen {
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

impl FaultLen {
    pub const LEN_M1_OFFSET: usize = 0;
    pub const LEN_M1_WIDTH: usize = 12;
    pub const LEN_M1_MASK: u32 = 0xFFF;

    /// len_m1
    ///
    /// Bytes minus one; for reason burst as much as fits.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn len_m1(&self) -> u16 {
        let val = (self.0 >> Self::LEN_M1_OFFSET) & Self::LEN_M1_MASK;
        val as u16
    }



}

impl core::fmt::Debug for FaultLen {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("FaultLen")
            .field("len_m1", &self.len_m1())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = FaultLen::default();
        assert_eq!(reg.len_m1(), 0);
    }
}
