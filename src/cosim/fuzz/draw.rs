// SPDX-License-Identifier: Apache-2.0
//! Events from a seed.
//!
//! Most are those of [`cosim::draw`](crate::cosim::draw), which do not look at the device. What gets to the ends of the
//! table does: the drawing executes every command on a golden model of its own, so that it can fill the table to its
//! last entry, leave one, and aim accesses at the ends of what is mapped just then. The events themselves are fixed by
//! then: a sequence plays alike however it is shortened.

use rand::Rng;
use rand::seq::IndexedRandom;

use super::Event;
use super::coverage::{Point, declared};
use crate::cosim::draw::{Draw, Step};
use crate::dut::{Inject, Site};
use crate::golden::Device;
use crate::regif::{Access, Capability, Command, Entry, RegIf, Request, ResetModes};

/// Largest table that is filled by drawing: beyond, a run would do nothing else.
const FILLED: u16 = 64;
/// Commands posted at once.
pub(super) const BATCH: usize = 24;

pub(super) struct Drawing {
    pub(super) draw: Draw,
    pub(super) capability: Capability,
    radix: u16,
    pub(super) golden: Device,
    pub(super) events: Vec<Event>,
    /// What can be come across.
    pub(super) points: Vec<Point>,
}

/// `count` events or a few more.
pub fn events(capability: Capability, radix: u16, seed: u64, count: usize) -> Vec<Event> {
    let mut drawing = Drawing {
        draw: Draw::new(capability, seed),
        capability,
        radix,
        golden: Device::new(capability),
        events: Vec::new(),
        // Commands alone are aimed at, and they do not depend on the latency.
        points: declared(capability, radix, 0).into_iter().collect(),
    };
    drawing.groups();
    while drawing.events.len() < count {
        drawing.next();
    }
    drawing.events
}

