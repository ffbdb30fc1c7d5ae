// SPDX-License-Identifier: Apache-2.0
//! The core and its parent on the golden device: what recordings do not show, or show only in passing.

mod parents;

use super::errno::answer;
use super::mm::Region;
use super::parent::capability;
use super::uapi::{Envelope, IotlbMsg, Kind, encode};
use super::*;
use crate::golden::Device;
use crate::regif::{Capability, Code, Mode, RegIf};

const BUF: u64 = 0x5000_0000_0000;
const PA: u64 = 0x20_0000_0000;

fn device(entries: u16, granule_log2: u8) -> Device {
    Device::new(Capability {
        granule_log2,
        ..capability(entries)
    })
}

struct Machine {
    vdpa: VhostVdpa<Probed<OnChip<Device>>>,
    mm: Mm,
}

impl Machine {
    /// Opened and owned, every feature acked.
    fn new(profile: Profile) -> Self {
        let parent = OnChip::new(device(64, 0), profile, None).unwrap();
        let buffer = Region::new("buf", BUF, 0x20_0000, PA);
        let mut machine = Self {
            vdpa: VhostVdpa::new(Probed::new(parent), &profile),
            mm: Mm::new(MmId(1), vec![buffer]),
        };
        machine.open();
        machine.ack(machine.vdpa.get_backend_features().0);
        machine
    }

    fn open(&mut self) {
        self.vdpa.open().unwrap();
        self.vdpa.set_owner(&self.mm).unwrap();
    }

    fn ack(&mut self, features: u64) {
        self.vdpa.set_backend_features(Features(features)).unwrap();
    }

    fn send(&mut self, asid: u32, kind: Kind, iova: u64, size: u64) -> Written {
        let msg = IotlbMsg {
            iova,
            size,
            uaddr: BUF + iova % 0x20_0000,
            perm: 3,
            kind,
        };
        let bytes = encode(Envelope::V2 { asid }, &msg);
        self.vdpa.write(&mut self.mm, &bytes).unwrap()
    }

    /// What the handler says to an UPDATE of one page.
    fn update(&mut self, asid: u32, iova: u64) -> Result<(), Errno> {
        self.send(asid, Kind::Update, iova, 0x1000).kret.unwrap()
    }

    fn s(&self, asid: u32) -> Option<Vec<u64>> {
        let table = self.vdpa.spaces().find(|(a, _)| *a == asid)?.1;
        Some(table.iter().map(|map| map.start).collect())
    }

    fn d(&mut self, asid: u8) -> (Mode, Vec<u64>) {
        let dev = self.vdpa.parent_mut().parent_mut().device();
        let space = dev.address_space(asid).unwrap();
        (space.mode, space.entries.iter().map(|e| e.start).collect())
    }

    fn calls(&mut self) -> Vec<Kcall> {
        self.vdpa.parent_mut().take_calls()
    }
}

fn profile(kernel: Kernel, mapping: Mapping) -> Profile {
    Profile::new(kernel, mapping)
}

#[test]
fn batch_end_reports_success_over_an_empty_table() {
    let mut profile = profile(Kernel::V6_12_117, Mapping::SetMap);
    profile.limit_sim(2);
    let mut m = Machine::new(profile);
    m.update(0, 0x1000).unwrap();
    m.send(0, Kind::BatchBegin, 0, 0);
    for iova in [0x2000, 0x3000] {
        m.update(0, iova).unwrap();
    }
    assert_eq!(
        m.d(0),
        (Mode::Mapped, vec![0x1000]),
        "the old table is live until END"
    );
    m.calls();
    assert_eq!(m.send(0, Kind::BatchEnd, 0, 0).ret, Ok(72));
    let failed = Kcall::SetMapRet(Err(Errno::Enospc));
    assert_eq!(m.calls(), [Kcall::SetMap { asid: 0, nmaps: 3 }, failed]);
    assert_eq!(m.s(0), Some(vec![0x1000, 0x2000, 0x3000]));
    assert_eq!(m.d(0), (Mode::Mapped, vec![]));
    // It heals when few enough are left.
    m.send(0, Kind::Invalidate, 0x2000, 0x1000);
    assert_eq!(m.d(0), (Mode::Mapped, vec![0x1000, 0x3000]));
}

