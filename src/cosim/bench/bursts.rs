// SPDX-License-Identifier: Apache-2.0
//! AXI4 bursts through the device, with masters and memory as fast as can be: what is left is the device's own time.

use crate::dut::axi::{Manners, Records};
use crate::dut::{Dut, Variant};
use crate::regif::{Access, Burst, BurstKind, Channel, Code, Command, Entry, RegError, RegIf};

/// Group and address space that are measured.
const GROUP: u8 = 1;
const ASID: u8 = 1;
/// What is mapped, in bytes.
const IOVA: u64 = 0x40_0000;
const SIZE: u64 = 0x1_0000;
const PA: u64 = 0x100_0000;
/// Bursts of the shorter of two runs, for each direction; the difference of the two is free of beginnings and ends.
const BURSTS: u64 = 256;
/// Clocks that memory waits before it answers, where bursts are to be in flight for long.
const SLOW: u16 = 2000;

/// Which bursts flow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// Reads alone.
    Read,
    /// Writes alone.
    Write,
    /// As many of each, at once.
    Both,
}

impl Direction {
    fn accesses(self) -> &'static [Access] {
        match self {
            Self::Read => &[Access::Read],
            Self::Write => &[Access::Write],
            Self::Both => &[Access::Read, Access::Write],
        }
    }
}

/// What went through one port, in the long run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rate {
    /// Clocks.
    pub clocks: u64,
    /// Addresses accepted in them, of both directions.
    pub addresses: u64,
    /// Beats of data, of both directions.
    pub beats: u64,
}

/// Clocks that one burst spends inside the device.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Added {
    /// From the master's address handshake to memory's.
    pub address: u64,
    /// From the execution by memory to the master's B or first R: the way back, memory's own clock included.
    pub answer: u64,
}

/// A removal while bursts are in flight.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Removal {
    /// Bursts in flight when the command was rung.
    pub bursts: u64,
    /// From the doorbell to the end of the command, as the driver sees it.
    pub command: u64,
    /// From the edge that removed the entry to the last B or R at the master; 0 without bursts.
    pub last_answer: u64,
    /// From the edge that removed the entry to DRAINING = 0.
    pub drained: u64,
}

/// How fast bursts of `beats` beats go through port 0 of `variant`.
pub fn rate(variant: Variant, direction: Direction, beats: u64) -> Result<Rate, RegError> {
    let short = clocks(variant, direction, beats, BURSTS)?;
    let long = clocks(variant, direction, beats, 2 * BURSTS)?;
    let addresses = BURSTS * direction.accesses().len() as u64;
    Ok(Rate {
        clocks: long - short,
        addresses,
        beats: addresses * beats,
    })
}

/// What the device adds to one burst of `access`.
pub fn added(variant: Variant, access: Access) -> Result<Added, RegError> {
    let mut dut = device(variant)?;
    queue(&mut dut, access, 0, 1)?;
    dut.axi_run()?;
    let records = dut.axi_take()?;
    let (Some(executed), Some(finished)) = (records.executed.first(), records.finished.first())
    else {
        return Err(lost());
    };
    Ok(Added {
        address: executed.accepted - finished.accepted,
        answer: finished.finished - executed.executed,
    })
}

/// UNMAP of what `bursts` reads and writes in flight use.
pub fn removal(variant: Variant, bursts: u64) -> Result<Removal, RegError> {
    let mut dut = device(variant)?;
    let slow = Manners {
        latency_min: SLOW,
        latency_max: SLOW,
        ..Manners::FAST
    };
    dut.axi_manners(0, slow)?;
    for number in 0..bursts {
        let access = match number % 2 {
            0 => Access::Read,
            _ => Access::Write,
        };
        queue(&mut dut, access, number, 4)?;
    }
    dut.step(u64::from(dut.latency()) + 8 * bursts + 64)?;
    let before = dut.axi_take()?;
    if before.answers.len() as u64 != bursts || !before.finished.is_empty() {
        return Err(lost());
    }
    let ring = dut.driver_clocks().command;
    accepted(
        &mut dut,
        Command::Unmap {
            asid: ASID,
            iova: IOVA,
            last: IOVA + SIZE - 1,
        },
    )?;
    let command = dut.driver_clocks().command - ring;
    dut.axi_run()?;
    dut.step(64)?;
    let after = dut.axi_take()?;
    let seq = before.states.last().map_or(0, |state| state.commit_seq);
    let draining = |bits: u16| bits >> ASID & 1 == 1;
    let committed = after.states.iter().find(|state| state.commit_seq != seq);
    let committed = committed.ok_or_else(lost)?.clock;
    let drained = (after.states.iter())
        .rev()
        .find(|state| !draining(state.draining));
    let drained = drained.ok_or_else(lost)?.clock;
    let last = after.finished.iter().map(|burst| burst.finished).max();
    Ok(Removal {
        bursts,
        command,
        last_answer: last.map_or(0, |clock| clock - committed),
        drained: drained - committed,
    })
}

