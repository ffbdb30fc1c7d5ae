// SPDX-License-Identifier: Apache-2.0
//! Every user space program on every kernel and parent. What semantics.md section F says of each program is tested by
//! itself; the snapshots hold the rest.

use std::sync::OnceLock;

use persimmon::cli::run::userspace;
use persimmon::cosim::Lockstep;
use persimmon::cosim::run::RunError;
use persimmon::cosim::run::machine::{Buffer, Call};
use persimmon::cosim::run::meter::Metered;
use persimmon::cosim::run::observe::Table;
use persimmon::cosim::run::userspace::{
    BUFFERS, Cell, Configuration, USERSPACES, Userspace, Word, play,
};
use persimmon::cosim::run::watch::Hazard;
use persimmon::dut::{Dut, Variant};
use persimmon::golden::Device;
use persimmon::regif::RegIf;
use persimmon::vdpa::{Errno, Mapping, Parent};

/// Every cell, played once for all tests.
fn cells() -> &'static [Cell] {
    static CELLS: OnceLock<Vec<Cell>> = OnceLock::new();
    CELLS.get_or_init(|| {
        let programs: Vec<_> = USERSPACES.iter().collect();
        userspace::cells(&programs, None).unwrap()
    })
}

/// The cells of one program that were not refused; never none.
fn of(label: &str) -> Vec<&'static Cell> {
    let found: Vec<_> = cells()
        .iter()
        .filter(|cell| cell.userspace.label == label && cell.refused.is_none())
        .collect();
    assert!(!found.is_empty(), "{label}");
    found
}

/// For messages: which cell.
fn name(cell: &Cell) -> String {
    format!(
        "{} on {} {}, acks {}",
        cell.userspace.label,
        cell.configuration.row(),
        cell.configuration.parent.name(),
        cell.acks
    )
}

/// IOTLB_PERSIST is acked.
fn persists(cell: &Cell) -> bool {
    cell.acks && cell.offered
}

fn style(cell: &Cell) -> Option<Mapping> {
    cell.configuration.parent.mapping()
}

/// A row of semantics.md whose reset cleans D, of a program that does not ack or cannot.
fn cleans(cell: &Cell) -> bool {
    let rows = ["2a", "2b", "2c", "6", "1/3", "5", "7", "10"];
    rows.contains(&cell.configuration.row().as_str()) && !persists(cell)
}

/// D of AS 0 is these buffers, each where it should be.
fn holds(table: &Table, buffers: &[Buffer]) -> bool {
    let Table::Ranges(entries) = table else {
        return false;
    };
    entries.len() == buffers.len()
        && entries.iter().zip(buffers).all(|(entry, buffer)| {
            (entry.start, entry.last, entry.pa)
                == (
                    buffer.iova(),
                    buffer.iova() + buffer.size() - 1,
                    buffer.pa(),
                )
        })
}

const AB: [Buffer; 2] = [Buffer::A, Buffer::B];

#[test]
fn matrix() {
    insta::assert_snapshot!(userspace::matrix(cells()));
}

/// Clocks move with the RTL and the bus; everything else of the costs is tested below.
#[test]
fn matrix_costs() {
    insta::assert_snapshot!(userspace::costs(cells()));
}

#[test]
fn every_cell_is_compared() {
    for cell in cells() {
        let on_chip = matches!(cell.configuration.parent, Parent::OnChip(..));
        assert_eq!(cell.compared > 0, on_chip, "{}", name(cell));
        assert_eq!(
            cell.cycle.hardware.is_some(),
            on_chip && cell.refused.is_none()
        );
    }
}

/// Fact 1: a reset never touches S.
#[test]
fn s_survives_every_reset() {
    for cell in cells() {
        let reset = cell.steps.iter().find(|step| step.call == Call::Reset);
        if let (Some(step), false) = (reset, cell.userspace.label.starts_with("U2")) {
            let s: Vec<_> = step.s.iter().map(|map| map.start).collect();
            assert_eq!(s, AB.map(Buffer::iova), "{}", name(cell));
        }
    }
}

/// "final D={A,B} in every row incl. 8 and 9", for U1 and for U2.
#[test]
fn tolerant_programs_work_everywhere() {
    for label in ["U1", "U1n", "U2", "U2n"] {
        let cells = of(label);
        let mut parents = 0;
        for cell in cells {
            assert!(holds(&cell.d()[0], &AB), "{}", name(cell));
            assert_eq!(cell.verdict.words, [Word::Works], "{}", name(cell));
            assert!(cell.verdict.good);
            parents += 1;
        }
        // Row 7 refuses whoever does not ack, on each of its three parents.
        let configurations = Configuration::all(None).len();
        assert_eq!(parents, 2 * configurations - 3, "{label}");
    }
}

