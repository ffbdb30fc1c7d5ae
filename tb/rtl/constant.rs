// SPDX-License-Identifier: Apache-2.0
//! Constant time: what one address space sees of its own requests does not depend on what another one does.
//!
//! The same requests of one address space, the watched one, are made in the same clocks of several runs, which differ in
//! what the other address space does meanwhile. [`Trace`] is all that the owner of the watched one can measure.

use persimmon::dut::{Dut, TimedResponse, Traffic, Variant};
use persimmon::regif::{Access, Capability, Code, Command, Entry, Fault, RegIf, Request, Tag};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::bench::{Failure, Outcome};
use crate::stimulus::*;

/// Group of the watched address space, and of the other.
const WATCHED: u8 = 0;
const OTHER: u8 = 1;
/// Requests of the watched address space in a run.
const REQUESTS: usize = 6000;
/// Pages that their IOVAs come from; half of them are mapped.
const PAGES: u64 = 16;

/// What the other address space does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Neighbour {
    /// Nothing.
    Idle,
    /// A request in every clock that the watched one leaves.
    Busy,
    /// As busy, with most requests faulting, and its table is changed all the time.
    Thrashing,
    /// As busy, and it never finishes what it has begun.
    Hoarding,
}

/// What a request costs its owner, and what it brings.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Seen {
    /// Clock of its acceptance, from that of the first.
    accepted: u64,
    /// Clocks from there to the answer.
    latency: u64,
    result: Result<u64, Fault>,
    map_last: u64,
    tag: Tag,
}

type Trace = Vec<Seen>;

/// The first request of which two traces tell something different.
fn differs(a: &Trace, b: &Trace) -> Option<String> {
    if a.len() != b.len() {
        return Some(format!("{} and {} answers", a.len(), b.len()));
    }
    let place = a.iter().zip(b).position(|(a, b)| a != b)?;
    Some(format!(
        "request {place}: {:x?} and {:x?}",
        a[place], b[place]
    ))
}

/// A request, and the clocks before it that the watched address space leaves to others.
fn stream(rng: &mut StdRng) -> Vec<(u32, Request)> {
    let mut draw = || {
        let page = rng.random_range(0..PAGES) << 12;
        let request = Request {
            group: WATCHED,
            iova: page + rng.random_range(0..0x1000),
            len: [1, 4, 64, 0x1000][rng.random_range(0..4)],
            access: [Access::Read, Access::Write][rng.random_range(0..2)],
        };
        (rng.random_range(0..4), request)
    };
    (0..REQUESTS).map(|_| draw()).collect()
}

/// The other one's request: rarely within what it may have mapped.
fn any_request(rng: &mut StdRng, pages: u64) -> Request {
    Request {
        group: OTHER,
        iova: rng.random_range(0..4 * pages) << 11,
        len: 1,
        access: [Access::Read, Access::Write][rng.random_range(0..2)],
    }
}

/// The clocks of a run: requests of the watched address space at their places, and the other's between them. Also which
/// of them are watched.
fn traffic(
    rng: &mut StdRng,
    stream: &[(u32, Request)],
    neighbour: Neighbour,
    pages: u64,
) -> (Vec<Traffic>, Vec<bool>) {
    let (mut traffic, mut watched) = (Vec::new(), Vec::new());
    for &(gap, request) in stream {
        if neighbour == Neighbour::Idle {
            traffic.push(Traffic {
                gap,
                ..Traffic::steady(request)
            });
        } else {
            for _ in 0..gap {
                let release_after = (neighbour != Neighbour::Hoarding).then_some(0);
                traffic.push(Traffic {
                    release_after,
                    ..Traffic::steady(any_request(rng, pages))
                });
                watched.push(false);
            }
            traffic.push(Traffic::steady(request));
        }
        watched.push(true);
    }
    (traffic, watched)
}

