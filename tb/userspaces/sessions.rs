// SPDX-License-Identifier: Apache-2.0
//! Recorded sessions of QEMU on every kernel, and what their resets cost. Not the one with a vIOMMU, which takes
//! too long here: `tb/replay` has it, and `.ci/run` plays it.

use persimmon::cli::run::session::{self, Cell, Recording};
use persimmon::cosim::run::session::Session;
use persimmon::vdpa::Mapping;

fn recordings() -> Vec<Recording> {
    let mut all = session::find("qemu").unwrap().unwrap();
    all.retain(|recording| !recording.name().contains("viommu"));
    assert_eq!(all.len(), 7);
    all
}

fn cells() -> &'static [Cell] {
    static CELLS: std::sync::OnceLock<Vec<Cell>> = std::sync::OnceLock::new();
    CELLS.get_or_init(|| session::cells(&recordings(), None, true).unwrap())
}

#[test]
fn matrix() {
    insta::assert_snapshot!(session::matrix(cells()));
}

#[test]
fn what_each_reset_cost() {
    let base: Vec<_> = session::find("qemu-10.0.2-base-cvq").unwrap().unwrap();
    let cells = session::cells(&base, None, true).unwrap();
    insta::assert_snapshot!(session::costs(&cells));
}

fn restarted(session: &Session) -> impl Iterator<Item = &persimmon::cosim::run::session::Reset> {
    session.resets.iter().filter(|reset| reset.restarted)
}

/// truth.md section 6: QEMU maps everything again after each reset. So it works on every kernel that lets it map, with
/// the messages that were counted there; and the same session with IOTLB_PERSIST sends none.
#[test]
fn a_session_works_everywhere_and_with_persist_costs_nothing() {
    let mut played = 0;
    for cell in cells() {
        let rows = &cell.configuration().rows;
        let what = format!("{} on {}", cell.name(), cell.configuration().row());
        let recorded = cell.recorded();
        assert_eq!(recorded.works(), !rows.contains(&"7"), "{what}");
        assert!(
            recorded.compared > 0 && recorded.resets.len() >= 6,
            "{what}"
        );
        assert!(
            recorded.starts.iter().all(|start| start.accesses >= 6),
            "{what}"
        );
        if !rows.contains(&"7") {
            let expected = match cell.name() {
                "qemu-10.0.2-base-cvq" | "qemu-10.0.2-stopcont-cvq" => 10,
                "qemu-10.0.2-mem4g-cvq" => 11,
                "qemu-10.0.2-vga-cvq" => 13,
                _ => 6,
            };
            // Taken away and brought back, each entry once.
            let updates = restarted(recorded).map(|reset| reset.kept).max();
            assert_eq!(updates, Some(expected), "{what}");
        }
        let Some(persisting) = cell.persisting() else {
            continue;
        };
        assert!(persisting.works(), "{what}");
        for reset in restarted(persisting).filter(|reset| reset.kept == expected(cell)) {
            let cycle = &reset.cycle;
            let clocks = cycle.clocks().unwrap();
            let spent = [
                cycle.messages,
                cycle.pushes,
                cycle.entries,
                clocks.table,
                clocks.unavailable,
            ];
            assert_eq!(spent, [0; 5], "{what}, line {}", reset.line);
            played += 1;
        }
    }
    assert!(played > 100, "{played}");
}

/// Mappings that a session has when it runs.
fn expected(cell: &Cell) -> usize {
    restarted(cell.recorded())
        .map(|reset| reset.kept)
        .max()
        .unwrap_or(0)
}

/// What is 1:1 between a reset and the next start is seen, and is not there where a reset keeps or empties.
#[test]
fn the_identity_window_is_seen() {
    let on = |row: &str, mapping| {
        let cell = cells().iter().find(|cell| {
            let configuration = cell.configuration();
            configuration.rows.contains(&row) && configuration.parent.mapping() == Some(mapping)
        });
        let cell = cell.unwrap();
        let seen = |session: &Session| session.resets.iter().any(|reset| reset.identity);
        (seen(cell.recorded()), cell.persisting().map(seen))
    };
    for mapping in [Mapping::SetMap, Mapping::DmaMap] {
        assert_eq!(on("3", mapping), (true, Some(false)));
        assert_eq!(on("2b", mapping), (false, None));
        assert_eq!(on("4", mapping), (false, Some(false)));
    }
}
