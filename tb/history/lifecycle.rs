// SPDX-License-Identifier: Apache-2.0
//! Bugs of open, reset and release.

use persimmon::regif::{Code, Command, Entry, Mode, RegIf};
use persimmon::vdpa::uapi::Kind;
use persimmon::vdpa::{ConfigOps, Errno, Kcall, Kernel, Mapping, ResetFlags};

use crate::machine::{DRIVER_OK, Machine, NO_PERSIST, PA, PARENTS, PERSIST, profile};

/// The resets among what the parent was called with.
fn resets(m: &mut Machine) -> Vec<ResetFlags> {
    let calls = m.calls().into_iter();
    calls
        .filter_map(|call| match call {
            Kcall::Reset(flags) => Some(flags),
            _ => None,
        })
        .collect()
}

/// Bug 1: The reset of the very first open() looked for acknowledged features in virtqueues that did not exist yet (NULL:
/// Lei Yang's report, fixed by mail 1698102863-21122, ac7e98c73c05 "vhost-vdpa: fix NULL pointer deref in
/// _compat_vdpa_reset"); that of the second open() in those of the first, which had been freed (mail
/// 1698275594-19204).
///
/// Open, close, open, with every combination of acknowledgements: neither open() cleans, and nothing that was
/// acknowledged before a close counts after it.
#[test]
fn bug_01_the_reset_at_open_never_cleans() {
    for (first, second) in [
        (NO_PERSIST, NO_PERSIST),
        (NO_PERSIST, PERSIST),
        (PERSIST, NO_PERSIST),
        (PERSIST, PERSIST),
    ] {
        let flags = |acked| match acked {
            PERSIST => ResetFlags::NONE,
            _ => ResetFlags::CLEAN_MAP,
        };
        for mapping in PARENTS {
            let mut m = Machine::closed(profile(Kernel::V6_12, mapping), 0x1_0000);
            // Somebody else's mapping, which shows whether the device was cleaned.
            let dev = m.vdpa.parent_mut().parent_mut().device();
            let foreign = Entry {
                start: 0x8000,
                last: 0x8fff,
                pa: PA,
                perm: 3,
            };
            let map = Command::Map {
                asid: 1,
                entry: foreign,
            };
            assert_eq!(dev.command(map).unwrap().code, Code::Ok);

            let mut kept = Some(vec![(0x8000, 0x8fff, PA)]);
            for acked in [first, second] {
                m.open();
                assert_eq!(resets(&mut m), [ResetFlags::NONE], "at open");
                // Nothing has been acknowledged in this open yet, whatever was in the one before.
                assert_eq!(m.vdpa.acked().0, 0);
                assert_eq!(m.d(1), kept, "open left it alone");
                m.ack(acked);
                m.map(0x1000, 0x1000, 0).unwrap();
                m.status(DRIVER_OK);
                assert_eq!(m.d(0), Some(vec![(0x1000, 0x1fff, PA)]));
                m.close();
                assert_eq!(resets(&mut m), [flags(acked)], "at release");
                // AS 1 was not used, so only the cleaning reset takes the foreign mapping away.
                if acked != PERSIST {
                    kept = None;
                }
                assert_eq!(m.d(1), kept, "{first:#x} {acked:#x}");
                assert_eq!(m.space(0).mode, Mode::Identity);
            }
        }
    }
}

/// Bug 1, the same without an acknowledgement in between: a device reset right after the second open() cleans, because
/// what the first open acknowledged is gone.
#[test]
fn bug_01_an_acknowledgement_dies_with_its_open() {
    for mapping in PARENTS {
        let mut m = Machine::new(mapping);
        m.close();
        m.open();
        m.calls();
        m.map(0x1000, 0x1000, 0).unwrap();
        m.reset();
        assert_eq!(resets(&mut m), [ResetFlags::CLEAN_MAP]);
        assert_eq!(m.space(0).mode, Mode::Identity);
    }
}

