// SPDX-License-Identifier: Apache-2.0
//! `cargo xtask lint`: two compilers that share no code read the RTL at several parameter sets.
//!
//! Verilator's `-Wall` must have nothing to say; the only waivers are those of `rtl/regs/gen_waivers.vlt` for the
//! generated register block. Yosys, through slang, must elaborate it to a netlist without a latch, an undriven or
//! doubly driven wire, or a combinational loop. The core, the top level, the example of `docs/integration.md` and the
//! boards are checked.

use std::fs;

use anyhow::{Context, ensure};

use crate::tools::{self, quoted};

const FILES: &str = "iommu.f";

/// Instantiates the top level as the integration page says.
const EXAMPLE: &str = "soc_top";
const EXAMPLE_FILE: &str = "docs/examples/soc_top.sv";

/// The boards' list, and what each top needs beside it: the shell of its vendor's PLL.
const BOARD_FILES: &str = "board/board.f";
const BOARDS: [(&str, &str); 2] = [("ulx3s_top", "EHXPLLL"), ("hx8k_top", "SB_PLL40_CORE")];
/// For these shells.
const BOARD_WAIVERS: &str = "board/primitives.vlt";

/// What the RTL is checked with: a top module, its parameters, and macros.
struct Configuration {
    top: &'static str,
    parameters: Vec<(&'static str, u32)>,
    macros: &'static [&'static str],
}

