// SPDX-License-Identifier: Apache-2.0
//! State as the recordings write it: tables with symbolic addresses, driver calls, the `st` line.

use crate::regif::{AddressSpace, Mode, RegError, RegIf};
use crate::trace::{Row, Symbol, Table, Tables};
use crate::vdpa::iotlb::Iotlb;
use crate::vdpa::mm::Mm;
use crate::vdpa::parent::{ASIDS, VQS, vq_group};
use crate::vdpa::{ConfigOps, Errno, Kcall, Profile, VhostVdpa};

/// Callbacks that the scripted recordings write of one step before they stop with "...".
const KCALLS_MAX: usize = 24;

/// Turns addresses back into names.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    /// The program's memory.
    pub mm: &'a Mm,
    /// Entries hold virtual addresses.
    pub use_va: bool,
}

impl Names<'_> {
    /// The name of an address in an entry.
    pub fn symbol(&self, addr: u64) -> Symbol {
        let found = if self.use_va {
            self.mm.locate_va(addr)
        } else {
            self.mm.locate_pa(addr)
        };
        match found {
            Some((name, offset)) => Symbol::Region {
                name: name.to_owned(),
                offset,
            },
            None => Symbol::Abs(addr),
        }
    }

    fn row(&self, start: u64, last: u64, addr: u64, perm: u8) -> Row {
        Row {
            start,
            last,
            addr: self.symbol(addr),
            perm,
        }
    }

    /// A table S.
    pub fn vhost_table(&self, iotlb: &Iotlb) -> Table {
        let rows = iotlb
            .iter()
            .map(|m| self.row(m.start, m.last, m.addr, m.perm));
        Table {
            rows: rows.collect(),
            cut: false,
        }
    }

    /// A table D. The mode IDENTITY is vdpa_sim's 1:1 table of two halves, BLOCKED an empty one.
    pub fn device_table(&self, space: &AddressSpace) -> Table {
        let half = u64::MAX / 2;
        let identity = |start, last| Row {
            start,
            last,
            addr: Symbol::Abs(start),
            perm: 3,
        };
        let rows = match space.mode {
            Mode::Identity => vec![identity(0, half), identity(half + 1, u64::MAX)],
            Mode::Blocked => Vec::new(),
            Mode::Mapped => {
                let entries = space.entries.iter();
                entries
                    .map(|e| self.row(e.start, e.last, e.pa, e.perm))
                    .collect()
            }
        };
        Table { rows, cut: false }
    }

    /// All tables S.
    pub fn vhost<P: ConfigOps>(&self, vdpa: &VhostVdpa<P>) -> Tables {
        vdpa.spaces()
            .map(|(asid, iotlb)| (asid, self.vhost_table(iotlb)))
            .collect()
    }

    /// All tables D.
    pub fn device(&self, spaces: &[AddressSpace]) -> Tables {
        (0..)
            .zip(spaces.iter().map(|space| self.device_table(space)))
            .collect()
    }

    /// Driver calls; `limited` as the scripted recordings.
    pub fn kcalls(&self, calls: &[Kcall], profile: &Profile, limited: bool) -> Vec<String> {
        let mut lines: Vec<_> = calls.iter().map(|call| self.kcall(call, profile)).collect();
        if limited && lines.len() > KCALLS_MAX {
            lines.truncate(KCALLS_MAX);
            lines.push("...".to_owned());
        }
        lines
    }

    fn kcall(&self, call: &Kcall, profile: &Profile) -> String {
        match call {
            Kcall::Reset(flags) if profile.parent.compat_reset => {
                format!("reset flags={}", flags.0)
            }
            Kcall::Reset(_) => "reset".to_owned(),
            Kcall::SetMap { asid, nmaps } => format!("set_map asid={asid} nmaps={nmaps}"),
            Kcall::SetMapRet(result) => format!("set_map_ret ret={}", Errno::label(result)),
            Kcall::DmaMap {
                asid,
                iova,
                size,
                addr,
                perm,
            } => {
                let addr = self.symbol(*addr);
                format!("dma_map asid={asid} iova={iova:#x} size={size:#x} addr={addr} perm={perm}")
            }
            Kcall::DmaMapRet(result) => format!("dma_map_ret ret={}", Errno::label(result)),
            Kcall::DmaUnmap { asid, iova, size } => {
                format!("dma_unmap asid={asid} iova={iova:#x} size={size:#x}")
            }
            Kcall::ResetMap { asid } => format!("reset_map asid={asid}"),
            Kcall::SetGroupAsid { group, asid } => {
                format!("set_group_asid group={group} asid={asid}")
            }
            Kcall::Suspend => "suspend".to_owned(),
            Kcall::Resume => "resume".to_owned(),
            Kcall::BindMm => "bind_mm".to_owned(),
            Kcall::UnbindMm => "unbind_mm".to_owned(),
            Kcall::IommuMap {
                iova,
                size,
                addr,
                perm,
            } => {
                let addr = self.symbol(*addr);
                format!("iommu_map iova={iova:#x} size={size:#x} addr={addr} perm={perm}")
            }
            Kcall::IommuUnmap { iova, size } => {
                format!("iommu_unmap iova={iova:#x} size={size:#x}")
            }
        }
    }
}

