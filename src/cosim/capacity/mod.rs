// SPDX-License-Identifier: Apache-2.0
//! Traces of our own at the kernel's limit of entries, which the recordings reach without logging how.
//!
//! Since a stable backport of 2026 (Linux 6.12.117) vhost takes 2048 entries in each address space and refuses the next
//! with ENOSPC. [`generate`] writes a trace that maps a given number of ranges and goes on at that limit: one more, one
//! less, a device reset with IOTLB_PERSIST and one without, release. It is in the format of the recordings, with the
//! golden model's results in it, so that [`replay`](super::replay) runs it on any device and compares whole tables.
//!
//! The hardware holds 2048 entries in all. With two address spaces each is therefore given half of them by LIMIT
//! (profile `simcap1024`: vdpa_sim's own limit, which its parent driver writes to LIMIT); without, the first could take
//! them all.
//!
//! The state is not dumped after every step: a dump has every entry twice. It is after each [`PERIOD`] UPDATEs, after
//! every step within [`EDGE`] of the limit, and after everything that is no UPDATE.

mod script;

use serde_json::{Map, Value};

use super::replay::exec::World;
use super::replay::layout::Layout;
use crate::golden::Device;
use crate::trace::{Line, Meta, Op, Outcome, Source, Symbol};
use crate::vdpa::mm::PAGE;
use crate::vdpa::parent::capability;
use crate::vdpa::{DeviceError, Kernel, Mapping, Profile};

/// Entries that vhost takes in an address space, and that the largest device holds in all.
pub const TABLE: u16 = 2048;
/// UPDATEs of a batch, and from dump to dump where nothing is near.
pub const PERIOD: u16 = 256;
/// UPDATEs before and after the limit that are done one by one and dumped each.
pub const EDGE: u16 = 4;
/// The most ranges that a trace may have: what comes beyond the limit is refused over and over.
pub const RANGES_MAX: u16 = TABLE + 16;
/// Linux with limits and IOTLB_PERSIST.
const KERNEL: Kernel = Kernel::V6_12_117;
/// Different places that ranges have, so that they do not come in the order of their addresses.
const SLOTS: u64 = 4096;
/// Odd, so that it goes through all of them; far enough to fall everywhere between those that are there.
const STRIDE: u64 = 2731;
/// Pages of the region `buf` of the recording program.
const BUF_PAGES: u64 = 2048;

/// What a trace is to be like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Plan {
    ranges: u16,
    spaces: u8,
    mapping: Mapping,
}

/// A number that no trace can be made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BadPlan {
    /// Of ranges.
    #[error(
        "{0} ranges; give 2 to {RANGES_MAX}: a table has {TABLE} entries, and every range beyond is refused alike"
    )]
    Ranges(u16),
    /// Of address spaces.
    #[error("{0} address spaces; the device has 2, so give 1 or 2")]
    Spaces(u8),
}

/// One range of an address space.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Range {
    /// First IOVA; it is one page.
    pub iova: u64,
    /// The page that it maps, by name.
    pub uaddr: Symbol,
    /// VHOST_ACCESS_*.
    pub perm: u8,
}

impl Plan {
    /// `ranges` ranges in `spaces` address spaces of a parent of style `mapping`.
    ///
    /// # Errors
    /// If there is no such trace.
    pub fn new(ranges: u16, spaces: u8, mapping: Mapping) -> Result<Self, BadPlan> {
        match (ranges, spaces) {
            (_, 0 | 3..) => Err(BadPlan::Spaces(spaces)),
            (2..=RANGES_MAX, _) => Ok(Self {
                ranges,
                spaces,
                mapping,
            }),
            _ => Err(BadPlan::Ranges(ranges)),
        }
    }

    /// Address spaces.
    pub fn spaces(&self) -> u8 {
        self.spaces
    }

    /// Entries that one address space takes: vhost's limit, or with two address spaces the parent's.
    pub fn limit(&self) -> u16 {
        TABLE / u16::from(self.spaces)
    }

    /// Ranges that are asked for in an address space; the first gets the odd one.
    pub fn share(&self, asid: u8) -> u16 {
        let spaces = u16::from(self.spaces);
        let odd = u16::from(asid) < self.ranges % spaces;
        self.ranges / spaces + u16::from(odd)
    }

