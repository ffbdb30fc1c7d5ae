// SPDX-License-Identifier: Apache-2.0
//! Recorded sessions of QEMU on every kernel, and what their resets cost. Not the one with a vIOMMU, which takes
//! too long here: `tb/replay` replays it, and `.ci/run` plays it by `run --userspace all`, on the merged kernel.

use persimmon::cli::run::session::{self, Cell, Recording};
use persimmon::cosim::run::session::Session;
use persimmon::trace::{Op, Trace};
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

/// What a reset takes of QEMU, and what is there again after it.
struct Expected {
    /// INVALIDATEs at a stop, and UPDATEs at a start, as they were counted when QEMU was recorded.
    each: u64,
    /// Rings of the shadow control virtqueue among these mappings, which are made anew at each start.
    anew: u64,
}

/// BATCH_BEGIN and BATCH_END around guest memory, each way.
const BATCHES: u64 = 4;

impl Expected {
    fn of(name: &str) -> Self {
        let (each, anew) = match name {
            "qemu-10.0.2-base-cvq" | "qemu-10.0.2-stopcont-cvq" => (10, 2),
            "qemu-10.0.2-mem4g-cvq" => (11, 2),
            "qemu-10.0.2-vga-cvq" => (13, 2),
            "qemu-10.0.2-base-nocvq" | "qemu-7.2-base-cvq" | "qemu-7.2-stopcont-cvq" => (6, 0),
            other => panic!("{other}"),
        };
        Self { each, anew }
    }

    fn messages(&self) -> u64 {
        2 * self.each + BATCHES
    }
}

/// Between each stop and the next start are the messages that were counted, no more and no fewer of any kind.
#[test]
fn messages_of_each_reset_cycle() {
    for recording in recordings() {
        let name = recording.name();
        let path = format!(
            "{}/traces/qemu/{name}-17e.jsonl",
            env!("CARGO_MANIFEST_DIR")
        );
        let trace = Trace::read(path.as_ref()).unwrap();
        let cell = cells().iter().find(|cell| cell.name() == name).unwrap();
        let session = cell.recorded();
        for reset in restarted(session) {
            let mut starts = session.starts.iter().map(|start| start.line);
            let start = starts.find(|&start| start > reset.line).unwrap();
            let [mut unmap, mut map, mut batch, mut other] = [0; 4];
            for line in &trace.lines {
                if (reset.line..start).contains(&line.number) && line.op.is_message() {
                    *match line.op {
                        Op::IotlbInvalidate { .. } => &mut unmap,
                        Op::IotlbUpdate { .. } => &mut map,
                        Op::IotlbBatchBegin { .. } | Op::IotlbBatchEnd { .. } => &mut batch,
                        _ => &mut other,
                    } += 1;
                }
            }
            let each = Expected::of(name).each;
            let found = [unmap, map, batch, other];
            assert_eq!(found, [each, each, BATCHES, 0], "{name}:{}", reset.line);
        }
    }
}

