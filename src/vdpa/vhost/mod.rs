// SPDX-License-Identifier: Apache-2.0
//! The core: `drivers/vhost/vdpa.c`, generic over its parent as the kernel's is. One value is one
//! `/dev/vhost-vdpa-N`.
//!
//! Calls take the process that makes them ([`Mm`]). They return what the system call would, in [`Errno`]s, inside
//! [`Error`]; an [`Error::Device`] is a device out of order and ends the story.

mod iotlb_msg;
mod map;
mod vring;

use std::collections::BTreeMap;

use super::errno::{DeviceError, Errno, Error};
use super::features::Features;
use super::iotlb::Iotlb;
use super::mm::{Mm, MmId};
use super::ops::{ConfigOps, ResetFlags};
use super::parent::DRIVER_OK;
use super::profile::{Profile, ResetMapAtRelease, Rules};

pub use iotlb_msg::Written;
pub use vring::VringIoctl;

/// VIRTIO_CONFIG_S_FEATURES_OK.
const FEATURES_OK: u8 = 8;

/// A vhost-vdpa character device on parent `P`.
#[derive(Debug)]
pub struct VhostVdpa<P> {
    ops: P,
    rules: &'static Rules,
    entries: Option<usize>,
    state: Option<Opened>,
}

/// What lives from open to release.
#[derive(Debug, Default)]
struct Opened {
    owner: Option<MmId>,
    acked: Features,
    /// `v->vdev.vqs` is set: false while open() does its reset.
    vqs: bool,
    in_batch: bool,
    batch_asid: u32,
    suspended: bool,
    /// The address-space objects, with their tables S.
    spaces: BTreeMap<u32, Iotlb>,
}

impl<P: ConfigOps> VhostVdpa<P> {
    /// A device that nobody has opened, with the kernel's rules and capacity of `profile`.
    pub fn new(parent: P, profile: &Profile) -> Self {
        Self::with_rules(parent, profile.rules, profile.vhost_entries)
    }

    /// A device that nobody has opened, with these rules, and at most `entries` in each address space.
    pub fn with_rules(parent: P, rules: &'static Rules, entries: Option<usize>) -> Self {
        Self {
            ops: parent,
            rules,
            entries,
            state: None,
        }
    }

    /// The parent.
    pub fn parent(&self) -> &P {
        &self.ops
    }

    /// The parent.
    pub fn parent_mut(&mut self) -> &mut P {
        &mut self.ops
    }

    /// Gives the parent back.
    pub fn into_parent(self) -> P {
        self.ops
    }

    /// True between open and release.
    pub fn is_open(&self) -> bool {
        self.state.is_some()
    }

    /// The address spaces that exist, with their tables.
    pub fn spaces(&self) -> impl Iterator<Item = (u32, &Iotlb)> {
        self.state
            .iter()
            .flat_map(|s| s.spaces.iter().map(|(&asid, t)| (asid, t)))
    }

    /// The owner.
    pub fn owner(&self) -> Option<MmId> {
        self.state.as_ref().and_then(|s| s.owner)
    }

    /// The address space of the open batch.
    pub fn batch(&self) -> Option<u32> {
        self.state
            .as_ref()
            .filter(|s| s.in_batch)
            .map(|s| s.batch_asid)
    }

    /// The backend features that were set last since open.
    pub fn acked(&self) -> Features {
        self.state.as_ref().map(|s| s.acked).unwrap_or_default()
    }

    /// vhost's own flag: set by a SUSPEND that reached the parent.
    pub fn suspended(&self) -> bool {
        self.state.as_ref().is_some_and(|s| s.suspended)
    }

    /// `open()`: resets the device, and never cleans its mappings.
    ///
    /// # Errors
    /// `EBUSY` while it is open.
    pub fn open(&mut self) -> Result<(), Error> {
        if self.is_open() {
            return Err(Errno::Ebusy.into());
        }
        self.state = Some(Opened::default());
        let done = self.reset().and_then(|()| match self.ops.domain() {
            Some(domain) => Ok(domain.attach()?),
            None => Ok(()),
        });
        match &mut self.state {
            Some(state) if done.is_ok() => state.vqs = true,
            _ => self.state = None,
        }
        done
    }

    /// The last `close()`: resets the device, unmaps and unpins everything without a set_map, and gives each
    /// address space that was used back to the parent. `mm` is the owner's memory, if there is an owner.
    pub fn release(&mut self, mm: &mut Mm) -> Result<(), Error> {
        self.reset()?;
        // vhost_vdpa_unbind_mm does not ask whether there is an owner, and so whether anything was bound.
        if self.ops.ops().bind_mm {
            self.ops.unbind_mm();
        }
        let Some(mut state) = self.state.take() else {
            return Ok(());
        };
        for (&asid, iotlb) in &mut state.spaces {
            self.unmap_all(mm, asid, iotlb)?;
            let wanted = match self.rules.reset_map_at_release {
                ResetMapAtRelease::Always => true,
                ResetMapAtRelease::IfAcked => state.acked.has(Features::IOTLB_PERSIST),
                ResetMapAtRelease::Never => false,
            };
            if wanted && self.ops.ops().reset_map {
                self.ops.reset_map(asid)?;
            }
        }
        if let Some(domain) = self.ops.domain() {
            domain.detach();
        }
        Ok(())
    }

