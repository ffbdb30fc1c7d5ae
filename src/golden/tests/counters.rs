// SPDX-License-Identifier: Apache-2.0
//! The counters: each under its own number of PERF_SELECT.

use crate::golden::{Counters, Outcome};

#[test]
fn every_event_moves_one_number() {
    let moved = |event: &dyn Fn(&mut Counters)| {
        let mut counters = Counters::default();
        event(&mut counters);
        (0..=u8::MAX)
            .filter(|index| counters.select(*index) != 0)
            .collect::<Vec<u8>>()
    };
    assert_eq!(moved(&|c| c.translations += 1), [0]);
    assert_eq!(moved(&|c| c.answer(Outcome::Identity)), [1]);
    assert_eq!(moved(&|c| c.passes += 1), [2]);
    assert_eq!(moved(&|c| c.merging += 1), [3]);
    assert_eq!(moved(&|c| c.draining += 1), [4]);
    assert_eq!(moved(&|c| c.in_flight(1)), [5]);
    assert_eq!(moved(&|c| c.commands += 1), [6]);
    for asid in 0..16 {
        assert_eq!(moved(&|c| c.answer(Outcome::Hit(asid))), [8 + asid]);
    }
    for reason in 1..=9 {
        assert_eq!(moved(&|c| c.answer(Outcome::Fault(reason))), [32 + reason]);
    }
    assert!(moved(&|c| c.answer(Outcome::Hit(16))).is_empty());
    assert!(moved(&|c| c.answer(Outcome::Fault(200))).is_empty());
}

#[test]
fn the_high_water_mark_is_a_maximum() {
    let mut counters = Counters::default();
    for accesses in [3, 7, 5] {
        counters.in_flight(accesses);
    }
    assert_eq!(counters.select(5), 7);
}
