// SPDX-License-Identifier: Apache-2.0
//! Batches drawn from a seed, on every build that is small enough to compare whole tables after each.

use persimmon::cosim::draw::{self, Step, sequence};
use persimmon::dut::{Dut, Variant};
use persimmon::regif::{Capability, Command, Tag};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};

use crate::bench::{self, Bench, Failure, Outcome};
use crate::random::seeds;

/// How the commands of a batch come one after the other.
#[derive(Clone, Copy, Debug)]
enum Order {
    Ascending,
    Descending,
    Drawn,
}

/// First byte of a command's range.
fn start(command: &Command) -> u64 {
    match *command {
        Command::Map { entry, .. } | Command::SetMapEntry { entry, .. } => entry.start,
        Command::Unmap { iova, .. } => iova,
        _ => 0,
    }
}

/// The commands that `seed` stands for, in batches. Most are of one address space and one kind, so that they can share
/// passes; some are as [`sequence`] draws them, transactions and resets among them.
pub fn batches(capability: Capability, seed: u64, length: usize) -> Vec<Vec<Command>> {
    let mut rng = StdRng::seed_from_u64(seed);
    let drawn = sequence(capability, seed, length);
    let mut commands = drawn.into_iter().filter_map(|step| match step {
        // Held requests never get an answer.
        Step::Command(Command::Quiesce { .. }) => None,
        Step::Command(command) => Some(command),
        _ => None,
    });
    let mut batches = Vec::new();
    loop {
        let count = rng.random_range(1..40);
        let mut batch: Vec<Command> = commands.by_ref().take(count).collect();
        if batch.is_empty() {
            return batches;
        }
        let order = [
            Order::Ascending,
            Order::Descending,
            Order::Drawn,
            Order::Drawn,
        ][rng.random_range(0..4)];
        if !matches!(order, Order::Drawn) {
            let one = rng.random_range(0..capability.asids);
            let unmaps = rng.random_range(0..4) == 0;
            batch.retain(|command| matches!(command, Command::Map { .. } | Command::Unmap { .. }));
            for command in &mut batch {
                *command = match *command {
                    Command::Map { entry, .. } if unmaps => Command::Unmap {
                        asid: one,
                        iova: entry.start,
                        last: entry.last,
                    },
                    Command::Map { entry, .. } => Command::Map { asid: one, entry },
                    other => other,
                };
            }
            batch.sort_by_key(start);
            if matches!(order, Order::Descending) {
                batch.reverse();
            }
            if rng.random_range(0..4) == 0 {
                // Nearly sorted, and some of them twice.
                let place = rng.random_range(0..=batch.len());
                batch[place..].shuffle(&mut rng);
                batch.extend_from_within(..place / 2);
            }
        }
        batches.push(batch);
    }
}

fn run(bench: &mut Bench<Dut>, seed: u64, length: usize) -> Outcome<usize> {
    let capability = bench.capability();
    let mut rng = StdRng::seed_from_u64(!seed);
    let requests = draw::requests(capability, seed, length);
    let mut requests = requests.into_iter().cycle();
    let mut in_flight: Vec<Tag> = Vec::new();
    let mut posted = 0;
    for batch in batches(capability, seed, length) {
        bench.post(&batch)?;
        posted += batch.len();
        for request in requests.by_ref().take(4) {
            if !bench.held(request.group) {
                in_flight.push(bench.translate(request)?.tag);
            }
        }
        while in_flight.len() > 20 || !in_flight.is_empty() && rng.random_range(0..3) > 0 {
            let number = rng.random_range(0..in_flight.len());
            bench.release(in_flight.swap_remove(number))?;
            bench.compare()?;
        }
        if rng.random_range(0..10) == 0 {
            let asid = rng.random_range(0..capability.asids);
            bench.limit(asid, [0, 3, 9, u16::MAX, u16::MAX][rng.random_range(0..5)])?;
        }
    }
    for tag in in_flight {
        bench.release(tag)?;
    }
    bench.compare()?;
    Ok(posted)
}

fn check(variant: Variant, first: u64, count: u64, length: usize) -> Outcome {
    for seed in seeds(first, count) {
        let mut bench = bench::rtl_with_garbage(variant, seed)?;
        let posted = run(&mut bench, seed, length)
            .map_err(|failure| Failure::new(format!("seed {seed}: {failure:?}")))?;
        assert!(posted > length / 8, "seed {seed}: {posted} posted");
        // Every code that MAP can end in was among them.
        for code in ["Ok", "Exist", "NospcLimit", "Busy"] {
            assert!(
                bench.seen().contains(&("MAP", code.to_owned())),
                "seed {seed}: no {code}"
            );
        }
    }
    Ok(())
}

#[test]
fn batches_of_64_entries() -> Outcome {
    check(Variant::E64, 2000, 6, 3000)
}

#[test]
fn batches_of_pages() -> Outcome {
    check(Variant::E50Pages, 2100, 4, 3000)
}

/// The bugs are in what passes do; batches go through the same passes.
#[test]
fn batches_catch_the_bugs_of_a_pass() -> Outcome {
    for bug in [1, 4] {
        let caught = (2200..2206).any(|seed| {
            let mut bench = match bench::rtl(Variant::E64Bugs) {
                Ok(bench) => bench,
                Err(_) => return false,
            };
            bench.device().set_bug(bug).is_ok() && run(&mut bench, seed, 2000).is_err()
        });
        assert!(caught, "bug {bug} passes");
    }
    Ok(())
}
