// SPDX-License-Identifier: Apache-2.0
//! `persimmon fuzz`, as a user starts it: it passes on the RTL as it is, finds every deliberate bug at both levels that
//! reach it, shortens what it finds, and what it writes down fails again by itself.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use persimmon::trace::Trace;
use serde_json::Value;

fn fuzz(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_persimmon"))
        .arg("fuzz")
        .args(arguments)
        .output()
        .unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

/// A folder of this test's own, empty.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::remove_dir_all(&path).ok();
    path
}

/// What each level is for is compared, and nothing that the table of coverage says cannot be has been.
#[test]
fn the_rtl_as_it_is() {
    let output = fuzz(&["--runs", "24", "--ops", "300", "--seed", "100", "--json"]);
    let report = json(&output);
    assert!(output.status.success(), "{report:#}");
    assert_eq!(report["failure"], Value::Null);
    assert_eq!(report["runs"], 24);
    for (group, what, least) in [
        ("checks", "accesses", 200),
        ("checks", "streamed", 15_000),
        ("checks", "states", 40),
        ("checks", "drains", 3000),
        ("checks", "resets", 20),
        ("checks", "persisting", 1),
        ("checks", "refused_commands", 90),
        ("checks", "damaged", 600),
        ("checks", "pins", 15),
        ("checks", "power_ons", 9),
        ("calls", "steps", 1200),
        ("calls", "refused", 400),
        ("calls", "persisting", 20),
        ("calls", "accesses", 4000),
        ("axi", "bursts", 10_000),
    ] {
        let found = report[group][what].as_u64().unwrap();
        assert!(found >= least, "{group}.{what}: {found}, less than {least}");
    }
    for build in ["E64", "E50Pages"] {
        let coverage = &report["coverage"][build];
        assert_eq!(coverage["undeclared"], serde_json::json!([]), "{build}");
        let (hit, points) = (coverage["hit"].as_u64(), coverage["points"].as_u64());
        assert!(
            hit.unwrap() * 10 > points.unwrap(),
            "{build}: {hit:?} of {points:?}"
        );
    }
}

/// One seed is one run; the shards of a run are the run.
#[test]
fn a_seed_is_a_run() {
    let run = |more: &[&str]| {
        let mut arguments = vec!["--level", "registers", "--ops", "120", "--json"];
        arguments.extend(more);
        json(&fuzz(&arguments))["checks"].clone()
    };
    let whole = run(&["--runs", "4"]);
    assert_eq!(whole, run(&["--runs", "4"]));
    let halves = ["0/2", "1/2"].map(|shard| run(&["--runs", "4", "--shard", shard]));
    for (name, count) in whole.as_object().unwrap() {
        let sum: u64 = halves.iter().map(|half| half[name].as_u64().unwrap()).sum();
        assert_eq!(count.as_u64(), Some(sum), "{name}");
    }
}

/// Each bug is found, and is shown by a few events, which fail again when they are played on that bug and not without.
#[test]
fn every_bug_is_found_by_registers() {
    for bug in ["1", "2", "3", "4", "5"] {
        let out = folder(&format!("fuzz-registers-{bug}"));
        let out_text = out.to_str().unwrap();
        let output = fuzz(&[
            "--bug",
            bug,
            "--level",
            "registers",
            "--runs",
            "20",
            "--ops",
            "300",
            "--out",
            out_text,
            "--json",
        ]);
        assert!(!output.status.success(), "bug {bug} passes");
        let failure = json(&output)["failure"].clone();
        let left = failure["operations_left"].as_u64().unwrap();
        assert!((1..=20).contains(&left), "bug {bug}: {failure:#}");
        let files = std::fs::read_dir(&out)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let case = files.filter(|path| path.extension().is_some_and(|end| end == "jsonl"));
        let case: Vec<PathBuf> = case.collect();
        let [case] = case.as_slice() else {
            panic!("bug {bug}: {case:?}");
        };
        let path = case.to_str().unwrap();
        let again = fuzz(&["--replay", path, "--bug", bug]);
        assert!(!again.status.success(), "bug {bug}: {again:?}");
        let without = fuzz(&["--replay", path]);
        assert!(without.status.success(), "bug {bug}: {without:?}");
        let text = String::from_utf8(without.stdout).unwrap();
        assert!(text.contains("all equal"), "{text}");
        if cfg!(feature = "wave") {
            assert!(case.with_extension("fst").is_file(), "bug {bug}");
        }
    }
}

/// The same through system calls. What is left is a trace, and the good RTL replays it.
#[test]
fn every_bug_is_found_by_system_calls() {
    for bug in ["1", "2", "3", "4", "5"] {
        let out = folder(&format!("fuzz-uapi-{bug}"));
        let out_text = out.to_str().unwrap();
        let output = fuzz(&[
            "--bug", bug, "--level", "uapi", "--runs", "20", "--ops", "300", "--out", out_text,
            "--json",
        ]);
        assert!(!output.status.success(), "bug {bug} passes");
        let left = json(&output)["failure"]["operations_left"]
            .as_u64()
            .unwrap();
        assert!((1..=60).contains(&left), "bug {bug}: {left} operations");
        let trace = std::fs::read_dir(&out)
            .unwrap()
            .next()
            .unwrap()
            .unwrap()
            .path();
        let lines = Trace::read(&trace).unwrap().lines.len() as u64;
        assert_eq!(lines, left, "bug {bug}: {}", trace.display());
        let replay = Command::new(env!("CARGO_BIN_EXE_persimmon"))
            .args(["replay", "--entries", "64"])
            .arg(&trace)
            .output()
            .unwrap();
        assert!(replay.status.success(), "bug {bug}: {replay:?}");
    }
}

#[test]
fn what_cannot_be_is_refused() {
    let missing = folder("fuzz-nothing").join("case.jsonl");
    std::fs::create_dir_all(missing.parent().unwrap()).unwrap();
    let bad = missing.with_file_name("bad.jsonl");
    std::fs::write(
        &bad,
        "{\"build\":\"E64\",\"seed\":1}\n{\"step\":{\"fly\":{}}}\n",
    )
    .unwrap();
    let unknown = missing.with_file_name("unknown.jsonl");
    std::fs::write(&unknown, "{\"build\":\"E65\",\"seed\":1}\n").unwrap();
    for (arguments, says) in [
        (vec!["--replay", missing.to_str().unwrap()], "case.jsonl"),
        (vec!["--replay", bad.to_str().unwrap()], "bad.jsonl:2"),
        (
            vec!["--replay", unknown.to_str().unwrap()],
            "no build is called \"E65\"",
        ),
        (vec!["--entries", "65"], "give 50, 64 or 2048"),
        (vec!["--shard", "2/2"], "I from 0 to N-1"),
        (
            vec!["--shard", "3/4", "--runs", "2"],
            "nothing was compared",
        ),
        (vec!["--profile", "6.99-setmap"], "6.99"),
        (vec!["--level", "axi", "--bug", "1"], "leave one out"),
        (vec!["--runs", "0"], "0"),
    ] {
        let output = fuzz(&arguments);
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8(text).unwrap();
        assert!(!output.status.success(), "{arguments:?}: {text}");
        assert!(
            text.contains(says),
            "{arguments:?}: {says:?} is not in: {text}"
        );
    }
}
