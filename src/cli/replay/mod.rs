// SPDX-License-Identifier: Apache-2.0
//! `persimmon replay`.

mod print;

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressStyle};

pub use print::human;

use super::device::{self, CHOICES, Choice, Size};
use super::{Failure, tell};
use crate::board::Port;
use crate::cosim::Subject;
use crate::cosim::replay::{Options, Report, profile_of, replay};
use crate::regif::RegIf;
use crate::trace::Trace;
use crate::vdpa::Profile;

/// Replay recordings of real kernels and compare everything after every step.
///
/// FILE is in the format of traces/SCHEMA.md: one JSON object a line, each one step that was done to /dev/vhost-vdpa
/// on a running kernel, with what came of it. The same steps are done here, to a model of vhost-vdpa and of its
/// parent driver on the device under test. Compared are: what system calls and the message handler return, vhost's
/// tables (S), the device's tables (D: of the golden model with the recording, of the RTL with the golden model's),
/// where DMA lands, and the driver callbacks.
///
/// The exit code is 0 only if something was compared and nothing differed. What was not compared is counted by
/// reason.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Recordings
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// What to replay on
    #[arg(long, value_name = CHOICES, default_value_t = Choice::Both)]
    dut: Choice,

    /// Entries of the device's table: a built size, or a smaller one made of it by LIMIT [default: the largest
    /// built]. Steps that a device of this size cannot hold are skipped and counted as device_full, up to the next
    /// open
    #[arg(long, value_name = "N", value_parser = Size::parse)]
    entries: Option<Size>,

    /// Only this case and those below it, by whole components: 3.batch has 3.batch.basic, 3 has not 30.x. What led
    /// up to it since the open before is executed without being compared. May be repeated
    #[arg(long = "case", value_name = "PREFIX")]
    cases: Vec<String>,

    /// Which kernel and device to model, as recordings have it in their names: 6.12-setmap-pa, 6.1-dmamap,
    /// 6.12.117-setmap-pa-vhostcap8. Kernels are 6.1, 6.1.170, 6.12, 6.12.117; of parents there is setmap and dmamap,
    /// with -pa or -va on 6.12, and -simcapN and -vhostcapN for tables of N entries [default: what the recording says;
    /// one of a client, as QEMU, says nothing]
    #[arg(long, value_name = "NAME", value_parser = parse_profile)]
    profile: Option<Profile>,

    /// Compare the RTL's tables with the golden model's only after lines that have a dump of them; the others are
    /// counted as tables_not_read. For traces with thousands of entries and few dumps, as `persimmon generate` writes
    #[arg(long)]
    tables_at_dumps_only: bool,

    /// Make DMA probes as bursts of a master on the AXI4 port of the largest build that has one, with memory behind it,
    /// instead of requests of the translation port: what a burst writes or reads at an IOVA is looked for in memory, at
    /// the physical address. That build maps pages, so recordings of va mode, which have byte ranges, are refused. A
    /// replay that makes no probe fails
    #[arg(long)]
    axi: bool,

    /// One JSON object for each file on stdout, a line each
    #[arg(long)]
    json: bool,

    /// Write a waveform of the RTL; for a single FILE
    #[arg(long, value_name = "FILE.fst")]
    wave: Option<PathBuf>,
}

fn parse_profile(name: &str) -> Result<Profile, String> {
    Profile::parse(name).map_err(|(field, part)| {
        let wants = match field {
            "kernel" => "a kernel of which there is a profile; known are 6.1, 6.1.170, 6.12, 6.12.117",
            _ => "a parent; it should be setmap or dmamap, with -pa, -va, -simcapN, -vhostcapN, -range after it",
        };
        format!("\"{part}\" does not name {wants}; an example is 6.12-setmap-pa")
    })
}

/// Lines from which on a progress bar is worth its place.
const LONG: usize = 100;

/// Replays the files; true if all passed.
pub fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<bool, Failure> {
    if arguments.wave.is_some() && !arguments.dut.has_waves() {
        return Err(format!(
            "--wave needs the simulated RTL; leave out --dut {}",
            arguments.dut
        )
        .into());
    }
    if arguments.axi && !arguments.dut.has_waves() {
        return Err(format!(
            "--axi needs the simulated RTL; leave out --dut {}",
            arguments.dut
        )
        .into());
    }
    if arguments.wave.is_some() && arguments.files.len() > 1 {
        return Err(format!("--wave takes one FILE, not {}", arguments.files.len()).into());
    }
    let mut passed = true;
    for file in &arguments.files {
        let (found, what) = match one(arguments, file) {
            Ok(found) => found,
            Err(error) => {
                tell(error.as_ref());
                passed = false;
                continue;
            }
        };
        if arguments.json {
            writeln!(out, "{}", found.to_json())?;
        } else {
            write!(out, "{}", human(&found, &what))?;
        }
        passed &= found.passed();
    }
    Ok(passed)
}

