// SPDX-License-Identifier: Apache-2.0
//! A board with the IOMMU on it, over its UART.
//!
//! [`Board`] is a [`RegIf`] like any other device. Registers go over the UART in the protocol of LiteX's uartbone
//! ([`uartbone`]); commands, results and reading back are those of the simulated device, [`crate::dut::Registers`]. An
//! access is made by the DMA master of the board ([`Board::burst`]), through the AXI4 data path, and where it went is
//! what the board has seen come out of the IOMMU: `AxADDR` as memory got it.
//!
//! | file | holds |
//! |---|---|
//! | `map.rs` | the board's own registers, as `rtl/board/board_pkg.sv` has them |
//! | `uartbone.rs` | frames: register accesses over a serial port |
//! | `dma.rs` | bursts of the board's DMA master, and memory by physical address |
//! | `regif.rs` | the [`RegIf`] implementation |
//! | `ffi.rs` | the C interface of `sim/board.h` as a safe type |
//! | `simulate.rs` | a simulated board at a pseudo-terminal |
//!
//! [`RegIf`]: crate::regif::RegIf

mod dma;
mod ffi;
mod map;
mod regif;
mod simulate;
pub mod uartbone;

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, Instant};

use crate::dut::Registers;
use crate::dut::bus::Transport;
use crate::dut::ffi::BusWord;
use crate::regif::RegError;
use uartbone::Uartbone;

pub use crate::dut::BoardBuild;
pub use dma::{Ask, Burst};
pub use ffi::Simulated;
pub use simulate::{Simulation, line};

/// Bits per second at which boards are built to speak, unless said otherwise.
pub const BAUD: u32 = 1_000_000;
/// How long the self-test may take: a tenth of a second on a board, and more where it is simulated.
const TEST: Duration = Duration::from_secs(60);

/// A serial port with a board at it: `/dev/ttyUSB0`, or `/dev/ttyUSB0@115200`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Port {
    /// Name of the port.
    pub path: String,
    /// Bits per second.
    pub baud: u32,
}

impl FromStr for Port {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (path, baud) = match text.rsplit_once('@') {
            None => (text, BAUD),
            Some((path, baud)) => {
                let baud = baud.parse().ok().filter(|&baud| baud > 0).ok_or_else(|| {
                    format!("\"{baud}\" is no baud rate; an example is /dev/ttyUSB0@{BAUD}")
                })?;
                (path, baud)
            }
        };
        if path.is_empty() {
            return Err("the name of a serial port is missing; an example is /dev/ttyUSB0".into());
        }
        Ok(Self {
            path: path.to_owned(),
            baud,
        })
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.path, self.baud)
    }
}

/// How far the self-test of a board is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SelfTest {
    /// It has been stopped, or never started.
    Idle,
    /// It runs.
    Running,
    /// It has passed.
    Passed {
        /// Rounds of it.
        rounds: u8,
    },
    /// It has failed.
    Failed {
        /// The round, from 0.
        round: u8,
        /// Number of the step in `rtl/board/board_script.sv`.
        step: u8,
        /// What that step read.
        got: u32,
    },
}

/// A board, powered on and taken over by this host.
pub struct Board {
    registers: Registers<Uartbone>,
    memory: Memory,
}

/// Memory behind the IOMMU of a board.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Memory {
    /// Physical address of its first byte.
    pub base: u64,
    /// Bytes.
    pub size: u64,
    /// Bytes that each page of 4 KiB really has, from its start on; a small device has not room for more.
    pub page: u64,
}

impl fmt::Debug for Board {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Board")
            .field("memory", &self.memory)
            .finish_non_exhaustive()
    }
}

