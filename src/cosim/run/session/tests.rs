// SPDX-License-Identifier: Apache-2.0
//! That a device whose tables are not what the kernel wrote is found out.

use super::*;
use crate::cosim::Sides;
use crate::golden::Device;
use crate::regif::{
    AddressSpace, Capability, Command, Completion, DevicePolicy, Entry, RegError, RegIf, Request,
    ResetModes, Response, Tag,
};
use crate::vdpa::{Kernel, Mapping};

/// A device that makes something else of each entry than what it is told.
struct Behind {
    dev: Device,
    /// For address space and entry, what the table gets.
    change: fn(u8, Entry) -> Entry,
}

impl RegIf for Behind {
    fn command(&mut self, command: Command) -> Result<Completion, RegError> {
        let command = match command {
            Command::Map { asid, entry } => Command::Map {
                asid,
                entry: (self.change)(asid, entry),
            },
            Command::SetMapEntry { asid, entry } => Command::SetMapEntry {
                asid,
                entry: (self.change)(asid, entry),
            },
            other => other,
        };
        self.dev.command(command)
    }

    fn capability(&self) -> Capability {
        self.dev.capability()
    }

    fn set_device_policy(&mut self, device: u8, policy: DevicePolicy) -> Result<(), RegError> {
        self.dev.set_device_policy(device, policy)
    }

    fn set_reset_modes(&mut self, modes: ResetModes) -> Result<(), RegError> {
        self.dev.set_reset_modes(modes)
    }

    fn lock(&mut self) -> Result<(), RegError> {
        RegIf::lock(&mut self.dev)
    }

    fn set_limit(&mut self, asid: u8, entries: u16) -> Result<(), RegError> {
        self.dev.set_limit(asid, entries)
    }

    fn address_space(&mut self, asid: u8) -> Result<AddressSpace, RegError> {
        RegIf::address_space(&mut self.dev, asid)
    }

    fn group(&mut self, group: u8) -> Result<Option<u8>, RegError> {
        RegIf::group(&mut self.dev, group)
    }

    fn translate(&mut self, request: Request) -> Result<Response, RegError> {
        RegIf::translate(&mut self.dev, request)
    }

    fn release(&mut self, tag: Tag) -> Result<(), RegError> {
        RegIf::release(&mut self.dev, tag)
    }

    fn draining(&mut self, asid: u8) -> Result<bool, RegError> {
        RegIf::draining(&mut self.dev, asid)
    }
}

impl Subject for Behind {
    fn sides(&mut self) -> Sides<'_> {
        Sides {
            golden: Some(&mut self.dev),
            rtl: None,
        }
    }
}

/// A real session on such a device, by either parent: what each of its starts found.
fn found(change: fn(u8, Entry) -> Entry) -> BTreeSet<(Hazard, u32)> {
    let text = include_str!("../../../../traces/qemu/qemu-10.0.2-base-cvq-17e.jsonl");
    let trace = Trace::parse("qemu", text).unwrap();
    let each = [Mapping::SetMap, Mapping::DmaMap].map(|mapping| {
        let dev = Behind {
            dev: Device::new(capability(64)),
            change,
        };
        let profile = Profile::new(Kernel::V6_12, mapping);
        let session = play(&trace, profile, dev, &mut |_| {}).unwrap();
        assert_eq!((session.starts.len(), session.refused), (6, 0));
        let wrong: Vec<_> = session.starts.iter().map(|start| &start.wrong).collect();
        assert!(wrong.windows(2).all(|two| two[0] == two[1]), "{wrong:?}");
        assert_eq!(session.works(), session.hazards().is_empty());
        session.starts[0].wrong.clone()
    });
    assert_eq!(each[0], each[1]);
    each[0].clone()
}

#[test]
fn rings_elsewhere_in_the_clients_memory_are_found() {
    assert_eq!(found(|_, entry| entry), BTreeSet::new());
    // Guest memory, a page further on: the client's too.
    let moved = |asid, entry: Entry| match asid {
        0 => Entry {
            pa: entry.pa + 0x1000,
            ..entry
        },
        _ => entry,
    };
    let stale = BTreeSet::from([(Hazard::Stale, 0), (Hazard::Stale, 1)]);
    assert_eq!(found(moved), stale);
    // Only the control virtqueue's address space.
    let one_to_one = |asid, entry: Entry| match asid {
        1 => Entry {
            pa: entry.start,
            ..entry
        },
        _ => entry,
    };
    let hole = BTreeSet::from([(Hazard::IdentityHole, 2)]);
    assert_eq!(found(one_to_one), hole);
    let no_access = |asid, entry: Entry| match asid {
        1 => Entry { perm: 0, ..entry },
        _ => entry,
    };
    let lost = BTreeSet::from([(Hazard::Lost, 2)]);
    assert_eq!(found(no_access), lost);
}
