// SPDX-License-Identifier: Apache-2.0
//! Lookups in every clock while the table changes.

use crate::dut::{Dut, Traffic, Variant};
use crate::regif::{Access, Code, Command, Entry, RegError, RegIf, Request};

/// The address space that is measured.
const ASID: u8 = 0;
/// MAPs that run under the lookups.
const MAPS: u64 = 8;

/// What lookups noticed of changes to the table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stalls {
    /// Lookups offered, one in every clock.
    pub lookups: u64,
    /// States of the table that they saw.
    pub states: u64,
    /// Lookups that were not taken in the clock in which they were offered.
    pub stalled: u64,
}

/// Keeps the translation port of `variant` busy in every clock while MAPs stream a table that is full but for them.
pub fn stalls(variant: Variant) -> Result<Stalls, RegError> {
    let mut dut = Dut::new(variant)?;
    accepted(dut.command(Command::GroupAsid {
        group: 0,
        asid: ASID,
    })?)?;
    let first = u64::from(dut.capability().entries) - MAPS;
    let commands: Vec<Command> = (0..first).map(map).collect();
    for done in dut.post(&commands)? {
        accepted(done)?;
    }
    let request = Request {
        group: 0,
        iova: 0,
        len: 64,
        access: Access::Read,
    };
    // A pass takes a clock for each entry, and the register accesses around it a few more.
    let clocks = MAPS * (first + MAPS + 200);
    dut.queue_requests(&vec![Traffic::steady(request); clocks as usize])?;
    for number in first..first + MAPS {
        accepted(dut.command(map(number))?)?;
    }
    let responses = dut.run_requests()?;
    let mut states: Vec<u32> = responses.iter().map(|r| r.response.commit_seq).collect();
    states.dedup();
    Ok(Stalls {
        lookups: responses.len() as u64,
        states: states.len() as u64,
        stalled: (responses.iter())
            .filter(|response| response.accepted != response.offered)
            .count() as u64,
    })
}

fn map(number: u64) -> Command {
    let start = number << 12;
    let entry = Entry {
        start,
        last: start + 0xfff,
        pa: start + (1 << 30),
        perm: 3,
    };
    Command::Map { asid: ASID, entry }
}

fn accepted(done: crate::regif::Completion) -> Result<(), RegError> {
    match done.code {
        Code::Ok => Ok(()),
        code => Err(RegError::Protocol(format!(
            "a command of a measurement ended in {code:?}"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lookups have met every state, or nothing was measured.
    #[test]
    fn lookups_see_every_state() {
        let stalls = stalls(Variant::E64).unwrap();
        assert_eq!(stalls.states, MAPS + 1, "{stalls:?}");
    }
}
