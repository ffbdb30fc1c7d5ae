// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Posted command doorbell

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code



// Instances of named component types
pub use _root::components::op_e as op;



/// Posted command doorbell
///
/// As CMD, without waiting: the command joins a queue of CAP_WIDTH.batch. While POST_STATUS.free is 0 nothing is latched and IRQ_STATUS.doorbell_busy is set. MAP, UNMAP and SET_MAP_ENTRY may be posted; the others end in inval_op. CODES keeps the codes of the last 32 commands: have no more than 32 posted whose codes have not been read.
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct Post(u32);

unsafe impl Send for Post {}
unsafe impl Sync for Post {}

impl core::default::Default for Post {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for Post {
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

impl Post {
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
    /// As in CMD.
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


}

impl core::fmt::Debug for Post {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Post")
            .finish()
    }
}