impl Board {
    /// Finds the board at `port` and resets its IOMMU as a power-on does. A self-test that runs is stopped.
    ///
    /// # Errors
    /// If there is no such port, no answer, or something else at it.
    pub fn open(port: &Port) -> Result<Self, RegError> {
        let (mut uart, id) = Uartbone::open(port)?;
        if id != map::ID_VALUE {
            return Err(RegError::Link(format!(
                "{port}: what answers has board ID {id:#x}; that of this design is {:#x}",
                map::ID_VALUE
            )));
        }
        // What somebody else did wrong before is not held against us.
        drop(uart.write(&[]));
        let info = word(&mut uart, map::INFO)?;
        let major = info >> 8 & 0xff;
        if major != map::MAJOR {
            return Err(RegError::Link(format!(
                "{port}: the board's registers are of version {major}; this program speaks to version {}",
                map::MAJOR
            )));
        }
        let base = u64::from(word(&mut uart, map::MEM_BASE)?)
            | u64::from(word(&mut uart, map::MEM_BASE_HI)?) << 32;
        uart.write(&[BusWord {
            address: map::CTRL,
            data: map::CTRL_STOP | map::CTRL_RESET,
        }])?;
        Ok(Self {
            registers: Registers::new(uart)?,
            memory: Memory {
                base,
                size: u64::from(info >> 16 & 0xff) * 1024,
                page: 1_u64 << (info >> 24 & 0xf),
            },
        })
    }

    /// Memory behind the IOMMU.
    #[must_use]
    pub fn memory(&self) -> Memory {
        self.memory
    }

    /// Reads the 32 bits at byte `address` of the board's bus: of the IOMMU's register map, and of what
    /// `docs/boards.md` has beyond it.
    ///
    /// # Errors
    /// If there is nothing at that address, or the board does not answer.
    pub fn read(&mut self, address: u16) -> Result<u32, RegError> {
        self.registers.bus.read(address)
    }

    /// Writes the 32 bits at byte `address` of the board's bus.
    ///
    /// # Errors
    /// If there is nothing at that address that can be written, or the board does not answer.
    pub fn write(&mut self, address: u16, value: u32) -> Result<(), RegError> {
        self.registers.forget();
        self.registers.bus.write(address, value)
    }

    /// Pulses the device reset pin of device 0, with the CLEAN_MAP flag. The device acts on it when its command engine
    /// is next idle.
    ///
    /// # Errors
    /// If the board does not answer.
    pub fn pulse_device_reset(&mut self, clean: bool) -> Result<(), RegError> {
        let flag = if clean { map::CTRL_CLEAN } else { 0 };
        self.write(map::CTRL, map::CTRL_DEVICE | flag)
    }

    /// How far the self-test is.
    ///
    /// # Errors
    /// If the board does not answer.
    pub fn self_test(&mut self) -> Result<SelfTest, RegError> {
        let status = self.read(map::TEST_STATUS)?;
        let round = (status >> 8) as u8;
        Ok(match status & 3 {
            0 => SelfTest::Idle,
            1 => SelfTest::Running,
            2 => SelfTest::Passed { rounds: round },
            _ => SelfTest::Failed {
                round,
                step: (status >> 16 & 0x7f) as u8,
                got: self.read(map::TEST_GOT)?,
            },
        })
    }

    /// Runs the self-test from its first round to its end. What was mapped is gone then.
    ///
    /// # Errors
    /// If the board does not answer, or the test does not end.
    pub fn run_self_test(&mut self) -> Result<SelfTest, RegError> {
        self.write(map::CTRL, map::CTRL_TEST)?;
        let start = Instant::now();
        loop {
            let state = self.self_test()?;
            if state != SelfTest::Running {
                // It leaves registers as it likes.
                self.write(map::CTRL, map::CTRL_RESET)?;
                return Ok(state);
            }
            if start.elapsed() > TEST {
                return Err(RegError::Link(format!(
                    "the self-test has run for {} s and still does",
                    TEST.as_secs()
                )));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// One register.
fn word(uart: &mut Uartbone, address: u16) -> Result<u32, RegError> {
    let mut word = [BusWord { data: 0, address }];
    uart.read(&mut word, 0, 0)?;
    Ok(word[0].data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports() {
        let port = |path: &str, baud| Port {
            path: path.to_owned(),
            baud,
        };
        assert_eq!("/dev/ttyUSB0".parse(), Ok(port("/dev/ttyUSB0", BAUD)));
        assert_eq!("COM3@115200".parse(), Ok(port("COM3", 115_200)));
        for (wrong, says) in [
            ("", "missing"),
            ("@9600", "missing"),
            ("/dev/ttyUSB0@fast", "\"fast\""),
            ("/dev/ttyUSB0@0", "\"0\""),
        ] {
            let error = wrong.parse::<Port>().unwrap_err();
            assert!(error.contains(says), "{wrong}: {error}");
        }
    }
}
