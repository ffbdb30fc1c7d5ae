// SPDX-License-Identifier: Apache-2.0
//! A trace, played on the golden device under the kernel that it names: `persimmon replay --dut golden` on any file.

use persimmon::cosim::replay::{self, Options};
use persimmon::golden::Device;
use persimmon::trace::Trace;
use persimmon::vdpa::parent::capability;

/// Entries of the device: few, so that full is near.
const ENTRIES: u16 = 32;
/// Bytes of the longest trace that is played: what comes after that is more of the same, slowly.
const LONGEST: usize = 1 << 16;

/// Reads bytes as a trace and replays it. It may differ from the recording or be no trace at all, and says so; every
/// difference has a line and a text.
///
/// # Panics
/// If anything in between does.
pub fn replay(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if bytes.len() > LONGEST {
        return;
    }
    let Ok(trace) = Trace::parse("input", text) else {
        return;
    };
    let device = Device::new(capability(ENTRIES));
    let mut told = 0;
    let played = replay::replay(&trace, device, &Options::default(), &mut |lines| {
        told = lines
    });
    match played {
        Ok((report, world)) => {
            assert_eq!(told, trace.lines.len(), "progress does not come to its end");
            // The mistake on purpose: what no recording does, pages pinned by a program of three calls.
            let pinned = world.memory().pinned_vm() > 0 && trace.lines.len() < 4;
            assert!(!(super::broken() && pinned), "on purpose");
            drop(report.to_json().to_string());
        }
        Err(error) => drop(error.to_string()),
    }
}
