// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Register: Interrupt causes

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code






/// Interrupt causes
#[repr(transparent)]
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct IrqStatus(u32);

unsafe impl Send for IrqStatus {}
unsafe impl Sync for IrqStatus {}

impl core::default::Default for IrqStatus {
    fn default() -> Self {
        Self(0x0)
    }
}

impl peakrdl_rust::reg::Register for IrqStatus {
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

impl IrqStatus {
    pub const CMD_DONE_OFFSET: usize = 0;
    pub const CMD_DONE_WIDTH: usize = 1;
    pub const CMD_DONE_MASK: u32 = 0x1;

    /// cmd_done
    ///
    /// A command completed.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn cmd_done(&self) -> bool {
        let val = (self.0 >> Self::CMD_DONE_OFFSET) & Self::CMD_DONE_MASK;
        val != 0
    }


    /// cmd_done
    ///
    /// A command completed.
    #[inline(always)]
    pub fn set_cmd_done(&mut self, val: bool) {
        let val = val as u32;
        self.0 = (self.0 & !(Self::CMD_DONE_MASK << Self::CMD_DONE_OFFSET)) | ((val & Self::CMD_DONE_MASK) << Self::CMD_DONE_OFFSET);
    }


    pub const DOORBELL_BUSY_OFFSET: usize = 1;
    pub const DOORBELL_BUSY_WIDTH: usize = 1;
    pub const DOORBELL_BUSY_MASK: u32 = 0x1;

    /// doorbell_busy
    ///
    /// CMD was written while busy, or POST while POST_STATUS.free was 0; that command was lost.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn doorbell_busy(&self) -> bool {
        let val = (self.0 >> Self::DOORBELL_BUSY_OFFSET) & Self::DOORBELL_BUSY_MASK;
        val != 0
    }


    /// doorbell_busy
    ///
    /// CMD was written while busy, or POST while POST_STATUS.free was 0; that command was lost.
    #[inline(always)]
    pub fn set_doorbell_busy(&mut self, val: bool) {
        let val = val as u32;
        self.0 = (self.0 & !(Self::DOORBELL_BUSY_MASK << Self::DOORBELL_BUSY_OFFSET)) | ((val & Self::DOORBELL_BUSY_MASK) << Self::DOORBELL_BUSY_OFFSET);
    }


    pub const DRAINED_OFFSET: usize = 2;
    pub const DRAINED_WIDTH: usize = 1;
    pub const DRAINED_MASK: u32 = 0x1;

    /// drained
    ///
    /// A drain finished in some address space.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn drained(&self) -> bool {
        let val = (self.0 >> Self::DRAINED_OFFSET) & Self::DRAINED_MASK;
        val != 0
    }


    /// drained
    ///
    /// A drain finished in some address space.
    #[inline(always)]
    pub fn set_drained(&mut self, val: bool) {
        let val = val as u32;
        self.0 = (self.0 & !(Self::DRAINED_MASK << Self::DRAINED_OFFSET)) | ((val & Self::DRAINED_MASK) << Self::DRAINED_OFFSET);
    }


    pub const STUCK_OFFSET: usize = 3;
    pub const STUCK_WIDTH: usize = 1;
    pub const STUCK_MASK: u32 = 0x1;

    /// stuck
    ///
    /// A drain has lasted longer than STUCK_CLOCKS in some address space.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn stuck(&self) -> bool {
        let val = (self.0 >> Self::STUCK_OFFSET) & Self::STUCK_MASK;
        val != 0
    }


    /// stuck
    ///
    /// A drain has lasted longer than STUCK_CLOCKS in some address space.
    #[inline(always)]
    pub fn set_stuck(&mut self, val: bool) {
        let val = val as u32;
        self.0 = (self.0 & !(Self::STUCK_MASK << Self::STUCK_OFFSET)) | ((val & Self::STUCK_MASK) << Self::STUCK_OFFSET);
    }


    pub const FAULT_OFFSET: usize = 4;
    pub const FAULT_WIDTH: usize = 1;
    pub const FAULT_MASK: u32 = 0x1;

    /// fault
    ///
    /// Fault records wait, by FAULT_IRQ.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn fault(&self) -> bool {
        let val = (self.0 >> Self::FAULT_OFFSET) & Self::FAULT_MASK;
        val != 0
    }


    /// fault
    ///
    /// Fault records wait, by FAULT_IRQ.
    #[inline(always)]
    pub fn set_fault(&mut self, val: bool) {
        let val = val as u32;
        self.0 = (self.0 & !(Self::FAULT_MASK << Self::FAULT_OFFSET)) | ((val & Self::FAULT_MASK) << Self::FAULT_OFFSET);
    }


    pub const PARITY_OFFSET: usize = 5;
    pub const PARITY_WIDTH: usize = 1;
    pub const PARITY_MASK: u32 = 0x1;

    /// parity
    ///
    /// A damaged word was found.
    #[inline(always)]
    #[allow(clippy::missing_panics_doc)]
    #[must_use]
    pub fn parity(&self) -> bool {
        let val = (self.0 >> Self::PARITY_OFFSET) & Self::PARITY_MASK;
        val != 0
    }


    /// parity
    ///
    /// A damaged word was found.
    #[inline(always)]
    pub fn set_parity(&mut self, val: bool) {
        let val = val as u32;
        self.0 = (self.0 & !(Self::PARITY_MASK << Self::PARITY_OFFSET)) | ((val & Self::PARITY_MASK) << Self::PARITY_OFFSET);
    }


}

impl core::fmt::Debug for IrqStatus {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("IrqStatus")
            .field("cmd_done", &self.cmd_done())
            .field("doorbell_busy", &self.doorbell_busy())
            .field("drained", &self.drained())
            .field("stuck", &self.stuck())
            .field("fault", &self.fault())
            .field("parity", &self.parity())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_default() {
        let reg = IrqStatus::default();
        assert_eq!(reg.cmd_done(), false);
        assert_eq!(reg.doorbell_busy(), false);
        assert_eq!(reg.drained(), false);
        assert_eq!(reg.stuck(), false);
        assert_eq!(reg.fault(), false);
        assert_eq!(reg.parity(), false);
    }
}
