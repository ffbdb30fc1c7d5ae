// SPDX-License-Identifier: Apache-2.0
//! `struct vdpa_config_ops`: what a parent driver offers to the [core](super::vhost). Names and arguments are the
//! kernel's; where the kernel tests an operation's pointer against NULL, the core asks [`Ops`].

use super::errno::{Errno, Error};
use super::features::Features;
use super::iotlb::Iotlb;

/// VDPA_RESET_F_CLEAN_MAP of `.compat_reset`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ResetFlags(pub u32);

impl ResetFlags {
    /// Keep the mappings.
    pub const NONE: Self = Self(0);
    /// Clean them, as parents did before IOTLB_PERSIST.
    pub const CLEAN_MAP: Self = Self(1);
}

/// Which optional operations a parent has: those whose presence changes what the core does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ops {
    /// `.set_map`.
    pub set_map: bool,
    /// `.dma_map` and `.dma_unmap`. The core prefers them to `.set_map` for adding, if a parent has both.
    pub dma_map: bool,
    /// `.reset_map`.
    pub reset_map: bool,
    /// `.compat_reset`.
    pub compat_reset: bool,
    /// `.suspend`.
    pub suspend: bool,
    /// `.resume`.
    pub resume: bool,
    /// `.bind_mm` and `.unbind_mm`.
    pub bind_mm: bool,
}

/// A parent driver. Address spaces and groups are `u32`, as they come from user space unchecked.
pub trait ConfigOps {
    /// Which operations this parent has.
    fn ops(&self) -> Ops;

    /// Virtqueues.
    fn nvqs(&self) -> u32;

    /// Address spaces.
    fn nas(&self) -> u32;

    /// Virtqueue groups.
    fn ngroups(&self) -> u32;

    /// `vdev->use_va`: entries hold virtual addresses.
    fn use_va(&self) -> bool;

    /// `.get_vq_group`; `index` has been checked.
    fn get_vq_group(&self, index: u32) -> u32;

    /// `.get_device_features`.
    fn get_device_features(&self) -> u64;

    /// `.get_vq_num_max`.
    fn get_vq_num_max(&self) -> u16;

    /// `.get_device_id`.
    fn get_device_id(&self) -> u32;

    /// `.get_backend_features`: the bits that the parent adds.
    fn get_backend_features(&self) -> Features;

    /// `.get_iova_range`: first and last, inclusive.
    fn get_iova_range(&self) -> (u64, u64);

    /// `.get_status`.
    fn get_status(&self) -> u8;

    /// `.set_status` with a non-zero value.
    fn set_status(&mut self, status: u8) -> Result<(), Error>;

    /// `.reset`.
    fn reset(&mut self) -> Result<(), Error>;

    /// `.compat_reset`; called only with flags.
    fn compat_reset(&mut self, flags: ResetFlags) -> Result<(), Error>;

    /// `.set_map`: the address space becomes `iotlb`.
    fn set_map(&mut self, asid: u32, iotlb: &Iotlb) -> Result<(), Error>;

    /// `.dma_map`: adds `size` bytes at `iova`.
    fn dma_map(&mut self, asid: u32, iova: u64, size: u64, pa: u64, perm: u8) -> Result<(), Error>;

    /// `.dma_unmap`: removes what overlaps `size` bytes at `iova`.
    fn dma_unmap(&mut self, asid: u32, iova: u64, size: u64) -> Result<(), Error>;

    /// `.reset_map`: the address space to its initial state.
    fn reset_map(&mut self, asid: u32) -> Result<(), Error>;

    /// `.set_group_asid`.
    fn set_group_asid(&mut self, group: u32, asid: u32) -> Result<(), Error>;

    /// `.suspend`.
    fn suspend(&mut self) -> Result<(), Error>;

    /// `.resume`.
    fn resume(&mut self) -> Result<(), Error>;

    /// `.bind_mm`.
    fn bind_mm(&mut self) -> Result<(), Error>;

    /// `.unbind_mm`.
    fn unbind_mm(&mut self);

    /// The IOMMU that the device does DMA through (`vdpa_get_dma_dev`), if the parent has neither `.set_map` nor
    /// `.dma_map`.
    fn domain(&mut self) -> Option<&mut dyn Domain> {
        None
    }
}

/// `struct iommu_domain` of the platform's IOMMU, as vhost_vdpa uses one for the whole device.
pub trait Domain {
    /// iommu_domain_alloc and iommu_attach_device: an empty domain takes the place of the host's default one.
    ///
    /// # Errors
    /// What the platform answers.
    fn attach(&mut self) -> Result<(), Errno>;

    /// iommu_detach_device and iommu_domain_free: the host's default domain is in force again.
    fn detach(&mut self);

    /// iommu_map.
    ///
    /// # Errors
    /// `EINVAL` for what is not aligned to pages.
    fn map(&mut self, iova: u64, size: u64, pa: u64, perm: u8) -> Result<(), Errno>;

    /// iommu_unmap.
    fn unmap(&mut self, iova: u64, size: u64);
}
