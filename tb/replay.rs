// SPDX-License-Identifier: Apache-2.0
//! Recordings of real kernels, replayed; and what `persimmon replay` says to bad input.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use persimmon::cosim::replay::{Options, Report, replay};
use persimmon::cosim::{Lockstep, Subject};
use persimmon::dut::{Dut, Variant};
use persimmon::golden::Device;
use persimmon::regif::{Capability, RegIf};
use persimmon::trace::Trace;

/// The cases that the first milestone replays on the RTL in every size.
const CASES: [&str; 5] = ["1", "3", "4", "5", "6"];

fn traces() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("traces")
}

/// Every recording that the repository carries.
fn recordings() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in [traces(), traces().join("random")] {
        let Ok(entries) = std::fs::read_dir(folder) else {
            continue;
        };
        found.extend(entries.map(|entry| entry.unwrap().path()));
    }
    found.retain(|path| path.extension().is_some_and(|e| e == "jsonl"));
    found.sort();
    assert!(!found.is_empty());
    found
}

fn golden(entries: u16) -> Device {
    Device::new(Capability {
        entries,
        asids: 2,
        groups: 2,
        devices: 1,
        iova_w: 64,
        pa_w: 64,
        granule_log2: 0,
    })
}

fn run<S: Subject>(path: &Path, dev: S, cases: &[&str]) -> Report {
    let trace = Trace::read(path).unwrap();
    let options = Options {
        cases: cases.iter().map(|&case| case.to_owned()).collect(),
        ..Options::default()
    };
    let (report, _) = replay(&trace, dev, &options, &mut |_| {}).unwrap();
    assert!(report.passed(), "{}", report.to_json());
    report
}

fn lockstep(variant: Variant) -> Lockstep<Device, Dut> {
    let dut = Dut::new(variant).unwrap();
    Lockstep::new(Device::new(dut.capability()), dut)
}

#[test]
fn every_recording_on_the_golden_model() {
    for path in recordings() {
        let report = run(&path, golden(2048), &[]);
        let skipped: usize = report.skipped_fields.values().sum();
        // The operations that were not logged have five results in the longest recordings.
        assert!(skipped <= 5, "{}", report.to_json());
        assert_eq!(report.unknown_fields, 0, "{}", path.display());
    }
}

