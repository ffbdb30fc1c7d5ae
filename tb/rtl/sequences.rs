// SPDX-License-Identifier: Apache-2.0
//! Tables of the sizes at which a search or a merge goes wrong: empty, one entry, around K, around full.
//!
//! At each size every entry is looked up at its edges. There is always one that ends at 2^64-1 in the highest address
//! space: all ones in every bit of a key is an address as any other, and an unused place of the search must not look
//! like it.

use std::collections::BTreeSet;

use persimmon::dut::Variant;
use persimmon::regif::{Capability, Code, Command, Entry, RegIf};

use crate::bench::{self, Bench, Outcome};
use crate::stimulus::*;

/// Entry number `number` of a table of this capability, and its address space. They are disjoint; neighbours in
/// number are not neighbours in the table. Number 0 ends at 2^64-1 in the highest address space, number 1 starts at
/// 0 in the lowest.
fn place(capability: Capability, number: u64) -> (u8, Entry) {
    let asids = u64::from(capability.asids);
    if number == 0 {
        return (capability.asids - 1, entry(u64::MAX - 0xfff, u64::MAX));
    }
    let (row, asid) = ((number - 1) / asids, (number - 1) % asids);
    let rows = (u64::from(capability.entries) / asids).next_power_of_two();
    let start = (row * 5 % rows) << 13;
    // Every fourth entry touches its successor.
    let size = [1, 0x1000, 0x2000, 0x1fff][(row % 4) as usize];
    (asid as u8, entry(start, start + size - 1))
}

/// The sizes, and whether the table takes one more there.
fn sizes<D>(bench: &Bench<D>) -> BTreeSet<u64>
where
    D: RegIf,
{
    let (radix, entries) = (bench.radix() as u64, bench.capability().entries.into());
    BTreeSet::from([0, 1, radix - 1, radix, radix + 1, entries - 1, entries])
}

/// Group n in AS n, as far as there are groups.
fn assign<D: RegIf>(bench: &mut Bench<D>) -> Outcome {
    let Capability { asids, groups, .. } = bench.capability();
    (0..asids.min(groups)).try_for_each(|number| bench.ok(group_asid(number, number)))
}

/// Looks up the first `count` entries, all or about `most` of them, and the one that comes next and is not there.
fn look_up<D: RegIf>(bench: &mut Bench<D>, count: u64, most: u64) -> Outcome {
    let capability = bench.capability();
    // A stride without small factors does not keep to a few places of the search tree.
    let stride = (count / most).max(1) | 1;
    let sampled = (0..count).step_by(stride as usize);
    for number in sampled.chain([count, count.saturating_sub(1)]) {
        let (asid, entry) = place(capability, number);
        bench.edges(asid, entry)?;
    }
    // Nothing of it may answer in an address space that has no such entry.
    let (asid, entry) = place(capability, 0);
    for group in (0..capability.groups).filter(|&group| group != asid) {
        bench.access(read(group, entry.start, 1))?;
        bench.access(read(group, entry.last, 1))?;
    }
    Ok(())
}

/// Grows the table by MAP, an entry at a time, then shrinks it by UNMAP.
fn by_map<D: RegIf>(bench: &mut Bench<D>) -> Outcome {
    let capability = bench.capability();
    let entries = u64::from(capability.entries);
    let sizes = sizes(bench);
    assign(bench)?;
    for count in 0..=entries {
        if sizes.contains(&count) {
            look_up(bench, count, entries)?;
        }
        let (asid, entry) = place(capability, count);
        let code = match count == entries {
            true => Code::NospcTable,
            false => Code::Ok,
        };
        bench.expect(Command::Map { asid, entry }, code)?;
    }
    for count in (0..entries).rev() {
        let (asid, Entry { start, last, .. }) = place(capability, count);
        bench.ok(unmap(asid, start, last))?;
        if sizes.contains(&count) {
            look_up(bench, count, entries)?;
        }
    }
    Ok(())
}

/// Replaces the whole table by its first `count` entries, one transaction for each address space.
fn fill<D: RegIf>(bench: &mut Bench<D>, count: u64) -> Outcome {
    let capability = bench.capability();
    for asid in 0..capability.asids {
        bench.quietly(reset_map(asid))?;
    }
    for asid in 0..capability.asids {
        let mut entries: Vec<Entry> = (0..count)
            .map(|number| place(capability, number))
            .filter(|&(its, _)| its == asid)
            .map(|(_, entry)| entry)
            .collect();
        entries.sort_by_key(|entry| entry.start);
        bench.quietly(begin(asid))?;
        for entry in entries {
            bench.quietly(Command::SetMapEntry { asid, entry })?;
        }
        bench.quietly(commit(asid))?;
    }
    bench.compare()
}

/// Fills the table by SET_MAP to each size, looks `most` entries up, and adds one more by MAP.
fn by_set_map<D: RegIf>(bench: &mut Bench<D>, most: u64) -> Outcome {
    let capability = bench.capability();
    let entries = u64::from(capability.entries);
    let sizes = sizes(bench);
    assign(bench)?;
    for &count in &sizes {
        fill(bench, count)?;
        look_up(bench, count, most)?;
        let (asid, entry) = place(capability, count);
        let code = match count == entries {
            true => Code::NospcTable,
            false => Code::Ok,
        };
        bench.expect(Command::Map { asid, entry }, code)?;
        look_up(bench, (count + 1).min(entries), most / 4)?;
    }
    // The full table loses its lowest, its highest, and a middle address space.
    for asid in [0, capability.asids - 1, capability.asids / 2] {
        bench.ok(reset_map(asid))?;
        look_up(bench, entries, most / 4)?;
    }
    Ok(())
}

#[test]
fn golden_sizes() -> Outcome {
    let capability = Capability {
        entries: 64,
        asids: 4,
        groups: 4,
        devices: 1,
        iova_w: 64,
        pa_w: 64,
        granule_log2: 0,
    };
    by_map(&mut bench::golden(capability)?)?;
    by_set_map(&mut bench::golden(capability)?, 64)
}

#[test]
fn map_to_64_entries() -> Outcome {
    by_map(&mut bench::rtl(Variant::E64)?)
}

#[test]
fn set_map_to_64_entries() -> Outcome {
    by_set_map(&mut bench::rtl(Variant::E64)?, 64)
}

#[test]
fn set_map_to_2048_entries() -> Outcome {
    let mut bench = bench::rtl(Variant::E2048)?;
    by_set_map(&mut bench, 120)?;
    let counts = bench.counts();
    assert!(counts.entries > 2048 * 5, "compared {counts:?}");
    Ok(())
}
