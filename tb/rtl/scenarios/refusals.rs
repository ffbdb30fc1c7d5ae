// SPDX-License-Identifier: Apache-2.0
//! Refused commands: the right code, and nothing changed.

use persimmon::regif::{Code, Command, DevicePolicy, Entry, RegIf};

use crate::bench::{Bench, Outcome};
use crate::stimulus::*;

/// Numbers of address spaces, groups and devices that this build does not have.
pub fn numbers<D: RegIf>(bench: &mut Bench<D>) -> Outcome {
    let capability = bench.capability();
    bench.ok(map(0, 0x1000, 0x1fff))?;
    for asid in [capability.asids, 16, 128, 255] {
        // The other operands are wrong as well: the address space comes first.
        bench.expect(map(asid, 1, 0), Code::InvalAsid)?;
        bench.expect(unmap(asid, 0, u64::MAX), Code::InvalAsid)?;
        bench.expect(begin(asid), Code::InvalAsid)?;
        bench.expect(stage(asid, 1, 0), Code::InvalAsid)?;
        bench.expect(commit(asid), Code::InvalAsid)?;
        bench.expect(abort(asid), Code::InvalAsid)?;
        bench.expect(reset_map(asid), Code::InvalAsid)?;
        bench.expect(group_asid(capability.groups, asid), Code::InvalAsid)?;
    }
    for group in [capability.groups, 16, 127] {
        bench.expect(group_asid(group, 0), Code::InvalGroup)?;
    }
    for device in [capability.devices, 4, 127] {
        bench.expect(device_reset(device, true), Code::InvalDevice)?;
        bench.expect(Command::Quiesce { device }, Code::InvalDevice)?;
        bench.expect(Command::Resume { device }, Code::InvalDevice)?;
    }
    bench.ok(Command::Quiesce { device: 0 })?;
    bench.ok(Command::Quiesce { device: 0 })?;
    bench.ok(Command::Resume { device: 0 })?;
    bench.ok(Command::Resume { device: 0 })
}

/// Ranges that are none, ends that do not fit, overlaps of every shape, and which reason comes first.
pub fn ranges<D: RegIf>(bench: &mut Bench<D>) -> Outcome {
    let to = |start, last, pa| Command::Map {
        asid: 1,
        entry: Entry {
            start,
            last,
            pa,
            perm: 3,
        },
    };
    bench.ok(map(0, 0x8000, 0x8fff))?;
    bench.ok(map(2, 0x8000, 0x8fff))?;
    bench.expect(to(1, 0, u64::MAX), Code::InvalRange)?;
    bench.expect(to(u64::MAX, 0, 0), Code::InvalRange)?;
    bench.expect(to(0, 1, u64::MAX), Code::InvalPa)?;
    bench.expect(to(0, u64::MAX, 1), Code::InvalPa)?;
    bench.expect(to(0x1000, 0x1fff, u64::MAX - 0xffe), Code::InvalPa)?;
    bench.ok(to(0x1000, 0x1fff, u64::MAX - 0xfff))?;
    bench.ok(to(0x3000, 0x3fff, 0))?;
    for (start, last) in [
        (0x1000, 0x1fff),
        (0x1400, 0x17ff),
        (0x0000, 0x1000),
        (0x1fff, 0x2000),
        (0x0fff, 0x2000),
        (0x2000, 0x3000),
        (0x3fff, 0x3fff),
        (0x3fff, u64::MAX),
        (0, u64::MAX),
    ] {
        bench.expect(to(start, last, 0), Code::Exist)?;
    }
    // Adjacent is not overlapping.
    bench.ok(to(0x2000, 0x2fff, 0))?;
    bench.ok(to(0x0fff, 0x0fff, 0))?;
    bench.ok(to(0x4000, 0x4000, 0))?;
    bench.ok(group_asid(0, 1))?;
    for (start, last) in [
        (0x0fff, 0x0fff),
        (0x1000, 0x1fff),
        (0x2000, 0x2fff),
        (0x4000, 0x4000),
    ] {
        bench.edges(0, entry(start, last))?;
    }
    Ok(())
}

