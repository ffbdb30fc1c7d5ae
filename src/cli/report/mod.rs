// SPDX-License-Identifier: Apache-2.0
//! `persimmon report`: the story as one page.
//!
//! [`mod@draw`] makes the drawings, [`mod@found`] reads what other tasks have left, `page.html` is the page.

mod draw;
mod found;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use askama::Template;
use clap::ValueEnum;

use super::run::{cost, policy, userspace};
use super::{Failure, run};
use crate::cli::device::{self, Size};
use crate::cosim::run::cost::{Cost, MAPPINGS, Question};
use crate::cosim::run::script::Played;
use crate::cosim::run::userspace::{Cell, USERSPACES};
use crate::vdpa::POLICIES;
use found::Found;

/// How logic, memory and clock rate grow, as `cargo xtask fpga --scaling` has drawn it.
const SCALING: &str = include_str!("../../../docs/fpga/scaling.svg");

/// Runs the positions of the October 2023 thread, the programs and the costs, and writes them as one HTML page.
///
/// The page needs nothing from the network. It says what was proven, covered and mutated, too, if the tasks for that
/// have left their reports in cargo's target folder.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where index.html goes.
    #[arg(long, value_name = "DIR", default_value = "target/persimmon/report")]
    out: PathBuf,

    /// The device: RTL and golden model in lockstep; or the golden model alone, quickly and without costs in clocks.
    #[arg(long, value_enum, default_value_t = On::Both)]
    dut: On,

    /// Leaves out costs that would send more entries than this to the device, and says so.
    #[arg(long, value_name = "N", default_value_t = 300_000)]
    max_entries: u64,

    /// Cargo's target folder, where reports of other tasks are looked for.
    #[arg(long, value_name = "DIR", default_value = "target")]
    target: PathBuf,
}

/// What the story is told on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum On {
    /// RTL and golden model in lockstep.
    Both,
    /// The golden model.
    Golden,
}

/// The page.
#[derive(Template)]
#[template(path = "page.html")]
struct Page {
    version: &'static str,
    compared: u64,
    policies: Vec<PolicyPart>,
    programs: Vec<Program>,
    matrices: Vec<Matrix>,
    legend: &'static str,
    costs: Option<Costs>,
    scaling: &'static str,
    found: Found,
}

/// A policy, with all its runs.
struct PolicyPart {
    row: &'static str,
    name: &'static str,
    title: &'static str,
    inferred: Option<&'static str>,
    runs: Vec<Run>,
}

