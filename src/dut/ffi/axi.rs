// SPDX-License-Identifier: Apache-2.0
//! The AXI4 part of the C interface: `sim/axi/bridge.h` declares the same, and says what the fields and functions mean.

use super::{Handle, Model, RegError};

/// AxiAddress.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
#[repr(C)]
pub struct AxiAddress {
    pub address: u64,
    pub user: u16,
    pub id: u16,
    pub len: u8,
    pub size: u8,
    pub burst: u8,
    pub lock: u8,
    pub cache: u8,
    pub prot: u8,
    pub qos: u8,
    pub region: u8,
    pub atop: u8,
    pub write: bool,
}

/// One beat.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
#[repr(C)]
pub struct AxiBeat {
    /// WSTRB of a write.
    pub strobe: u64,
    /// RRESP of a read.
    pub resp: u8,
}

/// A burst to issue.
#[derive(Clone, Copy, Default, Debug)]
#[repr(C)]
pub struct AxiBurst {
    pub serial: u64,
    pub channel: AxiAddress,
    pub gap: u32,
}

/// A burst was translated.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
#[repr(C)]
pub struct AxiAnswer {
    /// The burst.
    pub serial: u64,
    /// When.
    pub clock: u64,
    /// Physical address of its first byte; 0 if it was refused.
    pub pa: u64,
    /// Where the entry ends.
    pub map_last: u64,
    /// The state that it was translated in.
    pub commit_seq: u32,
    /// Port of the burst.
    pub port: u8,
    /// 0, or why it was refused.
    pub fault: u8,
    /// Address space that it counts in.
    pub asid: u8,
    /// It counts as in flight.
    pub tracked: bool,
    /// Epoch that it counts in.
    pub epoch: bool,
}

/// Memory executed a burst.
#[derive(Clone, Copy, Default, Debug)]
#[repr(C)]
pub struct AxiExecuted {
    pub number: u64,
    pub accepted: u64,
    pub executed: u64,
    pub channel: AxiAddress,
    pub port: u8,
    pub resp: u8,
    pub applied: bool,
    pub beats: u32,
}

/// A master got all of its answer.
#[derive(Clone, Copy, Default, Debug)]
#[repr(C)]
pub struct AxiFinished {
    pub serial: u64,
    pub offered: u64,
    pub accepted: u64,
    pub answered: u64,
    pub finished: u64,
    pub port: u8,
    pub resp: u8,
    pub beats: u32,
}

/// COMMIT_SEQ and DRAINING from a clock on.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
#[repr(C)]
pub struct AxiState {
    /// The clock.
    pub clock: u64,
    /// State changes committed.
    pub commit_seq: u32,
    /// Address spaces that drain, a bit each.
    pub draining: u16,
}

/// How many records wait.
#[derive(Clone, Copy, Default, Debug)]
#[repr(C)]
struct AxiWaiting {
    answers: usize,
    executed: usize,
    finished: usize,
    states: usize,
    beats: usize,
    beats_moved: u64,
}

/// How the master and the memory of one port behave. Chances are in 256: 256 is always, 0 never.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(C)]
pub struct Manners {
    /// The master offers a write address that it has.
    pub aw: u16,
    /// The master offers write data that it has.
    pub w: u16,
    /// The master offers a read address that it has.
    pub ar: u16,
    /// The master takes the answer to a write.
    pub b: u16,
    /// The master takes read data.
    pub r: u16,
    /// Memory takes a write address.
    pub m_aw: u16,
    /// Memory takes write data.
    pub m_w: u16,
    /// Memory takes a read address.
    pub m_ar: u16,
    /// Memory offers the answer to a write that it has.
    pub m_b: u16,
    /// Memory offers read data that it has.
    pub m_r: u16,
    /// Fewest clocks from the end of a burst's address and data to its execution.
    pub latency_min: u16,
    /// Most of them.
    pub latency_max: u16,
    /// Memory executes another burst than the oldest.
    pub reorder: u16,
    /// Memory answers a write, or a beat of a read, with an error.
    pub error: u16,
    /// An exclusive access fails.
    pub not_exclusive: u16,
    /// Most bursts of a direction that the master has in flight.
    pub master_bursts: u16,
    /// Most bursts of a direction that memory takes.
    pub memory_bursts: u16,
    /// Write data may come before its address.
    pub data_first: bool,
    /// Read data of different IDs may be interleaved.
    pub interleave: bool,
}

