// SPDX-License-Identifier: Apache-2.0
//! Short names for commands and entries, shared by the tests.

use persimmon::regif::{Access, Command, Entry, Request};

/// A readable and writable entry; its physical address shows which one it is.
pub fn entry(start: u64, last: u64) -> Entry {
    Entry {
        start,
        last,
        pa: (start ^ 0x5a5a_0000).min(u64::MAX - last.saturating_sub(start)),
        perm: 3,
    }
}

/// MAP of [`entry`].
pub fn map(asid: u8, start: u64, last: u64) -> Command {
    Command::Map {
        asid,
        entry: entry(start, last),
    }
}

/// UNMAP.
pub fn unmap(asid: u8, iova: u64, last: u64) -> Command {
    Command::Unmap { asid, iova, last }
}

/// SET_MAP_BEGIN.
pub fn begin(asid: u8) -> Command {
    Command::SetMapBegin { asid }
}

/// SET_MAP_ENTRY of [`entry`].
pub fn stage(asid: u8, start: u64, last: u64) -> Command {
    Command::SetMapEntry {
        asid,
        entry: entry(start, last),
    }
}

/// SET_MAP_COMMIT.
pub fn commit(asid: u8) -> Command {
    Command::SetMapCommit { asid }
}

/// SET_MAP_ABORT.
pub fn abort(asid: u8) -> Command {
    Command::SetMapAbort { asid }
}

/// RESET_MAP.
pub fn reset_map(asid: u8) -> Command {
    Command::ResetMap { asid }
}

/// DEVICE_RESET.
pub fn device_reset(device: u8, clean: bool) -> Command {
    Command::DeviceReset { device, clean }
}

/// GROUP_ASID.
pub fn group_asid(group: u8, asid: u8) -> Command {
    Command::GroupAsid { group, asid }
}

/// RECOVER.
pub fn recover(asid: u8) -> Command {
    Command::Recover { asid }
}

/// A read of `len` bytes.
pub fn read(group: u8, iova: u64, len: u16) -> Request {
    Request {
        group,
        iova,
        len,
        access: Access::Read,
    }
}

/// FENCE.
pub fn fence(asid: u8) -> Command {
    Command::Fence { asid }
}
