// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: READ: state of the address space in CMD.asid

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code



// Instances of named component types
pub use _root::components::mode_e as mode;



/// READ: state of the address space in CMD.asid
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct RdAs(u32);

unsafe impl Send for RdAs {}
unsafe impl Sync for RdAs {}

impl core::default::Default for RdAs {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for RdAs {
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

impl RdAs {
    pub const MODE_OFFSET: usize = 0;
    pub const MODE_WIDTH: usize = 2;
    pub const MODE_MASK: u32 = 0x3;

    /// mode
    #[inline(always)]
    #[allow(clippy::missing_errors_doc)]
    pub fn mode(&self) -> core::result::Result<mode::ModeE, peakrdl_rust::encode::UnknownVariant<u8>> {
        let val = (self.0 >> Self::MODE_OFFSET) & Self::MODE_MASK;
        mode::ModeE::from_bits(val as u8)    }



    pub const COUNT_OFFSET: usize = 16;
    pub const COUNT_WIDTH: usize = 16;
    pub const COUNT_MASK: u32 = 0xFFFF;

    /// count
    ///
    /// Live entries of this address space.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn count(&self) -> u16 {
        let val = (self.0 >> Self::COUNT_OFFSET) & Self::COUNT_MASK;
        val as u16
    }



}

impl core::fmt::Debug for RdAs {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("RdAs")
            .field("mode", &self.mode())
            .field("count", &self.count())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = RdAs::default();
        assert_eq!(reg.mode(), Ok(mode::ModeE::Blocked));
        assert_eq!(reg.count(), 0);
    }
}