/// QEMU maps everything again after each reset. So it works on every kernel that lets it map, with as many messages in
/// each cycle as were counted in the recordings; and the same session with IOTLB_PERSIST sends those for rings that
/// are made anew, and no others.
#[test]
fn a_session_works_everywhere_and_with_persist_costs_only_rings_made_anew() {
    let mut played = 0;
    for cell in cells() {
        let refusing = cell.configuration().rows.contains(&"7");
        let what = format!("{} on {}", cell.name(), cell.configuration().row());
        let expected = Expected::of(cell.name());
        let recorded = cell.recorded();
        assert_eq!(recorded.works(), !refusing, "{what}");
        assert!(recorded.compared > 0, "{what}");
        assert!(recorded.starts.len() >= 6, "{what}");
        assert!(
            recorded.starts.iter().all(|start| start.accesses >= 6),
            "{what}"
        );
        assert!(restarted(recorded).count() >= 5, "{what}");
        for reset in restarted(recorded) {
            let what = format!("{what}, line {}", reset.line);
            assert_eq!(reset.cycle.messages, expected.messages(), "{what}");
            if !refusing {
                assert_eq!(reset.kept as u64, expected.each - expected.anew, "{what}");
            }
        }
        let Some(persisting) = cell.persisting() else {
            continue;
        };
        assert!(persisting.works(), "{what}");
        assert_eq!(
            restarted(persisting).count(),
            restarted(recorded).count(),
            "{what}"
        );
        for reset in restarted(persisting) {
            let what = format!("{what}, line {}", reset.line);
            let cycle = &reset.cycle;
            let clocks = cycle.clocks().unwrap();
            assert_eq!(reset.kept as u64, expected.each - expected.anew, "{what}");
            // Each is taken away once and brought once, unbatched: a push each.
            let pushed = 2 * expected.anew;
            assert_eq!(cycle.messages, pushed, "{what}");
            assert!(cycle.pushes >= pushed && cycle.entries >= pushed, "{what}");
            if pushed == 0 {
                let spent = [cycle.pushes, cycle.entries, clocks.table];
                assert_eq!(spent, [0; 3], "{what}");
            }
            assert_eq!(clocks.unavailable, 0, "{what}");
            assert!(cycle.hardware.unwrap().whole, "{what}");
            played += 1;
        }
    }
    assert!(played > 100, "{played}");
}

/// A client that acks IOTLB_PERSIST of itself is told apart, and a kernel that does not offer it refuses that.
#[test]
fn a_recording_that_acks_persist_is_said_to() {
    let name = "qemu-10.0.2-base-nocvq-17e.jsonl";
    let carried = concat!(env!("CARGO_MANIFEST_DIR"), "/traces/qemu/");
    let text = std::fs::read_to_string(format!("{carried}{name}")).unwrap();
    let acking = text.replace(r#""features":"0x1e""#, r#""features":"0x11e""#);
    assert_ne!(text, acking);
    let path = std::env::temp_dir().join(format!("acking-{}-{name}", std::process::id()));
    std::fs::write(&path, acking).unwrap();
    let found = session::find(path.to_str().unwrap());
    std::fs::remove_file(&path).unwrap();
    let both = [
        found.unwrap().unwrap(),
        session::find("qemu-10.0.2-base-nocvq").unwrap().unwrap(),
    ];
    let cells: Vec<_> = both
        .iter()
        .map(|one| session::cells(one, Some(Mapping::SetMap), true).unwrap())
        .collect();
    for cell in &cells[0] {
        let offered = cell.persisting().is_some();
        assert_eq!(cell.recorded().features_refused > 0, !offered);
    }
    let title = |cells: &[Cell]| session::matrix(cells).lines().next().unwrap().to_owned();
    assert_eq!(title(&cells[0]), "As recorded: IOTLB_PERSIST acked");
    assert_eq!(title(&cells[1]), "As recorded: IOTLB_PERSIST not acked");
    let [acking, not] = cells.try_into().unwrap();
    let name = acking[0].name().to_owned();
    let all: Vec<_> = acking.into_iter().chain(not).collect();
    assert_eq!(
        title(&all),
        format!("As recorded: IOTLB_PERSIST acked by {name} only")
    );
}

/// Where no mapping is there both before and after a reset, none can have been unavailable.
#[test]
fn nothing_kept_is_not_0_clocks() {
    for cell in session::to_json(cells()).as_array().unwrap() {
        for reset in cell["recorded"]["resets"].as_array().unwrap() {
            let hardware = &reset["cost"]["hardware"];
            let none = reset["kept"] == 0;
            assert_eq!(hardware["clocks"]["unavailable"].is_null(), none, "{reset}");
            assert_eq!(hardware["available_in_the_end"].is_null(), none, "{reset}");
            assert!(hardware["clocks"]["reset"].is_u64(), "{reset}");
        }
    }
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
