// SPDX-License-Identifier: Apache-2.0
//! `persimmon run --userspace`: programs against kernels and parents, as a matrix, with costs, and as JSON.

use std::collections::BTreeSet;
use std::io::Write;

use serde_json::{Value, json};

use super::cost::{self, COLUMNS, columns, cycle_to_json};
use super::session;
use crate::cli::device::{self, Size};
use crate::cli::{Failure, text};
use crate::cosim::run::RunError;
use crate::cosim::run::meter::Metered;
use crate::cosim::run::userspace::{
    Cell, Configuration, Expects, Problem, USERSPACES, Userspace, play,
};
use crate::cosim::run::watch::Hazard;
use crate::vdpa::Mapping;

/// Mappings of these programs are few.
const ENTRIES: u32 = 64;

/// What the matrix means.
pub const LEGEND: &str = "\
works           no call failed, and in the end DMA reaches every buffer (U4: faults at every buffer)
EFAULT          a write() of an IOTLB message failed with it
isolation hole  DMA at the IOVA of a buffer lands elsewhere than in the buffer
lost            DMA at the IOVA of a buffer faults
no fault        DMA reaches a buffer of U4, which counts on a fault
refused         the first message fails, so nothing is ever mapped
kept, cleaned   what the device translates with is, is not, what it was before; ! where the program counts on the other
?               part of this row of semantics.md is inferred, or known at second hand
In round brackets, what was there between the reset and the end and has passed, if only inside a call: i IDENTITY HOLE,
u UNPINNED BUT TRANSLATED, s STALE, r RESURRECTED, l LOST; in square brackets, what is there in the end. A device
between its reset and DRIVER_OK should make no DMA.
";

/// Plays the programs called `name`, prints matrix and costs.
///
/// # Errors
/// If there is no such program, anything differs, or it cannot be written.
pub fn run(
    name: &str,
    only: Option<Mapping>,
    as_json: bool,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let programs: Vec<_> = match name {
        "all" => USERSPACES.iter().collect(),
        name => Userspace::find(name).into_iter().collect(),
    };
    let recordings = session::find(name)?.unwrap_or_default();
    if programs.is_empty() && recordings.is_empty() {
        return Err(unknown(name).into());
    }
    let cells = cells(&programs, only)?;
    // One that is asked for by name is played wherever it can be, however long that takes.
    let sessions = session::cells(&recordings, only, recordings.len() == 1)?;
    if as_json {
        let mut json = to_json(&cells);
        json["sessions"] = session::to_json(&sessions);
        writeln!(out, "{json}")?;
        return Ok(());
    }
    if !programs.is_empty() {
        writeln!(out, "{}\n{}", programs_text(&programs), matrix(&cells))?;
        writeln!(out, "{}", costs(&cells))?;
    }
    if !sessions.is_empty() {
        writeln!(out, "{}", session::matrix(&sessions))?;
        writeln!(out, "{}", session::costs(&sessions))?;
    }
    let played = sessions
        .iter()
        .flat_map(|cell| [Some(cell.recorded()), cell.persisting()]);
    let in_sessions: u64 = played.flatten().map(|session| session.compared).sum();
    let in_programs: u64 = cells.iter().map(|cell| cell.compared).sum();
    write!(out, "{}", text::equal_answers(in_programs + in_sessions))?;
    Ok(())
}

fn unknown(name: &str) -> String {
    let names: Vec<_> = USERSPACES
        .iter()
        .map(|program| program.name)
        .chain(session::names())
        .collect();
    format!(
        "there is no program {name:?}; give one of {}, qemu for all recordings of it, a recording FILE.jsonl, or all",
        names.join(", ")
    )
}

