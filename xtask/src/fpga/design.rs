// SPDX-License-Identifier: Apache-2.0
//! What goes through the tools: a top module, its sources and parameters, and where it goes.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use anyhow::Context;

use super::boards::Board;
use super::device::{self, Device};
use super::report::{DesignInfo, DeviceInfo, Sources};
use super::{boards, store};
use crate::tools;

/// A frame without pins, which goes on any device.
#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Harness {
    /// `persimmon` as it is
    Core,
    /// `iotlb` alone: search, merge engine and both banks
    Table,
}

impl Harness {
    /// How options and reports name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::Table => "table",
        }
    }

    fn top(self) -> &'static str {
        match self {
            Self::Core => "persimmon_harness",
            Self::Table => "iotlb_harness",
        }
    }

    /// What is measured unless options say otherwise. The front end is told all of them, so that a figure does not move
    /// with a default of the RTL.
    pub fn defaults(self) -> &'static [(&'static str, u64)] {
        match self {
            Self::Core => &[
                ("ENTRIES", 2048),
                ("ASIDS", 16),
                ("GROUPS", 16),
                ("OUTSTANDING", 16),
                ("PORTS", 1),
                ("SEARCH_PORTS", 1),
                ("DIRTY_PAGES", 0),
                ("PARITY", 1),
            ],
            Self::Table => &[("ENTRIES", 2048), ("ASIDS", 16), ("PARITY", 1)],
        }
    }
}

/// The parameter that leaves a frame with nothing in it.
const EMPTY: &str = "EMPTY";

/// One design on one device.
#[derive(Clone, Debug)]
pub struct Design {
    /// The folder below `target/fpga/`.
    pub name: String,
    /// `core`, `table`, or the name of a board or module.
    pub kind: String,
    /// Top module.
    pub top: String,
    /// Besides [`Family::files`](device::Family::files), seen from the root of the repository.
    pub sources: Vec<String>,
    /// Of the top.
    pub parameters: BTreeMap<String, u64>,
    /// Where it goes.
    pub device: &'static Device,
    /// In which package.
    pub package: &'static str,
    /// The clock that nextpnr aims at.
    pub mhz: f64,
    /// The board, if it has one.
    pub board: Option<&'static Board>,
    /// A module by itself, [`kind`](Self::kind): what is slow in it is asked for.
    pub alone: bool,
    /// The frame of such a module, in Verilog.
    pub frame: Option<String>,
}

impl Design {
    /// In a frame, on a device.
    pub fn framed(
        harness: Harness,
        device: &'static Device,
        parameters: BTreeMap<String, u64>,
        mhz: f64,
    ) -> Self {
        let (kind, top) = (harness.name(), harness.top());
        let usual = |name: &str, value: u64| {
            name != "ENTRIES" && harness.defaults().contains(&(name, value))
        };
        let mut named = parameters.clone();
        named.retain(|name, value| !usual(name, *value));
        Self {
            name: name(&[kind, device.name], &named),
            kind: kind.to_owned(),
            top: top.to_owned(),
            sources: device
                .family
                .harness()
                .iter()
                .map(|file| (*file).to_owned())
                .chain([format!("constraints/harness/{top}.sv")])
                .collect(),
            parameters,
            device,
            package: device.package,
            mhz,
            board: None,
            alone: false,
            frame: None,
        }
    }

    /// A module, to be put into a frame by [`super::module::frame`].
    pub fn module(
        module: &str,
        device: &'static Device,
        parameters: BTreeMap<String, u64>,
        mhz: f64,
    ) -> Self {
        Self {
            name: name(&["module", module, device.name], &parameters),
            kind: module.to_owned(),
            top: module.to_owned(),
            sources: Vec::new(),
            parameters,
            device,
            package: device.package,
            mhz,
            board: None,
            alone: true,
            frame: None,
        }
    }

