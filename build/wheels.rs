// SPDX-License-Identifier: Apache-2.0
//! Tools from the Python package index: pinned by version and hash, installed below `target/`.
//!
//! Shared by `build.rs` and `xtask` (each includes this file by path), so that both find what the other has
//! installed. A set of wheels is named by its requirements file, `requirements/NAME.txt`. No virtual
//! environment is made: Debian's python3 cannot make one without a further package, `pip --target` can.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder that holds every provisioned tool: `persimmon-tools` in cargo's target directory.
///
/// `inside` is any path in the target directory (`OUT_DIR`, or the running executable). Wherever `CARGO_TARGET_DIR` or
/// a configuration file puts it, cargo keeps these files at its top; the first is missing if somebody else made the
/// directory.
pub fn tools_dir(inside: &Path) -> Result<PathBuf, String> {
    let tops = ["CACHEDIR.TAG", ".rustc_info.json"];
    inside
        .ancestors()
        .find(|dir| tops.iter().any(|file| dir.join(file).is_file()))
        .map(|target| target.join("persimmon-tools"))
        .ok_or_else(|| format!("{} lies in no cargo target directory", inside.display()))
}

/// The folder that holds the wheels of `requirements`, installing them on first use.
///
/// The folder is complete or absent: wheels go to a folder of this process first, which is then renamed. A lock
/// makes a second process wait instead of downloading the same again. On failure: one message that says what to
/// install.
pub fn provision(requirements: &Path, tools: &Path) -> Result<PathBuf, String> {
    let pins = fs::read(requirements)
        .map_err(|e| format!("cannot read {}: {e}", requirements.display()))?;
    let name = requirements
        .file_stem()
        .and_then(|stem| stem.to_str())
        .ok_or_else(|| format!("{} has no usable file name", requirements.display()))?;

    // Wheels with compiled code serve one Python version only.
    let python = python_tag(name)?;
    let mut hash = Fnv1a::default();
    hash.write(&pins);
    let dir = tools.join(format!("{name}-{python}-{:016x}", hash.finish()));
    if dir.is_dir() {
        return Ok(dir);
    }

    let io = |what: &str, path: &Path, e: std::io::Error| {
        format!("cannot {what} {}: {e}", path.display())
    };
    fs::create_dir_all(tools).map_err(|e| io("create", tools, e))?;
    let lock_path = tools.join(format!("{name}.lock"));
    let lock = File::create(&lock_path).map_err(|e| io("create", &lock_path, e))?;
    lock.lock().map_err(|e| io("lock", &lock_path, e))?;
    if dir.is_dir() {
        return Ok(dir);
    }

    let partial = tools.join(format!(".{name}-partial"));
    if partial.exists() {
        fs::remove_dir_all(&partial).map_err(|e| io("remove", &partial, e))?;
    }
    pip_install(name, requirements, &partial)?;
    fs::rename(&partial, &dir).map_err(|e| io("rename", &partial, e))?;
    Ok(dir)
}

/// For instance `cpython-311`.
fn python_tag(name: &str) -> Result<String, String> {
    let output = Command::new("python3")
        .args(["-c", "import sys; print(sys.implementation.cache_tag)"])
        .output()
        .map_err(|e| {
            format!(
                "python3 is needed to install {name} and cannot be run ({e}). {}",
                advice()
            )
        })?;
    if !output.status.success() {
        return Err(format!(
            "python3 is needed to install {name} and does not work: {} {}",
            last_line(&output.stderr),
            advice()
        ));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn pip_install(name: &str, requirements: &Path, target: &Path) -> Result<(), String> {
    let has_pip = Command::new("python3")
        .args(["-m", "pip", "--version"])
        .output()
        .is_ok_and(|output| output.status.success());
    if !has_pip {
        return Err(format!(
            "python3 has no pip, which is needed to install {name}. {}",
            advice()
        ));
    }
    let output = Command::new("python3")
        .args(["-m", "pip", "install", "--quiet", "--no-input"])
        .arg("--disable-pip-version-check")
        .args(["--require-hashes", "--no-deps", "--only-binary", ":all:"])
        .arg("--requirement")
        .arg(requirements)
        .arg("--target")
        .arg(target)
        // A user's or distribution's `user = true` contradicts --target.
        .env("PIP_USER", "0")
        .output()
        .map_err(|e| format!("cannot run python3 -m pip: {e}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!(
        "pip could not install {name} as pinned in {}: {} It needs the network once (a proxy or mirror is \
         configured as for any pip), Python 3.10 or newer, and a platform for which there are wheels.",
        requirements.display(),
        last_line(&output.stderr),
    ))
}

fn advice() -> &'static str {
    "Install python3 (3.10 or newer) and pip; on Debian: apt-get install python3 python3-pip."
}

/// What pip says last is what went wrong.
fn last_line(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let line = text.lines().rev().find(|line| line.contains("ERROR"));
    let line = line.or_else(|| text.lines().rev().find(|line| !line.trim().is_empty()));
    line.unwrap_or("no message").trim().to_owned()
}

/// FNV-1a, for file names that change with what they were made from. It protects from mistakes, not from malice: the
/// hashes in a requirements file are what is trusted.
#[derive(Clone)]
pub struct Fnv1a(u64);

impl Default for Fnv1a {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv1a {
    /// Adds `bytes`, and how many they are: what is written in two parts differs from what is written in one.
    pub fn write(&mut self, bytes: &[u8]) {
        let length = (bytes.len() as u64).to_le_bytes();
        for part in [&length, bytes] {
            for byte in part {
                self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
    }

    /// The hash of everything written.
    pub fn finish(&self) -> u64 {
        self.0
    }
}
