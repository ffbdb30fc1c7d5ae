// SPDX-License-Identifier: Apache-2.0
//! Bug 13: What the code shows and nobody has reported: errors that vhost drops, and state that it keeps.

use persimmon::regif::{Fault, Mode};
use persimmon::vdpa::{ConfigOps, Errno, Iotlb, Kcall, Kernel, Mapping, ResetFlags, Written};

use crate::machine::{Machine, NO_PERSIST, PA, PARENTS, PERSIST, profile};

const TAKEN: Written = Written {
    ret: Ok(72),
    kret: Some(Ok(())),
};

/// Bug 13: vhost_vdpa_process_iotlb_msg does not look at what set_map says to BATCH_END, and vdpa_sim's table is empty after
/// a set_map that fails: success is reported, and every mapping that the device had is gone.
///
/// The parent is full (LIMIT) in the middle of the pushed table. The device must have nothing then, not half of it; and
/// has everything again as soon as few enough are left.
#[test]
fn bug_13_batch_end_reports_success_over_an_empty_device() {
    let mut profile = profile(Kernel::V6_12_117, Mapping::SetMap);
    profile.limit_sim(4);
    let mut m = Machine::with(profile, 0x1_0000);
    for n in 0..3 {
        m.map(n * 0x2000, 0x1000, n * 0x1000).unwrap();
    }
    let three = m.d(0);
    m.begin();
    for n in 3..6 {
        assert_eq!(m.map(n * 0x2000, 0x1000, n * 0x1000), Ok(()));
    }
    assert_eq!(m.d(0), three, "the old table lives until END");
    m.calls();
    assert_eq!(m.end(), TAKEN, "success");
    let failed = Kcall::SetMapRet(Err(Errno::Enospc));
    assert_eq!(m.calls(), [Kcall::SetMap { asid: 0, nmaps: 6 }, failed]);
    assert_eq!(m.s(0).map(|s| s.len()), Some(6));
    assert_eq!(m.d(0), Some(vec![]));
    for n in 0..6 {
        assert_eq!(m.byte(n * 0x2000), Err(Fault::NoMapping));
    }
    // Not in a batch vhost forgets the error just the same: five are still too many.
    assert_eq!(m.unmap(0, 1), TAKEN);
    assert_eq!(m.d(0), Some(vec![]));
    assert_eq!(m.unmap(0x2000, 1), TAKEN);
    assert_eq!(m.d(0).map(|d| d.len()), Some(4));
}

/// Bug 13: SET_STATUS(0) does not end a batch. What is mapped after the reset stays away from a set_map parent until
/// somebody ends the batch of before; a dma_map parent does not know batches.
#[test]
fn bug_13_a_batch_survives_the_device_reset() {
    for (acked, after_reset) in [(PERSIST, true), (NO_PERSIST, false)] {
        for mapping in PARENTS {
            let mut m = Machine::new(mapping);
            m.ack(acked);
            m.map(0x1000, 0x1000, 0).unwrap();
            m.begin();
            m.reset();
            assert_eq!(m.vdpa.batch(), Some(0), "still open");
            let old = (0x1000, 0x1fff, PA);
            assert_eq!(m.d(0), after_reset.then(|| vec![old]));
            m.map(0x4000, 0x1000, 0x3000).unwrap();
            let new = (0x4000, 0x4fff, PA + 0x3000);
            let unpushed = after_reset.then(|| vec![old]);
            let pushed: Vec<_> = [old, new]
                .into_iter()
                .filter(|&e| after_reset || e == new)
                .collect();
            match mapping {
                Mapping::SetMap => assert_eq!(m.d(0), unpushed),
                Mapping::DmaMap => assert_eq!(m.d(0), Some(pushed.clone())),
            }
            // A batch of another address space is refused meanwhile.
            let other = m.map_in(1, 0x1000, 0x1000, 0);
            assert_eq!(other, Err(Errno::Einval));
            assert_eq!(m.end(), TAKEN);
            match mapping {
                // All of S: what the reset cleaned is back.
                Mapping::SetMap => assert_eq!(m.d(0), Some(vec![old, new])),
                Mapping::DmaMap => assert_eq!(m.d(0), Some(pushed)),
            }
            m.begin();
            m.close();
            m.open();
            assert_eq!(m.vdpa.batch(), None, "release ends it");
        }
    }
}

/// Bug 13: An UPDATE that fails has made its address space all the same, and release gives every address space that there
/// is back to the parent: reset_map for one in which nothing was ever mapped.
///
/// It shows in the device: another user's mapping in that address space survives the release only if nothing touched
/// it.
#[test]
fn bug_13_a_failed_update_leaves_an_address_space() {
    for mapping in PARENTS {
        for touched in [false, true] {
            let mut m = Machine::new(mapping);
            m.close();
            // A parent may have a table that vhost knows nothing of.
            let mut table = Iotlb::new(None);
            table.add_range(0x8000, 0x8fff, PA, 3).unwrap();
            m.vdpa.parent_mut().set_map(1, &table).unwrap();
            m.open();
            m.ack(PERSIST);
            if touched {
                let wraps = m.map_in(1, u64::MAX, 2, 0);
                assert_eq!((wraps, m.s(1)), (Err(Errno::Einval), Some(vec![])));
            }
            m.calls();
            m.close();
            let reset = Kcall::Reset(ResetFlags::NONE);
            if touched {
                assert_eq!(m.calls(), [reset, Kcall::ResetMap { asid: 1 }]);
                assert_eq!(m.space(1).mode, Mode::Identity);
            } else {
                assert_eq!(m.calls(), [reset]);
                assert_eq!(m.d(1), Some(vec![(0x8000, 0x8fff, PA)]));
            }
        }
    }
}

/// Bug 13: The same without an UPDATE of the wrong kind: one that is refused by another batch has made its address space
/// too, and so has a BATCH_BEGIN.
#[test]
fn bug_13_a_refused_message_leaves_an_address_space() {
    let mut m = Machine::new(Mapping::SetMap);
    m.begin();
    assert_eq!(m.s(1), None);
    assert_eq!(m.map_in(1, 0x1000, 0x1000, 0), Err(Errno::Einval));
    assert_eq!(m.s(1), Some(vec![]));
    m.calls();
    m.close();
    let maps: Vec<_> = m
        .calls()
        .into_iter()
        .filter(|call| matches!(call, Kcall::ResetMap { .. }))
        .collect();
    assert_eq!(
        maps,
        [Kcall::ResetMap { asid: 0 }, Kcall::ResetMap { asid: 1 }]
    );
}
