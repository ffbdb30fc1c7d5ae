// SPDX-License-Identifier: Apache-2.0
//! Which lines of a recording are executed and which compared, and why the others are not.

use crate::trace::{Line, Op};

/// Why a line, or one field of it, was not compared. Each is counted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Reason {
    /// Not among the cases that were asked for.
    NotSelected,
    /// A timing loop.
    Timing,
    /// A comment.
    Note,
    /// Something before this line was done and not logged, so the state is not known until the next open.
    Unlogged,
    /// Tables that showed for the first time which pages are adjacent: where entries end is taken from them, the
    /// rest is compared. Or driver calls of an UPDATE that was rolled back, where nothing ever shows it: they are
    /// compared with touching neighbours merged.
    Merged,
    /// The operation is not modelled.
    Unmodelled,
    /// The device under test has fewer entries than the recorded one; nothing is known until the next open.
    DeviceFull,
    /// The RTL's tables after a line without a dump, where only lines with one were asked for; everything else of the
    /// line is compared.
    TablesNotRead,
}

impl Reason {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotSelected => "not_selected",
            Self::Timing => "timing",
            Self::Note => "note",
            Self::Unlogged => "unlogged",
            Self::Merged => "merged",
            Self::Unmodelled => "unmodelled",
            Self::DeviceFull => "device_full",
            Self::TablesNotRead => "tables_not_read",
        }
    }

    /// What it means, for people.
    pub fn explain(self) -> &'static str {
        match self {
            Self::NotSelected => "outside the cases asked for",
            Self::Timing => "timing loops",
            Self::Note => "comments",
            Self::Unlogged => "the recorder did not log what happened before",
            Self::Merged => {
                "entries compared with touching neighbours merged, to learn the physical layout"
            }
            Self::Unmodelled => "operations that are not modelled",
            Self::DeviceFull => "the device under test is too small; try a larger --entries",
            Self::TablesNotRead => "the device's tables, after lines without a dump",
        }
    }
}

/// What to do with a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Plan {
    /// Nothing.
    Ignore,
    /// Execute it, so that later lines find the state they need.
    Silent,
    /// Execute and compare it.
    Compare,
}

/// Plans all lines: those of `cases` (everything if empty) are compared, and what leads up to them since the open
/// before is executed.
pub fn plan(lines: &[Line], cases: &[String]) -> Vec<Plan> {
    let mut plans = vec![Plan::Ignore; lines.len()];
    let mut opened = 0;
    for (index, line) in lines.iter().enumerate() {
        if matches!(line.op, Op::Open {}) {
            opened = index;
        }
        if cases.is_empty() || cases.iter().any(|case| line.in_case(case)) {
            for plan in &mut plans[opened..index] {
                if *plan == Plan::Ignore {
                    *plan = Plan::Silent;
                }
            }
            plans[index] = Plan::Compare;
        }
    }
    plans
}

/// Why a line itself cannot be compared, and whether it leaves the state unknown.
pub fn inherent(line: &Line) -> Option<(Reason, bool)> {
    match &line.op {
        Op::Time { .. } => Some((Reason::Timing, true)),
        Op::MapUntilFail { .. } => Some((Reason::Unlogged, true)),
        Op::IotlbUpdate { uaddr: None, .. } if line.outcome.from.is_none() => {
            Some((Reason::Unlogged, true))
        }
        Op::Note {} => Some((Reason::Note, false)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::Trace;

    #[test]
    fn silent_execution_starts_at_the_open_before() {
        let line = |case: &str, op: &str| {
            format!(
                r#"{{"kernel":"6.12","variant":"setmap-pa","case":"{case}","step":1,"op":"{op}"}}"#
            )
        };
        let text = [
            line("1.a", "open"),
            line("1.a", "set_owner"),
            line("3.a", "open"),
            line("3.a", "set_owner"),
            line("3.b.x", "peek"),
            line("3.c", "peek"),
            line("30.b", "open"),
        ];
        let trace = Trace::parse("t", &text.join("\n")).unwrap();
        let plans = plan(&trace.lines, &["3.b".to_owned()]);
        use Plan::{Compare, Ignore, Silent};
        assert_eq!(
            plans,
            [Ignore, Ignore, Silent, Silent, Compare, Ignore, Ignore]
        );
        assert!(super::plan(&trace.lines, &[]).iter().all(|p| *p == Compare));
    }
}
