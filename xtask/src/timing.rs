// SPDX-License-Identifier: Apache-2.0
//! `cargo xtask timing`: the timing diagrams of `docs/integration.md`.
//!
//! Each `docs/timing/NAME.json` is WaveJSON, rendered by WaveDrom to `NAME.svg` beside it; both are committed. That the
//! diagrams are true is for `cargo xtask cocotb` to say: `sim/cocotb/test_timing.py` plays each of them on the RTL and
//! compares every lane, clock by clock.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail, ensure};

use crate::tools;

const FOLDER: &str = "docs/timing";

/// Renders its first argument into its second, folder to folder. Of WaveDrom's stylesheet of drawn bricks only those
/// that a diagram uses are kept: the rest is nine tenths of the file. A white sheet below keeps the diagram readable on a
/// dark page, and one comment tells where the file comes from.
const RENDER: &str = r##"
import json
import re
import sys
from pathlib import Path
from xml.etree import ElementTree as xml
from yowasp_wavedrom import render

SVG = "http://www.w3.org/2000/svg"
HREF = "{http://www.w3.org/1999/xlink}href"
xml.register_namespace("", SVG)
xml.register_namespace("xlink", "http://www.w3.org/1999/xlink")

source, target = map(Path, sys.argv[1:])
for path in sorted(source.glob("*.json")):
    diagram = json.loads(path.read_text(encoding="utf-8"))
    diagram.pop("x-persimmon", None)
    root = xml.fromstring(render(diagram))
    used = {node.get(HREF)[1:] for node in root.iter() if node.get(HREF)}
    for bricks in root.findall(f"{{{SVG}}}defs"):
        for brick in list(bricks):
            if brick.get("id") not in used:
                bricks.remove(brick)
    sheet = xml.Element(f"{{{SVG}}}rect", {"width": "100%", "height": "100%", "fill": "#fff"})
    root.insert([node.tag for node in root].index(f"{{{SVG}}}defs"), sheet)
    text = xml.tostring(root, encoding="unicode")
    head = f"<!-- Made from {path.name} by `cargo xtask timing`; do not edit. -->\n"
    (target / f"{path.stem}.svg").write_text(head + text + "\n", encoding="utf-8")
"##;

/// Renders into the repository, or with `check` only compares.
pub fn run(check: bool) -> anyhow::Result<()> {
    let folder = tools::root().join(FOLDER);
    let fresh = tools::tools_dir()?.join("timing");
    if fresh.exists() {
        fs::remove_dir_all(&fresh).with_context(|| format!("cannot remove {}", fresh.display()))?;
    }
    fs::create_dir_all(&fresh).with_context(|| format!("cannot create {}", fresh.display()))?;
    let mut command = tools::python("wavedrom")?;
    command.args(["-c", RENDER]).args([&folder, &fresh]);
    tools::run(&mut command, "wavedrom")?;

    let (old, new) = (drawings(&folder)?, drawings(&fresh)?);
    ensure!(!new.is_empty(), "there is no diagram in {FOLDER}");
    let mut stale = Vec::new();
    for name in old.union(&new) {
        let drawn = fs::read(fresh.join(name)).ok();
        if fs::read(folder.join(name)).ok() == drawn {
            continue;
        }
        stale.push(name.as_str());
        if !check {
            let to = folder.join(name);
            match drawn {
                Some(drawn) => fs::write(&to, drawn),
                None => fs::remove_file(&to),
            }
            .with_context(|| format!("cannot change {}", to.display()))?;
        }
    }
    if check && !stale.is_empty() {
        bail!(
            "{} in {FOLDER} are not what their sources say; run `cargo xtask timing` and commit the result",
            stale.join(", ")
        );
    }
    if !stale.is_empty() {
        println!("wrote {}", stale.join(", "));
    }
    println!("{} timing diagrams match their sources", new.len());
    Ok(())
}

/// The names of the SVG files in a folder.
fn drawings(folder: &Path) -> anyhow::Result<BTreeSet<String>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut names = BTreeSet::new();
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".svg") {
            names.insert(name);
        }
    }
    Ok(names)
}
