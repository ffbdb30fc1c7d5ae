// SPDX-License-Identifier: Apache-2.0
//! Commands: arguments, doorbell, result. And the rest of the register interface.

use peakrdl_rust::encode::UnknownVariant;

use super::Dut;
use super::regs::components::code_e::CodeE;
use super::regs::components::iommu::cmd::Cmd;
use super::regs::components::op_e::OpE;
use super::regs::components::persist_e::PersistE;
use crate::regif::{
    AddressSpace, Capability, Code, Command, Completion, DevicePolicy, Entry, Persist, RegError,
    RegIf, Request, ResetModes, Response, Tag, within,
};

/// STATUS.busy.
const STATUS: u16 = 0x044;
const BUSY: u32 = 1;

/// Sizes of the register arrays, which are the same for every build.
const ASIDS: usize = 16;
const GROUPS: usize = 16;
const DEVICES: usize = 4;

/// What goes into CMD and the ARG registers.
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
        }
    }
}

impl Dut {
    /// Executes one command to its end and returns its code.
    pub(super) fn ring(&mut self, doorbell: Doorbell) -> Result<Code, RegError> {
        let Doorbell { op, target, .. } = doorbell;
        if u32::from(target) > Cmd::TARGET_MASK {
            return Err(RegError::Protocol(format!(
                "CMD.target takes {} bits, {target:#x} does not fit",
                Cmd::TARGET_WIDTH
            )));
        }
        let before = match self.result_seq.take() {
            Some(seq) => seq,
            None => {
                self.wait_idle()?;
                self.bus.map().result().try_read()?.seq()
            }
        };

        let map = self.bus.map();
        let halves = |value: u64| (value as u32, (value >> 32) as u32);
        if let Some((lo, hi)) = doorbell.iova.map(halves) {
            map.arg_iova().try_write(|arg| {
                arg.set_lo(lo);
                arg.set_hi(hi);
            })?;
        }
        if let Some((lo, hi)) = doorbell.last.map(halves) {
            map.arg_last().try_write(|arg| {
                arg.set_lo(lo);
                arg.set_hi(hi);
            })?;
        }
        if let Some((lo, hi)) = doorbell.pa.map(halves) {
            map.arg_pa().try_write(|arg| {
                arg.set_lo(lo);
                arg.set_hi(hi);
            })?;
        }
        map.cmd().try_write(|cmd| {
            cmd.set_op(op);
            cmd.set_perm(doorbell.perm);
            cmd.set_asid(doorbell.asid);
            cmd.set_target(target);
            cmd.set_clean(doorbell.clean);
        })?;
        self.wait_idle()?;

        let result = self.bus.map().result().try_read()?;
        if result.seq() != before.wrapping_add(1) || result.op() != Ok(op) {
            return Err(RegError::Protocol(format!(
                "{op:?} came after command number {before:#x}, and RESULT is {result:x?}"
            )));
        }
        self.result_seq = Some(result.seq());
        code(result.code())
    }

    /// Waits until no command executes.
    fn wait_idle(&self) -> Result<(), RegError> {
        // A pass takes a clock for each entry, and waits for what is in flight in the bank that it will write.
        let clocks = 10_000 + 16 * u64::from(self.capability.entries);
        self.bus.poll(STATUS, BUSY, 0, clocks)
    }

    /// COMMIT_SEQ: state changes committed since power-on, modulo 2^32.
    pub fn commit_seq(&mut self) -> Result<u32, RegError> {
        Ok(self.bus.map().commit_seq().try_read()?.seq())
    }
}

fn code(code: Result<CodeE, UnknownVariant<u8>>) -> Result<Code, RegError> {
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

/// The element of a register array. The array may be longer than what was `built`.
fn element<T, const N: usize>(
    array: [T; N],
    what: &str,
    number: u8,
    built: u8,
) -> Result<T, RegError> {
    within(what, number, built)?;
    array.into_iter().nth(usize::from(number)).ok_or_else(|| {
        RegError::Protocol(format!(
            "CAP_SPACE claims {built:#x} where the register map has room for {N:#x} ({what})"
        ))
    })
}

impl RegIf for Dut {
    fn capability(&self) -> Capability {
        self.capability
    }

    fn command(&mut self, command: Command) -> Result<Completion, RegError> {
        // Even a refused one: that it has changed nothing is for the reader of the table to see.
        self.table = None;
        let code = self.ring(command.into())?;
        let commit_seq = self.commit_seq()?;
        Ok(Completion { code, commit_seq })
    }

    fn set_device_policy(&mut self, device: u8, policy: DevicePolicy) -> Result<(), RegError> {
        within("as0", policy.as0, ASIDS as u8)?;
        let built = self.capability.devices;
        let registers = element::<_, DEVICES>(self.bus.map().device(), "device", device, built)?;
        registers.policy().try_write(|register| {
            register.set_persist(match policy.persist {
                Persist::ByFlag => PersistE::ByFlag,
                Persist::AlwaysClean => PersistE::AlwaysClean,
                Persist::NeverClean => PersistE::NeverClean,
            });
            register.set_as0(policy.as0);
        })?;
        registers
            .groups()
            .try_write(|register| register.set_groups(policy.groups))?;
        registers
            .asids()
            .try_write(|register| register.set_asids(policy.asids))
    }

    fn set_reset_modes(&mut self, modes: ResetModes) -> Result<(), RegError> {
        let map = self.bus.map();
        map.init_mode()
            .try_write(|register| register.set_identity(modes.init_identity))?;
        map.clean_mode()
            .try_write(|register| register.set_identity(modes.clean_identity))
    }

    fn lock(&mut self) -> Result<(), RegError> {
        let map = self.bus.map();
        map.lock().try_write(|register| register.set_lock(true))
    }

    fn set_limit(&mut self, asid: u8, entries: u16) -> Result<(), RegError> {
        let built = self.capability.asids;
        element::<_, ASIDS>(self.bus.map().limit(), "asid", asid, built)?
            .try_write(|register| register.set_entries(entries))
    }

    fn address_space(&mut self, asid: u8) -> Result<AddressSpace, RegError> {
        within("asid", asid, self.capability.asids)?;
        let spaces = &self.table()?.spaces;
        spaces.get(usize::from(asid)).cloned().ok_or_else(|| {
            RegError::Protocol(format!(
                "the table read back has no address space {asid:#x}"
            ))
        })
    }

    fn group(&mut self, group: u8) -> Result<Option<u8>, RegError> {
        let built = self.capability.groups;
        let register =
            element::<_, GROUPS>(self.bus.map().group(), "group", group, built)?.try_read()?;
        Ok(register.valid().then(|| register.asid()))
    }

    fn translate(&mut self, request: Request) -> Result<Response, RegError> {
        self.translate_one(request)
    }

    fn release(&mut self, tag: Tag) -> Result<(), RegError> {
        self.release_one(tag)
    }

    fn draining(&mut self, asid: u8) -> Result<bool, RegError> {
        within("asid", asid, self.capability.asids)?;
        let draining = self.bus.map().draining().try_read()?;
        Ok(draining.asids() >> asid & 1 == 1)
    }
}
