// SPDX-License-Identifier: Apache-2.0
//! Commands and their results: design.md section 3, `rtl/regs/iommu.rdl` enums `op_e` and `code_e`.

use serde::{Deserialize, Serialize};

use super::Entry;

/// One command. As if executed one at a time, and all-or-nothing: a refused command changes no live entry, mode,
/// count, group, policy or staging (except that a refused SET_MAP ENTRY poisons its transaction).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Inserts an entry; an AS that is not MAPPED becomes MAPPED with this entry alone.
    Map {
        /// Address space.
        asid: u8,
        /// What to insert.
        entry: Entry,
    },
    /// Removes every whole entry `e` with `e.start <= last && e.last >= iova` (literally: also for
    /// `last = iova - 1`), never splits; the AS becomes MAPPED.
    Unmap {
        /// Address space.
        asid: u8,
        /// First byte.
        #[serde(with = "super::hex")]
        iova: u64,
        /// Last byte, inclusive.
        #[serde(with = "super::hex")]
        last: u64,
    },
    /// Opens a transaction that replaces the whole table of the AS. One at a time in the device.
    SetMapBegin {
        /// Address space.
        asid: u8,
    },
    /// Stages one entry; entries come ascending and disjoint.
    SetMapEntry {
        /// Address space of the open transaction.
        asid: u8,
        /// What to stage.
        entry: Entry,
    },
    /// Replaces the table by what was staged (perhaps nothing) and makes the AS MAPPED; or, after a refused
    /// entry, returns that entry's code and changes nothing. Closes the transaction either way.
    SetMapCommit {
        /// Address space of the open transaction.
        asid: u8,
    },
    /// Closes the transaction and changes nothing.
    SetMapAbort {
        /// Address space of the open transaction.
        asid: u8,
    },
    /// The AS to INIT_MODE: the kernel's `.reset_map`.
    ResetMap {
        /// Address space.
        asid: u8,
    },
    /// virtio device reset. The device's assigned groups go back to its AS 0; its address spaces go to
    /// CLEAN_MODE if its [`Persist`](super::Persist) policy says so.
    DeviceReset {
        /// Which device.
        device: u8,
        /// The CLEAN_MAP flag of the kernel's `compat_reset`.
        clean: bool,
    },
    /// The group uses this address space from here on.
    GroupAsid {
        /// Virtqueue group.
        group: u8,
        /// Address space.
        asid: u8,
    },
    /// Holds the device's requests.
    Quiesce {
        /// Which device.
        device: u8,
    },
    /// Releases the device's requests.
    Resume {
        /// Which device.
        device: u8,
    },
    /// Starts a drain of the address space without removing anything: its DRAINING bit falls when every access that
    /// was accepted before has finished.
    Fence {
        /// Address space.
        asid: u8,
    },
    /// Removes the poisoned entries of the AS and writes all that lookups read anew. The mode stays.
    Recover {
        /// Address space.
        asid: u8,
    },
}

impl Command {
    /// Its name in the register map: `op_e`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Map { .. } => "MAP",
            Self::Unmap { .. } => "UNMAP",
            Self::SetMapBegin { .. } => "SET_MAP_BEGIN",
            Self::SetMapEntry { .. } => "SET_MAP_ENTRY",
            Self::SetMapCommit { .. } => "SET_MAP_COMMIT",
            Self::SetMapAbort { .. } => "SET_MAP_ABORT",
            Self::ResetMap { .. } => "RESET_MAP",
            Self::DeviceReset { .. } => "DEVICE_RESET",
            Self::GroupAsid { .. } => "GROUP_ASID",
            Self::Quiesce { .. } => "QUIESCE",
            Self::Resume { .. } => "RESUME",
            Self::Fence { .. } => "FENCE",
            Self::Recover { .. } => "RECOVER",
        }
    }

    /// The address space that it names.
    #[must_use]
    pub fn asid(self) -> Option<u8> {
        match self {
            Self::Map { asid, .. }
            | Self::Unmap { asid, .. }
            | Self::SetMapBegin { asid }
            | Self::SetMapEntry { asid, .. }
            | Self::SetMapCommit { asid }
            | Self::SetMapAbort { asid }
            | Self::ResetMap { asid }
            | Self::GroupAsid { asid, .. }
            | Self::Fence { asid }
            | Self::Recover { asid } => Some(asid),
            Self::DeviceReset { .. } | Self::Quiesce { .. } | Self::Resume { .. } => None,
        }
    }
}

/// Result code of a command. When several apply, the first in this order is reported: operand numbers
/// (`InvalAsid`, `InvalGroup`, `InvalDevice`), transaction state (`Busy`, `NoTxn`, then the code that poisoned
/// the transaction), `InvalRange`, `InvalAlign`, `InvalPa`, `Exist` (for ENTRY: overlap with the entry staged
/// just before), `Order`, `NospcLimit`, `NospcTable`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Code {
    /// Done.
    Ok,
    /// A SET_MAP transaction is open: MAP, UNMAP, SET_MAP_BEGIN and RECOVER do not run.
    Busy,
    /// The range overlaps a live entry of the address space (`EEXIST`).
    Exist,
    /// The table is full (`ENOSPC`). For ENTRY: what the other address spaces held at BEGIN leaves no room.
    NospcTable,
    /// The address space is at its LIMIT (`ENOSPC`).
    NospcLimit,
    /// `last < iova` (not for UNMAP), or an address beyond IOVA_W bits.
    InvalRange,
    /// `iova`, `last + 1` or `pa` is no multiple of the granule.
    InvalAlign,
    /// `pa + size` goes beyond PA_W bits.
    InvalPa,
    /// `asid >= ASIDS`.
    InvalAsid,
    /// `group >= GROUPS`.
    InvalGroup,
    /// `device >= DEVICES`.
    InvalDevice,
    /// No such command.
    InvalOp,
    /// READ beyond the last entry.
    InvalIndex,
    /// No transaction is open for this address space.
    NoTxn,
    /// A staged entry comes before its predecessor.
    Order,
}

/// How a command ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Completion {
    /// Done, or why not.
    pub code: Code,
    /// State changes committed since power-on, this command's included, modulo 2^32. MAP, UNMAP, SET_MAP
    /// COMMIT, RESET_MAP, DEVICE_RESET, GROUP_ASID and RECOVER that end in [`Code::Ok`] each add exactly one; nothing
    /// else does.
    pub commit_seq: u32,
}
