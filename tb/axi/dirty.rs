// SPDX-License-Identifier: Apache-2.0
//! The dirty log under bursts: what migrates a guest must find every page that memory has changed.

use std::collections::BTreeSet;

use persimmon::cosim::axi::{AxiBench, Mismatch};
use persimmon::dut::Variant;
use persimmon::dut::axi::Manners;
use persimmon::regif::{Access, Command};

use crate::header::{mask, offset};
use crate::stimulus::*;

/// The address space that is logged, and its group.
const ASID: u8 = 1;
/// `dirty_op_e` of the register map.
const READ_CLEAR: u32 = 1;
const CLEAR_ALL: u32 = 2;

/// A running device that logs the writes of [`ASID`], with the window at the mapped pages.
fn logging(variant: Variant) -> Result<AxiBench, Mismatch> {
    let mut bench = running(variant)?;
    // The scoreboard knows drains by their removals: a fence needs one before it.
    bench.ok(Command::Unmap {
        asid: ASID,
        iova: 0,
        last: PAGE - 1,
    })?;
    operate(&mut bench, CLEAR_ALL)?;
    write(&mut bench, "DIRTY_BASE", 0, IOVA as u32)?;
    bench
        .dut()
        .reg_write(offset("DIRTY_BASE", 0) + 4, (IOVA >> 32) as u32)?;
    let shift = mask("DIRTY_CTRL__SHIFT").trailing_zeros();
    write(&mut bench, "DIRTY_CTRL", 0, 12 << shift | 1 << ASID)?;
    Ok(bench)
}

/// One operation on word 0, to its end; it must not be refused.
fn operate(bench: &mut AxiBench, op: u32) -> Outcome {
    write(bench, "DIRTY_CMD", 0, op)?;
    for _ in 0..1000 {
        if field(bench, "DIRTY_STATUS", 0, "DIRTY_STATUS__BUSY")? == 0 {
            return match field(bench, "DIRTY_STATUS", 0, "DIRTY_STATUS__REFUSED")? {
                0 => Ok(()),
                _ => Err(Mismatch(format!("DIRTY_CMD {op} was refused"))),
            };
        }
    }
    Err(Mismatch(format!("DIRTY_CMD {op} does not end")))
}

/// The pages that were dirty, which are clean now.
fn take(bench: &mut AxiBench) -> Result<BTreeSet<u64>, Mismatch> {
    operate(bench, READ_CLEAR)?;
    let word = read(bench, "DIRTY_DATA", 0)?;
    Ok((0..32).filter(|page| word >> page & 1 == 1).collect())
}

/// The pages of the final read: when every write accepted before has been answered.
fn take_last(bench: &mut AxiBench) -> Result<BTreeSet<u64>, Mismatch> {
    bench.ok(Command::Fence { asid: ASID })?;
    for _ in 0..10_000 {
        if read(bench, "DRAINING", 0)? >> ASID & 1 == 0 {
            return take(bench);
        }
    }
    Err(Mismatch("a fence that does not end".to_owned()))
}

fn page(bench: &mut AxiBench, number: u64) -> Result<Vec<u8>, Mismatch> {
    let mut bytes = vec![0; PAGE as usize];
    bench
        .dut()
        .axi_peek(frames(ASID) + number * PAGE, &mut bytes)?;
    Ok(bytes)
}

