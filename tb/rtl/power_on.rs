// SPDX-License-Identifier: Apache-2.0
//! A second power-on reset, in any clock and out of any state: behind it the device is as it was after the first.

use persimmon::dut::{Dut, Traffic, Variant};
use persimmon::regif::{Command, DevicePolicy, Persist};

use crate::bench::{Bench, Failure, Outcome, rtl, rtl_with_garbage};
use crate::stimulus::*;
use crate::{registers, scenarios};

/// Everything that a driver can leave behind: modes, entries, groups, policies, limits, LOCK, a quiesced device, posted
/// commands, an open transaction, damage to come, accesses in flight.
fn disturb(bench: &mut Bench<Dut>) -> Outcome {
    for group in 0..4 {
        bench.ok(group_asid(group, group))?;
    }
    bench.reset_modes(0b0110, 0b1010)?;
    bench.ok(reset_map(1))?;
    bench.ok(map(2, 0, 0xfff))?;
    bench.ok(map(2, 0x1000, 0x1fff))?;
    bench.limit(2, 2)?;
    bench.limit(3, 0)?;
    let policy = DevicePolicy {
        persist: Persist::NeverClean,
        as0: 3,
        groups: 0b10,
        asids: 0b100,
    };
    bench.policy(1, policy)?;
    bench.translate(read(2, 0x10, 1))?;
    bench.ok(unmap(2, 0x1000, 0x1000))?;
    bench.ok(begin(3))?;
    bench.write("IRQ_ENABLE", u32::MAX)?;
    bench.lock()?;
    bench.ok(Command::Quiesce { device: 1 })
}

/// The command that the reset comes upon: a pass, a part of a transaction, one that changes modes, one that is refused.
const COMMANDS: [fn() -> Command; 5] = [
    || map(0, 0x4000, 0x4fff),
    || stage(3, 0x1000, 0x1fff),
    || reset_map(2),
    || device_reset(0, true),
    || map(9, 0, 0xfff),
];

#[test]
fn in_any_clock_of_a_command() -> Outcome {
    let fresh = registers::fresh(Variant::E64)?;
    let mut resets = 0;
    for command in COMMANDS {
        for wait in (0..30).chain((30..120).step_by(9)) {
            let mut bench = rtl_with_garbage(Variant::E64, wait)?;
            disturb(&mut bench)?;
            if !matches!(command(), Command::SetMapEntry { .. }) {
                bench.ok(abort(3))?;
            }
            let requests = [read(2, 0, 1), read(0, 0, 1), read(3, 0, 1)];
            let traffic: Vec<Traffic> = requests.into_iter().map(Traffic::steady).collect();
            bench.device().queue_requests(&traffic)?;
            let doorbell = bench.prepare(command())?;
            bench.write("CMD", doorbell)?;
            bench.device().step(wait)?;
            bench.power_on_reset()?;
            resets += 1;
            if let Err(other) = registers::is_fresh(bench.device(), &fresh)? {
                return Err(Failure::new(format!(
                    "{:x?} and reset {wait} clocks later:\n{other}",
                    command()
                )));
            }
            bench.compare()?;
            // LOCK is gone, limits are, nothing is held, and no entry comes back with the next pass.
            bench.policy(1, DevicePolicy::default())?;
            bench.ok(group_asid(1, 2))?;
            bench.ok(map(2, 0x10_0000, 0x10_0fff))?;
            bench.ok(map(3, 0, 0xfff))?;
            bench.access(read(1, 0, 1))?;
            bench.access(read(1, 0x10_0000, 1))?;
        }
    }
    assert!(resets > 150, "{resets} resets");
    Ok(())
}

/// All that a device can do it does again.
#[test]
fn every_scenario_runs_behind_it() -> Outcome {
    let again = || {
        let mut bench = rtl(Variant::E64)?;
        disturb(&mut bench)?;
        bench.power_on_reset()?;
        bench.compare()?;
        Ok(bench)
    };
    scenarios::run_all(again).map(drop)
}
