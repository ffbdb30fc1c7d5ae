// SPDX-License-Identifier: Apache-2.0
//! Does the simulated device speak the protocols that this module speaks? What it must answer is for `tb/`.

mod clocks;

use std::ops::Range;

use super::bus::Words;
use super::*;
use crate::regif::{
    Access, Code, Command, Completion, DevicePolicy, Entry, Fault, Mode, Persist, RegIf, Request,
    ResetModes, Tag,
};

const ENTRY: Entry = Entry {
    start: 0x1000,
    last: 0x2fff,
    pa: 0x80_0000_0000,
    perm: 0x81,
};

fn dut(variant: Variant) -> Dut {
    Dut::new(variant).unwrap()
}

fn ok(dut: &mut Dut, command: Command) -> Completion {
    let completion = dut.command(command).unwrap();
    assert_eq!(completion.code, Code::Ok, "{command:x?}");
    completion
}

fn map(dut: &mut Dut, asid: u8, entry: Entry) -> Completion {
    ok(dut, Command::Map { asid, entry })
}

/// Maps one page each at those multiples of 64 KiB.
fn fill(dut: &mut Dut, asid: u8, numbers: Range<u64>) {
    for start in numbers.map(|number| number * 0x10000) {
        let last = start + 0xfff;
        map(
            dut,
            asid,
            Entry {
                start,
                last,
                ..ENTRY
            },
        );
    }
}

/// Group 0 uses address space 1, which holds [`ENTRY`].
fn mapped(variant: Variant) -> Dut {
    let mut dut = dut(variant);
    map(&mut dut, 1, ENTRY);
    ok(&mut dut, Command::GroupAsid { group: 0, asid: 1 });
    dut
}

fn read(iova: u64) -> Request {
    Request {
        group: 0,
        iova,
        len: 64,
        access: Access::Read,
    }
}

#[test]
fn every_build_is_what_the_list_says() {
    for variant in Variant::ALL {
        let capability = dut(variant).capability();
        let parameters = variant.parameters();
        assert_eq!(capability.entries, parameters.entries);
        assert_eq!(capability.asids, parameters.asids);
        assert_eq!(capability.groups, parameters.groups);
        assert_eq!(capability.devices, parameters.devices);
        assert_eq!(capability.granule_log2, parameters.granule_log2);
        assert_eq!(capability.iova_w, parameters.iova_w);
        assert_eq!(capability.pa_w, parameters.pa_w);
    }
}

#[test]
fn every_build_has_the_ports_that_the_list_says() {
    for variant in Variant::ALL {
        let dut = dut(variant);
        let built = variant.parameters().axi;
        assert_eq!(dut.axi_ports(), built.map_or(0, |axi| axi.ports.into()));
        let bytes = built.map_or(0, |axi| usize::from(axi.data_w / 8));
        assert_eq!(dut.axi_beat_bytes(), bytes);
    }
}

#[test]
fn power_on_state_is_empty_and_blocked() {
    for seed in 0..4 {
        let mut dut = Dut::with_seed(Variant::E64, seed).unwrap();
        let table = dut.table().unwrap().clone();
        assert_eq!((table.commit_seq, table.slots), (0, vec![]));
        assert_eq!(table.spaces.len(), 4);
        for space in table.spaces {
            assert_eq!((space.mode, space.entries), (Mode::Blocked, vec![]));
        }
        assert_eq!(dut.group(3).unwrap(), None);
    }
}

#[test]
fn a_mapping_is_read_back_and_translated() {
    for variant in Variant::ALL {
        let mut dut = mapped(variant);
        let space = dut.address_space(1).unwrap();
        assert_eq!((space.mode, space.commit_seq), (Mode::Mapped, 2));
        assert_eq!(space.entries, [ENTRY]);
        assert_eq!(dut.address_space(0).unwrap().mode, Mode::Blocked);
        assert_eq!(dut.group(0).unwrap(), Some(1));

        let hit = dut.translate(read(0x2fc0)).unwrap();
        assert_eq!(hit.result, Ok(0x80_0000_1fc0));
        assert_eq!((hit.map_last, hit.commit_seq), (0x2fff, 2));
        assert!(hit.tag.tracked);
        assert_eq!(hit.tag.asid, 1);
        dut.release(hit.tag).unwrap();

        let write = Request {
            access: Access::Write,
            ..read(0x1000)
        };
        let refused = dut.translate(write).unwrap();
        assert_eq!(refused.result, Err(Fault::Permission));
        dut.release(refused.tag).unwrap();
    }
}