#[test]
fn recordings_round_trip() {
    for path in recordings() {
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

#[test]
fn reset_cases_on_the_rtl_with_64_entries() {
    for name in ["linux-6.12-setmap-pa.jsonl", "linux-6.12-dmamap-pa.jsonl"] {
        run(&traces().join(name), lockstep(Variant::E64), &CASES);
    }
}

#[test]
fn reset_cases_on_the_rtl_with_2048_entries() {
    for name in ["linux-6.12-setmap-pa.jsonl", "linux-6.12-dmamap-pa.jsonl"] {
        run(&traces().join(name), lockstep(Variant::E2048), &CASES);
    }
}

/// Everything else of them too, with a table of hundreds of entries along the way.
#[test]
fn whole_recordings_on_the_rtl() {
    for name in ["linux-6.12-setmap-pa.jsonl", "linux-6.12-dmamap-pa.jsonl"] {
        run(&traces().join(name), lockstep(Variant::E2048), &[]);
    }
}

#[test]
fn the_rtl_alone_compares_with_the_recording() {
    let path = traces().join("linux-6.12-setmap-pa.jsonl");
    let report = run(&path, Dut::new(Variant::E64).unwrap(), &["4"]);
    let json = report.to_json();
    assert_eq!(json["compared"]["d_golden"], 0);
    assert_eq!(json["compared"]["d_rtl"], json["compared"]["s_table"]);
}

/// Byte ranges, as va mode has them, and both kernels, on the RTL.
#[test]
fn random_recordings_on_the_rtl() {
    let random: Vec<_> = recordings()
        .into_iter()
        .filter(|path| path.parent().is_some_and(|p| p.ends_with("random")))
        .collect();
    for path in random {
        run(&path, lockstep(Variant::E64), &[]);
    }
}

/// A recording that is changed in one place is not reproduced.
#[test]
fn a_changed_recording_mismatches() {
    let text = std::fs::read_to_string(traces().join("linux-6.12-setmap-pa.jsonl")).unwrap();
    let changes = [
        (r#""kret":"EEXIST""#, r#""kret":"EINVAL""#, "kret"),
        (r#""errno":"EBUSY""#, r#""errno":"EPERM""#, "errno"),
        (r#""hit":"buf+0x3fc0""#, r#""hit":"buf+0x3f80""#, "probe"),
        (r#""buf+0x10000",3]"#, r#""buf+0x11000",3]"#, "s_table"),
        (r#"pt0=1 pt1=1""#, r#"pt0=1 pt1=0""#, "st"),
        (r#""vq_asid":"1 1 0""#, r#""vq_asid":"1 1 1""#, "vq_asid"),
        (r#"nmaps=2""#, r#"nmaps=3""#, "kcalls"),
    ];
    for (from, to, what) in changes {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        let trace = Trace::parse("t", &changed).unwrap();
        let options = Options::default();
        let (report, _) = replay(&trace, golden(2048), &options, &mut |_| {}).unwrap();
        assert!(!report.passed());
        assert_eq!(report.to_json()["first"]["what"], what, "{from}");
    }
}

/// A device that is too small for a step is told apart from one that is wrong.
#[test]
fn a_small_device_skips_what_it_cannot_hold() {
    let trace = Trace::read(&traces().join("linux-6.12-setmap-pa.jsonl")).unwrap();
    let options = Options {
        cases: vec!["8".to_owned()],
        entries: Some(8),
        ..Options::default()
    };
    let (report, _) = replay(&trace, golden(64), &options, &mut |_| {}).unwrap();
    assert!(report.passed(), "{}", report.to_json());
    assert!(
        report.to_json()["skipped"]["device_full"].as_u64() > Some(0),
        "{}",
        report.to_json()
    );
}

fn persimmon(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_persimmon"))
        .args(arguments)
        .output()
        .unwrap()
}

/// Fails, says all of `says`, and does not panic.
fn refuses(arguments: &[&str], says: &[&str]) {
    let output = persimmon(arguments);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success(), "{arguments:?}: {stderr}");
    assert!(stderr.starts_with("error: "), "{stderr}");
    assert!(!stderr.contains("panicked"), "{stderr}");
    for word in says {
        assert!(stderr.contains(word), "{word:?} is not in: {stderr}");
    }
}

/// A file with the first lines of a recording and something else after them.
fn broken(name: &str, change: impl FnOnce(&str) -> String) -> PathBuf {
    let text = std::fs::read_to_string(traces().join("linux-6.12-setmap-pa.jsonl")).unwrap();
    let head: String = text
        .lines()
        .take(50)
        .map(|line| format!("{line}\n"))
        .collect();
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, change(&head)).unwrap();
    path
}

#[test]
fn bad_input_is_named() {
    let cases = [
        (
            broken("truncated.jsonl", |t| t[..t.len() - 100].to_owned()),
            vec!["truncated.jsonl:50: ", "truncated?"],
        ),
        (
            broken("unknown-op.jsonl", |t| {
                t.replacen(r#""op":"set_owner""#, r#""op":"set_fire""#, 1)
            }),
            vec!["unknown-op.jsonl:3: ", "\"op\"", "\"set_fire\""],
        ),
        (
            broken("wrong-type.jsonl", |t| {
                t.replacen(r#""size":"0x10000""#, r#""size":65536"#, 1)
            }),
            vec!["wrong-type.jsonl:49: ", "\"size\"", "is 65536", "0x"],
        ),
        (
            broken("no-kernel.jsonl", |t| {
                t.replace(r#""kernel":"6.12""#, r#""kernel":"6.6""#)
            }),
            vec!["no-kernel.jsonl:1: ", "\"6.6\""],
        ),
        (
            broken("empty.jsonl", |_| String::new()),
            vec!["empty.jsonl: ", "no step"],
        ),
        (
            broken("mixed.jsonl", |t| {
                format!("{t}{}", t.replace(r#""6.12""#, r#""6.1""#))
            }),
            vec!["mixed.jsonl:51: ", "6.1 setmap-pa", "6.12 setmap-pa"],
        ),
        (
            PathBuf::from("no/such.jsonl"),
            vec!["no/such.jsonl: cannot be read"],
        ),
    ];
    for (path, says) in cases {
        refuses(
            &["replay", "--dut", "golden", path.to_str().unwrap()],
            &says,
        );
    }
}

#[test]
fn bad_arguments_are_named() {
    let path = traces().join("linux-6.12-setmap-pa.jsonl");
    let path = path.to_str().unwrap();
    for entries in ["3", "0", "2049", "x"] {
        refuses(
            &["replay", path, "--entries", entries],
            &["--entries", entries, "64 and 2048"],
        );
    }
    refuses(
        &["replay", path, "--case", "7.nothing"],
        &["no case \"7.nothing\""],
    );
    refuses(
        &["replay", path, "--dut", "golden", "--wave", "x.fst"],
        &["--wave needs the RTL"],
    );
}

#[cfg(feature = "wave")]
#[test]
fn a_replay_leaves_a_waveform() {
    let wave = Path::new(env!("CARGO_TARGET_TMPDIR")).join("replay.fst");
    let trace = traces().join("linux-6.1-dmamap-range.jsonl");
    let paths = [trace.to_str().unwrap(), wave.to_str().unwrap()];
    let output = persimmon(&["replay", paths[0], "--entries", "64", "--wave", paths[1]]);
    assert!(output.status.success(), "{output:?}");
    assert!(std::fs::metadata(wave).unwrap().len() > 1000);
}

#[test]
fn json_is_one_object_a_file() {
    let names = [
        "linux-6.1-dmamap-range.jsonl",
        "linux-6.1-dmamap-vhostcap8.jsonl",
    ];
    let paths = names.map(|name| traces().join(name).to_str().unwrap().to_owned());
    let output = persimmon(&["replay", "--json", "--dut", "golden", &paths[0], &paths[1]]);
    assert!(output.status.success());
    let stdout = String::from_utf8(output.stdout).unwrap();
    let reports: Vec<serde_json::Value> = stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(reports.len(), 2);
    for (report, path) in reports.iter().zip(&paths) {
        assert_eq!(report["trace"], path.as_str());
        assert_eq!(report["mismatches"], 0);
        assert_eq!(report["first"], serde_json::Value::Null);
        for kind in ["errno", "kret", "s_table", "d_golden", "d_rtl", "probe"] {
            assert!(report["compared"][kind].is_u64(), "{kind}");
        }
    }
}
