// SPDX-License-Identifier: Apache-2.0
//! Kernel probes on a parent driver: [`Probed`] wraps any [`ConfigOps`] and writes down every operation that the
//! core calls and that changes something, with its arguments, in order. What the recordings hold as `kcalls`.

use super::errno::{Errno, Error};
use super::features::Features;
use super::iotlb::Iotlb;
use super::ops::{ConfigOps, Domain, Ops, ResetFlags};

/// One call of a parent's operation, or one return.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kcall {
    /// `.reset`, or `.compat_reset` with these flags.
    Reset(ResetFlags),
    /// `.set_map` of an address space, with how many entries.
    SetMap {
        /// Address space.
        asid: u32,
        /// Entries handed over.
        nmaps: usize,
    },
    /// `.set_map` returned.
    SetMapRet(Result<(), Errno>),
    /// `.dma_map`.
    DmaMap {
        /// Address space.
        asid: u32,
        /// First byte.
        iova: u64,
        /// Bytes.
        size: u64,
        /// Physical or virtual address.
        addr: u64,
        /// Verbatim.
        perm: u8,
    },
    /// `.dma_map` returned.
    DmaMapRet(Result<(), Errno>),
    /// `.dma_unmap`.
    DmaUnmap {
        /// Address space.
        asid: u32,
        /// First byte.
        iova: u64,
        /// Bytes.
        size: u64,
    },
    /// `.reset_map`.
    ResetMap {
        /// Address space.
        asid: u32,
    },
    /// `.set_group_asid`.
    SetGroupAsid {
        /// Group.
        group: u32,
        /// Address space.
        asid: u32,
    },
    /// `.suspend`.
    Suspend,
    /// `.resume`.
    Resume,
    /// `.bind_mm`.
    BindMm,
    /// `.unbind_mm`.
    UnbindMm,
    /// iommu_map of the platform's IOMMU, by the core itself.
    IommuMap {
        /// First byte.
        iova: u64,
        /// Bytes.
        size: u64,
        /// Physical address.
        addr: u64,
        /// Verbatim.
        perm: u8,
    },
    /// iommu_unmap of the platform's IOMMU, by the core itself.
    IommuUnmap {
        /// First byte.
        iova: u64,
        /// Bytes.
        size: u64,
    },
}

/// What a probe does before the operation runs, as a kprobe's handler: it is shown the parent, the call, and the table
/// that `.set_map` is given.
pub type Handler<P> = Box<dyn FnMut(&mut P, &Kcall, Option<&Iotlb>)>;

/// A parent with probes on its operations.
pub struct Probed<P> {
    parent: P,
    calls: Vec<Kcall>,
    handler: Option<Handler<P>>,
}

impl<P: std::fmt::Debug> std::fmt::Debug for Probed<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Probed")
            .field("parent", &self.parent)
            .field("calls", &self.calls)
            .finish_non_exhaustive()
    }
}

impl<P> Probed<P> {
    /// Puts probes on `parent`.
    pub fn new(parent: P) -> Self {
        Self {
            parent,
            calls: Vec::new(),
            handler: None,
        }
    }

    /// Has `handler` called before each operation.
    pub fn on_call(&mut self, handler: Handler<P>) {
        self.handler = Some(handler);
    }

    fn probe(&mut self, call: Kcall, table: Option<&Iotlb>) {
        if let Some(handler) = &mut self.handler {
            handler(&mut self.parent, &call, table);
        }
        self.calls.push(call);
    }

    /// The calls since this was last asked.
    pub fn take_calls(&mut self) -> Vec<Kcall> {
        std::mem::take(&mut self.calls)
    }

    /// The parent itself.
    pub fn parent(&self) -> &P {
        &self.parent
    }

    /// The parent itself.
    pub fn parent_mut(&mut self) -> &mut P {
        &mut self.parent
    }

    /// Takes the probes off.
    pub fn into_parent(self) -> P {
        self.parent
    }
}

/// What the probe on a return sees; a broken device ends the run anyway.
fn seen(result: &Result<(), Error>) -> Result<(), Errno> {
    match result {
        Err(Error::Errno(errno)) => Err(*errno),
        Ok(()) | Err(Error::Device(_)) => Ok(()),
    }
}

impl<P: ConfigOps> ConfigOps for Probed<P> {
    fn ops(&self) -> Ops {
        self.parent.ops()
    }

    fn nvqs(&self) -> u32 {
        self.parent.nvqs()
    }

    fn nas(&self) -> u32 {
        self.parent.nas()
    }

