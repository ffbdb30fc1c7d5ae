// SPDX-License-Identifier: Apache-2.0
//! A device with AXI4 ports, its golden model in lockstep, and a scoreboard for its bursts.

use std::collections::BTreeSet;

use super::{Counts, Mismatch, Scoreboard};
use crate::cosim::Lockstep;
use crate::dut::axi::{Finished, Hold, Manners};
use crate::dut::{Dut, Variant};
use crate::golden::Device;
use crate::regif::{Burst, Code, Command, DevicePolicy, RegIf, ResetModes};

/// A device under test. Commands go to it and to the golden model; bursts flow in whatever clocks pass.
pub struct AxiBench {
    pair: Lockstep<Device, Dut>,
    board: Scoreboard,
    seen: BTreeSet<(&'static str, Code)>,
    commands: u64,
}

impl AxiBench {
    /// Powers on a build that has AXI4 ports, full of the garbage that `seed` stands for.
    pub fn new(variant: Variant, seed: u32) -> Result<Self, Mismatch> {
        let dut = Dut::with_seed(variant, seed)?;
        if dut.axi_ports() == 0 {
            return Err(Mismatch(format!("{variant:?} has no AXI4 ports")));
        }
        let golden = Device::new(dut.capability());
        let board = Scoreboard::new(&dut, golden.clone());
        let mut bench = Self {
            pair: Lockstep::new(golden, dut),
            board,
            seen: BTreeSet::new(),
            commands: 0,
        };
        bench.compare_tables()?;
        Ok(bench)
    }

    /// The device, for what only RTL has.
    pub fn dut(&mut self) -> &mut Dut {
        self.pair.device_mut()
    }

    /// The golden model as it is now.
    #[must_use]
    pub fn golden(&self) -> &Device {
        self.pair.reference()
    }

    /// The scoreboard.
    pub fn board(&mut self) -> &mut Scoreboard {
        &mut self.board
    }

    /// Which commands ended in which codes.
    #[must_use]
    pub fn seen(&self) -> &BTreeSet<(&'static str, Code)> {
        &self.seen
    }

    /// Commands so far, refused ones included.
    #[must_use]
    pub fn commands(&self) -> u64 {
        self.commands
    }

    /// What has been compared on the AXI4 ports.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.board.counts()
    }

    /// Executes a command, whatever comes of it, while bursts flow.
    pub fn run(&mut self, command: Command) -> Result<Code, Mismatch> {
        let code = self.pair.command(command)?.code;
        self.commands += 1;
        self.seen.insert((command.name(), code));
        self.reached()?;
        Ok(code)
    }

    /// As [`run`](Self::run); the command must be accepted.
    pub fn ok(&mut self, command: Command) -> Result<(), Mismatch> {
        match self.run(command)? {
            Code::Ok => Ok(()),
            code => Err(Mismatch(format!("{command:x?} ended in {code:?}"))),
        }
    }

    /// The device was told `command` by other ways than its doorbell, and has executed it: the golden model does too.
    pub fn told(&mut self, command: Command) -> Result<(), Mismatch> {
        self.pair.reference_mut().execute(command);
        self.reached()
    }

    fn reached(&mut self) -> Result<(), Mismatch> {
        if let Some(divergence) = self.pair.divergences().first() {
            return Err(Mismatch(divergence.to_string()));
        }
        self.board.reached(self.pair.reference());
        Ok(())
    }

    /// Writes the policy of a device.
    pub fn policy(&mut self, device: u8, policy: DevicePolicy) -> Result<(), Mismatch> {
        Ok(self.pair.set_device_policy(device, policy)?)
    }

    /// Writes INIT_MODE and CLEAN_MODE.
    pub fn reset_modes(&mut self, modes: ResetModes) -> Result<(), Mismatch> {
        Ok(self.pair.set_reset_modes(modes)?)
    }

    /// Queues a burst; see [`Dut::axi_queue`]. Returns its number.
    pub fn queue(&mut self, port: usize, gap: u32, burst: Burst) -> Result<u64, Mismatch> {
        self.board.queue(self.pair.device_mut(), port, gap, burst)
    }

    /// How master and memory of `port` behave from now on.
    pub fn manners(&mut self, port: usize, manners: Manners) -> Result<(), Mismatch> {
        Ok(self.dut().axi_manners(port, manners)?)
    }

    /// What memory does not execute from now on.
    pub fn hold(&mut self, holds: &[Hold]) -> Result<(), Mismatch> {
        Ok(self.dut().axi_hold(holds)?)
    }

    /// Lets clocks pass and checks what happened in them. Returns the bursts that finished.
    pub fn step(&mut self, clocks: u64) -> Result<Vec<Finished>, Mismatch> {
        self.dut().step(clocks)?;
        self.check()
    }

    /// Checks what has happened.
    pub fn check(&mut self) -> Result<Vec<Finished>, Mismatch> {
        self.board.check(self.pair.device_mut())
    }

    /// Lets clocks pass until every burst is answered, checks all of it, and that the device comes to rest.
    pub fn finish(&mut self) -> Result<(), Mismatch> {
        self.dut().axi_run()?;
        // Releases and drains take a few clocks more.
        self.dut().step(64)?;
        self.board.finish(self.pair.device_mut())
    }

    /// Compares every address space and group. DRAINING is the scoreboard's: the golden model has not been told of the
    /// bursts in flight.
    pub fn compare_tables(&mut self) -> Result<(), Mismatch> {
        let capability = self.pair.capability();
        for asid in 0..capability.asids {
            self.pair.address_space(asid)?;
        }
        for group in 0..capability.groups {
            self.pair.group(group)?;
        }
        self.reached()
    }

    /// Power-on reset with whatever is in flight: device, masters and memory's queues together.
    pub fn power_on_reset(&mut self) -> Result<(), Mismatch> {
        let device = Device::new(self.pair.capability());
        // What happened before the reset is told by the states before it.
        let dut = self.pair.device_mut();
        self.board.check(dut)?;
        dut.power_on_reset()?;
        self.board.reset(dut, device.clone())?;
        *self.pair.reference_mut() = device;
        Ok(())
    }
}
