// SPDX-License-Identifier: Apache-2.0
//! What an AXI4 port must make of a burst: pass it on to a physical address, or answer it itself.
//!
//! A burst is checked as a whole and by one state of the device. [`Port`] is what the burst's own rules depend on: the
//! width of the data bus, and where the group of a burst comes from (registers PORT.CTRL and RID).

use super::Device;
use crate::regif::{BurstKind, Channel, Fault, Request, Tag};

/// Bytes that a burst must not leave, counted from a multiple of them.
const PAGE: u64 = 4096;

/// PORT.CTRL.source: where the group of a burst comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GroupSource {
    /// AxUSER is the group.
    User,
    /// All bursts of the port are of this group.
    Fixed(u8),
    /// AxUSER is a requester ID, which table [`Port::requesters`] gives a group.
    Requester,
    /// The encoding that has no meaning: everything faults.
    Reserved,
}

/// What an AXI4 port has been built and set to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Port {
    /// Bytes of a beat.
    pub beat_bytes: usize,
    /// Where the group of a burst comes from.
    pub source: GroupSource,
    /// Register RID: the group of each requester ID that exists.
    pub requesters: [Option<u8>; 16],
}

/// What becomes of a burst.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Verdict {
    /// Its physical address, or why nothing of it reaches memory.
    pub result: Result<u64, Fault>,
    /// What it counts as in flight in.
    pub tag: Tag,
}

impl Port {
    /// As after power-on: AxUSER is the group.
    pub fn new(beat_bytes: usize) -> Self {
        Self {
            beat_bytes,
            source: GroupSource::User,
            requesters: [None; 16],
        }
    }

    /// The group of a burst; `None` if it has none, and faults.
    pub fn group(&self, channel: &Channel) -> Option<u8> {
        match self.source {
            GroupSource::User => u8::try_from(channel.user).ok(),
            GroupSource::Fixed(group) => Some(group),
            GroupSource::Requester => {
                let requester = self.requesters.get(usize::from(channel.user));
                requester.copied().flatten()
            }
            GroupSource::Reserved => None,
        }
    }

    /// True if the burst is none that AXI4 knows, crosses 4 KiB, or is an atomic operation.
    pub fn breaks_a_rule(&self, channel: &Channel) -> bool {
        let beats = channel.beats();
        let aligned = channel.address.is_multiple_of(channel.bytes());
        let (first, last) = channel.span();
        channel.atop != 0
            || channel.bytes() > self.beat_bytes as u64
            || match channel.kind {
                BurstKind::Reserved => true,
                BurstKind::Incr => first / PAGE != last / PAGE,
                BurstKind::Fixed => beats > 16,
                BurstKind::Wrap => !matches!(beats, 2 | 4 | 8 | 16) || !aligned,
            }
    }
}

impl Device {
    /// What becomes of a burst that is translated in this state, without counting it as in flight and whether or not
    /// its group is held.
    pub fn burst(&self, port: &Port, channel: &Channel) -> Verdict {
        let bad = port.breaks_a_rule(channel);
        // What a burst without rules would touch is nobody's question.
        let (first, last) = match bad {
            true => (channel.address, channel.address),
            false => channel.span(),
        };
        let response = self.peek(Request {
            group: port.group(channel).unwrap_or(u8::MAX),
            iova: first,
            len: (last - first + 1) as u16,
            access: channel.access,
        });
        let result = match response.result {
            Err(Fault::Group) => Err(Fault::Group),
            _ if bad => Err(Fault::Burst),
            // The bytes of a container are where the container is; the burst starts somewhere in it.
            result => result.map(|pa| pa + (channel.address - first)),
        };
        Verdict {
            result,
            tag: response.tag,
        }
    }
}
