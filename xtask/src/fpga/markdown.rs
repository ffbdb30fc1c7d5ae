// SPDX-License-Identifier: Apache-2.0
//! Reports as tables.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::report::{Counts, Path, Report, Seed, Spread};

/// Instances below this share of the logic are not listed; they count in the instance that holds them.
const SHARE: f64 = 0.01;

/// What tables are about unless a row says otherwise.
const USUAL_DEVICE: &str = "lfe5u-85f";

/// `report.md`: everything about one run.
pub fn report(report: &Report) -> String {
    let mut out = String::new();
    let device = &report.device;
    let _ = writeln!(out, "# {}\n\n`{}`\n", report.name, report.command);
    let sources = &report.sources;
    let modified = if sources.modified { ", modified" } else { "" };
    let _ = writeln!(out, "Sources: {}{modified}\n", sources.git);
    for (tool, version) in &report.tools {
        let _ = writeln!(out, "{tool}: {version}\n");
    }
    out += &summary(&[report]);
    if report.wrapper.is_some() {
        let _ = writeln!(out, "\nThe frame is subtracted everywhere but here:");
    }
    let _ = writeln!(
        out,
        "\n| {} | used | of | the frame's part |\n|---|---|---|---|",
        device.name
    );
    for (name, used) in &report.used {
        let wrapper = report
            .wrapper
            .as_ref()
            .and_then(|wrapper| wrapper.used.get(name));
        let wrapper = wrapper.copied().unwrap_or(0);
        let available = report.available.get(name).copied().unwrap_or(0);
        let _ = writeln!(out, "| {name} | {used} | {available} | {wrapper} |");
    }
    if !report.seeds.is_empty() {
        let _ = writeln!(
            out,
            "\n| seed | Fmax MHz | logic ns | routing ns |\n|---|---|---|---|"
        );
        for seed in &report.seeds {
            let Path {
                logic_ns,
                routing_ns,
                ..
            } = seed.critical_path;
            let (mhz, seed) = (seed.fmax_mhz, seed.seed);
            let _ = writeln!(
                out,
                "| {seed} | {mhz:.1} | {logic_ns:.2} | {routing_ns:.2} |"
            );
        }
    }
    if let Some(seed) = report.middle_seed() {
        let _ = writeln!(
            out,
            "\n## Critical path, seed {}\n\n{}",
            seed.seed,
            path(seed)
        );
    }
    if let Some(seed) = report.middle_seed()
        && !seed.slow_ends.is_empty()
    {
        let _ = writeln!(
            out,
            "\n## Slower than {} MHz, seed {}\n\n| ns | end points | cell and port |\n|---|---|---|",
            device.target_mhz, seed.seed
        );
        for end in &seed.slow_ends {
            let _ = writeln!(out, "| {:.2} | {} | `{}` |", end.ns, end.count, end.name);
        }
    }
    if report.modules.is_some() {
        let _ = writeln!(out, "\n## Cells by instance\n\n{}", modules(report));
    }
    out
}

/// One row a report; the frame is subtracted.
pub fn summary(reports: &[&Report]) -> String {
    let mut out = String::from(
        "| | ENTRIES | Fmax MHz, median (min to max) of seeds | logic | LUT4 | CCU2C | FF | block RAM | LATENCY |\n\
         |---|---|---|---|---|---|---|---|---|\n",
    );
    for report in reports {
        let cells = |names: &[&str]| names.iter().map(|name| report.net_cells(name)).sum::<u64>();
        let flops: u64 = report
            .cells
            .keys()
            .filter(|name| *name == "TRELLIS_FF" || name.starts_with("SB_DFF"))
            .map(|name| report.net_cells(name))
            .sum();
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {flops} | {} {} | {} |",
            label(report),
            or_dash(report.parameter("ENTRIES")),
            clock(report),
            report.net_logic(),
            cells(&["LUT4", "SB_LUT4"]),
            cells(&["CCU2C", "SB_CARRY"]),
            report.net_block_ram(),
            report.device.block_ram,
            latency(report),
        );
    }
    for report in reports {
        if let Some(why) = &report.not_routed {
            let _ = writeln!(out, "\n{}: not routed. {why}", label(report));
        }
    }
    out
}

