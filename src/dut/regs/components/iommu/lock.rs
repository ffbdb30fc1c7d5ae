// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Policy lock

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// Policy lock
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct Lock(u32);

unsafe impl Send for Lock {}
unsafe impl Sync for Lock {}

impl core::default::Default for Lock {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for Lock {
    type Regwidth = u32;
    type Accesswidth = u32;
    type Access = peakrdl_rust::access::RW;
    type ByteEndian = peakrdl_rust::endian::LittleEndian;
    type WordEndian = peakrdl_rust::endian::LittleEndian;

    unsafe fn from_raw(val: Self::Regwidth) -> Self {
        Self(val)
    }

    fn to_raw(self) -> Self::Regwidth {
        self.0
    }
}

impl Lock {
    pub const LOCK_OFFSET: usize = 0;
    pub const LOCK_WIDTH: usize = 1;
    pub const LOCK_MASK: u32 = 0x1;

    /// lock
    ///
    /// Freezes INIT_MODE, CLEAN_MODE and every DEVICE register until power-on reset.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn lock(&self) -> bool {
        let val = (self.0 >> Self::LOCK_OFFSET) & Self::LOCK_MASK;
        val != 0
    }


    /// lock
    ///
    /// Freezes INIT_MODE, CLEAN_MODE and every DEVICE register until power-on reset.
    #[inline(always)]
    pub fn set_lock(&mut self, val: bool) {
        let val = val as u32;
        self.0 = (self.0 & !(Self::LOCK_MASK << Self::LOCK_OFFSET)) | ((val & Self::LOCK_MASK) << Self::LOCK_OFFSET);
    }


}

impl core::fmt::Debug for Lock {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Lock")
            .field("lock", &self.lock())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = Lock::default();
        assert_eq!(reg.lock(), false);
    }
}
