// SPDX-License-Identifier: Apache-2.0
//! Replay reports for people.

use std::collections::{BTreeMap, BTreeSet};

use crate::cli::text;
use crate::cosim::replay::Advisory;
use crate::cosim::replay::report::{Kind, Mismatch, Report, TablePair};
use crate::trace::{Row, Table, Tables};

/// Rows of a table pair that are printed; longer ones are cut around their first difference.
const ROWS: usize = 24;

/// A report as text; `device` says what it was replayed on.
pub fn human(report: &Report, device: &str) -> String {
    let mut out = format!("{}: {} steps on {device}\n", report.trace, report.steps);
    let line = |title: &str, kinds: &[Kind], counts: &BTreeMap<Kind, usize>| {
        let words = kinds.iter().filter_map(|kind| {
            let n = counts.get(kind).filter(|&&n| n > 0)?;
            Some(format!("{} {n}", kind.name()))
        });
        let words: Vec<_> = words.collect();
        match words.is_empty() {
            true => String::new(),
            false => format!("  {title:<9} {}\n", words.join(", ")),
        }
    };
    let compared = line("compared", &Kind::MAIN, &report.compared);
    let lockstep = report.compared.contains_key(&Kind::Lockstep);
    if compared.is_empty() && report.advisory.is_some() && !lockstep {
        out += "  compared  nothing but the emulation's results; --dut both compares RTL and golden model\n";
    } else if compared.is_empty() && !lockstep {
        out += "  compared  nothing\n";
    }
    out += &compared;
    out += &line("also", &Kind::ALSO, &report.compared);
    for (index, (reason, n)) in report.skipped.iter().enumerate() {
        let title = if index == 0 { "skipped" } else { "" };
        out += &format!("  {title:<9} {n} {}: {}\n", reason.name(), reason.explain());
    }
    if report.unknown_fields > 0 {
        out += &format!(
            "  ignored   {} fields that the format does not have\n",
            report.unknown_fields
        );
    }
    if let Some(axi) = &report.axi {
        out += &match axi.probes {
            0 => "  AXI4      NO PROBE was made as a burst, so --axi has shown nothing; choose a recording, or cases, that \
                  probe\n"
                .to_owned(),
            n => format!(
                "  AXI4      {n} probes made as bursts: {} bursts reached memory, {} were refused\n",
                axi.bursts.forwarded, axi.bursts.refused
            ),
        };
    }
    if let Some(clocks) = report.clocks {
        out += &format!("  simulated {clocks} clocks\n");
    }
    out += &match report.mismatches {
        0 => "  0 mismatches\n".to_owned(),
        1 => "  1 MISMATCH\n".to_owned(),
        n => format!(
            "  {n} MISMATCHES, of which the first {}:\n",
            report.kept.len()
        ),
    };
    for mismatch in &report.kept {
        out += &describe(&report.trace, mismatch);
    }
    if let Some(advisory) = &report.advisory {
        out += &advised(advisory);
    }
    out
}

/// What an emulation said, and the model does not.
fn advised(advisory: &Advisory) -> String {
    let sum = |counts: &BTreeMap<Kind, usize>| counts.values().sum::<usize>();
    let (equal, different) = (sum(&advisory.equal), sum(&advisory.different));
    let mut out =
        format!("  advisory  {equal} results are the emulation's too, {different} are not\n");
    for kept in &advisory.kept {
        let (first, count) = (&kept.first, kept.count);
        out += &format!(
            "            line {}, {}: the emulation has {}, the model {}{}\n",
            first.line,
            first.op,
            first.expected,
            first.actual,
            match count {
                1 => String::new(),
                n => format!("; {n} such"),
            }
        );
    }
    out
}

fn describe(trace: &str, mismatch: &Mismatch) -> String {
    let what = mismatch.kind.map_or("device", Kind::name);
    let mut out = format!(
        "\n{trace}:{}: case {} step {}, {}: {what}\n  expected  {}\n  found     {}\n",
        mismatch.line,
        mismatch.case,
        mismatch.step,
        mismatch.op,
        mismatch.expected,
        mismatch.actual
    );
    if let Some(pair) = &mismatch.tables {
        out += &side_by_side(pair);
    }
    out
}

/// Two sets of tables, row beside row, with a mark where they differ.
fn side_by_side(pair: &TablePair) -> String {
    let mut table = text::table(["", "AS", pair.expected_name, pair.actual_name]);
    let asids: BTreeSet<_> = pair.expected.keys().chain(pair.actual.keys()).collect();
    for asid in asids {
        let rows = paired(&pair.expected, &pair.actual, *asid);
        let first = rows
            .iter()
            .position(|(mark, ..)| !mark.is_empty())
            .unwrap_or(0);
        let from = first.saturating_sub(ROWS / 2);
        if from > 0 {
            table.add_row([
                String::new(),
                asid.to_string(),
                format!("... {from} equal rows"),
                String::new(),
            ]);
        }
        for (mark, expected, actual) in rows.iter().skip(from).take(ROWS) {
            table.add_row([
                (*mark).to_owned(),
                asid.to_string(),
                expected.clone(),
                actual.clone(),
            ]);
        }
        let left = rows.len().saturating_sub(from + ROWS);
        if left > 0 {
            table.add_row([
                String::new(),
                asid.to_string(),
                format!("... {left} more rows"),
                String::new(),
            ]);
        }
    }
    text::render(&table)
}

fn paired(expected: &Tables, actual: &Tables, asid: u32) -> Vec<(&'static str, String, String)> {
    let none = Table::default();
    let (left, right) = (expected.get(&asid), actual.get(&asid));
    let cell = |row: Option<&Row>| row.map(row_text).unwrap_or_default();
    let rows = |table: Option<&Table>| table.unwrap_or(&none).rows.clone();
    let (left_rows, right_rows) = (rows(left), rows(right));
    let starts: BTreeSet<_> = left_rows
        .iter()
        .chain(&right_rows)
        .map(|row| row.start)
        .collect();
    let mut paired: Vec<_> = starts
        .into_iter()
        .map(|start| {
            let l = left_rows.iter().find(|row| row.start == start);
            let r = right_rows.iter().find(|row| row.start == start);
            let mark = if l == r { "" } else { "*" };
            (mark, cell(l), cell(r))
        })
        .collect();
    let state = |table: Option<&Table>| match table {
        None => "(no address space)",
        Some(table) if table.rows.is_empty() => "(empty)",
        Some(table) if table.cut => "...",
        Some(_) => "",
    };
    let states = (state(left), state(right));
    if states != ("", "") {
        let mark = if left.is_some() == right.is_some() {
            ""
        } else {
            "*"
        };
        paired.push((mark, states.0.to_owned(), states.1.to_owned()));
    }
    paired
}

fn row_text(row: &Row) -> String {
    format!(
        "{:#x}-{:#x} {} perm {}",
        row.start, row.last, row.addr, row.perm
    )
}
