// SPDX-License-Identifier: Apache-2.0
//! Steps that are ioctls on what the device has once and for all, and on its virtqueues.

use super::exec::{Seen, World, done, from_answer, ioctl};
use crate::cosim::Subject;
use crate::trace::{Op, Symbol};
use crate::vdpa::errno::answer;
use crate::vdpa::{DeviceError, VringIoctl};

/// Steps by which a driver brings the device from status 0 to DRIVER_OK.
const DRIVER_STATUS: [u8; 4] = [0x1, 0x3, 0xb, 0xf];

impl<S: Subject> World<S> {
    /// What a device has once and for all.
    pub(super) fn constants(&self, op: &Op) -> Option<Seen> {
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
            _ => return None,
        };
        Some(done().with(name, recorded, found))
    }

    /// Virtqueue ioctls.
    pub(super) fn vring(&self, op: &Op) -> Result<Option<Seen>, DeviceError> {
        let caller = self.mm.id();
        let vring = |ioctl, index: &Option<u32>| {
            let index = index.unwrap_or(0);
            self.vdpa.vring_ioctl(caller, ioctl, index)
        };
        let result = match op {
            Op::SetVringNum { index, .. } => vring(VringIoctl::SetNum, index),
            Op::SetVringBase { index, .. } => vring(VringIoctl::SetBase, index),
            // Where the ring stands is the device's own business, and not modelled.
            Op::GetVringBase { index, .. } => vring(VringIoctl::GetBase, index),
            Op::SetVringAddr { index, .. } => vring(VringIoctl::SetAddr, index),
            Op::SetVringEnable { index, .. } => vring(VringIoctl::SetEnable, index),
            Op::SetVringKick { index, .. } => vring(VringIoctl::SetKick, index),
            Op::SetVringCall { index, .. } => vring(VringIoctl::SetCall, index),
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

    /// The ioctls that a driver makes to start the device.
    pub(super) fn driver_init(
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
}
