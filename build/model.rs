// SPDX-License-Identifier: Apache-2.0
//! Compiles the Verilated variants, Verilator's run-time library and `sim/` into one static library. Called by
//! `build.rs` alone.
//!
//! The C++ is optimised alike in every cargo profile: tests simulate as much as anything else does.

use std::fs;
use std::path::{Path, PathBuf};

use crate::verilate::{Instruments, Verilated};
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
    verilator: &Verilator,
    instruments: Instruments,
    variants: &[Verilated],
) -> Result<(), String> {
    let first = variants.first().ok_or("build/variants.rs lists nothing")?;
    let configured = || configure(root, verilator, instruments, first);

    let mut runtime = configured();
    for name in first.list(&["VM_GLOBAL_FAST", "VM_GLOBAL_SLOW"]) {
        runtime.file(verilator.root.join("include").join(name));
    }
    let sources = write_sources(out, variants)?;
    // What runs once for each model is not worth optimising.
    let mut slow = configured();
    slow.opt_level(0).files(sources.slow);
    let mut fast = configured();
    fast.files(sources.fast)
        .files(SIM.map(|name| root.join("sim").join(name)));

    fast.objects(runtime_objects(out, verilator, &runtime)?);
    fast.objects(slow.try_compile_intermediates().map_err(failed)?);
    fast.try_compile("persimmon_sim").map_err(failed)
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

fn configure(
    root: &Path,
    verilator: &Verilator,
    instruments: Instruments,
    variant: &Verilated,
) -> cc::Build {
    let include = verilator.root.join("include");
    let mut build = cc::Build::new();
    build
        .cpp(true)
        .std("c++20")
        .opt_level(2)
        .debug(false)
        .warnings(false)
        .include(root)
        .include(&include)
        .include(include.join("vltstd"))
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
    if instruments.wave {
        // The crates lz4-sys and libz-sys hand over the headers of the libraries that they link.
        for variable in ["DEP_LZ4_INCLUDE", "DEP_Z_INCLUDE"] {
            if let Some(paths) = std::env::var_os(variable) {
                build.includes(std::env::split_paths(&paths));
            }
        }
    }
    build
}

/// The run-time library changes with Verilator and the features only: its objects outlive a change of the RTL.
fn runtime_objects(
    out: &Path,
    verilator: &Verilator,
    runtime: &cc::Build,
) -> Result<Vec<PathBuf>, String> {
    let dir = out.join("runtime");
    let manifest = dir.join("objects.txt");
    let compiler = runtime.try_get_compiler().map_err(failed)?;
    let changed = fs::metadata(&verilator.bin)
        .and_then(|metadata| metadata.modified())
        .map_err(|e| format!("cannot look at {}: {e}", verilator.bin.display()))?;
    let made_with = format!(
        "{} {changed:?} {:?} {:?}",
        verilator.bin.display(),
        compiler.to_command(),
        runtime.get_files().collect::<Vec<_>>()
    );
    if let Ok(text) = fs::read_to_string(&manifest) {
        let mut lines = text.lines();
        if lines.next() == Some(&made_with) {
            return Ok(lines.map(PathBuf::from).collect());
        }
    }
    let io = |e| format!("cannot write {}: {e}", manifest.display());
    fs::create_dir_all(&dir).map_err(io)?;
    let objects = runtime
        .clone()
        .out_dir(&dir)
        .try_compile_intermediates()
        .map_err(failed)?;
    let mut text = made_with;
    for object in &objects {
        text.push('\n');
        text.push_str(&object.display().to_string());
    }
    fs::write(&manifest, text).map_err(io)?;
    Ok(objects)
}

/// C++ written here.
struct Sources {
    fast: Vec<PathBuf>,
    slow: Vec<PathBuf>,
}

/// Writes two C++ files for each variant, one with everything that runs in each clock, joined to `sim/simulator.h`,
/// and one with the rest; and `new_model`, which picks a variant.
///
/// Verilator itself writes more and smaller files, but most of the time that each takes goes into the same headers.
fn write_sources(out: &Path, variants: &[Verilated]) -> Result<Sources, String> {
    let dir = out.join("sources");
    fs::create_dir_all(&dir).map_err(|e| format!("cannot create {}: {e}", dir.display()))?;
    let write = |name: String, text: String| {
        let path = dir.join(name);
        fs::write(&path, text)
            .map(|()| path.clone())
            .map_err(|e| format!("cannot write {}: {e}", path.display()))
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
            format!("{prefix}.cc"),
            format!(
                "{fast}#include \"sim/simulator.h\"\n\
                 namespace persimmon {{\n\
                 {make} {{ return std::make_unique<Simulator<{prefix}>>(seed); }}\n\
                 }}\n"
            ),
        )?);
        let slow = variant.include_all(&["VM_CLASSES_SLOW", "VM_SUPPORT_SLOW"]);
        sources.slow.push(write(format!("{prefix}_slow.cc"), slow)?);
        declarations += &format!("{make};\n");
        cases += &format!("case {}: return new_{prefix}(seed);\n", variant.number);
    }
    sources.fast.push(write(
        "new_model.cc".to_owned(),
        format!(
            "#include <stdexcept>\n#include \"sim/model.h\"\n\
             namespace persimmon {{\n{declarations}\
             std::unique_ptr<Model> new_model(std::size_t variant, std::uint32_t seed) {{\n\
             switch (variant) {{\n{cases}\
             default: throw std::out_of_range(\"no such variant\");\n}}\n}}\n}}\n"
        ),
    )?);
    Ok(sources)
}

fn failed(e: cc::Error) -> String {
    format!("the C++ compiler failed: {e}")
}
