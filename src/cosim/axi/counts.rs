// SPDX-License-Identifier: Apache-2.0
//! What a scoreboard has compared, and what it knows of refused bursts.

use crate::regif::{Channel, Fault};

/// How much has been compared.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Counts {
    /// Translations: address space, and whether and why refused.
    pub translations: u64,
    /// Bursts that were refused.
    pub refused: u64,
    /// Bursts that reached memory: every field of their address channel.
    pub forwarded: u64,
    /// Beats of write data, before and behind the device.
    pub write_beats: u64,
    /// Beats of read data, before and behind the device; those of refused bursts too.
    pub read_beats: u64,
    /// Bytes of read data held against memory.
    pub read_bytes: u64,
    /// Answers to bursts.
    pub answers: u64,
    /// Times that DRAINING fell.
    pub drains: u64,
    /// Bursts that had to be finished then.
    pub drained_bursts: u64,
    /// Bytes of memory compared at the end.
    pub memory_bytes: u64,
}

impl Counts {
    /// All comparisons.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.translations
            + self.forwarded
            + self.write_beats
            + self.read_beats
            + self.answers
            + self.drained_bursts
            + self.memory_bytes
    }
}

/// A burst that the device refused: what the fault queue must say of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Refused {
    /// Clock of the verdict.
    pub clock: u64,
    /// Group, 0xff if it has none.
    pub group: u8,
    /// Address space; 0 if it has none.
    pub asid: u8,
    /// The burst.
    pub channel: Channel,
    /// Why.
    pub fault: Fault,
}
