// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Regfile: Device

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code

// Anonymous component instances
pub mod policy;
pub mod groups;
pub mod asids;




/// Device
#[derive(Eq, PartialEq)]
pub struct Device<'io, IO = peakrdl_rust::io::PtrIO> {
    ptr: *mut u8,
    io: &'io IO,
}

unsafe impl<IO: Sync> Send for Device<'_, IO> {}
unsafe impl<IO: Sync> Sync for Device<'_, IO> {}

// manually implement Copy to ease generic bounds
// (IO does not need to be Copy)
impl<IO> Copy for Device<'_, IO> {}

// manually implement Clone to ease generic bounds
// (IO does not need to be Clone)
impl<IO> Clone for Device<'_, IO> {
    fn clone(&self) -> Self {
        *self
    }
}

impl Device<'static> {
    /// # Safety
    ///
    /// The caller must guarantee that the provided address points to a
    /// hardware register block implementing this interface.
    #[inline(always)]
    #[must_use]
    pub const unsafe fn from_ptr(ptr: *mut ()) -> Self {
        Self { ptr: ptr.cast::<u8>(), io: &peakrdl_rust::io::PtrIO }
    }
}

impl<'io, IO> Device<'io, IO> {
    /// Size in bytes of the underlying memory
    pub const SIZE: usize = 0xC;

    /// # Safety
    ///
    /// The caller must guarantee that the provided address points to a
    /// hardware register block implementing this interface.
    #[inline(always)]
    #[must_use]
    pub const unsafe fn from_ptr_with(ptr: *mut (), io: &'io IO) -> Self {
        Self { ptr: ptr.cast::<u8>(), io }
    }

    #[inline(always)]
    #[must_use]
    pub const fn as_ptr(&self) -> *mut () {
        self.ptr.cast::<()>()
    }
}

impl<'io, IO: peakrdl_rust::io::RegisterIO> Device<'io, IO> {
    /// Device: reset policy
    #[inline(always)]
    #[must_use]
    pub const fn policy(&self) -> peakrdl_rust::reg::Reg<'io, policy::Policy, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x0).cast(), self.io) }
    }

    /// Device: its groups, a bit each
    #[inline(always)]
    #[must_use]
    pub const fn groups(&self) -> peakrdl_rust::reg::Reg<'io, groups::Groups, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x4).cast(), self.io) }
    }

    /// Device: its address spaces, a bit each; those a cleaning reset cleans
    #[inline(always)]
    #[must_use]
    pub const fn asids(&self) -> peakrdl_rust::reg::Reg<'io, asids::Asids, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x8).cast(), self.io) }
    }



}
