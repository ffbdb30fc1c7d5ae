// SPDX-License-Identifier: Apache-2.0
//! Constant time on AXI4: with two search ports, the clocks of one address space's reads do not depend on what another
//! one writes, nor, on any build, on the commands that change its table.
//!
//! With one search port, bursts of two masters take turns at it, and there is no arbitration by time slots: what is
//! constant then is the lookup, from its acceptance on (`rtl::constant`), not the clock of its turn.

use persimmon::cosim::axi::Mismatch;
use persimmon::dut::Variant;
use persimmon::dut::axi::Finished;
use persimmon::regif::{Access, Channel, Code, Command, Entry};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::stimulus::*;

/// Bursts of the watched address space, 0. The other one is 1.
const BURSTS: usize = 1500;

/// What the other address space does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Neighbour {
    Idle,
    /// Its table is changed all the time.
    Changing,
    /// It writes as fast as it can.
    Writing,
    /// Both, with most of the writes refused.
    Thrashing,
}

impl Neighbour {
    fn writes(self) -> bool {
        matches!(self, Self::Writing | Self::Thrashing)
    }

    fn changes(self) -> bool {
        matches!(self, Self::Changing | Self::Thrashing)
    }
}

/// All that the owner of the watched address space can measure of a burst: clocks from the acceptance of its first one,
/// and the answer.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Seen {
    offered: u64,
    accepted: u64,
    answered: u64,
    resps: Vec<u8>,
    bytes: Vec<u8>,
}

struct Run {
    trace: Vec<Seen>,
    commands: usize,
    /// Writes of the other one that were refused, and that were not.
    others: [usize; 2],
}

/// One round of changes to the table of AS 1.
fn changes(round: u64) -> Vec<Command> {
    let page = |number: u64| Entry {
        start: IOVA + (2 * number) * PAGE,
        last: IOVA + (2 * number + 1) * PAGE - 1,
        pa: frames(1) + number * PAGE,
        perm: 3,
    };
    let asid = 1;
    let mut commands = vec![unmap(asid)];
    commands.extend((0..4).map(|number| Command::Map {
        asid,
        entry: page(number),
    }));
    commands.push(Command::SetMapBegin { asid });
    commands.extend((0..8).map(|number| Command::SetMapEntry {
        asid,
        entry: page(number + round % 4),
    }));
    commands.push(Command::SetMapCommit { asid });
    // Refused: it is there.
    commands.push(Command::Map {
        asid,
        entry: page(4),
    });
    if round.is_multiple_of(3) {
        commands.push(Command::ResetMap { asid });
    }
    commands
}

/// The bytes that a burst asked for. What else is on the bus in its beats is nobody's.
fn used(read: Channel, bytes: &[u8], wide: usize) -> Vec<u8> {
    let beats = bytes.chunks(wide).enumerate();
    let lanes = beats.map(|(beat, bytes)| {
        let lanes = read.lanes(beat, wide);
        &bytes[lanes.first..lanes.end.min(wide)]
    });
    lanes.flatten().copied().collect()
}

