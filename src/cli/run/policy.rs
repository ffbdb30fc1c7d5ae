// SPDX-License-Identifier: Apache-2.0
//! `persimmon run --policy`: the thread's script on every parent that a policy has, as tables or as JSON.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::words;
use crate::cli::text;
use crate::cosim::run::observe::Table;
use crate::cosim::run::script::{Played, Step};
use crate::cosim::run::watch::{Finding, Hazard};
use crate::vdpa::{Errno, Map};

/// "IOTLB_PERSIST acked".
pub fn ack(acked: bool) -> &'static str {
    match acked {
        true => "IOTLB_PERSIST acked",
        false => "IOTLB_PERSIST not acked",
    }
}

fn calls(step: &Step) -> String {
    match step.calls.as_slice() {
        [] => "vdpa dev add".to_owned(),
        calls => calls
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", "),
    }
}

fn result(step: &Step) -> String {
    step.returned
        .map_or_else(|| "OK".to_owned(), |r| r.to_string())
}

/// One run of the script as a table.
pub fn human(played: &Played) -> String {
    let policy = played.policy;
    let mut text = format!(
        "{}  {}: {}\n{}, {}\n",
        policy.row,
        policy.name,
        policy.title,
        played.parent.name(),
        ack(played.acked)
    );
    if let Some(why) = policy.inferred {
        text += &format!("[inferred: {why}]\n");
    }
    let mut table = text::table(COLUMNS);
    for step in &played.steps {
        table.add_row(columns(step));
    }
    text += &text::render(&table);
    if let Some(end) = early_end(played) {
        text += &format!("{end}\n");
    }
    text
}

/// What is told of a step.
pub const COLUMNS: [&str; 9] = [
    "",
    "call",
    "result",
    "S",
    "",
    "D, AS 0",
    "AS 1",
    "DMA read at A's IOVA",
    "hazards",
];

/// A step as [`COLUMNS`].
pub fn columns(step: &Step) -> [String; 9] {
    let s = words::s_table(step.sight.s.as_deref());
    let spaces: Vec<_> = step.sight.d.iter().map(words::d_table).collect();
    let d = spaces.first().cloned().unwrap_or_default();
    let differ = if s != "-" && s != d { "≠" } else { "" };
    let dma = match step.attached {
        Some(seen) => words::attached(seen),
        None => words::landing(step.sight.dma),
    };
    [
        step.label.to_owned(),
        calls(step),
        result(step),
        s,
        differ.to_owned(),
        d,
        spaces.get(1).cloned().unwrap_or_default(),
        dma,
        words::hazards(&step.sight),
    ]
}

/// Why the script did not get to its end, if it did not.
pub fn early_end(played: &Played) -> Option<&'static str> {
    let refused = played.step("T4").is_none();
    refused.then_some("user space is refused at T2 and goes no further")
}

/// The names of all hazards of a run, each once.
pub fn hazards(played: &Played) -> Vec<&'static str> {
    let findings = played.steps.iter().flat_map(|step| &step.sight.findings);
    let hazards: BTreeSet<_> = findings.map(|finding| finding.hazard).collect();
    hazards.into_iter().map(Hazard::name).collect()
}

/// All runs, a line each: what semantics.md section F has as a table.
pub fn summary(all: &[Played]) -> String {
    let mut table = text::table([
        "row",
        "policy",
        "parent",
        "acked",
        "D after T4",
        "T5a",
        "D after T5b",
        "T5c",
        "T6",
        "T7",
        "hazards",
    ]);
    for played in all {
        let d = |label| {
            let step = played.step(label);
            step.and_then(|s| s.sight.d.first())
                .map_or_else(|| "-".to_owned(), words::d_table)
        };
        let t5a = played.step("T5a").map_or_else(|| "-".to_owned(), result);
        let t7 = played.step("T7").and_then(|step| step.attached);
        table.add_row([
            played.policy.row.to_owned(),
            format!(
                "{}{}",
                played.policy.name,
                if played.policy.inferred.is_some() {
                    " [I]"
                } else {
                    ""
                }
            ),
            played.parent.name(),
            if played.acked { "yes" } else { "no" }.to_owned(),
            d("T4"),
            t5a,
            d("T5b"),
            d("T5c"),
            d("T6"),
            t7.map(words::attached).unwrap_or_default(),
            hazards(played).join(", "),
        ]);
    }
    let compared: u64 = all.iter().map(|played| played.compared).sum();
    let mut out = text::render(&table);
    if all.iter().any(|played| played.policy.inferred.is_some()) {
        out += "[I]: inferred or second-hand in part; the policy's own table says what.\n";
    }
    out + &text::equal_answers(compared)
}

/// One run of the script as JSON.
pub fn json(played: &Played) -> Value {
    let steps: Vec<_> = played.steps.iter().map(step_json).collect();
    json!({
        "row": played.policy.row,
        "policy": played.policy.name,
        "title": played.policy.title,
        "inferred": played.policy.inferred,
        "parent": played.parent.name(),
        "acked": played.acked,
        "steps": steps,
        "compared": played.compared,
    })
}

fn step_json(step: &Step) -> Value {
    let range = |start: u64, last: u64, addr: u64, perm: u8| {
        json!([hex(start), hex(last), hex(addr), perm])
    };
    let map = |m: &Map| range(m.start, m.last, m.addr, m.perm);
    let space = |d: &Table| {
        let entries: Vec<_> = d
            .ranges()
            .iter()
            .map(|e| range(e.start, e.last, e.pa, e.perm))
            .collect();
        json!({ "mode": words::mode(d), "entries": entries })
    };
    let calls: Vec<_> = step.calls.iter().map(ToString::to_string).collect();
    let returned = step.returned;
    json!({
        "t": step.label,
        "calls": calls,
        "errno": returned.map(|r| Errno::label(&r.result)),
        "kret": returned.and_then(|r| r.inside).map(Errno::name),
        "s": step.sight.s.as_ref().map(|s| s.iter().map(map).collect::<Vec<_>>()),
        "d": step.sight.d.iter().map(space).collect::<Vec<_>>(),
        "dma": words::landing(step.sight.dma),
        "attached": step.attached.map(words::attached),
        "hazards": step.sight.findings.iter().map(finding_json).collect::<Vec<_>>(),
        "hazards_passed": step.sight.passed.iter().map(finding_json).collect::<Vec<_>>(),
    })
}

fn finding_json(finding: &Finding) -> Value {
    let ranges: Vec<_> = finding
        .ranges
        .iter()
        .map(|&(start, last)| json!([hex(start), hex(last)]))
        .collect();
    json!({ "name": finding.hazard.name(), "asid": finding.asid, "ranges": ranges })
}

fn hex(number: u64) -> String {
    format!("{number:#x}")
}
