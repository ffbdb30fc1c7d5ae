// SPDX-License-Identifier: Apache-2.0
//! Sequences drawn from a seed, on every build.
//!
//! A failure prints its seed and the shortest part of the sequence that still fails. `PERSIMMON_SEED=N cargo test
//! --test rtl random` runs another seed, `PERSIMMON_SEED=N..M` many.

use std::collections::BTreeSet;
use std::ops::Range;

use persimmon::cosim::draw::{Step, sequence};
use persimmon::cosim::shrink;
use persimmon::dut::{Dut, ParityCounts, Variant};
use persimmon::regif::{Capability, RegIf, Tag};

use crate::bench::{self, Bench, Failure, Outcome};

/// Accesses in flight at once; the hardware's counters take at least that many.
const IN_FLIGHT: usize = 100;

/// Runs a sequence, then ends what is in flight.
pub fn run<D: RegIf>(bench: &mut Bench<D>, steps: &[Step]) -> Outcome {
    let mut in_flight: Vec<Tag> = Vec::new();
    for step in steps {
        match *step {
            Step::Command(command) => drop(bench.run(command)?),
            Step::Policy(device, policy) => bench.policy(device, policy)?,
            Step::ResetModes(init, clean) => bench.reset_modes(init, clean)?,
            Step::Limit(asid, entries) => bench.limit(asid, entries)?,
            Step::Lock => bench.lock()?,
            Step::Access(request) => {
                if !bench.held(request.group) {
                    in_flight.push(bench.translate(request)?.tag);
                }
                if in_flight.len() > IN_FLIGHT {
                    bench.release(in_flight.remove(0))?;
                }
            }
            Step::Release(number) => {
                if !in_flight.is_empty() {
                    let number = number % in_flight.len();
                    bench.release(in_flight.swap_remove(number))?;
                    bench.compare()?;
                }
            }
        }
    }
    for tag in in_flight {
        bench.release(tag)?;
    }
    bench.compare()
}

/// Runs what `draw` makes of `seed` on a device that is powered on for it. A failure is told with the shortest sequence
/// that still fails.
pub fn check<D: RegIf>(
    mut power_on: impl FnMut() -> Outcome<Bench<D>>,
    draw: impl Fn(Capability, u64) -> Vec<Step>,
    seed: u64,
) -> Outcome<Bench<D>> {
    let mut bench = power_on()?;
    let steps = draw(bench.capability(), seed);
    let Err(failure) = run(&mut bench, &steps) else {
        return Ok(bench);
    };
    let fails = |steps: &[Step]| power_on().is_ok_and(|mut bench| run(&mut bench, steps).is_err());
    let few = shrink(steps, fails);
    let last = run(&mut power_on()?, &few);
    let few: String = few.iter().map(|step| format!("  {step:x?}\n")).collect();
    Err(Failure::new(format!(
        "seed {seed}: {failure:?}\nof it, this is enough:\n{few}{last:?}"
    )))
}

/// Seeds of a test: those that `PERSIMMON_SEED` names, a number or `FIRST..END`; `count` from `first` on otherwise.
pub fn seeds(first: u64, count: u64) -> Range<u64> {
    let Ok(named) = std::env::var("PERSIMMON_SEED") else {
        return first..first + count;
    };
    let number = |text: &str| -> u64 {
        let parsed = text.parse();
        parsed.unwrap_or_else(|_| panic!("PERSIMMON_SEED={named}: neither N nor N..M"))
    };
    match named.split_once("..") {
        Some((first, end)) => number(first)..number(end),
        None => number(&named)..number(&named) + 1,
    }
}

fn check_all(variant: Variant, seeds: Range<u64>, length: usize) -> Outcome {
    let count = seeds.clone().count();
    let steps = count * length;
    let (mut commands, mut responses) = (0, 0);
    for seed in seeds {
        let power_on = || bench::rtl_with_garbage(variant, seed);
        let draw = |capability, seed| sequence(capability, seed, length);
        let mut bench: Bench<Dut> = check(power_on, draw, seed)?;
        // The memories were full of garbage, half of it with wrong parity.
        let found = bench.device().parity_counts()?;
        assert_eq!(found, ParityCounts::default(), "seed {seed}");
        commands += bench.counts().commands as usize;
        responses += bench.counts().responses as usize;
    }
    // A single sequence that leaves its devices quiesced may have few accesses.
    assert!(
        count < 3 || commands > steps / 3 && responses > steps / 8,
        "{steps} steps compared {commands} commands and {responses} responses"
    );
    Ok(())
}

#[test]
fn on_the_golden_model() -> Outcome {
    let capability = Capability {
        entries: 8,
        asids: 3,
        groups: 3,
        devices: 2,
        iova_w: 64,
        pa_w: 64,
        granule_log2: 0,
    };
    let draw = |capability, seed| sequence(capability, seed, 600);
    let mut seen = BTreeSet::new();
    for seed in seeds(1, 20) {
        let bench = check(|| bench::golden(capability), draw, seed)?;
        seen.extend(bench.seen().iter().cloned());
    }
    // The draws are worth something only if they get everywhere.
    for code in [
        "Exist",
        "NospcTable",
        "NospcLimit",
        "InvalRange",
        "InvalPa",
        "Busy",
        "Ok",
    ] {
        assert!(
            seen.contains(&("MAP", code.to_owned())),
            "MAP never ended in {code}"
        );
    }
    for code in ["Exist", "NoTxn", "NospcTable", "Ok"] {
        let commit = ("SET_MAP_COMMIT", code.to_owned());
        assert!(
            seen.contains(&commit),
            "SET_MAP_COMMIT never ended in {code}"
        );
    }
    Ok(())
}

#[test]
fn on_64_entries() -> Outcome {
    check_all(Variant::E64, seeds(100, 10), 800)
}

#[test]
fn on_2048_entries() -> Outcome {
    check_all(Variant::E2048, seeds(200, 3), 600)
}
