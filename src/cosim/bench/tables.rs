// SPDX-License-Identifier: Apache-2.0
//! How many clocks it takes to change a table of the RTL: figures, with nothing asserted about them.

use crate::dut::{ClockUse, Dut, Variant};
use crate::regif::{Code, Command, Completion, Entry, RegError, RegIf};

/// The address space that is measured.
const ASID: u8 = 1;

/// Pages, so that no two entries merge, in ascending order.
fn entry(number: u16) -> Entry {
    let start = u64::from(number) << 12;
    Entry {
        start,
        last: start + 0xfff,
        pa: start + (1 << 30),
        perm: 3,
    }
}

fn accepted(completions: &[Completion]) -> Result<(), RegError> {
    match completions.iter().find(|done| done.code != Code::Ok) {
        None => Ok(()),
        Some(refused) => Err(RegError::Protocol(format!(
            "a command of a measurement ended in {:?}",
            refused.code
        ))),
    }
}

/// Replaces the table by `count` entries with one SET_MAP, its entries posted.
fn set_map(dut: &mut Dut, count: u16) -> Result<(), RegError> {
    let mut commands = vec![Command::SetMapBegin { asid: ASID }];
    commands.extend((0..count).map(|number| Command::SetMapEntry {
        asid: ASID,
        entry: entry(number),
    }));
    commands.push(Command::SetMapCommit { asid: ASID });
    accepted(&dut.post(&commands)?)
}

/// The clocks that `act` takes on `dut`, as its driver.
fn measured(
    dut: &mut Dut,
    act: impl FnOnce(&mut Dut) -> Result<(), RegError>,
) -> Result<ClockUse, RegError> {
    let before = dut.driver_clocks();
    act(dut)?;
    let after = dut.driver_clocks();
    Ok(ClockUse {
        total: after.total - before.total,
        command: after.command - before.command,
    })
}

/// One MAP behind the last of `count` entries.
pub fn one_map(variant: Variant, count: u16) -> Result<ClockUse, RegError> {
    let mut dut = Dut::new(variant)?;
    set_map(&mut dut, count)?;
    measured(&mut dut, |dut| {
        let entry = entry(count);
        accepted(&[dut.command(Command::Map { asid: ASID, entry })?])
    })
}

/// `count` posted MAPs into an empty table, ascending.
pub fn posted_maps(variant: Variant, count: u16) -> Result<ClockUse, RegError> {
    let mut dut = Dut::new(variant)?;
    let commands: Vec<Command> = (0..count)
        .map(|number| Command::Map {
            asid: ASID,
            entry: entry(number),
        })
        .collect();
    measured(&mut dut, |dut| accepted(&dut.post(&commands)?))
}

/// A SET_MAP of `count` entries, posted, that replaces as many.
pub fn replacing_set_map(variant: Variant, count: u16) -> Result<ClockUse, RegError> {
    let mut dut = Dut::new(variant)?;
    set_map(&mut dut, count)?;
    measured(&mut dut, |dut| set_map(dut, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the measurements do is right; how long it takes is for `persimmon bench` to say.
    #[test]
    fn every_measurement_ends() {
        for measured in [
            one_map(Variant::E64, 63),
            posted_maps(Variant::E64, 64),
            replacing_set_map(Variant::E64, 64),
        ] {
            let clocks = measured.unwrap();
            assert!(
                0 < clocks.command && clocks.command < clocks.total,
                "{clocks:?}"
            );
        }
        assert!(posted_maps(Variant::E64, 65).is_err(), "one too many");
    }
}
