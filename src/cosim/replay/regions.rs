// SPDX-License-Identifier: Apache-2.0
//! The regions of the program that made the recordings (section 3 of `traces/SCHEMA.md`): where they lie, what VMAs
//! they have, and which of their pages are physically adjacent as a matter of course. Used by
//! [`layout`](super::layout).

use crate::trace::{Source, Trace};
use crate::vdpa::mm::{Backing, PAGE, Region, Vmas};

/// Bytes of the largest region of the recording program's that a header may list: each page has a place of its own.
const REGION_MAX: u64 = 1 << 30;
/// Where regions are put that neither the header nor [`SPECS`] give a place, one after the other.
const OTHER_VA: u64 = 0x5900_0000_0000;
/// Between two of them, in both kinds of memory.
pub(super) const OTHER_GAP: u64 = 1 << 30;
/// Bytes of the largest of them.
const OTHER_MAX: u64 = 1 << 40;
/// End of a program's addresses.
const USER_END: u64 = 1 << 47;
/// Bytes of a huge page.
pub(super) const HUGE: u64 = 0x20_0000;

/// Which neighbours are physically adjacent before any recording is looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Pages {
    /// Huge pages: adjacent inside one, unknown across.
    Huge,
    /// Small pages kept apart on purpose.
    Apart,
    /// Small pages as they came.
    Unknown,
}

/// One region.
#[derive(Debug)]
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
fn spec(name: &str) -> Option<&'static Spec> {
    SPECS.iter().find(|spec| spec.name == name)
}

/// A region and its place.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) name: String,
    /// Virtual address.
    pub(super) va: u64,
    /// Bytes.
    pub(super) size: u64,
    /// What is special about it, of a region of the recording program's.
    pub(super) spec: Option<&'static Spec>,
}

impl Place {
    /// Bytes that it may have at most.
    pub(super) fn max(&self) -> u64 {
        self.spec.map_or(OTHER_MAX, |_| REGION_MAX)
    }

    /// True if a process can have it.
    pub(super) fn is_sound(&self) -> bool {
        (self.va | self.size).is_multiple_of(PAGE)
            && self.size <= self.max()
            && self.va <= USER_END - self.size
    }
}

/// The regions of the program that made the scripted recordings.
pub(super) fn program() -> Vec<Place> {
    let all = SPECS.iter().map(|spec| Place {
        name: spec.name.to_owned(),
        va: spec.va,
        size: spec.size,
        spec: Some(spec),
    });
    all.collect()
}

/// The regions of the program that was recorded.
pub(super) fn places(trace: &Trace) -> Vec<Place> {
    let Some(listed) = trace.meta.as_ref().and_then(|meta| meta.regions.as_ref()) else {
        return program();
    };
    let client = matches!(
        trace.lines.first().map(|line| &line.source),
        Some(Source::Client(_))
    );
    let mut next = OTHER_VA;
    let places = listed.iter().map(|region| {
        let spec = spec(&region.name).filter(|_| !client);
        let given = region.uva.or(spec.map(|spec| spec.va));
        let va = given.unwrap_or_else(|| {
            let va = next;
            next = next.saturating_add(region.size).saturating_add(OTHER_GAP);
            va
        });
        Place {
            name: region.name.clone(),
            va,
            size: region.size,
            spec,
        }
    });
    places.collect()
}
