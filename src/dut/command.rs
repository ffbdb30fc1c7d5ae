// SPDX-License-Identifier: Apache-2.0
//! Commands: doorbell, wait, result, and the clocks that it took. And the other registers that a driver writes.

use super::Registers;
use super::bus::{Transport, Words};
use super::doorbell::{Doorbell, code};
use super::ffi::BusWord;
use super::regs::components::iommu::cmd::Cmd;
use super::regs::components::iommu::status::Status;
use super::regs::components::persist_e::PersistE;
use crate::regif::{
    AddressSpace, Code, Command, Completion, DevicePolicy, Persist, RegError, ResetModes, within,
};

/// Sizes of the register arrays, which are the same for every build.
const ASIDS: usize = 16;
const GROUPS: usize = 16;
const DEVICES: usize = 4;

/// Clocks, by what a driver did in them. One clock is one rising edge of `clk_i`.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct ClockUse {
    /// All: from the first edge that a register access takes to the one that brings its last answer.
    pub total: u64,
    /// Those of `total` in which a command executed, as the driver sees it: from the edge at which the bus takes the
    /// doorbell write (its address and data) to the one that brings STATUS with `busy` at 0. A command shorter than
    /// the answer to the write and one read of STATUS counts for that long. The rest of `total` is bus time:
    /// arguments, policies, RESULT and COMMIT_SEQ.
    ///
    /// Commands of [`RegIf::post`] execute while the driver writes the next ones. Of them, the clocks count here that
    /// are not hidden behind such writes: those in which the driver has asked in vain for room or for the end.
    pub command: u64,
}

/// How a command ended.
pub(super) struct Rung {
    pub code: Code,
    /// What was asked to be read then.
    pub words: Words,
    /// Clocks from the edge that took the doorbell from the bus to the one that brought STATUS with the end of the
    /// command in it.
    pub clocks: u64,
}

impl<T: Transport> Registers<T> {
    /// What [`ring`](Self::ring) reads in any case. It wants to be first on the list.
    pub(super) fn outcome(&self) -> Words {
        let map = self.bus.map();
        Words::default().ask(map.status()).ask(map.result())
    }

    /// Executes one command to its end and then reads `then`, an [`outcome`](Self::outcome) and what may follow it.
    pub(super) fn ring(&mut self, doorbell: Doorbell, mut then: Words) -> Result<Rung, RegError> {
        let Doorbell { op, target, .. } = doorbell;
        if u32::from(target) > Cmd::TARGET_MASK {
            return Err(RegError::Protocol(format!(
                "CMD.target takes {} bits, {target:#x} does not fit",
                Cmd::TARGET_WIDTH
            )));
        }
        let before = match self.result_seq.take() {
            Some(seq) => seq,
            None => {
                let mut words = self.outcome();
                self.wait_idle(&mut words)?;
                words.map().result().try_read()?.seq()
            }
        };

        // An error leaves nothing known.
        let mut arguments = std::mem::take(&mut self.arguments);
        let mut writes = Vec::new();
        push_arguments(&mut writes, &mut arguments, doorbell)?;
        writes.extend(doorbell.cmd()?.into_vec());
        let rung = self.bus.write_all(&writes)?;
        let idle = self.wait_idle(&mut then)?;
        self.arguments = arguments;

        let result = then.map().result().try_read()?;
        if result.seq() != before.wrapping_add(1) || result.op() != Ok(op) {
            return Err(RegError::Protocol(format!(
                "{op:?} came after command number {before:#x}, and RESULT is {result:x?}"
            )));
        }
        self.result_seq = Some(result.seq());
        Ok(Rung {
            code: code(result.code())?,
            words: then,
            clocks: idle - rung,
        })
    }

    /// Reads `words`, of which STATUS is the first, when no command executes. Returns the clock count of that STATUS.
    pub(super) fn wait_idle(&self, words: &mut Words) -> Result<u64, RegError> {
        self.bus
            .read_when_clear(words, Status::BUSY_MASK, self.patience())
    }

    /// Clocks that a command may take: a pass takes one for each entry, and waits for what is in flight in the bank
    /// that it will write.
    pub(super) fn patience(&self) -> u64 {
        10_000 + 16 * u64::from(self.capability.entries)
    }

    /// COMMIT_SEQ: state changes committed since power-on, modulo 2^32.
    pub fn commit_seq(&mut self) -> Result<u32, RegError> {
        Ok(self.bus.map().commit_seq().try_read()?.seq())
    }

    /// Epoch that new requests of an address space are counted in.
    pub fn epoch(&mut self, asid: u8) -> Result<bool, RegError> {
        let built = self.capability.asids;
        let register = element::<_, ASIDS>(self.bus.map().as_status(), "asid", asid, built)?;
        Ok(register.try_read()?.epoch())
    }

    /// Clocks that commands and policies have taken so far: those of [`RegIf::command`], of the other functions of
    /// [`RegIf`] that write registers, and of nothing else. What this type reads back, translates, or lets pass on
    /// request is in [`clocks`](Self::clocks) alone.
    #[must_use]
    pub fn driver_clocks(&self) -> ClockUse {
        self.driver_clocks
    }

