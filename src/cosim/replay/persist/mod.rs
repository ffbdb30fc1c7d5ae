// SPDX-License-Identifier: Apache-2.0
//! What a client could do with IOTLB_PERSIST: its own recording, with the feature acked and without the messages
//! that only take away around a device reset what comes back after it.
//!
//! Between a stop (SUSPEND, or the reset where there is none) and the next DRIVER_OK the device serves no
//! virtqueue, so what its tables hold meanwhile is seen by nobody. A mapping that is there at the stop and again at
//! DRIVER_OK, with the same IOVA, size, user address and permission, need not go in between, unless something else
//! takes its place for a while; nor need an INVALIDATE be sent that takes nothing else. All other messages stay, and
//! so do those of a running device and those of a stop that no start follows.
//!
//! The user address being the same is not enough for the rings of QEMU's shadow virtqueues. `vhost_svq_start` allocates
//! them and `vhost_svq_stop` frees them, so that what is at the same address at the next start is other memory, and the
//! pages that the old mapping pinned are not it. **A mapping of memory that is no RAM block is never kept if it covers
//! a ring**, as set at the stop or at the start, in the address space of the virtqueue's group; its INVALIDATE and
//! UPDATE stay. Rings in guest memory are kept with it, and so are the buffers of the shadow control virtqueue, which
//! are allocated once.
//!
//! This takes foresight: a client cannot know at a stop what it will need at the next start. One without it leaves
//! everything but such rings where it is, and at the start compares what it has with what it needs, which comes to the
//! same messages. At a stop that no start follows it would send none of those that stay here.

mod model;
mod rings;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::trace::{Hex, Line, Op, Outcome, Trace};
use crate::vdpa::Features;
use crate::vdpa::parent::DRIVER_OK;
use model::{Effect, Mapping, Model};
use rings::Rings;

/// A client's recording as it would be, had the client acked IOTLB_PERSIST and relied on it. Line numbers are those
/// of the recording. Recorded results are left out: they no longer hold.
///
/// An UPDATE is taken for one entry of whole pages, as those of RAM blocks in one physical piece are.
pub fn persisting(trace: &Trace) -> Trace {
    let mut lines = Vec::new();
    let kept = kept(trace);
    let mut model = Model::default();
    let mut batch: Option<Batch> = None;
    for (line, kept) in trace.lines.iter().zip(&kept) {
        let was = model.batch;
        let effect = model.step(line);
        let rewritten = rewrite(line, &effect, kept);
        match (was, model.batch, &mut batch) {
            (None, Some(_), _) => {
                batch = Some(Batch {
                    begin: lines.len(),
                    left: 0,
                    dropped: false,
                });
            }
            (Some(_), None, _) => {
                let emptied = batch.take().filter(Batch::is_emptied);
                if let (Op::IotlbBatchEnd { .. }, Some(emptied)) = (&line.op, emptied) {
                    lines[emptied.begin] = None;
                    continue;
                }
            }
            (_, _, Some(open)) if line.op.is_message() => {
                open.left += rewritten.len();
                open.dropped |= rewritten.is_empty();
            }
            _ => {}
        }
        lines.extend(rewritten.into_iter().map(Some));
    }
    Trace {
        path: format!("{} with IOTLB_PERSIST", trace.path),
        meta: trace.meta.clone(),
        lines: lines.into_iter().flatten().collect(),
    }
}

/// True if a device that serves its virtqueues stops with this operation, unless it is closed.
pub(crate) fn stops(op: &Op) -> bool {
    matches!(op, Op::Suspend { withheld: None, .. }) || op.is_device_reset()
}

/// A batch in the rewritten recording, as far as it is known.
struct Batch {
    /// Where its BATCH_BEGIN is.
    begin: usize,
    /// Messages in it.
    left: usize,
    /// It had more.
    dropped: bool,
}

impl Batch {
    /// Nothing is left of it, though there was something.
    fn is_emptied(&self) -> bool {
        self.dropped && self.left == 0
    }
}

/// From a stop to the next start.
struct Pause {
    /// Index of the line that stops the device, and of the one that starts it.
    lines: std::ops::RangeInclusive<usize>,
    /// Mappings that are there at both, and can be throughout.
    staying: Vec<Mapping>,
    /// Mappings of rings that the client makes anew.
    renewed: Vec<Mapping>,
}

