// SPDX-License-Identifier: Apache-2.0
//! `--scaling`: the same design with ever more entries, until it no longer fits.

use super::report::Report;
use super::{Options, docs, measure};

/// Powers of two up to what no device of [`super::device`] holds.
const ENTRIES: [u64; 9] = [64, 256, 1024, 2048, 4096, 8192, 16384, 32768, 65536];

/// Runs the sweep, writes it to `docs/fpga/scaling.json`, and draws it. What is finished is not run again, so an
/// interrupted sweep goes on where it was.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let mut reports: Vec<Report> = Vec::new();
    for entries in ENTRIES {
        let design = options.design(Some(entries))?;
        let report = measure(options, &design)?;
        let last = report.not_routed.clone();
        reports.push(report);
        // One that does not fit shows the limit; what is larger shows nothing more.
        if let Some(why) = last {
            eprintln!("the sweep ends here: {why}");
            break;
        }
    }
    if options.json {
        println!("{}", serde_json::to_string_pretty(&reports)?);
    }
    docs::write_scaling(&reports)?;
    docs::run(false)
}
