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
pub mod cap_axi;
pub mod cap_log;
pub mod arg_iova;
pub mod arg_last;
pub mod arg_pa;
pub mod post;
pub mod cmd;
pub mod result;
pub mod status;
pub mod commit_seq;
pub mod post_status;
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
pub mod codes;
pub mod limit;
pub mod as_status;
pub mod group;
pub mod device;
pub mod fault_ctrl;
pub mod fault_timer;
pub mod fault_raised;
pub mod fault_dropped;
pub mod fault_info;
pub mod fault_len;
pub mod fault_iova;
pub mod fault_seq;
pub mod fault_pop;
pub mod perf_ctrl;
pub mod perf_status;
pub mod perf_select;
pub mod perf_value;
pub mod dirty_ctrl;
pub mod dirty_cmd;
pub mod dirty_base;
pub mod dirty_status;
pub mod dirty_data;
pub mod parity_count;
pub mod inject;
pub mod port;
pub mod rid;




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
    pub const SIZE: usize = 0x380;

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

    /// Capability: AXI4 ports; 0 without
    #[inline(always)]
    #[must_use]
    pub const fn cap_axi(&self) -> peakrdl_rust::reg::Reg<'io, cap_axi::CapAxi, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x18).cast(), self.io) }
    }

    /// Capability: logs
    #[inline(always)]
    #[must_use]
    pub const fn cap_log(&self) -> peakrdl_rust::reg::Reg<'io, cap_log::CapLog, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x1C).cast(), self.io) }
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

    /// Posted command doorbell
    ///
    /// As CMD, without waiting: the command joins a queue of CAP_WIDTH.batch. While POST_STATUS.free is 0 nothing is latched and IRQ_STATUS.doorbell_busy is set. MAP, UNMAP and SET_MAP_ENTRY may be posted; the others end in inval_op. CODES keeps the codes of the last 32 commands: have no more than 32 posted whose codes have not been read.
    #[inline(always)]
    #[must_use]
    pub const fn post(&self) -> peakrdl_rust::reg::Reg<'io, post::Post, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x38).cast(), self.io) }
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

    /// Posted commands
    #[inline(always)]
    #[must_use]
    pub const fn post_status(&self) -> peakrdl_rust::reg::Reg<'io, post_status::PostStatus, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x4C).cast(), self.io) }
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

    /// Codes of the last commands
    ///
    /// The code of the command that RESULT.seq counted as number s is byte s mod 32.
    #[inline(always)]
    #[must_use]
    pub const fn codes(&self) -> [peakrdl_rust::reg::Reg<'io, codes::Codes, IO>; 8] {
        // SAFETY: We will initialize every element before using the array
        let mut array = [core::mem::MaybeUninit::uninit(); 8];

        let mut i0 = 0;
        while i0 < 8 {
            array[i0].write(unsafe { peakrdl_rust::reg::Reg::<'io, codes::Codes, IO>::from_ptr_with(self.ptr.wrapping_byte_add(0xc0 + i0 * 0x4).cast(), self.io) });
            i0 += 1;
        }

        // SAFETY: All elements have been initialized above
        unsafe { core::mem::transmute(array) }
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

    /// Fault queue: what is recorded and when it interrupts
    #[inline(always)]
    #[must_use]
    pub const fn fault_ctrl(&self) -> peakrdl_rust::reg::Reg<'io, fault_ctrl::FaultCtrl, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x200).cast(), self.io) }
    }

    /// Fault queue: interrupt also when a record has been the oldest for this many clocks; 0: only by threshold
    #[inline(always)]
    #[must_use]
    pub const fn fault_timer(&self) -> peakrdl_rust::reg::Reg<'io, fault_timer::FaultTimer, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x204).cast(), self.io) }
    }

    /// Fault queue: faults since power-on, recorded or not, modulo 2^32
    #[inline(always)]
    #[must_use]
    pub const fn fault_raised(&self) -> peakrdl_rust::reg::Reg<'io, fault_raised::FaultRaised, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x208).cast(), self.io) }
    }

    /// Fault queue: faults that were not recorded, modulo 2^32
    #[inline(always)]
    #[must_use]
    pub const fn fault_dropped(&self) -> peakrdl_rust::reg::Reg<'io, fault_dropped::FaultDropped, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x20C).cast(), self.io) }
    }

    /// Oldest record: what
    #[inline(always)]
    #[must_use]
    pub const fn fault_info(&self) -> peakrdl_rust::reg::Reg<'io, fault_info::FaultInfo, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x210).cast(), self.io) }
    }

    /// Oldest record: length
    #[inline(always)]
    #[must_use]
    pub const fn fault_len(&self) -> peakrdl_rust::reg::Reg<'io, fault_len::FaultLen, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x214).cast(), self.io) }
    }

    /// Oldest record: first byte
    #[inline(always)]
    #[must_use]
    pub const fn fault_iova(&self) -> peakrdl_rust::reg::Reg<'io, fault_iova::FaultIova, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x218).cast(), self.io) }
    }

    /// Oldest record: number of the fault, counted from 0 by FAULT_RAISED
    #[inline(always)]
    #[must_use]
    pub const fn fault_seq(&self) -> peakrdl_rust::reg::Reg<'io, fault_seq::FaultSeq, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x220).cast(), self.io) }
    }

    /// Fault queue: take the oldest record
    #[inline(always)]
    #[must_use]
    pub const fn fault_pop(&self) -> peakrdl_rust::reg::Reg<'io, fault_pop::FaultPop, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x224).cast(), self.io) }
    }

    /// Performance counters: control
    #[inline(always)]
    #[must_use]
    pub const fn perf_ctrl(&self) -> peakrdl_rust::reg::Reg<'io, perf_ctrl::PerfCtrl, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x240).cast(), self.io) }
    }

    /// Performance counters: status
    #[inline(always)]
    #[must_use]
    pub const fn perf_status(&self) -> peakrdl_rust::reg::Reg<'io, perf_status::PerfStatus, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x244).cast(), self.io) }
    }

    /// Performance counters: which one PERF_VALUE shows
    ///
    /// 0 translations, 1 identity passes, 2 merge passes, 3 merge clocks, 4 drain clocks (clocks with an address space draining), 5 outstanding high-water, 6 commands, 8 to 23 hits of ASID 0 to 15, 33 to 41 faults by reason; others read 0.
    #[inline(always)]
    #[must_use]
    pub const fn perf_select(&self) -> peakrdl_rust::reg::Reg<'io, perf_select::PerfSelect, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x248).cast(), self.io) }
    }

    /// Performance counters: the selected one in the last snapshot
    #[inline(always)]
    #[must_use]
    pub const fn perf_value(&self) -> peakrdl_rust::reg::Reg<'io, perf_value::PerfValue, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x250).cast(), self.io) }
    }

    /// Dirty log: which address spaces are logged, a bit for each ASID
    #[inline(always)]
    #[must_use]
    pub const fn dirty_ctrl(&self) -> peakrdl_rust::reg::Reg<'io, dirty_ctrl::DirtyCtrl, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x260).cast(), self.io) }
    }

    /// Dirty log: operation
    #[inline(always)]
    #[must_use]
    pub const fn dirty_cmd(&self) -> peakrdl_rust::reg::Reg<'io, dirty_cmd::DirtyCmd, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x264).cast(), self.io) }
    }

    /// Dirty log: first byte of the window; bits 11:0 count as 0
    #[inline(always)]
    #[must_use]
    pub const fn dirty_base(&self) -> peakrdl_rust::reg::Reg<'io, dirty_base::DirtyBase, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x268).cast(), self.io) }
    }

    /// Dirty log: status
    #[inline(always)]
    #[must_use]
    pub const fn dirty_status(&self) -> peakrdl_rust::reg::Reg<'io, dirty_status::DirtyStatus, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x270).cast(), self.io) }
    }

    /// Dirty log: the word that the last read_clear took; bit i is page 32 * index + i
    #[inline(always)]
    #[must_use]
    pub const fn dirty_data(&self) -> peakrdl_rust::reg::Reg<'io, dirty_data::DirtyData, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x274).cast(), self.io) }
    }

    /// Parity: damaged words found since power-on
    #[inline(always)]
    #[must_use]
    pub const fn parity_count(&self) -> peakrdl_rust::reg::Reg<'io, parity_count::ParityCount, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x280).cast(), self.io) }
    }

    /// Parity: damage the next word that a pass writes
    ///
    /// For tests of the error paths. Waits for a pass that writes the word, and goes back to off when one has: a pass whose command is refused in the end uses it up too, and what it wrote is never looked at.
    #[inline(always)]
    #[must_use]
    pub const fn inject(&self) -> peakrdl_rust::reg::Reg<'io, inject::Inject, IO> {
        unsafe { peakrdl_rust::reg::Reg::from_ptr_with(self.ptr.wrapping_byte_add(0x284).cast(), self.io) }
    }

    /// Requester ID table
    #[inline(always)]
    #[must_use]
    pub const fn rid(&self) -> [peakrdl_rust::reg::Reg<'io, rid::Rid, IO>; 16] {
        // SAFETY: We will initialize every element before using the array
        let mut array = [core::mem::MaybeUninit::uninit(); 16];

        let mut i0 = 0;
        while i0 < 16 {
            array[i0].write(unsafe { peakrdl_rust::reg::Reg::<'io, rid::Rid, IO>::from_ptr_with(self.ptr.wrapping_byte_add(0x340 + i0 * 0x4).cast(), self.io) });
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

    /// AXI4 port
    #[inline(always)]
    #[must_use]
    pub const fn port(&self) -> [port::Port<'io, IO>; 4] {
        // SAFETY: We will initialize every element before using the array
        let mut array = [core::mem::MaybeUninit::uninit(); 4];

        let mut i0 = 0;
        while i0 < 4 {
            array[i0].write(unsafe { port::Port::<IO>::from_ptr_with(self.ptr.wrapping_byte_add(0x300 + i0 * 0x10).cast(), self.io) });
            i0 += 1;
        }

        // SAFETY: All elements have been initialized above
        unsafe { core::mem::transmute(array) }
    }


}
