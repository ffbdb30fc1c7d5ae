// SPDX-License-Identifier: Apache-2.0
//! User space programs, each as a value: what it does from open to DRIVER_OK, what it does around a device reset, and
//! what it counts on. [`play`] crosses them with every kernel and parent of the
//! [policies](crate::vdpa::policy), and says how each came out, from what happened alone.
//!
//! | | program | sources |
//! |---|---|---|
//! | U1 to U4 | tolerant; unmaps before the reset; maps again only; expects faults | semantics.md section F |
//! | U5 | a VMM that acks all that is offered and leaves its mappings alone | section E |
//! | A1 to A4 | games with the ack | section F |
//!
//! Recorded sessions of a real QEMU are no scripts and not here; they are [costed](super::cycle) by the same
//! [`Cycle`](super::cycle::Cycle).

mod configuration;
mod play;
mod verdict;

use super::machine::{Buffer, Call};

pub use configuration::Configuration;
pub use play::{Cell, Problem, Step, play};
pub use verdict::{Verdict, Word};

/// Buffers that the programs here map.
pub const BUFFERS: u32 = 2;

/// A step of a program.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Act {
    /// One call.
    Call(Call),
    /// VHOST_SET_BACKEND_FEATURES, with IOTLB_PERSIST if the program is played with it and the kernel offers it.
    Ack,
    /// UPDATE of every buffer, in one batch or each by itself.
    Map {
        /// Between BATCH_BEGIN and BATCH_END.
        batch: bool,
    },
    /// INVALIDATE of every buffer, in one batch or each by itself.
    Unmap {
        /// Between BATCH_BEGIN and BATCH_END.
        batch: bool,
    },
}

impl Act {
    /// The calls, for a program with `buffers`, that `acks` or not.
    pub fn calls(self, buffers: u32, acks: bool) -> Vec<Call> {
        let each = |batch: bool, call: fn(Buffer) -> Call| {
            let begin = batch.then_some(Call::BatchBegin);
            let end = batch.then_some(Call::BatchEnd);
            let bodies = (0..buffers).map(|number| call(Buffer(number)));
            begin.into_iter().chain(bodies).chain(end).collect()
        };
        match self {
            Self::Call(call) => vec![call],
            Self::Ack => vec![Call::Ack { persist: acks }],
            Self::Map { batch } => each(batch, Call::Update),
            Self::Unmap { batch } => each(batch, Call::Invalidate),
        }
    }
}

/// What a program counts on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expects {
    /// In the end its device reaches every buffer.
    Buffers,
    /// After the reset no buffer is reached: DMA faults.
    Faults,
    /// What the device translates with is what it was before.
    Kept,
    /// It is not.
    Cleaned,
}

/// A program.
#[derive(Debug)]
pub struct Userspace {
    /// "U1".
    pub label: &'static str,
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is, in a line.
    pub title: &'static str,
    /// What semantics.md infers or has at second hand, instead of having read it.
    pub inferred: Option<&'static str>,
    /// Whether it acks IOTLB_PERSIST where that is offered: both for a program that may do either.
    pub acks: &'static [bool],
    /// Up to the point where the reset is near.
    pub setup: &'static [Act],
    /// The reset, and all that is done because of it. What is costed.
    pub cycle: &'static [Act],
    /// What it counts on.
    pub expects: Expects,
}

use Act::{Ack, Map, Unmap};

const OPEN: Act = Act::Call(Call::Open);
const OWNER: Act = Act::Call(Call::SetOwner);
const ACK: Act = Act::Call(Call::Ack { persist: true });
const UNACK: Act = Act::Call(Call::Ack { persist: false });
const START: Act = Act::Call(Call::DriverOk);
const RESET: Act = Act::Call(Call::Reset);
const CLOSE: Act = Act::Call(Call::Release);
const MAP: Act = Map { batch: true };
const UNMAP: Act = Unmap { batch: true };
const MAP_EACH: Act = Map { batch: false };
const UNMAP_EACH: Act = Unmap { batch: false };

/// Maps in one batch, as QEMU does, so that what follows differs by what is done around the reset alone.
const SETUP: &[Act] = &[OPEN, OWNER, Ack, MAP, START];
const EITHER: &[bool] = &[false, true];

