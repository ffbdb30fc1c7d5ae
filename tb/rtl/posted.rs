// SPDX-License-Identifier: Apache-2.0
//! Posted commands: what shares a pass ends as if it had not, and what cannot share one takes the next.

mod drawn;
mod registers;
mod under_traffic;

use persimmon::dut::{Dut, Variant};
use persimmon::regif::{Code, Command};

use crate::bench::{Bench, Outcome, golden, rtl};
use crate::stimulus::*;

use Code::{Exist, InvalRange, NospcLimit, NospcTable, Ok as Done};

/// Posts `commands` on the RTL and on the golden model, and expects `codes`.
fn expect(bench: &mut Bench<Dut>, commands: &[Command], codes: &[Code]) -> Outcome {
    assert_eq!(bench.post(commands)?, codes);
    Ok(())
}

/// A MAP of pages of AS 1.
fn pages(first: u64, count: u64) -> Command {
    map(1, first << 12, ((first + count) << 12) - 1)
}

#[test]
fn maps_that_ascend_share_a_pass() -> Outcome {
    let mut bench = rtl(Variant::E64)?;
    bench.ok(group_asid(0, 1))?;
    let all: Vec<Command> = (0..40).map(|page| pages(2 * page, 1)).collect();
    expect(&mut bench, &all, &[Done; 40])?;
    for page in 0..40 {
        bench.edges(0, entry(page << 13, (page << 13) + 0xfff))?;
    }
    // Between those that are there, and beyond.
    let more: Vec<Command> = (0..24).map(|page| pages(4 * page + 1, 1)).collect();
    expect(&mut bench, &more, &[Done; 24])?;
    // The other way round, each has a pass of its own.
    bench.ok(unmap(1, 0, u64::MAX))?;
    let down: Vec<Command> = (0..20).rev().map(|page| pages(page, 1)).collect();
    expect(&mut bench, &down, &[Done; 20])
}

/// Each way to overlap what is there and what came earlier in the same pass, beside operands that are accepted.
#[test]
fn each_map_of_a_pass_is_judged_by_itself() -> Outcome {
    let mut bench = rtl(Variant::E64)?;
    bench.ok(group_asid(0, 1))?;
    bench.all_ok(&[
        pages(10, 10),
        pages(30, 10),
        map(0, 0, 0xff_ffff),
        map(2, 0, 0xff_ffff),
    ])?;
    let refused = [
        pages(5, 6),   // its end meets an entry
        pages(11, 2),  // within one
        pages(14, 1),  // within the same one
        pages(15, 10), // sticks out of it
    ];
    expect(&mut bench, &refused, &[Exist; 4])?;
    expect(
        &mut bench,
        &[
            pages(9, 1),
            pages(10, 1),
            pages(19, 1),
            pages(20, 1),
            pages(29, 1),
            pages(30, 1),
            pages(31, 1),
            pages(40, 1),
        ],
        &[Done, Exist, Exist, Done, Done, Exist, Exist, Done],
    )?;
    // One that covers an entry whole, one that covers two, after them one that fits.
    expect(
        &mut bench,
        &[pages(8, 15), pages(23, 20), pages(50, 1)],
        &[Exist, Exist, Done],
    )?;
    // The last entry reaches several operands behind it.
    bench.ok(unmap(1, 0, u64::MAX))?;
    bench.ok(map(1, 0x1000, u64::MAX))?;
    expect(
        &mut bench,
        &[
            pages(0, 1),
            pages(1, 1),
            pages(5, 1),
            pages(6, 1),
            pages(9, 1),
        ],
        &[Done, Exist, Exist, Exist, Exist],
    )
}

#[test]
fn maps_that_do_not_fit_one_pass_take_the_next() -> Outcome {
    let mut bench = rtl(Variant::E64)?;
    expect(
        &mut bench,
        // The same twice, an overlap, one that ends before it starts, another address space, back again.
        &[
            pages(0, 2),
            pages(0, 2),
            pages(1, 2),
            map(1, 0x8000, 0x7000),
            pages(4, 1),
            map(2, 0, 0xfff),
            pages(6, 1),
            map(9, 0, 0xfff),
            pages(7, 1),
            unmap(1, 0x4000, 0x4fff),
            pages(4, 1),
        ],
        &[
            Done,
            Exist,
            Exist,
            InvalRange,
            Done,
            Done,
            Done,
            Code::InvalAsid,
            Done,
            Done,
            Done,
        ],
    )
}

#[test]
fn limit_and_room_count_what_the_pass_has_accepted() -> Outcome {
    let mut bench = rtl(Variant::E64)?;
    bench.all_ok(&[pages(1, 1), pages(3, 1)])?;
    bench.limit(1, 4)?;
    let tries: Vec<Command> = (0..8).map(|page| pages(page, 1)).collect();
    expect(
        &mut bench,
        &tries,
        &[
            Done, Exist, Done, Exist, NospcLimit, NospcLimit, NospcLimit, NospcLimit,
        ],
    )?;
    bench.limit(1, 0)?;
    expect(&mut bench, &tries[4..], &[NospcLimit; 4])?;
    bench.limit(1, 0xffff)?;
    let fill: Vec<Command> = (0..58)
        .map(|page| map(2, page << 12, (page << 12) + 0xfff))
        .collect();
    expect(&mut bench, &fill, &[Done; 58])?;
    expect(
        &mut bench,
        &tries,
        &[
            Exist, Exist, Exist, Exist, Done, Done, NospcTable, NospcTable,
        ],
    )?;
    // What a reset left behind is room for the next pass.
    bench.ok(reset_map(2))?;
    expect(&mut bench, &tries[6..], &[Done, Done])
}