/// The table fills up, each address space to its limit, and gets its room back.
pub fn capacity<D: RegIf>(bench: &mut Bench<D>) -> Outcome {
    let page = |number: u16| {
        let start = u64::from(number) << 12;
        (start, start + 0xfff)
    };
    let map_page = |asid, number| map(asid, page(number).0, page(number).1);
    let stage_page = |asid, number| stage(asid, page(number).0, page(number).1);
    let entries = bench.capability().entries;

    bench.limit(1, 2)?;
    bench.ok(map_page(1, 0))?;
    bench.ok(map_page(1, 1))?;
    bench.expect(map_page(1, 2), Code::NospcLimit)?;
    bench.expect(map_page(1, 1), Code::Exist)?;
    bench.limit(1, 1)?;
    bench.expect(map_page(1, 2), Code::NospcLimit)?;
    bench.limit(1, 0xffff)?;

    for number in 2..entries {
        bench.ok(map_page((number % 4) as u8, number))?;
    }
    bench.expect(map_page(0, entries), Code::NospcTable)?;
    bench.expect(map_page(3, entries), Code::NospcTable)?;
    bench.expect(map_page(1, 0), Code::Exist)?;
    bench.limit(1, 1)?;
    bench.expect(map_page(1, entries), Code::NospcLimit)?;
    bench.limit(1, 0xffff)?;

    // A transaction may use what its own address space holds, and nothing that is freed later.
    let own = (2..entries).filter(|number| number % 4 == 2).count() as u16;
    bench.ok(begin(2))?;
    bench.ok(reset_map(3))?;
    for number in 0..own {
        bench.ok(stage_page(2, number))?;
    }
    bench.expect(stage_page(2, own), Code::NospcTable)?;
    bench.expect(commit(2), Code::NospcTable)?;
    bench.limit(2, own)?;
    bench.ok(begin(2))?;
    for number in 0..own {
        bench.ok(stage_page(2, number))?;
    }
    bench.expect(stage_page(2, own), Code::NospcLimit)?;
    bench.limit(2, 0xffff)?;
    bench.expect(commit(2), Code::NospcLimit)?;

    // What reset_map freed can be used by all.
    bench.ok(unmap(2, 0, u64::MAX))?;
    let left: u16 = entries - 2 - (2..entries).filter(|number| number % 4 < 2).count() as u16;
    bench.ok(begin(3))?;
    for number in 0..left {
        bench.ok(stage_page(3, number))?;
    }
    bench.ok(commit(3))?;
    bench.expect(map_page(2, 0), Code::NospcTable)
}

/// While a transaction is open, some commands wait and others run.
pub fn open_transaction<D: RegIf>(bench: &mut Bench<D>) -> Outcome {
    bench.expect(commit(1), Code::NoTxn)?;
    bench.expect(abort(1), Code::NoTxn)?;
    bench.expect(stage(1, 0, 0), Code::NoTxn)?;
    for asid in 0..4 {
        bench.ok(map(asid, 0x1000, 0x1fff))?;
        bench.ok(group_asid(asid, asid))?;
    }
    bench.ok(begin(1))?;
    bench.ok(stage(1, 0x2000, 0x2fff))?;
    for asid in 0..4 {
        bench.expect(map(asid, 0x5000, 0x5fff), Code::Busy)?;
        bench.expect(map(asid, 1, 0), Code::Busy)?;
        bench.expect(unmap(asid, 0, u64::MAX), Code::Busy)?;
        bench.expect(begin(asid), Code::Busy)?;
        if asid != 1 {
            bench.expect(stage(asid, 1, 0), Code::NoTxn)?;
            bench.expect(commit(asid), Code::NoTxn)?;
            bench.expect(abort(asid), Code::NoTxn)?;
        }
    }
    // Below and above the open one: their entries are in the shadow bank, or still to come.
    bench.ok(reset_map(0))?;
    bench.ok(reset_map(2))?;
    bench.ok(group_asid(0, 3))?;
    bench.ok(Command::Quiesce { device: 0 })?;
    bench.ok(Command::Resume { device: 0 })?;
    bench.ok(device_reset(0, false))?;
    bench.expect(reset_map(200), Code::InvalAsid)?;
    bench.ok(stage(1, 0x4000, 0x4fff))?;
    bench.ok(commit(1))?;
    for asid in 0..4 {
        bench.ok(group_asid(asid, asid))?;
        bench.edges(asid, entry(0x1000, 0x1fff))?;
        bench.edges(asid, entry(0x4000, 0x4fff))?;
    }
    bench.ok(map(0, 0x1000, 0x1fff))?;
    bench.ok(map(2, 0x1000, 0x17ff))?;
    bench.edges(2, entry(0x1000, 0x17ff))
}

