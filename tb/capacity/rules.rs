// SPDX-License-Identifier: Apache-2.0
//! What has to be in a capacity trace by the rules of the kernel, worked out without running its model.

use std::collections::BTreeMap;

use persimmon::cosim::capacity::Plan;
use persimmon::trace::{Line, Op, Table, Trace};
use persimmon::vdpa::Mapping;
use persimmon::vdpa::mm::PAGE;

/// The tables as they have to be, by the rules of the kernel and not by running its model: how many entries, and which.
struct Expected {
    plan: Plan,
    s: BTreeMap<u8, Vec<u16>>,
}

impl Expected {
    /// What an UPDATE of a range gets.
    fn update(&mut self, asid: u8, number: u16) -> &'static str {
        let limit = usize::from(self.plan.limit());
        let held = self.s.entry(asid).or_default();
        if held.contains(&number) {
            "EEXIST"
        } else if held.len() >= limit {
            "ENOSPC"
        } else {
            held.push(number);
            "OK"
        }
    }

    /// The numbers that are mapped, in the order of their IOVAs, as a dump shows them.
    fn rows(&self, asid: u8) -> Vec<(u64, u64, String, u8)> {
        let numbers = self.s.get(&asid).into_iter().flatten();
        let ranges = numbers.map(|&number| self.plan.range(asid, number));
        let mut rows: Vec<_> = ranges
            .map(|r| (r.iova, r.iova + PAGE - 1, r.uaddr.to_string(), r.perm))
            .collect();
        rows.sort();
        rows
    }
}

fn rows(table: &Table) -> Vec<(u64, u64, String, u8)> {
    assert!(!table.cut);
    let rows = table.rows.iter();
    rows.map(|r| (r.start, r.last, r.addr.to_string(), r.perm))
        .collect()
}

/// Driver calls of a line, by name and result.
fn kcalls(line: &Line) -> Vec<String> {
    let calls = line.outcome.kcalls.iter().flatten();
    calls
        .map(|call| match call.strip_prefix("dma_map ") {
            Some(_) => "dma_map".to_owned(),
            None => call.clone(),
        })
        .collect()
}

/// What the parent hears of a range that is too many. With one address space vhost refuses it, and a set_map parent is
/// sent what it has, because the roll-back is an unmap. With two the parent refuses it, and a set_map parent needs that
/// push: its table is empty after the one that failed.
fn who_refused(plan: &Plan, line: &Line) -> Vec<String> {
    let Op::IotlbUpdate {
        asid: Some(asid), ..
    } = line.op
    else {
        panic!("{} is no UPDATE", line.case);
    };
    let limit = plan.limit();
    let set_map = |nmaps: u16, ret: &str| {
        vec![
            format!("set_map asid={asid} nmaps={nmaps}"),
            format!("set_map_ret ret={ret}"),
        ]
    };
    match (line.variant.starts_with("setmap"), plan.spaces()) {
        (true, 1) => set_map(limit, "OK"),
        (true, _) => [set_map(limit + 1, "ENOSPC"), set_map(limit, "OK")].concat(),
        (false, 1) => vec![],
        (false, _) => ["dma_map", "dma_map_ret ret=ENOSPC"]
            .map(str::to_owned)
            .to_vec(),
    }
}

