// SPDX-License-Identifier: Apache-2.0
//! Carrying out one step of a recording on the model, and what is seen of it.

use super::dump::read_spaces;
use super::layout::{CHILD, Layout};
use super::probe::Prober;
use crate::cosim::Subject;
use crate::regif::AddressSpace;
use crate::trace::{Line, Op};
use crate::vdpa::errno::answer;
use crate::vdpa::mm::Mm;
use crate::vdpa::{DeviceError, Errno, Error, Features, Kcall, OnChip, Probed, Profile, VhostVdpa};

/// The parent driver, with a record of what it is called for.
pub type Parent<S> = Probed<OnChip<S>>;

/// The modelled machine: a device, the kernel, and the program with its memory. [`World::of`] makes the one that a
/// recording needs; [`execute`](World::execute) does one of its lines.
#[derive(Debug)]
pub struct World<S> {
    pub(super) vdpa: VhostVdpa<Parent<S>>,
    pub(super) mm: Mm,
    pub(super) child: Mm,
    pub(super) profile: Profile,
    pub(super) layout: Layout,
    pub(super) prober: Prober,
    /// Region of the last UPDATE.
    pub(super) last_region: Option<String>,
}

/// What was seen of a step. As in [`Outcome`](crate::trace::Outcome), what was not looked at is absent.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Seen {
    /// Return value.
    pub ret: Option<i64>,
    /// "OK" or an error.
    pub errno: Option<&'static str>,
    /// "OK" or an error of the message handler.
    pub kret: Option<&'static str>,
    /// Result of a probe, and what it hit.
    pub probe: Option<(String, String)>,
    /// Results of the known-good packets before and after a probe, "-" for one that was not sent.
    pub control: Option<String>,
    /// Values: which, as recorded, as found.
    pub values: Vec<(&'static str, String, String)>,
    /// Driver calls.
    pub kcalls: Vec<Kcall>,
    /// The operation is not modelled.
    pub unmodelled: bool,
}

impl<S: Subject> World<S> {
    /// A machine on `dev`, with the memory that `layout` describes. With `entries`, no address space may
    /// hold more than that.
    ///
    /// # Errors
    /// If the device is unfit or fails.
    pub fn new(
        dev: S,
        profile: Profile,
        entries: Option<u16>,
        layout: Layout,
    ) -> Result<Self, DeviceError> {
        let mm = layout.memory();
        let child = mm.fork(CHILD);
        let parent = OnChip::new(dev, profile, entries)?;
        Ok(Self {
            vdpa: VhostVdpa::new(Probed::new(parent), &profile),
            mm,
            child,
            profile,
            layout,
            prober: Prober::default(),
            last_region: None,
        })
    }

    /// The device.
    pub fn device(&mut self) -> &mut S {
        self.vdpa.parent_mut().parent_mut().device()
    }

    /// The kernel's side: vhost-vdpa, with its tables S ([`VhostVdpa::spaces`]) and its parent.
    pub fn vdpa(&self) -> &VhostVdpa<Parent<S>> {
        &self.vdpa
    }

    /// The program's memory.
    pub fn memory(&self) -> &Mm {
        &self.mm
    }

    /// What is modelled.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Reads every address space of the device: its tables D, by ASID.
    ///
    /// # Errors
    /// If the device is out of order.
    pub fn spaces(&mut self) -> Result<Vec<AddressSpace>, DeviceError> {
        Ok(read_spaces(self.device())?)
    }

    /// Gives the device back.
    pub fn into_device(self) -> S {
        self.vdpa.into_parent().into_parent().into_device()
    }

    /// Carries out a step.
    ///
    /// # Errors
    /// If the device is out of order or too small.
    pub fn execute(&mut self, line: &Line) -> Result<Seen, DeviceError> {
        let mut seen = self.dispatch(line)?;
        seen.kcalls = self.vdpa.parent_mut().take_calls();
        Ok(seen)
    }

