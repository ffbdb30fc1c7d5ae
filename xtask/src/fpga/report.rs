// SPDX-License-Identifier: Apache-2.0
//! What a run found, as `report.json` has it. The fields and their comments are the schema; `docs/fpga.md` points here.
//!
//! A field that changes its meaning or goes away takes a new [`SCHEMA`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Version of the layout, in every report.
pub const SCHEMA: u32 = 1;

/// Counts by name: cells of the netlist, or resources of the device.
pub type Counts = BTreeMap<String, u64>;

/// One set of parameters on one device.
#[derive(Serialize, Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The folder below `target/fpga/`; reports of one name replace each other.
    pub name: String,
    /// What makes this report again.
    pub command: String,
    /// What was built.
    pub design: DesignInfo,
    /// What it was built for.
    pub device: DeviceInfo,
    /// Versions, by tool.
    pub tools: BTreeMap<String, String>,
    /// Which sources.
    pub sources: Sources,
    /// Clocks from the handshake of a request to its response; absent for board tops and modules.
    pub latency_clocks: Option<u64>,
    /// Cells of the netlist (Yosys), the frame included.
    pub cells: Counts,
    /// Resources of the device that are used (nextpnr after packing), the frame included.
    pub used: Counts,
    /// Resources that the device has.
    pub available: Counts,
    /// The same of the frame alone; absent for board tops, which have none.
    pub wrapper: Option<Wrapper>,
    /// Cells by instance. They add up to `cells`. Absent if the hierarchy could not be read.
    pub modules: Option<Vec<Module>>,
    /// What routing found, one for each seed in the order asked for.
    pub seeds: Vec<Seed>,
    /// Seeds with which the placer did not end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub endless: Vec<u32>,
    /// Over the seeds; absent if nothing was routed.
    pub fmax_mhz: Option<Spread>,
    /// Why nothing was routed.
    pub not_routed: Option<String>,
}

/// What was built.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct DesignInfo {
    /// `core`, `table`, or the name of a board or module.
    pub kind: String,
    /// Top module.
    pub top: String,
    /// Parameters of the top, as given to the front end; what is not here has the default of the RTL.
    pub parameters: BTreeMap<String, u64>,
}

/// The device and the clock that was asked for.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct DeviceInfo {
    /// As `--device` takes it.
    pub name: String,
    /// `ecp5` or `ice40`.
    pub family: String,
    /// Package.
    pub package: String,
    /// Speed grade.
    pub speed: Option<u32>,
    /// What nextpnr was told to aim at. It steers the router little; it is not a result.
    pub target_mhz: f64,
    /// Resources whose sum is called logic.
    pub logic: Vec<String>,
    /// The resource that is the block RAM.
    pub block_ram: String,
}

/// Where the sources stood.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Sources {
    /// Commit, or `unknown` outside a checkout.
    pub git: String,
    /// A tracked file differed from that commit.
    pub modified: bool,
    /// Of every source file, the scripts and the pins of the tools: equal hashes are equal netlists.
    pub sha256: String,
}

/// The frame around nothing, through the same tools.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Wrapper {
    /// Cells of the netlist.
    pub cells: Counts,
    /// Resources after packing.
    pub used: Counts,
}

/// Cells of one instance, those of its own instances not included.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Module {
    /// Path from the top, empty for the top itself.
    pub instance: String,
    /// Module.
    pub module: String,
    /// Cells by type.
    pub cells: Counts,
}

/// One seed.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Seed {
    /// nextpnr's `--seed`.
    pub seed: u32,
    /// After routing.
    pub fmax_mhz: f64,
    /// The path that sets it.
    pub critical_path: Path,
    /// Of a module by itself: where paths end that are slower than the clock that was asked for, the slowest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slow_ends: Vec<SlowEnd>,
}

/// End points of one name but for its numbers.
#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub struct SlowEnd {
    /// Of the slowest of them.
    pub ns: f64,
    /// How many.
    pub count: u64,
    /// Cell and port, `#` for each number.
    pub name: String,
}

/// A path from register to register.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Path {
    /// Nanoseconds in cells, clock-to-out and setup included.
    pub logic_ns: f64,
    /// Nanoseconds in wires.
    pub routing_ns: f64,
    /// From source to sink.
    pub hops: Vec<Hop>,
}

/// One cell or one wire of a path.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Hop {
    /// nextpnr's word: `clk-to-q`, `logic`, `routing`, `setup`.
    pub kind: String,
    /// Nanoseconds.
    pub ns: f64,
    /// The cell, or the cell that the wire leads to, and its port.
    pub cell: String,
    /// Instance of the RTL that the cell belongs to.
    pub instance: String,
    /// Its module.
    pub module: String,
    /// The wire, as the netlist names it.
    pub net: Option<String>,
}

/// The middle is the mean of two for an even number of seeds.
#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Debug)]
pub struct Spread {
    /// Worst seed.
    pub min: f64,
    /// Middle seed.
    pub median: f64,
    /// Best seed.
    pub max: f64,
}

impl Spread {
    /// Over `values`; none of none.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut sorted: Vec<f64> = values.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        let (min, max) = (*sorted.first()?, *sorted.last()?);
        let half = sorted.len() / 2;
        let median = if sorted.len() % 2 == 1 {
            sorted[half]
        } else {
            f64::midpoint(sorted[half - 1], sorted[half])
        };
        Some(Self { min, median, max })
    }
}

impl Report {
    /// Used of `resource`, less what the frame takes.
    pub fn net_used(&self, resource: &str) -> u64 {
        let of = |counts: &Counts| counts.get(resource).copied().unwrap_or(0);
        let wrapper = self.wrapper.as_ref().map_or(0, |wrapper| of(&wrapper.used));
        of(&self.used).saturating_sub(wrapper)
    }

    /// Cells of the netlist of one type, less those of the frame.
    pub fn net_cells(&self, cell: &str) -> u64 {
        let of = |counts: &Counts| counts.get(cell).copied().unwrap_or(0);
        let wrapper = self
            .wrapper
            .as_ref()
            .map_or(0, |wrapper| of(&wrapper.cells));
        of(&self.cells).saturating_sub(wrapper)
    }

    /// What the issue of size is about: all of [`DeviceInfo::logic`], less the frame's.
    pub fn net_logic(&self) -> u64 {
        let logic = self.device.logic.iter();
        logic.map(|resource| self.net_used(resource)).sum()
    }

    /// Block RAMs, less the frame's (it has none).
    pub fn net_block_ram(&self) -> u64 {
        self.net_used(&self.device.block_ram)
    }

    /// A parameter, if it was given.
    pub fn parameter(&self, name: &str) -> Option<u64> {
        self.design.parameters.get(name).copied()
    }

    /// LATENCY in nanoseconds at the median clock.
    pub fn latency_ns(&self) -> Option<f64> {
        Some(1000.0 * self.latency_clocks? as f64 / self.fmax_mhz?.median)
    }

    /// The seed whose clock is nearest to the median, from below.
    pub fn middle_seed(&self) -> Option<&Seed> {
        let mut seeds: Vec<_> = self.seeds.iter().collect();
        seeds.sort_by(|a, b| a.fmax_mhz.total_cmp(&b.fmax_mhz));
        seeds.get(seeds.len().checked_sub(1)? / 2).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::Spread;

    #[test]
    fn the_median_is_the_middle() {
        let of = |values: &[f64]| Spread::of(values.iter().copied()).map(|spread| spread.median);
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[3.0]), Some(3.0));
        assert_eq!(of(&[9.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(of(&[9.0, 1.0, 2.0, 4.0]), Some(3.0));
    }
}
