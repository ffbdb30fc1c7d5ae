// SPDX-License-Identifier: Apache-2.0
//! Replay: a recorded trace, step by step, on a modelled machine, with everything compared that the recording
//! holds.
//!
//! | compared | with |
//! |---|---|
//! | `ret`, `errno`, `kret` | what the model's system calls and message handler return |
//! | `vhost` | S, the core's tables |
//! | `dev` | D, read back from the golden device; and the RTL's with the golden device's |
//! | `result`, `hit` | accesses made through the device's translation port |
//! | `vq_asid`, `st`, `kcalls`, values | read back, or what the probes on the parent saw |
//!
//! The recording program's memory is modelled too ([`layout`]), so that addresses are numbers on the way down and
//! names again in the comparison.

pub mod dump;
mod error;
pub mod exec;
pub mod layout;
mod message;
mod probe;
mod regions;
pub mod report;
pub mod skip;

mod compare;

use crate::cosim::Subject;
use crate::trace::{Line, Op, Source, Trace};
use crate::vdpa::mm::PAGE;
use crate::vdpa::{DeviceError, Profile};
pub use error::ReplayError;
use exec::World;
use layout::Layout;
pub use report::{Kind, Mismatch, Report, TablePair};
use skip::{Plan, Reason};

/// Bytes of the largest region that a header may list.
const REGION_MAX: u64 = 1 << 30;
/// End of a program's addresses.
const USER_END: u64 = 1 << 47;

/// What to replay.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Only these cases, by whole dotted components; all if empty.
    pub cases: Vec<String>,
    /// No address space may hold more entries than this.
    pub entries: Option<u16>,
}

/// The profile that a trace names: by kernel and variant, its header, and its get_iova_range line.
///
/// # Errors
/// If there is none.
pub fn profile_of(trace: &Trace) -> Result<Profile, ReplayError> {
    let Some(line) = trace.lines.first() else {
        return Err(ReplayError::NoCase {
            path: trace.path.clone(),
            case: String::new(),
        });
    };
    let path = trace.path.clone();
    let kernel = match &line.source {
        Source::Kernel(version) => version,
        Source::Client(client) => {
            return Err(ReplayError::Client {
                path,
                line: line.number,
                client: client.clone(),
            });
        }
    };
    let of = |line: &Line| match &line.source {
        Source::Kernel(name) | Source::Client(name) => format!("{name} {}", line.variant),
    };
    if let Some(other) = trace.lines.iter().find(|other| of(other) != of(line)) {
        return Err(ReplayError::Mixed {
            path,
            line: other.number,
            found: of(other),
            first: of(line),
        });
    }
    let mut profile = Profile::from_names(kernel, &line.variant).map_err(|(field, value)| {
        ReplayError::Profile {
            path,
            line: line.number,
            field,
            value: value.to_owned(),
        }
    })?;
    if let Some(meta) = &trace.meta {
        if let Some(entries) = meta.number("vdpa_sim.max_iotlb_entries") {
            profile.limit_sim(entries);
        }
        if let Some(entries) = meta.number("vhost_vdpa.max_iotlb_entries") {
            profile.limit_vhost(entries);
        }
        if let (Some(first), Some(last)) = (meta.iova_first, meta.iova_last) {
            profile.iova_range = (first.0, last.0);
        }
    }
    let range = trace.lines.iter().find_map(|line| match line.op {
        Op::GetIovaRange {
            first: Some(first),
            last: Some(last),
        } => Some((first.0, last.0)),
        _ => None,
    });
    profile.iova_range = range.unwrap_or(profile.iova_range);
    Ok(profile)
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
    let profile = profile_of(trace)?;
    check_cases(trace, options)?;
    check_extents(trace)?;
    let layout = Layout::learn(trace, &profile);
    let mut world = World::new(dev, profile, options.entries, &layout).map_err(|source| {
        ReplayError::Device {
            path: trace.path.clone(),
            source,
        }
    })?;
    check_regions(trace, &world)?;
    let mut report = Report {
        trace: trace.path.clone(),
        ..Report::default()
    };
    let sides = compare::Sides::of(world.device());
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
        report.diverged(line, world.device().take_divergences());
        match executed {
            Ok(_) if let Some((reason, _)) = inherent => report.skip_if(plan, line, reason, sides),
            Ok(seen) if plan == Plan::Compare => {
                let compared = compare::Step {
                    line,
                    seen: &seen,
                    layout: &layout,
                    scripted: trace.meta.is_none(),
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

fn check_cases(trace: &Trace, options: &Options) -> Result<(), ReplayError> {
    let missing = options
        .cases
        .iter()
        .find(|case| !trace.lines.iter().any(|line| line.in_case(case)));
    match missing {
        Some(case) => Err(ReplayError::NoCase {
            path: trace.path.clone(),
            case: case.clone(),
        }),
        None => Ok(()),
    }
}

fn check_extents(trace: &Trace) -> Result<(), ReplayError> {
    let listed = trace.meta.as_ref().and_then(|meta| meta.regions.as_ref());
    for region in listed.into_iter().flatten() {
        let (va, size) = (region.uva.unwrap_or(0), region.size);
        if !(va | size).is_multiple_of(PAGE) || size > REGION_MAX || va > USER_END - REGION_MAX {
            return Err(ReplayError::Extent {
                path: trace.path.clone(),
                region: region.name.clone(),
                va,
                size,
            });
        }
    }
    Ok(())
}

fn check_regions<S: Subject>(trace: &Trace, world: &World<S>) -> Result<(), ReplayError> {
    use crate::trace::Symbol;
    for line in &trace.lines {
        let symbol = match &line.op {
            Op::IotlbUpdate { uaddr, .. } | Op::ShortWrite { uaddr, .. } => uaddr.as_ref(),
            Op::DriverInit { ring_mem, .. } => Some(ring_mem),
            Op::ProbeIdentityRd { iova, .. } => Some(&iova.symbol),
            _ => None,
        };
        if let Some(Symbol::Region { name, .. }) = symbol
            && world.mm.region(name).is_none()
        {
            return Err(ReplayError::Region {
                path: trace.path.clone(),
                line: line.number,
                region: name.clone(),
            });
        }
    }
    Ok(())
}
