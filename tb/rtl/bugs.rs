// SPDX-License-Identifier: Apache-2.0
//! RTL that is wrong on purpose, to show that this test bench sees it.
//!
//! The build `E64Bugs` has them all and selects one by a port. What is run on each is what is run on the good RTL.

use std::panic::{UnwindSafe, catch_unwind};

use persimmon::cosim::draw;
use persimmon::dut::{Dut, Variant};

use crate::bench::{Bench, Failure, Outcome, rtl};
use crate::{parity, random, scenarios, traffic};

/// Number and nature of each bug; see `bug_i` in `rtl/`.
const BUGS: [(u8, &str); 8] = [
    (1, "`<` for `<=` in the overlap test of the merge"),
    (2, "the ASID is not compared at the leaf of the search"),
    (3, "RESET_MAP leaves the mode as it is"),
    (4, "MAP keeps entries that a reset has left behind"),
    (5, "a device reset cleans whatever the policy says"),
    (7, "nobody counts what is in flight"),
    (8, "an access without the permission is not answered"),
    (
        9,
        "a MAP that is refused because something is there is inserted",
    ),
];

/// What only an access beside a commit shows.
const ATOMIC: (u8, &str) = (6, "lookups see a flip a clock early");

/// Places where parity is not looked at.
const LOOKING_AWAY: [(u8, &str); 3] = [
    (16, "lookups do not look at the parity of keys"),
    (17, "lookups do not look at the parity of the payload"),
    (
        18,
        "a pass gives a damaged entry right parity and no poison",
    ),
];

/// Seeds of the random sequences, none of them chosen for what it finds.
const SEEDS: std::ops::Range<u64> = 1000..1003;
const LENGTH: usize = 400;

fn power_on(bug: u8) -> Outcome<Bench<Dut>> {
    let mut bench = rtl(Variant::E64Bugs)?;
    bench.device().set_bug(bug)?;
    Ok(bench)
}

fn directed(bug: u8) -> Outcome {
    scenarios::run_all(|| power_on(bug)).map(drop)
}

fn drawn(bug: u8, seed: u64) -> Outcome {
    let mut bench = power_on(bug)?;
    let steps = draw::sequence(bench.capability(), seed, LENGTH);
    random::run(&mut bench, &steps)
}

#[test]
fn none_is_selected() -> Outcome {
    directed(0)?;
    SEEDS.into_iter().try_for_each(|seed| drawn(0, seed))
}

/// Tests must fail on the RTL with a bug, by an error or by a panic of theirs.
fn caught(bug: u8, nature: &str, tests: impl FnOnce() -> Outcome + UnwindSafe) -> Outcome {
    // If there is no such RTL, everything fails.
    power_on(bug)?;
    match catch_unwind(tests) {
        Ok(Ok(())) => return Err(Failure::new(format!("bug {bug} passes: {nature}"))),
        Ok(Err(failure)) => println!("bug {bug}, {nature}: {failure:?}"),
        Err(_) => println!("bug {bug}, {nature}: see above"),
    }
    Ok(())
}

#[test]
fn each_is_caught_by_a_scenario() -> Outcome {
    BUGS.into_iter()
        .try_for_each(|(bug, nature)| caught(bug, nature, || directed(bug)))
}

#[test]
fn each_is_caught_by_a_random_sequence() -> Outcome {
    BUGS.into_iter().try_for_each(|(bug, nature)| {
        caught(bug, nature, || {
            SEEDS.into_iter().try_for_each(|seed| drawn(bug, seed))
        })
    })
}

#[test]
fn a_flip_too_early_is_caught_under_traffic() -> Outcome {
    let (bug, nature) = ATOMIC;
    traffic::drawn(power_on(0)?, SEEDS.start, LENGTH)?;
    caught(bug, nature, || {
        traffic::drawn(power_on(bug)?, SEEDS.start, LENGTH).map(drop)
    })
}

/// What only a damaged word shows.
#[test]
fn looking_away_is_caught() -> Outcome {
    LOOKING_AWAY.into_iter().try_for_each(|(bug, nature)| {
        caught(bug, nature, || {
            parity::every_bit(Variant::E64Bugs, bug, &[21])
        })
    })
}
