// SPDX-License-Identifier: Apache-2.0
//! Recordings of real QEMU, on both parents; and the same calls as they could be with IOTLB_PERSIST.

use std::collections::BTreeMap;
use std::path::Path;

use persimmon::cosim::replay::{Kind, Options, Report, World, persisting, replay_with};
use persimmon::dut::Variant;
use persimmon::golden::Device;
use persimmon::trace::{Op, Tables, Trace};
use persimmon::vdpa::Profile;
use persimmon::vdpa::parent::DRIVER_OK;

use crate::{golden, lockstep, recordings, run_whole};

const PARENTS: [&str; 2] = ["6.12-setmap-pa", "6.12-dmamap-pa"];

pub fn on(profile: &str) -> Options {
    Options {
        profile: Some(Profile::parse(profile).unwrap()),
        ..Options::default()
    }
}

/// Where the model is right to differ from the emulation: operation, what it concerns, as the model has it.
const DIFFERENT: [(&str, Kind, &str); 3] = [
    // The features of vdpa_sim_net, whatever the emulated device has.
    ("get_features", Kind::Value, "features 0x308830028"),
    // vhost_vdpa_mmap: no .get_vq_notification, ENOTSUPP.
    ("mmap", Kind::Errno, "ENOTSUPP (-1)"),
    // The emulation shows the state before it closes.
    ("close", Kind::St, "acked=0x0 owner=0"),
];

pub fn check_advisory(report: &Report) {
    let advisory = report.advisory.as_ref().unwrap();
    for kind in [Kind::Errno, Kind::Kret, Kind::St, Kind::Value] {
        assert!(advisory.equal[&kind] > 50, "{}", report.to_json());
    }
    let mut explained = 0;
    for kept in &advisory.kept {
        let known = DIFFERENT.iter().any(|(op, kind, found)| {
            kept.first.op == *op
                && kept.first.kind == Some(*kind)
                && kept.first.actual.ends_with(found)
        });
        assert!(known, "{}", report.to_json());
        explained += kept.count;
    }
    assert_eq!(explained, advisory.different.values().sum::<usize>());
}

#[test]
fn every_recording_of_qemu_on_the_golden_model() {
    for path in recordings("qemu") {
        for profile in PARENTS {
            let report = run_whole(&path, golden(2048), &on(profile));
            check_advisory(&report);
            // Nothing else was there to compare with.
            assert!(report.compared.is_empty(), "{}", report.to_json());
        }
    }
}

/// With a vIOMMU: see [`biggest`](crate::biggest).
pub fn has_viommu(path: &Path) -> bool {
    path.to_str().unwrap().contains("viommu")
}

/// On the RTL its tables are the golden model's after every step.
pub fn on_the_rtl(path: &Path, variant: Variant, profile: &str) {
    let report = run_whole(path, lockstep(variant), &on(profile));
    check_advisory(&report);
    assert_eq!(report.compared[&Kind::Lockstep], report.steps);
}

#[test]
fn recordings_of_qemu_on_the_rtl() {
    for profile in PARENTS {
        for path in recordings("qemu").iter().filter(|path| !has_viommu(path)) {
            on_the_rtl(path, Variant::E64, profile);
        }
    }
}

/// Tables as they are after some lines, by line: S, and D.
type Seen = BTreeMap<usize, (Tables, Tables)>;

/// Replays, and looks at the tables after the lines that start or stop the device.
fn tables(trace: &Trace, profile: &str) -> (Seen, Vec<usize>) {
    let mut seen = Seen::new();
    let mut starts = Vec::new();
    let mut running = false;
    let mut look = |line: &persimmon::trace::Line, world: &mut World<Device>, _: &_| {
        let was = std::mem::replace(&mut running, world.vdpa().get_status() & DRIVER_OK != 0);
        let starting = !was && running;
        let stopping = was && matches!(line.op, Op::Suspend { .. } | Op::Reset { .. });
        if starting {
            starts.push(line.number);
        }
        if starting || stopping {
            let spaces = world.spaces().unwrap();
            let names = world.names();
            let pair = (names.vhost(world.vdpa()), names.device(&spaces));
            seen.insert(line.number, pair);
        }
    };
    let (report, _) = replay_with(trace, golden(2048), &on(profile), &mut look).unwrap();
    assert_eq!(report.mismatches, 0, "{}", report.to_json());
    (seen, starts)
}

fn messages(trace: &Trace, from: usize, to: usize) -> usize {
    let lines = trace.lines.iter();
    lines
        .filter(|line| (from..to).contains(&line.number) && line.op.is_message())
        .count()
}

/// INVALIDATE and UPDATE for each of the two rings of a shadow control virtqueue, which QEMU allocates at each start.
/// QEMU 7.2 has none: it offers the guest a control virtqueue, but sends nothing for address space 1.
fn for_rings_made_anew(path: &Path) -> usize {
    let name = path.file_name().unwrap().to_str().unwrap();
    match name.starts_with("qemu-10.0.2-") && name.contains("-cvq") {
        true => 4,
        false => 0,
    }
}

/// The real proof that nothing is lost: at every start, S and D are what they are when QEMU does it all again.
#[test]
fn qemu_with_persistent_mappings_starts_with_the_same_tables() {
    for path in recordings("qemu") {
        let recorded = Trace::read(&path).unwrap();
        let rewritten = persisting(&recorded);
        let count = |trace| messages(trace, 0, usize::MAX);
        let (all, fewer) = (count(&recorded), count(&rewritten));
        // A vIOMMU's guest maps other pages every time. For the one that it happens to map again an UPDATE is saved,
        // and an INVALIDATE of nothing; but that of everything becomes one below it and one above.
        match has_viommu(&path) {
            true => assert_eq!(fewer, all - 1),
            false => assert!(fewer < all / 3, "{}: {fewer} of {all}", path.display()),
        }
        for profile in PARENTS {
            let (before, starts) = tables(&recorded, profile);
            let (after, same_starts) = tables(&rewritten, profile);
            assert_eq!(starts, same_starts);
            assert!(starts.len() >= 6, "{starts:?}");
            for start in &starts {
                assert_eq!(before[start], after[start], "{}:{start}", path.display());
            }
            let mut unchanged = 0;
            for window in starts.windows(2) {
                let (stop, (held, _)) = before.range(window[0] + 1..).next().unwrap();
                assert!(stop < &window[1]);
                if *held == before[&window[1]].0 {
                    unchanged += 1;
                    let left = messages(&rewritten, *stop, window[1]);
                    assert_eq!(left, for_rings_made_anew(&path), "{}", path.display());
                    let n = messages(&recorded, *stop, window[1]);
                    assert!(n >= 14, "{}:{stop}: {n}", path.display());
                }
            }
            // Without a vIOMMU the guest's memory is the same every time.
            let always = starts.len() - 1;
            assert_eq!(unchanged, if has_viommu(&path) { 0 } else { always });
        }
    }
}
