// SPDX-License-Identifier: Apache-2.0
//! Replay: a recorded trace, step by step, on a modelled machine, with everything compared that the recording
//! holds.
//!
//! | compared | with |
//! |---|---|
//! | `ret`, `errno`, `kret` | what the model's system calls and message handler return |
//! | `vhost` | S, the core's tables |
//! | `dev` | D, read back from the golden device; and the RTL's with the golden device's |
//! | `result`, `hit` | accesses made through the device's translation port, or as bursts where it has AXI4 ports |
//! | `vq_asid`, `st`, `kcalls`, values | read back, or what the probes on the parent saw |
//!
//! The recording program's memory is modelled too ([`layout`]), so that addresses are numbers on the way down and
//! names again in the comparison.
//!
//! A recording of a client has that client's calls with the answers of an emulation, and names no kernel. It is
//! replayed on a profile of one's choice; the recorded answers are [`Advisory`]: compared and counted, but no
//! mismatches. What remains is the RTL against the golden device.

mod advisory;
mod calls;
pub mod dump;
mod error;
pub mod exec;
mod ioctl;
pub mod layout;
mod message;
mod persist;
mod prepare;
mod probe;
mod record;
mod regions;
pub mod report;
pub mod skip;

mod compare;

use crate::cosim::Subject;
use crate::trace::{Line, Op, Source, Trace};
use crate::vdpa::{DeviceError, Profile};
pub use advisory::{Advisory, Difference};
pub use error::ReplayError;
pub use exec::{Parent, Seen, World};
pub(crate) use persist::stops;
pub use persist::{Renewed, persisting};
pub use prepare::profile_of;
pub use report::{AxiProbes, Kind, Mismatch, Report, TablePair};
use skip::{Plan, Reason};

/// What to replay.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Only these cases, by whole dotted components; all if empty.
    pub cases: Vec<String>,
    /// No address space may hold more entries than this.
    pub entries: Option<u16>,
    /// The kernel and device to model, instead of those that the recording names. A recording of a client names
    /// none.
    pub profile: Option<Profile>,
    /// Compare the RTL's tables with the golden device's only after lines with a dump; after the others they are
    /// counted as [`Reason::TablesNotRead`]. To read a full table of 2048 entries takes some 100,000 clocks.
    pub tables_at_dumps_only: bool,
}

/// Replays a trace on a device. `progress` is told how many lines are done. The device comes back with the report.
///
/// # Errors
/// If it cannot be replayed at all; what differs is in the report.
pub fn replay<S: Subject>(
    trace: &Trace,
    dev: S,
    options: &Options,
    progress: &mut dyn FnMut(usize),
) -> Result<(Report, World<S>), ReplayError> {
    run(trace, dev, options, progress, &mut |_, _, _| {})
}

/// As [`replay`], with `observer` called after each line that was executed, before anything is compared: with the
/// line, the machine as it is then, and what was seen. It may read the machine as it likes; reading the RTL costs
/// clocks, and so does comparing, so one who counts clocks does the lines himself, with [`World::of`] and
/// [`World::execute`].
///
/// # Errors
/// As [`replay`].
pub fn replay_with<S: Subject>(
    trace: &Trace,
    dev: S,
    options: &Options,
    observer: &mut dyn FnMut(&Line, &mut World<S>, &Seen),
) -> Result<(Report, World<S>), ReplayError> {
    run(trace, dev, options, &mut |_| {}, observer)
}

fn run<S: Subject>(
    trace: &Trace,
    dev: S,
    options: &Options,
    progress: &mut dyn FnMut(usize),
    observer: &mut dyn FnMut(&Line, &mut World<S>, &Seen),
) -> Result<(Report, World<S>), ReplayError> {
    let mut world = World::of(trace, dev, options)?;
    let client = matches!(trace.lines[0].source, Source::Client(_));
    let mut report = Report {
        trace: trace.path.clone(),
        advisory: client.then(Advisory::default),
        ..Report::default()
    };
    let sides = compare::Sides::of(world.device());
    report.bursts(world.device().axi_accesses(), false);
    // Why the state is not known, until the next open.
    let mut lost: Option<Reason> = None;
    for (index, (line, plan)) in trace
        .lines
        .iter()
        .zip(skip::plan(&trace.lines, &options.cases))
        .enumerate()
    {
        progress(index);
        report.unknown_fields += line.extra.len();
        if plan == Plan::Ignore {
            report.skip_line(line, Reason::NotSelected, sides);
            continue;
        }
        if matches!(line.op, Op::Open {}) {
            lost = None;
        }
        let inherent = skip::inherent(line);
        if let Some((reason, true)) = inherent {
            // The operation itself tells why; what follows is in the dark.
            lost = Some(Reason::Unlogged);
            report.skip_if(plan, line, reason, sides);
            continue;
        }
        if let Some(reason) = lost {
            report.skip_if(plan, line, reason, sides);
            continue;
        }
        let executed = world.execute(line);
        let probe = plan == Plan::Compare && line.outcome.result.is_some();
        report.bursts(world.device().axi_accesses(), probe);
        report.diverged(line, world.device().take_divergences());
        if let Ok(seen) = &executed {
            observer(line, &mut world, seen);
        }
        match executed {
            Ok(_) if let Some((reason, _)) = inherent => report.skip_if(plan, line, reason, sides),
            Ok(seen) if plan == Plan::Compare => {
                let compared = compare::Step {
                    line,
                    seen: &seen,
                    scripted: trace.meta.is_none(),
                    client,
                    tables_at_dumps_only: options.tables_at_dumps_only,
                }
                .compare(&mut world, &mut report);
                report.diverged(line, world.device().take_divergences());
                if let Err(error) = compared {
                    report.broken(line, &DeviceError::Reg(error));
                    break;
                }
            }
            Ok(_) => report.skip_line(line, Reason::NotSelected, sides),
            Err(DeviceError::Full { .. }) => {
                lost = Some(Reason::DeviceFull);
                report.skip_if(plan, line, Reason::DeviceFull, sides);
            }
            Err(error) => {
                report.broken(line, &error);
                break;
            }
        }
    }
    progress(trace.lines.len());
    report.clocks = world.device().clocks();
    Ok((report, world))
}
