// SPDX-License-Identifier: Apache-2.0
//! The commands, place by place.

use super::{Pages, Transaction, count, fill, span};
use crate::regif::{Code, Command, Entry, Mode, Persist};

impl Pages {
    pub(in super::super) fn execute(&mut self, command: Command) -> Code {
        match self.run(command) {
            Ok(()) => Code::Ok,
            Err(code) => code,
        }
    }

    fn run(&mut self, command: Command) -> Result<(), Code> {
        match command {
            Command::Map { asid, entry } => {
                self.asid(asid)?;
                self.idle()?;
                self.range(entry.start, entry.last, Some(entry.pa))?;
                let space = &self.spaces[usize::from(asid)];
                if span(&space.places, &entry).iter().any(Option::is_some) {
                    return Err(Code::Exist);
                }
                if count(&space.places) >= usize::from(space.limit) {
                    return Err(Code::NospcLimit);
                }
                if self.total() >= usize::from(self.capability.entries) {
                    return Err(Code::NospcTable);
                }
                let number = self.number();
                let space = &mut self.spaces[usize::from(asid)];
                space.mode = Mode::Mapped;
                fill(&mut space.places, &entry, number);
                self.seq += 1;
            }
            Command::Unmap { asid, iova, last } => {
                self.asid(asid)?;
                self.idle()?;
                self.range(iova, last, None)?;
                let places = &mut self.spaces[usize::from(asid)].places;
                let at = |address: u64| places[address as usize].map(|place| place.entry);
                let doomed: Vec<Option<u32>> = if iova <= last {
                    (iova..=last).map(at).filter(Option::is_some).collect()
                } else if at(iova) == at(last) {
                    // Only an entry that holds both ends starts at `last` or before and ends at `iova` or after.
                    vec![at(iova)]
                } else {
                    vec![]
                };
                for place in places.iter_mut() {
                    if place.is_some() && doomed.contains(&place.map(|place| place.entry)) {
                        *place = None;
                    }
                }
                self.spaces[usize::from(asid)].mode = Mode::Mapped;
                self.removed(asid);
                self.seq += 1;
            }
            Command::SetMapBegin { asid } => {
                self.asid(asid)?;
                self.idle()?;
                let own = count(&self.spaces[usize::from(asid)].places);
                self.transaction = Some(Transaction {
                    asid,
                    places: vec![None; 1 << self.capability.iova_w],
                    previous: None,
                    room: usize::from(self.capability.entries) + own - self.total(),
                    poison: None,
                });
            }
            Command::SetMapEntry { asid, entry } => {
                self.asid(asid)?;
                self.open(asid)?;
                let verdict = self.stage(asid, &entry);
                let number = self.number();
                let transaction = self.transaction.as_mut().unwrap();
                match verdict {
                    Ok(()) => {
                        fill(&mut transaction.places, &entry, number);
                        transaction.previous = Some(entry);
                    }
                    Err(code) => transaction.poison = Some(code),
                }
                return verdict;
            }
            Command::SetMapCommit { asid } => {
                self.asid(asid)?;
                self.open(asid)?;
                let transaction = self.transaction.take().unwrap();
                if let Some(code) = transaction.poison {
                    return Err(code);
                }
                let space = &mut self.spaces[usize::from(asid)];
                space.mode = Mode::Mapped;
                space.places = transaction.places;
                self.removed(asid);
                self.seq += 1;
            }
            Command::SetMapAbort { asid } => {
                self.asid(asid)?;
                self.open(asid)?;
                self.transaction = None;
            }
            Command::ResetMap { asid } => {
                self.asid(asid)?;
                self.clear(asid, self.modes.init_identity);
                self.seq += 1;
            }
            Command::DeviceReset { device, clean } => {
                let Some(policy) = self.policies.get(usize::from(device)).copied() else {
                    return Err(Code::InvalDevice);
                };
                for group in 0..self.groups.len() {
                    if policy.groups & 1 << group == 0 || self.groups[group].is_none() {
                        continue;
                    }
                    let home = (policy.as0 < self.capability.asids).then_some(policy.as0);
                    self.move_group(group, home);
                }
                let clean = policy.persist == Persist::AlwaysClean
                    || policy.persist == Persist::ByFlag && clean;
                for asid in 0..self.capability.asids {
                    if clean && policy.asids & 1 << asid != 0 {
                        self.clear(asid, self.modes.clean_identity);
                    }
                }
                self.seq += 1;
            }
            Command::GroupAsid { group, asid } => {
                self.asid(asid)?;
                if group >= self.capability.groups {
                    return Err(Code::InvalGroup);
                }
                self.move_group(usize::from(group), Some(asid));
                self.seq += 1;
            }
            // As if something were removed: accesses in flight are waited for.
            Command::Fence { asid } => {
                self.asid(asid)?;
                self.removed(asid);
            }
            // Nothing is ever damaged here.
            Command::Recover { asid } => {
                self.asid(asid)?;
                self.idle()?;
                self.removed(asid);
                self.seq += 1;
            }
            Command::Quiesce { device } => self.hold(device, true)?,
            Command::Resume { device } => self.hold(device, false)?,
        }
        Ok(())
    }

