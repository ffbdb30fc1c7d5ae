// SPDX-License-Identifier: Apache-2.0
//! Two devices, one stimulus: whatever is asked of the pair is asked of both, and the answers are compared.
//!
//! [`Lockstep`] is itself a device ([`RegIf`]), so a parent driver, a replay or a test runs on it as on any other.
//! It answers what the reference answered, so that a run goes on after a divergence; what differed is kept as a
//! [`Divergence`], and [`Counts`] says how much was compared, so that a run that compared nothing cannot pass for
//! a good one.

use super::divergence::{Answer, Call, Counts, Divergence};
use crate::regif::{
    AddressSpace, Capability, Command, Completion, DevicePolicy, RegError, RegIf, Request,
    ResetModes, Response, Tag,
};

#[cfg(test)]
mod tests;

/// Divergences that are kept for the reader: each can hold two whole tables, and the first ones tell the story.
const KEPT: usize = 64;

/// A reference device `L`, usually [`golden::Device`](crate::golden::Device), and a device `R` held against it.
#[derive(Debug)]
pub struct Lockstep<L, R> {
    reference: L,
    device: R,
    counts: Counts,
    calls: u64,
    divergences: Vec<Divergence>,
    diverged: u64,
}

impl<L: RegIf, R: RegIf> Lockstep<L, R> {
    /// Pairs two devices that have just been powered on. That they were built with the same parameters is the first
    /// comparison.
    pub fn new(reference: L, device: R) -> Self {
        let mut pair = Self {
            reference,
            device,
            counts: Counts::default(),
            calls: 0,
            divergences: Vec::new(),
            diverged: 0,
        };
        let capabilities = (pair.reference.capability(), pair.device.capability());
        if capabilities.0 != capabilities.1 {
            pair.record(Divergence {
                call_number: 0,
                call: Call::Capability,
                expected: Ok(Answer::Capability(capabilities.0)),
                got: Ok(Answer::Capability(capabilities.1)),
            });
        }
        pair
    }

    /// Compares all that a driver can read: every address space with its entries, every group, every drain.
    ///
    /// The error is of the reference; one of the device is a divergence.
    pub fn check_all(&mut self) -> Result<(), RegError> {
        let Capability { asids, groups, .. } = self.reference.capability();
        for asid in 0..asids {
            self.address_space(asid)?;
            self.draining(asid)?;
        }
        for group in 0..groups {
            self.group(group)?;
        }
        Ok(())
    }

    /// Ends an access, and compares whether its address space still drains. Hardware takes a few clocks to find that a
    /// drain is over, and twice as many for one that another had joined: reading registers first gives it those.
    ///
    /// # Errors
    /// As [`check_all`](Self::check_all).
    pub fn release_and_look(&mut self, tag: Tag) -> Result<(), RegError> {
        self.release(tag)?;
        if tag.tracked {
            for _ in 0..2 {
                self.group(0)?;
            }
            self.draining(tag.asid)?;
        }
        Ok(())
    }

    /// How much has been compared.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// How many comparisons failed.
    pub fn diverged(&self) -> u64 {
        self.diverged
    }

    /// The first divergences since they were last taken, oldest first: all of them, unless there are very many.
    pub fn divergences(&self) -> &[Divergence] {
        &self.divergences
    }

    /// As [`divergences`](Self::divergences), making room for later ones. [`diverged`](Self::diverged) stays.
    pub fn take_divergences(&mut self) -> Vec<Divergence> {
        std::mem::take(&mut self.divergences)
    }

    /// The reference device.
    pub fn reference(&self) -> &L {
        &self.reference
    }

    /// The reference device, to ask it for more than a [`RegIf`] offers. Commands given to one side alone make the
    /// pair diverge.
    pub fn reference_mut(&mut self) -> &mut L {
        &mut self.reference
    }

    /// The device held against the reference; see [`reference_mut`](Self::reference_mut).
    pub fn device_mut(&mut self) -> &mut R {
        &mut self.device
    }

    /// Reference and device, each to be looked at by itself.
    pub fn both_mut(&mut self) -> (&mut L, &mut R) {
        (&mut self.reference, &mut self.device)
    }

    /// Asks both and compares.
    fn ask<T: Clone>(
        &mut self,
        call: Call,
        answer: impl Fn(T) -> Answer,
        of_reference: impl FnOnce(&mut L) -> Result<T, RegError>,
        of_device: impl FnOnce(&mut R) -> Result<T, RegError>,
    ) -> Result<T, RegError> {
        let expected = of_reference(&mut self.reference);
        let got = of_device(&mut self.device);
        self.compare(call, expected.clone().map(&answer), got.map(&answer));
        expected
    }

