// SPDX-License-Identifier: Apache-2.0
//! Turns `rtl/` into a static library: finds Verilator, runs it on every variant, compiles what comes out.
//! One module a step, in `build/`.

#[path = "build/model.rs"]
mod model;
#[path = "build/objects.rs"]
mod objects;
#[path = "build/variants.rs"]
mod variants;
#[path = "build/verilate.rs"]
mod verilate;
#[path = "build/verilator.rs"]
mod verilator;
#[path = "build/wheels.rs"]
mod wheels;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use variants::Variant;
use verilate::Instruments;

/// Netlists to be simulated in place of the RTL: BUILD=LIST, a build of `build/variants.rs` and a file list, with commas
/// between them. Set by `cargo xtask gates` and `cargo xtask mutate`.
const NETLISTS: &str = "PERSIMMON_NETLISTS";

/// Set by whoever checks the Rust code and links nothing, as clippy and editors do: then no model is built.
const CHECK_ONLY: &str = "PERSIMMON_CHECK_ONLY";

fn main() {
    if let Err(why) = run() {
        // Cargo takes one line at a time, and fails the build for them. A failing exit code would add all that the
        // search for a compiler has printed.
        for line in why.lines() {
            println!("cargo::error={line}");
        }
    }
}

fn run() -> Result<(), String> {
    let variable =
        |name: &str| env::var_os(name).ok_or_else(|| format!("cargo did not set {name}"));
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(variable("OUT_DIR")?);
    let instruments = Instruments {
        wave: env::var_os("CARGO_FEATURE_WAVE").is_some(),
        coverage: env::var_os("CARGO_FEATURE_COVERAGE").is_some(),
    };
    track(&root)?;
    println!("cargo::rerun-if-env-changed={CHECK_ONLY}");
    if env::var_os(CHECK_ONLY).is_some() {
        println!(
            "cargo::warning={CHECK_ONLY} is set: there is no model, and nothing can be linked"
        );
        return Ok(());
    }

    model::check_compiler()?;
    let tools = wheels::tools_dir(&out)?;
    let verilator = verilator::find(&root.join("requirements/verilator.txt"), &tools)?;
    println!("cargo::rerun-if-env-changed={NETLISTS}");
    let netlists = netlists()?;
    for (_, list) in &netlists {
        println!("cargo::rerun-if-changed={}", list.display());
    }
    let sources = verilate::Sources {
        rtl: &root.join("rtl"),
        netlists: &netlists,
    };
    let variants = verilate::all(&sources, &out, &verilator, instruments)?;
    // Netlists, and models that count coverage, take longer to compile at level 2 than to run.
    let level = match netlists.is_empty() && !instruments.coverage {
        true => 2,
        false => 1,
    };
    let settings = model::Settings {
        wave: instruments.wave,
        level,
    };
    model::compile(&root, &out, &tools, &verilator, &settings, &variants)
}

/// What [`NETLISTS`] says; nothing if it is not set.
fn netlists() -> Result<Vec<(Variant, PathBuf)>, String> {
    let text = env::var(NETLISTS).unwrap_or_default();
    let each = text.split(',').filter(|part| !part.is_empty());
    each.map(|part| {
        let (build, list) = part
            .split_once('=')
            .ok_or_else(|| format!("{NETLISTS}: {part:?} is not BUILD=LIST"))?;
        let mut variants = Variant::ALL.into_iter();
        let variant = variants.find(|variant| format!("{variant:?}") == build);
        let variant = variant
            .ok_or_else(|| format!("{NETLISTS}: {build:?} is no build of build/variants.rs"))?;
        Ok((variant, PathBuf::from(list)))
    })
    .collect()
}

/// Tells cargo what this depends on: no Rust source is among it.
fn track(root: &Path) -> Result<(), String> {
    for (folder, list) in [("rtl", "iommu.f"), ("rtl/board", "board.f")] {
        let list = root.join(folder).join(list);
        let sources = fs::read_to_string(&list)
            .map_err(|e| format!("cannot read {}: {e}", list.display()))?;
        for source in sources
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('-'))
        {
            println!("cargo::rerun-if-changed={folder}/{source}");
        }
    }
    for path in [
        "rtl/iommu.f",
        "rtl/board/board.f",
        "sim",
        "requirements/verilator.txt",
    ] {
        println!("cargo::rerun-if-changed={path}");
    }
    println!("cargo::rerun-if-env-changed=VERILATOR_ROOT");
    Ok(())
}
