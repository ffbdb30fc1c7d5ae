// SPDX-License-Identifier: Apache-2.0
//! Carrying out one step of a recording on the model, and what is seen of it.

use super::layout::{CHILD, Layout};
use super::probe::Prober;
use crate::cosim::Subject;
use crate::trace::{Line, Op, Symbol};
use crate::vdpa::errno::answer;
use crate::vdpa::mm::Mm;
use crate::vdpa::{
    DeviceError, Errno, Error, Features, Kcall, OnChip, Probed, Profile, VhostVdpa, VringIoctl,
};

/// Steps by which a driver brings the device from status 0 to DRIVER_OK.
const DRIVER_STATUS: [u8; 4] = [0x1, 0x3, 0xb, 0xf];

/// The modelled machine: a device, the kernel, and the program with its memory.
#[derive(Debug)]
pub struct World<S> {
    pub(super) vdpa: VhostVdpa<Probed<OnChip<S>>>,
    pub(super) mm: Mm,
    pub(super) child: Mm,
    pub(super) profile: Profile,
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
        layout: &Layout,
    ) -> Result<Self, DeviceError> {
        let mm = layout.memory();
        let child = mm.fork(CHILD);
        let parent = OnChip::new(dev, profile, entries)?;
        Ok(Self {
            vdpa: VhostVdpa::new(Probed::new(parent), &profile),
            mm,
            child,
            profile,
            prober: Prober::default(),
            last_region: None,
        })
    }

    /// The device.
    pub fn device(&mut self) -> &mut S {
        self.vdpa.parent_mut().parent_mut().device()
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
            Op::Reset { .. } => {
                self.prober.driver_gone();
                ioctl(vdpa.set_status(0))?
            }
            Op::SetStatus { status } => ioctl(vdpa.set_status(*status))?,
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

    /// What a device has once and for all.
    fn constants(&self, op: &Op) -> Option<Seen> {
        use crate::vdpa::ConfigOps;
        let parent = self.vdpa.parent();
        let (name, recorded, found) = match op {
            Op::GetAsNum { value } => ("as_num", value.to_string(), parent.nas().to_string()),
            Op::GetGroupNum { value } => {
                ("group_num", value.to_string(), parent.ngroups().to_string())
            }
            Op::GetVqsCount { value } => {
                ("vqs_count", value.to_string(), parent.nvqs().to_string())
            }
            Op::GetDeviceId { value } => (
                "device_id",
                value.to_string(),
                parent.get_device_id().to_string(),
            ),
            Op::GetVringNum { value } => (
                "vring_num",
                value.to_string(),
                parent.get_vq_num_max().to_string(),
            ),
            Op::GetFeatures { value } => {
                let features = parent.get_device_features();
                ("features", value.to_string(), format!("{features:#x}"))
            }
            Op::SetFeatures {} => return Some(done()),
            _ => return None,
        };
        Some(done().with(name, recorded, found))
    }

    /// Virtqueue ioctls.
    fn vring(&self, op: &Op) -> Result<Option<Seen>, DeviceError> {
        let caller = self.mm.id();
        let vring = |ioctl| self.vdpa.vring_ioctl(caller, ioctl, 0);
        let result = match op {
            Op::SetVringNum {} => vring(VringIoctl::SetNum),
            Op::SetVringBase { .. } => vring(VringIoctl::SetBase),
            Op::GetVringBase {} => vring(VringIoctl::GetBase),
            Op::SetVringAddr { .. } => vring(VringIoctl::SetAddr),
            Op::SetVringEnable {} => vring(VringIoctl::SetEnable),
            Op::GetVringGroup { index, value } => {
                let group = answer(self.vdpa.get_vring_group(caller, index.unwrap_or(0)))?;
                let mut seen = from_answer(&group);
                if let (Ok(group), Some(value)) = (group, value) {
                    seen = seen.with("group", value.to_string(), group.to_string());
                }
                return Ok(Some(seen));
            }
            Op::GetVringDescGroup { index, .. } => self
                .vdpa
                .get_vring_desc_group(caller, index.unwrap_or(0))
                .map(drop),
            _ => return Ok(None),
        };
        Ok(Some(ioctl(result)?))
    }

    fn driver_init(
        &mut self,
        rings: &str,
        ring_mem: &Symbol,
        status: u8,
        failures: &str,
    ) -> Result<Seen, DeviceError> {
        let caller = self.mm.id();
        let mut failed = Vec::new();
        for (step, bits) in DRIVER_STATUS.into_iter().enumerate() {
            if step == DRIVER_STATUS.len() - 1 {
                for vq in 0..crate::vdpa::parent::VQS {
                    for ioctl in [
                        VringIoctl::SetNum,
                        VringIoctl::SetBase,
                        VringIoctl::SetAddr,
                        VringIoctl::SetEnable,
                    ] {
                        if answer(self.vdpa.vring_ioctl(caller, ioctl, vq))?.is_err() {
                            failed.push(format!("{ioctl:?}({vq})"));
                        }
                    }
                }
            }
            if answer(self.vdpa.set_status(bits))?.is_err() {
                failed.push(format!("SetStatus({bits:#x})"));
            }
        }
        self.prober.driver_init(&self.mm, rings, ring_mem);
        let found = self.vdpa.get_status().to_string();
        Ok(Seen::default()
            .with("status", status.to_string(), found)
            .with("failures", failures.to_owned(), failed.join(" ")))
    }

    fn probe(&mut self, op: &Op) -> Result<Option<Seen>, DeviceError> {
        let mut prober = self.prober;
        let seen = prober.probe(op, self)?;
        self.prober = prober;
        Ok(seen)
    }
}

impl Seen {
    /// With one more value.
    pub(super) fn with(mut self, name: &'static str, recorded: String, found: String) -> Self {
        self.values.push((name, recorded, found));
        self
    }
}

/// A call that cannot fail.
fn done() -> Seen {
    Seen {
        ret: Some(0),
        errno: Some("OK"),
        ..Seen::default()
    }
}

fn from_answer<T>(answer: &Result<T, Errno>) -> Seen {
    Seen {
        ret: Some(if answer.is_ok() { 0 } else { -1 }),
        errno: Some(Errno::label(answer)),
        ..Seen::default()
    }
}

fn ioctl(result: Result<(), Error>) -> Result<Seen, DeviceError> {
    Ok(from_answer(&answer(result)?))
}
