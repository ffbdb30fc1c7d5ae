// SPDX-License-Identifier: Apache-2.0
//! `cargo xtask libfuzz`: the targets of `fuzz/` under libFuzzer.
//!
//! They are built on the stable compiler, with the flags that cargo-fuzz gives for `--sanitizer none`, and linked without
//! the Verilated model, which none of them reaches. Corpus, crashes and logs go to `target/libfuzz`; a corpus begins with
//! what [`seeds`] makes of `traces/`, and is kept from run to run.

mod seeds;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail, ensure};
use clap::{Args, ValueEnum};

use crate::tools;

/// What cargo-fuzz passes for `--sanitizer none`: counters of edges, and comparisons told to the engine.
const FLAGS: [&str; 6] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "--cfg=fuzzing",
];
/// As `build.rs` and `fuzz/src/lib.rs` have them.
const CHECK_ONLY: &str = "PERSIMMON_CHECK_ONLY";
const BROKEN: &str = "PERSIMMON_LIBFUZZ_BROKEN";
/// Seconds after which one input has hung.
const HANGS: u32 = 20;

/// What to run.
#[derive(Args)]
pub struct Options {
    /// One target [default: each in turn]
    target: Option<Target>,
    /// Play these inputs and stop, instead of looking for others
    #[arg(requires = "target")]
    inputs: Vec<PathBuf>,
    /// Stop a target after this long; 0: never
    #[arg(long, value_name = "N", default_value = "60")]
    seconds: u32,
    /// Stop a target after this many inputs
    #[arg(long, value_name = "N")]
    runs: Option<u64>,
    /// Begin with this; 0: with something else each time
    #[arg(long, value_name = "N", default_value = "0")]
    seed: u32,
    /// Put a mistake on purpose into each target, and succeed only if each is found
    #[arg(long, conflicts_with = "inputs")]
    broken: bool,
}

/// A binary of `fuzz/`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Target {
    /// The parser of traces
    Trace,
    /// IOTLB messages: the decoder, and vhost-vdpa behind it
    Messages,
    /// The parser of the files of `persimmon fuzz --replay`
    Case,
    /// A trace, replayed on the golden device
    Replay,
}

impl Target {
    fn name(self) -> &'static str {
        match self {
            Self::Trace => "trace",
            Self::Messages => "messages",
            Self::Case => "case",
            Self::Replay => "replay",
        }
    }

    /// Bytes of the longest input that is tried: as long as the longest seed, or as long as there is something to gain.
    fn longest(self) -> u32 {
        match self {
            Self::Messages => 4096,
            Self::Trace | Self::Case => 8192,
            Self::Replay => 32768,
        }
    }
}

/// Builds the targets, and runs them.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let home = target_dir()?.join("libfuzz");
    let binaries = build(&home)?;
    let targets = match options.target {
        Some(target) => vec![target],
        None => Target::value_variants().to_vec(),
    };
    if let (Some(target), false) = (options.target, options.inputs.is_empty()) {
        return play(&binaries, target, &options.inputs);
    }
    for target in targets {
        match options.broken {
            true => find(&home, &binaries, target, options)?,
            false => fuzz(&home, &binaries, target, options)?,
        }
    }
    Ok(())
}

/// Where cargo puts this workspace's builds.
fn target_dir() -> anyhow::Result<PathBuf> {
    let tools = tools::tools_dir()?;
    let dir = tools
        .parent()
        .with_context(|| format!("{} has no parent", tools.display()))?;
    Ok(dir.to_owned())
}

/// Builds all of them. Returns where they are.
fn build(home: &Path) -> anyhow::Result<PathBuf> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = tools::run(Command::new(rustc).arg("-vV"), "rustc -vV")?;
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .context("rustc -vV names no host")?;
    // With --target the flags are for the targets alone, and not for build scripts.
    let status = tools::cargo()
        .args(["build", "--release", "--locked", "--target", host])
        .arg("--manifest-path")
        .arg(tools::root().join("fuzz/Cargo.toml"))
        .arg("--target-dir")
        .arg(home)
        .env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\u{1f}"))
        .env(CHECK_ONLY, "1")
        .status()
        .context("cannot run cargo")?;
    ensure!(
        status.success(),
        "the targets of fuzz/ do not build; if the linker misses persimmon_..., one of them reaches src/dut"
    );
    Ok(home.join(host).join("release"))
}

