// SPDX-License-Identifier: Apache-2.0
//! What is proven, at which sizes, and the broken variants that each proof must catch.

/// One property of one module at one size.
pub struct Proof {
    /// Whose properties: a file and module of `formal/`.
    pub top: &'static str,
    /// The module below `rtl/` that is checked against its namesake in `rtl/tech/ecp5`.
    pub module: &'static str,
    /// Bits of a word.
    pub width: u32,
    /// Words.
    pub depth: u32,
    /// Named edits of the ECP5 version: text, and what replaces it. With each of them the proof must fail.
    pub broken: &'static [Broken],
}

/// An edit that makes the design wrong.
pub struct Broken {
    /// What is wrong then.
    pub name: &'static str,
    /// Each text must be there.
    pub edits: &'static [(&'static str, &'static str)],
}

/// Steps from the start that are looked at: write, read, advance, hold, with a write elsewhere and one step in reserve.
pub const STEPS: u32 = 7;

const WIDE: &[Broken] = &[
    Broken {
        name: "halves swapped",
        edits: &[
            (
                ".a_wdata_i(wdata[36*r+:18])",
                ".a_wdata_i(wdata[36*r+18+:18])",
            ),
            (
                ".b_wdata_i(wdata[36*r+18+:18])",
                ".b_wdata_i(wdata[36*r+:18])",
            ),
        ],
    },
    Broken {
        name: "no output enable",
        edits: &[(".b_oen_i  (oen_i)", ".b_oen_i  (1'b1)")],
    },
];

const DEEP: &[Broken] = &[Broken {
    name: "upper byte not enabled",
    edits: &[("waddr[1:0] = {2{wen_i}}", "waddr[0] = wen_i")],
}];

const TWO_PORTS: &[Broken] = &[
    Broken {
        name: "port A without output enable",
        edits: &[(".a_oen_i,", ".a_oen_i(1'b1),")],
    },
    Broken {
        name: "port B without output enable",
        edits: &[(".b_oen_i,", ".b_oen_i(1'b1),")],
    },
    Broken {
        name: "upper byte not enabled",
        edits: &[("b_addr[1:0] = {2{b_wen_i}}", "b_addr[0] = b_wen_i")],
    },
];

const fn ram_1r1w(width: u32, depth: u32, broken: &'static [Broken]) -> Proof {
    Proof {
        top: "ram_1r1w_equal",
        module: "iommu_ram_1r1w",
        width,
        depth,
        broken,
    }
}

const fn ram_1r1rw(width: u32, depth: u32, broken: &'static [Broken]) -> Proof {
    Proof {
        top: "ram_1r1rw_equal",
        module: "iommu_ram_1r1rw",
        width,
        depth,
        broken,
    }
}

/// All shapes that the core has at [`SIZES`]; [`super::run`] compares this with an elaboration.
pub const PROOFS: [Proof; 10] = [
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

/// The values of ENTRIES for which [`PROOFS`] is complete.
pub const SIZES: [u32; 3] = [64, 512, 2048];

impl Proof {
    /// What the command line and the tables call it.
    pub fn name(&self) -> String {
        format!("{}_{}x{}", self.module, self.width, self.depth)
    }
}
