// SPDX-License-Identifier: Apache-2.0
//! `cargo xtask gates`: what synthesis made of the core, under the tests of the core.
//!
//! Yosys maps the build E50Pages to ECP5, with the memories of `rtl/tech/ecp5`. The cells of the netlist are replaced by
//! what the vendor's library says of them (Yosys ships that for everything but the block RAM, which is
//! `sim/ecp5/dp16kd.sv`), and the result takes the place of the RTL in the lockstep tests of that build: random commands,
//! posted ones, damage, and every lookup compared with the golden model.
//!
//! A netlist simulates slower by two orders of magnitude, so `cargo test` does without it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use clap::Args;

use crate::fpga::job;
use crate::tools;

const TOP: &str = "iommu_core";
/// The design with the memories of ECP5, as seen from `rtl/`.
const FILES: &str = "iommu_ecp5.f";
const BLOCK_RAM: &str = "sim/ecp5/dp16kd.sv";

/// Parameters of E50Pages in `build/variants.rs`; the tests find out if these differ, by the capability registers.
const PARAMETERS: [(&str, u32); 8] = [
    ("ENTRIES", 50),
    ("ASIDS", 3),
    ("GROUPS", 5),
    ("DEVICES", 3),
    ("GRANULE_LOG2", 12),
    ("IOVA_W", 48),
    ("PA_W", 40),
    ("K", 4),
];

/// The tests of `tb/rtl` that run E50Pages, and nothing else, in lockstep with the golden model.
const TESTS: [&str; 3] = [
    "pages::addresses_end_where_the_build_says",
    "pages::drawn_commands_and_accesses",
    "posted::drawn::batches_of_pages",
];

/// Each argument is a Yosys command.
const YOSYS: &str = "
import sys
from pyosys import libyosys
design = libyosys.Design()
for line in sys.argv[1:]:
    libyosys.run_pass(line, design)
";

/// Where Yosys keeps the models of the cells.
const CELLS: &str = "
import importlib.util, pathlib
print(pathlib.Path(importlib.util.find_spec('pyosys').origin).parent / 'share' / 'lattice')
";

/// What to test.
#[derive(Args)]
pub struct Options {
    /// Make the netlist and stop
    #[arg(long)]
    no_test: bool,
}

/// Takes half an hour.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let dir = tools::tools_dir()?.join("gates");
    fs::create_dir_all(&dir).with_context(|| format!("cannot create {}", dir.display()))?;
    synthesise(&dir)?;
    let list = flatten(&dir)?;
    println!("netlist: {}", list.display());
    if options.no_test {
        return Ok(());
    }
    let mut command = Command::new("cargo");
    command
        .current_dir(tools::root())
        .env("PERSIMMON_GATES", &list)
        .args(["test", "--locked", "--no-default-features", "--test", "rtl"])
        .args(["--", "--exact"])
        .args(TESTS);
    let said = tools::run(&mut command, "cargo test on the netlist")?;
    println!("{}", said.trim());
    // A test that has another name by now would be no failure.
    let passed = format!("{} passed", TESTS.len());
    ensure!(
        said.contains(&passed),
        "not all of {TESTS:?} were run on the netlist"
    );
    Ok(())
}

fn synthesise(dir: &Path) -> anyhow::Result<()> {
    let mut read = format!("read_slang -D SYNTHESIS --top {TOP}");
    for (name, value) in PARAMETERS {
        read += &format!(" -G {name}={value}");
    }
    read += &format!(" -F {FILES}");
    let mut command = tools::python("yosys")?;
    command
        .current_dir(tools::root().join("rtl"))
        .args(["-c", YOSYS, &read])
        .arg(format!("synth_ecp5 -top {TOP}"))
        .arg(format!(
            "write_verilog -noattr {}",
            dir.join("mapped.v").display()
        ));
    job::run(&mut command, "yosys synth_ecp5", &dir.join("mapped.log"))
}

/// Replaces the cells by their models. Tens of thousands of instances, each with a clock and a reset of its own, are more
/// than Verilator can take.
fn flatten(dir: &Path) -> anyhow::Result<PathBuf> {
    let mut command = tools::python("yosys")?;
    let said = tools::run(command.args(["-c", CELLS]), "python")?;
    let models = said.trim();
    let cells = dir.join("cells.v");
    let text = "`include \"common_sim.vh\"\n`include \"ccu2c_sim.vh\"\n";
    fs::write(&cells, text).with_context(|| format!("cannot write {}", cells.display()))?;
    // Of the block RAM Yosys needs the ports only.
    let ports = dir.join("dp16kd_ports.sv");
    let model = tools::root().join(BLOCK_RAM);
    let model =
        fs::read_to_string(&model).with_context(|| format!("cannot read {}", model.display()))?;
    let start = model
        .find("module DP16KD")
        .context("sim/ecp5 has no DP16KD")?;
    let end = model[start..].find("\n);").context("DP16KD has no ports")?;
    let header = &model[start..start + end];
    fs::write(&ports, format!("{header}\n);\nendmodule\n"))
        .with_context(|| format!("cannot write {}", ports.display()))?;

    let flat = dir.join("netlist.v");
    let mut command = tools::python("yosys")?;
    command
        .args(["-c", YOSYS])
        .arg(format!("read_verilog {}", dir.join("mapped.v").display()))
        .arg(format!("read_verilog -sv -I{models} {}", cells.display()))
        .arg(format!("read_verilog -sv -lib {}", ports.display()))
        .arg(format!("hierarchy -check -top {TOP}"))
        .args(["proc", "flatten", "delete t:$scopeinfo"])
        // Nothing is optimised that synthesis has decided: unused bits go, and names that are longer than the logic.
        .args(["opt_expr", "splitnets", "opt_clean -purge"])
        .arg("rename -hide")
        .arg(format!("write_verilog -noattr {}", flat.display()));
    job::run(&mut command, "yosys flatten", &dir.join("netlist.log"))?;

    let list = dir.join("netlist.f");
    let text = format!(
        "{}\n{}\n",
        flat.display(),
        tools::root().join(BLOCK_RAM).display()
    );
    fs::write(&list, text).with_context(|| format!("cannot write {}", list.display()))?;
    Ok(list)
}
