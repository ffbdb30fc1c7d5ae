// SPDX-License-Identifier: Apache-2.0
//! `persimmon fuzz`.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use comfy_table::{Table, presets};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::Failure;
use crate::cosim::axi;
use crate::cosim::fuzz::{
    self, Calls, Case, Checks, Coverage, Failed, calls, play_calls, record_calls,
};
use crate::cosim::shrink;
use crate::dut::Variant;
use crate::trace::Op;

/// Clocks of AXI4 traffic for each operation of a run.
const CLOCKS: u64 = 100;
/// Holes of the functional coverage that are printed; all of them are in the JSON form.
const HOLES: usize = 12;

/// Constrained-random sequences on the RTL and the golden model in lockstep; a failure is shortened and written down.
///
/// A run is one seed at one level: commands, registers, reset pins, damaged words and requests in every clock
/// (registers); system calls and IOTLB messages, good and malformed, through vhost-vdpa and a parent driver (uapi); or
/// bursts with back-pressure on AXI4 ports beside commands (axi). After every operation the whole table is compared.
/// One seed is one run on every machine.
///
/// A run that fails is shortened until nothing can be taken out of it, and written to DIR with a waveform, next to the
/// command that plays it again: `persimmon replay` for system calls, which are a trace as the recordings are, and
/// `persimmon fuzz --replay` for what a trace has no words for. The exit code is 0 only if nothing differed.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The first seed; a run uses one, the next run the next
    #[arg(long, value_name = "S", default_value = "1")]
    seed: u64,

    /// Runs, of all levels together
    #[arg(long, value_name = "N", default_value = "12", value_parser = clap::value_parser!(u64).range(1..))]
    runs: u64,

    /// Operations of a run; on AXI4 ports, clocks in hundreds
    #[arg(long, value_name = "N", default_value = "400", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    ops: u32,

    /// What to draw [default: each in turn]
    #[arg(long, value_enum)]
    level: Option<Level>,

    /// Only the build with this many entries: 50 (of pages), 64 or 2048 [default: 64 and 50, and 64 for system calls]
    #[arg(long, value_name = "E", value_parser = build)]
    entries: Option<Variant>,

    /// Only this style of parent driver, for system calls
    #[arg(long, value_enum, conflicts_with = "profile")]
    parent: Option<Parent>,

    /// Only this kernel and parent, for system calls: 6.12-setmap-pa, 6.1-dmamap and so on, as for `replay`
    #[arg(long, value_name = "NAME", value_parser = profile)]
    profile: Option<String>,

    /// Only every n-th run, from the i-th on, of 0 to n-1: for several processes
    #[arg(long, value_name = "I/N", value_parser = shard, default_value = "0/1")]
    shard: (u64, u64),

    /// Where a failing sequence is written
    #[arg(long, value_name = "DIR", default_value = "target/fuzz")]
    out: PathBuf,

    /// A failing sequence is neither shortened nor written: for who only asks whether there is one
    #[arg(long, conflicts_with = "out")]
    no_shrink: bool,

    /// Plays a sequence that was written down, with a waveform beside it, and nothing else
    #[arg(long, value_name = "FILE", conflicts_with_all = [
        "seed", "runs", "ops", "level", "entries", "parent", "profile", "shard", "out", "no_shrink", "json",
    ])]
    replay: Option<PathBuf>,

    /// RTL that is wrong on purpose, 1 to 5: shows what a failure looks like. The build of 64 entries has them
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=5), conflicts_with = "entries")]
    bug: Option<u8>,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What is drawn.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, ValueEnum)]
enum Level {
    /// Commands, registers, pins and requests
    Registers,
    /// System calls and IOTLB messages
    Uapi,
    /// Bursts on AXI4 ports beside commands
    Axi,
}

/// Style of a parent driver.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Parent {
    /// The whole table at a time
    SetMap,
    /// One range at a time
    DmaMap,
}

/// Kernels and parents that system calls go through, by style of the parent.
const PROFILES: [(&str, &str); 5] = [
    ("set_map", "6.12-setmap-pa"),
    ("dma_map", "6.12-dmamap-pa"),
    ("set_map", "6.1-setmap"),
    ("dma_map", "6.12-dmamap-va"),
    ("set_map", "6.12.117-setmap-pa-vhostcap8"),
];

