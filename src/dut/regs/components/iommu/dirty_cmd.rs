// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Dirty log: operation

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code



// Instances of named component types
pub use _root::components::dirty_op_e as op;



/// Dirty log: operation
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct DirtyCmd(u32);

unsafe impl Send for DirtyCmd {}
unsafe impl Sync for DirtyCmd {}

impl core::default::Default for DirtyCmd {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for DirtyCmd {
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

impl DirtyCmd {
    pub const OP_OFFSET: usize = 0;
    pub const OP_WIDTH: usize = 2;
    pub const OP_MASK: u32 = 0x3;


    /// op
    #[inline(always)]
    pub fn set_op(&mut self, val: op::DirtyOpE) {
        let val = val.bits() as u32;
        self.0 = (self.0 & !(Self::OP_MASK << Self::OP_OFFSET)) | ((val & Self::OP_MASK) << Self::OP_OFFSET);
    }


    pub const INDEX_OFFSET: usize = 8;
    pub const INDEX_WIDTH: usize = 24;
    pub const INDEX_MASK: u32 = 0xFF_FFFF;


    /// index
    ///
    /// Word of 32 pages; one beyond the bitmap is refused.
    #[inline(always)]
    pub fn set_index(&mut self, val: u32) {
        let val = val as u32;
        self.0 = (self.0 & !(Self::INDEX_MASK << Self::INDEX_OFFSET)) | ((val & Self::INDEX_MASK) << Self::INDEX_OFFSET);
    }


}

impl core::fmt::Debug for DirtyCmd {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("DirtyCmd")
            .finish()
    }
}
