// SPDX-License-Identifier: Apache-2.0
//! What becomes of a damaged entry: it is carried as poison by every pass, in the way of what overlaps it, until
//! something removes it.

use persimmon::dut::{Inject, Site, Variant};
use persimmon::regif::{Code, Command};

use super::Table;
use crate::bench::Outcome;
use crate::stimulus::*;

/// An entry in the middle of address space 1 of the 64-entry build.
const INDEX: u16 = 30;

/// A table with that entry damaged; the address space and the start of it come along.
fn damaged(site: Site) -> Outcome<(Table, u8, u64)> {
    let mut table = Table::new(Variant::E64, 0)?;
    let (asid, start) = table.order()?[usize::from(INDEX)];
    let inject = Inject {
        site,
        index: INDEX,
        place: 9,
    };
    assert!(table.bench.damage(inject, table.pass())?);
    Ok((table, asid, start))
}

const SITES: [Site; 2] = [Site::Key, Site::Payload];

#[test]
fn passes_carry_it() -> Outcome {
    for site in SITES {
        let (mut table, asid, start) = damaged(site)?;
        let unit = table.unit;
        let others = [
            unmap(0, 0, unit / 2 - 1),
            map(0, 0, unit / 2 - 1),
            recover(0),
            begin(2),
            stage(2, 0, unit - 1),
            commit(2),
            begin(0),
            stage(0, 0, unit - 1),
            abort(0),
            begin(0),
            commit(0),
            reset_map(2),
            map(2, 0, 0),
            // Refused: its pass is not flipped in.
            map(asid, start, start),
        ];
        for command in others {
            table.bench.run(command)?;
            assert!(table.exact()? > 0, "{site:?} after {command:x?}");
        }
    }
    Ok(())
}

#[test]
fn it_leaves_with_whatever_removes_it() -> Outcome {
    for site in SITES {
        let removals: [fn(u8, u64) -> Vec<Command>; 5] = [
            |asid, start| vec![unmap(asid, start, start)],
            |asid, _| vec![begin(asid), commit(asid)],
            |asid, _| vec![reset_map(asid)],
            |_, _| vec![device_reset(0, true)],
            |asid, _| vec![recover(asid)],
        ];
        // At once, so that the pass that removes it is the one that comes across the damage; or as poison.
        for passes in [0, 1, 3] {
            for removal in removals {
                let (mut table, asid, start) = damaged(site)?;
                for _ in 0..passes {
                    table.bench.ok(table.pass())?;
                }
                // What is left of it begins at the end of the one before, or at its own start.
                let start = match site {
                    Site::Key => start - table.unit / 2,
                    _ => start,
                };
                table.bench.all_ok(&removal(asid, start))?;
                // A dead entry is one until the next pass: an access that the search leads to it cannot know.
                table.exact()?;
                table.bench.ok(unmap(0, 1, 0))?;
                assert_eq!(table.exact()?, 0, "{site:?}");
            }
        }
    }
    Ok(())
}

/// What a damaged key leaves is in the way from the end of the entry before on; of a damaged payload the first byte is.
#[test]
fn it_is_in_the_way_of_what_overlaps_it() -> Outcome {
    let (mut table, asid, start) = damaged(Site::Key)?;
    let unit = table.unit;
    // The gap before it, for the pass that finds the damage and for one that finds poison.
    table
        .bench
        .expect(map(asid, start - 1, start - 1), Code::Exist)?;
    table.bench.ok(table.pass())?;
    table
        .bench
        .expect(map(asid, start - 1, start - 1), Code::Exist)?;
    table
        .bench
        .expect(map(asid, start + 1, start + 1), Code::Exist)?;
    table
        .bench
        .ok(map(asid, start + unit / 2, start + unit / 2))?;
    table.exact()?;

    let (mut table, asid, start) = damaged(Site::Payload)?;
    table.bench.expect(map(asid, start, start), Code::Exist)?;
    table.bench.ok(map(asid, start + 1, start + 1))?;
    table.bench.expect(map(asid, start, start), Code::Exist)?;
    table.exact()?;
    Ok(())
}

/// The first entry of the bank and of an address space has none before it.
#[test]
fn first_entries() -> Outcome {
    let mut table = Table::new(Variant::E64, 0)?;
    let order = table.order()?;
    let firsts = (0..order.len()).filter(|&at| at == 0 || order[at - 1].0 != order[at].0);
    for index in firsts {
        let (asid, start) = order[index];
        let inject = Inject {
            site: Site::Key,
            index: index as u16,
            place: 3,
        };
        assert!(table.bench.damage(inject, table.pass())?);
        table.exact()?;
        table.bench.ok(table.pass())?;
        assert!(table.exact()? > 0);
        table.bench.ok(recover(asid))?;
        table
            .bench
            .ok(map(asid, start, start + table.unit / 2 - 1))?;
        assert_eq!(table.exact()?, 0);
    }
    Ok(())
}

/// A transaction writes the bank in three parts: below, staged, above.
#[test]
fn each_part_of_a_set_map() -> Outcome {
    for (index, part) in [(3, 0), (21, 1), (40, 2)] {
        for site in SITES {
            let mut table = Table::new(Variant::E64, 0)?;
            let inject = Inject {
                site,
                index,
                place: 70,
            };
            table.bench.device().inject(Some(inject))?;
            let mut happened = Vec::new();
            table.bench.ok(begin(1))?;
            happened.push(table.bench.device().injecting()?);
            for number in 0..10 {
                let start = number * table.unit;
                table.bench.quietly(stage(1, start, start + 5))?;
            }
            happened.push(table.bench.device().injecting()?);
            // Nothing of it is seen before the flip.
            assert_eq!(table.exact()?, 0);
            table.bench.complete(commit(1))?;
            happened.push(table.bench.device().injecting()?);
            let at = happened.iter().position(|&waits| !waits);
            assert_eq!(at, Some(part), "{inject:?}");
            table.bench.note(inject)?;
            let lookups = table.exact()? > 0;
            assert_eq!(lookups, site == Site::Payload);
            // The pass that comes across it may be a prefix, or a suffix that starts with it.
            for asid in [2, 0] {
                table.bench.ok(begin(asid))?;
                table.exact()?;
                table.bench.ok(stage(asid, 0, 0))?;
                table.bench.ok(commit(asid))?;
                table.exact()?;
            }
        }
    }
    Ok(())
}

/// Commands that share a pass see what it repairs as each of them would have alone.
#[test]
fn posted_commands() -> Outcome {
    for site in SITES {
        for passes in 0..2 {
            let (mut table, asid, start) = damaged(site)?;
            let unit = table.unit;
            for _ in 0..passes {
                table.bench.ok(table.pass())?;
            }
            // Before it, within it, and behind it.
            table.bench.post(&[
                map(asid, start - 1, start - 1),
                map(asid, start + 1, start + 1),
                map(asid, start + unit / 2, start + unit / 2),
                map(asid, start + unit, start + unit),
            ])?;
            assert!(table.exact()? > 0);
            table.bench.post(&[
                unmap(asid, start - unit, start - unit),
                unmap(asid, start - 2, start - 2),
                unmap(asid, start + unit, start + unit),
            ])?;
            table.exact()?;
        }
    }
    Ok(())
}
