// SPDX-License-Identifier: Apache-2.0
//! READ: the whole table, as it is in the active bank.
//!
//! A READ takes some thirty clocks, so the table is read once and kept until the device may have changed: any command,
//! register write or reset pin ends that. A command that was refused does too, because that it changed nothing is
//! what the reader wants to see. There is a READ for each entry; what READ shows of an address space is held against
//! AS_STATUS, from which the rest of the address spaces are taken.

use super::Registers;
use super::bus::Transport;
use super::command::Rung;
use super::doorbell::Doorbell;
use super::glance::{Glance, Space, mode};
use super::regs::components::op_e::OpE;
use crate::regif::{AddressSpace, Capability, Code, Entry, Mode, RegError};

/// One entry of the active bank.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Slot {
    /// Address space that it was mapped in.
    pub asid: u8,
    /// False: left behind by a reset of that address space, and dropped by the next pass. It translates nothing.
    pub live: bool,
    /// A word of it has been damaged: it translates nothing either, and accesses that find it fault.
    pub poison: bool,
    /// What it maps.
    pub entry: Entry,
}

/// The state that READ shows, at one COMMIT_SEQ.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    /// State changes committed when this was read.
    pub commit_seq: u32,
    /// Every address space, by number.
    pub spaces: Vec<AddressSpace>,
    /// Every entry of the active bank in its order, dead ones included.
    pub slots: Vec<Slot>,
}

/// What one READ returns.
struct Window {
    commit_seq: u32,
    entries: u16,
    space: Space,
    slot: Option<Slot>,
}

impl<T: Transport> Registers<T> {
    /// Reads the whole table. What the device says of itself there must agree: entries in order, counts, liveness, and
    /// the state of each address space in both places that show it, READ and AS_STATUS.
    pub fn table(&mut self) -> Result<&Table, RegError> {
        let table = match self.table.take() {
            // Nothing that this type did has changed it. The device must say so too.
            Some(table) if table.commit_seq == self.glance()?.commit_seq => table,
            _ => self.read_table()?,
        };
        Ok(self.table.insert(table))
    }

    fn read_table(&mut self) -> Result<Table, RegError> {
        let Capability { entries, asids, .. } = self.capability;
        let mut slots = Vec::new();
        let mut shown = Vec::new();
        let mut commit_seq = None;
        for number in 0..=entries {
            // READ shows an entry and an address space. The table may have fewer entries than there are address
            // spaces: each has its turn, in this table or one of the next.
            let asid = self.next_space;
            self.next_space = (asid + 1) % asids;
            let window = self.read(number, asid)?;
            let first = *commit_seq.get_or_insert(window.commit_seq);
            same_state(first, window.commit_seq)?;
            shown.push((asid, window.space));
            let there = number < window.entries;
            if there != window.slot.is_some() {
                return Err(broken(format!(
                    "RD_N is {:#x}, and RD_ATTR.valid of entry {number:#x} is {}",
                    window.entries, !there
                )));
            }
            slots.extend(window.slot);
            if !there {
                break;
            }
        }
        if slots.len() > usize::from(entries) {
            return Err(broken(format!(
                "it has an entry {entries:#x}, and CAP_TABLE.entries is {entries:#x}"
            )));
        }
        let commit_seq = commit_seq.unwrap_or(0);
        let Glance {
            commit_seq: last,
            spaces,
            ..
        } = self.glance()?.clone();
        same_state(commit_seq, last)?;
        for (asid, by_read) in shown {
            if spaces.get(usize::from(asid)) != Some(&by_read) {
                return Err(broken(format!(
                    "RD_AS of address space {asid:#x} is {by_read:x?}, and AS_STATUS says {:x?}",
                    spaces.get(usize::from(asid))
                )));
            }
        }
        let counts: Vec<u16> = spaces.iter().map(|space| space.count).collect();
        let mut table = Table {
            commit_seq,
            spaces: spaces
                .iter()
                .map(|space| AddressSpace {
                    mode: space.mode,
                    entries: Vec::new(),
                    poisoned: Vec::new(),
                    commit_seq,
                })
                .collect(),
            slots,
        };
        check_order(&table.slots)?;
        for slot in &table.slots {
            let space = table
                .spaces
                .get_mut(usize::from(slot.asid))
                .ok_or_else(|| broken(format!("{slot:x?} is of no address space")))?;
            if slot.live != (space.mode == Mode::Mapped) {
                return Err(broken(format!(
                    "{slot:x?} in an address space that is {:?}",
                    space.mode
                )));
            }
            if slot.live {
                space.entries.push(slot.entry);
                if slot.poison {
                    space.poisoned.push(slot.entry.start);
                }
            }
        }
        for (asid, (space, count)) in table.spaces.iter().zip(counts).enumerate() {
            if space.entries.len() != usize::from(count) {
                return Err(broken(format!(
                    "the count of address space {asid:#x} is {count:#x}, and it has {:#x} live entries",
                    space.entries.len()
                )));
            }
        }
        Ok(table)
    }

    fn read(&mut self, number: u16, asid: u8) -> Result<Window, RegError> {
        let map = self.bus.map();
        let then = self
            .outcome()
            .ask(map.rd_attr())
            .ask(map.rd_as())
            .ask(map.rd_seq())
            .ask(map.rd_n())
            .ask(map.rd_start())
            .ask(map.rd_last())
            .ask(map.rd_pa());
        let Rung { code, words, .. } = self.ring(
            Doorbell {
                asid,
                iova: Some(u64::from(number)),
                ..Doorbell::new(OpE::Read)
            },
            then,
        )?;
        let map = words.map();
        let attr = map.rd_attr().try_read()?;
        let space = map.rd_as().try_read()?;
        if attr.valid() != (code == Code::Ok) || !matches!(code, Code::Ok | Code::InvalIndex) {
            return Err(broken(format!(
                "READ of entry {number:#x} ended in {code:?}, and RD_ATTR is {attr:x?}"
            )));
        }
        let slot = if attr.valid() {
            Some(Slot {
                asid: attr.asid(),
                live: attr.live(),
                poison: attr.poison(),
                entry: Entry {
                    start: map.rd_start().try_read()?.iova(),
                    last: map.rd_last().try_read()?.last(),
                    pa: map.rd_pa().try_read()?.pa(),
                    perm: attr.perm(),
                },
            })
        } else {
            None
        };
        Ok(Window {
            commit_seq: map.rd_seq().try_read()?.seq(),
            entries: map.rd_n().try_read()?.n(),
            space: Space {
                mode: mode(space.mode())?,
                count: space.count(),
            },
            slot,
        })
    }
}

/// The bank is sorted by `{asid, start}`, and no two entries of an address space overlap. Dead ones are still in
/// their places.
fn check_order(slots: &[Slot]) -> Result<(), RegError> {
    for slot in slots {
        if slot.entry.start > slot.entry.last {
            return Err(broken(format!("{slot:x?} ends before it starts")));
        }
    }
    for pair in slots.windows(2) {
        let [before, after] = pair else { continue };
        let ordered = (before.asid, before.entry.last) < (after.asid, after.entry.start);
        if !ordered {
            return Err(broken(format!("{after:x?} comes after {before:x?}")));
        }
    }
    Ok(())
}

/// Nothing commits between two looks at one table.
fn same_state(first: u32, later: u32) -> Result<(), RegError> {
    if first == later {
        return Ok(());
    }
    Err(broken(format!(
        "COMMIT_SEQ went from {first:#x} to {later:#x} while it was read"
    )))
}

fn broken(what: String) -> RegError {
    RegError::Protocol(format!("the table that was read back is not one: {what}"))
}
