// SPDX-License-Identifier: Apache-2.0
//! Device resets and their policy, LOCK, QUIESCE.

use super::*;
use crate::regif::{DevicePolicy, Persist};

/// One entry, so that "unchanged" can be seen.
const OLD: (u64, u64) = (0x1000, 0x1fff);

#[test]
fn a_persisting_reset_moves_groups_and_nothing_else() {
    let mut device = device();
    ok(&mut device, map(1, OLD.0, OLD.1));
    ok(&mut device, group_asid(0, 1));
    ok(&mut device, group_asid(2, 0));
    ok(&mut device, device_reset(0, false));
    assert_eq!(table(&mut device, 1), (Mode::Mapped, vec![OLD]));
    assert_eq!(device.group(0), Ok(Some(0)));
    assert_eq!(device.group(2), Ok(Some(0)));
    assert_eq!(device.group(1), Ok(None), "stays closed");
}

#[test]
fn persist_decides_whether_a_reset_cleans() {
    for (persist, flag, cleans) in [
        (Persist::ByFlag, false, false),
        (Persist::ByFlag, true, true),
        (Persist::AlwaysClean, false, true),
        (Persist::AlwaysClean, true, true),
        (Persist::NeverClean, false, false),
        (Persist::NeverClean, true, false),
    ] {
        let mut device = device();
        let policy = DevicePolicy {
            persist,
            ..Default::default()
        };
        device.set_device_policy(1, policy).unwrap();
        for asid in 0..4 {
            ok(&mut device, map(asid, OLD.0, OLD.1));
        }
        ok(&mut device, device_reset(1, flag));
        for asid in 0..4 {
            let expected = match (cleans, asid) {
                (false, _) => (Mode::Mapped, vec![OLD]),
                (true, 0 | 1) => (Mode::Identity, vec![]),
                (true, _) => (Mode::Blocked, vec![]),
            };
            assert_eq!(
                table(&mut device, asid),
                expected,
                "{persist:?} {flag} AS {asid}"
            );
        }
    }
}

#[test]
fn a_reset_keeps_to_the_groups_and_spaces_of_its_device() {
    let mut device = device();
    let policy = DevicePolicy {
        as0: 2,
        groups: 0b0010,
        asids: 0b1000,
        ..Default::default()
    };
    device.set_device_policy(0, policy).unwrap();
    for number in 0..4 {
        ok(&mut device, map(number, OLD.0, OLD.1));
        ok(&mut device, group_asid(number, number));
    }
    ok(&mut device, device_reset(0, true));
    for asid in 0..3 {
        assert_eq!(table(&mut device, asid), (Mode::Mapped, vec![OLD]));
    }
    assert_eq!(table(&mut device, 3), (Mode::Blocked, vec![]));
    let groups: Vec<_> = (0..4).map(|group| device.group(group).unwrap()).collect();
    assert_eq!(groups, [Some(0), Some(2), Some(2), Some(3)]);
}

#[test]
fn a_reset_to_a_missing_address_space_closes_the_groups() {
    let mut device = device();
    let policy = DevicePolicy {
        as0: 4,
        ..Default::default()
    };
    device.set_device_policy(0, policy).unwrap();
    ok(&mut device, group_asid(1, 1));
    ok(&mut device, device_reset(0, false));
    assert_eq!(device.group(1), Ok(None));
}

#[test]
fn lock_freezes_the_policies() {
    let mut device = device();
    device.lock().unwrap();
    let never = DevicePolicy {
        persist: Persist::NeverClean,
        ..Default::default()
    };
    device.set_device_policy(0, never).unwrap();
    device.set_reset_modes(ResetModes::default()).unwrap();
    ok(&mut device, map(2, OLD.0, OLD.1));
    ok(&mut device, device_reset(0, true));
    assert_eq!(
        table(&mut device, 2),
        (Mode::Blocked, vec![]),
        "still by flag"
    );
    ok(&mut device, reset_map(2));
    assert_eq!(
        table(&mut device, 2),
        (Mode::Identity, vec![]),
        "still INIT_MODE of before"
    );
    device.set_limit(2, 0).unwrap();
    refused(&mut device, map(2, OLD.0, OLD.1), Code::NospcLimit);
}

#[test]
fn quiesce_holds_the_groups_of_the_device() {
    let mut device = device();
    let policy = DevicePolicy {
        groups: 0b0001,
        ..Default::default()
    };
    device.set_device_policy(0, policy).unwrap();
    device
        .set_device_policy(
            1,
            DevicePolicy {
                groups: 0b0011,
                ..policy
            },
        )
        .unwrap();
    let held = |device: &Device| [0, 1, 2].map(|group| device.held(group));
    ok(&mut device, Command::Quiesce { device: 0 });
    assert_eq!(held(&device), [true, false, false]);
    assert!(device.translate(read(0, 1)).is_err());
    ok(&mut device, Command::Quiesce { device: 1 });
    ok(&mut device, Command::Resume { device: 0 });
    assert_eq!(held(&device), [true, true, false]);
    ok(&mut device, Command::Resume { device: 1 });
    assert_eq!(held(&device), [false, false, false]);
    assert!(device.translate(read(0, 1)).is_ok());
}
