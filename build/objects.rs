// SPDX-License-Identifier: Apache-2.0
//! Object files that cargo's profiles share. Called by `build/model.rs` alone.
//!
//! Cargo gives each profile a build directory of its own, but the C++ is compiled alike for all of them, and takes
//! minutes. So objects lie beside the provisioned tools, and the name of each carries a hash of everything it was
//! made from: the compiler and its flags, the source, and every header that the source can reach.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use crate::wheels::Fnv1a;

/// Generations of one object that are kept: going back and forth between two branches compiles nothing.
const KEPT: usize = 4;

/// A C++ source to compile.
pub struct Unit {
    /// Stem of the object's name, unique among all units.
    pub name: String,
    /// The source.
    pub source: PathBuf,
    /// The folder of generated files that the source includes, if it does.
    pub generated: Option<PathBuf>,
}

/// The folder with the objects.
pub struct Objects {
    dir: PathBuf,
    scratch: PathBuf,
}

impl Objects {
    /// Objects in `tools`; `out` is for what is not finished.
    pub fn new(tools: &Path, out: &Path) -> Result<Self, String> {
        let objects = Self {
            dir: tools.join("objects"),
            scratch: out.join("objects"),
        };
        for dir in [&objects.dir, &objects.scratch] {
            fs::create_dir_all(dir).map_err(|e| format!("cannot create {}: {e}", dir.display()))?;
        }
        Ok(objects)
    }

    /// The objects of `units`, in their order, compiled as `build` says if they are not there yet. `headers` are the
    /// folders with everything else that they include.
    pub fn of(
        &self,
        build: &cc::Build,
        headers: &[PathBuf],
        units: &[Unit],
    ) -> Result<Vec<PathBuf>, String> {
        let mut common = settings(build)?;
        for folder in headers {
            hash_tree(folder, &mut common)?;
        }
        let mut objects = Vec::new();
        let mut missing = Vec::new();
        for unit in units {
            let mut hash = common.clone();
            // Where the source lies differs between profiles; what it is does not.
            let mut size = hash_tree(&unit.source, &mut hash)?;
            if let Some(folder) = &unit.generated {
                size += hash_tree(folder, &mut hash)?;
            }
            let object = self
                .dir
                .join(format!("{}-{:016x}.o", unit.name, hash.finish()));
            match fs::File::options().append(true).open(&object) {
                // The time of the last use: `prune` goes by it.
                Ok(file) => drop(file.set_modified(SystemTime::now())),
                Err(_) => missing.push((size, unit, object.clone())),
            }
            objects.push(object);
        }
        // The longest first: no processor waits at the end for one that began late.
        missing.sort_by_key(|(size, ..)| std::cmp::Reverse(*size));
        let compiled = build
            .clone()
            .files(missing.iter().map(|(_, unit, _)| &unit.source))
            .out_dir(&self.scratch)
            .try_compile_intermediates()
            .map_err(|e| format!("the C++ compiler failed: {e}"))?;
        for (from, (_, unit, to)) in compiled.iter().zip(&missing) {
            fs::rename(from, to).map_err(|e| {
                format!("cannot rename {} to {}: {e}", from.display(), to.display())
            })?;
            self.prune(&unit.name)?;
        }
        Ok(objects)
    }

    /// Removes the generations of `name` that were not used for longest.
    fn prune(&self, name: &str) -> Result<(), String> {
        let io = |e| format!("cannot look through {}: {e}", self.dir.display());
        let mut generations = Vec::new();
        for entry in fs::read_dir(&self.dir).map_err(io)? {
            let entry = entry.map_err(io)?;
            let file = entry.file_name();
            let stem = file.to_str().and_then(|file| file.rsplit_once('-'));
            if stem.is_some_and(|(stem, _)| stem == name) {
                let used = entry.metadata().and_then(|metadata| metadata.modified());
                generations.push((used.map_err(io)?, entry.path()));
            }
        }
        generations.sort();
        let surplus = generations.len().saturating_sub(KEPT);
        for (_, path) in &generations[..surplus] {
            // Another build may have been quicker.
            let _ = fs::remove_file(path);
        }
        Ok(())
    }
}

/// The compiler and its flags, but for the folders it looks through: those differ between profiles, and what is in
/// them counts among a unit's inputs.
fn settings(build: &cc::Build) -> Result<Fnv1a, String> {
    let compiler = build
        .try_get_compiler()
        .map_err(|e| format!("no C++ compiler: {e}"))?;
    let mut hash = Fnv1a::default();
    let version = Command::new(compiler.path())
        .arg("--version")
        .output()
        .map_err(|e| format!("cannot run {}: {e}", compiler.path().display()))?;
    hash.write(&version.stdout);
    let mut is_folder = false;
    for argument in compiler.args() {
        if !is_folder && argument != OsStr::new("-I") {
            hash.write(argument.as_encoded_bytes());
        }
        is_folder = argument == OsStr::new("-I");
    }
    for (name, value) in compiler.get_envs() {
        hash.write(name.as_encoded_bytes());
        hash.write(value.as_encoded_bytes());
    }
    Ok(hash)
}

/// Adds the C++ below `path`, or the file `path` itself, and returns its size in bytes.
fn hash_tree(path: &Path, hash: &mut Fnv1a) -> Result<u64, String> {
    let io = |e| format!("cannot read {}: {e}", path.display());
    if path.is_dir() {
        let mut size = 0;
        let mut entries = fs::read_dir(path)
            .map_err(io)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<Vec<_>, _>>()
            .map_err(io)?;
        entries.sort();
        for entry in entries {
            let extension = entry.extension().and_then(OsStr::to_str);
            if entry.is_dir() || matches!(extension, Some("h" | "cc" | "cpp")) {
                hash.write(entry.file_name().unwrap_or_default().as_encoded_bytes());
                size += hash_tree(&entry, hash)?;
            }
        }
        return Ok(size);
    }
    let text = fs::read(path).map_err(io)?;
    hash.write(&text);
    Ok(text.len() as u64)
}
