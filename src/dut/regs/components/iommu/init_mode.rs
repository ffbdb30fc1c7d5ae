// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Mode after RESET_MAP, a bit for each ASID

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// Mode after RESET_MAP, a bit for each ASID
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct InitMode(u32);

unsafe impl Send for InitMode {}
unsafe impl Sync for InitMode {}

impl core::default::Default for InitMode {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for InitMode {
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

impl InitMode {
    pub const IDENTITY_OFFSET: usize = 0;
    pub const IDENTITY_WIDTH: usize = 16;
    pub const IDENTITY_MASK: u32 = 0xFFFF;

    /// identity
    ///
    /// 0: BLOCKED, 1: IDENTITY.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn identity(&self) -> u16 {
        let val = (self.0 >> Self::IDENTITY_OFFSET) & Self::IDENTITY_MASK;
        val as u16
    }


    /// identity
    ///
    /// 0: BLOCKED, 1: IDENTITY.
    #[inline(always)]
    pub fn set_identity(&mut self, val: u16) {
        let val = val as u32;
        self.0 = (self.0 & !(Self::IDENTITY_MASK << Self::IDENTITY_OFFSET)) | ((val & Self::IDENTITY_MASK) << Self::IDENTITY_OFFSET);
    }


}

impl core::fmt::Debug for InitMode {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("InitMode")
            .field("identity", &self.identity())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = InitMode::default();
        assert_eq!(reg.identity(), 0);
    }
}
