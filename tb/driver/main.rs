// SPDX-License-Identifier: Apache-2.0
//! The C driver of `sw/` on the RTL.
//!
//! The scenarios are C (`sw/test/driver_test.c`) and know nothing of a simulation. [`program`] compiles them with the
//! driver, without a warning, as C11; each runs as a process of its own whose register accesses, DMA accesses and
//! clocks [`device`] carries out on a model that was just powered on. [`broken`] breaks the driver in the ways that
//! `docs/driver.md` warns of and demands that a scenario says so. [`headers`] needs no device: what a C or C++ program
//! gets to include.

mod broken;
mod device;
mod headers;
mod program;

use std::sync::OnceLock;

use device::Ending;
use program::Program;

/// The driver as it is.
fn driver() -> &'static Program {
    static DRIVER: OnceLock<Program> = OnceLock::new();
    DRIVER.get_or_init(|| Program::build("driver", |source| source))
}

fn passes(scenario: &str) {
    match device::play(driver(), scenario) {
        Ending::Passed => {}
        ending => panic!("{scenario}: {ending}"),
    }
}

macro_rules! scenarios {
    ($($name:ident)*) => {
        /// All that `driver_test.c` has.
        const SCENARIOS: &[&str] = &[$(stringify!($name)),*];
        mod scenarios {
            $(#[test] fn $name() { super::passes(stringify!($name)); })*
        }
    };
}

scenarios! {
    probing
    power_on
    map_and_unmap
    refusals
    no_space
    map_batch
    set_map
    poisoned_transaction
    beside_a_transaction
    reset_during_set_map
    reset_map
    persistence
    resets_and_transactions
    lock
    start_from_any_state
    group_moves
    drains
    stuck
    quiesce
    fence
    suspend
    doorbell_while_busy
    a_lost_doorbell_is_noticed
    giving_up
    interrupt_races
    interrupt_masks
    fault_records
    fault_coalescing
    fault_races
    damage
}

#[test]
fn every_scenario_is_a_test() {
    assert_eq!(driver().scenarios(), SCENARIOS);
}