/// An invocation of a target that may run for ever.
fn engine(binaries: &Path, target: Target) -> Command {
    let mut command = Command::new(binaries.join(target.name()));
    command
        .arg(format!("-timeout={HANGS}"))
        .arg("-rss_limit_mb=2048");
    command
}

/// Plays inputs, as after a crash.
fn play(binaries: &Path, target: Target, inputs: &[PathBuf]) -> anyhow::Result<()> {
    for input in inputs {
        ensure!(
            input.is_file(),
            "{}: there is no such file",
            input.display()
        );
    }
    let status = engine(binaries, target)
        .args(inputs)
        .env("RUST_BACKTRACE", "1")
        .status()
        .with_context(|| format!("cannot run {}", target.name()))?;
    ensure!(
        status.success(),
        "{}: one of these inputs still fails",
        target.name()
    );
    println!("{}: {} inputs, none fails", target.name(), inputs.len());
    Ok(())
}

/// What a run has said at its end.
#[derive(PartialEq, Eq, Debug)]
struct Figures {
    /// Inputs tried.
    runs: u64,
    /// Edges reached.
    edges: u64,
    /// Edges by how often, and comparisons by how near.
    features: u64,
    /// Inputs kept, and their bytes as the engine prints them.
    corpus: String,
}

impl Figures {
    /// From the log: the last line of progress, and the statistics below it.
    fn of(log: &str) -> Option<Self> {
        let progress = log.lines().rev().find(|line| line.contains(" cov: "))?;
        let mut words = progress.split_whitespace();
        let mut after = |key: &str| {
            words.find(|word| *word == key)?;
            words.next()
        };
        let edges = after("cov:")?.parse().ok()?;
        let features = after("ft:")?.parse().ok()?;
        let corpus = after("corp:")?.to_owned();
        let runs = log
            .lines()
            .find_map(|line| line.strip_prefix("stat::number_of_executed_units:"))?;
        Some(Self {
            runs: runs.trim().parse().ok()?,
            edges,
            features,
            corpus,
        })
    }
}

/// Folders of one target.
struct Folders {
    corpus: PathBuf,
    crashes: PathBuf,
    seeds: PathBuf,
    words: PathBuf,
    log: PathBuf,
}

impl Folders {
    fn new(home: &Path, target: Target) -> anyhow::Result<Self> {
        let at = |what: &str| home.join(what).join(target.name());
        let folders = Self {
            corpus: at("corpus"),
            crashes: at("crashes"),
            seeds: at("seeds"),
            words: at("words"),
            log: home.join(format!("{}.log", target.name())),
        };
        for dir in [&folders.corpus, &folders.crashes, &folders.seeds] {
            fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
        }
        seeds::write(target, &folders.seeds, &folders.words)?;
        Ok(folders)
    }
}

/// Runs a target to its end. Returns its log, and whether it has found something.
fn search(
    folders: &Folders,
    binaries: &Path,
    target: Target,
    options: &Options,
) -> anyhow::Result<(String, bool)> {
    let io = || format!("cannot write {}", folders.log.display());
    let log = fs::File::create(&folders.log).with_context(io)?;
    let mut command = engine(binaries, target);
    command
        .arg(&folders.corpus)
        .arg(&folders.seeds)
        .arg(format!("-artifact_prefix={}/", folders.crashes.display()))
        .arg(format!("-max_total_time={}", options.seconds))
        .arg(format!("-max_len={}", target.longest()))
        .arg(format!("-seed={}", options.seed))
        .args(["-print_final_stats=1", "-use_value_profile=1"]);
    if folders.words.is_file() {
        command.arg(format!("-dict={}", folders.words.display()));
    }
    if let Some(runs) = options.runs {
        command.arg(format!("-runs={runs}"));
    }
    if options.broken {
        command.env(BROKEN, "1");
    }
    let status = command
        .stdout(Stdio::null())
        .stderr(log)
        .status()
        .with_context(|| format!("cannot run {}", target.name()))?;
    // An input may put anything into a message.
    let text =
        fs::read(&folders.log).with_context(|| format!("cannot read {}", folders.log.display()))?;
    Ok((
        String::from_utf8_lossy(&text).into_owned(),
        !status.success(),
    ))
}

