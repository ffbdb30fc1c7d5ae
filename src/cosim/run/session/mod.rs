// SPDX-License-Identifier: Apache-2.0
//! Recorded sessions of a real client (QEMU), played on a kernel and a parent of one's choice: what every device reset
//! in them cost, and whether the virtqueues could be reached at every start.
//!
//! The calls are the client's own. A *cycle* is what it did because of one device reset: from the stop (SUSPEND, or
//! the reset where there is none) to the next DRIVER_OK, or to the end. At each DRIVER_OK the rings that the client has
//! set up are translated, descriptors, available and used ring of each virtqueue, through the device: each has to land
//! in the memory that S has there.

mod rings;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::RunError;
use super::cycle::{Cycle, own};
use super::meter::{Metered, Own};
use super::watch::Hazard;
use crate::cosim::replay::{self, Options, Renewed, World};
use crate::cosim::{Subject, dma};
use crate::golden;
use crate::regif::{Access, Mode, RegIf};
use crate::trace::{Line, Op, Trace};
use crate::vdpa::Profile;
use crate::vdpa::parent::{DRIVER_OK, capability, vq_group};

/// What one device reset cost.
#[derive(Clone, PartialEq, Debug)]
pub struct Reset {
    /// Line of the stop in the recording.
    pub line: usize,
    /// Last mark before it: what the guest or the host was doing.
    pub case: String,
    /// The device was started again.
    pub restarted: bool,
    /// Mappings that the client had before the stop and after the start, the same: what the clocks of the cycle's
    /// unavailability are about. Not those of rings that it makes anew, see [`Renewed`].
    pub kept: usize,
    /// What it cost.
    pub cycle: Cycle,
    /// A call failed in it.
    pub failed: bool,
    /// D was 1:1 at some step in it, while S held mappings of that address space.
    pub identity: bool,
}

/// Whether a start found its virtqueues.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Start {
    /// Line of the SET_STATUS.
    pub line: usize,
    /// What an access to a ring came to, if not the memory that S has there: hazard and virtqueue.
    pub wrong: BTreeSet<(Hazard, u32)>,
    /// Accesses that were made.
    pub accesses: usize,
}

/// A session, played.
#[derive(Clone, PartialEq, Debug)]
pub struct Session {
    /// The recording, and what was changed in it.
    pub trace: String,
    /// Its resets, in order.
    pub resets: Vec<Reset>,
    /// Its starts, in order.
    pub starts: Vec<Start>,
    /// IOTLB messages that were refused.
    pub refused: usize,
    /// SET_BACKEND_FEATURES that were refused.
    pub features_refused: usize,
    /// Answers of the RTL that were compared with the golden model's.
    pub compared: u64,
}

impl Session {
    /// Every start found all its rings, and nothing was refused.
    pub fn works(&self) -> bool {
        let refused = self.refused + self.features_refused;
        refused == 0 && !self.starts.is_empty() && self.hazards().is_empty()
    }

    /// What accesses to rings came to at starts.
    pub fn hazards(&self) -> BTreeSet<Hazard> {
        let wrong = self.starts.iter().flat_map(|start| &start.wrong);
        wrong.map(|(hazard, _)| *hazard).collect()
    }
}

/// Plays a session on a device that has just been powered on.
///
/// # Errors
/// If the trace cannot be played, the device is out of order or too small, or RTL and golden model differ.
pub fn play<S: Subject>(
    trace: &Trace,
    profile: Profile,
    dev: S,
    progress: &mut dyn FnMut(usize),
) -> Result<Session, RunError> {
    let options = Options {
        profile: Some(profile),
        ..Options::default()
    };
    let mut ahead = Ahead::look(trace, &options)?;
    let mut world = World::of(trace, Metered::new(dev), &options)?;
    let mut player = Player::new(trace);
    for (index, line) in trace.lines.iter().enumerate() {
        progress(index);
        if stops(line, world.vdpa().get_status()) && player.open.is_none() {
            let kept = ahead.kept.pop_front().unwrap_or_default();
            player.stop(line, kept, &mut world);
        }
        let seen = world.execute(line)?;
        player.step(line, &seen, &mut world)?;
        if let Some(divergence) = world.device().take_divergences().into_iter().next() {
            return Err(RunError::Diverged(Box::new(divergence)));
        }
    }
    player.end(false, &mut world);
    let mut session = player.session;
    session.compared = world.device().compared();
    Ok(session)
}

/// True if the device stops serving its virtqueues for a reset with this line, or for good.
fn stops(line: &Line, status: u8) -> bool {
    let ends = replay::stops(&line.op) || matches!(line.op, Op::Close {});
    ends && status & DRIVER_OK != 0
}

/// True if the device starts with this line.
fn starts(line: &Line) -> bool {
    matches!(line.op, Op::SetStatus { status, .. } if status & DRIVER_OK != 0)
}

/// What has to be known of a cycle before it begins: the mappings that will be there again at its end. The calls are
/// made once on a golden device for that, with everything that S holds at each stop and start.
struct Ahead {
    kept: std::collections::VecDeque<Vec<Own>>,
}

