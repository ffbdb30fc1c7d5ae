// SPDX-License-Identifier: Apache-2.0
//! READ: the whole table, as it is in the active bank.
//!
//! A READ takes some thirty clocks, so the table is read once and kept until the device may have changed: any command,
//! register write or reset pin ends that. A command that was refused does too, because that it changed nothing is
//! what the reader wants to see.

use super::Dut;
use super::command::Rung;
use super::doorbell::Doorbell;
use super::regs::components::mode_e::ModeE;
use super::regs::components::op_e::OpE;
use crate::regif::{AddressSpace, Code, Entry, Mode, RegError};

/// One entry of the active bank.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Slot {
    /// Address space that it was mapped in.
    pub asid: u8,
    /// False: left behind by a reset of that address space, and dropped by the next pass. It translates nothing.
    pub live: bool,
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
    mode: Mode,
    count: u16,
    slot: Option<Slot>,
}

impl Dut {
    /// Reads the whole table. What the device says of itself there must agree: entries in order, counts, liveness.
    pub fn table(&mut self) -> Result<&Table, RegError> {
        let table = match self.table.take() {
            // Nothing that this type did has changed it. The device must say so too.
            Some(table) if table.commit_seq == self.commit_seq()? => table,
            _ => self.read_table()?,
        };
        Ok(self.table.insert(table))
    }

    fn read_table(&mut self) -> Result<Table, RegError> {
        let asids = self.capability.asids;
        let mut table = Table {
            commit_seq: 0,
            spaces: Vec::new(),
            slots: Vec::new(),
        };
        let mut counts = Vec::new();
        // Entry numbers and address spaces are read side by side: READ takes one of each.
        for number in 0.. {
            let asid = number.min(u16::from(asids) - 1) as u8;
            let window = self.read(number, asid)?;
            if number == 0 {
                table.commit_seq = window.commit_seq;
            } else if table.commit_seq != window.commit_seq {
                return Err(broken(format!(
                    "COMMIT_SEQ went from {:#x} to {:#x} while the table was read",
                    table.commit_seq, window.commit_seq
                )));
            }
            if usize::from(asid) == table.spaces.len() {
                counts.push(window.count);
                table.spaces.push(AddressSpace {
                    mode: window.mode,
                    entries: Vec::new(),
                    commit_seq: window.commit_seq,
                });
            }
            let there = number < window.entries;
            if there != window.slot.is_some() {
                return Err(broken(format!(
                    "RD_N is {:#x}, and RD_ATTR.valid of entry {number:#x} is {}",
                    window.entries, !there
                )));
            }
            table.slots.extend(window.slot);
            if !there && number + 1 >= u16::from(asids) {
                break;
            }
        }
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
            }
        }
        for (asid, (space, count)) in table.spaces.iter().zip(counts).enumerate() {
            if space.entries.len() != usize::from(count) {
                return Err(broken(format!(
                    "RD_AS.count of address space {asid:#x} is {count:#x}, and it has {:#x} live entries",
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
        let mode = match space.mode() {
            Ok(ModeE::Blocked) => Mode::Blocked,
            Ok(ModeE::Identity) => Mode::Identity,
            Ok(ModeE::Mapped) => Mode::Mapped,
            Err(unknown) => {
                return Err(broken(format!(
                    "RD_AS.mode is {:#x}, which has no meaning",
                    unknown.value()
                )));
            }
        };
        let slot = if attr.valid() {
            Some(Slot {
                asid: attr.asid(),
                live: attr.live(),
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
            mode,
            count: space.count(),
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

fn broken(what: String) -> RegError {
    RegError::Protocol(format!("the table that was read back is not one: {what}"))
}