/// Bug 7: When adding a device failed early, mlx5 destroyed memory-region resources that it had never made (dc12502905b7
/// "vdpa/mlx5: Fix invalid mr resource destroy").
///
/// Everything that takes a table away, where there is none: by the kernel after every way of not having made one, and
/// on the device itself.
#[test]
fn bug_07_tearing_down_what_was_never_built() {
    for mapping in PARENTS {
        let mut m = Machine::new(mapping);
        m.close();
        // Opened and closed: with nothing done, without an owner, after an UPDATE that failed.
        m.open();
        m.close();
        m.vdpa.open().unwrap();
        m.close();
        m.open();
        m.ack(PERSIST);
        assert_eq!(m.map_in(1, u64::MAX, 2, 0), Err(Errno::Einval));
        assert_eq!(m.s(1), Some(vec![]), "an address space without a table");
        m.calls();
        m.close();
        let reset = Kcall::Reset(ResetFlags::NONE);
        assert_eq!(m.calls(), [reset, Kcall::ResetMap { asid: 1 }]);
        for asid in [0, 1] {
            assert_eq!(m.space(asid).mode, Mode::Identity);
        }
    }
    let mut m = Machine::closed(profile(Kernel::V6_12, Mapping::SetMap), 0x1000);
    let before = m.space(1);
    for (command, code) in [
        (Command::SetMapAbort { asid: 1 }, Code::NoTxn),
        (Command::SetMapCommit { asid: 1 }, Code::NoTxn),
    ] {
        let ended = m.on_device(|dev| dev.command(command).unwrap());
        assert_eq!((ended.code, ended.commit_seq), (code, before.commit_seq));
        assert_eq!(m.space(1), before);
    }
    // Unmapping what is not there makes an empty table of it; a second time changes nothing.
    for _ in 0..2 {
        m.vdpa.parent_mut().dma_unmap(1, 0, 0).unwrap();
        assert_eq!(m.d(1), Some(vec![]));
    }
}

/// Bug 8: Tables were freed with entries in them: vhost-vdpa's at release (c070c1912a83 "vhost-vdpa: fix an iotlb memory
/// leak"), vdpa_sim's when it was removed (0b7a04a30eef "vdpasim: fix memory leak when freeing IOTLBs").
///
/// The device's whole table is filled and released, over and over. A leak in S shows in what is pinned, one in D in the
/// count, and in there being no room the next time.
#[test]
fn bug_08_release_leaves_no_entry_behind() {
    for mapping in PARENTS {
        for acked in [PERSIST, NO_PERSIST] {
            let mut m = Machine::new(mapping);
            let room = u64::from(m.on_device(|dev| dev.capability().entries));
            for round in 0..3 {
                m.ack(acked);
                m.begin();
                for n in 0..room {
                    m.map(n * 0x2000, 0x1000, n * 0x1000).unwrap();
                }
                m.end();
                let full = m.d(0).map(|d| d.len() as u64);
                assert_eq!(full, Some(room), "round {round}");
                assert_eq!(m.mm.pinned_vm(), room);
                m.reset();
                m.close();
                assert_eq!(m.vdpa.spaces().count(), 0);
                assert_eq!(m.mm.pinned_vm(), 0);
                for asid in [0, 1] {
                    let space = m.space(asid);
                    assert_eq!((space.mode, space.entries), (Mode::Identity, vec![]));
                }
                m.open();
            }
        }
    }
}

/// Bug 8, as QEMU 10.0.2 makes it: with a guest IOMMU it refuses the shadow control virtqueue after it has mapped its four
/// pages in ASID 1, and leaves them there at every failed start.
///
/// Six starts leave 24 entries, which the device resets between them do not touch in S. Release must.
#[test]
fn bug_08_what_six_failed_starts_leave() {
    /// MSG_V2, BATCH, ASID, SUSPEND: what QEMU acknowledges.
    const QEMU: u64 = 0x1e;
    for mapping in PARENTS {
        let mut m = Machine::new(mapping);
        m.ack(QEMU);
        for start in 0..6 {
            m.group_asid(1, 1).unwrap();
            for page in 0..4 {
                let n = 4 * start + page;
                let iova = 0x1000 + n * 0x1000;
                let perm = if page % 2 == 0 { 1 } else { 3 };
                let written = m.write(Kind::Update, 1, iova, 0x1000, n * 0x1000, perm);
                assert_eq!(written.ret, Ok(72));
            }
            m.reset();
            let left = 4 * (start as usize + 1);
            assert_eq!(m.s(1).map(|s| s.len()), Some(left));
            assert_eq!(m.mm.pinned_vm(), left as u64);
            assert_eq!(
                m.space(1).mode,
                Mode::Identity,
                "cleaned: QEMU does not ack"
            );
        }
        m.calls();
        m.close();
        let calls = m.calls();
        assert_eq!(calls.last(), Some(&Kcall::ResetMap { asid: 1 }));
        let unmaps = calls
            .iter()
            .filter(|call| matches!(call, Kcall::DmaUnmap { .. }));
        let expected = if mapping == Mapping::DmaMap { 24 } else { 0 };
        assert_eq!(unmaps.count(), expected);
        assert_eq!(m.mm.pinned_vm(), 0);
        assert_eq!(m.space(1).entries, []);
        m.open();
        assert_eq!(m.s(1), None);
    }
}
