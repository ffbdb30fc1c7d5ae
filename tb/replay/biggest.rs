// SPDX-License-Identifier: Apache-2.0
//! The recordings that take minutes on the RTL, each with a test of its own, and first by name: what runs beside them
//! then fills the other cores.

use persimmon::dut::Variant;
use persimmon::trace::{Op, Trace};

use crate::{cases, clients, lockstep, recordings, run, traces};

/// Four UPDATEs of it run over 1024 VMAs, each a set_map of its own: half a million entries for each of the four.
pub const VMAS: &str = "linux-6.12-setmap-va.jsonl";
/// The second of those UPDATEs. What follows it up to the next open is left out here; `persimmon replay` does it all.
const SECOND: &str = "2.wrap.size_u64max_at_0";

#[test]
fn a_thousand_vmas() {
    let path = traces().join(VMAS);
    let trace = Trace::read(&path).unwrap();
    let mut left_out = false;
    let mut names: Vec<&str> = Vec::new();
    for line in &trace.lines {
        left_out = line.case == SECOND || left_out && !matches!(line.op, Op::Open {});
        if !left_out {
            names.push(&line.case);
        }
    }
    names.dedup();
    let report = run(&path, lockstep(Variant::E2048), &cases(&names));
    assert!(report.steps > 1000, "{}", report.to_json());
}

/// Two thousand UPDATEs to a table of hundreds, which is read after each.
fn viommu(profile: &str) {
    let recordings = recordings("qemu").into_iter();
    let mut some = false;
    for path in recordings.filter(|path| clients::has_viommu(path)) {
        clients::on_the_rtl(&path, Variant::E2048, profile);
        some = true;
    }
    assert!(some);
}

#[test]
fn a_viommu_by_dma_map() {
    viommu("6.12-dmamap-pa");
}

#[test]
fn a_viommu_by_set_map() {
    viommu("6.12-setmap-pa");
}
