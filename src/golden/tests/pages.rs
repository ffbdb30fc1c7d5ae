// SPDX-License-Identifier: Apache-2.0
//! Something dumber than the golden model: every address space is an array with a place for each address.
//!
//! There are no ranges and no overlap formula here, only addresses one after the other, and the arithmetic is in
//! `i128` so that nothing wraps. For small devices.

mod commands;

use crate::regif::{
    Access, Capability, Code, DevicePolicy, Entry, Fault, Mode, Request, ResetModes,
};

/// What one address maps to. The number of the entry keeps neighbours apart.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Place {
    entry: u32,
    pa: u64,
    perm: u8,
}

#[derive(Clone, Debug)]
struct Space {
    mode: Mode,
    places: Vec<Option<Place>>,
    limit: u16,
}

#[derive(Clone, Debug)]
struct Transaction {
    asid: u8,
    places: Vec<Option<Place>>,
    previous: Option<Entry>,
    room: usize,
    poison: Option<Code>,
}

/// An access that was not released yet.
#[derive(Debug)]
struct InFlight {
    asid: u8,
    /// Something was removed from its address space since.
    stale: bool,
}

#[derive(Debug)]
pub(super) struct Pages {
    capability: Capability,
    spaces: Vec<Space>,
    groups: Vec<Option<u8>>,
    policies: Vec<DevicePolicy>,
    modes: ResetModes,
    locked: bool,
    quiesced: Vec<bool>,
    transaction: Option<Transaction>,
    pub(super) seq: u32,
    entries_made: u32,
    in_flight: Vec<Option<InFlight>>,
    /// By address space: something was removed since it was last seen to have drained.
    removals: Vec<bool>,
}

impl Pages {
    pub(super) fn new(capability: Capability) -> Self {
        let space = Space {
            mode: Mode::Blocked,
            places: vec![None; 1 << capability.iova_w],
            limit: u16::MAX,
        };
        Self {
            capability,
            spaces: vec![space; capability.asids.into()],
            groups: vec![None; capability.groups.into()],
            policies: vec![DevicePolicy::default(); capability.devices.into()],
            modes: ResetModes::default(),
            locked: false,
            quiesced: vec![false; capability.devices.into()],
            transaction: None,
            seq: 0,
            entries_made: 0,
            in_flight: Vec::new(),
            removals: vec![false; capability.asids.into()],
        }
    }

    pub(super) fn lock(&mut self) {
        self.locked = true;
    }

    pub(super) fn set_policy(&mut self, device: u8, policy: DevicePolicy) {
        if !self.locked {
            self.policies[usize::from(device)] = policy;
        }
    }

    pub(super) fn set_modes(&mut self, modes: ResetModes) {
        if !self.locked {
            self.modes = modes;
        }
    }

    /// A quiesced device has this group.
    pub(super) fn held(&self, group: u8) -> bool {
        let group = usize::from(group);
        let mut devices = self.policies.iter().zip(&self.quiesced);
        group < self.groups.len()
            && devices.any(|(policy, &quiesced)| quiesced && policy.groups & 1 << group != 0)
    }

    pub(super) fn set_limit(&mut self, asid: u8, limit: u16) {
        self.spaces[usize::from(asid)].limit = limit;
    }

    pub(super) fn group(&self, group: u8) -> Option<u8> {
        self.groups[usize::from(group)]
    }

    pub(super) fn mode(&self, asid: u8) -> Mode {
        self.spaces[usize::from(asid)].mode
    }

    /// The entries of an address space, put together from its places.
    pub(super) fn entries(&self, asid: u8) -> Vec<Entry> {
        let mut entries: Vec<(u32, Entry)> = Vec::new();
        for (address, place) in (0..).zip(&self.spaces[usize::from(asid)].places) {
            let Some(place) = place else { continue };
            match entries.last_mut() {
                Some((number, entry)) if *number == place.entry => entry.last = address,
                _ => {
                    let Place { entry, pa, perm } = *place;
                    entries.push((
                        entry,
                        Entry {
                            start: address,
                            last: address,
                            pa,
                            perm,
                        },
                    ));
                }
            }
        }
        entries.into_iter().map(|(_, entry)| entry).collect()
    }

    pub(super) fn access(&self, request: Request) -> (Result<u64, Fault>, u64) {
        let Some(asid) = self
            .groups
            .get(usize::from(request.group))
            .copied()
            .flatten()
        else {
            return (Err(Fault::Group), 0);
        };
        let space = &self.spaces[usize::from(asid)];
        let size = space.places.len() as i128;
        let first = i128::from(request.iova);
        if first + i128::from(request.len) > size {
            return (Err(Fault::Overflow), 0);
        }
        if space.mode == Mode::Blocked {
            return (Err(Fault::Blocked), 0);
        }
        if space.mode == Mode::Identity {
            let fits = first + i128::from(request.len) <= 1 << self.capability.pa_w;
            return match fits {
                true => (Ok(request.iova), (size - 1) as u64),
                false => (Err(Fault::PaWidth), 0),
            };
        }
        let from = &space.places[first as usize..];
        let Some(place) = from[0] else {
            return (Err(Fault::NoMapping), 0);
        };
        let of_it = from
            .iter()
            .take_while(|other| other.is_some_and(|other| other.entry == place.entry))
            .count();
        let permitted = match request.access {
            Access::Read => place.perm % 2 == 1,
            Access::Write => place.perm / 2 % 2 == 1,
        };
        let result = match (permitted, of_it >= usize::from(request.len)) {
            (false, _) => Err(Fault::Permission),
            (true, false) => Err(Fault::Crossing),
            (true, true) => Ok(place.pa),
        };
        (result, request.iova + of_it as u64 - 1)
    }

    /// Counts an access in flight; its number is what [`released`](Self::released) takes.
    pub(super) fn accepted(&mut self, group: u8) -> usize {
        let asid = self.groups.get(usize::from(group)).copied().flatten();
        (self.in_flight).push(asid.map(|asid| InFlight { asid, stale: false }));
        self.in_flight.len() - 1
    }

    pub(super) fn released(&mut self, number: usize) {
        self.in_flight[number] = None;
    }

    /// `(an access in flight is older than some removal, it may be waited for: there is an access in flight, and
    /// something was removed since the address space had drained)`.
    pub(super) fn waits(&self, asid: u8) -> (bool, bool) {
        let mut of_it = self.in_flight.iter().flatten().filter(|a| a.asid == asid);
        let any = of_it.clone().next().is_some();
        let removal = self.removals[usize::from(asid)];
        (of_it.any(|access| access.stale), any && removal)
    }

    /// The device waits for nothing in this address space.
    pub(super) fn drained(&mut self, asid: u8) {
        self.removals[usize::from(asid)] = false;
    }
}

fn span<'a>(places: &'a [Option<Place>], entry: &Entry) -> &'a [Option<Place>] {
    &places[entry.start as usize..=entry.last as usize]
}

fn fill(places: &mut [Option<Place>], entry: &Entry, number: u32) {
    for address in entry.start..=entry.last {
        places[address as usize] = Some(Place {
            entry: number,
            pa: entry.pa + (address - entry.start),
            perm: entry.perm,
        });
    }
}

fn count(places: &[Option<Place>]) -> usize {
    let mut numbers: Vec<u32> = places.iter().flatten().map(|place| place.entry).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers.len()
}
