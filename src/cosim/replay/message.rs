// SPDX-License-Identifier: Apache-2.0
//! Steps that write an IOTLB message: which bytes, and by whom.

use super::exec::{Seen, World};
use crate::cosim::Subject;
use crate::trace::{Hex, Op, Outcome, Symbol};
use crate::vdpa::uapi::{Envelope, IotlbMsg, Kind, MSG_SIZE, encode};
use crate::vdpa::{DeviceError, Errno, Written};

/// Bytes of the longest write that is made: the kernel reads no more than the first 72.
const LEN_MAX: u32 = 0x1_0000;

/// A message of a step, before its envelope.
struct Message {
    v: u8,
    asid: u32,
    msg: IotlbMsg,
}

impl<S: Subject> World<S> {
    /// Writes of IOTLB messages.
    pub(super) fn message(
        &mut self,
        op: &Op,
        outcome: &Outcome,
    ) -> Result<Option<Seen>, DeviceError> {
        let Some((message, envelope, len)) = self.compose(op, outcome) else {
            return Ok(None);
        };
        if let Op::IotlbUpdate {
            uaddr: Some(Symbol::Region { name, .. }),
            ..
        } = op
        {
            self.last_region = Some(name.clone());
        }
        let mut bytes = encode(envelope, &message.msg).to_vec();
        bytes.resize(len, 0);
        let mm = match outcome.from {
            Some(_) => &mut self.child,
            None => &mut self.mm,
        };
        let Written { ret, kret } = self.vdpa.write(mm, &bytes)?;
        Ok(Some(Seen {
            ret: Some(ret.map_or(-1, |n| n as i64)),
            errno: Some(Errno::label(&ret)),
            kret: kret.map(|kret| Errno::label(&kret)),
            ..Seen::default()
        }))
    }

    /// The message that a step writes, its envelope, and how many bytes of it.
    fn compose(&self, op: &Op, outcome: &Outcome) -> Option<(Message, Envelope, usize)> {
        let plain = |v, asid, kind, iova, size| Message {
            v,
            asid,
            msg: IotlbMsg {
                iova,
                size,
                uaddr: 0,
                perm: 0,
                kind,
            },
        };
        // What short and long writes, and a child's, have where the recording does not say.
        let buffer = self.address(&Symbol::Region {
            name: "buf".to_owned(),
            offset: 0,
        });
        let number = |hex: &Option<Hex>| hex.map_or(0, |hex| hex.0);
        let written = |len: Option<u32>| len.map_or(MSG_SIZE, |n| n.min(LEN_MAX) as usize);
        let mut len = MSG_SIZE;
        let message = match op {
            Op::IotlbUpdate {
                v,
                asid,
                iova,
                size,
                uaddr,
                perm,
                len: bytes,
            } => {
                len = written(*bytes);
                if uaddr.is_none() && outcome.from.is_none() {
                    return None;
                }
                let size = size.map_or(0x1000, |size| size.0);
                let mut message = plain(
                    v.unwrap_or(2),
                    asid.unwrap_or(0),
                    Kind::Update,
                    (*iova)?.0,
                    size,
                );
                message.msg.uaddr = uaddr.as_ref().map_or(buffer, |uaddr| self.address(uaddr));
                message.msg.perm = perm.unwrap_or(3);
                message
            }
            Op::ShortWrite {
                len: bytes,
                v,
                type_,
                asid,
                iova,
                size,
                uaddr,
                perm,
                ..
            } => {
                len = written(Some(*bytes));
                let kind = type_.map_or(Kind::Update, Kind::from);
                let size = size.map_or(0x1000, |size| size.0);
                let mut message = plain(v.unwrap_or(2), asid.unwrap_or(0), kind, iova.0, size);
                message.msg.uaddr = uaddr.as_ref().map_or(buffer, |uaddr| self.address(uaddr));
                message.msg.perm = perm.unwrap_or(3);
                message
            }
            Op::LongWrite { len: bytes } => {
                len = written(Some(*bytes));
                let mut message = plain(2, 0, Kind::Update, 0x30_0000, 0x1000);
                message.msg.uaddr = buffer;
                message.msg.perm = 3;
                message
            }
            Op::BadMsgType {
                type_, iova, size, ..
            } => {
                let message = plain(0, 0, Kind::Update, number(iova), number(size));
                return Some((message, Envelope::Unknown(*type_ as u32), len));
            }
            Op::IotlbInvalidate {
                v,
                asid,
                iova,
                size,
                len: bytes,
                ..
            } => {
                len = written(*bytes);
                plain(*v, *asid, Kind::Invalidate, iova.0, size.0)
            }
            Op::IotlbBatchBegin {
                v,
                asid,
                iova,
                size,
                len: bytes,
            } => {
                len = written(*bytes);
                plain(*v, *asid, Kind::BatchBegin, number(iova), number(size))
            }
            Op::IotlbBatchEnd {
                v,
                asid,
                iova,
                size,
                len: bytes,
            } => {
                len = written(*bytes);
                plain(*v, *asid, Kind::BatchEnd, number(iova), number(size))
            }
            Op::IotlbMiss {
                v,
                type_,
                asid,
                iova,
                size,
            }
            | Op::IotlbAccessFail {
                v,
                type_,
                asid,
                iova,
                size,
            }
            | Op::IotlbMsg {
                v,
                type_,
                asid,
                iova,
                size,
            } => plain(*v, *asid, Kind::from(*type_), iova.0, size.0),
            _ => return None,
        };
        let envelope = match message.v {
            1 => Envelope::V1,
            _ => Envelope::V2 { asid: message.asid },
        };
        Some((message, envelope, len))
    }

    /// The virtual address of a symbol.
    fn address(&self, symbol: &Symbol) -> u64 {
        match symbol {
            Symbol::Abs(address) => *address,
            Symbol::Region { name, offset } => {
                let base = self.mm.region(name).map_or(0, |region| region.va);
                base.wrapping_add(*offset)
            }
        }
    }
}
