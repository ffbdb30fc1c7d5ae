// SPDX-License-Identifier: Apache-2.0
//! `persimmon run --userspace qemu...`: recorded sessions of a real QEMU on every kernel with a table on the chip, as
//! they are, and as they could be with IOTLB_PERSIST; what every device reset in them cost.

mod recordings;
mod tables;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::cost::cycle_to_json;
use crate::cli::Failure;
use crate::cli::device::{self, Size};
use crate::cosim::replay::persisting;
use crate::cosim::run::session::{Session, play};
use crate::cosim::run::userspace::Configuration;
use crate::golden;
use crate::trace::{Op, Trace};
use crate::vdpa::parent::capability;
use crate::vdpa::{Features, Mapping, OnChip, Parent, Profile, VhostVdpa};
pub use recordings::{Recording, find, names};
pub use tables::{costs, matrix};

/// More messages than this in one recording, and its tables take the RTL minutes when pushed one by one on every
/// kernel: such a one is played on the merged kernel alone, unless it is asked for by name.
const MANY: usize = 1000;

/// A recording on one kernel with one parent.
#[derive(Debug)]
pub struct Cell {
    name: String,
    configuration: Configuration,
    /// The client acks IOTLB_PERSIST of itself.
    acks: bool,
    /// As recorded.
    recorded: Session,
    /// With IOTLB_PERSIST, where that is offered.
    persisting: Option<Session>,
}

impl Cell {
    /// The recording's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Kernel and parent.
    pub fn configuration(&self) -> &Configuration {
        &self.configuration
    }

    /// The session as it was recorded.
    pub fn recorded(&self) -> &Session {
        &self.recorded
    }

    /// The session with IOTLB_PERSIST, where that is offered.
    pub fn persisting(&self) -> Option<&Session> {
        self.persisting.as_ref()
    }
}

/// Plays recordings on every kernel and parent with a table on the chip, on RTL and golden model in lockstep.
///
/// # Errors
/// If a recording cannot be played, a device is out of order, or RTL and golden model differ.
pub fn cells(
    recordings: &[Recording],
    only: Option<Mapping>,
    all_kernels: bool,
) -> Result<Vec<Cell>, Failure> {
    let configurations = Configuration::all(only);
    let on_chip: Vec<_> = configurations
        .into_iter()
        .filter_map(|one| match one.parent {
            Parent::OnChip(rules, mapping) => {
                let profile = Profile::with_parent(one.rules, rules, mapping);
                Some((one, profile))
            }
            Parent::Platform => None,
        })
        .collect();
    let mut planned = Vec::new();
    for recording in recordings {
        for (configuration, profile) in &on_chip {
            let here = all_kernels || recording.messages() < MANY || is_merged(configuration);
            if here {
                planned.push((recording, configuration, *profile));
            }
        }
    }
    let bar = bar(planned.len());
    let mut cells = Vec::new();
    for (recording, configuration, profile) in planned {
        bar.set_message(format!(
            "{} on {}",
            recording.name,
            configuration.parent.name()
        ));
        let recorded = session(&recording.trace, profile)?;
        let persisting = match offers_persist(profile)? {
            true => Some(session(&persisting(&recording.trace), profile)?),
            false => None,
        };
        cells.push(Cell {
            name: recording.name.clone(),
            configuration: configuration.clone(),
            acks: acks(&recording.trace),
            recorded,
            persisting,
        });
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(cells)
}

/// True for the kernel and the parents as they were merged.
fn is_merged(configuration: &Configuration) -> bool {
    configuration.rows.contains(&"1")
}

fn session(trace: &Trace, profile: Profile) -> Result<Session, Failure> {
    // The largest build: how many mappings there are at a time is known only afterwards.
    let size = Size::largest().ok_or("no build of the RTL is linked in")?;
    let dev = device::both(size, None)?;
    Ok(play(trace, profile, dev, &mut |_| {})?)
}

/// True if the client acks IOTLB_PERSIST of itself.
fn acks(trace: &Trace) -> bool {
    let persist = Features::IOTLB_PERSIST;
    let mut lines = trace.lines.iter();
    lines.any(|line| match line.op {
        Op::SetBackendFeatures { features } => Features(features.0).has(persist),
        _ => false,
    })
}

/// True if the core offers IOTLB_PERSIST for this parent.
fn offers_persist(profile: Profile) -> Result<bool, Failure> {
    let dev = golden::Device::new(capability(8));
    let vdpa = VhostVdpa::new(OnChip::new(dev, profile, None)?, &profile);
    Ok(vdpa.get_backend_features().has(Features::IOTLB_PERSIST))
}

fn bar(total: usize) -> ProgressBar {
    use std::io::IsTerminal;
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(total as u64);
    // A template that does not parse would only cost the bar its looks.
    if let Ok(style) =
        ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} sessions, {eta} left")
    {
        bar.set_style(style);
    }
    bar
}

/// The cells as JSON.
pub fn to_json(cells: &[Cell]) -> Value {
    cells.iter().map(cell_to_json).collect()
}

fn cell_to_json(cell: &Cell) -> Value {
    let configuration = &cell.configuration;
    json!({
        "recording": cell.name,
        "acks_persist": cell.acks,
        "rows": configuration.rows,
        "rows_inferred": configuration.inferred,
        "kernel": configuration.rules.version,
        "parent": configuration.parent.name(),
        "recorded": session_to_json(&cell.recorded),
        "persisting": cell.persisting.as_ref().map(session_to_json),
    })
}

fn session_to_json(session: &Session) -> Value {
    let resets = session.resets.iter().map(|reset| {
        let mut cost = cycle_to_json(&reset.cycle);
        if reset.kept == 0
            && let Some(hardware) = cost["hardware"].as_object_mut()
        {
            hardware["available_in_the_end"] = Value::Null;
            if let Some(clocks) = hardware["clocks"].as_object_mut() {
                clocks["unavailable"] = Value::Null;
            }
        }
        json!({
            "line": reset.line,
            "case": reset.case,
            "restarted": reset.restarted,
            "kept": reset.kept,
            "refused": reset.failed,
            "identity": reset.identity,
            "cost": cost,
        })
    });
    let starts = session.starts.iter().map(|start| {
        let wrong = start.wrong.iter().map(|(hazard, vq)| json!([hazard.name(), vq]));
        json!({ "line": start.line, "accesses": start.accesses, "wrong": wrong.collect::<Vec<_>>() })
    });
    json!({
        "works": session.works(),
        "refused": session.refused,
        "features_refused": session.features_refused,
        "resets": resets.collect::<Vec<_>>(),
        "starts": starts.collect::<Vec<_>>(),
        "compared": session.compared,
    })
}
