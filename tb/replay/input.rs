// SPDX-License-Identifier: Apache-2.0
//! `persimmon replay` at work: what it prints, and what it says to bad input.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::traces;

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
            traces().join("qemu/qemu-7.2-base-cvq-17e.jsonl"),
            vec![
                "base-cvq-17e.jsonl:2: ",
                "qemu-7.2",
                "--profile 6.12-setmap-pa",
            ],
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
        &["--wave needs the simulated RTL"],
    );
    for (profile, part) in [
        ("6.6-setmap-pa", "\"6.6\""),
        ("linux-6.12-setmap-pa", "\"linux\""),
        ("6.12-mlx5", "\"mlx5\""),
        ("6.12-setmap-px", "\"px\""),
        ("6.12-setmap-simcapx", "\"simcapx\""),
        ("6.12", "\"\""),
    ] {
        refuses(
            &["replay", path, "--profile", profile],
            &["--profile", part, "6.12-setmap-pa"],
        );
    }
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
