// SPDX-License-Identifier: Apache-2.0
//! The host's side: data through the IOMMU, and what it says when there is no board.

use std::io::{Read, Write};
use std::process::Command as Process;
use std::time::Duration;

use persimmon::board::{Ask, Board, BoardBuild, Port, line};
use persimmon::regif::{Access, Command, DevicePolicy, Entry, Persist, RegError, RegIf};

use crate::board;

const IOVA: u64 = 0x7654_3000;

fn word(group: u8, iova: u64, access: Access, data: u32) -> Ask {
    Ask {
        group,
        iova,
        access,
        beats: 1,
        size: 2,
        data,
        lanes: 0xf,
    }
}

#[test]
fn data_land_where_the_mapping_says() {
    for build in BoardBuild::ALL {
        let (simulation, mut board) = board(build);
        let base = board.memory().base;
        for command in [
            Command::GroupAsid { group: 1, asid: 1 },
            Command::Map {
                asid: 1,
                entry: Entry {
                    start: IOVA,
                    last: IOVA + 0xfff,
                    pa: base + 0x1000,
                    perm: 3,
                },
            },
        ] {
            board.command(command).unwrap();
        }
        board.poke(base + 0x1104, 0).unwrap();
        board.poke(base + 0x104, 0x5555_5555).unwrap();

        let burst = board
            .burst(word(1, IOVA + 0x104, Access::Write, 0xcafe_f00d))
            .unwrap();
        assert!(burst.okay(), "{burst:x?}");
        assert_eq!((burst.pa, burst.beats), (Some(base + 0x1104), 1));
        assert_eq!(board.peek(base + 0x1104).unwrap(), 0xcafe_f00d);
        assert_eq!(board.peek(base + 0x104).unwrap(), 0x5555_5555);

        // Single bytes, an unaligned burst, lanes left out.
        let bytes = Ask {
            beats: 3,
            size: 0,
            ..word(1, IOVA + 0x105, Access::Write, 0)
        };
        assert!(board.burst(bytes).unwrap().okay());
        assert_eq!(board.peek(base + 0x1104).unwrap(), 0x0000_000d);
        let some = Ask {
            lanes: 0b0100,
            ..word(1, IOVA + 0x104, Access::Write, u32::MAX)
        };
        assert!(board.burst(some).unwrap().okay());
        assert_eq!(board.peek(base + 0x1104).unwrap(), 0x00ff_000d);

        // A long burst of the pattern, of as much as a page has and 256 beats at most, and the comparison that a read makes.
        let beats = u16::try_from(board.memory().page / 4).unwrap().min(256);
        let long = Ask {
            beats,
            ..word(1, IOVA, Access::Write, 0x1bad_b002)
        };
        assert_eq!(board.burst(long).unwrap().beats, beats);
        let back = Ask {
            access: Access::Read,
            ..long
        };
        let burst = board.burst(back).unwrap();
        assert!(burst.okay() && !burst.mismatch, "{burst:x?}");
        let last = base + 0x1000 + 4 * u64::from(beats - 1);
        board.poke(last, 0).unwrap();
        assert!(board.burst(back).unwrap().mismatch);

        // Refused, and nothing of it reaches memory.
        for ask in [
            word(1, IOVA + 0x1000, Access::Write, 1),
            word(0, IOVA, Access::Write, 1),
            word(9, IOVA, Access::Read, 1),
        ] {
            let burst = board.burst(ask).unwrap();
            assert_eq!((burst.resp, burst.pa), (2, None), "{build:?} {ask:x?}");
        }
        simulation.stop().unwrap();
    }
}

#[test]
fn where_there_is_no_memory_the_address_is_known_all_the_same() {
    let (_simulation, mut board) = board(BoardBuild::Full);
    let beyond = board.memory().base + board.memory().size;
    board
        .command(Command::GroupAsid { group: 0, asid: 0 })
        .unwrap();
    let entry = Entry {
        start: IOVA,
        last: IOVA + 0xfff,
        pa: beyond,
        perm: 3,
    };
    board.command(Command::Map { asid: 0, entry }).unwrap();
    for access in [Access::Read, Access::Write] {
        let burst = board.burst(word(0, IOVA, access, 1)).unwrap();
        assert_eq!((burst.resp, burst.pa), (3, Some(beyond)));
    }
    let error = board.peek(beyond).unwrap_err().to_string();
    assert!(error.contains("no memory at 0x2000004000"), "{error}");
}

