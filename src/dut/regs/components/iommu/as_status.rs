// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Address space, as it is now

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code



// Instances of named component types
pub use _root::components::mode_e as mode;



/// Address space, as it is now
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct AsStatus(u32);

unsafe impl Send for AsStatus {}
unsafe impl Sync for AsStatus {}

impl core::default::Default for AsStatus {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for AsStatus {
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

impl AsStatus {
    pub const MODE_OFFSET: usize = 0;
    pub const MODE_WIDTH: usize = 2;
    pub const MODE_MASK: u32 = 0x3;

    /// mode
    #[inline(always)]
    #[allow(clippy::missing_errors_doc)]
    pub fn mode(&self) -> core::result::Result<mode::ModeE, peakrdl_rust::encode::UnknownVariant<u8>> {
        let val = (self.0 >> Self::MODE_OFFSET) & Self::MODE_MASK;
        mode::ModeE::from_bits(val as u8)    }



    pub const EPOCH_OFFSET: usize = 2;
    pub const EPOCH_WIDTH: usize = 1;
    pub const EPOCH_MASK: u32 = 0x1;

    /// epoch
    ///
    /// Epoch that new requests are counted in.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn epoch(&self) -> bool {
        let val = (self.0 >> Self::EPOCH_OFFSET) & Self::EPOCH_MASK;
        val != 0
    }



    pub const DRAINING_OFFSET: usize = 3;
    pub const DRAINING_WIDTH: usize = 1;
    pub const DRAINING_MASK: u32 = 0x1;

    /// draining
    ///
    /// As in DRAINING.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn draining(&self) -> bool {
        let val = (self.0 >> Self::DRAINING_OFFSET) & Self::DRAINING_MASK;
        val != 0
    }



    pub const COUNT_OFFSET: usize = 16;
    pub const COUNT_WIDTH: usize = 16;
    pub const COUNT_MASK: u32 = 0xFFFF;

    /// count
    ///
    /// Live entries.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn count(&self) -> u16 {
        let val = (self.0 >> Self::COUNT_OFFSET) & Self::COUNT_MASK;
        val as u16
    }



}

impl core::fmt::Debug for AsStatus {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("AsStatus")
            .field("mode", &self.mode())
            .field("epoch", &self.epoch())
            .field("draining", &self.draining())
            .field("count", &self.count())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = AsStatus::default();
        assert_eq!(reg.mode(), Ok(mode::ModeE::Blocked));
        assert_eq!(reg.epoch(), false);
        assert_eq!(reg.draining(), false);
        assert_eq!(reg.count(), 0);
    }
}