/// One run of the script.
struct Run {
    title: String,
    hazards: Vec<&'static str>,
    early_end: Option<&'static str>,
    timeline: String,
    header: [&'static str; 9],
    steps: Vec<[String; 9]>,
}

struct Program {
    label: &'static str,
    name: &'static str,
    title: &'static str,
    inferred: Option<&'static str>,
}

/// Programs on configurations.
struct Matrix {
    title: &'static str,
    header: Vec<&'static str>,
    lines: Vec<MatrixLine>,
}

struct MatrixLine {
    row: String,
    parent: String,
    cells: Vec<Outcome>,
}

struct Outcome {
    text: String,
    good: bool,
}

struct Costs {
    drawing: String,
    header: [&'static str; 7],
    rows: Vec<CostRow>,
    left_out: Vec<String>,
    legend: &'static str,
}

struct CostRow {
    parent: &'static str,
    around: &'static str,
    mappings: u32,
    columns: [String; 7],
}

/// Runs the command.
///
/// # Errors
/// If anything differs, or nothing can be written.
pub fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<(), Failure> {
    // First what fails at once.
    let found = Found::in_target(&arguments.target)?;
    fs::create_dir_all(&arguments.out).map_err(|why| at(&arguments.out, &why))?;
    let size = Size::parse(run::ENTRIES)?;
    let all: Vec<_> = POLICIES.iter().collect();
    say("the policies of the thread");
    let played = match arguments.dut {
        On::Both => run::play(None, &all, &mut || device::both(size, None))?,
        On::Golden => run::play(None, &all, &mut || Ok(device::golden(size)))?,
    };
    let (cells, costs, left) = match arguments.dut {
        On::Golden => (Vec::new(), Vec::new(), Vec::new()),
        On::Both => {
            say("the programs");
            let programs: Vec<_> = USERSPACES.iter().collect();
            let cells = userspace::cells(&programs, None)?;
            let (asked, left): (Vec<_>, Vec<_>) = Question::all(&MAPPINGS, None)
                .into_iter()
                .partition(|question| question.entries() <= arguments.max_entries);
            say("the costs");
            let costs: Result<Vec<_>, _> = asked
                .into_iter()
                .map(|question| cost::answer(question, &mut |_, _| {}))
                .collect();
            (cells, costs?, left)
        }
    };
    let compared = played.iter().map(|run| run.compared).sum::<u64>()
        + cells.iter().map(|cell| cell.compared).sum::<u64>()
        + costs.iter().map(|cost| cost.compared).sum::<u64>();
    let page = Page {
        version: env!("CARGO_PKG_VERSION"),
        compared,
        policies: policies(&played)?,
        programs: programs(&cells),
        matrices: matrices(&cells),
        legend: userspace::LEGEND,
        costs: costs_part(&costs, &left)?,
        scaling: svg(SCALING),
        found,
    };
    let path = arguments.out.join("index.html");
    fs::write(&path, page.render()?).map_err(|why| at(&path, &why))?;
    writeln!(out, "{}", path.display())?;
    Ok(())
}

/// What takes a while is told on stderr.
fn say(what: &str) {
    // Nothing is lost if stderr is gone.
    writeln!(std::io::stderr(), "report: {what}").ok();
}

fn at(path: &Path, why: &std::io::Error) -> String {
    format!(
        "cannot write {}: {why}; choose another --out",
        path.display()
    )
}

/// A drawing without what belongs to a file of its own.
fn svg(file: &str) -> &str {
    file.find("<svg").map_or(file, |start| &file[start..])
}

fn policies(played: &[Played]) -> Result<Vec<PolicyPart>, Failure> {
    let mut parts = Vec::new();
    for runs in played.chunk_by(|a, b| std::ptr::eq(a.policy, b.policy)) {
        let Some(policy) = runs.first().map(|played| played.policy) else {
            continue;
        };
        parts.push(PolicyPart {
            row: policy.row,
            name: policy.name,
            title: policy.title,
            inferred: policy.inferred,
            runs: runs.iter().map(one_run).collect::<Result<_, _>>()?,
        });
    }
    Ok(parts)
}

fn one_run(played: &Played) -> Result<Run, draw::DrawError> {
    let title = format!("{}, {}", played.parent.name(), policy::ack(played.acked));
    let hazards = policy::hazards(played);
    let label = format!(
        "S and D after each step of policy {}, {title}; hazards: {}. The steps are in the table below.",
        played.policy.name,
        match hazards.as_slice() {
            [] => "none".to_owned(),
            hazards => hazards.join(", "),
        }
    );
    Ok(Run {
        timeline: draw::timeline(played, &label)?,
        title,
        hazards,
        early_end: policy::early_end(played),
        header: policy::COLUMNS,
        steps: played.steps.iter().map(policy::columns).collect(),
    })
}

/// The programs that were run.
fn programs(cells: &[Cell]) -> Vec<Program> {
    let ran = USERSPACES
        .iter()
        .filter(|program| cells.iter().any(|cell| cell.userspace.name == program.name));
    let program = ran.map(|program| Program {
        label: program.label,
        name: program.name,
        title: program.title,
        inferred: program.inferred,
    });
    program.collect()
}

fn matrices(cells: &[Cell]) -> Vec<Matrix> {
    let matrix = |acks: bool| {
        let cells: Vec<_> = cells.iter().filter(|cell| cell.acks == acks).collect();
        let line = |line: userspace::Line<'_>| MatrixLine {
            row: line.row,
            parent: line.parent,
            cells: line
                .cells
                .iter()
                .map(|cell| Outcome {
                    text: userspace::outcome(cell),
                    good: cell.verdict.good,
                })
                .collect(),
        };
        Matrix {
            title: userspace::acking(acks),
            header: userspace::labels(&cells),
            lines: userspace::lines(&cells).into_iter().map(line).collect(),
        }
    };
    let all = [false, true].map(matrix).into_iter();
    all.filter(|matrix| !matrix.lines.is_empty()).collect()
}

fn costs_part(costs: &[Cost], left: &[Question]) -> Result<Option<Costs>, Failure> {
    if costs.is_empty() {
        return Ok(None);
    }
    let label = "Clocks of one device reset over the number of mappings, by parent and program. The table below has the \
                 same figures.";
    let row = |cost: &Cost| CostRow {
        parent: cost.question.mapping.name(),
        around: cost::around(cost.question.around),
        mappings: cost.question.mappings,
        columns: cost::columns(&cost.cycle),
    };
    Ok(Some(Costs {
        drawing: draw::costs(costs, label)?,
        header: cost::COLUMNS,
        rows: costs.iter().map(row).collect(),
        left_out: left.iter().map(cost::left_out).collect(),
        legend: cost::LEGEND,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page of the golden model.
    fn page() -> String {
        let dir = std::env::temp_dir().join(format!("persimmon-report-{}", std::process::id()));
        let arguments = Arguments {
            out: dir.join("page"),
            dut: On::Golden,
            max_entries: 0,
            target: dir.join("nothing"),
        };
        let mut said = Vec::new();
        super::run(&arguments, &mut said).unwrap();
        let path = arguments.out.join("index.html");
        assert_eq!(said, format!("{}\n", path.display()).into_bytes());
        let page = fs::read_to_string(path).unwrap();
        fs::remove_dir_all(&dir).unwrap();
        page
    }

    #[test]
    fn every_policy_is_told_and_nothing_is_fetched() {
        let page = page();
        let mut runs = 0;
        for policy in &POLICIES {
            assert!(
                page.contains(&format!(
                    "<b>{} {}</b>",
                    policy.row.replace('\'', "&#39;"),
                    policy.name
                )),
                "{}",
                policy.name
            );
            runs += policy.parents.len() * policy.acks.len();
        }
        assert_eq!(page.matches("aria-label=\"S and D after").count(), runs);
        // A timeline each, and how the design grows.
        assert_eq!(page.matches("<svg").count(), runs + 1);
        assert!(page.contains("RESURRECTED"));
        for fetched in ["src=", "href=\"http", "url(", "@import", "<script"] {
            assert!(!page.contains(fetched), "{fetched}");
        }
        assert!(
            !page.contains("#010101"),
            "ink that is not the colour of the text"
        );
        for tag in [
            "details", "table", "section", "figure", "tr", "td", "th", "svg",
        ] {
            let (open, close) = (format!("<{tag}"), format!("</{tag}>"));
            let opened = page.matches(&format!("{open}>")).count()
                + page.matches(&format!("{open} ")).count();
            assert_eq!(opened, page.matches(&close).count(), "{tag}");
        }
    }
}
