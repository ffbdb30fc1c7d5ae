// SPDX-License-Identifier: Apache-2.0
//! Which kernel is modelled, in one value: the rules that changed between versions, the parent's style and the
//! capacities. Everything that differs from kernel to kernel is a field here; no other file asks for a version.

use super::features::Features;
use super::parent::ParentRules;

/// When release gives an address space back to the parent by `.reset_map`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ResetMapAtRelease {
    /// Every address space that was used: merged in 6.7.
    Always,
    /// Only if IOTLB_PERSIST was acked: proposed, not merged.
    IfAcked,
    /// Never: kernels that have the operation and lack the call.
    Never,
}

/// What one kernel version does, where versions differ.
#[derive(PartialEq, Eq, Debug)]
pub struct Rules {
    /// Version, as recordings write it.
    pub version: &'static str,
    /// Backend features that VHOST_SET_BACKEND_FEATURES knows at all.
    pub known_features: Features,
    /// Backend features that the vdpa_sim parent leads to being offered.
    pub offered: Features,
    /// Whether release calls the parent's `.reset_map`, if there is one.
    pub reset_map_at_release: ResetMapAtRelease,
    /// User space that has not acked IOTLB_PERSIST may not map: an alternative that was not merged.
    pub persist_required: bool,
    /// vdpa_sim as it came with this kernel.
    pub vdpa_sim: ParentRules,
    /// vdpa_sim has the parameter `use_va`.
    pub use_va: bool,
    /// VHOST_VDPA_RESUME exists.
    pub resume: bool,
    /// VHOST_VDPA_SUSPEND (and RESUME) do nothing before DRIVER_OK; before, SUSPEND went to the parent at once.
    pub suspend_needs_driver_ok: bool,
    /// SET_VRING_ADDR and SET_VRING_BASE are refused at DRIVER_OK unless the device is suspended.
    pub vring_frozen_by_driver_ok: bool,
    /// VHOST_VDPA_GET_VRING_DESC_GROUP exists.
    pub desc_group_ioctl: bool,
    /// SET_GROUP_ASID refuses group == ngroups (cd025c1e876b); before, vdpa_sim took it and did nothing.
    pub group_bound: bool,
    /// Entries that vhost and vdpa_sim take per address space unless told otherwise, once their
    /// `max_iotlb_entries` parameters limit anything (a stable backport of 2026); `None`: unlimited, whatever
    /// the parameters say.
    pub table_limit: Option<usize>,
    /// virtio features that vdpasim_net offers.
    pub net_features: u64,
}

const FEATURES_6_1: Features = Features::MSG_V2
    .with(Features::BATCH)
    .with(Features::ASID)
    .with(Features::SUSPEND);
const OFFERED_6_6: Features = FEATURES_6_1
    .with(Features::RESUME)
    .with(Features::ENABLE_AFTER_DRIVER_OK);
const OFFERED_6_12: Features = OFFERED_6_6.with(Features::IOTLB_PERSIST);

pub(super) const RULES_6_1: Rules = Rules {
    version: "6.1",
    known_features: FEATURES_6_1,
    offered: FEATURES_6_1,
    reset_map_at_release: ResetMapAtRelease::Always,
    persist_required: false,
    vdpa_sim: ParentRules::VDPA_SIM_6_1,
    use_va: false,
    resume: false,
    suspend_needs_driver_ok: false,
    vring_frozen_by_driver_ok: false,
    desc_group_ioctl: false,
    group_bound: true,
    table_limit: Some(2048),
    net_features: 0x3_0882_0028,
};
const RULES_6_1_170: Rules = Rules {
    version: "6.1.170",
    group_bound: false,
    table_limit: None,
    ..RULES_6_1
};
pub(super) const RULES_6_12: Rules = Rules {
    version: "6.12",
    known_features: OFFERED_6_12.with(Features::DESC_ASID),
    offered: OFFERED_6_12,
    reset_map_at_release: ResetMapAtRelease::Always,
    persist_required: false,
    vdpa_sim: ParentRules::VDPA_SIM,
    use_va: true,
    resume: true,
    suspend_needs_driver_ok: true,
    vring_frozen_by_driver_ok: true,
    desc_group_ioctl: true,
    group_bound: true,
    table_limit: None,
    net_features: 0x3_0883_0028,
};
/// 6.3 to 6.6, of which no recording exists: SUSPEND, RESUME and ENABLE_AFTER_DRIVER_OK are there, IOTLB_PERSIST is
/// not, and vdpa_sim cleans to 1:1 (semantics.md sections A2 and B, inferred in part).
pub(super) const RULES_6_6: Rules = Rules {
    version: "6.6",
    known_features: OFFERED_6_6,
    offered: OFFERED_6_6,
    vdpa_sim: ParentRules::VDPA_SIM_6_6,
    desc_group_ioctl: false,
    ..RULES_6_12
};
const RULES_6_12_117: Rules = Rules {
    version: "6.12.117",
    table_limit: Some(2048),
    ..RULES_6_12
};

