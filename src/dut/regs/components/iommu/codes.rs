// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Codes of the last commands

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code



// Instances of named component types
pub use _root::components::code_e as code0;
pub use _root::components::code_e as code1;
pub use _root::components::code_e as code2;
pub use _root::components::code_e as code3;



/// Codes of the last commands
///
/// The code of the command that RESULT.seq counted as number s is byte s mod 32.
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct Codes(u32);

unsafe impl Send for Codes {}
unsafe impl Sync for Codes {}

impl core::default::Default for Codes {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for Codes {
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

impl Codes {
    pub const CODE0_OFFSET: usize = 0;
    pub const CODE0_WIDTH: usize = 8;
    pub const CODE0_MASK: u32 = 0xFF;

    /// code0
    #[inline(always)]
    #[allow(clippy::missing_errors_doc)]
    pub fn code0(&self) -> core::result::Result<code0::CodeE, peakrdl_rust::encode::UnknownVariant<u8>> {
        let val = (self.0 >> Self::CODE0_OFFSET) & Self::CODE0_MASK;
        code0::CodeE::from_bits(val as u8)    }



    pub const CODE1_OFFSET: usize = 8;
    pub const CODE1_WIDTH: usize = 8;
    pub const CODE1_MASK: u32 = 0xFF;

    /// code1
    #[inline(always)]
    #[allow(clippy::missing_errors_doc)]
    pub fn code1(&self) -> core::result::Result<code1::CodeE, peakrdl_rust::encode::UnknownVariant<u8>> {
        let val = (self.0 >> Self::CODE1_OFFSET) & Self::CODE1_MASK;
        code1::CodeE::from_bits(val as u8)    }



    pub const CODE2_OFFSET: usize = 16;
    pub const CODE2_WIDTH: usize = 8;
    pub const CODE2_MASK: u32 = 0xFF;

    /// code2
    #[inline(always)]
    #[allow(clippy::missing_errors_doc)]
    pub fn code2(&self) -> core::result::Result<code2::CodeE, peakrdl_rust::encode::UnknownVariant<u8>> {
        let val = (self.0 >> Self::CODE2_OFFSET) & Self::CODE2_MASK;
        code2::CodeE::from_bits(val as u8)    }



    pub const CODE3_OFFSET: usize = 24;
    pub const CODE3_WIDTH: usize = 8;
    pub const CODE3_MASK: u32 = 0xFF;

    /// code3
    #[inline(always)]
    #[allow(clippy::missing_errors_doc)]
    pub fn code3(&self) -> core::result::Result<code3::CodeE, peakrdl_rust::encode::UnknownVariant<u8>> {
        let val = (self.0 >> Self::CODE3_OFFSET) & Self::CODE3_MASK;
        code3::CodeE::from_bits(val as u8)    }



}

impl core::fmt::Debug for Codes {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Codes")
            .field("code0", &self.code0())
            .field("code1", &self.code1())
            .field("code2", &self.code2())
            .field("code3", &self.code3())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = Codes::default();
        assert_eq!(reg.code0(), Ok(code0::CodeE::Ok));
        assert_eq!(reg.code1(), Ok(code1::CodeE::Ok));
        assert_eq!(reg.code2(), Ok(code2::CodeE::Ok));
        assert_eq!(reg.code3(), Ok(code3::CodeE::Ok));
    }
}
