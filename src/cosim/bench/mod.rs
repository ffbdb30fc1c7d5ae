// SPDX-License-Identifier: Apache-2.0
//! Figures of the RTL: clocks, counted on the Verilated model. Nothing here asserts how many there may be; what the
//! figures are of is right, or the measurement ends with an error.
//!
//! | file | measures |
//! |---|---|
//! | `tables.rs` | what it takes to change a table |
//! | `searches.rs` | what changing a table takes from lookups |
//! | `bursts.rs` | AXI4: addresses and beats for each clock, latency added, removals under bursts |

mod bursts;
mod searches;
mod tables;

pub use bursts::{Added, Direction, Rate, Removal, added, rate, removal};
pub use searches::{Stalls, stalls};
pub use tables::{one_map, posted_maps, replacing_set_map};
