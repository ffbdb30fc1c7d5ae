// SPDX-License-Identifier: Apache-2.0
//! What is written and read only once, and how clocks are counted.

use super::*;
use crate::dut::ClockUse;

const ARG_IOVA: u16 = 0x020;
const ARG_LAST: u16 = 0x028;
const ARG_PA: u16 = 0x030;

#[test]
fn arguments_stay_in_the_device() {
    let mut dut = mapped(Variant::E64);
    dut.table().unwrap();
    // READ has used ARG_IOVA: it asked for entry 0, which is there, and for entry 1, which is not.
    for (register, value) in [(ARG_IOVA, 1), (ARG_LAST, ENTRY.last), (ARG_PA, ENTRY.pa)] {
        let halves = [0, 4].map(|half| u64::from(dut.reg_read(register + half).unwrap()));
        assert_eq!(halves[0] | halves[1] << 32, value, "{register:#x}");
    }
}

#[test]
fn arguments_that_somebody_else_wrote_are_written_again() {
    let mut dut = mapped(Variant::E64);
    for register in [ARG_IOVA, ARG_LAST, ARG_PA] {
        dut.reg_write(register + 4, 0x77).unwrap();
    }
    map(&mut dut, 2, ENTRY);
    assert_eq!(dut.address_space(2).unwrap().entries, [ENTRY]);
}

#[test]
fn only_a_drivers_clocks_are_counted_as_such() {
    let mut dut = dut(Variant::E64);
    assert_eq!(dut.driver_clocks(), ClockUse::default());
    dut.set_limit(1, 60).unwrap();
    let policy = dut.driver_clocks();
    assert!(policy.total > 0 && policy.command == 0, "{policy:?}");

    fill(&mut dut, 1, 0..40);
    let before = (dut.driver_clocks(), dut.clocks());
    map(&mut dut, 1, ENTRY);
    let after = (dut.driver_clocks(), dut.clocks());
    let total = after.0.total - before.0.total;
    let command = after.0.command - before.0.command;
    assert_eq!(total, after.1 - before.1, "nothing but the command ran");
    assert!(
        (40..total).contains(&command),
        "a pass over 40 entries: {command} clocks of {total}"
    );

    dut.table().unwrap();
    dut.translate(read(0x1000)).unwrap();
    dut.step(10).unwrap();
    dut.group(0).unwrap();
    assert_eq!(dut.driver_clocks(), after.0);
}

#[test]
fn one_look_answers_for_the_whole_device_while_no_clock_passes() {
    let mut dut = mapped(Variant::E2048);
    dut.table().unwrap();
    let before = dut.clocks();
    for number in 0..16 {
        dut.address_space(number).unwrap();
        assert!(!dut.draining(number).unwrap());
        assert_eq!(dut.group(number).unwrap(), (number == 0).then_some(1));
    }
    assert_eq!(dut.clocks(), before);
    dut.draining(0).unwrap();
    assert!(dut.clocks() > before, "who asks again waits");
}

#[test]
fn a_wait_for_a_drain_ends() {
    let mut dut = mapped(Variant::E64);
    let response = dut.translate(read(0x1000)).unwrap();
    ok(&mut dut, Command::ResetMap { asid: 1 });
    dut.table().unwrap();
    assert!(dut.draining(1).unwrap());
    dut.release(response.tag).unwrap();
    assert!((0..4).any(|_| !dut.draining(1).unwrap()));
}

/// A list whose first word never comes as wanted ends in time, and leaves nothing on its way.
#[test]
fn a_list_that_ends_early_leaves_the_bus_idle() {
    let dut = mapped(Variant::E64);
    let map = dut.registers.bus.map();
    let mut words = Words::default().ask(map.id()).ask(map.version());
    for clocks in 1..12 {
        let error = dut
            .registers
            .bus
            .read_when_clear(&mut words, 1 << 6, clocks);
        let error = error.unwrap_err().to_string();
        assert!(error.contains("offset 0x0"), "{error}");
        assert_eq!(dut.registers.bus.read(0).unwrap(), ID);
    }
}
