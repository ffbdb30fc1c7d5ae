// SPDX-License-Identifier: Apache-2.0
//! The memories of ECP5 do what the generic ones do, at every shape that the core has at [`SIZES`].

use anyhow::ensure;

use super::proofs::{Broken, Edit, Method, Proof};
use crate::tools;

/// The values of ENTRIES for which [`MEMORIES`] is complete.
const SIZES: [u32; 3] = [64, 512, 2048];

/// Steps from any contents that are looked at: write, read, advance, hold, with a write elsewhere and one in reserve.
const STEPS: u32 = 7;

/// One memory.
struct Memory {
    /// A file and module of `formal/`.
    top: &'static str,
    /// The module below `rtl/` that is checked against its namesake in `rtl/tech/ecp5`.
    module: &'static str,
    /// Bits of a word.
    width: u32,
    /// Words.
    depth: u32,
    /// Edits of the ECP5 version.
    broken: &'static [Variant],
}

/// What is wrong, and each text and its replacement.
type Variant = (&'static str, &'static [(&'static str, &'static str)]);

const WIDE: &[Variant] = &[
    (
        "halves swapped",
        &[
            (
                ".a_wdata_i(wdata[36*r+:18])",
                ".a_wdata_i(wdata[36*r+18+:18])",
            ),
            (
                ".b_wdata_i(wdata[36*r+18+:18])",
                ".b_wdata_i(wdata[36*r+:18])",
            ),
        ],
    ),
    (
        "no output enable",
        &[(".b_oen_i  (oen_i)", ".b_oen_i  (1'b1)")],
    ),
];

const DEEP: &[Variant] = &[(
    "upper byte not enabled",
    &[("waddr[1:0] = {2{wen_i}}", "waddr[0] = wen_i")],
)];

const TWO_PORTS: &[Variant] = &[
    (
        "port A without output enable",
        &[(".a_oen_i,", ".a_oen_i(1'b1),")],
    ),
    (
        "port B without output enable",
        &[(".b_oen_i,", ".b_oen_i(1'b1),")],
    ),
    (
        "upper byte not enabled",
        &[("b_addr[1:0] = {2{b_wen_i}}", "b_addr[0] = b_wen_i")],
    ),
];

const fn ram_1r1w(width: u32, depth: u32, broken: &'static [Variant]) -> Memory {
    Memory {
        top: "ram_1r1w_equal",
        module: "iommu_ram_1r1w",
        width,
        depth,
        broken,
    }
}

const fn ram_1r1rw(width: u32, depth: u32, broken: &'static [Variant]) -> Memory {
    Memory {
        top: "ram_1r1rw_equal",
        module: "iommu_ram_1r1rw",
        width,
        depth,
        broken,
    }
}

/// All shapes that the core has at [`SIZES`]; [`complete`] compares this with an elaboration.
const MEMORIES: [Memory; 10] = [
    ram_1r1w(32, 64, &[]),
    ram_1r1w(57, 64, &[]),
    ram_1r1w(57, 128, &[]),
    ram_1r1w(57, 512, WIDE),
    ram_1r1w(57, 1024, DEEP),
    ram_1r1w(57, 4096, &[]),
    ram_1r1w(129, 64, &[]),
    ram_1r1rw(118, 64, &[]),
    ram_1r1rw(118, 512, TWO_PORTS),
    ram_1r1rw(118, 2048, &[]),
];

/// A proof for each of the memories.
pub fn proofs() -> Vec<Proof> {
    MEMORIES.iter().map(Memory::proof).collect()
}

/// Whether it is one of [`proofs`].
pub fn has(name: &str) -> bool {
    MEMORIES.iter().any(|memory| memory.name() == name)
}

impl Memory {
    fn name(&self) -> String {
        format!("{}_{}x{}", self.module, self.width, self.depth)
    }

    fn proof(&self) -> Proof {
        let module = self.module;
        let ecp5 = format!("rtl/tech/ecp5/{module}.sv");
        // The two versions have one name, so that a file list chooses; here both are wanted.
        let rename = Edit::new(
            ecp5.as_str(),
            format!("\nmodule {module} #("),
            format!("\nmodule {module}_ecp5 #("),
        );
        let variant = |&(name, edits): &Variant| Broken {
            name,
            edits: edits
                .iter()
                .map(|&(from, to)| Edit::new(ecp5.as_str(), from, to))
                .collect(),
        };
        Proof {
            name: self.name(),
            top: self.top,
            sources: vec![
                "rtl/iommu_pkg.sv".to_owned(),
                format!("rtl/{module}.sv"),
                "sim/ecp5/dp16kd.sv".to_owned(),
                "rtl/tech/ecp5/ecp5_block_ram.sv".to_owned(),
                ecp5.clone(),
            ],
            parameters: vec![("WIDTH", self.width), ("DEPTH", self.depth)],
            method: Method::Bounded(STEPS),
            reach: STEPS,
            edits: vec![rename],
            broken: self.broken.iter().map(variant).collect(),
        }
    }
}

/// A shape that the core has, and nobody proves, would pass for proven.
pub fn complete() -> anyhow::Result<()> {
    let elaborated = shapes()?;
    let mut table: Vec<_> = MEMORIES
        .iter()
        .map(|memory| (memory.module.to_owned(), memory.width, memory.depth))
        .collect();
    table.sort();
    ensure!(
        elaborated == table,
        "the core has the memories {elaborated:?}, and xtask/src/formal/memories.rs lists {table:?}"
    );
    Ok(())
}

/// Prints module, width and depth of every memory. Elaboration is enough, and takes half a second.
const SHAPES: &str = "
import sys
from pyosys import libyosys
for line in sys.argv[1:]:
    design = libyosys.Design()
    libyosys.run_pass(line, design)
    for name, module in design.modules_.items():
        for memory in module.memories.values():
            print('shape', str(name).lstrip('\\\\').split('$')[0], memory.width, memory.size)
";

/// Every memory of the core at [`SIZES`] that has a version for ECP5: module, width, depth; sorted.
fn shapes() -> anyhow::Result<Vec<(String, u32, u32)>> {
    let mut command = tools::python("yosys")?;
    command
        .current_dir(tools::root().join("rtl"))
        .args(["-c", SHAPES]);
    for entries in SIZES {
        command.arg(format!(
            "read_slang -D SYNTHESIS --keep-hierarchy --top iommu_core -G ENTRIES={entries} -F iommu.f"
        ));
    }
    let said = tools::run(&mut command, "yosys read_slang")?;
    let mut all = Vec::new();
    for line in said.lines() {
        if let ["shape", module, width, depth] =
            *line.split_whitespace().collect::<Vec<_>>().as_slice()
            && tools::root()
                .join(format!("rtl/tech/ecp5/{module}.sv"))
                .is_file()
        {
            all.push((module.to_owned(), width.parse()?, depth.parse()?));
        }
    }
    all.sort();
    all.dedup();
    Ok(all)
}