fn pauses(trace: &Trace) -> Vec<Pause> {
    struct Stop {
        line: usize,
        before: Vec<Mapping>,
        taken: Vec<Mapping>,
        renewed: Vec<Mapping>,
        reset: bool,
    }
    let mut pauses = Vec::new();
    let mut model = Model::default();
    let mut rings = Rings::default();
    let mut stop: Option<Stop> = None;
    for (index, line) in trace.lines.iter().enumerate() {
        let running = model.status & DRIVER_OK != 0;
        if running && stops(&line.op) && stop.is_none() {
            let before = model.mappings();
            let renewed = before.iter().filter(|mapping| rings.are_own(mapping));
            stop = Some(Stop {
                line: index,
                renewed: renewed.cloned().collect(),
                before,
                taken: Vec::new(),
                reset: false,
            });
        }
        let effect = model.step(line);
        rings.step(line);
        if let (Effect::Update(mapping, true), Some(stop)) = (effect, &mut stop) {
            stop.taken.push(mapping);
        }
        match (&line.op, &mut stop) {
            (op, Some(stop)) if op.is_device_reset() => stop.reset = true,
            (Op::Open {} | Op::Close {}, _) => stop = None,
            // It goes on as it was.
            (Op::Resume { withheld: None, .. }, Some(open)) if !open.reset => stop = None,
            _ => {}
        }
        if !running
            && model.status & DRIVER_OK != 0
            && let Some(mut stop) = stop.take()
        {
            let after = model.mappings();
            let renewed = after.iter().filter(|mapping| rings.are_own(mapping));
            stop.renewed.extend(renewed.cloned());
            let stays = |mapping: &Mapping| {
                let displaced = |other: &Mapping| {
                    other != mapping
                        && other.asid == mapping.asid
                        && other.overlaps(mapping.start, mapping.last)
                };
                after.contains(mapping)
                    && !stop.renewed.contains(mapping)
                    && !stop.taken.iter().any(displaced)
            };
            pauses.push(Pause {
                lines: stop.line..=index,
                staying: stop.before.into_iter().filter(stays).collect(),
                renewed: stop.renewed,
            });
        }
    }
    pauses
}

/// For each line, the mappings that stay in the tables throughout.
fn kept(trace: &Trace) -> Vec<Vec<Mapping>> {
    let mut kept = vec![Vec::new(); trace.lines.len()];
    for pause in pauses(trace) {
        kept[pause.lines].fill(pause.staying);
    }
    kept
}

/// The mappings of rings that a client makes anew between a stop of the device and its next start: even if IOVA and
/// user address are the same, the memory is not.
#[derive(Debug)]
pub struct Renewed(BTreeMap<usize, Vec<Mapping>>);

impl Renewed {
    /// Finds them in a client's recording.
    pub fn of(trace: &Trace) -> Self {
        let by_start = pauses(trace)
            .into_iter()
            .map(|pause| (trace.lines[*pause.lines.end()].number, pause.renewed));
        Self(by_start.collect())
    }

    /// True if a mapping of `first..=last` is one of those that were made anew for the start in line `start` of the
    /// recording.
    pub fn covers(&self, start: usize, asid: u32, first: u64, last: u64) -> bool {
        let renewed = self.0.get(&start).into_iter().flatten();
        renewed
            .filter(|mapping| mapping.asid == asid)
            .any(|mapping| mapping.overlaps(first, last))
    }
}

/// What is left of a line: itself, nothing, or less.
fn rewrite(line: &Line, effect: &Effect, kept: &[Mapping]) -> Vec<Line> {
    let with = |op: Op| Line {
        op,
        outcome: Outcome {
            text: line.outcome.text.clone(),
            from: line.outcome.from.clone(),
            t_ms: line.outcome.t_ms,
            thr: line.outcome.thr.clone(),
            ..Outcome::default()
        },
        ..line.clone()
    };
    match (&line.op, effect) {
        (Op::SetBackendFeatures { features }, _) => {
            let features = Hex(features.0 | Features::IOTLB_PERSIST.0);
            vec![with(Op::SetBackendFeatures { features })]
        }
        (_, Effect::Update(mapping, _)) if kept.contains(mapping) => Vec::new(),
        (
            _,
            Effect::Invalidate {
                asid,
                first,
                last,
                gone,
            },
        ) => {
            let here: Vec<_> = kept.iter().filter(|m| m.asid == *asid).collect();
            if here.is_empty() {
                return vec![with(line.op.clone())];
            }
            let goes = |first, last| {
                let mut gone = gone.iter().filter(|m| !kept.contains(m));
                gone.any(|m| m.overlaps(first, last))
            };
            gaps(*first, *last, here)
                .into_iter()
                .filter(|&(first, last)| goes(first, last))
                .map(|(first, last)| with(narrowed(&line.op, first, last)))
                .collect()
        }
        (op, _) => vec![with(op.clone())],
    }
}

/// What is left of an INVALIDATE's range that must spare `mappings`. It stays whole if it touches none of them; if it
/// wraps and touches one, that is all that it takes, and nothing is left.
fn gaps(first: u64, last: u64, mappings: Vec<&Mapping>) -> Vec<(u64, u64)> {
    let mut spared = mappings;
    spared.retain(|mapping| mapping.overlaps(first, last));
    if spared.is_empty() {
        return vec![(first, last)];
    }
    spared.sort_by_key(|mapping| mapping.start);
    let mut gaps = Vec::new();
    let mut from = Some(first);
    for mapping in spared {
        if let Some(first) = from
            && first < mapping.start
        {
            gaps.push((first, mapping.start - 1));
        }
        from = mapping.last.checked_add(1);
    }
    gaps.extend(
        from.filter(|&first| first <= last)
            .map(|first| (first, last)),
    );
    gaps
}

/// An INVALIDATE with another range.
fn narrowed(op: &Op, first: u64, last: u64) -> Op {
    let mut op = op.clone();
    if let Op::IotlbInvalidate { iova, size, .. } = &mut op {
        *iova = Hex(first);
        // Modulo 2^64, as the range may wrap.
        *size = Hex(last.wrapping_sub(first).wrapping_add(1));
    }
    op
}