/// `core`, and the parameters that are not the usual ones.
pub fn label(report: &Report) -> String {
    let mut words = vec![report.design.kind.clone()];
    if let Some(pages @ 1..) = report.parameter("DIRTY_PAGES") {
        words.push(format!("dirty log of {pages} pages"));
    }
    if let Some(ports @ 2..) = report.parameter("SEARCH_PORTS") {
        words.push(format!("{ports} search ports"));
    }
    if let Some(radix) = report.parameter("K") {
        words.push(format!("K = {radix}"));
    }
    if report.parameter("PARITY") == Some(0) {
        words.push("no parity".to_owned());
    }
    if report.device.name != USUAL_DEVICE {
        words.push(format!("on {}", report.device.name));
    }
    words.join(", ")
}

/// `151.2 (148.0 to 153.9) of 5`.
pub fn clock(report: &Report) -> String {
    match report.fmax_mhz {
        Some(Spread { min, median, max }) => {
            format!(
                "{median:.1} ({min:.1} to {max:.1}) of {}",
                report.seeds.len()
            )
        }
        None => "not routed".to_owned(),
    }
}

/// `16 clocks, 106 ns`.
pub fn latency(report: &Report) -> String {
    match (report.latency_clocks, report.latency_ns()) {
        (Some(clocks), Some(ns)) => format!("{clocks} clocks, {ns:.0} ns"),
        (Some(clocks), None) => format!("{clocks} clocks"),
        (None, _) => "-".to_owned(),
    }
}

/// Which modules the path of `seed` goes through, and how long it stays in each.
pub fn path(seed: &Seed) -> String {
    let mut rows: Vec<(&str, &str, u32, f64, f64)> = Vec::new();
    for hop in &seed.critical_path.hops {
        if rows.last().is_none_or(|row| row.0 != hop.instance) {
            rows.push((&hop.instance, &hop.module, 0, 0.0, 0.0));
        }
        let row = rows.last_mut().expect("a row was just pushed");
        if hop.kind == "routing" {
            row.4 += hop.ns;
        } else {
            row.2 += 1;
            row.3 += hop.ns;
        }
    }
    let mut out = String::from(
        "| module | instance | cells | logic ns | routing to and in it, ns |\n|---|---|---|---|---|\n",
    );
    for (instance, module, cells, logic, routing) in rows {
        let instance = if instance.is_empty() {
            "(top)"
        } else {
            instance
        };
        let _ = writeln!(
            out,
            "| {module} | `{instance}` | {cells} | {logic:.2} | {routing:.2} |"
        );
    }
    let Path {
        logic_ns,
        routing_ns,
        ..
    } = seed.critical_path;
    let _ = writeln!(out, "| all | | | {logic_ns:.2} | {routing_ns:.2} |");
    out
}

/// Logic that nextpnr will make of cells, about: it adds some for carry chains.
fn size(cells: &Counts) -> u64 {
    let weights = [
        ("LUT4", 1),
        ("CCU2C", 2),
        ("TRELLIS_DPR16X4", 5),
        ("SB_LUT4", 1),
    ];
    let of = |name| cells.get(name).copied().unwrap_or(0);
    weights
        .iter()
        .map(|(name, weight)| weight * of(*name))
        .sum()
}

/// An instance with all that is below it.
struct Row {
    module: String,
    cells: Counts,
}

fn rows(report: &Report) -> BTreeMap<String, Row> {
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    let modules = report.modules.as_deref().unwrap_or_default();
    let paths: Vec<String> = modules
        .iter()
        .map(|module| alike(&module.instance))
        .collect();
    for (path, module) in paths.iter().zip(modules) {
        let row = Row {
            module: module.module.clone(),
            cells: Counts::new(),
        };
        rows.entry(path.clone()).or_insert(row);
    }
    for (inner, module) in paths.iter().zip(modules) {
        for (path, row) in &mut rows {
            let below = inner.strip_prefix(path.as_str());
            if below.is_some_and(|rest| path.is_empty() || rest.is_empty() || rest.starts_with('.'))
            {
                for (cell, count) in &module.cells {
                    *row.cells.entry(cell.clone()).or_default() += count;
                }
            }
        }
    }
    rows
}