    /// Counts the clocks of `act` as a driver's.
    pub(super) fn as_driver<R>(
        &mut self,
        act: impl FnOnce(&mut Self) -> Result<R, RegError>,
    ) -> Result<R, RegError> {
        let before = self.bus.now();
        let done = act(self);
        self.driver_clocks.total += self.bus.now() - before;
        done
    }
}

/// Adds to `writes` those words of the arguments that the ARG registers do not hold yet. `held` is what they hold.
pub(super) fn push_arguments(
    writes: &mut Vec<BusWord>,
    held: &mut Vec<BusWord>,
    doorbell: Doorbell,
) -> Result<(), RegError> {
    let mut words = doorbell.arguments()?.into_vec();
    words.retain(|word| !held.contains(word));
    for word in &words {
        held.retain(|old| old.address != word.address);
        held.push(*word);
    }
    writes.extend(words);
    Ok(())
}

/// The element of a register array. The array may be longer than what was `built`.
fn element<T, const N: usize>(
    array: [T; N],
    what: &str,
    number: u8,
    built: u8,
) -> Result<T, RegError> {
    within(what, number, built)?;
    array.into_iter().nth(usize::from(number)).ok_or_else(|| {
        RegError::Protocol(format!(
            "CAP_SPACE claims {built:#x} where the register map has room for {N:#x} ({what})"
        ))
    })
}

/// What [`RegIf`] has of the same names.
impl<T: Transport> Registers<T> {
    /// Executes one command.
    pub fn command(&mut self, command: Command) -> Result<Completion, RegError> {
        // Even a refused one: that it has changed nothing is for the reader of the table to see.
        self.table = None;
        let then = self.outcome().ask(self.bus.map().commit_seq());
        let rung = self.as_driver(|registers| registers.ring(command.into(), then))?;
        self.driver_clocks.command += rung.clocks;
        Ok(Completion {
            code: rung.code,
            commit_seq: rung.words.map().commit_seq().try_read()?.seq(),
        })
    }

    /// Writes DEVICE.
    pub fn set_device_policy(&mut self, device: u8, policy: DevicePolicy) -> Result<(), RegError> {
        within("as0", policy.as0, ASIDS as u8)?;
        let built = self.capability.devices;
        self.as_driver(|registers| {
            let devices = registers.bus.map().device();
            let registers = element::<_, DEVICES>(devices, "device", device, built)?;
            registers.policy().try_write(|register| {
                register.set_persist(match policy.persist {
                    Persist::ByFlag => PersistE::ByFlag,
                    Persist::AlwaysClean => PersistE::AlwaysClean,
                    Persist::NeverClean => PersistE::NeverClean,
                });
                register.set_as0(policy.as0);
            })?;
            registers
                .groups()
                .try_write(|register| register.set_groups(policy.groups))?;
            registers
                .asids()
                .try_write(|register| register.set_asids(policy.asids))
        })
    }

    /// Writes INIT_MODE and CLEAN_MODE.
    pub fn set_reset_modes(&mut self, modes: ResetModes) -> Result<(), RegError> {
        self.as_driver(|registers| {
            let map = registers.bus.map();
            map.init_mode()
                .try_write(|register| register.set_identity(modes.init_identity))?;
            map.clean_mode()
                .try_write(|register| register.set_identity(modes.clean_identity))
        })
    }

    /// Writes LOCK.
    pub fn lock(&mut self) -> Result<(), RegError> {
        self.as_driver(|registers| {
            let map = registers.bus.map();
            map.lock().try_write(|register| register.set_lock(true))
        })
    }

    /// Writes LIMIT.
    pub fn set_limit(&mut self, asid: u8, entries: u16) -> Result<(), RegError> {
        let built = self.capability.asids;
        self.as_driver(|registers| {
            element::<_, ASIDS>(registers.bus.map().limit(), "asid", asid, built)?
                .try_write(|register| register.set_entries(entries))
        })
    }

    /// Reads an address space back.
    pub fn address_space(&mut self, asid: u8) -> Result<AddressSpace, RegError> {
        within("asid", asid, self.capability.asids)?;
        let spaces = &self.table()?.spaces;
        spaces.get(usize::from(asid)).cloned().ok_or_else(|| {
            RegError::Protocol(format!(
                "the table read back has no address space {asid:#x}"
            ))
        })
    }

    /// Reads GROUP.
    pub fn group(&mut self, group: u8) -> Result<Option<u8>, RegError> {
        let built = self.capability.groups;
        let register = element::<_, GROUPS>(self.bus.map().group(), "group", group, built)?;
        if let Some(known) = self.glance_group(group) {
            return Ok(known);
        }
        let register = register.try_read()?;
        Ok(register.valid().then(|| register.asid()))
    }

    /// Reads DRAINING.
    pub fn draining(&mut self, asid: u8) -> Result<bool, RegError> {
        within("asid", asid, self.capability.asids)?;
        if let Some(known) = self.glance_draining(asid) {
            return Ok(known);
        }
        let draining = self.bus.map().draining().try_read()?;
        Ok(draining.asids() >> asid & 1 == 1)
    }
}
