// SPDX-License-Identifier: Apache-2.0
//! Compiles the Verilated variants, Verilator's run-time library and `sim/` into one static library. Called by
//! `build.rs` alone.
//!
//! The C++ is optimised alike in every cargo profile: tests simulate as much as anything else does.

use std::fs;
use std::path::Path;

use crate::objects::{Objects, Unit};
use crate::verilate::{self, Kind, Verilated};
use crate::verilator::Verilator;

const SIM: [&str; 13] = [
    "axi/bridge.cc",
    "axi/bytes.cc",
    "axi/data_path.cc",
    "axi/master.cc",
    "axi/memory.cc",
    "board.cc",
    "board_bridge.cc",
    "bridge.cc",
    "coverage.cc",
    "failure.cc",
    "model.cc",
    "mutant.cc",
    "translation_port.cc",
];

/// How to compile.
pub struct Settings {
    /// With FST tracing.
    pub wave: bool,
    /// The compiler's level of optimisation.
    pub level: u32,
}

/// Compiles everything and tells cargo to link it.
pub fn compile(
    root: &Path,
    out: &Path,
    tools: &Path,
    verilator: &Verilator,
    settings: &Settings,
    variants: &[Verilated],
) -> Result<(), String> {
    let first = variants.first().ok_or("build/variants.rs lists nothing")?;
    let include = verilator.root.join("include");
    let mut headers = vec![include.clone()];
    if settings.wave {
        // The crates lz4-sys and libz-sys hand over the headers of the libraries that they link.
        for variable in ["DEP_LZ4_INCLUDE", "DEP_Z_INCLUDE"] {
            if let Some(paths) = std::env::var_os(variable) {
                headers.extend(std::env::split_paths(&paths));
            }
        }
    }
    let mut build = configure(root, verilator, first);
    build.opt_level(settings.level);
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

/// Writes two C++ files for each variant and board, one with everything that runs in each clock, joined to
/// `sim/simulator.h` or `sim/board_simulator.h`, and one with the rest; and `new_model` and `new_board`, which pick one.
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
    let mut makers = Makers::default();
    let mut board_makers = Makers::default();
    for variant in variants {
        let prefix = &variant.prefix;
        let (made, simulator, header, makers) = match variant.kind {
            Kind::Model => ("Model", "Simulator", "simulator.h", &mut makers),
            Kind::Board => (
                "Board",
                "BoardSimulator",
                "board_simulator.h",
                &mut board_makers,
            ),
        };
        let make = format!("std::unique_ptr<{made}> new_{prefix}(std::uint32_t seed)");
        let fast = variant.include_all(&["VM_CLASSES_FAST", "VM_SUPPORT_FAST"]);
        sources.fast.push(write(
            prefix.clone(),
            format!(
                "{fast}#include \"sim/{header}\"\n\
                 namespace persimmon {{\n\
                 {make} {{ return std::make_unique<{simulator}<{prefix}>>(seed); }}\n\
                 }}\n"
            ),
            Some(variant),
        )?);
        let slow = variant.include_all(&["VM_CLASSES_SLOW", "VM_SUPPORT_SLOW"]);
        sources
            .slow
            .push(write(format!("{prefix}_slow"), slow, Some(variant))?);
        makers.declarations += &format!("{make};\n");
        makers.cases += &format!("case {}: return new_{prefix}(seed);\n", variant.number);
    }
    for (name, text) in [
        ("new_model", makers.source("Model", "model")),
        ("new_board", board_makers.source("Board", "board")),
    ] {
        sources.fast.push(write(name.to_owned(), text, None)?);
    }
    Ok(sources)
}

/// How the classes of a kind are made.
#[derive(Default)]
struct Makers {
    declarations: String,
    cases: String,
}

impl Makers {
    /// The function that makes the one of a number.
    fn source(&self, class: &str, name: &str) -> String {
        let Self {
            declarations,
            cases,
        } = self;
        format!(
            "#include <stdexcept>\n#include \"sim/{name}.h\"\n\
             namespace persimmon {{\n{declarations}\
             std::unique_ptr<{class}> new_{name}(std::size_t number, std::uint32_t seed) {{\n\
             switch (number) {{\n{cases}\
             default: throw std::out_of_range(\"no such {name}\");\n}}\n}}\n}}\n"
        )
    }
}
