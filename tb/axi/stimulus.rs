// SPDX-License-Identifier: Apache-2.0
//! Bursts and a device to send them to, shared by the directed tests.

use persimmon::cosim::axi::{AxiBench, Mismatch};
use persimmon::dut::Variant;
use persimmon::dut::axi::{Finished, Hold};
use persimmon::regif::{Access, Burst, BurstKind, Channel, Command, DevicePolicy, Entry, RegIf};

use crate::header::{mask, offset};

/// How a test ends.
pub type Outcome = Result<(), Mismatch>;

/// Bytes of a page.
pub const PAGE: u64 = 4096;
/// Pages that each address space has mapped.
pub const PAGES: u64 = 16;
/// Their IOVA, the same in every address space.
pub const IOVA: u64 = 0x40_0000;

/// Where the pages of an address space are in memory.
pub fn frames(asid: u8) -> u64 {
    0x100_0000 + 0x10_0000 * u64::from(asid)
}

/// The entry of an address space.
pub fn entry(asid: u8) -> Entry {
    Entry {
        start: IOVA,
        last: IOVA + PAGES * PAGE - 1,
        pa: frames(asid),
        perm: 3,
    }
}

/// UNMAP of all of it.
pub fn unmap(asid: u8) -> Command {
    Command::Unmap {
        asid,
        iova: IOVA,
        last: IOVA + PAGES * PAGE - 1,
    }
}

/// A device where group n is in AS n, which has [`entry`] mapped. Groups 0 and 1 are of device 0, 2 and 3 of device 1.
pub fn running(variant: Variant) -> Result<AxiBench, Mismatch> {
    let mut bench = AxiBench::new(variant, 7)?;
    let capability = bench.dut().capability();
    for device in 0..capability.devices {
        bench.policy(
            device,
            DevicePolicy {
                groups: 0b11 << (2 * device),
                asids: 0b11 << (2 * device),
                ..Default::default()
            },
        )?;
    }
    for number in 0..capability.groups.min(capability.asids) {
        bench.ok(Command::GroupAsid {
            group: number,
            asid: number,
        })?;
        bench.ok(Command::Map {
            asid: number,
            entry: entry(number),
        })?;
    }
    write(&mut bench, "IRQ_STATUS", 0, u32::MAX)?;
    Ok(bench)
}

/// An incrementing burst of full beats at an aligned place of the mapped pages.
pub fn channel(access: Access, group: u8, id: u16, place: u64, beats: usize) -> Channel {
    Channel {
        access,
        address: IOVA + place,
        user: group.into(),
        id,
        len: (beats - 1) as u8,
        size: 3,
        kind: BurstKind::Incr,
        lock: false,
        cache: 0b0011,
        prot: 0b010,
        qos: 0,
        region: 0,
        atop: 0,
    }
}

/// The burst of an address channel; data that differ from burst to burst and from byte to byte, all of it strobed.
pub fn burst(bench: &mut AxiBench, channel: Channel) -> Burst {
    let (mut data, mut strobes) = (Vec::new(), Vec::new());
    if channel.access == Access::Write {
        let wide = bench.dut().axi_beat_bytes();
        let salt = channel
            .address
            .wrapping_mul(0x9e37_79b9)
            .wrapping_add(channel.id.into());
        data = (0..channel.beats() * wide)
            .map(|byte| (byte as u64 * 37 + salt) as u8)
            .collect();
        strobes = (0..channel.beats())
            .map(|beat| {
                let lanes = channel.lanes(beat, wide);
                (lanes.first..lanes.end.min(wide)).fold(0, |all, lane| all | 1 << lane)
            })
            .collect();
    }
    Burst {
        channel,
        data,
        strobes,
    }
}

/// Queues the burst of an address channel. Returns its number.
pub fn send(bench: &mut AxiBench, port: usize, channel: Channel) -> Result<u64, Mismatch> {
    let burst = burst(bench, channel);
    bench.queue(port, 0, burst)
}

/// Lets clocks pass until burst `serial` is answered.
pub fn answer(bench: &mut AxiBench, serial: u64) -> Result<Finished, Mismatch> {
    for _ in 0..20_000 {
        let finished = bench.step(1)?;
        if let Some(found) = finished
            .into_iter()
            .find(|finished| finished.serial == serial)
        {
            return Ok(found);
        }
    }
    Err(Mismatch(format!(
        "burst {serial} has no answer in 20000 clocks"
    )))
}

/// The worst response in an answer.
pub fn resp(finished: &Finished) -> u8 {
    finished
        .beats
        .resps
        .iter()
        .copied()
        .fold(finished.resp, u8::max)
}

/// Memory does not execute what goes to an address space's pages.
pub fn hold(asid: u8) -> [Hold; 2] {
    [false, true].map(|write| Hold {
        first: frames(asid),
        last: frames(asid) + PAGES * PAGE - 1,
        write,
    })
}

/// Reads a register.
pub fn read(bench: &mut AxiBench, name: &str, index: u16) -> Result<u32, Mismatch> {
    Ok(bench.dut().reg_read(offset(name, index))?)
}

/// Writes a register.
pub fn write(bench: &mut AxiBench, name: &str, index: u16, value: u32) -> Outcome {
    Ok(bench.dut().reg_write(offset(name, index), value)?)
}

/// A field of a register.
pub fn field(bench: &mut AxiBench, name: &str, index: u16, field: &str) -> Result<u32, Mismatch> {
    let bits = mask(field);
    Ok((read(bench, name, index)? & bits) >> bits.trailing_zeros())
}

/// DRAINING, a bit an address space, some clocks from now.
pub fn draining(bench: &mut AxiBench) -> Result<u32, Mismatch> {
    bench.step(16)?;
    read(bench, "DRAINING", 0)
}

/// Bursts that the device has answered and the scoreboard checked.
pub fn answered(bench: &AxiBench) -> u64 {
    bench.counts().answers
}
