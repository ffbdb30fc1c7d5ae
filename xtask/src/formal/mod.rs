// SPDX-License-Identifier: Apache-2.0
//! `cargo xtask formal`: proofs with Yosys, smtbmc and yices.
//!
//! Properties of modules at small sizes, and that the memories of ECP5 do what the generic ones do. Each also has
//! covers, which show that its assumptions leave something to prove, and broken variants, which it must catch:
//! a proof that cannot fail says nothing.

mod memories;
mod proofs;
mod smt;

use std::fs;
use std::path::Path;

use anyhow::{Context, bail, ensure};
use clap::Args;
use serde_json::json;

use crate::tools;
use proofs::{Broken, Method, Proof};
use smt::{Answer, Question};

/// What to prove.
#[derive(Args)]
pub struct Options {
    /// Print one JSON array
    #[arg(long)]
    json: bool,
    /// Only proofs whose names contain one of these
    names: Vec<String>,
}

/// Names of all proofs.
pub fn names() -> Vec<String> {
    proofs::all().into_iter().map(|proof| proof.name).collect()
}

/// Proves what `options` select; an error if anything is not as it should be.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let wanted = |proof: &Proof| {
        options.names.is_empty()
            || options
                .names
                .iter()
                .any(|part| proof.name.contains(part.as_str()))
    };
    let selected: Vec<_> = proofs::all().into_iter().filter(wanted).collect();
    ensure!(
        !selected.is_empty(),
        "no proof is called {:?}; there are {}",
        options.names,
        names().join(", ")
    );
    if selected.iter().any(|proof| memories::has(&proof.name)) {
        memories::complete()?;
    }

    let mut report = Report {
        quiet: options.json,
        lines: Vec::new(),
        wrong: Vec::new(),
    };
    for proof in &selected {
        check(proof, &mut report)?;
    }
    let lines = serde_json::to_string_pretty(&report.lines)?;
    // What has been proven before is forgotten: the RTL may be another.
    let dir = tools::tools_dir()?.with_file_name("formal");
    let path = dir.join("report.json");
    fs::create_dir_all(&dir)
        .and_then(|()| fs::write(&path, format!("{lines}\n")))
        .with_context(|| format!("cannot write {}", path.display()))?;
    if options.json {
        println!("{lines}");
    }
    if !report.wrong.is_empty() {
        bail!("{}", report.wrong.join("\n"));
    }
    Ok(())
}

/// What has been found so far.
struct Report {
    quiet: bool,
    lines: Vec<serde_json::Value>,
    wrong: Vec<String>,
}

impl Report {
    /// One line of it.
    fn note(&mut self, proof: &Proof, method: &str, steps: u32, answer: &Answer, result: &str) {
        let name = &proof.name;
        let seconds = answer.time.as_secs_f64();
        if !self.quiet {
            println!("{name:28} {method:38} {steps:2} steps {seconds:7.1} s  {result}");
        }
        self.lines.push(json!({
            "property": name, "method": method, "steps": steps, "seconds": seconds, "result": result,
        }));
    }
}

/// The property, its covers and its broken variants, each a line.
fn check(proof: &Proof, report: &mut Report) -> anyhow::Result<()> {
    let name = &proof.name;
    let dir = tools::tools_dir()?.join("formal").join(name);
    smt::model(proof, None, &dir)?;
    let mut holds = |method: &str, question, steps| -> anyhow::Result<()> {
        let answer = smt::solve(&dir, question, steps)?;
        let result = if answer.passed { "holds" } else { "FAILS" };
        report.note(proof, method, steps, &answer, result);
        if !answer.passed {
            let trace = dir.join("trace.vcd");
            report
                .wrong
                .push(format!("{name}, {method}, fails: {}", trace.display()));
        }
        Ok(())
    };
    match proof.method {
        Method::Bounded(steps) => holds("bounded", Question::Base, steps)?,
        Method::Induction(steps) => {
            holds("induction: base", Question::Base, steps)?;
            holds("induction: step", Question::Step, steps)?;
        }
    }

    let answer = smt::solve(&dir, Question::Cover, proof.reach)?;
    let result = if answer.passed {
        format!("{} reached", answer.covers)
    } else {
        report.wrong.push(format!(
            "{name}: a cover is not reached in {} steps",
            proof.reach
        ));
        "NOT REACHED".to_owned()
    };
    report.note(proof, "cover", proof.reach, &answer, &result);

    for (number, broken) in proof.broken.iter().enumerate() {
        let dir = dir.join(format!("broken-{number}"));
        catches(proof, broken, &dir, report)?;
    }
    Ok(())
}

/// A broken variant fails from the start, and not only the step of an induction, which may fail for less.
fn catches(proof: &Proof, broken: &Broken, dir: &Path, report: &mut Report) -> anyhow::Result<()> {
    smt::model(proof, Some(broken), dir)?;
    let answer = smt::solve(dir, Question::Base, proof.reach)?;
    let method = format!("broken: {}", broken.name);
    let result = match &answer.failed {
        Some(label) => format!("caught by {label}"),
        None => "MISSED".to_owned(),
    };
    report.note(proof, &method, proof.reach, &answer, &result);
    if answer.failed.is_none() {
        report
            .wrong
            .push(format!("{} does not notice: {}", proof.name, broken.name));
    }
    Ok(())
}
