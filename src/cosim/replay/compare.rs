// SPDX-License-Identifier: Apache-2.0
//! Comparing one step with its recording.

use super::dump::{read_spaces, same_st, st, vq_asid};
use super::exec::{Seen, World};
use super::layout::Layout;
use super::report::{Kind, Mismatch, Report, TablePair};
use super::skip::{Plan, Reason};
use crate::cosim::{Divergence, Subject};
use crate::regif::{AddressSpace, RegError};
use crate::trace::{Line, Op, Tables};
use crate::vdpa::DeviceError;

/// Which devices there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Sides {
    golden: bool,
    rtl: bool,
}

impl Sides {
    pub(super) fn of<S: Subject>(dev: &mut S) -> Self {
        let sides = dev.sides();
        Self {
            golden: sides.golden.is_some(),
            rtl: sides.rtl.is_some(),
        }
    }
}

/// A step that was executed.
pub(super) struct Step<'a> {
    pub line: &'a Line,
    pub seen: &'a Seen,
    pub layout: &'a Layout,
    /// Of a scripted recording.
    pub scripted: bool,
}

impl Step<'_> {
    /// Compares everything that the recording has of this step.
    pub(super) fn compare<S: Subject>(
        &self,
        world: &mut World<S>,
        report: &mut Report,
    ) -> Result<(), RegError> {
        report.steps += 1;
        if self.seen.unmodelled {
            let sides = Sides::of(world.device());
            report.skip_line(self.line, Reason::Unmodelled, sides);
            return Ok(());
        }
        self.results(report);
        self.probe(report);
        self.kcalls(world, report);
        self.tables(world, report)?;
        if let Some(recorded) = &self.line.outcome.vq_asid {
            let found = vq_asid(world.device())?;
            self.check(report, Kind::VqAsid, recorded, &found);
        }
        if self.layout.learnt_on(self.line.number) {
            report.skip(Reason::Merged);
        }
        Ok(())
    }

    fn results(&self, report: &mut Report) {
        let (seen, outcome) = (self.seen, &self.line.outcome);
        if let Some(errno) = &outcome.errno {
            let text = |ret: Option<i64>, errno: &str| match ret {
                Some(ret) => format!("{errno} ({ret})"),
                None => errno.to_owned(),
            };
            let recorded = text(outcome.ret, errno);
            let found = text(
                seen.ret.filter(|_| outcome.ret.is_some()),
                seen.errno.unwrap_or("none"),
            );
            self.check(report, Kind::Errno, &recorded, &found);
        }
        match (&outcome.kret, seen.kret) {
            (Some(recorded), found) => {
                self.check(report, Kind::Kret, recorded, found.unwrap_or("not reached"))
            }
            // Reached, though the kernel refused the envelope.
            (None, Some(found)) => self.differ(report, Kind::Kret, "not reached", found, None),
            (None, None) => {}
        }
        for (name, recorded, found) in &seen.values {
            self.check(
                report,
                Kind::Value,
                &format!("{name} {recorded}"),
                &format!("{name} {found}"),
            );
        }
    }

    fn probe(&self, report: &mut Report) {
        let Some(recorded) = &self.line.outcome.result else {
            return;
        };
        let recorded_hit = match &self.line.op {
            Op::ProbeRd { hit, .. } | Op::ProbeWr { hit, .. } | Op::ProbeIdentityRd { hit, .. } => {
                hit.clone()
            }
            _ => None,
        };
        let text = |result: &str, hit: &str| match hit {
            "" => result.to_owned(),
            hit => format!("{result} at {hit}"),
        };
        let found = match &self.seen.probe {
            Some((result, hit)) => text(result, hit),
            None => "not probed".to_owned(),
        };
        let recorded = text(recorded, &recorded_hit.unwrap_or_default());
        self.check(report, Kind::Probe, &recorded, &found);
    }

    fn kcalls<S: Subject>(&self, world: &World<S>, report: &mut Report) {
        if let Op::IotlbUpdate {
            iova: Some(iova),
            size: Some(size),
            uaddr: Some(uaddr),
            ..
        } = &self.line.op
            && !world.profile.use_va
            && self.layout.unknown(iova.0, size.0, uaddr)
            && self.line.outcome.kcalls.is_some()
        {
            report.skip(Reason::Layout);
            return;
        }
        let found = world
            .names()
            .kcalls(&self.seen.kcalls, &world.profile, self.scripted);
        let recorded = self.line.outcome.kcalls.clone().unwrap_or_default();
        self.check(
            report,
            Kind::Kcalls,
            &recorded.join("; "),
            &found.join("; "),
        );
    }

    fn tables<S: Subject>(
        &self,
        world: &mut World<S>,
        report: &mut Report,
    ) -> Result<(), RegError> {
        let outcome = &self.line.outcome;
        if let Some(recorded) = &outcome.vhost {
            let found = world.names().vhost(&world.vdpa);
            report.count(Kind::STable);
            if !same(recorded, &found) {
                self.differ_tables(
                    report,
                    Kind::STable,
                    ("recorded S", recorded),
                    ("model S", &found),
                );
            }
        }
        let (golden, rtl) = read(world.device())?;
        let names = world.names();
        let golden_table = golden.as_deref().map(|spaces| names.device(spaces));
        let rtl_table = rtl.as_deref().map(|spaces| names.device(spaces));
        if let (Some(recorded), Some(found)) = (&outcome.dev, &golden_table) {
            report.count(Kind::DGolden);
            if !same(recorded, found) {
                self.differ_tables(
                    report,
                    Kind::DGolden,
                    ("recorded D", recorded),
                    ("golden D", found),
                );
            }
        }
        match (&golden_table, &rtl_table, &outcome.dev) {
            (Some(golden_table), Some(rtl_table), dev) => {
                let kind = if dev.is_some() {
                    Kind::DRtl
                } else {
                    Kind::Lockstep
                };
                report.count(kind);
                // Modes and entries themselves: names may hide a difference.
                if !same_spaces(&golden, &rtl) {
                    self.differ_tables(
                        report,
                        kind,
                        ("golden D", golden_table),
                        ("RTL D", rtl_table),
                    );
                }
            }
            (None, Some(found), Some(recorded)) => {
                report.count(Kind::DRtl);
                if !same(recorded, found) {
                    self.differ_tables(
                        report,
                        Kind::DRtl,
                        ("recorded D", recorded),
                        ("RTL D", found),
                    );
                }
            }
            _ => {}
        }
        if let (Some(recorded), Some(spaces)) = (&outcome.st, golden.or(rtl)) {
            let found = st(
                &world.vdpa,
                world.running(),
                &world.mm,
                &world.profile,
                &spaces,
            );
            report.count(Kind::St);
            if !same_st(recorded, &found) {
                self.differ(report, Kind::St, recorded, &found, None);
            }
        }
        Ok(())
    }

    fn check(&self, report: &mut Report, kind: Kind, recorded: &str, found: &str) {
        report.count(kind);
        if recorded != found {
            self.differ(report, kind, recorded, found, None);
        }
    }

    fn differ(
        &self,
        report: &mut Report,
        kind: Kind,
        expected: &str,
        actual: &str,
        tables: Option<TablePair>,
    ) {
        report.mismatch(Mismatch {
            line: self.line.number,
            case: self.line.case.clone(),
            step: self.line.step,
            op: self.line.op.name().to_owned(),
            kind: Some(kind),
            expected: expected.to_owned(),
            actual: actual.to_owned(),
            tables,
        });
    }

    fn differ_tables(
        &self,
        report: &mut Report,
        kind: Kind,
        (expected_name, expected): (&'static str, &Tables),
        (actual_name, actual): (&'static str, &Tables),
    ) {
        let pair = TablePair {
            expected_name,
            expected: expected.clone(),
            actual_name,
            actual: actual.clone(),
        };
        self.differ(report, kind, &sizes(expected), &sizes(actual), Some(pair));
    }
}

impl Report {
    /// A line that is not compared, and why.
    pub(super) fn skip_line(&mut self, line: &Line, reason: Reason, sides: Sides) {
        self.skip(reason);
        let outcome = &line.outcome;
        for (there, kind) in [
            (outcome.errno.is_some(), Kind::Errno),
            (outcome.kret.is_some(), Kind::Kret),
            (outcome.vhost.is_some(), Kind::STable),
            (outcome.dev.is_some() && sides.golden, Kind::DGolden),
            (outcome.dev.is_some() && sides.rtl, Kind::DRtl),
            (outcome.result.is_some(), Kind::Probe),
        ] {
            if there {
                self.skip_field(kind);
            }
        }
    }

    /// As [`skip_line`](Self::skip_line), or by its own reason if the line was executed only for what follows.
    pub(super) fn skip_if(&mut self, plan: Plan, line: &Line, reason: Reason, sides: Sides) {
        let reason = match plan {
            Plan::Compare => reason,
            Plan::Silent | Plan::Ignore => Reason::NotSelected,
        };
        self.skip_line(line, reason, sides);
    }

    /// Answers in which the RTL differed from the golden device.
    pub(super) fn diverged(&mut self, line: &Line, divergences: Vec<Divergence>) {
        for divergence in divergences {
            self.mismatch(Mismatch {
                line: line.number,
                case: line.case.clone(),
                step: line.step,
                op: line.op.name().to_owned(),
                kind: Some(Kind::Lockstep),
                expected: "an RTL that answers as the golden device".to_owned(),
                actual: divergence.to_string(),
                tables: None,
            });
        }
    }

    /// The device itself is out of order; the run ends here.
    pub(super) fn broken(&mut self, line: &Line, error: &DeviceError) {
        self.mismatch(Mismatch {
            line: line.number,
            case: line.case.clone(),
            step: line.step,
            op: line.op.name().to_owned(),
            kind: None,
            expected: "a device that does what its parent driver needs".to_owned(),
            actual: error.to_string(),
            tables: None,
        });
    }
}

type Spaces = Option<Vec<AddressSpace>>;

fn read<S: Subject>(dev: &mut S) -> Result<(Spaces, Spaces), RegError> {
    let sides = dev.sides();
    Ok((
        sides.golden.map(read_spaces).transpose()?,
        sides.rtl.map(read_spaces).transpose()?,
    ))
}

/// As `recorded` says, where it says something.
fn same(recorded: &Tables, found: &Tables) -> bool {
    recorded.len() == found.len()
        && recorded
            .iter()
            .all(|(asid, table)| found.get(asid).is_some_and(|found| found.matches(table)))
}

fn same_spaces(golden: &Spaces, rtl: &Spaces) -> bool {
    match (golden, rtl) {
        (Some(golden), Some(rtl)) => {
            golden.len() == rtl.len()
                && golden
                    .iter()
                    .zip(rtl)
                    .all(|(g, r)| g.mode == r.mode && g.entries == r.entries)
        }
        _ => false,
    }
}

fn sizes(tables: &Tables) -> String {
    let words: Vec<_> = tables
        .iter()
        .map(|(asid, table)| {
            let more = if table.cut { "+" } else { "" };
            format!("AS {asid}: {}{more} entries", table.rows.len())
        })
        .collect();
    if words.is_empty() {
        return "no address space".to_owned();
    }
    words.join(", ")
}
