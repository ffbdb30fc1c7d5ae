// SPDX-License-Identifier: Apache-2.0
//! The mapping operations of [`OnChip`]: tables and ranges as commands.

use super::{ASIDS, OnChip, SetMapRule};
use crate::regif::{Code, Command, Entry, RegIf};
use crate::vdpa::errno::{DeviceError, Errno, Error};
use crate::vdpa::iotlb::Iotlb;

impl<R: RegIf> OnChip<R> {
    /// An address space number that the device can be told.
    pub(super) fn asid(asid: u32) -> Result<u8, Error> {
        match u8::try_from(asid) {
            Ok(small) if asid < ASIDS => Ok(small),
            _ => Err(Errno::Einval.into()),
        }
    }

    /// `.set_map`: the table becomes `iotlb`; if that cannot be, what the driver's [`SetMapRule`] says.
    pub(super) fn replace(&mut self, asid: u8, iotlb: &Iotlb) -> Result<(), Error> {
        let rule = self.profile.parent.set_map;
        if rule == SetMapRule::DestroyAndBuild {
            self.empty(asid)?;
            if iotlb.is_empty() {
                return Err(Errno::Einval.into());
            }
        }
        self.expect_ok(Command::SetMapBegin { asid })?;
        let entries = iotlb.iter().map(|map| Entry {
            start: map.start,
            last: map.last,
            pa: map.addr,
            perm: map.perm,
        });
        let commands: Vec<_> = entries
            .map(|entry| Command::SetMapEntry { asid, entry })
            .collect();
        // What follows a refused entry is thrown away with the rest, so nobody needs to wait for each of them.
        let done = self.dev.post(&commands)?;
        let mut outcomes = commands.iter().zip(&done).enumerate();
        let refused = outcomes.find(|(_, (_, done))| done.code != Code::Ok);
        let Some((index, (&command, done))) = refused else {
            return Ok(self.expect_ok(Command::SetMapCommit { asid })?);
        };
        self.expect_ok(Command::SetMapAbort { asid })?;
        let error = self.refusal(command, asid, index + 1, done.code);
        if rule == SetMapRule::ClearAndCopy {
            self.empty(asid)?;
        }
        Err(error)
    }

    /// The table becomes empty.
    fn empty(&mut self, asid: u8) -> Result<(), Error> {
        self.expect_ok(Command::SetMapBegin { asid })?;
        Ok(self.expect_ok(Command::SetMapCommit { asid })?)
    }

    /// `.dma_map`.
    pub(super) fn map(
        &mut self,
        asid: u8,
        iova: u64,
        size: u64,
        pa: u64,
        perm: u8,
    ) -> Result<(), Error> {
        let entry = Entry {
            start: iova,
            last: last(iova, size),
            pa,
            perm,
        };
        let command = Command::Map { asid, entry };
        match self.dev.command(command)?.code {
            Code::Ok => Ok(()),
            code => {
                let held = self.dev.address_space(asid)?.entries.len();
                Err(self.refusal(command, asid, held + 1, code))
            }
        }
    }

    /// `.dma_unmap`.
    pub(super) fn unmap(&mut self, asid: u8, iova: u64, size: u64) -> Result<(), Error> {
        let last = last(iova, size);
        Ok(self.expect_ok(Command::Unmap { asid, iova, last })?)
    }

    /// What a refused entry means: ENOSPC if the modelled parent is full too, else a device that is too small.
    fn refusal(&self, command: Command, asid: u8, entries: usize, code: Code) -> Error {
        let full = matches!(code, Code::NospcLimit | Code::NospcTable);
        match self.profile.sim_entries {
            Some(limit) if full && entries > limit => Errno::Enospc.into(),
            _ if full => DeviceError::Full {
                asid,
                entries,
                code,
            }
            .into(),
            _ => DeviceError::Unexpected { command, code }.into(),
        }
    }
}

/// Last byte of `size` bytes at `iova`.
fn last(iova: u64, size: u64) -> u64 {
    iova.wrapping_add(size).wrapping_sub(1)
}
