// SPDX-License-Identifier: Apache-2.0
//! Which mappings a client has for rings of its own making, in memory that it has for one run of the device only.

use std::collections::BTreeMap;

use super::model::Mapping;
use crate::trace::{Line, Op, Symbol};
use crate::vdpa::parent::{ASIDS, vq_group};

/// The rings that a client has set up since the device was last reset.
#[derive(Default)]
pub(super) struct Rings {
    /// IOVAs of descriptors, available and used ring of each virtqueue.
    vqs: BTreeMap<u32, [u64; 3]>,
    /// Address spaces of groups, where it is not 0.
    groups: BTreeMap<u32, u32>,
}

impl Rings {
    pub(super) fn step(&mut self, line: &Line) {
        match line.op {
            // The device forgets its rings, and its groups go back to address space 0.
            Op::Open {} | Op::Close {} => *self = Self::default(),
            _ if line.op.is_device_reset() => *self = Self::default(),
            Op::SetVringAddr {
                index: Some(index),
                desc: Some(desc),
                avail: Some(avail),
                used: Some(used),
                ..
            } => {
                self.vqs.insert(index, [desc.0, avail.0, used.0]);
            }
            Op::SetGroupAsid { group, asid } if asid < ASIDS => {
                self.groups.insert(group, asid);
            }
            _ => {}
        }
    }

    /// True if `mapping` covers a ring, in memory that is not the guest's.
    pub(super) fn are_own(&self, mapping: &Mapping) -> bool {
        let covers = |(&vq, rings): (&u32, &[u64; 3])| {
            let group = u32::from(vq_group(vq));
            let asid = self.groups.get(&group).copied().unwrap_or(0);
            let mut rings = rings.iter();
            asid == mapping.asid && rings.any(|&ring| mapping.overlaps(ring, ring))
        };
        !is_guest_ram(&mapping.uaddr) && self.vqs.iter().any(covers)
    }
}

/// True of RAM blocks. Of a recording of QEMU, section 10 of `traces/SCHEMA.md`, `shadowN` is memory that is none; nor
/// is memory without a name.
fn is_guest_ram(uaddr: &Symbol) -> bool {
    let Symbol::Region { name, .. } = uaddr else {
        return false;
    };
    let number = name.strip_prefix("shadow");
    number.is_none_or(|n| n.is_empty() || !n.bytes().all(|c| c.is_ascii_digit()))
}
