// SPDX-License-Identifier: Apache-2.0
//! `cargo xtask package`: the descriptions for other people's flows, each elaborated from what its own tool makes of it.
//!
//! | description | tool | what is elaborated |
//! |---|---|---|
//! | `rtl/iommu.f` | Verilator, by itself | the list |
//! | `persimmon.core` | FuseSoC, target `lint` | the files that it copies, with the options that it writes |
//! | `Bender.yml` | Bender, `script verilator` | the list that it prints |
//!
//! All three must name the same files in the same order. FuseSoC is asked to set the target up, not to run it: its
//! Verilator back end wants make and a `verilator` on the path, which a fresh machine need not have.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

use crate::tools;

/// The list that all others are compared with.
const FILES: &str = "rtl/iommu.f";
const TOP: &str = "persimmon";
const WAIVERS: &str = "rtl/regs/gen_waivers.vlt";
/// Released on crates.io; the front end that it can embed is not needed to list files.
const BENDER: &str = "0.32.1";

const FUSESOC: &str = "
import sys
from fusesoc.main import main
sys.argv[0] = 'fusesoc'
main()
";

/// Elaborates all descriptions.
pub fn run() -> anyhow::Result<()> {
    let listed = listed()?;
    let root = tools::root();
    let absolute = |file: &String| root.join(file).display().to_string();
    let work = tools::tools_dir()?.join("package");

    let plain: Vec<String> = listed.iter().map(absolute).collect();
    lint(root, &plain, true, FILES)?;
    println!("{FILES}: {} files, verilator -Wall", listed.len());

    let (dir, written) = fusesoc(&work)?;
    let named: Vec<_> = written.iter().filter_map(|word| below_rtl(word)).collect();
    same("persimmon.core", &named, &listed)?;
    lint(&dir, &written, false, "persimmon.core")?;
    println!("persimmon.core: fusesoc run --target lint, verilator -Wall");

    let written = bender()?;
    let named: Vec<_> = written.iter().filter_map(|word| below_rtl(word)).collect();
    same("Bender.yml", &named, &listed)?;
    lint(root, &written, true, "Bender.yml")?;
    println!("Bender.yml: bender {BENDER} script verilator, verilator -Wall");
    Ok(())
}

/// The files of [`FILES`], seen from the root of the repository.
fn listed() -> anyhow::Result<Vec<String>> {
    let files = crate::fpga::listed(FILES)?;
    Ok(files
        .into_iter()
        .map(|file| format!("rtl/{file}"))
        .collect())
}

/// FuseSoC's work directory, and the words of the file that it wrote for Verilator.
fn fusesoc(work: &Path) -> anyhow::Result<(PathBuf, Vec<String>)> {
    let dir = work.join("fusesoc");
    // FuseSoC leaves files of an earlier run where they are.
    if dir.exists() {
        fs::remove_dir_all(&dir).with_context(|| format!("cannot empty {}", dir.display()))?;
    }
    fs::create_dir_all(&dir).with_context(|| format!("cannot create {}", dir.display()))?;
    let mut command = tools::python("fusesoc")?;
    // What a user has configured is not ours to read or change.
    for (variable, place) in [
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_CACHE_HOME", "cache"),
    ] {
        command.env(variable, dir.join(place));
    }
    let out = dir.join("lint");
    command
        .current_dir(tools::root())
        .args(["-c", FUSESOC, "--cores-root", ".", "run"])
        .args(["--target", "lint", "--setup", "--work-root"])
        .arg(&out)
        .args(["::persimmon", "--ENTRIES", "64"]);
    tools::run(&mut command, "fusesoc run --target lint")?;
    let script = fs::read_dir(&out)
        .with_context(|| format!("cannot list {}", out.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|ending| ending == "vc"))
        .with_context(|| format!("FuseSoC wrote no .vc file to {}", out.display()))?;
    let text =
        fs::read_to_string(&script).with_context(|| format!("cannot read {}", script.display()))?;
    Ok((out, text.split_whitespace().map(str::to_owned).collect()))
}

