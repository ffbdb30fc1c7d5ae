// SPDX-License-Identifier: Apache-2.0
//! One access of [`RegIf`](crate::regif::RegIf) on a build with AXI4 ports: a burst of the master at port 0, run to
//! its end, and a response made of what happened on the bus.
//!
//! The burst touches exactly the bytes of the access, so that the check that the device makes is the one that a model
//! makes of the request. An access of which there is no such burst is refused here; a master that has one makes
//! several accesses of it. The device releases the translation with the end of the burst: nothing is left for
//! [`RegIf::release`](crate::regif::RegIf::release) to do. SLVERR is taken for the device's: memory that draws errors
//! ([`Manners`](super::axi::Manners)) is no memory for accesses.

use super::Dut;
use super::axi::Records;
use super::ffi::axi::AxiAnswer;
use super::port::reason;
use crate::regif::{Access, Burst, BurstKind, Channel, RegError, Request, Response, Tag};

/// Serial numbers of the bursts that are made here; those of [`Dut::axi_queue`] are the caller's, and smaller.
pub(super) const OWN: u64 = 1 << 63;
/// Clocks that an access may take: only a quiesced device holds one.
const HELD_CLOCKS: u64 = 10_000;
/// Clocks from the last beat to the end of the release inside the device, generously.
const RELEASE_CLOCKS: u64 = 16;
/// No burst crosses a multiple of this: AXI4 specification, A3.4.1.
const BOUNDARY: u64 = 4096;
/// Most beats of a burst: A3.4.1 as well.
const BEATS_MAX: u64 = 256;
/// SLVERR.
const REFUSED: u8 = 2;

/// What accesses became on the AXI4 port.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Accesses {
    /// Those that reached memory.
    pub forwarded: u64,
    /// Those that were answered with SLVERR.
    pub refused: u64,
}

impl Dut {
    /// Accesses that [`RegIf::translate`](crate::regif::RegIf::translate) has made over AXI4 so far.
    #[must_use]
    pub fn axi_accesses(&self) -> Accesses {
        self.accesses
    }

    /// Makes one access. Bursts that were queued before it end first; their records stay to be taken.
    pub(super) fn access(&mut self, request: Request) -> Result<Response, RegError> {
        let channel = burst(&request, self.axi_beat_bytes() as u64)?;
        let (iova, iova_w) = (request.iova, self.registers.capability.iova_w);
        if iova_w < 64 && iova >> iova_w != 0 {
            return Err(RegError::Protocol(format!(
                "an access at {iova:#x}; AxADDR of this build takes {iova_w} bits"
            )));
        }
        let user_w = self.variant.parameters().axi.map_or(0, |axi| axi.user_w);
        if u32::from(request.group) >> user_w != 0 {
            return Err(RegError::Protocol(format!(
                "group {:#x} does not fit AxUSER, which has {user_w} bits in this build",
                request.group
            )));
        }
        self.end_of_bursts(&request)?;
        let earlier = self.axi_take()?;
        self.axi_kept.append(earlier);

        let serial = OWN + self.next_request;
        self.next_request += 1;
        let sent = data(&channel, self.axi_beat_bytes(), serial);
        self.axi_queue(0, serial, 0, &sent)?;
        self.end_of_bursts(&request)?;
        self.model().step(RELEASE_CLOCKS)?;

        let (records, answers) = self.axi_records()?;
        let wrong = |what: String| RegError::Protocol(format!("{request:x?} over AXI4: {what}"));
        let tap = answers.iter().find(|answer| answer.serial == serial);
        let tap = *tap.ok_or_else(|| wrong("answered and never translated".to_owned()))?;
        self.agrees(&sent, serial, &tap, &records).map_err(wrong)?;
        match tap.fault {
            0 => self.accesses.forwarded += 1,
            _ => self.accesses.refused += 1,
        }
        response(&tap).ok_or_else(|| wrong(format!("fault {:#x} has no meaning", tap.fault)))
    }

    fn end_of_bursts(&mut self, request: &Request) -> Result<(), RegError> {
        if self.model().axi_run(HELD_CLOCKS)? {
            return Ok(());
        }
        Err(RegError::Timeout {
            what: format!("the burst of {request:x?}, or one before it"),
            clocks: HELD_CLOCKS,
        })
    }

    /// Holds what the master and memory saw against the translation; or what is wrong.
    fn agrees(
        &mut self,
        sent: &Burst,
        serial: u64,
        tap: &AxiAnswer,
        records: &Records,
    ) -> Result<(), String> {
        let finished = records.finished.iter().find(|f| f.serial == serial);
        let finished = finished.ok_or("it has no answer")?;
        let write = sent.channel.access == Access::Write;
        let refusals = match write {
            true => usize::from(finished.resp == REFUSED),
            false => finished
                .beats
                .resps
                .iter()
                .filter(|&&r| r == REFUSED)
                .count(),
        };
        let beats = if write { 1 } else { sent.channel.beats() };
        let expected = if tap.fault == 0 { 0 } else { beats };
        if refusals != expected {
            return Err(format!(
                "{refusals} of {beats} responses are SLVERR, the translation ended with fault {:#x}",
                tap.fault
            ));
        }
        if tap.fault != 0 {
            return match (records.executed.first(), tap.pa) {
                (None, 0) => Ok(()),
                (None, pa) => Err(format!("refused, it shows physical address {pa:#x}")),
                (Some(burst), _) => Err(format!(
                    "refused, it reached memory as {:x?}",
                    burst.channel
                )),
            };
        }
        let [reached] = records.executed.as_slice() else {
            return Err(format!("memory executed {} bursts", records.executed.len()));
        };
        let there = Channel {
            address: tap.pa,
            ..sent.channel
        };
        if reached.channel != there {
            return Err(format!("memory saw {:x?}, not {there:x?}", reached.channel));
        }
        if reached.beats.strobes != sent.strobes {
            return Err(format!("memory saw strobes {:x?}", reached.beats.strobes));
        }
        // Bytes that nobody has written depend on their address, so that a read proves where it went.
        let bus = self.axi_beat_bytes();
        let moved = if write {
            &sent.data
        } else {
            &finished.beats.bytes
        };
        for beat in 0..there.beats() {
            let lanes = there.lanes(beat, bus);
            let mut memory = vec![0; lanes.end - lanes.first];
            let from = lanes.base + lanes.first as u64;
            let read = self.axi_peek(from, &mut memory);
            read.map_err(|error| error.to_string())?;
            if moved[beat * bus + lanes.first..beat * bus + lanes.end] != memory[..] {
                return Err(format!("beat {beat} is not what memory has at {from:#x}"));
            }
        }
        Ok(())
    }
}