/// Plays each program on every configuration, acking and not where it may do either, on RTL and golden model in
/// lockstep.
///
/// # Errors
/// If the device is out of order, or RTL and golden model differ.
pub fn cells(programs: &[&'static Userspace], only: Option<Mapping>) -> Result<Vec<Cell>, Failure> {
    let size = Size::holding(ENTRIES)?;
    let mut power_on = || device::both(size, None).map(Metered::new);
    let mut cells = Vec::new();
    for configuration in Configuration::all(only) {
        for &program in programs {
            for &acks in program.acks {
                let cell: Result<Cell, RunError> =
                    play(program, &configuration, acks, &mut power_on);
                cells.push(cell?);
            }
        }
    }
    Ok(cells)
}

/// What each program is.
pub fn programs_text(programs: &[&'static Userspace]) -> String {
    let mut table = text::table(["", "program", ""]);
    for program in programs {
        let mark = program
            .inferred
            .map_or(String::new(), |why| format!("\n(inferred: {why})"));
        table.add_row([
            program.label,
            program.name,
            &format!("{}{mark}", program.title),
        ]);
    }
    text::render(&table)
}

/// A table for programs that do not ack IOTLB_PERSIST, one for those that do.
pub fn matrix(cells: &[Cell]) -> String {
    let mut out = String::new();
    for acks in [false, true] {
        let title = acking(acks);
        let cells: Vec<_> = cells.iter().filter(|cell| cell.acks == acks).collect();
        if !cells.is_empty() {
            out += &format!("{title}\n{}\n", block(&cells));
        }
    }
    out + LEGEND
}

/// What programs of a matrix do.
pub fn acking(acks: bool) -> &'static str {
    match acks {
        false => "IOTLB_PERSIST not acked",
        true => "IOTLB_PERSIST acked where it is offered (* it is not)",
    }
}

fn block(cells: &[&Cell]) -> String {
    let mut table = text::table(["row", "parent"].into_iter().chain(labels(cells)));
    for line in lines(cells) {
        let mut row = vec![line.row, line.parent];
        row.extend(line.cells.iter().map(|cell| outcome(cell)));
        table.add_row(row);
    }
    text::render(&table)
}

/// The labels of the programs in `cells`, in their order.
pub fn labels(cells: &[&Cell]) -> Vec<&'static str> {
    let mut labels: Vec<&'static str> = Vec::new();
    for cell in cells {
        if !labels.contains(&cell.userspace.label) {
            labels.push(cell.userspace.label);
        }
    }
    labels
}

/// All programs on one configuration.
pub struct Line<'a> {
    /// The rows of semantics.md that it stands for, with their marks.
    pub row: String,
    /// The parent.
    pub parent: String,
    /// A cell for each program.
    pub cells: Vec<&'a Cell>,
}

/// The lines of a matrix of `cells`.
pub fn lines<'a>(cells: &[&'a Cell]) -> Vec<Line<'a>> {
    let same = |a: &&Cell, b: &&Cell| {
        a.configuration.row() == b.configuration.row()
            && a.configuration.parent == b.configuration.parent
    };
    let line = |cells: &[&'a Cell]| {
        let first = cells.first()?;
        let configuration = &first.configuration;
        let marks = [
            (!configuration.inferred.is_empty(), "?"),
            (first.acks && !first.offered, "*"),
        ];
        let marks = marks.into_iter().filter(|(is, _)| *is);
        Some(Line {
            row: marks.fold(configuration.row(), |row, (_, mark)| row + mark),
            parent: configuration.parent.name(),
            cells: cells.to_vec(),
        })
    };
    cells.chunk_by(same).filter_map(line).collect()
}

/// "works (il)", "kept [su]".
pub fn outcome(cell: &Cell) -> String {
    let letters = |hazards: BTreeSet<Hazard>, before: &str, after: &str| {
        let letters: String = hazards.into_iter().map(letter).collect();
        match letters.is_empty() {
            true => letters,
            false => format!(" {before}{letters}{after}"),
        }
    };
    let passing = letters(cell.passing(), "(", ")");
    cell.verdict.text() + &passing + &letters(cell.left(), "[", "]")
}

