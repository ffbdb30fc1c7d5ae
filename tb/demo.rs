// SPDX-License-Identifier: Apache-2.0
//! The demo's tables, held as snapshots: a change in what the device does to its mappings shows in review.

use persimmon::cli::demo::print;
use persimmon::cli::demo::story::tell;
use persimmon::cosim::Lockstep;
use persimmon::dut::{Dut, Variant};
use persimmon::golden::Device;
use persimmon::regif::RegIf;
use persimmon::vdpa::Mapping;

/// Told by RTL and golden model in lockstep.
fn story(mapping: Mapping, persist: bool) -> String {
    let mut power_on = || {
        let dut = Dut::new(Variant::E64)?;
        Ok(Lockstep::new(Device::new(dut.capability()), dut))
    };
    let story = tell(mapping, persist, &mut power_on).unwrap();
    assert!(story.compared > 0);
    print::story(&story)
}

#[test]
fn set_map_acknowledged() {
    insta::assert_snapshot!(story(Mapping::SetMap, true));
}

#[test]
fn set_map_not_acknowledged() {
    insta::assert_snapshot!(story(Mapping::SetMap, false));
}

#[test]
fn dma_map_acknowledged() {
    insta::assert_snapshot!(story(Mapping::DmaMap, true));
}

#[test]
fn dma_map_not_acknowledged() {
    insta::assert_snapshot!(story(Mapping::DmaMap, false));
}
