// SPDX-License-Identifier: Apache-2.0
//! One address space: what it maps, and what an access to it answers.

use super::range::{ones, overlap};
use crate::regif::{Access, Capability, Entry, Fault, Mode, Request};

/// An address space. Only a mapped one has entries, so that none can outlive a reset.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Space {
    Blocked,
    Identity,
    /// Disjoint entries, ascending by `start`.
    Mapped(Vec<Entry>),
}

impl Space {
    pub(super) fn mode(&self) -> Mode {
        match self {
            Self::Blocked => Mode::Blocked,
            Self::Identity => Mode::Identity,
            Self::Mapped(_) => Mode::Mapped,
        }
    }

    pub(super) fn entries(&self) -> &[Entry] {
        match self {
            Self::Blocked | Self::Identity => &[],
            Self::Mapped(entries) => entries,
        }
    }

    pub(super) fn entries_mut(&mut self) -> &mut [Entry] {
        match self {
            Self::Blocked | Self::Identity => &mut [],
            Self::Mapped(entries) => entries,
        }
    }

    pub(super) fn count(&self) -> usize {
        self.entries().len()
    }

    pub(super) fn overlaps(&self, start: u64, last: u64) -> bool {
        (self.entries().iter()).any(|entry| overlap(entry.start, entry.last, start, last))
    }

    /// Adds an entry that overlaps none.
    pub(super) fn insert(&mut self, entry: Entry) {
        let entries = self.mapped();
        let place = entries.partition_point(|other| other.start < entry.start);
        entries.insert(place, entry);
    }

    /// Removes every entry that overlaps; whole ones, never a part.
    pub(super) fn remove(&mut self, iova: u64, last: u64) {
        self.mapped()
            .retain(|entry| !overlap(entry.start, entry.last, iova, last));
    }

    /// The entries to change, of an address space that is MAPPED from here on.
    fn mapped(&mut self) -> &mut Vec<Entry> {
        if !matches!(self, Self::Mapped(_)) {
            *self = Self::Mapped(Vec::new());
        }
        match self {
            Self::Mapped(entries) => entries,
            Self::Blocked | Self::Identity => unreachable!("made MAPPED above"),
        }
    }

    /// Physical address of the first byte or the first reason against it, and `map_last`.
    pub(super) fn access(
        &self,
        capability: &Capability,
        request: Request,
    ) -> (Result<u64, Fault>, u64) {
        let Request { iova, access, .. } = request;
        let last = match iova.checked_add(u64::from(request.len.saturating_sub(1))) {
            Some(last) if last <= ones(capability.iova_w) => last,
            _ => return (Err(Fault::Overflow), 0),
        };
        let entries = match self {
            Self::Blocked => return (Err(Fault::Blocked), 0),
            Self::Identity if last > ones(capability.pa_w) => {
                return (Err(Fault::PaWidth), 0);
            }
            Self::Identity => return (Ok(iova), ones(capability.iova_w)),
            Self::Mapped(entries) => entries,
        };
        let found = (entries.iter()).find(|entry| entry.start <= iova && iova <= entry.last);
        let Some(entry) = found else {
            return (Err(Fault::NoMapping), 0);
        };
        let needed = match access {
            Access::Read => 1,
            Access::Write => 2,
        };
        let result = if entry.perm & needed == 0 {
            Err(Fault::Permission)
        } else if last > entry.last {
            Err(Fault::Crossing)
        } else {
            Ok(entry.pa + (iova - entry.start))
        };
        (result, entry.last)
    }
}
