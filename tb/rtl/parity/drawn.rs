// SPDX-License-Identifier: Apache-2.0
//! Random commands with random damage, in lockstep; and damage under traffic in every clock.

use persimmon::cosim::draw::{self, Step};
use persimmon::dut::{Dut, Inject, Site, Variant};
use persimmon::regif::{Code, Command, Fault};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::depth;
use crate::bench::{self, Bench, Outcome};
use crate::random::seeds;
use crate::stimulus::*;

/// What a sequence has been through.
#[derive(Default, Debug)]
struct Seen {
    damaged: [usize; 3],
    faults: usize,
    accesses: usize,
    recovered: usize,
}

/// A bench on which words get damaged.
struct Run {
    bench: Bench<Dut>,
    rng: StdRng,
    /// Asked for, and not yet happened.
    armed: Option<Inject>,
    /// Happened in the bank that the open transaction writes.
    staged: Vec<Inject>,
    /// Address space of the open transaction.
    open: Option<u8>,
    /// A key of the search is damaged in the active bank: the golden model does not know which accesses it hits.
    search: bool,
    seen: Seen,
}

impl Run {
    fn arm(&mut self) -> Outcome {
        let place = self.rng.random();
        // Tables are small in a drawn sequence.
        let index = self.rng.random_range(0..8);
        let site = match self.rng.random_range(0..4) {
            0 => Site::Key,
            1 => Site::Payload,
            _ => Site::Search(depth(&self.bench, index)),
        };
        let inject = Inject { site, index, place };
        self.bench.device().inject(Some(inject))?;
        self.armed = Some(inject);
        Ok(())
    }

    fn command(&mut self, command: Command) -> Outcome {
        // What a transaction has copied before a reset is in its bank, and counts there: the golden model, which knows
        // no dead entries, could not be told which entry is hit.
        let reset = matches!(
            command,
            Command::ResetMap { .. } | Command::DeviceReset { .. }
        );
        if reset && self.open.is_some() {
            return Ok(());
        }
        // Two words of one entry could be hit in a transaction, which the golden model does not follow.
        if self.armed.is_none() && self.staged.is_empty() && self.rng.random_range(0..3) == 0 {
            self.arm()?;
        }
        let code = self.bench.complete(command)?;
        let hit = match self.armed {
            Some(inject) if !self.bench.device().injecting()? => {
                self.armed = None;
                Some(inject)
            }
            _ => None,
        };
        match command {
            Command::SetMapBegin { asid } if code == Code::Ok => self.open = Some(asid),
            Command::SetMapCommit { asid } | Command::SetMapAbort { asid }
                if self.open == Some(asid) =>
            {
                self.open = None;
            }
            _ => {}
        }
        let flips = match command {
            Command::Map { .. } | Command::Unmap { .. } | Command::Recover { .. } => {
                code == Code::Ok
            }
            Command::SetMapCommit { .. } => {
                self.staged.extend(hit);
                code == Code::Ok
            }
            Command::SetMapBegin { .. } if code == Code::Ok => {
                self.staged = hit.into_iter().collect();
                false
            }
            Command::SetMapEntry { .. } => {
                self.staged.extend(hit);
                false
            }
            _ => false,
        };
        if flips {
            let hits = match command {
                Command::SetMapCommit { .. } => std::mem::take(&mut self.staged),
                _ => hit.into_iter().collect(),
            };
            self.search = false;
            for inject in hits {
                self.bench.note(inject)?;
                self.search |= matches!(inject.site, Site::Search(_));
                self.seen.damaged[match inject.site {
                    Site::Search(_) => 0,
                    Site::Key => 1,
                    Site::Payload => 2,
                }] += 1;
            }
            self.seen.recovered += usize::from(matches!(command, Command::Recover { .. }));
        }
        self.bench.compare()
    }

    fn step(&mut self, step: Step) -> Outcome {
        match step {
            Step::Command(Command::Quiesce { .. }) | Step::Lock | Step::Release(_) => {}
            Step::Command(command) => {
                self.command(command)?;
                if self.rng.random_range(0..12) == 0 {
                    let asid = self.rng.random_range(0..self.bench.capability().asids);
                    self.command(recover(asid))?;
                }
            }
            Step::Policy(device, policy) => self.bench.policy(device, policy)?,
            Step::ResetModes(init, clean) => self.bench.reset_modes(init, clean)?,
            Step::Limit(asid, entries) => self.bench.limit(asid, entries)?,
            Step::Access(request) => {
                self.seen.accesses += 1;
                let refused = match self.search {
                    true => self.bench.access_or_parity(request)?,
                    false => self.bench.access(request)?.result == Err(Fault::Parity),
                };
                self.seen.faults += usize::from(refused);
            }
        }
        Ok(())
    }
}

fn drawn(variant: Variant, seed: u64, length: usize) -> Outcome<Seen> {
    let bench = bench::rtl_with_garbage(variant, seed)?;
    let steps = draw::sequence(bench.capability(), seed, length);
    let mut run = Run {
        bench,
        rng: StdRng::seed_from_u64(seed),
        armed: None,
        staged: Vec::new(),
        open: None,
        search: false,
        seen: Seen::default(),
    };
    for (number, &step) in steps.iter().enumerate() {
        run.step(step).inspect_err(|failure| {
            println!("seed {seed}, step {number}, {step:x?}: {failure:?}");
        })?;
    }
    // RECOVER of every address space, and nothing is damaged any more.
    run.bench.device().inject(None)?;
    run.armed = None;
    if let Some(open) = run.open {
        run.bench.ok(abort(open))?;
    }
    for asid in 0..run.bench.capability().asids {
        run.bench.ok(recover(asid))?;
    }
    let before = run.bench.device().parity_counts()?;
    for request in draw::requests(run.bench.capability(), seed, 200) {
        run.bench.access(request)?;
    }
    run.bench.compare()?;
    assert_eq!(run.bench.device().parity_counts()?, before, "seed {seed}");
    Ok(run.seen)
}

fn all(variant: Variant, first: u64, count: u64, length: usize) -> Outcome {
    let mut total = Seen::default();
    for seed in seeds(first, count) {
        let seen = drawn(variant, seed, length)?;
        for (total, seen) in total.damaged.iter_mut().zip(seen.damaged) {
            *total += seen;
        }
        total.faults += seen.faults;
        total.accesses += seen.accesses;
        total.recovered += seen.recovered;
    }
    println!("{variant:?}: {total:?}");
    if std::env::var("PERSIMMON_SEED").is_err() {
        assert!(total.damaged.iter().all(|&count| count > 9), "{total:?}");
        assert!(total.faults > 30 && total.recovered > 30, "{total:?}");
    }
    Ok(())
}

#[test]
fn on_64_entries() -> Outcome {
    all(Variant::E64, 7000, 6, 900)
}

#[test]
fn on_50_pages() -> Outcome {
    all(Variant::E50Pages, 7100, 6, 900)
}

#[test]
fn on_2048_entries() -> Outcome {
    all(Variant::E2048, 7200, 3, 1500)
}
