// SPDX-License-Identifier: Apache-2.0
//! `persimmon traffic`.

use std::io::Write;

use clap::ValueEnum;
use serde_json::json;

use super::Failure;
use crate::cosim::axi::{Options, Report, run as traffic};
use crate::dut::Variant;

/// Random AXI4 traffic through the RTL, with commands beside it, held against the golden model.
///
/// Masters send bursts of every kind, memory answers when and in what order it likes, and commands map, unmap, reset and
/// move groups meanwhile. Every address, every beat and every byte of memory is compared, and checkers watch both sides
/// of each port; the first thing that is not as it must be ends the run. One seed is one run.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Clocks to run for, on each build
    #[arg(long, value_name = "N", default_value = "1000000")]
    clocks: u64,

    /// Decides everything that is random
    #[arg(long, value_name = "N", default_value = "1")]
    seed: u64,

    /// Which build of the RTL
    #[arg(long, value_enum, default_value_t = Build::All)]
    build: Build,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Builds with AXI4 ports.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Build {
    /// One after the other
    All,
    /// Two ports of 64 bits, 64 entries
    Two,
    /// One port of 64 bits, 2048 entries
    Large,
    /// One port of 512 bits with two search ports, 64 entries
    Wide,
}

impl Build {
    fn variants(self) -> &'static [Variant] {
        match self {
            Self::All => &[Variant::AxiE64, Variant::AxiE2048, Variant::AxiDual],
            Self::Two => &[Variant::AxiE64],
            Self::Large => &[Variant::AxiE2048],
            Self::Wide => &[Variant::AxiDual],
        }
    }
}

/// Runs the command.
pub fn run(arguments: &Arguments, out: &mut impl Write) -> Result<(), Failure> {
    let mut printed = Vec::new();
    for &variant in arguments.build.variants() {
        let report = traffic(Options {
            variant,
            seed: arguments.seed,
            clocks: arguments.clocks,
        })?;
        match arguments.json {
            true => printed.push(as_json(variant, arguments.seed, &report)),
            false => print(out, variant, &report)?,
        }
    }
    if arguments.json {
        writeln!(out, "{:#}", json!(printed))?;
    }
    Ok(())
}

fn print(out: &mut impl Write, variant: Variant, report: &Report) -> Result<(), Failure> {
    let counts = report.counts;
    writeln!(
        out,
        "{variant:?}: {} clocks, {} bursts ({} refused), {} beats, {} commands, {} states ({} seen by bursts)",
        report.clocks,
        report.bursts,
        counts.refused,
        report.beats,
        report.commands,
        report.states,
        report.states_seen,
    )?;
    writeln!(
        out,
        "  {} comparisons, all equal: {} translations, {} bursts at memory, {} beats written, {} beats and {} bytes \
         read, {} answers, {} bursts finished at {} drains, {} bytes of memory",
        counts.total(),
        counts.translations,
        counts.forwarded,
        counts.write_beats,
        counts.read_beats,
        counts.read_bytes,
        counts.answers,
        counts.drained_bursts,
        counts.drains,
        counts.memory_bytes,
    )?;
    writeln!(out, "  0 protocol violations")?;
    Ok(())
}

/// A run that comes to its end has broken no rule: the first violation ends it.
fn as_json(variant: Variant, seed: u64, report: &Report) -> serde_json::Value {
    let counts = report.counts;
    let ends: Vec<String> = (report.ends.iter())
        .map(|(command, code)| format!("{command} {code:?}"))
        .collect();
    json!({
        "build": format!("{variant:?}"),
        "seed": seed,
        "clocks": report.clocks,
        "bursts": report.bursts,
        "refused": counts.refused,
        "beats": report.beats,
        "commands": report.commands,
        "ends": ends,
        "states": report.states,
        "states_seen": report.states_seen,
        "protocol_violations": 0,
        "comparisons": {
            "total": counts.total(),
            "translations": counts.translations,
            "bursts_at_memory": counts.forwarded,
            "write_beats": counts.write_beats,
            "read_beats": counts.read_beats,
            "read_bytes": counts.read_bytes,
            "answers": counts.answers,
            "drains": counts.drains,
            "bursts_at_drains": counts.drained_bursts,
            "memory_bytes": counts.memory_bytes,
        },
    })
}
