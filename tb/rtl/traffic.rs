// SPDX-License-Identifier: Apache-2.0
//! Traffic in every clock while commands run: constant latency, no stall, every answer from one state.
//!
//! Each response carries the COMMIT_SEQ that it was given from, so the golden model is asked for exactly that state:
//! there is no "old or new".

use std::collections::BTreeSet;

use persimmon::cosim::draw::{self, Step};
use persimmon::dut::{Dut, Inject, Site, TimedResponse, Traffic, Variant};
use persimmon::golden::Device;
use persimmon::regif::{Command, Request};

use crate::bench::{Bench, Failure, Outcome, closed, rtl};
use crate::header::mask;
use crate::stimulus::*;
use crate::timing::{Filling, filled};

/// A bench with traffic on it, and every state that its device has been in.
struct Run {
    bench: Bench<Dut>,
    /// By COMMIT_SEQ, from the first one's on.
    states: Vec<Device>,
    /// States in which a key of the search is damaged, by their places in `states`: accesses may fault for it.
    search: BTreeSet<usize>,
    requests: Vec<Request>,
    responses: Vec<TimedResponse>,
}

impl Run {
    fn new(bench: Bench<Dut>) -> Self {
        Self {
            states: vec![bench.snapshot()],
            search: BTreeSet::new(),
            bench,
            requests: Vec::new(),
            responses: Vec::new(),
        }
    }

    /// Keeps the port busy for at least `clocks`.
    fn traffic(&mut self, clocks: usize) -> Outcome {
        while self.bench.device().pending_requests() < clocks {
            let seed = self.requests.len() as u64;
            self.queue(draw::requests(self.bench.capability(), seed, 1000))?;
        }
        Ok(())
    }

    /// Queues requests, one for each clock.
    fn queue(&mut self, requests: Vec<Request>) -> Outcome {
        let traffic: Vec<Traffic> = requests.iter().copied().map(Traffic::steady).collect();
        let first = self.bench.device().queue_requests(&traffic)?;
        assert_eq!(
            first,
            self.requests.len() as u64,
            "no other requests on this bench"
        );
        self.requests.extend(requests);
        Ok(())
    }

    /// One command under traffic. `clocks` is more than it takes.
    ///
    /// The one before has drained by then: removals that follow each other sooner than requests are answered share a
    /// drain, and the epoch turns for the second when that is over. A model without clocks cannot say when.
    fn command(&mut self, command: Command, clocks: usize) -> Outcome {
        self.traffic(clocks)?;
        let latency = u64::from(self.bench.device().latency());
        self.bench.device().step(latency + 4)?;
        self.bench.complete(command)?;
        self.reached();
        Ok(())
    }

    /// As [`command`](Self::command), with a word damaged by the command's pass.
    fn damage(&mut self, inject: Inject, command: Command, clocks: usize) -> Outcome<bool> {
        self.traffic(clocks)?;
        let latency = u64::from(self.bench.device().latency());
        self.bench.device().step(latency + 4)?;
        let happened = self.bench.damage(inject, command)?;
        let before = self.states.len() - 1;
        self.reached();
        // The keys of the search stay as they are unless a pass writes them.
        let pass = matches!(command, Command::Map { .. } | Command::Unmap { .. });
        let accepted = self.states.len() - 1 > before;
        let searched = happened && accepted && matches!(inject.site, Site::Search(_));
        if searched || !pass && self.search.contains(&before) {
            self.search.insert(self.states.len() - 1);
        }
        Ok(happened)
    }

    /// Notes the state that the device is in now.
    fn reached(&mut self) {
        let state = self.bench.snapshot();
        if seq(&state) != seq(&self.states[self.states.len() - 1]) {
            self.states.push(state);
        }
    }

    /// Ends the traffic and checks every response.
    fn finish(mut self) -> Outcome<usize> {
        self.responses = self.bench.device().run_requests()?;
        self.bench.compare()?;
        assert_eq!(
            self.responses.len(),
            self.requests.len(),
            "lost or invented"
        );
        let latency = u64::from(self.bench.device().latency());
        let first_seq = seq(&self.states[0]);
        let mut seen = vec![false; self.states.len()];
        let mut before: Option<TimedResponse> = None;
        for (number, (&request, &timed)) in self.requests.iter().zip(&self.responses).enumerate() {
            assert_eq!(timed.id, number as u64, "out of order");
            assert_eq!(timed.answered - timed.accepted, latency);
            if let Some(before) = before {
                assert_eq!(
                    timed.accepted,
                    before.accepted + 1,
                    "request {number} was stalled"
                );
                assert!(timed.response.commit_seq >= before.response.commit_seq);
            }
            before = Some(timed);
            let state = timed.response.commit_seq.wrapping_sub(first_seq) as usize;
            let expected = self.states[state].peek(request);
            if self.search.contains(&state) {
                closed(request, expected, timed.response)?;
            } else if timed.response != expected {
                return Err(Failure::new(format!(
                    "{request:x?}, accepted in clock {}: expected {expected:x?}, got {:x?}",
                    timed.accepted, timed.response
                )));
            }
            seen[state] = true;
        }
        assert!(seen.iter().all(|&seen| seen), "a state that no request saw");
        Ok(seen.len())
    }
}

/// COMMIT_SEQ of a state.
fn seq(state: &Device) -> u32 {
    state.peek(read(0, 0, 1)).commit_seq
}

