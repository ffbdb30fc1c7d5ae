// SPDX-License-Identifier: Apache-2.0
//! Playing a program on a machine, and collecting what its verdict is made of.

use std::collections::BTreeSet;

use super::verdict::{Evidence, Verdict};
use super::{Act, BUFFERS, Configuration, Userspace};
use crate::cosim::Subject;
use crate::cosim::run::cycle::Cycle;
use crate::cosim::run::machine::{Buffer, Call, Machine, Returned};
use crate::cosim::run::observe::{Landing, Observed, Table};
use crate::cosim::run::watch::Hazard;
use crate::cosim::run::{Play, PowerOn, RunError, on_machine};
use crate::regif::Access;
use crate::vdpa::{Features, Map};

/// A call, and what it left.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    /// Which.
    pub call: Call,
    /// What it returned.
    pub returned: Returned,
    /// S of AS 0, ascending.
    pub s: Vec<Map>,
    /// D of every address space.
    pub d: Vec<Table>,
    /// What is wrong, or dangerous.
    pub hazards: BTreeSet<Hazard>,
    /// What was, inside the call, and has passed.
    pub passed: BTreeSet<Hazard>,
}

/// A call that failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Problem {
    /// Which.
    pub call: Call,
    /// What it returned.
    pub returned: Returned,
}

/// One program on one kernel with one parent.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The program.
    pub userspace: &'static Userspace,
    /// Kernel and parent.
    pub configuration: Configuration,
    /// It acks IOTLB_PERSIST, where that is offered.
    pub acks: bool,
    /// IOTLB_PERSIST is offered.
    pub offered: bool,
    /// The call that failed before the reset was near: the program got no further, and there are no steps.
    pub refused: Option<Problem>,
    /// D before the cycle.
    pub before: Vec<Table>,
    /// The cycle, step by step. That a call failed does not stop a program.
    pub steps: Vec<Step>,
    /// Where a read and a write at each buffer's IOVA land in the end.
    pub landings: Vec<(Buffer, Landing)>,
    /// What the cycle cost.
    pub cycle: Cycle,
    /// How it came out.
    pub verdict: Verdict,
    /// Answers of the RTL that were compared with the golden model's.
    pub compared: u64,
}

impl Cell {
    /// Calls of the cycle that failed.
    pub fn problems(&self) -> impl Iterator<Item = Problem> {
        let failed = self
            .steps
            .iter()
            .filter(|step| step.returned.result.is_err());
        failed.map(|&Step { call, returned, .. }| Problem { call, returned })
    }

    /// Hazards in the end.
    pub fn left(&self) -> BTreeSet<Hazard> {
        let last = self.steps.last();
        last.map(|step| step.hazards.clone()).unwrap_or_default()
    }

    /// Hazards that were there inside or after a call of the cycle, and no longer in the end.
    pub fn passing(&self) -> BTreeSet<Hazard> {
        let all: BTreeSet<_> = self
            .steps
            .iter()
            .flat_map(|step| step.hazards.union(&step.passed))
            .copied()
            .collect();
        &all - &self.left()
    }

    /// D in the end.
    pub fn d(&self) -> &[Table] {
        self.steps.last().map_or(&self.before, |step| &step.d)
    }
}

/// What a run brings back.
#[derive(Default)]
struct Seen {
    offered: bool,
    refused: Option<Problem>,
    before: Vec<Table>,
    steps: Vec<Step>,
    landings: Vec<(Buffer, Landing)>,
    cycle: Cycle,
}

struct Run {
    userspace: &'static Userspace,
    acks: bool,
}

impl Run {
    fn calls(&self, acts: &[Act]) -> Vec<Call> {
        let calls = acts.iter().flat_map(|act| act.calls(BUFFERS, self.acks));
        calls.collect()
    }
}

impl Play for Run {
    type Output = Seen;

    fn play<P: Observed>(&mut self, machine: &mut Machine<P>) -> Result<Seen, RunError> {
        let mut seen = Seen {
            offered: machine
                .vdpa
                .get_backend_features()
                .has(Features::IOTLB_PERSIST),
            ..Seen::default()
        };
        for call in self.calls(self.userspace.setup) {
            let returned = machine.call(call)?;
            if returned.result.is_err() {
                seen.refused = Some(Problem { call, returned });
                return Ok(seen);
            }
        }
        seen.before = machine.look()?.d;
        machine.start_cost();
        for call in self.calls(self.userspace.cycle) {
            let returned = machine.call(call)?;
            let sight = machine.look()?;
            seen.steps.push(Step {
                call,
                returned,
                s: sight.s.unwrap_or_default(),
                d: sight.d,
                hazards: sight.findings.iter().map(|f| f.hazard).collect(),
                passed: sight.passed.iter().map(|f| f.hazard).collect(),
            });
        }
        seen.cycle = machine.cost();
        for number in 0..BUFFERS {
            for access in [Access::Read, Access::Write] {
                let landing = machine.access(Buffer(number), access)?;
                seen.landings.push((Buffer(number), landing));
            }
        }
        Ok(seen)
    }
}

/// Plays `userspace` on a kernel with a parent, acking IOTLB_PERSIST or not. The device is to be
/// [metered](crate::cosim::run::meter::Metered), or nothing is counted on it.
///
/// # Errors
/// If the device is out of order, or RTL and golden model differ.
pub fn play<S: Subject>(
    userspace: &'static Userspace,
    configuration: &Configuration,
    acks: bool,
    power_on: PowerOn<'_, S>,
) -> Result<Cell, RunError> {
    let Configuration { rules, parent, .. } = configuration;
    let mut run = Run { userspace, acks };
    let (seen, compared) = on_machine(rules, parent, BUFFERS, power_on, &mut run)?;
    let mut cell = Cell {
        userspace,
        configuration: configuration.clone(),
        acks,
        offered: seen.offered,
        refused: seen.refused,
        before: seen.before,
        steps: seen.steps,
        landings: seen.landings,
        cycle: seen.cycle,
        verdict: Verdict::default(),
        compared,
    };
    let errno = |problem: Problem| problem.returned.result.err();
    let evidence = Evidence {
        refused: cell.refused.is_some(),
        failed: cell.problems().find_map(errno),
        landings: &cell.landings,
        tables: (&cell.before, cell.d()),
    };
    let verdict = Verdict::of(userspace.expects, &evidence);
    cell.verdict = verdict;
    Ok(cell)
}
