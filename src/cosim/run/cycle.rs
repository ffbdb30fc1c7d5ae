// SPDX-License-Identifier: Apache-2.0
//! What a stretch of a run costs in all: messages of user space, calls of the kernel, and what the device's
//! [`Meter`](super::meter::Meter) counted.
//!
//! A [`Machine`] keeps the tally by itself, from [`Machine::start_cost`] to [`Machine::cost`]. Whoever drives a
//! [`VhostVdpa`] otherwise starts the meter with [`own`], counts messages, and gives each batch of calls to
//! [`Cycle::count`].

use super::machine::Machine;
use super::meter::{Clocks, Hardware, Own};
use super::observe::Observed;
use crate::vdpa::{ConfigOps, Kcall, VhostVdpa};

/// What a stretch of a run cost, above the device and on it: as a rule one device reset, with all that user space
/// did because of it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Cycle {
    /// IOTLB messages that user space wrote, refused ones included.
    pub messages: u64,
    /// Calls of the parent that carry mappings: `.set_map`, or `.dma_map` and `.dma_unmap`; behind the platform's
    /// IOMMU, iommu_map and iommu_unmap.
    pub pushes: u64,
    /// Entries in those calls: of `.set_map` the whole table's, of the others one each.
    pub entries: u64,
    /// What it took on the device; `None` if no table is on the chip, or nothing counted there.
    pub hardware: Option<Hardware>,
}

impl Cycle {
    /// Counts what the kernel called.
    pub fn count(&mut self, calls: &[Kcall]) {
        for call in calls {
            let entries = match call {
                Kcall::SetMap { nmaps, .. } => *nmaps as u64,
                Kcall::DmaMap { .. }
                | Kcall::DmaUnmap { .. }
                | Kcall::IommuMap { .. }
                | Kcall::IommuUnmap { .. } => 1,
                _ => continue,
            };
            self.pushes += 1;
            self.entries += entries;
        }
    }

    /// Adds another stretch.
    pub fn add(&mut self, other: &Self) {
        self.messages += other.messages;
        self.pushes += other.pushes;
        self.entries += other.entries;
        self.hardware = match (self.hardware, other.hardware) {
            (Some(mine), Some(its)) => Some(mine.plus(&its)),
            (mine, its) => mine.or(its),
        };
    }

    /// Clocks of the RTL, if there are any.
    pub fn clocks(&self) -> Option<Clocks> {
        self.hardware.and_then(|hardware| hardware.clocks)
    }
}

/// The mappings that user space regards as its own: all that S holds.
pub fn own<P: ConfigOps>(vdpa: &VhostVdpa<P>) -> Vec<Own> {
    let maps = vdpa
        .spaces()
        .flat_map(|(asid, iotlb)| iotlb.iter().map(move |map| (asid, map)));
    // Address spaces that a device can have are few.
    let told = maps.filter_map(|(asid, map)| {
        Some(Own {
            asid: u8::try_from(asid).ok()?,
            start: map.start,
            last: map.last,
            pa: map.addr,
        })
    });
    told.collect()
}

impl<P: Observed> Machine<P> {
    /// Begins a stretch that is to be [costed](Self::cost). User space regards all that S holds as its own.
    pub fn start_cost(&mut self) {
        let own = own(&self.vdpa);
        self.vdpa.parent_mut().take_calls();
        if let Some(meter) = self.parent().meter() {
            meter.start(own);
        }
        self.messages = 0;
    }

    /// What was called and written since [`start_cost`](Self::start_cost), and what the device's
    /// [`Meter`](super::meter::Meter) counted. The parent's calls are taken: the next stretch begins with its own
    /// `start_cost`.
    pub fn cost(&mut self) -> Cycle {
        let mut cycle = Cycle {
            messages: self.messages,
            hardware: self.parent().meter().map(|meter| meter.counted()),
            ..Cycle::default()
        };
        cycle.count(&self.vdpa.parent_mut().take_calls());
        cycle
    }
}
