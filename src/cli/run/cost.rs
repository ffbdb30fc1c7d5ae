// SPDX-License-Identifier: Apache-2.0
//! `persimmon run --cost`: what one device reset costs, as a table and as JSON.

use std::io::{IsTerminal, Write};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use crate::cli::device::{self, Size};
use crate::cli::{Failure, text};
use crate::cosim::run::cost::{Around, Cost, MAPPINGS, Progress, Question, ask};
use crate::cosim::run::cycle::Cycle;
use crate::cosim::run::meter::{Clocks, Metered};
use crate::vdpa::Mapping;

/// Entries to the device from which on a question is announced: it takes a minute or more.
const LONG: u64 = 1 << 21;

/// What the columns mean.
pub const LEGEND: &str = "\
messages     IOTLB messages that user space writes
pushes       calls of the driver that carry mappings: set_map, or dma_map and dma_unmap
entries      entries in those calls: all of the table in each set_map, one in each of the others
table        clocks in MAP, UNMAP, SET_MAP and RESET_MAP commands, register accesses included
engine       clocks, of these, from a doorbell until the driver reads that the command is done (STATUS, every 3 clocks)
reset        clocks in the DEVICE_RESET command
unavailable  clocks, of these, while at least one of user space's mappings did not translate
Clocks are hardware time only, a lower bound: what user space, the kernel and the bus take between two commands is
not in them.
";

/// Answers every question, or those that send at most `max` entries to the device, and prints the answers and what was
/// left out.
///
/// # Errors
/// If anything differs, fails, or cannot be written.
pub fn run(
    only: Option<Mapping>,
    max: Option<u64>,
    as_json: bool,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let (asked, left): (Vec<_>, Vec<_>) = Question::all(&MAPPINGS, only)
        .into_iter()
        .partition(|question| max.is_none_or(|max| question.entries() <= max));
    let bar = bar();
    let mut costs = Vec::new();
    for question in asked {
        if question.entries() >= LONG {
            announce(question);
        }
        bar.set_message(format!(
            "{} mappings, {}, {}",
            question.mappings,
            question.mapping.name(),
            question.around.name()
        ));
        costs.push(answer(question, &mut |done, total| {
            bar.set_length(total);
            bar.set_position(done);
        })?);
    }
    bar.finish_and_clear();
    if as_json {
        writeln!(out, "{}", to_json(&costs, &left))?;
    } else {
        let compared = costs.iter().map(|cost| cost.compared).sum();
        write!(
            out,
            "{}\n{}",
            table(&costs, &left),
            text::equal_answers(compared)
        )?;
    }
    Ok(())
}

/// Answers one question, on RTL and golden model in lockstep, of the smallest size that holds the mappings.
///
/// # Errors
/// As [`ask`]; if no build holds so many.
pub fn answer(question: Question, progress: Progress<'_>) -> Result<Cost, Failure> {
    let size = Size::holding(question.mappings)?;
    let mut power_on = || device::both(size, None).map(Metered::new);
    Ok(ask(question, &mut power_on, progress)?)
}

/// Says on stderr what takes long, and how to do without.
fn announce(question: Question) {
    // Nothing is lost if stderr is gone.
    writeln!(
        std::io::stderr(),
        "{} {}, N = {}: {} entries to the RTL take some minutes; --max-entries {} leaves this out",
        question.mapping.name(),
        around(question.around),
        question.mappings,
        question.entries(),
        LONG - 1
    )
    .ok();
}

fn bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    // A template that does not parse would only cost the bar its looks.
    if let Ok(style) =
        ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} calls, {eta} left")
    {
        bar.set_style(style);
    }
    bar
}

/// The answers as a table, with what was left out, and why.
pub fn table(costs: &[Cost], left: &[Question]) -> String {
    let place = ["parent", "IOTLB_PERSIST", "N"];
    let mut table = text::table(place.into_iter().chain(COLUMNS));
    for cost in costs {
        let question = cost.question;
        let place = [
            question.mapping.name().to_owned(),
            around(question.around).to_owned(),
            question.mappings.to_string(),
        ];
        table.add_row(place.into_iter().chain(columns(&cost.cycle)));
    }
    let mut out = format!(
        "One device reset of a program with N mappings, with all that is done because of it, on the smallest build that\n\
         holds them\n\n{}",
        text::render(&table)
    );
    for question in left {
        out += &format!("{}\n", left_out(question));
    }
    out + "\n" + LEGEND
}

/// That a question was not asked, and how to ask it.
pub fn left_out(question: &Question) -> String {
    let entries = question.entries();
    format!(
        "not run: {} {}, N = {}, which sends {entries} entries to the device; --max-entries {entries} runs it",
        question.mapping.name(),
        around(question.around),
        question.mappings,
    )
}

/// What a program does, in words.
pub fn around(around: Around) -> &'static str {
    match around {
        Around::Unbatched => "not acked, unbatched",
        Around::Batched => "not acked, batched",
        Around::Persist => "acked",
    }
}

/// The last columns of a table of costs; [`LEGEND`] says what they mean.
pub const COLUMNS: [&str; 7] = [
    "messages",
    "pushes",
    "entries",
    "table",
    "engine",
    "reset",
    "unavailable",
];

/// A cycle as [`COLUMNS`].
pub fn columns(cycle: &Cycle) -> [String; 7] {
    let clocks = |pick: fn(Clocks) -> u64| {
        cycle
            .clocks()
            .map_or("-".to_owned(), |clocks| pick(clocks).to_string())
    };
    let whole = cycle.hardware.is_none_or(|hardware| hardware.whole);
    [
        cycle.messages.to_string(),
        cycle.pushes.to_string(),
        cycle.entries.to_string(),
        clocks(|clocks| clocks.table),
        clocks(|clocks| clocks.engine),
        clocks(|clocks| clocks.reset),
        match whole {
            true => clocks(|clocks| clocks.unavailable),
            false => "for good".to_owned(),
        },
    ]
}

/// The answers as one JSON object.
pub fn to_json(costs: &[Cost], left: &[Question]) -> Value {
    let question = |question: &Question| {
        json!({
            "mappings": question.mappings,
            "parent": question.mapping.name(),
            "acked": question.around == Around::Persist,
            "batched": question.around == Around::Batched,
        })
    };
    let rows = costs.iter().map(|cost| {
        let mut row = question(&cost.question);
        row["cost"] = cycle_to_json(&cost.cycle);
        row
    });
    json!({
        "costs": rows.collect::<Vec<_>>(),
        "not_run": left.iter().map(question).collect::<Vec<_>>(),
        "compared": costs.iter().map(|cost| cost.compared).sum::<u64>(),
    })
}

/// A cycle as JSON. Without hardware, `hardware` is null; without RTL, `clocks` is.
pub fn cycle_to_json(cycle: &Cycle) -> Value {
    let hardware = cycle.hardware.map(|hardware| {
        let commands = hardware.commands;
        json!({
            "commands": {
                "map": commands.map,
                "unmap": commands.unmap,
                "set_map_entry": commands.entry,
                "set_map": commands.set_map,
                "reset_map": commands.reset_map,
                "device_reset": commands.device_reset,
                "other": commands.other,
            },
            "clocks": hardware.clocks.map(|clocks| json!({
                "table": clocks.table,
                "engine": clocks.engine,
                "reset": clocks.reset,
                "other": clocks.other,
                "unavailable": clocks.unavailable,
            })),
            "available_in_the_end": hardware.whole,
        })
    });
    json!({
        "messages": cycle.messages,
        "pushes": cycle.pushes,
        "entries": cycle.entries,
        "hardware": hardware,
    })
}
