// SPDX-License-Identifier: Apache-2.0
//! Mapping and unmapping: vhost_vdpa_pa_map, vhost_vdpa_va_map, vhost_vdpa_map, vhost_vdpa_unmap.

use super::{Errno, Error, Iotlb, Mm, VhostVdpa};
use crate::vdpa::errno::answer;
use crate::vdpa::mm::{PAGE, PAGE_MASK};
use crate::vdpa::ops::ConfigOps;
use crate::vdpa::uapi::IotlbMsg;

/// Pages pinned at a time: a page full of `struct page *`.
const LIST_SIZE: u64 = 512;
/// VHOST_ACCESS_WO.
const ACCESS_WO: u8 = 2;

impl<P: ConfigOps> VhostVdpa<P> {
    /// Pins the pages and maps each physically contiguous run as one entry. iova and uaddr are both rounded down
    /// to pages, so differing offsets in the page silently shift the mapping.
    pub(super) fn pa_map(
        &mut self,
        mm: &mut Mm,
        asid: u32,
        iotlb: &mut Iotlb,
        msg: &IotlbMsg,
    ) -> Result<(), Error> {
        // PFN_UP, which wraps: 2^64 - 1 bytes at an odd address are no pages at all.
        let bytes = msg.size.wrapping_add(msg.iova & !PAGE_MASK);
        let npages = bytes.wrapping_add(PAGE - 1) / PAGE;
        if npages == 0 {
            return Err(Errno::Einval.into());
        }
        if npages.saturating_add(mm.pinned_vm()) > mm.memlock / PAGE {
            return Err(Errno::Enomem.into());
        }
        let mapped = self.pa_map_runs(mm, asid, iotlb, msg, npages);
        if mapped.is_err() {
            self.unmap(mm, asid, iotlb, msg.iova, msg.size)?;
        }
        mapped
    }

    fn pa_map_runs(
        &mut self,
        mm: &mut Mm,
        asid: u32,
        iotlb: &mut Iotlb,
        msg: &IotlbMsg,
        mut npages: u64,
    ) -> Result<(), Error> {
        let mut cur_base = msg.uaddr & PAGE_MASK;
        let mut iova = msg.iova & PAGE_MASK;
        // The run that is growing: its physical address and bytes.
        let mut run: Option<(u64, u64)> = None;
        while npages > 0 {
            let want = npages.min(LIST_SIZE);
            let pages = mm
                .pin_pages(cur_base, want, msg.perm & ACCESS_WO != 0)
                .pages;
            if pages.len() as u64 != want {
                let none = pages.is_empty();
                return Err(if none { Errno::Efault } else { Errno::Enomem }.into());
            }
            for pa in pages {
                run = match run {
                    Some((start, size)) if start.wrapping_add(size) != pa => {
                        self.map(mm, asid, iotlb, iova, size, start, msg.perm)?;
                        iova = iova.wrapping_add(size);
                        Some((pa, PAGE))
                    }
                    Some((start, size)) => Some((start, size + PAGE)),
                    None => Some((pa, PAGE)),
                };
            }
            cur_base = cur_base.wrapping_add(want * PAGE);
            npages -= want;
        }
        match run {
            Some((start, size)) => self.map(mm, asid, iotlb, iova, size, start, msg.perm),
            None => Ok(()),
        }
    }

    /// Maps byte for byte, a piece per VMA. What is not a shared file mapping is passed over without a word; a
    /// hole belongs to the VMA above it.
    pub(super) fn va_map(
        &mut self,
        mm: &mut Mm,
        asid: u32,
        iotlb: &mut Iotlb,
        msg: &IotlbMsg,
    ) -> Result<(), Error> {
        let (mut iova, mut size, mut uaddr) = (msg.iova, msg.size, msg.uaddr);
        let mut mapped = Ok(());
        while size > 0 {
            let Some(&vma) = mm.find_vma(uaddr) else {
                mapped = Err(Errno::Einval.into());
                break;
            };
            let piece = size.min(vma.end - uaddr);
            if vma.shared_file {
                mapped = self.map(mm, asid, iotlb, iova, piece, uaddr, msg.perm);
                if mapped.is_err() {
                    break;
                }
            }
            size -= piece;
            uaddr = uaddr.wrapping_add(piece);
            iova = iova.wrapping_add(piece);
        }
        if mapped.is_err() {
            // Nothing walked at IOVA 0 makes this (0, 0), which reads as everything.
            let walked = iova.wrapping_sub(msg.iova);
            self.unmap(mm, asid, iotlb, msg.iova, walked)?;
        }
        mapped
    }

    /// One entry: into S, then to the parent, and out of S again if the parent refuses.
    #[allow(clippy::too_many_arguments, reason = "the kernel function's own list")]
    fn map(
        &mut self,
        mm: &mut Mm,
        asid: u32,
        iotlb: &mut Iotlb,
        iova: u64,
        size: u64,
        addr: u64,
        perm: u8,
    ) -> Result<(), Error> {
        let last = iova.wrapping_add(size).wrapping_sub(1);
        iotlb.add_range(iova, last, addr, perm)?;
        let ops = self.ops.ops();
        let told = if ops.dma_map {
            self.ops.dma_map(asid, iova, size, addr, perm)
        } else if ops.set_map {
            match self.opened().in_batch {
                true => Ok(()),
                false => self.ops.set_map(asid, iotlb),
            }
        } else if let Some(domain) = self.ops.domain() {
            domain.map(iova, size, addr, perm).map_err(Error::from)
        } else {
            Ok(())
        };
        if told.is_err() {
            iotlb.del_range(iova, last);
            return told;
        }
        if !self.ops.use_va() {
            mm.charge(size / PAGE);
        }
        Ok(())
    }

    /// Removes every whole entry that overlaps `size` bytes at `iova`, modulo 2^64, and sends a set_map parent
    /// what is left, even if that is what it has. What the parent answers is lost.
    pub(super) fn unmap(
        &mut self,
        mm: &mut Mm,
        asid: u32,
        iotlb: &mut Iotlb,
        iova: u64,
        size: u64,
    ) -> Result<(), Error> {
        let last = iova.wrapping_add(size).wrapping_sub(1);
        self.unmap_range(mm, asid, iotlb, iova, last)?;
        if self.ops.ops().set_map && !self.opened().in_batch {
            answer(self.ops.set_map(asid, iotlb))?.ok();
        }
        Ok(())
    }

    /// As release does it: everything, without a set_map.
    pub(super) fn unmap_all(
        &mut self,
        mm: &mut Mm,
        asid: u32,
        iotlb: &mut Iotlb,
    ) -> Result<(), Error> {
        self.unmap_range(mm, asid, iotlb, 0, u64::MAX)
    }

    fn unmap_range(
        &mut self,
        mm: &mut Mm,
        asid: u32,
        iotlb: &mut Iotlb,
        first: u64,
        last: u64,
    ) -> Result<(), Error> {
        while let Some(map) = iotlb.first(first, last).copied() {
            // Unpinned first: until the parent is told, the device still translates to these pages.
            if !self.ops.use_va() {
                mm.uncharge(map.size() / PAGE);
            }
            if self.ops.ops().dma_map {
                answer(self.ops.dma_unmap(asid, map.start, map.size()))?.ok();
            } else if !self.ops.ops().set_map
                && let Some(domain) = self.ops.domain()
            {
                domain.unmap(map.start, map.size());
            }
            iotlb.remove(map.start);
        }
        Ok(())
    }
}
