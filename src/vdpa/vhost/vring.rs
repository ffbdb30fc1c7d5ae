// SPDX-License-Identifier: Apache-2.0
//! The ioctls that need an owner: virtqueues and groups (vhost_dev_ioctl, vhost_vdpa_vring_ioctl).

use super::{DRIVER_OK, Errno, Error, MmId, VhostVdpa};
use crate::vdpa::ops::ConfigOps;

/// An ioctl on a virtqueue, as far as it decides whether it is accepted: the rings themselves live in the process.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum VringIoctl {
    /// VHOST_SET_VRING_NUM.
    SetNum,
    /// VHOST_SET_VRING_BASE.
    SetBase,
    /// VHOST_GET_VRING_BASE.
    GetBase,
    /// VHOST_SET_VRING_ADDR.
    SetAddr,
    /// VHOST_VDPA_SET_VRING_ENABLE.
    SetEnable,
    /// VHOST_SET_VRING_KICK.
    SetKick,
    /// VHOST_SET_VRING_CALL.
    SetCall,
}

impl<P: ConfigOps> VhostVdpa<P> {
    /// An ioctl on virtqueue `index` by `caller`.
    ///
    /// # Errors
    /// `EPERM` for anyone but the owner, `ENOBUFS` for an index out of range, `EINVAL` where the kernel forbids
    /// moving a ring at DRIVER_OK.
    pub fn vring_ioctl(&self, caller: MmId, ioctl: VringIoctl, index: u32) -> Result<(), Error> {
        self.check_vring(caller, index)?;
        let moves = matches!(ioctl, VringIoctl::SetAddr | VringIoctl::SetBase);
        let live = self.ops.get_status() & DRIVER_OK != 0 && !self.suspended();
        if moves && live && self.rules.vring_frozen_by_driver_ok {
            return Err(Errno::Einval.into());
        }
        Ok(())
    }

    /// VHOST_VDPA_GET_VRING_GROUP.
    ///
    /// # Errors
    /// As [`vring_ioctl`](Self::vring_ioctl).
    pub fn get_vring_group(&self, caller: MmId, index: u32) -> Result<u32, Error> {
        self.check_vring(caller, index)?;
        Ok(self.ops.get_vq_group(index))
    }

    /// VHOST_VDPA_GET_VRING_DESC_GROUP, of a parent without one.
    ///
    /// # Errors
    /// As [`vring_ioctl`](Self::vring_ioctl), then `EOPNOTSUPP`, or `ENOTTY` where there is no such ioctl.
    pub fn get_vring_desc_group(&self, caller: MmId, index: u32) -> Result<u32, Error> {
        self.check_vring(caller, index)?;
        let known = self.rules.desc_group_ioctl;
        Err(if known {
            Errno::Eopnotsupp
        } else {
            Errno::Enotty
        }
        .into())
    }

    /// VHOST_VDPA_SET_GROUP_ASID, at any time.
    ///
    /// # Errors
    /// `EPERM` for anyone but the owner; `ENOBUFS` for a group beyond the number of *virtqueues*; `EINVAL` for an
    /// address space, or a group, that does not exist.
    pub fn set_group_asid(&mut self, caller: MmId, group: u32, asid: u32) -> Result<(), Error> {
        self.check_vring(caller, group)?;
        let beyond = self.rules.group_bound && group >= self.ops.ngroups();
        if asid >= self.ops.nas() || beyond {
            return Err(Errno::Einval.into());
        }
        self.ops.set_group_asid(group, asid)
    }

    fn check_vring(&self, caller: MmId, index: u32) -> Result<(), Errno> {
        self.check_owner(caller)?;
        if index >= self.ops.nvqs() {
            return Err(Errno::Enobufs);
        }
        Ok(())
    }
}