fn build(text: &str) -> Result<Variant, String> {
    match text {
        "50" => Ok(Variant::E50Pages),
        "64" => Ok(Variant::E64),
        "2048" => Ok(Variant::E2048),
        _ => Err("no build has that many entries; give 50, 64 or 2048".to_owned()),
    }
}

fn profile(text: &str) -> Result<String, String> {
    match crate::vdpa::Profile::parse(text) {
        Ok(_) => Ok(text.to_owned()),
        Err((field, value)) => Err(format!(
            "the {field} {value:?} is not known; such names are 6.12-setmap-pa and 6.1-dmamap"
        )),
    }
}

fn shard(text: &str) -> Result<(u64, u64), String> {
    let parts = text.split_once('/');
    let parts = parts.and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
    match parts {
        Some((i, n)) if i < n => Ok((i, n)),
        _ => Err("give I/N, I from 0 to N-1: 0/4 and 1/4 are the first two of four".to_owned()),
    }
}

/// What one run is of.
#[derive(Clone, Debug)]
enum Subject {
    Registers(Variant),
    Uapi(String),
    Axi(Variant),
}

/// What all runs together have seen.
#[derive(Default)]
struct Total {
    runs: u64,
    operations: u64,
    checks: Checks,
    calls: Calls,
    bursts: u64,
    burst_comparisons: u64,
    coverage: BTreeMap<String, Coverage>,
}

/// A run that failed, and what was written of it.
struct Found {
    seed: u64,
    what: String,
    first: String,
    left: usize,
    last: String,
    again: Vec<String>,
}

/// Runs the command. False if something differed.
pub fn run(arguments: &Arguments, out: &mut impl Write) -> Result<bool, Failure> {
    if let Some(path) = &arguments.replay {
        return replay(path, arguments.bug.unwrap_or(0), out);
    }
    let subjects = subjects(arguments)?;
    let (shard, shards) = arguments.shard;
    let mut total = Total::default();
    let bar = progress(arguments, arguments.runs);
    let mut found = None;
    for number in (0..arguments.runs).filter(|number| number % shards == shard) {
        let seed = arguments.seed.wrapping_add(number);
        let subject = &subjects[(seed % subjects.len() as u64) as usize];
        bar.set_message(format!("seed {seed}, {subject:?}"));
        if let Err(failed) = one(arguments, subject, seed, &mut total)? {
            found = Some(failed);
            break;
        }
        bar.set_position(number + 1);
    }
    bar.finish_and_clear();
    if total.runs == 0 && found.is_none() {
        let runs = arguments.runs;
        return Err(format!(
            "shard {shard}/{shards} of {runs} runs has none: nothing was compared; give more --runs"
        )
        .into());
    }
    match arguments.json {
        true => writeln!(out, "{:#}", as_json(arguments, &total, found.as_ref()))?,
        false => print(out, &total, found.as_ref())?,
    }
    Ok(found.is_none())
}

