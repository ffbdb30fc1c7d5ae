// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Field Enum: source

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






#[repr(u8)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupSourceE {
    /// AxUSER is the group. Only what software cannot program may drive AxUSER then.
    User = 0,
    /// Every access of the port is of CTRL.group.
    Fixed = 1,
    /// AxUSER is a requester ID; RID[AxUSER] holds its group. One that is not valid faults.
    Rid = 2,
    /// Every access faults.
    Reserved = 3,
}

impl GroupSourceE {
    /// Decode a bit pattern into an encoded enum variant.
    ///
    /// # Errors
    /// Returns an error if the bit pattern does not match any encoded variants.
    pub const fn from_bits(bits: u8) -> core::result::Result<Self, peakrdl_rust::encode::UnknownVariant<u8>> {
        match bits {
            0 => Ok(Self::User),
            1 => Ok(Self::Fixed),
            2 => Ok(Self::Rid),
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
