// SPDX-License-Identifier: Apache-2.0
//! Bugs of IOTLB messages: what they are taken for, and what the parent hears of them.

use persimmon::vdpa::uapi::{Envelope, IotlbMsg, Kind, encode};
use persimmon::vdpa::{Errno, Kcall, Mapping, MmId, Written};

use crate::machine::{BUF, Machine, PA, PARENTS};

/// Bug 9: The parent was told to unmap the message's range instead of the entries' own. A guest under a vIOMMU unmaps far
/// more than is mapped, and that crashed (e794070af224 "vhost_vdpa: fix the crash in unmap a large memory").
///
/// Messages that are larger than the entry, smaller, beside it on one side, and of no size; each removes A whole, and
/// names A.
#[test]
fn bug_09_the_parent_is_told_the_entry_s_own_range() {
    let (a, b) = ((0x4000, 0x7fff), (0x9000, 0x9fff));
    for (iova, size) in [
        (0, 0x9000),             // larger
        (0x4000, 0x5000),        // larger, beyond its end
        (0x5000, 0x1000),        // inside
        (0x4000, 1),             // its first byte
        (0x7fff, 1),             // its last byte
        (0x1000, 0x3001),        // from below to its first byte
        (0x7fff, 0x1001),        // from its last byte to just before B
        (0x5000, 0),             // nothing, strictly inside
        (0x6123, 0x0bad),        // unaligned
        (0xa000, u64::MAX - 10), // around the end of the address space: to 0x9ff4, from there nothing
    ] {
        for mapping in PARENTS {
            let mut m = Machine::new(mapping);
            m.map(a.0, 0x4000, 0).unwrap();
            m.map(b.0, 0x1000, 0x8000).unwrap();
            m.calls();
            assert_eq!(m.unmap(iova, size).ret, Ok(72));
            let last = iova.wrapping_add(size).wrapping_sub(1);
            let gone = |(start, end): (u64, u64)| start <= last && end >= iova;
            let left: Vec<_> = [a, b].into_iter().filter(|&e| !gone(e)).collect();
            let unmap = |(start, end): (u64, u64)| Kcall::DmaUnmap {
                asid: 0,
                iova: start,
                size: end - start + 1,
            };
            let expected = match mapping {
                Mapping::DmaMap => [a, b].into_iter().filter(|&e| gone(e)).map(unmap).collect(),
                Mapping::SetMap => {
                    let nmaps = left.len();
                    vec![Kcall::SetMap { asid: 0, nmaps }, Kcall::SetMapRet(Ok(()))]
                }
            };
            assert_eq!(m.calls(), expected, "INVALIDATE {iova:#x} {size:#x}");
            assert_eq!(m.s(0), Some(left.clone()));
            let d = m.d(0).unwrap();
            let d: Vec<_> = d.into_iter().map(|(start, end, _)| (start, end)).collect();
            assert_eq!(d, left, "D is what S is");
        }
    }
}

/// Bug 9, as it crashed: under a vIOMMU QEMU 10.0.2 sends one INVALIDATE of [0xfef00000, 2^64), and 321 pages are mapped
/// here and there in it. Each is unmapped by its own range, and what is below stays.
#[test]
fn bug_09_one_unmap_of_nearly_everything() {
    let mut m = Machine::new(Mapping::DmaMap);
    let pages: Vec<_> = (0..40)
        .map(|n| 0xfef0_0000 + n * n * 0x1_0000_0000)
        .collect();
    m.map(0x1000, 0x1000, 0).unwrap();
    for &iova in &pages {
        m.map(iova, 0x1000, 0x1000).unwrap();
    }
    m.calls();
    m.unmap(0xfef0_0000, 0xffff_ffff_0110_0000);
    let unmap = |iova| Kcall::DmaUnmap {
        asid: 0,
        iova,
        size: 0x1000,
    };
    assert_eq!(m.calls(), pages.into_iter().map(unmap).collect::<Vec<_>>());
    assert_eq!(m.s(0), Some(vec![(0x1000, 0x1fff)]));
    assert_eq!(m.d(0), Some(vec![(0x1000, 0x1fff, PA)]));
}

