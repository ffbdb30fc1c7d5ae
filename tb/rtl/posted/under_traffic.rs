// SPDX-License-Identifier: Apache-2.0
//! Posted commands and resets by pin under traffic in every clock: each answer is that of the state whose COMMIT_SEQ it
//! carries, also where a pass has moved that on by several.

use persimmon::cosim::draw;
use persimmon::dut::{Dut, TimedResponse, Traffic, Variant};
use persimmon::golden::Device;
use persimmon::regif::{Code, Command, DevicePolicy, Persist, RegIf, Request, Response};

use super::drawn::batches;
use crate::bench::{Bench, Failure, Outcome, rtl};
use crate::stimulus::*;

/// Every state between commands, the first one first. Its place is COMMIT_SEQ less that of the first.
fn states(mut golden: Device, commands: &[Command]) -> (Vec<Device>, Vec<Code>) {
    let mut states = vec![golden.clone()];
    let mut codes = Vec::new();
    for &command in commands {
        codes.push(golden.execute(command).code);
        if seq(&golden) != seq(&states[states.len() - 1]) {
            states.push(golden.clone());
        }
    }
    (states, codes)
}

fn seq(state: &Device) -> u32 {
    state.peek(read(0, 0, 1)).commit_seq
}

/// An answer without its epoch: removals that follow each other sooner than requests are answered share a drain, and
/// the epoch turns for the second when that is over. A model without clocks cannot say when.
fn timeless(response: Response) -> Response {
    let mut response = response;
    response.tag.epoch = false;
    response
}

/// Each answer against the state that it names. Returns how many states were seen, or the first that differs.
fn check(
    states: &[Device],
    requests: &[Request],
    responses: &[TimedResponse],
) -> Result<usize, String> {
    let first = seq(&states[0]);
    let mut seen = vec![false; states.len()];
    for (&request, timed) in requests.iter().zip(responses) {
        let place = timed.response.commit_seq.wrapping_sub(first) as usize;
        let Some(state) = states.get(place) else {
            return Err(format!("a state that never was: {timed:x?}"));
        };
        let expected = timeless(state.peek(request));
        if timeless(timed.response) != expected {
            return Err(format!(
                "{request:x?}: expected {expected:x?}, got {timed:x?}"
            ));
        }
        seen[place] = true;
    }
    Ok(seen.iter().filter(|&&seen| seen).count())
}

/// Ends the traffic: none lost, none stalled, all in time and in order.
fn answers(bench: &mut Bench<Dut>, count: usize) -> Outcome<Vec<TimedResponse>> {
    let responses = bench.device().run_requests()?;
    assert_eq!(responses.len(), count, "lost or invented");
    let latency = u64::from(bench.device().latency());
    for (number, timed) in responses.iter().enumerate() {
        assert_eq!(timed.answered - timed.accepted, latency);
        if let Some(before) = number.checked_sub(1).map(|before| &responses[before]) {
            assert_eq!(
                timed.accepted,
                before.accepted + 1,
                "request {number} was stalled"
            );
            assert!(timed.response.commit_seq >= before.response.commit_seq);
        }
    }
    Ok(responses)
}

#[test]
fn each_answer_is_of_one_state() -> Outcome {
    let mut jumps = 0;
    for seed in 2300..2304 {
        let mut bench = rtl(Variant::E64)?;
        let capability = bench.capability();
        let all: Vec<Command> = batches(capability, seed, 1500).concat();
        let (states, codes) = states(bench.snapshot(), &all);
        let count = 40_000;
        let requests = draw::requests(capability, seed, count);
        let traffic: Vec<Traffic> = requests.iter().copied().map(Traffic::steady).collect();
        bench.device().queue_requests(&traffic)?;
        bench.device().step(20)?;
        let done = bench.device().post(&all)?;
        assert!(
            bench.device().pending_requests() > 0,
            "seed {seed}: more requests are needed"
        );
        assert_eq!(done.iter().map(|done| done.code).collect::<Vec<_>>(), codes);
        let responses = answers(&mut bench, count)?;
        let seen = check(&states, &requests, &responses)
            .map_err(|why| Failure::new(format!("seed {seed}: {why}")))?;
        assert!(
            seen > 100 && seen < states.len(),
            "{seen} of {} states",
            states.len()
        );
        jumps += states.len() - seen;
        for &command in &all {
            bench.told_any(command);
        }
        // The epochs may differ by now; everything else is the same.
        bench.compare_tables()?;
    }
    println!("{jumps} states were passed over: commands that shared a pass");
    assert!(jumps > 50, "{jumps}");
    Ok(())
}

/// A pin is served between two passes. Where that was, the answers say; there must be one place that explains all.
#[test]
fn a_reset_by_pin_comes_between_passes() -> Outcome {
    let mut places = std::collections::BTreeSet::new();
    for wait in 0..40 {
        let mut bench = rtl(Variant::E2048)?;
        let policy = DevicePolicy {
            persist: Persist::AlwaysClean,
            asids: 0b0110,
            ..Default::default()
        };
        bench.policy(0, policy)?;
        for group in 0..4 {
            bench.quietly(group_asid(group, group % 3 + 1))?;
        }
        // So that a pass takes about as long as writing a few commands to registers.
        let others = (0..200).map(|page| map(5, page << 12, (page << 12) + 0xfff));
        bench.post(&others.collect::<Vec<_>>())?;
        let all: Vec<Command> = (0..48)
            .map(|page: u64| match page / 12 {
                2 => unmap(1, (page - 24) << 12, (page - 24) << 12),
                _ => map(1, page << 12, (page << 12) + 0xfff),
            })
            .collect();
        let count = 6000;
        let requests: Vec<Request> = (0..count as u64)
            .map(|number| read((number % 4) as u8, (number * 7 % 48) << 12, 1))
            .collect();
        let traffic: Vec<Traffic> = requests.iter().copied().map(Traffic::steady).collect();
        bench.device().queue_requests(&traffic)?;
        bench.device().step(20)?;
        let before = bench.snapshot();
        // All in the queue or in a pass, the pin in between.
        let mut at = 0;
        while at < all.len() {
            let doorbell = bench.prepare(all[at])?;
            bench.write("POST", doorbell)?;
            at += 1;
            if at == 6 + wait {
                bench.device().step(wait as u64 * 11 % 40)?;
                bench.device().pulse_device_reset(0, false)?;
            }
            while bench.register("POST_STATUS")? >> 8 & 0xff == 0 {}
        }
        bench.wait_idle()?;
        bench.device().step(4)?;
        let responses = answers(&mut bench, count)?;
        let last = responses[responses.len() - 1].response.commit_seq;
        let place = (0..=all.len()).find(|&place| {
            let mut told = all.clone();
            told.insert(place, device_reset(0, false));
            let (states, _) = states(before.clone(), &told);
            seq(&states[states.len() - 1]) == last && check(&states, &requests, &responses).is_ok()
        });
        let Some(place) = place else {
            return Err(Failure::new(format!(
                "no order explains what was seen, wait {wait}"
            )));
        };
        places.insert(place);
        all[..place]
            .iter()
            .for_each(|&command| bench.told_any(command));
        bench.told_any(device_reset(0, false));
        all[place..]
            .iter()
            .for_each(|&command| bench.told_any(command));
        bench.compare_tables()?;
    }
    println!("the reset came behind command {places:?}");
    assert!(places.len() > 3, "{places:?}");
    Ok(())
}
