// SPDX-License-Identifier: Apache-2.0
//! Damaged words: what they hide, what a pass leaves of them, and how that goes away.

use super::*;
use crate::golden::Word;

/// Three entries in AS 1, two in AS 2; group n uses AS n.
fn full() -> Device {
    let mut device = device();
    for group in 0..3 {
        ok(&mut device, group_asid(group, group));
    }
    for start in [0x1000, 0x3000, 0x5000] {
        ok(&mut device, map(1, start, start + 0xfff));
    }
    for start in [0x1000, 0x3000] {
        ok(&mut device, map(2, start, start + 0xfff));
    }
    device
}

fn fault(device: &Device, group: u8, iova: u64) -> Option<Fault> {
    let request = Request {
        group,
        iova,
        len: 1,
        access: Access::Read,
    };
    device.peek(request).result.err()
}

fn ranges(device: &mut Device, asid: u8) -> Vec<(u64, u64)> {
    let entries = device.address_space(asid).unwrap().entries;
    entries.iter().map(|e| (e.start, e.last)).collect()
}

fn poisoned(device: &mut Device, asid: u8) -> Vec<u64> {
    device.address_space(asid).unwrap().poisoned
}

const NOTHING: Command = Command::Unmap {
    asid: 0,
    iova: 1,
    last: 0,
};

#[test]
fn a_damaged_payload_hides_all_up_to_the_next_entry() {
    let mut device = full();
    assert!(device.damage(2, Word::Payload));
    assert_eq!(fault(&device, 1, 0x4fff), Some(Fault::NoMapping));
    assert_eq!(fault(&device, 1, 0x5000), Some(Fault::Parity));
    assert_eq!(fault(&device, 1, 0x9000), Some(Fault::Parity));
    // Its address space is in that word, too.
    assert_eq!(fault(&device, 2, 0xfff), Some(Fault::Parity));
    assert_eq!(fault(&device, 2, 0x1000), None);
    assert_eq!(poisoned(&mut device, 1), [0x5000]);
    assert_eq!(ranges(&mut device, 1)[2], (0x5000, 0x5000));
    ok(&mut device, NOTHING);
    assert_eq!(fault(&device, 1, 0x9000), Some(Fault::Parity));
    assert_eq!(fault(&device, 2, 0xfff), Some(Fault::NoMapping));
    assert_eq!(poisoned(&mut device, 1), [0x5000]);
}

#[test]
fn a_damaged_key_is_found_by_the_next_pass() {
    let mut device = full();
    assert!(device.damage(1, Word::Key));
    assert_eq!(fault(&device, 1, 0x3000), None);
    assert_eq!(poisoned(&mut device, 1), [0x2000]);
    ok(&mut device, NOTHING);
    assert_eq!(ranges(&mut device, 1)[1], (0x2000, 0x3fff));
    assert_eq!(fault(&device, 1, 0x1fff), None);
    assert_eq!(fault(&device, 1, 0x2000), Some(Fault::Parity));
    assert_eq!(fault(&device, 1, 0x3fff), Some(Fault::Parity));
    assert_eq!(fault(&device, 1, 0x5000), None);
}

#[test]
fn the_first_of_an_address_space_reaches_down_to_0() {
    let mut device = full();
    assert!(device.damage(3, Word::Key));
    ok(&mut device, NOTHING);
    assert_eq!(ranges(&mut device, 2)[0], (0, 0x1fff));
    assert_eq!(poisoned(&mut device, 2), [0]);
}

#[test]
fn a_refused_command_leaves_damage_as_it_is() {
    let mut device = full();
    assert!(device.damage(1, Word::Key));
    // In the gap that the key is taken to be in.
    refused(&mut device, map(1, 0x2000, 0x2000), Code::Exist);
    assert_eq!(fault(&device, 1, 0x3000), None);
}

#[test]
fn recover_drops_what_is_poisoned_in_one_address_space() {
    let mut device = full();
    assert!(device.damage(1, Word::Key));
    assert!(device.damage(4, Word::Payload));
    assert!(!device.damage(4, Word::Key), "both words of one entry");
    assert!(!device.damage(5, Word::Key), "no such entry");
    ok(&mut device, Command::Recover { asid: 1 });
    assert_eq!(ranges(&mut device, 1), [(0x1000, 0x1fff), (0x5000, 0x5fff)]);
    assert!(poisoned(&mut device, 1).is_empty());
    assert_eq!(poisoned(&mut device, 2), [0x3000]);
    ok(&mut device, Command::Recover { asid: 2 });
    assert_eq!(ranges(&mut device, 2), [(0x1000, 0x1fff)]);
    assert_eq!(fault(&device, 2, 0x3000), Some(Fault::NoMapping));
}

#[test]
fn a_reset_leaves_the_damage_of_what_it_makes_void() {
    let mut device = full();
    assert!(device.damage(2, Word::Payload));
    ok(&mut device, reset_map(1));
    assert_eq!(fault(&device, 1, 0x5000), Some(Fault::Blocked));
    // What lies there until the next pass has no address space that could be trusted.
    assert_eq!(fault(&device, 2, 0), Some(Fault::Parity));
    ok(&mut device, NOTHING);
    assert_eq!(fault(&device, 2, 0), Some(Fault::NoMapping));
}
