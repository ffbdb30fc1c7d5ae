// SPDX-License-Identifier: Apache-2.0
//! Answers of the translation port.

use super::*;

/// 40-bit IOVA, 36-bit PA; group 0 uses AS 0.
fn narrow() -> Device {
    let mut device = Device::new(Capability {
        entries: 4,
        asids: 2,
        groups: 2,
        devices: 1,
        iova_w: 40,
        pa_w: 36,
        granule_log2: 0,
    });
    ok(&mut device, group_asid(0, 0));
    device
}

#[test]
fn order_of_faults() {
    let mut device = narrow();
    let top = 1 << 40;
    let stranger = Request {
        group: 2,
        ..read(top, 2)
    };
    assert_eq!(answer(device.peek(stranger)), (Err(Fault::Group), 0));
    assert!(!device.peek(stranger).tag.tracked);
    assert_eq!(
        answer(device.peek(read(top - 1, 2))),
        (Err(Fault::Overflow), 0)
    );
    assert_eq!(
        answer(device.peek(read(u64::MAX, 2))),
        (Err(Fault::Overflow), 0)
    );
    assert_eq!(
        answer(device.peek(read(top - 1, 1))),
        (Err(Fault::Blocked), 0)
    );
    assert!(device.peek(read(top - 1, 1)).tag.tracked);

    let identity = ResetModes {
        init_identity: 1,
        clean_identity: 0,
    };
    device.set_reset_modes(identity).unwrap();
    ok(&mut device, reset_map(0));
    let pa_top = 1 << 36;
    assert_eq!(
        answer(device.peek(read(top - 1, 2))),
        (Err(Fault::Overflow), 0)
    );
    assert_eq!(
        answer(device.peek(read(pa_top - 1, 2))),
        (Err(Fault::PaWidth), 0)
    );
    assert_eq!(
        answer(device.peek(read(pa_top - 2, 2))),
        (Ok(pa_top - 2), top - 1)
    );
}

#[test]
fn edges_of_an_entry() {
    let mut device = narrow();
    ok(&mut device, map(0, 0x1000, 0x1fff));
    ok(&mut device, map(0, 0x2000, 0x2fff));
    for (request, expected) in [
        (read(0x0fff, 1), (Err(Fault::NoMapping), 0)),
        (read(0x0fff, 2), (Err(Fault::NoMapping), 0)),
        (read(0x1000, 1), (Ok(0x1_1000), 0x1fff)),
        (read(0x1000, 4096), (Ok(0x1_1000), 0x1fff)),
        (read(0x1fff, 1), (Ok(0x1_1fff), 0x1fff)),
        // The neighbour is adjacent in both addresses and still another entry.
        (read(0x1fff, 2), (Err(Fault::Crossing), 0x1fff)),
        (read(0x2fff, 2), (Err(Fault::Crossing), 0x2fff)),
        (read(0x3000, 1), (Err(Fault::NoMapping), 0)),
    ] {
        assert_eq!(answer(device.peek(request)), expected, "{request:x?}");
    }
}

#[test]
fn permissions_are_two_bits_of_eight() {
    for perm in [0, 1, 2, 3, 4, 7, 0xff] {
        let mut device = narrow();
        let entry = Entry {
            perm,
            ..entry(0x1000, 0x1fff)
        };
        ok(&mut device, Command::Map { asid: 0, entry });
        for (access, bit) in [(Access::Read, 1), (Access::Write, 2)] {
            // Permission comes before Crossing.
            let request = Request {
                access,
                ..read(0x1fff, 2)
            };
            let fault = match perm & bit {
                0 => Fault::Permission,
                _ => Fault::Crossing,
            };
            assert_eq!(answer(device.peek(request)), (Err(fault), 0x1fff));
            let allowed = device.peek(Request { len: 1, ..request }).result.is_ok();
            assert_eq!(allowed, perm & bit != 0, "perm {perm} {access:?}");
        }
        assert_eq!(device.address_space(0).unwrap().entries, [entry]);
    }
}

#[test]
fn spaces_are_apart() {
    let mut device = narrow();
    ok(&mut device, map(1, 0x1000, 0x1fff));
    ok(&mut device, unmap(0, 0, 0));
    assert_eq!(device.peek(read(0x1000, 1)).result, Err(Fault::NoMapping));
    ok(&mut device, group_asid(0, 1));
    let response = device.peek(read(0x1000, 1));
    assert_eq!((response.result, response.tag.asid), (Ok(0x1_1000), 1));
    assert_eq!(response.commit_seq, 4);
}
