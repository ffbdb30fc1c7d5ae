// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Capability: spaces

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// Capability: spaces
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct CapSpace(u32);

unsafe impl Send for CapSpace {}
unsafe impl Sync for CapSpace {}

impl core::default::Default for CapSpace {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for CapSpace {
    type Regwidth = u32;
    type Accesswidth = u32;
    type Access = peakrdl_rust::access::R;
    type ByteEndian = peakrdl_rust::endian::LittleEndian;
    type WordEndian = peakrdl_rust::endian::LittleEndian;

    unsafe fn from_raw(val: Self::Regwidth) -> Self {
        Self(val)
    }

    fn to_raw(self) -> Self::Regwidth {
        self.0
    }
}

impl CapSpace {
    pub const ASIDS_OFFSET: usize = 0;
    pub const ASIDS_WIDTH: usize = 8;
    pub const ASIDS_MASK: u32 = 0xFF;

    /// asids
    ///
    /// ASIDS: address spaces.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn asids(&self) -> u8 {
        let val = (self.0 >> Self::ASIDS_OFFSET) & Self::ASIDS_MASK;
        val as u8
    }



    pub const GROUPS_OFFSET: usize = 8;
    pub const GROUPS_WIDTH: usize = 8;
    pub const GROUPS_MASK: u32 = 0xFF;

    /// groups
    ///
    /// GROUPS: virtqueue groups.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn groups(&self) -> u8 {
        let val = (self.0 >> Self::GROUPS_OFFSET) & Self::GROUPS_MASK;
        val as u8
    }



    pub const DEVICES_OFFSET: usize = 16;
    pub const DEVICES_WIDTH: usize = 8;
    pub const DEVICES_MASK: u32 = 0xFF;

    /// devices
    ///
    /// DEVICES: virtio devices.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn devices(&self) -> u8 {
        let val = (self.0 >> Self::DEVICES_OFFSET) & Self::DEVICES_MASK;
        val as u8
    }



    pub const PORTS_OFFSET: usize = 24;
    pub const PORTS_WIDTH: usize = 8;
    pub const PORTS_MASK: u32 = 0xFF;

    /// ports
    ///
    /// PORTS: translation ports.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn ports(&self) -> u8 {
        let val = (self.0 >> Self::PORTS_OFFSET) & Self::PORTS_MASK;
        val as u8
    }



}

impl core::fmt::Debug for CapSpace {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("CapSpace")
            .field("asids", &self.asids())
            .field("groups", &self.groups())
            .field("devices", &self.devices())
            .field("ports", &self.ports())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = CapSpace::default();
        assert_eq!(reg.asids(), 0);
        assert_eq!(reg.groups(), 0);
        assert_eq!(reg.devices(), 0);
        assert_eq!(reg.ports(), 0);
    }
}