impl Drawing {
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.draw.rng.random_range(0..end)
    }

    pub(super) fn step(&mut self, step: Step) {
        let golden = &mut self.golden;
        match step {
            Step::Command(command) => drop(golden.execute(command)),
            Step::Policy(device, policy) => drop(golden.set_device_policy(device, policy)),
            Step::ResetModes(init_identity, clean_identity) => {
                drop(golden.set_reset_modes(ResetModes {
                    init_identity,
                    clean_identity,
                }));
            }
            Step::Limit(asid, entries) => drop(golden.set_limit(asid, entries)),
            Step::Lock => drop(golden.lock()),
            Step::Access(_) | Step::Release(_) => {}
        }
        self.events.push(Event::Step(step));
    }

    pub(super) fn command(&mut self, command: Command) {
        self.step(Step::Command(command));
    }

    fn commands(&mut self, count: usize) -> Vec<Command> {
        let commands = (0..count).map(|_| self.draw.command());
        let commands = commands.filter(|command| !matches!(command, Command::Quiesce { .. }));
        commands.collect()
    }

    fn execute(&mut self, commands: &[Command]) {
        for &command in commands {
            self.golden.execute(command);
        }
    }

    /// Every group has an address space.
    fn groups(&mut self) {
        for group in 0..self.capability.groups {
            let asid = self.below(self.capability.asids.into()) as u8;
            self.command(Command::GroupAsid { group, asid });
        }
    }

    fn next(&mut self) {
        match self.below(1000) {
            0..240 => {
                let mut steps = Vec::new();
                self.draw.next(&mut steps);
                steps.into_iter().for_each(|step| self.step(step));
            }
            240..270 if self.capability.entries <= FILLED => self.fill(),
            270..330 => {
                let count = 1 + self.below(BATCH);
                let commands = self.commands(count);
                self.execute(&commands);
                self.events.push(Event::Post(commands));
            }
            330..390 => self.stream(),
            390..510 => self.pin(),
            510..590 => self.damage(),
            590..600 => self.power_on(),
            600..640 => self.each_command(),
            640..660 => self.transaction(),
            660..820 if self.capability.entries <= FILLED => self.aim(),
            _ => self.edges(),
        }
    }

    fn seed(&mut self) -> u64 {
        // Short in a file, and more than enough of them.
        self.draw.rng.random_range(0..1 << 32)
    }

    fn stream(&mut self) {
        let count = 1 + self.below(6);
        let commands = self.commands(count);
        // What the commands take, and the latency between them.
        let each = 300 + u32::from(self.capability.entries) * 2;
        let seed = self.seed();
        self.resume();
        self.execute(&commands);
        self.events.push(Event::Stream {
            seed,
            count: each * commands.len() as u32,
            commands,
        });
    }

    pub(super) fn resume(&mut self) {
        for device in 0..self.capability.devices {
            self.command(Command::Resume { device });
        }
    }

    fn pin(&mut self) {
        let device = self.below(self.capability.devices.into()) as u8;
        let clean = self.draw.chance(50);
        // From the first register write until long after the command; most of a command is at the beginning.
        let most = [12, 40, 150, 400][self.below(4)];
        let wait = self.below(most) as u16;
        let command = self.draw.command();
        self.events.push(Event::Pin {
            device,
            clean,
            wait,
            command,
        });
        self.execute(&[command, Command::DeviceReset { device, clean }]);
    }

    fn damage(&mut self) {
        if let Some(asid) = self.golden.staging() {
            self.command(Command::SetMapAbort { asid });
        }
        let live = self.golden.live().max(1);
        let index = self.below(live) as u16;
        let site = match self.below(4) {
            0 => Site::Key,
            1 => Site::Payload,
            _ => Site::Search(depth(self.capability.entries, self.radix, index)),
        };
        let place = self.draw.rng.random();
        let asid = self.below(self.capability.asids.into()) as u8;
        let command = match self.below(3) {
            0 => Command::Recover { asid },
            1 => Command::Map {
                asid,
                entry: self.draw.entry(),
            },
            _ => Command::Unmap {
                asid,
                iova: 0,
                last: u64::MAX,
            },
        };
        let (seed, count) = (self.seed(), 60);
        self.events.push(Event::Damage {
            inject: Inject { site, index, place },
            command,
            seed,
            count,
        });
        // That the damage is gone behind it, and what RECOVER took with it, does not matter here.
        self.golden.execute(command);
    }

    fn power_on(&mut self) {
        let (seed, count) = (self.seed(), [0, 50, 50][self.below(3)]);
        let wait = self.below(80) as u16;
        self.events.push(Event::PowerOn { seed, count, wait });
        self.golden = Device::new(self.capability);
        self.groups();
    }

    /// A table that is empty, or has one entry, or no room, or room for one; then every command on it.
    fn fill(&mut self) {
        if let Some(asid) = self.golden.staging() {
            self.command(Command::SetMapAbort { asid });
        }
        let full = usize::from(self.capability.entries);
        let target = [0, 1, full - 1, full, full][self.below(5)];
        for asid in 0..self.capability.asids {
            self.step(Step::Limit(asid, u16::MAX));
        }
        let mut posted = Vec::new();
        // Entries are small and meet each other: some are refused.
        for _ in 0..40 * full {
            let live = self.golden.live();
            let asid = self.below(self.capability.asids.into()) as u8;
            let command = match live {
                _ if live == target => break,
                _ if live < target => Command::Map {
                    asid,
                    entry: self.small(),
                },
                _ => match self.one(asid) {
                    Some(Entry { start, last, .. }) => Command::Unmap {
                        asid,
                        iova: start,
                        last,
                    },
                    None => continue,
                },
            };
            self.golden.execute(command);
            posted.push(command);
        }
        let batches = posted
            .chunks(BATCH)
            .map(|batch| Event::Post(batch.to_vec()));
        self.events.extend(batches);
        match self.below(3) {
            0 => self.transaction(),
            _ => self.each_command(),
        }
    }

    /// An entry of one granule.
    fn small(&mut self) -> Entry {
        let mut entry = self.draw.entry();
        let unit = self.draw.unit();
        entry.start = entry.start / unit * unit;
        entry.last = entry.start + (unit - 1);
        entry.pa = entry.pa / unit * unit;
        entry
    }

    /// Some entry of an address space.
    pub(super) fn one(&mut self, asid: u8) -> Option<Entry> {
        let space = self.golden.address_space(asid).ok()?;
        space.entries.choose(&mut self.draw.rng).copied()
    }

    /// A SET_MAP that is larger than what is free, or that ends in any of the ways that an entry is refused.
    fn transaction(&mut self) {
        let asid = self.below(self.capability.asids.into()) as u8;
        let end = usize::from(self.capability.entries) + 2;
        let count = match self.below(3) {
            0 => end,
            1 => self.below(end),
            _ => self.below(4),
        };
        if self.draw.chance(20) {
            let entries = [0, 1, 3][self.below(3)];
            self.step(Step::Limit(asid, entries));
        }
        self.maybe_traffic();
        self.command(Command::SetMapBegin { asid });
        let unit = 1 << self.capability.granule_log2.max(9);
        let mut start = 0;
        for _ in 0..count {
            let entry = Entry {
                start,
                last: start + (unit - 1),
                pa: start,
                perm: 3,
            };
            self.command(Command::SetMapEntry { asid, entry });
            start += unit * (1 + self.below(2) as u64);
        }
        // What is wrong with the last one; nothing, most of the time.
        let last = Entry {
            start,
            last: start + (unit - 1),
            pa: start,
            perm: 1,
        };
        let back = start.saturating_sub(unit);
        let wrong = match self.below(8) {
            0 => Some(Entry {
                start: back,
                ..last
            }),
            1 => Some(Entry {
                start: 0,
                last: unit - 1,
                ..last
            }),
            2 => Some(Entry {
                last: start.wrapping_sub(1),
                ..last
            }),
            3 => Some(Entry {
                start: start + 1,
                ..last
            }),
            4 => Some(Entry {
                pa: u64::MAX - unit + 1,
                last: start + (2 * unit - 1),
                ..last
            }),
            _ => None,
        };
        if let Some(entry) = wrong {
            self.command(Command::SetMapEntry { asid, entry });
        }
        self.maybe_traffic();
        self.command(Command::SetMapCommit { asid });
    }

    /// Accesses in flight, or none.
    fn maybe_traffic(&mut self) {
        if self.draw.chance(50) {
            self.events.push(Event::Quiet);
        } else {
            self.resume();
            let request = self.draw.request();
            self.step(Step::Access(request));
        }
    }

    /// Any command, all of them as likely.
    fn each_command(&mut self) {
        for _ in 0..6 {
            self.maybe_traffic();
            let asid = match self.draw.chance(6) {
                true => self.capability.asids,
                false => self.below(self.capability.asids.into()) as u8,
            };
            let device = match self.draw.chance(6) {
                true => self.capability.devices,
                false => self.below(self.capability.devices.into()) as u8,
            };
            let group = match self.draw.chance(6) {
                true => self.capability.groups,
                false => self.below(self.capability.groups.into()) as u8,
            };
            let entry = match self.one(asid) {
                Some(entry) if self.draw.chance(30) => entry,
                _ => self.draw.entry(),
            };
            let clean = self.draw.chance(50);
            let command = match self.below(14) {
                0 | 1 => Command::Map { asid, entry },
                2 => Command::Unmap {
                    asid,
                    iova: entry.start,
                    last: entry.last,
                },
                3 => Command::SetMapBegin { asid },
                4 => Command::SetMapEntry { asid, entry },
                5 => Command::SetMapCommit { asid },
                6 => Command::SetMapAbort { asid },
                7 => Command::ResetMap { asid },
                8 => Command::DeviceReset { device, clean },
                9 => Command::GroupAsid { group, asid },
                10 => Command::Quiesce { device },
                11 => Command::Resume { device },
                12 => Command::Fence { asid },
                _ => Command::Recover { asid },
            };
            self.command(command);
        }
    }

    /// Accesses to the ends of an entry, and across them, from a group that uses its address space; half of the time
    /// with a neighbour that touches it.
    fn edges(&mut self) {
        let group = self.below(self.capability.groups.into()) as u8;
        let Ok(Some(asid)) = self.golden.group(group) else {
            return;
        };
        let Some(Entry { start, last, .. }) = self.one(asid) else {
            return;
        };
        self.resume();
        let unit = 1 << self.capability.granule_log2;
        let top = self.draw.top();
        if self.draw.chance(50) && last < top - 8 * unit {
            let neighbour = Entry {
                start: last + 1,
                last: last + 8 * unit,
                pa: 0,
                perm: 3,
            };
            self.command(Command::Map {
                asid,
                entry: neighbour,
            });
        }
        let access = match self.draw.chance(50) {
            true => Access::Read,
            false => Access::Write,
        };
        let whole = (last - start).min(4095) as u16;
        let ends = [
            (start, 1),
            (start, whole + 1),
            (last, 1),
            (last, 2),
            (start.wrapping_sub(1), 1),
            (start.wrapping_sub(1), 2),
            (last.wrapping_add(1), 1),
            (0, 1),
            (top, 1),
            (top / 2 + 1, 1),
        ];
        for (iova, len) in ends.into_iter().filter(|&(iova, _)| iova <= top) {
            self.step(Step::Access(Request {
                group,
                iova,
                len,
                access,
            }));
        }
    }
}

/// The level of the search that the key of entry `index` lies at.
fn depth(entries: u16, radix: u16, index: u16) -> u8 {
    let (mut depth, mut keys, mut number) = (0, entries, index);
    while keys > radix && number.is_multiple_of(radix) {
        (depth, keys, number) = (depth + 1, keys.div_ceil(radix), number / radix);
    }
    depth
}
