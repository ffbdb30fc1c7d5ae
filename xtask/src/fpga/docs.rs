// SPDX-License-Identifier: Apache-2.0
//! `--docs`: the figures of `docs/fpga.md` come from the reports in `docs/fpga/`, never from a keyboard.
//!
//! A block of the page begins with `<!-- fpga:NAME -->` and ends with `<!-- fpga:end -->`; what lies between is written
//! here.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::report::{Report, SCHEMA};
use super::{markdown, plot, store};
use crate::tools;

const PAGE: &str = "docs/fpga.md";
const REPORTS: &str = "docs/fpga/reports.json";
const SCALING: &str = "docs/fpga/scaling.json";
const DRAWING: &str = "docs/fpga/scaling.svg";
const ANCHORS: &str = "docs/fpga/anchors.json";

/// A peer, as the issue that set the targets cites it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Anchor {
    name: String,
    entries: u64,
    kind: String,
    fmax_mhz: Option<f64>,
    logic: Option<u64>,
    block_ram: Option<u64>,
    latency: Option<String>,
    miss: Option<String>,
}

/// Writes the page and the drawing, or compares them.
pub fn run(check: bool) -> anyhow::Result<()> {
    let mut stale = Vec::new();
    for (path, text) in made()? {
        let committed = fs::read_to_string(&path).unwrap_or_default();
        if committed == text {
            continue;
        }
        if check {
            stale.push(path.display().to_string());
        } else {
            store::write(&path, &text)?;
            eprintln!("{}", path.display());
        }
    }
    ensure!(
        stale.is_empty(),
        "not what the recorded reports give: {}; run cargo xtask fpga --docs",
        stale.join(", ")
    );
    Ok(())
}

/// Puts `report` among the recorded ones, in place of the one of its name, and writes the page.
pub fn record(report: &Report) -> anyhow::Result<()> {
    let mut all = reports(REPORTS)?;
    all.retain(|other| other.name != report.name);
    // The page shows one path, and the others are long.
    let mut report = report.clone();
    let middle = report.middle_seed().map(|seed| seed.seed);
    for seed in &mut report.seeds {
        if Some(seed.seed) != middle {
            seed.critical_path.hops.clear();
        }
    }
    all.push(report);
    // The order of the page: by kind, then by size, then by name.
    all.sort_by_key(|report| {
        (
            report.design.kind.clone(),
            report.parameter("ENTRIES"),
            report.name.clone(),
        )
    });
    store::write_json(&at(REPORTS), &all)?;
    run(false)
}

/// Replaces the recorded sweep, without what neither table nor drawing shows.
pub fn write_scaling(all: &[Report]) -> anyhow::Result<()> {
    let mut all = all.to_vec();
    for report in &mut all {
        report.modules = None;
        for seed in &mut report.seeds {
            seed.critical_path.hops.clear();
        }
    }
    store::write_json(&at(SCALING), &all)
}

/// Every file that is made, with its contents.
fn made() -> anyhow::Result<Vec<(PathBuf, String)>> {
    let (recorded, sweep) = (reports(REPORTS)?, reports(SCALING)?);
    let anchors: Vec<Anchor> = read(&at(ANCHORS))?;
    let path = at(PAGE);
    let mut page =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    for (name, text) in [
        ("results", results(&recorded)),
        ("anchors", side_by_side(&anchors, &recorded)),
        ("paths", paths(&recorded)),
        ("modules", modules(&recorded)),
        ("scaling", scaling(&sweep)),
    ] {
        page = replaced(&page, name, &text).with_context(|| format!("in {}", path.display()))?;
    }
    Ok(vec![(path, page), (at(DRAWING), plot::draw(&sweep)?)])
}

/// `page` with `text` in block `name`.
fn replaced(page: &str, name: &str, text: &str) -> anyhow::Result<String> {
    const END: &str = "<!-- fpga:end -->";
    let start = format!("<!-- fpga:{name} -->");
    let Some((before, rest)) = page.split_once(&start) else {
        bail!("there is no block {start}");
    };
    let Some((_, after)) = rest.split_once(END) else {
        bail!("block {start} has no end");
    };
    Ok(format!(
        "{before}{start}\n{}\n{END}{after}",
        text.trim_end()
    ))
}

fn results(recorded: &[Report]) -> String {
    if recorded.is_empty() {
        return none("--record");
    }
    let all: Vec<_> = recorded.iter().collect();
    let mut out = markdown::summary(&all);
    out += "\nThe runs, in the same order:\n\n";
    for report in recorded {
        let modified = if report.sources.modified {
            ", modified"
        } else {
            ""
        };
        let commit = report.sources.git.get(..12).unwrap_or(&report.sources.git);
        let endless = match report.endless.as_slice() {
            [] => String::new(),
            seeds => format!("; the placer does not end with seeds {seeds:?}"),
        };
        let _ = writeln!(out, "- `{}` at {commit}{modified}{endless}", report.command);
    }
    out
}

