// SPDX-License-Identifier: Apache-2.0
//! Entries that a reset left behind: absent for every purpose, whatever the hardware still holds.

use persimmon::regif::{Code, Command, RegIf};

use crate::bench::{Bench, Outcome};
use crate::stimulus::*;

/// `count` pages in `asid`, from page 0 on.
fn fill<D: RegIf>(bench: &mut Bench<D>, asid: u8, count: u16) -> Outcome {
    bench.ok(begin(asid))?;
    for page in 0..u64::from(count) {
        bench.ok(stage(asid, page << 12, (page << 12) + 0xfff))?;
    }
    bench.ok(commit(asid))
}

/// Group n in AS n.
fn assign<D: RegIf>(bench: &mut Bench<D>) -> Outcome {
    (0..4).try_for_each(|number| bench.ok(group_asid(number, number)))
}

/// Accesses to the first three pages of every address space.
fn probe<D: RegIf>(bench: &mut Bench<D>) -> Outcome {
    for group in 0..4 {
        for page in 0..3 {
            bench.access(read(group, page << 12, 4096))?;
        }
    }
    Ok(())
}

/// RESET_MAP, then MAP of the same range, of a part of it, and of the one beside it.
pub fn same_range_again<D: RegIf>(bench: &mut Bench<D>) -> Outcome {
    assign(bench)?;
    for (start, last) in [(0, 0xfff), (0x800, 0x17ff), (0x3000, 0x3fff), (0, u64::MAX)] {
        for asid in [0, 2, 3] {
            fill(bench, asid, 2)?;
            bench.ok(reset_map(asid))?;
            probe(bench)?;
            bench.ok(map(asid, start, last))?;
            probe(bench)?;
            bench.ok(reset_map(asid))?;
        }
    }
    Ok(())
}

/// A table full of dead entries has room for as many live ones, in the same address space and in others.
pub fn full_table<D: RegIf>(bench: &mut Bench<D>) -> Outcome {
    let entries = bench.capability().entries;
    assign(bench)?;
    for (full, next) in [(0, 0), (0, 3), (3, 0), (1, 2)] {
        fill(bench, full, entries)?;
        bench.expect(map(next, 1 << 40, 1 << 40), Code::NospcTable)?;
        bench.ok(reset_map(full))?;
        bench.ok(map(next, 0, 0xfff))?;
        probe(bench)?;
        bench.ok(unmap(next, 0, 0xfff))?;

        fill(bench, full, entries)?;
        bench.ok(reset_map(full))?;
        fill(bench, next, entries)?;
        bench.expect(map(full, 1 << 40, 1 << 40), Code::NospcTable)?;
        probe(bench)?;
        bench.ok(reset_map(next))?;
        bench.ok(unmap(full, 0, 0))?;
        probe(bench)?;
    }
    Ok(())
}

/// A MAP that is refused in one address space neither drops nor revives what another one left behind.
pub fn refused_map<D: RegIf>(bench: &mut Bench<D>) -> Outcome {
    assign(bench)?;
    for (dead, other) in [(0, 1), (1, 0), (3, 2)] {
        fill(bench, dead, 3)?;
        fill(bench, other, 2)?;
        bench.limit(other, 2)?;
        bench.ok(reset_map(dead))?;
        for (command, code) in [
            (map(other, 0x1000, 0x1fff), Code::Exist),
            (map(other, 0x2000, 0x2fff), Code::NospcLimit),
            (map(other, 1, 0), Code::InvalRange),
            (map(255, 0, 0), Code::InvalAsid),
        ] {
            bench.expect(command, code)?;
            probe(bench)?;
        }
        bench.ok(map(dead, 0x1000, 0x1fff))?;
        probe(bench)?;
        bench.limit(other, 0xffff)?;
        bench.ok(reset_map(other))?;
        bench.expect(map(dead, 0x1800, 0x27ff), Code::Exist)?;
        bench.ok(map(other, 0x1800, 0x27ff))?;
        probe(bench)?;
        bench.ok(unmap(dead, 0, u64::MAX))?;
        bench.ok(unmap(other, 0, u64::MAX))?;
    }
    Ok(())
}

/// Dead entries below and above the address space of a transaction, dead before it and dying during it.
pub fn set_map<D: RegIf>(bench: &mut Bench<D>) -> Outcome {
    assign(bench)?;
    for early in [true, false] {
        for ending in [commit(1), abort(1)] {
            for asid in 0..4 {
                fill(bench, asid, 2)?;
            }
            if early {
                bench.ok(reset_map(0))?;
                bench.ok(reset_map(2))?;
            }
            bench.ok(begin(1))?;
            bench.ok(stage(1, 0x1000, 0x1fff))?;
            if !early {
                bench.ok(reset_map(0))?;
                bench.ok(reset_map(2))?;
            }
            probe(bench)?;
            bench.ok(ending)?;
            probe(bench)?;
            bench.ok(map(0, 0x1000, 0x1fff))?;
            bench.ok(unmap(2, 0x1000, 0x1fff))?;
            probe(bench)?;
        }
    }
    // The transaction's own entries die under it.
    bench.ok(begin(1))?;
    bench.ok(stage(1, 0, 0xfff))?;
    bench.ok(reset_map(1))?;
    bench.expect(commit(1), Code::NoTxn)?;
    probe(bench)?;
    bench.ok(map(1, 0x2000, 0x2fff))?;
    probe(bench)
}

/// Each command that makes an address space MAPPED again, over the entries that it had before.
pub fn never_again<D: RegIf>(bench: &mut Bench<D>) -> Outcome {
    assign(bench)?;
    for killer in [reset_map(2), device_reset(0, true)] {
        for reviver in [
            vec![map(2, 0x9000, 0x9fff)],
            vec![unmap(2, 0x9000, 0x9fff)],
            vec![unmap(2, 0, u64::MAX)],
            vec![begin(2), commit(2)],
            vec![begin(2), stage(2, 0x9000, 0x9fff), commit(2)],
        ] {
            for asid in 0..4 {
                fill(bench, asid, 2)?;
            }
            bench.ok(killer)?;
            assign(bench)?;
            probe(bench)?;
            bench.all_ok(&reviver)?;
            probe(bench)?;
            bench.ok(Command::GroupAsid { group: 3, asid: 2 })?;
            bench.edges(3, entry(0x1000, 0x1fff))?;
            assign(bench)?;
        }
    }
    Ok(())
}
