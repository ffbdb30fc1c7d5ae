// SPDX-License-Identifier: Apache-2.0
//! The Verilated RTL behind a safe type.
//!
//! [`Dut`] owns one simulated IOMMU, from power-on to drop; several can live at once, in several threads. It is a
//! [`RegIf`](crate::regif::RegIf) like any other device: commands and policies go over its AXI4-Lite port through
//! the register map that PeakRDL generates from `rtl/regs/iommu.rdl`, translations through its translation port or, on
//! builds that have AXI4 ports in its place, as bursts with memory behind them. Beyond that, tests reach what only a
//! simulation has: clocks, pins, raw registers, background traffic, waves, coverage.
//!
//! | file | holds |
//! |---|---|
//! | `ffi.rs` | the C interface of `sim/` as a safe type |
//! | `bus.rs` | AXI4-Lite under the generated register map |
//! | `doorbell.rs` | what a command looks like in registers |
//! | `command.rs` | commands and their results; the [`RegIf`](crate::regif::RegIf) implementation |
//! | `post.rs` | posted commands |
//! | `glance.rs` | what can be read without a command |
//! | `table.rs` | READ: the whole table, as it is in the active bank |
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
mod bus;
mod command;
mod doorbell;
mod ffi;
mod glance;
mod inject;
mod port;
mod post;
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
pub use port::{TimedResponse, Traffic};
pub use table::{Slot, Table};
pub use variant::{NoSuchSize, Parameters, Variant};

use std::fs::File;
use std::path::Path;

use crate::regif::{Capability, RegError};
use bus::Bus;
use ffi::{BusWord, Model};
use glance::Glance;

/// ASCII 'PRSM', register ID.
const ID: u32 = 0x5052_534d;
/// VERSION.major that this code speaks.
const MAJOR: u16 = 1;
/// Decides the garbage of [`Dut::new`].
const SEED: u32 = 0x5eed;

/// One simulated IOMMU.
pub struct Dut {
    bus: Bus,
    variant: Variant,
    capability: Capability,
    latency: u8,
    /// Commands that may be posted at once.
    batch: u8,
    /// RESULT.seq, while nobody else can have changed it.
    result_seq: Option<u16>,
    /// Words that the ARG registers hold, while nobody else can have changed them: the device does not, and what they
    /// hold need not be written again.
    arguments: Vec<BusWord>,
    driver_clocks: ClockUse,
    /// The table as last read, while nothing that this type did can have changed it.
    table: Option<Table>,
    glance: Option<Glance>,
    /// The address space that the next READ asks for.
    next_space: u8,
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
        let bus = Bus::new(Model::new(variant as usize, seed)?);
        let map = bus.map();
        let (id, version) = (map.id().try_read()?.id(), map.version().try_read()?);
        if id != ID || version.major() != MAJOR {
            return Err(RegError::Protocol(format!(
                "register ID is {id:#x} and VERSION.major {}; this code speaks to {ID:#x}, version {MAJOR}",
                version.major()
            )));
        }
        let (table, space, width) = (
            map.cap_table().try_read()?,
            map.cap_space().try_read()?,
            map.cap_width().try_read()?,
        );
        let capability = Capability {
            entries: table.entries(),
            asids: space.asids(),
            groups: space.groups(),
            devices: space.devices(),
            iova_w: width.iova_w(),
            pa_w: width.pa_w(),
            granule_log2: width.granule_log2(),
        };
        let latency = table.latency();
        Ok(Self {
            bus,
            variant,
            capability,
            latency,
            batch: width.batch(),
            result_seq: None,
            arguments: Vec::new(),
            driver_clocks: ClockUse::default(),
            table: None,
            glance: None,
            next_space: 0,
            next_request: 0,
            responses: Vec::new(),
            axi_kept: axi::Records::default(),
            accesses: Accesses::default(),
        })
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
        self.latency
    }

    /// Clocks since power-on.
    #[must_use]
    pub fn clocks(&self) -> u64 {
        self.bus.model().clocks()
    }

    /// Lets clocks pass. Queued traffic flows in them, as in every other call that lets clocks pass.
    pub fn step(&mut self, clocks: u64) -> Result<(), RegError> {
        self.bus.model().step(clocks)
    }

    /// The interrupt line, as of the last clock.
    #[must_use]
    pub fn irq(&self) -> bool {
        self.bus.model().irq()
    }

    /// Reads the 32 bits at byte `offset` of the register map.
    pub fn reg_read(&mut self, offset: u16) -> Result<u32, RegError> {
        self.bus.read(offset)
    }

    /// Writes the 32 bits at byte `offset` of the register map, whatever the device is doing: a write to CMD while
    /// a command executes is the doorbell-while-busy case.
    pub fn reg_write(&mut self, offset: u16, value: u32) -> Result<(), RegError> {
        self.forget();
        self.bus.write(offset, value)
    }

    /// Pulses `dev_reset_i` of `device` for one clock, with the CLEAN_MAP flag, and returns after that clock. The
    /// device acts on it when the command engine is next idle, and then adds one to COMMIT_SEQ.
    pub fn pulse_device_reset(&mut self, device: u8, clean: bool) -> Result<(), RegError> {
        if device >= self.capability.devices {
            return Err(RegError::Protocol(format!(
                "there is no reset pin of device {device:#x}; this build has {} devices",
                self.capability.devices
            )));
        }
        self.forget();
        let pin = 1 << device;
        let flags = if clean { pin } else { 0 };
        self.bus.model().pulse_device_reset(pin, flags)
    }

    /// Selects a deliberate bug of [`Variant::E64Bugs`]; 0 for none.
    pub fn set_bug(&mut self, number: u8) -> Result<(), RegError> {
        self.forget();
        let selected = self.bus.model().set_bug(number);
        selected.map_err(|why| {
            RegError::Protocol(format!("bug {number:#x} of {:?}: {why}", self.variant))
        })
    }

    /// Writes an FST waveform of everything from here on. Needs the cargo feature `wave`.
    pub fn open_wave(&mut self, path: &Path) -> Result<(), RegError> {
        let opened = self.to_file(path, Model::open_wave);
        if opened.is_err() {
            self.close_wave();
        }
        opened
    }

    /// Completes the waveform; dropping the `Dut` does too.
    pub fn close_wave(&mut self) {
        self.bus.model().close_wave();
    }

    /// Writes what has been covered so far, in Verilator's text format. Needs the cargo feature `coverage`.
    pub fn write_coverage(&mut self, path: &Path) -> Result<(), RegError> {
        self.to_file(path, Model::write_coverage)
    }

    fn to_file(
        &self,
        path: &Path,
        write: impl FnOnce(&mut Model, &Path) -> Result<(), String>,
    ) -> Result<(), RegError> {
        // The simulator's writers do not tell whether they could write.
        write(&mut self.bus.model(), path)
            .and_then(|()| match File::options().append(true).open(path) {
                Ok(_) => Ok(()),
                Err(e) => Err(format!("cannot be written: {e}")),
            })
            .map_err(|why| RegError::Protocol(format!("{}: {why}", path.display())))
    }

    /// What was known of the device may no longer hold.
    fn forget(&mut self) {
        self.result_seq = None;
        self.arguments.clear();
        self.table = None;
        self.glance = None;
    }
}
