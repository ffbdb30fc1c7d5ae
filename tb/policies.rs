// SPDX-License-Identifier: Apache-2.0
//! The positions of the thread: what semantics.md section F says of each, and the tables that `persimmon run` prints.

use std::process::{Command, Output};

use persimmon::cosim::Lockstep;
use persimmon::cosim::run::observe::{Landing, Table};
use persimmon::cosim::run::script::{self, Played};
use persimmon::dut::{Dut, Variant};
use persimmon::golden::Device;
use persimmon::regif::RegIf;
use persimmon::vdpa::{Mapping, POLICIES, Parent, Policy};

/// D, in the words of section F.
fn words(d: &Table) -> String {
    match d {
        Table::OneToOne => "ID".to_owned(),
        Table::HostDefault => "host".to_owned(),
        Table::Blocked => "EMPTY".to_owned(),
        Table::Ranges(entries) if entries.is_empty() => "EMPTY".to_owned(),
        Table::Ranges(entries) => {
            let names = entries.iter().map(|e| match e.start {
                0x1_0000 => 'A',
                0x2_0000 => 'B',
                0x3_0000 => 'C',
                _ => '?',
            });
            names.collect()
        }
    }
}

/// What a line of section F says: after T4, T5b, T5c, T6, and what T7 sees.
type Row = [&'static str; 5];

const PERSISTS: Row = ["AB", "ABC", "B", "ID", "ID"];
const CLEANED_SET_MAP: Row = ["ID", "ABC", "B", "ID", "ID"];
const REFUSED: Row = ["-", "-", "-", "ID", "ID"];

/// Section F, copied from there by hand, for one parent and acked or not. AS 0.
fn expected(row: &str, parent: &Parent, acked: bool) -> Row {
    let set_map = parent.mapping() == Some(Mapping::SetMap);
    match (row, acked, set_map) {
        ("1" | "5" | "6'" | "7", true, _) | ("4" | "6'", false, _) => PERSISTS,
        ("2b", _, true) => ["EMPTY", "ABC", "B", "EMPTY", "own DMA"],
        ("2b", _, false) => ["EMPTY", "C", "EMPTY", "EMPTY", "own DMA"],
        ("2a" | "2c" | "3" | "5" | "6", _, true) => CLEANED_SET_MAP,
        ("2c" | "6", _, false) => ["ID", "C", "EMPTY", "EMPTY", "ID"],
        ("3", _, false) => ["ID", "C", "EMPTY", "ID", "ID"],
        ("5", false, false) => ["ID", "C", "EMPTY", "EMPTY", "EMPTY"],
        ("7", false, _) => REFUSED,
        ("8", ..) => ["AB", "ABC", "B", "host", "host"],
        ("9", ..) => ["AB", "ABC", "B", "AB", "AB"],
        ("9'", ..) => ["AB", "ABC", "B", "EMPTY", "EMPTY"],
        // Section F leaves this row to the parent: without the call, release is what the parent's reset and
        // dma_unmap make of it.
        ("10", true, true) => ["AB", "ABC", "B", "AB", "AB"],
        ("10", true, false) => ["AB", "ABC", "B", "EMPTY", "EMPTY"],
        ("10", false, true) => CLEANED_SET_MAP,
        ("10", false, false) => ["ID", "C", "EMPTY", "EMPTY", "EMPTY"],
        other => panic!("section F has no such row: {other:?}"),
    }
}

fn play(policy: &'static Policy, parent: Parent, acked: bool) -> Played {
    let mut power_on = || {
        let dut = Dut::new(Variant::E64)?;
        Ok(Lockstep::new(Device::new(dut.capability()), dut))
    };
    script::play(policy, parent, acked, &mut power_on).unwrap()
}

fn hazards(played: &Played, label: &str) -> Vec<&'static str> {
    let step = played.step(label).unwrap();
    step.sight
        .findings
        .iter()
        .map(|f| f.hazard.name())
        .collect()
}

#[test]
fn section_f() {
    let mut lines = 0;
    for policy in &POLICIES {
        for &parent in policy.parents {
            for &acked in policy.acks {
                let played = play(policy, parent, acked);
                let what = format!("row {}, {}, acked {acked}", policy.row, parent.name());
                let d = |label: &str| {
                    played
                        .step(label)
                        .map_or("-".to_owned(), |step| words(&step.sight.d[0]))
                };
                let attached = played.step("T7").unwrap().attached.unwrap();
                let t7 = match (attached.identity, attached.own) {
                    (_, Some(Landing::At(_))) => "own DMA".to_owned(),
                    (Landing::At(0x700_0000), _) => "ID".to_owned(),
                    (Landing::Host, _) => "host".to_owned(),
                    _ => d("T7"),
                };
                let found = [d("T4"), d("T5b"), d("T5c"), d("T6"), t7];
                assert_eq!(found, expected(policy.row, &parent, acked), "{what}");
                lines += 1;
                if played.step("T4").is_none() {
                    continue;
                }
                // In every row: S is untouched by the reset, and the same UPDATE is EEXIST inside, EFAULT outside.
                let s = played.step("T4").unwrap().sight.s.as_ref().unwrap();
                assert_eq!(s.len(), 2, "{what}");
                let again = played.step("T5a").unwrap().returned.unwrap();
                assert_eq!(again.to_string(), "EFAULT (EEXIST)", "{what}");
                assert_eq!(d("T5a"), d("T4"), "{what}");
                // mlx5 has its 1:1 key on AS 0 alone.
                if policy.row == "2a" {
                    assert_eq!(words(&played.step("T4").unwrap().sight.d[1]), "EMPTY");
                }
            }
        }
    }
    assert_eq!(lines, 47);
}