static RULES: [Rules; 4] = [RULES_6_1, RULES_6_1_170, RULES_6_12, RULES_6_12_117];

/// A kernel of which recordings exist.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kernel {
    /// 6.1.192: reset empties the tables; 2048 entries per address space.
    V6_1,
    /// 6.1.170: as 6.1, unlimited, group == ngroups accepted.
    V6_1_170,
    /// 6.12.95: IOTLB_PERSIST, reset_map, compat_reset; unlimited.
    V6_12,
    /// 6.12.117: as 6.12, 2048 entries per address space.
    V6_12_117,
}

impl Kernel {
    /// Every kernel.
    pub const ALL: [Self; 4] = [Self::V6_1, Self::V6_1_170, Self::V6_12, Self::V6_12_117];

    /// The kernel that recordings call `version`.
    pub fn from_version(version: &str) -> Option<Self> {
        // Recordings call two of them by the series, their packages by the whole version.
        let version = match version {
            "6.1.192" => "6.1",
            "6.12.95" => "6.12",
            other => other,
        };
        Self::ALL.into_iter().find(|k| k.rules().version == version)
    }

    /// What it does.
    pub fn rules(self) -> &'static Rules {
        &RULES[self as usize]
    }
}

/// How the parent takes mappings.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Mapping {
    /// `.set_map`: the whole table of an address space at a time.
    SetMap,
    /// `.dma_map` and `.dma_unmap`: one range at a time.
    DmaMap,
}

impl Mapping {
    /// The operation's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::SetMap => "set_map",
            Self::DmaMap => "dma_map",
        }
    }
}

/// One kernel with one device.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Profile {
    /// Rules of the kernel.
    pub rules: &'static Rules,
    /// Rules of the parent driver.
    pub parent: ParentRules,
    /// The parent's style (`vdpa_sim.batch_mapping`).
    pub mapping: Mapping,
    /// Entries hold user virtual addresses and nothing is pinned (`vdpa_sim.use_va`).
    pub use_va: bool,
    /// Entries that vhost takes per address space (`vhost_vdpa.max_iotlb_entries`); `None`: unlimited.
    pub vhost_entries: Option<usize>,
    /// Entries that vdpa_sim takes per address space (`vdpa_sim.max_iotlb_entries`); `None`: unlimited.
    pub sim_entries: Option<usize>,
    /// First and last IOVA that the parent accepts, both inclusive.
    pub iova_range: (u64, u64),
}

impl Profile {
    /// `kernel` with a vdpa_sim of style `mapping`, pinning pages, with that kernel's own capacities.
    pub fn new(kernel: Kernel, mapping: Mapping) -> Self {
        let rules = kernel.rules();
        Self::with_parent(rules, rules.vdpa_sim, mapping)
    }

    /// A kernel of these rules with a parent of those, pinning pages, with the kernel's own capacities.
    pub fn with_parent(rules: &'static Rules, parent: ParentRules, mapping: Mapping) -> Self {
        Self {
            rules,
            parent,
            mapping,
            use_va: false,
            vhost_entries: rules.table_limit,
            sim_entries: rules.table_limit,
            iova_range: (0, u64::MAX),
        }
    }

