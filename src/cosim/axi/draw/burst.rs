// SPDX-License-Identifier: Apache-2.0
//! Bursts: of every kind and shape, to what is mapped and elsewhere, and some that break the rules.

use rand::Rng;

use super::{Draw, PAGE, Target};
use crate::regif::{Access, Burst, BurstKind, Channel, Lanes};

/// AxID that only atomic operations use: theirs must not be in use otherwise.
const ATOMIC_ID: u16 = 0;

impl Draw {
    /// A burst, and the gap before it.
    pub fn burst(&mut self) -> (u32, Burst) {
        let gap = self.one_of([0, 0, 0, 0, 0, 1, 3, 20]);
        let channel = self.channel();
        let mut burst = Burst {
            channel,
            data: Vec::new(),
            strobes: Vec::new(),
        };
        if channel.access == Access::Write {
            let wide = 1_usize << self.beat_log2;
            burst.data = vec![0; channel.beats() * wide];
            self.rng.fill(&mut burst.data[..]);
            let sparse = self.chance(20);
            for beat in 0..channel.beats() {
                // Of a burst that is wider than the bus, any lane is as good.
                let active = match channel.size <= self.beat_log2 {
                    true => mask(channel.lanes(beat, wide)),
                    false => u64::MAX >> (64 - wide),
                };
                let strobe = match sparse {
                    true => active & self.rng.random::<u64>(),
                    false => active,
                };
                burst.strobes.push(strobe);
            }
        }
        (gap, burst)
    }

    fn channel(&mut self) -> Channel {
        let (group, page) = match self.targets.len() {
            count if count > 0 && self.chance(85) => {
                let Target { group, entry } = self.targets[self.rng.random_range(0..count)];
                let pages = (entry.last - entry.start) / PAGE + 1;
                (group.into(), entry.start / PAGE + self.below(pages))
            }
            _ => {
                let user = match self.chance(20) {
                    true => self.rng.random_range(0..self.users),
                    false => u32::from(self.rng.random_range(0..self.capability.groups)),
                };
                (user as u16, self.page())
            }
        };
        let access = match self.chance(50) {
            true => Access::Read,
            false => Access::Write,
        };
        let mut channel = Channel {
            access,
            address: page * PAGE + self.below(PAGE),
            user: group,
            // Few IDs make order matter.
            id: 1 + self.one_of([1, 1, 3, self.ids - 2]).min(self.ids - 2),
            len: 0,
            size: self.beat_log2,
            kind: BurstKind::Incr,
            lock: false,
            cache: self.rng.random_range(0..16),
            prot: self.rng.random_range(0..8),
            qos: self.rng.random_range(0..16),
            region: self.rng.random_range(0..16),
            atop: 0,
        };
        channel.id = 1 + self.rng.random_range(0..channel.id);
        self.shape(&mut channel);
        channel
    }

    /// Kind, size and length.
    fn shape(&mut self, channel: &mut Channel) {
        if self.chance(30) {
            channel.size = self.rng.random_range(0..=self.beat_log2);
        }
        let bytes = channel.bytes();
        let align = |channel: &mut Channel, to: u64| channel.address &= !(to - 1);
        match self.rng.random_range(0..100) {
            // Incrementing, mostly short, and within the page.
            0..70 => {
                if self.chance(70) {
                    align(channel, bytes);
                }
                let room = (PAGE - channel.address % PAGE).div_ceil(bytes).min(256);
                let most = self.one_of([1, 1, 4, 16, 16, 64, 256]).min(room);
                channel.len = self.below(most) as u8;
            }
            70..80 => {
                channel.kind = BurstKind::Fixed;
                channel.len = self.below(16) as u8;
            }
            80..90 => {
                channel.kind = BurstKind::Wrap;
                channel.len = self.one_of([1, 3, 7, 15]);
                align(channel, bytes);
            }
            90..94 => {
                channel.lock = true;
                channel.len = self.one_of([0, 0, 1, 3]);
                while bytes * channel.beats() as u64 > 128 {
                    channel.len /= 2;
                }
                align(channel, bytes * channel.beats() as u64);
                channel.kind = self.one_of([BurstKind::Incr, BurstKind::Wrap]);
                if channel.len == 0 {
                    channel.kind = BurstKind::Incr;
                }
            }
            94..96 if channel.access == Access::Write => {
                channel.atop = self.one_of([0x10, 0x18, 0x20, 0x27, 0x30, 0x31]);
                channel.id = ATOMIC_ID;
                channel.len = self.one_of([0, 1, 3]);
                align(channel, bytes * channel.beats() as u64);
            }
            _ => self.break_a_rule(channel),
        }
    }

    fn break_a_rule(&mut self, channel: &mut Channel) {
        match self.rng.random_range(0..6) {
            0 => channel.kind = BurstKind::Reserved,
            1 if self.beat_log2 < 7 => {
                channel.size = self.rng.random_range(self.beat_log2 + 1..=7);
                channel.len = self.below(4) as u8;
            }
            2 => {
                channel.kind = BurstKind::Fixed;
                channel.len = 16 + self.below(240) as u8;
            }
            3 => {
                channel.kind = BurstKind::Wrap;
                channel.len = self.one_of([0, 2, 4, 14, 31]);
                channel.address &= !(channel.bytes() - 1);
            }
            4 if channel.size > 0 => {
                channel.kind = BurstKind::Wrap;
                channel.len = 3;
                channel.address |= 1;
            }
            // Across the end of the page.
            _ => {
                channel.address |= PAGE - 1;
                channel.len = 1 + self.below(20) as u8;
            }
        }
    }
}

/// A bit for each active lane.
fn mask(lanes: Lanes) -> u64 {
    let below = |lane: usize| match lane {
        64.. => u64::MAX,
        lane => (1 << lane) - 1,
    };
    below(lanes.end) & !below(lanes.first)
}
