// SPDX-License-Identifier: Apache-2.0
//! The virtqueues of the program that made the recordings, as a stream of accesses: what `vringh` and vdpasim_net
//! touch to move one packet, in their order. A probe of a recording becomes these accesses on the device.
//!
//! The rings of all three virtqueues lie in one area of 64 KiB; where exactly is this model's choice, because a
//! recording maps or unmaps the area as a whole.

use super::dma::{self, Piece};
use crate::regif::{Access, Fault, RegError, RegIf};
use crate::vdpa::parent::vq_group;

/// Receive, transmit and control virtqueue.
const RX: u32 = 0;
const TX: u32 = 1;
const CVQ: u32 = 2;
/// Bytes of the area for one virtqueue's rings.
const VQ_STRIDE: u64 = 0x4000;
const DESC: u64 = 0;
const AVAIL: u64 = 0x1000;
const USED: u64 = 0x2000;
/// Buffers for packets and control commands, behind the rings.
const BUFFERS: u64 = 0xc000;
const BUFFER_STRIDE: u64 = 0x400;
const RX_BUFFER: u64 = 0;
const TX_BUFFER: u64 = 1;
const CVQ_COMMAND: u64 = 2;
const CVQ_MAC: u64 = 3;
const CVQ_ACK: u64 = 4;

const DESC_SIZE: u64 = 16;
const USED_ELEM_SIZE: u64 = 8;
/// Bytes of a packet, and of the accesses that probes make.
pub const PACKET: u64 = 64;

/// Which memory the device may find behind an address: `true` if it is the program's.
pub type Owns<'a> = &'a dyn Fn(u64) -> bool;

/// Why a packet did not get through.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stopped {
    /// An access was refused.
    Fault(Fault),
    /// An access went to memory that is not the program's, or no longer.
    Foreign(u64),
}

/// Virtqueues in use, with their rings at one IOVA.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Vrings {
    /// IOVA of the area.
    pub iova: u64,
}

/// What an access reached, or what stopped it.
pub type Reached = Result<Vec<Piece>, Stopped>;

impl Vrings {
    /// Where a virtqueue's available ring is: the first thing that the device reads of it.
    pub fn first_access(&self, vq: u32) -> u64 {
        self.ring(vq, AVAIL + 2)
    }

    /// A known-good packet inside the area, from the transmit to the receive virtqueue.
    pub fn packet(
        &self,
        dev: &mut dyn RegIf,
        owns: Owns<'_>,
    ) -> Result<Result<(), Stopped>, RegError> {
        let tx = (self.buffer(TX_BUFFER), Access::Read);
        let rx = (self.buffer(RX_BUFFER), Access::Write);
        self.transfer(dev, owns, tx, rx)
            .map(|reached| reached.map(drop))
    }

    /// A packet whose data the device reads at `iova`: what that access reached.
    pub fn read_at(
        &self,
        dev: &mut dyn RegIf,
        owns: Owns<'_>,
        iova: u64,
    ) -> Result<Reached, RegError> {
        self.one(dev, owns, TX, iova, Access::Read)
    }

    /// A packet whose data the device writes at `iova`: what that access reached.
    pub fn write_at(
        &self,
        dev: &mut dyn RegIf,
        owns: Owns<'_>,
        iova: u64,
    ) -> Result<Reached, RegError> {
        self.one(dev, owns, RX, iova, Access::Write)
    }

    /// A control command with its data and acknowledgement inside the area.
    pub fn control(
        &self,
        dev: &mut dyn RegIf,
        owns: Owns<'_>,
    ) -> Result<Result<(), Stopped>, RegError> {
        let mut steps = vec![
            (self.ring(CVQ, AVAIL + 2), 2, Access::Read),
            (self.ring(CVQ, AVAIL + 4), 2, Access::Read),
        ];
        steps.extend((0..3).map(|i| {
            (
                self.ring(CVQ, DESC + i * DESC_SIZE),
                DESC_SIZE,
                Access::Read,
            )
        }));
        steps.extend([
            (self.buffer(CVQ_COMMAND), 2, Access::Read),
            (self.buffer(CVQ_MAC), 6, Access::Read),
            (self.buffer(CVQ_ACK), 1, Access::Write),
            (self.ring(CVQ, USED + 4), USED_ELEM_SIZE, Access::Write),
            (self.ring(CVQ, USED + 2), 2, Access::Write),
        ]);
        for (iova, len, access) in steps {
            if let Err(stopped) = reach(dev, owns, CVQ, iova, len, access)? {
                return Ok(Err(stopped));
            }
        }
        Ok(Ok(()))
    }

