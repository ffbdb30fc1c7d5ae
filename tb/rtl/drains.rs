// SPDX-License-Identifier: Apache-2.0
//! Accesses in flight: draining and stuck removals, the limit of the counters, held requests.
//!
//! That DRAINING itself is right after every command and release is for [`crate::random`] to see; here it is what
//! takes clocks.

use persimmon::dut::{Dut, Traffic, Variant};
use persimmon::regif::{Command, Fault, RegIf};

use crate::bench::{Bench, Outcome, rtl};
use crate::header::mask;
use crate::stimulus::*;

/// Clocks in STUCK_CLOCKS. A drain is stuck after at most twice as many.
const STUCK_CLOCKS: u32 = 400;

/// Group 1 in AS 1 with one entry, all interrupts on.
fn running() -> Outcome<Bench<Dut>> {
    let mut bench = rtl(Variant::E64)?;
    bench.ok(group_asid(1, 1))?;
    bench.ok(map(1, 0x1000, 0x1fff))?;
    bench.write("IRQ_STATUS", u32::MAX)?;
    Ok(bench)
}

/// DRAINING, IRQ_STATUS.drained, STUCK, IRQ_STATUS.stuck of AS 1, some clocks from now.
fn bits(bench: &mut Bench<Dut>) -> Outcome<[bool; 4]> {
    bench.device().step(8)?;
    let status = bench.register("IRQ_STATUS")?;
    Ok([
        bench.register("DRAINING")? == 0b10,
        status & mask("IRQ_STATUS__DRAINED") != 0,
        bench.register("STUCK")? == 0b10,
        status & mask("IRQ_STATUS__STUCK") != 0,
    ])
}

#[test]
fn a_master_that_never_finishes_is_stuck_and_never_drained() -> Outcome {
    let mut bench = running()?;
    bench.write("STUCK_CLOCKS", STUCK_CLOCKS)?;
    let tag = bench.translate(read(1, 0x1000, 1))?.tag;
    bench.device().step(u64::from(STUCK_CLOCKS) * 3)?;
    assert_eq!(bits(&mut bench)?, [false; 4], "nothing was removed yet");

    bench.ok(unmap(1, 0x1000, 0x1fff))?;
    assert_eq!(bits(&mut bench)?, [true, false, false, false]);
    bench.device().step(u64::from(STUCK_CLOCKS) * 2)?;
    assert_eq!(bits(&mut bench)?, [true, false, true, true]);
    bench.write("IRQ_ENABLE", mask("IRQ_ENABLE__STUCK"))?;
    bench.device().step(2)?;
    assert!(bench.device().irq());

    // Everything else goes on, in the same address space too.
    bench.ok(map(1, 0x2000, 0x2fff))?;
    bench.edges(1, entry(0x2000, 0x2fff))?;
    bench.device().step(u64::from(STUCK_CLOCKS) * 5)?;
    assert_eq!(
        bits(&mut bench)?,
        [true, false, true, true],
        "still not drained"
    );

    bench.release(tag)?;
    assert_eq!(
        bits(&mut bench)?,
        [false, true, true, true],
        "STUCK is for the driver to clear"
    );
    bench.write("STUCK", 0b10)?;
    bench.write("IRQ_STATUS", u32::MAX)?;
    assert_eq!(bits(&mut bench)?, [false; 4]);
    bench.device().step(u64::from(STUCK_CLOCKS) * 3)?;
    assert_eq!(bits(&mut bench)?, [false; 4]);
    assert!(!bench.device().irq());
    bench.compare()
}

#[test]
fn without_stuck_clocks_nothing_is_stuck() -> Outcome {
    let mut bench = running()?;
    bench.write("STUCK_CLOCKS", 0)?;
    let tag = bench.translate(read(1, 0x1000, 1))?.tag;
    bench.ok(reset_map(1))?;
    bench.device().step(20_000)?;
    assert_eq!(bits(&mut bench)?, [true, false, false, false]);
    bench.release(tag)?;
    assert_eq!(bits(&mut bench)?, [false, true, false, false]);
    Ok(())
}

