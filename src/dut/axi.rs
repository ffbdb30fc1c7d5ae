// SPDX-License-Identifier: Apache-2.0
//! The AXI4 side of a build that has one: masters to queue bursts at, memory with real bytes, and records of what
//! became of them.
//!
//! Masters and memory run in the clock loop, in whatever clocks pass: during register accesses and commands too. How
//! they behave is set by [`Manners`], and [`Hold`]s keep memory from chosen bursts.

use super::Dut;
use super::ffi::axi::{AxiAddress, AxiAnswer, AxiBeat, AxiBurst, AxiRecords};
use super::port::reason;
use crate::regif::{Access, Burst, BurstKind, Channel, Fault, RegError};

pub use super::ffi::axi::{AxiState as State, Hold, Manners};

/// Clocks that [`Dut::axi_run`] lets pass without the last burst coming to an end.
const RUN_CLOCKS: u64 = 200_000;

impl Manners {
    /// Everything at once, in order, without errors.
    pub const FAST: Self = Self {
        aw: 256,
        w: 256,
        ar: 256,
        b: 256,
        r: 256,
        m_aw: 256,
        m_w: 256,
        m_ar: 256,
        m_b: 256,
        m_r: 256,
        latency_min: 0,
        latency_max: 0,
        reorder: 0,
        error: 0,
        not_exclusive: 0,
        master_bursts: u16::MAX,
        memory_bursts: u16::MAX,
        data_first: false,
        interleave: false,
    };
}

/// A burst was translated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Answer {
    /// The number that it was queued with.
    pub serial: u64,
    /// When.
    pub clock: u64,
    /// The state that it was translated in.
    pub commit_seq: u32,
    /// Why it was refused, if it was.
    pub fault: Option<Fault>,
    /// Address space that it counts in, if it counts.
    pub asid: Option<u8>,
}

/// Beats as they went over a bus.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Beats {
    /// WSTRB of each, of write data.
    pub strobes: Vec<u64>,
    /// RRESP of each, of read data.
    pub resps: Vec<u8>,
    /// All of them, each as wide as the bus.
    pub bytes: Vec<u8>,
}

/// Memory executed a burst, all of it at once.
#[derive(Clone, Debug)]
pub struct Executed {
    /// Which of its port and direction it is, counted from 0 in the order of their addresses.
    pub number: u64,
    /// The port.
    pub port: usize,
    /// Clock in which its address was taken.
    pub accepted: u64,
    /// Clock in which it was executed.
    pub executed: u64,
    /// What memory was asked.
    pub channel: Channel,
    /// BRESP of a write.
    pub resp: u8,
    /// A write that changed memory.
    pub applied: bool,
    /// What it took or gave.
    pub beats: Beats,
}

/// A master has got all of its answer.
#[derive(Clone, Debug)]
pub struct Finished {
    /// The number that the burst was queued with.
    pub serial: u64,
    /// Clock in which the master first offered its address.
    pub offered: u64,
    /// Clock in which the device took it.
    pub accepted: u64,
    /// Clock of its B; of the last beat of a read.
    pub answered: u64,
    /// Clock of the last of its answer: an atomic operation may have read data after its B.
    pub finished: u64,
    /// BRESP of a write.
    pub resp: u8,
    /// Read data.
    pub beats: Beats,
}

/// Everything that has happened since the last look, each list in its order.
#[derive(Clone, Default, Debug)]
pub struct Records {
    /// Bursts that were translated.
    pub answers: Vec<Answer>,
    /// Bursts that memory executed: in this order, whatever the port.
    pub executed: Vec<Executed>,
    /// Bursts that were answered to their masters.
    pub finished: Vec<Finished>,
    /// Changes of COMMIT_SEQ and DRAINING.
    pub states: Vec<State>,
}

impl Records {
    pub(super) fn append(&mut self, mut later: Self) {
        self.answers.append(&mut later.answers);
        self.executed.append(&mut later.executed);
        self.finished.append(&mut later.finished);
        self.states.append(&mut later.states);
    }
}

impl Dut {
    /// AXI4 ports; 0 for a build that has a translation port instead.
    #[must_use]
    pub fn axi_ports(&self) -> usize {
        self.model().axi_ports()
    }

    /// Bytes of a beat.
    #[must_use]
    pub fn axi_beat_bytes(&self) -> usize {
        self.model().axi_beat_bytes()
    }

    /// Queues a burst at the master of `port`, to be offered `gap` clocks after its predecessor of the same direction
    /// was taken. `serial` comes back in the records; no two bursts have the same.
    pub fn axi_queue(
        &mut self,
        port: usize,
        serial: u64,
        gap: u32,
        burst: &Burst,
    ) -> Result<(), RegError> {
        let beats: Vec<AxiBeat> = (burst.strobes.iter())
            .map(|&strobe| AxiBeat { strobe, resp: 0 })
            .collect();
        let queued = AxiBurst {
            serial,
            channel: encode(&burst.channel),
            gap,
        };
        (self.model()).axi_queue(port, &queued, &beats, &burst.data)
    }

    /// How master and memory of `port` behave from now on.
    pub fn axi_manners(&mut self, port: usize, manners: Manners) -> Result<(), RegError> {
        self.model().axi_manners(port, &manners)
    }

    /// Memory executes nothing that begins in one of these, in place of the holds before.
    pub fn axi_hold(&mut self, holds: &[Hold]) -> Result<(), RegError> {
        self.model().axi_hold(holds)
    }