fn must(dut: &mut Dut, commands: &[Command]) -> Outcome {
    for (command, done) in commands.iter().zip(dut.post(commands)?) {
        if done.code != Code::Ok {
            return Err(Failure::new(format!(
                "{command:x?} ended in {:?}",
                done.code
            )));
        }
    }
    Ok(())
}

fn page(asid: u8, number: u64, capability: &Capability) -> Command {
    let start = number << 12;
    Command::Map {
        asid,
        entry: Entry {
            start,
            last: start + 0xfff,
            pa: (number << 13) & (u64::MAX >> (64 - capability.pa_w)),
            perm: 1 + (number % 3) as u8,
        },
    }
}

/// One round of changes to the other address space's table, and of commands that are refused.
fn thrash(rng: &mut StdRng, other: u8, pages: u64, capability: &Capability) -> Vec<Command> {
    let first = rng.random_range(0..pages);
    let mut commands: Vec<Command> = (first..pages.min(first + 8))
        .map(|number| page(other, number, capability))
        .collect();
    commands.push(unmap(other, first << 12, (first << 12) + 0x3fff));
    match rng.random_range(0..4) {
        0 => commands.push(reset_map(other)),
        1 | 2 => {
            commands.push(begin(other));
            for number in (0..pages).filter(|number| number % 3 == first % 3) {
                if let Command::Map { asid, entry } = page(other, number, capability) {
                    commands.push(Command::SetMapEntry { asid, entry });
                }
            }
            commands.push(commit(other));
        }
        _ => commands.push(unmap(other, 0, (1 << capability.iova_w.min(63)) - 1)),
    }
    commands
}

/// What a run leaves.
struct Run {
    trace: Trace,
    /// Commands that were accepted while requests flowed.
    commands: usize,
    /// Answers of the other address space that were faults, and that were not.
    others: [usize; 2],
}

/// One run. `watched` is the address space that is watched, `other` the one beside it.
fn run(variant: Variant, [watched, other]: [u8; 2], neighbour: Neighbour) -> Outcome<Run> {
    let mut dut = Dut::new(variant)?;
    let capability = dut.capability();
    // What is left for the other one after the watched one has its half.
    let pages = u64::from(capability.entries) - PAGES;
    must(
        &mut dut,
        &[group_asid(WATCHED, watched), group_asid(OTHER, other)],
    )?;
    let own: Vec<Command> = (0..PAGES)
        .step_by(2)
        .map(|number| page(watched, number, &capability))
        .collect();
    must(&mut dut, &own)?;
    let theirs: Vec<Command> = (0..pages)
        .map(|number| page(other, number, &capability))
        .collect();
    must(&mut dut, &theirs)?;

    let stream = stream(&mut StdRng::seed_from_u64(1));
    let mut rng = StdRng::seed_from_u64(2);
    let (traffic, kind) = traffic(&mut rng, &stream, neighbour, pages);
    let first = dut.queue_requests(&traffic)?;
    let mut commands = 0;
    let mut responses: Vec<TimedResponse> = Vec::new();
    if neighbour == Neighbour::Thrashing {
        while dut.pending_requests() > 0 {
            let round = thrash(&mut rng, other, pages, &capability);
            let done = dut.post(&round)?;
            commands += done.iter().filter(|done| done.code == Code::Ok).count();
        }
    }
    // What is hoarded is given back when nothing moves any more, so that the run ends.
    while neighbour == Neighbour::Hoarding && dut.pending_requests() > 0 {
        dut.step(5000)?;
        let come = dut.drain_responses()?;
        for timed in &come {
            if !kind[(timed.id - first) as usize] {
                dut.release(timed.response.tag)?;
            }
        }
        responses.extend(come);
    }
    responses.extend(dut.run_requests()?);
    if responses.len() != traffic.len() {
        return Err(Failure::new(format!(
            "{} answers to {} requests",
            responses.len(),
            traffic.len()
        )));
    }
    let mut others = [0; 2];
    let mut trace = Trace::new();
    let mut start = None;
    for timed in responses {
        if !kind[(timed.id - first) as usize] {
            others[usize::from(timed.response.result.is_ok())] += 1;
            continue;
        }
        let start = *start.get_or_insert(timed.accepted - u64::from(stream[0].0));
        trace.push(Seen {
            accepted: timed.accepted - start,
            latency: timed.answered - timed.accepted,
            result: timed.response.result,
            map_last: timed.response.map_last,
            tag: timed.response.tag,
        });
    }
    let latency = u64::from(dut.latency());
    if trace.iter().any(|seen| seen.latency != latency) {
        return Err(Failure::new(format!(
            "an answer that did not take LATENCY = {latency} clocks"
        )));
    }
    Ok(Run {
        trace,
        commands,
        others,
    })
}