    fn dispatch(&mut self, line: &Line) -> Result<Seen, DeviceError> {
        let caller = self.mm.id();
        let vdpa = &mut self.vdpa;
        Ok(match &line.op {
            // Not executed by the recorder either: only a state dump.
            Op::Suspend {
                withheld: Some(_), ..
            }
            | Op::Resume {
                withheld: Some(_), ..
            } => Seen::default(),
            Op::Open {} => {
                self.prober.driver_gone();
                if vdpa.is_open() {
                    // The close that scripted recordings do not log.
                    answer(vdpa.release(&mut self.mm))?.ok();
                    vdpa.parent_mut().take_calls();
                }
                ioctl(vdpa.open())?
            }
            Op::Close {} => {
                self.prober.driver_gone();
                ioctl(vdpa.release(&mut self.mm))?
            }
            Op::SecondOpen {} | Op::SecondOpenOtherProcess {} => ioctl(vdpa.open())?,
            Op::SetOwner {} => ioctl(vdpa.set_owner(&self.mm))?,
            Op::ResetOwner {} => ioctl(vdpa.reset_owner())?,
            Op::GetBackendFeatures { value } => done().with(
                "features",
                value.to_string(),
                format!("{:#x}", vdpa.get_backend_features().0),
            ),
            Op::SetBackendFeatures { features } => {
                ioctl(vdpa.set_backend_features(Features(features.0)))?
            }
            Op::Reset { old, .. } => {
                self.prober.driver_gone();
                let before = vdpa.get_status();
                ioctl(vdpa.set_status(0))?.with_old(*old, before)
            }
            Op::SetStatus { status, old } => {
                let before = vdpa.get_status();
                ioctl(vdpa.set_status(*status))?.with_old(*old, before)
            }
            Op::GetStatus { value } => {
                done().with("status", value.to_string(), vdpa.get_status().to_string())
            }
            Op::SetGroupAsid { group, asid } => ioctl(vdpa.set_group_asid(caller, *group, *asid))?,
            Op::Suspend { .. } => ioctl(vdpa.suspend())?,
            Op::Resume { .. } => ioctl(vdpa.resume())?,
            Op::GetIovaRange { first, last } => {
                let range = crate::vdpa::ConfigOps::get_iova_range(vdpa.parent());
                let text = |first: u64, last: u64| format!("{first:#x}..{last:#x}");
                match (first, last) {
                    (Some(first), Some(last)) => {
                        done().with("range", text(first.0, last.0), text(range.0, range.1))
                    }
                    _ => done(),
                }
            }
            Op::SetrlimitMemlock { bytes } => {
                self.mm.memlock = bytes.0;
                Seen::default()
            }
            Op::SetFeatures { .. } => ioctl(vdpa.set_features())?,
            Op::GetConfig { .. } | Op::SetConfig { .. } | Op::SetConfigCall { .. } => done(),
            // No parent here has .get_vq_notification; this is no errno of user space's, yet what it gets.
            Op::Mmap { .. } => Seen {
                ret: Some(-1),
                errno: Some("ENOTSUPP"),
                ..Seen::default()
            },
            Op::Read {} => ioctl(vdpa.read())?,
            Op::Poll { .. } => Seen {
                ret: Some(1),
                ..done()
            },
            Op::Note {} => {
                self.note(line.outcome.text.as_deref().unwrap_or_default());
                Seen::default()
            }
            Op::Peek {} | Op::Time { .. } | Op::MapUntilFail { .. } | Op::Meta(_) => {
                Seen::default()
            }
            Op::DriverInit {
                rings,
                ring_mem,
                status,
                failures,
            } => self.driver_init(rings, ring_mem, *status, failures)?,
            op => {
                if let Some(seen) = self.constants(op) {
                    seen
                } else if let Some(seen) = self.vring(op)? {
                    seen
                } else if let Some(seen) = self.message(op, &line.outcome)? {
                    seen
                } else if let Some(seen) = self.probe(op)? {
                    seen
                } else {
                    Seen {
                        unmodelled: true,
                        ..Seen::default()
                    }
                }
            }
        })
    }

    /// The one comment that tells of something done: the program unmapped what it had just mapped.
    fn note(&mut self, text: &str) {
        if text == "user munmap()s the mapped buffer"
            && let Some(region) = self.last_region.take()
        {
            self.mm.unmap_region(&region);
        }
    }

    fn probe(&mut self, op: &Op) -> Result<Option<Seen>, DeviceError> {
        let mut prober = self.prober;
        let seen = prober.probe(op, self)?;
        self.prober = prober;
        Ok(seen)
    }
}

impl Seen {
    /// With the status that was there before, where the recording has it.
    fn with_old(self, recorded: Option<u8>, found: u8) -> Self {
        match recorded {
            Some(recorded) => self.with("old", recorded.to_string(), found.to_string()),
            None => self,
        }
    }

    /// With one more value.
    pub(super) fn with(mut self, name: &'static str, recorded: String, found: String) -> Self {
        self.values.push((name, recorded, found));
        self
    }
}

/// A call that cannot fail.
pub(super) fn done() -> Seen {
    Seen {
        ret: Some(0),
        errno: Some("OK"),
        ..Seen::default()
    }
}

pub(super) fn from_answer<T>(answer: &Result<T, Errno>) -> Seen {
    Seen {
        ret: Some(if answer.is_ok() { 0 } else { -1 }),
        errno: Some(Errno::label(answer)),
        ..Seen::default()
    }
}

pub(super) fn ioctl(result: Result<(), Error>) -> Result<Seen, DeviceError> {
    Ok(from_answer(&answer(result)?))
}
