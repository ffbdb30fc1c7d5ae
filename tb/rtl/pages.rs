// SPDX-License-Identifier: Apache-2.0
//! The build of pages: ranges are multiples of 4 KiB, addresses are narrower than 64 bits and sizes are no powers of
//! two, so that numbers out of range fit into the fields that carry them.
//!
//! The draws are those of [`crate::random`], for another capability, with a table that fills and accesses to both ends
//! of what each command names. `PERSIMMON_SEED` works as it does there.

use std::collections::BTreeSet;

use persimmon::cosim::draw::{Step, sequence};
use persimmon::dut::Variant;
use persimmon::regif::{Access, Capability, Code, Command, Entry, Fault, RegIf, Request};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};

use crate::bench::{Bench, Failure, Outcome, rtl, rtl_with_garbage};
use crate::random::{check, seeds};
use crate::stimulus::*;

const PAGE: u64 = 0x1000;
/// The last byte that a device can address.
const TOP: u64 = (1 << 48) - 1;
/// The last byte of memory.
const PA_TOP: u64 = (1 << 40) - 1;

/// The first and the last byte that a command names.
fn range(command: Command) -> Option<(u64, u64)> {
    match command {
        Command::Map { entry, .. } | Command::SetMapEntry { entry, .. } => {
            Some((entry.start, entry.last))
        }
        Command::Unmap { iova, last, .. } => Some((iova, last)),
        _ => None,
    }
}

/// Accesses by `group` at and across both ends of a range, and of memory. The port has no wires for addresses beyond
/// [`TOP`].
fn edges(group: u8, start: u64, last: u64) -> Vec<Step> {
    let ends = [(start, 1), (start, 4096), (last, 1), (last, 2)];
    let around = [(start.wrapping_sub(1), 2), (last.wrapping_add(1), 1)];
    let memory = [(PA_TOP, 1), (PA_TOP, 2), (PA_TOP + 1, 1), (TOP, 2)];
    let accesses = ends.into_iter().chain(around).chain(memory);
    let accesses = accesses.filter(|&(iova, _)| iova <= TOP);
    // Both kinds, without twice as many.
    let access = |iova: u64| match iova >> 12 & 1 {
        0 => Access::Read,
        _ => Access::Write,
    };
    let request = |(iova, len)| Request {
        group,
        iova,
        len,
        access: access(iova),
    };
    accesses
        .map(|access| Step::Access(request(access)))
        .collect()
}

/// Single pages, neighbours of each other, in any order, more than the table holds.
fn filling(capability: Capability, rng: &mut StdRng) -> Vec<Step> {
    let mut places: Vec<(u8, u64)> = (0..capability.asids)
        .flat_map(|asid| (0..12).flat_map(move |page| [(asid, page), (asid, TOP / PAGE - page)]))
        .collect();
    places.shuffle(rng);
    places.truncate(usize::from(capability.entries) + 4);
    let step = |(asid, page)| {
        let start = page * PAGE;
        let pa = (rng.random_range(0..=PA_TOP)) / PAGE * PAGE;
        let entry = Entry {
            start,
            last: start + (PAGE - 1),
            pa,
            perm: 3,
        };
        Step::Command(Command::Map { asid, entry })
    };
    places.into_iter().map(step).collect()
}

/// A drawn sequence that fills the table twice, with accesses to the edges of what it changes.
fn on_pages(capability: Capability, seed: u64) -> Vec<Step> {
    let mut rng = StdRng::seed_from_u64(seed);
    let drawn = sequence(capability, seed, 500);
    let mut steps = filling(capability, &mut rng);
    // The second filling meets what the first half of the sequence has left, dead entries too.
    steps.extend(&drawn[..250]);
    steps.extend((0..capability.asids).map(|asid| Step::Limit(asid, u16::MAX)));
    steps.extend((0..capability.devices).map(|device| Step::Command(Command::Resume { device })));
    steps.extend(filling(capability, &mut rng));
    steps.extend(&drawn[250..]);

    let mut all = Vec::new();
    for step in steps {
        all.push(step);
        if let Step::Command(command) = step
            && let Some((start, last)) = range(command)
        {
            for group in 0..capability.groups {
                all.extend(edges(group, start, last));
            }
        }
    }
    all
}

