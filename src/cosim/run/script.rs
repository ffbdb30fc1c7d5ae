// SPDX-License-Identifier: Apache-2.0
//! The script of the thread (semantics.md section F): T0 device added, T1 open, owner, ack, T2 UPDATE A and B, T3
//! DRIVER_OK, T4 device reset; then, each by itself, T5a UPDATE A, T5b UPDATE C, T5c INVALIDATE A; and without any of
//! them T6 release and T7 a driver inside the kernel.

use super::machine::{Attached, Buffer, Call, Machine, Returned, Sight};
use super::observe::Observed;
use super::{Play, PowerOn, RunError, on_machine};
use crate::cosim::Subject;
use crate::vdpa::{Parent, Policy};

/// Buffers that the script uses.
pub const BUFFERS: u32 = 3;

/// One step.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    /// "T4", "T5a".
    pub label: &'static str,
    /// What was done; `None` for T0.
    pub calls: Vec<Call>,
    /// What the last call returned.
    pub returned: Option<Returned>,
    /// What holds afterwards.
    pub sight: Sight,
    /// T7: what the driver inside the kernel saw.
    pub attached: Option<Attached>,
}

/// The script, played.
#[derive(Debug)]
pub struct Played {
    /// The policy.
    pub policy: &'static Policy,
    /// The parent.
    pub parent: Parent,
    /// IOTLB_PERSIST was acked.
    pub acked: bool,
    /// The steps, in the order of their labels.
    pub steps: Vec<Step>,
    /// Answers of the RTL that were compared with the golden model's.
    pub compared: u64,
}

impl Played {
    /// The step of that label, if the script got there.
    pub fn step(&self, label: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.label == label)
    }
}

/// What follows T4.
#[derive(Clone, Copy)]
enum Branch {
    /// T5a, T5b or T5c.
    Message(&'static str, Call),
    /// T6 and T7.
    Release,
}

struct Script {
    acked: bool,
    branch: Branch,
}

impl Play for Script {
    type Output = Vec<Step>;

    fn play<P: Observed>(&mut self, machine: &mut Machine<P>) -> Result<Vec<Step>, RunError> {
        let persist = self.acked;
        let mut steps = vec![Step {
            label: "T0",
            calls: Vec::new(),
            returned: None,
            sight: machine.look()?,
            attached: None,
        }];
        let mut refused = false;
        for (label, calls) in [
            (
                "T1",
                vec![Call::Open, Call::SetOwner, Call::Ack { persist }],
            ),
            ("T2", vec![Call::Update(Buffer::A), Call::Update(Buffer::B)]),
            ("T3", vec![Call::DriverOk]),
            ("T4", vec![Call::Reset]),
        ] {
            let last = step(machine, label, calls)?;
            refused = last.returned.is_some_and(|r| r.result.is_err());
            steps.push(last);
            if refused {
                break;
            }
        }
        match self.branch {
            // User space that may not map at all does not get as far.
            Branch::Message(..) if refused => {}
            Branch::Message(label, call) => steps.push(step(machine, label, vec![call])?),
            Branch::Release => {
                steps.push(step(machine, "T6", vec![Call::Release])?);
                let mut last = step(machine, "T7", vec![Call::Attach])?;
                last.attached = machine.attached();
                steps.push(last);
            }
        }
        Ok(steps)
    }
}

fn step<P: Observed>(
    machine: &mut Machine<P>,
    label: &'static str,
    calls: Vec<Call>,
) -> Result<Step, RunError> {
    let mut returned = None;
    for &call in &calls {
        let this = machine.call(call)?;
        returned = Some(this);
        if this.result.is_err() {
            break;
        }
    }
    Ok(Step {
        label,
        calls,
        returned,
        sight: machine.look()?,
        attached: None,
    })
}

/// Plays the script for one policy, on one of its parents, acked or not; each branch on a device of its own.
///
/// # Errors
/// If a device is out of order, or RTL and golden model differ.
pub fn play<S: Subject>(
    policy: &'static Policy,
    parent: Parent,
    acked: bool,
    power_on: PowerOn<'_, S>,
) -> Result<Played, RunError> {
    let mut steps: Vec<Step> = Vec::new();
    let mut compared = 0;
    for branch in [
        Branch::Release,
        Branch::Message("T5a", Call::Update(Buffer::A)),
        Branch::Message("T5b", Call::Update(Buffer::C)),
        Branch::Message("T5c", Call::Invalidate(Buffer::A)),
    ] {
        let mut script = Script { acked, branch };
        let (played, answers) = on_machine(policy.rules, &parent, BUFFERS, power_on, &mut script)?;
        compared += answers;
        // What leads up to a branch is the same each time.
        for step in played {
            if steps.iter().all(|have| have.label != step.label) {
                steps.push(step);
            }
        }
    }
    steps.sort_by_key(|step| step.label);
    Ok(Played {
        policy,
        parent,
        acked,
        steps,
        compared,
    })
}
