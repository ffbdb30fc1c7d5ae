// SPDX-License-Identifier: Apache-2.0
//! How much was held against the golden model, by invariant of the design.

use serde_json::{Value, json};

/// Comparisons, all of them equal: the first one that is not ends a run.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Checks {
    /// 1, isolation: accesses, each with its verdict, physical address, and the end of what it found.
    pub accesses: u64,
    /// Those of them that were refused.
    pub refused_accesses: u64,
    /// 2, atomicity: requests in every clock beside commands, each compared with the state of its COMMIT_SEQ.
    pub streamed: u64,
    /// States that at least one of those was translated in.
    pub states: u64,
    /// 3, completion: DRAINING of an address space, against the accesses in flight.
    pub drains: u64,
    /// 4, reset_map: RESET_MAPs and cleaning resets, each as long as every other one.
    pub resets: u64,
    /// 5, persistence: device resets that must change no entry and no mode.
    pub persisting: u64,
    /// 6, constant time: answers that came exactly LATENCY after acceptance.
    pub timed: u64,
    /// 7: refused commands, after which everything was as before.
    pub refused_commands: u64,
    /// Commands.
    pub commands: u64,
    /// 8, fail closed: accesses while a word was damaged.
    pub damaged: u64,
    /// Address spaces compared with every entry.
    pub tables: u64,
    /// Entries in them.
    pub entries: u64,
    /// Power-on resets, each with garbage of its own in the memories.
    pub power_ons: u64,
    /// Resets by pin, at any clock of a command.
    pub pins: u64,
}

impl Checks {
    /// Adds those of another run.
    pub fn add(&mut self, other: &Self) {
        for (mine, (_, theirs)) in self.all_mut().into_iter().zip(other.all()) {
            *mine += theirs;
        }
    }

    /// Comparisons altogether.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.accesses + self.streamed + self.drains + self.commands + self.tables
    }

    /// By name.
    #[must_use]
    pub fn all(&self) -> [(&'static str, u64); 15] {
        [
            ("accesses", self.accesses),
            ("refused_accesses", self.refused_accesses),
            ("streamed", self.streamed),
            ("states", self.states),
            ("drains", self.drains),
            ("resets", self.resets),
            ("persisting", self.persisting),
            ("timed", self.timed),
            ("refused_commands", self.refused_commands),
            ("commands", self.commands),
            ("damaged", self.damaged),
            ("tables", self.tables),
            ("entries", self.entries),
            ("power_ons", self.power_ons),
            ("pins", self.pins),
        ]
    }

    fn all_mut(&mut self) -> [&mut u64; 15] {
        [
            &mut self.accesses,
            &mut self.refused_accesses,
            &mut self.streamed,
            &mut self.states,
            &mut self.drains,
            &mut self.resets,
            &mut self.persisting,
            &mut self.timed,
            &mut self.refused_commands,
            &mut self.commands,
            &mut self.damaged,
            &mut self.tables,
            &mut self.entries,
            &mut self.power_ons,
            &mut self.pins,
        ]
    }

    /// As an object.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut object = json!({"total": self.total()});
        for (name, count) in self.all() {
            object[name] = count.into();
        }
        object
    }
}
