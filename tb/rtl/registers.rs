// SPDX-License-Identifier: Apache-2.0
//! The register map as the RTL shows it: values after power-on, and the registers that show state outside of READ.

use std::fmt::Write;

use persimmon::cosim::draw::{self, Step};
use persimmon::dut::{Dut, Variant};
use persimmon::regif::{Code, Mode, RegError, RegIf};

use crate::bench::{Bench, Outcome, rtl};
use crate::header::{mask, offset, registers};
use crate::random;
use crate::stimulus::*;

/// A register that shows what the garbage of a memory is.
const GARBAGE: &str = "........";

/// Every word of the register map: its offset, its name, and what is read.
fn values(dut: &mut Dut) -> Outcome<Vec<(u16, String, String)>> {
    let mut word = |at: u16| -> Result<String, RegError> {
        match dut.reg_read(at) {
            Ok(value) => Ok(format!("{value:08x}")),
            Err(RegError::Bus { resp, .. }) => Ok(format!("AXI {resp:4}")),
            Err(error) => Err(error),
        }
    };
    let mut values = Vec::new();
    for register in registers() {
        for index in 0..register.count {
            let element = match register.count {
                1 => register.name.clone(),
                _ => format!("{}[{index}]", register.name),
            };
            let at = register.offset + index * register.stride;
            for half in 0..register.size / 4 {
                let at = at + half * 4;
                values.push((at, element.clone(), word(at)?));
            }
        }
    }
    Ok(values)
}

/// The same behind power-on. What differs between two power-ons is garbage, and shown as such.
pub fn fresh(variant: Variant) -> Outcome<Vec<(u16, String, String)>> {
    let mut first = values(&mut Dut::with_seed(variant, 1)?)?;
    let second = values(&mut Dut::with_seed(variant, 2)?)?;
    for ((_, _, value), (_, _, other)) in first.iter_mut().zip(second) {
        if *value != other {
            GARBAGE.clone_into(value);
        }
    }
    Ok(first)
}

/// The registers of `dut` are those of [`fresh`]; otherwise which are not.
pub fn is_fresh(dut: &mut Dut, fresh: &[(u16, String, String)]) -> Outcome<Result<(), String>> {
    let mut other = String::new();
    for ((at, name, value), (_, _, expected)) in values(dut)?.iter().zip(fresh) {
        if expected != GARBAGE && value != expected {
            other += &format!("{at:#05x} {name}: {value}, not {expected}\n");
        }
    }
    Ok(match other.is_empty() {
        true => Ok(()),
        false => Err(other),
    })
}

/// Every register, an element of an array each, with its value after power-on.
fn after_power_on(variant: Variant) -> Outcome<String> {
    let words = fresh(variant)?;
    let mut shown = String::new();
    let mut words = words.into_iter().peekable();
    while let Some((at, name, mut value)) = words.next() {
        // Both halves of 64 bits, the upper one first.
        if let Some((_, _, high)) = words.next_if(|(_, next, _)| *next == name) {
            value = format!("{high}_{value}");
        }
        writeln!(shown, "{at:#05x}  {name:<18} {value}").unwrap();
    }
    Ok(shown)
}

#[test]
fn register_map() -> Outcome {
    insta::assert_snapshot!(after_power_on(Variant::E64)?);
    Ok(())
}

/// What the largest build says of itself.
#[test]
fn capabilities_of_2048_entries() -> Outcome {
    let shown: String = after_power_on(Variant::E2048)?
        .lines()
        .filter(|line| line.contains("CAP_"))
        .map(|line| format!("{line}\n"))
        .collect();
    insta::assert_snapshot!(shown);
    Ok(())
}

/// AS_STATUS, GROUP and STATUS against what READ and RegIf say, along a random sequence.
#[test]
fn status_registers_follow_the_state() -> Outcome {
    let mut bench = rtl(Variant::E64)?;
    let capability = bench.capability();
    for chunk in draw::sequence(capability, 300, 600).chunks(20) {
        random::run(&mut bench, chunk)?;
        status(&mut bench)?;
    }
    Ok(())
}

fn status(bench: &mut Bench<Dut>) -> Outcome {
    let capability = bench.capability();
    let mut golden = bench.snapshot();
    for asid in 0..16 {
        let shown = bench.element("AS_STATUS", asid)?;
        let expected = match asid < capability.asids {
            true => {
                let space = golden.address_space(asid)?;
                let mode = match space.mode {
                    Mode::Blocked => 0,
                    Mode::Identity => 1,
                    Mode::Mapped => 2,
                };
                mode | (space.entries.len() as u32) << 16
            }
            false => 0,
        };
        let epoch = mask("AS_STATUS__EPOCH");
        assert_eq!(shown & !epoch, expected, "AS_STATUS[{asid}]");
    }
    for group in 0..16 {
        let shown = bench.element("GROUP", group)?;
        let (asid, held) = match group < capability.groups {
            true => (golden.group(group)?, golden.held(group)),
            false => (None, false),
        };
        let valid = mask("GROUP__VALID");
        assert_eq!(shown & valid != 0, asid.is_some(), "GROUP[{group}].valid");
        if let Some(asid) = asid {
            assert_eq!(
                shown & mask("GROUP__ASID"),
                u32::from(asid),
                "GROUP[{group}].asid"
            );
        }
        assert_eq!(
            shown & mask("GROUP__QUIESCED") != 0,
            held,
            "GROUP[{group}].quiesced"
        );
    }
    Ok(())
}

