// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Field Enum: op

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






#[repr(u8)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DirtyOpE {
    /// Latch word `index` into DIRTY_DATA and clear it, after every write logged so far.
    ReadClear = 1,
    /// Clear the bitmap and `everything`; refused (DIRTY_STATUS.refused) while an address space is being logged.
    ClearAll = 2,
}

impl DirtyOpE {
    /// Decode a bit pattern into an encoded enum variant.
    ///
    /// # Errors
    /// Returns an error if the bit pattern does not match any encoded variants.
    pub const fn from_bits(bits: u8) -> core::result::Result<Self, peakrdl_rust::encode::UnknownVariant<u8>> {
        match bits {
            1 => Ok(Self::ReadClear),
            2 => Ok(Self::ClearAll),
            bits => Err(peakrdl_rust::encode::UnknownVariant::new(bits)),
        }
    }

    /// The bit pattern of the variant
    #[must_use]
    pub const fn bits(&self) -> u8 {
        *self as u8
    }
}
