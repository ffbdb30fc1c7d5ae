// SPDX-License-Identifier: Apache-2.0
//! `persimmon run`: the positions of the thread, carried out.

pub mod cost;
pub mod policy;
pub mod session;
pub mod userspace;
pub(super) mod words;

use std::io::Write;
use std::path::PathBuf;

use clap::ValueEnum;

use super::Failure;
use super::device::{self, CHOICES, Choice, Size};
use crate::cosim::Subject;
use crate::cosim::run::script::{self, Played};
use crate::cosim::run::{PowerOn, RunError};
use crate::vdpa::{Mapping, POLICIES, Policy};

/// Device that the scripts run on: they map a handful of ranges.
pub const ENTRIES: &str = "64";

/// Plays the positions of the October 2023 thread: what S and D hold at each step, where DMA lands, what is dangerous.
///
/// S is vhost-vdpa's table, D what the device translates with, read back from it. Every answer of the RTL is compared
/// with the golden model's; a difference is an error.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("what").required(true))]
pub struct Arguments {
    /// The policy to play the script T0 to T7 for: a name, a row of the table, or "all".
    #[arg(long, value_name = "NAME|all", group = "what")]
    policy: Option<String>,

    /// The program to play on every kernel and parent: a name, a label, "qemu" or the name or file of a recording of it,
    /// or "all".
    #[arg(long, value_name = "NAME|all", group = "what")]
    userspace: Option<String>,

    /// What one device reset costs with 1 to 2048 mappings, with IOTLB_PERSIST and without.
    #[arg(long, group = "what")]
    cost: bool,

    /// With --cost: leaves out what would send more entries than this to the device, and says so.
    #[arg(long, value_name = "N", conflicts_with_all = ["policy", "userspace"])]
    max_entries: Option<u64>,

    /// Only parents that map in this style.
    #[arg(long, value_name = "STYLE")]
    parent: Option<Style>,

    /// JSON instead of tables: an object for each run of a policy's script, a line each; else one object.
    #[arg(long)]
    json: bool,

    /// With --policy: the device.
    #[arg(long, value_name = CHOICES, default_value_t = Choice::Both, conflicts_with_all = ["userspace", "cost"])]
    dut: Choice,

    /// With --policy: writes a waveform of the first device that is powered on.
    #[arg(long, value_name = "FILE.fst", conflicts_with_all = ["userspace", "cost"])]
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
    let only = arguments.parent.map(Mapping::from);
    if let Some(name) = &arguments.userspace {
        userspace::run(name, only, arguments.json, out)?;
    } else if arguments.cost {
        cost::run(only, arguments.max_entries, arguments.json, out)?;
    } else if let Some(name) = &arguments.policy {
        scripts(arguments, name, out)?;
    }
    Ok(true)
}

/// The thread's script for the policies called `name`.
fn scripts(arguments: &Arguments, name: &str, out: &mut dyn Write) -> Result<(), Failure> {
    let policies = policies(name)?;
    let wanted = arguments.parent.map(Mapping::from);
    let size = Size::parse(ENTRIES)?;
    let mut wave = arguments.wave.clone();
    if wave.is_some() && !arguments.dut.has_waves() {
        return Err("--wave needs the simulated RTL: use --dut rtl or --dut both".into());
    }
    let all = match &arguments.dut {
        Choice::Rtl => play(wanted, &policies, &mut || {
            device::rtl(size, wave.take().as_deref())
        }),
        Choice::Golden => play(wanted, &policies, &mut || Ok(device::golden(size))),
        Choice::Both => play(wanted, &policies, &mut || {
            device::both(size, wave.take().as_deref())
        }),
        Choice::Board(port) => play(wanted, &policies, &mut || device::board(port)),
    }?;
    if all.is_empty() {
        return Err(format!(
            "policy {name} has no parent of style {}; leave --parent out to see those it has",
            wanted.map_or("", Mapping::name)
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
    Ok(())
}

/// The policies of that name.
pub fn policies(name: &str) -> Result<Vec<&'static Policy>, Failure> {
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

/// Plays the script for each policy, on each of its parents that map as `wanted`, acking and not where it may do either.
///
/// # Errors
/// If a device is out of order, or RTL and golden model differ.
pub fn play<S: Subject>(
    wanted: Option<Mapping>,
    policies: &[&'static Policy],
    power_on: PowerOn<'_, S>,
) -> Result<Vec<Played>, RunError> {
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