    fn stage(&self, asid: u8, entry: &Entry) -> Result<(), Code> {
        let transaction = self.transaction.as_ref().unwrap();
        if let Some(code) = transaction.poison {
            return Err(code);
        }
        self.range(entry.start, entry.last, Some(entry.pa))?;
        if let Some(previous) = transaction.previous {
            if (previous.start..=previous.last).any(|a| entry.start <= a && a <= entry.last) {
                return Err(Code::Exist);
            }
            if entry.last < previous.start {
                return Err(Code::Order);
            }
        }
        let staged = count(&transaction.places);
        if staged >= usize::from(self.spaces[usize::from(asid)].limit) {
            return Err(Code::NospcLimit);
        }
        if staged >= transaction.room {
            return Err(Code::NospcTable);
        }
        Ok(())
    }

    fn asid(&self, asid: u8) -> Result<(), Code> {
        (asid < self.capability.asids)
            .then_some(())
            .ok_or(Code::InvalAsid)
    }

    fn idle(&self) -> Result<(), Code> {
        self.transaction.is_none().then_some(()).ok_or(Code::Busy)
    }

    fn open(&self, asid: u8) -> Result<(), Code> {
        let open = self.transaction.as_ref().is_some_and(|t| t.asid == asid);
        open.then_some(()).ok_or(Code::NoTxn)
    }

    /// UNMAP has no `pa` and may have its ends in either order.
    fn range(&self, start: u64, last: u64, pa: Option<u64>) -> Result<(), Code> {
        let (start, last) = (i128::from(start), i128::from(last));
        let size = 1i128 << self.capability.iova_w;
        if start >= size || last >= size || pa.is_some() && last < start {
            return Err(Code::InvalRange);
        }
        let granule = 1i128 << self.capability.granule_log2;
        let pa_start = i128::from(pa.unwrap_or(0));
        if start % granule != 0 || (last + 1) % granule != 0 || pa_start % granule != 0 {
            return Err(Code::InvalAlign);
        }
        if pa.is_some() && pa_start + (last - start + 1) > 1 << self.capability.pa_w {
            return Err(Code::InvalPa);
        }
        Ok(())
    }

    fn total(&self) -> usize {
        self.spaces.iter().map(|space| count(&space.places)).sum()
    }

    fn number(&mut self) -> u32 {
        self.entries_made += 1;
        self.entries_made
    }

    fn clear(&mut self, asid: u8, identity: u16) {
        let space = &mut self.spaces[usize::from(asid)];
        space.places.fill(None);
        space.mode = if identity & 1 << asid != 0 {
            Mode::Identity
        } else {
            Mode::Blocked
        };
        if self.open(asid).is_ok() {
            self.transaction = None;
        }
        self.removed(asid);
    }

    fn move_group(&mut self, group: usize, to: Option<u8>) {
        if let Some(old) = self.groups[group]
            && to != Some(old)
        {
            self.removed(old);
        }
        self.groups[group] = to;
    }

    fn hold(&mut self, device: u8, hold: bool) -> Result<(), Code> {
        let quiesced = self.quiesced.get_mut(usize::from(device));
        *quiesced.ok_or(Code::InvalDevice)? = hold;
        Ok(())
    }

    fn removed(&mut self, asid: u8) {
        self.removals[usize::from(asid)] = true;
        for access in self.in_flight.iter_mut().flatten() {
            access.stale |= access.asid == asid;
        }
    }
}
