// SPDX-License-Identifier: Apache-2.0
//! Removals and the bursts that they wait for. The scoreboard checks in every test that nothing is DRAINED too early;
//! here it is that each burst counts, that nothing else waits, and what becomes of those that never end.

use persimmon::dut::Variant;
use persimmon::dut::axi::{Hold, Manners};
use persimmon::regif::{Access, Command};

use crate::stimulus::*;

/// Sixteen reads and sixteen writes wait in memory when their pages are unmapped; they are let go one by one.
#[test]
fn a_removal_waits_for_the_last_of_its_bursts() -> Outcome {
    let mut bench = running(Variant::AxiE64)?;
    let mut holds: Vec<Hold> = Vec::new();
    for number in 0..16 {
        for access in [Access::Read, Access::Write] {
            let place = number * 0x100 + if access == Access::Write { PAGE } else { 0 };
            send(
                &mut bench,
                0,
                channel(access, 1, number as u16 % 5, place, 4),
            )?;
            let first = frames(1) + place;
            holds.push(Hold {
                first,
                last: first + 0x1f,
                write: access == Access::Write,
            });
        }
    }
    bench.hold(&holds)?;
    bench.step(400)?;
    assert_eq!(answered(&bench), 0);
    for access in [Access::Read, Access::Write] {
        assert_eq!(bench.dut().axi_high_water(0, access), 16, "{access:?}");
    }

    bench.ok(unmap(1))?;
    let refused = send(&mut bench, 1, channel(Access::Read, 1, 9, 0, 1))?;
    assert_eq!(
        resp(&answer(&mut bench, refused)?),
        2,
        "the removal is committed at once"
    );
    while !holds.is_empty() {
        assert_eq!(
            draining(&mut bench)?,
            0b10,
            "{} bursts are unfinished",
            holds.len()
        );
        holds.remove(0);
        bench.hold(&holds)?;
        bench.step(200)?;
    }
    assert_eq!(draining(&mut bench)?, 0);
    bench.finish()?;
    assert_eq!(bench.counts().forwarded, 32);
    assert_eq!(bench.counts().drained_bursts, 32);
    Ok(())
}

/// A burst counts until its master has taken the answer, not until memory has given it.
#[test]
fn an_answer_that_is_not_taken_is_unfinished() -> Outcome {
    for access in [Access::Read, Access::Write] {
        let mut bench = running(Variant::AxiE64)?;
        let mut manners = Manners::FAST;
        (manners.b, manners.r) = (0, 0);
        bench.manners(0, manners)?;
        send(&mut bench, 0, channel(access, 1, 1, 0, 2))?;
        bench.step(400)?;
        assert_eq!(bench.counts().forwarded, 1, "memory has executed it");
        bench.ok(Command::ResetMap { asid: 1 })?;
        bench.step(1000)?;
        assert_eq!(draining(&mut bench)?, 0b10);
        bench.manners(0, Manners::FAST)?;
        assert_eq!(draining(&mut bench)?, 0);
        bench.finish()?;
    }
    Ok(())
}

/// One burst of AS 1 never ends. Everybody else's removals do, and everybody else's bursts.
#[test]
fn a_held_burst_delays_nobody_else() -> Outcome {
    for variant in [Variant::AxiE64, Variant::AxiDual] {
        let mut bench = running(variant)?;
        let other = bench.dut().axi_ports() - 1;
        bench.hold(&hold(1))?;
        send(&mut bench, 0, channel(Access::Read, 1, 1, 0, 8))?;
        send(&mut bench, 0, channel(Access::Write, 1, 1, 0, 8))?;
        bench.step(200)?;
        bench.ok(unmap(1))?;
        assert_eq!(draining(&mut bench)?, 0b10);
        for round in 0..20 {
            for asid in [0, 2, 3] {
                for access in [Access::Read, Access::Write] {
                    send(
                        &mut bench,
                        0,
                        channel(access, asid, 2 + round % 7, 0x200, 4),
                    )?;
                    send(&mut bench, other, channel(access, asid, 2, 0x400, 16))?;
                }
                let before = bench.dut().clocks();
                bench.ok(unmap(asid))?;
                bench.ok(Command::Map {
                    asid,
                    entry: entry(asid),
                })?;
                let clocks = bench.dut().clocks() - before;
                assert!(clocks < 400, "two commands took {clocks} clocks");
            }
            bench.step(600)?;
            assert_eq!(draining(&mut bench)?, 0b10, "round {round}");
            assert_eq!(answered(&bench), u64::from(round + 1) * 12);
        }
        // A second removal in the same address space joins the drain.
        bench.ok(Command::Map {
            asid: 1,
            entry: entry(1),
        })?;
        bench.ok(Command::ResetMap { asid: 1 })?;
        assert_eq!(draining(&mut bench)?, 0b10);
        bench.hold(&[])?;
        bench.finish()?;
        assert_eq!(draining(&mut bench)?, 0);
    }
    Ok(())
}

