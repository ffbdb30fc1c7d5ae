// SPDX-License-Identifier: Apache-2.0
//! The regions of the program that made the recordings (section 3 of `traces/SCHEMA.md`): where they lie, what VMAs
//! they have, and which of their pages are physically adjacent as a matter of course. Used by
//! [`layout`](super::layout).

use crate::vdpa::mm::{Backing, PAGE, Region, Vmas};

/// Bytes of a huge page.
pub(super) const HUGE: u64 = 0x20_0000;
/// Which neighbours are physically adjacent before any recording is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Pages {
    /// Huge pages: adjacent inside one, unknown across.
    Huge,
    /// Small pages kept apart on purpose.
    Apart,
    /// Small pages as they came.
    Unknown,
}

/// One region.
pub(super) struct Spec {
    /// Its name in symbolic addresses.
    pub(super) name: &'static str,
    /// Virtual address.
    pub(super) va: u64,
    /// Bytes.
    pub(super) size: u64,
    /// Adjacency.
    pub(super) pages: Pages,
    /// What else is special about it.
    pub(super) make: fn(Region) -> Region,
}

/// The regions. The first four are at fixed addresses; the others live shortly, anywhere.
pub(super) static SPECS: [Spec; 9] = [
    Spec {
        name: "ring",
        va: 0x5000_0000_0000,
        size: HUGE,
        pages: Pages::Huge,
        make: |r| r,
    },
    Spec {
        name: "buf",
        va: 0x5100_0000_0000,
        size: 4 * HUGE,
        pages: Pages::Huge,
        make: |r| r,
    },
    Spec {
        name: "scat",
        va: 0x5200_0000_0000,
        size: 1024 * PAGE,
        pages: Pages::Apart,
        make: |r| r.with_vmas(Vmas::PerPage),
    },
    Spec {
        name: "anon",
        va: 0x5300_0000_0000,
        size: 16 * PAGE,
        pages: Pages::Unknown,
        make: |r| r.with_backing(Backing::Private),
    },
    Spec {
        name: "ro",
        va: 0x5400_0000_0000,
        size: PAGE,
        pages: Pages::Unknown,
        make: |r| r.with_backing(Backing::Private).read_only(),
    },
    Spec {
        name: "hole",
        va: 0x5500_0000_0000,
        size: 8 * PAGE,
        pages: Pages::Unknown,
        make: |r| r.with_hole(4, 5),
    },
    Spec {
        name: "sc2",
        va: 0x5600_0000_0000,
        size: 700 * PAGE,
        pages: Pages::Apart,
        make: |r| r.with_vmas(Vmas::PerPage).with_hole(600, 601),
    },
    Spec {
        name: "tmp",
        va: 0x5700_0000_0000,
        size: 2 * PAGE,
        pages: Pages::Unknown,
        make: |r| r,
    },
    Spec {
        name: "huge",
        va: 0x5800_0000_0000,
        size: HUGE,
        pages: Pages::Huge,
        make: |r| r,
    },
];

impl Spec {
    /// Whether page + 1 is right after page, as far as the kind of region tells.
    pub(super) fn joined(&self, page: u64) -> Option<bool> {
        match self.pages {
            Pages::Apart => Some(false),
            Pages::Huge if !(page + 1).is_multiple_of(HUGE / PAGE) => Some(true),
            Pages::Huge | Pages::Unknown => None,
        }
    }
}

/// The region of that name.
pub(super) fn spec(name: &str) -> Option<&'static Spec> {
    SPECS.iter().find(|spec| spec.name == name)
}
