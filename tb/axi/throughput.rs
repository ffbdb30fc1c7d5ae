// SPDX-License-Identifier: Apache-2.0
//! Clocks: what a data path that slows nothing down takes.

use persimmon::cosim::axi::{AxiBench, Mismatch};
use persimmon::dut::Variant;
use persimmon::regif::{Access, Channel};

use crate::stimulus::*;

/// Bursts for each port and direction.
const BURSTS: usize = 256;

/// Clocks for [`BURSTS`] bursts of `beats` full beats in each of `directions` at each port, everybody as fast as can
/// be.
fn clocks(
    bench: &mut AxiBench,
    ports: usize,
    directions: &[Access],
    beats: usize,
) -> Result<u64, Mismatch> {
    let size = bench.dut().axi_beat_bytes().trailing_zeros() as u8;
    let bytes = beats as u64 * (1 << size);
    for port in 0..ports {
        for number in 0..BURSTS {
            for &access in directions {
                let place = number as u64 * bytes % PAGE;
                let full = Channel {
                    size,
                    ..channel(access, port as u8 + 1, (number % 16) as u16, place, beats)
                };
                send(bench, port, full)?;
            }
        }
    }
    let before = bench.dut().clocks();
    bench.dut().axi_run()?;
    let clocks = bench.dut().clocks() - before;
    bench.finish()?;
    Ok(clocks)
}

/// The way there and back, once: what is in the pipeline before the first burst ends.
fn latency(bench: &mut AxiBench) -> u64 {
    u64::from(bench.dut().latency()) + 24
}

/// Beats of long bursts leave no gap, in both directions at once, on every port.
#[test]
fn data_at_full_rate() -> Outcome {
    for (variant, beats) in [
        (Variant::AxiE64, 64),
        (Variant::AxiE2048, 64),
        (Variant::AxiDual, 64),
    ] {
        let mut bench = running(variant)?;
        let (ports, most) = (bench.dut().axi_ports(), latency(&mut bench));
        for directions in [
            &[Access::Read][..],
            &[Access::Write],
            &[Access::Read, Access::Write],
        ] {
            let clocks = clocks(&mut bench, ports, directions, beats)?;
            let ideal = (BURSTS * beats) as u64;
            assert!(
                (ideal..ideal + most).contains(&clocks),
                "{variant:?}, {directions:?}: {clocks} clocks for {ideal} beats"
            );
        }
    }
    Ok(())
}

/// One address a clock for each search port, and a beat a clock with it.
#[test]
fn one_address_a_clock() -> Outcome {
    for variant in [Variant::AxiE64, Variant::AxiE2048, Variant::AxiDual] {
        let mut bench = running(variant)?;
        let most = latency(&mut bench);
        let searches = variant
            .parameters()
            .axi
            .map_or(1, |axi| u64::from(axi.search_ports));
        for directions in [
            &[Access::Read][..],
            &[Access::Write],
            &[Access::Read, Access::Write],
        ] {
            let clocks = clocks(&mut bench, 1, directions, 1)?;
            let addresses = (BURSTS * directions.len()) as u64;
            let ideal = match directions.len() {
                2 => addresses / searches,
                _ => addresses,
            };
            assert!(
                (ideal..ideal + most).contains(&clocks),
                "{variant:?}, {directions:?}: {clocks} clocks for {addresses} addresses"
            );
        }
    }
    Ok(())
}
