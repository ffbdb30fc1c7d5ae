// SPDX-License-Identifier: Apache-2.0
//! At the kernel's limit of 2048 entries: the generated traces, what must be in them whatever the model says, and their
//! replay on golden model and RTL with whole tables compared.

mod cli;
mod rules;

use std::collections::BTreeMap;

use persimmon::cosim::capacity::{EDGE, PERIOD, Plan, TABLE, generate};
use persimmon::cosim::replay::exec::World;
use persimmon::cosim::replay::{Kind, Options, Report, replay};
use persimmon::cosim::{Lockstep, Subject, dma};
use persimmon::dut::{Dut, Variant};
use persimmon::golden::Device;
use persimmon::regif::{Access, Code, Fault, RegIf};
use persimmon::trace::{Line, Trace};
use persimmon::vdpa::mm::{Mm, MmId, PAGE, Region};
use persimmon::vdpa::uapi::{Envelope, IotlbMsg, Kind as Message, encode};
use persimmon::vdpa::{DeviceError, Errno, Kernel, Mapping, OnChip, Profile, VhostVdpa};

use rules::{check, check_resets};

const PARENTS: [Mapping; 2] = [Mapping::SetMap, Mapping::DmaMap];
const SIZES: [u16; 3] = [TABLE - 1, TABLE, TABLE + 1];

fn plan(ranges: u16, spaces: u8, mapping: Mapping) -> Plan {
    Plan::new(ranges, spaces, mapping).unwrap()
}

/// The trace as a file holds it.
fn trace(plan: &Plan) -> Trace {
    let lines = generate(plan).unwrap();
    let text: Vec<_> = lines.iter().map(Line::to_json).collect();
    Trace::parse("generated", &text.join("\n")).unwrap()
}

fn golden() -> Device {
    Device::new(Dut::new(Variant::E2048).unwrap().capability())
}

fn lockstep() -> Lockstep<Device, Dut> {
    let dut = Dut::new(Variant::E2048).unwrap();
    Lockstep::new(Device::new(dut.capability()), dut)
}

/// Replays, and everything that the trace has was compared.
fn run<S: Subject>(trace: &Trace, dev: S, cases: &[&str]) -> (Report, World<S>) {
    let options = Options {
        cases: cases.iter().map(|&case| case.to_owned()).collect(),
        tables_at_dumps_only: true,
        ..Options::default()
    };
    let (report, world) = replay(trace, dev, &options, &mut |_| {}).unwrap();
    assert!(report.passed(), "{}", report.to_json());
    if cases.is_empty() {
        let dumps = trace.lines.iter().filter(|l| l.outcome.dev.is_some());
        let dumps = dumps.count();
        for kind in [Kind::STable, Kind::DGolden, Kind::St, Kind::VqAsid] {
            assert_eq!(report.compared[&kind], dumps, "{kind:?}");
        }
        let all = trace.lines.len();
        for kind in [Kind::Errno, Kind::Kcalls] {
            assert_eq!(report.compared[&kind], all, "{kind:?}");
        }
        assert_eq!(report.skipped_fields.values().sum::<usize>(), 0);
        assert_eq!(report.unknown_fields, 0);
    }
    (report, world)
}

fn everything(spaces: u8, mapping: Mapping) {
    for ranges in SIZES {
        let plan = plan(ranges, spaces, mapping);
        let trace = trace(&plan);
        check(&plan, &trace);
        check_resets(&plan, mapping, &trace);
        let (report, _) = run(&trace, golden(), &[]);
        assert_eq!(report.skipped, BTreeMap::new());
    }
}

#[test]
fn set_map_one_space() {
    everything(1, Mapping::SetMap);
}

#[test]
fn set_map_two_spaces() {
    everything(2, Mapping::SetMap);
}

#[test]
fn dma_map_one_space() {
    everything(1, Mapping::DmaMap);
}

#[test]
fn dma_map_two_spaces() {
    everything(2, Mapping::DmaMap);
}

/// On the RTL: each dump compared, and what is not said to be.
fn on_the_rtl(plan: &Plan) {
    let trace = trace(plan);
    let (report, _) = run(&trace, lockstep(), &[]);
    let dumps = report.compared[&Kind::DRtl];
    let skipped: usize = report.skipped.values().sum();
    assert_eq!(dumps + skipped, trace.lines.len());
    assert!(dumps > usize::from(TABLE / PERIOD + EDGE), "{dumps}");
}

#[test]
fn set_map_on_the_rtl() {
    on_the_rtl(&plan(TABLE + 1, 1, Mapping::SetMap));
}

#[test]
fn dma_map_on_the_rtl_in_two_spaces() {
    on_the_rtl(&plan(TABLE + 1, 2, Mapping::DmaMap));
}