/// The AS is reset between the first and the last beat of a burst. That burst goes on to its end; the next is refused.
#[test]
fn reset_map_in_the_middle_of_a_burst() -> Outcome {
    for access in [Access::Read, Access::Write] {
        let mut bench = running(Variant::AxiE64)?;
        let mut slow = Manners::FAST;
        (slow.w, slow.m_r) = (16, 16);
        bench.manners(0, slow)?;
        let long = send(&mut bench, 0, channel(access, 1, 1, 0, 256))?;
        let before = bench.dut().axi_beats_moved();
        bench.step(600)?;
        let moved = bench.dut().axi_beats_moved() - before;
        assert!((20..400).contains(&moved), "{moved} beats on two buses");
        assert!(bench.board().is_open(long));

        bench.ok(Command::ResetMap { asid: 1 })?;
        let next = send(&mut bench, 0, channel(access, 1, 2, 0, 1))?;
        assert_eq!(draining(&mut bench)?, 0b10);
        bench.manners(0, Manners::FAST)?;
        let mut answers = Vec::new();
        while answers.len() < 2 {
            answers.extend(bench.step(1)?);
        }
        for (serial, expected) in [(long, 0), (next, 2)] {
            let found = answers.iter().find(|finished| finished.serial == serial);
            assert_eq!(
                found.map(resp),
                Some(expected),
                "{access:?}, burst {serial}"
            );
        }
        bench.finish()?;
        assert_eq!(draining(&mut bench)?, 0);
    }
    Ok(())
}

/// A master that never takes its B: the address space is stuck, says so by interrupt, and is never reported drained.
#[test]
fn a_master_that_never_takes_its_answer_is_stuck() -> Outcome {
    let mut bench = running(Variant::AxiE64)?;
    write(&mut bench, "STUCK_CLOCKS", 0, 400)?;
    bench.manners(
        0,
        Manners {
            b: 0,
            ..Manners::FAST
        },
    )?;
    send(&mut bench, 0, channel(Access::Write, 1, 3, 0, 4))?;
    bench.step(2000)?;
    assert_eq!(read(&mut bench, "STUCK", 0)?, 0, "nothing was removed yet");
    bench.ok(unmap(1))?;
    write(&mut bench, "IRQ_STATUS", 0, u32::MAX)?;
    write(
        &mut bench,
        "IRQ_ENABLE",
        0,
        crate::header::mask("IRQ_ENABLE__STUCK"),
    )?;
    bench.step(1000)?;
    assert!(bench.dut().irq());
    assert_eq!(read(&mut bench, "STUCK", 0)?, 0b10);
    assert_eq!(draining(&mut bench)?, 0b10);

    // The other port does not notice, nor do reads of this one.
    for number in 0..50 {
        send(
            &mut bench,
            1,
            channel(Access::Write, 2, number % 16, 0x40, 3),
        )?;
        send(
            &mut bench,
            0,
            channel(Access::Read, 2, number % 16, 0x40, 3),
        )?;
    }
    bench.step(2000)?;
    assert_eq!(answered(&bench), 100);
    assert_eq!(draining(&mut bench)?, 0b10, "still not drained");

    bench.manners(0, Manners::FAST)?;
    bench.finish()?;
    assert_eq!(draining(&mut bench)?, 0);
    write(&mut bench, "STUCK", 0, 0b10)?;
    assert_eq!(read(&mut bench, "STUCK", 0)?, 0);
    Ok(())
}
