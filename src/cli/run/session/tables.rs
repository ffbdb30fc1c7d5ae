// SPDX-License-Identifier: Apache-2.0
//! Sessions as text: how they came out on every kernel, and what each reset cost.

use super::{Cell, is_merged};
use crate::cli::run::cost::{COLUMNS, LEGEND as COSTS, columns};
use crate::cli::text;
use crate::cosim::run::cycle::Cycle;
use crate::cosim::run::session::{Reset, Session};
use crate::cosim::run::userspace::Configuration;
use crate::cosim::run::watch::Hazard;

/// The title of the second table.
const PERSISTING: &str = "\
The same calls with IOTLB_PERSIST acked; of the unmap and map around each reset, only what is still needed
";

/// What the words mean.
const LEGEND: &str = "\
works             nothing was refused, and at every DRIVER_OK each ring of each virtqueue is translated to the memory
                  that S has there
EFAULT            a message was refused
features refused  SET_BACKEND_FEATURES was refused
isolation hole    at a DRIVER_OK an access to a ring lands at PA = IOVA, where S has something else or nothing
stale             at a DRIVER_OK an access to a ring lands anywhere else than where S has it
lost              at a DRIVER_OK an access to a ring faults
not offered       the kernel does not offer IOTLB_PERSIST
(i)               D was 1:1 between a reset and the next start, while S held mappings
Row 8 (behind the platform's IOMMU) is not played: there is no table on the chip, and recordings are replayed on parents
that have one. The programs, which are played on it, are in the matrix of --userspace all.
";

/// "works (i)".
fn outcome(session: &Session) -> String {
    let mut words = Vec::new();
    if session.refused > 0 {
        words.push(format!("EFAULT x{}", session.refused));
    }
    if session.features_refused > 0 {
        words.push(format!("features refused x{}", session.features_refused));
    }
    for hazard in session.hazards() {
        words.push(match hazard {
            Hazard::IdentityHole => "isolation hole".to_owned(),
            Hazard::Lost => "lost".to_owned(),
            Hazard::Stale => "stale".to_owned(),
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

/// "As recorded: IOTLB_PERSIST not acked", or by which of them it is.
fn as_recorded(cells: &[Cell]) -> String {
    let mut acking: Vec<&str> = cells
        .iter()
        .filter(|cell| cell.acks)
        .map(Cell::name)
        .collect();
    acking.dedup();
    let acked = match acking[..] {
        [] => "IOTLB_PERSIST not acked".to_owned(),
        _ if cells.iter().all(|cell| cell.acks) => "IOTLB_PERSIST acked".to_owned(),
        _ => format!("IOTLB_PERSIST acked by {} only", acking.join(", ")),
    };
    format!("As recorded: {acked}\n")
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
        out += &match persisting {
            false => as_recorded(cells),
            true => PERSISTING.to_owned(),
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
            let any = cell.recorded.resets.iter().any(|reset| reset.kept > 0);
            table.add_row(place.into_iter().chain(costs_of(total, any)));
        }
        out += &format!("{}\n", text::render(&table));
    }
    match out.is_empty() {
        true => out,
        false => format!(
            "What each device reset cost, on the kernel as it was merged\n\n{out}{KEPT}{COSTS}{OTHER}"
        ),
    }
}

/// What is in the columns that other cost tables do not have.
const KEPT: &str = "\
line         of the recording, where the device stops; there can be several device resets until it starts again
kept         mappings that are there both before the stop and at the next start, without those of rings that the client
             makes anew: unavailable is about these, and - where there are none
";

/// What no column has.
const OTHER: &str = "\
Clocks of QUIESCE and GROUP_ASID commands are in no column, only in --json, as \"other\". That the group of a control
virtqueue is back on AS 0 from the reset until SET_GROUP_ASID does not count as unavailable.
";

/// The columns of a cycle. Where nothing was kept, nothing can have been unavailable.
fn costs_of(cycle: &Cycle, kept: bool) -> [String; COLUMNS.len()] {
    let mut columns = columns(cycle);
    if let (false, [.., unavailable]) = (kept, &mut columns) {
        "-".clone_into(unavailable);
    }
    columns
}

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
        .chain(costs_of(&reset.cycle, reset.kept > 0))
        .collect()
}
