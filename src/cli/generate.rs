// SPDX-License-Identifier: Apache-2.0
//! `persimmon generate`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::Failure;
use crate::cosim::capacity::{Plan, RANGES_MAX, generate};
use crate::trace::Line;
use crate::vdpa::Mapping;

/// Write a trace at the kernel's limit of 2048 entries.
///
/// The recordings reach that limit without logging how. This trace maps N ranges one by one (on a set_map parent in
/// batches), then one more, exchanges one for another, and does a device reset with IOTLB_PERSIST and one without, as
/// Linux 6.12.117 does them; its results are the golden model's. With two address spaces each has a LIMIT of half the
/// device's table. Replay it with `persimmon replay --tables-at-dumps-only FILE`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Ranges to map, all address spaces together: 2 to 2064
    #[arg(long, value_name = "N", value_parser = ranges)]
    ranges: u16,

    /// Address spaces that they are spread over: 1 or 2
    #[arg(long, value_name = "N", default_value = "1", value_parser = spaces)]
    spaces: u8,

    /// Style of the parent driver
    #[arg(long, value_enum, default_value_t = Parent::SetMap)]
    parent: Parent,

    /// Where to; stdout if left out
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

/// How the parent takes mappings.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Parent {
    /// The whole table at a time
    SetMap,
    /// One range at a time
    DmaMap,
}

fn ranges(text: &str) -> Result<u16, String> {
    let number = text
        .parse()
        .map_err(|_| format!("no number of ranges; give 2 to {RANGES_MAX}"))?;
    match Plan::new(number, 1, Mapping::SetMap) {
        Ok(_) => Ok(number),
        Err(error) => Err(error.to_string()),
    }
}

fn spaces(text: &str) -> Result<u8, String> {
    let number = text
        .parse()
        .map_err(|_| "no number of address spaces; give 1 or 2".to_owned())?;
    match Plan::new(2, number, Mapping::SetMap) {
        Ok(_) => Ok(number),
        Err(error) => Err(error.to_string()),
    }
}

/// Writes the trace.
///
/// # Errors
/// If it cannot be written.
pub fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<(), Failure> {
    let mapping = match arguments.parent {
        Parent::SetMap => Mapping::SetMap,
        Parent::DmaMap => Mapping::DmaMap,
    };
    let lines = generate(&Plan::new(arguments.ranges, arguments.spaces, mapping)?)?;
    match &arguments.file {
        None => Ok(write(&lines, out)?),
        Some(path) => to_file(&lines, path)
            .map_err(|error| format!("{}: cannot be written: {error}", path.display()).into()),
    }
}

fn to_file(lines: &[Line], path: &Path) -> std::io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    write(lines, &mut file)?;
    file.flush()
}

fn write(lines: &[Line], out: &mut dyn Write) -> std::io::Result<()> {
    for line in lines {
        writeln!(out, "{}", line.to_json())?;
    }
    Ok(())
}
