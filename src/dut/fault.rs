// SPDX-License-Identifier: Apache-2.0
//! The fault queue, as a driver reads it.

use super::Registers;
use super::bus::{Transport, Words};
use super::port::reason;
use crate::regif::{Fault, RegError};

/// A record of the fault queue, as far as its reader cares.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Record {
    /// Why the access was refused.
    pub reason: Fault,
    /// The group that made it.
    pub group: u8,
    /// Its first byte.
    pub iova: u64,
}

/// Takes the oldest record, if there is one.
pub(crate) fn take<T: Transport>(registers: &mut Registers<T>) -> Result<Option<Record>, RegError> {
    let map = registers.bus.map();
    let mut words = Words::default().ask(map.fault_info()).ask(map.fault_iova());
    registers.bus.read_all(&mut words)?;
    let shown = words.map();
    let info = shown.fault_info().try_read()?;
    if !info.valid() {
        return Ok(None);
    }
    let number = info
        .reason()
        .map_or_else(|unknown| unknown.value(), |reason| reason as u8);
    let reason = reason(number).ok_or_else(|| {
        RegError::Protocol(format!(
            "FAULT_INFO.reason is {number:#x}, which has no meaning"
        ))
    })?;
    let record = Record {
        reason,
        group: info.group(),
        iova: shown.fault_iova().try_read()?.iova(),
    };
    map.fault_pop().try_write(|pop| pop.set_pop(true))?;
    Ok(Some(record))
}
