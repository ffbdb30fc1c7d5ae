// SPDX-License-Identifier: Apache-2.0
//! The positions of the October 2023 thread on `vhost-vdpa: reset vendor specific mapping to initial state in
//! .release`, each as a value: which kernel, which parent drivers, what of IOTLB_PERSIST is acked. Rows are numbered
//! as in section F of semantics.md.
//!
//! A policy is only configuration. What follows from it comes out of the [core](super::vhost), a
//! [parent driver](super::parent) and the device; [`cosim::run`](crate::cosim::run) plays the thread's script on it.

use super::parent::ParentRules;
use super::profile::{Mapping, RULES_6_1, RULES_6_6, RULES_6_12, ResetMapAtRelease, Rules};
use crate::regif::Persist;

/// Who maps for the device.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Parent {
    /// A driver with an IOMMU on the chip, mapping in one style.
    OnChip(ParentRules, Mapping),
    /// Neither style: the platform's IOMMU.
    Platform,
}

impl Parent {
    /// "vdpa_sim set_map", "platform".
    pub fn name(&self) -> String {
        match self {
            Self::OnChip(rules, mapping) => format!("{} {}", rules.name, mapping.name()),
            Self::Platform => "platform".to_owned(),
        }
    }

    /// The style, if there is one.
    pub fn mapping(&self) -> Option<Mapping> {
        match self {
            Self::OnChip(_, mapping) => Some(*mapping),
            Self::Platform => None,
        }
    }
}

/// One position.
#[derive(Debug)]
pub struct Policy {
    /// Its row in semantics.md section F.
    pub row: &'static str,
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is, in a line.
    pub title: &'static str,
    /// What semantics.md infers or has at second hand, instead of having read it.
    pub inferred: Option<&'static str>,
    /// The kernel.
    pub rules: &'static Rules,
    /// The parents on which it means something.
    pub parents: &'static [Parent],
    /// Whether user space acks IOTLB_PERSIST, in the row's own script: both where the row has both.
    pub acks: &'static [bool],
}

/// A style of an on-chip parent.
const fn on(rules: ParentRules, mapping: Mapping) -> Parent {
    Parent::OnChip(rules, mapping)
}

const SIM: ParentRules = ParentRules::VDPA_SIM;
/// `.reset_map`, and no emulation of what reset did before.
const SIM_KEEPING: ParentRules = ParentRules {
    compat_reset: false,
    persist: Persist::NeverClean,
    ..SIM
};
/// `clean_iotlb_on_reset=1`, `iotlb_persist=0`: the driver takes `.reset_map` away, and fills no table when the
/// device is added (v3 5/5).
const SIM_CLEANING: ParentRules = ParentRules {
    reset_map: false,
    compat_reset: false,
    ..ParentRules::VDPA_SIM_6_6
};
const MLX5_KEEPING: ParentRules = ParentRules {
    compat_reset: false,
    persist: Persist::NeverClean,
    ..ParentRules::MLX5
};
const MLX5_CLEANING: ParentRules = ParentRules {
    set_map: ParentRules::MLX5.set_map,
    ..ParentRules::MLX5_6_1
};

static IF_ACKED: Rules = Rules {
    reset_map_at_release: ResetMapAtRelease::IfAcked,
    ..RULES_6_12
};
static REQUIRED: Rules = Rules {
    persist_required: true,
    ..RULES_6_12
};
static NO_RELEASE_CALL: Rules = Rules {
    reset_map_at_release: ResetMapAtRelease::Never,
    ..RULES_6_12
};
static MERGED: Rules = RULES_6_12;
static BEFORE: Rules = RULES_6_6;
static OLD: Rules = RULES_6_1;

use Mapping::{DmaMap, SetMap};

const MERGED_PARENTS: &[Parent] = &[
    on(SIM, SetMap),
    on(SIM, DmaMap),
    on(ParentRules::MLX5, SetMap),
];

const KEEPING_PARENTS: &[Parent] = &[
    on(SIM_KEEPING, SetMap),
    on(SIM_KEEPING, DmaMap),
    on(MLX5_KEEPING, SetMap),
];