#[test]
fn a_drain_in_time_is_not_stuck() -> Outcome {
    let mut bench = running()?;
    bench.write("STUCK_CLOCKS", 20_000)?;
    for _ in 0..40 {
        let tag = bench.translate(read(1, 0x1000, 1))?.tag;
        bench.ok(unmap(1, 0, 0))?;
        bench.device().step(300)?;
        bench.release(tag)?;
    }
    assert_eq!(bits(&mut bench)?, [false, true, false, false]);
    Ok(())
}

/// When the counters are full the port holds requests back. None is lost, and releases let the rest through.
#[test]
fn the_port_waits_when_too_many_are_in_flight() -> Outcome {
    let mut bench = running()?;
    let held = Traffic {
        request: read(1, 0x1000, 1),
        gap: 0,
        release_after: None,
    };
    let count = 600;
    let first = bench.device().queue_requests(&vec![held; count])?;
    bench.device().step(2000)?;
    let mut responses = bench.device().drain_responses()?;
    let taken = responses.len();
    assert!((200..256).contains(&taken), "{taken} requests in flight");

    // The commands do not need the port.
    bench.device().command(unmap(1, 0x1000, 0x1fff))?;
    assert!(bench.device().draining(1)?);
    let mut released = 0;
    while released < count {
        for timed in &responses[released..] {
            bench.device().release(timed.response.tag)?;
        }
        released = responses.len();
        bench.device().step(600)?;
        responses.extend(bench.device().drain_responses()?);
    }
    let ids: Vec<u64> = responses
        .iter()
        .map(|response| response.id - first)
        .collect();
    assert_eq!(ids, (0..count as u64).collect::<Vec<_>>());
    for response in &responses {
        let expected = match response.response.commit_seq {
            2 => Ok(entry(0x1000, 0x1fff).pa),
            _ => Err(Fault::NoMapping),
        };
        assert_eq!(response.response.result, expected);
    }
    assert!(!bench.device().draining(1)?);
    bench.told(&[unmap(1, 0x1000, 0x1fff)])
}

/// A quiesced device's requests are held, not faulted, and then see the state of when they are let in.
#[test]
fn held_requests_see_the_state_at_resume() -> Outcome {
    let mut bench = running()?;
    bench.ok(Command::Quiesce { device: 0 })?;
    let request = read(1, 0x2000, 1);
    bench.device().queue_requests(&[Traffic::steady(request)])?;
    bench.device().step(500)?;
    assert_eq!(bench.device().pending_requests(), 1);
    bench.ok(map(1, 0x2000, 0x2fff))?;
    bench.ok(unmap(1, 0x1000, 0x1fff))?;
    assert_eq!(bench.device().drain_responses()?, []);
    bench.ok(Command::Resume { device: 0 })?;
    let responses = bench.device().run_requests()?;
    let expected = bench.snapshot().peek(request);
    assert_eq!(responses.len(), 1);
    assert_eq!(responses[0].response, expected);
    assert!(responses[0].accepted > responses[0].offered + 500);
    bench.compare()
}

/// Only the groups of a quiesced device are held.
#[test]
fn other_devices_go_on() -> Outcome {
    let mut bench = running()?;
    let policy = |groups| persimmon::regif::DevicePolicy {
        groups,
        ..Default::default()
    };
    bench.policy(0, policy(0b0001))?;
    bench.policy(1, policy(0b0110))?;
    bench.ok(Command::Quiesce { device: 0 })?;
    bench.edges(1, entry(0x1000, 0x1fff))?;
    bench.access(read(3, 0, 1))?;
    bench.access(read(200, 0, 1))?;
    bench.ok(Command::Quiesce { device: 1 })?;
    bench.ok(Command::Resume { device: 0 })?;
    bench.access(read(0, 0, 1))?;
    // What is held follows the policy, also while quiesced.
    bench.policy(1, policy(0b0100))?;
    bench.edges(1, entry(0x1000, 0x1fff))
}
