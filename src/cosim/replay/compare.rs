// SPDX-License-Identifier: Apache-2.0
//! Comparing one step with its recording.

use super::calls;
use super::dump::{StPair, differing_st, maps, read_spaces, st, vq_asid};
use super::exec::{Seen, World};
use super::report::{Kind, Mismatch, Report, TablePair};
use super::skip::Reason;
use crate::cosim::Subject;
use crate::regif::{AddressSpace, RegError};
use crate::trace::{Line, Op, Tables};

/// Which devices there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Sides {
    pub(super) golden: bool,
    pub(super) rtl: bool,
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
    /// Of a scripted recording.
    pub scripted: bool,
    /// Of a client's recording: its results are advisory.
    pub client: bool,
    /// See [`Options`](super::Options).
    pub tables_at_dumps_only: bool,
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
        if world.layout.learnt_on(self.line.number) {
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
            (None, Some(found)) => self.check(report, Kind::Kret, "not reached", found),
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
        let text = |result: &str, hit: &str, control: &str| {
            let hit = if hit.is_empty() { "" } else { " at " }.to_owned() + hit;
            let control = if control.is_empty() { "" } else { ", control " }.to_owned() + control;
            format!("{result}{hit}{control}")
        };
        let recorded_control = self.line.outcome.control.as_deref();
        let found = match &self.seen.probe {
            Some((result, hit)) => {
                // Delivered, and the program could not tell where to.
                let lost = recorded == "ok_lost" && result == "ok";
                let (result, hit) = if lost {
                    (recorded, "")
                } else {
                    (result, hit.as_str())
                };
                let control = match self.seen.control.as_deref() {
                    // The scripted program sent its second packet in any case.
                    Some("not_consumed/-") if self.scripted => "not_consumed/not_consumed",
                    found => found.unwrap_or_default(),
                };
                text(
                    result,
                    hit,
                    recorded_control.and(Some(control)).unwrap_or_default(),
                )
            }
            None => "not probed".to_owned(),
        };
        let recorded = text(
            recorded,
            &recorded_hit.unwrap_or_default(),
            recorded_control.unwrap_or_default(),
        );
        self.check(report, Kind::Probe, &recorded, &found);
    }

    fn kcalls<S: Subject>(&self, world: &World<S>, report: &mut Report) {
        if self.client {
            return;
        }
        let unknown = match &self.line.op {
            Op::IotlbUpdate {
                iova: Some(iova),
                size: Some(size),
                uaddr: Some(uaddr),
                ..
            } => !world.profile.use_va && world.layout.unknown(iova.0, size.0, uaddr),
            _ => false,
        };
        let found = world
            .names()
            .kcalls(&self.seen.kcalls, &world.profile, self.scripted);
        let recorded = self.line.outcome.kcalls.clone().unwrap_or_default();
        let (recorded, found) = match unknown && recorded != found {
            true => {
                report.skip(Reason::Merged);
                (calls::merged(&recorded), calls::merged(&found))
            }
            false => (recorded, found),
        };
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
        if self.tables_at_dumps_only && outcome.dev.is_none() && outcome.st.is_none() {
            let Sides { golden, rtl } = Sides::of(world.device());
            if golden && rtl {
                report.skip(Reason::TablesNotRead);
            }
            return Ok(());
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
            let mut found = st(
                &world.vdpa,
                world.running(),
                &world.mm,
                &world.profile,
                &spaces,
            );
            if self.client {
                found += &maps(&world.vdpa);
            }
            let differing = differing_st(recorded, &found);
            let (recorded, found) = match self.client {
                // As few words as will do: like ones are counted together.
                true => pairs_text(&differing),
                false => (recorded.clone(), found),
            };
            self.verdict(report, Kind::St, differing.is_empty(), recorded, found);
        }
        Ok(())
    }

    fn check(&self, report: &mut Report, kind: Kind, recorded: &str, found: &str) {
        let equal = recorded == found;
        self.verdict(report, kind, equal, recorded.to_owned(), found.to_owned());
    }

    fn verdict(
        &self,
        report: &mut Report,
        kind: Kind,
        equal: bool,
        expected: String,
        actual: String,
    ) {
        let mismatch = (!equal).then(|| self.mismatch(kind, expected, actual));
        if let Some(advisory) = &mut report.advisory {
            advisory.count(kind, mismatch);
            return;
        }
        report.count(kind);
        if let Some(mismatch) = mismatch {
            report.mismatch(mismatch);
        }
    }

    fn mismatch(&self, kind: Kind, expected: String, actual: String) -> Mismatch {
        Mismatch {
            line: self.line.number,
            case: self.line.case.clone(),
            step: self.line.step,
            op: self.line.op.name().to_owned(),
            kind: Some(kind),
            expected,
            actual,
            tables: None,
        }
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
        let mut mismatch = self.mismatch(kind, sizes(expected), sizes(actual));
        mismatch.tables = Some(pair);
        report.mismatch(mismatch);
    }
}

/// What differs in an `st` line: as recorded, and as found.
fn pairs_text(differing: &[StPair]) -> (String, String) {
    let text = |of: fn(&StPair) -> &String| -> String {
        let words = differing
            .iter()
            .map(|pair| format!("{}={}", pair.key, of(pair)));
        words.collect::<Vec<_>>().join(" ")
    };
    (text(|pair| &pair.recorded), text(|pair| &pair.found))
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
