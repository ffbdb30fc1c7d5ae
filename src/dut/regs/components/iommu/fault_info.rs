// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Oldest record: what

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code



// Instances of named component types
pub use _root::components::fault_e as reason;



/// Oldest record: what
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct FaultInfo(u32);

unsafe impl Send for FaultInfo {}
unsafe impl Sync for FaultInfo {}

impl core::default::Default for FaultInfo {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for FaultInfo {
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

impl FaultInfo {
    pub const REASON_OFFSET: usize = 0;
    pub const REASON_WIDTH: usize = 4;
    pub const REASON_MASK: u32 = 0xF;

    /// reason
    #[inline(always)]
    #[allow(clippy::missing_errors_doc)]
    pub fn reason(&self) -> core::result::Result<reason::FaultE, peakrdl_rust::encode::UnknownVariant<u8>> {
        let val = (self.0 >> Self::REASON_OFFSET) & Self::REASON_MASK;
        reason::FaultE::from_bits(val as u8)    }



    pub const WRITE_OFFSET: usize = 4;
    pub const WRITE_WIDTH: usize = 1;
    pub const WRITE_MASK: u32 = 0x1;

    /// write
    ///
    /// The device wanted to write.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn write(&self) -> bool {
        let val = (self.0 >> Self::WRITE_OFFSET) & Self::WRITE_MASK;
        val != 0
    }



    pub const VALID_OFFSET: usize = 7;
    pub const VALID_WIDTH: usize = 1;
    pub const VALID_MASK: u32 = 0x1;

    /// valid
    ///
    /// There is a record; the fields and registers beside mean nothing otherwise.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn valid(&self) -> bool {
        let val = (self.0 >> Self::VALID_OFFSET) & Self::VALID_MASK;
        val != 0
    }



    pub const GROUP_OFFSET: usize = 8;
    pub const GROUP_WIDTH: usize = 8;
    pub const GROUP_MASK: u32 = 0xFF;

    /// group
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn group(&self) -> u8 {
        let val = (self.0 >> Self::GROUP_OFFSET) & Self::GROUP_MASK;
        val as u8
    }



    pub const ASID_OFFSET: usize = 16;
    pub const ASID_WIDTH: usize = 8;
    pub const ASID_MASK: u32 = 0xFF;

    /// asid
    ///
    /// Address space; 0 for reason group.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn asid(&self) -> u8 {
        let val = (self.0 >> Self::ASID_OFFSET) & Self::ASID_MASK;
        val as u8
    }



    pub const WAITING_OFFSET: usize = 24;
    pub const WAITING_WIDTH: usize = 8;
    pub const WAITING_MASK: u32 = 0xFF;

    /// waiting
    ///
    /// Records that wait, 255 for more; one that comes to an empty queue is counted here three clocks before `valid` shows it.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn waiting(&self) -> u8 {
        let val = (self.0 >> Self::WAITING_OFFSET) & Self::WAITING_MASK;
        val as u8
    }



}

impl core::fmt::Debug for FaultInfo {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("FaultInfo")
            .field("reason", &self.reason())
            .field("write", &self.write())
            .field("valid", &self.valid())
            .field("group", &self.group())
            .field("asid", &self.asid())
            .field("waiting", &self.waiting())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = FaultInfo::default();
        assert_eq!(reg.reason(), Ok(reason::FaultE::None));
        assert_eq!(reg.write(), false);
        assert_eq!(reg.valid(), false);
        assert_eq!(reg.group(), 0);
        assert_eq!(reg.asid(), 0);
        assert_eq!(reg.waiting(), 0);
    }
}
