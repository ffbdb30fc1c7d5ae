// SPDX-License-Identifier: Apache-2.0
//! The golden model against its documentation ([`commands`], [`damage`], [`resets`], [`refusals`], [`staging`],
//! [`accesses`], [`drains`]) and against something dumber than itself ([`brute`], on [`pages`]). [`faults`], [`counters`] and
//! [`dirty`] are the models beside it.

mod accesses;
mod brute;
mod commands;
mod counters;
mod damage;
mod dirty;
mod drains;
mod faults;
mod pages;
mod refusals;
mod resets;
mod staging;

use super::Device;
use crate::regif::{
    Access, Capability, Code, Command, Entry, Fault, Mode, RegIf, Request, ResetModes, Response,
};

/// A small device with byte ranges. Address spaces 0 and 2 are IDENTITY after RESET_MAP, and 0 and 1 after a
/// cleaning reset, so that the four combinations can be told apart.
fn device() -> Device {
    let mut device = Device::new(Capability {
        entries: 8,
        asids: 4,
        groups: 4,
        devices: 2,
        iova_w: 64,
        pa_w: 64,
        granule_log2: 0,
    });
    let modes = ResetModes {
        init_identity: 0b0101,
        clean_identity: 0b0011,
    };
    device.set_reset_modes(modes).unwrap();
    device
}

fn entry(start: u64, last: u64) -> Entry {
    Entry {
        start,
        last,
        pa: start + 0x1_0000,
        perm: 3,
    }
}

fn map(asid: u8, start: u64, last: u64) -> Command {
    Command::Map {
        asid,
        entry: entry(start, last),
    }
}

fn unmap(asid: u8, iova: u64, last: u64) -> Command {
    Command::Unmap { asid, iova, last }
}

fn stage(asid: u8, start: u64, last: u64) -> Command {
    Command::SetMapEntry {
        asid,
        entry: entry(start, last),
    }
}

fn begin(asid: u8) -> Command {
    Command::SetMapBegin { asid }
}

fn commit(asid: u8) -> Command {
    Command::SetMapCommit { asid }
}

fn reset_map(asid: u8) -> Command {
    Command::ResetMap { asid }
}

fn device_reset(device: u8, clean: bool) -> Command {
    Command::DeviceReset { device, clean }
}

fn group_asid(group: u8, asid: u8) -> Command {
    Command::GroupAsid { group, asid }
}

/// Executes a command that must be accepted.
#[track_caller]
fn ok(device: &mut Device, command: Command) {
    assert_eq!(device.execute(command).code, Code::Ok, "{command:?}");
}

/// Executes a command that must be refused with `code` and change nothing that can be read.
#[track_caller]
fn refused(device: &mut Device, command: Command, code: Code) {
    let before = visible(device);
    let completion = device.execute(command);
    assert_eq!(completion.code, code, "{command:?}");
    assert_eq!(visible(device), before, "{command:?} changed the device");
}

/// All that a driver can read of a device.
fn visible(device: &mut Device) -> String {
    let asids = device.capability().asids;
    let groups = device.capability().groups;
    let spaces: Vec<_> = (0..asids)
        .map(|asid| (device.address_space(asid), device.draining(asid)))
        .collect();
    let groups: Vec<_> = (0..groups)
        .map(|group| (device.group(group), device.held(group)))
        .collect();
    format!("{spaces:?} {groups:?}")
}

/// Mode and entries, as `(start, last)`, of an address space.
fn table(device: &mut Device, asid: u8) -> (Mode, Vec<(u64, u64)>) {
    let space = device.address_space(asid).unwrap();
    let ranges = space.entries.iter().map(|e| (e.start, e.last)).collect();
    (space.mode, ranges)
}

/// A read of `len` bytes by group 0.
fn read(iova: u64, len: u16) -> Request {
    Request {
        group: 0,
        iova,
        len,
        access: Access::Read,
    }
}

/// Result and `map_last` of a response.
fn answer(response: Response) -> (Result<u64, Fault>, u64) {
    (response.result, response.map_last)
}
