// SPDX-License-Identifier: Apache-2.0
//! The register interface of a simulated device: registers for what a driver does, the translation port for accesses.

use super::inject::{Inject, ParityCounts};
use super::table::Table;
use super::{ClockUse, Dut};
use crate::regif::{
    ACCESS_MAX, AddressSpace, Capability, Command, Completion, DevicePolicy, RegError, RegIf,
    Request, ResetModes, Response, Tag,
};

impl RegIf for Dut {
    fn capability(&self) -> Capability {
        self.registers.capability
    }

    fn command(&mut self, command: Command) -> Result<Completion, RegError> {
        self.registers.command(command)
    }

    fn post(&mut self, commands: &[Command]) -> Result<Vec<Completion>, RegError> {
        self.registers.post_all(commands)
    }

    fn set_device_policy(&mut self, device: u8, policy: DevicePolicy) -> Result<(), RegError> {
        self.registers.set_device_policy(device, policy)
    }

    fn set_reset_modes(&mut self, modes: ResetModes) -> Result<(), RegError> {
        self.registers.set_reset_modes(modes)
    }

    fn lock(&mut self) -> Result<(), RegError> {
        self.registers.lock()
    }

    fn set_limit(&mut self, asid: u8, entries: u16) -> Result<(), RegError> {
        self.registers.set_limit(asid, entries)
    }

    fn address_space(&mut self, asid: u8) -> Result<AddressSpace, RegError> {
        self.registers.address_space(asid)
    }

    fn group(&mut self, group: u8) -> Result<Option<u8>, RegError> {
        self.registers.group(group)
    }

    fn access_bytes(&self, iova: u64, len: u64) -> u64 {
        match self.axi_ports() {
            0 => len.min(ACCESS_MAX),
            _ => super::access::most(iova, len, self.axi_beat_bytes() as u64),
        }
    }

    fn translate(&mut self, request: Request) -> Result<Response, RegError> {
        match self.axi_ports() {
            0 => self.translate_one(request),
            _ => self.access(request),
        }
    }

    fn release(&mut self, tag: Tag) -> Result<(), RegError> {
        match self.axi_ports() {
            0 => self.release_one(tag),
            // The device did with the end of the burst.
            _ => Ok(()),
        }
    }

    fn draining(&mut self, asid: u8) -> Result<bool, RegError> {
        self.registers.draining(asid)
    }
}

/// What tests and figures ask of the registers beyond [`RegIf`].
impl Dut {
    /// Reads the whole table. What the device says of itself there must agree: entries in order, counts, liveness, and
    /// the state of each address space in both places that show it, READ and AS_STATUS.
    pub fn table(&mut self) -> Result<&Table, RegError> {
        self.registers.table()
    }

    /// COMMIT_SEQ: state changes committed since power-on, modulo 2^32.
    pub fn commit_seq(&mut self) -> Result<u32, RegError> {
        self.registers.commit_seq()
    }

    /// Epoch that new requests of an address space are counted in.
    pub fn epoch(&mut self, asid: u8) -> Result<bool, RegError> {
        self.registers.epoch(asid)
    }

    /// Clocks that commands and policies have taken so far: those of [`RegIf::command`], of the other functions of
    /// [`RegIf`] that write registers, and of nothing else. What this type reads back, translates, or lets pass on
    /// request is in [`clocks`](Self::clocks) alone.
    #[must_use]
    pub fn driver_clocks(&self) -> ClockUse {
        self.registers.driver_clocks()
    }

    /// Damages one word as the next pass writes it; `None` calls that off.
    pub fn inject(&mut self, inject: Option<Inject>) -> Result<(), RegError> {
        self.registers.inject(inject)
    }

    /// True while an [`inject`](Self::inject) has not happened.
    pub fn injecting(&mut self) -> Result<bool, RegError> {
        self.registers.injecting()
    }

    /// What has been found damaged since power-on.
    pub fn parity_counts(&mut self) -> Result<ParityCounts, RegError> {
        self.registers.parity_counts()
    }
}
