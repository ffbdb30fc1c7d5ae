// SPDX-License-Identifier: Apache-2.0
//! `persimmon run`: the positions of the thread, carried out.

mod policy;
pub(super) mod words;

use std::io::Write;
use std::path::PathBuf;

use clap::ValueEnum;

use super::Failure;
use super::device::{self, Choice, Size};
use crate::cosim::Subject;
use crate::cosim::run::script::{self, Played};
use crate::cosim::run::{PowerOn, RunError};
use crate::vdpa::{Mapping, POLICIES, Policy};

/// Device that the scripts run on: they map a handful of ranges.
const ENTRIES: &str = "64";

/// Plays the positions of the October 2023 thread: what S and D hold at each step, where DMA lands, what is dangerous.
///
/// S is vhost-vdpa's table, D what the device translates with, read back from it. Every answer of the RTL is compared
/// with the golden model's; a difference is an error.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The policy to play the script T0 to T7 for: a name, a row of the table, or "all".
    #[arg(long, value_name = "NAME|all", required = true)]
    policy: Option<String>,

    /// Only parents that map in this style.
    #[arg(long, value_name = "STYLE")]
    parent: Option<Style>,

    /// One JSON object for each run of the script, a line each.
    #[arg(long)]
    json: bool,

    /// The device.
    #[arg(long, value_enum, default_value_t = Choice::Both)]
    dut: Choice,

    /// Writes a waveform of the first device that is powered on.
    #[arg(long, value_name = "FILE.fst")]
    wave: Option<PathBuf>,
}

/// How a parent maps.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Style {
    /// The whole table at a time.
    SetMap,
    /// One range at a time.
    DmaMap,
}

impl From<Style> for Mapping {
    fn from(style: Style) -> Self {
        match style {
            Style::SetMap => Self::SetMap,
            Style::DmaMap => Self::DmaMap,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// If a name is unknown, nothing is left to run, or a device differs or fails.
pub fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<bool, Failure> {
    let policies = policies(arguments.policy.as_deref().unwrap_or("all"))?;
    let size = Size::parse(ENTRIES)?;
    let mut wave = arguments.wave.clone();
    if wave.is_some() && arguments.dut == Choice::Golden {
        return Err("--wave needs the RTL: use --dut rtl or --dut both".into());
    }
    let all = match arguments.dut {
        Choice::Rtl => play(arguments, &policies, &mut || {
            device::rtl(size, wave.take().as_deref())
        }),
        Choice::Golden => play(arguments, &policies, &mut || Ok(device::golden(size))),
        Choice::Both => play(arguments, &policies, &mut || {
            device::both(size, wave.take().as_deref())
        }),
    }?;
    if all.is_empty() {
        return Err(format!(
            "policy {} has no parent of style {}; leave --parent out to see those it has",
            arguments.policy.as_deref().unwrap_or_default(),
            arguments
                .parent
                .map_or("", |style| Mapping::from(style).name())
        )
        .into());
    }
    for played in &all {
        match arguments.json {
            true => writeln!(out, "{}", policy::json(played))?,
            false => writeln!(out, "{}", policy::human(played))?,
        }
    }
    if !arguments.json && all.len() > 1 {
        write!(out, "{}", policy::summary(&all))?;
    }
    Ok(true)
}

/// The policies of that name.
fn policies(name: &str) -> Result<Vec<&'static Policy>, Failure> {
    if name == "all" {
        return Ok(POLICIES.iter().collect());
    }
    match Policy::find(name) {
        Some(policy) => Ok(vec![policy]),
        None => {
            let names: Vec<_> = POLICIES
                .iter()
                .map(|policy| format!("{} ({})", policy.name, policy.row))
                .collect();
            Err(format!("no policy \"{name}\"; there are all, {}", names.join(", ")).into())
        }
    }
}

fn play<S: Subject>(
    arguments: &Arguments,
    policies: &[&'static Policy],
    power_on: PowerOn<'_, S>,
) -> Result<Vec<Played>, RunError> {
    let wanted = arguments.parent.map(Mapping::from);
    let mut all = Vec::new();
    for &policy in policies {
        for &parent in policy.parents {
            if wanted.is_some() && parent.mapping() != wanted {
                continue;
            }
            for &acked in policy.acks {
                all.push(script::play(policy, parent, acked, power_on)?);
            }
        }
    }
    Ok(all)
}
