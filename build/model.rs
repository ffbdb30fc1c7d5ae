// SPDX-License-Identifier: Apache-2.0
//! Compiles the Verilated variants, Verilator's run-time library and `sim/` into one static library. Called by
//! `build.rs` alone.
//!
//! The C++ is optimised alike in every cargo profile: tests simulate as much as anything else does.

use std::fs;
use std::path::Path;

use crate::objects::{Objects, Unit};
use crate::verilate::{self, Instruments, Verilated};
use crate::verilator::Verilator;

const SIM: [&str; 9] = [
    "axi/bridge.cc",
    "axi/bytes.cc",
    "axi/data_path.cc",
    "axi/master.cc",
    "axi/memory.cc",
    "bridge.cc",
    "failure.cc",
    "model.cc",
    "translation_port.cc",
];

/// Compiles everything and tells cargo to link it.
pub fn compile(
    root: &Path,
    out: &Path,
    tools: &Path,
    verilator: &Verilator,
    instruments: Instruments,
    variants: &[Verilated],
) -> Result<(), String> {
    let first = variants.first().ok_or("build/variants.rs lists nothing")?;
    let include = verilator.root.join("include");
    let mut headers = vec![include.clone()];
    if instruments.wave {
        // The crates lz4-sys and libz-sys hand over the headers of the libraries that they link.
        for variable in ["DEP_LZ4_INCLUDE", "DEP_Z_INCLUDE"] {
            if let Some(paths) = std::env::var_os(variable) {
                headers.extend(std::env::split_paths(&paths));
            }
        }
    }
    let mut build = configure(root, verilator, first);
    build.includes(&headers).include(verilate::directory(out));

    let runtime: Vec<_> = first
        .list(&["VM_GLOBAL_FAST", "VM_GLOBAL_SLOW"])
        .into_iter()
        .map(|name| Unit {
            name: stem(&name),
            source: include.join(name),
            generated: None,
        })
        .collect();
    let mut sources = write_sources(out, variants)?;
    sources.fast.extend(SIM.map(|name| Unit {
        name: stem(name),
        source: root.join("sim").join(name),
        generated: None,
    }));
    let mut sim = headers.clone();
    sim.push(root.join("sim"));

    let objects = Objects::new(tools, out)?;
    let mut archive = build.clone();
    archive.objects(objects.of(&build, &headers, &runtime)?);
    // What runs once for each model is not worth optimising.
    archive.objects(objects.of(build.clone().opt_level(0), &headers, &sources.slow)?);
    archive.objects(objects.of(&build, &sim, &sources.fast)?);
    archive
        .try_compile("persimmon_sim")
        .map_err(|e| format!("cannot make an archive of the model: {e}"))
}

/// Name of an object: `axi/bridge.cc` and `bridge.cc` are two.
fn stem(source: &str) -> String {
    let stem = source.rsplit_once('.').map_or(source, |(stem, _)| stem);
    stem.replace('/', "_")
}

/// Fails with advice if there is no compiler that can do this.
pub fn check_compiler() -> Result<(), String> {
    let advice = "Install g++ 11 or newer (on Debian: apt-get install g++) or clang++ 14 or newer, or name one in CXX.";
    let mut build = cc::Build::new();
    build.cpp(true).cargo_warnings(false);
    let found = build
        .try_get_compiler()
        .map(|compiler| compiler.path().display().to_string())
        .map_err(|e| format!("no C++ compiler: {e}. {advice}"))?;
    match build.is_flag_supported("-std=c++20") {
        Ok(true) => Ok(()),
        Ok(false) => Err(format!("{found} does not compile C++20. {advice}")),
        Err(e) => Err(format!(
            "no C++ compiler: cannot run {found} ({e}). {advice}"
        )),
    }
}

fn configure(root: &Path, verilator: &Verilator, variant: &Verilated) -> cc::Build {
    let mut build = cc::Build::new();
    build
        .cpp(true)
        .std("c++20")
        .opt_level(2)
        .debug(false)
        .warnings(false)
        .include(root)
        .include(verilator.root.join("include/vltstd"))
        // The model is linked into an executable: nothing interposes its functions.
        .flag_if_supported("-fno-semantic-interposition")
        .flag("-fomit-frame-pointer")
        .flag("-fvisibility=hidden")
        .flag("-include")
        .flag(root.join("sim/verilator_hooks.h"))
        .define("VERILATOR", "1")
        .define("VM_SC", "0");
    for (name, value) in variant.settings() {
        build.define(name, value);
    }
    build
}

/// What there is to compile.
struct Sources {
    fast: Vec<Unit>,
    slow: Vec<Unit>,
}

/// Writes two C++ files for each variant, one with everything that runs in each clock, joined to `sim/simulator.h`,
/// and one with the rest; and `new_model`, which picks a variant.
///
/// Verilator itself writes more and smaller files, but most of the time that each takes goes into the same headers.
fn write_sources(out: &Path, variants: &[Verilated]) -> Result<Sources, String> {
    let dir = out.join("sources");
    fs::create_dir_all(&dir).map_err(|e| format!("cannot create {}: {e}", dir.display()))?;
    let write = |name: String, text: String, model: Option<&Verilated>| {
        let source = dir.join(format!("{name}.cc"));
        fs::write(&source, text).map_err(|e| format!("cannot write {}: {e}", source.display()))?;
        Ok::<_, String>(Unit {
            name,
            source,
            generated: model.map(|variant| variant.dir.clone()),
        })
    };
    let mut sources = Sources {
        fast: Vec::new(),
        slow: Vec::new(),
    };
    let mut declarations = String::new();
    let mut cases = String::new();
    for variant in variants {
        let prefix = &variant.prefix;
        let make = format!("std::unique_ptr<Model> new_{prefix}(std::uint32_t seed)");
        let fast = variant.include_all(&["VM_CLASSES_FAST", "VM_SUPPORT_FAST"]);
        sources.fast.push(write(
            prefix.clone(),
            format!(
                "{fast}#include \"sim/simulator.h\"\n\
                 namespace persimmon {{\n\
                 {make} {{ return std::make_unique<Simulator<{prefix}>>(seed); }}\n\
                 }}\n"
            ),
            Some(variant),
        )?);
        let slow = variant.include_all(&["VM_CLASSES_SLOW", "VM_SUPPORT_SLOW"]);
        sources
            .slow
            .push(write(format!("{prefix}_slow"), slow, Some(variant))?);
        declarations += &format!("{make};\n");
        cases += &format!("case {}: return new_{prefix}(seed);\n", variant.number);
    }
    sources.fast.push(write(
        "new_model".to_owned(),
        format!(
            "#include <stdexcept>\n#include \"sim/model.h\"\n\
             namespace persimmon {{\n{declarations}\
             std::unique_ptr<Model> new_model(std::size_t variant, std::uint32_t seed) {{\n\
             switch (variant) {{\n{cases}\
             default: throw std::out_of_range(\"no such variant\");\n}}\n}}\n}}\n"
        ),
        None,
    )?);
    Ok(sources)
}
