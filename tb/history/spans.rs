// SPDX-License-Identifier: Apache-2.0
//! Bugs of ranges: entries and holes too large for something, and the last byte of an access.

use persimmon::cosim::dma;
use persimmon::dut::Variant;
use persimmon::regif::{Access, Code, Command, Entry, Fault, RegIf};
use persimmon::vdpa::uapi::Kind;
use persimmon::vdpa::{ConfigOps, Errno, Iotlb, Kernel, Mapping};

use crate::machine::{Machine, PA, PARENTS, parents, power_on, profile};

const PAGE: u64 = 0x1000;
const GIB: u64 = 1 << 30;

/// Bug 4: mlx5 cuts a table into memory regions of at most 1 GiB. Where a region began inside an entry, its distance from
/// the entry's start was forgotten, so the second and third GiB of a large entry were duplicates of the first
/// (29ce8b8a4fa7 "vdpa/mlx5: Fix PA offset with unaligned starting iotlb map").
///
/// One entry of 3 GiB, not at a multiple of a GiB: the last page of each GiB, and the first of the next, counted both
/// from the entry's start and in IOVAs.
#[test]
fn bug_04_an_entry_of_three_gib_is_no_copy_of_its_first() {
    for profile in parents() {
        let mut m = Machine::with(profile, 3 * GIB);
        let start = 0x7_c012_3000;
        m.map(start, 3 * GIB, 0).unwrap();
        let whole = (start, start + 3 * GIB - 1, PA);
        assert_eq!(m.d(0), Some(vec![whole]));
        let from_start = (1..=3).map(|n| n * GIB);
        let in_iova = (1..=3).map(|n| (start / GIB + n) * GIB - start);
        for border in from_start.chain(in_iova) {
            assert_eq!(m.byte(start + border - PAGE), Ok(PA + border - PAGE));
            assert_eq!(m.byte(start + border - 1), Ok(PA + border - 1));
            if border < 3 * GIB {
                let (first, last) = (PA + border, PA + border - 1);
                assert_eq!(m.byte(start + border), Ok(first));
                // Nor is there a seam for a DMA that goes over it.
                assert_eq!(m.dma(0, start + border - 1, 2), Ok(vec![(last, 2)]));
            }
        }
        assert_eq!(m.byte(start - 1), Err(Fault::NoMapping));
        assert_eq!(m.byte(start + 3 * GIB), Err(Fault::NoMapping));
    }
}

/// Bug 5: mlx5 fills a hole with null keys. They were counted in pieces of 1 GiB, but written as one, whose length has 32
/// bits: behind a hole of more than 4 GiB everything lay too low (a6097e0a54a5 "vdpa/mlx5: Fix oversized null mkey
/// longer than 32bit").
///
/// A, a hole of 5 GiB, B. B must be where it was put and nowhere else, least of all 4 GiB below.
#[test]
fn bug_05_a_hole_of_five_gib_is_five_gib() {
    for profile in parents() {
        let mut m = Machine::on(profile);
        let (a, hole) = (0x1_0000, 0x1_2000);
        let b = hole + 5 * GIB;
        m.begin();
        m.map(a, 2 * PAGE, 0).unwrap();
        m.map(b, 2 * PAGE, 0x8000).unwrap();
        m.end();
        let (in_a, in_b) = ((a, hole - 1, PA), (b, b + 2 * PAGE - 1, PA + 0x8000));
        assert_eq!(m.d(0), Some(vec![in_a, in_b]));
        for page in [0, PAGE] {
            assert_eq!(m.byte(a + page), Ok(PA + page));
            assert_eq!(m.byte(b + page), Ok(PA + 0x8000 + page));
        }
        for gib in 0..5 {
            for iova in [hole + gib * GIB, hole + gib * GIB + PAGE] {
                assert_eq!(m.byte(iova), Err(Fault::NoMapping), "{iova:#x}");
            }
        }
        let beyond = b + 2 * PAGE;
        for iova in [b - 1, beyond, hole + (4 << 32), b + (1 << 32)] {
            assert_eq!(m.byte(iova), Err(Fault::NoMapping), "{iova:#x}");
        }
        // A DMA that goes from A into the hole does not find B behind it.
        assert_eq!(m.dma(0, hole - 1, 2), Err(Fault::NoMapping));
    }
}

/// Bug 11: A range of all 2^64 bytes is kept as two halves, because its size does not fit in a u64. That the first half
/// could not be added was ignored, and the second was added without it (03a91c9af2c4 "vhost: handle error while adding
/// split ranges to iotlb"). That the second fails must not leave the first either.
///
/// vhost's table, at every place at which it can be full; that is all that can go wrong in the model of it, and it meets
/// the second half as well as the first.
#[test]
fn bug_11_half_of_the_full_range_is_nothing_in_s() {
    for (limit, expected) in [
        (0, Err(Errno::Enospc)),
        (1, Err(Errno::Enospc)),
        (2, Ok(())),
    ] {
        let mut s = Iotlb::new(Some(limit));
        assert_eq!(s.add_range(0, u64::MAX, 0x1000, 3), expected);
        let kept: Vec<_> = s.iter().map(|m| (m.start, m.last, m.addr)).collect();
        let (half, upper) = (u64::MAX >> 1, 1u64 << 63);
        let halves = vec![
            (0, half, 0x1000),
            (upper, u64::MAX, upper.wrapping_add(0x1000)),
        ];
        assert_eq!(kept, if expected.is_ok() { halves } else { vec![] });
    }
}