    /// Compares the answers to one call.
    fn compare(
        &mut self,
        call: Call,
        expected: Result<Answer, RegError>,
        got: Result<Answer, RegError>,
    ) {
        self.calls += 1;
        let divergence = Divergence {
            call_number: self.calls,
            call,
            expected,
            got,
        };
        self.counts.add(&divergence);
        if !divergence.agrees() {
            self.record(divergence);
        }
    }

    fn record(&mut self, divergence: Divergence) {
        self.diverged += 1;
        if self.divergences.len() < KEPT {
            self.divergences.push(divergence);
        }
    }
}

impl<L: RegIf, R: RegIf> RegIf for Lockstep<L, R> {
    fn capability(&self) -> Capability {
        self.reference.capability()
    }

    fn command(&mut self, command: Command) -> Result<Completion, RegError> {
        self.ask(
            Call::Command(command),
            Answer::Completion,
            |reference| reference.command(command),
            |device| device.command(command),
        )
    }

    fn post(&mut self, commands: &[Command]) -> Result<Vec<Completion>, RegError> {
        let expected = self.reference.post(commands);
        let got = self.device.post(commands);
        for (index, &command) in commands.iter().enumerate() {
            let of = |done: &Result<Vec<Completion>, RegError>| match done {
                Ok(done) => done.get(index).copied().ok_or_else(|| {
                    RegError::Protocol(format!(
                        "{} completions of {} posted commands",
                        done.len(),
                        commands.len()
                    ))
                }),
                Err(error) => Err(error.clone()),
            };
            self.compare(
                Call::Post(command),
                of(&expected).map(Answer::Completion),
                of(&got).map(Answer::Completion),
            );
        }
        expected
    }

    fn set_device_policy(&mut self, device: u8, policy: DevicePolicy) -> Result<(), RegError> {
        self.ask(
            Call::SetDevicePolicy(device, policy),
            |()| Answer::Done,
            |reference| reference.set_device_policy(device, policy),
            |tested| tested.set_device_policy(device, policy),
        )
    }

    fn set_reset_modes(&mut self, modes: ResetModes) -> Result<(), RegError> {
        self.ask(
            Call::SetResetModes(modes),
            |()| Answer::Done,
            |reference| reference.set_reset_modes(modes),
            |device| device.set_reset_modes(modes),
        )
    }

    fn lock(&mut self) -> Result<(), RegError> {
        self.ask(Call::Lock, |()| Answer::Done, L::lock, R::lock)
    }

    fn set_limit(&mut self, asid: u8, entries: u16) -> Result<(), RegError> {
        self.ask(
            Call::SetLimit(asid, entries),
            |()| Answer::Done,
            |reference| reference.set_limit(asid, entries),
            |device| device.set_limit(asid, entries),
        )
    }

    fn address_space(&mut self, asid: u8) -> Result<AddressSpace, RegError> {
        self.ask(
            Call::AddressSpace(asid),
            Answer::AddressSpace,
            |reference| reference.address_space(asid),
            |device| device.address_space(asid),
        )
    }

    fn group(&mut self, group: u8) -> Result<Option<u8>, RegError> {
        self.ask(
            Call::Group(group),
            Answer::Group,
            |reference| reference.group(group),
            |device| device.group(group),
        )
    }

    /// What both sides can make one access of.
    fn access_bytes(&self, iova: u64, len: u64) -> u64 {
        let most = self.reference.access_bytes(iova, len);
        self.device.access_bytes(iova, most)
    }

    /// A request of a held group times out on both sides. A device with clocks may answer it after RESUME all the
    /// same, unasked, and is then one access in flight ahead of the reference.
    fn translate(&mut self, request: Request) -> Result<Response, RegError> {
        self.ask(
            Call::Translate(request),
            Answer::Response,
            |reference| reference.translate(request),
            |device| device.translate(request),
        )
    }

    fn release(&mut self, tag: Tag) -> Result<(), RegError> {
        self.ask(
            Call::Release(tag),
            |()| Answer::Done,
            |reference| reference.release(tag),
            |device| device.release(tag),
        )
    }

    fn draining(&mut self, asid: u8) -> Result<bool, RegError> {
        self.ask(
            Call::Draining(asid),
            Answer::Draining,
            |reference| reference.draining(asid),
            |device| device.draining(asid),
        )
    }
}
