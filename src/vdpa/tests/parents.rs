// SPDX-License-Identifier: Apache-2.0
//! What parent drivers do differently, and the parent without a table on the chip.

use super::*;
use crate::vdpa::parent::SetMapRule;
use crate::vdpa::profile::RULES_6_12;

fn machine(parent: ParentRules) -> Machine {
    let mut profile = Profile::with_parent(&RULES_6_12, parent, Mapping::SetMap);
    profile.sim_entries = Some(2);
    Machine::new(profile)
}

/// What a set_map that does not fit leaves behind (semantics.md sections B and C), where it is not mended at once: in a
/// batch. Outside of one, the rollback of the failed UPDATE pushes the old table again.
#[test]
fn a_refused_set_map() {
    for (set_map, left) in [
        (SetMapRule::ClearAndCopy, vec![]),
        (SetMapRule::BuildAndSwap, vec![0x1000, 0x2000]),
        (SetMapRule::DestroyAndBuild, vec![]),
    ] {
        let mut m = machine(ParentRules {
            set_map,
            ..ParentRules::MLX5
        });
        m.update(0, 0x1000).unwrap();
        m.update(0, 0x2000).unwrap();
        assert_eq!(m.update(0, 0x3000), Err(Errno::Enospc), "{set_map:?}");
        assert_eq!(m.s(0), Some(vec![0x1000, 0x2000]), "{set_map:?}");
        assert_eq!(m.d(0), (Mode::Mapped, vec![0x1000, 0x2000]), "{set_map:?}");
        m.send(0, Kind::BatchBegin, 0, 0);
        m.update(0, 0x3000).unwrap();
        m.send(0, Kind::BatchEnd, 0, 0);
        assert_eq!(m.s(0), Some(vec![0x1000, 0x2000, 0x3000]), "{set_map:?}");
        assert_eq!(m.d(0), (Mode::Mapped, left), "{set_map:?}");
    }
}

/// Which driver does which (semantics.md sections B and C): nothing else here would notice if they were swapped.
#[test]
fn set_map_of_the_drivers() {
    assert_eq!(ParentRules::VDPA_SIM.set_map, SetMapRule::ClearAndCopy);
    assert_eq!(ParentRules::VDPA_SIM_6_1.set_map, SetMapRule::ClearAndCopy);
    assert_eq!(ParentRules::MLX5.set_map, SetMapRule::BuildAndSwap);
    assert_eq!(ParentRules::MLX5_6_1.set_map, SetMapRule::DestroyAndBuild);
}

/// mlx5 ~6.1 answered EINVAL to an empty table, after it had destroyed the key; INVALIDATE does not pass that on.
#[test]
fn an_empty_set_map() {
    for (parent, answer) in [
        (ParentRules::VDPA_SIM, Ok(())),
        (ParentRules::MLX5, Ok(())),
        (ParentRules::MLX5_6_1, Err(Errno::Einval)),
    ] {
        let mut m = machine(parent);
        m.update(0, 0x1000).unwrap();
        m.calls();
        assert_eq!(m.send(0, Kind::Invalidate, 0x1000, 0x1000).ret, Ok(72));
        let push = Kcall::SetMap { asid: 0, nmaps: 0 };
        assert_eq!(m.calls(), [push, Kcall::SetMapRet(answer)]);
        assert_eq!(m.d(0), (Mode::Mapped, vec![]));
    }
}

/// mlx5 is 1:1 on AS 0 alone, by create, by reset and by reset_map; vdpa_sim is on every address space.
#[test]
fn one_to_one_where_the_parent_has_it() {
    for (parent, as1) in [
        (ParentRules::VDPA_SIM, Mode::Identity),
        (ParentRules::MLX5, Mode::Blocked),
    ] {
        let mut m = machine(parent);
        m.ack(0x7e);
        assert_eq!((m.d(0).0, m.d(1).0), (Mode::Identity, as1));
        m.update(0, 0x1000).unwrap();
        m.update(1, 0x1000).unwrap();
        m.vdpa.set_status(0).unwrap();
        assert_eq!((m.d(0).0, m.d(1).0), (Mode::Identity, as1));
        m.send(0, Kind::Invalidate, 0, 0);
        m.send(1, Kind::Invalidate, 0, 0);
        assert_eq!((m.d(0).0, m.d(1).0), (Mode::Mapped, Mode::Mapped));
        m.vdpa.release(&mut m.mm).unwrap();
        assert_eq!((m.d(0).0, m.d(1).0), (Mode::Identity, as1));
    }
}