#[test]
fn what_goes_over_axi_has_no_port_to_queue_requests_at() {
    let mut dut = mapped(Variant::AxiE64);
    let error = dut.queue_requests(&[Traffic::steady(read(0x1000))]);
    let error = error.unwrap_err().to_string();
    assert!(error.contains("no translation port"), "{error}");
}

#[test]
fn a_refused_command_has_a_code_and_no_commit() {
    let mut dut = mapped(Variant::E64);
    let refused = dut
        .command(Command::Map {
            asid: 1,
            entry: ENTRY,
        })
        .unwrap();
    assert_eq!(
        (refused.code, refused.commit_seq),
        (Code::Exist, dut.commit_seq().unwrap())
    );
    let refused = dut.command(Command::ResetMap { asid: 4 }).unwrap();
    assert_eq!(refused.code, Code::InvalAsid);
    assert_eq!(dut.address_space(1).unwrap().entries, [ENTRY]);
}

#[test]
fn set_map_replaces_the_table() {
    let mut dut = mapped(Variant::E64);
    let entry = Entry {
        start: u64::MAX - 0xfff,
        last: u64::MAX,
        pa: 0,
        perm: 3,
    };
    ok(&mut dut, Command::SetMapBegin { asid: 1 });
    ok(&mut dut, Command::SetMapEntry { asid: 1, entry });
    assert_eq!(dut.address_space(1).unwrap().entries, [ENTRY]);
    ok(&mut dut, Command::SetMapCommit { asid: 1 });
    assert_eq!(dut.address_space(1).unwrap().entries, [entry]);
}

#[test]
fn entries_left_by_a_reset_are_seen_and_dead() {
    let mut dut = mapped(Variant::E64);
    dut.set_reset_modes(ResetModes {
        init_identity: 0b10,
        clean_identity: 0,
    })
    .unwrap();
    ok(&mut dut, Command::ResetMap { asid: 1 });
    let table = dut.table().unwrap();
    assert_eq!(table.spaces[1].mode, Mode::Identity);
    assert_eq!(table.spaces[1].entries, []);
    assert_eq!(
        table.slots,
        [Slot {
            asid: 1,
            live: false,
            poison: false,
            entry: ENTRY
        }]
    );
}

#[test]
fn the_table_is_read_once_for_all_address_spaces() {
    let mut dut = mapped(Variant::E64);
    let before = dut.clocks();
    dut.address_space(1).unwrap();
    let table = dut.clocks() - before;
    let before = dut.clocks();
    dut.address_space(0).unwrap();
    assert_eq!(dut.clocks(), before, "nothing can have changed");
    dut.step(1).unwrap();
    dut.address_space(0).unwrap();
    assert!(
        dut.clocks() - before < table / 2,
        "one look at COMMIT_SEQ and the like, not {table} clocks"
    );
}

#[test]
fn reset_pins_act_by_policy() {
    let mut dut = mapped(Variant::E64);
    dut.set_device_policy(
        0,
        DevicePolicy {
            persist: Persist::ByFlag,
            as0: 2,
            ..DevicePolicy::default()
        },
    )
    .unwrap();
    for (clean, mode) in [(false, Mode::Mapped), (true, Mode::Blocked)] {
        let before = dut.commit_seq().unwrap();
        dut.pulse_device_reset(0, clean).unwrap();
        dut.step(4).unwrap();
        assert_eq!(dut.commit_seq().unwrap(), before + 1);
        assert_eq!(dut.group(0).unwrap(), Some(2));
        assert_eq!(dut.address_space(1).unwrap().mode, mode);
    }
    let error = dut.pulse_device_reset(2, true).unwrap_err().to_string();
    assert!(error.contains("device 0x2"), "{error}");
}

#[test]
fn lookups_flow_while_commands_execute() {
    let mut dut = mapped(Variant::E2048);
    fill(&mut dut, 1, 1..200);
    let traffic = vec![Traffic::steady(read(0x1000)); 5000];
    dut.queue_requests(&traffic).unwrap();
    fill(&mut dut, 1, 200..210);
    let during = dut.drain_responses().unwrap();
    assert!(during.len() > 1000, "{} responses", during.len());
    let rest = dut.run_requests().unwrap();
    assert_eq!(during.len() + rest.len(), traffic.len());
    let mut seen = std::collections::BTreeSet::new();
    for (number, response) in during.iter().chain(&rest).enumerate() {
        assert_eq!(response.id, number as u64);
        assert_eq!(response.offered, response.accepted, "never stalled");
        assert_eq!(response.response.result, Ok(ENTRY.pa));
        seen.insert(response.response.commit_seq);
    }
    assert!(seen.len() > 5, "states seen: {seen:?}");
}

