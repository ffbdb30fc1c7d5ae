// SPDX-License-Identifier: Apache-2.0
//! Looking at a parent from outside: what its device translates with, and where an access of it lands.

use super::meter::Meter;
use crate::cosim::dma::{self, Piece};
use crate::cosim::{Divergence, Subject};
use crate::regif::{Access, Entry, Fault, Mode, RegError};
use crate::vdpa::parent::ASIDS;
use crate::vdpa::{ConfigOps, DeviceError, OnChip, Platform};

/// D: what an address space is translated with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Table {
    /// 1:1: every access lands at PA = IOVA.
    OneToOne,
    /// Nothing translates: no table at all.
    Blocked,
    /// These ranges, ascending; perhaps none.
    Ranges(Vec<Entry>),
    /// The host's default domain, of which a device driver is given addresses: nothing of ours.
    HostDefault,
}

impl Table {
    /// The ranges, if there are any.
    pub fn ranges(&self) -> &[Entry] {
        match self {
            Self::Ranges(entries) => entries,
            Self::OneToOne | Self::Blocked | Self::HostDefault => &[],
        }
    }
}

/// Where an access went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Landing {
    /// To memory; the physical address of its first byte.
    At(u64),
    /// Nowhere: the access faulted.
    Fault(Fault),
    /// Where the host's default domain says, which is not known here.
    Host,
}

/// A parent that can be looked at.
pub trait Observed: ConfigOps + 'static {
    /// D of every address space that the parent has.
    ///
    /// # Errors
    /// If the device cannot be read.
    fn tables(&mut self) -> Result<Vec<Table>, RegError>;

    /// Makes one access of `len` bytes at `iova` for a virtqueue group, as the device would.
    ///
    /// # Errors
    /// If the device does not answer.
    fn access(
        &mut self,
        group: u8,
        iova: u64,
        len: u64,
        access: Access,
    ) -> Result<Landing, RegError>;

    /// Maps for a driver inside the kernel, if this parent has DMA operations of its own: true if it has.
    ///
    /// # Errors
    /// If the device is out of order.
    fn own_dma_map(&mut self, iova: u64, size: u64, pa: u64) -> Result<bool, DeviceError>;

    /// Answers in which RTL and golden model differed since this was last asked.
    fn take_divergences(&mut self) -> Vec<Divergence>;

    /// Answers of the RTL that were compared with the golden model's.
    fn compared(&mut self) -> u64;

    /// What counts the commands of its device, if anything does.
    fn meter(&mut self) -> Option<&mut Meter>;
}

impl<S: Subject> Observed for OnChip<S> {
    fn tables(&mut self) -> Result<Vec<Table>, RegError> {
        let dev = self.device();
        (0..ASIDS as u8)
            .map(|asid| {
                let space = dev.address_space(asid)?;
                Ok(match space.mode {
                    Mode::Identity => Table::OneToOne,
                    Mode::Blocked => Table::Blocked,
                    Mode::Mapped => Table::Ranges(space.entries),
                })
            })
            .collect()
    }

    fn access(
        &mut self,
        group: u8,
        iova: u64,
        len: u64,
        access: Access,
    ) -> Result<Landing, RegError> {
        let reached = dma::access(self.device(), group, iova, len, access)?;
        Ok(match reached {
            Ok(pieces) => Landing::At(pieces.first().map_or(iova, |piece: &Piece| piece.pa)),
            Err(fault) => Landing::Fault(fault),
        })
    }

    fn own_dma_map(&mut self, iova: u64, size: u64, pa: u64) -> Result<bool, DeviceError> {
        if !self.profile().parent.own_dma_ops {
            return Ok(false);
        }
        let mapped = self.dma_map(0, iova, size, pa, 3);
        crate::vdpa::errno::answer(mapped)?.ok();
        Ok(true)
    }

    fn take_divergences(&mut self) -> Vec<Divergence> {
        self.device().take_divergences()
    }

    fn compared(&mut self) -> u64 {
        self.device().compared()
    }

    fn meter(&mut self) -> Option<&mut Meter> {
        self.device().meter()
    }
}

impl Observed for Platform {
    fn tables(&mut self) -> Result<Vec<Table>, RegError> {
        let table = self.iommu().domain().map(|maps| {
            maps.map(|map| Entry {
                start: map.start,
                last: map.last,
                pa: map.addr,
                perm: map.perm,
            })
            .collect()
        });
        Ok(vec![table.map_or(Table::HostDefault, Table::Ranges)])
    }

    fn access(
        &mut self,
        _group: u8,
        iova: u64,
        len: u64,
        access: Access,
    ) -> Result<Landing, RegError> {
        let Some(mut domain) = self.iommu().domain() else {
            return Ok(Landing::Host);
        };
        let bit = match access {
            Access::Read => 1,
            Access::Write => 2,
        };
        let last = iova.saturating_add(len - 1);
        Ok(
            match domain.find(|map| map.start <= iova && last <= map.last) {
                Some(map) if map.perm & bit == 0 => Landing::Fault(Fault::Permission),
                Some(map) => Landing::At(map.addr + (iova - map.start)),
                None => Landing::Fault(Fault::NoMapping),
            },
        )
    }

    fn own_dma_map(&mut self, _iova: u64, _size: u64, _pa: u64) -> Result<bool, DeviceError> {
        Ok(false)
    }

    fn take_divergences(&mut self) -> Vec<Divergence> {
        Vec::new()
    }

    fn compared(&mut self) -> u64 {
        0
    }

    fn meter(&mut self) -> Option<&mut Meter> {
        None
    }
}
