// SPDX-License-Identifier: Apache-2.0
//! What a stretch of a run costs on the device: [`Metered`] wraps one and counts the driver's commands.
//! [`Cycle`](super::cycle::Cycle) adds what the kernel and user space did above it.
//!
//! **Clocks are hardware time only.** Counted are the clocks that pass inside commands, their register accesses
//! included; reading tables back, accesses of the device and policy writes are not commands and count nothing. What
//! user space, the kernel and the bus take between two commands is not modelled. So every figure here is a lower
//! bound of what a driver would wait for.
//!
//! **Availability** is on the same timeline. User space regards some mappings as its own ([`Meter::start`]); from the
//! end of the command that takes the first of them out of its table, to the end of the command that brings the last
//! of them back, that mapping is unavailable, and so is the device. The tables of the golden model are looked at for
//! that, so that looking costs the RTL no clock. Only tables are looked at: that a device reset sends every group
//! back to its AS 0 does not count.

mod counters;

use crate::cosim::{Divergence, Sides, Subject};
use crate::dut::{Accesses, ClockUse};
use crate::regif::{
    AddressSpace, Capability, Code, Command, Completion, DevicePolicy, Entry, RegError, RegIf,
    Request, ResetModes, Response, Tag,
};
pub use counters::{Clocks, Commands, Hardware};

/// A device whose commands are counted.
#[derive(Debug)]
pub struct Metered<S> {
    dev: S,
    meter: Meter,
}

/// A mapping that user space regards as its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Own {
    /// Address space.
    pub asid: u8,
    /// First IOVA.
    pub start: u64,
    /// Last IOVA, inclusive.
    pub last: u64,
    /// Physical address of `start`.
    pub pa: u64,
}

/// The counters of a [`Metered`] device.
#[derive(Clone, Default, Debug)]
pub struct Meter {
    own: Vec<Own>,
    counted: Hardware,
    /// There is RTL, so there are clocks.
    timed: bool,
}

impl Meter {
    /// Begins a stretch: counters at 0, and `own` the mappings that user space regards as its own. They are taken to
    /// translate.
    pub fn start(&mut self, own: impl IntoIterator<Item = Own>) {
        self.own = own.into_iter().collect();
        self.own.sort_by_key(|own| own.asid);
        self.counted = Hardware {
            clocks: self.timed.then(Clocks::default),
            ..Hardware::default()
        };
    }

    /// What was counted since the stretch began.
    pub fn counted(&self) -> Hardware {
        self.counted
    }

    fn count(&mut self, command: Command, clocks: Option<ClockUse>) {
        let commands = &mut self.counted.commands;
        let counter = match command {
            Command::Map { .. } => &mut commands.map,
            Command::Unmap { .. } => &mut commands.unmap,
            Command::SetMapEntry { .. } => &mut commands.entry,
            Command::SetMapBegin { .. }
            | Command::SetMapCommit { .. }
            | Command::SetMapAbort { .. } => &mut commands.set_map,
            Command::ResetMap { .. } => &mut commands.reset_map,
            Command::DeviceReset { .. } => &mut commands.device_reset,
            Command::GroupAsid { .. }
            | Command::Quiesce { .. }
            | Command::Resume { .. }
            | Command::Fence { .. } => &mut commands.other,
            Command::Recover { .. } => &mut commands.other,
        };
        *counter += 1;
        let (Some(passed), Some(clocks)) = (clocks, &mut self.counted.clocks) else {
            return;
        };
        let kind = match command {
            Command::DeviceReset { .. } => &mut clocks.reset,
            Command::GroupAsid { .. }
            | Command::Quiesce { .. }
            | Command::Resume { .. }
            | Command::Fence { .. } => &mut clocks.other,
            Command::Recover { .. } => &mut clocks.other,
            _ => {
                clocks.engine += passed.command;
                &mut clocks.table
            }
        };
        *kind += passed.total;
        if !self.counted.whole {
            clocks.unavailable += passed.total;
        }
    }

    /// Looks whether every mapping of user space's translates.
    fn look(&mut self, dev: &mut dyn RegIf) -> Result<(), RegError> {
        for own in self.own.chunk_by(|a, b| a.asid == b.asid) {
            let entries = dev.address_space(own[0].asid)?.entries;
            if !own.iter().all(|own| translates(&entries, own)) {
                self.counted.whole = false;
                return Ok(());
            }
        }
        self.counted.whole = true;
        Ok(())
    }
}

/// True if one of `entries`, which ascend, translates all of `own`.
fn translates(entries: &[Entry], own: &Own) -> bool {
    let after = entries.partition_point(|entry| entry.start <= own.start);
    after.checked_sub(1).is_some_and(|index| {
        let entry = &entries[index];
        own.last <= entry.last && entry.pa.wrapping_add(own.start - entry.start) == own.pa
    })
}

/// Whether a command may change which mappings translate.
fn changes(command: Command) -> bool {
    matches!(
        command,
        Command::Map { .. }
            | Command::Unmap { .. }
            | Command::SetMapCommit { .. }
            | Command::ResetMap { .. }
            | Command::DeviceReset { .. }
    )
}

impl<S: Subject> Metered<S> {
    /// Counts on `dev`, and begins a stretch.
    pub fn new(mut dev: S) -> Self {
        let mut meter = Meter {
            timed: dev.driver_clocks().is_some(),
            ..Meter::default()
        };
        meter.start([]);
        Self { dev, meter }
    }