/// The dangerous outcomes are found where section F has them, and nowhere in the row that was merged and acked.
#[test]
fn hazards_are_named() {
    let on = |row: &str, parent: &str, acked| {
        let policy = Policy::find(row).unwrap();
        let parent = policy.parents.iter().find(|p| p.name() == parent).unwrap();
        play(policy, *parent, acked)
    };
    // vhost unpins before it tells the parent, so wherever D still has the mapping, a window opens and closes.
    let passed = |played: &Played, label: &str| {
        let step = played.step(label).unwrap();
        let names = step
            .sight
            .passed
            .iter()
            .map(|f| (f.hazard.name(), f.ranges.len()));
        names.collect::<Vec<_>>()
    };
    for parent in ["vdpa_sim set_map", "vdpa_sim dma_map", "mlx5 set_map"] {
        let persist = on("1", parent, true);
        for step in &persist.steps {
            assert!(step.sight.findings.is_empty(), "{parent} {}", step.label);
            let expected = match step.label {
                "T5c" => vec![("UNPINNED BUT TRANSLATED", 1)],
                "T6" => vec![("UNPINNED BUT TRANSLATED", 2)],
                _ => vec![],
            };
            assert_eq!(
                passed(&persist, step.label),
                expected,
                "{parent} {}",
                step.label
            );
        }
    }
    assert_eq!(passed(&on("8", "platform", true), "T5c").len(), 1);
    // Nothing is left to be translated when release unpins, if its reset has cleaned.
    assert_eq!(passed(&on("3", "vdpa_sim set_map", false), "T6"), []);

    let set_map = on("3", "vdpa_sim set_map", false);
    assert_eq!(hazards(&set_map, "T3"), [""; 0]);
    assert_eq!(hazards(&set_map, "T4"), ["IDENTITY HOLE", "LOST"]);
    assert_eq!(hazards(&set_map, "T5b"), ["RESURRECTED"]);
    assert_eq!(hazards(&set_map, "T6"), [""; 0]);

    let dma_map = on("3", "vdpa_sim dma_map", false);
    assert_eq!(hazards(&dma_map, "T5b"), ["LOST"]);

    let empty = on("2b", "vdpa_sim set_map", false);
    assert_eq!(hazards(&empty, "T4"), ["LOST"]);
    assert_eq!(hazards(&empty, "T7"), [""; 0]);

    let stale = on("9", "on-chip set_map", true);
    for label in ["T6", "T7"] {
        assert_eq!(hazards(&stale, label), ["STALE", "UNPINNED BUT TRANSLATED"]);
    }
}

fn persimmon(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_persimmon"))
        .args(arguments)
        .output()
        .unwrap()
}

fn prints(arguments: &[&str]) -> String {
    let output = persimmon(arguments);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn tables_of_every_policy() {
    for policy in &POLICIES {
        let name = format!("policy-{}", policy.name);
        insta::assert_snapshot!(name, prints(&["run", "--policy", policy.name]));
    }
}

#[test]
fn json_has_a_line_for_each_run() {
    let text = prints(&["run", "--policy", "3", "--parent", "set_map", "--json"]);
    let runs: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let parents: Vec<_> = runs
        .iter()
        .map(|run| run["parent"].as_str().unwrap())
        .collect();
    assert_eq!(parents, ["vdpa_sim set_map", "mlx5 set_map"]);
    let steps = runs[0]["steps"].as_array().unwrap();
    let labels: Vec<_> = steps
        .iter()
        .map(|step| step["t"].as_str().unwrap())
        .collect();
    assert_eq!(
        labels,
        [
            "T0", "T1", "T2", "T3", "T4", "T5a", "T5b", "T5c", "T6", "T7"
        ]
    );
    assert_eq!(steps[4]["d"][0]["mode"], "identity");
    assert_eq!(steps[4]["hazards"][0]["name"], "IDENTITY HOLE");
    assert_eq!(steps[5]["errno"], "EFAULT");
    assert_eq!(steps[5]["kret"], "EEXIST");
    assert_eq!(runs[0]["inferred"], serde_json::Value::Null);
}

#[test]
fn bad_arguments_are_named() {
    for (arguments, says) in [
        (
            vec!["run", "--policy", "11"],
            vec!["no policy \"11\"", "compat-reset (3)"],
        ),
        (
            vec!["run", "--policy", "8", "--parent", "set_map"],
            vec!["policy 8", "style set_map"],
        ),
        (
            vec!["run", "--policy", "1", "--parent", "map"],
            vec!["'map'", "set_map, dma_map"],
        ),
        (
            vec!["run", "--policy", "1", "--dut", "golden", "--wave", "x.fst"],
            vec!["--wave needs the simulated RTL"],
        ),
    ] {
        let output = persimmon(&arguments);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(
            !output.status.success() && stderr.starts_with("error: "),
            "{stderr}"
        );
        for word in says {
            assert!(stderr.contains(word), "{word:?} is not in: {stderr}");
        }
    }
}
