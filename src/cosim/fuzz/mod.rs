// SPDX-License-Identifier: Apache-2.0
//! Constrained-random lockstep: the RTL beside the golden model, through everything that a driver, a reset pin, a
//! damaged memory or a master can do to it.
//!
//! A run is a sequence of [`Event`]s that a seed stands for, played on the RTL and on the golden model side by side.
//! After every event everything that can be read is compared: each address space with every entry, each group, each
//! drain. What the events are drawn for is counted in [`Coverage`]; what of the ten invariants of the design was held
//! against the RTL is counted in [`Checks`]. A run that fails is shortened until no event can be taken out of it, and
//! can be written down ([`Case`]) and played again with a waveform.
//!
//! | file | holds |
//! |---|---|
//! | `event.rs` | what can happen, and a sequence of it as a file |
//! | `draw.rs` | events from a seed; the drawing follows a golden model, so that it gets to a full table |
//! | `aim.rs` | the way to one point of the coverage |
//! | `player.rs` | events on both devices, and the comparisons |
//! | `checks.rs` | how much was compared, by invariant |
//! | `coverage.rs` | functional coverage |
//! | `uapi.rs` | system calls and IOTLB messages instead, on vhost-vdpa and a parent driver over both devices |

mod aim;
mod checks;
mod coverage;
mod draw;
mod event;
mod player;
mod uapi;

pub use checks::Checks;
pub use coverage::{Boundary, Coverage, Fill, ModeOf, Point, Scene};
pub use draw::events;
pub use event::{Case, CaseError, Event};
pub use player::Player;
pub use uapi::{Calls, calls, play_calls, record_calls};

use crate::cosim::axi::Mismatch;
use crate::dut::{Dut, Variant};

/// A run that failed.
#[derive(Clone, Debug)]
pub struct Failed<T> {
    /// What was not as it must be, the first time.
    pub first: Mismatch,
    /// The steps that are left: not one can be taken out.
    pub steps: Vec<T>,
    /// What is not as it must be with those.
    pub last: Mismatch,
}

/// Plays the events that `seed` stands for on a `variant` full of the garbage of that seed; with `bug`, on RTL that is
/// wrong on purpose.
///
/// # Errors
/// If the devices differ; with the shortest sequence that still makes them, or the whole one if it is not to `shorten`.
pub fn run(
    variant: Variant,
    bug: u8,
    seed: u64,
    count: usize,
    shorten: bool,
) -> Result<(Coverage, Checks), Box<Failed<Event>>> {
    let start = || Player::power_on(variant, bug, seed);
    let failed = |first: Mismatch, steps: Vec<Event>| {
        if !shorten {
            let last = first.clone();
            return Box::new(Failed { first, steps, last });
        }
        let fails = |events: &[Event]| start().is_ok_and(|mut player| player.play(events).is_err());
        let steps = player::shorten(steps, fails);
        let again = start().and_then(|mut player| player.play(&steps));
        let last = again.err().unwrap_or_else(|| first.clone());
        Box::new(Failed { first, steps, last })
    };
    let mut player = start().map_err(|first| failed(first, Vec::new()))?;
    let events = events(player.capability(), player.radix(), seed, count);
    match player.play(&events) {
        Ok(()) => Ok(player.finish()),
        Err(first) => Err(failed(first, events)),
    }
}

/// Plays a case that was written down, with a waveform if one is asked for.
///
/// # Errors
/// If the devices differ, or the case does not fit the build.
pub fn replay(case: &Case, bug: u8, wave: Option<&std::path::Path>) -> Result<Checks, Mismatch> {
    let mut player = Player::power_on(case.variant()?, bug, case.seed)?;
    if let Some(path) = wave {
        player.device().open_wave(path)?;
    }
    let played = player.play(&case.events);
    player.device().close_wave();
    played.map(|()| player.finish().1)
}

/// Powers on a build.
fn power_on(variant: Variant, bug: u8, seed: u64) -> Result<Dut, Mismatch> {
    let mut dut = Dut::with_seed(variant, seed as u32)?;
    if bug != 0 {
        dut.set_bug(bug)?;
    }
    Ok(dut)
}
