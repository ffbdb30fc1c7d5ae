// SPDX-License-Identifier: Apache-2.0
//! Draws commands, policies and accesses from a seed.
//!
//! Draws do not depend on answers, so one seed is one sequence on every build of a capability. Addresses come from a
//! small pool, so that ranges meet, touch and miss each other by one; a part of it lies anywhere, and at places that are
//! one bit apart from there, so that each bit of a comparison decides alone beside all values of the others. On a build
//! of pages that pool is pages, and few of the ranges are unaligned.

use crate::regif::{Access, Capability, Command, DevicePolicy, Entry, Persist, Request};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

/// One step of a sequence.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// A command.
    Command(Command),
    /// DEVICE registers.
    Policy(u8, DevicePolicy),
    /// INIT_MODE and CLEAN_MODE.
    ResetModes(u16, u16),
    /// LIMIT.
    Limit(u8, u16),
    /// LOCK.
    Lock,
    /// An access; skipped while its group is held.
    Access(Request),
    /// The end of the access with this number, modulo how many are in flight.
    Release(usize),
}

/// Draws steps for a device of one capability.
pub(super) struct Draw {
    pub(super) rng: StdRng,
    capability: Capability,
    /// A part of the address space that addresses are drawn from for a while.
    far: u64,
}

impl Draw {
    pub(super) fn new(capability: Capability, seed: u64) -> Self {
        let mut draw = Self {
            rng: StdRng::seed_from_u64(seed),
            capability,
            far: 0,
        };
        draw.far = draw.anywhere();
        draw
    }

    pub(super) fn chance(&mut self, percent: u32) -> bool {
        self.rng.random_range(0..100) < percent
    }

    /// A number that the build has, or rarely one that it does not have.
    fn number(&mut self, end: u8, most: u8) -> u8 {
        match self.chance(2) {
            true => self.rng.random_range(end..=most),
            false => self.rng.random_range(0..end),
        }
    }

    fn asid(&mut self) -> u8 {
        self.number(self.capability.asids, u8::MAX)
    }

    fn group(&mut self) -> u8 {
        self.number(self.capability.groups, 127)
    }

    fn device(&mut self) -> u8 {
        self.number(self.capability.devices, 127)
    }

    /// Ranges are multiples of it.
    pub(super) fn unit(&self) -> u64 {
        match self.capability.granule_log2 {
            0 => 0x200,
            log2 => 1 << log2,
        }
    }

    /// The last byte that a device can address.
    pub(super) fn top(&self) -> u64 {
        u64::MAX >> (64 - self.capability.iova_w)
    }

    /// The first of 16 units that lie anywhere.
    fn anywhere(&mut self) -> u64 {
        self.rng.random::<u64>() & self.top() & !(16 * self.unit() - 1)
    }

    /// The first of 16 units: those of now, or one bit apart from them.
    fn far(&mut self) -> u64 {
        if self.chance(5) {
            self.far = self.anywhere();
        }
        let bits = (16 * self.unit()).trailing_zeros()..u32::from(self.capability.iova_w);
        match self.chance(50) && !bits.is_empty() {
            true => self.far ^ 1 << self.rng.random_range(bits),
            false => self.far,
        }
    }

    /// Few addresses, so that ranges meet; near both ends, in the middle of the address space, and far from both.
    pub(super) fn address(&mut self) -> u64 {
        let (unit, top) = (self.unit(), self.top());
        let middle = top / 2 + 1;
        let base = match self.rng.random_range(0..6) {
            5 => self.far(),
            place => [0, 0, 8 * unit, middle, top - (12 * unit - 1)][place],
        };
        let offset = self.rng.random_range(0..12u64) * unit;
        let odd = [0, 0, 0, 0, 1, unit - 1][self.rng.random_range(0..6)];
        base + offset + odd
    }

    /// As [`address`](Self::address), for the start of a range: rarely one that is refused.
    fn start(&mut self) -> u64 {
        let address = self.address();
        let granule = 1 << self.capability.granule_log2;
        if granule == 1 || self.chance(2) {
            return address;
        }
        match self.chance(2) {
            true => self.top().saturating_add(1 + address),
            false => address / granule * granule,
        }
    }

    pub(super) fn entry(&mut self) -> Entry {
        let (start, unit) = (self.start(), self.unit());
        let pages = self.capability.granule_log2 > 0;
        let sizes = match pages {
            false => [1, 1, unit, unit, unit + 1, 2 * unit, 8 * unit],
            true => [1, 1, 1, 1, 2, 2, 8].map(|pages| pages * unit),
        };
        let size = sizes[self.rng.random_range(0..7)];
        let last = match self.chance(3) {
            true => self.address(),
            false => start.saturating_add(size - 1),
        };
        // One that must not be beyond the top usually is not.
        let last = match pages && start <= self.top() && !self.chance(2) {
            true => last.min(self.top()),
            false => last,
        };
        let pa_top = u64::MAX >> (64 - self.capability.pa_w);
        let pa = match self.chance(3) {
            true => pa_top - self.rng.random_range(0..8 * unit),
            false => self.rng.random_range(0..=pa_top - 16 * unit),
        };
        let pa = match pages && !self.chance(2) {
            true => pa / unit * unit,
            false => pa,
        };
        let perm = match self.chance(50) {
            true => 3,
            false => self.rng.random(),
        };
        Entry {
            start,
            last,
            pa,
            perm,
        }
    }