/// The transaction as STATUS shows it.
#[test]
fn status_shows_the_transaction() -> Outcome {
    use crate::stimulus::*;
    let mut bench = rtl(Variant::E64)?;
    let (open, poisoned) = (mask("STATUS__TXN_OPEN"), mask("STATUS__TXN_POISONED"));
    let shown = |bench: &mut Bench<Dut>| {
        let status = bench.register("STATUS")?;
        Ok::<_, crate::bench::Failure>((
            status & open != 0,
            status & poisoned != 0,
            status >> 8 & 0xff,
        ))
    };
    assert!(!shown(&mut bench)?.0);
    bench.ok(begin(3))?;
    assert_eq!(shown(&mut bench)?, (true, false, 3));
    bench.run(stage(3, 1, 0))?;
    assert_eq!(shown(&mut bench)?, (true, true, 3));
    bench.run(commit(3))?;
    assert!(!shown(&mut bench)?.0);
    bench.ok(begin(1))?;
    assert_eq!(shown(&mut bench)?, (true, false, 1));
    bench.ok(reset_map(1))?;
    assert!(!shown(&mut bench)?.0);
    Ok(())
}

/// LOCK stays until power-on, and the registers that it freezes read as before.
#[test]
fn locked_registers_keep_their_values() -> Outcome {
    let mut bench = rtl(Variant::E64)?;
    let frozen = [
        "INIT_MODE",
        "CLEAN_MODE",
        "DEVICE.POLICY",
        "DEVICE.GROUPS",
        "DEVICE.ASIDS",
    ];
    for name in frozen {
        bench.write(name, 0x0000_0302)?;
    }
    bench.write("LOCK", 1)?;
    let before: Vec<u32> = frozen
        .iter()
        .map(|name| bench.register(name))
        .collect::<Outcome<_>>()?;
    bench.write("LOCK", 0)?;
    for name in frozen {
        bench.write(name, 0x0000_0c01)?;
        bench.device().reg_write(offset(name, 0), u32::MAX)?;
    }
    let after: Vec<u32> = frozen
        .iter()
        .map(|name| bench.register(name))
        .collect::<Outcome<_>>()?;
    assert_eq!(after, before);
    assert_eq!(bench.register("LOCK")?, 1);
    Ok(())
}

/// What says what resets do, and what MAP may take: every register of a policy.
fn policy(bench: &mut Bench<Dut>) -> Outcome<Vec<u32>> {
    let mut policy = Vec::new();
    for name in ["INIT_MODE", "CLEAN_MODE", "LOCK"] {
        policy.push(bench.register(name)?);
    }
    for device in 0..4 {
        for name in ["DEVICE.POLICY", "DEVICE.GROUPS", "DEVICE.ASIDS"] {
            policy.push(bench.element(name, device)?);
        }
    }
    for asid in 0..bench.capability().asids {
        policy.push(bench.element("LIMIT", asid)?);
    }
    Ok(policy)
}

/// Invariant 7, of the registers that nothing but a write of theirs may change: along a random sequence with policies of
/// every kind in it, and commands that are accepted are no exception.
#[test]
fn no_command_changes_a_policy() -> Outcome {
    let mut bench = rtl(Variant::E64)?;
    let (mut refused, mut policies) = (0, 0);
    for step in draw::sequence(bench.capability(), 310, 1500) {
        match step {
            Step::Command(command) => {
                let before = policy(&mut bench)?;
                refused += usize::from(bench.complete(command)? != Code::Ok);
                assert_eq!(policy(&mut bench)?, before, "{command:x?}");
            }
            Step::Policy(..) | Step::ResetModes(..) | Step::Limit(..) => {
                random::run(&mut bench, &[step])?;
                policies += 1;
            }
            // They would freeze the policy, or hold what is in flight.
            Step::Lock | Step::Access(_) | Step::Release(_) => {}
        }
    }
    assert!(
        refused > 100 && policies > 20,
        "{refused} commands were refused under {policies} policies"
    );
    Ok(())
}

/// READ's window: RD_ATTR to RD_PA, word by word.
fn window(bench: &mut Bench<Dut>) -> Outcome<Vec<u32>> {
    let first = offset("RD_ATTR", 0);
    let end = offset("RD_PA", 0) + 8;
    let words = (first..end).step_by(4);
    Ok(words
        .map(|at| bench.device().reg_read(at))
        .collect::<Result<_, _>>()?)
}

/// What READ has shown stays what it was, whatever happens to the entry, its address space, the bank and COMMIT_SEQ
/// before the window is read.
#[test]
fn a_read_is_a_snapshot() -> Outcome {
    let mut bench = rtl(Variant::E64)?;
    bench.quietly(group_asid(0, 1))?;
    for page in [4, 6, 8] {
        bench.quietly(map(1, page << 12, (page << 12) + 0xfff))?;
    }
    // READ entry 1 with the state of address space 1.
    bench.argument("ARG_IOVA", 1)?;
    bench.write("CMD", 12 | 1 << 16)?;
    bench.wait_idle()?;
    let shown = window(&mut bench)?;
    let place = |name| usize::from(offset(name, 0) - offset("RD_ATTR", 0)) / 4;
    assert_eq!(shown[place("RD_START")], 6 << 12);
    assert_eq!(shown[place("RD_N")], 3);
    for command in [
        map(1, 0, 0xfff),
        map(0, 0, 0xfff),
        unmap(1, 6 << 12, 6 << 12),
        reset_map(1),
        device_reset(0, true),
        map(1, 6 << 12, (6 << 12) + 0xfff),
    ] {
        bench.quietly(command)?;
        assert_eq!(window(&mut bench)?, shown, "behind {command:x?}");
    }
    Ok(())
}
