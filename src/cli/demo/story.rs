// SPDX-License-Identifier: Apache-2.0
//! The reset story, carried out on a device: what is mapped, what a device reset does to it, what user space can do
//! afterwards, and what release leaves behind. It is what Linux since 6.7 does with a vdpa_sim: policies 1
//! (IOTLB_PERSIST acked) and 3 (not), as one sequence.

use crate::cosim::Subject;
use crate::cosim::run::machine::{Buffer, Call, Machine, Returned, Sight};
use crate::cosim::run::observe::Observed;
use crate::cosim::run::{Play, PowerOn, RunError, on_machine};
use crate::vdpa::{Mapping, Parent, ParentRules, Policy};

/// What is done, in order.
fn calls(persist: bool) -> [Call; 13] {
    use Buffer as On;
    [
        Call::Open,
        Call::SetOwner,
        Call::Ack { persist },
        Call::Update(On::A),
        Call::Update(On::B),
        Call::DriverOk,
        Call::Reset,
        Call::Update(On::A),
        Call::Update(On::C),
        Call::Invalidate(On::A),
        Call::Update(On::A),
        Call::Release,
        Call::Open,
    ]
}

/// One step, and what holds after it.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    /// What was done; `None` for adding the device.
    pub call: Option<Call>,
    /// What it returned.
    pub returned: Option<Returned>,
    /// What holds.
    pub sight: Sight,
}

/// All steps with one parent and one choice.
#[derive(Clone, PartialEq, Debug)]
pub struct Story {
    /// Style of the parent.
    pub mapping: Mapping,
    /// IOTLB_PERSIST was acknowledged.
    pub persist: bool,
    /// What happened.
    pub steps: Vec<Step>,
    /// Answers of the RTL that were compared with the golden model's.
    pub compared: u64,
}

struct Teller {
    persist: bool,
}

impl Play for Teller {
    type Output = Vec<Step>;

    fn play<P: Observed>(&mut self, machine: &mut Machine<P>) -> Result<Vec<Step>, RunError> {
        let mut steps = vec![Step {
            call: None,
            returned: None,
            sight: machine.look()?,
        }];
        for call in calls(self.persist) {
            let returned = Some(machine.call(call)?);
            steps.push(Step {
                call: Some(call),
                returned,
                sight: machine.look()?,
            });
        }
        Ok(steps)
    }
}

/// Tells the story on a device that is powered on for it.
///
/// # Errors
/// If the device is out of order, or RTL and golden model differ.
pub fn tell<S: Subject>(
    mapping: Mapping,
    persist: bool,
    power_on: PowerOn<'_, S>,
) -> Result<Story, RunError> {
    let rules = Policy::merged();
    let parent = Parent::OnChip(ParentRules::VDPA_SIM, mapping);
    let mut teller = Teller { persist };
    let (steps, compared) = on_machine(rules, &parent, 3, power_on, &mut teller)?;
    Ok(Story {
        mapping,
        persist,
        steps,
        compared,
    })
}
