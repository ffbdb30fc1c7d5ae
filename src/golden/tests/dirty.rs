// SPDX-License-Identifier: Apache-2.0
//! The dirty log: window, address spaces, read-and-clear, and the copy loop of a migration run against memory.

use crate::golden::DirtyLog;

const PAGES: u32 = 128;
const PAGE: u64 = 4096;

fn log(base: u64, shift: u8) -> DirtyLog {
    let mut log = DirtyLog::new(PAGES);
    log.set_window(base, shift);
    assert!(log.clear_all());
    log.set_asids(0b10);
    log
}

#[test]
fn a_bit_is_a_page_of_the_window() {
    let mut log = log(0x10_0000, 12);
    log.write(1, 0x10_0000);
    log.write(1, 0x10_0000 + 33 * PAGE + 4095);
    assert_eq!(log.read_clear(0), Some(1));
    assert_eq!(log.read_clear(1), Some(2));
    assert_eq!(log.read_clear(1), Some(0), "it was taken");
    assert!(!log.everything());
}

#[test]
fn larger_pages_count_from_the_base_aligned_or_not() {
    let mut log = log(0x3000, 14);
    log.write(1, 0x3000);
    log.write(1, 0x6fff);
    log.write(1, 0x7000);
    assert_eq!(log.read_clear(0), Some(0b11));
}

#[test]
fn only_logged_address_spaces_count() {
    let mut log = log(0, 12);
    log.write(0, 0);
    log.write(2, u64::MAX);
    log.write(16, 0);
    log.write(255, 0);
    assert_eq!(log.read_clear(0), Some(0));
    assert!(!log.everything());
}

#[test]
fn outside_the_window_is_everything_until_clear_all() {
    for outside in [0xf_f000, 0x10_0000 + u64::from(PAGES) * PAGE, u64::MAX, 0] {
        let mut log = log(0x10_0000, 12);
        log.write(1, outside);
        assert!(log.everything(), "{outside:#x}");
        assert_eq!(log.read_clear(0), Some(0));
        assert!(log.everything(), "reading says nothing about the rest");
        assert!(!log.clear_all(), "refused while logged");
        assert!(log.everything());
        log.set_asids(0);
        assert!(log.clear_all());
        assert!(!log.everything());
    }
}

#[test]
fn the_window_may_end_where_addresses_end() {
    let mut log = log(u64::MAX - 63, 63);
    log.write(1, u64::MAX);
    assert_eq!(log.read_clear(0), Some(1));
    let mut log = self::log(0, 63);
    log.write(1, u64::MAX);
    assert_eq!(log.read_clear(0), Some(2));
    log.set_asids(0);
    log.set_window(0, 0);
    log.set_asids(2);
    log.write(1, PAGE);
    assert_eq!(log.read_clear(0), Some(2), "less than 12 counts as 12");
}

#[test]
fn a_word_beyond_the_bitmap_is_refused() {
    let mut log = log(0, 12);
    assert_eq!(log.read_clear(PAGES / 32 - 1), Some(0));
    assert_eq!(log.read_clear(PAGES / 32), None);
    assert_eq!(log.read_clear(u32::MAX), None);
}

/// When a write sets its bit.
#[derive(Clone, Copy, PartialEq)]
enum SetBit {
    /// When its answer is there: what the hardware does.
    Answered,
    /// When it is accepted, its data still on the way: what it must not do.
    Accepted,
}

#[test]
fn clear_then_copy_loses_no_write_however_late_its_data() {
    let (lost, recopied) = migrate(SetBit::Answered);
    assert_eq!(lost, 0);
    assert!(recopied > 0, "the last round found nothing to copy");
}

/// The same loop must see the fault that the log is built against, or it shows nothing.
#[test]
fn a_bit_set_before_the_data_loses_writes() {
    let (lost, _) = migrate(SetBit::Accepted);
    assert!(lost > 0);
}

/// A write that was accepted: its data reaches memory later, its answer comes later still.
struct Flying {
    page: usize,
    data: u64,
    landed: bool,
}

/// Copies memory while a device writes to it, in every order of accept, land, answer, clear and copy that a random
/// walk finds; at the end waits for all answers and goes round once more. Returns the pages whose copy is not the
/// memory, and those that the last round had to copy.
fn migrate(set_bit: SetBit) -> (usize, usize) {
    let mut state = 0x2545_f491_4f6c_dd1du64;
    let mut random = move |n: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % n as u64) as usize
    };
    let (mut lost, mut recopied) = (0, 0);
    for _ in 0..200 {
        let mut log = log(0, 12);
        let mut memory = vec![0u64; PAGES as usize];
        let mut copy = memory.clone();
        let mut flying: Vec<Flying> = Vec::new();
        let mut dirty: Vec<usize> = Vec::new();
        let mut word = 0;
        for step in 1.. {
            let draining = step > 400;
            if draining && flying.is_empty() {
                break;
            }
            match random(4) {
                0 if !draining => {
                    let page = random(PAGES as usize);
                    if set_bit == SetBit::Accepted {
                        log.write(1, page as u64 * PAGE);
                    }
                    flying.push(Flying {
                        page,
                        data: step,
                        landed: false,
                    });
                }
                1 if !flying.is_empty() => {
                    let one = random(flying.len());
                    if !flying[one].landed {
                        flying[one].landed = true;
                        memory[flying[one].page] = flying[one].data;
                    } else {
                        let answered = flying.swap_remove(one);
                        if set_bit == SetBit::Answered {
                            log.write(1, answered.page as u64 * PAGE);
                        }
                    }
                }
                _ => match dirty.pop() {
                    Some(page) => copy[page] = memory[page],
                    None => {
                        dirty = pages(log.read_clear(word).unwrap(), word);
                        word = (word + 1) % (PAGES / 32);
                    }
                },
            }
        }
        for page in dirty {
            copy[page] = memory[page];
        }
        for word in 0..PAGES / 32 {
            for page in pages(log.read_clear(word).unwrap(), word) {
                recopied += usize::from(copy[page] != memory[page]);
                copy[page] = memory[page];
            }
        }
        lost += copy.iter().zip(&memory).filter(|(c, m)| c != m).count();
    }
    (lost, recopied)
}

fn pages(bits: u32, word: u32) -> Vec<usize> {
    (0..32)
        .filter(|i| bits >> i & 1 == 1)
        .map(|i| (32 * word + i) as usize)
        .collect()
}
