// SPDX-License-Identifier: Apache-2.0
//! Yosys' JSON, as much of it as the reports need.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use serde::Deserialize;

use super::report::Counts;
use super::store;

/// A bit of a net: its number, or a constant.
#[derive(Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(untagged)]
pub enum Bit {
    /// A net.
    Net(u32),
    /// `0`, `1`, `x` or `z`.
    Constant(String),
}

/// Whatever is instantiated.
#[derive(Deserialize, Debug)]
pub struct Cell {
    /// Its type, or a module.
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default)]
    attributes: Attributes,
    /// `input`, `output` or `inout`, by port.
    #[serde(default)]
    pub port_directions: BTreeMap<String, String>,
    /// By port.
    #[serde(default)]
    pub connections: BTreeMap<String, Vec<Bit>>,
}

impl Cell {
    /// Nets at all ports of one direction.
    pub fn nets(&self, direction: &str) -> impl Iterator<Item = u32> {
        self.connections
            .iter()
            .filter(move |(port, _)| {
                self.port_directions
                    .get(*port)
                    .is_some_and(|found| found == direction)
            })
            .flat_map(|(_, bits)| bits)
            .filter_map(|bit| match bit {
                Bit::Net(net) => Some(*net),
                Bit::Constant(_) => None,
            })
    }

    /// The module that the line which it was made from lies in: the RTL has one a file.
    pub fn source_module(&self) -> Option<&str> {
        let places = self.attributes.src.as_deref()?.split('|');
        let mut files = places.filter_map(|place| place.split(':').next());
        let file =
            files.find(|file| file.starts_with("rtl/") || file.starts_with("constraints/"))?;
        Path::new(file).file_stem()?.to_str()
    }
}

#[derive(Deserialize, Default, Debug)]
struct Attributes {
    src: Option<String>,
}

/// A port of a module.
#[derive(Deserialize, Debug)]
pub struct Port {
    /// `input`, `output` or `inout`.
    pub direction: String,
    bits: Vec<Bit>,
}

impl Port {
    /// In bits.
    pub fn width(&self) -> usize {
        self.bits.len()
    }
}

#[derive(Deserialize, Debug)]
pub struct Net {
    /// Least significant first.
    pub bits: Vec<Bit>,
}

/// One module.
#[derive(Deserialize, Debug)]
pub struct Body {
    /// By name.
    #[serde(default)]
    pub ports: BTreeMap<String, Port>,
    /// By name.
    #[serde(default)]
    pub cells: BTreeMap<String, Cell>,
    /// By name; one net may have several.
    #[serde(default)]
    pub netnames: BTreeMap<String, Net>,
}

/// A whole file.
#[derive(Deserialize, Debug)]
pub struct File {
    /// What wrote it.
    pub creator: String,
    /// By name.
    pub modules: BTreeMap<String, Body>,
}

impl File {
    /// Reads `path`, and tells its hash.
    pub fn read(path: &Path) -> anyhow::Result<(Self, String)> {
        let text = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let file = serde_json::from_slice(&text)
            .with_context(|| format!("{} is not what Yosys writes", path.display()))?;
        Ok((file, store::key([text.as_slice()])))
    }
}

/// A flat design.
pub struct Netlist {
    /// What Yosys calls itself.
    pub creator: String,
    /// Of the file.
    pub sha256: String,
    /// The only module.
    pub body: Body,
}

impl Netlist {
    /// Module `top` of the file at `path`.
    pub fn read(path: &Path, top: &str) -> anyhow::Result<Self> {
        let (mut file, sha256) = File::read(path)?;
        let body = file
            .modules
            .remove(top)
            .with_context(|| format!("{} has no module {top}", path.display()))?;
        Ok(Self {
            creator: file.creator,
            sha256,
            body,
        })
    }

    /// Cells by type. Notes that Yosys takes about where things came from are none.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::new();
        for cell in self.body.cells.values() {
            if !cell.kind.starts_with('$') {
                *counts.entry(cell.kind.clone()).or_default() += 1;
            }
        }
        counts
    }

    /// The value of an output that is constant.
    pub fn constant(path: &Path, top: &str, port: &str) -> anyhow::Result<u64> {
        let netlist = Self::read(path, top)?;
        let port = netlist
            .body
            .ports
            .get(port)
            .with_context(|| format!("{top} has no port {port}"))?;
        port.bits.iter().rev().try_fold(0, |value, bit| match bit {
            Bit::Constant(text) if text == "0" => Ok(2 * value),
            Bit::Constant(text) if text == "1" => Ok(2 * value + 1),
            other => bail!("{top}: bit {other:?} is no constant"),
        })
    }
}
