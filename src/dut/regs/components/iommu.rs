// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! Addrmap: Persimmon on-chip IOMMU

#[allow(unused_imports)]
use super::_root; // alias to root module of generated code

// Anonymous component instances
pub mod id;
pub mod version;
pub mod cap_table;
pub mod cap_space;
pub mod cap_width;
pub mod cap_features;
pub mod arg_iova;
pub mod arg_last;
pub mod arg_pa;
pub mod cmd;
pub mod result;
pub mod status;
pub mod commit_seq;
pub mod irq_status;
pub mod irq_enable;
pub mod lock;
pub mod stuck_clocks;
pub mod init_mode;
pub mod clean_mode;
pub mod draining;
pub mod stuck;
pub mod rd_attr;
pub mod rd_as;
pub mod rd_seq;
pub mod rd_n;
pub mod rd_start;
pub mod rd_last;
pub mod rd_pa;
pub mod limit;
pub mod as_status;
pub mod group;
pub mod device;




/// Persimmon on-chip IOMMU
///
/// Control registers of an IOTLB whose mappings persist across a virtio device reset.
#[derive(Eq, PartialEq)]
pub struct Iommu<'io, IO = peakrdl_rust::io::PtrIO> {
    ptr: *mut u8,
    io: &'io IO,
}

unsafe impl<IO: Sync> Send for Iommu<'_, IO> {}
unsafe impl<IO: Sync> Sync for Iommu<'_, IO> {}

// manually implement Copy to ease generic bounds
// (IO does not need to be Copy)
impl<IO> Copy for Iommu<'_, IO> {}

// manually implement Clone to ease generic bounds
// (IO does not need to be Clone)
impl<IO> Clone for Iommu<'_, IO> {
    fn clone(&self) -> Self {
        *self
    }
}

impl Iommu<'static> {
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

impl<'io, IO> Iommu<'io, IO> {
    /// Size in bytes of the underlying memory
    pub const SIZE: usize = 0x200;

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

impl<'io, IO: peakrdl_rust::io::RegisterIO> Iommu<'io, IO> {
    /// Identification
    #[inline(always)]
    #[must_use]
    pub const fn id(&self) -> peakrdl_rust::reg::Reg<'io, id::Id, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x0).cast(), self.io) }
    }

