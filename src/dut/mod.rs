// SPDX-License-Identifier: Apache-2.0
//! The Verilated RTL behind a safe type.
//!
//! [`Dut`] owns one simulated IOMMU, from power-on to drop; several can live at once, in several threads. It is a
//! [`RegIf`](crate::regif::RegIf) like any other device: commands and policies go over its AXI4-Lite port through
//! the register map that PeakRDL generates from `rtl/regs/iommu.rdl`, translations through its translation port or, on
//! builds that have AXI4 ports in its place, as bursts with memory behind them. Beyond that, tests reach what only a
//! simulation has: clocks, pins, raw registers, background traffic, waves.
//!
//! | file | holds |
//! |---|---|
//! | `ffi.rs` | the C interface of `sim/` as a safe type |
//! | `registers.rs` | [`Registers`], the register-level driver: what follows down to `inject.rs`, on any transport |
//! | `bus.rs` | what carries register accesses, under the generated register map; AXI4-Lite is one |
//! | `doorbell.rs` | what a command looks like in registers |
//! | `command.rs` | commands, their results, and policies |
//! | `post.rs` | posted commands |
//! | `glance.rs` | what can be read without a command |
//! | `table.rs` | READ: the whole table, as it is in the active bank |
//! | `inject.rs` | damage on purpose |
//! | `fault.rs` | the fault queue |
//! | `regif.rs` | the [`RegIf`](crate::regif::RegIf) implementation |
//! | `port.rs` | translation requests, responses, releases |
//! | `access.rs` | one access of `RegIf` as a burst, on builds with AXI4 ports |
//! | `axi.rs` | bursts of the masters on AXI4 ports, and the memory behind the device |
//! | `variant.rs` | which builds there are |
//! | `regs/` | generated |
//!
//! Simulated time passes only inside calls, and every wait has a bound. The design's own assertions are on; one that
//! fails ends the simulation and comes back as [`RegError::Protocol`], from that call and from every later one.

mod access;
pub mod axi;
pub(crate) mod bus;
mod command;
mod doorbell;
pub(crate) mod fault;
pub(crate) mod ffi;
mod glance;
mod inject;
mod port;
mod post;
mod regif;
pub(crate) mod registers;
// Generated as it is committed: neither formatted nor linted here.
#[rustfmt::skip]
#[allow(clippy::all, dead_code, missing_docs, unsafe_code)]
mod regs;
mod table;
#[cfg(test)]
mod tests;
mod variant;

pub use access::Accesses;
pub use command::ClockUse;
pub use inject::{Inject, ParityCounts, Site};
pub(crate) use port::reason;
pub use port::{TimedResponse, Traffic};
pub use registers::Registers;
pub use table::{Slot, Table};
pub use variant::{BoardBuild, NoSuchSize, Parameters, Variant};

use std::cell::RefMut;
use std::fs::File;
use std::path::Path;

use crate::regif::RegError;
use ffi::Model;
#[cfg(test)]
use registers::ID;

/// Decides the garbage of [`Dut::new`].
const SEED: u32 = 0x5eed;

/// One simulated IOMMU.
pub struct Dut {
    registers: Registers<Model>,
    variant: Variant,
    next_request: u64,
    responses: Vec<TimedResponse>,
    /// Records of the caller's bursts that an access of [`RegIf`](crate::regif::RegIf) has come across.
    axi_kept: axi::Records,
    accesses: Accesses,
}

impl std::fmt::Debug for Dut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dut")
            .field("variant", &self.variant)
            .field("clocks", &self.clocks())
            .finish_non_exhaustive()
    }
}

impl Dut {
    /// Powers on `variant`. Its memories and registers start as garbage, the same at every call.
    pub fn new(variant: Variant) -> Result<Self, RegError> {
        Self::with_seed(variant, SEED)
    }

    /// As [`new`](Self::new), with garbage that `seed` decides.
    pub fn with_seed(variant: Variant, seed: u32) -> Result<Self, RegError> {
        Ok(Self {
            registers: Registers::new(Model::new(variant as usize, seed)?)?,
            variant,
            next_request: 0,
            responses: Vec::new(),
            axi_kept: axi::Records::default(),
            accesses: Accesses::default(),
        })
    }

