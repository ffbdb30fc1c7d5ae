// SPDX-License-Identifier: Apache-2.0
//! Damage on purpose, and how much of it the device has found: registers INJECT and PARITY_COUNT.

use serde::{Deserialize, Serialize};

use super::Registers;
use super::bus::Transport;
use super::regs::components::inject_e::InjectE;
use crate::regif::RegError;

/// A memory of the table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Site {
    /// The keys of a level of the search, 0 the leaf. A key lies at one level only: that of the largest power of the
    /// radix that divides the entry's number. Asked for another, INJECT waits.
    Search(u8),
    /// The keys that passes read.
    Key,
    /// The payload.
    Payload,
}

/// Which bit to flip.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Inject {
    /// In which memory.
    pub site: Site,
    /// Of which entry, by its number in the bank that the next pass writes.
    pub index: u16,
    /// Which bit of its word, modulo how many there are.
    pub place: u8,
}

/// Register PARITY_COUNT, modulo 2^16 each.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct ParityCounts {
    /// Accesses that faulted for it.
    pub lookups: u16,
    /// Damaged words that passes came across, READ included.
    pub passes: u16,
}

impl<T: Transport> Registers<T> {
    /// Damages one word as the next pass writes it; `None` calls that off.
    pub fn inject(&mut self, inject: Option<Inject>) -> Result<(), RegError> {
        self.bus.map().inject().try_write(|register| {
            let Some(Inject { site, index, place }) = inject else {
                return;
            };
            let (what, depth) = match site {
                Site::Search(depth) => (InjectE::Search, depth),
                Site::Key => (InjectE::Key, 0),
                Site::Payload => (InjectE::Payload, 0),
            };
            register.set_what(what);
            register.set_depth(depth);
            register.set_place(place);
            register.set_index(index);
        })
    }

    /// True while an [`inject`](Self::inject) has not happened.
    pub fn injecting(&mut self) -> Result<bool, RegError> {
        Ok(self.bus.map().inject().try_read()?.what() != Ok(InjectE::Off))
    }

    /// What has been found damaged since power-on.
    pub fn parity_counts(&mut self) -> Result<ParityCounts, RegError> {
        let counts = self.bus.map().parity_count().try_read()?;
        Ok(ParityCounts {
            lookups: counts.lookups(),
            passes: counts.passes(),
        })
    }
}