    fn policy(&mut self) -> DevicePolicy {
        let persist = [
            Persist::ByFlag,
            Persist::AlwaysClean,
            Persist::NeverClean,
            Persist::NeverClean,
        ];
        let mask = |rng: &mut StdRng| match rng.random_range(0..3) {
            0 => u16::MAX,
            _ => rng.random(),
        };
        DevicePolicy {
            persist: persist[self.rng.random_range(0..4)],
            as0: self.rng.random_range(0..16),
            groups: mask(&mut self.rng),
            asids: mask(&mut self.rng),
        }
    }

    pub(super) fn command(&mut self) -> Command {
        let asid = self.asid();
        match self.rng.random_range(0..100) {
            0..46 => Command::Map {
                asid,
                entry: self.entry(),
            },
            46..60 => {
                let Entry { start, last, .. } = self.entry();
                match self.chance(15) {
                    true => Command::Unmap {
                        asid,
                        iova: start,
                        last: start.wrapping_sub(1),
                    },
                    false => Command::Unmap {
                        asid,
                        iova: start,
                        last,
                    },
                }
            }
            60..66 => Command::ResetMap { asid },
            66..72 => Command::DeviceReset {
                device: self.device(),
                clean: self.chance(30),
            },
            72..88 => Command::GroupAsid {
                group: self.group(),
                asid,
            },
            88..90 => Command::Quiesce {
                device: self.device(),
            },
            90..96 => Command::Resume {
                device: self.device(),
            },
            96..98 => Command::Fence { asid },
            98 => Command::SetMapBegin { asid },
            _ => Command::SetMapCommit { asid },
        }
    }

    /// A whole transaction, well formed or nearly, with other commands in between.
    fn transaction(&mut self, steps: &mut Vec<Step>) {
        let asid = self.asid();
        let count = self.rng.random_range(0..6);
        let mut entries: Vec<Entry> = (0..count).map(|_| self.entry()).collect();
        entries.sort_by_key(|entry| entry.start);
        if !self.chance(20) {
            // What would overlap its predecessor is left out.
            entries.dedup_by(|next, before| next.start <= before.last);
        }
        steps.push(Step::Command(Command::SetMapBegin { asid }));
        for entry in entries {
            let asid = if self.chance(3) { self.asid() } else { asid };
            steps.push(Step::Command(Command::SetMapEntry { asid, entry }));
            if self.chance(20) {
                steps.push(Step::Access(self.request()));
            }
            if self.chance(8) {
                steps.push(Step::Command(self.command()));
            }
        }
        steps.push(Step::Command(match self.chance(85) {
            true => Command::SetMapCommit { asid },
            false => Command::SetMapAbort { asid },
        }));
    }

    pub(super) fn request(&mut self) -> Request {
        Request {
            group: self.number(self.capability.groups, u8::MAX),
            iova: self.address(),
            len: [1, 1, 2, 0x200, 4096][self.rng.random_range(0..5)],
            access: match self.chance(50) {
                true => Access::Read,
                false => Access::Write,
            },
        }
    }

    /// At least `length` steps.
    fn sequence(&mut self, length: usize) -> Vec<Step> {
        let asids = self.capability.asids;
        let mut steps: Vec<Step> = (0..self.capability.groups)
            .map(|group| {
                Step::Command(Command::GroupAsid {
                    group,
                    asid: self.rng.random_range(0..asids),
                })
            })
            .collect();
        while steps.len() < length {
            self.next(&mut steps);
        }
        steps
    }

    /// One more, or a whole transaction.
    pub(super) fn next(&mut self, steps: &mut Vec<Step>) {
        let Capability { asids, devices, .. } = self.capability;
        match self.rng.random_range(0..1000) {
            0..420 => steps.push(Step::Command(self.command())),
            420..480 => self.transaction(steps),
            480..800 => steps.push(Step::Access(self.request())),
            800..960 => steps.push(Step::Release(self.rng.random_range(0..128))),
            960..975 => {
                let device = self.rng.random_range(0..devices);
                steps.push(Step::Policy(device, self.policy()));
            }
            975..985 => steps.push(Step::ResetModes(self.rng.random(), self.rng.random())),
            985..999 => {
                let entries = [0, 1, 2, 5, u16::MAX, u16::MAX][self.rng.random_range(0..6)];
                steps.push(Step::Limit(self.rng.random_range(0..asids), entries));
            }
            _ => steps.push(Step::Lock),
        }
    }
}

/// The sequence that `seed` stands for.
pub fn sequence(capability: Capability, seed: u64, length: usize) -> Vec<Step> {
    Draw::new(capability, seed).sequence(length)
}

/// Accesses to the same few addresses, by every group.
pub fn requests(capability: Capability, seed: u64, count: usize) -> Vec<Request> {
    let mut draw = Draw::new(capability, seed);
    (0..count).map(|_| draw.request()).collect()
}
