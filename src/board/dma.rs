// SPDX-License-Identifier: Apache-2.0
//! Bursts of the board's DMA master, and memory by physical address.

use std::time::{Duration, Instant};

use super::{Board, map};
use crate::dut::ffi::BusWord;
use crate::dut::reason;
use crate::regif::{Access, Fault, RegError};

/// How long a burst may take: only a quiesced device holds one at all.
const BURST: Duration = Duration::from_secs(2);

/// A page of memory.
const PAGE: u64 = 4096;
/// RRESP and BRESP.
const OKAY: u8 = 0;

/// A burst to make: INCR, with consecutive addresses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ask {
    /// AxUSER: the group.
    pub group: u8,
    /// AxADDR.
    pub iova: u64,
    /// Read or write.
    pub access: Access,
    /// Beats, 1 to 256.
    pub beats: u16,
    /// log2 of the bytes of a beat, at most 2.
    pub size: u8,
    /// First word of the data: of a write what is written, of a read what is expected. A Galois LFSR makes the next
    /// from each (`pattern_next` in `rtl/board/board_pkg.sv`).
    pub data: u32,
    /// Lanes that a write may change, a bit each: with 0 it goes all the way and changes nothing.
    pub lanes: u8,
}

/// What came of a burst.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Burst {
    /// The first response that was not OKAY, or OKAY: 2 is SLVERR (refused by the IOMMU), 3 DECERR (no memory there).
    pub resp: u8,
    /// AxADDR that came out of the IOMMU, if one did.
    pub pa: Option<u64>,
    /// First word that was read.
    pub data: u32,
    /// A word that was read is not what was expected.
    pub mismatch: bool,
    /// Beats that were read or written.
    pub beats: u16,
    /// Why it was refused, if it was and the data path tells; the fault queue knows otherwise.
    pub fault: Option<Fault>,
}

impl Burst {
    /// The burst went to memory and back.
    #[must_use]
    pub fn okay(&self) -> bool {
        self.resp == OKAY
    }
}

impl Board {
    /// Makes a burst through the IOMMU.
    ///
    /// # Errors
    /// If it does not come to its end, or the board does not answer.
    pub fn burst(&mut self, ask: Ask) -> Result<Burst, RegError> {
        let Ask {
            group,
            iova,
            access,
            beats,
            size,
            data,
            lanes,
        } = ask;
        if !(1..=256).contains(&beats) || size > 2 || lanes > 0xf {
            return Err(RegError::Protocol(format!(
                "the DMA master of a board makes bursts of 1 to 256 beats of 1, 2 or 4 bytes on 4 lanes, not {ask:x?}"
            )));
        }
        let write = u32::from(access == Access::Write);
        let control = u32::from(group) << 24
            | u32::from(lanes) << 14
            | write << 13
            | u32::from(size) << 8
            | u32::from(beats - 1);
        let values = [iova as u32, (iova >> 32) as u32, data, control];
        let words: Vec<_> = (map::DMA_IOVA..)
            .step_by(4)
            .zip(values)
            .map(|(address, data)| BusWord { data, address })
            .collect();
        self.registers.bus.write_all(&words)?;
        let mut answer: [_; 4] = std::array::from_fn(|word| BusWord {
            data: 0,
            address: map::DMA_STATUS + 4 * word as u16,
        });
        let start = Instant::now();
        loop {
            self.registers.bus.read_words(&mut answer)?;
            let [status, data, low, high] = answer.map(|word| word.data);
            if status & 1 == 0 {
                return Ok(Burst {
                    resp: (status >> 2 & 3) as u8,
                    pa: (status >> 4 & 1 == 1).then_some(u64::from(high) << 32 | u64::from(low)),
                    data,
                    mismatch: status >> 5 & 1 == 1,
                    beats: (status >> 8 & 0x1ff) as u16,
                    fault: reason((status >> 28) as u8),
                });
            }
            if start.elapsed() > BURST {
                return Err(RegError::Link(format!(
                    "the board's DMA master has waited for {} s at {iova:#x}; RESUME the device if it is quiesced",
                    BURST.as_secs()
                )));
            }
        }
    }

    /// Reads the word of memory at physical address `pa`, past the IOMMU; the two low bits do not count.
    ///
    /// # Errors
    /// If there is no memory, or the board does not answer.
    pub fn peek(&mut self, pa: u64) -> Result<u32, RegError> {
        let address = self.window(pa)?;
        self.registers.bus.read(address)
    }

    /// Writes it.
    ///
    /// # Errors
    /// As [`peek`](Self::peek).
    pub fn poke(&mut self, pa: u64, value: u32) -> Result<(), RegError> {
        let address = self.window(pa)?;
        self.registers.bus.write(address, value)
    }

    /// Whether there is memory at a physical address.
    #[must_use]
    pub fn has_memory(&self, pa: u64) -> bool {
        pa.checked_sub(self.memory.base)
            .is_some_and(|offset| offset < self.memory.size && offset % PAGE < self.memory.page)
    }

    /// Where a word of memory is on the board's bus.
    fn window(&self, pa: u64) -> Result<u16, RegError> {
        if !self.has_memory(pa) {
            return Err(RegError::Protocol(format!(
                "the board has no memory at {pa:#x}; it has {:#x} bytes at {:#x}, the first {:#x} of each page",
                self.memory.size, self.memory.base, self.memory.page
            )));
        }
        let offset = (pa - self.memory.base) & !3;
        Ok(map::WINDOW + offset as u16)
    }
}
