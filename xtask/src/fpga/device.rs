// SPDX-License-Identifier: Apache-2.0
//! FPGAs that the open flow knows: what Yosys and nextpnr call them, and what their resources are.

use anyhow::bail;

/// A nextpnr of its own, and a mapper of Yosys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Family {
    /// Lattice ECP5: `synth_ecp5`, `nextpnr-ecp5`, `ecppack`.
    Ecp5,
    /// Lattice iCE40: `synth_ice40`, `nextpnr-ice40`, `icepack`.
    Ice40,
}

impl Family {
    /// How options and reports name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ecp5 => "ecp5",
            Self::Ice40 => "ice40",
        }
    }

    /// `requirements/NAME.txt`, which pins nextpnr and the packer.
    pub fn wheels(self) -> &'static str {
        match self {
            Self::Ecp5 => "nextpnr",
            Self::Ice40 => "nextpnr-ice40",
        }
    }

    /// The list of the design's sources: memories are written for a technology, if somebody has done it.
    pub fn files(self) -> &'static str {
        match self {
            Self::Ecp5 => "rtl/iommu_ecp5.f",
            Self::Ice40 => "rtl/iommu.f",
        }
    }

    /// What a harness needs beside itself: its reset.
    pub fn harness(self) -> &'static [&'static str] {
        match self {
            Self::Ecp5 => &[
                "rtl/board/board_reset.sv",
                "constraints/harness/DCCA.sv",
                "constraints/harness/harness_reset_ecp5.sv",
            ],
            Self::Ice40 => &[
                "rtl/board/board_reset.sv",
                "constraints/harness/harness_reset.sv",
            ],
        }
    }

    /// What Yosys does first with what it has read.
    pub fn prepare(self) -> &'static [&'static str] {
        match self {
            Self::Ecp5 => &[],
            // There is no distributed RAM to be asked for.
            Self::Ice40 => &["setattr -unset ram_style m:*"],
        }
    }

    /// What Yosys maps `top` to the cells of the device with.
    pub fn mapping(self, top: &str) -> Vec<String> {
        match self {
            // All of `synth_ecp5`, but `abc9` is told that a wire takes 700 ps, which is what nextpnr's do, instead of
            // 300: docs/decisions.md, decision 29.
            Self::Ecp5 => vec![
                format!("synth_ecp5 -top {top} -run begin:map_luts"),
                "check -latchonly -assert".to_owned(),
                "techmap -map +/lattice/latches_map.v".to_owned(),
                "abc9 -W 700".to_owned(),
                "clean".to_owned(),
                format!("synth_ecp5 -top {top} -run map_cells:json"),
            ],
            // `-dff` lets `abc9` see through flip-flops and merge those that are equal. A tile's eight flip-flops share
            // their enable, and there is a LUT before each flip-flop anyway: enables of a few flip-flops would leave
            // the tiles half empty, and a device that is nearly full cannot be placed.
            Self::Ice40 => vec![format!(
                "synth_ice40 -abc9 -dff -dffe_min_ce_use 10 -device hx -top {top}"
            )],
        }
    }

    /// Resources whose sum is called logic, as nextpnr counts them.
    ///
    /// A slice of an ECP5 that addresses distributed RAM can hold no logic, so RAMW counts. An iCE40 cell is a LUT, a
    /// carry and a flip-flop in one.
    pub fn logic(self) -> &'static [&'static str] {
        match self {
            Self::Ecp5 => &["TRELLIS_COMB", "TRELLIS_RAMW"],
            Self::Ice40 => &["ICESTORM_LC"],
        }
    }

    /// The block RAM, as nextpnr counts it.
    pub fn block_ram(self) -> &'static str {
        match self {
            Self::Ecp5 => "DP16KD",
            Self::Ice40 => "ICESTORM_RAM",
        }
    }

    /// What nextpnr writes for the packer: the option and the ending of the file.
    pub fn routed(self) -> (&'static str, &'static str) {
        match self {
            Self::Ecp5 => ("--textcfg", "config"),
            Self::Ice40 => ("--asc", "asc"),
        }
    }

    /// How nextpnr is told where the pins are.
    pub fn pins(self) -> &'static str {
        match self {
            Self::Ecp5 => "--lpf",
            Self::Ice40 => "--pcf",
        }
    }
}

/// One FPGA in one package at one speed.
#[derive(Debug)]
pub struct Device {
    /// What `--device` calls it.
    pub name: &'static str,
    /// Which tools it takes.
    pub family: Family,
    /// nextpnr's option for the size.
    pub size: &'static str,
    /// nextpnr's name of the package.
    pub package: &'static str,
    /// Speed grade, where nextpnr has several models.
    pub speed: Option<u32>,
}

/// A pin-neutral harness goes on any of these.
pub const DEVICES: &[Device] = &[
    Device {
        name: "lfe5u-85f",
        family: Family::Ecp5,
        size: "--85k",
        package: "CABGA381",
        speed: Some(6),
    },
    Device {
        name: "lfe5u-85f-8",
        family: Family::Ecp5,
        size: "--85k",
        package: "CABGA381",
        speed: Some(8),
    },
    Device {
        name: "lfe5u-45f",
        family: Family::Ecp5,
        size: "--45k",
        package: "CABGA381",
        speed: Some(6),
    },
    Device {
        name: "lfe5u-25f",
        family: Family::Ecp5,
        size: "--25k",
        package: "CABGA381",
        speed: Some(6),
    },
    Device {
        name: "ice40hx8k",
        family: Family::Ice40,
        size: "--hx8k",
        package: "ct256",
        speed: None,
    },
];

/// The device that options and boards mean by `name`.
pub fn find(name: &str) -> anyhow::Result<&'static Device> {
    let Some(device) = DEVICES.iter().find(|device| device.name == name) else {
        let names: Vec<_> = DEVICES.iter().map(|device| device.name).collect();
        bail!(
            "no device is called {name:?}; there are {}",
            names.join(", ")
        );
    };
    Ok(device)
}
