// SPDX-License-Identifier: Apache-2.0
//! What a trace needs to be replayed, found before its first step: the profile, the program's memory, and whether
//! all it speaks of is there.

use super::error::ReplayError;
use super::exec::World;
use super::layout::Layout;
use super::{Options, regions};
use crate::cosim::Subject;
use crate::trace::{Line, Op, Source, Symbol, Trace};
use crate::vdpa::Profile;

/// The profile to replay a trace on: what it names by kernel and variant, and its header's capacities; or `given`,
/// which says all of that itself. The range of IOVAs is the recording's in any case: no name can say it.
///
/// # Errors
/// If there is none.
pub fn profile_of(trace: &Trace, given: Option<Profile>) -> Result<Profile, ReplayError> {
    let Some(line) = trace.lines.first() else {
        return Err(ReplayError::NoCase {
            path: trace.path.clone(),
            case: String::new(),
        });
    };
    let path = trace.path.clone();
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
    let mut profile = match given {
        Some(profile) => profile,
        None => named(trace, line)?,
    };
    if let Some(meta) = &trace.meta
        && let (Some(first), Some(last)) = (meta.iova_first, meta.iova_last)
    {
        profile.iova_range = (first.0, last.0);
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

/// The profile that the first line and the header name.
fn named(trace: &Trace, line: &Line) -> Result<Profile, ReplayError> {
    let kernel = match &line.source {
        Source::Kernel(version) => version,
        Source::Client(client) => {
            return Err(ReplayError::Client {
                path: trace.path.clone(),
                line: line.number,
                client: client.clone(),
            });
        }
    };
    let mut profile = Profile::from_names(kernel, &line.variant).map_err(|(field, value)| {
        ReplayError::Profile {
            path: trace.path.clone(),
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
    }
    Ok(profile)
}

impl<S: Subject> World<S> {
    /// The machine that a trace needs, on `dev`: its profile, and a program with its memory. Nothing is done yet.
    ///
    /// # Errors
    /// If the trace cannot be replayed, or the device is unfit.
    pub fn of(trace: &Trace, dev: S, options: &Options) -> Result<Self, ReplayError> {
        let profile = profile_of(trace, options.profile)?;
        check_cases(trace, options)?;
        check_extents(trace)?;
        let layout = Layout::learn(trace, &profile);
        let world = Self::new(dev, profile, options.entries, layout);
        let world = world.map_err(|source| ReplayError::Device {
            path: trace.path.clone(),
            source,
        })?;
        check_regions(trace, &world)?;
        Ok(world)
    }
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
    match regions::places(trace).into_iter().find(|p| !p.is_sound()) {
        Some(place) => Err(ReplayError::Extent {
            path: trace.path.clone(),
            max: place.max(),
            region: place.name,
            va: place.va,
            size: place.size,
        }),
        None => Ok(()),
    }
}

fn check_regions<S: Subject>(trace: &Trace, world: &World<S>) -> Result<(), ReplayError> {
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
