// SPDX-License-Identifier: Apache-2.0
//! Draws bursts, commands and manners from a seed.
//!
//! Addresses come from a small pool of pages, in IOVAs and in memory, so that ranges meet, several IOVAs lead to the
//! same bytes, and bursts of different masters overlap there. Most bursts go to what is mapped just now; some do not,
//! and some break the rules.

mod burst;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::dut::axi::Manners;
use crate::golden::Device;
use crate::regif::{Capability, Command, DevicePolicy, Entry, Persist, RegIf, ResetModes};

/// Bytes of a page, which is the granule of every build with AXI4 ports.
const PAGE: u64 = 4096;
/// Pages of memory that most entries lead to.
const FRAMES: u64 = 48;

/// A place that a burst of a group may go to.
#[derive(Clone, Copy, Debug)]
struct Target {
    group: u8,
    entry: Entry,
}

/// Draws for one build.
pub struct Draw {
    rng: StdRng,
    capability: Capability,
    beat_log2: u8,
    ids: u16,
    users: u32,
    targets: Vec<Target>,
    /// Pages of an address space that entries come from.
    pages: u64,
}

impl Draw {
    /// The draws that `seed` stands for, on a device with beats of `beat_bytes` and `id_w` and `user_w` bits of AxID
    /// and AxUSER.
    #[must_use]
    pub fn new(capability: Capability, beat_bytes: usize, id_w: u8, user_w: u8, seed: u64) -> Self {
        Self {
            rng: StdRng::seed_from_u64(seed),
            capability,
            beat_log2: beat_bytes.trailing_zeros() as u8,
            ids: 1 << id_w,
            users: 1 << user_w,
            targets: Vec::new(),
            pages: (u64::from(capability.entries) / 4).max(24),
        }
    }

    /// Notes what is mapped now.
    pub fn look_at(&mut self, device: &Device) {
        self.targets.clear();
        let mut device = device.clone();
        for group in 0..self.capability.groups {
            let Ok(Some(asid)) = device.group(group) else {
                continue;
            };
            let Ok(space) = device.address_space(asid) else {
                continue;
            };
            // A few of each are enough, and quick to find.
            let skip = space.entries.len() / 16 + 1;
            let from = self.rng.random_range(0..skip);
            for &entry in space.entries.iter().skip(from).step_by(skip) {
                self.targets.push(Target { group, entry });
            }
        }
    }

    /// True in `percent` of all cases.
    pub fn chance(&mut self, percent: u32) -> bool {
        self.rng.random_range(0..100) < percent
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.rng.random_range(0..end)
    }

    fn one_of<T: Copy, const N: usize>(&mut self, choices: [T; N]) -> T {
        choices[self.rng.random_range(0..N)]
    }

    fn top(&self, bits: u8) -> u64 {
        u64::MAX >> (64 - bits)
    }

    /// A page of an address space: near 0, in the middle, or at the end.
    fn page(&mut self) -> u64 {
        let last = self.top(self.capability.iova_w) / PAGE;
        let pages = self.pages;
        let base = self.one_of([0, 0, 0, last / 2, last - (pages - 1)]);
        base + self.below(pages)
    }

    fn entry(&mut self) -> Entry {
        let first = self.page();
        let most = self.top(self.capability.iova_w) / PAGE - first + 1;
        let pages = self.one_of([1, 1, 1, 1, 2, 2, 3, 8]).min(most);
        let last_frame = self.top(self.capability.pa_w) / PAGE;
        let frame = match self.rng.random_range(0..20) {
            0 => last_frame + 1 - pages,
            1 => last_frame / 2,
            _ => 0x100 + self.below(FRAMES),
        };
        Entry {
            start: first * PAGE,
            last: first * PAGE + (pages * PAGE - 1),
            pa: frame * PAGE,
            perm: self.one_of([3, 3, 3, 3, 3, 1, 2, 0x83]),
        }
    }

