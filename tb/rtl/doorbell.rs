// SPDX-License-Identifier: Apache-2.0
//! What reaches the command engine at the wrong time or in a way that [`RegIf`](persimmon::regif::RegIf) cannot say:
//! a doorbell while busy, no command at all, a reset by pin.

use persimmon::dut::{Dut, Variant};
use persimmon::regif::{Code, DevicePolicy, Persist};

use crate::bench::{Bench, Failure, Outcome, rtl};
use crate::header::mask;
use crate::stimulus::*;

/// 40 entries in AS 1, so that a MAP takes its time, and one in AS 2; group n in AS n.
fn busy_bench() -> Outcome<Bench<Dut>> {
    let mut bench = rtl(Variant::E64)?;
    for number in 0..4 {
        bench.ok(group_asid(number, number))?;
    }
    bench.ok(map(2, 0, 0xfff))?;
    bench.quietly(begin(1))?;
    for page in 0..40 {
        bench.quietly(stage(1, page << 12, (page << 12) + 0xfff))?;
    }
    bench.ok(commit(1))?;
    Ok(bench)
}

#[test]
fn a_doorbell_while_busy_is_lost_and_told() -> Outcome {
    let mut bench = busy_bench()?;
    let first = map(1, 0x100_0000, 0x100_0fff);
    let doorbell = bench.prepare(first)?;
    let before = bench.register("RESULT")? & mask("RESULT__SEQ");
    assert_eq!(
        bench.register("IRQ_STATUS")? & mask("IRQ_STATUS__DOORBELL_BUSY"),
        0
    );

    bench.write("CMD", doorbell)?;
    let second = bench.prepare(reset_map(2))?;
    bench.write("CMD", second)?;
    let status = bench.register("IRQ_STATUS")?;
    assert_ne!(status & mask("IRQ_STATUS__DOORBELL_BUSY"), 0, "not told");
    // The arguments of the command that runs are its own by now.
    let third = bench.prepare(map(2, 0x200_0000, 0x200_0fff))?;
    bench.write("CMD", third)?;
    assert_ne!(
        bench.register("STATUS")? & mask("STATUS__BUSY"),
        0,
        "too slow a test"
    );
    bench.wait_idle()?;

    let result = bench.register("RESULT")?;
    let one = 1 << mask("RESULT__SEQ").trailing_zeros();
    assert_eq!(result & mask("RESULT__SEQ"), before.wrapping_add(one));
    assert_eq!(result & mask("RESULT__OP"), 1 << 8);
    assert_eq!(result & mask("RESULT__CODE"), 0);
    bench.told(&[first])?;

    bench.write("IRQ_STATUS", mask("IRQ_STATUS__DOORBELL_BUSY"))?;
    assert_eq!(
        bench.register("IRQ_STATUS")? & mask("IRQ_STATUS__DOORBELL_BUSY"),
        0
    );
    bench.ok(reset_map(2))?;
    bench.edges(2, entry(0, 0xfff))
}

#[test]
fn a_completed_command_interrupts() -> Outcome {
    let mut bench = busy_bench()?;
    let done = mask("IRQ_STATUS__CMD_DONE");
    bench.write("IRQ_STATUS", u32::MAX)?;
    bench.write("IRQ_ENABLE", done)?;
    assert!(!bench.device().irq());
    bench.expect(map(1, 1, 0), Code::InvalRange)?;
    assert!(bench.device().irq(), "a refused command completes too");
    bench.write("IRQ_STATUS", done)?;
    bench.device().step(2)?;
    assert!(!bench.device().irq());
    Ok(())
}

#[test]
fn no_command_changes_nothing() -> Outcome {
    let mut bench = busy_bench()?;
    bench.ok(begin(1))?;
    for op in [0x00, 0x0f, 0x40, 0xff] {
        for operands in [0, 0x0001_0000, 0xffff_ff00] {
            bench.write("CMD", op | operands)?;
            bench.wait_idle()?;
            let result = bench.register("RESULT")?;
            assert_eq!(
                result & mask("RESULT__CODE"),
                0x0b,
                "op {op:#x}: {result:#x}"
            );
            assert_eq!(result & mask("RESULT__OP"), op << 8);
            bench.compare()?;
        }
    }
    bench.ok(commit(1))
}