/// Every kind of command, drawn; the requests go to the same few addresses. Returns the number of states that answers
/// were from.
pub fn drawn(bench: Bench<Dut>, seed: u64, length: usize) -> Outcome<usize> {
    let mut run = Run::new(bench);
    for step in draw::sequence(run.bench.capability(), seed, length) {
        match step {
            // Held requests are another matter: they stall on purpose. And a FENCE turns an epoch that no COMMIT_SEQ
            // dates.
            Step::Command(Command::Quiesce { .. } | Command::Fence { .. }) => {}
            Step::Command(command) => run.command(command, 400)?,
            Step::Limit(asid, entries) => run.bench.limit(asid, entries)?,
            _ => {}
        }
    }
    run.finish()
}

#[test]
fn commands_do_not_disturb_traffic() -> Outcome {
    for seed in 400..404 {
        let states = drawn(rtl(Variant::E64)?, seed, 700)?;
        assert!(states > 100, "{states} states");
    }
    Ok(())
}

/// Also on the netlist: that a memory answers a clock early shows only if a request follows in the next clock.
#[test]
fn commands_do_not_disturb_traffic_of_pages() -> Outcome {
    let states = drawn(rtl(Variant::E50Pages)?, 410, 250)?;
    assert!(states > 30, "{states} states");
    Ok(())
}

/// Every pass damages a word, and comes across that of the one before: each answer is that of its state, damage
/// included.
#[test]
fn damage_under_traffic() -> Outcome {
    let mut damaged = 0;
    for seed in 0..4 {
        let mut run = Run::new(rtl(Variant::E64)?);
        let steps = draw::sequence(run.bench.capability(), 500 + seed, 700);
        let commands = steps.into_iter().filter_map(|step| match step {
            Step::Command(
                command @ (Command::Map { .. }
                | Command::Unmap { .. }
                | Command::ResetMap { .. }
                | Command::DeviceReset { .. }
                | Command::GroupAsid { .. }),
            ) => Some(command),
            _ => None,
        });
        for (number, command) in commands.enumerate() {
            // Entry 0 is a key of the top, the others lie at the leaf.
            let index = [0, 3, 1, 5, 2, 4, 0][number % 7];
            let sites = [Site::Key, Site::Payload, Site::Search(u8::from(index == 0))];
            let inject = Inject {
                site: sites[number % 3],
                index,
                place: (number * 11 % 251) as u8,
            };
            damaged += usize::from(run.damage(inject, command, 800)?);
            if number % 20 == 19 {
                for asid in 0..4 {
                    run.command(recover(asid), 400)?;
                }
            }
        }
        run.finish()?;
    }
    assert!(damaged > 100, "{damaged} words");
    Ok(())
}

/// Long passes: 2048 entries stream from bank to bank while every clock has its answer.
#[test]
fn long_passes_do_not_disturb_traffic() -> Outcome {
    let mut bench = rtl(Variant::E2048)?;
    let capability = bench.capability();
    for group in 0..capability.groups {
        bench.quietly(group_asid(group, group % capability.asids))?;
    }
    for asid in 0..capability.asids {
        bench.quietly(begin(asid))?;
        for number in 0..u64::from(capability.entries / u16::from(capability.asids)) - 1 {
            // From 0 on, so that the drawn requests meet some.
            bench.quietly(stage(asid, number * 0x300, number * 0x300 + 0x1ff))?;
        }
        bench.quietly(commit(asid))?;
    }
    let mut run = Run::new(bench);
    let highest = capability.asids - 1;
    for command in [
        unmap(0, 0, 0x2ff),
        map(0, 0, 0x2ff),
        map(highest, u64::MAX - 0xfff, u64::MAX),
        unmap(7, 0x800, 0xfff),
        begin(5),
        stage(5, 0x400, 0xfff),
        commit(5),
        reset_map(3),
        map(3, 0x200, 0x200),
        begin(6),
        reset_map(2),
        device_reset(0, false),
        commit(6),
        device_reset(0, true),
        map(1, 0x1000, 0x1fff),
    ] {
        run.command(command, 6000)?;
    }
    run.finish()?;
    Ok(())
}

/// A pass that starts as soon as the one before it is over writes the bank that requests were reading until then. Those
/// under way still get their answer from it.
#[test]
fn passes_follow_each_other_at_once() -> Outcome {
    // Without its first entry, all that is left of the table moves down.
    back_to_back(unmap(1, 0, 0xfff), map(0, 0, 0xfff))
}

/// As above, from an empty bank: nothing delays the write of the one new entry, to the place of the first old one.
#[test]
fn a_pass_from_an_empty_bank_waits_for_the_requests() -> Outcome {
    back_to_back(unmap(1, 0, u64::MAX), map(1, 0, u64::MAX))
}

/// Two commands that take the same operands, under traffic. The second doorbell comes in every clock around the end of
/// the first command.
fn back_to_back(first: Command, second: Command) -> Outcome {
    for variant in [Variant::E64, Variant::E2048] {
        let (mut taken, mut lost) = (0, 0);
        for wait in 0..80 {
            let mut run = Run::new(filled(variant, 8, Filling::Full)?);
            run.queue(
                (0..400)
                    .map(|number| read(0, (number % 3) << 12, 1))
                    .collect(),
            )?;
            let second_doorbell = run.bench.prepare(second)?;
            let first_doorbell = run.bench.prepare(first)?;
            run.bench.write("CMD", first_doorbell)?;
            run.bench.device().step(wait)?;
            run.bench.write("CMD", second_doorbell)?;
            run.bench.wait_idle()?;
            let status = run.bench.register("IRQ_STATUS")?;
            let mut told = vec![first];
            if status & mask("IRQ_STATUS__DOORBELL_BUSY") == 0 {
                told.push(second);
                taken += 1;
            } else {
                lost += 1;
            }
            for command in told {
                run.bench.told_quietly(command)?;
                run.reached();
            }
            run.finish()?;
        }
        assert!(
            taken > 0 && lost > 0,
            "{variant:?}: {taken} taken, {lost} lost"
        );
    }
    Ok(())
}
