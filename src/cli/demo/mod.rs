// SPDX-License-Identifier: Apache-2.0
//! `persimmon` without a command: the demo.
//!
//! [`mod@story`] carries the reset story out, [`mod@print`] makes it a table; `tb/demo.rs` holds the tables as snapshots.

pub mod print;
pub mod story;

use std::io::Write;
use std::path::{Path, PathBuf};

use super::Failure;
use super::device::{self, Size};
use super::replay::{bar, human};
use super::text;
use crate::board::Port;
use crate::cosim::replay::{Options, replay};
use crate::trace::Trace;
use crate::vdpa::Mapping;

/// The recording that the demo replays, compiled in so that it runs from any directory.
const RECORDING: &str = include_str!("../../../traces/linux-6.12-setmap-pa.jsonl");
const RECORDING_NAME: &str = "traces/linux-6.12-setmap-pa.jsonl";
/// Entries of the device that the story is told on: the waveform stays small.
const STORY_ENTRIES: &str = "64";
const WAVE: &str = "reset-story.fst";

const INTRODUCTION: &str = "\
The reset story, on the RTL and the golden model in lockstep, driven as Linux 6.12 drives a vdpa_sim device.
A, B and C are buffers of a program. S is what vhost-vdpa believes is mapped, D what the device translates with;
\"1:1\" is the identity, with which a DMA reaches whatever memory lies at that physical address.
";

/// Tells the story on a board.
///
/// # Errors
/// If anything differs, the board does not answer, or nothing can be written.
pub fn on_board(port: &Port, out: &mut dyn Write) -> Result<(), Failure> {
    writeln!(
        out,
        "{INTRODUCTION}\nHere the RTL is on the board at {port}.\n"
    )?;
    let mut answers = 0;
    for mapping in [Mapping::SetMap, Mapping::DmaMap] {
        for persist in [true, false] {
            let told = story::tell(mapping, persist, &mut || device::board(port))?;
            answers += told.compared;
            writeln!(out, "{}", print::story(&told))?;
        }
    }
    writeln!(out, "{}", text::equal_answers(answers))?;
    Ok(())
}

/// Runs the demo.
///
/// # Errors
/// If anything differs, or cannot be written.
pub fn run(out: &mut dyn Write) -> Result<(), Failure> {
    writeln!(out, "{INTRODUCTION}")?;
    let wave = wave_folder().join(WAVE);
    let size = Size::parse(STORY_ENTRIES)?;
    let mut answers = 0;
    for mapping in [Mapping::SetMap, Mapping::DmaMap] {
        for persist in [true, false] {
            // The waveform shows the story in which most happens.
            let wanted = mapping == Mapping::SetMap && !persist;
            let mut power_on = || device::both(size, wanted.then_some(wave.as_path()));
            let told = story::tell(mapping, persist, &mut power_on)?;
            answers += told.compared;
            writeln!(out, "{}", print::story(&told))?;
        }
    }
    writeln!(out, "{}", text::equal_answers(answers))?;
    recording(out)?;
    writeln!(
        out,
        "\nThe second story (set_map, not acknowledged) as a waveform:\n  gtkwave {}",
        shown(&wave).display()
    )?;
    Ok(())
}

/// Replays the recording.
fn recording(out: &mut dyn Write) -> Result<(), Failure> {
    writeln!(out, "A recording of Linux 6.12, replayed step by step:\n")?;
    out.flush()?;
    let trace = Trace::parse(RECORDING_NAME, RECORDING)?;
    let size = Size::largest().ok_or("no build of the RTL is linked in")?;
    let bar = bar(&trace);
    let dev = device::both(size, None)?;
    let (report, _) = replay(&trace, dev, &Options::default(), &mut |done| {
        bar.set_position(done as u64);
    })?;
    bar.finish_and_clear();
    let what = format!("RTL and golden model, {} entries", size.entries());
    write!(out, "{}", human(&report, &what))?;
    match report.passed() {
        true => Ok(()),
        false => Err("the recording was not reproduced".into()),
    }
}

/// `target/persimmon` of the clone that this was built in, or of the current directory.
fn wave_folder() -> PathBuf {
    let clone = Path::new(env!("CARGO_MANIFEST_DIR"));
    let base = if clone.is_dir() {
        clone
    } else {
        Path::new(".")
    };
    base.join("target").join("persimmon")
}

/// A path as one would type it here.
fn shown(path: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&here).unwrap_or(path).to_owned()
}
