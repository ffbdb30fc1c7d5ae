// SPDX-License-Identifier: Apache-2.0
//! Runs Verilator on `rtl/` for each variant. Called by `build.rs` alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::variants::{BoardBuild, Variant};
use crate::verilator::Verilator;

/// What the model carries besides the design.
#[derive(Clone, Copy)]
pub struct Instruments {
    /// FST tracing.
    pub wave: bool,
    /// Line, toggle and user coverage.
    pub coverage: bool,
}

/// What a Verilated class is joined to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `sim/simulator.h`.
    Model,
    /// `sim/board_simulator.h`.
    Board,
}

/// C++ that Verilator wrote for one variant or board.
pub struct Verilated {
    /// What it is.
    pub kind: Kind,
    /// Its number among those of its kind.
    pub number: usize,
    /// Name of the class, and how the names of its files begin.
    pub prefix: String,
    /// Where the files are.
    pub dir: PathBuf,
    /// `PREFIX_classes.mk`: what there is to compile, and how.
    makefile: String,
}

/// SystemVerilog around the builds with AXI4 ports, as seen from `rtl/`.
const BENCH: [&str; 4] = [
    "../sim/sva/axi4_checker.sv",
    "../sim/sva/persimmon_checkers.sv",
    "../sim/sva/persimmon_bench_pkg.sv",
    "../sim/sva/persimmon_bench.sv",
];

/// Where the folders of the variants are.
pub fn directory(out: &Path) -> PathBuf {
    out.join("verilated")
}

/// What is Verilated.
pub struct Sources<'a> {
    /// `rtl/`.
    pub rtl: &'a Path,
    /// File lists with netlists, to be taken instead of the RTL of these variants. All others are then left out: a model
    /// of them cannot be made.
    pub netlists: &'a [(Variant, PathBuf)],
}

/// Verilates every variant and every board, all at once.
pub fn all(
    sources: &Sources<'_>,
    out: &Path,
    verilator: &Verilator,
    instruments: Instruments,
) -> Result<Vec<Verilated>, String> {
    let netlists = sources.netlists;
    if !netlists.is_empty() && instruments.wave {
        return Err("a netlist is not traced: build with --no-default-features".to_owned());
    }
    let mut running = Vec::new();
    let netlist = |variant: Variant| netlists.iter().find(|(of, _)| *of == variant);
    let wanted = |variant: &Variant| netlists.is_empty() || netlist(*variant).is_some();
    let variants = Variant::ALL.into_iter().filter(wanted).map(|variant| {
        let arguments = match netlist(variant) {
            Some((_, list)) => netlist_arguments(variant, list),
            None => arguments(variant, instruments),
        };
        (
            Kind::Model,
            variant as usize,
            format!("V{variant:?}"),
            arguments,
        )
    });
    let boards = BoardBuild::ALL.into_iter();
    let boards = boards.filter(|_| netlists.is_empty()).map(|board| {
        let arguments = board_arguments(board, instruments);
        (
            Kind::Board,
            board as usize,
            format!("VBoard{board:?}"),
            arguments,
        )
    });
    for (kind, number, prefix, arguments) in variants.chain(boards) {
        let dir = directory(out).join(&prefix);
        // Files of an earlier run that this one does not write would be compiled all the same.
        if dir.exists() {
            fs::remove_dir_all(&dir).map_err(|e| format!("cannot empty {}: {e}", dir.display()))?;
        }
        fs::create_dir_all(&dir).map_err(|e| format!("cannot create {}: {e}", dir.display()))?;

        let mut command = verilator.command();
        command
            .current_dir(sources.rtl)
            .args(arguments)
            .args(["--prefix", &prefix, "--Mdir"])
            .arg(&dir)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let child = command
            .spawn()
            .map_err(|e| format!("cannot run {}: {e}", verilator.bin.display()))?;
        running.push((kind, number, prefix, dir, child));
    }
    // Waits for all of them even if one fails, so that none is left running.
    let finished: Vec<_> = running
        .into_iter()
        .map(|(kind, number, prefix, dir, child)| {
            (kind, number, prefix, dir, child.wait_with_output())
        })
        .collect();
    finished
        .into_iter()
        .map(|(kind, number, prefix, dir, output)| {
            let output = output.map_err(|e| format!("cannot wait for Verilator: {e}"))?;
            if !output.status.success() {
                return Err(format!(
                    "Verilator refuses rtl/:\n{}",
                    String::from_utf8_lossy(&output.stderr).trim()
                ));
            }
            let path = dir.join(format!("{prefix}_classes.mk"));
            let makefile = fs::read_to_string(&path)
                .map_err(|e| format!("cannot read {}: {e}", path.display()))?;
            Ok(Verilated {
                kind,
                number,
                prefix,
                dir,
                makefile,
            })
        })
        .collect()
}

