// SPDX-License-Identifier: Apache-2.0
//! `cargo xtask cocotb`: the top level under an AXI4 bench that this project did not write.
//!
//! `sim/cocotb/` drives the Verilated `persimmon` with the masters and the memory of `cocotbext-axi`. Both read AXI4 on
//! their own, so what our own bench and our RTL agree to get wrong shows here. It is slower by two orders of magnitude
//! and needs a Python that can be embedded, so `cargo test` does without it.
//!
//! cocotb's own build flow wants Perl and make; here Verilator and the compiler are called directly, as in `build.rs`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use anyhow::{Context, bail, ensure};
use clap::Args;

use crate::tools;
use crate::verilator::Verilator;

const TOP: &str = "persimmon_cocotb";

/// The run-time library, and cocotb's main program, which ships with it as source.
const RUNTIME: [&str; 5] = [
    "verilated.cpp",
    "verilated_vpi.cpp",
    "verilated_dpi.cpp",
    "verilated_timing.cpp",
    "verilated_threads.cpp",
];

/// What cocotb knows about its own installation, one answer a line.
const CONFIG: &str = "
import sys
import cocotb_tools.config as config
print(config.share_dir)
print(config.libs_dir)
print(config.pygpi_entry_point())
print(sys.executable)
";

/// Needs a shared library that distributions ship apart from Python itself.
const LIBPYTHON: &str = "
import find_libpython
print(find_libpython.find_libpython() or '')
";

/// A simulator that ends well may have failed tests: the verdict is in the file.
const VERDICT: &str = "
import sys
from pathlib import Path
from cocotb_tools.check_results import get_results
tests, failed = get_results(Path(sys.argv[1]))
print(tests, failed)
";

/// What to simulate.
#[derive(Args)]
pub struct Options {
    /// Seed of the traffic; the same seed does the same
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Bursts of random traffic, at least
    #[arg(long, default_value_t = 2000)]
    bursts: u32,
    /// AXI_DATA_W: 32, 64, 128, 256 or 512
    #[arg(long, default_value_t = 64)]
    data_width: u32,
    /// SEARCH_PORTS: 1 or 2
    #[arg(long, default_value_t = 1)]
    search_ports: u32,
}

/// Builds the simulator if the RTL has changed, and runs it.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let cocotb = Cocotb::find()?;
    let verilator = tools::verilator()?;
    let dir = tools::tools_dir()?.join(format!(
        "cocotb-build-{}-{}",
        options.data_width, options.search_ports
    ));
    verilate(&verilator, &dir, options)?;
    let simulator = compile(&verilator, &cocotb, &dir)?;
    simulate(&cocotb, &simulator, &dir, options)
}

/// The installed cocotb, and the Python it embeds.
struct Cocotb {
    share: PathBuf,
    libs: PathBuf,
    entry_point: String,
    python: String,
    libpython: String,
}

impl Cocotb {
    fn find() -> anyhow::Result<Self> {
        let ask = |script: &str, what: &str| {
            tools::run(tools::python("cocotb")?.args(["-c", script]), what)
        };
        let said = ask(CONFIG, "cocotb's configuration")?;
        let mut lines = said.lines().map(str::to_owned);
        let mut next = || lines.next().context("cocotb says too little about itself");
        let libpython = ask(LIBPYTHON, "looking for libpython")?.trim().to_owned();
        ensure!(
            !libpython.is_empty(),
            "cocotb embeds Python and there is no shared libpython for python3. On Debian: apt-get install \
             libpython3-dev; under pyenv, install Python with PYTHON_CONFIGURE_OPTS=--enable-shared."
        );
        Ok(Self {
            share: next()?.into(),
            libs: next()?.into(),
            entry_point: next()?,
            python: next()?,
            libpython,
        })
    }
}

fn verilate(verilator: &Verilator, dir: &Path, options: &Options) -> anyhow::Result<()> {
    fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))?;
    println!("verilator: {TOP}");
    let mut command = verilator.command();
    command
        .current_dir(tools::root().join("rtl"))
        .args(["--cc", "--vpi", "--timing", "--assert"])
        // The RTL is linted elsewhere; power-up values are random, as in hardware.
        .args([
            "-Wno-fatal",
            "-Wno-lint",
            "-Wno-style",
            "--x-initial",
            "unique",
        ])
        .args(["-O3", "--output-split", "20000"])
        .args(["--prefix", "Vtop", "--top-module", TOP])
        .arg(format!("-GAXI_DATA_W={}", options.data_width))
        .arg(format!("-GSEARCH_PORTS={}", options.search_ports))
        .arg("--Mdir")
        .arg(dir)
        .args(["regs/gen_waivers.vlt", "-F", "iommu.f"])
        .arg(format!("../sim/cocotb/{TOP}.vlt"))
        .arg(format!("../sim/cocotb/{TOP}.sv"));
    tools::run(&mut command, "verilator").map(drop)
}

