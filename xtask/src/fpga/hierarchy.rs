// SPDX-License-Identifier: Apache-2.0
//! Which part of the RTL a cell of a flat netlist belongs to.
//!
//! Mapping a design with its hierarchy kept would tell exactly, but of another netlist: nothing is optimised across a
//! border there, and the 64-entry core takes a fifth more LUTs. So the netlist that is placed is counted, cell by cell:
//!
//! - a memory belongs where its name says: mapping keeps it;
//! - a flip-flop or carry belongs where the RTL declares the net that it drives, or where the line lies from which it was
//!   made;
//! - a LUT or multiplexer belongs to the cells that it feeds, by majority: the mapper keeps neither names nor lines for it.
//!   So the logic behind a module's combinational output counts in the module with the register after it.
//!
//! The sum is exact, the borders are not; a few hundred cells may stand on the wrong side of one.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use anyhow::Context;

use super::netlist::{File, Netlist};
use super::report::{Counts, Module};

/// What a frame of [`super::module`] calls the module in it.
pub const FRAMED: &str = "u_framed";

/// Instances by path.
pub struct Hierarchy {
    modules: BTreeMap<String, String>,
    /// Nets that the RTL declares, by full name, with the instance that they are in. Inputs are left out: what drives
    /// them is elsewhere.
    nets: HashMap<String, String>,
}

impl Hierarchy {
    /// Reads what `read_slang --keep-hierarchy` has elaborated. A module is called `NAME$PATH` there.
    pub fn read(path: &Path, top: &str) -> anyhow::Result<Self> {
        let (file, _) = File::read(path)?;
        let mut hierarchy = Self {
            modules: BTreeMap::new(),
            nets: HashMap::new(),
        };
        hierarchy
            .walk(&file, top, "")
            .with_context(|| format!("{} has no module {top}", path.display()))?;
        Ok(hierarchy)
    }

    fn walk(&mut self, file: &File, module: &str, path: &str) -> Option<()> {
        let body = file.modules.get(module)?;
        let name = module.split('$').next().unwrap_or(module);
        self.modules.insert(path.to_owned(), name.to_owned());
        for net in body.netnames.keys() {
            if body
                .ports
                .get(net)
                .is_none_or(|port| port.direction != "input")
            {
                self.nets.insert(join(path, net), path.to_owned());
            }
        }
        for (instance, cell) in &body.cells {
            // A black box has no path in its name; neither has a module that was elaborated alone and put into a frame.
            let framed = instance == FRAMED;
            if framed || cell.kind.contains('$') && !cell.kind.starts_with('$') {
                self.walk(file, &cell.kind, &join(path, instance));
            }
        }
        Some(())
    }

    /// The instance that `name`, a cell or net of a flat netlist, begins with, and its module.
    pub fn instance(&self, name: &str) -> (&str, &str) {
        let mut end = name.len();
        loop {
            if let Some((path, module)) = self.modules.get_key_value(&name[..end]) {
                return (path, module);
            }
            match name[..end].rfind('.') {
                Some(dot) => end = dot,
                None => break,
            }
        }
        ("", self.modules.get("").map_or("", String::as_str))
    }

    /// Cells by instance, in the order of the paths.
    pub fn attribute(&self, netlist: &Netlist) -> Vec<Module> {
        let homes = self.homes(netlist);
        let mut counts: BTreeMap<&str, Counts> = BTreeMap::new();
        for (name, cell) in &netlist.body.cells {
            if cell.kind.starts_with('$') {
                continue;
            }
            let home = homes.get(name.as_str()).copied().unwrap_or("");
            let counts = counts.entry(home).or_default();
            *counts.entry(cell.kind.clone()).or_default() += 1;
        }
        counts
            .into_iter()
            .map(|(instance, cells)| Module {
                instance: instance.to_owned(),
                module: self.modules.get(instance).cloned().unwrap_or_default(),
                cells,
            })
            .collect()
    }

    /// The instance of each cell that has one.
    pub fn homes<'a>(&'a self, netlist: &'a Netlist) -> HashMap<&'a str, &'a str> {
        let declared = self.declared(netlist);
        let mut homes: HashMap<&str, &str> = HashMap::new();
        let mut open = Vec::new();
        for (name, cell) in &netlist.body.cells {
            let home = if is_memory(&cell.kind) {
                Some(self.instance(name).0)
            } else {
                self.own_home(cell, &declared)
            };
            match home {
                Some(home) => drop(homes.insert(name, home)),
                None => open.push(name.as_str()),
            }
        }

