// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Command doorbell

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code



// Instances of named component types
pub use _root::components::op_e as op;



/// Command doorbell
///
/// Writing executes the command. While STATUS.busy nothing is latched and IRQ_STATUS.doorbell_busy is set.
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct Cmd(u32);

unsafe impl Send for Cmd {}
unsafe impl Sync for Cmd {}

impl core::default::Default for Cmd {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for Cmd {
    type Regwidth = u32;
    type Accesswidth = u32;
    type Access = peakrdl_rust::access::W;
    type ByteEndian = peakrdl_rust::endian::LittleEndian;
    type WordEndian = peakrdl_rust::endian::LittleEndian;

    unsafe fn from_raw(val: Self::Regwidth) -> Self {
        Self(val)
    }

    fn to_raw(self) -> Self::Regwidth {
        self.0
    }
}

impl Cmd {
    pub const OP_OFFSET: usize = 0;
    pub const OP_WIDTH: usize = 8;
    pub const OP_MASK: u32 = 0xFF;


    /// op
    #[inline(always)]
    pub fn set_op(&mut self, val: op::OpE) {
        let val = val.bits() as u32;
        self.0 = (self.0 & !(Self::OP_MASK << Self::OP_OFFSET)) | ((val & Self::OP_MASK) << Self::OP_OFFSET);
    }


    pub const PERM_OFFSET: usize = 8;
    pub const PERM_WIDTH: usize = 8;
    pub const PERM_MASK: u32 = 0xFF;


    /// perm
    ///
    /// Kept verbatim; bit 0: the device may read, bit 1: it may write.
    #[inline(always)]
    pub fn set_perm(&mut self, val: u8) {
        let val = val as u32;
        self.0 = (self.0 & !(Self::PERM_MASK << Self::PERM_OFFSET)) | ((val & Self::PERM_MASK) << Self::PERM_OFFSET);
    }


    pub const ASID_OFFSET: usize = 16;
    pub const ASID_WIDTH: usize = 8;
    pub const ASID_MASK: u32 = 0xFF;


    /// asid
    #[inline(always)]
    pub fn set_asid(&mut self, val: u8) {
        let val = val as u32;
        self.0 = (self.0 & !(Self::ASID_MASK << Self::ASID_OFFSET)) | ((val & Self::ASID_MASK) << Self::ASID_OFFSET);
    }


    pub const TARGET_OFFSET: usize = 24;
    pub const TARGET_WIDTH: usize = 7;
    pub const TARGET_MASK: u32 = 0x7F;


    /// target
    ///
    /// Group or device number.
    #[inline(always)]
    pub fn set_target(&mut self, val: u8) {
        let val = val as u32;
        self.0 = (self.0 & !(Self::TARGET_MASK << Self::TARGET_OFFSET)) | ((val & Self::TARGET_MASK) << Self::TARGET_OFFSET);
    }


    pub const CLEAN_OFFSET: usize = 31;
    pub const CLEAN_WIDTH: usize = 1;
    pub const CLEAN_MASK: u32 = 0x1;


    /// clean
    ///
    /// DEVICE_RESET: the CLEAN_MAP flag.
    #[inline(always)]
    pub fn set_clean(&mut self, val: bool) {
        let val = val as u32;
        self.0 = (self.0 & !(Self::CLEAN_MASK << Self::CLEAN_OFFSET)) | ((val & Self::CLEAN_MASK) << Self::CLEAN_OFFSET);
    }


}

impl core::fmt::Debug for Cmd {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Cmd")
            .finish()
    }
}