    fn ngroups(&self) -> u32 {
        self.parent.ngroups()
    }

    fn use_va(&self) -> bool {
        self.parent.use_va()
    }

    fn get_vq_group(&self, index: u32) -> u32 {
        self.parent.get_vq_group(index)
    }

    fn get_device_features(&self) -> u64 {
        self.parent.get_device_features()
    }

    fn get_vq_num_max(&self) -> u16 {
        self.parent.get_vq_num_max()
    }

    fn get_device_id(&self) -> u32 {
        self.parent.get_device_id()
    }

    fn get_backend_features(&self) -> Features {
        self.parent.get_backend_features()
    }

    fn get_iova_range(&self) -> (u64, u64) {
        self.parent.get_iova_range()
    }

    fn get_status(&self) -> u8 {
        self.parent.get_status()
    }

    fn set_status(&mut self, status: u8) -> Result<(), Error> {
        self.parent.set_status(status)
    }

    fn reset(&mut self) -> Result<(), Error> {
        self.probe(Kcall::Reset(ResetFlags::NONE), None);
        self.parent.reset()
    }

    fn compat_reset(&mut self, flags: ResetFlags) -> Result<(), Error> {
        self.probe(Kcall::Reset(flags), None);
        self.parent.compat_reset(flags)
    }

    fn set_map(&mut self, asid: u32, iotlb: &Iotlb) -> Result<(), Error> {
        let nmaps = iotlb.len();
        self.probe(Kcall::SetMap { asid, nmaps }, Some(iotlb));
        let result = self.parent.set_map(asid, iotlb);
        self.calls.push(Kcall::SetMapRet(seen(&result)));
        result
    }

    fn dma_map(&mut self, asid: u32, iova: u64, size: u64, pa: u64, perm: u8) -> Result<(), Error> {
        let call = Kcall::DmaMap {
            asid,
            iova,
            size,
            addr: pa,
            perm,
        };
        self.probe(call, None);
        let result = self.parent.dma_map(asid, iova, size, pa, perm);
        self.calls.push(Kcall::DmaMapRet(seen(&result)));
        result
    }

    fn dma_unmap(&mut self, asid: u32, iova: u64, size: u64) -> Result<(), Error> {
        self.probe(Kcall::DmaUnmap { asid, iova, size }, None);
        self.parent.dma_unmap(asid, iova, size)
    }

    fn reset_map(&mut self, asid: u32) -> Result<(), Error> {
        self.probe(Kcall::ResetMap { asid }, None);
        self.parent.reset_map(asid)
    }

    fn set_group_asid(&mut self, group: u32, asid: u32) -> Result<(), Error> {
        self.probe(Kcall::SetGroupAsid { group, asid }, None);
        self.parent.set_group_asid(group, asid)
    }

    fn suspend(&mut self) -> Result<(), Error> {
        self.probe(Kcall::Suspend, None);
        self.parent.suspend()
    }

    fn resume(&mut self) -> Result<(), Error> {
        self.probe(Kcall::Resume, None);
        self.parent.resume()
    }

    fn bind_mm(&mut self) -> Result<(), Error> {
        self.probe(Kcall::BindMm, None);
        self.parent.bind_mm()
    }

    fn unbind_mm(&mut self) {
        self.probe(Kcall::UnbindMm, None);
        self.parent.unbind_mm();
    }

    fn domain(&mut self) -> Option<&mut dyn Domain> {
        match self.parent.domain() {
            Some(_) => Some(self),
            None => None,
        }
    }
}

/// The parent's domain, as far as it has one: the core asks for it only then.
impl<P: ConfigOps> Domain for Probed<P> {
    fn attach(&mut self) -> Result<(), Errno> {
        self.parent.domain().map_or(Ok(()), Domain::attach)
    }

    fn detach(&mut self) {
        if let Some(domain) = self.parent.domain() {
            domain.detach();
        }
    }

    fn map(&mut self, iova: u64, size: u64, pa: u64, perm: u8) -> Result<(), Errno> {
        let call = Kcall::IommuMap {
            iova,
            size,
            addr: pa,
            perm,
        };
        self.probe(call, None);
        let domain = self.parent.domain();
        domain.map_or(Ok(()), |domain| domain.map(iova, size, pa, perm))
    }

    fn unmap(&mut self, iova: u64, size: u64) {
        self.probe(Kcall::IommuUnmap { iova, size }, None);
        if let Some(domain) = self.parent.domain() {
            domain.unmap(iova, size);
        }
    }
}