#[test]
fn a_full_parent_rolls_an_update_back() {
    let mut profile = profile(Kernel::V6_12_117, Mapping::DmaMap);
    profile.limit_sim(1);
    let mut m = Machine::new(profile);
    m.update(0, 0x1000).unwrap();
    assert_eq!(m.update(0, 0x2000), Err(Errno::Enospc));
    assert_eq!((m.s(0), m.mm.pinned_vm()), (Some(vec![0x1000]), 1));
    assert_eq!(m.d(0), (Mode::Mapped, vec![0x1000]));
}

#[test]
fn a_device_smaller_than_the_kernel_is_an_error_of_its_own() {
    for mapping in [Mapping::SetMap, Mapping::DmaMap] {
        let profile = profile(Kernel::V6_12, mapping);
        let parent = OnChip::new(device(64, 0), profile, Some(1)).unwrap();
        let mut vdpa = VhostVdpa::new(parent, &profile);
        let mut mm = Mm::new(MmId(1), vec![Region::new("buf", BUF, 0x10_0000, PA)]);
        vdpa.open().unwrap();
        vdpa.set_owner(&mm).unwrap();
        let mut update = |iova| {
            let msg = IotlbMsg {
                iova,
                size: 0x1000,
                uaddr: BUF,
                perm: 3,
                kind: Kind::Update,
            };
            vdpa.write(&mut mm, &encode(Envelope::V1, &msg))
        };
        update(0x1000).unwrap();
        let full = DeviceError::Full {
            asid: 0,
            entries: 2,
            code: Code::NospcLimit,
        };
        assert_eq!(update(0x2000), Err(full));
    }
}

#[test]
fn va_mode_needs_bytes() {
    let mut profile = profile(Kernel::V6_12, Mapping::SetMap);
    profile.use_va = true;
    let refused = OnChip::new(device(64, 12), profile, None);
    assert!(matches!(
        refused,
        Err(DeviceError::Capability {
            what: "GRANULE_LOG2",
            have: 12,
            ..
        })
    ));
}

/// The initial state and what a reset leaves, by kernel and acknowledgement.
#[test]
fn reset_by_kernel() {
    for (kernel, ack, initial, after) in [
        (Kernel::V6_1, 0x1e, Mode::Blocked, Mode::Blocked),
        (Kernel::V6_12, 0x7e, Mode::Identity, Mode::Identity),
        (Kernel::V6_12, 0x17e, Mode::Identity, Mode::Mapped),
    ] {
        for mapping in [Mapping::SetMap, Mapping::DmaMap] {
            let mut m = Machine::new(profile(kernel, mapping));
            m.ack(ack);
            assert_eq!(m.d(0).0, initial);
            m.update(0, 0x1000).unwrap();
            m.vdpa.set_group_asid(MmId(1), 1, 1).unwrap();
            m.vdpa.set_status(0).unwrap();
            assert_eq!(m.d(0).0, after, "{kernel:?} {ack:#x}");
            assert_eq!(m.s(0), Some(vec![0x1000]), "reset never touches S");
            let dev = m.vdpa.parent_mut().parent_mut().device();
            assert_eq!(dev.group(1), Ok(Some(0)), "groups go back to AS 0");
        }
    }
}

/// The reset at open comes before there are virtqueues to ask for features (ac7e98c73c05), also the second time.
#[test]
fn open_never_cleans() {
    let mut m = Machine::new(profile(Kernel::V6_12, Mapping::DmaMap));
    m.ack(0);
    m.calls();
    m.vdpa.release(&mut m.mm).unwrap();
    assert_eq!(m.calls(), [Kcall::Reset(ResetFlags::CLEAN_MAP)]);
    m.open();
    assert_eq!(m.calls(), [Kcall::Reset(ResetFlags::NONE)]);
    assert_eq!(m.vdpa.acked(), Features(0));
}

