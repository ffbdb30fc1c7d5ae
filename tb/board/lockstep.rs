// SPDX-License-Identifier: Apache-2.0
//! The golden model and a board side by side: drawn commands and accesses, every answer and the whole table compared.

use persimmon::board::{Board, BoardBuild};
use persimmon::cosim::Lockstep;
use persimmon::golden;
use persimmon::regif::{
    Access, Capability, Command, DevicePolicy, Entry, Persist, RegIf, Request, ResetModes,
};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::board;

const PAGE: u64 = 4096;
/// IOVAs and physical addresses are drawn from as many pages, so that they meet.
const PAGES: u64 = 8;
const STEPS: usize = 60;

type Pair = Lockstep<golden::Device, Board>;

struct Draw {
    random: StdRng,
    capability: Capability,
    base: u64,
}

impl Draw {
    fn range(&mut self) -> (u64, u64) {
        let first = self.random.random_range(0..PAGES);
        let pages = self.random.random_range(1..4);
        let start = 0x10_0000 + first * PAGE;
        (start, start + pages * PAGE - 1)
    }

    fn command(&mut self) -> Command {
        // One more than there is, now and then.
        let asid = self.random.random_range(0..=self.capability.asids);
        let (start, last) = self.range();
        match self.random.random_range(0..20) {
            0..8 => Command::Map {
                asid,
                entry: Entry {
                    start,
                    last,
                    pa: self.base + self.random.random_range(0..PAGES) * PAGE,
                    perm: self.random.random_range(0..4),
                },
            },
            8..11 => Command::Unmap {
                asid,
                iova: start,
                last,
            },
            11..15 => Command::GroupAsid {
                group: self.random.random_range(0..=self.capability.groups),
                asid,
            },
            15 => Command::ResetMap { asid },
            16..18 => Command::DeviceReset {
                device: self.random.random_range(0..self.capability.devices),
                clean: self.random.random(),
            },
            18 => Command::Fence { asid },
            _ => Command::Map {
                asid,
                entry: Entry {
                    start: start + 1,
                    last,
                    pa: self.base,
                    perm: 3,
                },
            },
        }
    }

    fn access(&mut self) -> Request {
        let (start, _) = self.range();
        let (offset, len) = match self.random.random_range(0..4) {
            0 => (self.random.random_range(0..2) * 0x800, 4096),
            1 => (0x123, 7),
            2 => (0xffc, 4),
            _ => (0x40, 64),
        };
        Request {
            group: self.random.random_range(0..=self.capability.groups),
            iova: start + offset,
            len,
            access: match self.random.random() {
                true => Access::Read,
                false => Access::Write,
            },
        }
    }
}

fn drawn(build: BoardBuild, seed: u64) {
    let (simulation, board) = board(build);
    let base = board.memory().base;
    let capability = board.capability();
    let mut pair: Pair = Lockstep::new(golden::Device::new(capability), board);
    pair.set_reset_modes(ResetModes {
        init_identity: 0b01,
        clean_identity: 0b10,
    })
    .unwrap();
    let policy = DevicePolicy {
        persist: Persist::ByFlag,
        ..DevicePolicy::default()
    };
    pair.set_device_policy(0, policy).unwrap();
    let mut draw = Draw {
        random: StdRng::seed_from_u64(seed),
        capability,
        base,
    };
    for group in 0..capability.groups {
        let asid = group % capability.asids;
        pair.command(Command::GroupAsid { group, asid }).unwrap();
    }
    let mut accepted = 0;
    let mut translated = 0;
    for step in 0..STEPS {
        if step % 10 == 9 {
            let commands: Vec<_> = (0..6).map(|_| draw.command()).collect();
            pair.post(&commands).unwrap();
        } else {
            let completion = pair.command(draw.command()).unwrap();
            accepted += u32::from(completion.code == persimmon::regif::Code::Ok);
        }
        for _ in 0..2 {
            let response = pair.translate(draw.access()).unwrap();
            pair.release(response.tag).unwrap();
            translated += u32::from(response.result.is_ok());
        }
        if step % 4 == 3 {
            pair.check_all().unwrap();
        }
        let divergences = pair.take_divergences();
        assert!(
            divergences.is_empty(),
            "{build:?}, seed {seed}, step {step}:\n{}",
            divergences[0]
        );
    }
    pair.check_all().unwrap();
    assert_eq!(pair.diverged(), 0);
    assert!(
        pair.counts().total() > 300 && accepted > 15 && translated > 5,
        "{accepted} {translated}"
    );
    simulation.stop().unwrap();
}

#[test]
fn drawn_commands_full() {
    drawn(BoardBuild::Full, 1);
}

#[test]
fn drawn_commands_lite() {
    drawn(BoardBuild::Lite, 2);
}

/// A whole SET_MAP transaction, and a table that is full.
#[test]
fn set_map_and_a_full_table() {
    let (_simulation, board) = board(BoardBuild::Lite);
    let base = board.memory().base;
    let capability = board.capability();
    let mut pair: Pair = Lockstep::new(golden::Device::new(capability), board);
    let entry = |n: u64| Entry {
        start: n * PAGE,
        last: n * PAGE + PAGE - 1,
        pa: base + (n % 2) * PAGE,
        perm: 3,
    };
    let commands = [
        Command::GroupAsid { group: 0, asid: 0 },
        Command::SetMapBegin { asid: 0 },
    ]
    .into_iter()
    .chain(
        (0..u64::from(capability.entries)).map(|n| Command::SetMapEntry {
            asid: 0,
            entry: entry(2 * n),
        }),
    )
    .chain([
        Command::SetMapCommit { asid: 0 },
        Command::Map {
            asid: 1,
            entry: entry(1),
        },
    ]);
    for command in commands {
        pair.command(command).unwrap();
    }
    let request = |iova| Request {
        group: 0,
        iova,
        len: 64,
        access: Access::Read,
    };
    for page in 0..4 {
        let response = pair.translate(request(page * PAGE)).unwrap();
        assert_eq!(response.result.is_ok(), page % 2 == 0);
        pair.release(response.tag).unwrap();
    }
    pair.check_all().unwrap();
    assert_eq!(pair.diverged(), 0, "{}", pair.divergences()[0]);
}
