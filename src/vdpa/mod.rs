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
//! **S** is vhost's own table of an address space, **D** the one the device really uses. They are meant to agree and
//! often do not. Six facts that a model gets wrong:
//!
//! 1. A device reset never touches S. After a cleaning reset S still holds the mappings while D is 1:1 (6.12) or
//!    empty (6.1): the same UPDATE again is refused. The next set_map for any reason sends all of S and brings
//!    every old mapping back; with dma_map nothing does.
//! 2. `write()` never says why: any error of the message handler ([`Written::kret`]) becomes EFAULT, an envelope
//!    that cannot be read EINVAL.
//! 3. INVALIDATE removes whole entries that overlap, never splits; how much goes depends on how UPDATE was chopped
//!    by physical contiguity, which user space cannot see.
//! 4. BATCH_END ignores what set_map answers, and unmap ignores every error.
//! 5. The reset that open() does never cleans, and comes before any feature is negotiated.
//! 6. Only address spaces that were used since open() get reset_map at release; a failing UPDATE or BATCH_BEGIN
//!    counts as use.
//!
//! Versions of the kernel differ in the fields of [`Rules`], and nowhere else. This module knows the device only as
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
