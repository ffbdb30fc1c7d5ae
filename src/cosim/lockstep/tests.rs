// SPDX-License-Identifier: Apache-2.0
//! The pair on two golden devices.

use super::*;
use crate::golden::Device;
use crate::regif::{Access, Code, Entry};

const CAPABILITY: Capability = Capability {
    entries: 4,
    asids: 2,
    groups: 2,
    devices: 1,
    iova_w: 64,
    pa_w: 64,
    granule_log2: 0,
};

const MAP: Command = Command::Map {
    asid: 1,
    entry: Entry {
        start: 0x1000,
        last: 0x1fff,
        pa: 0,
        perm: 1,
    },
};

fn pair() -> Lockstep<Device, Device> {
    Lockstep::new(Device::new(CAPABILITY), Device::new(CAPABILITY))
}

#[test]
fn equal_devices_agree_and_are_counted() {
    let mut pair = pair();
    let group = Command::GroupAsid { group: 0, asid: 1 };
    assert_eq!(pair.command(MAP).map(|done| done.code), Ok(Code::Ok));
    assert_eq!(pair.command(MAP).map(|done| done.code), Ok(Code::Exist));
    pair.command(group).unwrap();
    let access = Request {
        group: 0,
        iova: 0x1000,
        len: 1,
        access: Access::Read,
    };
    let response = pair.translate(access).unwrap();
    pair.release(response.tag).unwrap();
    pair.check_all().unwrap();
    assert_eq!(pair.divergences(), []);
    let counts = Counts {
        commands: 3,
        responses: 1,
        address_spaces: 2,
        entries: 1,
        groups: 2,
        draining: 2,
    };
    assert_eq!(pair.counts(), counts);
    assert_eq!(counts.total(), 10);
}

#[test]
fn a_divergence_says_what_was_asked_and_both_answers() {
    let mut pair = pair();
    pair.device_mut().execute(MAP);
    let completion = pair.command(MAP).unwrap();
    assert_eq!(completion.code, Code::Ok, "the answer of the reference");
    let [divergence] = pair.divergences() else {
        panic!("one divergence, not {:?}", pair.divergences());
    };
    assert_eq!(divergence.call, Call::Command(MAP));
    assert_eq!(divergence.expected, Ok(Answer::Completion(completion)));
    let got = Completion {
        code: Code::Exist,
        ..completion
    };
    assert_eq!(divergence.got, Ok(Answer::Completion(got)));
    pair.check_all().unwrap();
    assert_eq!((pair.take_divergences().len(), pair.diverged()), (1, 1));
    assert_eq!(pair.divergences(), []);
}

#[test]
fn different_builds_diverge_at_once() {
    let smaller = Device::new(Capability {
        entries: 3,
        ..CAPABILITY
    });
    let pair = Lockstep::new(Device::new(CAPABILITY), smaller);
    assert_eq!(pair.diverged(), 1);
    assert_eq!(pair.counts().total(), 0);
}

#[test]
fn errors_agree_by_kind() {
    let mut pair = pair();
    assert!(pair.address_space(2).is_err());
    assert_eq!(pair.diverged(), 0);
}
