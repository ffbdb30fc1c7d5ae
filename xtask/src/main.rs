// SPDX-License-Identifier: Apache-2.0
//! `cargo xtask`: what cargo itself does not do for this repository. Developers and `.ci/run` call it; the
//! library never does.
//!
//! One module a task. A task takes its tools from the wheels that `requirements/` pins ([`tools`]); what it makes goes
//! below `target/`, unless it is committed.

mod cocotb;
mod coverage;
mod formal;
mod fpga;
mod gates;
mod libfuzz;
mod lint;
mod mutate;
mod package;
mod regs;
mod requirements;
mod timing;
mod tools;
#[allow(dead_code, reason = "the model and the library use the rest of it")]
#[path = "../../build/variants.rs"]
mod variants;
#[path = "../../build/verilator.rs"]
mod verilator;
#[path = "../../build/wheels.rs"]
mod wheels;

use clap::{Parser, Subcommand};

/// Persimmon's build steps.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Generate the register block, the C header and the Rust map from rtl/regs/iommu.rdl.
    Regs {
        /// Change nothing; fail if a committed file differs from what would be generated.
        #[arg(long)]
        check: bool,
    },
    /// Check the RTL with Verilator -Wall and with Yosys' slang front end, at several parameter sets.
    Lint,
    /// Synthesise, place and route for an FPGA: clock rate, size by module, critical path, bitstreams.
    Fpga(Box<fpga::Options>),
    /// Elaborate the FuseSoC core, the Bender manifest and the file list, each as its own tool reads it.
    Package,
    /// Run the lockstep tests of the smallest build on what synthesis makes of it; takes long.
    Gates(gates::Options),
    /// Prove properties of modules with Yosys, smtbmc and yices, and that the memories of ECP5 do what the generic ones do.
    Formal(formal::Options),
    /// Run the tests on a model that counts coverage: lines and toggles of the RTL that they reach; takes long.
    Coverage(coverage::Options),
    /// Put mistakes into the RTL, one at a time, and see whether the tests notice; takes hours.
    Mutate(mutate::Options),
    /// Drive the top level with the AXI models of cocotbext-axi: a second opinion, slow.
    Cocotb(cocotb::Options),
    /// Run the parsers, the decoder of messages and replay on bytes that libFuzzer makes up.
    Libfuzz(libfuzz::Options),
    /// Check that every test, proof and assertion that docs/requirements.md names is there.
    Requirements,
    /// Draw the timing diagrams of docs/timing.
    Timing {
        /// Change nothing; fail if a committed drawing differs from what would be drawn.
        #[arg(long)]
        check: bool,
    },
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().task {
        Task::Regs { check } => regs::run(check),
        Task::Lint => lint::run(),
        Task::Fpga(options) => fpga::run(&options),
        Task::Package => package::run(),
        Task::Gates(options) => gates::run(&options),
        Task::Formal(options) => formal::run(&options),
        Task::Coverage(options) => coverage::run(&options),
        Task::Mutate(options) => mutate::run(&options),
        Task::Cocotb(options) => cocotb::run(&options),
        Task::Libfuzz(options) => libfuzz::run(&options),
        Task::Requirements => requirements::run(),
        Task::Timing { check } => timing::run(check),
    }
}