/// Every program.
pub static USERSPACES: [Userspace; 12] = [
    Userspace {
        label: "U1",
        name: "tolerant",
        title: "resets, then unmaps all in a batch, then maps all in a batch",
        inferred: None,
        acks: EITHER,
        setup: SETUP,
        cycle: &[RESET, UNMAP, MAP, START],
        expects: Expects::Buffers,
    },
    Userspace {
        label: "U1n",
        name: "tolerant-unbatched",
        title: "the same without batches",
        inferred: None,
        acks: EITHER,
        setup: SETUP,
        cycle: &[RESET, UNMAP_EACH, MAP_EACH, START],
        expects: Expects::Buffers,
    },
    Userspace {
        label: "U2",
        name: "unmap-first",
        title: "unmaps all in a batch, resets, maps all in a batch",
        inferred: None,
        acks: EITHER,
        setup: SETUP,
        cycle: &[UNMAP, RESET, MAP, START],
        expects: Expects::Buffers,
    },
    Userspace {
        label: "U2n",
        name: "unmap-first-unbatched",
        title: "the same without batches",
        inferred: None,
        acks: EITHER,
        setup: SETUP,
        cycle: &[UNMAP_EACH, RESET, MAP_EACH, START],
        expects: Expects::Buffers,
    },
    Userspace {
        label: "U3",
        name: "map-again",
        title: "resets, then maps all in a batch without having unmapped; ignores errors",
        inferred: Some("no such program is known: it is the one that the thread feared for"),
        acks: EITHER,
        setup: SETUP,
        cycle: &[RESET, MAP, START],
        expects: Expects::Buffers,
    },
    Userspace {
        label: "U3n",
        name: "map-again-unbatched",
        title: "the same without batches",
        inferred: Some("no such program is known: it is the one that the thread feared for"),
        acks: EITHER,
        setup: SETUP,
        cycle: &[RESET, MAP_EACH, START],
        expects: Expects::Buffers,
    },
    Userspace {
        label: "U4",
        name: "expects-faults",
        title: "resets, and counts on DMA to fault from then on: a test of the device",
        inferred: None,
        acks: &[false],
        setup: SETUP,
        cycle: &[RESET, START],
        expects: Expects::Faults,
    },
    Userspace {
        label: "U5",
        name: "vmm",
        title: "acks all that is offered, maps once, does nothing around a reset (cloud-hypervisor)",
        inferred: Some("that cloud-hypervisor acks what is offered is known at second hand"),
        acks: &[true],
        setup: SETUP,
        cycle: &[RESET, START],
        expects: Expects::Buffers,
    },
    Userspace {
        label: "A1",
        name: "ack-then-not",
        title: "acks IOTLB_PERSIST, takes it back, resets",
        inferred: None,
        acks: &[true],
        setup: &[OPEN, OWNER, ACK, MAP, START],
        cycle: &[UNACK, RESET],
        expects: Expects::Cleaned,
    },
    Userspace {
        label: "A2",
        name: "ack-late",
        title: "acks IOTLB_PERSIST just before it resets",
        inferred: None,
        acks: &[true],
        setup: &[OPEN, OWNER, UNACK, MAP, START],
        cycle: &[ACK, RESET],
        expects: Expects::Kept,
    },
    Userspace {
        label: "A3",
        name: "ack-and-reopen",
        title: "acks IOTLB_PERSIST, closes, opens again without acking, maps, resets",
        inferred: None,
        acks: &[true],
        setup: &[OPEN, OWNER, ACK, MAP, START, CLOSE, OPEN, OWNER, MAP, START],
        cycle: &[RESET],
        expects: Expects::Cleaned,
    },
    Userspace {
        label: "A4",
        name: "reset-at-open",
        title: "opens again after an open that acked: the reset of open itself, which comes before any ack",
        inferred: None,
        acks: &[true],
        setup: &[OPEN, OWNER, ACK, MAP, START, CLOSE],
        cycle: &[OPEN],
        expects: Expects::Kept,
    },
];

impl Userspace {
    /// The program of that name, or with that label: "tolerant", "U1".
    pub fn find(name: &str) -> Option<&'static Self> {
        USERSPACES
            .iter()
            .find(|userspace| userspace.name == name || userspace.label == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_labels_find_their_program() {
        for userspace in &USERSPACES {
            for name in [userspace.name, userspace.label] {
                assert!(std::ptr::eq(Userspace::find(name).unwrap(), userspace));
            }
            assert!(!userspace.acks.is_empty());
        }
        assert!(Userspace::find("all").is_none());
    }

    #[test]
    fn acts_are_calls_on_every_buffer() {
        let (a, b) = (Buffer::A, Buffer::B);
        assert_eq!(
            UNMAP.calls(2, false),
            [
                Call::BatchBegin,
                Call::Invalidate(a),
                Call::Invalidate(b),
                Call::BatchEnd
            ]
        );
        assert_eq!(MAP_EACH.calls(2, false), [Call::Update(a), Call::Update(b)]);
        assert_eq!(Ack.calls(2, true), [Call::Ack { persist: true }]);
    }
}
