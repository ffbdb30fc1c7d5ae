// SPDX-License-Identifier: Apache-2.0
//! What happened on the AXI4 ports against what must happen.

use std::collections::{BTreeMap, HashMap, VecDeque};

use super::Mismatch;
use super::completion::Completion;
use super::counts::{Counts, Refused};
use super::memory::{Memory, PAGE, untouched};
use crate::dut::Dut;
use crate::dut::axi::{Answer, Beats, Executed, Finished, State};
use crate::golden::Device;
use crate::golden::axi::{Port, Verdict};
use crate::regif::{Access, Burst, Capability, Channel, RegIf};

/// RESP of a burst that the IOMMU refuses.
const SLVERR: u8 = 2;

/// A burst that is not finished.
struct Open {
    port: usize,
    burst: Burst,
    verdict: Option<(Verdict, Answer)>,
    /// BRESP, and read data that memory gave.
    executed: Option<(u8, Beats, u64)>,
}

/// Bursts on their way to memory, of one port and direction: by their number there.
#[derive(Default)]
struct Forwarded {
    next: u64,
    serials: HashMap<u64, u64>,
    commit_seq: u32,
}

/// Holds the records of a device against the golden model.
pub struct Scoreboard {
    capability: Capability,
    ports: Vec<Port>,
    /// States of the device, by COMMIT_SEQ from `first_seq` on.
    states: VecDeque<Device>,
    first_seq: u32,
    open: HashMap<u64, Open>,
    forwarded: Vec<[Forwarded; 2]>,
    next_serial: u64,
    memory: Memory,
    completion: Completion,
    counts: Counts,
    /// Bursts translated, by COMMIT_SEQ.
    translated: BTreeMap<u32, u64>,
    refused: Vec<Refused>,
}

impl Scoreboard {
    /// For `dut`, which is in the state `device` and has had no bursts.
    #[must_use]
    pub fn new(dut: &Dut, device: Device) -> Self {
        let ports = vec![Port::new(dut.axi_beat_bytes()); dut.axi_ports()];
        Self {
            capability: device.capability(),
            forwarded: ports.iter().map(|_| Default::default()).collect(),
            ports,
            first_seq: device.commit_seq(),
            states: VecDeque::from([device]),
            open: HashMap::new(),
            next_serial: 0,
            memory: Memory::default(),
            completion: Completion::default(),
            counts: Counts::default(),
            translated: BTreeMap::new(),
            refused: Vec::new(),
        }
    }

    /// Bursts translated so far, by the state that they were translated in.
    #[must_use]
    pub fn translated(&self) -> &BTreeMap<u32, u64> {
        &self.translated
    }

    /// Takes the bursts that were refused since this was last called, in the order of the verdicts.
    pub fn take_refused(&mut self) -> Vec<Refused> {
        std::mem::take(&mut self.refused)
    }

