// SPDX-License-Identifier: Apache-2.0
//! What the kernel does above the device: vhost-vdpa and a parent driver, in terms of `drivers/vhost/vdpa.c`.
//!
//! ```text
//!   write(), ioctl()            a process: mm
//!         |                        |
//!   VhostVdpa  (vhost)  S[asid] = Iotlb, batch, owner, features
//!         | ConfigOps: set_map | dma_map, reset, reset_map, set_group_asid ...
//!   OnChip     (parent)
//!         | RegIf: commands
//!   the device          D[asid] = what it translates with
//! ```
//!
//! **S** is vhost's own table of an address space, **D** the one the device really uses; the [crate] says what
//! happens between them, and the six facts that a model of it gets wrong.
//!
//! Versions of the kernel differ in the fields of [`Rules`], parent drivers in those of [`ParentRules`], and nothing else
//! differs; a [`Policy`] is a choice of both. This module knows the device only as
//! [`regif`](crate::regif).

pub mod errno;
pub mod features;
pub mod iotlb;
pub mod kcall;
pub mod mm;
pub mod ops;
pub mod parent;
pub mod policy;
pub mod profile;
#[cfg(test)]
mod tests;
pub mod uapi;
pub mod vhost;

pub use errno::{DeviceError, Errno, Error};
pub use features::Features;
pub use iotlb::{Iotlb, Map};
pub use kcall::{Kcall, Probed};
pub use mm::{Mm, MmId};
pub use ops::{ConfigOps, Domain, Ops, ResetFlags};
pub use parent::{OnChip, ParentRules, Platform};
pub use policy::{POLICIES, Parent, Policy};
pub use profile::{Kernel, Mapping, Profile, ResetMapAtRelease, Rules};
pub use vhost::{VhostVdpa, VringIoctl, Written};
