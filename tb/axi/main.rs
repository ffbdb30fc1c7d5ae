// SPDX-License-Identifier: Apache-2.0
//! The AXI4 data path, each of its builds, against the golden model: every beat, every byte of memory.
//!
//! [`random`] is bursts and commands drawn from a seed. The others are directed: [`completion`] holds bursts and looks
//! at what waits for them, [`commits`] changes tables under traffic, [`holding`] stops masters from the device's side,
//! [`refusals`] is what the device answers itself, [`faults`] what its fault queue says of them, [`registers`] writes
//! registers at awkward moments, [`dirty`] migrates by the dirty log, [`groups`] is where the group of a burst comes
//! from, [`accesses`] is single bursts with real bytes, [`throughput`] counts clocks, and [`constant`] shows that they do not
//! depend on what another address space does.

mod accesses;
mod commits;
mod completion;
mod constant;
mod dirty;
mod faults;
mod groups;
#[allow(dead_code)]
#[path = "../rtl/header.rs"]
mod header;
mod holding;
mod random;
mod refusals;
mod registers;
mod stimulus;
mod throughput;