    /// The top of a board. `parameters` win over the board's own.
    pub fn board(name_: &str, parameters: &BTreeMap<String, u64>) -> anyhow::Result<Self> {
        let board = boards::find(name_)?;
        let device = device::find(board.device)?;
        let mut all: BTreeMap<String, u64> = board
            .parameters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), *value))
            .collect();
        all.extend(parameters.clone());
        Ok(Self {
            name: name(&[board.name], parameters),
            kind: board.name.to_owned(),
            top: board.top.to_owned(),
            sources: board.sources.iter().map(|&path| path.to_owned()).collect(),
            parameters: all,
            device,
            package: board.package.unwrap_or(device.package),
            mhz: board.mhz,
            board: Some(board),
            alone: false,
            frame: None,
        })
    }

    /// The frame alone, to be subtracted; nothing for a board.
    pub fn wrapper(&self) -> Option<Self> {
        if self.board.is_some() {
            return None;
        }
        let mut wrapper = self.clone();
        wrapper.parameters.insert(EMPTY.to_owned(), 1);
        Some(wrapper)
    }

    /// Nothing but a frame.
    pub fn is_empty(&self) -> bool {
        self.parameters.contains_key(EMPTY)
    }

    /// What Yosys reads it with, `more` options of the front end included.
    pub fn read(&self, more: &str) -> Vec<String> {
        let top = if self.alone { &self.kind } else { &self.top };
        let mut words = format!("read_slang -D SYNTHESIS --top {top}{more}");
        let parameters = self.parameters.iter();
        for (name, value) in parameters.filter(|(name, _)| !self.alone || *name != EMPTY) {
            words += &format!(" -G {name}={value}");
        }
        let files = self.device.family.files();
        let mut all = vec![format!("{words} -F {files} {}", self.sources.join(" "))];
        // The frame knows widths, not types, so it is joined to what the front end has made.
        let empty = if self.is_empty() { "-D EMPTY " } else { "" };
        let frame = self.frame.iter();
        all.extend(frame.flat_map(|path| {
            let read = format!("read_verilog -sv {empty}\"{path}\"");
            [read, format!("proc {}", self.top)]
        }));
        all
    }

    /// Everything that the netlist depends on but the script: names and contents of sources, pins of the tools.
    pub fn sources_key(&self) -> anyhow::Result<String> {
        let list = self.device.family.files();
        let mut files = vec![list.to_owned(), "requirements/yosys.txt".to_owned()];
        files.extend(listed(list)?.into_iter().map(|file| format!("rtl/{file}")));
        files.extend(self.sources.iter().chain(&self.frame).cloned());
        files.push(format!("requirements/{}.txt", self.device.family.wheels()));
        files.extend(self.board.map(|board| board.pins.to_owned()));
        let mut parts = Vec::new();
        for file in files {
            let path = tools::root().join(&file);
            let text =
                fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            parts.extend([file.into_bytes(), text]);
        }
        Ok(store::key(parts.iter().map(Vec::as_slice)))
    }

    /// As reports have it.
    pub fn info(&self) -> DesignInfo {
        DesignInfo {
            kind: self.kind.clone(),
            top: self.top.clone(),
            parameters: self.parameters.clone(),
        }
    }

    /// As reports have it.
    pub fn device_info(&self) -> DeviceInfo {
        let family = self.device.family;
        DeviceInfo {
            name: self.device.name.to_owned(),
            family: family.name().to_owned(),
            package: self.package.to_owned(),
            speed: self.device.speed,
            target_mhz: self.mhz,
            logic: family.logic().iter().map(|&name| name.to_owned()).collect(),
            block_ram: family.block_ram().to_owned(),
        }
    }
}

/// `core-lfe5u-85f-dirty_pages4096-entries64`: what makes a run another one.
fn name(words: &[&str], parameters: &BTreeMap<String, u64>) -> String {
    let parameters = parameters
        .iter()
        .map(|(name, value)| format!("{}{value}", name.to_lowercase()));
    let words = words.iter().map(|&word| word.to_owned());
    words.chain(parameters).collect::<Vec<_>>().join("-")
}

/// The files of a list in `rtl/`, seen from there.
pub fn listed(list: &str) -> anyhow::Result<Vec<String>> {
    let path = tools::root().join(list);
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let lines = text.lines().map(str::trim);
    Ok(lines
        .filter(|line| !line.is_empty() && !line.starts_with("//"))
        .map(str::to_owned)
        .collect())
}

/// Where the checkout stands.
pub fn sources(sha256: String) -> Sources {
    let git = |args: &[&str]| {
        let output = Command::new("git")
            .current_dir(tools::root())
            .args(args)
            .output()
            .ok()?;
        let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        output.status.success().then_some(said)
    };
    // What --record has written is no part of a design.
    let mut status = vec!["status", "--porcelain", "--untracked-files=no"];
    status.extend(["--", ".", ":!docs"]);
    let modified = git(&status);
    Sources {
        git: git(&["rev-parse", "HEAD"]).unwrap_or_else(|| "unknown".to_owned()),
        modified: modified.is_none_or(|lines| !lines.is_empty()),
        sha256,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_runs_apart() {
        let device = device::find("lfe5u-85f").unwrap();
        let parameters = |entries| BTreeMap::from([("ENTRIES".to_owned(), entries)]);
        let of = |entries| Design::framed(Harness::Core, device, parameters(entries), 150.0);
        assert_eq!(of(64).name, "core-lfe5u-85f-entries64");
        assert_ne!(of(64).name, of(512).name);
    }

    /// A frame is only worth subtracting if both harnesses know how to be empty.
    #[test]
    fn both_harnesses_can_be_empty() {
        for harness in [Harness::Core, Harness::Table] {
            let path = format!("constraints/harness/{}.sv", harness.top());
            let text = fs::read_to_string(tools::root().join(path)).unwrap();
            assert!(text.contains("parameter bit EMPTY"), "{}", harness.top());
        }
    }
}
