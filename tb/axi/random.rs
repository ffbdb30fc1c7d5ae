// SPDX-License-Identifier: Apache-2.0
//! Random traffic with commands beside it, on every build with AXI4 ports.
//!
//! `persimmon traffic --clocks N --seed S` runs longer ones.

use persimmon::cosim::axi::{Mismatch, Options, run};
use persimmon::dut::Variant;
use persimmon::regif::Code;

fn traffic(variant: Variant, seed: u64, clocks: u64) -> Result<(), Mismatch> {
    let report = run(Options {
        variant,
        seed,
        clocks,
    })?;
    eprintln!("{variant:?}: {report:?}");
    // The draws are worth something only if they get everywhere.
    let counts = report.counts;
    let per_clock = |count: u64, clocks: u64| count > report.clocks / clocks;
    assert!(per_clock(report.bursts, 40), "{} bursts", report.bursts);
    assert!(
        per_clock(counts.refused, 200) && per_clock(counts.forwarded, 60),
        "{counts:?}"
    );
    assert!(
        per_clock(counts.read_bytes, 2) && per_clock(counts.write_beats, 10),
        "{counts:?}"
    );
    assert!(
        counts.drains > 20 && counts.drained_bursts > 20,
        "{counts:?}"
    );
    assert!(
        report.states_seen > report.states / 2,
        "{} of {}",
        report.states_seen,
        report.states
    );
    for command in [
        "MAP",
        "UNMAP",
        "SET_MAP_COMMIT",
        "RESET_MAP",
        "DEVICE_RESET",
        "GROUP_ASID",
        "RESUME",
    ] {
        assert!(report.ends.contains(&(command, Code::Ok)), "no {command}");
    }
    Ok(())
}

#[test]
fn on_two_ports() -> Result<(), Mismatch> {
    traffic(Variant::AxiE64, 1, 1_500_000)
}

#[test]
fn on_the_large_table() -> Result<(), Mismatch> {
    traffic(Variant::AxiE2048, 2, 600_000)
}

#[test]
fn on_a_wide_bus_with_two_searches() -> Result<(), Mismatch> {
    traffic(Variant::AxiDual, 3, 600_000)
}

/// A run is its seed.
#[test]
fn the_same_seed_is_the_same_run() -> Result<(), Mismatch> {
    let one = || {
        run(Options {
            variant: Variant::AxiE64,
            seed: 9,
            clocks: 20_000,
        })
    };
    let (first, second) = (one()?, one()?);
    assert_eq!(first.clocks, second.clocks);
    assert_eq!(first.beats, second.beats);
    assert_eq!(first.counts, second.counts);
    Ok(())
}