    /// The profile of that name: kernel and variant joined by a dash, as the file names of recordings have them,
    /// e.g. "6.12.117-setmap-pa-vhostcap8".
    ///
    /// # Errors
    /// As [`from_names`](Self::from_names); a name without a dash has an empty variant.
    pub fn parse(name: &str) -> Result<Self, (&'static str, &str)> {
        let (kernel, variant) = name.split_once('-').unwrap_or((name, ""));
        Self::from_names(kernel, variant)
    }

    /// The profile that a recording's `kernel` and `variant` fields name, e.g. "6.12" and "setmap-pa-simcap8".
    ///
    /// # Errors
    /// The field name and the part of it that is not understood.
    pub fn from_names<'a>(
        kernel: &'a str,
        variant: &'a str,
    ) -> Result<Self, (&'static str, &'a str)> {
        let kernel = Kernel::from_version(kernel).ok_or(("kernel", kernel))?;
        let mut words = variant.split('-');
        let mapping = match words.next() {
            Some("setmap") => Mapping::SetMap,
            Some("dmamap") => Mapping::DmaMap,
            other => return Err(("variant", other.unwrap_or(variant))),
        };
        let mut profile = Self::new(kernel, mapping);
        for word in words {
            match word {
                "pa" => profile.use_va = false,
                "va" if kernel.rules().use_va => profile.use_va = true,
                // The range itself stands in the recording, in its get_iova_range line; the others only say what
                // the recording was made for.
                "range" | "unaligned" | "timing" | "oops" => {}
                _ => {
                    let capacity =
                        |prefix| word.strip_prefix(prefix).and_then(|n: &str| n.parse().ok());
                    if let Some(n) = capacity("simcap") {
                        profile.limit_sim(n);
                    } else if let Some(n) = capacity("vhostcap") {
                        profile.limit_vhost(n);
                    } else {
                        return Err(("variant", word));
                    }
                }
            }
        }
        Ok(profile)
    }

    /// Sets `vdpa_sim.max_iotlb_entries`, which does something only where the kernel has limits.
    pub fn limit_sim(&mut self, entries: usize) {
        self.sim_entries = self.rules.table_limit.map(|_| entries);
    }

    /// Sets `vhost_vdpa.max_iotlb_entries`, which exists only where the kernel has limits.
    pub fn limit_vhost(&mut self, entries: usize) {
        self.vhost_entries = self.rules.table_limit.map(|_| entries);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let p = Profile::from_names("6.12", "setmap-pa-simcap8").unwrap();
        assert_eq!(
            (p.mapping, p.use_va, p.sim_entries),
            (Mapping::SetMap, false, None)
        );
        let p = Profile::from_names("6.12.117", "dmamap-va-simcap8").unwrap();
        assert_eq!(
            (p.mapping, p.use_va, p.sim_entries),
            (Mapping::DmaMap, true, Some(8))
        );
        assert_eq!(p.vhost_entries, Some(2048));
        let p = Profile::from_names("6.1", "dmamap-vhostcap8").unwrap();
        assert_eq!((p.use_va, p.vhost_entries), (false, Some(8)));
        assert_eq!(
            Profile::parse("6.1-dmamap-vhostcap8"),
            Profile::from_names("6.1", "dmamap-vhostcap8")
        );
        assert_eq!(Profile::parse("6.12"), Err(("variant", "")));
        assert_eq!(
            Profile::parse("linux-6.12-setmap"),
            Err(("kernel", "linux"))
        );
        assert_eq!(Profile::from_names("6.6", "setmap"), Err(("kernel", "6.6")));
        assert_eq!(Profile::from_names("6.1", "mlx5"), Err(("variant", "mlx5")));
        assert_eq!(
            Profile::from_names("6.1", "setmap-va"),
            Err(("variant", "va"))
        );
        assert_eq!(
            Profile::from_names("6.1", "setmap-foo"),
            Err(("variant", "foo"))
        );
    }

    #[test]
    fn every_kernel_finds_itself() {
        for kernel in Kernel::ALL {
            assert_eq!(Kernel::from_version(kernel.rules().version), Some(kernel));
        }
        assert_eq!(Kernel::from_version("6.1.192"), Some(Kernel::V6_1));
        assert_eq!(Kernel::from_version("6.12.95"), Some(Kernel::V6_12));
        assert_eq!(Kernel::from_version("6.6"), None);
    }
}
