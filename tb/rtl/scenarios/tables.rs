// SPDX-License-Identifier: Apache-2.0
//! What commands do to tables, modes and groups when they are accepted.

use persimmon::regif::{Access, Code, Command, DevicePolicy, Entry, Persist, RegIf, Request};

use crate::bench::{Bench, Outcome};
use crate::stimulus::*;

/// Group n in AS n, and a few entries in each address space that leave room for three more.
fn populate<D: RegIf>(bench: &mut Bench<D>) -> Outcome {
    for asid in 0..4 {
        bench.ok(group_asid(asid, asid))?;
    }
    for asid in [3, 0, 1] {
        bench.ok(map(asid, 0x1000, 0x1fff))?;
    }
    bench.ok(map(0, 0x3000, 0x3fff))
}

/// An access that hits and one that does not, in every address space.
fn probe<D: RegIf>(bench: &mut Bench<D>) -> Outcome {
    for group in 0..4 {
        bench.access(read(group, 0x1800, 64))?;
        bench.access(read(group, 0x2000, 1))?;
    }
    Ok(())
}

/// Each cell of the table of modes in design.md section 3.
pub fn modes<D: RegIf>(bench: &mut Bench<D>) -> Outcome {
    populate(bench)?;
    for init in [0b0000, 0b1111] {
        bench.reset_modes(init, 0)?;
        for commands in [
            vec![map(1, 0x2000, 0x2fff)],
            vec![unmap(1, 0x2000, 0x2fff)],
            vec![begin(1), commit(1)],
            vec![begin(1), stage(1, 0x2000, 0x2fff), commit(1)],
        ] {
            // From IDENTITY or BLOCKED, and then from MAPPED.
            bench.ok(reset_map(1))?;
            probe(bench)?;
            bench.all_ok(&commands)?;
            probe(bench)?;
            bench.ok(unmap(1, 0x2000, 0x2fff))?;
            bench.all_ok(&commands)?;
            probe(bench)?;
        }
        bench.ok(reset_map(1))?;
        bench.expect(map(1, 0x2000, 0x1fff), Code::InvalRange)?;
        probe(bench)?;
        bench.ok(reset_map(1))?;
        probe(bench)?;
    }
    Ok(())
}

/// UNMAP takes whole entries of one address space, by the literal formula.
pub fn unmap_formula<D: RegIf>(bench: &mut Bench<D>) -> Outcome {
    populate(bench)?;
    let entries = [(0x1000, 0x1fff), (0x2000, 0x2fff), (0x5000, 0x5fff)];
    for (iova, last) in [
        (0x1800, 0x1800),
        (0x1000, 0x1000),
        (0x1fff, 0x1fff),
        (0x0fff, 0x0fff),
        (0x1fff, 0x2000),
        (0x3000, 0x4fff),
        (0x3000, 0x5000),
        (0, u64::MAX),
        (0x1800, 0x17ff),
        (0x1000, 0x0fff),
        (0x3000, 0x2fff),
        (0x2000, 0x1fff),
        (0, 0),
        (u64::MAX, u64::MAX),
        (0x1f00, 0x1100),
        (0x5800, 0x1800),
        (u64::MAX, 0),
    ] {
        bench.ok(unmap(1, 0, u64::MAX))?;
        for (start, last) in entries {
            bench.ok(map(1, start, last))?;
        }
        bench.ok(unmap(1, iova, last))?;
        for (start, last) in entries {
            bench.edges(1, entry(start, last))?;
        }
    }
    Ok(())
}

/// SET_MAP replaces everything, at COMMIT and not before, and touches no other address space.
pub fn set_map<D: RegIf>(bench: &mut Bench<D>) -> Outcome {
    populate(bench)?;
    for asid in [1, 0, 3, 2] {
        bench.ok(begin(asid))?;
        bench.ok(stage(asid, 0x1000, 0x17ff))?;
        probe(bench)?;
        bench.ok(stage(asid, 0x1800, 0x2fff))?;
        probe(bench)?;
        bench.ok(commit(asid))?;
        probe(bench)?;
        bench.ok(begin(asid))?;
        bench.ok(stage(asid, 0, u64::MAX))?;
        bench.ok(abort(asid))?;
        probe(bench)?;
        bench.ok(begin(asid))?;
        bench.ok(commit(asid))?;
        probe(bench)?;
    }
    Ok(())
}

/// `[0, 2^64-1]` is one entry; 2^64-1 is an address as any other, in any address space.
pub fn whole_space<D: RegIf>(bench: &mut Bench<D>) -> Outcome {
    let highest = bench.capability().asids - 1;
    for asid in [highest, 0] {
        bench.ok(group_asid(0, asid))?;
        let whole = Entry {
            start: 0,
            last: u64::MAX,
            pa: 0,
            perm: 3,
        };
        bench.ok(Command::Map { asid, entry: whole })?;
        bench.edges(0, whole)?;
        bench.expect(map(asid, 0, 0), Code::Exist)?;
        bench.expect(map(asid, u64::MAX, u64::MAX), Code::Exist)?;
        bench.ok(unmap(asid, u64::MAX, u64::MAX))?;
        bench.edges(0, whole)?;
        for last_byte in [entry(u64::MAX, u64::MAX), entry(u64::MAX - 0xfff, u64::MAX)] {
            bench.ok(Command::Map {
                asid,
                entry: last_byte,
            })?;
            bench.edges(0, last_byte)?;
            bench.ok(map(asid, 0, 0))?;
            bench.edges(0, entry(0, 0))?;
            // (0, 0) of the kernel: iova 0, last 2^64-1.
            bench.ok(unmap(asid, 0, u64::MAX))?;
            bench.edges(0, last_byte)?;
        }
    }
    Ok(())
}

