// SPDX-License-Identifier: Apache-2.0
//! `cargo xtask formal`: proofs with Yosys, smtbmc and yices.
//!
//! The memories of ECP5 do what the generic ones do, at every shape that the core has at three sizes. Each property also
//! has covers, which show that its assumptions leave something to prove, and broken variants, which it must catch:
//! a proof that cannot fail says nothing.

mod proofs;
mod smt;

use anyhow::{bail, ensure};
use clap::Args;
use serde_json::json;

use crate::tools;
use proofs::{PROOFS, Proof, STEPS};
use smt::Method;

/// What to prove.
#[derive(Args)]
pub struct Options {
    /// Print one JSON array
    #[arg(long)]
    json: bool,
    /// Only proofs whose names contain one of these
    names: Vec<String>,
}

/// Proves what `options` select; an error if anything is not as it should be.
pub fn run(options: &Options) -> anyhow::Result<()> {
    complete()?;
    let wanted = |proof: &&Proof| {
        let name = proof.name();
        options.names.is_empty()
            || options
                .names
                .iter()
                .any(|part| name.contains(part.as_str()))
    };
    let selected: Vec<_> = PROOFS.iter().filter(wanted).collect();
    ensure!(
        !selected.is_empty(),
        "no proof is called {:?}; there are {}",
        options.names,
        PROOFS
            .iter()
            .map(Proof::name)
            .collect::<Vec<_>>()
            .join(", ")
    );

    let mut lines = Vec::new();
    let mut wrong = Vec::new();
    for proof in selected {
        check(proof, options.json, &mut lines, &mut wrong)?;
    }
    if options.json {
        println!("{}", serde_json::to_string_pretty(&lines)?);
    }
    if !wrong.is_empty() {
        bail!("{}", wrong.join("\n"));
    }
    Ok(())
}

/// A shape that the core has, and nobody proves, would pass for proven.
fn complete() -> anyhow::Result<()> {
    let elaborated = smt::shapes()?;
    let mut table: Vec<_> = PROOFS
        .iter()
        .map(|proof| (proof.module.to_owned(), proof.width, proof.depth))
        .collect();
    table.sort();
    ensure!(
        elaborated == table,
        "the core has the memories {elaborated:?}, and xtask/src/formal/proofs.rs lists {table:?}"
    );
    Ok(())
}

/// The property, its covers and its broken variants, each a line.
fn check(
    proof: &Proof,
    quiet: bool,
    lines: &mut Vec<serde_json::Value>,
    wrong: &mut Vec<String>,
) -> anyhow::Result<()> {
    let name = proof.name();
    let dir = tools::tools_dir()?.join("formal").join(&name);
    let mut note = |method: &str, answer: &smt::Answer, result: &str| {
        let seconds = answer.time.as_secs_f64();
        if !quiet {
            println!("{name:28} {method:38} {STEPS} steps {seconds:7.1} s  {result}");
        }
        lines.push(json!({
            "property": name, "method": method, "steps": STEPS, "seconds": seconds, "result": result,
        }));
    };

    smt::model(proof, None, &dir)?;
    let answer = smt::solve(&dir, Method::Bounded, STEPS)?;
    note(
        "bounded",
        &answer,
        if answer.passed { "holds" } else { "FAILS" },
    );
    if !answer.passed {
        wrong.push(format!("{name} fails: {}", dir.join("trace.vcd").display()));
    }
    let answer = smt::solve(&dir, Method::Cover, STEPS)?;
    let reached = answer.passed;
    note(
        "cover",
        &answer,
        &if reached {
            format!("{} reached", answer.covers)
        } else {
            "NOT REACHED".to_owned()
        },
    );
    if !reached {
        wrong.push(format!("{name}: a cover is not reached in {STEPS} steps"));
    }
    for (number, broken) in proof.broken.iter().enumerate() {
        let dir = dir.join(format!("broken-{number}"));
        smt::model(proof, Some(broken), &dir)?;
        let answer = smt::solve(&dir, Method::Bounded, STEPS)?;
        let method = format!("broken: {}", broken.name);
        note(
            &method,
            &answer,
            if answer.passed { "MISSED" } else { "caught" },
        );
        if answer.passed {
            wrong.push(format!("{name} does not notice: {}", broken.name));
        }
    }
    Ok(())
}
