// SPDX-License-Identifier: Apache-2.0
//! Damaged words: no access is ever translated by one, and what passes make of them is what the golden model says.
//!
//! Damage of payloads and of the keys that passes read is in the golden model, so everything must be as it says. Which
//! accesses a damaged key of the search hits depends on the rows of that search: [`Table`] knows them.

mod drawn;
mod poison;
mod reports;

use persimmon::dut::{Dut, Inject, Site, Traffic, Variant};
use persimmon::golden::Device;
use persimmon::regif::{Capability, Command, Fault, RegIf, Request, Response};

use crate::bench::{self, Bench, Failure, Outcome, closed};
use crate::stimulus::*;

/// A bench whose table is full but for one entry: three address spaces are MAPPED, a fourth, if there is one, is BLOCKED.
/// Group g uses address space g.
pub struct Table {
    bench: Bench<Dut>,
    unit: u64,
}

impl Table {
    fn new(variant: Variant, bug: u8) -> Outcome<Self> {
        // Powered on with other garbage than elsewhere: what lies beyond the counts has wrong parity as often as not.
        let mut bench = bench::rtl_with_garbage(variant, 77)?;
        if bug != 0 {
            bench.device().set_bug(bug)?;
        }
        let Capability {
            entries,
            asids,
            granule_log2,
            ..
        } = bench.capability();
        let unit = 0x100 << granule_log2;
        for asid in 0..asids.min(4) {
            bench.quietly(group_asid(asid, asid))?;
        }
        for asid in 0..3 {
            bench.quietly(begin(asid))?;
            for number in 0..u64::from(entries / 3 - u16::from(asid == 0)) {
                bench.quietly(stage(asid, number * unit, number * unit + unit / 2 - 1))?;
            }
            bench.quietly(commit(asid))?;
        }
        let mut table = Self { bench, unit };
        table.exact()?;
        Ok(table)
    }

    /// Address space and start of every entry, in the order of the bank. No reset has left dead ones behind.
    fn order(&self) -> Outcome<Vec<(u8, u64)>> {
        let mut golden = self.bench.snapshot();
        let mut order = Vec::new();
        for asid in 0..golden.capability().asids {
            let entries = golden.address_space(asid)?.entries;
            order.extend(entries.iter().map(|entry| (asid, entry.start)));
        }
        Ok(order)
    }

    /// Accesses around both ends of every entry that is or was there, and far behind the last.
    fn probes(&self) -> Vec<Request> {
        let Capability { entries, asids, .. } = self.bench.capability();
        let mut probes = Vec::new();
        for group in 0..asids.min(4) {
            for number in 0..=u64::from(entries / 3) {
                let start = number * self.unit;
                let half = self.unit / 2;
                for iova in [start, start + half / 2, start + half - 1, start + half] {
                    probes.push(read(group, iova, 1));
                }
            }
            probes.push(read(group, 1 << 40, 1));
        }
        probes
    }

    /// Every probe with its answer and the golden model's.
    fn answers(&mut self) -> Outcome<Vec<(Request, Response, Response)>> {
        let probes = self.probes();
        let golden: Device = self.bench.snapshot();
        let traffic: Vec<Traffic> = probes.iter().copied().map(Traffic::steady).collect();
        let dut = self.bench.device();
        dut.queue_requests(&traffic)?;
        let answers = dut.run_requests()?;
        // The last release has been sent, and nothing drains for it.
        dut.step(4)?;
        let answers = answers.iter().map(|timed| timed.response);
        Ok((probes.iter().zip(answers))
            .map(|(&request, got)| (request, golden.peek(request), got))
            .collect())
    }

    /// The golden model's answer to every probe. Returns how many of them faulted for damage.
    #[track_caller]
    fn accesses(&mut self) -> Outcome<usize> {
        let mut faults = 0;
        for (request, expected, got) in self.answers()? {
            if got != expected {
                return Err(Failure::new(format!(
                    "{request:x?}: expected {expected:x?}, got {got:x?}"
                )));
            }
            faults += usize::from(got.result == Err(Fault::Parity));
        }
        Ok(faults)
    }

    /// As [`accesses`](Self::accesses), and all that can be read.
    #[track_caller]
    fn exact(&mut self) -> Outcome<usize> {
        self.bench.compare()?;
        self.accesses()
    }

    /// A key of the search is damaged, at `depth`, of entry `index`: every access whose search reads its row faults, and
    /// every other gets the golden model's answer.
    #[track_caller]
    fn row(&mut self, depth: u8, index: u16) -> Outcome {
        let order = self.order()?;
        let row = self.bench.radix().pow(u32::from(depth) + 1);
        let mut hit = 0;
        for (request, expected, got) in self.answers()? {
            let after = order.partition_point(|&entry| entry <= (request.group, request.iova));
            let in_row = after.saturating_sub(1) / row == usize::from(index) / row;
            let mapped = request.group < 3;
            let refused = closed(request, expected, got)?;
            if refused != (in_row && mapped) {
                return Err(Failure::new(format!(
                    "{request:x?}, {} the row of entry {index} at level {depth}: {got:x?}",
                    if in_row { "in" } else { "outside" }
                )));
            }
            hit += usize::from(refused);
        }
        match hit {
            0 => Err(Failure::new(format!(
                "no access to the row of entry {index}"
            ))),
            _ => Ok(()),
        }
    }

