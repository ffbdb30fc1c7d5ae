// SPDX-License-Identifier: Apache-2.0
//! Which pages devices have written, as `rtl/dirty_log.sv` keeps it.
//!
//! The hardware's operations form one sequence in which each is whole; here each is one call. What takes time
//! there (FIFOs in front, a walk over all words) is invisible from outside, because a command waits for the events
//! that were handed over before it.

/// Bits of the word that one `read_clear` takes.
const WORD_BITS: u128 = 32;

/// log2 of the smallest page that a bit can stand for.
const SHIFT_MIN: u8 = 12;

/// The dirty log of one IOMMU, as after the clear that follows power-on: nothing is logged.
#[derive(Clone, Debug)]
pub struct DirtyLog {
    words: Vec<u32>,
    asids: u16,
    base: u64,
    shift: u8,
    everything: bool,
}

impl DirtyLog {
    /// A log of `pages` bits; hardware takes powers of two from 64 on.
    pub fn new(pages: u32) -> Self {
        Self {
            words: vec![0; pages.div_ceil(u32::BITS) as usize],
            asids: 0,
            base: 0,
            shift: SHIFT_MIN,
            everything: false,
        }
    }

    /// Address spaces that are logged from here on, a bit each.
    pub fn set_asids(&mut self, asids: u16) {
        self.asids = asids;
    }

    /// The window: its first byte and log2 of the bytes that one bit stands for.
    ///
    /// To be changed only while nothing is logged; what the log holds means nothing until [`clear_all`](Self::clear_all).
    pub fn set_window(&mut self, base: u64, shift: u8) {
        self.base = base & !((1 << SHIFT_MIN) - 1);
        self.shift = shift.clamp(SHIFT_MIN, 63);
    }

    /// The memory has answered a write to the page of `iova` in `asid`, with success or not.
    pub fn write(&mut self, asid: u8, iova: u64) {
        if self.asids.checked_shr(u32::from(asid)).unwrap_or(0) & 1 == 0 {
            return;
        }
        let page = iova & !((1 << SHIFT_MIN) - 1);
        let bit = page
            .checked_sub(self.base)
            .map(|offset| u128::from(offset >> self.shift));
        match bit {
            Some(bit) if bit < self.words.len() as u128 * WORD_BITS => {
                self.words[(bit / WORD_BITS) as usize] |= 1 << (bit % WORD_BITS);
            }
            _ => self.everything = true,
        }
    }

    /// Takes word `index`: page `32 * index + i` of the window is bit `i`. `None`, refused, beyond the bitmap.
    pub fn read_clear(&mut self, index: u32) -> Option<u32> {
        self.words.get_mut(index as usize).map(std::mem::take)
    }

    /// Clears bitmap and [`everything`](Self::everything); false, refused, while an address space is logged.
    pub fn clear_all(&mut self) -> bool {
        if self.asids != 0 {
            return false;
        }
        self.words.fill(0);
        self.everything = false;
        true
    }

    /// A write fell outside the window since the last `clear_all`: every page must be taken as dirty.
    pub fn everything(&self) -> bool {
        self.everything
    }
}
