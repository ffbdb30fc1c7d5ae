// SPDX-License-Identifier: Apache-2.0
//! Tables that change under full traffic: each burst sees one state, by its COMMIT_SEQ, and never a mixture.

use persimmon::cosim::axi::{AxiBench, Mismatch};
use persimmon::dut::Variant;
use persimmon::regif::{Access, Command, Entry};

use crate::stimulus::*;

/// Keeps every port busy in both directions, for at least `clocks`: single beats, so that there are as many
/// translations as can be.
fn saturate(bench: &mut AxiBench, clocks: usize) -> Outcome {
    for port in 0..bench.dut().axi_ports() {
        let mut number = bench.counts().translations;
        while bench.dut().axi_pending(port) < 2 * clocks {
            for access in [Access::Read, Access::Write] {
                number += 1;
                let page = number % PAGES * PAGE;
                // What is read and written is not the same, so that reads show which table translated them.
                let place =
                    page + if access == Access::Write { 0x800 } else { 0 } + number % 64 * 8;
                send(
                    bench,
                    port,
                    channel(access, 1, (number % 8) as u16, place, 1),
                )?;
            }
        }
    }
    Ok(())
}

/// Replaces the table of AS 1 by one that has its pages in another order.
fn replace(bench: &mut AxiBench, turn: u64) -> Outcome {
    bench.ok(Command::SetMapBegin { asid: 1 })?;
    for page in 0..PAGES {
        saturate(bench, 400)?;
        let start = IOVA + page * PAGE;
        let entry = Entry {
            start,
            last: start + PAGE - 1,
            pa: frames(1) + (page + turn) % PAGES * PAGE,
            perm: 3,
        };
        bench.ok(Command::SetMapEntry { asid: 1, entry })?;
    }
    saturate(bench, 800)?;
    bench.ok(Command::SetMapCommit { asid: 1 })?;
    bench.check()?;
    Ok(())
}

#[test]
fn each_burst_sees_one_table() -> Outcome {
    for variant in [Variant::AxiE64, Variant::AxiE2048, Variant::AxiDual] {
        let mut bench = running(variant)?;
        let first = bench.golden().commit_seq();
        for turn in 1..9 {
            replace(&mut bench, turn)?;
        }
        let last = bench.golden().commit_seq();
        bench.finish()?;
        let translated = bench.board().translated().clone();
        for seq in first..=last {
            let count = translated.get(&seq).copied().unwrap_or(0);
            assert!(
                count > 20,
                "{variant:?}: {count} bursts in state {seq} of {first}..={last}"
            );
        }
        assert_eq!(
            bench.counts().refused,
            0,
            "no burst saw a table that was not whole"
        );
    }
    Ok(())
}

/// UNMAP and MAP in turn, RESET_MAP, a moved group, a device reset: bursts are refused exactly while the state says so.
#[test]
fn removals_under_full_traffic() -> Outcome {
    for variant in [Variant::AxiE64, Variant::AxiDual] {
        let mut bench = running(variant)?;
        let map = Command::Map {
            asid: 1,
            entry: entry(1),
        };
        let home = Command::GroupAsid { group: 1, asid: 1 };
        for _ in 0..6 {
            for command in [
                unmap(1),
                map,
                Command::ResetMap { asid: 1 },
                map,
                Command::GroupAsid { group: 1, asid: 2 },
                home,
                Command::DeviceReset {
                    device: 0,
                    clean: true,
                },
                home,
                map,
                Command::Map {
                    asid: 0,
                    entry: entry(0),
                },
            ] {
                saturate(&mut bench, 300)?;
                bench.ok(command)?;
                bench.step(40)?;
            }
        }
        bench.finish()?;
        let counts = bench.counts();
        assert!(
            counts.refused > 500 && counts.forwarded > 500,
            "{variant:?}: {counts:?}"
        );
    }
    Ok(())
}

/// The reset pin of a device, under traffic.
#[test]
fn a_device_reset_by_its_pin() -> Outcome {
    let mut bench = running(Variant::AxiE64)?;
    for clean in [false, true] {
        saturate(&mut bench, 400)?;
        bench.dut().pulse_device_reset(0, clean)?;
        bench.dut().step(20)?;
        bench.told(Command::DeviceReset { device: 0, clean })?;
        bench.check()?;
        bench.compare_tables()?;
    }
    bench.finish()
}

/// A reset with bursts everywhere, then the same device again. Nothing of the first life comes back in the second.
#[test]
fn power_on_reset_with_bursts_in_flight() -> Outcome {
    let mut bench = running(Variant::AxiE64)?;
    for clocks in [3, 40, 41, 42, 200, 1500] {
        saturate(&mut bench, 500)?;
        bench.hold(&hold(2))?;
        for access in [Access::Read, Access::Write] {
            send(&mut bench, 1, channel(access, 2, 9, 0, 16))?;
        }
        bench.step(clocks)?;
        bench.power_on_reset()?;
        bench.hold(&[])?;
        bench.step(100)?;
        bench.compare_tables()?;
        set_up_again(&mut bench)?;
        saturate(&mut bench, 200)?;
        bench.finish()?;
    }
    Ok(())
}

fn set_up_again(bench: &mut AxiBench) -> Result<(), Mismatch> {
    for number in 0..4 {
        bench.ok(Command::GroupAsid {
            group: number,
            asid: number,
        })?;
        bench.ok(Command::Map {
            asid: number,
            entry: entry(number),
        })?;
    }
    Ok(())
}
