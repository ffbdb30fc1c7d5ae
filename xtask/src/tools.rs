// SPDX-License-Identifier: Apache-2.0
//! Where the tasks find the repository and their tools.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail, ensure};

use crate::verilator::{self, Verilator};
use crate::wheels;

/// Each argument is one command.
const YOSYS: &str = "
import sys
from pyosys import libyosys
design = libyosys.Design()
for line in sys.argv[1:]:
    libyosys.run_pass(line, design)
";

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask/ lies in the repository")
}

/// `target/persimmon-tools`.
pub fn tools_dir() -> anyhow::Result<PathBuf> {
    let exe = std::env::current_exe().context("cannot find the running executable")?;
    wheels::tools_dir(&exe).map_err(anyhow::Error::msg)
}

/// A python3 that finds the wheels of `requirements/NAME.txt`, and nothing that the user has installed.
pub fn python(name: &str) -> anyhow::Result<Command> {
    let requirements = root().join("requirements").join(format!("{name}.txt"));
    let dir = wheels::provision(&requirements, &tools_dir()?).map_err(anyhow::Error::msg)?;
    let mut command = Command::new("python3");
    command.env("PYTHONPATH", dir).arg("-s");
    Ok(command)
}

/// The cargo that runs this, at the root.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// Yosys: every argument that is added is one command of its script, and runs on what those before it have made.
/// `design -reset` begins with nothing again.
pub fn yosys() -> anyhow::Result<Command> {
    let mut command = python("yosys")?;
    command.args(["-c", YOSYS]);
    Ok(command)
}

/// A path, for a command of Yosys, which splits at spaces. Quoting takes care of them, not of quotes.
pub fn quoted(path: &Path) -> anyhow::Result<String> {
    let text = utf8(path)?;
    ensure!(!text.contains('"'), "Yosys takes no quotes in {text}");
    Ok(format!("\"{text}\""))
}

/// A path, for `read_slang`, which splits at spaces and takes no quotes.
pub fn unquoted(path: &Path) -> anyhow::Result<String> {
    // Yosys runs at the root, so that only a target folder somewhere else may have a name that cannot be said.
    let text = utf8(path.strip_prefix(root()).unwrap_or(path))?;
    ensure!(
        !text.contains(|c: char| c.is_whitespace() || c == '"'),
        "read_slang takes no spaces and no quotes in {text:?}: set CARGO_TARGET_DIR to a folder without them"
    );
    Ok(text.to_owned())
}

fn utf8(path: &Path) -> anyhow::Result<&str> {
    path.to_str()
        .with_context(|| format!("{} is not UTF-8", path.display()))
}

/// Verilator, found as `build.rs` finds it.
pub fn verilator() -> anyhow::Result<Verilator> {
    verilator::find(&root().join("requirements/verilator.txt"), &tools_dir()?)
        .map_err(anyhow::Error::msg)
}

/// Runs `command` and returns its standard output; if it fails, everything it said is the error.
pub fn run(command: &mut Command, what: &str) -> anyhow::Result<String> {
    let output = command
        .output()
        .with_context(|| format!("{what}: cannot run {:?}", command.get_program()))?;
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    if !output.status.success() {
        bail!(
            "{what} failed ({}):\n{}{}",
            output.status,
            text(&output.stdout),
            text(&output.stderr)
        );
    }
    Ok(text(&output.stdout))
}
