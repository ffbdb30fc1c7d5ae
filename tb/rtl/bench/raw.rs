// SPDX-License-Identifier: Apache-2.0
//! What only RTL has: registers by name, doorbells without waiting, and being told by other ways than commands.

use persimmon::dut::Dut;
use persimmon::golden::Device;
use persimmon::regif::{Code, Command, RegIf};

use super::{Bench, Failure, Outcome};
use crate::header::{mask, offset};

impl Bench<Dut> {
    /// Reads a register that is no array.
    #[track_caller]
    pub fn register(&mut self, name: &str) -> Outcome<u32> {
        self.element(name, 0)
    }

    /// Reads element `index` of a register array.
    #[track_caller]
    pub fn element(&mut self, name: &str, index: u8) -> Outcome<u32> {
        Ok(self.device().reg_read(offset(name, index.into()))?)
    }

    /// Writes the low 32 bits of a register.
    #[track_caller]
    pub fn write(&mut self, name: &str, value: u32) -> Outcome {
        Ok(self.device().reg_write(offset(name, 0), value)?)
    }

    /// Writes both halves of an argument register.
    #[track_caller]
    pub fn argument(&mut self, name: &str, value: u64) -> Outcome {
        let low = offset(name, 0);
        self.device().reg_write(low, value as u32)?;
        Ok(self.device().reg_write(low + 4, (value >> 32) as u32)?)
    }

    /// Writes the arguments of `command`, and returns what its doorbell is.
    #[track_caller]
    pub fn prepare(&mut self, command: Command) -> Outcome<u32> {
        let doorbell = |op: u8, asid: u8, target: u8| {
            u32::from(op) | u32::from(asid) << 16 | u32::from(target) << 24
        };
        Ok(match command {
            Command::Map { asid, entry } | Command::SetMapEntry { asid, entry } => {
                self.argument("ARG_IOVA", entry.start)?;
                self.argument("ARG_LAST", entry.last)?;
                self.argument("ARG_PA", entry.pa)?;
                let op = if matches!(command, Command::Map { .. }) {
                    1
                } else {
                    4
                };
                doorbell(op, asid, 0) | u32::from(entry.perm) << 8
            }
            Command::Unmap { asid, iova, last } => {
                self.argument("ARG_IOVA", iova)?;
                self.argument("ARG_LAST", last)?;
                doorbell(2, asid, 0)
            }
            Command::SetMapBegin { asid } => doorbell(3, asid, 0),
            Command::SetMapCommit { asid } => doorbell(5, asid, 0),
            Command::SetMapAbort { asid } => doorbell(6, asid, 0),
            Command::ResetMap { asid } => doorbell(7, asid, 0),
            Command::DeviceReset { device, clean } => {
                doorbell(8, 0, device) | u32::from(clean) << 31
            }
            Command::GroupAsid { group, asid } => doorbell(9, asid, group),
            Command::Quiesce { device } => doorbell(10, 0, device),
            Command::Resume { device } => doorbell(11, 0, device),
            Command::Fence { asid } => doorbell(13, asid, 0),
            Command::Recover { asid } => doorbell(14, asid, 0),
        })
    }

    /// Waits until no command executes.
    #[track_caller]
    pub fn wait_idle(&mut self) -> Outcome {
        for _ in 0..10_000 {
            if self.register("STATUS")? & mask("STATUS__BUSY") == 0 {
                return Ok(());
            }
        }
        Err(Failure::new("STATUS.busy stays"))
    }

    /// Executes `commands` on the golden model alone, because the RTL was told by pins or by raw register writes, and
    /// compares.
    #[track_caller]
    pub fn told(&mut self, commands: &[Command]) -> Outcome {
        (commands.iter()).try_for_each(|&command| self.told_quietly(command))?;
        self.compare()
    }

    /// As [`told`](Self::told), without the comparison.
    #[track_caller]
    pub fn told_quietly(&mut self, command: Command) -> Outcome {
        match self.pair.reference_mut().execute(command).code {
            Code::Ok => Ok(()),
            code => Err(Failure::new(format!("{command:x?} ended in {code:?}"))),
        }
    }

    /// Executes a command on the golden model alone, whatever comes of it.
    pub fn told_any(&mut self, command: Command) {
        self.pair.reference_mut().execute(command);
    }

    /// Compares every address space and group, and not what drains.
    #[track_caller]
    pub fn compare_tables(&mut self) -> Outcome {
        let capability = self.capability();
        (0..capability.asids).try_for_each(|asid| self.pair.address_space(asid).map(drop))?;
        (0..capability.groups).try_for_each(|group| self.pair.group(group).map(drop))?;
        self.agreed()
    }

    /// Power-on reset of the RTL, whatever it is doing; the golden model is a new one. To compare is the caller's, because
    /// that takes commands.
    #[track_caller]
    pub fn power_on_reset(&mut self) -> Outcome {
        self.device().power_on_reset()?;
        *self.pair.reference_mut() = Device::new(self.capability());
        Ok(())
    }

    /// The golden model as it is now.
    pub fn snapshot(&self) -> Device {
        self.pair.reference().clone()
    }
}