#[test]
fn unmaps_share_a_pass() -> Outcome {
    let mut bench = rtl(Variant::E64)?;
    bench.ok(group_asid(0, 1))?;
    let all: Vec<Command> = (0..30).map(|page| pages(2 * page, 1)).collect();
    bench.post(&all)?;
    let gone: Vec<Command> = (0..10)
        .map(|number| unmap(1, number * 0x6000, number * 0x6000 + 0x1fff))
        .collect();
    expect(&mut bench, &gone, &[Done; 10])?;
    // last = iova - 1 removes what iova is in the middle of, and nothing else; the ranges here overlap and nest.
    expect(
        &mut bench,
        &[
            unmap(1, 0x2000, 0x1fff),
            unmap(1, 0x2800, 0x27ff),
            unmap(1, 0x4000, 0x3fff),
            unmap(1, 0x4001, 0x1_0000),
            unmap(1, 0x5000, 0x5001),
            unmap(1, 0x9000, 0x2000),
            unmap(1, 0xa000, 0x1_4000),
        ],
        &[Done; 7],
    )?;
    // The first turns the address space MAPPED and empty, as any does.
    bench.ok(reset_map(1))?;
    expect(&mut bench, &[unmap(1, 0, 0), unmap(1, 5, 9)], &[Done; 2])?;
    expect(
        &mut bench,
        &[unmap(3, 0, u64::MAX), unmap(3, 1, 0)],
        &[Done; 2],
    )
}

/// Each UNMAP is a removal of its own: the epoch does not tell which of them shared a pass.
#[test]
fn epochs_do_not_tell_passes() -> Outcome {
    for count in 1..6_u64 {
        for in_flight in [false, true] {
            let mut bench = rtl(Variant::E64)?;
            bench.ok(group_asid(0, 1))?;
            let all: Vec<Command> = (0..8).map(|page| pages(page, 1)).collect();
            bench.post(&all)?;
            let mut tags = Vec::new();
            if in_flight {
                tags.push(bench.translate(read(0, 0, 1))?.tag);
            }
            let gone: Vec<Command> = (0..count)
                .map(|page| unmap(1, page << 12, page << 12))
                .collect();
            bench.post(&gone)?;
            tags.push(bench.translate(read(0, 0x7000, 1))?.tag);
            bench.post(&gone)?;
            for tag in tags {
                bench.release(tag)?;
            }
            let tag = bench.translate(read(0, 0x7000, 1))?.tag;
            bench.release(tag)?;
            bench.compare()?;
        }
    }
    Ok(())
}

#[test]
fn a_transaction_takes_posted_entries() -> Outcome {
    let mut bench = rtl(Variant::E64)?;
    bench.ok(group_asid(0, 1))?;
    bench.ok(map(2, 0, 0xfff))?;
    let mut set: Vec<Command> = vec![begin(1)];
    set.extend((0..63).map(|page| stage(1, page << 12, (page << 12) + 0xfff)));
    set.push(commit(1));
    let codes = vec![Done; set.len()];
    expect(&mut bench, &set, &codes)?;
    // One too many; a MAP and another address space's ENTRY in between, which have nothing to do with it.
    set.insert(64, stage(1, 0x10_0000, 0x10_0fff));
    set.insert(2, map(2, 0x1000, 0x1fff));
    set.insert(3, stage(2, 0x1000, 0x1fff));
    let codes = bench.post(&set)?;
    assert_eq!(codes[2..4], [Code::Busy, Code::NoTxn]);
    assert_eq!(codes[66..], [NospcTable, NospcTable]);
    expect(
        &mut bench,
        &[
            begin(1),
            stage(1, 0x2000, 0x2fff),
            stage(1, 0x1000, 0x1fff),
            stage(1, 0x9000, 0x9fff),
            fence(1),
            commit(1),
        ],
        &[Done, Done, Code::Order, Code::Order, Done, Code::Order],
    )
}

#[test]
fn a_fence_drains_and_changes_nothing() -> Outcome {
    let mut bench = rtl(Variant::E64)?;
    bench.all_ok(&[group_asid(0, 1), map(1, 0, 0xfff), fence(1), fence(0)])?;
    bench.expect(fence(4), Code::InvalAsid)?;
    let first = bench.translate(read(0, 0, 1))?;
    bench.ok(fence(1))?;
    let second = bench.translate(read(0, 0, 1))?;
    assert_eq!(first.result, second.result);
    assert_ne!(first.tag.epoch, second.tag.epoch);
    bench.release(second.tag)?;
    bench.compare()?;
    bench.release(first.tag)?;
    bench.compare()
}

/// What is expected above is expected of the golden model too, whose `post` is one at a time.
#[test]
fn the_golden_model_posts_one_at_a_time() -> Outcome {
    let mut bench = golden(rtl(Variant::E64)?.capability())?;
    assert_eq!(
        bench.post(&[pages(0, 2), pages(1, 1), pages(2, 1)])?,
        [Done, Exist, Done]
    );
    Ok(())
}
