// SPDX-License-Identifier: Apache-2.0
//! What the device must do: the same IOMMU in plain Rust, without clocks.
//!
//! [`Device`] is the specification that the RTL is compared with. It knows the register interface
//! ([`crate::regif`]) and nothing of how hardware keeps it: no banks, no passes, no entries left behind. Each
//! command happens at once; what hardware makes constant-time or atomic is here simply one assignment.
//!
//! This file is the commands. `space.rs` is one address space and what an access to it answers, `range.rs` the
//! operand checks, `staging.rs` an open SET_MAP transaction, `drain.rs` the counting of accesses in flight,
//! `damage.rs` the words that a test has damaged, `axi.rs` what becomes of a burst on an AXI4 port, and `regif.rs` puts
//! the register interface over it all.
//!
//! What stands beside the commands and only watches the accesses has a model of its own: [`FaultQueue`],
//! [`Counters`] and [`DirtyLog`], for whoever knows what was accessed when.

pub mod axi;
mod counters;
mod damage;
mod dirty;
mod drain;
mod faults;
mod range;
mod regif;
mod space;
mod staging;
#[cfg(test)]
mod tests;

use crate::regif::{
    Capability, Code, Command, Completion, DevicePolicy, Entry, Fault, Mode, Persist, Request,
    ResetModes, Response, Tag,
};
pub use counters::{Counters, Outcome};
pub use damage::Word;
use damage::{Damage, Repaired};
pub use dirty::DirtyLog;
use drain::Drain;
pub use faults::{FaultQueue, FaultRecord};
use space::Space;
use staging::Staging;

/// The golden model of one IOMMU, as after power-on reset: every address space BLOCKED, no group assigned.
///
/// Cloning it is a snapshot: a later answer of the hardware is compared with the clone of its `commit_seq`.
#[derive(Clone, Debug)]
pub struct Device {
    capability: Capability,
    spaces: Vec<Space>,
    limits: Vec<u16>,
    drains: Vec<Drain>,
    /// COMMIT_SEQ of the last removal from each address space.
    removals: Vec<Option<u32>>,
    /// The address space of each group; `None` faults.
    groups: Vec<Option<u8>>,
    policies: Vec<DevicePolicy>,
    quiesced: Vec<bool>,
    reset_modes: ResetModes,
    locked: bool,
    staging: Option<Staging>,
    damage: Damage,
    commit_seq: u32,
}

impl Device {
    /// A device with these parameters, just powered on.
    pub fn new(capability: Capability) -> Self {
        let asids = usize::from(capability.asids);
        let devices = usize::from(capability.devices);
        Self {
            capability,
            spaces: vec![Space::Blocked; asids],
            limits: vec![u16::MAX; asids],
            drains: vec![Drain::default(); asids],
            removals: vec![None; asids],
            groups: vec![None; usize::from(capability.groups)],
            policies: vec![DevicePolicy::default(); devices],
            quiesced: vec![false; devices],
            reset_modes: ResetModes::default(),
            locked: false,
            staging: None,
            damage: Damage::default(),
            commit_seq: 0,
        }
    }

    /// Executes one command. This never fails: a refused command says why in its code.
    pub fn execute(&mut self, command: Command) -> Completion {
        let code = match self.run(command) {
            Ok(()) => Code::Ok,
            Err(code) => code,
        };
        Completion {
            code,
            commit_seq: self.commit_seq,
        }
    }

    /// What [`translate`](crate::regif::RegIf::translate) answers, without counting the access as in flight
    /// and whether or not the group is held. A length of 0 is taken as 1.
    pub fn peek(&self, request: Request) -> Response {
        let asid = self.groups.get(usize::from(request.group)).copied();
        let Some(asid) = asid.flatten() else {
            return Response {
                result: Err(Fault::Group),
                map_last: 0,
                tag: Tag {
                    tracked: false,
                    asid: 0,
                    epoch: false,
                },
                commit_seq: self.commit_seq,
            };
        };
        let space = &self.spaces[usize::from(asid)];
        let (result, map_last) = match space.access(&self.capability, request) {
            (Ok(_) | Err(Fault::NoMapping | Fault::Permission | Fault::Crossing), _)
                if space.mode() == Mode::Mapped
                    && self.damage.faults(asid, request.iova, space) =>
            {
                (Err(Fault::Parity), 0)
            }
            answer => answer,
        };
        Response {
            result,
            map_last,
            tag: Tag {
                tracked: true,
                asid,
                epoch: self.drains[usize::from(asid)].epoch(),
            },
            commit_seq: self.commit_seq,
        }
    }

    /// What decides the translations of `asid`; `None` if there is no such address space.
    pub fn mode(&self, asid: u8) -> Option<Mode> {
        self.spaces.get(usize::from(asid)).map(Space::mode)
    }

    /// Live entries of all address spaces.
    pub fn live(&self) -> usize {
        self.spaces.iter().map(Space::count).sum()
    }

    /// The address space that a SET_MAP transaction is open for.
    pub fn staging(&self) -> Option<u8> {
        self.staging.as_ref().map(Staging::asid)
    }

