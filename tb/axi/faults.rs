// SPDX-License-Identifier: Apache-2.0
//! Refused bursts in the fault queue, at the rate at which bursts can be refused.

use persimmon::cosim::axi::{AxiBench, Mismatch, Refused};
use persimmon::dut::Variant;
use persimmon::regif::{Access, Command, Entry, Fault};

use crate::header::mask;
use crate::stimulus::*;

/// `fault_e` of the register map.
fn number(fault: Fault) -> u32 {
    match fault {
        Fault::Group => 1,
        Fault::Overflow => 2,
        Fault::Blocked => 3,
        Fault::PaWidth => 4,
        Fault::NoMapping => 5,
        Fault::Permission => 6,
        Fault::Crossing => 7,
        Fault::Burst => 8,
        Fault::Parity => 9,
    }
}

/// Two masters send nothing but bursts that are refused, as fast as they can, while a third group's go through. Each
/// fault is in the queue, in order, or counted as dropped.
#[test]
fn a_fault_storm() -> Outcome {
    let mut bench = running(Variant::AxiE64)?;
    bench.ok(unmap(0))?;
    bench.ok(Command::ResetMap { asid: 1 })?;
    let raised = read(&mut bench, "FAULT_RAISED", 0)?;
    let mut expected: Vec<Refused> = Vec::new();
    let (mut recorded, mut taken) = (0, raised);
    for round in 0..60 {
        for number in 0..40 {
            let (id, place) = (number % 7, u64::from(number) * 0x40);
            let group = [0, 1, 9][usize::from(number) % 3];
            let beats = [1, 1, 1, 5][usize::from(number) % 4];
            send(
                &mut bench,
                0,
                channel(Access::Read, group, id, place, beats),
            )?;
            send(
                &mut bench,
                0,
                channel(Access::Write, group, id, place, beats),
            )?;
            send(&mut bench, 1, channel(Access::Write, group, id, place, 1))?;
        }
        for access in [Access::Read, Access::Write] {
            send(&mut bench, 1, channel(access, 2, 8, 0x800 + 8 * round, 2))?;
        }
        bench.step(30 * (round % 5))?;
        // Every other round software takes some records.
        for _ in 0..round % 2 * 12 {
            recorded += take_record(&mut bench, &mut expected, raised, &mut taken)?;
        }
        let map = Command::Map {
            asid: 3,
            entry: Entry {
                start: 0,
                last: PAGE - 1,
                pa: 0,
                perm: 3,
            },
        };
        bench.ok(map)?;
        bench.ok(Command::Unmap {
            asid: 3,
            iova: 0,
            last: PAGE - 1,
        })?;
    }
    bench.finish()?;
    while field(&mut bench, "FAULT_INFO", 0, "FAULT_INFO__VALID")? == 1 {
        recorded += take_record(&mut bench, &mut expected, raised, &mut taken)?;
    }
    expected.extend(bench.board().take_refused());
    let refused = 60 * 40 * 3;
    assert_eq!(expected.len(), refused);
    assert_eq!(
        read(&mut bench, "FAULT_RAISED", 0)? - raised,
        refused as u32
    );
    assert_eq!(
        recorded + read(&mut bench, "FAULT_DROPPED", 0)?,
        refused as u32
    );
    assert!(recorded > 100, "{recorded} records");
    assert_eq!(bench.counts().forwarded, 120);
    Ok(())
}

/// Takes the oldest record, if there is one, and holds it against the burst that was refused then.
fn take_record(
    bench: &mut AxiBench,
    expected: &mut Vec<Refused>,
    raised: u32,
    taken: &mut u32,
) -> Result<u32, Mismatch> {
    let info = read(bench, "FAULT_INFO", 0)?;
    if info & mask("FAULT_INFO__VALID") == 0 {
        return Ok(0);
    }
    let seq = read(bench, "FAULT_SEQ", 0)?;
    let iova = u64::from(read(bench, "FAULT_IOVA", 0)?);
    let len = read(bench, "FAULT_LEN", 0)?;
    write(bench, "FAULT_POP", 0, 1)?;
    bench.check()?;
    expected.extend(bench.board().take_refused());
    assert!(seq >= *taken, "record {seq} after {taken}");
    *taken = seq + 1;
    let burst = expected[(seq - raised) as usize];
    let (first, last) = burst.channel.span();
    assert_eq!(info & 0xf, number(burst.fault), "{burst:x?}");
    assert_eq!(
        info >> 4 & 1 == 1,
        burst.channel.access == Access::Write,
        "{burst:x?}"
    );
    assert_eq!((info >> 8) as u8, burst.group, "{burst:x?}");
    assert_eq!((info >> 16) as u8, burst.asid, "{burst:x?}");
    assert_eq!(iova, first, "{burst:x?}");
    assert_eq!(u64::from(len), last - first, "{burst:x?}");
    Ok(1)
}
