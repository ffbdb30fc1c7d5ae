// SPDX-License-Identifier: Apache-2.0
//! Register writes at awkward moments: in the middle of commands, under traffic.

use persimmon::cosim::axi::AxiBench;
use persimmon::dut::Variant;
use persimmon::regif::{Access, Command, Entry, RegError};

use crate::header::{offset, registers};
use crate::stimulus::*;

/// Registers whose writing is meant to change what happens to bursts or commands.
const DECIDE: [&str; 8] = [
    "CMD",
    "POST",
    "LOCK",
    "INIT_MODE",
    "CLEAN_MODE",
    "LIMIT",
    "RID",
    "INJECT",
];

fn traffic(bench: &mut AxiBench) -> Outcome {
    for port in 0..bench.dut().axi_ports() {
        while bench.dut().axi_pending(port) < 60 {
            for access in [Access::Read, Access::Write] {
                let turn = bench.counts().translations + bench.dut().axi_pending(port) as u64;
                let group = (turn % 4) as u8;
                send(
                    bench,
                    port,
                    channel(access, group, (turn % 5) as u16, turn % 512 * 8, 1),
                )?;
            }
        }
    }
    Ok(())
}

/// Every register that decides nothing is written with anything while MAP and UNMAP execute. Both do what they were
/// asked at their doorbell, and no burst notices.
#[test]
fn writes_while_commands_execute() -> Outcome {
    let mut bench = running(Variant::AxiE64)?;
    let harmless: Vec<_> = registers()
        .into_iter()
        .filter(|register| !DECIDE.contains(&register.name.as_str()))
        .filter(|register| {
            !register.name.starts_with("DEVICE.") && !register.name.starts_with("PORT.")
        })
        .collect();
    assert!(harmless.len() > 30, "{} registers", harmless.len());
    let extra = Entry {
        start: 0,
        last: PAGE - 1,
        pa: frames(3),
        perm: 3,
    };
    let map = Command::Map {
        asid: 3,
        entry: extra,
    };
    let unmap = Command::Unmap {
        asid: 3,
        iova: 0,
        last: PAGE - 1,
    };
    for (number, register) in harmless.iter().enumerate() {
        for (command, op) in [(map, 1 | 3 << 8 | 3 << 16), (unmap, 2 | 3 << 16)] {
            traffic(&mut bench)?;
            for (name, value) in [
                ("ARG_IOVA", extra.start),
                ("ARG_LAST", extra.last),
                ("ARG_PA", extra.pa),
            ] {
                bench.dut().reg_write(offset(name, 0), value as u32)?;
                bench
                    .dut()
                    .reg_write(offset(name, 0) + 4, (value >> 32) as u32)?;
            }
            write(&mut bench, "CMD", 0, op)?;
            for value in [u32::MAX, 0x5a5a_a5a5, 0, number as u32] {
                for half in 0..register.size / 4 {
                    match bench.dut().reg_write(register.offset + 4 * half, value) {
                        // A register that is only for reading says so.
                        Ok(()) | Err(RegError::Bus { resp: 2, .. }) => {}
                        Err(error) => return Err(error.into()),
                    }
                }
            }
            while field(&mut bench, "STATUS", 0, "STATUS__BUSY")? == 1 {}
            assert_eq!(
                field(&mut bench, "RESULT", 0, "RESULT__CODE")?,
                0,
                "{} {command:x?}",
                register.name
            );
            bench.told(command)?;
            bench.check()?;
            bench.compare_tables()?;
        }
    }
    bench.finish()
}

/// PORT.CTRL.quiesce goes on and off at any moment, and so does QUIESCE of a device; each burst is answered once.
#[test]
fn quiesce_at_any_moment() -> Outcome {
    let mut bench = running(Variant::AxiE64)?;
    let quiesce = crate::header::mask("PORT__CTRL__QUIESCE");
    for turn in 0..300_u32 {
        traffic(&mut bench)?;
        let port = (turn % 2) as u16;
        write(&mut bench, "PORT.CTRL", port, quiesce)?;
        bench.step(u64::from(turn % 13))?;
        if turn % 7 == 0 {
            let device = (turn % 2) as u8;
            bench.ok(Command::Quiesce { device })?;
            bench.step(u64::from(turn % 29))?;
            bench.ok(Command::Resume { device })?;
        }
        write(&mut bench, "PORT.CTRL", port, 0)?;
        bench.step(u64::from(turn % 17))?;
    }
    bench.finish()?;
    assert!(answered(&bench) > 5000, "{} bursts", answered(&bench));
    Ok(())
}

/// A doorbell while a command executes is lost, and loses nothing else.
#[test]
fn doorbells_while_busy() -> Outcome {
    let mut bench = running(Variant::AxiE64)?;
    for wait in 0..40 {
        traffic(&mut bench)?;
        let extra = Entry {
            start: 0,
            last: PAGE - 1,
            pa: frames(3),
            perm: 3,
        };
        bench.ok(Command::Map {
            asid: 3,
            entry: extra,
        })?;
        for (name, value) in [("ARG_IOVA", 0), ("ARG_LAST", PAGE - 1)] {
            bench.dut().reg_write(offset(name, 0), value as u32)?;
            bench.dut().reg_write(offset(name, 0) + 4, 0)?;
        }
        write(&mut bench, "IRQ_STATUS", 0, u32::MAX)?;
        write(&mut bench, "CMD", 0, 2 | 3 << 16)?;
        bench.dut().step(wait)?;
        // RESET_MAP of AS 1.
        write(&mut bench, "CMD", 0, 7 | 1 << 16)?;
        while field(&mut bench, "STATUS", 0, "STATUS__BUSY")? == 1 {}
        bench.told(Command::Unmap {
            asid: 3,
            iova: 0,
            last: PAGE - 1,
        })?;
        if field(&mut bench, "IRQ_STATUS", 0, "IRQ_STATUS__DOORBELL_BUSY")? == 0 {
            bench.told(Command::ResetMap { asid: 1 })?;
            bench.ok(Command::Map {
                asid: 1,
                entry: entry(1),
            })?;
        }
        bench.check()?;
        bench.compare_tables()?;
    }
    bench.finish()
}
