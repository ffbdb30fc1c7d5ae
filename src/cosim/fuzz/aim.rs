// SPDX-License-Identifier: Apache-2.0
//! Aims at one point of the functional coverage: what leads up to a command that ends in this code, on an address space
//! in this mode, with the table this full, with accesses in flight or not.
//!
//! Undirected draws come to about half of the points; the others need a table that is full to the entry at the time of
//! one certain command. LOCK and a limit that a later draw sets can still thwart an aim: that is no mistake.

use rand::Rng;

use super::coverage::{Fill, ModeOf, Point};
use super::draw::{BATCH, Drawing};
use super::event::Event;
use crate::cosim::draw::Step;
use crate::regif::{Access, Code, Command, Entry, Mode, RegIf, Request};

/// Where the entries of an aim are: apart from those of the draws.
const GRID: u64 = 0x4000_0000;
/// Places on the grid, in granules.
const PLACES: u64 = 1 << 16;

/// Draws of a free place.
const TRIES: usize = 32;

/// What is aimed at.
#[derive(Clone, Copy)]
struct Aim {
    command: &'static str,
    asid: u8,
    mode: Option<ModeOf>,
    fill: Fill,
    traffic: bool,
    code: Code,
}

impl Drawing {
    /// Everything up to and including one command.
    pub(super) fn aim(&mut self) {
        let points: Vec<Aim> = (self.points.iter())
            .filter_map(|&point| match point {
                Point::Command {
                    command,
                    mode,
                    fill,
                    traffic,
                    code,
                } => Some(Aim {
                    command,
                    asid: 0,
                    mode,
                    fill,
                    traffic,
                    code,
                }),
                _ => None,
            })
            .collect();
        let place = self.below(points.len());
        let asid = self.below(self.capability.asids.into()) as u8;
        let aim = Aim {
            asid,
            ..points[place]
        };
        self.prepare(aim);
        self.shoot(aim);
        // Nothing of it stands in the way of what comes.
        self.no_transaction();
        self.step(Step::Limit(asid, u16::MAX));
    }

    /// The table and the address space, before any transaction.
    fn prepare(&mut self, aim: Aim) {
        self.no_transaction();
        self.resume();
        for asid in 0..self.capability.asids {
            self.step(Step::Limit(asid, u16::MAX));
        }
        let wanted = match aim.mode {
            Some(ModeOf::Blocked) => Some(Mode::Blocked),
            Some(ModeOf::Identity) => Some(Mode::Identity),
            Some(ModeOf::Mapped) | None => None,
        };
        match wanted {
            Some(mode) => {
                let identity = if mode == Mode::Identity { u16::MAX } else { 0 };
                self.step(Step::ResetModes(identity, identity));
                self.command(Command::ResetMap { asid: aim.asid });
            }
            // UNMAP of what is not there makes it MAPPED.
            None => self.command(Command::Unmap {
                asid: aim.asid,
                iova: GRID - self.granule(),
                last: GRID - 1,
            }),
        }
        // Entries of its own, where it may have some: something to overlap, and room for a transaction.
        let own = wanted.is_none() && aim.fill != Fill::Empty;
        self.fill_to(aim, own);
    }

    /// Live entries of an address space.
    fn count(&mut self, asid: u8) -> usize {
        let space = self.golden.address_space(asid);
        space.map_or(0, |space| space.entries.len())
    }

    fn granule(&self) -> u64 {
        1 << self.capability.granule_log2
    }

    /// As many entries as `aim` asks for. Its address space gets one if `own`, and none otherwise.
    fn fill_to(&mut self, aim: Aim, own: bool) {
        let full = usize::from(self.capability.entries);
        let target = match aim.fill {
            Fill::Empty => 0,
            Fill::One => 1,
            Fill::Some => 2 + self.below(full - 4),
            Fill::AlmostFull => full - 1,
            Fill::Full => full,
        };
        let mut commands = Vec::new();
        for asid in 0..self.capability.asids {
            let count = self.count(asid);
            let keeps = asid != aim.asid && self.golden.live() <= target;
            if count > 0 && !keeps {
                // All of it: UNMAP leaves the mode as it is, or makes it MAPPED.
                let command = Command::Unmap {
                    asid,
                    iova: 0,
                    last: self.draw.top(),
                };
                self.golden.execute(command);
                commands.push(command);
            }
        }
        for _ in 0..4 * full {
            if self.golden.live() >= target {
                break;
            }
            let last = self.golden.live() + 1 == target;
            let others = self.capability.asids > 1;
            let asid = match (own && last) || !others {
                true => aim.asid,
                // Not its own: that could change the mode.
                false => {
                    let other = self.below(usize::from(self.capability.asids) - 1) as u8;
                    if other < aim.asid { other } else { other + 1 }
                }
            };
            let command = Command::Map {
                asid,
                entry: self.free(asid),
            };
            self.golden.execute(command);
            commands.push(command);
        }
        let batches = commands
            .chunks(BATCH)
            .map(|batch| Event::Post(batch.to_vec()));
        self.events.extend(batches);
    }

    /// An entry of one granule where nothing is, unless all of the grid is taken by few large ones.
    fn free(&mut self, asid: u8) -> Entry {
        let unit = self.draw.unit();
        let space = self.golden.address_space(asid);
        let taken = space.map(|space| space.entries).unwrap_or_default();
        let mut drawn = || {
            let start = GRID + self.draw.rng.random_range(0..PLACES) * unit;
            Entry {
                start,
                last: start + (unit - 1),
                pa: start,
                perm: 3,
            }
        };
        let apart = |entry: &Entry| {
            let meets = |other: &Entry| other.last >= entry.start && other.start <= entry.last;
            !taken.iter().any(meets)
        };
        let found = (0..TRIES).map(|_| drawn()).find(apart);
        found.unwrap_or_else(drawn)
    }