/// Only what was used since open is given back, and a failing UPDATE counts as use.
#[test]
fn release_resets_the_spaces_that_exist() {
    let mut m = Machine::new(profile(Kernel::V6_12, Mapping::DmaMap));
    assert_eq!(
        m.send(1, Kind::Update, u64::MAX, 2).kret,
        Some(Err(Errno::Einval))
    );
    assert_eq!((m.s(0), m.s(1)), (None, Some(vec![])));
    m.calls();
    m.vdpa.release(&mut m.mm).unwrap();
    assert_eq!(
        m.calls(),
        [Kcall::Reset(ResetFlags::NONE), Kcall::ResetMap { asid: 1 }]
    );
    m.open();
    m.ack(0x17e);
    m.update(0, 0x1000).unwrap();
    m.calls();
    m.vdpa.release(&mut m.mm).unwrap();
    let unmap = Kcall::DmaUnmap {
        asid: 0,
        iova: 0x1000,
        size: 0x1000,
    };
    assert_eq!(
        m.calls(),
        [
            Kcall::Reset(ResetFlags::NONE),
            unmap,
            Kcall::ResetMap { asid: 0 }
        ]
    );
    assert_eq!((m.mm.pinned_vm(), m.d(0).0), (0, Mode::Identity));
}

/// Unmapping tells the parent the entry's own range, not the message's (e794070af224).
#[test]
fn unmap_names_the_entry() {
    let mut m = Machine::new(profile(Kernel::V6_12, Mapping::DmaMap));
    m.send(0, Kind::Update, 0x4000, 0x4000);
    m.calls();
    m.send(0, Kind::Invalidate, 0x5000, u64::MAX - 0x5000 + 1);
    let unmap = Kcall::DmaUnmap {
        asid: 0,
        iova: 0x4000,
        size: 0x4000,
    };
    assert_eq!(m.calls(), [unmap]);
}

/// In a batch of a set_map parent pages are given back before the device stops translating to them.
#[test]
fn unpinned_but_translated_until_the_end_of_the_batch() {
    let mut m = Machine::new(profile(Kernel::V6_12, Mapping::SetMap));
    m.update(0, 0x1000).unwrap();
    m.send(0, Kind::BatchBegin, 0, 0);
    m.send(0, Kind::Invalidate, 0x1000, 0x1000);
    assert_eq!(
        (m.mm.pinned_vm(), m.d(0)),
        (0, (Mode::Mapped, vec![0x1000]))
    );
    m.send(0, Kind::BatchEnd, 0, 0);
    assert_eq!(m.d(0), (Mode::Mapped, vec![]));
}

#[test]
fn messages_before_and_after_the_owner() {
    let mut m = Machine::new(profile(Kernel::V6_12, Mapping::SetMap));
    m.vdpa.release(&mut m.mm).unwrap();
    m.vdpa.open().unwrap();
    assert_eq!(m.update(0, 0x1000), Err(Errno::Eperm));
    assert_eq!(m.s(0), None, "refused before the address space is created");
    m.vdpa.set_owner(&m.mm).unwrap();
    assert_eq!(answer(m.vdpa.set_owner(&m.mm)), Ok(Err(Errno::Ebusy)));
    assert_eq!(m.update(0, 0x1000), Ok(()));
    let mut other = m.mm.fork(MmId(2));
    std::mem::swap(&mut m.mm, &mut other);
    assert_eq!(m.update(0, 0x2000), Err(Errno::Eperm));
}

#[test]
fn memlock_is_checked_before_pinning() {
    let mut m = Machine::new(profile(Kernel::V6_12, Mapping::DmaMap));
    m.mm.memlock = 0x2fff;
    m.send(0, Kind::Update, 0x1000, 0x2000);
    assert_eq!(m.mm.pinned_vm(), 2);
    assert_eq!(m.update(0, 0x8000), Err(Errno::Enomem));
    assert_eq!((m.mm.pinned_vm(), m.s(0)), (2, Some(vec![0x1000])));
}

/// vhost_vdpa_unbind_mm asks only whether the parent has `.unbind_mm`, not whether anything was bound.
#[test]
fn release_unbinds_without_an_owner_too() {
    let mut profile = profile(Kernel::V6_12, Mapping::DmaMap);
    profile.use_va = true;
    let mut m = Machine::new(profile);
    m.vdpa.release(&mut m.mm).unwrap();
    m.vdpa.open().unwrap();
    m.calls();
    m.vdpa.release(&mut m.mm).unwrap();
    let reset = Kcall::Reset(ResetFlags::CLEAN_MAP);
    assert_eq!(m.calls(), [reset, Kcall::UnbindMm]);
}