/// Reads every address space of a device.
pub fn read_spaces(dev: &mut dyn RegIf) -> Result<Vec<AddressSpace>, RegError> {
    (0..ASIDS as u8)
        .map(|asid| dev.address_space(asid))
        .collect()
}

/// The address spaces of the virtqueues, "0 0 1".
pub fn vq_asid(dev: &mut dyn RegIf) -> Result<String, RegError> {
    let mut words = Vec::new();
    for vq in 0..VQS {
        words.push(match dev.group(vq_group(vq))? {
            Some(asid) => asid.to_string(),
            None => "-".to_owned(),
        });
    }
    Ok(words.join(" "))
}

/// The `st` line.
pub fn st<P: ConfigOps>(
    vdpa: &VhostVdpa<P>,
    running: bool,
    mm: &Mm,
    profile: &Profile,
    spaces: &[AddressSpace],
) -> String {
    let batch = vdpa.batch();
    let pinned = match vdpa.owner() {
        Some(_) => mm.pinned_vm().to_string(),
        None => "-1".to_owned(),
    };
    let mut st = format!(
        "in_batch={} batch_asid={} status={} running={} acked={:#x} pinned={pinned} owner={}",
        u8::from(batch.is_some()),
        batch.unwrap_or(0),
        vdpa.get_status(),
        u8::from(running),
        vdpa.acked().0,
        u8::from(vdpa.owner().is_some()),
    );
    if profile.parent.reset_map {
        st += &format!(" suspended={}", u8::from(vdpa.suspended()));
        for (asid, space) in spaces.iter().enumerate() {
            st += &format!(" pt{asid}={}", u8::from(space.mode == Mode::Identity));
        }
    }
    st
}

/// How many entries each table S has, as a client's recording adds it to the `st` line. A table that does not exist
/// has none.
pub fn maps<P: ConfigOps>(vdpa: &VhostVdpa<P>) -> String {
    let words = (0..ASIDS).map(|asid| {
        let table = vdpa.spaces().find(|(other, _)| *other == asid);
        format!(
            " maps{asid}={}",
            table.map_or(0, |(_, iotlb)| iotlb.iter().count())
        )
    });
    words.collect()
}

/// A key of two `st` lines with different values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StPair {
    /// Its name.
    pub key: String,
    /// Its value in the recording.
    pub recorded: String,
    /// Its value in the model.
    pub found: String,
}

/// Where two `st` lines differ: `batch_asid` counts only in a batch, and keys that `actual` does not have are not
/// compared.
pub fn differing_st(recorded: &str, actual: &str) -> Vec<StPair> {
    let pairs = |text: &'_ str| -> Vec<(String, String)> {
        let words = text
            .split_whitespace()
            .filter_map(|word| word.split_once('='));
        words.map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
    };
    let actual = pairs(actual);
    let batch = actual.contains(&("in_batch".to_owned(), "1".to_owned()));
    let differing = pairs(recorded).into_iter().filter_map(|(key, recorded)| {
        let (_, found) = actual.iter().find(|(k, _)| *k == key)?;
        let stale = key == "batch_asid" && !batch;
        (!stale && *found != recorded).then(|| StPair {
            key,
            recorded,
            found: found.clone(),
        })
    });
    differing.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same_st(recorded: &str, actual: &str) -> bool {
        differing_st(recorded, actual).is_empty()
    }

    #[test]
    fn stale_batch_asid_is_not_compared() {
        assert!(same_st(
            "in_batch=0 batch_asid=1 status=3",
            "in_batch=0 batch_asid=0 status=3"
        ));
        assert!(!same_st(
            "in_batch=1 batch_asid=1",
            "in_batch=1 batch_asid=0"
        ));
        assert!(!same_st("in_batch=0 status=3", "in_batch=0 status=1"));
        assert!(same_st("in_batch=0 maps0=3", "in_batch=0"));
    }
}
