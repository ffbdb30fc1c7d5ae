// SPDX-License-Identifier: Apache-2.0
//! `persimmon bench`.

use std::io::Write;

use serde_json::{Value, json};

use super::Failure;
use super::text::{render, table};
use crate::cosim::bench::{
    Direction, added, one_map, posted_maps, rate, removal, replacing_set_map, stalls,
};
use crate::dut::Variant;
use crate::regif::Access;

/// Figures of the RTL, in clocks: tables, lookups, AXI4 bursts.
///
/// Counted on the Verilated model with masters and memory that never wait. The builds are those of the tests: AxiE64
/// (two ports of 64 bits, one search port, 64 entries), AxiE2048 (one port of 64 bits, one search port), AxiDual (one
/// port of 512 bits, two search ports), E2048 (no AXI4).
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Builds with AXI4 ports.
const AXI: [Variant; 3] = [Variant::AxiE64, Variant::AxiE2048, Variant::AxiDual];
/// Entries of the largest build.
const FULL: u16 = 2048;

/// One line of a table: names first, then figures.
struct Section {
    name: &'static str,
    header: Vec<&'static str>,
    rows: Vec<Vec<Value>>,
}

/// Runs the command.
pub fn run(arguments: &Arguments, out: &mut impl Write) -> Result<(), Failure> {
    let sections = [rates()?, latencies()?, removals()?, lookups()?, tables()?];
    if arguments.json {
        let all: serde_json::Map<String, Value> = (sections.iter())
            .map(|section| (section.name.to_owned(), as_json(section)))
            .collect();
        writeln!(out, "{:#}", Value::Object(all))?;
        return Ok(());
    }
    for section in &sections {
        let mut shown = table(section.header.iter().copied());
        for row in &section.rows {
            shown.add_row(row.iter().map(|value| match value {
                Value::String(text) => text.clone(),
                value => value.to_string(),
            }));
        }
        writeln!(out, "{}\n{}", section.name, render(&shown))?;
    }
    Ok(())
}

fn as_json(section: &Section) -> Value {
    let rows = section.rows.iter().map(|row| {
        (section.header.iter())
            .map(|&name| name.to_owned())
            .zip(row.iter().cloned())
            .collect::<serde_json::Map<_, _>>()
    });
    Value::Array(rows.map(Value::Object).collect())
}

/// To three places, because one more would differ between runs of other lengths.
fn per(amount: u64, clocks: u64) -> Value {
    json!((amount as f64 / clocks as f64 * 1000.0).round() / 1000.0)
}

fn rates() -> Result<Section, Failure> {
    let mut rows = Vec::new();
    for variant in AXI {
        for direction in [Direction::Read, Direction::Write, Direction::Both] {
            for beats in [1, 64] {
                let rate = rate(variant, direction, beats)?;
                rows.push(vec![
                    json!(format!("{variant:?}")),
                    json!(format!("{direction:?}")),
                    json!(beats),
                    per(rate.addresses, rate.clocks),
                    per(rate.beats, rate.clocks),
                ]);
            }
        }
    }
    Ok(Section {
        name: "throughput",
        header: vec![
            "build",
            "direction",
            "beats",
            "addresses/clock",
            "data beats/clock",
        ],
        rows,
    })
}

fn latencies() -> Result<Section, Failure> {
    let mut rows = Vec::new();
    for variant in AXI {
        for access in [Access::Read, Access::Write] {
            let added = added(variant, access)?;
            rows.push(vec![
                json!(format!("{variant:?}")),
                json!(format!("{access:?}")),
                json!(added.address),
                json!(added.answer),
            ]);
        }
    }
    Ok(Section {
        name: "latency added",
        header: vec!["build", "access", "address clocks", "answer clocks"],
        rows,
    })
}

fn removals() -> Result<Section, Failure> {
    let mut rows = Vec::new();
    for bursts in [0, 1, 4, 16] {
        let removal = removal(Variant::AxiE2048, bursts)?;
        rows.push(vec![
            json!(bursts),
            json!(removal.command),
            json!(removal.last_answer),
            json!(removal.drained),
        ]);
    }
    Ok(Section {
        name: "UNMAP with bursts in flight",
        header: vec![
            "bursts",
            "command clocks",
            "last answer after commit",
            "drained after commit",
        ],
        rows,
    })
}

fn lookups() -> Result<Section, Failure> {
    let stalls = stalls(Variant::E2048)?;
    Ok(Section {
        name: "lookups in every clock during merges",
        header: vec!["lookups", "states seen", "stalled"],
        rows: vec![vec![
            json!(stalls.lookups),
            json!(stalls.states),
            json!(stalls.stalled),
        ]],
    })
}

fn tables() -> Result<Section, Failure> {
    let build = Variant::E2048;
    let mut measured = Vec::new();
    for count in [0, 512, FULL - 1] {
        measured.push((format!("one MAP at n = {count}"), 1, one_map(build, count)?));
    }
    measured.push((
        format!("{FULL} posted MAPs into an empty table"),
        FULL,
        posted_maps(build, FULL)?,
    ));
    measured.push((
        format!("SET_MAP of {FULL} posted entries that replace as many"),
        FULL,
        replacing_set_map(build, FULL)?,
    ));
    let rows = measured.into_iter().map(|(what, entries, clocks)| {
        vec![
            json!(what),
            json!(clocks.total),
            json!(clocks.command),
            per(clocks.total, entries.into()),
            per(clocks.command, entries.into()),
        ]
    });
    Ok(Section {
        name: "changes of the table",
        header: vec!["what", "clocks", "waiting", "clocks/entry", "waiting/entry"],
        rows: rows.collect(),
    })
}