/// Every position, in the order of semantics.md.
pub static POLICIES: [Policy; 14] = [
    Policy {
        row: "1",
        name: "persist",
        title: "compliant persist, acked (Si-Wei Liu; merged in 6.7)",
        inferred: None,
        rules: &MERGED,
        parents: MERGED_PARENTS,
        acks: &[true],
    },
    Policy {
        row: "2a",
        name: "legacy-mlx5",
        title: "legacy clear, mlx5 up to 6.6: a reset destroys the key and makes the 1:1 one",
        inferred: None,
        rules: &OLD,
        parents: &[on(ParentRules::MLX5_6_1, SetMap)],
        acks: &[false],
    },
    Policy {
        row: "2b",
        name: "legacy-sim-6.1",
        title: "legacy clear, vdpa_sim up to 6.1: a reset empties the tables",
        inferred: None,
        rules: &OLD,
        parents: &[
            on(ParentRules::VDPA_SIM_6_1, SetMap),
            on(ParentRules::VDPA_SIM_6_1, DmaMap),
        ],
        acks: &[false],
    },
    Policy {
        row: "2c",
        name: "legacy-sim-6.6",
        title: "legacy clear, vdpa_sim 6.3 to 6.6: a reset makes the tables 1:1",
        inferred: Some(
            "6.3 to 6.6 is read from d7b4e3287ca3 alone; the first release is not pinned down",
        ),
        rules: &BEFORE,
        parents: &[
            on(ParentRules::VDPA_SIM_6_6, SetMap),
            on(ParentRules::VDPA_SIM_6_6, DmaMap),
        ],
        acks: &[false],
    },
    Policy {
        row: "3",
        name: "compat-reset",
        title: "compat_reset for user space that has not acked (Jason Wang's demand; merged in 6.7)",
        inferred: None,
        rules: &MERGED,
        parents: MERGED_PARENTS,
        acks: &[false],
    },
    Policy {
        row: "4",
        name: "no-emulation",
        title: "reset_map at release, no emulation of the old reset (Si-Wei Liu, v1 and v2)",
        inferred: None,
        rules: &MERGED,
        parents: KEEPING_PARENTS,
        acks: &[false],
    },
    Policy {
        row: "5",
        name: "reset-map-if-acked",
        title: "acked: reset_map at release; not acked: the parent cleans in reset (Jason Wang)",
        inferred: Some(
            "not acked: release has no reset_map, so dma_unmap leaves a dma_map parent EMPTY, and attaching does not mend it",
        ),
        rules: &IF_ACKED,
        parents: MERGED_PARENTS,
        acks: &[true, false],
    },
    Policy {
        row: "6",
        name: "clean-on-reset",
        title: "clean_iotlb_on_reset=1: cleans at every reset (Eugenio Perez Martin)",
        inferred: Some(
            "the thread says only to keep the old behaviour; this is v3's parameter, which takes reset_map away, and IOTLB_PERSIST with it",
        ),
        rules: &MERGED,
        parents: &[
            on(SIM_CLEANING, SetMap),
            on(SIM_CLEANING, DmaMap),
            on(MLX5_CLEANING, SetMap),
        ],
        acks: &[false],
    },
    Policy {
        row: "6'",
        name: "persist-parameter",
        title: "clean_iotlb_on_reset=0, or iotlb_persist=1 / persist_mapping=1 of v3: never cleans",
        inferred: None,
        rules: &MERGED,
        parents: KEEPING_PARENTS,
        acks: &[true, false],
    },
    Policy {
        row: "7",
        name: "require-persist",
        title: "fail if not acked (Jason Wang's alternative)",
        inferred: Some(
            "where user space that has not acked is refused is left open by the thread; here it is at its first message",
        ),
        rules: &REQUIRED,
        parents: MERGED_PARENTS,
        acks: &[true, false],
    },
    Policy {
        row: "8",
        name: "platform-iommu",
        title: "no table on the chip: the platform's IOMMU",
        inferred: None,
        rules: &MERGED,
        parents: &[Parent::Platform],
        acks: &[true, false],
    },
    Policy {
        row: "9",
        name: "no-reset-map",
        title: "an IOMMU on the chip that persists by itself, without reset_map; set_map",
        inferred: Some("no such driver is in the kernel"),
        rules: &MERGED,
        parents: &[on(ParentRules::PERSISTING, SetMap)],
        acks: &[true, false],
    },
    Policy {
        row: "9'",
        name: "no-reset-map-dma",
        title: "the same with dma_map",
        inferred: Some("no such driver is in the kernel"),
        rules: &MERGED,
        parents: &[on(ParentRules::PERSISTING, DmaMap)],
        acks: &[true, false],
    },
    Policy {
        row: "10",
        name: "no-release-call",
        title: "reset_map is there and release does not call it (a backport without patch 2/4)",
        inferred: Some(
            "the backport is known at second hand; on a parent that was not backported either, it is row 2c",
        ),
        rules: &NO_RELEASE_CALL,
        parents: MERGED_PARENTS,
        acks: &[true, false],
    },
];

impl Policy {
    /// The kernel as it was merged, since 6.7.
    pub fn merged() -> &'static Rules {
        &MERGED
    }

    /// The policy of that name, or of that row: "compat-reset", "3".
    pub fn find(name: &str) -> Option<&'static Self> {
        POLICIES
            .iter()
            .find(|policy| policy.name == name || policy.row == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_rows_find_their_policy() {
        for policy in &POLICIES {
            for name in [policy.name, policy.row] {
                assert!(std::ptr::eq(Policy::find(name).unwrap(), policy), "{name}");
            }
            assert!(!policy.parents.is_empty() && !policy.acks.is_empty());
        }
        assert!(Policy::find("all").is_none());
    }
}