    /// What has been compared so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts {
            drains: self.completion.drains,
            drained_bursts: self.completion.drained_bursts,
            ..self.counts
        }
    }

    /// What `port` is set to. It must not change while a burst of the port is in flight.
    pub fn port_mut(&mut self, port: usize) -> &mut Port {
        &mut self.ports[port]
    }

    /// Queues a burst at `port`; see [`Dut::axi_queue`]. Returns its number.
    pub fn queue(
        &mut self,
        dut: &mut Dut,
        port: usize,
        gap: u32,
        burst: Burst,
    ) -> Result<u64, Mismatch> {
        let serial = self.next_serial;
        dut.axi_queue(port, serial, gap, &burst)?;
        self.next_serial += 1;
        let open = Open {
            port,
            burst,
            verdict: None,
            executed: None,
        };
        self.open.insert(serial, open);
        Ok(serial)
    }

    /// True until burst `serial` has been answered to its master, and that been checked.
    #[must_use]
    pub fn is_open(&self, serial: u64) -> bool {
        self.open.contains_key(&serial)
    }

    /// The device is in the state `device` now. Every state that commits must be told before the next check.
    pub fn reached(&mut self, device: &Device) {
        let last = self.first_seq.wrapping_add(self.states.len() as u32 - 1);
        if device.commit_seq() != last {
            self.states.push_back(device.clone());
        }
    }

    /// Checks everything that has happened since the last check. Returns the bursts that were finished.
    pub fn check(&mut self, dut: &mut Dut) -> Result<Vec<Finished>, Mismatch> {
        let now = dut.clocks();
        let (finished, states) = self.bursts(dut)?;
        let asids = self.capability.asids;
        for state in states {
            let place = state.commit_seq.wrapping_sub(self.first_seq) as usize;
            let device = self.states.get(place).ok_or_else(|| {
                Mismatch(format!(
                    "COMMIT_SEQ is {}, which no command explains",
                    state.commit_seq
                ))
            })?;
            self.completion.state(state, device, asids)?;
        }
        self.completion.forget(now);
        self.forget_states();
        Ok(finished)
    }

    /// Checks that nothing is on its way, that every drain is over, and that memory holds what it must and nothing
    /// else.
    pub fn finish(&mut self, dut: &mut Dut) -> Result<(), Mismatch> {
        self.check(dut)?;
        if let Some((serial, open)) = self.open.iter().next() {
            return Err(Mismatch(format!(
                "burst {serial} of port {} was not answered: {:x?}",
                open.port, open.burst.channel
            )));
        }
        if self.completion.draining() != 0 {
            return Err(Mismatch(format!(
                "DRAINING is {:#x} with nothing in flight",
                self.completion.draining()
            )));
        }
        self.compare_memory(dut)
    }

    /// Compares every byte of every page that the device or the golden model has written.
    pub fn compare_memory(&mut self, dut: &mut Dut) -> Result<(), Mismatch> {
        let mut pages = dut.axi_pages();
        pages.extend(self.memory.pages());
        pages.sort_unstable();
        pages.dedup();
        let mut bytes = [0; PAGE];
        for page in pages {
            let first = page * PAGE as u64;
            dut.axi_peek(first, &mut bytes)?;
            for (&got, offset) in bytes.iter().zip(0..) {
                let address = first + offset;
                let expected = self.memory.read(address);
                if got != expected {
                    return Err(Mismatch(format!(
                        "memory at {address:#x} is {got:#x}, and must be {expected:#x}; before all writes it was {:#x}",
                        untouched(address)
                    )));
                }
            }
            self.counts.memory_bytes += PAGE as u64;
        }
        Ok(())
    }

    /// As after power-on reset of everything but memory: bursts that were in flight may have been executed or not.
    pub fn reset(&mut self, dut: &mut Dut, device: Device) -> Result<(), Mismatch> {
        self.bursts(dut)?;
        self.open.clear();
        self.refused.clear();
        self.translated.clear();
        self.forwarded = self.ports.iter().map(|_| Default::default()).collect();
        self.completion = Completion::default();
        self.first_seq = device.commit_seq();
        self.states = VecDeque::from([device]);
        Ok(())
    }

    /// Goes through the records of bursts: first all verdicts, which come before everything else that a burst does.
    fn bursts(&mut self, dut: &mut Dut) -> Result<(Vec<Finished>, Vec<State>), Mismatch> {
        let records = dut.axi_take()?;
        for answer in &records.answers {
            self.answered(answer)?;
        }
        for executed in records.executed {
            self.executed(executed)?;
        }
        for finished in &records.finished {
            self.finished(finished)?;
        }
        Ok((records.finished, records.states))
    }

    fn answered(&mut self, answer: &Answer) -> Result<(), Mismatch> {
        let Answer { serial, .. } = *answer;
        let open = self.open.get_mut(&serial).ok_or_else(|| unknown(serial))?;
        let channel = &open.burst.channel;
        let place = answer.commit_seq.wrapping_sub(self.first_seq) as usize;
        let device = self.states.get(place).ok_or_else(|| {
            Mismatch(format!(
                "burst {serial} was translated at COMMIT_SEQ {}, which is over or never was",
                answer.commit_seq
            ))
        })?;
        let verdict = device.burst(&self.ports[open.port], channel);
        self.counts.translations += 1;
        let asid = verdict.tag.tracked.then_some(verdict.tag.asid);
        if answer.fault != verdict.result.err() || answer.asid != asid {
            return Err(Mismatch(format!(
                "burst {serial} of port {}, {channel:x?}, at COMMIT_SEQ {}: expected {:x?} in address space {asid:?}, \
                 got {answer:x?}",
                open.port, answer.commit_seq, verdict.result
            )));
        }
        if let Some(asid) = asid {
            self.completion
                .answered(serial, channel, asid, answer.commit_seq);
        }
        let forwarded = &mut self.forwarded[open.port][direction(channel)];
        if answer.commit_seq < forwarded.commit_seq {
            return Err(Mismatch(format!(
                "burst {serial} was translated by an older state than its predecessor"
            )));
        }
        forwarded.commit_seq = answer.commit_seq;
        *self.translated.entry(answer.commit_seq).or_default() += 1;
        match verdict.result {
            Ok(_) => {
                forwarded.serials.insert(forwarded.next, serial);
                forwarded.next += 1;
            }
            Err(fault) => self.refused.push(Refused {
                clock: answer.clock,
                group: self.ports[open.port].group(channel).unwrap_or(u8::MAX),
                asid: asid.unwrap_or(0),
                channel: *channel,
                fault,
            }),
        }
        open.verdict = Some((verdict, *answer));
        Ok(())
    }

    fn executed(&mut self, executed: Executed) -> Result<(), Mismatch> {
        let direction = direction(&executed.channel);
        let serial = (self.forwarded[executed.port][direction].serials).remove(&executed.number);
        let serial = serial.ok_or_else(|| {
            Mismatch(format!(
                "memory got a burst that nobody sent or that was refused: {executed:x?}"
            ))
        })?;
        let open = self.open.get_mut(&serial).ok_or_else(|| unknown(serial))?;
        let port = &self.ports[open.port];
        let Some((Verdict { result: Ok(pa), .. }, _)) = open.verdict else {
            return Err(Mismatch(format!(
                "burst {serial} reached memory untranslated"
            )));
        };
        let expected = Channel {
            address: pa,
            ..open.burst.channel
        };
        self.counts.forwarded += 1;
        if executed.channel != expected || executed.port != open.port {
            return Err(Mismatch(format!(
                "burst {serial} must reach memory as {expected:x?}, and is {:x?}",
                executed.channel
            )));
        }
        let wide = port.beat_bytes;
        match expected.access {
            Access::Write => {
                let sent = Beats {
                    strobes: open.burst.strobes.clone(),
                    resps: Vec::new(),
                    bytes: open.burst.data.clone(),
                };
                if executed.beats != sent {
                    return Err(Mismatch(format!(
                        "the data of burst {serial} were sent as {sent:x?} and came to memory as {:x?}",
                        executed.beats
                    )));
                }
                self.counts.write_beats += expected.beats() as u64;
                if executed.applied {
                    self.memory.apply(&expected, wide, &sent);
                }
            }
            Access::Read => {
                self.counts.read_beats += expected.beats() as u64;
                let compared = self.memory.compare(&expected, wide, &executed.beats);
                self.counts.read_bytes +=
                    compared.map_err(|Mismatch(why)| Mismatch(format!("burst {serial} {why}")))?;
            }
        }
        let given = match expected.access {
            Access::Read => executed.beats,
            Access::Write => Beats::default(),
        };
        open.executed = Some((executed.resp, given, executed.executed));
        Ok(())
    }

    fn finished(&mut self, finished: &Finished) -> Result<(), Mismatch> {
        let serial = finished.serial;
        let open = self.open.remove(&serial).ok_or_else(|| unknown(serial))?;
        let channel = open.burst.channel;
        let wide = self.ports[open.port].beat_bytes;
        let Some((verdict, answer)) = open.verdict else {
            return Err(Mismatch(format!(
                "burst {serial} was answered untranslated"
            )));
        };
        if let Some(asid) = answer.asid {
            self.completion.finished(serial, asid, finished.answered)?;
        }
        self.counts.answers += 1;
        self.counts.read_beats += finished.beats.resps.len() as u64;
        let (resp, beats) = match (&verdict.result, open.executed) {
            (Ok(_), Some((resp, beats, at))) if at < finished.finished => (resp, beats),
            (Ok(_), executed) => {
                return Err(Mismatch(format!(
                    "burst {serial} was answered in clock {} and executed in {:?}",
                    finished.finished,
                    executed.map(|(_, _, at)| at)
                )));
            }
            (Err(_), _) => {
                self.counts.refused += 1;
                let count = channel.read_beats();
                let refusal = Beats {
                    strobes: Vec::new(),
                    resps: vec![SLVERR; count],
                    bytes: vec![0; count * wide],
                };
                (SLVERR, refusal)
            }
        };
        let resp_agrees = channel.access == Access::Read || finished.resp == resp;
        if !resp_agrees || finished.beats != beats {
            return Err(Mismatch(format!(
                "burst {serial}, {channel:x?}, {:x?}: expected BRESP {resp} and {beats:x?}, got {} and {:x?}",
                verdict.result, finished.resp, finished.beats
            )));
        }
        Ok(())
    }

    /// Drops states that no burst can be translated in any more: those before the oldest that an AXI4 channel has last
    /// shown. What commits later is translated later.
    fn forget_states(&mut self) {
        // Bursts in the search are at most a few hundred clocks old; so are states that they see.
        const KEPT: usize = 64;
        while self.states.len() > KEPT {
            self.states.pop_front();
            self.first_seq = self.first_seq.wrapping_add(1);
        }
    }
}

fn direction(channel: &Channel) -> usize {
    match channel.access {
        Access::Read => 0,
        Access::Write => 1,
    }
}

fn unknown(serial: u64) -> Mismatch {
    Mismatch(format!(
        "something happened to burst {serial}, which was not on its way"
    ))
}