/// "intermediate D after the first END = EMPTY for set_map"; "Non-batched: intermediate pushes resurrect the
/// not-yet-invalidated maps in rows 2/3".
#[test]
fn a_tolerant_program_empties_the_table_or_resurrects() {
    for cell in of("U1") {
        let ended = cell.steps.iter().find(|step| step.call == Call::BatchEnd);
        if style(cell) == Some(Mapping::SetMap) {
            let table = &ended.unwrap().d[0];
            // mlx5 up to 6.6 refuses to build a key of nothing, and has destroyed the old one.
            assert_eq!(*table, Table::Ranges(vec![]), "{}", name(cell));
        }
    }
    for cell in of("U1n") {
        let first = (cell.steps.iter())
            .find(|step| step.call == Call::Invalidate(Buffer::A))
            .unwrap();
        let resurrects = cleans(cell) && style(cell) == Some(Mapping::SetMap);
        let says = first.hazards.contains(&Hazard::Resurrected);
        assert_eq!(says, resurrects, "{}", name(cell));
        if resurrects {
            assert!(holds(&first.d[0], &[Buffer::B]), "{}", name(cell));
        }
    }
}

/// The window of semantics.md A6: unpinned first, and then the parent is told. In a batch a set_map parent is told at
/// BATCH_END, so the window outlasts calls; else it opens and closes inside one.
#[test]
fn a_batch_leaves_unpinned_pages_translated_until_its_end() {
    let window = Hazard::UnpinnedButTranslated;
    let lasts = |cell: &Cell| cell.steps.iter().any(|step| step.hazards.contains(&window));
    let passes = |cell: &Cell| cell.steps.iter().any(|step| step.passed.contains(&window));
    for cell in of("U2") {
        let batched = style(cell) == Some(Mapping::SetMap);
        assert_eq!(lasts(cell), batched, "{}", name(cell));
        assert!(passes(cell), "{}", name(cell));
    }
    for cell in of("U2n") {
        assert!(!lasts(cell) && passes(cell), "{}", name(cell));
    }
}

/// "every UPDATE EFAULT in all rows, legacy included".
#[test]
fn mapping_again_is_refused_everywhere() {
    for label in ["U3", "U3n"] {
        for cell in of(label) {
            let failed: Vec<_> = cell.problems().collect();
            assert_eq!(failed.len(), BUFFERS as usize, "{}", name(cell));
            for problem in failed {
                assert!(matches!(problem.call, Call::Update(_)));
                assert_eq!(problem.returned.result, Err(Errno::Efault));
                assert_eq!(problem.returned.inside, Some(Errno::Eexist));
            }
            assert_eq!(cell.verdict.words[0], Word::Failed(Errno::Efault));
        }
    }
}

/// "unbatched on rows 2a/2c/3 D stays ID [...], on 2b EMPTY; [batched] set_map parents end with D={A,B} in all rows
/// (dma_map parents stay ID/EMPTY in rows 2/3)".
#[test]
fn mapping_again_ends_in_a_hole_or_in_nothing() {
    for (label, batched) in [("U3", true), ("U3n", false)] {
        for cell in of(label) {
            let healed = batched && style(cell) == Some(Mapping::SetMap);
            let d = &cell.d()[0];
            let words = &cell.verdict.words[1..];
            if !cleans(cell) || healed {
                assert!(holds(d, &AB), "{}", name(cell));
                assert!(words.is_empty(), "{}", name(cell));
            } else if cell.configuration.row() == "2b" {
                assert_eq!(*d, Table::Blocked, "{}", name(cell));
                assert_eq!(words, [Word::Lost], "{}", name(cell));
            } else {
                assert_eq!(*d, Table::OneToOne, "{}", name(cell));
                assert_eq!(words, [Word::IsolationHole], "{}", name(cell));
                assert!(cell.left().contains(&Hazard::IdentityHole));
            }
        }
    }
}

/// "passes on 2b only; on 2a/2c/3 the access goes through to ID".
#[test]
fn faults_come_on_vdpa_sim_6_1_only() {
    for cell in of("U4") {
        let expected = match cleans(cell) {
            true if cell.configuration.row() == "2b" => Word::Works,
            true => Word::IsolationHole,
            false => Word::NoFault,
        };
        assert_eq!(cell.verdict.words, [expected], "{}", name(cell));
    }
}

/// With IOTLB_PERSIST a program has nothing to do about a reset; where it is not offered, a program that relies on it
/// loses its mappings.
#[test]
fn a_program_that_relies_on_persistence() {
    for cell in of("U5") {
        let cycle = &cell.cycle;
        assert_eq!((cycle.messages, cycle.pushes, cycle.entries), (0, 0, 0));
        assert_eq!(cell.verdict.good, !cleans(cell), "{}", name(cell));
        if cleans(cell) {
            let empty = cell.configuration.row() == "2b";
            let word = if empty {
                Word::Lost
            } else {
                Word::IsolationHole
            };
            assert_eq!(cell.verdict.words, [word], "{}", name(cell));
        } else if let Some(hardware) = cycle.hardware {
            let clocks = hardware.clocks.unwrap();
            assert_eq!((clocks.table, clocks.unavailable), (0, 0));
            assert!(hardware.whole && clocks.reset > 0);
        }
    }
}