/// `g_lane[3].u_keys` as `g_lane[*].u_keys`: what is generated many times is one row.
fn alike(path: &str) -> String {
    let mut parts = path.split('[');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| {
        let rest = part.split_once(']').map_or("", |(_, rest)| rest);
        format!("{all}[*]{rest}")
    })
}

/// Cells by instance, each with what is below it; `[*]` stands for all of an array together.
pub fn modules(report: &Report) -> String {
    let rows = rows(report);
    let total = rows.get("").map_or(0, |row| size(&row.cells));
    let mut columns = vec!["LUT4", "CCU2C", "TRELLIS_FF", "TRELLIS_DPR16X4", "DP16KD"];
    if report.device.family == "ice40" {
        columns = vec!["SB_LUT4", "SB_CARRY", "SB_RAM40_4K"];
    }
    let mut out = format!(
        "| instance | module | logic, about | {} |\n",
        columns.join(" | ")
    );
    out += &"|---".repeat(columns.len() + 3);
    out += "|\n";
    for (path, row) in &rows {
        let size = size(&row.cells);
        if (size as f64) < SHARE * total as f64 {
            continue;
        }
        let path = if path.is_empty() { "(all)" } else { path };
        let _ = write!(out, "| `{path}` | {} | {size} |", row.module);
        for column in &columns {
            let _ = write!(out, " {} |", row.cells.get(*column).copied().unwrap_or(0));
        }
        out += "\n";
    }
    out
}

fn or_dash(value: Option<u64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fpga::report::{Hop, Module};

    /// A report with made-up figures.
    pub fn example() -> Report {
        let text = include_str!("example-report.json");
        serde_json::from_str(text).expect("the example has the layout of a report")
    }

    #[test]
    fn the_frame_is_subtracted() {
        let report = example();
        assert_eq!(report.net_logic(), 1000 + 10 - 100);
        assert_eq!(report.net_cells("LUT4"), 800);
        let row = summary(&[&report]);
        assert!(
            row.contains("| 120.0 (100.0 to 130.0) of 3 | 910 | 800 |"),
            "{row}"
        );
        assert!(row.contains("12 clocks, 100 ns"), "{row}");
    }

    #[test]
    fn an_instance_counts_what_is_below_it_and_no_neighbour() {
        let mut report = example();
        let module = |instance: &str, count| Module {
            instance: instance.to_owned(),
            module: "m".to_owned(),
            cells: Counts::from([("LUT4".to_owned(), count)]),
        };
        report.modules = Some(vec![
            module("", 1),
            module("u_a", 2),
            module("u_a.g[0].u_b", 4),
            module("u_a.g[11].u_b", 16),
            module("u_ab", 8),
        ]);
        let rows = rows(&report);
        let sizes: Vec<u64> = rows.values().map(|row| size(&row.cells)).collect();
        assert_eq!(sizes, [31, 22, 20, 8]);
    }

    #[test]
    fn a_path_is_told_module_by_module() {
        let mut seed = example().seeds[0].clone();
        let hop = |kind: &str, instance: &str, ns| Hop {
            kind: kind.to_owned(),
            ns,
            cell: "c".to_owned(),
            instance: instance.to_owned(),
            module: "m".to_owned(),
            net: None,
        };
        seed.critical_path.hops = vec![
            hop("clk-to-q", "u_a", 0.5),
            hop("routing", "u_b", 1.0),
            hop("logic", "u_b", 0.25),
            hop("routing", "u_b", 1.5),
            hop("setup", "u_b", 0.0),
        ];
        let table = path(&seed);
        assert!(table.contains("| m | `u_a` | 1 | 0.50 | 0.00 |"), "{table}");
        assert!(table.contains("| m | `u_b` | 2 | 0.25 | 2.50 |"), "{table}");
    }
}