impl Configuration {
    fn new(parameters: &[(&'static str, u32)], macros: &'static [&'static str]) -> Self {
        Self::of("iommu_core", parameters, macros)
    }

    fn of(
        top: &'static str,
        parameters: &[(&'static str, u32)],
        macros: &'static [&'static str],
    ) -> Self {
        Self {
            top,
            parameters: parameters.to_vec(),
            macros,
        }
    }

    fn name(&self) -> String {
        let mut words = vec![self.top.to_owned()];
        let parameters = self.parameters.iter();
        words.extend(parameters.map(|(name, value)| format!("{name}={value}")));
        words.extend(self.macros.iter().map(|name| (*name).to_owned()));
        words.join(" ")
    }

    /// Beside those of the generated register block.
    fn waivers(&self) -> Option<&'static str> {
        let board = BOARDS.iter().any(|(top, _)| *top == self.top);
        board.then_some(BOARD_WAIVERS)
    }

    /// The sources, as seen from `rtl/`.
    fn files(&self) -> Vec<String> {
        if let Some((top, primitive)) = BOARDS.iter().find(|(top, _)| *top == self.top) {
            let own = [primitive, top].map(|name| format!("board/{name}.sv"));
            return ["-F".to_owned(), BOARD_FILES.to_owned()]
                .into_iter()
                .chain(own)
                .collect();
        }
        let mut files = vec!["-F".to_owned(), FILES.to_owned()];
        if self.top == EXAMPLE {
            files.push(format!("../{EXAMPLE_FILE}"));
        }
        files
    }
}

/// Every combination that changes the shape of the search, then the ends of the other parameters.
fn configurations() -> Vec<Configuration> {
    let mut all = Vec::new();
    for entries in [64, 2048] {
        for granule in [0, 12] {
            for radix in [4, 8, 16] {
                all.push(Configuration::new(
                    &[
                        ("ENTRIES", entries),
                        ("GRANULE_LOG2", granule),
                        ("K", radix),
                    ],
                    &[],
                ));
            }
        }
    }
    let few = [("ASIDS", 1), ("GROUPS", 1), ("DEVICES", 1), ("ENTRIES", 64)];
    let many = [
        ("ASIDS", 16),
        ("GROUPS", 16),
        ("DEVICES", 4),
        ("ENTRIES", 64),
    ];
    let narrow = [("IOVA_W", 48), ("PA_W", 40), ("ENTRIES", 64)];
    let bare = [("PARITY", 0), ("ENTRIES", 64)];
    let linked = [
        ("ENTRIES", 64),
        ("ASIDS", 4),
        ("GROUPS", 4),
        ("DEVICES", 2),
        ("GRANULE_LOG2", 0),
    ];
    all.push(Configuration::new(&few, &[]));
    all.push(Configuration::new(&many, &[]));
    all.push(Configuration::new(&narrow, &[]));
    all.push(Configuration::new(&bare, &[]));
    all.push(Configuration::new(&linked, &["PERSIMMON_BUGS"]));
    // What changes the shape of the data path, each value at least once.
    for (ports, search_ports, data, id, user, outstanding) in [
        (1, 1, 32, 1, 1, 2),
        (2, 2, 64, 4, 8, 16),
        (3, 1, 256, 6, 16, 24),
        (4, 2, 512, 8, 5, 64),
    ] {
        all.push(Configuration::of(
            "persimmon",
            &[
                ("ENTRIES", 64),
                ("PORTS", ports),
                ("SEARCH_PORTS", search_ports),
                ("AXI_DATA_W", data),
                ("AXI_ID_W", id),
                ("AXI_USER_W", user),
                ("OUTSTANDING", outstanding),
                ("DIRTY_PAGES", if ports > 2 { 0 } else { 1024 }),
                ("PARITY", u32::from(ports != 3)),
            ],
            &[],
        ));
    }
    all.push(Configuration::of(EXAMPLE, &[], &[]));
    for (top, _) in BOARDS {
        all.push(Configuration::of(top, &[], &[]));
    }
    all.push(Configuration::of(
        "ulx3s_top",
        &[("MHZ", 100), ("ENTRIES", 64)],
        &["PERSIMMON_BUGS"],
    ));
    all
}

/// Checks every configuration with both.
pub fn run() -> anyhow::Result<()> {
    let all = configurations();
    verilator(&all)?;
    yosys(&all)
}

fn verilator(all: &[Configuration]) -> anyhow::Result<()> {
    let verilator = tools::verilator()?;
    for configuration in all {
        let mut command = verilator.command();
        command
            .current_dir(tools::root().join("rtl"))
            .args(["--lint-only", "-Wall", "--assert", "--timing"])
            .args(["--top-module", configuration.top, "regs/gen_waivers.vlt"])
            .args(configuration.waivers())
            .args(configuration.files());
        for (name, value) in &configuration.parameters {
            command.arg(format!("-G{name}={value}"));
        }
        for name in configuration.macros {
            command.arg(format!("+define+{name}"));
        }
        let name = configuration.name();
        tools::run(&mut command, &format!("verilator -Wall, {name}"))?;
        println!("verilator -Wall: {name}");
    }
    Ok(())
}

fn yosys(all: &[Configuration]) -> anyhow::Result<()> {
    let dir = tools::tools_dir()?.join("lint");
    fs::create_dir_all(&dir).with_context(|| format!("cannot create {}", dir.display()))?;
    let elaborated = |number: usize| dir.join(format!("{number}.il"));
    let mut command = tools::yosys()?;
    command.current_dir(tools::root().join("rtl"));
    for (number, configuration) in all.iter().enumerate() {
        let (top, files) = (configuration.top, configuration.files().join(" "));
        let mut read = format!("read_slang --top {top} -D SYNTHESIS {files}");
        for (name, value) in &configuration.parameters {
            read += &format!(" -G {name}={value}");
        }
        for name in configuration.macros {
            read += &format!(" -D {name}");
        }
        command
            .args(["design -reset", &read, "proc", "check -assert"])
            .arg("select -assert-none t:$dlatch t:$adlatch t:$dlatchsr t:$_DLATCH*")
            .arg("opt_clean")
            .arg(format!("write_rtlil {}", quoted(&elaborated(number))?));
    }
    let said = tools::run(&mut command, "yosys read_slang")?;
    // A front end that stopped early, or had warnings, must not pass for a clean one.
    let clean = said
        .lines()
        .filter(|line| *line == "Build succeeded: 0 errors, 0 warnings")
        .count();
    ensure!(
        clean == all.len(),
        "yosys read_slang was clean on {clean} of {} parameter sets:\n{said}",
        all.len()
    );
    for (number, configuration) in all.iter().enumerate() {
        let path = elaborated(number);
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let open = open_bits(&text);
        ensure!(
            open.is_empty(),
            "{} has bits that nothing drives, or only a reset, with {:?}: {}",
            configuration.top,
            configuration.parameters,
            open.join(", ")
        );
    }
    println!(
        "yosys read_slang: {} parameter sets, no latch, no bit that nothing drives",
        all.len()
    );
    Ok(())
}

/// Names that an elaborated design connects to nothing but x. `read_slang` does so, without a word, to a bit that only a
/// reset assigns, and then synthesis makes of it what it likes.
fn open_bits(rtlil: &str) -> Vec<&str> {
    let connections = rtlil
        .lines()
        .filter_map(|line| line.strip_prefix("  connect \\"));
    connections
        .filter_map(|line| {
            let (name, value) = line.rsplit_once(' ')?;
            let (_, bits) = value.split_once('\'')?;
            bits.chars().all(|bit| bit == 'x').then_some(name)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The instance in `docs/integration.md` is the one that is elaborated.
    #[test]
    fn the_page_shows_the_example() {
        let read = |path| std::fs::read_to_string(tools::root().join(path)).unwrap();
        let (page, example) = (read("docs/integration.md"), read(EXAMPLE_FILE));
        let (_, shown) = page.split_once("```systemverilog\n").unwrap();
        let (shown, _) = shown.split_once("```").unwrap();
        assert!(shown.contains("persimmon #("), "{shown}");
        assert!(example.contains(shown), "{EXAMPLE_FILE} has no\n{shown}");
    }

    #[test]
    fn what_nothing_drives() {
        let text = "module \\a\n  connect \\b [0] 1'x\n  connect \\c 2'00\n  cell $mux $1\n    connect \\A 1'x\n  end\n";
        assert_eq!(open_bits(text), ["b [0]"]);
    }
}