    /// COMMIT_SEQ of the last removal from `asid`: accesses accepted before it are what its drain waits for. `None` if
    /// there was none, or no such address space.
    pub fn last_removal(&self, asid: u8) -> Option<u32> {
        self.removals.get(usize::from(asid)).copied().flatten()
    }

    /// State changes committed so far.
    pub fn commit_seq(&self) -> u32 {
        self.commit_seq
    }

    /// Epoch that accesses of `asid` are counted in from now on; `None` if there is no such address space.
    pub fn epoch(&self, asid: u8) -> Option<bool> {
        self.drains.get(usize::from(asid)).map(Drain::epoch)
    }

    /// True while requests of `group` wait because one of its devices is quiesced.
    pub fn held(&self, group: u8) -> bool {
        usize::from(group) < self.groups.len()
            && (self.policies.iter().zip(&self.quiesced))
                .any(|(policy, &quiesced)| quiesced && bit(policy.groups, group))
    }

    /// Damages a word of the entry with this number, counted over all address spaces: what INJECT does to a word while
    /// the pass of the last command writes it. False, and nothing changes, if there is no such entry or its other word is
    /// damaged already.
    pub fn damage(&mut self, index: usize, word: Word) -> bool {
        self.damage.hit(&self.spaces, index, word)
    }

    fn run(&mut self, command: Command) -> Result<(), Code> {
        match command {
            Command::Map { asid, entry } => self.map(asid, entry),
            Command::Unmap { asid, iova, last } => self.unmap(asid, iova, last),
            Command::SetMapBegin { asid } => self.set_map_begin(asid),
            Command::SetMapEntry { asid, entry } => self.set_map_entry(asid, entry),
            Command::SetMapCommit { asid } => self.set_map_commit(asid),
            Command::SetMapAbort { asid } => self.set_map_abort(asid),
            Command::ResetMap { asid } => self.reset_map(asid),
            Command::DeviceReset { device, clean } => self.device_reset(device, clean),
            Command::GroupAsid { group, asid } => self.group_asid(group, asid),
            Command::Quiesce { device } => self.quiesce(device, true),
            Command::Resume { device } => self.quiesce(device, false),
            Command::Fence { asid } => self.fence(asid),
            Command::Recover { asid } => self.recover(asid),
        }
    }

    fn map(&mut self, asid: u8, entry: Entry) -> Result<(), Code> {
        self.check_asid(asid)?;
        self.check_no_transaction()?;
        range::check_entry(&self.capability, &entry)?;
        let repaired = self.repaired();
        let spaces = (repaired.as_ref()).map_or(&self.spaces, |repaired| &repaired.spaces);
        let space = &spaces[usize::from(asid)];
        if space.overlaps(entry.start, entry.last) {
            return Err(Code::Exist);
        }
        if space.count() >= usize::from(self.limits[usize::from(asid)]) {
            return Err(Code::NospcLimit);
        }
        if self.live() >= usize::from(self.capability.entries) {
            return Err(Code::NospcTable);
        }
        self.pass(repaired);
        self.spaces[usize::from(asid)].insert(entry);
        self.commit(&[]);
        Ok(())
    }

    fn unmap(&mut self, asid: u8, iova: u64, last: u64) -> Result<(), Code> {
        self.check_asid(asid)?;
        self.check_no_transaction()?;
        range::check_unmap(&self.capability, iova, last)?;
        self.pass(self.repaired());
        let space = &mut self.spaces[usize::from(asid)];
        space.remove(iova, last);
        self.damage.forget_removed(asid, space);
        self.commit(&[asid]);
        Ok(())
    }

    fn set_map_begin(&mut self, asid: u8) -> Result<(), Code> {
        self.check_asid(asid)?;
        self.check_no_transaction()?;
        let others = self.live() - self.spaces[usize::from(asid)].count();
        let room = usize::from(self.capability.entries) - others;
        self.staging = Some(Staging::new(asid, room));
        Ok(())
    }

    fn set_map_entry(&mut self, asid: u8, entry: Entry) -> Result<(), Code> {
        self.check_asid(asid)?;
        let limit = usize::from(self.limits[usize::from(asid)]);
        self.transaction(asid)?;
        let staging = self.staging.as_mut().ok_or(Code::NoTxn)?;
        staging.push(&self.capability, limit, entry)
    }

    fn set_map_commit(&mut self, asid: u8) -> Result<(), Code> {
        self.check_asid(asid)?;
        self.transaction(asid)?;
        let staging = self.staging.take().ok_or(Code::NoTxn)?;
        let entries = staging.finish()?;
        self.pass(self.repaired());
        self.spaces[usize::from(asid)] = Space::Mapped(entries);
        self.damage.forget(asid);
        self.commit(&[asid]);
        Ok(())
    }

    fn set_map_abort(&mut self, asid: u8) -> Result<(), Code> {
        self.check_asid(asid)?;
        self.transaction(asid)?;
        self.staging = None;
        Ok(())
    }