#[test]
fn the_reset_pin_works() {
    let (_simulation, mut board) = board(BoardBuild::Full);
    let policy = DevicePolicy {
        persist: Persist::ByFlag,
        ..DevicePolicy::default()
    };
    board.set_device_policy(0, policy).unwrap();
    board
        .command(Command::GroupAsid { group: 0, asid: 0 })
        .unwrap();
    let base = board.memory().base;
    let entry = Entry {
        start: IOVA,
        last: IOVA + 0xfff,
        pa: base,
        perm: 3,
    };
    board.command(Command::Map { asid: 0, entry }).unwrap();
    board.pulse_device_reset(false).unwrap();
    assert_eq!(board.address_space(0).unwrap().entries, [entry]);
    board.pulse_device_reset(true).unwrap();
    assert_eq!(board.address_space(0).unwrap().entries, []);
}

#[test]
fn a_bad_access_is_named() {
    let (_simulation, mut board) = board(BoardBuild::Lite);
    let error = board.read(0x7fc).unwrap_err();
    assert_eq!(
        error,
        RegError::Bus {
            dir: "read",
            offset: 0x7fc,
            resp: 3
        }
    );
    let error = board.write(0x400, 1).unwrap_err();
    assert_eq!(
        error,
        RegError::Bus {
            dir: "write",
            offset: 0x400,
            resp: 2
        }
    );
    // And it does not stick.
    assert_eq!(board.read(0x400).unwrap(), 0x5052_5342);
}

fn port(path: String) -> Port {
    Port {
        path,
        baud: 115_200,
    }
}

#[test]
fn a_port_that_is_not_there() {
    let error = Board::open(&port("/dev/no-such-port".into()))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("cannot open /dev/no-such-port@115200"),
        "{error}"
    );
}

#[test]
fn nobody_answers() {
    use serialport::SerialPort;
    let (_host, far) = line().unwrap();
    let error = Board::open(&port(far.name().unwrap()))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("no answer") && error.contains("115200"),
        "{error}"
    );
}

#[test]
fn something_else_answers() {
    use serialport::SerialPort;
    let (mut host, far) = line().unwrap();
    host.set_timeout(Duration::from_millis(2000)).unwrap();
    let path = far.name().unwrap();
    let other = std::thread::spawn(move || {
        // Reads of one word, all of them 7.
        let mut frame = [0; 6];
        while host.read_exact(&mut frame).is_ok() {
            host.write_all(&7_u32.to_be_bytes()).unwrap();
        }
    });
    let error = Board::open(&port(path)).unwrap_err().to_string();
    assert!(error.contains("board ID 0x7"), "{error}");
    other.join().unwrap();
}

/// The command itself: what it prints, and how it exits.
#[test]
fn the_command_line() {
    let (simulation, first) = board(BoardBuild::Full);
    drop(first);
    let path = &simulation.port().path;
    let persimmon = |words: &[&str]| {
        let output = Process::new(env!("CARGO_BIN_EXE_persimmon"))
            .args(words)
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        (
            output.status.success(),
            text(&output.stdout) + &text(&output.stderr),
        )
    };

    let (good, said) = persimmon(&["board", path, "--self-test"]);
    assert!(
        good && said.contains("64 entries") && said.contains("passed, 2 rounds"),
        "{said}"
    );

    let uart = format!("uart:{path}");
    let (good, said) = persimmon(&[
        "run",
        "--policy",
        "compat-reset",
        "--parent",
        "set_map",
        "--dut",
        &uart,
    ]);
    assert!(good, "{said}");
    let (_, model) = persimmon(&[
        "run",
        "--policy",
        "compat-reset",
        "--parent",
        "set_map",
        "--dut",
        "golden",
    ]);
    // All but the last line, which counts what was compared.
    let tables = |said: &str| said.trim_end().rsplit_once('\n').unwrap().0.to_owned();
    assert_eq!(tables(&said), tables(&model));
    assert!(
        said.contains(" equal answers") && !said.contains(" 0 equal answers"),
        "{said}"
    );

    let (good, said) = persimmon(&["run", "--policy", "1", "--dut", "uart:/dev/no-such-port"]);
    assert!(!good && said.contains("cannot open"), "{said}");
    let (good, said) = persimmon(&["board", "/dev/no-such-port"]);
    assert!(!good && said.contains("cannot open"), "{said}");
    simulation.stop().unwrap();
}
