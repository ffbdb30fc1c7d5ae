// SPDX-License-Identifier: Apache-2.0
//! Bursts through the device, beside commands: every beat and every byte of memory compared with the golden model.
//!
//! The simulation records what happened in the order in which it happened: a burst was translated, and from which
//! state; memory executed a burst, all of it at one moment; a master got its answer. [`Scoreboard`] goes through the
//! records in that order, so nothing has to be kept apart for the comparison to be exact. Writes and reads of the same
//! bytes may be in flight together as they like: memory chooses their order and says which it was, as real memory
//! does, and the bytes are then what that order makes them.
//!
//! | file | holds |
//! |---|---|
//! | `scoreboard.rs` | the records against the golden model |
//! | `counts.rs` | how much was compared |
//! | `memory.rs` | the bytes that memory must hold |
//! | `completion.rs` | DRAINING against the bursts in flight |
//! | `bench.rs` | a device with a scoreboard, and commands in lockstep |
//! | `draw.rs`, `traffic.rs` | random bursts, random commands, and runs of them |

mod bench;
mod completion;
mod counts;
mod draw;
mod memory;
mod scoreboard;
mod traffic;

pub use bench::AxiBench;
pub use counts::{Counts, Refused};
pub use draw::Draw;
pub use scoreboard::Scoreboard;
pub use traffic::{Options, Report, run};

use crate::regif::RegError;

/// Why a comparison ended: the device is not as it must be, or cannot be asked.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0}")]
pub struct Mismatch(pub String);

impl From<RegError> for Mismatch {
    fn from(error: RegError) -> Self {
        Self(error.to_string())
    }
}
