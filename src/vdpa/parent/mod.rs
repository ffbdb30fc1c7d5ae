// SPDX-License-Identifier: Apache-2.0
//! Parent drivers: [`OnChip`] for a device with an IOMMU of its own, [`Platform`] for one behind the platform's.
//!
//! [`OnChip`] has the two operation tables of `drivers/vdpa/vdpa_sim` (set_map, or dma_map and dma_unmap), written
//! as commands on [`RegIf`]. The hardware has one behaviour; what is one driver's own (a failed set_map leaves the
//! table empty) is done here, by the commands that give it, as [`ParentRules`] say.
//!
//! | operation | commands |
//! |---|---|
//! | create | DEVICE, INIT_MODE, CLEAN_MODE, LIMIT; RESET_MAP of every AS; GROUP_ASID of every group to AS 0 |
//! | reset, compat_reset | DEVICE_RESET with the CLEAN_MAP flag |
//! | set_map | SET_MAP_BEGIN, ENTRY*, COMMIT; if one is refused, ABORT, and what [`SetMapRule`] says |
//! | dma_map, dma_unmap | MAP, UNMAP |
//! | reset_map | RESET_MAP |
//! | set_group_asid | GROUP_ASID |
//! | suspend, resume | QUIESCE, RESUME |
//!
//! vdpa_sim's 1:1 table is the mode IDENTITY: a MAP, UNMAP or SET_MAP takes the AS out of it, as its `iommu_pt` flag
//! does.

mod map;
mod platform;
mod rules;

use super::errno::{DeviceError, Errno, Error};
use super::features::Features;
use super::iotlb::Iotlb;
use super::ops::{ConfigOps, Ops, ResetFlags};
use super::profile::{Mapping, Profile};
use crate::regif::{Capability, Code, Command, DevicePolicy, RegIf, ResetModes};

pub use platform::Platform;
pub use rules::{ParentRules, SetMapRule};

/// Virtqueues: 0 receive, 1 transmit, 2 control.
pub const VQS: u32 = 3;
/// Address spaces.
pub const ASIDS: u32 = 2;
/// Groups: 0 is the data virtqueues, 1 the control virtqueue.
pub const GROUPS: u32 = 2;
/// VIRTIO_CONFIG_S_DRIVER_OK.
pub const DRIVER_OK: u8 = 4;

/// The virtio device that this parent is, among the IOMMU's.
const DEVICE: u8 = 0;
const ALL_ASIDS: u16 = (1 << ASIDS) - 1;
const ALL_GROUPS: u16 = (1 << GROUPS) - 1;
/// LIMIT: no limit of its own.
const NO_LIMIT: u16 = u16::MAX;

/// A device that every parent here can drive, in va mode too: byte ranges, 64 bits of address.
pub fn capability(entries: u16) -> Capability {
    Capability {
        entries,
        asids: ASIDS as u8,
        groups: GROUPS as u8,
        devices: 1,
        iova_w: 64,
        pa_w: 64,
        granule_log2: 0,
    }
}

/// The group of a virtqueue.
pub fn vq_group(vq: u32) -> u8 {
    u8::from(vq == VQS - 1)
}

/// A network device with an IOMMU of its own: two data virtqueues, a control virtqueue, two address spaces.
#[derive(Debug)]
pub struct OnChip<R> {
    dev: R,
    profile: Profile,
    status: u8,
    running: bool,
    quiesced: bool,
}

impl<R: RegIf> OnChip<R> {
    /// Takes over an IOMMU: `vdpa dev add`. With `entries`, no address space may hold more than that, whatever the
    /// modelled kernel would take.
    ///
    /// # Errors
    /// If the device was built without what the profile needs, or fails.
    pub fn new(mut dev: R, profile: Profile, entries: Option<u16>) -> Result<Self, DeviceError> {
        Self::check_capability(&dev, &profile)?;
        let rules = profile.parent;
        dev.set_device_policy(
            DEVICE,
            DevicePolicy {
                persist: rules.persist,
                as0: 0,
                groups: ALL_GROUPS,
                asids: ALL_ASIDS,
            },
        )?;
        let modes = |init: u16| ResetModes {
            init_identity: init & ALL_ASIDS,
            clean_identity: rules.cleaned & ALL_ASIDS,
        };
        dev.set_reset_modes(modes(rules.created))?;
        let sim_limit = profile.sim_entries.and_then(|n| u16::try_from(n).ok());
        let limit = sim_limit
            .into_iter()
            .chain(entries)
            .min()
            .unwrap_or(NO_LIMIT);
        let mut sim = Self {
            dev,
            profile,
            status: 0,
            running: false,
            quiesced: false,
        };
        for asid in 0..ASIDS as u8 {
            sim.dev.set_limit(asid, limit)?;
            sim.expect_ok(Command::ResetMap { asid })?;
        }
        for group in 0..GROUPS as u8 {
            sim.expect_ok(Command::GroupAsid { group, asid: 0 })?;
        }
        sim.dev.set_reset_modes(modes(rules.initial))?;
        Ok(sim)
    }

