// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Command engine

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// Command engine
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct Status(u32);

unsafe impl Send for Status {}
unsafe impl Sync for Status {}

impl core::default::Default for Status {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for Status {
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

impl Status {
    pub const BUSY_OFFSET: usize = 0;
    pub const BUSY_WIDTH: usize = 1;
    pub const BUSY_MASK: u32 = 0x1;

    /// busy
    ///
    /// A command is executing.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn busy(&self) -> bool {
        let val = (self.0 >> Self::BUSY_OFFSET) & Self::BUSY_MASK;
        val != 0
    }



    pub const TXN_OPEN_OFFSET: usize = 1;
    pub const TXN_OPEN_WIDTH: usize = 1;
    pub const TXN_OPEN_MASK: u32 = 0x1;

    /// txn_open
    ///
    /// A SET_MAP transaction is open.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn txn_open(&self) -> bool {
        let val = (self.0 >> Self::TXN_OPEN_OFFSET) & Self::TXN_OPEN_MASK;
        val != 0
    }



    pub const TXN_POISONED_OFFSET: usize = 2;
    pub const TXN_POISONED_WIDTH: usize = 1;
    pub const TXN_POISONED_MASK: u32 = 0x1;

    /// txn_poisoned
    ///
    /// The open transaction has refused an entry; COMMIT will say why.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn txn_poisoned(&self) -> bool {
        let val = (self.0 >> Self::TXN_POISONED_OFFSET) & Self::TXN_POISONED_MASK;
        val != 0
    }



    pub const TXN_ASID_OFFSET: usize = 8;
    pub const TXN_ASID_WIDTH: usize = 8;
    pub const TXN_ASID_MASK: u32 = 0xFF;

    /// txn_asid
    ///
    /// Address space of the open transaction.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn txn_asid(&self) -> u8 {
        let val = (self.0 >> Self::TXN_ASID_OFFSET) & Self::TXN_ASID_MASK;
        val as u8
    }



}

impl core::fmt::Debug for Status {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Status")
            .field("busy", &self.busy())
            .field("txn_open", &self.txn_open())
            .field("txn_poisoned", &self.txn_poisoned())
            .field("txn_asid", &self.txn_asid())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = Status::default();
        assert_eq!(reg.busy(), false);
        assert_eq!(reg.txn_open(), false);
        assert_eq!(reg.txn_poisoned(), false);
        assert_eq!(reg.txn_asid(), 0);
    }
}
