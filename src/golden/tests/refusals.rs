// SPDX-License-Identifier: Apache-2.0
//! Result codes, and which comes first when several apply.

use super::*;

/// Pages, 40-bit IOVA, 36-bit PA.
fn paged() -> Device {
    Device::new(Capability {
        entries: 4,
        asids: 2,
        groups: 2,
        devices: 1,
        iova_w: 40,
        pa_w: 36,
        granule_log2: 12,
    })
}

fn map_to(start: u64, last: u64, pa: u64) -> Command {
    let entry = Entry {
        start,
        last,
        pa,
        perm: 0xff,
    };
    Command::Map { asid: 0, entry }
}

#[test]
fn operand_numbers() {
    let mut device = device();
    refused(&mut device, map(4, 1, 0), Code::InvalAsid);
    refused(&mut device, unmap(4, 0, 0), Code::InvalAsid);
    refused(&mut device, begin(255), Code::InvalAsid);
    refused(&mut device, stage(4, 1, 0), Code::InvalAsid);
    refused(&mut device, commit(4), Code::InvalAsid);
    refused(
        &mut device,
        Command::SetMapAbort { asid: 4 },
        Code::InvalAsid,
    );
    refused(&mut device, reset_map(4), Code::InvalAsid);
    refused(&mut device, group_asid(4, 4), Code::InvalAsid);
    refused(&mut device, group_asid(4, 3), Code::InvalGroup);
    refused(&mut device, device_reset(2, true), Code::InvalDevice);
    refused(
        &mut device,
        Command::Quiesce { device: 2 },
        Code::InvalDevice,
    );
    refused(
        &mut device,
        Command::Resume { device: 2 },
        Code::InvalDevice,
    );
}

#[test]
fn ranges() {
    let mut device = paged();
    let top = 1 << 40;
    refused(&mut device, map_to(0x2000, 0x1fff, 0), Code::InvalRange);
    refused(&mut device, map_to(top, top + 0xfff, 0), Code::InvalRange);
    refused(&mut device, map_to(top - 0x1000, top, 0), Code::InvalRange);
    refused(&mut device, unmap(0, top, 0xfff), Code::InvalRange);
    refused(&mut device, unmap(0, 0, u64::MAX), Code::InvalRange);
    ok(&mut device, unmap(0, 0x1000, 0xfff));
    ok(&mut device, map_to(top - 0x1000, top - 1, 0));
}

#[test]
fn alignment() {
    let mut device = paged();
    refused(&mut device, map_to(0x1001, 0x1fff, 0), Code::InvalAlign);
    refused(&mut device, map_to(0x1000, 0x1ffe, 0), Code::InvalAlign);
    refused(&mut device, map_to(0x1000, 0x1fff, 0x800), Code::InvalAlign);
    refused(&mut device, unmap(0, 0x1001, 0x1fff), Code::InvalAlign);
    refused(&mut device, unmap(0, 0x1000, 0x2000), Code::InvalAlign);
    ok(&mut device, unmap(0, 0, (1 << 40) - 1));
}

#[test]
fn physical_end() {
    let mut device = paged();
    let top = 1 << 36;
    refused(&mut device, map_to(0, 0x1fff, top - 0x1000), Code::InvalPa);
    refused(
        &mut device,
        map_to(0, 0xfff, u64::MAX - 0xfff),
        Code::InvalPa,
    );
    refused(
        &mut device,
        map_to(0, 0x1fff, u64::MAX - 0xfff),
        Code::InvalPa,
    );
    ok(&mut device, map_to(0, 0x1fff, top - 0x2000));
}

#[test]
fn physical_end_of_64_bits() {
    let mut device = device();
    refused(&mut device, map_to(0, 0x10, u64::MAX - 0xf), Code::InvalPa);
    ok(&mut device, map_to(0, 0xf, u64::MAX - 0xf));
}

/// Each step takes away the first reason of the documented order.
#[test]
fn order_of_reasons() {
    let mut device = paged();
    for page in 0..4 {
        ok(&mut device, map_to(page << 13, (page << 13) + 0xfff, 0));
    }
    device.set_limit(0, 4).unwrap();
    ok(&mut device, begin(1));
    refused(&mut device, map_to(1, 0, u64::MAX), Code::Busy);
    ok(&mut device, Command::SetMapAbort { asid: 1 });
    refused(&mut device, map_to(1, 0, u64::MAX), Code::InvalRange);
    refused(&mut device, map_to(1, 1, u64::MAX), Code::InvalAlign);
    refused(&mut device, map_to(0, 0xfff, 1 << 36), Code::InvalPa);
    refused(&mut device, map_to(0, 0xfff, 0), Code::Exist);
    refused(&mut device, map_to(0x1000, 0x1fff, 0), Code::NospcLimit);
    device.set_limit(0, u16::MAX).unwrap();
    refused(&mut device, map_to(0x1000, 0x1fff, 0), Code::NospcTable);
    ok(&mut device, unmap(0, 0, 0xfff));
    ok(&mut device, map_to(0x1000, 0x1fff, 0));
}

#[test]
fn room_is_shared_and_resets_give_it_back() {
    let mut device = device();
    for page in 0..4 {
        ok(&mut device, map(0, page << 12, (page << 12) + 0xfff));
        ok(&mut device, map(1, page << 12, (page << 12) + 0xfff));
    }
    refused(&mut device, map(2, 0, 0xfff), Code::NospcTable);
    ok(&mut device, reset_map(1));
    for page in 0..4 {
        ok(&mut device, map(2, page << 12, (page << 12) + 0xfff));
    }
    refused(&mut device, map(1, 0, 0xfff), Code::NospcTable);
    assert_eq!(table(&mut device, 1), (Mode::Blocked, vec![]));
}

#[test]
fn limit_is_of_one_address_space() {
    let mut device = device();
    device.set_limit(1, 1).unwrap();
    ok(&mut device, map(1, 0, 0xfff));
    refused(&mut device, map(1, 0x1000, 0x1fff), Code::NospcLimit);
    ok(&mut device, map(0, 0x1000, 0x1fff));
    device.set_limit(1, 0).unwrap();
    assert_eq!(
        table(&mut device, 1),
        (Mode::Mapped, vec![(0, 0xfff)]),
        "a lower limit removes nothing"
    );
}

#[test]
fn numbers_outside_the_build_are_no_panic() {
    let mut device = device();
    assert!(device.address_space(4).is_err());
    assert!(device.group(4).is_err());
    assert!(device.draining(255).is_err());
    assert!(device.set_limit(4, 0).is_err());
    assert!(device.set_device_policy(2, Default::default()).is_err());
    assert!(device.translate(read(0, 0)).is_err());
    assert!(device.translate(read(0, 4097)).is_err());
}