/// Bug 10: To keep [0, 2^64-1] out of the table, every message of size 0 was refused (e2ae38cf3d91 "vhost: fix hung thread
/// due to erroneous iotlb entries"). BATCH_BEGIN and BATCH_END have size 0 (repaired by 95932ab2ea07), and so has the
/// INVALIDATE by which a guest's SMMUv3 says "everything" (Eric Auger, mail 20230927140544.205088-1).
#[test]
fn bug_10_only_an_update_needs_a_size() {
    for mapping in PARENTS {
        let mut m = Machine::new(mapping);
        m.map(0x1000, 0x2000, 0).unwrap();
        let kept = (m.s(0), m.d(0));
        let refused = Written {
            ret: Err(Errno::Einval),
            kret: None,
        };
        m.calls();
        for iova in [0, 0x1000, 0x2000, 0x8000, u64::MAX] {
            assert_eq!(m.write(Kind::Update, 0, iova, 0, 0, 3), refused);
        }
        assert_eq!(m.calls(), [], "the parent hears nothing of it");
        assert_eq!((m.s(0), m.d(0)), kept);

        let taken = Written {
            ret: Ok(72),
            kret: Some(Ok(())),
        };
        assert_eq!(m.begin(), taken);
        assert_eq!(m.end(), taken);
        assert_eq!((m.s(0), m.d(0)), kept);
        // At the entry's first byte and behind its last, size 0 is before it and after it.
        for iova in [0x1000, 0x3000] {
            assert_eq!(m.unmap(iova, 0), taken);
            assert_eq!((m.s(0), m.d(0)), kept, "{iova:#x}");
        }
        assert_eq!(m.unmap(0, 0), taken, "everything");
        assert_eq!((m.s(0), m.d(0)), (Some(vec![]), Some(vec![])));
    }
}

/// Bug 10, what the refusal was to keep out: no UPDATE gets [0, 2^64-1] into a table.
#[test]
fn bug_10_no_update_is_the_whole_address_space() {
    for mapping in PARENTS {
        let mut m = Machine::new(mapping);
        for (iova, size) in [(0, u64::MAX), (1, u64::MAX), (1, u64::MAX - 1)] {
            let written = m.write(Kind::Update, 0, iova, size, 0, 3);
            assert_eq!(written.ret, Err(Errno::Efault), "{iova:#x} {size:#x}");
            assert_eq!(m.s(0), Some(vec![]));
            assert_eq!((m.space(0).entries, m.mm.pinned_vm()), (vec![], 0));
        }
    }
}

/// Bug 14: QEMU mapped memory of a hot-plugged device before VHOST_SET_OWNER (Lei Yang, on v2 of Jonah Palmer's series that
/// maps early): every UPDATE failed, and the device ran without its memory.
///
/// Nothing may come of such a message: no entry, no address space, no pinned page, no word to the parent. The same for
/// a process that is not the owner.
#[test]
fn bug_14_a_message_before_the_owner() {
    for mapping in PARENTS {
        let mut m = Machine::new(mapping);
        m.close();
        m.vdpa.open().unwrap();
        m.ack(0x17e);
        let before = [m.space(0), m.space(1)];
        m.calls();
        let refused = Written {
            ret: Err(Errno::Efault),
            kret: Some(Err(Errno::Eperm)),
        };
        for kind in [
            Kind::Update,
            Kind::Invalidate,
            Kind::BatchBegin,
            Kind::BatchEnd,
        ] {
            for asid in [0, 1, 2] {
                assert_eq!(m.write(kind, asid, 0x1000, 0x1000, 0, 3), refused);
            }
        }
        assert_eq!(m.vdpa.spaces().count(), 0);
        assert_eq!((m.vdpa.batch(), m.mm.pinned_vm()), (None, 0));
        assert_eq!(m.calls(), []);
        assert_eq!([m.space(0), m.space(1)], before);

        m.vdpa.set_owner(&m.mm).unwrap();
        m.map(0x1000, 0x1000, 0).unwrap();
        let msg = IotlbMsg {
            iova: 0x2000,
            size: 0x1000,
            uaddr: BUF,
            perm: 3,
            kind: Kind::Update,
        };
        let mut other = m.mm.fork(MmId(2));
        let bytes = encode(Envelope::V2 { asid: 0 }, &msg);
        assert_eq!(m.vdpa.write(&mut other, &bytes), Ok(refused));
        assert_eq!(m.s(0), Some(vec![(0x1000, 0x1fff)]));
        assert_eq!(m.d(0), Some(vec![(0x1000, 0x1fff, PA)]));
        assert_eq!(other.pinned_vm(), 0);
    }
}