fn progress(arguments: &Arguments, runs: u64) -> ProgressBar {
    if arguments.json || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{pos}/{len} {wide_bar} {msg}");
    let bar = ProgressBar::new(runs);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// What the runs are of, in turn.
fn subjects(arguments: &Arguments) -> Result<Vec<Subject>, Failure> {
    let registers = match (arguments.bug, arguments.entries) {
        (Some(_), _) => vec![Variant::E64Bugs],
        (None, Some(variant)) => vec![variant],
        (None, None) => vec![Variant::E64, Variant::E50Pages],
    };
    let style = arguments.parent.map(|parent| match parent {
        Parent::SetMap => "set_map",
        Parent::DmaMap => "dma_map",
    });
    let profiles: Vec<String> = match &arguments.profile {
        Some(name) => vec![name.clone()],
        None => PROFILES
            .iter()
            .filter(|(its, _)| style.is_none_or(|style| *its == style))
            .map(|&(_, name)| name.to_owned())
            .collect(),
    };
    // The bugs are in a build without AXI4 ports.
    let axi = match (arguments.bug, arguments.entries) {
        (Some(_), _) => vec![],
        (None, Some(Variant::E2048)) => vec![Variant::AxiE2048],
        (None, Some(Variant::E64)) => vec![Variant::AxiE64, Variant::AxiDual],
        (None, Some(_)) => vec![],
        (None, None) => vec![Variant::AxiE64, Variant::AxiDual],
    };
    let wanted = |level| arguments.level.is_none_or(|only| only == level);
    let mut by_level: Vec<Vec<Subject>> = Vec::new();
    if wanted(Level::Registers) {
        by_level.push(registers.into_iter().map(Subject::Registers).collect());
    }
    // A build of pages refuses most of what a parent asks for.
    if wanted(Level::Uapi) && arguments.entries != Some(Variant::E50Pages) {
        by_level.push(profiles.into_iter().map(Subject::Uapi).collect());
    }
    if wanted(Level::Axi) {
        by_level.push(axi.into_iter().map(Subject::Axi).collect());
    }
    by_level.retain(|subjects| !subjects.is_empty());
    let longest = by_level.iter().map(Vec::len).max().unwrap_or(0);
    if longest == 0 {
        return Err("no build is left of that --level, --entries and --bug: leave one out".into());
    }
    // Each level as often as every other one.
    let turns = (0..longest).flat_map(|turn| {
        by_level
            .iter()
            .map(move |subjects| subjects[turn % subjects.len()].clone())
    });
    Ok(turns.collect())
}

/// One run. The inner error is a failure that was found, the outer one says that it could not be written down.
fn one(
    arguments: &Arguments,
    subject: &Subject,
    seed: u64,
    total: &mut Total,
) -> Result<Result<(), Found>, Failure> {
    let (bug, count) = (arguments.bug.unwrap_or(0), arguments.ops as usize);
    let failed = match subject {
        Subject::Registers(variant) => {
            match fuzz::run(*variant, bug, seed, count, !arguments.no_shrink) {
                Ok((coverage, checks)) => {
                    match total.coverage.entry(format!("{variant:?}")) {
                        Entry::Occupied(mut all) => all.get_mut().add(&coverage),
                        Entry::Vacant(none) => {
                            none.insert(coverage);
                        }
                    }
                    total.checks.add(&checks);
                    total.operations += count as u64;
                    None
                }
                Err(failed) if arguments.no_shrink => {
                    Some(as_it_is(subject, seed, count, failed.first))
                }
                Err(failed) => Some(registers_failed(arguments, *variant, seed, *failed)?),
            }
        }
        Subject::Uapi(profile) => {
            let ops = calls(seed, count);
            let variant = match (bug, arguments.entries) {
                (0, Some(variant)) => variant,
                (0, None) => Variant::E64,
                _ => Variant::E64Bugs,
            };
            match play_calls(variant, bug, seed, profile, &ops) {
                Ok(calls) => {
                    total.operations += calls.steps;
                    total.calls.add(&calls);
                    None
                }
                Err(first) if arguments.no_shrink => Some(as_it_is(subject, seed, count, first)),
                Err(first) => {
                    let failed = Failed {
                        first,
                        steps: ops,
                        last: axi::Mismatch(String::new()),
                    };
                    Some(calls_failed(arguments, variant, profile, seed, failed)?)
                }
            }
        }
        Subject::Axi(variant) => {
            let clocks = u64::from(arguments.ops) * CLOCKS;
            let options = axi::Options {
                variant: *variant,
                seed,
                clocks,
            };
            match axi::run(options) {
                Ok(report) => {
                    total.operations += report.commands;
                    total.bursts += report.bursts;
                    total.burst_comparisons += report.counts.total();
                    None
                }
                Err(first) if arguments.no_shrink => Some(as_it_is(subject, seed, count, first)),
                Err(first) => Some(traffic_failed(*variant, seed, clocks, first)),
            }
        }
    };
    Ok(match failed {
        None => {
            total.runs += 1;
            Ok(())
        }
        Some(found) => Err(found),
    })
}

/// A failure that is not looked into.
fn as_it_is(subject: &Subject, seed: u64, count: usize, first: axi::Mismatch) -> Found {
    Found {
        seed,
        what: format!("{subject:?}"),
        last: first.0.clone(),
        first: first.0,
        left: count,
        again: Vec::new(),
    }
}

fn directory(arguments: &Arguments) -> Result<&Path, Failure> {
    let path = arguments.out.as_path();
    std::fs::create_dir_all(path).map_err(|e| format!("cannot create {}: {e}", path.display()))?;
    Ok(path)
}

fn bug_option(arguments: &Arguments) -> String {
    arguments
        .bug
        .map_or_else(String::new, |bug| format!(" --bug {bug}"))
}

fn registers_failed(
    arguments: &Arguments,
    variant: Variant,
    seed: u64,
    failed: Failed<fuzz::Event>,
) -> Result<Found, Failure> {
    let path = directory(arguments)?.join(format!("{variant:?}-seed{seed}.jsonl"));
    let case = Case {
        build: format!("{variant:?}"),
        seed,
        events: failed.steps,
    };
    case.write(&path)?;
    let bug = arguments.bug.unwrap_or(0);
    let wave = waveform(&path);
    let mut again = vec![format!(
        "persimmon fuzz --replay {}{}",
        path.display(),
        bug_option(arguments)
    )];
    if fuzz::replay(&case, bug, wave.as_deref()).is_err()
        && let Some(wave) = wave
    {
        again.push(format!("gtkwave {}", wave.display()));
    }
    Ok(Found {
        seed,
        what: format!("registers, build {variant:?}{}", bug_option(arguments)),
        first: failed.first.0,
        left: case.events.len(),
        last: failed.last.0,
        again,
    })
}

/// Beside the sequence, if this build has waveforms.
fn waveform(path: &Path) -> Option<PathBuf> {
    cfg!(feature = "wave").then(|| path.with_extension("fst"))
}

fn calls_failed(
    arguments: &Arguments,
    variant: Variant,
    profile: &str,
    seed: u64,
    failed: Failed<Op>,
) -> Result<Found, Failure> {
    let bug = arguments.bug.unwrap_or(0);
    let fails = |ops: &[Op]| play_calls(variant, bug, seed, profile, ops).is_err();
    let few = shrink(failed.steps, fails);
    let last = play_calls(variant, bug, seed, profile, &few).err();
    let path = directory(arguments)?.join(format!("{profile}-seed{seed}.jsonl"));
    let lines = record_calls(variant, seed, profile, &few)?;
    let text: String = lines.iter().map(|line| line.to_json() + "\n").collect();
    std::fs::write(&path, text).map_err(|e| format!("cannot write {}: {e}", path.display()))?;
    let entries = variant.parameters().entries;
    Ok(Found {
        seed,
        what: format!("system calls, {profile}{}", bug_option(arguments)),
        first: failed.first.0,
        left: few.len(),
        last: last.map_or_else(String::new, |last| last.0),
        // A replay knows no bugs: it shows that the good RTL does these steps.
        again: match arguments.bug {
            None => vec![format!(
                "persimmon replay --entries {entries} --wave {} {}",
                path.with_extension("fst").display(),
                path.display()
            )],
            Some(bug) => vec![format!(
                "persimmon fuzz --bug {bug} --level uapi --profile {profile} --seed {seed} --runs 1 --ops {}",
                arguments.ops
            )],
        },
    })
}

/// Bursts depend on what came before: the run is cut behind the first clock in which it fails.
fn traffic_failed(variant: Variant, seed: u64, clocks: u64, first: axi::Mismatch) -> Found {
    let fails = |clocks| {
        axi::run(axi::Options {
            variant,
            seed,
            clocks,
        })
        .is_err()
    };
    let (mut good, mut bad) = (0, clocks);
    while bad - good > CLOCKS {
        let middle = good + (bad - good) / 2;
        match fails(middle) {
            true => bad = middle,
            false => good = middle,
        }
    }
    let build = match variant {
        Variant::AxiE2048 => "large",
        Variant::AxiDual => "wide",
        _ => "two",
    };
    Found {
        seed,
        what: format!("AXI4, build {variant:?}"),
        last: first.0.clone(),
        first: first.0,
        left: 0,
        again: vec![format!(
            "persimmon traffic --build {build} --seed {seed} --clocks {bad}"
        )],
    }
}

fn replay(path: &Path, bug: u8, out: &mut impl Write) -> Result<bool, Failure> {
    let case = Case::read(path)?;
    let wave = waveform(path);
    match fuzz::replay(&case, bug, wave.as_deref()) {
        Ok(checks) => {
            let (events, total) = (case.events.len(), checks.total());
            writeln!(
                out,
                "{events} events on {}: {total} comparisons, all equal",
                case.build
            )?;
            Ok(true)
        }
        Err(why) => {
            writeln!(out, "{}: {why}", path.display())?;
            if let Some(wave) = wave {
                writeln!(out, "waveform: {}", wave.display())?;
            }
            Ok(false)
        }
    }
}

fn print(out: &mut impl Write, total: &Total, found: Option<&Found>) -> Result<(), Failure> {
    let Total {
        runs,
        operations,
        checks,
        calls,
        bursts,
        burst_comparisons,
        coverage,
    } = total;
    let all = checks.total() + calls.compared + burst_comparisons;
    writeln!(
        out,
        "{runs} runs without a difference: {operations} operations, {all} comparisons"
    )?;
    let mut table = Table::new();
    table.load_preset(presets::UTF8_HORIZONTAL_ONLY);
    table.set_header(["invariant", "held against the RTL"]);
    let rows = [
        (
            "1 isolation",
            format!(
                "{} accesses ({} refused), {} of system calls' programs",
                checks.accesses, checks.refused_accesses, calls.accesses
            ),
        ),
        (
            "2 atomicity",
            format!(
                "{} requests beside commands, of {} states",
                checks.streamed, checks.states
            ),
        ),
        (
            "3 completion",
            format!("{} reads of DRAINING", checks.drains),
        ),
        (
            "4 reset_map",
            format!("{} resets, each as long as the others", checks.resets),
        ),
        (
            "5 persistence",
            format!(
                "{} device resets by command, {} by system call",
                checks.persisting, calls.persisting
            ),
        ),
        (
            "6 constant time",
            format!("{} answers exactly LATENCY after acceptance", checks.timed),
        ),
        (
            "7 refusals",
            format!(
                "{} of {} commands, everything as before",
                checks.refused_commands, checks.commands
            ),
        ),
        (
            "8 fail closed",
            format!("{} accesses beside a damaged word", checks.damaged),
        ),
        (
            "tables",
            format!(
                "{} with {} entries; {} with {} by system calls",
                checks.tables, checks.entries, calls.tables, calls.entries
            ),
        ),
        (
            "9, 10 faults, AXI4",
            format!(
                "{bursts} bursts, {burst_comparisons} comparisons, protocol checkers on both sides"
            ),
        ),
        (
            "resets",
            format!(
                "{} by pin at any clock of a command, {} at power-on",
                checks.pins, checks.power_ons
            ),
        ),
        (
            "system calls",
            format!("{} steps, {} refused", calls.steps, calls.refused),
        ),
    ];
    for (name, count) in rows {
        table.add_row([name, &count]);
    }
    writeln!(out, "{table}")?;
    for (build, coverage) in coverage {
        let holes = coverage.holes();
        let (ends, all) = coverage.ends();
        writeln!(
            out,
            "functional coverage of {build}: {} of {} points, {ends} of {all} ends of commands, {} holes",
            coverage.points() - holes.len(),
            coverage.points(),
            holes.len()
        )?;
        for hole in holes.iter().take(HOLES) {
            writeln!(out, "  never: {hole}")?;
        }
        if holes.len() > HOLES {
            writeln!(
                out,
                "  and {} more; --json has them all",
                holes.len() - HOLES
            )?;
        }
        for point in coverage.undeclared() {
            writeln!(out, "  not in the table of what can be: {point}")?;
        }
    }
    if let Some(found) = found {
        writeln!(out, "FAILED: seed {}, {}", found.seed, found.what)?;
        writeln!(out, "  {}", found.first)?;
        if found.left > 0 {
            writeln!(
                out,
                "  {} operations are enough for:\n  {}",
                found.left, found.last
            )?;
        }
        for command in &found.again {
            writeln!(out, "  again: {command}")?;
        }
    }
    Ok(())
}

fn as_json(arguments: &Arguments, total: &Total, found: Option<&Found>) -> Value {
    let coverage: serde_json::Map<String, Value> = (total.coverage.iter())
        .map(|(build, coverage)| (build.clone(), coverage.to_json()))
        .collect();
    let failure = found.map(|found| {
        json!({
            "seed": found.seed,
            "what": found.what,
            "first": found.first,
            "operations_left": found.left,
            "last": found.last,
            "again": found.again,
        })
    });
    json!({
        "seed": arguments.seed,
        "runs": total.runs,
        "operations": total.operations,
        "checks": total.checks.to_json(),
        "calls": total.calls.to_json(),
        "axi": {"bursts": total.bursts, "comparisons": total.burst_comparisons},
        "coverage": coverage,
        "failure": failure,
    })
}
