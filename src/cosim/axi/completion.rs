// SPDX-License-Identifier: Apache-2.0
//! Completion: when DRAINING of an address space is 0, no burst that was accepted before a removal is unfinished.
//!
//! A burst is unfinished until its master has taken its B or the last of its read data. An atomic operation has both,
//! and is always refused: its B ends it, because the zeros that may follow use no entry. DRAINING rises at the edge at
//! which a removal commits, so in every clock in which it is 0 the rule must hold for all removals committed so far.

use std::collections::{HashMap, VecDeque};

use super::Mismatch;
use crate::dut::axi::State;
use crate::golden::Device;
use crate::regif::{Access, Channel};

/// A burst that counts in an address space.
struct Counted {
    channel: Channel,
    commit_seq: u32,
    /// Clock of its last beat.
    finished: Option<u64>,
}

/// Bursts in flight by address space, and what DRAINING has said.
#[derive(Default)]
pub(super) struct Completion {
    spaces: HashMap<u8, HashMap<u64, Counted>>,
    draining: u16,
    /// The last removal seen, by address space.
    removals: HashMap<u8, u32>,
    /// Atomic operations that return data. That their B was taken is known only when the data have come too.
    late: HashMap<u64, Counted>,
    /// The last falls of DRAINING, by address space: the clock, and the last removal that was drained then.
    falls: HashMap<u8, VecDeque<(u64, u32)>>,
    /// How often DRAINING has fallen, and how many bursts were looked at for it.
    pub drains: u64,
    pub drained_bursts: u64,
}

impl Completion {
    /// Burst `serial` counts in `asid`, by the state `commit_seq`.
    pub fn answered(&mut self, serial: u64, channel: &Channel, asid: u8, commit_seq: u32) {
        let counted = Counted {
            channel: *channel,
            commit_seq,
            finished: None,
        };
        let space = match channel.access == Access::Write && channel.read_beats() > 0 {
            true => &mut self.late,
            false => self.spaces.entry(asid).or_default(),
        };
        space.insert(serial, counted);
    }

    /// Burst `serial`, which counts in `asid`, is finished.
    pub fn finished(&mut self, serial: u64, asid: u8, clock: u64) -> Result<(), Mismatch> {
        let space = self.spaces.entry(asid).or_default();
        if let Some(burst) = self.late.remove(&serial) {
            let mut falls = self.falls.entry(asid).or_default().iter();
            let early = falls.find(|&&(fall, removal)| burst.commit_seq < removal && clock >= fall);
            if let Some(&(fall, removal)) = early {
                return Err(too_early(asid, fall, serial, &burst, removal));
            }
            space.insert(serial, burst);
        }
        if let Some(burst) = space.get_mut(&serial) {
            burst.finished = Some(clock);
        }
        Ok(())
    }

    /// From a clock on, COMMIT_SEQ and DRAINING are `state`; `device` is the golden model of that COMMIT_SEQ. All bursts
    /// answered or finished up to then have been told.
    pub fn state(&mut self, state: State, device: &Device, asids: u8) -> Result<(), Mismatch> {
        for asid in 0..asids {
            let bit = 1 << asid;
            let Some(removal) = device.last_removal(asid) else {
                if state.draining & bit != 0 {
                    return Err(broken(asid, state, "nothing was removed, and it drains"));
                }
                continue;
            };
            let new = self.removals.insert(asid, removal) != Some(removal);
            if state.draining & bit != 0 {
                continue;
            }
            if new {
                return Err(broken(
                    asid,
                    state,
                    "a removal commits, and it does not drain",
                ));
            }
            if self.draining & bit != 0 {
                self.drained(asid, removal, state)?;
            }
        }
        self.draining = state.draining;
        Ok(())
    }

    fn drained(&mut self, asid: u8, removal: u32, state: State) -> Result<(), Mismatch> {
        self.drains += 1;
        let space = self.spaces.entry(asid).or_default();
        for (serial, burst) in &*space {
            if burst.commit_seq >= removal {
                continue;
            }
            self.drained_bursts += 1;
            if burst.finished.is_none_or(|clock| clock >= state.clock) {
                return Err(too_early(asid, state.clock, *serial, burst, removal));
            }
        }
        let falls = self.falls.entry(asid).or_default();
        falls.push_back((state.clock, removal));
        // An atomic operation does not wait as long as that.
        if falls.len() > 1000 {
            falls.pop_front();
        }
        // What has finished before now is before everything that comes.
        space.retain(|_, burst| burst.finished.is_none_or(|clock| clock >= state.clock));
        Ok(())
    }

    /// Forgets bursts that finished before `clock`, of address spaces that do not drain; states up to it have been told.
    pub fn forget(&mut self, clock: u64) {
        for (asid, space) in &mut self.spaces {
            if self.draining >> asid & 1 == 1 {
                continue;
            }
            space.retain(|_, burst| burst.finished.is_none_or(|finished| finished >= clock));
        }
    }

    /// Address spaces that drain, as last told.
    pub fn draining(&self) -> u16 {
        self.draining
    }
}

fn broken(asid: u8, state: State, why: &str) -> Mismatch {
    Mismatch(format!(
        "clock {}, COMMIT_SEQ {}, DRAINING {:#x}, address space {asid}: {why}",
        state.clock, state.commit_seq, state.draining
    ))
}

fn too_early(asid: u8, clock: u64, serial: u64, burst: &Counted, removal: u32) -> Mismatch {
    Mismatch(format!(
        "address space {asid} has drained in clock {clock}, and burst {serial}, {:x?}, accepted at COMMIT_SEQ {} before \
         the removal of {removal}, finished {:?}",
        burst.channel, burst.commit_seq, burst.finished
    ))
}
