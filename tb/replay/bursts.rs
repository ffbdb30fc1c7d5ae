// SPDX-License-Identifier: Apache-2.0
//! Recordings whose DMA probes are bursts on an AXI4 port, with memory behind it. All that can be replayed so is
//! replayed by `.ci/run`; here are two of each kernel, and what a replay that shows nothing says.

use std::path::Path;
use std::process::{Command, Output};

use persimmon::cosim::replay::{AxiProbes, Options};
use persimmon::dut::{Accesses, Variant};
use persimmon::trace::Trace;

use crate::{lockstep, run_whole, traces};

/// Probes that a recording says the device made, and those of them that it refused. Around each went a known-good
/// packet, so none of them is a probe that was not made.
fn recorded(path: &Path) -> (usize, usize) {
    let trace = Trace::read(path).unwrap();
    let outcomes = trace.lines.iter().map(|line| &line.outcome);
    let made = outcomes.filter(|outcome| outcome.control.as_deref() == Some("ok/ok"));
    let results: Vec<_> = made
        .filter_map(|outcome| outcome.result.as_deref())
        .collect();
    let refused = results.iter().filter(|&&result| result == "fault").count();
    (results.len(), refused)
}

#[test]
fn recordings_of_pages_by_axi() {
    for name in [
        "random/linux-6.1-dmamap-seed02.jsonl",
        "random/linux-6.1-setmap-seed04.jsonl",
        "random/linux-6.12-dmamap-pa-seed02.jsonl",
        "random/linux-6.12-setmap-pa-seed01.jsonl",
    ] {
        let path = traces().join(name);
        let report = run_whole(&path, lockstep(Variant::AxiE2048), &Options::default());
        let (made, faults) = recorded(&path);
        assert!(made > 10 && faults > 5 && made > faults, "{name}");
        let AxiProbes { probes, bursts } = report.axi.unwrap();
        assert!(probes >= made, "{name}: {probes} of {made}");
        let Accesses { forwarded, refused } = bursts;
        assert!(refused >= faults as u64, "{name}: {refused} of {faults}");
        // A packet before and one behind: two descriptors, their data, and two used elements each.
        assert!(forwarded >= made as u64 * 24, "{name}: {forwarded}");
        assert_eq!(report.to_json()["axi"]["probes"], probes);
    }
}

/// The device that the other tests replay on has no AXI4 port, and says nothing of it.
#[test]
fn probes_by_the_translation_port_are_none_by_axi() {
    let path = traces().join("random/linux-6.12-setmap-pa-seed01.jsonl");
    let report = run_whole(&path, lockstep(Variant::E64), &Options::default());
    assert_eq!(report.axi, None);
}

fn replay(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_persimmon"))
        .args(["replay", "--axi"])
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn the_command_prints_how_many() {
    let path = traces().join("linux-6.12.117-setmap-pa-vhostcap8.jsonl");
    let path = path.to_str().unwrap();
    let output = replay(&["--json", path]);
    assert!(output.status.success(), "{output:?}");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    // Two known-good packets alone, and twelve probes between two.
    assert_eq!(report["axi"]["probes"], 14);
    assert_eq!(report["axi"]["refused"], 0);
    let output = replay(&["--entries", "64", path]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    for says in [
        "probes by AXI4",
        "by LIMIT, of 2048",
        "14 probes made as bursts",
    ] {
        assert!(text.contains(says), "{text}");
    }
}

#[test]
fn a_replay_without_a_probe_is_no_success() {
    let path = traces().join("linux-6.12-dmamap-pa-range-unaligned.jsonl");
    let output = replay(&[path.to_str().unwrap()]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!output.status.success(), "{text}");
    for says in ["0 mismatches", "NO PROBE was made as a burst"] {
        assert!(text.contains(says), "{text}");
    }
}

/// Byte ranges are for the translation port; so is a replay without the RTL.
#[test]
fn what_has_no_bursts_is_refused() {
    let va = traces().join("random/linux-6.12-setmap-va-seed01.jsonl");
    let pa = traces().join("random/linux-6.12-setmap-pa-seed01.jsonl");
    let (va, pa) = (va.to_str().unwrap(), pa.to_str().unwrap());
    let cases = [
        (
            vec![va],
            ["byte ranges", "leave out --axi", "GRANULE_LOG2 0"],
        ),
        (
            vec!["--profile", "6.12-setmap-va", pa],
            ["byte ranges", "GRANULE_LOG2 12", "translation port"],
        ),
        (
            vec!["--dut", "golden", pa],
            ["--axi", "needs the simulated RTL", "--dut golden"],
        ),
    ];
    for (arguments, says) in cases {
        let output = replay(&arguments);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && output.stdout.is_empty());
        for word in says {
            assert!(stderr.contains(word), "{word:?} is not in: {stderr}");
        }
    }
}
