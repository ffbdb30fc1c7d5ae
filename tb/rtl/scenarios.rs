// SPDX-License-Identifier: Apache-2.0
//! Directed scenarios: every command, every refusal, and what they leave alone.
//!
//! A scenario takes a device that has just been powered on. It has at least 8 entries, 4 address spaces, 4 groups and
//! byte ranges of 64 bits.

mod dead;
mod refusals;
mod tables;

use std::collections::BTreeSet;

use persimmon::dut::Variant;
use persimmon::regif::{Capability, RegIf};

use crate::bench::{self, Bench, Outcome};

/// A scenario and its name.
pub type Scenario<D> = (&'static str, fn(&mut Bench<D>) -> Outcome);

/// All of them.
pub fn all<D: RegIf>() -> Vec<Scenario<D>> {
    vec![
        ("modes", tables::modes),
        ("unmap_formula", tables::unmap_formula),
        ("set_map", tables::set_map),
        ("whole_space", tables::whole_space),
        ("isolation", tables::isolation),
        ("permissions", tables::permissions),
        ("identity", tables::identity),
        ("device_resets", tables::device_resets),
        ("lock", tables::lock),
        ("recover", tables::recover_what_is_whole),
        ("numbers", refusals::numbers),
        ("ranges", refusals::ranges),
        ("capacity", refusals::capacity),
        ("open_transaction", refusals::open_transaction),
        ("poison", refusals::poison),
        ("aborts", refusals::aborts),
        ("same_range_again", dead::same_range_again),
        ("table_full_of_dead_entries", dead::full_table),
        ("refused_map_beside_dead_entries", dead::refused_map),
        ("dead_entries_and_set_map", dead::set_map),
        ("no_command_brings_them_back", dead::never_again),
    ]
}

/// The commands and codes that the scenarios have to reach together: all there are, but for those of other builds
/// (ranges beyond IOVA_W, alignment) and of READ.
const REACHED: &[(&str, &[&str])] = &[
    (
        "MAP",
        &[
            "Ok",
            "InvalAsid",
            "Busy",
            "InvalRange",
            "InvalPa",
            "Exist",
            "NospcLimit",
            "NospcTable",
        ],
    ),
    ("UNMAP", &["Ok", "InvalAsid", "Busy"]),
    ("SET_MAP_BEGIN", &["Ok", "InvalAsid", "Busy"]),
    (
        "SET_MAP_ENTRY",
        &[
            "Ok",
            "InvalAsid",
            "NoTxn",
            "InvalRange",
            "InvalPa",
            "Exist",
            "Order",
            "NospcLimit",
            "NospcTable",
        ],
    ),
    (
        "SET_MAP_COMMIT",
        &[
            "Ok",
            "InvalAsid",
            "NoTxn",
            "InvalRange",
            "InvalPa",
            "Exist",
            "Order",
            "NospcLimit",
            "NospcTable",
        ],
    ),
    ("SET_MAP_ABORT", &["Ok", "InvalAsid", "NoTxn"]),
    ("RESET_MAP", &["Ok", "InvalAsid"]),
    ("DEVICE_RESET", &["Ok", "InvalDevice"]),
    ("GROUP_ASID", &["Ok", "InvalAsid", "InvalGroup"]),
    ("QUIESCE", &["Ok", "InvalDevice"]),
    ("RESUME", &["Ok", "InvalDevice"]),
    ("RECOVER", &["Ok", "InvalAsid", "Busy"]),
];

/// Runs every scenario on a device of its own and says what the commands came to.
pub fn run_all<D: RegIf>(
    mut power_on: impl FnMut() -> Outcome<Bench<D>>,
) -> Outcome<BTreeSet<(&'static str, String)>> {
    let mut seen = BTreeSet::new();
    for (name, scenario) in all() {
        let mut bench = power_on()?;
        scenario(&mut bench)
            .map_err(|failure| bench::Failure::new(format!("scenario {name}: {failure:?}")))?;
        seen.extend(bench.seen().iter().cloned());
    }
    Ok(seen)
}

fn assert_reached(seen: &BTreeSet<(&'static str, String)>) {
    let expected = REACHED
        .iter()
        .flat_map(|(name, codes)| codes.iter().map(|code| (*name, (*code).to_owned())))
        .collect();
    assert_eq!(*seen, expected);
}

#[test]
fn on_the_golden_model() -> Outcome {
    let capability = Capability {
        entries: 8,
        asids: 4,
        groups: 4,
        devices: 1,
        iova_w: 64,
        pa_w: 64,
        granule_log2: 0,
    };
    assert_reached(&run_all(|| bench::golden(capability))?);
    Ok(())
}

#[test]
fn on_64_entries() -> Outcome {
    assert_reached(&run_all(|| bench::rtl(Variant::E64))?);
    Ok(())
}
