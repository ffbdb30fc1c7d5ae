// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Field Enum: code

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






#[repr(u8)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeE {
    /// Done.
    Ok = 0,
    /// A SET_MAP transaction is open; nothing done.
    Busy = 1,
    /// The range overlaps a live entry of this address space.
    Exist = 2,
    /// The table is full.
    NospcTable = 3,
    /// The address space is at its LIMIT.
    NospcLimit = 4,
    /// last < iova, or an address beyond IOVA_W bits.
    InvalRange = 5,
    /// iova, last + 1 or pa is not a multiple of the granule.
    InvalAlign = 6,
    /// pa + size goes beyond PA_W bits.
    InvalPa = 7,
    /// asid >= ASIDS.
    InvalAsid = 8,
    /// group >= GROUPS.
    InvalGroup = 9,
    /// device >= DEVICES.
    InvalDevice = 10,
    /// No such command.
    InvalOp = 11,
    /// READ beyond the last entry; RD_ATTR.valid is 0, the entry shown means nothing.
    InvalIndex = 12,
    /// No SET_MAP transaction is open for this address space.
    NoTxn = 13,
    /// A staged entry comes before its predecessor.
    Order = 14,
}

impl CodeE {
    /// Decode a bit pattern into an encoded enum variant.
    ///
    /// # Errors
    /// Returns an error if the bit pattern does not match any encoded variants.
    pub const fn from_bits(bits: u8) -> core::result::Result<Self, peakrdl_rust::encode::UnknownVariant<u8>> {
        match bits {
            0 => Ok(Self::Ok),
            1 => Ok(Self::Busy),
            2 => Ok(Self::Exist),
            3 => Ok(Self::NospcTable),
            4 => Ok(Self::NospcLimit),
            5 => Ok(Self::InvalRange),
            6 => Ok(Self::InvalAlign),
            7 => Ok(Self::InvalPa),
            8 => Ok(Self::InvalAsid),
            9 => Ok(Self::InvalGroup),
            10 => Ok(Self::InvalDevice),
            11 => Ok(Self::InvalOp),
            12 => Ok(Self::InvalIndex),
            13 => Ok(Self::NoTxn),
            14 => Ok(Self::Order),
            bits => Err(peakrdl_rust::encode::UnknownVariant::new(bits)),
        }
    }

    /// The bit pattern of the variant
    #[must_use]
    pub const fn bits(&self) -> u8 {
        *self as u8
    }
}
