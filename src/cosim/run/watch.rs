// SPDX-License-Identifier: Apache-2.0
//! Judging S and D after each step: the dangerous outcomes, each with its name. What opens and closes inside a step
//! is seen by `windows.rs`.

use std::collections::BTreeSet;

use super::machine::Buffer;
use super::observe::{Landing, Observed, Table};
use crate::regif::Entry;
use crate::vdpa::{ConfigOps, Map, Probed, VhostVdpa};

/// What can be wrong.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Hazard {
    /// D holds what S does not, and no open batch is to take it away.
    Stale,
    /// D holds again what a reset had taken from it, without user space asking for it in this step.
    Resurrected,
    /// User space holds the device, has mapped memory for it, and an access lands at PA = IOVA.
    IdentityHole,
    /// D translates to pages that vhost has unpinned: they may be somebody else's by now.
    UnpinnedButTranslated,
    /// S holds what D does not, and no open batch is to bring it for the first time.
    Lost,
}

impl Hazard {
    /// Its name in tables and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stale => "STALE",
            Self::Resurrected => "RESURRECTED",
            Self::IdentityHole => "IDENTITY HOLE",
            Self::UnpinnedButTranslated => "UNPINNED BUT TRANSLATED",
            Self::Lost => "LOST",
        }
    }
}

/// A hazard, and the mappings that it is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// What.
    pub hazard: Hazard,
    /// Address space.
    pub asid: u32,
    /// First and last IOVA (inclusive) of each mapping, ascending; for an identity hole, of the access.
    pub ranges: Vec<(u64, u64)>,
}

/// One mapping: address space, first and last IOVA, address.
pub(super) type Key = (u32, u64, u64, u64);

pub(super) fn of_map(asid: u32, map: &Map) -> Key {
    (asid, map.start, map.last, map.addr)
}

pub(super) fn of_entry(asid: u32, entry: &Entry) -> Key {
    (asid, entry.start, entry.last, entry.pa)
}

/// What has to be remembered from one look to the next.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    /// Mappings of S that D has had, at some look since S has them.
    had: BTreeSet<Key>,
    /// D at the last look.
    before: BTreeSet<Key>,
    /// User space has mapped something since open.
    mapped: bool,
    /// Physical address of a page that a driver inside the kernel has mapped for itself.
    kernel_page: Option<u64>,
}

impl Watch {
    /// A driver inside the kernel has mapped its page: D holds that rightly.
    pub fn kernel_maps(&mut self, pa: u64) {
        self.kernel_page = Some(pa);
    }

    /// What is wrong now. `dma` is where an access at A's IOVA lands.
    pub fn judge<P: Observed>(
        &mut self,
        vdpa: &VhostVdpa<Probed<P>>,
        d: &[Table],
        dma: Landing,
    ) -> Vec<Finding> {
        let s: BTreeSet<Key> = vdpa
            .spaces()
            .flat_map(|(asid, iotlb)| iotlb.iter().map(move |map| of_map(asid, map)))
            .collect();
        let d: BTreeSet<Key> = (0..)
            .zip(d)
            .flat_map(|(asid, table)| table.ranges().iter().map(move |e| of_entry(asid, e)))
            .filter(|key| Some(key.3) != self.kernel_page)
            .collect();
        self.mapped = vdpa.is_open() && (self.mapped || !s.is_empty());
        self.had.retain(|key| s.contains(key));

        // Only a set_map parent is told of a batch's messages at its end.
        let batch = vdpa.batch().filter(|_| vdpa.parent().ops().set_map);
        let settled = |key: &&Key| batch != Some(key.0);
        // What D has had was pushed before; if it is gone, the batch did not hold it back.
        let lost = |key: &&Key| settled(key) || self.had.contains(*key);
        let pinned = |key: &&Key| s.iter().any(|held| covers(held, key));
        let again = d
            .iter()
            .filter(|key| !self.before.contains(key) && self.had.contains(key));
        let mut findings = Vec::new();
        for (hazard, keys) in [
            (
                Hazard::Stale,
                d.difference(&s).filter(settled).collect::<Vec<_>>(),
            ),
            (Hazard::Resurrected, again.collect()),
            (Hazard::Lost, s.difference(&d).filter(lost).collect()),
            // vhost pins exactly the pages of the entries in S, in pa mode, which is the mode of these machines.
            (
                Hazard::UnpinnedButTranslated,
                d.iter().filter(|key| !pinned(key)).collect(),
            ),
        ] {
            findings.extend(by_space(hazard, &keys));
        }
        let iova = Buffer::A.iova();
        if self.mapped && dma == Landing::At(iova) {
            findings.push(Finding {
                hazard: Hazard::IdentityHole,
                asid: 0,
                ranges: vec![(iova, iova)],
            });
        }
        findings.sort_by_key(|finding| finding.hazard);
        self.had.extend(d.intersection(&s).copied());
        self.before = d;
        findings
    }
}

/// True if every page of `key`'s memory is memory of `held`.
fn covers(held: &Key, key: &Key) -> bool {
    let end = |key: &Key| key.3.wrapping_add(key.2 - key.1);
    held.3 <= key.3 && end(key) <= end(held)
}

/// Mappings of one hazard, ascending, by address space.
pub(super) fn by_space(hazard: Hazard, keys: &[&Key]) -> Vec<Finding> {
    keys.chunk_by(|a, b| a.0 == b.0)
        .map(|keys| Finding {
            hazard,
            asid: keys[0].0,
            ranges: keys.iter().map(|key| (key.1, key.2)).collect(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cosim::run::machine::{Call, Machine};
    use crate::golden::Device;
    use crate::regif::Capability;
    use crate::vdpa::parent::capability;
    use crate::vdpa::{Kernel, Mapping, OnChip, Profile};

    /// Hazards after the last of these calls.
    fn after(mapping: Mapping, calls: &[Call]) -> Vec<(Hazard, usize)> {
        let device = Device::new(Capability {
            granule_log2: 12,
            ..capability(64)
        });
        let profile = Profile::new(Kernel::V6_12, mapping);
        let parent = OnChip::new(device, profile, None).unwrap();
        let mut machine = Machine::new(parent, profile.rules, 3);
        let mut last = Vec::new();
        for &call in calls {
            machine.call(call).unwrap();
            last = machine.look().unwrap().findings;
        }
        let found = last.iter().map(|f| (f.hazard, f.ranges.len()));
        found.collect()
    }

    const START: [Call; 4] = [
        Call::Open,
        Call::SetOwner,
        Call::Ack { persist: false },
        Call::Update(Buffer::A),
    ];

    #[test]
    fn a_batch_does_not_hide_what_a_reset_took() {
        for mapping in [Mapping::SetMap, Mapping::DmaMap] {
            let reset = [&START[..], &[Call::BatchBegin, Call::Reset]].concat();
            let expected = [(Hazard::IdentityHole, 1), (Hazard::Lost, 1)];
            assert_eq!(after(mapping, &reset), expected, "{mapping:?}");
        }
    }

    #[test]
    fn what_a_batch_has_not_pushed_yet_is_not_lost() {
        let rest = [Call::BatchBegin, Call::Update(Buffer::B)];
        let calls = [&START[..], &rest].concat();
        for mapping in [Mapping::SetMap, Mapping::DmaMap] {
            assert_eq!(after(mapping, &calls), [], "{mapping:?}");
        }
        // Of a dma_map parent nothing is held back.
        let reset = [&START[..], &[Call::Reset], &rest].concat();
        let expected = [(Hazard::Lost, 1)];
        assert_eq!(after(Mapping::DmaMap, &reset), expected);
    }
}
