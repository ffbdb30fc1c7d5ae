// SPDX-License-Identifier: Apache-2.0
//! What one device reset costs for N mappings, with IOTLB_PERSIST and without.

use persimmon::cli::run::cost::{answer, table, to_json};
use persimmon::cosim::run::cost::{Around, Cost, Question};
use persimmon::vdpa::Mapping;

fn costed(mappings: &[u32], only: Option<Mapping>, around: &[Around]) -> Vec<Cost> {
    let asked = Question::all(mappings, only);
    let wanted = asked.into_iter().filter(|q| around.contains(&q.around));
    let costs: Vec<_> = wanted
        .map(|question| answer(question, &mut |_, _| {}).unwrap())
        .collect();
    assert!(!costs.is_empty());
    costs
}

/// Holds a cost against what the programs send, and against the clocks that this takes at least.
fn check(cost: &Cost) {
    let Question {
        mappings,
        mapping,
        around,
    } = cost.question;
    let (n, cycle, what) = (u64::from(mappings), &cost.cycle, cost.question);
    let hardware = cycle.hardware.unwrap();
    let clocks = hardware.clocks.unwrap();
    let (messages, pushes) = match (around, mapping) {
        (Around::Persist, _) => (0, 0),
        (Around::Batched, Mapping::SetMap) => (2 * n + 4, 2),
        (Around::Batched, Mapping::DmaMap) => (2 * n + 4, 2 * n),
        (Around::Unbatched, _) => (2 * n, 2 * n),
    };
    assert_eq!(
        (cycle.messages, cycle.pushes),
        (messages, pushes),
        "{what:?}"
    );
    assert_eq!(cycle.entries, what.entries(), "{what:?}");
    assert!(hardware.whole && clocks.reset > 0 && cost.compared > 0);
    assert_eq!(clocks.other, 0, "{what:?}");
    if around == Around::Persist {
        assert_eq!((clocks.table, clocks.unavailable), (0, 0), "{what:?}");
        assert_eq!(hardware.commands.entries() + hardware.commands.unmap, 0);
    } else {
        // The reset takes all away, the last command brings all back.
        assert_eq!(clocks.unavailable, clocks.table, "{what:?}");
        assert!(clocks.table > cycle.entries, "{what:?}");
    }
}

#[test]
fn the_cost_of_a_reset() {
    let costs = costed(&[1, 8, 64], None, &Around::ALL);
    costs.iter().for_each(check);
    // With dma_map, batching buys nothing: the device sees the same commands.
    let of = |around| {
        costs.iter().filter(move |cost| {
            cost.question.around == around && cost.question.mapping == Mapping::DmaMap
        })
    };
    for (unbatched, batched) in of(Around::Unbatched).zip(of(Around::Batched)) {
        assert_eq!(unbatched.cycle.hardware, batched.cycle.hardware);
    }
    insta::assert_snapshot!(table(&costs, &[]));
}

#[test]
fn the_cost_of_a_reset_with_512_mappings() {
    for style in [Mapping::SetMap, Mapping::DmaMap] {
        let costs = costed(&[512], Some(style), &[Around::Batched, Around::Persist]);
        costs.iter().for_each(check);
    }
}

/// "With PERSIST it must be 0 pushes, 0 entries rewritten, 0 clocks unavailable at every N."
#[test]
fn persistence_costs_nothing_with_2048_mappings() {
    costed(&[2048], Some(Mapping::SetMap), &[Around::Persist])
        .iter()
        .for_each(check);
}

#[test]
fn what_is_left_out_is_said() {
    let left = Question::all(&[2048], Some(Mapping::SetMap));
    let text = table(&[], &left[..1]);
    assert!(
        text.contains("not run: set_map not acked, unbatched, N = 2048"),
        "{text}"
    );
    assert!(text.contains("--max-entries 4194304"), "{text}");
    let json = to_json(&[], &left[..1]);
    assert_eq!(json["not_run"][0]["mappings"], 2048);
}

#[test]
fn json() {
    let costs = costed(&[8], Some(Mapping::SetMap), &[Around::Unbatched]);
    let row = &to_json(&costs, &[])["costs"][0];
    assert_eq!(
        (&row["mappings"], &row["acked"]),
        (&8.into(), &false.into())
    );
    let cost = &row["cost"];
    assert_eq!(
        (&cost["pushes"], &cost["entries"]),
        (&16.into(), &64.into())
    );
    assert_eq!(cost["hardware"]["commands"]["set_map_entry"], 64);
    let clocks = &cost["hardware"]["clocks"];
    assert!(clocks["table"].as_u64().unwrap() > 0);
    assert_eq!(clocks["table"], clocks["unavailable"]);
}
