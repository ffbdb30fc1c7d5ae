// SPDX-License-Identifier: Apache-2.0
//! What a driver can read without a command: COMMIT_SEQ, DRAINING, every AS_STATUS and GROUP, in one list of reads.
//!
//! Whoever compares a whole device asks for each of these by itself. A glance answers them all, for as long as not one
//! clock has passed since: then nothing can have changed, whatever the device is doing.

use peakrdl_rust::encode::UnknownVariant;

use super::Registers;
use super::bus::{Transport, Words};
use super::regs::components::mode_e::ModeE;
use crate::regif::{Mode, RegError};

/// One address space, as AS_STATUS shows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Space {
    pub mode: Mode,
    /// Live entries.
    pub count: u16,
}

/// All that was read, and when.
#[derive(Clone, Debug)]
pub(super) struct Glance {
    /// Clock count after the last answer.
    clocks: u64,
    pub commit_seq: u32,
    pub spaces: Vec<Space>,
    groups: Vec<Option<u8>>,
    draining: u16,
    /// Drains that have been asked about. Drains end by themselves: who asks again waits for that, and must see
    /// clocks pass.
    told: u16,
}

impl<T: Transport> Registers<T> {
    /// A glance that still holds, or a new one.
    pub(super) fn glance(&mut self) -> Result<&Glance, RegError> {
        let now = self.bus.now();
        let glance = match self.glance.take() {
            Some(glance) if glance.clocks == now => glance,
            _ => self.look()?,
        };
        Ok(self.glance.insert(glance))
    }

    /// The answer to `group`, from a glance that still holds.
    pub(super) fn glance_group(&self, group: u8) -> Option<Option<u8>> {
        let now = self.bus.now();
        let glance = self.glance.as_ref().filter(|glance| glance.clocks == now)?;
        glance.groups.get(usize::from(group)).copied()
    }

    /// The answer to `draining`, from a glance that still holds, once.
    pub(super) fn glance_draining(&mut self, asid: u8) -> Option<bool> {
        let now = self.bus.now();
        let glance = self.glance.as_mut().filter(|glance| glance.clocks == now)?;
        let bit = 1_u16.checked_shl(asid.into())?;
        let first = glance.told & bit == 0;
        glance.told |= bit;
        first.then_some(glance.draining & bit != 0)
    }

    fn look(&mut self) -> Result<Glance, RegError> {
        let (asids, groups) = (self.capability.asids, self.capability.groups);
        let (asids, groups) = (usize::from(asids), usize::from(groups));
        let map = self.bus.map();
        let mut words = Words::default().ask(map.commit_seq()).ask(map.draining());
        for register in map.as_status().into_iter().take(asids) {
            words = words.ask(register);
        }
        for register in map.group().into_iter().take(groups) {
            words = words.ask(register);
        }
        self.bus.read_all(&mut words)?;
        let map = words.map();
        let spaces = map.as_status().into_iter().take(asids).map(|register| {
            let status = register.try_read()?;
            Ok(Space {
                mode: mode(status.mode())?,
                count: status.count(),
            })
        });
        let groups = map.group().into_iter().take(groups).map(|register| {
            let group = register.try_read()?;
            Ok(group.valid().then(|| group.asid()))
        });
        Ok(Glance {
            clocks: self.bus.now(),
            commit_seq: map.commit_seq().try_read()?.seq(),
            spaces: spaces.collect::<Result<_, RegError>>()?,
            groups: groups.collect::<Result<_, RegError>>()?,
            draining: map.draining().try_read()?.asids(),
            told: 0,
        })
    }
}

/// What a mode means to the users of `RegIf`.
pub(super) fn mode(mode: Result<ModeE, UnknownVariant<u8>>) -> Result<Mode, RegError> {
    match mode {
        Ok(ModeE::Blocked) => Ok(Mode::Blocked),
        Ok(ModeE::Identity) => Ok(Mode::Identity),
        Ok(ModeE::Mapped) => Ok(Mode::Mapped),
        Err(unknown) => Err(RegError::Protocol(format!(
            "the mode of an address space is {:#x}, which has no meaning",
            unknown.value()
        ))),
    }
}