/// "ack, un-ack, R -> clean; not acked, ack, R -> keep; close and reopen without ack, R -> clean. First R of an open
/// (the implicit one) never cleans."
#[test]
fn games_with_the_ack() {
    for (label, word) in [
        ("A1", Word::Cleaned),
        ("A2", Word::Kept),
        ("A3", Word::Cleaned),
        ("A4", Word::Kept),
    ] {
        let merged: Vec<_> = of(label)
            .into_iter()
            .filter(|cell| cell.configuration.row() == "1/3")
            .collect();
        assert_eq!(merged.len(), 3);
        for cell in merged {
            assert_eq!(cell.verdict.words, [word], "{}", name(cell));
            assert!(cell.verdict.good, "{}", name(cell));
        }
    }
    // Where release leaves a set_map parent's table behind, the reset of open() has something to clean, and does not.
    for row in ["9", "10"] {
        let mut seen = 0;
        for cell in of("A4") {
            if cell.configuration.row() == row && style(cell) == Some(Mapping::SetMap) {
                assert!(holds(&cell.before[0], &AB), "{}", name(cell));
                assert!(holds(&cell.d()[0], &AB), "{}", name(cell));
                seen += 1;
            }
        }
        assert!(seen > 0, "{row}");
    }
}

/// "cost = two full rebuilds" for U2; the same for U1.
#[test]
fn pushes_and_entries() {
    let n = u64::from(BUFFERS);
    for (label, batched) in [("U1", true), ("U1n", false), ("U2", true), ("U2n", false)] {
        for cell in of(label) {
            let cycle = &cell.cycle;
            let frames = if batched { 4 } else { 0 };
            assert_eq!(cycle.messages, 2 * n + frames, "{}", name(cell));
            let expected = match (style(cell), batched) {
                (Some(Mapping::SetMap), true) => (2, n),
                (Some(Mapping::SetMap), false) => (2 * n, n * n),
                (Some(Mapping::DmaMap) | None, _) => (2 * n, 2 * n),
            };
            assert_eq!((cycle.pushes, cycle.entries), expected, "{}", name(cell));
            let Some(hardware) = cycle.hardware else {
                continue;
            };
            let commands = hardware.commands;
            let sent = commands.entries() + commands.unmap;
            assert_eq!(sent, cycle.entries, "{}", name(cell));
            assert_eq!(commands.device_reset, 1);
            let clocks = hardware.clocks.unwrap();
            assert!(hardware.whole && clocks.unavailable > 0, "{}", name(cell));
            // Cleaned by the reset: away from there to the last command.
            if cleans(cell) && label.starts_with("U1") {
                assert_eq!(clocks.unavailable, clocks.table, "{}", name(cell));
            }
        }
    }
}

#[test]
fn json() {
    let json = userspace::to_json(cells());
    let all = json["cells"].as_array().unwrap();
    assert_eq!(all.len(), cells().len());
    let find = |label: &str, row: &str, parent: &str, acks: bool| {
        all.iter()
            .find(|cell| {
                cell["label"] == label
                    && cell["rows"][0] == row
                    && cell["parent"] == parent
                    && cell["acks"] == acks
            })
            .unwrap()
    };
    let hole = find("U3n", "1", "vdpa_sim set_map", false);
    assert_eq!(hole["rows"], serde_json::json!(["1", "3"]));
    assert_eq!(
        hole["outcome"],
        serde_json::json!(["EFAULT", "isolation hole"])
    );
    assert_eq!(hole["problems"][0]["returned"], "EFAULT (EEXIST)");
    assert_eq!(hole["cost"]["hardware"]["available_in_the_end"], false);
    let host = find("U1", "8", "platform", true);
    assert!(host["cost"]["hardware"].is_null());
    assert_eq!(host["cost"]["pushes"], 4);
    let refused = find("U1", "7", "mlx5 set_map", false);
    assert_eq!(refused["refused"]["returned"], "EFAULT (EOPNOTSUPP)");
}

/// RTL that is wrong makes an error of a cell, not a cell.
#[test]
fn a_divergence_is_an_error() {
    let power_on = |bug: u8| {
        let mut dut = Dut::new(Variant::E64Bugs)?;
        dut.set_bug(bug)?;
        Ok(Metered::new(Lockstep::new(
            Device::new(dut.capability()),
            dut,
        )))
    };
    let vmm = Userspace::find("vmm").unwrap();
    let merged = &Configuration::all(None)[0];
    let run = |bug| play(vmm, merged, true, &mut || power_on(bug));
    assert!(run(0).unwrap().verdict.good);
    // Bug 5: a device reset cleans whatever the policy says.
    assert!(matches!(run(5), Err(RunError::Diverged(_))));
}