/// The file with the input that failed, as the log names it.
fn crash(log: &str) -> Option<&str> {
    log.lines().find_map(|line| {
        line.split_once("Test unit written to ")
            .map(|(_, path)| path.trim())
    })
}

/// Looks for an input that fails.
fn fuzz(home: &Path, binaries: &Path, target: Target, options: &Options) -> anyhow::Result<()> {
    let folders = Folders::new(home, target)?;
    let start = std::time::Instant::now();
    let (log, failed) = search(&folders, binaries, target, options)?;
    if failed {
        let why: Vec<&str> = log
            .lines()
            .skip_while(|line| !line.contains("panicked at") && !line.contains("ERROR: libFuzzer"))
            .take(6)
            .collect();
        let name = target.name();
        let Some(path) = crash(&log) else {
            bail!(
                "{name} ended without saying what failed; see {}",
                folders.log.display()
            );
        };
        bail!(
            "{name} fails:\n{}\nThe input is {path}; to run it again:\n  cargo xtask libfuzz {name} {path}",
            why.join("\n")
        );
    }
    let figures =
        Figures::of(&log).with_context(|| format!("no figures in {}", folders.log.display()))?;
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{:8}  {} inputs in {seconds:.0} s, {:.0} a second; {} edges, {} features; corpus {}; nothing fails",
        target.name(),
        figures.runs,
        figures.runs as f64 / seconds,
        figures.edges,
        figures.features,
        figures.corpus
    );
    Ok(())
}

/// Looks for the mistake on purpose, from the seeds alone.
fn find(home: &Path, binaries: &Path, target: Target, options: &Options) -> anyhow::Result<()> {
    let home = home.join("broken");
    let old = home.join("corpus").join(target.name());
    if old.is_dir() {
        fs::remove_dir_all(&old).with_context(|| format!("cannot remove {}", old.display()))?;
    }
    let folders = Folders::new(&home, target)?;
    let start = std::time::Instant::now();
    let (log, failed) = search(&folders, binaries, target, options)?;
    let name = target.name();
    let path = crash(&log).filter(|_| failed);
    let Some(path) = path else {
        bail!(
            "{name} has a mistake on purpose, and it was not found in {} s; see {}",
            options.seconds,
            folders.log.display()
        );
    };
    println!(
        "{name:8}  the mistake on purpose is found after {:.1} s: {path}",
        start.elapsed().as_secs_f64()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "\
INFO: Seed: 1
#2\tINITED cov: 10 ft: 11 corp: 1/1b exec/s: 0 rss: 30Mb
#4096\tREDUCE cov: 812 ft: 2044 corp: 301/12Kb lim: 4096 exec/s: 2048 rss: 60Mb L: 3/9 MS: 1 EraseBytes-
Done 4100 runs in 2 second(s)
stat::number_of_executed_units: 4100
stat::peak_rss_mb:              60
";

    #[test]
    fn figures_are_read() {
        let figures = Figures {
            runs: 4100,
            edges: 812,
            features: 2044,
            corpus: "301/12Kb".to_owned(),
        };
        assert_eq!(Figures::of(LOG), Some(figures));
        assert_eq!(Figures::of(""), None);
    }

    #[test]
    fn the_input_that_fails_is_named() {
        assert_eq!(crash(LOG), None);
        let failed =
            format!("{LOG}artifact_prefix='/x/'; Test unit written to /x/crash-0\nBase64: AA==\n");
        assert_eq!(crash(&failed), Some("/x/crash-0"));
    }
}