fn letter(hazard: Hazard) -> char {
    match hazard {
        Hazard::IdentityHole => 'i',
        Hazard::UnpinnedButTranslated => 'u',
        Hazard::Stale => 's',
        Hazard::Resurrected => 'r',
        Hazard::Lost => 'l',
    }
}

/// What each program's reset cost, but for the games, in which nothing is done about it. Configurations where
/// everything is the same share a line.
pub fn costs(cells: &[Cell]) -> String {
    let mut lines: Vec<(Vec<String>, Vec<&Cell>)> = Vec::new();
    for program in &USERSPACES {
        let about = matches!(program.expects, Expects::Buffers | Expects::Faults);
        let of = |cell: &&Cell| std::ptr::eq(cell.userspace, program);
        for cell in cells.iter().filter(of) {
            if !about || cell.refused.is_some() {
                continue;
            }
            let mut line = vec![program.label.to_owned()];
            line.extend(columns(&cell.cycle));
            match lines.iter_mut().find(|(have, _)| *have == line) {
                Some((_, on)) => on.push(cell),
                None => lines.push((line, vec![cell])),
            }
        }
    }
    if lines.is_empty() {
        return String::new();
    }
    let header = ["program"].into_iter().chain(COLUMNS);
    let mut table = text::table(header.chain(["on rows (+ acked)"]));
    for (line, on) in lines {
        table.add_row(line.into_iter().chain([places(&on)]));
    }
    format!(
        "Cost of one reset of a program with two mappings\n{}\n{}",
        text::render(&table),
        cost::LEGEND
    )
}

/// "mlx5 set_map 1/3+, 5", a line for each parent.
fn places(on: &[&Cell]) -> String {
    let mut parents: Vec<(String, Vec<String>)> = Vec::new();
    for cell in on {
        let name = cell.configuration.parent.name();
        let acked = cell.acks && cell.offered;
        let row = cell.configuration.row() + if acked { "+" } else { "" };
        match parents.iter_mut().find(|(have, _)| *have == name) {
            // Played as acking and as not, where it is not offered: the same.
            Some((_, rows)) if rows.contains(&row) => {}
            Some((_, rows)) => rows.push(row),
            None => parents.push((name, vec![row])),
        }
    }
    let lines = parents
        .into_iter()
        .map(|(name, rows)| format!("{name} {}", rows.join(", ")));
    lines.collect::<Vec<_>>().join("\n")
}

/// The cells as one JSON object.
pub fn to_json(cells: &[Cell]) -> Value {
    json!({
        "cells": cells.iter().map(cell_to_json).collect::<Vec<_>>(),
        "compared": cells.iter().map(|cell| cell.compared).sum::<u64>(),
    })
}

fn cell_to_json(cell: &Cell) -> Value {
    let names =
        |hazards: BTreeSet<Hazard>| -> Vec<_> { hazards.into_iter().map(Hazard::name).collect() };
    let problem = |problem: Problem| json!({"call": problem.call.to_string(), "returned": problem.returned.to_string()});
    let words = cell.verdict.words.iter().map(|word| word.name());
    json!({
        "userspace": cell.userspace.name,
        "label": cell.userspace.label,
        "inferred": cell.userspace.inferred,
        "rows": cell.configuration.rows,
        "rows_inferred": cell.configuration.inferred,
        "kernel": cell.configuration.rules.version,
        "parent": cell.configuration.parent.name(),
        "acks": cell.acks,
        "offered": cell.offered,
        "outcome": words.collect::<Vec<_>>(),
        "as_counted_on": cell.verdict.good,
        "refused": cell.refused.map(problem),
        "problems": cell.problems().map(problem).collect::<Vec<_>>(),
        "hazards_passing": names(cell.passing()),
        "hazards_left": names(cell.left()),
        "cost": cycle_to_json(&cell.cycle),
    })
}