fn side_by_side(anchors: &[Anchor], recorded: &[Report]) -> String {
    let mut out = String::from(
        "| | entries | how | Fmax MHz | logic | logic an entry | block RAM | latency | miss |\n\
         |---|---|---|---|---|---|---|---|---|\n",
    );
    let or_dash = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
    for anchor in anchors {
        let each = anchor
            .logic
            .map(|logic| logic as f64 / anchor.entries as f64);
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            anchor.name,
            anchor.entries,
            anchor.kind,
            or_dash(anchor.fmax_mhz.map(|mhz| mhz.to_string())),
            or_dash(anchor.logic.map(|logic| logic.to_string())),
            or_dash(each.map(|each| format!("{each:.0}"))),
            or_dash(anchor.block_ram.map(|count| count.to_string())),
            or_dash(anchor.latency.clone()),
            or_dash(anchor.miss.clone()),
        );
    }
    for report in recorded {
        let Some(entries @ 1..) = report.parameter("ENTRIES") else {
            continue;
        };
        let logic = report.net_logic();
        let _ = writeln!(
            out,
            "| **Persimmon**, {} | {entries} | search in block RAM, ranges | {} | {logic} | {:.1} | {} | {} | there is none |",
            markdown::label(report),
            markdown::clock(report),
            logic as f64 / entries as f64,
            report.net_block_ram(),
            markdown::latency(report),
        );
    }
    out
}

fn paths(recorded: &[Report]) -> String {
    let mut out = String::new();
    for report in recorded {
        if let Some(seed) = report.middle_seed() {
            let _ = writeln!(
                out,
                "\n{}, {} entries, seed {}, {:.1} MHz:\n\n{}",
                markdown::label(report),
                report.parameter("ENTRIES").unwrap_or(0),
                seed.seed,
                seed.fmax_mhz,
                markdown::path(seed)
            );
        }
    }
    if out.is_empty() {
        none("--record")
    } else {
        out
    }
}

/// Of the largest core; what the others look like is in their own reports.
fn modules(recorded: &[Report]) -> String {
    let largest = recorded
        .iter()
        .filter(|report| report.design.kind == "core" && report.modules.is_some())
        .max_by_key(|report| report.parameter("ENTRIES"));
    let Some(report) = largest else {
        return none("--record");
    };
    format!(
        "{}, {} entries:\n\n{}",
        markdown::label(report),
        report.parameter("ENTRIES").unwrap_or(0),
        markdown::modules(report)
    )
}

fn scaling(sweep: &[Report]) -> String {
    if sweep.is_empty() {
        return none("--scaling");
    }
    let all: Vec<_> = sweep.iter().collect();
    let mut out = markdown::summary(&all);
    let first = &sweep[0];
    let _ = write!(
        out,
        "\n`cargo xtask fpga --scaling`, at {}; the first row alone: `{}`",
        first.sources.git.get(..12).unwrap_or("unknown"),
        first.command
    );
    out
}

fn none(option: &str) -> String {
    format!("No report is recorded yet: `cargo xtask fpga {option}` does that.")
}

/// A recorded set; none is an empty one.
fn reports(path: &str) -> anyhow::Result<Vec<Report>> {
    let path = at(path);
    if !path.exists() {
        return Ok(Vec::new());
    }
    let all: Vec<Report> = read(&path)?;
    for report in &all {
        ensure!(
            report.schema == SCHEMA,
            "{}: {} has layout {}, and this reads {SCHEMA}; record it again",
            path.display(),
            report.name,
            report.schema
        );
    }
    Ok(all)
}

fn read<T: DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    let text = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("cannot understand {}", path.display()))
}

fn at(path: &str) -> PathBuf {
    tools::root().join(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `--docs --check` says, so that a stale page fails the tests, too.
    #[test]
    fn the_page_is_what_the_reports_give() {
        run(true).unwrap();
    }

    #[test]
    fn a_block_is_replaced_and_nothing_else() {
        let page =
            "a\n<!-- fpga:x -->\nold\n<!-- fpga:end -->\nb <!-- fpga:y -->1<!-- fpga:end -->";
        let new = replaced(page, "x", "new\n").unwrap();
        assert_eq!(
            new,
            "a\n<!-- fpga:x -->\nnew\n<!-- fpga:end -->\nb <!-- fpga:y -->1<!-- fpga:end -->"
        );
        assert!(replaced(page, "z", "").is_err());
        assert!(replaced("<!-- fpga:x -->", "x", "").is_err());
    }
}
