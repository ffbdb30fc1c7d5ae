// SPDX-License-Identifier: Apache-2.0
//! `persimmon run --userspace qemu...`: recorded sessions of a real QEMU on every kernel with a table on the chip, as
//! they are, and as they could be with IOTLB_PERSIST; what every device reset in them cost.

mod recordings;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::cost::{COLUMNS, LEGEND as COSTS, columns, cycle_to_json};
use crate::cli::device::{self, Size};
use crate::cli::{Failure, text};
use crate::cosim::replay::persisting;
use crate::cosim::run::cycle::Cycle;
use crate::cosim::run::session::{Reset, Session, play};
use crate::cosim::run::userspace::Configuration;
use crate::cosim::run::watch::Hazard;
use crate::golden;
use crate::trace::Trace;
use crate::vdpa::parent::capability;
use crate::vdpa::{Features, Mapping, OnChip, Parent, Profile, VhostVdpa};
pub use recordings::{Recording, find, names};

/// More messages than this in one recording, and its tables take the RTL minutes when pushed one by one on every
/// kernel: such a one is played on the merged kernel alone, unless it is asked for by name.
const MANY: usize = 1000;

/// What the words mean.
const LEGEND: &str = "\
works           no message was refused, and at every DRIVER_OK each ring of each virtqueue is translated to memory of
                the client's
EFAULT          a message was refused
isolation hole  at a DRIVER_OK an access to a ring lands in memory that is not the client's
lost            at a DRIVER_OK an access to a ring faults
not offered     the kernel does not offer IOTLB_PERSIST
(i)             D was 1:1 between a reset and the next start, while S held mappings
";

/// A recording on one kernel with one parent.
#[derive(Debug)]
pub struct Cell {
    name: String,
    configuration: Configuration,
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

/// "works (i)".
fn outcome(session: &Session) -> String {
    let mut words = Vec::new();
    if session.refused > 0 {
        words.push(format!("EFAULT x{}", session.refused));
    }
    for hazard in session.hazards() {
        words.push(match hazard {
            Hazard::IdentityHole => "isolation hole".to_owned(),
            Hazard::Lost => "lost".to_owned(),
            other => other.name().to_owned(),
        });
    }
    if session.works() {
        words.push("works".to_owned());
    } else if words.is_empty() {
        words.push("never started".to_owned());
    }
    let exposed = session.resets.iter().any(|reset| reset.identity);
    words.join(", ") + if exposed { " (i)" } else { "" }
}

/// How every recording came out on every kernel.
pub fn matrix(cells: &[Cell]) -> String {
    let mut out = String::new();
    let mut names: Vec<&str> = cells.iter().map(|cell| cell.name.as_str()).collect();
    names.dedup();
    let mut places: Vec<&Configuration> = Vec::new();
    let same = |a: &Configuration, b: &Configuration| a.row() == b.row() && a.parent == b.parent;
    for cell in cells {
        if !places.iter().any(|place| same(place, &cell.configuration)) {
            places.push(&cell.configuration);
        }
    }
    for persisting in [false, true] {
        out += match persisting {
            false => "QEMU as recorded: IOTLB_PERSIST not acked\n",
            true => {
                "The same calls with IOTLB_PERSIST acked, and the unmap and map around each reset left out\n"
            }
        };
        let header = ["row", "parent"].into_iter();
        let mut table =
            text::table(header.chain(names.iter().map(|name| name.trim_start_matches("qemu-"))));
        for place in &places {
            let mark = if place.inferred.is_empty() { "" } else { "?" };
            let mut line = vec![place.row() + mark, place.parent.name()];
            for name in &names {
                let cell = cells
                    .iter()
                    .find(|cell| cell.name == *name && same(place, &cell.configuration));
                line.push(match cell {
                    None => "not played".to_owned(),
                    Some(cell) if persisting => cell
                        .persisting
                        .as_ref()
                        .map_or("not offered".to_owned(), outcome),
                    Some(cell) => outcome(&cell.recorded),
                });
            }
            table.add_row(line);
        }
        out += &format!("{}\n", text::render(&table));
    }
    out + LEGEND
}

/// What every reset in every recording cost on the merged kernel, and what it would have cost with IOTLB_PERSIST.
pub fn costs(cells: &[Cell]) -> String {
    let mut out = String::new();
    for cell in cells {
        let Some(persisting) = &cell.persisting else {
            continue;
        };
        if !is_merged(&cell.configuration) {
            continue;
        }
        out += &format!("{} on {}\n", cell.name, cell.configuration.parent.name());
        let place = ["line", "during", "kept", ""];
        let mut table = text::table(place.into_iter().chain(COLUMNS));
        let mut totals = [Cycle::default(); 2];
        for (reset, other) in cell.recorded.resets.iter().zip(&persisting.resets) {
            for (total, (reset, what)) in totals
                .iter_mut()
                .zip([(reset, "recorded"), (other, "with PERSIST")])
            {
                total.add(&reset.cycle);
                table.add_row(line(reset, what));
            }
        }
        for (total, what) in totals.iter().zip(["recorded", "with PERSIST"]) {
            let place = ["", "all resets", "", what].map(str::to_owned);
            table.add_row(place.into_iter().chain(columns(total)));
        }
        out += &format!("{}\n", text::render(&table));
    }
    match out.is_empty() {
        true => out,
        false => format!(
            "What each device reset cost, on the kernel as it was merged\n\n{out}{KEPT}{COSTS}"
        ),
    }
}

/// What is in the columns that other cost tables do not have.
const KEPT: &str = "\
line         of the recording, where the device stops for the reset
kept         mappings that are there both before the stop and at the next start: unavailable is about these
";

fn line(reset: &Reset, what: &str) -> Vec<String> {
    let recorded = what == "recorded";
    let place = [
        reset.line.to_string(),
        match reset.restarted {
            true => reset.case.clone(),
            false => format!("{} (not started again)", reset.case),
        },
        reset.kept.to_string(),
    ];
    let place = place.map(|text| if recorded { text } else { String::new() });
    place
        .into_iter()
        .chain([what.to_owned()])
        .chain(columns(&reset.cycle))
        .collect()
}

/// The cells as JSON.
pub fn to_json(cells: &[Cell]) -> Value {
    cells.iter().map(cell_to_json).collect()
}

fn cell_to_json(cell: &Cell) -> Value {
    let configuration = &cell.configuration;
    json!({
        "recording": cell.name,
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
        json!({
            "line": reset.line,
            "case": reset.case,
            "restarted": reset.restarted,
            "kept": reset.kept,
            "refused": reset.failed,
            "identity": reset.identity,
            "cost": cycle_to_json(&reset.cycle),
        })
    });
    let starts = session.starts.iter().map(|start| {
        let wrong = start.wrong.iter().map(|(hazard, vq)| json!([hazard.name(), vq]));
        json!({ "line": start.line, "accesses": start.accesses, "wrong": wrong.collect::<Vec<_>>() })
    });
    json!({
        "works": session.works(),
        "refused": session.refused,
        "resets": resets.collect::<Vec<_>>(),
        "starts": starts.collect::<Vec<_>>(),
        "compared": session.compared,
    })
}