/// The most of `len` bytes at `iova` that one burst can have, on a bus of `bus` bytes.
pub(super) fn most(iova: u64, len: u64, bus: u64) -> u64 {
    let start = iova % BOUNDARY;
    let end = start + len.min(BOUNDARY - start);
    if beats(start, end, bus) <= BEATS_MAX {
        return end - start;
    }
    // Beats as wide as they come, as many as there are; the bytes that are left over at the end are another access.
    let longest = start - start % bus + BEATS_MAX * bus;
    (end - end % bus).min(longest) - start
}

/// log2 of the widest beats that end where an access ends.
fn size(end: u64, bus: u64) -> u32 {
    end.trailing_zeros().min(bus.trailing_zeros())
}

/// Beats of a burst for the bytes from `start` up to `end`.
fn beats(start: u64, end: u64, bus: u64) -> u64 {
    let size = size(end, bus);
    (end >> size) - (start >> size)
}

/// The burst that touches exactly the bytes of an access: of the widest beats that its end allows.
fn burst(request: &Request, bus: u64) -> Result<Channel, RegError> {
    let (iova, len) = (request.iova, u64::from(request.len));
    let one = most(iova, len, bus);
    if len == 0 || one < len {
        return Err(RegError::Protocol(format!(
            "an access of {len:#x} bytes at {iova:#x} is no AXI4 burst: a burst has at least one byte, and at most \
             {one:#x} of these; split it"
        )));
    }
    let start = iova % BOUNDARY;
    let end = start + len;
    Ok(Channel {
        access: request.access,
        address: iova,
        user: request.group.into(),
        id: 0,
        len: (beats(start, end, bus) - 1) as u8,
        size: size(end, bus) as u8,
        kind: BurstKind::Incr,
        lock: false,
        cache: 0,
        prot: 0,
        qos: 0,
        region: 0,
        atop: 0,
    })
}

/// The burst with data for the lanes that it uses; what it writes is its own.
fn data(channel: &Channel, bus: usize, serial: u64) -> Burst {
    let beats = match channel.access {
        Access::Read => 0,
        Access::Write => channel.beats(),
    };
    let strobe = |beat| {
        let lanes = channel.lanes(beat, bus);
        (lanes.first..lanes.end).fold(0, |strobes, lane| strobes | 1_u64 << lane)
    };
    Burst {
        channel: *channel,
        data: (0..beats * bus)
            .map(|at| (serial as usize).wrapping_mul(31).wrapping_add(at * 7) as u8)
            .collect(),
        strobes: (0..beats).map(strobe).collect(),
    }
}

fn response(tap: &AxiAnswer) -> Option<Response> {
    let result = match tap.fault {
        0 => Ok(tap.pa),
        fault => Err(reason(fault)?),
    };
    Some(Response {
        result,
        map_last: tap.map_last,
        tag: Tag {
            tracked: tap.tracked,
            asid: tap.asid,
            epoch: tap.epoch,
        },
        commit_seq: tap.commit_seq,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(iova: u64, len: u64) -> Request {
        Request {
            group: 0,
            iova,
            len: len as u16,
            access: Access::Read,
        }
    }

    /// Every length at starts of every alignment: the burst has exactly the bytes that it should, and what cannot be one
    /// is an error.
    #[test]
    fn a_burst_has_the_bytes_of_the_access() {
        const AT: u64 = 0x7000;
        for bus in [4, 8, 16, 32, 64] {
            for start in (0..70).chain(2030..2060).chain(4000..4096) {
                for len in 1..=BOUNDARY {
                    let one = most(AT + start, len, bus);
                    assert!((1..=len.min(BOUNDARY - start)).contains(&one));
                    let channel = burst(&request(AT + start, one), bus).unwrap();
                    assert!(channel.bytes() <= bus);
                    assert_eq!(channel.span(), (AT + start, AT + start + one - 1));
                    let whole = burst(&request(AT + start, len), bus);
                    assert_eq!(whole.is_ok(), one == len, "{len:#x} at {start:#x}");
                }
            }
        }
    }

    #[test]
    fn pieces_are_large() {
        for (iova, len, bus, one) in [
            (0x1000, 4096, 8, 2048),
            (0x1001, 4096, 8, 2047),
            (0x1800, 2048, 8, 2048),
            (0x1000, 4096, 64, 4096),
            (0x1000, 4095, 64, 4032),
            (0x1000, 256, 8, 256),
            (0x1000, 257, 8, 256),
            (0x1001, 255, 8, 255),
            (0x1fff, 64, 8, 1),
        ] {
            assert_eq!(most(iova, len, bus), one, "{len:#x} at {iova:#x}");
        }
    }
}