/// A full table of the RTL translates: every range of both address spaces, at its first byte and at its last, and
/// nothing beside it. That the two hold the same IOVAs and different pages shows whose the answer is.
#[test]
fn a_full_table_translates() {
    let plan = plan(TABLE, 2, Mapping::SetMap);
    let (_, mut world) = run(&trace(&plan), lockstep(), &["capacity.edge"]);
    let dev = world.device();
    let full = plan.limit();
    for asid in 0..2u8 {
        let command = persimmon::regif::Command::GroupAsid { group: 0, asid };
        assert_eq!(dev.command(command).unwrap().code, Code::Ok);
        let entries = dev.address_space(asid).unwrap().entries;
        assert_eq!(entries.len(), usize::from(full));
        let mut pages = std::collections::BTreeSet::new();
        for number in 0..full {
            let range = plan.range(asid, number);
            let access = match range.perm & 1 {
                1 => Access::Read,
                _ => Access::Write,
            };
            let mut at = |offset, len| dma::access(dev, 0, range.iova + offset, len, access);
            let page = at(0, 1).unwrap().unwrap()[0].pa;
            let last = at(PAGE - 1, 1).unwrap().unwrap()[0].pa;
            assert_eq!(last, page + PAGE - 1);
            pages.insert(page);
            let beside = 2 * PAGE + (range.iova & !(4 * PAGE - 1));
            let missed = dma::access(dev, 0, beside, 1, access).unwrap();
            assert_eq!(missed, Err(Fault::NoMapping), "{beside:#x}");
        }
        assert_eq!(pages.len(), usize::from(full));
        let found: std::collections::BTreeSet<_> = entries.iter().map(|e| e.pa).collect();
        assert_eq!(pages, found);
    }
    assert_eq!(dev.divergences(), []);
}

/// Why there is a LIMIT: without, the first address space takes the whole table, and the second gets nothing of what
/// vhost promises it. The device says so by another code than at a limit.
#[test]
fn without_a_limit_one_space_starves_the_other() {
    for (limit, first, second) in [(None, TABLE, 0), (Some(TABLE / 2), TABLE / 2, TABLE / 2)] {
        let mut profile = Profile::new(Kernel::V6_12_117, Mapping::DmaMap);
        if let Some(limit) = limit {
            profile.limit_sim(limit.into());
        }
        let buffer = Region::new("buf", 0x5000_0000_0000, PAGE, 0x20_0000_0000);
        let mut mm = Mm::new(MmId(1), vec![buffer]);
        let parent = OnChip::new(golden(), profile, None).unwrap();
        let mut vdpa = VhostVdpa::new(parent, &profile);
        vdpa.open().unwrap();
        vdpa.set_owner(&mm).unwrap();
        vdpa.set_backend_features(profile.rules.offered).unwrap();
        let mut fill = |asid: u32| {
            for n in 0..u64::from(TABLE) + 1 {
                let msg = IotlbMsg {
                    iova: n * PAGE,
                    size: PAGE,
                    uaddr: 0x5000_0000_0000,
                    perm: 3,
                    kind: Message::Update,
                };
                let bytes = encode(Envelope::V2 { asid }, &msg);
                match vdpa.write(&mut mm, &bytes) {
                    Ok(written) if written.ret.is_ok() => {}
                    Ok(written) => return (n, Ok(written.kret.unwrap())),
                    Err(error) => return (n, Err(error)),
                }
            }
            panic!("more than the whole table");
        };
        let nospc = Ok(Err(Errno::Enospc));
        assert_eq!(fill(0), (u64::from(first), nospc.clone()));
        let starved = Err(DeviceError::Full {
            asid: 1,
            entries: 1,
            code: Code::NospcTable,
        });
        let end = if limit.is_some() { nospc } else { starved };
        assert_eq!(fill(1), (u64::from(second), end));
    }
}

/// A trace that is changed in one row of one full table is not reproduced.
#[test]
fn a_changed_row_is_found() {
    let plan = plan(TABLE + 1, 1, Mapping::DmaMap);
    let original = trace(&plan);
    let last = |l: &Line| l.case == "capacity.edge.as0" && l.outcome.kret.as_deref() != Some("OK");
    let at = original.lines.iter().position(last).unwrap();
    for (side, what) in [(0, "s_table"), (1, "d_golden")] {
        let mut changed = original.clone();
        let outcome = &mut changed.lines[at].outcome;
        let tables = if side == 0 {
            &mut outcome.vhost
        } else {
            &mut outcome.dev
        };
        let row = &mut tables.as_mut().unwrap().get_mut(&0).unwrap().rows[1234];
        row.addr = row.addr.plus(PAGE);
        let options = Options {
            tables_at_dumps_only: true,
            ..Options::default()
        };
        let (report, _) = replay(&changed, golden(), &options, &mut |_| {}).unwrap();
        assert_eq!(report.mismatches, 1);
        assert_eq!(report.to_json()["first"]["what"], what);
    }
}

/// Both styles and every size name a profile that replay understands.
#[test]
fn the_trace_names_its_profile() {
    for mapping in PARENTS {
        for spaces in [1, 2] {
            let plan = plan(8, spaces, mapping);
            let named = persimmon::cosim::replay::profile_of(&trace(&plan), None).unwrap();
            assert_eq!(named, plan.profile());
            assert_eq!(named.sim_entries, Some(usize::from(plan.limit())));
            assert_eq!(named.vhost_entries, Some(usize::from(TABLE)));
        }
    }
}