/// Clocks for `bursts` bursts in each direction, all of them queued at once.
fn clocks(
    variant: Variant,
    direction: Direction,
    beats: u64,
    bursts: u64,
) -> Result<u64, RegError> {
    let mut dut = device(variant)?;
    for number in 0..bursts {
        for &access in direction.accesses() {
            queue(&mut dut, access, number, beats)?;
        }
    }
    let before = dut.clocks();
    dut.axi_run()?;
    let Records { answers, .. } = dut.axi_take()?;
    match answers.iter().find(|answer| answer.fault.is_some()) {
        None => Ok(dut.clocks() - before),
        Some(refused) => Err(RegError::Protocol(format!(
            "a burst of a measurement was refused: {:?}",
            refused.fault
        ))),
    }
}

/// A device with one range mapped.
fn device(variant: Variant) -> Result<Dut, RegError> {
    let mut dut = Dut::new(variant)?;
    accepted(
        &mut dut,
        Command::GroupAsid {
            group: GROUP,
            asid: ASID,
        },
    )?;
    let entry = Entry {
        start: IOVA,
        last: IOVA + SIZE - 1,
        pa: PA,
        perm: 3,
    };
    accepted(&mut dut, Command::Map { asid: ASID, entry })?;
    for port in 0..dut.axi_ports() {
        dut.axi_manners(port, Manners::FAST)?;
    }
    Ok(dut)
}

/// Queues a burst of `beats` full beats at port 0.
fn queue(dut: &mut Dut, access: Access, number: u64, beats: u64) -> Result<(), RegError> {
    let width = dut.axi_beat_bytes() as u64;
    let write = access == Access::Write;
    let channel = Channel {
        access,
        address: IOVA + number * beats * width % SIZE,
        user: GROUP.into(),
        id: (number % 16) as u16,
        len: (beats - 1) as u8,
        size: width.trailing_zeros() as u8,
        kind: BurstKind::Incr,
        lock: false,
        cache: 0,
        prot: 0,
        qos: 0,
        region: 0,
        atop: 0,
    };
    let burst = Burst {
        channel,
        data: vec![0xa5; if write { (beats * width) as usize } else { 0 }],
        strobes: vec![u64::MAX >> (64 - width); if write { beats as usize } else { 0 }],
    };
    dut.axi_queue(0, 2 * number + u64::from(write), 0, &burst)
}

fn accepted(dut: &mut Dut, command: Command) -> Result<(), RegError> {
    match dut.command(command)?.code {
        Code::Ok => Ok(()),
        code => Err(RegError::Protocol(format!(
            "{command:x?} of a measurement ended in {code:?}"
        ))),
    }
}

fn lost() -> RegError {
    RegError::Protocol("a burst of a measurement did not come where it should".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is measured has happened; how long it takes is for `persimmon bench` to say.
    #[test]
    fn every_measurement_ends() {
        let rate = rate(Variant::AxiDual, Direction::Both, 1).unwrap();
        assert!(rate.clocks > 0, "{rate:?}");
        let added = added(Variant::AxiE64, Access::Write).unwrap();
        assert!(added.address > 0, "{added:?}");
        for bursts in [0, 4] {
            let removal = removal(Variant::AxiE64, bursts).unwrap();
            assert!(removal.drained >= removal.last_answer, "{removal:?}");
        }
    }
}
