// SPDX-License-Identifier: Apache-2.0
//! The bytes that memory must hold: what bursts that were permitted have written, and elsewhere what was there before.

use std::collections::BTreeMap;

/// Bytes of a page.
pub(super) const PAGE: usize = 4096;

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
