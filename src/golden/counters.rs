// SPDX-License-Identifier: Apache-2.0
//! What has happened, as `rtl/perf_counters.sv` counts it.
//!
//! The counters of clocks (merging, draining) and the high-water mark need whoever drives the model to know the
//! clock; the others follow from the commands and accesses alone.

/// Number of PERF_SELECT of the hits of ASID 0.
const HITS: u8 = 8;
/// ASIDs that have a counter.
const HITS_END: u8 = HITS + 16;
/// Number of PERF_SELECT of the faults of reason 0, which does not exist.
const FAULTS: u8 = 32;
/// Reasons that have a number.
const FAULTS_END: u8 = FAULTS + 16;

/// How an access was answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Refused, for a reason as `fault_e` of the register map numbers it.
    Fault(u8),
    /// Passed by an address space that is IDENTITY.
    Identity,
    /// Translated by an entry of this address space.
    Hit(u8),
}

/// All counters at one moment. Cloning them is a snapshot; the difference of two is what happened between them,
/// except for [`high_water`](Self::high_water), which is a maximum.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Counters {
    /// Accesses accepted.
    pub translations: u64,
    /// Accesses that an IDENTITY address space passed.
    pub identity: u64,
    /// Merge passes started.
    pub passes: u64,
    /// Clocks in which a pass was running.
    pub merging: u64,
    /// Clocks in which an address space was draining.
    pub draining: u64,
    /// Most accesses in flight at once.
    pub high_water: u64,
    /// Commands completed.
    pub commands: u64,
    hits: [u64; 16],
    faults: [u64; 16],
}

impl Counters {
    /// An access was answered. A reason or an ASID that no register can carry is not counted.
    pub fn answer(&mut self, outcome: Outcome) {
        let counter = match outcome {
            Outcome::Identity => Some(&mut self.identity),
            Outcome::Fault(reason) => self.faults.get_mut(usize::from(reason)),
            Outcome::Hit(asid) => self.hits.get_mut(usize::from(asid)),
        };
        if let Some(counter) = counter {
            *counter += 1;
        }
    }

    /// So many accesses are in flight.
    pub fn in_flight(&mut self, accesses: u64) {
        self.high_water = self.high_water.max(accesses);
    }

    /// What PERF_VALUE shows for this PERF_SELECT; 0 where there is no counter.
    pub fn select(&self, index: u8) -> u64 {
        match index {
            0 => self.translations,
            1 => self.identity,
            2 => self.passes,
            3 => self.merging,
            4 => self.draining,
            5 => self.high_water,
            6 => self.commands,
            HITS..HITS_END => self.hits[usize::from(index - HITS)],
            FAULTS..FAULTS_END => self.faults[usize::from(index - FAULTS)],
            _ => 0,
        }
    }
}
