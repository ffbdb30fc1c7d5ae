// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Field Enum: op

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






#[repr(u8)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpE {
    /// Insert [ARG_IOVA, ARG_LAST] -> ARG_PA with CMD.perm into CMD.asid.
    Map = 1,
    /// Remove every whole entry of CMD.asid that overlaps [ARG_IOVA, ARG_LAST].
    Unmap = 2,
    /// Open a transaction that replaces the whole table of CMD.asid.
    SetMapBegin = 3,
    /// Stage one entry, ascending and disjoint.
    SetMapEntry = 4,
    /// Replace the table by the staged one, at one clock edge.
    SetMapCommit = 5,
    /// Drop the staged table.
    SetMapAbort = 6,
    /// CMD.asid to INIT_MODE, in one clock.
    ResetMap = 7,
    /// virtio device reset of device CMD.target; CMD.clean is the CLEAN_MAP flag.
    DeviceReset = 8,
    /// Group CMD.target uses CMD.asid from here on.
    GroupAsid = 9,
    /// Hold the requests of device CMD.target.
    Quiesce = 10,
    /// Release the requests of device CMD.target.
    Resume = 11,
    /// Latch entry number ARG_IOVA and the state of CMD.asid into the RD window.
    Read = 12,
    /// Start a drain of CMD.asid without removing anything: DRAINING falls when every access accepted before has finished.
    Fence = 13,
    /// Write every search level anew and drop the poisoned entries of CMD.asid.
    Recover = 14,
}

impl OpE {
    /// Decode a bit pattern into an encoded enum variant.
    ///
    /// # Errors
    /// Returns an error if the bit pattern does not match any encoded variants.
    pub const fn from_bits(bits: u8) -> core::result::Result<Self, peakrdl_rust::encode::UnknownVariant<u8>> {
        match bits {
            1 => Ok(Self::Map),
            2 => Ok(Self::Unmap),
            3 => Ok(Self::SetMapBegin),
            4 => Ok(Self::SetMapEntry),
            5 => Ok(Self::SetMapCommit),
            6 => Ok(Self::SetMapAbort),
            7 => Ok(Self::ResetMap),
            8 => Ok(Self::DeviceReset),
            9 => Ok(Self::GroupAsid),
            10 => Ok(Self::Quiesce),
            11 => Ok(Self::Resume),
            12 => Ok(Self::Read),
            13 => Ok(Self::Fence),
            14 => Ok(Self::Recover),
            bits => Err(peakrdl_rust::encode::UnknownVariant::new(bits)),
        }
    }

    /// The bit pattern of the variant
    #[must_use]
    pub const fn bits(&self) -> u8 {
        *self as u8
    }
}
