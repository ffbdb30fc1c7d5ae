// SPDX-License-Identifier: Apache-2.0
//! What nextpnr's `--report` says about time, with the modules that a critical path goes through.

use std::collections::HashMap;

use anyhow::Context;
use serde::Deserialize;

use super::design::Design;
use super::hierarchy::Hierarchy;
use super::netlist::Netlist;
use super::report::{Hop, Path, SlowEnd};
use super::synthesis::Synthesis;

/// The instance and module of a cell, by its name in nextpnr.
pub struct Homes(HashMap<String, (String, String)>, Option<Hierarchy>);

impl Homes {
    /// Without a hierarchy, paths show no modules; that has been said.
    pub fn of(design: &Design, synthesis: &Synthesis) -> Self {
        let read = Netlist::read(&synthesis.netlist, &design.top)
            .and_then(|netlist| Ok((netlist, Hierarchy::read(&synthesis.hierarchy, &design.top)?)));
        let Ok((netlist, hierarchy)) = read else {
            return Self(HashMap::new(), None);
        };
        let homes = hierarchy
            .homes(&netlist)
            .into_iter()
            .map(|(cell, home)| {
                let (_, module) = hierarchy.instance(home);
                (cell.to_owned(), (home.to_owned(), module.to_owned()))
            })
            .collect();
        Self(homes, Some(hierarchy))
    }

    /// nextpnr splits carries and memories, and appends `$` and a word to the name.
    fn find(&self, cell: &str) -> (String, String) {
        let whole = cell.split('$').next().unwrap_or(cell);
        let known = self.0.get(cell).or_else(|| self.0.get(whole)).cloned();
        known.unwrap_or_else(|| match &self.1 {
            Some(hierarchy) => {
                let (instance, module) = hierarchy.instance(whole);
                (instance.to_owned(), module.to_owned())
            }
            None => Default::default(),
        })
    }
}

/// nextpnr's `--report`, as much of it as is needed.
#[derive(Deserialize)]
struct Timing {
    fmax: HashMap<String, Fmax>,
    critical_paths: Vec<Critical>,
}

#[derive(Deserialize)]
struct Fmax {
    achieved: f64,
    constraint: f64,
}