#[test]
fn read_checks_its_operands() -> Outcome {
    let mut bench = busy_bench()?;
    for (number, asid, code) in [
        (40, 1, Code::Ok),
        (41, 1, Code::InvalIndex),
        (64, 1, Code::InvalIndex),
        (1 << 16, 1, Code::InvalIndex),
        (1 << 32, 1, Code::InvalIndex),
        (u64::MAX, 1, Code::InvalIndex),
        (0, 4, Code::InvalAsid),
        (0, 255, Code::InvalAsid),
    ] {
        bench.argument("ARG_IOVA", number)?;
        bench.write("CMD", 0x0c | asid << 16)?;
        bench.wait_idle()?;
        let expected = match code {
            Code::Ok => 0,
            Code::InvalIndex => 0x0c,
            _ => 0x08,
        };
        let result = bench.register("RESULT")?;
        assert_eq!(
            result & mask("RESULT__CODE"),
            expected,
            "entry {number:#x} of AS {asid}"
        );
        if code != Code::InvalAsid {
            let valid = bench.register("RD_ATTR")? & mask("RD_ATTR__VALID") != 0;
            assert_eq!(valid, code == Code::Ok);
            assert_eq!(bench.register("RD_N")?, 41);
            assert_eq!(bench.register("RD_AS")?, 40 << 16 | 2);
        }
    }
    bench.compare()
}

/// The pin does what the command does, and leaves no result.
#[test]
fn a_reset_by_pin_is_a_device_reset() -> Outcome {
    let mut bench = busy_bench()?;
    bench.reset_modes(0, 0b0110)?;
    for device in 0..2 {
        for clean in [false, true] {
            bench.ok(group_asid(0, 1))?;
            bench.ok(map(1, 0x100_0000, 0x100_0fff))?;
            let result = bench.register("RESULT")?;
            bench.device().pulse_device_reset(device, clean)?;
            bench.device().step(2)?;
            assert_eq!(bench.register("RESULT")?, result);
            bench.told(&[device_reset(device, clean)])?;
            bench.edges(0, entry(0, 0xfff))?;
            bench.ok(unmap(1, 0, u64::MAX))?;
        }
    }
    Ok(())
}

/// A pulse that comes while a command executes is served after it; the command does not notice.
#[test]
fn a_reset_by_pin_waits_for_the_command() -> Outcome {
    for clocks in [0, 1, 2, 3, 5, 10, 40] {
        let mut bench = busy_bench()?;
        let command = map(1, 0x100_0000, 0x100_0fff);
        let doorbell = bench.prepare(command)?;
        bench.write("CMD", doorbell)?;
        bench.device().step(clocks)?;
        bench.device().pulse_device_reset(1, false)?;
        bench.device().pulse_device_reset(0, true)?;
        bench.wait_idle()?;
        bench.device().step(4)?;
        if bench.register("RESULT")? & mask("RESULT__CODE") != 0 {
            return Err(Failure::new("the MAP was refused"));
        }
        bench.told(&[command, device_reset(1, false), device_reset(0, true)])?;
        bench.ok(map(1, 0, 0xfff))?;
        bench.edges(1, entry(0, 0xfff))?;
    }
    Ok(())
}

/// The fourth encoding of PERSIST has no meaning of its own, and must not be the one that keeps mappings.
#[test]
fn an_undefined_policy_cleans() -> Outcome {
    let mut bench = busy_bench()?;
    let policy = DevicePolicy {
        persist: Persist::AlwaysClean,
        ..Default::default()
    };
    bench.policy(0, policy)?;
    bench.write("DEVICE.POLICY", 3)?;
    assert_eq!(
        bench.register("DEVICE.POLICY")? & mask("DEVICE__POLICY__PERSIST"),
        3
    );
    bench.ok(device_reset(0, false))
}

#[test]
fn a_cleaning_reset_by_pin_aborts_a_transaction() -> Outcome {
    for (clean, code) in [(true, Code::NoTxn), (false, Code::Ok)] {
        let mut bench = busy_bench()?;
        bench.ok(begin(1))?;
        bench.ok(stage(1, 0x2000, 0x2fff))?;
        bench.device().pulse_device_reset(1, clean)?;
        bench.device().step(2)?;
        bench.told(&[device_reset(1, clean)])?;
        bench.expect(stage(1, 0x4000, 0x4fff), code)?;
        bench.expect(commit(1), code)?;
    }
    Ok(())
}
