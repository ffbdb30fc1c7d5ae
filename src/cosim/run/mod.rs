// SPDX-License-Identifier: Apache-2.0
//! The thread of October 2023 as something that runs: scripts of system calls, played on a program, a kernel, a
//! parent and a device, with S and D looked at after every step and the dangerous outcomes named.
//!
//! | module | holds |
//! |---|---|
//! | [`cost`] | one device reset, with and without IOTLB_PERSIST, for N mappings |
//! | [`cycle`] | what a stretch of a run costs in all |
//! | [`machine`] | program, kernel, parent, device; calls in, [sights](machine::Sight) out |
//! | [`meter`] | what it costs on the device, in commands and clocks |
//! | [`session`] | recorded sessions of QEMU, every reset of theirs costed |
//! | [`observe`] | looking at a parent: tables, accesses |
//! | [`userspace`] | user space programs, and what a device reset does to each |
//! | [`watch`] | the hazards; `windows.rs` those that open and close inside a step |
//! | [`script`] | the script T0 to T7 for each [policy](crate::vdpa::policy) |
//!
//! Results come from the device: D is read back from it, and where DMA lands is an access through it. Run on
//! [`Lockstep`](crate::cosim::Lockstep), every answer of the RTL is compared with the golden model's as well.

pub mod cost;
pub mod cycle;
pub mod machine;
pub mod meter;
pub mod observe;
pub mod script;
pub mod session;
pub mod userspace;
pub mod watch;
mod windows;

use super::replay::ReplayError;
use super::{Divergence, Subject};
use crate::regif::RegError;
use crate::vdpa::parent::Platform;
use crate::vdpa::{DeviceError, OnChip, Parent, Profile, Rules};
use machine::Machine;
use observe::Observed;

/// Why a run ended early: never because of what the modelled kernel answered.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The device is out of order, or too small.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The recording cannot be played.
    #[error(transparent)]
    Recording(#[from] Box<ReplayError>),
    /// RTL and golden model differ.
    #[error("the RTL differs from the golden model: {0}")]
    Diverged(Box<Divergence>),
}

impl From<ReplayError> for RunError {
    fn from(error: ReplayError) -> Self {
        Self::Recording(Box::new(error))
    }
}

impl From<RegError> for RunError {
    fn from(error: RegError) -> Self {
        Self::Device(error.into())
    }
}

/// Powers on a device.
pub type PowerOn<'a, S> = &'a mut dyn FnMut() -> Result<S, RegError>;

/// Something to be done on a machine, whatever its parent.
pub trait Play {
    /// What comes of it.
    type Output;

    /// Does it.
    ///
    /// # Errors
    /// If the device is out of order.
    fn play<P: Observed>(&mut self, machine: &mut Machine<P>) -> Result<Self::Output, RunError>;
}

/// Makes a machine with `parent` under a kernel of `rules`, the device being powered on by `power_on` if there is
/// one, and does `play` on it. The program has `buffers`. Comes with the number of answers that were compared.
///
/// # Errors
/// If the device is out of order, or RTL and golden model differ.
pub fn on_machine<S: Subject, T: Play>(
    rules: &'static Rules,
    parent: &Parent,
    buffers: u32,
    power_on: PowerOn<'_, S>,
    play: &mut T,
) -> Result<(T::Output, u64), RunError> {
    match parent {
        Parent::OnChip(on_chip, mapping) => {
            let profile = Profile::with_parent(rules, *on_chip, *mapping);
            let parent = OnChip::new(power_on()?, profile, None)?;
            finish(Machine::new(parent, rules, buffers), play)
        }
        Parent::Platform => finish(Machine::new(Platform::new(rules), rules, buffers), play),
    }
}

fn finish<P: Observed, T: Play>(
    mut machine: Machine<P>,
    play: &mut T,
) -> Result<(T::Output, u64), RunError> {
    let output = play.play(&mut machine)?;
    let parent = machine.parent();
    match parent.take_divergences().into_iter().next() {
        Some(divergence) => Err(RunError::Diverged(Box::new(divergence))),
        None => Ok((output, parent.compared())),
    }
}
