// SPDX-License-Identifier: Apache-2.0
//! Yosys: from SystemVerilog to cells of the device.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::design::Design;
use super::netlist::Netlist;
use super::report::{Counts, Module};
use super::{hierarchy, job, store};
use crate::tools;

/// How cells are counted by module. A change takes another number, so that what is kept is made again.
const METHOD: &[u8] = b"3";

/// A mapped design.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Synthesis {
    /// The netlist, for nextpnr. Not kept: the folder may be moved.
    #[serde(skip)]
    pub netlist: PathBuf,
    /// The same with its hierarchy, before it was mapped. Missing if it could not be read.
    #[serde(skip)]
    pub hierarchy: PathBuf,
    /// What Yosys calls itself.
    pub yosys: String,
    /// SHA-256 of the netlist.
    pub sha256: String,
    /// Cells by type.
    pub cells: Counts,
    /// Cells by instance, if the hierarchy could be read.
    pub modules: Option<Vec<Module>>,
}

/// Maps `design`; `key` is [`Design::sources_key`]. Files go to `dir` and begin with `stem`.
pub fn run(
    design: &Design,
    key: &str,
    dir: &Path,
    stem: &str,
    force: bool,
) -> anyhow::Result<Synthesis> {
    let netlist = dir.join(format!("{stem}.json"));
    let read = design.read("");
    let mut map = design.device.family.mapping(&design.top);
    let key = store::key([
        key.as_bytes(),
        read.join("\n").as_bytes(),
        map.join("\n").as_bytes(),
        METHOD,
    ]);
    map.push(format!("write_json {}", tools::quoted(&netlist)?));
    let force = force || !netlist.is_file();
    let mut result = store::keep(&dir.join(format!("{stem}.done")), &key, force, || {
        let what = format!("{}: yosys {stem}", design.name);
        let mut script: Vec<_> = read.iter().map(String::as_str).collect();
        script.extend(design.device.family.prepare());
        script.extend(map.iter().map(String::as_str));
        yosys(&script, &what, &dir.join(format!("{stem}.log")))?;
        let parsed = Netlist::read(&netlist, &design.top)?;
        Ok(Synthesis {
            yosys: parsed.creator.clone(),
            sha256: parsed.sha256.clone(),
            cells: parsed.counts(),
            // A frame is only subtracted.
            modules: (!design.is_empty())
                .then(|| modules(design, &parsed, dir, stem))
                .flatten(),
            netlist: PathBuf::new(),
            hierarchy: PathBuf::new(),
        })
    })?;
    result.netlist = netlist;
    result.hierarchy = hierarchy_file(dir, stem);
    Ok(result)
}

/// The breakdown is a comment on the result, so that not being able to make it is one, too.
fn modules(design: &Design, netlist: &Netlist, dir: &Path, stem: &str) -> Option<Vec<Module>> {
    let made = elaborate(design, dir, stem)
        .and_then(|path| hierarchy::Hierarchy::read(&path, &design.top))
        .map(|hierarchy| hierarchy.attribute(netlist));
    made.inspect_err(|why| eprintln!("{}: no breakdown by module: {why:#}", design.name))
        .ok()
}

/// The same sources with their hierarchy kept, which a mapped netlist no longer shows.
fn elaborate(design: &Design, dir: &Path, stem: &str) -> anyhow::Result<PathBuf> {
    let path = hierarchy_file(dir, stem);
    let read = design.read(" --keep-hierarchy");
    let write = format!("write_json {}", tools::quoted(&path)?);
    let mut script: Vec<_> = read.iter().map(String::as_str).collect();
    script.push(&write);
    yosys(
        &script,
        &format!("{}: yosys hierarchy", design.name),
        &dir.join(format!("{stem}-hierarchy.log")),
    )?;
    Ok(path)
}

fn hierarchy_file(dir: &Path, stem: &str) -> PathBuf {
    dir.join(format!("{stem}-hierarchy.json"))
}

/// What the package computes for `design`: LATENCY of the harness in it.
pub fn latency(design: &Design, dir: &Path) -> anyhow::Result<u64> {
    const PROBE: &str = "fpga_constants";
    let path = dir.join("constants.json");
    let mut read = format!("read_slang -D SYNTHESIS --top {PROBE}");
    for name in ["ENTRIES", "K"] {
        if let Some(value) = design.parameters.get(name) {
            read += &format!(" -G {name}={value}");
        }
    }
    read += &format!(" rtl/iommu_pkg.sv constraints/harness/{PROBE}.sv");
    yosys(
        &[
            &read,
            "opt_expr",
            "opt_clean",
            &format!("write_json {}", tools::quoted(&path)?),
        ],
        &format!("{}: yosys constants", design.name),
        &dir.join("constants.log"),
    )?;
    let port = match design.kind.as_str() {
        "table" => "table_latency_o",
        _ => "latency_o",
    };
    Netlist::constant(&path, PROBE, port)
}

/// Runs a script at the root of the repository.
fn yosys(script: &[&str], what: &str, log: &Path) -> anyhow::Result<()> {
    let mut command = tools::yosys()?;
    command.current_dir(tools::root()).args(script);
    job::run(&mut command, what, log)
}