    /// Range `number` of an address space. Both address spaces have the same IOVAs and map them to different pages;
    /// they are spread over all 64 bits, in pairs that touch.
    pub fn range(&self, asid: u8, number: u16) -> Range {
        let slot = u64::from(number) * STRIDE % SLOTS;
        let (high, low) = (slot / 64, slot % 64);
        let page = u64::from(number) + u64::from(asid) * BUF_PAGES / 2;
        Range {
            iova: (high << 58) + (low / 2) * 4 * PAGE + (low % 2) * PAGE,
            uaddr: Symbol::Region {
                name: "buf".to_owned(),
                offset: page % BUF_PAGES * PAGE,
            },
            perm: 1 + (number % 3) as u8,
        }
    }

    /// The `variant` of the trace's lines.
    pub fn variant(&self) -> String {
        let style = match self.mapping {
            Mapping::SetMap => "setmap-pa",
            Mapping::DmaMap => "dmamap-pa",
        };
        match self.spaces {
            1 => style.to_owned(),
            _ => format!("{style}-simcap{}", self.limit()),
        }
    }

    /// The profile that the trace names.
    pub fn profile(&self) -> Profile {
        let mut profile = Profile::new(KERNEL, self.mapping);
        profile.limit_sim(self.limit().into());
        profile
    }

    /// The command that writes the trace.
    fn command(&self) -> String {
        let parent = match self.mapping {
            Mapping::SetMap => "set_map",
            Mapping::DmaMap => "dma_map",
        };
        format!(
            "persimmon generate --ranges {} --spaces {} --parent {parent}",
            self.ranges, self.spaces
        )
    }

    fn line(&self, case: String, step: u64, op: Op) -> Line {
        Line {
            number: 0,
            source: Source::Kernel(KERNEL.rules().version.to_owned()),
            variant: self.variant(),
            case,
            step,
            op,
            outcome: Outcome::default(),
            extra: Map::new(),
        }
    }
}

/// The trace of a plan, its header first.
///
/// # Errors
/// If the golden model is out of order.
pub fn generate(plan: &Plan) -> Result<Vec<Line>, DeviceError> {
    let golden = Device::new(capability(TABLE));
    let mut world = World::new(golden, plan.profile(), None, Layout::default())?;
    let mut header = plan.line("meta".to_owned(), 0, Op::Meta(Meta::default()));
    let results = "of the golden model, not of a kernel";
    for (key, value) in [("generator", plan.command().as_str()), ("results", results)] {
        header.extra.insert(key.to_owned(), Value::from(value));
    }
    let mut lines = vec![header];
    let mut case = String::new();
    let mut step = 0;
    for planned in script::steps(plan) {
        if planned.case != case {
            case.clone_from(&planned.case);
            step = 0;
        }
        step += 1;
        let mut line = plan.line(planned.case, step, planned.op);
        world.record(&mut line, planned.dump)?;
        lines.push(line);
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_apart_and_out_of_order() {
        let plan = Plan::new(RANGES_MAX, 1, Mapping::DmaMap).unwrap();
        let all = RANGES_MAX + 3;
        let mut iovas: Vec<_> = (0..all).map(|n| plan.range(0, n).iova).collect();
        assert!(!iovas.is_sorted());
        iovas.sort_unstable();
        assert!(iovas.windows(2).all(|pair| pair[1] - pair[0] >= PAGE));
        assert!(iovas.windows(2).any(|pair| pair[1] - pair[0] == PAGE));
        assert!(iovas.last() > Some(&(1 << 63)), "all bits are used");
    }

    #[test]
    fn shares_add_up() {
        for (ranges, spaces, shares, limit) in [
            (2047, 1, vec![2047], 2048),
            (2047, 2, vec![1024, 1023], 1024),
            (2048, 2, vec![1024, 1024], 1024),
            (2049, 2, vec![1025, 1024], 1024),
        ] {
            let plan = Plan::new(ranges, spaces, Mapping::SetMap).unwrap();
            let found: Vec<_> = (0..spaces).map(|asid| plan.share(asid)).collect();
            assert_eq!((found, plan.limit()), (shares, limit));
        }
    }

    #[test]
    fn plans_that_cannot_be() {
        let plan = |ranges, spaces| Plan::new(ranges, spaces, Mapping::SetMap);
        assert_eq!(plan(1, 1), Err(BadPlan::Ranges(1)));
        assert_eq!(plan(2065, 2), Err(BadPlan::Ranges(2065)));
        assert_eq!(plan(64, 3), Err(BadPlan::Spaces(3)));
    }
}