impl Ahead {
    fn look(trace: &Trace, options: &Options) -> Result<Self, RunError> {
        let dev = golden::Device::new(capability(u16::MAX));
        let mut world = World::of(trace, dev, options)?;
        let mut kept = std::collections::VecDeque::new();
        let mut before: Option<Vec<Own>> = None;
        let renewed = Renewed::of(trace);
        for line in &trace.lines {
            if before.is_none() && stops(line, world.vdpa().get_status()) {
                before = Some(own(world.vdpa()));
            }
            world.execute(line)?;
            if starts(line)
                && let Some(mut mappings) = before.take()
            {
                let after = own(world.vdpa());
                mappings.retain(|mapping| {
                    let asid = u32::from(mapping.asid);
                    after.contains(mapping)
                        && !renewed.covers(line.number, asid, mapping.start, mapping.last)
                });
                kept.push_back(mappings);
            }
        }
        Ok(Self { kept })
    }
}

/// A cycle that has not ended.
struct Open {
    reset: Reset,
    messages: u64,
}

struct Player {
    session: Session,
    open: Option<Open>,
    /// Rings of each virtqueue, as they were set since the device was last reset: descriptors, available ring, used
    /// ring.
    rings: BTreeMap<u32, [u64; 3]>,
    /// The device has been started, and not reset since.
    started: bool,
}

impl Player {
    fn new(trace: &Trace) -> Self {
        Self {
            session: Session {
                trace: trace.path.clone(),
                resets: Vec::new(),
                starts: Vec::new(),
                refused: 0,
                features_refused: 0,
                compared: 0,
            },
            open: None,
            rings: BTreeMap::new(),
            started: false,
        }
    }

    fn stop<S: Subject>(&mut self, line: &Line, kept: Vec<Own>, world: &mut World<Metered<S>>) {
        self.open = Some(Open {
            reset: Reset {
                line: line.number,
                case: line.case.clone(),
                restarted: false,
                kept: kept.len(),
                cycle: Cycle::default(),
                failed: false,
                identity: false,
            },
            messages: 0,
        });
        if let Some(meter) = world.device().meter() {
            meter.start(kept);
        }
    }

    fn step<S: Subject>(
        &mut self,
        line: &Line,
        seen: &crate::cosim::replay::Seen,
        world: &mut World<Metered<S>>,
    ) -> Result<(), RunError> {
        let message = line.op.is_message();
        let features = matches!(line.op, Op::SetBackendFeatures { .. });
        let failed = seen.errno != Some("OK");
        self.session.refused += usize::from(message && failed);
        self.session.features_refused += usize::from(features && failed);
        if let Some(open) = &mut self.open {
            open.messages += u64::from(message);
            open.reset.failed |= (message || features) && failed;
            open.reset.cycle.count(&seen.kcalls);
            // Looked at on the golden side: looking costs the RTL no clock.
            open.reset.identity |= one_to_one(world)?;
        }
        match line.op {
            Op::SetVringAddr {
                index: Some(index),
                desc: Some(desc),
                avail: Some(avail),
                used: Some(used),
                ..
            } => {
                self.rings.insert(index, [desc.0, avail.0, used.0]);
            }
            Op::Open {} | Op::Close {} => self.forget(),
            _ if line.op.is_device_reset() => self.forget(),
            _ if starts(line) && !self.started => {
                self.started = true;
                self.end(true, world);
                let start = self.start(line, world)?;
                self.session.starts.push(start);
            }
            _ => {}
        }
        Ok(())
    }

    /// The device was reset: it serves no virtqueue, and knows none.
    fn forget(&mut self) {
        self.started = false;
        self.rings.clear();
    }

    /// The cycle that is open ends.
    fn end<S: Subject>(&mut self, restarted: bool, world: &mut World<Metered<S>>) {
        let Some(Open {
            mut reset,
            messages,
        }) = self.open.take()
        else {
            return;
        };
        reset.restarted = restarted;
        reset.cycle.messages = messages;
        reset.cycle.hardware = world.device().meter().map(|meter| meter.counted());
        self.session.resets.push(reset);
    }

    /// Translates every ring that is set up, and compares with S.
    fn start<S: Subject>(
        &self,
        line: &Line,
        world: &mut World<Metered<S>>,
    ) -> Result<Start, RunError> {
        let mut start = Start {
            line: line.number,
            wrong: BTreeSet::new(),
            accesses: 0,
        };
        for (&vq, rings) in &self.rings {
            let group = vq_group(vq);
            let asid = world.device().group(group)?.map(u32::from);
            for (&iova, access) in rings
                .iter()
                .zip([Access::Read, Access::Read, Access::Write])
            {
                let reached = dma::access(world.device(), group, iova, RING, access)?;
                let mut spaces = world.vdpa().spaces();
                let s = spaces.find(|(space, _)| asid == Some(*space));
                let hazard = rings::judge(s.map(|(_, iotlb)| iotlb), iova, &reached);
                start.accesses += 1;
                start.wrong.extend(hazard.map(|hazard| (hazard, vq)));
            }
        }
        Ok(start)
    }
}

/// Bytes of each ring that are accessed: a descriptor, or the head of a ring.
const RING: u64 = 16;

/// True if an address space is 1:1 of which S holds mappings.
fn one_to_one<S: Subject>(world: &mut World<Metered<S>>) -> Result<bool, RunError> {
    let held: Vec<u8> = world
        .vdpa()
        .spaces()
        .filter(|(_, iotlb)| !iotlb.is_empty())
        .filter_map(|(asid, _)| u8::try_from(asid).ok())
        .collect();
    let sides = world.device().sides();
    let Some(dev) = sides.golden.or(sides.rtl) else {
        return Ok(false);
    };
    for asid in held {
        if dev.address_space(asid)?.mode == Mode::Identity {
            return Ok(true);
        }
    }
    Ok(false)
}