/// The release that gives back only what persisted, and the one that gives back nothing.
#[test]
fn reset_map_at_release() {
    use ResetMapAtRelease::{Always, IfAcked, Never};
    for (when, ack, expected) in [
        (Always, 0x7e, true),
        (Always, 0x17e, true),
        (IfAcked, 0x7e, false),
        (IfAcked, 0x17e, true),
        (Never, 0x17e, false),
    ] {
        let rules: &'static Rules = Box::leak(Box::new(Rules {
            reset_map_at_release: when,
            ..RULES_6_12
        }));
        let profile = Profile::with_parent(rules, ParentRules::VDPA_SIM, Mapping::SetMap);
        let mut m = Machine::new(profile);
        m.ack(ack);
        m.update(0, 0x1000).unwrap();
        m.calls();
        m.vdpa.release(&mut m.mm).unwrap();
        let called = m.calls().contains(&Kcall::ResetMap { asid: 0 });
        assert_eq!(called, expected, "{when:?} {ack:#x}");
    }
}

/// Without a table on the chip: mapped at once, batch or not; no reset touches it; the domain goes with the file.
#[test]
fn the_platform_maps_in_a_domain_of_its_own() {
    let mut vdpa = VhostVdpa::with_rules(Platform::new(&RULES_6_12), &RULES_6_12, None);
    let mut mm = Mm::new(MmId(1), vec![Region::new("buf", BUF, 0x10_0000, PA)]);
    let domain = |vdpa: &VhostVdpa<Platform>| -> Option<Vec<(u64, u64)>> {
        let maps = vdpa.parent().iommu().domain()?;
        Some(maps.map(|map| (map.start, map.addr)).collect())
    };
    assert_eq!(domain(&vdpa), None);
    vdpa.open().unwrap();
    vdpa.set_owner(&mm).unwrap();
    assert_eq!(domain(&vdpa), Some(vec![]));
    assert!(vdpa.get_backend_features().has(Features::IOTLB_PERSIST));
    let mut write = |vdpa: &mut VhostVdpa<Platform>, kind, iova| {
        let msg = IotlbMsg {
            iova,
            size: 0x1000,
            uaddr: BUF,
            perm: 3,
            kind,
        };
        vdpa.write(&mut mm, &encode(Envelope::V1, &msg))
            .unwrap()
            .kret
    };
    write(&mut vdpa, Kind::BatchBegin, 0);
    write(&mut vdpa, Kind::Update, 0x1000);
    assert_eq!(
        write(&mut vdpa, Kind::Update, 0x1000),
        Some(Err(Errno::Eexist))
    );
    write(&mut vdpa, Kind::Update, 0x5000);
    assert_eq!(domain(&vdpa), Some(vec![(0x1000, PA), (0x5000, PA)]));
    write(&mut vdpa, Kind::BatchEnd, 0);
    vdpa.set_status(0).unwrap();
    write(&mut vdpa, Kind::Invalidate, 0x1000);
    assert_eq!(domain(&vdpa), Some(vec![(0x5000, PA)]));
    vdpa.release(&mut mm).unwrap();
    assert_eq!((domain(&vdpa), mm.pinned_vm()), (None, 0));
    // Nothing of the old domain comes back.
    vdpa.open().unwrap();
    assert_eq!(domain(&vdpa), Some(vec![]));
}

/// The alternative that refuses user space which has not acked, here at its first message.
#[test]
fn persist_required() {
    let rules: &'static Rules = Box::leak(Box::new(Rules {
        persist_required: true,
        ..RULES_6_12
    }));
    let profile = Profile::with_parent(rules, ParentRules::VDPA_SIM, Mapping::SetMap);
    let mut m = Machine::new(profile);
    m.ack(0x7e);
    assert_eq!(m.update(0, 0x1000), Err(Errno::Eopnotsupp));
    assert_eq!((m.s(0), m.d(0).0), (None, Mode::Identity));
    m.ack(0x17e);
    assert_eq!(m.update(0, 0x1000), Ok(()));
}
