// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Field Enum: persist

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






#[repr(u8)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersistE {
    /// Clean if the reset carries the CLEAN_MAP flag (compat_reset as merged).
    ByFlag = 0,
    /// Clean at every device reset (clean_iotlb_on_reset=1).
    AlwaysClean = 1,
    /// Maps persist whatever the flag says.
    NeverClean = 2,
    /// As always_clean.
    Reserved = 3,
}

impl PersistE {
    /// Decode a bit pattern into an encoded enum variant.
    ///
    /// # Errors
    /// Returns an error if the bit pattern does not match any encoded variants.
    pub const fn from_bits(bits: u8) -> core::result::Result<Self, peakrdl_rust::encode::UnknownVariant<u8>> {
        match bits {
            0 => Ok(Self::ByFlag),
            1 => Ok(Self::AlwaysClean),
            2 => Ok(Self::NeverClean),
            3 => Ok(Self::Reserved),
            bits => Err(peakrdl_rust::encode::UnknownVariant::new(bits)),
        }
    }

    /// The bit pattern of the variant
    #[must_use]
    pub const fn bits(&self) -> u8 {
        *self as u8
    }
}
