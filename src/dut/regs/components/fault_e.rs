// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Field Enum: reason

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






#[repr(u8)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultE {
    /// No fault.
    None = 0,
    /// The group is out of range or has no address space.
    Group = 1,
    /// The access goes beyond IOVA_W bits.
    Overflow = 2,
    /// The address space is BLOCKED.
    Blocked = 3,
    /// IDENTITY, and the access goes beyond PA_W bits.
    PaWidth = 4,
    /// No entry covers the first byte.
    NoMapping = 5,
    /// The entry does not permit the access.
    Permission = 6,
    /// The access leaves the entry that covers its first byte.
    Crossing = 7,
    /// The burst breaks a rule of AXI4, or is an atomic operation.
    Burst = 8,
    /// A word on the way to the answer is damaged, or the entry is poisoned.
    Parity = 9,
}

impl FaultE {
    /// Decode a bit pattern into an encoded enum variant.
    ///
    /// # Errors
    /// Returns an error if the bit pattern does not match any encoded variants.
    pub const fn from_bits(bits: u8) -> core::result::Result<Self, peakrdl_rust::encode::UnknownVariant<u8>> {
        match bits {
            0 => Ok(Self::None),
            1 => Ok(Self::Group),
            2 => Ok(Self::Overflow),
            3 => Ok(Self::Blocked),
            4 => Ok(Self::PaWidth),
            5 => Ok(Self::NoMapping),
            6 => Ok(Self::Permission),
            7 => Ok(Self::Crossing),
            8 => Ok(Self::Burst),
            9 => Ok(Self::Parity),
            bits => Err(peakrdl_rust::encode::UnknownVariant::new(bits)),
        }
    }

    /// The bit pattern of the variant
    #[must_use]
    pub const fn bits(&self) -> u8 {
        *self as u8
    }
}
