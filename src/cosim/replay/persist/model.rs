// SPDX-License-Identifier: Apache-2.0
//! S as a client can follow it from its own messages.

use std::collections::BTreeMap;

use crate::trace::{Line, Op, Symbol};
use crate::vdpa::Features;
use crate::vdpa::parent::ASIDS;

/// One entry of S, in the client's terms.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Mapping {
    pub(super) asid: u32,
    pub(super) start: u64,
    /// Inclusive.
    pub(super) last: u64,
    pub(super) uaddr: Symbol,
    pub(super) perm: u8,
}

impl Mapping {
    /// As vhost_iotlb asks: also for a `last` below `first`, which an INVALIDATE may have.
    pub(super) fn overlaps(&self, first: u64, last: u64) -> bool {
        self.start <= last && self.last >= first
    }
}

/// What a line does to S.
pub(super) enum Effect {
    Nothing,
    /// An UPDATE asks for this; true if it is taken.
    Update(Mapping, bool),
    /// An INVALIDATE asks for `first..=last`, and these go.
    Invalidate {
        asid: u32,
        first: u64,
        last: u64,
        gone: Vec<Mapping>,
    },
}

/// The client's view of vhost-vdpa: S, and what decides about messages.
#[derive(Default)]
pub(super) struct Model {
    owner: bool,
    acked: Features,
    pub(super) status: u8,
    pub(super) batch: Option<u32>,
    spaces: BTreeMap<u32, Vec<Mapping>>,
}

impl Model {
    pub(super) fn step(&mut self, line: &Line) -> Effect {
        match &line.op {
            Op::Open {} | Op::Close {} => *self = Self::default(),
            Op::SetOwner {} => self.owner = true,
            Op::SetBackendFeatures { features } => self.acked = Features(features.0),
            Op::Reset { .. } => self.status = 0,
            Op::SetStatus { status, .. } if *status == 0 || self.status & !status == 0 => {
                self.status = *status;
            }
            Op::IotlbBatchBegin { v, asid, .. } => {
                let asid = self.asid(*v, *asid);
                if self.admits(asid, true) {
                    self.batch = Some(asid);
                }
            }
            Op::IotlbBatchEnd { v, asid, .. } if self.admits(self.asid(*v, *asid), false) => {
                self.batch = None;
            }
            Op::IotlbUpdate {
                v,
                asid,
                iova: Some(iova),
                size: Some(size),
                uaddr: Some(uaddr),
                perm,
                ..
            } => {
                let asid = self.asid(v.unwrap_or(2), asid.unwrap_or(0));
                let last = size.0.checked_sub(1).and_then(|n| iova.0.checked_add(n));
                if let (true, Some(last)) = (self.admits(asid, true), last) {
                    let mapping = Mapping {
                        asid,
                        start: iova.0,
                        last,
                        uaddr: uaddr.clone(),
                        perm: perm.unwrap_or(3),
                    };
                    let table = self.spaces.entry(asid).or_default();
                    let taken = !table.iter().any(|m| m.overlaps(iova.0, last));
                    if taken {
                        table.push(mapping.clone());
                    }
                    return Effect::Update(mapping, taken);
                }
            }
            Op::IotlbInvalidate {
                v,
                asid,
                iova,
                size,
                ..
            } => {
                let asid = self.asid(*v, *asid);
                if self.admits(asid, false) {
                    let (first, last) = (iova.0, iova.0.wrapping_add(size.0).wrapping_sub(1));
                    let table = self.spaces.entry(asid).or_default();
                    let gone = table.extract_if(.., |m| m.overlaps(first, last)).collect();
                    return Effect::Invalidate {
                        asid,
                        first,
                        last,
                        gone,
                    };
                }
            }
            _ => {}
        }
        Effect::Nothing
    }

    /// The address space that a message means.
    fn asid(&self, v: u8, asid: u32) -> u32 {
        if v != 1 && self.acked.has(Features::ASID) {
            asid
        } else {
            0
        }
    }

    /// True if the handler gets as far as looking at the message's type.
    fn admits(&mut self, asid: u32, creates: bool) -> bool {
        if !self.owner || asid >= ASIDS {
            return false;
        }
        if creates {
            self.spaces.entry(asid).or_default();
        }
        self.spaces.contains_key(&asid) && self.batch.is_none_or(|open| open == asid)
    }

    pub(super) fn mappings(&self) -> Vec<Mapping> {
        self.spaces.values().flatten().cloned().collect()
    }
}