/// The same IOVA in every address space, each to its own place.
pub fn isolation<D: RegIf>(bench: &mut Bench<D>) -> Outcome {
    let place = |asid: u8| Entry {
        pa: u64::from(asid) << 32,
        ..entry(0x1000, 0x1fff)
    };
    for asid in [2, 0, 3, 1] {
        bench.ok(Command::Map {
            asid,
            entry: place(asid),
        })?;
        bench.ok(group_asid(asid, asid))?;
        for group in 0..4 {
            bench.edges(group, place(group))?;
        }
    }
    // Entries of a neighbour are the nearest that a search finds; they must not answer.
    for asid in [1, 3, 0] {
        bench.ok(unmap(asid, 0x1000, 0x1fff))?;
        for group in 0..4 {
            bench.edges(group, place(group))?;
        }
    }
    bench.ok(group_asid(0, 2))?;
    bench.edges(0, place(2))
}

/// All 8 bits are kept, two are obeyed.
pub fn permissions<D: RegIf>(bench: &mut Bench<D>) -> Outcome {
    bench.ok(group_asid(0, 0))?;
    for perm in [0, 1, 2, 3, 4, 7, 0x80, 0xff] {
        let entry = Entry {
            perm,
            ..entry(0x1000, 0x1fff)
        };
        bench.ok(Command::Map { asid: 0, entry })?;
        bench.edges(0, entry)?;
        bench.ok(unmap(0, 0x1000, 0x1fff))?;
    }
    Ok(())
}

/// IDENTITY, and accesses that wrap.
pub fn identity<D: RegIf>(bench: &mut Bench<D>) -> Outcome {
    bench.reset_modes(u16::MAX, 0)?;
    for group in [0, 3] {
        bench.ok(group_asid(group, group))?;
        bench.ok(reset_map(group))?;
        for (iova, len) in [
            (0, 1),
            (0x1234, 4096),
            (u64::MAX, 1),
            (u64::MAX, 2),
            (u64::MAX, 4096),
        ] {
            for access in [Access::Read, Access::Write] {
                bench.access(Request {
                    access,
                    ..read(group, iova, len)
                })?;
            }
        }
    }
    let groups = bench.capability().groups;
    for group in [1, groups, u8::MAX] {
        bench.access(read(group, 0, 1))?;
    }
    Ok(())
}

/// PERSIST, the flag, and the masks of a device's groups and address spaces.
pub fn device_resets<D: RegIf>(bench: &mut Bench<D>) -> Outcome {
    let devices = bench.capability().devices;
    bench.reset_modes(0, 0b0101)?;
    for device in 0..devices {
        for persist in [Persist::ByFlag, Persist::AlwaysClean, Persist::NeverClean] {
            for (as0, groups, asids) in [(0, u16::MAX, u16::MAX), (2, 0b0110, 0b0011), (15, 1, 0)] {
                bench.policy(
                    device,
                    DevicePolicy {
                        persist,
                        as0,
                        groups,
                        asids,
                    },
                )?;
                for clean in [false, true] {
                    for asid in 0..4 {
                        bench.ok(unmap(asid, 0, u64::MAX))?;
                    }
                    populate(bench)?;
                    bench.ok(device_reset(device, clean))?;
                    probe(bench)?;
                    bench.ok(device_reset(device, false))?;
                    probe(bench)?;
                }
            }
        }
    }
    Ok(())
}

/// LOCK freezes policies and modes, not LIMIT and not the flag of a reset.
pub fn lock<D: RegIf>(bench: &mut Bench<D>) -> Outcome {
    let policy = DevicePolicy {
        as0: 1,
        asids: 0b0111,
        ..Default::default()
    };
    bench.policy(0, policy)?;
    bench.reset_modes(0b0010, 0b0001)?;
    bench.lock()?;
    bench.policy(
        0,
        DevicePolicy {
            persist: Persist::NeverClean,
            as0: 2,
            groups: 0,
            asids: 0,
        },
    )?;
    bench.reset_modes(0b1101, 0b1110)?;
    bench.lock()?;
    populate(bench)?;
    bench.ok(device_reset(0, false))?;
    probe(bench)?;
    bench.ok(device_reset(0, true))?;
    probe(bench)?;
    for asid in 0..4 {
        bench.ok(reset_map(asid))?;
    }
    probe(bench)?;
    bench.limit(2, 0)?;
    bench.expect(map(2, 0x1000, 0x1fff), Code::NospcLimit)
}

/// RECOVER of what is not damaged drops nothing and opens nothing; it counts, and drains, as any removal.
pub fn recover_what_is_whole<D: RegIf>(bench: &mut Bench<D>) -> Outcome {
    bench.reset_modes(0b0010, 0)?;
    bench.all_ok(&[
        reset_map(1),
        map(2, 0x1000, 0x1fff),
        group_asid(0, 0),
        group_asid(1, 1),
        group_asid(2, 2),
    ])?;
    for asid in 0..3 {
        let response = bench.translate(read(asid, 0x1000, 1))?;
        bench.ok(recover(asid))?;
        bench.release(response.tag)?;
        bench.access(read(asid, 0x1000, 1))?;
    }
    bench.expect(recover(bench.capability().asids), Code::InvalAsid)?;
    bench.ok(begin(2))?;
    bench.expect(recover(2), Code::Busy)?;
    bench.expect(recover(0), Code::Busy)?;
    bench.expect(recover(255), Code::InvalAsid)?;
    bench.all_ok(&[abort(2), recover(2)])?;
    bench.access(read(2, 0x1000, 1))?;
    Ok(())
}