/// What is said for every class. `top` is the module, `list` the file list, as seen from `rtl/`.
fn common(top: &str, list: &str, bugs: bool, instruments: Instruments) -> Vec<String> {
    let mut arguments: Vec<String> = [
        "--cc",
        "--top-module",
        top,
        "--assert",
        "--timing",
        // Unknown values are random ones: nothing may depend on them.
        "--x-assign",
        "unique",
        "--x-initial",
        "unique",
        "--timescale-override",
        "1ns/1ns",
        // `cargo xtask lint` is the gate; a newer Verilator with more warnings must not break a build.
        "-Wno-fatal",
        "-F",
        list,
    ]
    .map(str::to_owned)
    .into();
    let mut option = |wanted: bool, options: &[&str]| {
        if wanted {
            arguments.extend(options.iter().map(|option| (*option).to_owned()));
        }
    };
    option(bugs, &["+define+PERSIMMON_BUGS"]);
    option(
        instruments.wave,
        &["--trace-fst", "--trace-structs", "--no-trace-top"],
    );
    option(
        instruments.coverage,
        &["--coverage-line", "--coverage-toggle", "--coverage-user"],
    );
    arguments
}

/// A netlist has its parameters behind it; what is around it has not. What its registers hold before the reset, the
/// bitstream decides.
fn netlist_arguments(variant: Variant, list: &Path) -> Vec<String> {
    let axi = variant.parameters().axi.is_some();
    let mut arguments: Vec<String> = [
        "--cc",
        "--top-module",
        top(variant),
        "--assert",
        "--timing",
        // Looks at each flip-flop whether it were better a table, which takes minutes.
        "-fno-table",
        "--timescale-override",
        "1ns/1ns",
        "-Wno-fatal",
        "-F",
    ]
    .map(str::to_owned)
    .into();
    arguments.push(list.display().to_string());
    if axi {
        arguments.extend(parameter_arguments(variant));
        arguments.extend(BENCH.map(str::to_owned));
    }
    arguments
}

fn board_arguments(board: BoardBuild, instruments: Instruments) -> Vec<String> {
    let mut arguments = common("persimmon_board", "board/board.f", true, instruments);
    let parameters = board.parameters().iter();
    arguments.extend(parameters.map(|(name, value)| format!("-G{name}={value}")));
    arguments
}

fn arguments(variant: Variant, instruments: Instruments) -> Vec<String> {
    let mut arguments = common(top(variant), "iommu.f", variant.has_bugs(), instruments);
    arguments.extend(parameter_arguments(variant));
    if variant.parameters().axi.is_some() {
        arguments.extend(BENCH.map(str::to_owned));
    }
    arguments
}

/// What only a simulation has, checkers and a look inside, is around the top of the design.
fn top(variant: Variant) -> &'static str {
    match variant.parameters().axi {
        Some(_) => "persimmon_bench",
        None => "iommu_core",
    }
}

fn parameter_arguments(variant: Variant) -> Vec<String> {
    let parameters = variant.parameters().by_name().into_iter();
    parameters
        .map(|(name, value)| format!("-G{name}={value}"))
        .collect()
}

impl Verilated {
    /// The `.cpp` files that the makefile lists under `variables`.
    pub fn list(&self, variables: &[&str]) -> Vec<String> {
        let mut names = Vec::new();
        let mut wanted = false;
        for line in self.makefile.lines() {
            match line.split_once("+=") {
                Some((variable, _)) => wanted = variables.contains(&variable.trim()),
                None if wanted => {
                    let name = line.trim_end_matches('\\').trim();
                    if name.is_empty() {
                        wanted = false;
                    } else {
                        names.push(format!("{name}.cpp"));
                    }
                }
                None => {}
            }
        }
        names
    }

    /// One `#include` for each of them, as found from [`directory`].
    pub fn include_all(&self, variables: &[&str]) -> String {
        self.list(variables)
            .iter()
            .map(|name| format!("#include \"{}/{name}\"\n", self.prefix))
            .collect()
    }

    /// The `VM_` settings of the makefile, which the C++ wants as macros: `VM_TRACE` and its like.
    pub fn settings(&self) -> Vec<(&str, &str)> {
        self.makefile
            .lines()
            .filter(|line| line.starts_with("VM_"))
            .filter_map(|line| line.split_once(" = "))
            .map(|(name, value)| (name.trim(), value.trim()))
            .filter(|(_, value)| matches!(*value, "0" | "1"))
            .collect()
    }
}
