// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Capability: AXI4 ports; 0 without

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// Capability: AXI4 ports; 0 without
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct CapAxi(u32);

unsafe impl Send for CapAxi {}
unsafe impl Sync for CapAxi {}

impl core::default::Default for CapAxi {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for CapAxi {
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

impl CapAxi {
    pub const DATA_LOG2_OFFSET: usize = 0;
    pub const DATA_LOG2_WIDTH: usize = 8;
    pub const DATA_LOG2_MASK: u32 = 0xFF;

    /// data_log2
    ///
    /// log2 of the data width in bits.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn data_log2(&self) -> u8 {
        let val = (self.0 >> Self::DATA_LOG2_OFFSET) & Self::DATA_LOG2_MASK;
        val as u8
    }



    pub const ID_W_OFFSET: usize = 8;
    pub const ID_W_WIDTH: usize = 8;
    pub const ID_W_MASK: u32 = 0xFF;

    /// id_w
    ///
    /// Bits of AxID.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn id_w(&self) -> u8 {
        let val = (self.0 >> Self::ID_W_OFFSET) & Self::ID_W_MASK;
        val as u8
    }



    pub const OUTSTANDING_OFFSET: usize = 16;
    pub const OUTSTANDING_WIDTH: usize = 8;
    pub const OUTSTANDING_MASK: u32 = 0xFF;

    /// outstanding
    ///
    /// Bursts in flight downstream of each port, in each direction.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn outstanding(&self) -> u8 {
        let val = (self.0 >> Self::OUTSTANDING_OFFSET) & Self::OUTSTANDING_MASK;
        val as u8
    }



    pub const SEARCH_PORTS_OFFSET: usize = 24;
    pub const SEARCH_PORTS_WIDTH: usize = 8;
    pub const SEARCH_PORTS_MASK: u32 = 0xFF;

    /// search_ports
    ///
    /// SEARCH_PORTS: addresses translated in one clock.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn search_ports(&self) -> u8 {
        let val = (self.0 >> Self::SEARCH_PORTS_OFFSET) & Self::SEARCH_PORTS_MASK;
        val as u8
    }



}

impl core::fmt::Debug for CapAxi {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("CapAxi")
            .field("data_log2", &self.data_log2())
            .field("id_w", &self.id_w())
            .field("outstanding", &self.outstanding())
            .field("search_ports", &self.search_ports())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = CapAxi::default();
        assert_eq!(reg.data_log2(), 0);
        assert_eq!(reg.id_w(), 0);
        assert_eq!(reg.outstanding(), 0);
        assert_eq!(reg.search_ports(), 0);
    }
}
