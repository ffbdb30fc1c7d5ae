// SPDX-License-Identifier: Apache-2.0
//! SET_MAP transactions.

use super::*;

fn abort(asid: u8) -> Command {
    Command::SetMapAbort { asid }
}

#[test]
fn one_at_a_time() {
    let mut device = device();
    ok(&mut device, map(2, 0, 0xfff));
    ok(&mut device, begin(1));
    refused(&mut device, begin(1), Code::Busy);
    refused(&mut device, begin(2), Code::Busy);
    refused(&mut device, map(2, 0x1000, 0x1fff), Code::Busy);
    refused(&mut device, unmap(2, 0, 0xfff), Code::Busy);
    refused(&mut device, stage(2, 0, 0xfff), Code::NoTxn);
    refused(&mut device, commit(2), Code::NoTxn);
    refused(&mut device, abort(2), Code::NoTxn);
    ok(&mut device, abort(1));
    refused(&mut device, commit(1), Code::NoTxn);
    ok(&mut device, map(2, 0x1000, 0x1fff));
}

#[test]
fn a_refused_entry_poisons() {
    for (bad, code) in [
        (stage(1, 0x2000, 0x1fff), Code::InvalRange),
        (stage(1, 0x1fff, 0x2fff), Code::Exist),
        (stage(1, 0, 0x1000), Code::Exist),
        (stage(1, 0, 0x0fff), Code::Order),
    ] {
        let mut device = device();
        ok(&mut device, map(1, 0x7000, 0x7fff));
        ok(&mut device, begin(1));
        ok(&mut device, stage(1, 0x1000, 0x1fff));
        refused(&mut device, bad, code);
        refused(&mut device, stage(1, 0x8000, 0x8fff), code);
        refused(&mut device, stage(2, 0x8000, 0x8fff), Code::NoTxn);
        refused(&mut device, commit(1), code);
        refused(&mut device, commit(1), Code::NoTxn);
        assert_eq!(
            table(&mut device, 1),
            (Mode::Mapped, vec![(0x7000, 0x7fff)])
        );
    }
}

#[test]
fn an_entry_for_another_space_does_not_poison() {
    let mut device = device();
    ok(&mut device, begin(1));
    refused(&mut device, stage(2, 0, 0xfff), Code::NoTxn);
    refused(&mut device, stage(4, 0, 0xfff), Code::InvalAsid);
    ok(&mut device, stage(1, 0, 0xfff));
    ok(&mut device, commit(1));
    assert_eq!(table(&mut device, 1), (Mode::Mapped, vec![(0, 0xfff)]));
}

#[test]
fn room_is_what_the_others_left_at_begin() {
    let mut device = device();
    for page in 0..3 {
        ok(&mut device, map(0, page << 12, (page << 12) + 0xfff));
        ok(&mut device, map(1, page << 12, (page << 12) + 0xfff));
    }
    ok(&mut device, begin(1));
    ok(&mut device, reset_map(0));
    for page in 0..5 {
        ok(&mut device, stage(1, page << 12, (page << 12) + 0xfff));
    }
    refused(&mut device, stage(1, 0x5000, 0x5fff), Code::NospcTable);
    refused(&mut device, commit(1), Code::NospcTable);
    ok(&mut device, begin(1));
    for page in 0..8 {
        ok(&mut device, stage(1, page << 12, (page << 12) + 0xfff));
    }
    ok(&mut device, commit(1));
    assert_eq!(table(&mut device, 1).1.len(), 8);
}

#[test]
fn limit_is_read_at_each_entry() {
    let mut device = device();
    device.set_limit(1, 1).unwrap();
    ok(&mut device, begin(1));
    ok(&mut device, stage(1, 0, 0xfff));
    device.set_limit(1, 2).unwrap();
    ok(&mut device, stage(1, 0x1000, 0x1fff));
    refused(&mut device, stage(1, 0x2000, 0x2fff), Code::NospcLimit);
    device.set_limit(1, 9).unwrap();
    refused(&mut device, commit(1), Code::NospcLimit);
}

#[test]
fn what_aborts_and_what_does_not() {
    for (command, survives) in [
        (reset_map(1), false),
        (device_reset(0, true), false),
        (reset_map(2), true),
        (device_reset(0, false), true),
        (group_asid(0, 1), true),
        (Command::Quiesce { device: 0 }, true),
    ] {
        let mut device = device();
        ok(&mut device, begin(1));
        ok(&mut device, stage(1, 0, 0xfff));
        ok(&mut device, command);
        let code = match survives {
            true => Code::Ok,
            false => Code::NoTxn,
        };
        assert_eq!(
            device.execute(stage(1, 0x1000, 0x1fff)).code,
            code,
            "{command:?}"
        );
        assert_eq!(device.execute(commit(1)).code, code, "{command:?}");
        let count = table(&mut device, 1).1.len();
        assert_eq!(count, if survives { 2 } else { 0 }, "{command:?}");
        ok(&mut device, begin(2));
    }
}

#[test]
fn a_clean_that_spares_the_space_leaves_its_transaction() {
    let mut device = device();
    let policy = crate::regif::DevicePolicy {
        asids: 0b1101,
        ..Default::default()
    };
    device.set_device_policy(0, policy).unwrap();
    ok(&mut device, begin(1));
    ok(&mut device, device_reset(0, true));
    ok(&mut device, commit(1));
}