/// Memory does not execute bursts of one direction that begin in a range of physical addresses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(C)]
pub struct Hold {
    /// First address.
    pub first: u64,
    /// Last address, inclusive.
    pub last: u64,
    /// Writes, not reads.
    pub write: bool,
}

// As in sim/axi/bridge.h.
const _: () = assert!(size_of::<AxiAddress>() == 24);
const _: () = assert!(size_of::<AxiBeat>() == 16);
const _: () = assert!(size_of::<AxiBurst>() == 40);
const _: () = assert!(size_of::<AxiAnswer>() == 48);
const _: () = assert!(size_of::<AxiExecuted>() == 56);
const _: () = assert!(size_of::<AxiFinished>() == 48);
const _: () = assert!(size_of::<AxiState>() == 16);
const _: () = assert!(size_of::<Manners>() == 36);
const _: () = assert!(size_of::<Hold>() == 24);

unsafe extern "C" {
    fn persimmon_axi_ports(handle: *const Handle) -> usize;
    fn persimmon_axi_beat_bytes(handle: *const Handle) -> usize;
    fn persimmon_axi_queue(
        handle: *mut Handle,
        port: usize,
        burst: *const AxiBurst,
        beats: *const AxiBeat,
        bytes: *const u8,
    ) -> bool;
    fn persimmon_axi_manners(handle: *mut Handle, port: usize, manners: *const Manners) -> bool;
    fn persimmon_axi_hold(handle: *mut Handle, holds: *const Hold, count: usize) -> bool;
    fn persimmon_axi_pending(handle: *const Handle, port: usize) -> usize;
    fn persimmon_axi_high_water(handle: *const Handle, port: usize, write: bool) -> usize;
    fn persimmon_axi_run(handle: *mut Handle, max_clocks: u64, finished: *mut bool) -> bool;
    fn persimmon_axi_waiting(handle: *const Handle, waiting: *mut AxiWaiting) -> bool;
    fn persimmon_axi_take(
        handle: *mut Handle,
        answers: *mut AxiAnswer,
        executed: *mut AxiExecuted,
        finished: *mut AxiFinished,
        states: *mut AxiState,
        beats: *mut AxiBeat,
        bytes: *mut u8,
    ) -> bool;
    fn persimmon_axi_peek(handle: *mut Handle, address: u64, to: *mut u8, count: usize) -> bool;
    fn persimmon_axi_poke(handle: *mut Handle, address: u64, from: *const u8, count: usize)
    -> bool;
    fn persimmon_axi_pages(handle: *const Handle, to: *mut u64, count: usize) -> usize;
}

/// All records that waited, each kind in its order.
#[derive(Default)]
pub struct AxiRecords {
    pub answers: Vec<AxiAnswer>,
    pub executed: Vec<AxiExecuted>,
    pub finished: Vec<AxiFinished>,
    pub states: Vec<AxiState>,
    /// Of `executed`, then of `finished`.
    pub beats: Vec<AxiBeat>,
    /// As `beats`, a bus width each.
    pub bytes: Vec<u8>,
}

// SAFETY of every call below: as in super.
impl Model {
    /// AXI4 ports of this build; 0 if it has none.
    pub fn axi_ports(&self) -> usize {
        unsafe { persimmon_axi_ports(self.0.as_ptr()) }
    }

    /// Bytes of a beat.
    pub fn axi_beat_bytes(&self) -> usize {
        unsafe { persimmon_axi_beat_bytes(self.0.as_ptr()) }
    }

    /// Queues a burst. `beats` and `bytes` are its write data: a burst that does not bring as much as its AWLEN says
    /// is refused.
    pub fn axi_queue(
        &mut self,
        port: usize,
        burst: &AxiBurst,
        beats: &[AxiBeat],
        bytes: &[u8],
    ) -> Result<(), RegError> {
        let needed = match burst.channel.write {
            true => usize::from(burst.channel.len) + 1,
            false => 0,
        };
        if beats.len() != needed || bytes.len() != needed * self.axi_beat_bytes() {
            return Err(RegError::Protocol(format!(
                "a burst of {needed} beats of write data brings {} beats in {} bytes",
                beats.len(),
                bytes.len()
            )));
        }
        let ok = unsafe {
            persimmon_axi_queue(self.0.as_ptr(), port, burst, beats.as_ptr(), bytes.as_ptr())
        };
        self.stopped_unless(ok)
    }