        let mut sinks: HashMap<u32, Vec<&str>> = HashMap::new();
        for (name, cell) in &netlist.body.cells {
            for net in cell.nets("input") {
                sinks.entry(net).or_default().push(name);
            }
        }
        // From the registers backwards. A cell waits until all that it feeds is known; only if nothing moves any more
        // does it go by what is known.
        let mut patient = true;
        while !open.is_empty() {
            let mut found = Vec::new();
            open.retain(|&name| {
                let fed: Vec<_> = netlist.body.cells[name]
                    .nets("output")
                    .filter_map(|net| sinks.get(&net))
                    .flatten()
                    .map(|sink| homes.get(sink).copied())
                    .collect();
                if patient && fed.contains(&None) {
                    return true;
                }
                let home = majority(fed.into_iter().flatten());
                found.extend(home.map(|home| (name, home)));
                home.is_none()
            });
            if found.is_empty() {
                if !patient {
                    break;
                }
                patient = false;
            } else {
                patient = true;
            }
            homes.extend(found);
        }
        homes
    }

    /// By what the cell drives, or by the line that it comes from.
    fn own_home<'a>(
        &'a self,
        cell: &super::netlist::Cell,
        declared: &HashMap<u32, Vec<&'a str>>,
    ) -> Option<&'a str> {
        let source = cell.source_module();
        let of_source = |path: &&str| {
            source.is_some_and(|source| self.modules.get(*path).is_some_and(|is| is == source))
        };
        let candidates: Vec<&str> = cell
            .nets("output")
            .filter_map(|net| declared.get(&net))
            .flatten()
            .copied()
            .collect();
        if let Some(home) = majority(candidates.iter().copied().filter(|path| of_source(path))) {
            return Some(home);
        }
        let mut instances = self
            .modules
            .iter()
            .filter(|(_, is)| Some(is.as_str()) == source);
        if let (Some((only, _)), None) = (instances.next(), instances.next()) {
            return Some(only);
        }
        // The innermost: a parent's name for the net is only a connection.
        let deepest = candidates.iter().map(|path| path.len()).max()?;
        majority(candidates.into_iter().filter(|path| path.len() == deepest))
    }

    /// The instances that declare each net other than as an input.
    fn declared<'a>(&'a self, netlist: &Netlist) -> HashMap<u32, Vec<&'a str>> {
        let mut declared: HashMap<u32, Vec<&str>> = HashMap::new();
        for (name, net) in &netlist.body.netnames {
            let Some(instance) = self.nets.get(name) else {
                continue;
            };
            for bit in &net.bits {
                if let super::netlist::Bit::Net(net) = bit {
                    declared.entry(*net).or_default().push(instance);
                }
            }
        }
        declared
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// Block RAM and distributed RAM.
fn is_memory(kind: &str) -> bool {
    ["DP16KD", "PDPW16KD", "TRELLIS_DPR16X4"].contains(&kind) || kind.starts_with("SB_RAM")
}

/// The most frequent; of several, the first in order, so that a second run says the same.
fn majority<'a>(paths: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for path in paths {
        *counts.entry(path).or_default() += 1;
    }
    let most = *counts.values().max()?;
    counts
        .into_iter()
        .find_map(|(path, count)| (count == most).then_some(path))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    /// `top` has `u_a`, whose register drives `u_b`, which has a register behind a LUT without a name.
    const HIERARCHY: &str = r#"{"creator": "test", "modules": {
        "top": {"ports": {}, "netnames": {"wire": {"bits": [1]}}, "cells": {
            "u_a": {"type": "a$top.u_a"}, "u_b": {"type": "b$top.u_b"}, "box": {"type": "DP16KD"}}},
        "a$top.u_a": {"ports": {"q_o": {"direction": "output", "bits": [2]}},
            "netnames": {"q_o": {"bits": [2]}}, "cells": {}},
        "b$top.u_b": {"ports": {"d_i": {"direction": "input", "bits": [2]}},
            "netnames": {"d_i": {"bits": [2]}, "q": {"bits": [3]}}, "cells": {}}}}"#;

    const NETLIST: &str = r#"{"creator": "test", "modules": {"top": {"ports": {},
        "netnames": {"wire": {"bits": [5]}, "u_a.q_o": {"bits": [5]}, "u_b.d_i": {"bits": [5]},
            "u_b.q_DI": {"bits": [6]}, "u_b.q": {"bits": [7]}},
        "cells": {
            "u_b.wrong_name": {"type": "TRELLIS_FF", "port_directions": {"DI": "input", "Q": "output"},
                "connections": {"DI": ["0"], "Q": [5]}},
            "u_a.wrong_name": {"type": "LUT4", "port_directions": {"A": "input", "Z": "output"},
                "connections": {"A": [5], "Z": [6]}},
            "last": {"type": "TRELLIS_FF", "port_directions": {"DI": "input", "Q": "output"},
                "connections": {"DI": [6], "Q": [7]}},
            "u_a.mem.0.1": {"type": "DP16KD", "port_directions": {"DOA0": "output"}, "connections": {"DOA0": [9]}},
            "note": {"type": "$scopeinfo"}}}}}"#;

    fn file(name: &str, text: &str) -> PathBuf {
        let name = format!("persimmon-hierarchy-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    #[test]
    fn cells_go_by_what_they_drive() {
        let (tree, flat) = (file("tree", HIERARCHY), file("flat", NETLIST));
        let hierarchy = Hierarchy::read(&tree, "top").unwrap();
        let netlist = Netlist::read(&flat, "top").unwrap();
        let modules = hierarchy.attribute(&netlist);
        let found: Vec<_> = modules
            .iter()
            .map(|module| {
                (
                    module.instance.as_str(),
                    module.module.as_str(),
                    &module.cells,
                )
            })
            .collect();
        let count = |cells: &[&str]| cells.iter().map(|&cell| (cell.to_owned(), 1)).collect();
        let (a, b): (Counts, Counts) = (
            count(&["TRELLIS_FF", "DP16KD"]),
            count(&["LUT4", "TRELLIS_FF"]),
        );
        assert_eq!(found, [("u_a", "a", &a), ("u_b", "b", &b)]);
        assert_eq!(netlist.counts().values().sum::<u64>(), 4);
        std::fs::remove_file(tree).unwrap();
        std::fs::remove_file(flat).unwrap();
    }

    #[test]
    fn a_name_lies_in_its_innermost_instance() {
        let tree = file("names", HIERARCHY);
        let hierarchy = Hierarchy::read(&tree, "top").unwrap();
        assert_eq!(hierarchy.instance("u_b.q_LUT4_Z"), ("u_b", "b"));
        assert_eq!(hierarchy.instance("fold_q"), ("", "top"));
        std::fs::remove_file(tree).unwrap();
    }
}