/// AS 0 reads, AS 1 writes; both on the one port.
fn run(variant: Variant, neighbour: Neighbour) -> Result<Run, Mismatch> {
    let mut bench = running(variant)?;
    let mut rng = StdRng::seed_from_u64(3);
    let mut watched = Vec::new();
    for number in 0..BURSTS {
        // Some lie beyond what is mapped.
        let place = rng.random_range(0..PAGES + 2) * PAGE + rng.random_range(0..32) * 8;
        let beats = rng.random_range(1..=16);
        let read = channel(Access::Read, 0, (number % 8) as u16, place, beats);
        let burst = burst(&mut bench, read);
        let serial = bench.queue(0, rng.random_range(0..40), burst)?;
        watched.push((serial, read));
    }
    let mut rng = StdRng::seed_from_u64(4);
    let mut writes = Vec::new();
    for number in 0..if neighbour.writes() { 15 * BURSTS } else { 0 } {
        let place = rng.random_range(0..PAGES) * PAGE;
        let write = channel(Access::Write, 1, (number % 8) as u16, place, 1);
        writes.push(send(&mut bench, 0, write)?);
    }
    let mut finished: Vec<Finished> = Vec::new();
    let (mut commands, mut round) = (0, 0);
    while watched
        .iter()
        .any(|&(serial, _)| bench.board().is_open(serial))
    {
        if neighbour.changes() {
            for command in changes(round) {
                commands += usize::from(bench.run(command)? == Code::Ok);
            }
            round += 1;
        }
        finished.extend(bench.step(50)?);
    }
    while bench.dut().axi_pending(0) > 0 {
        finished.extend(bench.step(1000)?);
    }
    bench.finish()?;

    let wide = bench.dut().axi_beat_bytes();
    let of = |serial: &u64| finished.iter().find(|done| done.serial == *serial);
    let mut trace = Vec::new();
    let start = watched.first().and_then(|(serial, _)| of(serial));
    let start = start.map_or(0, |done| done.accepted);
    for (serial, read) in &watched {
        let done = of(serial).ok_or_else(|| Mismatch(format!("burst {serial} has no answer")))?;
        trace.push(Seen {
            offered: done.offered.wrapping_sub(start),
            accepted: done.accepted - start,
            answered: done.finished - start,
            resps: done.beats.resps.clone(),
            bytes: used(*read, &done.beats.bytes, wide),
        });
    }
    let mut others = [0; 2];
    for done in writes.iter().filter_map(of) {
        others[usize::from(done.resp == 0)] += 1;
    }
    Ok(Run {
        trace,
        commands,
        others,
    })
}

/// The first burst of which two traces tell something different.
fn differs(a: &[Seen], b: &[Seen]) -> Option<String> {
    if a.len() != b.len() {
        return Some(format!("{} and {} answers", a.len(), b.len()));
    }
    let place = a.iter().zip(b).position(|(a, b)| a != b)?;
    let clocks = |seen: &Seen| (seen.offered, seen.accepted, seen.answered);
    Some(format!(
        "burst {place}: offered, accepted, answered at {:?} and {:?}",
        clocks(&a[place]),
        clocks(&b[place])
    ))
}

/// The same bursts are accepted and answered in the same clocks.
#[test]
fn a_neighbour_changes_no_clock_of_a_read() -> Outcome {
    for (variant, neighbours) in [
        (
            Variant::AxiDual,
            &[
                Neighbour::Changing,
                Neighbour::Writing,
                Neighbour::Thrashing,
            ][..],
        ),
        (Variant::AxiE64, &[Neighbour::Changing]),
        (Variant::AxiE2048, &[Neighbour::Changing]),
    ] {
        let idle = run(variant, Neighbour::Idle)?;
        let good = |seen: &&Seen| seen.resps.iter().all(|&resp| resp == 0);
        let good = idle.trace.iter().filter(good).count();
        assert!(good > BURSTS / 2 && good < BURSTS, "{variant:?}: {good}");
        for &neighbour in neighbours {
            let other = run(variant, neighbour)?;
            println!(
                "{variant:?}, {neighbour:?}: {BURSTS} reads, {} refused; {:?} writes refused and done, {} commands",
                BURSTS - good,
                other.others,
                other.commands
            );
            if let Some(why) = differs(&idle.trace, &other.trace) {
                return Err(Mismatch(format!("{variant:?}, {neighbour:?}: {why}")));
            }
            assert_eq!(neighbour.changes(), other.commands > 50, "{variant:?}");
            assert_eq!(neighbour.writes(), other.others[1] > 100, "{variant:?}");
            assert_eq!(neighbour == Neighbour::Thrashing, other.others[0] > 100);
        }
    }
    Ok(())
}

/// That a difference is seen: on one search port, reads and writes take turns.
#[test]
fn turns_at_one_search_port_are_seen() -> Outcome {
    let idle = run(Variant::AxiE64, Neighbour::Idle)?;
    assert_eq!(differs(&idle.trace, &idle.trace), None);
    let other = run(Variant::AxiE64, Neighbour::Writing)?;
    let why = differs(&idle.trace, &other.trace)
        .ok_or_else(|| Mismatch("turns at the search are not seen in the trace".to_owned()))?;
    println!("{why}");
    Ok(())
}