    /// Sets how a port's master and memory behave from now on.
    pub fn axi_manners(&mut self, port: usize, manners: &Manners) -> Result<(), RegError> {
        let ok = unsafe { persimmon_axi_manners(self.0.as_ptr(), port, manners) };
        self.stopped_unless(ok)
    }

    /// Sets what memory does not execute.
    pub fn axi_hold(&mut self, holds: &[Hold]) -> Result<(), RegError> {
        let ok = unsafe { persimmon_axi_hold(self.0.as_ptr(), holds.as_ptr(), holds.len()) };
        self.stopped_unless(ok)
    }

    /// Bursts queued or in flight at a port; at all of them if there is no such port.
    pub fn axi_pending(&self, port: usize) -> usize {
        unsafe { persimmon_axi_pending(self.0.as_ptr(), port) }
    }

    /// Most bursts of a direction that have been in flight between a port and memory.
    pub fn axi_high_water(&self, port: usize, write: bool) -> usize {
        unsafe { persimmon_axi_high_water(self.0.as_ptr(), port, write) }
    }

    /// Lets clocks pass until no burst is pending; false if `max_clocks` are not enough.
    pub fn axi_run(&mut self, max_clocks: u64) -> Result<bool, RegError> {
        let mut finished = false;
        let ok = unsafe { persimmon_axi_run(self.0.as_ptr(), max_clocks, &raw mut finished) };
        self.stopped_unless(ok).map(|()| finished)
    }

    /// Handshakes on W and R of both sides so far.
    pub fn axi_beats_moved(&self) -> u64 {
        self.axi_waiting().beats_moved
    }

    fn axi_waiting(&self) -> AxiWaiting {
        let mut waiting = AxiWaiting::default();
        unsafe { persimmon_axi_waiting(self.0.as_ptr(), &raw mut waiting) };
        waiting
    }

    /// Takes all records.
    pub fn axi_take(&mut self) -> AxiRecords {
        let waiting = self.axi_waiting();
        let mut records = AxiRecords {
            answers: vec![AxiAnswer::default(); waiting.answers],
            executed: vec![AxiExecuted::default(); waiting.executed],
            finished: vec![AxiFinished::default(); waiting.finished],
            states: vec![AxiState::default(); waiting.states],
            beats: vec![AxiBeat::default(); waiting.beats],
            bytes: vec![0; waiting.beats * self.axi_beat_bytes()],
        };
        // No clock passes between the two calls, so the records are as many as were counted.
        unsafe {
            persimmon_axi_take(
                self.0.as_ptr(),
                records.answers.as_mut_ptr(),
                records.executed.as_mut_ptr(),
                records.finished.as_mut_ptr(),
                records.states.as_mut_ptr(),
                records.beats.as_mut_ptr(),
                records.bytes.as_mut_ptr(),
            )
        };
        records
    }

    /// Reads memory, as it is now.
    pub fn axi_peek(&mut self, address: u64, to: &mut [u8]) -> Result<(), RegError> {
        let ok = unsafe { persimmon_axi_peek(self.0.as_ptr(), address, to.as_mut_ptr(), to.len()) };
        self.stopped_unless(ok)
    }

    /// Writes memory.
    pub fn axi_poke(&mut self, address: u64, from: &[u8]) -> Result<(), RegError> {
        let ok = unsafe { persimmon_axi_poke(self.0.as_ptr(), address, from.as_ptr(), from.len()) };
        self.stopped_unless(ok)
    }

    /// Numbers of the pages of 4 KiB that have been written, ascending.
    pub fn axi_pages(&self) -> Vec<u64> {
        let handle = self.0.as_ptr();
        let count = unsafe { persimmon_axi_pages(handle, std::ptr::null_mut(), 0) };
        let mut pages = vec![0; count];
        unsafe { persimmon_axi_pages(handle, pages.as_mut_ptr(), count) };
        pages
    }
}