    fn check_capability(dev: &R, profile: &Profile) -> Result<(), DeviceError> {
        let cap = dev.capability();
        let needs = [
            ("ASIDS", u64::from(cap.asids), cap.asids >= 2, "at least 2"),
            (
                "GROUPS",
                u64::from(cap.groups),
                cap.groups >= 2,
                "at least 2",
            ),
            (
                "GRANULE_LOG2",
                u64::from(cap.granule_log2),
                !profile.use_va || cap.granule_log2 == 0,
                "0, because va mode maps byte ranges",
            ),
        ];
        match needs.into_iter().find(|(.., met, _)| !met) {
            Some((what, have, _, need)) => Err(DeviceError::Capability { what, have, need }),
            None => Ok(()),
        }
    }

    /// The IOMMU.
    pub fn device(&mut self) -> &mut R {
        &mut self.dev
    }

    /// Gives the IOMMU back.
    pub fn into_device(self) -> R {
        self.dev
    }

    /// The device serves its virtqueues.
    pub fn running(&self) -> bool {
        self.running
    }

    /// The profile it was made with.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Issues a command that can only succeed.
    fn expect_ok(&mut self, command: Command) -> Result<(), DeviceError> {
        match self.dev.command(command)?.code {
            Code::Ok => Ok(()),
            code => Err(DeviceError::Unexpected { command, code }),
        }
    }

    fn device_reset(&mut self, clean: bool) -> Result<(), Error> {
        self.status = 0;
        self.running = false;
        self.wake()?;
        let device = DEVICE;
        self.expect_ok(Command::DeviceReset { device, clean })?;
        Ok(())
    }

    fn wake(&mut self) -> Result<(), DeviceError> {
        if std::mem::take(&mut self.quiesced) {
            self.expect_ok(Command::Resume { device: DEVICE })?;
        }
        Ok(())
    }
}

impl<R: RegIf> ConfigOps for OnChip<R> {
    fn ops(&self) -> Ops {
        let parent = self.profile.parent;
        let set_map = self.profile.mapping == Mapping::SetMap;
        Ops {
            set_map,
            dma_map: !set_map,
            reset_map: parent.reset_map,
            compat_reset: parent.compat_reset,
            suspend: true,
            resume: self.profile.rules.resume,
            bind_mm: self.profile.use_va,
        }
    }

    fn nvqs(&self) -> u32 {
        VQS
    }

    fn nas(&self) -> u32 {
        ASIDS
    }

    fn ngroups(&self) -> u32 {
        GROUPS
    }

    fn use_va(&self) -> bool {
        self.profile.use_va
    }

    fn get_vq_group(&self, index: u32) -> u32 {
        vq_group(index).into()
    }

    fn get_device_features(&self) -> u64 {
        self.profile.rules.net_features
    }

    fn get_vq_num_max(&self) -> u16 {
        256
    }

    fn get_device_id(&self) -> u32 {
        1 // VIRTIO_ID_NET
    }

    fn get_backend_features(&self) -> Features {
        let own = Features(self.profile.rules.offered.0 & Features::ENABLE_AFTER_DRIVER_OK.0);
        match self.profile.parent.offers_persist {
            true => own.with(Features::IOTLB_PERSIST),
            false => own,
        }
    }

    fn get_iova_range(&self) -> (u64, u64) {
        self.profile.iova_range
    }

    fn get_status(&self) -> u8 {
        self.status
    }

    fn set_status(&mut self, status: u8) -> Result<(), Error> {
        self.status = status;
        self.running = status & DRIVER_OK != 0;
        if self.running {
            // SUSPEND may have come first, where the core lets it through before DRIVER_OK.
            self.wake()?;
        }
        Ok(())
    }

    fn reset(&mut self) -> Result<(), Error> {
        self.device_reset(false)
    }

    fn compat_reset(&mut self, flags: ResetFlags) -> Result<(), Error> {
        self.device_reset(flags.0 & ResetFlags::CLEAN_MAP.0 != 0)
    }

    fn set_map(&mut self, asid: u32, iotlb: &Iotlb) -> Result<(), Error> {
        self.replace(Self::asid(asid)?, iotlb)
    }

    fn dma_map(&mut self, asid: u32, iova: u64, size: u64, pa: u64, perm: u8) -> Result<(), Error> {
        self.map(Self::asid(asid)?, iova, size, pa, perm)
    }

    fn dma_unmap(&mut self, asid: u32, iova: u64, size: u64) -> Result<(), Error> {
        self.unmap(Self::asid(asid)?, iova, size)
    }

    fn reset_map(&mut self, asid: u32) -> Result<(), Error> {
        let asid = Self::asid(asid)?;
        Ok(self.expect_ok(Command::ResetMap { asid })?)
    }

    fn set_group_asid(&mut self, group: u32, asid: u32) -> Result<(), Error> {
        let asid = Self::asid(asid)?;
        match u8::try_from(group) {
            Ok(group) if u32::from(group) < GROUPS => {
                Ok(self.expect_ok(Command::GroupAsid { group, asid })?)
            }
            // vdpa_sim compared with `>` before cd025c1e876b; no virtqueue is in that group.
            _ if group == GROUPS && !self.profile.rules.group_bound => Ok(()),
            _ => Err(Errno::Einval.into()),
        }
    }

    fn suspend(&mut self) -> Result<(), Error> {
        self.running = false;
        if !self.quiesced {
            self.expect_ok(Command::Quiesce { device: DEVICE })?;
            self.quiesced = true;
        }
        Ok(())
    }

    fn resume(&mut self) -> Result<(), Error> {
        self.running = true;
        Ok(self.wake()?)
    }

    fn bind_mm(&mut self) -> Result<(), Error> {
        Ok(())
    }

    fn unbind_mm(&mut self) {}
}
