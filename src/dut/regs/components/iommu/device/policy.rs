// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Device: reset policy

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code



// Instances of named component types
pub use _root::components::persist_e as persist;



/// Device: reset policy
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct Policy(u32);

unsafe impl Send for Policy {}
unsafe impl Sync for Policy {}

impl core::default::Default for Policy {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for Policy {
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

impl Policy {
    pub const PERSIST_OFFSET: usize = 0;
    pub const PERSIST_WIDTH: usize = 2;
    pub const PERSIST_MASK: u32 = 0x3;

    /// persist
    ///
    /// What a device reset does to the mappings.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn persist(&self) -> persist::PersistE {
        let val = (self.0 >> Self::PERSIST_OFFSET) & Self::PERSIST_MASK;
        persist::PersistE::from_bits(val as u8).expect("All possible field values represented by enum")    }


    /// persist
    ///
    /// What a device reset does to the mappings.
    #[inline(always)]
    pub fn set_persist(&mut self, val: persist::PersistE) {
        let val = val.bits() as u32;
        self.0 = (self.0 & !(Self::PERSIST_MASK << Self::PERSIST_OFFSET)) | ((val & Self::PERSIST_MASK) << Self::PERSIST_OFFSET);
    }


    pub const AS0_OFFSET: usize = 8;
    pub const AS0_WIDTH: usize = 4;
    pub const AS0_MASK: u32 = 0xF;

    /// as0
    ///
    /// ASID to which a device reset returns the device's groups.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn as0(&self) -> u8 {
        let val = (self.0 >> Self::AS0_OFFSET) & Self::AS0_MASK;
        val as u8
    }


    /// as0
    ///
    /// ASID to which a device reset returns the device's groups.
    #[inline(always)]
    pub fn set_as0(&mut self, val: u8) {
        let val = val as u32;
        self.0 = (self.0 & !(Self::AS0_MASK << Self::AS0_OFFSET)) | ((val & Self::AS0_MASK) << Self::AS0_OFFSET);
    }


}

impl core::fmt::Debug for Policy {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Policy")
            .field("persist", &self.persist())
            .field("as0", &self.as0())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = Policy::default();
        assert_eq!(reg.persist(), persist::PersistE::ByFlag);
        assert_eq!(reg.as0(), 0);
    }
}