/// A migration: pages are copied while they are written, again when they are dirty, and at last the copy is memory.
/// Memory is slow, so that a page is read, cleared and copied while data for it are still on their way.
#[test]
fn a_copy_of_what_was_dirty_is_memory() -> Outcome {
    for variant in [Variant::AxiE64, Variant::AxiE2048] {
        let mut bench = logging(variant)?;
        let slow = Manners {
            latency_max: 120,
            reorder: 128,
            error: 16,
            ..Manners::FAST
        };
        bench.manners(0, slow)?;
        let mut copy: Vec<Vec<u8>> = (0..PAGES)
            .map(|number| page(&mut bench, number))
            .collect::<Result<_, _>>()?;
        let (mut dirty, mut early) = (0, 0);
        for round in 0..400_u64 {
            for number in 0..round % 4 {
                let place = (round * 7 + number * 5) % PAGES * PAGE + round * 64 % PAGE;
                let id = (round % 5) as u16;
                send(&mut bench, 0, channel(Access::Write, 1, id, place, 4))?;
                // Neither reads nor the writes of others are logged.
                send(&mut bench, 0, channel(Access::Read, 1, id, place, 2))?;
                send(&mut bench, 0, channel(Access::Write, 2, id, place, 1))?;
            }
            bench.step(round * 13 % 90)?;
            for number in take(&mut bench)? {
                copy[number as usize] = page(&mut bench, number)?;
                dirty += 1;
            }
            early += usize::from(bench.dut().axi_pending(0) > 0);
        }
        for number in take_last(&mut bench)? {
            copy[number as usize] = page(&mut bench, number)?;
        }
        for (number, copied) in copy.iter().enumerate() {
            assert!(
                *copied == page(&mut bench, number as u64)?,
                "{variant:?}: page {number} was lost"
            );
        }
        assert!(dirty > 100 && early > 100, "{dirty} pages, {early} early");
        bench.finish()?;
        assert!(take(&mut bench)?.is_empty(), "writes after the last read");
        assert_eq!(
            field(&mut bench, "DIRTY_STATUS", 0, "DIRTY_STATUS__EVERYTHING")?,
            0
        );
    }
    Ok(())
}

/// The bit is set when memory answers, neither earlier nor only if all went well; until then a fence does not end.
#[test]
fn a_bit_is_set_by_the_answer() -> Outcome {
    let mut bench = logging(Variant::AxiE64)?;
    let failing = Manners {
        error: 256,
        ..Manners::FAST
    };
    bench.manners(0, failing)?;
    bench.hold(&hold(ASID))?;
    send(
        &mut bench,
        0,
        channel(Access::Write, 1, 1, 3 * PAGE + 0x40, 4),
    )?;
    bench.step(500)?;
    assert!(take(&mut bench)?.is_empty(), "before its data are written");
    bench.ok(Command::Fence { asid: ASID })?;
    assert_eq!(draining(&mut bench)?, 1 << ASID);
    assert!(take(&mut bench)?.is_empty());
    bench.hold(&[])?;
    assert_eq!(draining(&mut bench)?, 0);
    assert_eq!(take(&mut bench)?, BTreeSet::from([3]));
    bench.finish()
}

/// A refused write changes nothing and is not logged; one outside of the window says `everything`.
#[test]
fn what_is_not_in_the_bitmap() -> Outcome {
    let mut bench = logging(Variant::AxiE64)?;
    let outside = |access| channel(access, 1, 2, PAGES * PAGE, 1);
    let serial = send(&mut bench, 0, outside(Access::Write))?;
    assert_eq!(resp(&answer(&mut bench, serial)?), 2, "nothing is mapped");
    bench.step(16)?;
    assert!(take(&mut bench)?.is_empty());
    let everything =
        |bench: &mut AxiBench| field(bench, "DIRTY_STATUS", 0, "DIRTY_STATUS__EVERYTHING");
    assert_eq!(everything(&mut bench)?, 0);

    bench.dut().reg_write(offset("DIRTY_CTRL", 0), 0)?;
    write(&mut bench, "DIRTY_BASE", 0, (IOVA + PAGES * PAGE) as u32)?;
    operate(&mut bench, CLEAR_ALL)?;
    write(&mut bench, "DIRTY_CTRL", 0, 1 << ASID)?;
    write(&mut bench, "DIRTY_CMD", 0, CLEAR_ALL)?;
    assert_eq!(
        field(&mut bench, "DIRTY_STATUS", 0, "DIRTY_STATUS__REFUSED")?,
        1,
        "not while anything is logged"
    );
    let serial = send(&mut bench, 0, channel(Access::Write, 1, 2, 0, 1))?;
    assert_eq!(resp(&answer(&mut bench, serial)?), 0);
    bench.step(16)?;
    assert_eq!(everything(&mut bench)?, 1);
    bench.finish()
}
