// SPDX-License-Identifier: Apache-2.0
//! vhost backend features (`include/uapi/linux/vhost_types.h`): the bits, and the rules by which
//! VHOST_SET_BACKEND_FEATURES takes or refuses a set of them. Called by the core in [`vhost`](super::vhost).

use super::errno::Errno;
use super::profile::Rules;

/// A set of backend features, bit n of the mask for feature n.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Features(pub u64);

impl Features {
    /// VHOST_BACKEND_F_IOTLB_MSG_V2: version 2 messages. Not enforced on messages.
    pub const MSG_V2: Self = Self(1 << 1);
    /// VHOST_BACKEND_F_IOTLB_BATCH: BATCH_BEGIN and BATCH_END. Not enforced on messages.
    pub const BATCH: Self = Self(1 << 2);
    /// VHOST_BACKEND_F_IOTLB_ASID: the asid of a version 2 message counts.
    pub const ASID: Self = Self(1 << 3);
    /// VHOST_BACKEND_F_SUSPEND.
    pub const SUSPEND: Self = Self(1 << 4);
    /// VHOST_BACKEND_F_RESUME.
    pub const RESUME: Self = Self(1 << 5);
    /// VHOST_BACKEND_F_ENABLE_AFTER_DRIVER_OK.
    pub const ENABLE_AFTER_DRIVER_OK: Self = Self(1 << 6);
    /// VHOST_BACKEND_F_DESC_ASID: an address space of its own for descriptors.
    pub const DESC_ASID: Self = Self(1 << 7);
    /// VHOST_BACKEND_F_IOTLB_PERSIST: mappings survive a device reset.
    pub const IOTLB_PERSIST: Self = Self(1 << 8);

    /// True if every bit of `other` is set.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both sets together.
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// VHOST_SET_BACKEND_FEATURES, for a parent without a descriptor group.
    ///
    /// # Errors
    /// `EOPNOTSUPP` for a bit that is unknown or not offered; `EINVAL` for DESC_ASID without ASID, where the
    /// kernel knows DESC_ASID. The order of the tests is vhost_vdpa_unlocked_ioctl's.
    pub fn check(self, rules: &Rules, offered: Self) -> Result<(), Errno> {
        if self.0 & !rules.known_features.0 != 0 {
            return Err(Errno::Eopnotsupp);
        }
        for bit in [Self::SUSPEND, Self::RESUME] {
            if self.has(bit) && !offered.has(bit) {
                return Err(Errno::Eopnotsupp);
            }
        }
        if self.has(Self::DESC_ASID) {
            if !self.has(Self::ASID) {
                return Err(Errno::Einval);
            }
            if !offered.has(Self::DESC_ASID) {
                return Err(Errno::Eopnotsupp);
            }
        }
        if self.has(Self::IOTLB_PERSIST) && !offered.has(Self::IOTLB_PERSIST) {
            return Err(Errno::Eopnotsupp);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vdpa::profile::Kernel;

    fn check(kernel: Kernel, bits: u64) -> Result<(), Errno> {
        let rules = kernel.rules();
        Features(bits).check(rules, rules.offered)
    }

    #[test]
    fn bits_need_no_company_except_desc_asid() {
        for bit in [1, 2, 3, 4, 5, 6, 8] {
            assert_eq!(check(Kernel::V6_12, 1 << bit), Ok(()), "bit {bit}");
        }
        assert_eq!(check(Kernel::V6_12, 0x80), Err(Errno::Einval));
        assert_eq!(check(Kernel::V6_12, 0x88), Err(Errno::Eopnotsupp));
        // An unknown bit comes first.
        assert_eq!(check(Kernel::V6_12, 0x281), Err(Errno::Eopnotsupp));
    }

    #[test]
    fn linux_6_1_knows_four() {
        assert_eq!(check(Kernel::V6_1, 0x1e), Ok(()));
        for bit in [0, 5, 6, 7, 8, 9, 63] {
            assert_eq!(
                check(Kernel::V6_1, 1 << bit),
                Err(Errno::Eopnotsupp),
                "bit {bit}"
            );
        }
    }
}
