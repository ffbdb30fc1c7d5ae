// SPDX-License-Identifier: Apache-2.0
//! What a command looks like in registers: ARG and CMD or POST on the way in, the code of RESULT on the way out.

use peakrdl_rust::encode::UnknownVariant;

use super::bus::Words;
use super::regs::components::code_e::CodeE;
use super::regs::components::op_e::OpE;
use crate::regif::{Code, Command, Entry, RegError};

/// What goes into the ARG registers and CMD or POST.
#[derive(Clone, Copy)]
pub(super) struct Doorbell {
    pub op: OpE,
    pub asid: u8,
    pub target: u8,
    pub clean: bool,
    pub perm: u8,
    pub iova: Option<u64>,
    pub last: Option<u64>,
    pub pa: Option<u64>,
}

impl Doorbell {
    pub fn new(op: OpE) -> Self {
        Self {
            op,
            asid: 0,
            target: 0,
            clean: false,
            perm: 0,
            iova: None,
            last: None,
            pa: None,
        }
    }

    fn entry(op: OpE, asid: u8, entry: Entry) -> Self {
        Self {
            asid,
            perm: entry.perm,
            iova: Some(entry.start),
            last: Some(entry.last),
            pa: Some(entry.pa),
            ..Self::new(op)
        }
    }

    /// Writes of the ARG registers that this command looks at.
    pub fn arguments(&self) -> Result<Words, RegError> {
        let words = Words::default();
        let map = words.map();
        let halves = |value: u64| (value as u32, (value >> 32) as u32);
        if let Some((lo, hi)) = self.iova.map(halves) {
            map.arg_iova().try_write(|arg| {
                arg.set_lo(lo);
                arg.set_hi(hi);
            })?;
        }
        if let Some((lo, hi)) = self.last.map(halves) {
            map.arg_last().try_write(|arg| {
                arg.set_lo(lo);
                arg.set_hi(hi);
            })?;
        }
        if let Some((lo, hi)) = self.pa.map(halves) {
            map.arg_pa().try_write(|arg| {
                arg.set_lo(lo);
                arg.set_hi(hi);
            })?;
        }
        Ok(words)
    }

    /// The write of CMD, which executes it.
    pub fn cmd(&self) -> Result<Words, RegError> {
        let words = Words::default();
        words.map().cmd().try_write(|cmd| {
            cmd.set_op(self.op);
            cmd.set_perm(self.perm);
            cmd.set_asid(self.asid);
            cmd.set_target(self.target);
            cmd.set_clean(self.clean);
        })?;
        Ok(words)
    }

    /// The write of POST, which queues it.
    pub fn post(&self) -> Result<Words, RegError> {
        let words = Words::default();
        words.map().post().try_write(|post| {
            post.set_op(self.op);
            post.set_perm(self.perm);
            post.set_asid(self.asid);
        })?;
        Ok(words)
    }
}

impl From<Command> for Doorbell {
    fn from(command: Command) -> Self {
        let of = |op, asid| Self {
            asid,
            ..Self::new(op)
        };
        let to = |op, target| Self {
            target,
            ..Self::new(op)
        };
        match command {
            Command::Map { asid, entry } => Self::entry(OpE::Map, asid, entry),
            Command::Unmap { asid, iova, last } => Self {
                iova: Some(iova),
                last: Some(last),
                ..of(OpE::Unmap, asid)
            },
            Command::SetMapBegin { asid } => of(OpE::SetMapBegin, asid),
            Command::SetMapEntry { asid, entry } => Self::entry(OpE::SetMapEntry, asid, entry),
            Command::SetMapCommit { asid } => of(OpE::SetMapCommit, asid),
            Command::SetMapAbort { asid } => of(OpE::SetMapAbort, asid),
            Command::ResetMap { asid } => of(OpE::ResetMap, asid),
            Command::DeviceReset { device, clean } => Self {
                clean,
                ..to(OpE::DeviceReset, device)
            },
            Command::GroupAsid { group, asid } => Self {
                asid,
                ..to(OpE::GroupAsid, group)
            },
            Command::Quiesce { device } => to(OpE::Quiesce, device),
            Command::Resume { device } => to(OpE::Resume, device),
            Command::Fence { asid } => of(OpE::Fence, asid),
            Command::Recover { asid } => of(OpE::Recover, asid),
        }
    }
}

/// What a code means to the users of `RegIf`.
pub(super) fn code(code: Result<CodeE, UnknownVariant<u8>>) -> Result<Code, RegError> {
    let code = code.map_err(|unknown| {
        RegError::Protocol(format!(
            "RESULT.code is {:#x}, which has no meaning",
            unknown.value()
        ))
    })?;
    Ok(match code {
        CodeE::Ok => Code::Ok,
        CodeE::Busy => Code::Busy,
        CodeE::Exist => Code::Exist,
        CodeE::NospcTable => Code::NospcTable,
        CodeE::NospcLimit => Code::NospcLimit,
        CodeE::InvalRange => Code::InvalRange,
        CodeE::InvalAlign => Code::InvalAlign,
        CodeE::InvalPa => Code::InvalPa,
        CodeE::InvalAsid => Code::InvalAsid,
        CodeE::InvalGroup => Code::InvalGroup,
        CodeE::InvalDevice => Code::InvalDevice,
        CodeE::InvalOp => Code::InvalOp,
        CodeE::InvalIndex => Code::InvalIndex,
        CodeE::NoTxn => Code::NoTxn,
        CodeE::Order => Code::Order,
    })
}