/// What Bender would have Verilator read.
fn bender() -> anyhow::Result<Vec<String>> {
    let place = tools::tools_dir()?.join(format!("bender-{BENDER}"));
    let bin = place
        .join("bin")
        .join(format!("bender{}", env::consts::EXE_SUFFIX));
    if !bin.is_file() {
        eprintln!("bender {BENDER}: cargo install, some minutes");
        let mut install = tools::cargo();
        install
            .args([
                "install",
                "--quiet",
                "--locked",
                "bender",
                "--version",
                BENDER,
            ])
            .args(["--no-default-features", "--root"])
            .arg(&place);
        tools::run(&mut install, "cargo install bender")?;
    }
    let mut command = Command::new(&bin);
    command
        .arg("--dir")
        .arg(tools::root())
        .args(["script", "verilator"]);
    let said = tools::run(&mut command, "bender script verilator")?;
    Ok(said.split_whitespace().map(str::to_owned).collect())
}

/// Verilator must have nothing to say. FuseSoC's words hold the options, Bender's and the plain list only files and
/// macros.
fn lint(dir: &Path, words: &[String], options: bool, what: &str) -> anyhow::Result<()> {
    let mut command = tools::verilator()?.command();
    command.current_dir(dir);
    if options {
        command
            .args([
                "--lint-only",
                "-Wall",
                "--assert",
                "--timing",
                "-GENTRIES=64",
            ])
            .args(["--top-module", TOP])
            .arg(tools::root().join(WAIVERS));
    }
    command.args(words);
    tools::run(&mut command, &format!("verilator -Wall, {what}")).map(drop)
}

/// `rtl/...`, if `word` ends in a SystemVerilog source below a folder of that name.
fn below_rtl(word: &str) -> Option<String> {
    let (_, file) = word.rsplit_once("/rtl/")?;
    file.ends_with(".sv").then(|| format!("rtl/{file}"))
}

fn same(what: &str, named: &[String], listed: &[String]) -> anyhow::Result<()> {
    let lacking: Vec<_> = listed.iter().filter(|file| !named.contains(file)).collect();
    let surplus: Vec<_> = named.iter().filter(|file| !listed.contains(file)).collect();
    ensure!(
        lacking.is_empty() && surplus.is_empty(),
        "{what} and {FILES} differ: {what} lacks {lacking:?} and has {surplus:?} too many"
    );
    ensure!(
        named == listed,
        "{what} has the files of {FILES} in another order; packages must come before what imports them"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Every source in a list or on disk is in all of them, without any tool.
    #[test]
    fn the_descriptions_name_the_same_files() {
        let listed = listed().unwrap();
        for description in ["persimmon.core", "Bender.yml"] {
            let text = fs::read_to_string(tools::root().join(description)).unwrap();
            let named: Vec<String> = text
                .lines()
                .filter_map(|line| line.trim().strip_prefix("- "))
                .filter(|file| file.ends_with(".sv"))
                .map(str::to_owned)
                .collect();
            same(description, &named, &listed).unwrap();
        }
    }

    /// In a list of its folder, or in that of a board.
    #[test]
    fn every_source_is_listed() {
        let mut known: BTreeSet<PathBuf> = BTreeSet::new();
        for list in ["rtl/iommu.f", "rtl/iommu_ecp5.f", "rtl/board/board.f"] {
            let folder = Path::new(list).parent().unwrap();
            let text = fs::read_to_string(tools::root().join(list)).unwrap();
            let files = text.lines().filter(|line| line.ends_with(".sv"));
            known.extend(files.map(|file| folder.join(file)));
        }
        for board in crate::fpga::BOARDS {
            known.extend(board.sources.iter().map(PathBuf::from));
        }
        let mut found = BTreeSet::new();
        let mut open = vec![tools::root().join("rtl")];
        while let Some(dir) = open.pop() {
            for entry in fs::read_dir(dir).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else if path.extension().is_some_and(|ending| ending == "sv") {
                    found.insert(path.strip_prefix(tools::root()).unwrap().to_owned());
                }
            }
        }
        assert_eq!(found, known);
    }

    #[test]
    fn a_difference_is_told_by_name() {
        let list = |files: &[&str]| {
            files
                .iter()
                .map(|&file| file.to_owned())
                .collect::<Vec<_>>()
        };
        let (both, one) = (list(&["rtl/a.sv", "rtl/b.sv"]), list(&["rtl/a.sv"]));
        let said = same("x", &one, &both).unwrap_err().to_string();
        assert!(said.contains("rtl/b.sv"), "{said}");
        assert!(same("x", &both, &one).is_err());
        assert!(same("x", &list(&["rtl/b.sv", "rtl/a.sv"]), &both).is_err());
        same("x", &both, &both).unwrap();
    }
}