/// Bug 11, and the device: a parent that is full at the first half, or at the second, is left with no half.
#[test]
fn bug_11_half_of_the_full_range_is_nothing_in_d() {
    let mut halves = Iotlb::new(None);
    halves.add_range(0, u64::MAX, 0, 3).unwrap();
    let probes = [0, 1, u64::MAX >> 1, 1 << 63, u64::MAX - 1, u64::MAX];
    for limit in [0, 1, 2] {
        let mut profile = profile(Kernel::V6_12_117, Mapping::SetMap);
        profile.limit_sim(limit);
        let mut m = Machine::with(profile, PAGE);
        let told = m.vdpa.parent_mut().set_map(0, &halves);
        if limit < 2 {
            assert_eq!(told, Err(Errno::Enospc.into()));
            assert_eq!(m.d(0), Some(vec![]));
        } else {
            told.unwrap();
        }
        for iova in probes {
            let expected = if limit < 2 {
                Err(Fault::NoMapping)
            } else {
                Ok(iova)
            };
            assert_eq!(m.byte(iova), expected, "{iova:#x}, limit {limit}");
        }
    }
}

/// Bug 11, the first half alone: it is refused (its physical addresses end beyond the last one), and the second would
/// fit. Had the device forgotten the refusal, it would commit that.
#[test]
fn bug_11_the_second_half_does_not_make_up_for_the_first() {
    let mut dev = power_on(Variant::E64);
    let half = |start, pa| Entry {
        start,
        last: start + (u64::MAX >> 1),
        pa,
        perm: 3,
    };
    let (asid, addr) = (0, (1u64 << 63) + 1);
    let first = half(0, addr);
    let second = half(1 << 63, addr.wrapping_add(1 << 63));
    let mut run = |steps: &[(Command, Code)]| {
        for &(command, code) in steps {
            assert_eq!(dev.command(command).unwrap().code, code, "{command:x?}");
        }
        dev.address_space(asid).unwrap()
    };
    let before = run(&[]);
    let after = run(&[
        (Command::SetMapBegin { asid }, Code::Ok),
        (Command::SetMapEntry { asid, entry: first }, Code::InvalPa),
        (
            Command::SetMapEntry {
                asid,
                entry: second,
            },
            Code::InvalPa,
        ),
        (Command::SetMapCommit { asid }, Code::InvalPa),
    ]);
    assert_eq!(after, before);
    // It is the first that was wrong, by itself.
    let alone = run(&[
        (Command::Map { asid, entry: first }, Code::InvalPa),
        (
            Command::Map {
                asid,
                entry: second,
            },
            Code::Ok,
        ),
    ]);
    assert_eq!(alone.entries, [second]);
    dev.check_all().unwrap();
    assert_eq!(dev.divergences(), []);
}

/// Bug 11, by messages: user space can ask for the two halves itself. A failure of one takes nothing else along, and the
/// halves meet without a seam.
#[test]
fn bug_11_the_halves_asked_for_one_by_one() {
    for mapping in PARENTS {
        let mut m = Machine::new(mapping);
        m.map(0, PAGE, 0).unwrap();
        // No process has so many pages; the message itself is legal.
        assert_eq!(m.map(1 << 63, 1 << 63, 0), Err(Errno::Efault));
        assert_eq!(m.s(0), Some(vec![(0, PAGE - 1)]));
        assert_eq!(m.d(0), Some(vec![(0, PAGE - 1, PA)]));
        assert_eq!(m.byte(1 << 63), Err(Fault::NoMapping));
        assert_eq!(m.mm.pinned_vm(), 1);
        let below = (1 << 63) - PAGE;
        m.map(below, PAGE, 0x3000).unwrap();
        m.map(1 << 63, PAGE, 0x4000).unwrap();
        let (left, right) = ((PA + 0x3fff, 1), (PA + 0x4000, 1));
        assert_eq!(m.dma(0, (1 << 63) - 1, 2), Ok(vec![left, right]));
    }
}