/// Compiles what Verilator wrote; nothing if it wrote nothing new.
fn compile(verilator: &Verilator, cocotb: &Cocotb, dir: &Path) -> anyhow::Result<PathBuf> {
    let simulator = dir.join("simulator");
    let include = verilator.root.join("include");
    let mut sources: Vec<PathBuf> = RUNTIME.iter().map(|file| include.join(file)).collect();
    sources.push(cocotb.share.join("lib/verilator/verilator.cpp"));
    let mut newest = SystemTime::UNIX_EPOCH;
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        if let Some("cpp" | "h") = extension {
            newest = newest.max(path.metadata()?.modified()?);
            if extension == Some("cpp") {
                sources.push(path);
            }
        }
    }
    let built = simulator.metadata().and_then(|file| file.modified());
    if built.is_ok_and(|built| built > newest) {
        return Ok(simulator);
    }

    println!("c++: {} files", sources.len());
    let compiler = env::var_os("CXX").unwrap_or_else(|| "c++".into());
    ensure!(
        Command::new(&compiler)
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success()),
        "{} cannot be run; a C++20 compiler is needed (on Debian: apt-get install g++), or CXX must name one",
        compiler.display()
    );
    let mut objects = Vec::new();
    let mut commands = Vec::new();
    for source in &sources {
        let name = source.file_stem().context("a source has a name")?;
        let object = dir.join(name).with_extension("o");
        let mut command = Command::new(&compiler);
        command
            .args(["-std=c++20", "-c"])
            // What runs once, or once in a while, is long and not worth the compiler's time.
            .arg(if name.to_string_lossy().contains("Slow") {
                "-O0"
            } else {
                "-O1"
            })
            .args([
                "-DVERILATOR=1",
                "-DVM_TIMING=1",
                "-DVM_COVERAGE=0",
                "-DVM_SC=0",
                "-DVM_TRACE=0",
            ])
            .args(["-DVM_TRACE_FST=0", "-DVM_TRACE_VCD=0", "-DVM_TRACE_SAIF=0"])
            .arg("-I")
            .arg(dir)
            .arg("-I")
            .arg(&include)
            .arg("-I")
            .arg(include.join("vltstd"))
            .arg(source)
            .arg("-o")
            .arg(&object);
        objects.push(object);
        commands.push(command);
    }
    in_parallel(commands)?;

    let mut link = Command::new(&compiler);
    link.args(&objects)
        .arg("-L")
        .arg(&cocotb.libs)
        .arg(format!("-Wl,-rpath,{}", cocotb.libs.display()))
        .args(["-lcocotbvpi_verilator", "-lpthread", "-o"])
        .arg(&simulator);
    tools::run(&mut link, "linking the simulator")?;
    Ok(simulator)
}

/// Runs all of them, as many at a time as there are processors.
fn in_parallel(commands: Vec<Command>) -> anyhow::Result<()> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let queue = std::sync::Mutex::new(commands.into_iter());
    std::thread::scope(|scope| {
        let work = || -> anyhow::Result<()> {
            loop {
                let next = queue.lock().map(|mut queue| queue.next());
                let Ok(Some(mut command)) = next else {
                    return Ok(());
                };
                tools::run(&mut command, "the C++ compiler")?;
            }
        };
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        threads.into_iter().try_for_each(|thread| {
            thread
                .join()
                .unwrap_or_else(|_| bail!("a compiling thread panicked"))
        })
    })
}

fn simulate(
    cocotb: &Cocotb,
    simulator: &Path,
    dir: &Path,
    options: &Options,
) -> anyhow::Result<()> {
    let results = dir.join("results.xml");
    if results.exists() {
        fs::remove_file(&results)
            .with_context(|| format!("cannot remove {}", results.display()))?;
    }
    let tests = tools::root().join("sim/cocotb");
    // The environment of the pinned Python, and the folder of the tests.
    let wheels = tools::python("cocotb")?;
    let path = wheels
        .get_envs()
        .find(|(name, _)| *name == "PYTHONPATH")
        .and_then(|(_, value)| value)
        .context("the wheels are found by PYTHONPATH")?;
    let path = env::join_paths([Path::new(path), &tests])?;
    println!("seed {}, {} bursts", options.seed, options.bursts);
    // The diagrams are those of one search port.
    let modules = match options.search_ports {
        1 => "test_persimmon,test_timing",
        _ => "test_persimmon",
    };
    let status = Command::new(simulator)
        .current_dir(dir)
        .arg("+verilator+rand+reset+2")
        // Verilator's seed is a positive number of 31 bits.
        .arg(format!(
            "+verilator+seed+{}",
            options.seed % 0x7fff_ffff + 1
        ))
        .env("PYTHONPATH", path)
        .env("PYTHONNOUSERSITE", "1")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        // cocotbext-axi calls what cocotb calls otherwise by now.
        .env("PYTHONWARNINGS", "ignore::DeprecationWarning")
        .env("PYGPI_PYTHON_BIN", &cocotb.python)
        .env(
            "GPI_USERS",
            format!("{};{}", cocotb.libpython, cocotb.entry_point),
        )
        .env("COCOTB_TEST_MODULES", modules)
        .env("COCOTB_TOPLEVEL", TOP)
        .env("TOPLEVEL_LANG", "verilog")
        .env("COCOTB_RESULTS_FILE", &results)
        .env(
            "COCOTB_RANDOM_SEED",
            (options.seed % 0xffff_ffff).to_string(),
        )
        .env("PERSIMMON_BURSTS", options.bursts.to_string())
        .env("PERSIMMON_ROOT", tools::root())
        .status()
        .context("cannot run the simulator")?;
    ensure!(status.success(), "the simulator failed ({status})");
    ensure!(results.is_file(), "the simulator ended without a verdict");
    let said = tools::run(
        tools::python("cocotb")?.args(["-c", VERDICT]).arg(&results),
        "reading the verdict",
    )?;
    let mut numbers = said.split_whitespace().map(str::parse::<u32>);
    let (Some(Ok(tests)), Some(Ok(failed))) = (numbers.next(), numbers.next()) else {
        bail!("cannot read the verdict: {said}");
    };
    ensure!(tests > 0, "no test was run");
    ensure!(failed == 0, "{failed} of {tests} tests failed");
    println!("cocotb: {tests} tests passed");
    Ok(())
}
