// SPDX-License-Identifier: Apache-2.0
//! Recordings of real kernels.

use persimmon::cosim::replay::{Options, replay};
use persimmon::dut::{Dut, Variant};
use persimmon::trace::Trace;
use persimmon::vdpa::Profile;

use crate::biggest::VMAS;
use crate::{cases, golden, lockstep, recordings, run, run_whole, traces};

/// Cases about batches, resets, the life of a file and ownership: the heart of the matter.
const CASES: [&str; 5] = ["1", "3", "4", "5", "6"];

#[test]
fn every_recording_on_the_golden_model() {
    for path in ["", "random"].map(recordings).concat() {
        let report = run_whole(&path, golden(2048), &Options::default());
        let skipped: usize = report.skipped_fields.values().sum();
        // The operations that were not logged have five results in the longest recordings.
        assert!(skipped <= 5, "{}", report.to_json());
    }
}

#[test]
fn reset_cases_on_the_rtl_with_64_entries() {
    for name in ["linux-6.12-setmap-pa.jsonl", "linux-6.12-dmamap-pa.jsonl"] {
        run(&traces().join(name), lockstep(Variant::E64), &cases(&CASES));
    }
}

/// The scripted recordings whose names `those` takes, on the RTL, with tables of hundreds of entries along the way.
fn scripted_on_the_rtl(those: impl Fn(&str) -> bool) {
    let mut some = false;
    for path in recordings("") {
        let name = path.file_name().unwrap().to_str().unwrap();
        if those(name) {
            run_whole(&path, lockstep(Variant::E2048), &Options::default());
            some = true;
        }
    }
    assert!(some);
}

#[test]
fn scripted_set_map_recordings_on_the_rtl() {
    scripted_on_the_rtl(|name| name.contains("setmap") && name != VMAS);
}

#[test]
fn scripted_dma_map_recordings_on_the_rtl() {
    scripted_on_the_rtl(|name| !name.contains("setmap"));
}

#[test]
fn the_rtl_alone_compares_with_the_recording() {
    let path = traces().join("linux-6.12-setmap-pa.jsonl");
    let report = run(&path, Dut::new(Variant::E64).unwrap(), &cases(&["4"]));
    let json = report.to_json();
    assert_eq!(json["compared"]["d_golden"], 0);
    assert_eq!(json["compared"]["d_rtl"], json["compared"]["s_table"]);
}

/// Byte ranges, as va mode has them, and both kernels, on the RTL.
#[test]
fn random_recordings_on_the_rtl() {
    for path in recordings("random") {
        run_whole(&path, lockstep(Variant::E64), &Options::default());
    }
}

/// A recording of 6.1 is none of 6.12: the profile given counts, not the one that the lines name.
#[test]
fn a_profile_overrides_the_recording() {
    let trace = Trace::read(&traces().join("random/linux-6.1-dmamap-seed01.jsonl")).unwrap();
    for (profile, reproduced) in [("6.1-dmamap", true), ("6.12-dmamap-pa", false)] {
        let options = Options {
            profile: Some(Profile::parse(profile).unwrap()),
            ..Options::default()
        };
        let (report, _) = replay(&trace, golden(64), &options, &mut |_| {}).unwrap();
        assert_eq!(report.passed(), reproduced, "{profile}");
    }
}

/// A recording that is changed in one place is not reproduced.
#[test]
fn a_changed_recording_mismatches() {
    let text = std::fs::read_to_string(traces().join("linux-6.12-setmap-pa.jsonl")).unwrap();
    let changes = [
        (r#""kret":"EEXIST""#, r#""kret":"EINVAL""#, "kret"),
        (r#""errno":"EBUSY""#, r#""errno":"EPERM""#, "errno"),
        (r#""control":"ok/ok""#, r#""control":"ok/-""#, "probe"),
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
