// SPDX-License-Identifier: Apache-2.0
//! Masters that the device holds: QUIESCE of a device, and PORT.CTRL.quiesce of a port.

use persimmon::dut::Variant;
use persimmon::regif::{Access, Command};

use crate::header::mask;
use crate::stimulus::*;

/// A quiesced device's bursts wait, and see the state at RESUME. The other device's go on.
#[test]
fn a_quiesced_device_is_held() -> Outcome {
    let mut bench = running(Variant::AxiE64)?;
    bench.ok(Command::Quiesce { device: 0 })?;
    let held: Vec<u64> = [Access::Read, Access::Write]
        .into_iter()
        .map(|access| send(&mut bench, 0, channel(access, 1, 1, 0, 4)))
        .collect::<Result<_, _>>()?;
    for number in 0..40 {
        send(&mut bench, 1, channel(Access::Read, 2, number % 8, 0, 4))?;
        send(
            &mut bench,
            1,
            channel(Access::Write, 3, number % 8, 0x100, 4),
        )?;
    }
    bench.step(1500)?;
    assert_eq!(answered(&bench), 80, "the other device goes on");
    assert!(held.iter().all(|&serial| bench.board().is_open(serial)));
    assert_eq!(bench.counts().translations, 80);

    // What is held is in no address space yet: a removal does not wait for it.
    bench.ok(unmap(1))?;
    assert_eq!(draining(&mut bench)?, 0);
    bench.ok(Command::Resume { device: 0 })?;
    bench.finish()?;
    assert_eq!(bench.counts().refused, 2, "held until after the removal");
    Ok(())
}

/// A burst that is in flight when its device is quiesced goes on to its end.
#[test]
fn quiesce_waits_for_nothing() -> Outcome {
    let mut bench = running(Variant::AxiE64)?;
    bench.hold(&hold(1))?;
    let early = send(&mut bench, 0, channel(Access::Write, 1, 1, 0, 4))?;
    bench.step(200)?;
    bench.ok(Command::Quiesce { device: 0 })?;
    let late = send(&mut bench, 0, channel(Access::Write, 1, 2, 0x100, 4))?;
    bench.hold(&[])?;
    bench.step(300)?;
    assert!(!bench.board().is_open(early));
    assert!(bench.board().is_open(late));
    bench.ok(Command::Resume { device: 0 })?;
    bench.finish()
}

/// A quiesced port takes nothing new to the search, finishes what it has, and says when it is idle. Commands and the
/// other port do not notice.
#[test]
fn a_quiesced_port_comes_to_rest() -> Outcome {
    let mut bench = running(Variant::AxiE64)?;
    let quiesce = mask("PORT__CTRL__QUIESCE");
    let idle = |bench: &mut _, port| field(bench, "PORT.STATUS", port, "PORT__STATUS__IDLE");
    for port in 0..2 {
        assert_eq!(idle(&mut bench, port)?, 1);
    }
    bench.hold(&hold(1))?;
    let early: Vec<u64> = (0..6)
        .map(|number| {
            let access = [Access::Read, Access::Write][number as usize % 2];
            send(
                &mut bench,
                0,
                channel(access, 1, number, 0x100 * u64::from(number), 4),
            )
        })
        .collect::<Result<_, _>>()?;
    bench.step(200)?;
    let before = bench.counts().translations;
    assert_eq!(before, 6);
    assert_eq!((idle(&mut bench, 0)?, idle(&mut bench, 1)?), (0, 1));

    write(&mut bench, "PORT.CTRL", 0, quiesce)?;
    bench.step(20)?;
    bench.hold(&[])?;
    bench.step(300)?;
    assert!(early.iter().all(|&serial| !bench.board().is_open(serial)));
    assert_eq!((idle(&mut bench, 0)?, idle(&mut bench, 1)?), (1, 1));

    for number in 0..20 {
        send(&mut bench, 0, channel(Access::Read, 2, number % 4, 0, 2))?;
        send(&mut bench, 1, channel(Access::Read, 2, number % 4, 0, 2))?;
    }
    bench.step(500)?;
    assert_eq!(bench.counts().translations, before + 20, "the other port's");
    assert_eq!(bench.dut().axi_pending(0), 20);
    bench.ok(unmap(2))?;
    assert_eq!(draining(&mut bench)?, 0);

    write(&mut bench, "PORT.CTRL", 0, 0)?;
    bench.finish()?;
    assert_eq!(bench.counts().refused, 20);
    assert_eq!(idle(&mut bench, 0)?, 1);
    Ok(())
}