    /// The mode stays: one that is not MAPPED has nothing to drop.
    fn recover(&mut self, asid: u8) -> Result<(), Code> {
        self.check_asid(asid)?;
        self.check_no_transaction()?;
        self.pass(self.repaired());
        for start in self.damage.poisoned(asid) {
            self.spaces[usize::from(asid)].remove(start, start);
        }
        self.damage.forget(asid);
        self.commit(&[asid]);
        Ok(())
    }

    /// What the next pass finds; `None` if nothing is damaged.
    fn repaired(&self) -> Option<Repaired> {
        (self.damage).repair(&self.spaces, self.capability.granule_log2)
    }

    /// A pass whose command has been accepted.
    fn pass(&mut self, repaired: Option<Repaired>) {
        if let Some(Repaired { spaces, damage }) = repaired {
            self.spaces = spaces;
            self.damage = damage;
        }
    }

    fn reset_map(&mut self, asid: u8) -> Result<(), Code> {
        self.check_asid(asid)?;
        self.give_mode(asid, self.reset_modes.init_identity);
        self.commit(&[asid]);
        Ok(())
    }

    /// A group that had no address space keeps none: a reset never opens what was closed. The same holds when
    /// the policy sends the groups to an address space that this build does not have.
    fn device_reset(&mut self, device: u8, clean: bool) -> Result<(), Code> {
        let policy = *(self.policies.get(usize::from(device))).ok_or(Code::InvalDevice)?;
        let clean = match policy.persist {
            Persist::ByFlag => clean,
            Persist::AlwaysClean => true,
            Persist::NeverClean => false,
        };
        let home = Some(policy.as0).filter(|&asid| asid < self.capability.asids);

        let mut touched = Vec::new();
        for group in (0..self.capability.groups).filter(|&group| bit(policy.groups, group)) {
            if let Some(old) = self.groups[usize::from(group)] {
                touched.extend(self.move_group(group, old, home));
            }
        }
        if clean {
            for asid in (0..self.capability.asids).filter(|&asid| bit(policy.asids, asid)) {
                self.give_mode(asid, self.reset_modes.clean_identity);
                touched.push(asid);
            }
        }
        self.commit(&touched);
        Ok(())
    }

    fn group_asid(&mut self, group: u8, asid: u8) -> Result<(), Code> {
        self.check_asid(asid)?;
        let old = *(self.groups.get(usize::from(group))).ok_or(Code::InvalGroup)?;
        let touched = match old {
            Some(old) => self.move_group(group, old, Some(asid)),
            None => {
                self.groups[usize::from(group)] = Some(asid);
                None
            }
        };
        self.commit(touched.as_slice());
        Ok(())
    }

    fn quiesce(&mut self, device: u8, quiesced: bool) -> Result<(), Code> {
        let slot = self.quiesced.get_mut(usize::from(device));
        *slot.ok_or(Code::InvalDevice)? = quiesced;
        Ok(())
    }

    fn fence(&mut self, asid: u8) -> Result<(), Code> {
        self.check_asid(asid)?;
        self.drains[usize::from(asid)].removal();
        Ok(())
    }

    /// Returns the address space that the group left, if it did leave it.
    fn move_group(&mut self, group: u8, old: u8, new: Option<u8>) -> Option<u8> {
        self.groups[usize::from(group)] = new;
        (new != Some(old)).then_some(old)
    }

    /// The end of RESET_MAP and of a cleaning reset: the mode that `identity` has for `asid`. A transaction
    /// open for it is aborted, because it would bring back what was just taken away.
    fn give_mode(&mut self, asid: u8, identity: u16) {
        self.spaces[usize::from(asid)] = match bit(identity, asid) {
            true => Space::Identity,
            false => Space::Blocked,
        };
        self.damage.forget(asid);
        if self.transaction(asid).is_ok() {
            self.staging = None;
        }
    }

    /// Counts one committed state change and starts a drain, one, in every address space that something was
    /// removed from.
    fn commit(&mut self, removed_from: &[u8]) {
        self.commit_seq = self.commit_seq.wrapping_add(1);
        for asid in 0..self.capability.asids {
            if removed_from.contains(&asid) {
                self.drains[usize::from(asid)].removal();
                self.removals[usize::from(asid)] = Some(self.commit_seq);
            }
        }
    }

    fn check_asid(&self, asid: u8) -> Result<(), Code> {
        match asid < self.capability.asids {
            true => Ok(()),
            false => Err(Code::InvalAsid),
        }
    }

    fn check_no_transaction(&self) -> Result<(), Code> {
        match self.staging {
            None => Ok(()),
            Some(_) => Err(Code::Busy),
        }
    }

    fn transaction(&self, asid: u8) -> Result<(), Code> {
        match &self.staging {
            Some(staging) if staging.asid() == asid => Ok(()),
            _ => Err(Code::NoTxn),
        }
    }
}

/// Bit `number` of `mask`; one beyond its width is not set.
fn bit(mask: u16, number: u8) -> bool {
    mask.checked_shr(number.into()).unwrap_or(0) & 1 == 1
}