    fn in_flight(&mut self, traffic: bool) {
        self.events.push(Event::Quiet);
        if traffic {
            // A group that nothing holds, or that has no address space: both are in flight alike.
            let group = self.below(self.capability.groups.into()) as u8;
            self.step(Step::Access(Request {
                group,
                iova: GRID,
                len: 1,
                access: Access::Read,
            }));
        }
    }

    /// The command, and what must stand right before it.
    fn shoot(&mut self, aim: Aim) {
        let asid = match aim.code {
            Code::InvalAsid => self.capability.asids,
            _ => aim.asid,
        };
        let device = match aim.code {
            Code::InvalDevice => self.capability.devices,
            _ => 0,
        };
        let group = match aim.code {
            Code::InvalGroup => self.capability.groups,
            _ => 0,
        };
        if aim.code == Code::Busy {
            let other = self.below(self.capability.asids.into()) as u8;
            self.command(Command::SetMapBegin { asid: other });
        }
        if ["SET_MAP_ENTRY", "SET_MAP_COMMIT", "SET_MAP_ABORT"].contains(&aim.command)
            && aim.code != Code::NoTxn
            && aim.code != Code::InvalAsid
        {
            self.staged(aim);
        }
        let clean = self.draw.chance(50);
        let entry = self.entry_for(aim);
        self.in_flight(aim.traffic);
        let command = match aim.command {
            "MAP" => Command::Map { asid, entry },
            "UNMAP" => Command::Unmap {
                asid,
                iova: entry.start,
                last: entry.last,
            },
            "SET_MAP_BEGIN" => Command::SetMapBegin { asid },
            "SET_MAP_ENTRY" => Command::SetMapEntry { asid, entry },
            "SET_MAP_COMMIT" => {
                // What the entry before was refused for.
                if ![Code::Ok, Code::NoTxn, Code::InvalAsid].contains(&aim.code) {
                    self.command(Command::SetMapEntry { asid, entry });
                }
                Command::SetMapCommit { asid }
            }
            "SET_MAP_ABORT" => Command::SetMapAbort { asid },
            "RESET_MAP" => Command::ResetMap { asid },
            "FENCE" => Command::Fence { asid },
            "RECOVER" => Command::Recover { asid },
            "GROUP_ASID" => Command::GroupAsid { group, asid },
            "DEVICE_RESET" => Command::DeviceReset { device, clean },
            "QUIESCE" => Command::Quiesce { device },
            _ => Command::Resume { device },
        };
        self.command(command);
        self.resume();
    }

    /// A transaction that is open, with as much in it as the code asks for.
    fn staged(&mut self, aim: Aim) {
        let asid = aim.asid;
        self.command(Command::SetMapBegin { asid });
        let own = self.count(asid);
        let room = usize::from(self.capability.entries) - (self.golden.live() - own);
        let staged = match aim.code {
            Code::NospcTable => room,
            Code::Exist | Code::Order => 1,
            _ => 0,
        };
        for number in 0..staged as u64 {
            let entry = self.stage(number);
            self.command(Command::SetMapEntry { asid, entry });
        }
        if aim.code == Code::NospcLimit {
            self.step(Step::Limit(asid, 0));
        }
    }

    /// Entry `number` of a transaction, ascending.
    fn stage(&self, number: u64) -> Entry {
        let unit = self.draw.unit();
        let start = GRID + (number + 8) * unit;
        Entry {
            start,
            last: start + (unit - 1),
            pa: start,
            perm: 3,
        }
    }

    /// The operands that bring about the code, where they do.
    fn entry_for(&mut self, aim: Aim) -> Entry {
        let unit = self.granule();
        let staging = aim.command.starts_with("SET_MAP");
        let free = match staging {
            // Behind everything that can have been staged.
            true => self.stage(PLACES),
            false => self.free(aim.asid),
        };
        let pa_top = u64::MAX >> (64 - u32::from(self.capability.pa_w));
        match aim.code {
            Code::Exist if staging => self.stage(0),
            Code::Order => Entry {
                start: GRID,
                last: GRID + (unit - 1),
                ..free
            },
            Code::Exist => self.one(aim.asid).unwrap_or(free),
            Code::NospcLimit => {
                let count = self.count(aim.asid) as u16;
                if !staging {
                    self.step(Step::Limit(aim.asid, count));
                }
                free
            }
            // UNMAP takes an end before its start, but no address that is too large.
            Code::InvalRange if aim.command == "UNMAP" => Entry {
                start: 0,
                last: u64::MAX,
                ..free
            },
            Code::InvalRange => Entry {
                start: free.start,
                last: free.start - unit - 1,
                ..free
            },
            Code::InvalAlign => Entry {
                start: free.start + 1,
                ..free
            },
            Code::InvalPa => Entry {
                pa: pa_top - (unit - 1),
                last: free.start + (2 * unit - 1),
                ..free
            },
            _ => free,
        }
    }

    fn no_transaction(&mut self) {
        if let Some(asid) = self.golden.staging() {
            self.command(Command::SetMapAbort { asid });
        }
    }
}
