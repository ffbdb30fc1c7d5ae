// SPDX-License-Identifier: Apache-2.0
//! Every row of the two tables in design.md section 3.

use super::*;

/// One entry, so that "unchanged" can be seen.
const OLD: (u64, u64) = (0x1000, 0x1fff);

/// A device whose AS 0 has `mode`, with OLD in it if it is MAPPED.
fn with_mode(mode: Mode) -> Device {
    let mut device = device();
    match mode {
        Mode::Blocked => {}
        Mode::Identity => ok(&mut device, reset_map(0)),
        Mode::Mapped => ok(&mut device, map(0, OLD.0, OLD.1)),
    }
    device
}

#[test]
fn power_on_is_blocked_and_unassigned() {
    let mut device = device();
    for asid in 0..4 {
        assert_eq!(table(&mut device, asid), (Mode::Blocked, vec![]));
        assert_eq!(device.group(asid), Ok(None));
    }
    assert_eq!(answer(device.peek(read(0, 1))), (Err(Fault::Group), 0));
}

#[test]
fn identity_or_blocked_row() {
    for mode in [Mode::Identity, Mode::Blocked] {
        let mut device = with_mode(mode);
        ok(&mut device, map(0, 0x2000, 0x2fff));
        assert_eq!(
            table(&mut device, 0),
            (Mode::Mapped, vec![(0x2000, 0x2fff)])
        );

        let mut device = with_mode(mode);
        refused(&mut device, map(0, 0x2000, 0x1fff), Code::InvalRange);
        assert_eq!(table(&mut device, 0), (mode, vec![]));

        let mut device = with_mode(mode);
        ok(&mut device, unmap(0, 0x2000, 0x2fff));
        assert_eq!(table(&mut device, 0), (Mode::Mapped, vec![]));

        let mut device = with_mode(mode);
        ok(&mut device, begin(0));
        ok(&mut device, commit(0));
        assert_eq!(table(&mut device, 0), (Mode::Mapped, vec![]));

        let mut device = with_mode(mode);
        ok(&mut device, begin(0));
        ok(&mut device, stage(0, 0x2000, 0x2fff));
        assert_eq!(table(&mut device, 0), (mode, vec![]), "not before COMMIT");
        ok(&mut device, commit(0));
        assert_eq!(
            table(&mut device, 0),
            (Mode::Mapped, vec![(0x2000, 0x2fff)])
        );

        let mut device = with_mode(mode);
        ok(&mut device, reset_map(0));
        assert_eq!(table(&mut device, 0), (Mode::Identity, vec![]));
    }
}

#[test]
fn mapped_row() {
    let mut device = with_mode(Mode::Mapped);
    ok(&mut device, map(0, 0x3000, 0x3fff));
    assert_eq!(
        table(&mut device, 0),
        (Mode::Mapped, vec![OLD, (0x3000, 0x3fff)])
    );
    refused(&mut device, map(0, 0x1fff, 0x2000), Code::Exist);
    ok(&mut device, unmap(0, 0x1fff, 0x2fff));
    assert_eq!(
        table(&mut device, 0),
        (Mode::Mapped, vec![(0x3000, 0x3fff)])
    );
    ok(&mut device, unmap(0, 0, u64::MAX));
    assert_eq!(
        table(&mut device, 0),
        (Mode::Mapped, vec![]),
        "EMPTY, not 1:1"
    );

    let mut device = with_mode(Mode::Mapped);
    ok(&mut device, begin(0));
    ok(&mut device, stage(0, 0x1800, 0x27ff));
    ok(&mut device, commit(0));
    assert_eq!(
        table(&mut device, 0),
        (Mode::Mapped, vec![(0x1800, 0x27ff)])
    );

    let mut device = with_mode(Mode::Mapped);
    ok(&mut device, reset_map(0));
    assert_eq!(table(&mut device, 0), (Mode::Identity, vec![]));
    ok(&mut device, map(0, OLD.0, OLD.1));
    assert_eq!(
        table(&mut device, 0),
        (Mode::Mapped, vec![OLD]),
        "the same range is free again"
    );
}