    fn opened(&mut self) -> &mut Opened {
        // A file that is not open cannot be called; tolerate it as one with nothing set up.
        self.state.get_or_insert_with(Opened::default)
    }

    /// vhost_vdpa_reset: of open and release.
    fn reset(&mut self) -> Result<(), Error> {
        self.opened().in_batch = false;
        self.compat_reset()
    }

    /// _compat_vdpa_reset: leaves the batch open, and cleans the mappings for user space that does not know
    /// IOTLB_PERSIST, if the parent can tell.
    fn compat_reset(&mut self) -> Result<(), Error> {
        let state = self.opened();
        state.suspended = false;
        let clean = state.vqs && !state.acked.has(Features::IOTLB_PERSIST);
        if clean && self.ops.ops().compat_reset {
            self.ops.compat_reset(ResetFlags::CLEAN_MAP)
        } else {
            self.ops.reset()
        }
    }

    /// VHOST_SET_OWNER.
    ///
    /// # Errors
    /// `EBUSY` if there is an owner.
    pub fn set_owner(&mut self, caller: &Mm) -> Result<(), Error> {
        let state = self.opened();
        if state.owner.is_some() {
            return Err(Errno::Ebusy.into());
        }
        state.owner = Some(caller.id());
        if self.ops.ops().bind_mm {
            self.ops.bind_mm()?;
        }
        Ok(())
    }

    /// VHOST_RESET_OWNER, which vhost-vdpa does not have.
    ///
    /// # Errors
    /// Always `ENOTTY`.
    pub fn reset_owner(&self) -> Result<(), Error> {
        Err(Errno::Enotty.into())
    }

    /// VHOST_GET_BACKEND_FEATURES: the mask on offer.
    pub fn get_backend_features(&self) -> Features {
        let ops = self.ops.ops();
        // vhost_vdpa_has_persistent_map: nothing on the chip that a reset could clean, or a parent with reset_map.
        let off_chip = !ops.set_map && !ops.dma_map;
        let mut features = Features::MSG_V2.with(Features::BATCH).with(Features::ASID);
        for (offered, bit) in [
            (ops.suspend, Features::SUSPEND),
            (ops.resume, Features::RESUME),
            (off_chip || ops.reset_map, Features::IOTLB_PERSIST),
        ] {
            if offered {
                features = features.with(bit);
            }
        }
        features.with(self.ops.get_backend_features())
    }

    /// VHOST_SET_BACKEND_FEATURES: at any time, by anyone, as often as wanted; the last one counts.
    ///
    /// # Errors
    /// As [`Features::check`].
    pub fn set_backend_features(&mut self, features: Features) -> Result<(), Error> {
        features.check(self.rules, self.get_backend_features())?;
        self.opened().acked = features;
        Ok(())
    }

    /// VHOST_SET_FEATURES, as far as vhost-vdpa itself decides: what the parent makes of the bits is not modelled.
    ///
    /// # Errors
    /// `EBUSY` once the driver has settled on features.
    pub fn set_features(&self) -> Result<(), Error> {
        match self.ops.get_status() & FEATURES_OK {
            0 => Ok(()),
            _ => Err(Errno::Ebusy.into()),
        }
    }

    /// VHOST_VDPA_GET_STATUS.
    pub fn get_status(&self) -> u8 {
        self.ops.get_status()
    }

    /// VHOST_VDPA_SET_STATUS; 0 is the device reset.
    ///
    /// # Errors
    /// `EINVAL` for a status other than 0 that drops a bit.
    pub fn set_status(&mut self, status: u8) -> Result<(), Error> {
        let old = self.ops.get_status();
        if status == 0 {
            return self.compat_reset();
        }
        if old & !status != 0 {
            return Err(Errno::Einval.into());
        }
        self.ops.set_status(status)
    }

    /// VHOST_VDPA_SUSPEND.
    ///
    /// # Errors
    /// `EOPNOTSUPP` without the operation.
    pub fn suspend(&mut self) -> Result<(), Error> {
        if self.rules.suspend_needs_driver_ok && self.ops.get_status() & DRIVER_OK == 0 {
            return Ok(());
        }
        if !self.ops.ops().suspend {
            return Err(Errno::Eopnotsupp.into());
        }
        self.ops.suspend()?;
        self.opened().suspended = true;
        Ok(())
    }

    /// VHOST_VDPA_RESUME.
    ///
    /// # Errors
    /// `ENOTTY` where the kernel has no such ioctl, `EOPNOTSUPP` without the operation.
    pub fn resume(&mut self) -> Result<(), Error> {
        if !self.rules.resume {
            return Err(Errno::Enotty.into());
        }
        if self.ops.get_status() & DRIVER_OK == 0 {
            return Ok(());
        }
        if !self.ops.ops().resume {
            return Err(Errno::Eopnotsupp.into());
        }
        self.ops.resume()?;
        self.opened().suspended = false;
        Ok(())
    }

    /// `read()` of the character device, which has none.
    ///
    /// # Errors
    /// Always `EINVAL`.
    pub fn read(&self) -> Result<(), Error> {
        Err(Errno::Einval.into())
    }

    fn check_owner(&self, caller: MmId) -> Result<(), Errno> {
        match self.owner() {
            Some(owner) if owner == caller => Ok(()),
            _ => Err(Errno::Eperm),
        }
    }
}