/// Every line up to the cleaning reset, against the rules.
pub fn check(plan: &Plan, trace: &Trace) {
    let mut numbers = BTreeMap::new();
    for asid in 0..plan.spaces() {
        let all = 0..plan.share(asid) + 3;
        numbers.extend(all.map(|n| ((asid, plan.range(asid, n).iova), n)));
    }
    let mut expected = Expected {
        plan: *plan,
        s: BTreeMap::new(),
    };
    let (mut refused, mut full) = (0, 0);
    for line in &trace.lines {
        if line.in_case("capacity.clean") {
            break;
        }
        let kret = match &line.op {
            Op::IotlbUpdate { asid, iova, .. } => {
                let asid = asid.unwrap() as u8;
                let number = numbers[&(asid, iova.unwrap().0)];
                Some(expected.update(asid, number))
            }
            Op::IotlbInvalidate { asid, iova, .. } => {
                let number = numbers[&(*asid as u8, iova.0)];
                let held = expected.s.get_mut(&(*asid as u8)).unwrap();
                held.retain(|&n| n != number);
                Some("OK")
            }
            Op::IotlbBatchBegin { .. } | Op::IotlbBatchEnd { .. } => Some("OK"),
            _ => None,
        };
        let at = format!("{} {}", line.case, line.step);
        assert_eq!(line.outcome.kret.as_deref(), kret, "{at}");
        let errno = if matches!(kret, None | Some("OK")) {
            "OK"
        } else {
            "EFAULT"
        };
        assert_eq!(line.outcome.errno.as_deref(), Some(errno), "{at}");
        if kret == Some("ENOSPC") {
            refused += 1;
            assert_eq!(kcalls(line), who_refused(plan, line), "{at}");
        }
        let Some(dev) = &line.outcome.dev else {
            continue;
        };
        let st = line.outcome.st.as_deref().unwrap();
        let held: usize = expected.s.values().map(Vec::len).sum();
        let pinned = format!(" pinned={held} ");
        // Without an owner nothing is charged to anybody.
        assert!(st.contains(&pinned) || line.case == "capacity.open", "{st}");
        for asid in 0..plan.spaces() {
            let number = u32::from(asid);
            let wanted = expected.rows(asid);
            if let Some(s) = line.outcome.vhost.as_ref().unwrap().get(&number) {
                assert_eq!(rows(s), wanted, "S[{asid}] at {at}");
                assert_eq!(rows(&dev[&number]), wanted, "D[{asid}] at {at}");
                full += usize::from(wanted.len() == usize::from(plan.limit()));
            }
        }
    }
    // Each address space was full and refused one at the least; the second of one in the middle only if it got so far.
    assert!(refused >= usize::from(plan.spaces()), "{refused}");
    assert!(full >= 2 * usize::from(plan.spaces()), "{full}");
}

/// What the two resets and release leave, which differs by parent.
pub fn check_resets(plan: &Plan, mapping: Mapping, trace: &Trace) {
    let case = |name: &'static str| trace.lines.iter().filter(move |l| l.in_case(name));
    let reset = |name| {
        let mut lines = case(name);
        lines.find(|l| matches!(l.op, Op::Reset { .. })).unwrap()
    };
    let sizes = |tables: &Option<BTreeMap<u32, Table>>| -> Vec<usize> {
        let tables = tables.as_ref().unwrap().values();
        tables.map(|table| table.rows.len()).collect()
    };
    let held: Vec<_> = (0..plan.spaces())
        .map(|_| usize::from(plan.limit()))
        .collect();
    let persist = &reset("capacity.persist").outcome;
    assert_eq!(sizes(&persist.vhost), held);
    assert_eq!(sizes(&persist.dev)[..held.len()], held);
    assert_eq!(
        persist.kcalls.as_deref(),
        Some(&["reset flags=0".to_owned()][..])
    );
    let clean = &reset("capacity.clean").outcome;
    assert_eq!(sizes(&clean.vhost), held, "vhost keeps what it had");
    assert_eq!(sizes(&clean.dev), [2, 2], "1:1, in two halves");
    // vhost is as full as before, so a new range is refused though the device is empty: unless it is the device that
    // has the limit, and takes them one by one.
    let new: Vec<_> = case("capacity.clean")
        .filter(|l| matches!(l.op, Op::IotlbUpdate { .. }))
        .map(|l| l.outcome.kret.as_deref().unwrap())
        .collect();
    let fresh = match (mapping, plan.spaces()) {
        (Mapping::DmaMap, 2) => "OK",
        _ => "ENOSPC",
    };
    assert_eq!(new, ["EEXIST", fresh].repeat(plan.spaces().into()));
    // A set_map parent has everything back by that refusal, a dma_map parent has not.
    let last = case("capacity.clean").next_back().unwrap();
    let found = &sizes(&last.outcome.dev)[..held.len()];
    match mapping {
        Mapping::SetMap => assert_eq!(found, held),
        Mapping::DmaMap if plan.spaces() == 2 => assert_eq!(found, [1, 1]),
        Mapping::DmaMap => assert_eq!(found, [2]),
    }
    let end = &trace.lines.last().unwrap().outcome;
    assert!(sizes(&end.vhost).is_empty());
    assert_eq!(sizes(&end.dev), [2, 2]);
}