#[test]
fn reset_map_gives_the_init_mode_of_each_address_space() {
    let mut device = device();
    for (asid, mode) in [Mode::Identity, Mode::Blocked, Mode::Identity, Mode::Blocked]
        .into_iter()
        .enumerate()
    {
        let asid = u8::try_from(asid).unwrap();
        ok(&mut device, map(asid, OLD.0, OLD.1));
        ok(&mut device, reset_map(asid));
        assert_eq!(table(&mut device, asid), (mode, vec![]));
    }
}

#[test]
fn unmap_takes_whole_entries_by_the_literal_formula() {
    let entries = [(0x1000, 0x1fff), (0x2000, 0x2fff), (0x5000, 0x5fff)];
    let all = || entries.to_vec();
    for (iova, last, left) in [
        (0x1800, 0x1800, vec![entries[1], entries[2]]),
        (0x1fff, 0x2000, vec![entries[2]]),
        (0x3000, 0x4fff, all()),
        (0, u64::MAX, vec![]),
        // Size 0: strictly inside, at the start, just past the end, and (0, 0).
        (0x1800, 0x17ff, vec![entries[1], entries[2]]),
        (0x1000, 0x0fff, all()),
        (0x3000, 0x2fff, all()),
        (0x2000, 0x1fff, all()),
        // Wrapping: what spans both ends.
        (0x1f00, 0x1100, vec![entries[1], entries[2]]),
        (0x5800, 0x1800, all()),
    ] {
        let mut device = device();
        for (start, last) in entries {
            ok(&mut device, map(1, start, last));
        }
        ok(&mut device, unmap(1, iova, last));
        assert_eq!(
            table(&mut device, 1),
            (Mode::Mapped, left),
            "UNMAP {iova:#x} {last:#x}"
        );
    }
}

#[test]
fn the_whole_of_64_bits_is_one_entry() {
    let mut device = device();
    let whole = Entry {
        start: 0,
        last: u64::MAX,
        pa: 0,
        perm: 1,
    };
    ok(
        &mut device,
        Command::Map {
            asid: 3,
            entry: whole,
        },
    );
    ok(&mut device, group_asid(0, 3));
    assert_eq!(table(&mut device, 3).1, [(0, u64::MAX)]);
    assert_eq!(
        answer(device.peek(read(u64::MAX, 1))),
        (Ok(u64::MAX), u64::MAX)
    );
    refused(&mut device, map(3, 0x1000, 0x1fff), Code::Exist);
    ok(&mut device, unmap(3, u64::MAX, u64::MAX));
    assert_eq!(table(&mut device, 3), (Mode::Mapped, vec![]));
}

#[test]
fn commit_seq_counts_committed_changes_alone() {
    let mut device = device();
    for (command, seq) in [
        (map(0, OLD.0, OLD.1), 1),
        (map(0, OLD.0, OLD.1), 1),
        (unmap(0, 0x8000, 0x8fff), 2),
        (begin(1), 2),
        (stage(1, 0, 0xfff), 2),
        (Command::SetMapAbort { asid: 1 }, 2),
        (begin(1), 2),
        (commit(1), 3),
        (reset_map(2), 4),
        (device_reset(0, false), 5),
        (group_asid(0, 0), 6),
        (group_asid(0, 0), 7),
        (Command::Quiesce { device: 0 }, 7),
        (Command::Resume { device: 0 }, 7),
        (Command::Fence { asid: 0 }, 7),
        (group_asid(9, 0), 7),
    ] {
        assert_eq!(device.execute(command).commit_seq, seq, "{command:?}");
    }
    assert_eq!(device.address_space(0).unwrap().commit_seq, 7);
}