    /// Version of the register map
    #[inline(always)]
    #[must_use]
    pub const fn version(&self) -> peakrdl_rust::reg::Reg<'io, version::Version, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x4).cast(), self.io) }
    }

    /// Capability: table
    #[inline(always)]
    #[must_use]
    pub const fn cap_table(&self) -> peakrdl_rust::reg::Reg<'io, cap_table::CapTable, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x8).cast(), self.io) }
    }

    /// Capability: spaces
    #[inline(always)]
    #[must_use]
    pub const fn cap_space(&self) -> peakrdl_rust::reg::Reg<'io, cap_space::CapSpace, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0xC).cast(), self.io) }
    }

    /// Capability: widths
    #[inline(always)]
    #[must_use]
    pub const fn cap_width(&self) -> peakrdl_rust::reg::Reg<'io, cap_width::CapWidth, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x10).cast(), self.io) }
    }

    /// Capability: features
    #[inline(always)]
    #[must_use]
    pub const fn cap_features(&self) -> peakrdl_rust::reg::Reg<'io, cap_features::CapFeatures, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x14).cast(), self.io) }
    }

    /// Command argument: first byte, or entry number for READ
    #[inline(always)]
    #[must_use]
    pub const fn arg_iova(&self) -> peakrdl_rust::reg::Reg<'io, arg_iova::ArgIova, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x20).cast(), self.io) }
    }

    /// Command argument: last byte, inclusive
    #[inline(always)]
    #[must_use]
    pub const fn arg_last(&self) -> peakrdl_rust::reg::Reg<'io, arg_last::ArgLast, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x28).cast(), self.io) }
    }

    /// Command argument: physical address of the first byte
    #[inline(always)]
    #[must_use]
    pub const fn arg_pa(&self) -> peakrdl_rust::reg::Reg<'io, arg_pa::ArgPa, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x30).cast(), self.io) }
    }

    /// Command doorbell
    ///
    /// Writing executes the command. While STATUS.busy nothing is latched and IRQ_STATUS.doorbell_busy is set.
    #[inline(always)]
    #[must_use]
    pub const fn cmd(&self) -> peakrdl_rust::reg::Reg<'io, cmd::Cmd, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x3C).cast(), self.io) }
    }

    /// Result of the last command
    #[inline(always)]
    #[must_use]
    pub const fn result(&self) -> peakrdl_rust::reg::Reg<'io, result::Result, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x40).cast(), self.io) }
    }

    /// Command engine
    #[inline(always)]
    #[must_use]
    pub const fn status(&self) -> peakrdl_rust::reg::Reg<'io, status::Status, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x44).cast(), self.io) }
    }

    /// State changes committed since power-on, modulo 2^32
    #[inline(always)]
    #[must_use]
    pub const fn commit_seq(&self) -> peakrdl_rust::reg::Reg<'io, commit_seq::CommitSeq, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x48).cast(), self.io) }
    }

    /// Interrupt causes
    #[inline(always)]
    #[must_use]
    pub const fn irq_status(&self) -> peakrdl_rust::reg::Reg<'io, irq_status::IrqStatus, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x50).cast(), self.io) }
    }

    /// Interrupt enables, same bits as IRQ_STATUS
    #[inline(always)]
    #[must_use]
    pub const fn irq_enable(&self) -> peakrdl_rust::reg::Reg<'io, irq_enable::IrqEnable, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x54).cast(), self.io) }
    }

    /// Policy lock
    #[inline(always)]
    #[must_use]
    pub const fn lock(&self) -> peakrdl_rust::reg::Reg<'io, lock::Lock, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x58).cast(), self.io) }
    }

    /// Clocks after which an unfinished drain sets STUCK; 0: never
    #[inline(always)]
    #[must_use]
    pub const fn stuck_clocks(&self) -> peakrdl_rust::reg::Reg<'io, stuck_clocks::StuckClocks, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x5C).cast(), self.io) }
    }

    /// Mode after RESET_MAP, a bit for each ASID
    #[inline(always)]
    #[must_use]
    pub const fn init_mode(&self) -> peakrdl_rust::reg::Reg<'io, init_mode::InitMode, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x60).cast(), self.io) }
    }

    /// Mode after a cleaning device reset, a bit for each ASID
    #[inline(always)]
    #[must_use]
    pub const fn clean_mode(&self) -> peakrdl_rust::reg::Reg<'io, clean_mode::CleanMode, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x64).cast(), self.io) }
    }

    /// Address spaces with a removal not yet drained, a bit for each ASID
    #[inline(always)]
    #[must_use]
    pub const fn draining(&self) -> peakrdl_rust::reg::Reg<'io, draining::Draining, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x68).cast(), self.io) }
    }

    /// Address spaces whose drain overran STUCK_CLOCKS, a bit for each ASID
    ///
    /// A bit cleared in the very clock in which another is set stays set: clear, then read again.
    #[inline(always)]
    #[must_use]
    pub const fn stuck(&self) -> peakrdl_rust::reg::Reg<'io, stuck::Stuck, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x6C).cast(), self.io) }
    }

    /// READ: entry attributes
    #[inline(always)]
    #[must_use]
    pub const fn rd_attr(&self) -> peakrdl_rust::reg::Reg<'io, rd_attr::RdAttr, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x80).cast(), self.io) }
    }

    /// READ: state of the address space in CMD.asid
    #[inline(always)]
    #[must_use]
    pub const fn rd_as(&self) -> peakrdl_rust::reg::Reg<'io, rd_as::RdAs, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x84).cast(), self.io) }
    }

    /// READ: COMMIT_SEQ at the snapshot
    #[inline(always)]
    #[must_use]
    pub const fn rd_seq(&self) -> peakrdl_rust::reg::Reg<'io, rd_seq::RdSeq, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x88).cast(), self.io) }
    }

    /// READ: entries in the active bank, dead ones included
    #[inline(always)]
    #[must_use]
    pub const fn rd_n(&self) -> peakrdl_rust::reg::Reg<'io, rd_n::RdN, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x8C).cast(), self.io) }
    }

    /// READ: first byte
    #[inline(always)]
    #[must_use]
    pub const fn rd_start(&self) -> peakrdl_rust::reg::Reg<'io, rd_start::RdStart, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x90).cast(), self.io) }
    }

    /// READ: last byte, inclusive
    #[inline(always)]
    #[must_use]
    pub const fn rd_last(&self) -> peakrdl_rust::reg::Reg<'io, rd_last::RdLast, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x98).cast(), self.io) }
    }

    /// READ: physical address of the first byte
    #[inline(always)]
    #[must_use]
    pub const fn rd_pa(&self) -> peakrdl_rust::reg::Reg<'io, rd_pa::RdPa, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0xA0).cast(), self.io) }
    }

    /// Most entries this address space may hold
    #[inline(always)]
    #[must_use]
    pub const fn limit(&self) -> [peakrdl_rust::reg::Reg<'io, limit::Limit, IO>; 16] {
        // SAFETY: We will initialize every element before using the array
        let mut array = [core::mem::MaybeUninit::uninit(); 16];

        let mut i0 = 0;
        while i0 < 16 {
            array[i0].write(unsafe { peakrdl_rust::reg::Reg::<'io, limit::Limit, IO>::from_ptr_with(self.ptr.wrapping_byte_add(0x100 + i0 * 0x4).cast(), self.io) });
            i0 += 1;
        }

        // SAFETY: All elements have been initialized above
        unsafe { core::mem::transmute(array) }
    }

    /// Address space, as it is now
    #[inline(always)]
    #[must_use]
    pub const fn as_status(&self) -> [peakrdl_rust::reg::Reg<'io, as_status::AsStatus, IO>; 16] {
        // SAFETY: We will initialize every element before using the array
        let mut array = [core::mem::MaybeUninit::uninit(); 16];

        let mut i0 = 0;
        while i0 < 16 {
            array[i0].write(unsafe { peakrdl_rust::reg::Reg::<'io, as_status::AsStatus, IO>::from_ptr_with(self.ptr.wrapping_byte_add(0x140 + i0 * 0x4).cast(), self.io) });
            i0 += 1;
        }

        // SAFETY: All elements have been initialized above
        unsafe { core::mem::transmute(array) }
    }

    /// Virtqueue group, as it is now
    #[inline(always)]
    #[must_use]
    pub const fn group(&self) -> [peakrdl_rust::reg::Reg<'io, group::Group, IO>; 16] {
        // SAFETY: We will initialize every element before using the array
        let mut array = [core::mem::MaybeUninit::uninit(); 16];

        let mut i0 = 0;
        while i0 < 16 {
            array[i0].write(unsafe { peakrdl_rust::reg::Reg::<'io, group::Group, IO>::from_ptr_with(self.ptr.wrapping_byte_add(0x180 + i0 * 0x4).cast(), self.io) });
            i0 += 1;
        }

        // SAFETY: All elements have been initialized above
        unsafe { core::mem::transmute(array) }
    }


    /// Device
    #[inline(always)]
    #[must_use]
    pub const fn device(&self) -> [device::Device<'io, IO>; 4] {
        // SAFETY: We will initialize every element before using the array
        let mut array = [core::mem::MaybeUninit::uninit(); 4];

        let mut i0 = 0;
        while i0 < 4 {
            array[i0].write(unsafe { device::Device::<IO>::from_ptr_with(self.ptr.wrapping_byte_add(0x1c0 + i0 * 0x10).cast(), self.io) });
            i0 += 1;
        }

        // SAFETY: All elements have been initialized above
        unsafe { core::mem::transmute(array) }
    }


}