/// The watched one below the other in the table, and above it: then its entries move whenever the other's change.
const PLACES: [[u8; 2]; 2] = [[0, 1], [1, 0]];

/// Acceptance, latency and answer of every request are the same whatever the other address space does.
#[test]
fn a_neighbour_changes_no_clock() -> Outcome {
    for variant in [Variant::E64, Variant::E2048, Variant::E50Pages] {
        for places in PLACES {
            let what = format!("{variant:?}, AS {} watched", places[0]);
            let idle = run(variant, places, Neighbour::Idle)?;
            let hits = idle.trace.iter().filter(|seen| seen.result.is_ok()).count();
            assert!(
                hits > REQUESTS / 10 && hits < REQUESTS,
                "{what}: {hits} hits"
            );

            let busy = run(variant, places, Neighbour::Busy)?;
            assert!(busy.others.iter().all(|&count| count > 500), "{what}");
            if let Some(why) = differs(&idle.trace, &busy.trace) {
                return Err(Failure::new(format!("{what}, busy: {why}")));
            }

            let thrashing = run(variant, places, Neighbour::Thrashing)?;
            println!(
                "{what}: {REQUESTS} requests, {hits} hits; beside {:?} faults and hits of the other, and {} commands",
                thrashing.others, thrashing.commands
            );
            assert!(
                thrashing.commands > 20,
                "{what}: {} commands",
                thrashing.commands
            );
            assert!(thrashing.others.iter().all(|&count| count > 100), "{what}");
            if let Some(why) = differs(&idle.trace, &thrashing.trace) {
                return Err(Failure::new(format!("{what}, thrashing: {why}")));
            }
        }
    }
    Ok(())
}

/// That a difference is seen. The accesses in flight are counted for all address spaces together, and at the end of that
/// counter the port waits: one that never finishes its accesses does delay others, before acceptance. That is the limit
/// of what is constant, and it must show in the trace; so must one clock, and one bit of an answer.
#[test]
fn a_difference_is_seen() -> Outcome {
    let idle = run(Variant::E64, PLACES[0], Neighbour::Idle)?.trace;
    assert_eq!(differs(&idle, &idle), None);
    let hoarding = run(Variant::E64, PLACES[0], Neighbour::Hoarding)?.trace;
    let why = differs(&idle, &hoarding);
    assert!(why.is_some(), "a neighbour that stops the port is not seen");
    println!("{}", why.unwrap_or_default());
    // From acceptance on, it is constant there, too.
    let costs = |trace: &Trace| -> Vec<_> { trace.iter().map(|s| (s.latency, s.result)).collect() };
    assert_eq!(costs(&idle), costs(&hoarding));

    let place = REQUESTS / 2;
    let changes: [fn(&mut Seen); 4] = [
        |seen| seen.accepted += 1,
        |seen| seen.latency += 1,
        |seen| seen.map_last ^= 1,
        |seen| seen.result = Err(Fault::Parity),
    ];
    for change in changes {
        let mut changed = idle.clone();
        change(&mut changed[place]);
        let why = differs(&idle, &changed);
        assert!(why.is_some_and(|why| why.starts_with(&format!("request {place}:"))));
    }
    Ok(())
}
