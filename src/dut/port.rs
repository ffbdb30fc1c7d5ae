// SPDX-License-Identifier: Apache-2.0
//! The translation port: requests queued or one at a time, responses with the clocks they came in.

use super::Dut;
use super::ffi::{PortRequest, PortResponse, PortTag};
use crate::regif::{ACCESS_MAX, Access, Fault, RegError, Request, Response, Tag};

/// Clocks that a request may wait for the port. Only a quiesced device or an exhausted in-flight counter holds one
/// at all.
const HELD_CLOCKS: u64 = 10_000;

/// A request of background traffic.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Traffic {
    /// What is asked.
    pub request: Request,
    /// Clocks without a request before this one is offered; 0 offers it in the clock after its predecessor's.
    pub gap: u32,
    /// Clocks from the response to the release of its tag; `None` leaves the release to the caller.
    pub release_after: Option<u32>,
}

impl Traffic {
    /// Offered at once and released with the response: what keeps the port busy in every clock.
    #[must_use]
    pub fn steady(request: Request) -> Self {
        Self {
            request,
            gap: 0,
            release_after: Some(0),
        }
    }
}

/// A response and its timing. All three numbers count rising clock edges since power-on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TimedResponse {
    /// The request, by the number that [`Dut::queue_requests`] gave it.
    pub id: u64,
    /// When the request was first offered.
    pub offered: u64,
    /// When it was accepted; later than `offered` by the clocks that the port was not ready.
    pub accepted: u64,
    /// When it was answered: exactly [`Dut::latency`] after `accepted`.
    pub answered: u64,
    /// The answer.
    pub response: Response,
}

impl Dut {
    /// Queues requests behind those that are waiting. They are offered in order, one a clock, in whatever clocks
    /// pass from now on: while commands execute as well. Returns the number of the first; the others follow on.
    ///
    /// The device counts requests in flight until they are released; without releases it stops accepting at the end
    /// of that counter.
    pub fn queue_requests(&mut self, traffic: &[Traffic]) -> Result<u64, RegError> {
        let first = self.next_request;
        let iova_w = self.registers.capability.iova_w;
        let requests: Vec<PortRequest> = traffic
            .iter()
            .zip(first..)
            .map(|(traffic, id)| encode(traffic, id, iova_w))
            .collect::<Result<_, _>>()?;
        self.next_request += requests.len() as u64;
        self.model().queue_requests(&requests)?;
        Ok(first)
    }

    /// Requests that are queued or in flight.
    #[must_use]
    pub fn pending_requests(&self) -> usize {
        self.model().pending_requests()
    }

    /// Takes the responses that have come so far, in the order they came. No clock passes.
    pub fn drain_responses(&mut self) -> Result<Vec<TimedResponse>, RegError> {
        self.collect()?;
        Ok(std::mem::take(&mut self.responses))
    }

    /// Lets clocks pass until every queued request is answered, and takes all responses.
    pub fn run_requests(&mut self) -> Result<Vec<TimedResponse>, RegError> {
        self.run()?;
        self.drain_responses()
    }

    /// One request, to its answer. What is queued before it is answered too, and stays to be drained.
    ///
    /// A request that the device holds (its device is quiesced) ends in [`RegError::Timeout`]; it goes on waiting at
    /// the port.
    pub(super) fn translate_one(&mut self, request: Request) -> Result<Response, RegError> {
        let id = self.queue_requests(&[Traffic {
            request,
            gap: 0,
            release_after: None,
        }])?;
        self.run()?;
        self.collect()?;
        let at = self
            .responses
            .iter()
            .rposition(|response| response.id == id);
        let at = at.ok_or_else(|| {
            RegError::Protocol(format!("{request:x?} was taken and not answered"))
        })?;
        Ok(self.responses.remove(at).response)
    }

    pub(super) fn release_one(&mut self, tag: Tag) -> Result<(), RegError> {
        let Tag {
            tracked,
            asid,
            epoch,
        } = tag;
        self.model().release(PortTag {
            tracked,
            asid,
            epoch,
        })
    }

    fn run(&mut self) -> Result<(), RegError> {
        let pending = self.pending_requests();
        let clocks = HELD_CLOCKS + 16 * pending as u64 + u64::from(self.registers.latency);
        let finished = self.model().run_requests(clocks)?;
        if finished {
            return Ok(());
        }
        Err(RegError::Timeout {
            what: format!(
                "translation ({pending} requests, {} left)",
                self.pending_requests()
            ),
            clocks,
        })
    }

    /// Moves what has come to `self.responses`, checking what must hold of every response.
    fn collect(&mut self) -> Result<(), RegError> {
        let arrived = self.model().take_responses();
        for raw in arrived {
            let response = decode(&raw)?;
            if raw.answered - raw.accepted != u64::from(self.registers.latency) {
                return Err(RegError::Protocol(format!(
                    "request {} was answered {} clocks after acceptance; CAP_TABLE.latency is {}",
                    raw.id,
                    raw.answered - raw.accepted,
                    self.registers.latency
                )));
            }
            self.responses.push(response);
        }
        Ok(())
    }
}

fn encode(traffic: &Traffic, id: u64, iova_w: u8) -> Result<PortRequest, RegError> {
    let Request {
        group,
        iova,
        len,
        access,
    } = traffic.request;
    if !(1..=ACCESS_MAX).contains(&len.into()) {
        return Err(RegError::Protocol(format!(
            "a request of {len:#x} bytes at {iova:#x}; the translation port takes 1 to {ACCESS_MAX:#x}"
        )));
    }
    if iova_w < 64 && iova >> iova_w != 0 {
        return Err(RegError::Protocol(format!(
            "a request at {iova:#x}; the translation port of this build takes {iova_w} bits"
        )));
    }
    Ok(PortRequest {
        id,
        iova,
        len_m1: len - 1,
        group,
        write: access == Access::Write,
        gap: traffic.gap,
        release_after: traffic.release_after.map_or(-1, i64::from),
    })
}

/// `fault_e` of the register map; `None` for 0 and for what has no meaning.
pub(crate) fn reason(fault: u8) -> Option<Fault> {
    Some(match fault {
        1 => Fault::Group,
        2 => Fault::Overflow,
        3 => Fault::Blocked,
        4 => Fault::PaWidth,
        5 => Fault::NoMapping,
        6 => Fault::Permission,
        7 => Fault::Crossing,
        8 => Fault::Burst,
        9 => Fault::Parity,
        _ => return None,
    })
}

fn decode(raw: &PortResponse) -> Result<TimedResponse, RegError> {
    let result = match raw.fault {
        0 => Ok(raw.pa),
        fault => Err(reason(fault).ok_or_else(|| {
            RegError::Protocol(format!(
                "request {} was answered with fault {fault:#x}, which has no meaning",
                raw.id
            ))
        })?),
    };
    if result.is_err() && raw.pa != 0 {
        return Err(RegError::Protocol(format!(
            "request {} faulted and shows the physical address {:#x}",
            raw.id, raw.pa
        )));
    }
    Ok(TimedResponse {
        id: raw.id,
        offered: raw.offered,
        accepted: raw.accepted,
        answered: raw.answered,
        response: Response {
            result,
            map_last: raw.map_last,
            tag: Tag {
                tracked: raw.tag.tracked,
                asid: raw.tag.asid,
                epoch: raw.tag.epoch,
            },
            commit_seq: raw.commit_seq,
        },
    })
}