#[derive(Deserialize)]
struct Critical {
    from: String,
    to: String,
    path: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    delay: f64,
    to: End,
    net: Option<String>,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct End {
    cell: String,
    port: String,
}

/// The clock that is furthest from what was asked for, and its critical path.
pub fn slowest(text: &str, homes: &Homes) -> anyhow::Result<(f64, Path)> {
    let timing: Timing = serde_json::from_str(text)?;
    let (clock, fmax) = timing
        .fmax
        .iter()
        .min_by(|(_, a), (_, b)| {
            let part = |fmax: &Fmax| fmax.achieved / fmax.constraint;
            part(a).total_cmp(&part(b))
        })
        .context("no clock")?;
    let edge = |end: &str| end.split_once(' ').is_some_and(|(_, name)| name == clock);
    let critical = timing
        .critical_paths
        .into_iter()
        .find(|path| edge(&path.from) && edge(&path.to))
        .with_context(|| format!("no critical path of {clock}"))?;
    let mut path = Path {
        logic_ns: 0.0,
        routing_ns: 0.0,
        hops: Vec::new(),
    };
    for step in critical.path {
        if step.kind == "routing" {
            path.routing_ns += step.delay;
        } else {
            path.logic_ns += step.delay;
        }
        let (instance, module) = homes.find(&step.to.cell);
        path.hops.push(Hop {
            kind: step.kind,
            ns: rounded(step.delay),
            cell: format!("{}.{}", step.to.cell, step.to.port),
            instance,
            module,
            net: step.net,
        });
    }
    path.logic_ns = rounded(path.logic_ns);
    path.routing_ns = rounded(path.routing_ns);
    Ok(((fmax.achieved * 100.0).round() / 100.0, path))
}

/// What `--detailed-timing-report` adds.
#[derive(Deserialize)]
struct Detailed {
    #[serde(default)]
    detailed_net_timings: Vec<NetTiming>,
}

#[derive(Deserialize)]
struct NetTiming {
    /// The edge that the path starts with, or `async`: that of a pin, which is no register.
    event: String,
    endpoints: Vec<EndPoint>,
}

#[derive(Deserialize)]
struct EndPoint {
    cell: String,
    port: String,
    delay: Delay,
}

/// One number, or the shortest and the longest.
#[derive(Deserialize)]
#[serde(untagged)]
enum Delay {
    One(f64),
    Several(Vec<f64>),
}

/// Where paths of more than `limit` nanoseconds end, the slowest first.
pub fn slow_ends(text: &str, limit: f64) -> anyhow::Result<Vec<SlowEnd>> {
    let timing: Detailed = serde_json::from_str(text)?;
    let mut groups: HashMap<String, SlowEnd> = HashMap::new();
    for end in timing
        .detailed_net_timings
        .iter()
        .filter(|net| net.event.contains("edge "))
        .flat_map(|net| &net.endpoints)
    {
        let ns = match &end.delay {
            Delay::One(ns) => *ns,
            Delay::Several(all) => all.iter().copied().fold(0.0, f64::max),
        };
        if ns <= limit {
            continue;
        }
        let name = format!("{}.{}", without_numbers(&end.cell), end.port);
        let group = groups.entry(name.clone()).or_insert(SlowEnd {
            ns: 0.0,
            count: 0,
            name,
        });
        group.ns = group.ns.max(rounded(ns));
        group.count += 1;
    }
    let mut all: Vec<_> = groups.into_values().collect();
    all.sort_by(|a, b| b.ns.total_cmp(&a.ns).then_with(|| a.name.cmp(&b.name)));
    Ok(all)
}

/// Of a register that is many flip-flops one name is left. What mapping has appended is no part of it.
fn without_numbers(cell: &str) -> String {
    let end = (cell.find("_TRELLIS_FF").or(cell.find("_SB_DFF"))).unwrap_or(cell.len());
    let cell = &cell[..end];
    let mut name = String::new();
    for character in cell.chars() {
        let character = if character.is_ascii_digit() {
            '#'
        } else {
            character
        };
        if character != '#' || !name.ends_with('#') {
            name.push(character);
        }
    }
    name
}

/// nextpnr's delays are whole picoseconds in single precision.
fn rounded(ns: f64) -> f64 {
    (ns * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_ends_are_told_by_name() {
        let text = r##"{"detailed_net_timings": [{"event": "posedge clk", "endpoints": [
            {"cell": "u_a.b_q_TRELLIS_FF_Q_3", "port": "DI", "delay": [1.0, 7.5]},
            {"cell": "u_a.b_q_TRELLIS_FF_Q_12", "port": "DI", "delay": 9.25},
            {"cell": "u_a.lane[12]_TRELLIS_FF_Q", "port": "CE", "delay": 8.0},
            {"cell": "u_a.c_q_TRELLIS_FF_Q", "port": "DI", "delay": 6.0}]},
            {"event": "async", "endpoints": [
            {"cell": "u_a.d_q_TRELLIS_FF_Q", "port": "LSR", "delay": 20.0}]}]}"##;
        let found = slow_ends(text, 6.5).unwrap();
        let found: Vec<_> = found
            .iter()
            .map(|end| (end.ns, end.count, end.name.as_str()))
            .collect();
        assert_eq!(found, [(9.25, 2, "u_a.b_q.DI"), (8.0, 1, "u_a.lane[#].CE")]);
        assert!(slow_ends(r#"{"fmax": {}}"#, 1.0).unwrap().is_empty());
    }

    #[test]
    fn the_clock_that_misses_most_counts() {
        let end = |cell| format!(r#"{{"cell": "{cell}", "port": "Q", "loc": [1, 2]}}"#);
        let step = |kind, delay| {
            format!(
                r#"{{"delay": {delay}, "from": {0}, "to": {1}, "type": "{kind}", "net": "n"}}"#,
                end("a"),
                end("b")
            )
        };
        let text = format!(
            r#"{{"fmax": {{"slow": {{"achieved": 30.0, "constraint": 25.0}},
                    "fast": {{"achieved": 100.004, "constraint": 150.0}}}},
                "critical_paths": [
                    {{"from": "posedge slow", "to": "posedge fast", "path": []}},
                    {{"from": "posedge fast", "to": "posedge fast", "path": [{}, {}, {}]}}],
                "utilization": {{}}}}"#,
            step("clk-to-q", 0.5250000001),
            step("routing", 2.0),
            step("setup", 0.25)
        );
        let (mhz, path) = slowest(&text, &Homes(HashMap::new(), None)).unwrap();
        assert_eq!(mhz, 100.0);
        assert_eq!((path.logic_ns, path.routing_ns), (0.775, 2.0));
        assert_eq!(path.hops.len(), 3);
        assert!(
            slowest(
                r#"{"fmax": {}, "critical_paths": []}"#,
                &Homes(HashMap::new(), None)
            )
            .is_err()
        );
    }
}
