// SPDX-License-Identifier: Apache-2.0
//! A parent with neither `.set_map` nor `.dma_map`: the device does DMA through the platform's IOMMU, and the core
//! maps in a [`Domain`] of its own there (vhost_vdpa_alloc_domain). No table is on the chip, so no device reset
//! touches one. The device is ifcvf or vp_vdpa: one group, one address space.

use std::collections::BTreeMap;

use super::{DRIVER_OK, VQS};
use crate::vdpa::errno::{Errno, Error};
use crate::vdpa::features::Features;
use crate::vdpa::iotlb::{Iotlb, Map};
use crate::vdpa::mm::PAGE;
use crate::vdpa::ops::{ConfigOps, Domain, Ops, ResetFlags};
use crate::vdpa::profile::Rules;

/// A device behind the platform's IOMMU.
#[derive(Debug)]
pub struct Platform {
    rules: &'static Rules,
    status: u8,
    running: bool,
    iommu: HostIommu,
}

/// The platform's IOMMU, as far as one device sees it.
#[derive(Clone, Default, Debug)]
pub struct HostIommu {
    /// The domain that vhost-vdpa attached; without one, the host's default domain is in force.
    attached: Option<BTreeMap<u64, Map>>,
}

impl HostIommu {
    /// The mappings of the attached domain, ascending, or `None` while the default domain of the host is in force.
    pub fn domain(&self) -> Option<impl Iterator<Item = &Map>> {
        self.attached.as_ref().map(BTreeMap::values)
    }
}

impl Domain for HostIommu {
    fn attach(&mut self) -> Result<(), Errno> {
        self.attached = Some(BTreeMap::new());
        Ok(())
    }

    fn detach(&mut self) {
        self.attached = None;
    }

    fn map(&mut self, iova: u64, size: u64, pa: u64, perm: u8) -> Result<(), Errno> {
        let end = size.checked_sub(1).and_then(|n| iova.checked_add(n));
        let (Some(domain), Some(last)) = (&mut self.attached, end) else {
            return Err(Errno::Einval);
        };
        if !(iova | size | pa).is_multiple_of(PAGE) {
            return Err(Errno::Einval);
        }
        let before = domain.range(..=last).next_back();
        if before.is_some_and(|(_, map)| map.last >= iova) {
            return Err(Errno::Eexist);
        }
        let map = Map {
            start: iova,
            last,
            addr: pa,
            perm,
        };
        domain.insert(iova, map);
        Ok(())
    }

    fn unmap(&mut self, iova: u64, size: u64) {
        let last = iova.wrapping_add(size).wrapping_sub(1);
        if let Some(domain) = &mut self.attached {
            domain.retain(|_, map| map.start < iova || map.last > last);
        }
    }
}

impl Platform {
    /// A device under a kernel of these rules.
    pub fn new(rules: &'static Rules) -> Self {
        Self {
            rules,
            status: 0,
            running: false,
            iommu: HostIommu::default(),
        }
    }

    /// The platform's IOMMU.
    pub fn iommu(&self) -> &HostIommu {
        &self.iommu
    }
}

/// An operation that this parent does not have, and the core therefore never calls.
fn absent<T>() -> Result<T, Error> {
    Err(Errno::Eopnotsupp.into())
}

impl ConfigOps for Platform {
    fn ops(&self) -> Ops {
        Ops {
            set_map: false,
            dma_map: false,
            reset_map: false,
            compat_reset: false,
            suspend: false,
            resume: false,
            bind_mm: false,
        }
    }

    fn nvqs(&self) -> u32 {
        VQS
    }

    fn nas(&self) -> u32 {
        1
    }

    fn ngroups(&self) -> u32 {
        1
    }

    fn use_va(&self) -> bool {
        false
    }

    fn get_vq_group(&self, _index: u32) -> u32 {
        0
    }

    fn get_device_features(&self) -> u64 {
        self.rules.net_features
    }

    fn get_vq_num_max(&self) -> u16 {
        256
    }

    fn get_device_id(&self) -> u32 {
        1 // VIRTIO_ID_NET
    }

    fn get_backend_features(&self) -> Features {
        Features::default()
    }

    fn get_iova_range(&self) -> (u64, u64) {
        (0, u64::MAX)
    }

    fn get_status(&self) -> u8 {
        self.status
    }

    fn set_status(&mut self, status: u8) -> Result<(), Error> {
        self.status = status;
        self.running = status & DRIVER_OK != 0;
        Ok(())
    }

    fn reset(&mut self) -> Result<(), Error> {
        self.status = 0;
        self.running = false;
        Ok(())
    }

    fn compat_reset(&mut self, _flags: ResetFlags) -> Result<(), Error> {
        absent()
    }

    fn set_map(&mut self, _asid: u32, _iotlb: &Iotlb) -> Result<(), Error> {
        absent()
    }

    fn dma_map(&mut self, _: u32, _: u64, _: u64, _: u64, _: u8) -> Result<(), Error> {
        absent()
    }

    fn dma_unmap(&mut self, _asid: u32, _iova: u64, _size: u64) -> Result<(), Error> {
        absent()
    }

    fn reset_map(&mut self, _asid: u32) -> Result<(), Error> {
        absent()
    }

    fn set_group_asid(&mut self, _group: u32, _asid: u32) -> Result<(), Error> {
        absent()
    }

    fn suspend(&mut self) -> Result<(), Error> {
        absent()
    }

    fn resume(&mut self) -> Result<(), Error> {
        absent()
    }

    fn bind_mm(&mut self) -> Result<(), Error> {
        absent()
    }

    fn unbind_mm(&mut self) {}

    fn domain(&mut self) -> Option<&mut dyn Domain> {
        Some(&mut self.iommu)
    }
}
