// SPDX-License-Identifier: Apache-2.0
//! How many clocks a command takes until requests see what it did.

use persimmon::dut::{Dut, Traffic, Variant};
use persimmon::regif::Command;

use crate::bench::{Bench, Failure, Outcome, rtl};
use crate::stimulus::*;

/// What a table holds when a command is timed.
#[derive(Clone, Copy, Debug)]
pub enum Filling {
    /// Nothing.
    Empty,
    /// Live entries.
    Full,
    /// Full of entries that a reset left behind.
    Dead,
}

/// A bench with `count` entries in AS 1, which group 0 uses.
pub fn filled(variant: Variant, count: u16, filling: Filling) -> Outcome<Bench<Dut>> {
    let mut bench = rtl(variant)?;
    bench.quietly(group_asid(0, 1))?;
    bench.quietly(begin(1))?;
    if !matches!(filling, Filling::Empty) {
        for page in 0..u64::from(count) {
            bench.quietly(stage(1, page << 12, (page << 12) + 0xfff))?;
        }
    }
    bench.quietly(commit(1))?;
    if matches!(filling, Filling::Dead) {
        bench.quietly(reset_map(1))?;
    }
    Ok(bench)
}

/// Clocks until a request sees what `act` did, which is one state change; a request is accepted in every clock.
fn clocks_to_effect(
    bench: &mut Bench<Dut>,
    most: u64,
    act: impl FnOnce(&mut Bench<Dut>) -> Outcome,
) -> Outcome<u64> {
    let traffic = vec![Traffic::steady(read(0, 0, 1)); most as usize + 200];
    bench.device().queue_requests(&traffic)?;
    bench.device().step(50)?;
    let before = bench.device().clocks();
    act(bench)?;
    let responses = bench.device().run_requests()?;
    let old = responses[0].response.commit_seq;
    let new = responses
        .iter()
        .find(|timed| timed.response.commit_seq != old);
    let Some(new) = new else {
        return Err(Failure::new(format!("no effect within {most} clocks")));
    };
    assert_eq!(new.response.commit_seq, old + 1);
    Ok(new.accepted - before)
}

fn by_doorbell(bench: &mut Bench<Dut>, command: Command, most: u64) -> Outcome<u64> {
    let doorbell = bench.prepare(command)?;
    clocks_to_effect(bench, most, |bench| bench.write("CMD", doorbell))
}

/// RESET_MAP and a cleaning reset, by command and by pin, take the same time whatever the table holds, and not long.
#[test]
fn resets_take_the_same_time_for_any_table() -> Outcome {
    for (variant, most) in [(Variant::E64, 64), (Variant::E2048, 2048)] {
        for (name, command) in [
            ("RESET_MAP", Some(reset_map(1))),
            ("DEVICE_RESET", Some(device_reset(0, true))),
            ("pin", None),
        ] {
            let mut times = Vec::new();
            for (count, filling) in [
                (0, Filling::Empty),
                (most / 2, Filling::Full),
                (most, Filling::Full),
                (most, Filling::Dead),
            ] {
                let mut bench = filled(variant, count, filling)?;
                times.push(match command {
                    Some(command) => by_doorbell(&mut bench, command, 300)?,
                    None => clocks_to_effect(&mut bench, 300, |bench| {
                        Ok(bench.device().pulse_device_reset(0, true)?)
                    })?,
                });
                let done = command.unwrap_or(device_reset(0, true));
                bench.told(&[done])?;
            }
            assert!(
                times.iter().all(|&time| time == times[0]),
                "{variant:?} {name}: {times:?}"
            );
            assert!(
                times[0] <= 12,
                "{variant:?} {name} takes {} clocks",
                times[0]
            );
        }
    }
    Ok(())
}

/// A MAP into a table of n entries takes n clocks and a little.
#[test]
fn a_map_takes_as_long_as_the_table() -> Outcome {
    for (variant, entries) in [(Variant::E64, 64), (Variant::E2048, 2048)] {
        for count in [0, 1, entries / 2, entries - 1] {
            let mut bench = filled(variant, count, Filling::Full)?;
            for command in [map(1, u64::MAX, u64::MAX), unmap(1, u64::MAX, u64::MAX)] {
                let clocks = by_doorbell(&mut bench, command, u64::from(count) + 300)?;
                assert!(
                    clocks <= u64::from(count) + 64,
                    "{variant:?}, {count} entries: {clocks} clocks"
                );
                bench.told(&[command])?;
            }
        }
    }
    Ok(())
}

/// The first request after the clock of the reset faults; the one before it does not. Nothing is in between.
#[test]
fn the_next_request_sees_the_reset() -> Outcome {
    let mut bench = filled(Variant::E64, 64, Filling::Full)?;
    let traffic = vec![Traffic::steady(read(0, 0, 1)); 400];
    bench.device().queue_requests(&traffic)?;
    bench.device().step(60)?;
    bench.device().pulse_device_reset(0, true)?;
    let responses = bench.device().run_requests()?;
    let turn = responses.partition_point(|timed| timed.response.result.is_ok());
    assert!(turn > 0 && turn < responses.len());
    assert!(
        responses[turn..]
            .iter()
            .all(|timed| timed.response.result.is_err())
    );
    assert_eq!(
        responses[turn].response.commit_seq,
        responses[turn - 1].response.commit_seq + 1
    );
    bench.told(&[device_reset(0, true)])
}
