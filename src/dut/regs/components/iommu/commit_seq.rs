// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: State changes committed since power-on, modulo 2^32

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// State changes committed since power-on, modulo 2^32
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct CommitSeq(u32);

unsafe impl Send for CommitSeq {}
unsafe impl Sync for CommitSeq {}

impl core::default::Default for CommitSeq {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for CommitSeq {
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

impl CommitSeq {
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

impl core::fmt::Debug for CommitSeq {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("CommitSeq")
            .field("seq", &self.seq())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = CommitSeq::default();
        assert_eq!(reg.seq(), 0);
    }
}
