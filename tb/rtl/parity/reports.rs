// SPDX-License-Identifier: Apache-2.0
//! What software is told: PARITY_COUNT, IRQ_STATUS, READ and INJECT.

use persimmon::dut::{Inject, ParityCounts, Site, Variant};
use persimmon::regif::Fault;

use super::Table;
use crate::bench::Outcome;
use crate::header::mask;
use crate::stimulus::*;

#[test]
fn counts_and_interrupt() -> Outcome {
    let mut table = Table::new(Variant::E64, 0)?;
    let parity = mask("IRQ_STATUS__PARITY");
    let bench = &mut table.bench;
    assert_ne!(
        bench.register("CAP_FEATURES")? & mask("CAP_FEATURES__PARITY"),
        0
    );
    assert_eq!(bench.device().parity_counts()?, ParityCounts::default());
    assert_eq!(bench.register("IRQ_STATUS")? & parity, 0);
    bench.write("IRQ_STATUS", u32::MAX)?;
    bench.write("IRQ_ENABLE", parity)?;
    assert!(!bench.device().irq());

    let pass = table.pass();
    let (asid, start) = table.order()?[30];
    let bench = &mut table.bench;
    let inject = Inject {
        site: Site::Payload,
        index: 30,
        place: 0,
    };
    assert!(bench.damage(inject, pass)?);
    // Nobody has looked.
    assert_eq!(bench.device().parity_counts()?, ParityCounts::default());
    for number in 1..=3 {
        let response = bench.access(read(asid, start, 1))?;
        assert_eq!(response.result, Err(Fault::Parity));
        bench.device().step(2)?;
        assert!(bench.device().irq());
        bench.write("IRQ_STATUS", parity)?;
        bench.device().step(2)?;
        assert!(!bench.device().irq());
        let counts = ParityCounts {
            lookups: number,
            passes: 0,
        };
        assert_eq!(bench.device().parity_counts()?, counts);
    }
    // The pass that comes across it; the next ones find a word that is right.
    for _ in 0..3 {
        bench.complete(pass)?;
        let counts = ParityCounts {
            lookups: 3,
            passes: 1,
        };
        assert_eq!(bench.device().parity_counts()?, counts);
    }
    assert_eq!(bench.register("IRQ_STATUS")? & parity, parity);
    bench.write("IRQ_STATUS", parity)?;
    // An access that finds poison faults and is counted; one that an address space beside faults for is not.
    bench.access(read(asid, start, 1))?;
    bench.access(read(asid, start - 1, 1))?;
    assert_eq!(bench.device().parity_counts()?.lookups, 4);
    bench.device().step(2)?;
    assert!(bench.device().irq());
    bench.compare()
}

/// RD_ATTR.poison, and a READ that meets the damage before any pass.
#[test]
fn read_shows_it() -> Outcome {
    for site in [Site::Key, Site::Payload] {
        let mut table = Table::new(Variant::E64, 0)?;
        let pass = table.pass();
        let inject = Inject {
            site,
            index: 30,
            place: 3,
        };
        assert!(table.bench.damage(inject, pass)?);
        for _ in 0..2 {
            let slots = table.bench.device().table()?.slots.clone();
            for (number, slot) in slots.iter().enumerate() {
                assert_eq!(slot.poison, number == 30, "{number}");
            }
            assert_eq!((slots[30].entry.pa, slots[30].entry.perm), (0, 0));
            table.bench.compare()?;
            table.bench.ok(pass)?;
        }
    }
    Ok(())
}

/// INJECT waits for a word that is what it asks for, and happens once.
#[test]
fn inject_waits() -> Outcome {
    let mut table = Table::new(Variant::E64, 0)?;
    let pass = table.pass();
    let search = |depth, index| Inject {
        site: Site::Search(depth),
        index,
        place: 1,
    };
    // A key that lies at the other level; a level, an entry that is not there.
    for inject in [search(0, 16), search(1, 17), search(2, 0), search(0, 63)] {
        assert!(!table.bench.damage(inject, pass)?, "{inject:?}");
        assert_eq!(table.exact()?, 0, "{inject:?}");
    }
    // It is there still for the pass that writes such an entry, and gone for the next.
    let inject = search(0, 17);
    table.bench.device().inject(Some(search(0, 63)))?;
    table.bench.ok(pass)?;
    assert!(table.bench.device().injecting()?);
    table.bench.device().inject(Some(inject))?;
    table.bench.complete(pass)?;
    assert!(!table.bench.device().injecting()?);
    table.row(0, 17)?;
    table.bench.complete(pass)?;
    assert_eq!(table.exact()?, 0);
    Ok(())
}
