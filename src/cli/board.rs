// SPDX-License-Identifier: Apache-2.0
//! `persimmon board`.

use std::io::Write;
use std::time::Duration;

use clap::ValueEnum;

use super::Failure;
use crate::board::{Board, BoardBuild, Port, SelfTest, Simulation};
use crate::regif::RegIf;

/// Say what is on a board and run its self-test; or be a board, at a pseudo-terminal.
///
/// A board is found at a serial port, /dev/ttyUSB0 or /dev/ttyUSB0@115200. Its IOMMU is reset, as by every --dut uart:.
/// The exit code is 0 only if a self-test that has run has passed.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("which").required(true))]
pub struct Arguments {
    /// The board
    #[arg(value_name = "PORT[@BAUD]", group = "which")]
    port: Option<Port>,

    /// Run the self-test
    #[arg(long, conflicts_with = "simulate")]
    self_test: bool,

    /// Simulate a board at a pseudo-terminal, and say what its LEDs show, until interrupted
    #[arg(long, value_name = "BUILD", group = "which")]
    simulate: Option<Build>,

    /// With --simulate: with this deliberate bug in the RTL
    #[arg(long, value_name = "N", default_value_t = 0, conflicts_with = "port")]
    bug: u8,
}

/// Simulated boards.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Build {
    /// The whole IOMMU, 64 entries
    Full,
    /// The core behind the smallest data path, 16 entries
    Lite,
}

/// Runs the command; false if the self-test has not passed.
pub fn run(arguments: &Arguments, out: &mut impl Write) -> Result<bool, Failure> {
    match (&arguments.port, arguments.simulate) {
        (Some(port), _) => show(port, arguments.self_test, out),
        (None, Some(build)) => simulate(build, arguments.bug, out).map(|()| true),
        (None, None) => Err("name a serial port, or --simulate".into()),
    }
}

fn show(port: &Port, test: bool, out: &mut impl Write) -> Result<bool, Failure> {
    let mut board = Board::open(port)?;
    let memory = board.memory();
    let capability = board.capability();
    writeln!(
        out,
        "{port}: {} entries, {} address spaces, {} groups, {} devices; IOVA of {} bits, PA of {}; {} KiB of memory at {:#x}",
        capability.entries,
        capability.asids,
        capability.groups,
        capability.devices,
        capability.iova_w,
        capability.pa_w,
        memory.size / 1024,
        memory.base,
    )?;
    let state = match test {
        true => board.run_self_test()?,
        false => board.self_test()?,
    };
    let said = match state {
        SelfTest::Idle => "self-test: stopped, or not run".to_owned(),
        SelfTest::Running => "self-test: runs".to_owned(),
        SelfTest::Passed { rounds } => format!("self-test: passed, {rounds} rounds"),
        SelfTest::Failed { round, step, got } => {
            format!("self-test: FAILED in round {round} at step {step}, which read {got:#010x}")
        }
    };
    writeln!(out, "{said}")?;
    Ok(match state {
        SelfTest::Passed { .. } => true,
        SelfTest::Failed { .. } => false,
        SelfTest::Idle | SelfTest::Running => !test,
    })
}

fn simulate(build: Build, bug: u8, out: &mut impl Write) -> Result<(), Failure> {
    let build = match build {
        Build::Full => BoardBuild::Full,
        Build::Lite => BoardBuild::Lite,
    };
    let simulation = Simulation::start(build, bug)?;
    let path = &simulation.port().path;
    writeln!(
        out,
        "A simulated board is at {path} until this is interrupted.\n  persimmon board {path} --self-test\n  persimmon run --policy compat-reset --dut uart:{path}"
    )?;
    out.flush()?;
    let mut shown = None;
    while simulation.runs() {
        // Pass and fail; the others come and go.
        let result = simulation.leds() & 0b110;
        if shown != Some(result) {
            shown = Some(result);
            let says = match result {
                0b010 => "passed",
                0b100 => "failed",
                _ => "runs, or is stopped",
            };
            writeln!(out, "LEDs {:08b}: the self-test {says}", simulation.leds())?;
            out.flush()?;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(simulation.stop()?)
}
