// SPDX-License-Identifier: Apache-2.0
//! Recordings, replayed: every one that the project carries, with what they may skip; and the command that does it.

mod biggest;
mod bursts;
mod clients;
mod input;
mod kernels;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use persimmon::cosim::replay::{Options, Report, replay};
use persimmon::cosim::{Lockstep, Subject};
use persimmon::dut::{Dut, Variant};
use persimmon::golden::Device;
use persimmon::regif::RegIf;
use persimmon::trace::Trace;
use persimmon::vdpa::parent::capability;

/// Why a line of a recording that the project carries may be skipped at all.
const REASONS: [&str; 4] = ["timing", "note", "unlogged", "merged"];

fn traces() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("traces")
}

/// Every recording in a folder of `traces/`; "" is that itself.
fn recordings(folder: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(traces().join(folder)).unwrap();
    let mut found: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| path.extension().is_some_and(|e| e == "jsonl"));
    found.sort();
    assert!(!found.is_empty(), "{folder:?}");
    found
}

/// `traces/skips.json`: what each recording may skip, by reason.
fn allowed() -> BTreeMap<String, BTreeMap<String, usize>> {
    let text = std::fs::read_to_string(traces().join("skips.json")).unwrap();
    let table: serde_json::Value = serde_json::from_str(&text).unwrap();
    let counts = |of: &serde_json::Value| {
        let pairs = of.as_object().unwrap().iter();
        pairs
            .map(|(reason, n)| (reason.clone(), n.as_u64().unwrap() as usize))
            .collect()
    };
    let files = table.as_object().unwrap().iter();
    files.map(|(file, of)| (file.clone(), counts(of))).collect()
}

/// The replay of a whole recording skipped what the table has, no more and no less.
fn check_skips(path: &Path, report: &Report) {
    let name = path.strip_prefix(traces()).unwrap().to_str().unwrap();
    let allowed = allowed();
    let allowed = allowed
        .get(name)
        .unwrap_or_else(|| panic!("traces/skips.json does not have {name:?}"));
    let skipped: BTreeMap<_, _> = report
        .skipped
        .iter()
        .map(|(reason, &n)| (reason.name().to_owned(), n))
        .collect();
    assert_eq!(&skipped, allowed, "{name}");
    for reason in skipped.keys() {
        assert!(REASONS.contains(&reason.as_str()), "{name}: {reason}");
    }
    assert_eq!(report.unknown_fields, 0, "{name}");
}

fn golden(entries: u16) -> Device {
    Device::new(capability(entries))
}

fn lockstep(variant: Variant) -> Lockstep<Device, Dut> {
    let dut = Dut::new(variant).unwrap();
    Lockstep::new(Device::new(dut.capability()), dut)
}

fn cases(cases: &[&str]) -> Options {
    Options {
        cases: cases.iter().map(|&case| case.to_owned()).collect(),
        ..Options::default()
    }
}

fn run<S: Subject>(path: &Path, dev: S, options: &Options) -> Report {
    let trace = Trace::read(path).unwrap();
    let (report, _) = replay(&trace, dev, options, &mut |_| {}).unwrap();
    assert!(report.passed(), "{}", report.to_json());
    report
}

/// Everything in a recording, with what it may skip.
fn run_whole<S: Subject>(path: &Path, dev: S, options: &Options) -> Report {
    let report = run(path, dev, options);
    check_skips(path, &report);
    report
}

#[test]
fn the_table_of_skips_has_every_recording_and_no_other() {
    let files = ["", "random", "qemu"].map(recordings).concat();
    let names: Vec<_> = files
        .iter()
        .map(|path| path.strip_prefix(traces()).unwrap().to_str().unwrap())
        .collect();
    let table = allowed();
    for name in &names {
        assert!(table.contains_key(*name), "{name} is not in the table");
    }
    for name in table.keys() {
        assert!(names.contains(&name.as_str()), "{name} is no recording");
    }
}

#[test]
fn recordings_round_trip() {
    for path in ["", "random", "qemu"].map(recordings).concat() {
        let text = std::fs::read_to_string(&path).unwrap();
        let trace = Trace::parse("t", &text).unwrap();
        let steps = text.lines().filter(|line| !line.contains(r#""op":"meta""#));
        for (line, original) in trace.lines.iter().zip(steps) {
            let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
            assert_eq!(
                value(&line.to_json()),
                value(original),
                "{}:{}",
                path.display(),
                line.number
            );
        }
    }
}