#[test]
fn a_removal_drains_when_its_last_request_is_released() {
    let mut dut = mapped(Variant::E64);
    let response = dut.translate(read(0x1000)).unwrap();
    ok(
        &mut dut,
        Command::Unmap {
            asid: 1,
            iova: 0,
            last: u64::MAX,
        },
    );
    assert!(dut.draining(1).unwrap());
    dut.release(response.tag).unwrap();
    dut.step(4).unwrap();
    assert!(!dut.draining(1).unwrap());
}

#[test]
fn a_quiesced_request_times_out_and_goes_on_later() {
    let mut dut = mapped(Variant::E64);
    ok(&mut dut, Command::Quiesce { device: 0 });
    let held = dut.translate(read(0x1000));
    assert!(matches!(held, Err(RegError::Timeout { .. })), "{held:?}");
    ok(&mut dut, Command::Resume { device: 0 });
    let late = dut.run_requests().unwrap();
    assert_eq!(late.len(), 1);
    assert_eq!(late[0].response.result, Ok(ENTRY.pa));
}

#[test]
fn a_doorbell_while_busy_is_lost_and_told() {
    const CMD: u16 = 0x03c;
    const IRQ_STATUS: u16 = 0x050;
    let mut dut = mapped(Variant::E2048);
    fill(&mut dut, 1, 1..100);
    let before = dut.commit_seq().unwrap();
    // UNMAP in address space 1 of a range that ARG_IOVA and ARG_LAST still hold.
    dut.reg_write(CMD, 0x0001_0002).unwrap();
    dut.reg_write(CMD, 0x0001_0007).unwrap();
    assert_eq!(dut.reg_read(IRQ_STATUS).unwrap() & 2, 2);
    dut.step(500).unwrap();
    assert_eq!(dut.commit_seq().unwrap(), before + 1);
    assert_eq!(dut.address_space(1).unwrap().entries.len(), 99);
}

#[test]
fn what_the_map_cannot_carry_is_an_error_that_names_it() {
    let mut dut = dut(Variant::E64);
    let error = |result: Result<(), RegError>| result.unwrap_err().to_string();
    let long = Request {
        len: 4097,
        ..read(0)
    };
    for (message, part) in [
        (error(dut.reg_read(0x0f0).map(drop)), "0xf0"),
        (error(dut.set_limit(16, 1)), "0x10"),
        (error(dut.address_space(4).map(drop)), "0x4"),
        (error(dut.translate(long).map(drop)), "0x1001"),
        (error(dut.set_bug(1)), "bug"),
        (
            error(dut.command(Command::Quiesce { device: 128 }).map(drop)),
            "0x80",
        ),
    ] {
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn a_failed_assertion_is_an_error_and_stays_one() {
    let mut dut = mapped(Variant::E64);
    // A release of what was never requested.
    let tag = Tag {
        tracked: true,
        asid: 1,
        epoch: false,
    };
    let error = dut
        .release(tag)
        .and_then(|()| dut.step(3))
        .unwrap_err()
        .to_string();
    assert!(error.contains("the RTL stopped"), "{error}");
    assert_eq!(dut.reg_read(0).unwrap_err().to_string(), error);
}

#[test]
fn several_live_at_once_in_several_threads() {
    let threads: Vec<_> = (0..3)
        .map(|n| {
            let mut dut = mapped(Variant::E64);
            std::thread::spawn(move || {
                fill(&mut dut, n, 1..20);
                dut.table().unwrap().slots.len()
            })
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), 20);
    }
}

#[cfg(feature = "wave")]
#[test]
fn waves_start_and_stop_on_demand() {
    let dir = std::env::temp_dir().join(format!("persimmon-wave-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let mut dut = mapped(Variant::E64);
    for name in ["first.fst", "second.fst"] {
        dut.open_wave(&dir.join(name)).unwrap();
        dut.translate(read(0x1000)).unwrap();
        dut.close_wave();
        dut.step(10).unwrap();
        assert!(std::fs::metadata(dir.join(name)).unwrap().len() > 1000);
    }
    let error = dut.open_wave(&dir.join("no/such/folder.fst")).unwrap_err();
    assert!(error.to_string().contains("no/such"), "{error}");
    std::fs::remove_dir_all(&dir).unwrap();
}

#[cfg(not(feature = "wave"))]
#[test]
fn waves_need_the_feature() {
    let error = dut(Variant::E64)
        .open_wave(Path::new("x.fst"))
        .unwrap_err()
        .to_string();
    assert!(error.contains("--features wave"), "{error}");
}
