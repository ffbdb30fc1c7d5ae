// SPDX-License-Identifier: Apache-2.0
//! Accesses in flight, epochs and DRAINING.

use super::*;
use crate::regif::Tag;

/// Group 0 in AS 0, group 1 in AS 1, both MAPPED.
fn running() -> Device {
    let mut device = device();
    for number in 0..2 {
        ok(&mut device, unmap(number, 0, u64::MAX));
        ok(&mut device, group_asid(number, number));
    }
    device
}

fn access(device: &mut Device, group: u8) -> Tag {
    let request = Request {
        group,
        ..read(0, 1)
    };
    device.translate(request).unwrap().tag
}

/// DRAINING of AS 0 and 1.
fn draining(device: &mut Device) -> [bool; 2] {
    [0, 1].map(|asid| device.draining(asid).unwrap())
}

#[test]
fn a_removal_waits_for_what_was_accepted_before_it() {
    let mut device = running();
    let before = access(&mut device, 0);
    ok(&mut device, unmap(0, 0, 0));
    assert_eq!(draining(&mut device), [true, false]);
    let after = access(&mut device, 0);
    assert_ne!(before.epoch, after.epoch);
    device.release(before).unwrap();
    assert_eq!(
        draining(&mut device),
        [false, false],
        "the later access does not count"
    );
    device.release(after).unwrap();
}

#[test]
fn with_nothing_in_flight_a_removal_is_drained_at_once() {
    let mut device = running();
    for command in [unmap(0, 0, 0), reset_map(0), device_reset(0, true)] {
        ok(&mut device, command);
        assert_eq!(draining(&mut device), [false, false]);
    }
}

#[test]
fn a_second_removal_joins() {
    let mut device = running();
    let first = access(&mut device, 0);
    ok(&mut device, unmap(0, 0, 0));
    let second = access(&mut device, 0);
    ok(&mut device, unmap(0, 0, 0));
    device.release(second).unwrap();
    assert!(draining(&mut device)[0]);
    device.release(first).unwrap();
    assert!(!draining(&mut device)[0]);

    let first = access(&mut device, 0);
    ok(&mut device, unmap(0, 0, 0));
    let second = access(&mut device, 0);
    ok(&mut device, unmap(0, 0, 0));
    device.release(first).unwrap();
    assert!(draining(&mut device)[0], "the second removal's own wait");
    device.release(second).unwrap();
    assert!(!draining(&mut device)[0]);
}

#[test]
fn only_removals_start_a_drain() {
    let quiet = [
        map(0, 0, 0xfff),
        begin(0),
        stage(0, 0, 0xfff),
        Command::SetMapAbort { asid: 0 },
        group_asid(0, 0),
        group_asid(2, 0),
        device_reset(0, false),
        Command::Quiesce { device: 0 },
        unmap(9, 0, 0),
    ];
    let mut device = running();
    ok(&mut device, group_asid(1, 0));
    access(&mut device, 0);
    for command in quiet {
        device.execute(command);
        assert_eq!(draining(&mut device), [false, false], "{command:?}");
    }
}

#[test]
fn every_kind_of_removal_starts_one() {
    for (commands, expected) in [
        (vec![unmap(1, 0, 0)], [false, true]),
        (vec![begin(1), commit(1)], [false, true]),
        (vec![reset_map(0)], [true, false]),
        (vec![group_asid(1, 0)], [false, true]),
        (vec![device_reset(0, false)], [false, true]),
        (vec![device_reset(0, true)], [true, true]),
    ] {
        let mut device = running();
        access(&mut device, 0);
        access(&mut device, 1);
        for &command in &commands {
            ok(&mut device, command);
        }
        assert_eq!(draining(&mut device), expected, "{commands:?}");
    }
}

/// Two groups leave AS 1, which is also cleaned: one commit, so one new epoch.
#[test]
fn one_command_is_one_removal() {
    let mut device = running();
    ok(&mut device, group_asid(2, 1));
    let tag = access(&mut device, 1);
    ok(&mut device, device_reset(0, true));
    assert_eq!(draining(&mut device), [false, true]);
    ok(&mut device, group_asid(1, 1));
    assert_ne!(access(&mut device, 1).epoch, tag.epoch);
    device.release(tag).unwrap();
    assert_eq!(draining(&mut device), [false, false]);
}

#[test]
fn tags() {
    let mut device = running();
    let untracked = access(&mut device, 3);
    assert_eq!(
        untracked,
        Tag {
            tracked: false,
            asid: 0,
            epoch: false
        }
    );
    device.release(untracked).unwrap();
    device.release(untracked).unwrap();
    let tag = access(&mut device, 0);
    device.release(tag).unwrap();
    assert!(device.release(tag).is_err(), "once");
    assert!(device.release(Tag { asid: 9, ..tag }).is_err());
}