    /// The commands that set a device up: every group has an address space, and every address space some entries.
    pub fn setup(&mut self) -> Vec<Command> {
        let mut commands = Vec::new();
        for group in 0..self.capability.groups {
            let asid = group % self.capability.asids;
            commands.push(Command::GroupAsid { group, asid });
        }
        for asid in 0..self.capability.asids {
            commands.extend(self.set_map(asid, true));
        }
        commands
    }

    fn set_map(&mut self, asid: u8, full: bool) -> Vec<Command> {
        let share = u64::from(self.capability.entries / u16::from(self.capability.asids));
        let count = match full {
            true => share * 3 / 4,
            false => self.below(share.min(32)),
        };
        let mut entries: Vec<Entry> = (0..count).map(|_| self.entry()).collect();
        entries.sort_by_key(|entry| entry.start);
        if !self.chance(5) {
            entries.dedup_by(|next, before| next.start <= before.last);
        }
        let stage = |entry| Command::SetMapEntry { asid, entry };
        let end = match self.chance(90) {
            true => Command::SetMapCommit { asid },
            false => Command::SetMapAbort { asid },
        };
        std::iter::once(Command::SetMapBegin { asid })
            .chain(entries.into_iter().map(stage))
            .chain([end])
            .collect()
    }

    /// The next commands, to be executed one after the other.
    pub fn commands(&mut self) -> Vec<Command> {
        let Capability {
            asids,
            groups,
            devices,
            ..
        } = self.capability;
        let asid = self.rng.random_range(0..asids);
        let device = self.rng.random_range(0..devices);
        match self.rng.random_range(0..100) {
            0..45 => vec![Command::Map {
                asid,
                entry: self.entry(),
            }],
            45..66 => {
                let Entry { start, last, .. } = self.entry();
                vec![Command::Unmap {
                    asid,
                    iova: start,
                    last,
                }]
            }
            66..78 => self.set_map(asid, false),
            78..82 => vec![Command::ResetMap { asid }],
            82..84 => vec![Command::DeviceReset {
                device,
                clean: self.chance(30),
            }],
            84..96 => vec![Command::GroupAsid {
                group: self.rng.random_range(0..groups),
                asid,
            }],
            _ => vec![Command::Quiesce { device }, Command::Resume { device }],
        }
    }

    /// A policy: never one that sends most groups to one address space for good.
    pub fn policy(&mut self) -> DevicePolicy {
        DevicePolicy {
            persist: self.one_of([Persist::ByFlag, Persist::AlwaysClean, Persist::NeverClean]),
            as0: self.rng.random_range(0..self.capability.asids),
            groups: self.rng.random(),
            asids: self.rng.random(),
        }
    }

    /// Modes that resets give.
    pub fn reset_modes(&mut self) -> ResetModes {
        ResetModes {
            init_identity: self.rng.random(),
            clean_identity: self.rng.random(),
        }
    }

    /// How a port behaves for a while.
    pub fn manners(&mut self) -> Manners {
        let mut manners = Manners {
            reorder: self.one_of([0, 64, 256]),
            error: self.one_of([0, 0, 8]),
            not_exclusive: 64,
            data_first: self.chance(50),
            interleave: self.chance(50),
            master_bursts: self.one_of([1, 8, 32, u16::MAX]),
            memory_bursts: self.one_of([1, 4, 64, u16::MAX]),
            ..Manners::FAST
        };
        let most = self.one_of([0, 0, 8, 100]);
        manners.latency_min = self.rng.random_range(0..=most);
        manners.latency_max = manners.latency_min + self.rng.random_range(0..=most);
        if self.chance(70) {
            let chances = [4, 40, 128, 220, 256, 256, 256];
            for chance in [
                &mut manners.aw,
                &mut manners.w,
                &mut manners.ar,
                &mut manners.b,
                &mut manners.r,
                &mut manners.m_aw,
                &mut manners.m_w,
                &mut manners.m_ar,
                &mut manners.m_b,
                &mut manners.m_r,
            ] {
                *chance = self.one_of(chances);
            }
        }
        manners
    }
}
