// SPDX-License-Identifier: Apache-2.0
//! What is counted on a device: commands, clocks, and whether it can be reached.

/// How many commands of each kind were given, accepted or not.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Commands {
    /// MAP.
    pub map: u64,
    /// UNMAP.
    pub unmap: u64,
    /// SET_MAP ENTRY.
    pub entry: u64,
    /// SET_MAP BEGIN, COMMIT and ABORT.
    pub set_map: u64,
    /// RESET_MAP.
    pub reset_map: u64,
    /// DEVICE_RESET.
    pub device_reset: u64,
    /// GROUP_ASID, QUIESCE and RESUME.
    pub other: u64,
}

impl Commands {
    /// Entries given to the table: MAP and SET_MAP ENTRY.
    pub fn entries(&self) -> u64 {
        self.map + self.entry
    }
}

/// Clocks of the RTL.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Clocks {
    /// In MAP, UNMAP, the SET_MAP commands and RESET_MAP.
    pub table: u64,
    /// Those of `table` in which the device executed the command, as its driver sees it: see
    /// [`ClockUse::command`](crate::dut::ClockUse::command). The rest is register accesses around it.
    pub engine: u64,
    /// In DEVICE_RESET.
    pub reset: u64,
    /// In the other commands.
    pub other: u64,
    /// While at least one mapping that user space regards as its own did not translate.
    pub unavailable: u64,
}

/// What was counted on a device.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hardware {
    /// Commands.
    pub commands: Commands,
    /// Clocks; `None` without RTL.
    pub clocks: Option<Clocks>,
    /// Every mapping that user space regards as its own translates. If not, it was unavailable up to the end of the
    /// stretch, and on.
    pub whole: bool,
}

impl Hardware {
    /// This stretch and another.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let (a, b) = (self.commands, other.commands);
        let clocks = self.clocks.zip(other.clocks).map(|(a, b)| Clocks {
            table: a.table + b.table,
            engine: a.engine + b.engine,
            reset: a.reset + b.reset,
            other: a.other + b.other,
            unavailable: a.unavailable + b.unavailable,
        });
        Self {
            commands: Commands {
                map: a.map + b.map,
                unmap: a.unmap + b.unmap,
                entry: a.entry + b.entry,
                set_map: a.set_map + b.set_map,
                reset_map: a.reset_map + b.reset_map,
                device_reset: a.device_reset + b.device_reset,
                other: a.other + b.other,
            },
            clocks,
            whole: self.whole && other.whole,
        }
    }
}

impl Default for Hardware {
    fn default() -> Self {
        Self {
            commands: Commands::default(),
            clocks: None,
            whole: true,
        }
    }
}