    /// The simulation.
    fn model(&self) -> RefMut<'_, Model> {
        self.registers.bus.transport()
    }

    /// Which build this is.
    #[must_use]
    pub fn variant(&self) -> Variant {
        self.variant
    }

    /// Clocks from the acceptance of a request to its response (register CAP_TABLE.latency). Every response is
    /// checked against it.
    #[must_use]
    pub fn latency(&self) -> u8 {
        self.registers.latency
    }

    /// Clocks since power-on.
    #[must_use]
    pub fn clocks(&self) -> u64 {
        self.model().clocks()
    }

    /// Lets clocks pass. Queued traffic flows in them, as in every other call that lets clocks pass.
    pub fn step(&mut self, clocks: u64) -> Result<(), RegError> {
        self.model().step(clocks)
    }

    /// The interrupt line, as of the last clock.
    #[must_use]
    pub fn irq(&self) -> bool {
        self.model().irq()
    }

    /// Reads the 32 bits at byte `offset` of the register map.
    pub fn reg_read(&mut self, offset: u16) -> Result<u32, RegError> {
        self.registers.bus.read(offset)
    }

    /// Writes the 32 bits at byte `offset` of the register map, whatever the device is doing: a write to CMD while
    /// a command executes is the doorbell-while-busy case.
    pub fn reg_write(&mut self, offset: u16, value: u32) -> Result<(), RegError> {
        self.registers.forget();
        self.registers.bus.write(offset, value)
    }

    /// Pulses `dev_reset_i` of `device` for one clock, with the CLEAN_MAP flag, and returns after that clock. The
    /// device acts on it when the command engine is next idle, and then adds one to COMMIT_SEQ.
    pub fn pulse_device_reset(&mut self, device: u8, clean: bool) -> Result<(), RegError> {
        self.device_reset_after(0, device, clean)?;
        self.model().step(1)
    }

    /// As [`pulse_device_reset`](Self::pulse_device_reset), in the clock that begins after `wait` others, whatever
    /// makes them pass. No clock passes here.
    pub fn device_reset_after(
        &mut self,
        wait: u64,
        device: u8,
        clean: bool,
    ) -> Result<(), RegError> {
        if device >= self.registers.capability.devices {
            return Err(RegError::Protocol(format!(
                "there is no reset pin of device {device:#x}; this build has {} devices",
                self.registers.capability.devices
            )));
        }
        self.registers.forget();
        let pin = 1 << device;
        let flags = if clean { pin } else { 0 };
        self.model().device_reset_after(wait, pin, flags)
    }

    /// Power-on reset, whatever is in flight: the device, and the masters and memory around it, which forget what they
    /// had queued. The bytes of memory stay.
    pub fn power_on_reset(&mut self) -> Result<(), RegError> {
        self.registers.forget();
        self.responses.clear();
        self.model().reset()
    }

    /// Selects a deliberate bug of [`Variant::E64Bugs`]; 0 for none.
    pub fn set_bug(&mut self, number: u8) -> Result<(), RegError> {
        self.registers.forget();
        let selected = self.model().set_bug(number);
        selected.map_err(|why| {
            RegError::Protocol(format!("bug {number:#x} of {:?}: {why}", self.variant))
        })
    }

    /// Writes an FST waveform of everything from here on. Needs the cargo feature `wave`.
    pub fn open_wave(&mut self, path: &Path) -> Result<(), RegError> {
        // The simulator's writer does not tell whether it could write.
        let opened = self.model().open_wave(path);
        let opened = opened.and_then(|()| match File::options().append(true).open(path) {
            Ok(_) => Ok(()),
            Err(e) => Err(format!("cannot be written: {e}")),
        });
        opened.map_err(|why| {
            self.close_wave();
            RegError::Protocol(format!("{}: {why}", path.display()))
        })
    }

    /// Completes the waveform; dropping the `Dut` does too.
    pub fn close_wave(&mut self) {
        self.model().close_wave();
    }
}
