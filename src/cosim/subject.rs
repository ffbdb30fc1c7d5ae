// SPDX-License-Identifier: Apache-2.0
//! What a run is done on: the golden model, the RTL, or both side by side; the RTL simulated, or on a board.

use super::run::meter::Meter;
use super::{Divergence, Lockstep};
use crate::board::Board;
use crate::dut::{Accesses, ClockUse, Dut};
use crate::golden;
use crate::regif::RegIf;

/// The devices behind one register interface, each to be looked at by itself.
pub struct Sides<'a> {
    /// The golden model.
    pub golden: Option<&'a mut dyn RegIf>,
    /// The RTL.
    pub rtl: Option<&'a mut dyn RegIf>,
}

/// A register interface whose devices can be told apart. Commands go to all of them through [`RegIf`];
/// [`sides`](Self::sides) is for reading.
pub trait Subject: RegIf + 'static {
    /// The devices.
    fn sides(&mut self) -> Sides<'_>;

    /// Answers in which the devices differed since this was last asked.
    fn take_divergences(&mut self) -> Vec<Divergence> {
        Vec::new()
    }

    /// Answers of the RTL that were compared with the golden model's.
    fn compared(&self) -> u64 {
        0
    }

    /// Clocks that the RTL has run for, if there is any.
    fn clocks(&mut self) -> Option<u64> {
        None
    }

    /// Those of them that a driver's commands and policies took, and what of these the commands were executing.
    fn driver_clocks(&mut self) -> Option<ClockUse> {
        None
    }

    /// What became of the accesses that the RTL made on its AXI4 port, if it has one.
    fn axi_accesses(&mut self) -> Option<Accesses> {
        None
    }

    /// What counts its commands, if anything does.
    fn meter(&mut self) -> Option<&mut Meter> {
        None
    }
}

impl Subject for golden::Device {
    fn sides(&mut self) -> Sides<'_> {
        Sides {
            golden: Some(self),
            rtl: None,
        }
    }
}

impl Subject for Dut {
    fn sides(&mut self) -> Sides<'_> {
        Sides {
            golden: None,
            rtl: Some(self),
        }
    }

    fn clocks(&mut self) -> Option<u64> {
        Some(Dut::clocks(self))
    }

    fn driver_clocks(&mut self) -> Option<ClockUse> {
        Some(Dut::driver_clocks(self))
    }

    fn axi_accesses(&mut self) -> Option<Accesses> {
        (self.axi_ports() > 0).then(|| Dut::axi_accesses(self))
    }
}

impl Subject for Lockstep<golden::Device, Dut> {
    fn sides(&mut self) -> Sides<'_> {
        let (golden, rtl) = self.both_mut();
        Sides {
            golden: Some(golden),
            rtl: Some(rtl),
        }
    }

    fn take_divergences(&mut self) -> Vec<Divergence> {
        Lockstep::take_divergences(self)
    }

    fn compared(&self) -> u64 {
        self.counts().total()
    }

    fn clocks(&mut self) -> Option<u64> {
        Subject::clocks(self.device_mut())
    }

    fn driver_clocks(&mut self) -> Option<ClockUse> {
        Subject::driver_clocks(self.device_mut())
    }

    fn axi_accesses(&mut self) -> Option<Accesses> {
        Subject::axi_accesses(self.device_mut())
    }
}

/// A board's clocks are not ours to count.
impl Subject for Lockstep<golden::Device, Board> {
    fn sides(&mut self) -> Sides<'_> {
        let (golden, board) = self.both_mut();
        Sides {
            golden: Some(golden),
            rtl: Some(board),
        }
    }

    fn take_divergences(&mut self) -> Vec<Divergence> {
        Lockstep::take_divergences(self)
    }

    fn compared(&self) -> u64 {
        self.counts().total()
    }
}
