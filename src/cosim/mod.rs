// SPDX-License-Identifier: Apache-2.0
//! Runs: one stimulus, several devices, and everything compared.
//!
//! [`lockstep`] is two devices behind one register interface, each command given to both and each answer compared.
//! [`replay`] drives vhost-vdpa and a parent on such a device with a recorded [trace](crate::trace), and compares
//! after every step: vhost's tables S with the recording, the device's D with the recording and with each other.
//! [`run`] plays the scripts of the thread, for every [policy](crate::vdpa::policy), and judges each step.
//! [`capacity`] makes such a trace where there is no recording: at the limit of entries.
//! [`axi`] is bursts on AXI4 ports, every beat and every byte of memory compared.
//! [`fuzz`] does anything a driver, a pin or a master can do, drawn from a seed by [`draw`], and shortens what fails.
//! [`dma`] and [`vring`] are the masters that turn a recording's probes into accesses.

pub mod axi;
pub mod bench;
pub mod capacity;
mod divergence;
pub mod dma;
pub mod draw;
pub mod fuzz;
pub mod lockstep;
pub mod replay;
pub mod run;
mod shrink;
pub mod subject;
pub mod vring;

pub use divergence::{Answer, Call, Counts, Divergence};
pub use lockstep::Lockstep;
pub use shrink::shrink;
pub use subject::{Sides, Subject};
