// SPDX-License-Identifier: Apache-2.0
//! `cargo xtask gates`: what synthesis made of the core, under the tests of the core.
//!
//! Yosys maps the build E50Pages to ECP5, with the memories of `rtl/tech/ecp5`. The cells of the netlist are replaced by
//! what the vendor's library says of them (Yosys ships that for everything but the block RAM, which is
//! `sim/ecp5/dp16kd.sv`), and the result takes the place of the RTL in the lockstep tests of that build: random commands,
//! posted ones, damage, and every lookup compared with the golden model.
//!
//! A netlist simulates slower by an order of magnitude and more, and is synthesised first, so `cargo test` does without it.
//! That the tests would notice is seen with `--broken-lut` and `--broken-ram`, which put a fault into the netlist.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use clap::Args;

use crate::fpga::{Family, job};
use crate::tools::{self, quoted};
use crate::variants::Variant;

const TOP: &str = "iommu_core";
const BLOCK_RAM: &str = "sim/ecp5/dp16kd.sv";

/// The build that the netlist stands for: the smallest.
const BUILD: Variant = Variant::E50Pages;

/// The tests of `tb/rtl` that run E50Pages, and nothing else, in lockstep with the golden model.
const TESTS: [&str; 4] = [
    "pages::addresses_end_where_the_build_says",
    "posted::drawn::batches_of_pages",
    "parity::drawn::on_50_pages",
    "traffic::commands_do_not_disturb_traffic_of_pages",
];

/// One more of them, which shortens what fails: hours, on a netlist that is known to be wrong.
const SHORTENING: &str = "pages::drawn_commands_and_accesses";

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
    /// Invert the Nth LUT, and succeed only if the tests then fail
    #[arg(long, value_name = "N", conflicts_with = "no_test")]
    broken_lut: Option<usize>,
    /// Take the output register of the Nth block RAM that has one away, and succeed only if the tests then fail
    #[arg(long, value_name = "N", conflicts_with_all = ["no_test", "broken_lut"])]
    broken_ram: Option<usize>,
}

/// Takes some minutes for each of synthesis, compiling and testing.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let dir = tools::tools_dir()?.join("gates");
    fs::create_dir_all(&dir).with_context(|| format!("cannot create {}", dir.display()))?;
    let mut mapped = dir.join("mapped.v");
    synthesise(&mapped, &dir.join("mapped.log"))?;
    let fault = (options.broken_lut.map(Fault::Lut)).or(options.broken_ram.map(Fault::Ram));
    if let Some(fault) = fault {
        let netlist = fs::read_to_string(&mapped)
            .with_context(|| format!("cannot read {}", mapped.display()))?;
        let (netlist, cell) = fault.put_into(&netlist)?;
        println!("{fault:?} is in {cell}");
        mapped = dir.join("broken.v");
        fs::write(&mapped, netlist)
            .with_context(|| format!("cannot write {}", mapped.display()))?;
    }
    let list = flatten(&mapped, &dir)?;
    println!("netlist: {}", list.display());
    if options.no_test {
        return Ok(());
    }
    let mut command = Command::new("cargo");
    command
        .current_dir(tools::root())
        .env(
            "PERSIMMON_NETLISTS",
            format!("{BUILD:?}={}", list.display()),
        )
        .args(["test", "--locked", "--no-default-features", "--test", "rtl"])
        .args(["--", "--exact"])
        .args(TESTS)
        .args(fault.is_none().then_some(SHORTENING));
    let output = command.output().context("cannot run cargo")?;
    let said = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    let said = said.join("");
    println!("{}", said.trim());
    // A test that has another name by now would be no failure, and a build that fails no test.
    match fault {
        None => ensure!(
            output.status.success()
                && said.contains(&format!("{} passed; 0 failed", TESTS.len() + 1)),
            "not all of {TESTS:?} and {SHORTENING} pass on the netlist"
        ),
        Some(fault) => ensure!(
            !output.status.success() && said.contains("test result: FAILED. "),
            "the tests do not notice {fault:?}"
        ),
    }
    Ok(())
}

/// What is wrong with a netlist on purpose.
#[derive(Clone, Copy, Debug)]
enum Fault {
    /// The truth table of a LUT is inverted.
    Lut(usize),
    /// A block RAM answers a clock too early.
    Ram(usize),
}

