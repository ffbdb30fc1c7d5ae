// SPDX-License-Identifier: Apache-2.0
//! The `persimmon` command: arguments in, text out. What it runs is in [`cosim`](crate::cosim); here is choosing
//! the device, printing, and the exit code.

mod bench;
mod board;
pub mod demo;
mod device;
mod fuzz;
mod generate;
mod replay;
mod report;
pub mod run;
mod text;
mod traffic;

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use device::Choice;

/// An on-chip IOMMU whose mappings persist across a virtio device reset, driven as Linux's vhost-vdpa drives one.
///
/// Without a command: the demo. It tells the reset story on the RTL (map, device reset, map again, release, open
/// again; with IOTLB_PERSIST acknowledged and not; on a set_map and on a dma_map parent), replays a recording of a
/// real kernel, and writes a waveform.
#[derive(Debug, Parser)]
#[command(
    name = "persimmon",
    version,
    max_term_width = 100,
    args_conflicts_with_subcommands = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,

    /// The demo's story on a board instead: uart:PORT, or uart:PORT@BAUD
    #[arg(long, value_name = "uart:PORT[@BAUD]")]
    dut: Option<Choice>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Replay(replay::Arguments),
    Run(run::Arguments),
    Report(report::Arguments),
    Generate(generate::Arguments),
    Traffic(traffic::Arguments),
    Fuzz(fuzz::Arguments),
    Bench(bench::Arguments),
    Board(board::Arguments),
}

/// Why a command failed.
pub(crate) type Failure = Box<dyn std::error::Error>;

/// Runs the command line.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut out = std::io::stdout().lock();
    let result = match arguments.command {
        None => demo(arguments.dut.as_ref(), &mut out).map(|()| true),
        Some(Command::Board(arguments)) => board::run(&arguments, &mut out),
        Some(Command::Replay(arguments)) => replay::run(&arguments, &mut out),
        Some(Command::Run(arguments)) => run::run(&arguments, &mut out),
        Some(Command::Report(arguments)) => report::run(&arguments, &mut out).map(|()| true),
        Some(Command::Bench(arguments)) => bench::run(&arguments, &mut out).map(|()| true),
        Some(Command::Traffic(arguments)) => traffic::run(&arguments, &mut out).map(|()| true),
        Some(Command::Fuzz(arguments)) => fuzz::run(&arguments, &mut out),
        Some(Command::Generate(arguments)) => generate::run(&arguments, &mut out).map(|()| true),
    };
    let result = result.and_then(|passed| Ok(out.flush().map(|()| passed)?));
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        // The reader of our output has seen enough.
        Err(error) if broken_pipe(error.as_ref()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(error.as_ref());
            ExitCode::FAILURE
        }
    }
}

/// The demo, on the simulated RTL or on a board.
fn demo(dut: Option<&Choice>, out: &mut impl Write) -> Result<(), Failure> {
    match dut {
        None | Some(Choice::Both) => demo::run(out),
        Some(Choice::Board(port)) => demo::on_board(port, out),
        Some(other) => Err(format!(
            "the demo compares: it runs on both or on uart:PORT, not on {other} alone"
        )
        .into()),
    }
}

/// Prints an error and what caused it, on one line.
pub(crate) fn tell(error: &(dyn std::error::Error + 'static)) {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        text += &format!(": {source}");
        cause = source.source();
    }
    // Nothing is left to be done if stderr is gone too.
    writeln!(std::io::stderr(), "error: {text}").ok();
}

fn broken_pipe(error: &(dyn std::error::Error + 'static)) -> bool {
    error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn an_argument_that_would_be_ignored_is_refused() {
        for line in [
            "run --userspace tolerant --dut golden",
            "run --userspace tolerant --wave w.fst",
            "run --cost --dut rtl",
            "run --policy 1 --max-entries 3",
            "run --userspace tolerant --max-entries 3",
        ] {
            let words = ["persimmon"].into_iter().chain(line.split(' '));
            assert!(Arguments::try_parse_from(words).is_err(), "{line}");
        }
        for line in [
            "run --policy 1 --dut golden",
            "run --policy 1 --dut rtl --wave w.fst",
            "run --cost --max-entries 3",
            "run --userspace tolerant --parent set_map",
        ] {
            let words = ["persimmon"].into_iter().chain(line.split(' '));
            assert!(Arguments::try_parse_from(words).is_ok(), "{line}");
        }
    }
}