/// Bug 12: For an access that goes on in a next entry, vringh and vhost looked for that entry up to `addr + len - 1` with
/// the `addr` that they had advanced and the `len` that they had not: beyond the end of the access, by as much as was
/// translated already (f85efa9b0f53 "vringh: fix range used in iotlb_translate()", 98047313cdb4 "vhost: fix range used
/// in translate_desc()").
///
/// Accesses that end at and after the end of an entry with a neighbour, and of one without.
#[test]
fn bug_12_an_access_that_ends_where_its_entry_does() {
    for mapping in PARENTS {
        let mut m = Machine::new(mapping);
        // Two that touch and go to different places, then a hole.
        m.map(0x1000, 0x1000, 0x8000).unwrap();
        m.map(0x2000, 0x1000, 0x4000).unwrap();
        for len in [1, 2, 64, 0x1000] {
            let (first, second) = (PA + 0x9000 - len, PA + 0x5000 - len);
            assert_eq!(m.dma(0, 0x2000 - len, len), Ok(vec![(first, len)]));
            assert_eq!(m.dma(0, 0x3000 - len, len), Ok(vec![(second, len)]));
            let over = m.dma(0, 0x3000 - len, len + 1);
            assert_eq!(over, Err(Fault::NoMapping), "{len:#x} and one more");
        }
        // One that crosses from the first into the second is split at the first's last byte.
        let split = |here, there| Ok(vec![(PA + 0x9000 - here, here), (PA + 0x4000, there)]);
        for (here, there) in [(1, 1), (32, 32), (1, 0xfff), (0xfff, 1), (0x1000, 0x1000)] {
            assert_eq!(m.dma(0, 0x2000 - here, here + there), split(here, there));
        }
        assert_eq!(m.dma(0, 0x0fff, 1), Err(Fault::NoMapping));
        assert_eq!(m.dma(0, 0x0fff, 2), Err(Fault::NoMapping));
    }
}

/// Bug 12, the search that goes too far: the access ends in a hole, and an entry lies within the distance by which it did.
#[test]
fn bug_12_what_lies_behind_an_access_is_no_part_of_it() {
    for mapping in PARENTS {
        let mut m = Machine::new(mapping);
        m.map(0x1000, 0x1000, 0x8000).unwrap();
        m.map(0x3000, 0x1000, 0x4000).unwrap();
        for len in [0x801, 0x1000, 0x1800] {
            assert_eq!(m.dma(0, 0x1800, len), Err(Fault::NoMapping), "{len:#x}");
        }
        assert_eq!(m.dma(0, 0x1800, 0x800), Ok(vec![(PA + 0x8800, 0x800)]));
        // The hole is closed: the same access goes through three entries and ends in the third.
        m.map(0x2000, 0x1000, 0x6000).unwrap();
        let pieces = [(0x8800, 0x800), (0x6000, 0x1000), (0x4000, 0x10)];
        let expected = pieces.map(|(offset, len)| (PA + offset, len)).to_vec();
        assert_eq!(m.dma(0, 0x1800, 0x1810), Ok(expected));
    }
}

/// Bug 12, where `addr + len` overflows: the last byte of the address space ends an entry as any other byte does, and what
/// goes on behind it faults instead of going on at 0.
#[test]
fn bug_12_the_first_and_the_last_byte_of_the_address_space() {
    for mapping in PARENTS {
        let mut m = Machine::new(mapping);
        let top = u64::MAX - 0xfff;
        m.map(0, 0x1000, 0x1000).unwrap();
        m.map(top, 0x1000, 0x6000).unwrap();
        assert_eq!(m.d(0).unwrap()[1], (top, u64::MAX, PA + 0x6000));
        assert_eq!(m.dma(0, 0, 1), Ok(vec![(PA + 0x1000, 1)]));
        assert_eq!(m.dma(0, 0, 0x1000), Ok(vec![(PA + 0x1000, 0x1000)]));
        assert_eq!(m.dma(0, u64::MAX, 1), Ok(vec![(PA + 0x6fff, 1)]));
        assert_eq!(m.dma(0, top, 0x1000), Ok(vec![(PA + 0x6000, 0x1000)]));
        let last64 = u64::MAX - 63;
        assert_eq!(m.dma(0, last64, 64), Ok(vec![(PA + 0x6fc0, 64)]));
        for len in [65, 66, 128, 0x1000] {
            assert_eq!(m.dma(0, last64, len), Err(Fault::Overflow), "{len:#x}");
        }
        assert_eq!(m.dma(0, top - 1, 2), Err(Fault::NoMapping));
    }
}

/// Bug 12, permission: a piece of the access is judged by its own entry.
#[test]
fn bug_12_both_entries_of_a_crossing_need_the_permission() {
    let mut m = Machine::new(Mapping::DmaMap);
    for (iova, perm) in [(0x1000, 3), (0x2000, 1), (0x3000, 2)] {
        m.write(Kind::Update, 0, iova, 0x1000, iova, perm);
    }
    let mut over = |iova, access| {
        m.on_device(|dev| dma::access(dev, 0, iova, 64, access).unwrap())
            .map(|pieces| pieces.len())
    };
    assert_eq!(over(0x1fe0, Access::Read), Ok(2));
    assert_eq!(over(0x1fe0, Access::Write), Err(Fault::Permission));
    assert_eq!(over(0x2fe0, Access::Read), Err(Fault::Permission));
    assert_eq!(over(0x2fe0, Access::Write), Err(Fault::Permission));
}