    /// Bursts of `port` that are queued or in flight.
    #[must_use]
    pub fn axi_pending(&self, port: usize) -> usize {
        self.model().axi_pending(port)
    }

    /// Most bursts of a direction that have been in flight between `port` and memory.
    #[must_use]
    pub fn axi_high_water(&self, port: usize, access: Access) -> usize {
        (self.model()).axi_high_water(port, access == Access::Write)
    }

    /// Handshakes on W and R so far, before and behind the device.
    #[must_use]
    pub fn axi_beats_moved(&self) -> u64 {
        self.model().axi_beats_moved()
    }

    /// Lets clocks pass until every burst is answered.
    pub fn axi_run(&mut self) -> Result<(), RegError> {
        if self.model().axi_run(RUN_CLOCKS)? {
            return Ok(());
        }
        let all = self.axi_ports();
        Err(RegError::Timeout {
            what: format!("the last of {} bursts", self.axi_pending(all)),
            clocks: RUN_CLOCKS,
        })
    }

    /// Takes what has happened since this was last called. No clock passes.
    pub fn axi_take(&mut self) -> Result<Records, RegError> {
        let (now, _) = self.axi_records()?;
        let mut records = std::mem::take(&mut self.axi_kept);
        records.append(now);
        Ok(records)
    }

    /// What the simulation has recorded since this was last called, and its answers as they came.
    pub(super) fn axi_records(&mut self) -> Result<(Records, Vec<AxiAnswer>), RegError> {
        let width = self.axi_beat_bytes();
        let AxiRecords {
            answers,
            executed,
            finished,
            states,
            beats,
            bytes,
        } = self.model().axi_take();
        let mut from = 0;
        let mut take = |count: u32, write: bool| {
            let to = from + count as usize;
            let own = &beats[from..to];
            let taken = Beats {
                strobes: own
                    .iter()
                    .filter(|_| write)
                    .map(|beat| beat.strobe)
                    .collect(),
                resps: own
                    .iter()
                    .filter(|_| !write)
                    .map(|beat| beat.resp)
                    .collect(),
                bytes: bytes[from * width..to * width].to_vec(),
            };
            from = to;
            taken
        };
        let answer = |raw: &AxiAnswer| {
            let fault = reason(raw.fault);
            if raw.fault != 0 && fault.is_none() {
                return Err(RegError::Protocol(format!(
                    "burst {} was answered with fault {:#x}, which has no meaning",
                    raw.serial, raw.fault
                )));
            }
            Ok(Answer {
                serial: raw.serial,
                clock: raw.clock,
                commit_seq: raw.commit_seq,
                fault,
                asid: raw.tracked.then_some(raw.asid),
            })
        };
        let records = Records {
            answers: answers.iter().map(answer).collect::<Result<_, _>>()?,
            executed: (executed.iter())
                .map(|raw| Executed {
                    number: raw.number,
                    port: raw.port.into(),
                    accepted: raw.accepted,
                    executed: raw.executed,
                    channel: decode(&raw.channel),
                    resp: raw.resp,
                    applied: raw.applied,
                    beats: take(raw.beats, raw.channel.write),
                })
                .collect(),
            finished: (finished.iter())
                .map(|raw| Finished {
                    serial: raw.serial,
                    offered: raw.offered,
                    accepted: raw.accepted,
                    answered: raw.answered,
                    finished: raw.finished,
                    resp: raw.resp,
                    beats: take(raw.beats, false),
                })
                .collect(),
            states,
        };
        Ok((records, answers))
    }

    /// Reads memory behind the device, as it is now.
    pub fn axi_peek(&mut self, address: u64, to: &mut [u8]) -> Result<(), RegError> {
        self.model().axi_peek(address, to)
    }

    /// Writes memory behind the device.
    pub fn axi_poke(&mut self, address: u64, from: &[u8]) -> Result<(), RegError> {
        self.model().axi_poke(address, from)
    }

    /// Numbers of the pages of 4 KiB of memory that have been written, ascending.
    #[must_use]
    pub fn axi_pages(&self) -> Vec<u64> {
        self.model().axi_pages()
    }
}

fn encode(channel: &Channel) -> AxiAddress {
    AxiAddress {
        address: channel.address,
        user: channel.user,
        id: channel.id,
        len: channel.len,
        size: channel.size,
        burst: match channel.kind {
            BurstKind::Fixed => 0,
            BurstKind::Incr => 1,
            BurstKind::Wrap => 2,
            BurstKind::Reserved => 3,
        },
        lock: channel.lock.into(),
        cache: channel.cache,
        prot: channel.prot,
        qos: channel.qos,
        region: channel.region,
        atop: channel.atop,
        write: channel.access == Access::Write,
    }
}

fn decode(raw: &AxiAddress) -> Channel {
    Channel {
        access: if raw.write {
            Access::Write
        } else {
            Access::Read
        },
        address: raw.address,
        user: raw.user,
        id: raw.id,
        len: raw.len,
        size: raw.size,
        kind: match raw.burst {
            0 => BurstKind::Fixed,
            1 => BurstKind::Incr,
            2 => BurstKind::Wrap,
            _ => BurstKind::Reserved,
        },
        lock: raw.lock != 0,
        cache: raw.cache,
        prot: raw.prot,
        qos: raw.qos,
        region: raw.region,
        atop: raw.atop,
    }
}
