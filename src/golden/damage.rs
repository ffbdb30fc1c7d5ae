// SPDX-License-Identifier: Apache-2.0
//! Damaged words of the table, and what they do to accesses, READ and passes.
//!
//! Hardware keeps the words of an entry twice as far as lookups and passes are concerned: both read the payload, and
//! passes read a key of their own. A test says which word of which entry is damaged; this follows it until a pass has
//! turned the damage into poison, and the poison until its entry leaves. Damage of what only lookups read, the keys of
//! the search, is not modelled: what it hits depends on how the search is built.

use std::collections::BTreeSet;

use super::space::Space;
use crate::regif::Entry;

/// A word of an entry.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Word {
    /// Its ASID and first granule, as passes read them. Lookups do not see the damage.
    Key,
    /// The rest. Every access that the search leads to the entry faults.
    Payload,
}

/// An entry as the last pass wrote it. It is there until the next pass, also when a reset has made it void.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Slot {
    asid: u8,
    start: u64,
    damaged: Option<Word>,
}

/// What is damaged, and what has been.
#[derive(Clone, Default, Debug)]
pub(super) struct Damage {
    /// Every entry of the last pass, ascending; empty while no word is damaged.
    slots: Vec<Slot>,
    /// Address space and start of the poisoned entries, as they are in their address spaces.
    poisoned: BTreeSet<(u8, u64)>,
}

/// The table as a pass leaves it, before what it was started for.
#[derive(Debug)]
pub(super) struct Repaired {
    pub spaces: Vec<Space>,
    pub damage: Damage,
}

impl Damage {
    /// Damages a word of the entry with this number, of those in `spaces`. False if there is no such entry, or if its
    /// other word is damaged already.
    pub(super) fn hit(&mut self, spaces: &[Space], index: usize, word: Word) -> bool {
        let mut slots = std::mem::take(&mut self.slots);
        if slots.is_empty() {
            slots = (0..)
                .zip(spaces)
                .flat_map(|(asid, space)| space.entries().iter().map(move |entry| (asid, entry)))
                .map(|(asid, entry)| Slot {
                    asid,
                    start: entry.start,
                    damaged: None,
                })
                .collect();
        }
        let hit = match slots.get_mut(index) {
            Some(slot) if slot.damaged.is_none_or(|damaged| damaged == word) => {
                slot.damaged = Some(word);
                true
            }
            _ => false,
        };
        if slots.iter().any(|slot| slot.damaged.is_some()) {
            self.slots = slots;
        }
        hit
    }

    /// True if an access to a MAPPED address space faults for damage. What the search leads it to is the last entry at
    /// or before it: of a poisoned one only the start is sure, and of a damaged one not even the address space.
    pub(super) fn faults(&self, asid: u8, iova: u64, space: &Space) -> bool {
        let after = (self.slots).partition_point(|slot| (slot.asid, slot.start) <= (asid, iova));
        let damaged = after
            .checked_sub(1)
            .is_some_and(|found| self.slots[found].damaged == Some(Word::Payload));
        let entries = space.entries();
        let after = entries.partition_point(|entry| entry.start <= iova);
        let poisoned = after
            .checked_sub(1)
            .is_some_and(|found| self.poisoned.contains(&(asid, entries[found].start)));
        damaged || poisoned
    }

    /// Starts of the poisoned entries of an address space.
    pub(super) fn poisoned(&self, asid: u8) -> Vec<u64> {
        let of = self.poisoned.range((asid, 0)..=(asid, u64::MAX));
        of.map(|&(_, start)| start).collect()
    }

    /// What a pass makes of it; `None` while no word is damaged. A damaged key leaves an entry from the end of the one
    /// before it, or from 0, to its own end; a damaged payload one of a single granule. Nothing else of a poisoned entry
    /// is kept.
    pub(super) fn repair(&self, spaces: &[Space], granule_log2: u8) -> Option<Repaired> {
        if self.slots.is_empty() {
            return None;
        }
        let in_granule = (1 << granule_log2) - 1;
        let mut repaired = Repaired {
            spaces: spaces.to_vec(),
            damage: Self {
                slots: Vec::new(),
                poisoned: self.poisoned.clone(),
            },
        };
        let poisoned = &mut repaired.damage.poisoned;
        for (asid, space) in (0..).zip(&mut repaired.spaces) {
            let mut next = 0;
            for entry in space.entries_mut() {
                let slot = (self.slots)
                    .binary_search_by_key(&(asid, entry.start), |slot| (slot.asid, slot.start));
                if let Some(word) = slot.ok().and_then(|at| self.slots[at].damaged) {
                    poisoned.remove(&(asid, entry.start));
                    let (start, last) = match word {
                        Word::Key => (next, entry.last),
                        Word::Payload => (entry.start, entry.start | in_granule),
                    };
                    *entry = Entry {
                        start,
                        last,
                        pa: 0,
                        perm: 0,
                    };
                    poisoned.insert((asid, start));
                }
                next = entry.last.wrapping_add(1);
            }
        }
        Some(repaired)
    }

    /// The entries of an address space have been replaced or have become void.
    pub(super) fn forget(&mut self, asid: u8) {
        self.poisoned.retain(|&(of, _)| of != asid);
    }

    /// Some entries of an address space have been removed.
    pub(super) fn forget_removed(&mut self, asid: u8, space: &Space) {
        let there = |start| {
            let found = space.entries().binary_search_by_key(&start, |e| e.start);
            found.is_ok()
        };
        self.poisoned
            .retain(|&(of, start)| of != asid || there(start));
    }
}