fn size(arguments: &Arguments) -> Result<Size, Failure> {
    let size = arguments.entries.or_else(Size::largest);
    let size = size.ok_or("no build of the RTL is linked in")?;
    Ok(if arguments.axi { size.on_axi() } else { size })
}

/// What a device of `built` entries is in words, if it is narrowed to `limit`.
fn sized(device: &str, built: u16, limit: Option<u16>) -> String {
    match limit {
        None => format!("{device}, {built} entries"),
        Some(limit) => {
            format!("{device}, {limit} entries in each address space by LIMIT, of {built}")
        }
    }
}

/// The report of one file, and what it was replayed on.
fn one(arguments: &Arguments, file: &std::path::Path) -> Result<(Report, String), Failure> {
    let trace = Trace::read(file)?;
    let wave = arguments.wave.as_deref();
    if let Choice::Board(port) = &arguments.dut {
        return on_board(arguments, &trace, port);
    }
    let size = size(arguments)?;
    if arguments.axi && profile_of(&trace, arguments.profile)?.use_va {
        return Err(format!(
            "{}: --axi cannot replay va mode: its mappings are byte ranges, and the build with an AXI4 port maps pages \
             (GRANULE_LOG2 {}); leave out --axi, and the probes are made through the translation port of a build with \
             GRANULE_LOG2 0",
            trace.path,
            size.variant.parameters().granule_log2
        )
        .into());
    }
    let (report, device) = match &arguments.dut {
        Choice::Rtl => {
            let dut = device::rtl(size, wave)?;
            (on(arguments, &trace, size.limit, dut)?, "RTL")
        }
        Choice::Golden => {
            let golden = device::golden(size);
            (on(arguments, &trace, size.limit, golden)?, "golden model")
        }
        Choice::Both | Choice::Board(_) => {
            let both = device::both(size, wave)?;
            (
                on(arguments, &trace, size.limit, both)?,
                "RTL and golden model",
            )
        }
    };
    let device = match arguments.axi {
        true => format!("{device}, probes by AXI4"),
        false => device.to_owned(),
    };
    let built = size.variant.parameters().entries;
    Ok((report, sized(&device, built, size.limit)))
}

/// As [`one`], on a board: as many entries as it has, or fewer.
fn on_board(
    arguments: &Arguments,
    trace: &Trace,
    port: &Port,
) -> Result<(Report, String), Failure> {
    let dev = device::board(port)?;
    let built = dev.capability().entries;
    let limit = arguments.entries.map(|size| size.entries());
    if let Some(limit) = limit.filter(|&limit| limit > built) {
        return Err(format!("--entries {limit}: the board at {port} has {built}").into());
    }
    let limit = limit.filter(|&limit| limit < built);
    let device = format!("board at {port} and golden model");
    let report = on(arguments, trace, limit, dev)?;
    Ok((report, sized(&device, built, limit)))
}

fn on<S: Subject>(
    arguments: &Arguments,
    trace: &Trace,
    limit: Option<u16>,
    dev: S,
) -> Result<Report, Failure> {
    let options = Options {
        cases: arguments.cases.clone(),
        entries: limit,
        profile: arguments.profile,
        tables_at_dumps_only: arguments.tables_at_dumps_only,
    };
    let bar = bar(trace);
    let result = replay(trace, dev, &options, &mut |done| {
        bar.set_position(done as u64)
    });
    bar.finish_and_clear();
    Ok(result.map(|(report, _)| report)?)
}

/// A progress bar on a terminal, for a long trace; else one that does not show.
pub(super) fn bar(trace: &Trace) -> ProgressBar {
    let total = trace.lines.len();
    if total < LONG || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(total as u64);
    // A template that does not parse would only cost the bar its looks.
    if let Ok(style) =
        ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} steps, {eta} left")
    {
        bar.set_style(style);
    }
    let name = trace.path.rsplit('/').next().unwrap_or(&trace.path);
    bar.set_message(name.to_owned());
    bar
}
