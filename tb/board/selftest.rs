// SPDX-License-Identifier: Apache-2.0
//! The self-test needs no host: it starts with the clock, and its LEDs say how it went.

use persimmon::board::{Board, BoardBuild, SelfTest, Simulated, Simulation};

const RUNS: u8 = 1 << 0;
const PASSED: u8 = 1 << 1;
const FAILED: u8 = 1 << 2;
const REACHED: u8 = 1 << 4;
const REFUSED: u8 = 1 << 5;
const HEARTBEAT: u8 = 1 << 7;

/// More than the two rounds of these builds take.
const CLOCKS: u64 = 40_000;

/// LEDs in every clock until the self-test has ended: what was on at some time, what was off, and the last.
fn watch(board: &mut Simulated) -> (u8, u8, u8) {
    let (mut on, mut off) = (0, 0);
    for _ in 0..CLOCKS {
        board.step(1).unwrap();
        let leds = board.leds();
        on |= leds;
        off |= !leds;
        if leds & (PASSED | FAILED) != 0 {
            return (on, off, leds);
        }
    }
    panic!("the self-test has not ended after {CLOCKS} clocks");
}

#[test]
fn it_passes_and_the_leds_say_so() {
    for build in BoardBuild::ALL {
        for seed in 1..4 {
            let mut board = Simulated::new(build, seed).unwrap();
            let (on, off, last) = watch(&mut board);
            assert_eq!(last & (PASSED | FAILED | RUNS), PASSED, "{build:?}");
            // It blinks while it runs; bursts come out of the IOMMU, and others are refused.
            let changing = RUNS | REACHED | REFUSED | HEARTBEAT;
            assert_eq!(
                on & off & changing,
                changing,
                "{build:?} {on:08b} {off:08b}"
            );
            // It stays like that.
            board.step(10_000).unwrap();
            assert_eq!(board.leds() & (PASSED | FAILED | RUNS), PASSED);
        }
    }
}

/// A bug of the RTL each, by the number in `rtl/`: every device reset cleans; a search that forgets the address space.
#[test]
fn it_fails_on_broken_rtl() {
    for build in BoardBuild::ALL {
        let mut board = Simulated::new(build, 1).unwrap();
        board.set_bug(5).unwrap();
        let (_, _, last) = watch(&mut board);
        assert_eq!(last & (PASSED | FAILED | RUNS), FAILED, "{build:?}");
    }
}

#[test]
fn it_fails_when_memory_changes_under_it() {
    for build in BoardBuild::ALL {
        let mut board = Simulated::new(build, 1).unwrap();
        // A word of page 1, again and again: between the burst that writes it and the look at it, too.
        let mut frames = Vec::new();
        for _ in 0..16 {
            frames.extend([0x01, 0x01, 0x00, 0x00, 0x24, 0x40, 0xde, 0xad, 0xbe, 0xef]);
        }
        board.send(&frames).unwrap();
        let (_, _, last) = watch(&mut board);
        assert_eq!(last & (PASSED | FAILED | RUNS), FAILED, "{build:?}");
    }
}

/// What failed, and where, can be read; and the host can run it again.
#[test]
fn the_host_sees_it() {
    let simulation = Simulation::start(BoardBuild::Full, 5).unwrap();
    let mut board = Board::open(simulation.port()).unwrap();
    match board.run_self_test().unwrap() {
        // The first burst after the device reset that was to keep everything.
        SelfTest::Failed {
            round: 0,
            step: 44,
            got,
        } => assert_eq!(got & 0xff, 0x0a),
        other => panic!("{other:?}"),
    }
    assert_eq!(simulation.leds() & (PASSED | FAILED), FAILED);
    drop((board, simulation));

    for build in BoardBuild::ALL {
        let (simulation, mut board) = crate::board(build);
        for _ in 0..2 {
            let state = board.run_self_test().unwrap();
            assert_eq!(state, SelfTest::Passed { rounds: 2 }, "{build:?}");
        }
        assert_eq!(simulation.leds() & (PASSED | FAILED), PASSED);
        assert_eq!(board.self_test().unwrap(), SelfTest::Passed { rounds: 2 });
        simulation.stop().unwrap();
    }
}