impl Fault {
    /// `netlist` as Yosys writes it, with the fault, and the name of the cell that has it.
    fn put_into(self, netlist: &str) -> anyhow::Result<(String, String)> {
        let (cell, from) = match self {
            Self::Lut(_) => ("  LUT4 #(", ".INIT(16'h"),
            Self::Ram(_) => ("  DP16KD #(", ".REGMODE_B(\"OUTREG\")"),
        };
        // Begin and end of each cell of this type with such a parameter.
        let places = netlist.match_indices(cell).filter_map(|(start, _)| {
            let end = start + netlist[start..].find("\n  )")?;
            let at = start + netlist[start..end].find(from)?;
            Some(at..at + from.len())
        });
        let places: Vec<_> = places.collect();
        let (Self::Lut(number) | Self::Ram(number)) = self;
        let place = places.get(number).with_context(|| {
            let count = places.len();
            format!("there is no {self:?}: the netlist has {count} such cells, numbered from 0")
        })?;
        let (before, after) = (&netlist[..place.start], &netlist[place.end..]);
        let (_, name) = after
            .split_once("\n  ) ")
            .with_context(|| format!("the cell of {self:?} has no name"))?;
        let name = name.split(" (").next().unwrap_or(name).to_owned();
        let netlist = match self {
            Self::Lut(_) => {
                let (table, after) = after
                    .split_at_checked(4)
                    .with_context(|| format!("{self:?} has no table of 16 bits"))?;
                let table = u16::from_str_radix(table, 16)
                    .with_context(|| format!("{table:?} is no table of 16 bits"))?;
                format!("{before}{from}{:04x}{after}", !table)
            }
            Self::Ram(_) => format!("{before}.REGMODE_B(\"NOREG\"){after}"),
        };
        Ok((netlist, name))
    }
}

fn synthesise(mapped: &Path, log: &Path) -> anyhow::Result<()> {
    let mut read = format!("read_slang -D SYNTHESIS --top {TOP}");
    for (name, value) in BUILD.parameters().by_name() {
        read += &format!(" -G {name}={value}");
    }
    read += &format!(" -F {}", Family::Ecp5.files());
    let mut command = tools::yosys()?;
    command
        .current_dir(tools::root())
        .arg(&read)
        .args(Family::Ecp5.mapping(TOP))
        .arg(format!("write_verilog -noattr {}", quoted(mapped)?));
    job::run(&mut command, "yosys synth_ecp5", log)
}

/// Replaces the cells by their models. Tens of thousands of instances, each with a clock and a reset of its own, are more
/// than Verilator can take, and so are the models as they are written: a tree of vectors for each LUT.
fn flatten(mapped: &Path, dir: &Path) -> anyhow::Result<PathBuf> {
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
    let mut command = tools::yosys()?;
    command
        .arg(format!("read_verilog {}", quoted(mapped)?))
        .arg(format!("read_verilog -sv -I{models} {}", quoted(&cells)?))
        .arg(format!("read_verilog -sv -lib {}", quoted(&ports)?))
        .arg(format!("hierarchy -check -top {TOP}"))
        .args(["proc", "flatten", "delete t:$scopeinfo"])
        // The models into gates of one bit, which lose the constants of the truth tables. Nothing that synthesis has
        // decided is decided again: what the netlist computes is what these gates compute.
        .args([
            "opt_expr",
            "opt_clean -purge",
            "simplemap t:$mux t:$not t:$and t:$or t:$xor t:$logic_not",
        ])
        .args([
            "opt_expr -mux_bool -undriven",
            "opt_merge",
            "opt_clean -purge",
        ])
        // Names are longer than the logic.
        .arg("rename -hide")
        .arg(format!("write_verilog -noattr {}", quoted(&flat)?));
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

#[cfg(test)]
mod tests {
    use super::*;

    const NETLIST: &str = "
  LUT4 #(
    .INIT(16'h00ff)
  ) a (.A(x));
  TRELLIS_FF #(
    .INIT(16'h0000)
  ) b (.A(x));
  LUT4 #(
    .INIT(16'hc0ea)
  ) c (.A(x));
  DP16KD #(
    .REGMODE_B(\"NOREG\")
  ) d (.A(x));
  DP16KD #(
    .REGMODE_B(\"OUTREG\")
  ) e (.A(x));
";

    #[test]
    fn a_fault_is_in_one_cell() {
        let (broken, cell) = Fault::Lut(1).put_into(NETLIST).unwrap();
        assert_eq!(broken, NETLIST.replace("c0ea", "3f15"));
        assert_eq!(cell, "c");
        let (broken, cell) = Fault::Ram(0).put_into(NETLIST).unwrap();
        assert_eq!(broken, NETLIST.replace("OUTREG", "NOREG"));
        assert_eq!(cell, "e");
        assert!(Fault::Lut(2).put_into(NETLIST).is_err());
        assert!(Fault::Ram(1).put_into(NETLIST).is_err());
    }
}
