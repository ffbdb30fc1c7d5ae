// SPDX-License-Identifier: Apache-2.0
//! The bytes that memory must hold: what bursts that were permitted have written, and elsewhere what was there before.

use std::collections::BTreeMap;

use super::Mismatch;
use crate::dut::axi::Beats;
use crate::regif::Channel;

/// Bytes of a page.
pub(super) const PAGE: usize = 4096;

/// RESP of an error, and every RESP above.
const SLVERR: u8 = 2;

/// Memory, as the golden model has it.
#[derive(Default)]
pub(super) struct Memory {
    pages: BTreeMap<u64, Box<[u8; PAGE]>>,
}

impl Memory {
    /// One byte.
    pub fn read(&self, address: u64) -> u8 {
        let (page, offset) = place(address);
        match self.pages.get(&page) {
            Some(bytes) => bytes[offset],
            None => untouched(address),
        }
    }

    /// Writes one byte.
    pub fn write(&mut self, address: u64, byte: u8) {
        let (number, offset) = place(address);
        let page = self.pages.entry(number).or_insert_with(|| {
            let first = number * PAGE as u64;
            let mut fresh = Box::new([0; PAGE]);
            for (byte, offset) in fresh.iter_mut().zip(0..) {
                *byte = untouched(first + offset);
            }
            fresh
        });
        page[offset] = byte;
    }

    /// Writes the bytes of a burst at its physical address, as far as lanes and strobes say.
    pub fn apply(&mut self, channel: &Channel, wide: usize, beats: &Beats) {
        for (beat, bytes) in beats.bytes.chunks_exact(wide).enumerate() {
            let (lanes, strobe) = (channel.lanes(beat, wide), beats.strobes[beat]);
            for (lane, &byte) in bytes.iter().enumerate().take(lanes.end).skip(lanes.first) {
                if strobe >> lane & 1 == 1 {
                    self.write(lanes.base + lane as u64, byte);
                }
            }
        }
    }

    /// Compares the bytes that a burst read; beats that were answered with an error have none. Returns how many.
    pub fn compare(&self, channel: &Channel, wide: usize, beats: &Beats) -> Result<u64, Mismatch> {
        let mut compared = 0;
        for (beat, bytes) in beats.bytes.chunks_exact(wide).enumerate() {
            if beats.resps[beat] >= SLVERR {
                continue;
            }
            let lanes = channel.lanes(beat, wide);
            for (lane, &got) in bytes.iter().enumerate().take(lanes.end).skip(lanes.first) {
                let address = lanes.base + lane as u64;
                let expected = self.read(address);
                compared += 1;
                if got != expected {
                    return Err(Mismatch(format!(
                        "reads {got:#x} at {address:#x}, where {expected:#x} must be"
                    )));
                }
            }
        }
        Ok(compared)
    }

    /// Numbers of the pages that were written.
    pub fn pages(&self) -> impl Iterator<Item = u64> {
        self.pages.keys().copied()
    }
}

fn place(address: u64) -> (u64, usize) {
    let page = PAGE as u64;
    (address / page, (address % page) as usize)
}

/// What is in memory before anything was written: it depends on the address, so that a read from a wrong place shows.
/// `sim/axi/bytes.h` computes the same.
pub(super) fn untouched(address: u64) -> u8 {
    let mut x = (address >> 3).wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^= x >> 31;
    (x >> (8 * (address & 7))) as u8
}
