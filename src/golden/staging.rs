// SPDX-License-Identifier: Apache-2.0
//! An open SET_MAP transaction.

use super::range::{check_entry, overlap};
use crate::regif::{Capability, Code, Entry};

/// What has been staged for one address space.
#[derive(Clone, Debug)]
pub(super) struct Staging {
    asid: u8,
    /// Entries that the other address spaces left free at BEGIN. They can only lose entries until COMMIT, so a
    /// transaction that fits at BEGIN cannot fail later.
    room: usize,
    entries: Vec<Entry>,
    /// Why an entry was refused. A set_map with a hole in it must not replace anything.
    poison: Option<Code>,
}

impl Staging {
    pub(super) fn new(asid: u8, room: usize) -> Self {
        Self {
            asid,
            room,
            entries: Vec::new(),
            poison: None,
        }
    }

    pub(super) fn asid(&self) -> u8 {
        self.asid
    }

    /// Stages one more entry. `limit` is LIMIT of the address space as it is now.
    pub(super) fn push(
        &mut self,
        capability: &Capability,
        limit: usize,
        entry: Entry,
    ) -> Result<(), Code> {
        if let Some(code) = self.poison {
            return Err(code);
        }
        let accepted = self.check(capability, limit, &entry);
        match accepted {
            Ok(()) => self.entries.push(entry),
            Err(code) => self.poison = Some(code),
        }
        accepted
    }

    /// The whole new table, or why there is none.
    pub(super) fn finish(self) -> Result<Vec<Entry>, Code> {
        match self.poison {
            Some(code) => Err(code),
            None => Ok(self.entries),
        }
    }

    fn check(&self, capability: &Capability, limit: usize, entry: &Entry) -> Result<(), Code> {
        check_entry(capability, entry)?;
        if let Some(before) = self.entries.last() {
            if overlap(before.start, before.last, entry.start, entry.last) {
                return Err(Code::Exist);
            }
            if entry.start < before.start {
                return Err(Code::Order);
            }
        }
        if self.entries.len() >= limit {
            return Err(Code::NospcLimit);
        }
        if self.entries.len() >= self.room {
            return Err(Code::NospcTable);
        }
        Ok(())
    }
}
