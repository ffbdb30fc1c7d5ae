// SPDX-License-Identifier: Apache-2.0
//! The golden device behind the register interface: policy registers, read-back and the translation port.
//!
//! A register or a tag that this build does not have is a [`RegError::Protocol`], never a panic.

use super::Device;
use crate::regif::{
    ACCESS_MAX, AddressSpace, Capability, Command, Completion, DevicePolicy, RegError, RegIf,
    Request, ResetModes, Response, Tag, within,
};

/// ASIDs that a 4-bit `as0` field can carry.
const AS0_END: u8 = 16;

impl RegIf for Device {
    fn capability(&self) -> Capability {
        self.capability
    }

    fn command(&mut self, command: Command) -> Result<Completion, RegError> {
        Ok(self.execute(command))
    }

    fn set_device_policy(&mut self, device: u8, policy: DevicePolicy) -> Result<(), RegError> {
        within("device", device, self.capability.devices)?;
        within("as0", policy.as0, AS0_END)?;
        if !self.locked {
            self.policies[usize::from(device)] = policy;
        }
        Ok(())
    }

    fn set_reset_modes(&mut self, modes: ResetModes) -> Result<(), RegError> {
        if !self.locked {
            self.reset_modes = modes;
        }
        Ok(())
    }

    fn lock(&mut self) -> Result<(), RegError> {
        self.locked = true;
        Ok(())
    }

    fn set_limit(&mut self, asid: u8, entries: u16) -> Result<(), RegError> {
        within("asid", asid, self.capability.asids)?;
        self.limits[usize::from(asid)] = entries;
        Ok(())
    }

    /// READ goes through what passes go through, so it shows what the next one leaves.
    fn address_space(&mut self, asid: u8) -> Result<AddressSpace, RegError> {
        within("asid", asid, self.capability.asids)?;
        let repaired = self.repaired();
        let (spaces, damage) = match &repaired {
            Some(repaired) => (&repaired.spaces, &repaired.damage),
            None => (&self.spaces, &self.damage),
        };
        let space = &spaces[usize::from(asid)];
        Ok(AddressSpace {
            mode: space.mode(),
            entries: space.entries().to_vec(),
            poisoned: damage.poisoned(asid),
            commit_seq: self.commit_seq,
        })
    }

    fn group(&mut self, group: u8) -> Result<Option<u8>, RegError> {
        within("group", group, self.capability.groups)?;
        Ok(self.groups[usize::from(group)])
    }

    /// A held group never gets an answer: with no clock to wait on, that is a timeout of 0 clocks.
    fn translate(&mut self, request: Request) -> Result<Response, RegError> {
        if !(1..=ACCESS_MAX).contains(&request.len.into()) {
            return Err(RegError::Protocol(format!(
                "length {:#x} of the access at {:#x}: an access has 1 to {ACCESS_MAX:#x} bytes",
                request.len, request.iova
            )));
        }
        if self.held(request.group) {
            return Err(RegError::Timeout {
                what: format!(
                    "translation for group {:#x}, whose device is quiesced",
                    request.group
                ),
                clocks: 0,
            });
        }
        let response = self.peek(request);
        if response.tag.tracked {
            self.drains[usize::from(response.tag.asid)].acquire();
        }
        Ok(response)
    }

    fn release(&mut self, tag: Tag) -> Result<(), RegError> {
        if !tag.tracked {
            return Ok(());
        }
        within("asid of the released tag", tag.asid, self.capability.asids)?;
        match self.drains[usize::from(tag.asid)].release(tag.epoch) {
            true => Ok(()),
            false => Err(RegError::Protocol(format!(
                "release of {tag:?}: nothing is in flight there; release each response once"
            ))),
        }
    }

    fn draining(&mut self, asid: u8) -> Result<bool, RegError> {
        within("asid", asid, self.capability.asids)?;
        Ok(self.drains[usize::from(asid)].pending())
    }
}