    /// What `act` answers, and the clocks that it took.
    fn timed<T>(
        &mut self,
        act: impl FnOnce(&mut S) -> Result<T, RegError>,
    ) -> Result<(T, Option<ClockUse>), RegError> {
        let before = self.dev.driver_clocks();
        let answer = act(&mut self.dev)?;
        let after = self.dev.driver_clocks();
        let passed = before.zip(after).map(|(from, to)| ClockUse {
            total: to.total - from.total,
            command: to.command - from.command,
        });
        Ok((answer, passed))
    }
}

impl<S: Subject> Subject for Metered<S> {
    fn sides(&mut self) -> Sides<'_> {
        self.dev.sides()
    }

    fn take_divergences(&mut self) -> Vec<Divergence> {
        self.dev.take_divergences()
    }

    fn compared(&self) -> u64 {
        self.dev.compared()
    }

    fn clocks(&mut self) -> Option<u64> {
        self.dev.clocks()
    }

    fn driver_clocks(&mut self) -> Option<ClockUse> {
        self.dev.driver_clocks()
    }

    fn axi_accesses(&mut self) -> Option<Accesses> {
        self.dev.axi_accesses()
    }

    fn meter(&mut self) -> Option<&mut Meter> {
        Some(&mut self.meter)
    }
}

impl<S: Subject> RegIf for Metered<S> {
    fn capability(&self) -> Capability {
        self.dev.capability()
    }

    fn command(&mut self, command: Command) -> Result<Completion, RegError> {
        let (completion, passed) = self.timed(|dev| dev.command(command))?;
        self.meter.count(command, passed);
        if completion.code == Code::Ok && changes(command) {
            match self.dev.sides() {
                Sides {
                    golden: Some(golden),
                    ..
                } => self.meter.look(golden)?,
                Sides { rtl: Some(rtl), .. } => self.meter.look(rtl)?,
                Sides { .. } => {}
            }
        }
        Ok(completion)
    }

    fn post(&mut self, commands: &[Command]) -> Result<Vec<Completion>, RegError> {
        if commands.iter().any(|&command| changes(command)) {
            // What translates is to be seen after each of them.
            let each = commands.iter().map(|&command| self.command(command));
            return each.collect();
        }
        let (completions, mut passed) = self.timed(|dev| dev.post(commands))?;
        for &command in commands {
            // Nobody knows which of them took how long: all of it counts with the first.
            self.meter.count(command, passed);
            passed = passed.map(|_| ClockUse::default());
        }
        Ok(completions)
    }

    fn set_device_policy(&mut self, device: u8, policy: DevicePolicy) -> Result<(), RegError> {
        self.dev.set_device_policy(device, policy)
    }

    fn set_reset_modes(&mut self, modes: ResetModes) -> Result<(), RegError> {
        self.dev.set_reset_modes(modes)
    }

    fn lock(&mut self) -> Result<(), RegError> {
        self.dev.lock()
    }

    fn set_limit(&mut self, asid: u8, entries: u16) -> Result<(), RegError> {
        self.dev.set_limit(asid, entries)
    }

    fn address_space(&mut self, asid: u8) -> Result<AddressSpace, RegError> {
        self.dev.address_space(asid)
    }

    fn group(&mut self, group: u8) -> Result<Option<u8>, RegError> {
        self.dev.group(group)
    }

    fn access_bytes(&self, iova: u64, len: u64) -> u64 {
        self.dev.access_bytes(iova, len)
    }

    fn translate(&mut self, request: Request) -> Result<Response, RegError> {
        self.dev.translate(request)
    }

    fn release(&mut self, tag: Tag) -> Result<(), RegError> {
        self.dev.release(tag)
    }

    fn draining(&mut self, asid: u8) -> Result<bool, RegError> {
        self.dev.draining(asid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::golden::Device;
    use crate::vdpa::parent::capability;

    const OWN: Own = Own {
        asid: 0,
        start: 0x1000,
        last: 0x1fff,
        pa: 0xa000,
    };

    fn entry(start: u64, last: u64, pa: u64) -> Entry {
        Entry {
            start,
            last,
            pa,
            perm: 3,
        }
    }

    #[test]
    fn a_mapping_translates_inside_a_larger_entry_to_the_same_memory() {
        for (entries, expected) in [
            (vec![], false),
            (vec![entry(0x1000, 0x1fff, 0xa000)], true),
            (vec![entry(0, 0x2fff, 0x9000)], true),
            (vec![entry(0x1000, 0x1fff, 0xb000)], false),
            (vec![entry(0x1000, 0x17ff, 0xa000)], false),
            (vec![entry(0x1001, 0x1fff, 0xa001)], false),
        ] {
            assert_eq!(translates(&entries, &OWN), expected, "{entries:?}");
        }
    }

    #[test]
    fn commands_are_counted_and_availability_is_seen() {
        let mut dev = Metered::new(Device::new(capability(64)));
        let map = Command::Map {
            asid: 0,
            entry: entry(0x1000, 0x1fff, 0xa000),
        };
        dev.command(map).unwrap();
        dev.meter.start([OWN]);
        let unmap = Command::Unmap {
            asid: 0,
            iova: 0,
            last: u64::MAX,
        };
        dev.command(unmap).unwrap();
        assert!(!dev.meter.counted().whole);
        dev.command(map).unwrap();
        // Refused: EXIST.
        dev.command(map).unwrap();
        let counted = dev.meter.counted();
        assert!(counted.whole);
        assert_eq!(
            counted.commands,
            Commands {
                map: 2,
                unmap: 1,
                ..Commands::default()
            }
        );
        // Without RTL there are no clocks, rather than 0 of them.
        assert_eq!(counted.clocks, None);
    }
}
