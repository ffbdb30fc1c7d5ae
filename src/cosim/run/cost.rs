// SPDX-License-Identifier: Apache-2.0
//! What one device reset costs a program with N mappings: the figure that the thread of October 2023 was about.
//!
//! Without IOTLB_PERSIST the kernel has the parent clean its table, and the program unmaps and maps everything; with
//! it nothing is done around the reset. The kernel is that of 6.12, the parents are both styles of vdpa_sim, the
//! programs are U1, with and without batches, and U5 of [`userspace`](super::userspace). In the end every buffer is
//! reached through the device, or the figure is none.

use super::cycle::Cycle;
use super::machine::{Buffer, Machine};
use super::observe::{Landing, Observed};
use super::userspace::{Act, Userspace};
use super::{Play, PowerOn, RunError, on_machine};
use crate::cosim::Subject;
use crate::regif::Access;
use crate::vdpa::{Kernel, Mapping, Parent};

/// What a program does about a device reset.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Around {
    /// IOTLB_PERSIST not acked: unmaps and maps, each mapping by itself.
    Unbatched,
    /// IOTLB_PERSIST not acked: unmaps in a batch, maps in a batch.
    Batched,
    /// IOTLB_PERSIST acked: nothing.
    Persist,
}

impl Around {
    /// In the order in which the cost falls.
    pub const ALL: [Self; 3] = [Self::Unbatched, Self::Batched, Self::Persist];

    /// Its name in tables and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unbatched => "unbatched",
            Self::Batched => "batched",
            Self::Persist => "persist",
        }
    }

    /// The name of the program that does so.
    fn program(self) -> &'static str {
        match self {
            Self::Unbatched => "tolerant-unbatched",
            Self::Batched => "tolerant",
            Self::Persist => "vmm",
        }
    }
}

/// What is to be costed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Question {
    /// Mappings that the program has.
    pub mappings: u32,
    /// Style of the parent.
    pub mapping: Mapping,
    /// What the program does.
    pub around: Around,
}

/// Numbers of mappings that are asked about by default; 2048 is what a kernel of today takes in one address space.
pub const MAPPINGS: [u32; 5] = [1, 8, 64, 512, 2048];

impl Question {
    /// Every question for `mappings`, both styles unless `only` one is wanted.
    pub fn all(mappings: &[u32], only: Option<Mapping>) -> Vec<Self> {
        let styles = [Mapping::SetMap, Mapping::DmaMap];
        let styles = styles
            .into_iter()
            .filter(|&style| only.is_none_or(|wanted| wanted == style));
        styles
            .flat_map(|mapping| {
                Around::ALL.into_iter().flat_map(move |around| {
                    mappings.iter().map(move |&mappings| Self {
                        mappings,
                        mapping,
                        around,
                    })
                })
            })
            .collect()
    }

    /// Entries that the driver will send to the device: what the time of a simulation goes by. Unbatched on a set_map
    /// parent this is the square of the mappings, because each message sends the whole table.
    pub fn entries(&self) -> u64 {
        let n = u64::from(self.mappings);
        match (self.around, self.mapping) {
            (Around::Persist, _) => 0,
            (Around::Unbatched, Mapping::SetMap) => n * n,
            (Around::Batched, Mapping::SetMap) => n,
            (_, Mapping::DmaMap) => 2 * n,
        }
    }
}

/// The answer.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Cost {
    /// What was asked.
    pub question: Question,
    /// What the reset cost, with all that was done because of it.
    pub cycle: Cycle,
    /// Answers of the RTL that were compared with the golden model's.
    pub compared: u64,
}

/// Why there is no figure.
#[derive(Debug, thiserror::Error)]
pub enum CostError {
    /// The run ended early.
    #[error(transparent)]
    Run(#[from] RunError),
    /// Something did not do what the figure presumes.
    #[error("{mappings} mappings on a {mapping} parent, {around}: {what}")]
    Failed {
        /// Mappings.
        mappings: u32,
        /// Style of the parent.
        mapping: &'static str,
        /// What the program does.
        around: &'static str,
        /// What went wrong.
        what: String,
    },
}

/// Told how many calls of the cycle have been made, of how many.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64);

struct Run<'a> {
    buffers: u32,
    userspace: &'static Userspace,
    progress: Progress<'a>,
}

impl Play for Run<'_> {
    /// What the cycle cost, or what went wrong.
    type Output = Result<Cycle, String>;

    fn play<P: Observed>(&mut self, machine: &mut Machine<P>) -> Result<Self::Output, RunError> {
        let acks = self.userspace.acks.contains(&true) && self.userspace.acks.len() == 1;
        let calls = |acts: &'static [Act]| -> Vec<_> {
            let calls = acts.iter().flat_map(|act| act.calls(self.buffers, acks));
            calls.collect()
        };
        let (setup, cycle) = (calls(self.userspace.setup), calls(self.userspace.cycle));
        for call in setup {
            let returned = machine.call(call)?;
            if returned.result.is_err() {
                return Ok(Err(format!("{call}: {returned}")));
            }
        }
        machine.start_cost();
        let total = cycle.len() as u64;
        for (done, call) in (1..).zip(cycle) {
            let returned = machine.call(call)?;
            if returned.result.is_err() {
                return Ok(Err(format!("{call}: {returned}")));
            }
            (self.progress)(done, total);
        }
        let cost = machine.cost();
        for buffer in (0..self.buffers).map(Buffer) {
            let landing = machine.access(buffer, Access::Read)?;
            if landing != Landing::At(buffer.pa()) {
                return Ok(Err(format!(
                    "DMA at {:#x} ends in {landing:x?}, not at {:#x}",
                    buffer.iova(),
                    buffer.pa()
                )));
            }
        }
        Ok(Ok(cost))
    }
}

/// Costs one device reset. The device is to be [metered](super::meter::Metered), and to hold so many mappings.
///
/// # Errors
/// If the device is out of order or too small, RTL and golden model differ, a call fails, or a buffer is not reached in
/// the end.
pub fn ask<S: Subject>(
    question: Question,
    power_on: PowerOn<'_, S>,
    progress: Progress<'_>,
) -> Result<Cost, CostError> {
    let Question {
        mappings,
        mapping,
        around,
    } = question;
    let failed = |what: String| CostError::Failed {
        mappings,
        mapping: mapping.name(),
        around: around.name(),
        what,
    };
    let program = around.program();
    let userspace = Userspace::find(program).ok_or_else(|| failed(format!("no {program}")))?;
    let rules = Kernel::V6_12.rules();
    let parent = Parent::OnChip(rules.vdpa_sim, mapping);
    let mut run = Run {
        buffers: mappings,
        userspace,
        progress,
    };
    let (cycle, compared) = on_machine(rules, &parent, mappings, power_on, &mut run)?;
    Ok(Cost {
        question,
        cycle: cycle.map_err(failed)?,
        compared,
    })
}
