// SPDX-License-Identifier: Apache-2.0
//! POST, POST_STATUS and CODES themselves.

use persimmon::dut::{Dut, Variant};
use persimmon::regif::Command;

use crate::bench::{Bench, Outcome, rtl};
use crate::header::mask;
use crate::stimulus::*;

/// B of every build.
const BATCH: u32 = 16;

/// Writes the arguments of a command, and POST.
fn post(bench: &mut Bench<Dut>, command: Command) -> Outcome {
    let doorbell = bench.prepare(command)?;
    bench.write("POST", doorbell)
}

fn field(bench: &mut Bench<Dut>, register: &str, name: &str) -> Outcome<u32> {
    let mask = mask(&format!("{register}__{name}"));
    Ok((bench.register(register)? & mask) >> mask.trailing_zeros())
}

/// The code of command number `seq`.
fn code(bench: &mut Bench<Dut>, seq: u32) -> Outcome<u32> {
    let four = bench.element("CODES", (seq % 32 / 4) as u8)?;
    Ok(four >> (8 * (seq % 4)) & 0xff)
}

/// A full table, so that a pass takes longer than writing 16 commands to registers.
fn slow() -> Outcome<Bench<Dut>> {
    let mut bench = rtl(Variant::E2048)?;
    let mut set = vec![begin(1)];
    set.extend((0..2000).map(|page| stage(1, page << 12, (page << 12) + 0xfff)));
    set.push(commit(1));
    bench.post(&set)?;
    Ok(bench)
}

#[test]
fn a_full_queue_refuses_and_tells() -> Outcome {
    let mut bench = slow()?;
    let page = |number: u64| map(2, number << 12, (number << 12) + 0xfff);
    assert_eq!(field(&mut bench, "POST_STATUS", "FREE")?, BATCH);
    let seq = field(&mut bench, "RESULT", "SEQ")?;
    // The engine takes the first, and runs a pass with it; the queue fills behind it.
    for number in 0..=u64::from(BATCH) {
        post(&mut bench, page(number))?;
    }
    assert_eq!(
        field(&mut bench, "RESULT", "SEQ")?,
        seq,
        "too fast a pass for this test"
    );
    assert_eq!(field(&mut bench, "POST_STATUS", "FREE")?, 0);
    assert_eq!(field(&mut bench, "POST_STATUS", "PENDING")?, BATCH + 1);
    assert_eq!(field(&mut bench, "STATUS", "BUSY")?, 1);
    let busy = mask("IRQ_STATUS__DOORBELL_BUSY");
    assert_eq!(bench.register("IRQ_STATUS")? & busy, 0);
    post(&mut bench, page(100))?;
    assert_ne!(bench.register("IRQ_STATUS")? & busy, 0, "not told");
    bench.write("IRQ_STATUS", busy)?;
    // CMD waits for its result, so it is not taken behind posted ones.
    let doorbell = bench.prepare(reset_map(1))?;
    bench.write("CMD", doorbell)?;
    assert_ne!(bench.register("IRQ_STATUS")? & busy, 0, "not told");
    bench.wait_idle()?;
    assert_eq!(field(&mut bench, "POST_STATUS", "FREE")?, BATCH);
    assert_eq!(field(&mut bench, "POST_STATUS", "PENDING")?, 0);
    let end = (seq + BATCH + 1) & 0xffff;
    assert_eq!(field(&mut bench, "RESULT", "SEQ")?, end);
    let done: Vec<Command> = (0..=u64::from(BATCH)).map(page).collect();
    bench.told(&done)
}

#[test]
fn codes_are_kept_in_order() -> Outcome {
    let mut bench = rtl(Variant::E64)?;
    let mut expected: Vec<u32> = Vec::new();
    let mut told = Vec::new();
    let before = field(&mut bench, "RESULT", "SEQ")?;
    for number in 0..40_u64 {
        let (command, code) = match number % 5 {
            0 | 1 => (map(1, number << 12, (number << 12) + 0xfff), 0),
            2 => (map(1, (number - 1) << 12, number << 12), 2),
            3 => (map(1, 5, 4), 5),
            _ => (stage(1, 0, 0), 13),
        };
        if code == 0 {
            told.push(command);
        }
        expected.push(code);
        post(&mut bench, command)?;
    }
    bench.wait_idle()?;
    assert_eq!(field(&mut bench, "RESULT", "SEQ")?, before + 40);
    for (number, &expected) in expected.iter().enumerate().skip(8) {
        assert_eq!(
            code(&mut bench, before + number as u32 + 1)?,
            expected,
            "command {number}"
        );
    }
    let last = field(&mut bench, "RESULT", "CODE")?;
    assert_eq!(
        code(&mut bench, before + 40)?,
        last,
        "the last one is RESULT's"
    );
    bench.told(&told)?;
    // CMD counts like any other.
    let before = field(&mut bench, "RESULT", "SEQ")?;
    bench.quietly(reset_map(1))?;
    let after = field(&mut bench, "RESULT", "SEQ")?;
    assert_eq!(after, before + 1);
    assert_eq!(code(&mut bench, after)?, 0);
    bench.compare()
}

/// Every op that has no range, and none at all; also behind a MAP that waits for its pass.
#[test]
fn only_some_commands_can_be_posted() -> Outcome {
    let mut bench = slow()?;
    bench.ok(begin(3))?;
    for op in [
        0x00, 0x03, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0f, 0xff,
    ] {
        bench.write("POST", op | 3 << 16)?;
        bench.wait_idle()?;
        assert_eq!(bench.register("RESULT")? & 0xffff, op << 8 | 0x0b);
    }
    bench.compare()?;
    bench.ok(commit(3))?;
    let first = map(3, 0, 0xfff);
    post(&mut bench, first)?;
    bench.write("POST", 0x05 | 3 << 16)?;
    bench.write("POST", 0x07 | 3 << 16)?;
    let second = map(3, 0x1000, 0x1fff);
    post(&mut bench, second)?;
    bench.wait_idle()?;
    bench.told(&[first, second])
}

/// The ARG registers are the driver's again right after POST.
#[test]
fn arguments_are_copied() -> Outcome {
    let mut bench = slow()?;
    let first = map(2, 0x1000, 0x1fff);
    let second = map(2, 0x3000, 0x4fff);
    post(&mut bench, map(2, 0, 0xfff))?;
    post(&mut bench, first)?;
    post(&mut bench, second)?;
    for name in ["ARG_IOVA", "ARG_LAST", "ARG_PA"] {
        bench.argument(name, 0x1234_5678_9abc_def0)?;
    }
    bench.wait_idle()?;
    bench.told(&[map(2, 0, 0xfff), first, second])
}
