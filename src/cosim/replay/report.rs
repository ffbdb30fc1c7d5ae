// SPDX-License-Identifier: Apache-2.0
//! What a replay found: counts, and mismatches with all that is needed to see them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::advisory::Advisory;
use super::compare::Sides;
use super::skip::{Plan, Reason};
use crate::cosim::Divergence;
use crate::dut::Accesses;
use crate::trace::{Line, Tables};
use crate::vdpa::DeviceError;

/// What is compared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// What user space sees: `ret` and `errno`.
    Errno,
    /// What the message handler returns.
    Kret,
    /// vhost's tables.
    STable,
    /// The golden device's tables with the recording's.
    DGolden,
    /// The RTL's tables: with the golden device's, or with the recording's if it runs alone.
    DRtl,
    /// Result and target of a DMA probe.
    Probe,
    /// Address spaces of the virtqueues.
    VqAsid,
    /// Other state.
    St,
    /// Driver callbacks.
    Kcalls,
    /// Values that calls return.
    Value,
    /// The RTL's tables with the golden device's after a line without a dump; and every answer of theirs.
    Lockstep,
}

impl Kind {
    /// Those that every report has, in its order.
    pub const MAIN: [Self; 6] = [
        Self::Errno,
        Self::Kret,
        Self::STable,
        Self::DGolden,
        Self::DRtl,
        Self::Probe,
    ];
    /// Those that are compared besides.
    pub const ALSO: [Self; 5] = [
        Self::VqAsid,
        Self::St,
        Self::Kcalls,
        Self::Value,
        Self::Lockstep,
    ];

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Errno => "errno",
            Self::Kret => "kret",
            Self::STable => "s_table",
            Self::DGolden => "d_golden",
            Self::DRtl => "d_rtl",
            Self::Probe => "probe",
            Self::VqAsid => "vq_asid",
            Self::St => "st",
            Self::Kcalls => "kcalls",
            Self::Value => "value",
            Self::Lockstep => "lockstep",
        }
    }
}

/// Two tables that should be the same.
#[derive(Clone, PartialEq, Debug)]
pub struct TablePair {
    /// What `expected` is.
    pub expected_name: &'static str,
    /// As it should be.
    pub expected: Tables,
    /// What `actual` is.
    pub actual_name: &'static str,
    /// As it is.
    pub actual: Tables,
}

/// One difference.
#[derive(Clone, PartialEq, Debug)]
pub struct Mismatch {
    /// Line in the file.
    pub line: usize,
    /// Case.
    pub case: String,
    /// Step in the case.
    pub step: u64,
    /// Operation.
    pub op: String,
    /// What differs; `None` if the device itself failed.
    pub kind: Option<Kind>,
    /// As recorded.
    pub expected: String,
    /// As found.
    pub actual: String,
    /// The tables, if it is they that differ.
    pub tables: Option<TablePair>,
}

/// Probes on a build with AXI4 ports, where each access is a burst from a master to memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct AxiProbes {
    /// Probes that were made by bursts, if only by one that was refused, and compared.
    pub probes: usize,
    /// What became of all bursts.
    pub bursts: Accesses,
}

/// What a replay of one file found.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Report {
    /// The file.
    pub trace: String,
    /// Steps that were executed and compared.
    pub steps: usize,
    /// Comparisons made, of each kind.
    pub compared: BTreeMap<Kind, usize>,
    /// Lines not compared, or not in full, by reason.
    pub skipped: BTreeMap<Reason, usize>,
    /// Lines that had something to compare and were skipped, for each kind.
    pub skipped_fields: BTreeMap<Kind, usize>,
    /// Fields in the file that are not understood.
    pub unknown_fields: usize,
    /// How many comparisons failed.
    pub mismatches: usize,
    /// The first of them, in order; no more than [`Report::KEPT`].
    pub kept: Vec<Mismatch>,
    /// Recorded results that are no kernel's, and whether the model agrees; of a client's recording only.
    pub advisory: Option<Advisory>,
    /// Clocks that the RTL was simulated for, if there was any.
    pub clocks: Option<u64>,
    /// What was done on an AXI4 port, if the RTL has one.
    pub axi: Option<AxiProbes>,
}

impl Report {
    /// How many mismatches are kept in full.
    pub const KEPT: usize = 8;

    /// Nothing mismatched, and something was compared: if only with an emulation's results, where there are no
    /// others. On a build with AXI4 ports, probes were made through one.
    pub fn passed(&self) -> bool {
        let advised = self.advisory.as_ref().is_some_and(|a| a.compared() > 0);
        let probed = self.axi.is_none_or(|axi| axi.probes > 0);
        self.mismatches == 0 && probed && (advised || self.compared.values().any(|&n| n > 0))
    }

    /// Takes note of the bursts so far; those since this was last called are of a probe if `probe`.
    pub(super) fn bursts(&mut self, so_far: Option<Accesses>, probe: bool) {
        let Some(bursts) = so_far else { return };
        let axi = self.axi.get_or_insert_default();
        axi.probes += usize::from(probe && bursts != axi.bursts);
        axi.bursts = bursts;
    }

    /// Counts a comparison.
    pub(super) fn count(&mut self, kind: Kind) {
        *self.compared.entry(kind).or_default() += 1;
    }

    /// Counts a line that was skipped.
    pub(super) fn skip(&mut self, reason: Reason) {
        *self.skipped.entry(reason).or_default() += 1;
    }

    /// Counts a field of a line that was skipped.
    pub(super) fn skip_field(&mut self, kind: Kind) {
        *self.skipped_fields.entry(kind).or_default() += 1;
    }

    /// Takes note of a difference.
    pub(super) fn mismatch(&mut self, mismatch: Mismatch) {
        self.mismatches += 1;
        if self.kept.len() < Self::KEPT {
            self.kept.push(mismatch);
        }
    }

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

    /// The report as one JSON object.
    pub fn to_json(&self) -> Value {
        let counts = |kinds: &[Kind], from: &BTreeMap<Kind, usize>| -> Value {
            let pairs = kinds.iter().map(|kind| {
                let n = from.get(kind).copied().unwrap_or(0);
                (kind.name().to_owned(), Value::from(n))
            });
            Value::from(pairs.collect::<Map<_, _>>())
        };
        let skipped: Map<_, _> = self
            .skipped
            .iter()
            .map(|(reason, &n)| (reason.name().to_owned(), Value::from(n)))
            .collect();
        json!({
            "trace": self.trace,
            "steps": self.steps,
            "compared": counts(&Kind::MAIN, &self.compared),
            "skipped": skipped,
            "mismatches": self.mismatches,
            "first": self.kept.first().map(Mismatch::to_json),
            "skipped_fields": counts(&Kind::MAIN, &self.skipped_fields),
            "also_compared": counts(&Kind::ALSO, &self.compared),
            "unknown_fields": self.unknown_fields,
            "advisory": self.advisory.as_ref().map(Advisory::to_json),
            "axi": self.axi.map(|axi| json!({
                "probes": axi.probes,
                "forwarded": axi.bursts.forwarded,
                "refused": axi.bursts.refused,
            })),
        })
    }
}

impl Mismatch {
    /// The mismatch as JSON.
    pub fn to_json(&self) -> Value {
        json!({
            "case": self.case,
            "step": self.step,
            "line": self.line,
            "op": self.op,
            "what": self.kind.map_or("device", Kind::name),
            "expected": self.expected,
            "actual": self.actual,
        })
    }
}
