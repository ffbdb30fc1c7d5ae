// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Result of the last command

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code



// Instances of named component types
pub use _root::components::code_e as code;
pub use _root::components::op_e as op;



/// Result of the last command
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct Result(u32);

unsafe impl Send for Result {}
unsafe impl Sync for Result {}

impl core::default::Default for Result {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for Result {
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

impl Result {
    pub const CODE_OFFSET: usize = 0;
    pub const CODE_WIDTH: usize = 8;
    pub const CODE_MASK: u32 = 0xFF;

    /// code
    #[inline(always)]
    #[allow(clippy::missing_errors_doc)]
    pub fn code(&self) -> core::result::Result<code::CodeE, peakrdl_rust::encode::UnknownVariant<u8>> {
        let val = (self.0 >> Self::CODE_OFFSET) & Self::CODE_MASK;
        code::CodeE::from_bits(val as u8)    }



    pub const OP_OFFSET: usize = 8;
    pub const OP_WIDTH: usize = 8;
    pub const OP_MASK: u32 = 0xFF;

    /// op
    #[inline(always)]
    #[allow(clippy::missing_errors_doc)]
    pub fn op(&self) -> core::result::Result<op::OpE, peakrdl_rust::encode::UnknownVariant<u8>> {
        let val = (self.0 >> Self::OP_OFFSET) & Self::OP_MASK;
        op::OpE::from_bits(val as u8)    }



    pub const SEQ_OFFSET: usize = 16;
    pub const SEQ_WIDTH: usize = 16;
    pub const SEQ_MASK: u32 = 0xFFFF;

    /// seq
    ///
    /// Commands completed since power-on, modulo 2^16.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn seq(&self) -> u16 {
        let val = (self.0 >> Self::SEQ_OFFSET) & Self::SEQ_MASK;
        val as u16
    }



}

impl core::fmt::Debug for Result {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Result")
            .field("code", &self.code())
            .field("op", &self.op())
            .field("seq", &self.seq())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = Result::default();
        assert_eq!(reg.code(), Ok(code::CodeE::Ok));
        assert_eq!(reg.op(), Err(peakrdl_rust::encode::UnknownVariant::new(0)));
        assert_eq!(reg.seq(), 0);
    }
}
