// SPDX-License-Identifier: Apache-2.0
//! What parent drivers with an on-chip IOMMU do differently with their mappings, in one value. An [`OnChip`] parent
//! is a vdpa_sim, an mlx5 or anything else by its [`ParentRules`], and by nothing else; the drivers that exist are
//! the constants here (semantics.md sections B to D).
//!
//! [`OnChip`]: super::OnChip

use crate::regif::Persist;

/// What `.set_map` does on its way, and when it cannot.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SetMapRule {
    /// vdpa_sim: clears the table and copies the new one under one lock; what does not fit leaves it empty.
    ClearAndCopy,
    /// mlx5_vdpa since ~6.7: builds the new key first and then swaps; what cannot be built leaves the old one.
    BuildAndSwap,
    /// mlx5_vdpa ~6.1: destroys the key and then builds; nothing translates in between or after a failure, and no
    /// entries at all are EINVAL.
    DestroyAndBuild,
}

/// What one parent driver does with its mappings. Address spaces are bits: bit n is ASID n.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ParentRules {
    /// The driver.
    pub name: &'static str,
    /// `.reset_map` exists.
    pub reset_map: bool,
    /// `.compat_reset` exists.
    pub compat_reset: bool,
    /// `.get_backend_features` has IOTLB_PERSIST, which the core does not offer for this parent's other operations.
    pub offers_persist: bool,
    /// Address spaces that are 1:1 when the device is added; the others translate nothing.
    pub created: u16,
    /// When a device reset cleans the mappings.
    pub persist: Persist,
    /// Address spaces that are 1:1 after a cleaning reset; the others translate nothing.
    pub cleaned: u16,
    /// Address spaces that are 1:1 after `.reset_map`; the others translate nothing.
    pub initial: u16,
    /// What `.set_map` does.
    pub set_map: SetMapRule,
    /// Drivers inside the kernel map their buffers through DMA operations of this parent, which hand out IOVAs:
    /// vdpa_sim before it had a 1:1 table.
    pub own_dma_ops: bool,
}

/// Every address space of a parent.
const ALL: u16 = u16::MAX;
/// AS 0 alone.
const AS0: u16 = 1;

impl ParentRules {
    /// vdpa_sim since 6.7: 1:1 to begin with and after a cleaning reset, `.reset_map` and `.compat_reset`.
    pub const VDPA_SIM: Self = Self {
        name: "vdpa_sim",
        reset_map: true,
        compat_reset: true,
        offers_persist: false,
        created: ALL,
        persist: Persist::ByFlag,
        cleaned: ALL,
        initial: ALL,
        set_map: SetMapRule::ClearAndCopy,
        own_dma_ops: false,
    };
    /// vdpa_sim from 6.3 to 6.6: every reset makes every address space 1:1, and the first one is at open.
    pub const VDPA_SIM_6_6: Self = Self {
        reset_map: false,
        compat_reset: false,
        created: 0,
        persist: Persist::AlwaysClean,
        ..Self::VDPA_SIM
    };
    /// vdpa_sim up to 6.1: every reset empties every address space, and nothing is 1:1.
    pub const VDPA_SIM_6_1: Self = Self {
        cleaned: 0,
        initial: 0,
        own_dma_ops: true,
        ..Self::VDPA_SIM_6_6
    };
    /// mlx5_vdpa since 6.7: the 1:1 key is on AS 0 alone.
    pub const MLX5: Self = Self {
        name: "mlx5",
        created: AS0,
        cleaned: AS0,
        initial: AS0,
        set_map: SetMapRule::BuildAndSwap,
        ..Self::VDPA_SIM
    };
    /// mlx5_vdpa ~6.1: every reset destroys the key and makes the 1:1 one again.
    pub const MLX5_6_1: Self = Self {
        reset_map: false,
        compat_reset: false,
        persist: Persist::AlwaysClean,
        set_map: SetMapRule::DestroyAndBuild,
        ..Self::MLX5
    };
    /// An IOMMU whose mappings no reset touches, by a driver that says so itself and has nothing for release.
    pub const PERSISTING: Self = Self {
        name: "on-chip",
        reset_map: false,
        compat_reset: false,
        offers_persist: true,
        persist: Persist::NeverClean,
        set_map: SetMapRule::BuildAndSwap,
        ..Self::VDPA_SIM
    };
}