    /// vdpasim_net_work: a descriptor from either ring, the data, then both used rings.
    fn transfer(
        &self,
        dev: &mut dyn RegIf,
        owns: Owns<'_>,
        tx: (u64, Access),
        rx: (u64, Access),
    ) -> Result<Reached, RegError> {
        for vq in [TX, RX] {
            if let Err(stopped) = self.fetch(dev, owns, vq)? {
                return Ok(Err(stopped));
            }
        }
        let mut reached = Vec::new();
        for (vq, (iova, access)) in [(TX, tx), (RX, rx)] {
            match reach(dev, owns, vq, iova, PACKET, access)? {
                Ok(pieces) => reached = pieces,
                Err(stopped) => return Ok(Err(stopped)),
            }
        }
        for vq in [TX, RX] {
            if let Err(stopped) = self.complete(dev, owns, vq)? {
                return Ok(Err(stopped));
            }
        }
        Ok(Ok(reached))
    }

    /// One descriptor of one virtqueue, and its data.
    fn one(
        &self,
        dev: &mut dyn RegIf,
        owns: Owns<'_>,
        vq: u32,
        iova: u64,
        access: Access,
    ) -> Result<Reached, RegError> {
        if let Err(stopped) = self.fetch(dev, owns, vq)? {
            return Ok(Err(stopped));
        }
        reach(dev, owns, vq, iova, PACKET, access)
    }

    /// vringh_getdesc: index, ring entry, descriptor.
    fn fetch(&self, dev: &mut dyn RegIf, owns: Owns<'_>, vq: u32) -> Result<Reached, RegError> {
        let steps = [(AVAIL + 2, 2), (AVAIL + 4, 2), (DESC, DESC_SIZE)];
        let mut reached = Ok(Vec::new());
        for (offset, len) in steps {
            reached = reach(dev, owns, vq, self.ring(vq, offset), len, Access::Read)?;
            if reached.is_err() {
                break;
            }
        }
        Ok(reached)
    }

    /// vringh_complete: used element, used index.
    fn complete(&self, dev: &mut dyn RegIf, owns: Owns<'_>, vq: u32) -> Result<Reached, RegError> {
        let element = reach(
            dev,
            owns,
            vq,
            self.ring(vq, USED + 4),
            USED_ELEM_SIZE,
            Access::Write,
        )?;
        if element.is_err() {
            return Ok(element);
        }
        reach(dev, owns, vq, self.ring(vq, USED + 2), 2, Access::Write)
    }

    fn ring(&self, vq: u32, offset: u64) -> u64 {
        self.iova.wrapping_add(u64::from(vq) * VQ_STRIDE + offset)
    }

    fn buffer(&self, index: u64) -> u64 {
        self.iova.wrapping_add(BUFFERS + index * BUFFER_STRIDE)
    }
}

/// One access of a virtqueue, to memory that must be the program's.
fn reach(
    dev: &mut dyn RegIf,
    owns: Owns<'_>,
    vq: u32,
    iova: u64,
    len: u64,
    access: Access,
) -> Result<Reached, RegError> {
    let group = vq_group(vq);
    let pieces = match dma::access(dev, group, iova, len, access)? {
        Ok(pieces) => pieces,
        Err(fault) => return Ok(Err(Stopped::Fault(fault))),
    };
    match pieces.iter().find(|piece| !owns(piece.pa)) {
        Some(piece) => Ok(Err(Stopped::Foreign(piece.pa))),
        None => Ok(Ok(pieces)),
    }
}
