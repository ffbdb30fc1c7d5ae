// SPDX-License-Identifier: Apache-2.0
//! Where the group of a burst comes from: AxUSER, a number for the whole port, or the requester ID table.

use persimmon::dut::Variant;
use persimmon::golden::axi::GroupSource;
use persimmon::regif::Access;

use crate::header::mask;
use crate::stimulus::*;

/// Bursts of every AxUSER at both ports.
fn everybody(bench: &mut persimmon::cosim::axi::AxiBench) -> Outcome {
    for user in 0..16 {
        for port in 0..2 {
            for access in [Access::Read, Access::Write] {
                let place = 0x100 * u64::from(user) + 0x1000 * port as u64;
                send(
                    bench,
                    port,
                    channel(access, user, u16::from(user) % 3, place, 2),
                )?;
            }
        }
    }
    bench.finish()
}

/// The scoreboard knows of each setting what becomes of each burst; only the settled ports are compared.
#[test]
fn each_source() -> Outcome {
    let mut bench = running(Variant::AxiE64)?;
    everybody(&mut bench)?;
    assert_eq!(
        bench.counts().forwarded,
        4 * 4,
        "four groups have an address space"
    );

    // Both ports have a setting of their own.
    let fixed = |group: u32| 1 | group << mask("PORT__CTRL__GROUP").trailing_zeros();
    write(&mut bench, "PORT.CTRL", 0, fixed(3))?;
    bench.board().port_mut(0).source = GroupSource::Fixed(3);
    let before = bench.counts().forwarded;
    everybody(&mut bench)?;
    assert_eq!(bench.counts().forwarded - before, 32 + 8);

    write(&mut bench, "PORT.CTRL", 0, fixed(9))?;
    bench.board().port_mut(0).source = GroupSource::Fixed(9);
    let before = bench.counts().forwarded;
    everybody(&mut bench)?;
    assert_eq!(
        bench.counts().forwarded - before,
        8,
        "group 9 does not exist"
    );

    let valid = mask("RID__VALID");
    let mut requesters = [None; 16];
    for (requester, group) in [(0, 3), (5, 1), (15, 2), (7, 9)] {
        write(&mut bench, "RID", requester, valid | u32::from(group))?;
        requesters[usize::from(requester)] = Some(group);
    }
    // A group, and not valid.
    write(&mut bench, "RID", 6, 1)?;
    for port in 0..2 {
        write(&mut bench, "PORT.CTRL", port, 2)?;
        bench.board().port_mut(port.into()).source = GroupSource::Requester;
        bench.board().port_mut(port.into()).requesters = requesters;
    }
    let before = bench.counts().forwarded;
    everybody(&mut bench)?;
    assert_eq!(bench.counts().forwarded - before, 3 * 4);

    write(&mut bench, "PORT.CTRL", 1, 3)?;
    bench.board().port_mut(1).source = GroupSource::Reserved;
    let before = bench.counts().forwarded;
    everybody(&mut bench)?;
    assert_eq!(bench.counts().forwarded - before, 3 * 2);
    Ok(())
}

/// LOCK freezes the source and the table, and not PORT.CTRL.quiesce.
#[test]
fn lock_freezes_the_source() -> Outcome {
    let mut bench = running(Variant::AxiE64)?;
    write(&mut bench, "LOCK", 0, 1)?;
    let quiesce = mask("PORT__CTRL__QUIESCE");
    for port in 0..2 {
        write(&mut bench, "PORT.CTRL", port, quiesce | 0x201)?;
        assert_eq!(read(&mut bench, "PORT.CTRL", port)?, quiesce);
        write(&mut bench, "PORT.CTRL", port, 2)?;
        assert_eq!(read(&mut bench, "PORT.CTRL", port)?, 0);
    }
    write(&mut bench, "RID", 3, mask("RID__VALID"))?;
    assert_eq!(read(&mut bench, "RID", 3)?, 0);
    everybody(&mut bench)
}