/// A refused entry is remembered until the transaction ends.
pub fn poison<D: RegIf>(bench: &mut Bench<D>) -> Outcome {
    let beyond_pa = Command::SetMapEntry {
        asid: 1,
        entry: Entry {
            pa: u64::MAX,
            ..entry(0x4000, 0x4fff)
        },
    };
    bench.ok(map(1, 0x7000, 0x7fff))?;
    bench.ok(group_asid(1, 1))?;
    for (bad, code) in [
        (stage(1, 0x2000, 0x1fff), Code::InvalRange),
        (beyond_pa, Code::InvalPa),
        (stage(1, 0x1fff, 0x2fff), Code::Exist),
        (stage(1, 0x1000, 0x1fff), Code::Exist),
        (stage(1, 0, 0x1000), Code::Exist),
        (stage(1, 0, 0x0fff), Code::Order),
        (stage(1, 0, 0), Code::Order),
    ] {
        for ending in [commit(1), abort(1)] {
            bench.ok(begin(1))?;
            bench.ok(stage(1, 0x1000, 0x1fff))?;
            bench.expect(bad, code)?;
            bench.expect(stage(1, 0x8000, 0x8fff), code)?;
            bench.expect(stage(1, 1, 0), code)?;
            bench.expect(map(1, 0x8000, 0x8fff), Code::Busy)?;
            let end = match ending {
                Command::SetMapCommit { .. } => code,
                _ => Code::Ok,
            };
            bench.expect(ending, end)?;
            bench.expect(commit(1), Code::NoTxn)?;
            bench.edges(1, entry(0x1000, 0x1fff))?;
            bench.edges(1, entry(0x7000, 0x7fff))?;
        }
    }
    // What is refused for its address space does not poison.
    bench.ok(begin(1))?;
    bench.expect(stage(2, 0, 0xfff), Code::NoTxn)?;
    bench.expect(stage(255, 0, 0xfff), Code::InvalAsid)?;
    bench.ok(stage(1, 0, 0xfff))?;
    bench.ok(commit(1))?;
    bench.edges(1, entry(0, 0xfff))
}

/// What takes the address space away aborts its transaction; what does not leaves it.
pub fn aborts<D: RegIf>(bench: &mut Bench<D>) -> Outcome {
    bench.policy(
        0,
        DevicePolicy {
            asids: 0b0010,
            ..Default::default()
        },
    )?;
    for (asid, command, survives) in [
        (1, reset_map(1), false),
        (1, device_reset(0, true), false),
        (1, reset_map(2), true),
        (1, device_reset(0, false), true),
        (2, device_reset(0, true), true),
        (1, group_asid(0, 1), true),
    ] {
        bench.ok(map(asid, 0x9000, 0x9fff))?;
        bench.ok(begin(asid))?;
        bench.ok(stage(asid, 0x1000, 0x1fff))?;
        bench.ok(command)?;
        let code = if survives { Code::Ok } else { Code::NoTxn };
        bench.expect(stage(asid, 0x2000, 0x2fff), code)?;
        bench.expect(commit(asid), code)?;
        bench.ok(begin(3))?;
        bench.ok(abort(3))?;
        bench.ok(reset_map(asid))?;
    }
    // A poisoned one is forgotten as well.
    bench.ok(begin(1))?;
    bench.expect(stage(1, 1, 0), Code::InvalRange)?;
    bench.ok(reset_map(1))?;
    bench.expect(commit(1), Code::NoTxn)?;
    bench.ok(begin(1))?;
    bench.ok(stage(1, 0x1000, 0x1fff))?;
    bench.ok(commit(1))
}