    /// A pass that changes nothing: behind the last entry, where not even a poisoned one reaches.
    fn pass(&self) -> Command {
        unmap(2, 1 << 44, (1 << 44) + self.unit - 1)
    }

    /// Bit `place` of each word of entry `index`, one after the other, each from damage to its end.
    #[track_caller]
    fn word_by_word(&mut self, index: u16, place: u8, sites: &[Site]) -> Outcome {
        let (asid, start) = self.order()?[usize::from(index)];
        for &site in sites {
            let inject = Inject { site, index, place };
            if !self.bench.damage(inject, self.pass())? {
                return Err(Failure::new(format!("{inject:?} did not happen")));
            }
            let before = self.bench.device().parity_counts()?;
            match site {
                Site::Search(depth) => self.row(depth, index)?,
                Site::Key => {
                    let faults = self.accesses()?;
                    assert_eq!(faults, 0, "lookups have keys of their own");
                }
                Site::Payload => assert!(self.exact()? > 0, "{inject:?}"),
            }
            self.bench.ok(self.pass())?;
            let faults = self.exact()?;
            let after = self.bench.device().parity_counts()?;
            if let Site::Search(_) = site {
                assert_eq!(
                    faults, 0,
                    "{inject:?}: the pass has written every level anew"
                );
                assert_eq!(after.passes, before.passes, "passes do not read the search");
                continue;
            }
            assert!(faults > 0, "{inject:?} has been laundered");
            assert!(
                after.passes > before.passes,
                "{inject:?} has not been counted"
            );
            self.bench.ok(recover(asid))?;
            assert_eq!(self.exact()?, 0, "{inject:?} after RECOVER");
            self.bench.ok(map(asid, start, start + self.unit / 2 - 1))?;
            assert_eq!(self.exact()?, 0);
        }
        Ok(())
    }
}

/// The level of the search that the key of entry `index` lies at.
fn depth(bench: &Bench<Dut>, index: u16) -> u8 {
    let (entries, radix) = (bench.capability().entries, bench.radix() as u16);
    let (mut depth, mut keys, mut number) = (0, entries, index);
    while keys > radix && number.is_multiple_of(radix) {
        (depth, keys, number) = (depth + 1, keys.div_ceil(radix), number / radix);
    }
    depth
}

/// Bits of a key and of a payload word of a build, with parity and poison.
fn widths(capability: Capability) -> (u8, u8) {
    let asid = capability.asids.next_power_of_two().trailing_zeros() as u8;
    let key = asid + capability.iova_w - capability.granule_log2;
    (
        key + 1,
        key + capability.pa_w - capability.granule_log2 + 8 + 2,
    )
}

/// Invariant 8, bit by bit.
pub fn every_bit(variant: Variant, bug: u8, indices: &[u16]) -> Outcome {
    let mut table = Table::new(variant, bug)?;
    let (key, payload) = widths(table.bench.capability());
    for &index in indices {
        for place in 0..key {
            let sites = [Site::Search(depth(&table.bench, index)), Site::Key];
            table.word_by_word(index, place, &sites)?;
        }
        for place in 0..payload {
            table.word_by_word(index, place, &[Site::Payload])?;
        }
    }
    Ok(())
}

#[test]
fn every_bit_of_a_word() -> Outcome {
    // A lane of the leaf, a key of the top.
    every_bit(Variant::E64, 0, &[21, 48])
}

#[test]
fn every_bit_of_a_word_of_pages() -> Outcome {
    // A lane of the leaf, one of the level above.
    every_bit(Variant::E50Pages, 0, &[7, 20])
}

/// Words of these entries, in both banks.
fn entries(variant: Variant, indices: impl Iterator<Item = u16>, search_only: bool) -> Outcome {
    let mut table = Table::new(variant, 0)?;
    for index in indices {
        let all = [
            Site::Search(depth(&table.bench, index)),
            Site::Key,
            Site::Payload,
        ];
        let sites = if search_only { &all[..1] } else { &all };
        for bank in 0..2 {
            table.word_by_word(index, (index * 5) as u8, sites)?;
            if bank == 0 {
                table.bench.quietly(table.pass())?;
            }
        }
    }
    Ok(())
}

/// Every lane of every row, every top key.
#[test]
fn every_entry_of_64() -> Outcome {
    entries(Variant::E64, 0..62, false)
}

#[test]
fn every_entry_of_50_pages() -> Outcome {
    entries(Variant::E50Pages, 0..47, false)
}

/// Beside the ends of rows of each level.
#[test]
fn some_entries_of_2048() -> Outcome {
    let ends = [0, 1, 15, 16, 240, 255, 256, 1024, 1040, 1792, 2044];
    entries(Variant::E2048, ends.into_iter(), true)?;
    entries(Variant::E2048, [1040].into_iter(), false)
}