#[test]
fn drawn_commands_and_accesses() -> Outcome {
    let seeds = seeds(500, 6);
    let many = seeds.clone().count() >= 3;
    let mut seen = BTreeSet::new();
    for seed in seeds {
        let power_on = || rtl_with_garbage(Variant::E50Pages, seed);
        seen.extend(check(power_on, on_pages, seed)?.seen().iter().cloned());
    }
    let inval = ["InvalRange", "InvalAlign", "InvalPa", "InvalAsid"];
    let others = ["Ok", "Exist", "NospcTable", "NospcLimit", "Busy"];
    for code in inval.into_iter().chain(others) {
        let map = ("MAP", code.to_owned());
        assert!(!many || seen.contains(&map), "MAP never ended in {code}");
    }
    Ok(())
}

/// One access by group 0 and how it must end.
fn ends<D: RegIf>(bench: &mut Bench<D>, iova: u64, len: u16, end: Result<u64, Fault>) -> Outcome {
    match bench.access(read(0, iova, len))?.result {
        got if got == end => Ok(()),
        got => Err(Failure::new(format!("{iova:#x}+{len:#x}: {got:x?}"))),
    }
}

/// What the narrow addresses decide, told apart from what a 64-bit build would say.
#[test]
fn addresses_end_where_the_build_says() -> Outcome {
    let mut bench = rtl(Variant::E50Pages)?;
    let map = |start, last, pa| Command::Map {
        asid: 2,
        entry: Entry {
            start,
            last,
            pa,
            perm: 3,
        },
    };
    bench.ok(group_asid(0, 2))?;

    // As much as memory has, up to the last byte that there is.
    let start = TOP - PA_TOP;
    bench.expect(map(start, TOP, PAGE), Code::InvalPa)?;
    bench.expect(map(start, TOP + PAGE, 0), Code::InvalRange)?;
    bench.expect(map(start | 1 << 48, TOP | 1 << 48, 0), Code::InvalRange)?;
    bench.expect(map(start, TOP, 1 << 40), Code::InvalPa)?;
    bench.expect(map(start, TOP - 1, 0), Code::InvalAlign)?;
    bench.ok(map(start, TOP, 0))?;
    ends(&mut bench, TOP, 1, Ok(PA_TOP))?;
    ends(&mut bench, TOP, 2, Err(Fault::Overflow))?;
    ends(&mut bench, start - 1, 1, Err(Fault::NoMapping))?;

    // Two neighbours are two entries, and 0 is not behind the top.
    bench.ok(map(0, PAGE - 1, PA_TOP - (PAGE - 1)))?;
    bench.ok(map(PAGE, 2 * PAGE - 1, 0))?;
    ends(&mut bench, PAGE - 1, 1, Ok(PA_TOP))?;
    ends(&mut bench, PAGE - 1, 2, Err(Fault::Crossing))?;
    bench.expect(unmap(2, 1 << 48, (1 << 48) + PAGE - 1), Code::InvalRange)?;
    bench.expect(unmap(2, 1, PAGE - 1), Code::InvalAlign)?;

    // Identity ends where memory ends.
    bench.reset_modes(u16::MAX, 0)?;
    bench.ok(reset_map(2))?;
    ends(&mut bench, PA_TOP, 1, Ok(PA_TOP))?;
    ends(&mut bench, PA_TOP, 2, Err(Fault::PaWidth))?;
    ends(&mut bench, PA_TOP + 1, 1, Err(Fault::PaWidth))?;
    ends(&mut bench, TOP, 2, Err(Fault::Overflow))?;

    // The next numbers fit into the bits that a number takes.
    bench.expect(reset_map(3), Code::InvalAsid)?;
    bench.expect(group_asid(5, 0), Code::InvalGroup)?;
    bench.expect(device_reset(3, true), Code::InvalDevice)?;
    let beyond = bench.access(read(5, 0, 1))?;
    assert_eq!(beyond.result, Err(Fault::Group));
    Ok(())
}
