// SPDX-License-Identifier: Apache-2.0
//! Register accesses over a serial port, in the protocol of LiteX's uartbone; `rtl/board/board_uartbone.sv` is the
//! other end and describes the frames.
//!
//! The protocol acknowledges no write and has no place for an error. So a list of accesses ends with a look at the
//! board's register BUS_ERROR: it comes back when everything before it has been done, and says whether it was done
//! without an error.

use std::io::{ErrorKind, Read, Write};
use std::time::{Duration, Instant};

use serialport::{ClearBuffer, SerialPort};

use super::{Port, map};
use crate::dut::bus::Transport;
use crate::dut::ffi::BusWord;
use crate::regif::RegError;

/// Commands of a frame.
const WRITE: u8 = 0x01;
const READ: u8 = 0x02;
/// Words of a frame.
const FRAME: usize = 255;

/// How long an answer may take.
const ANSWER: Duration = Duration::from_millis(1000);
/// How long a command may execute, to the driver's eyes.
const BUSY: Duration = Duration::from_secs(10);
/// Longer than the silence that ends an unfinished frame: 100 ms on the boards.
const SILENCE: Duration = Duration::from_millis(120);
/// Attempts to be understood after it.
const ATTEMPTS: u32 = 5;

/// A serial port with a board at it.
pub struct Uartbone {
    line: Box<dyn SerialPort>,
    port: Port,
    /// Accesses so far.
    accesses: u64,
}

impl Uartbone {
    /// Opens the port, and waits until the board takes what comes for the start of a frame: whoever used it before may
    /// have left in the middle of one. Returns the board's ID, too; until that is seen to be right, no register means
    /// anything.
    pub(super) fn open(port: &Port) -> Result<(Self, u32), RegError> {
        let line = serialport::new(&port.path, port.baud)
            .timeout(ANSWER)
            .open()
            .map_err(|why| RegError::Link(format!("cannot open {port}: {why}")))?;
        let mut uart = Self {
            line,
            port: port.clone(),
            accesses: 0,
        };
        let mut attempt = 0;
        loop {
            attempt += 1;
            std::thread::sleep(SILENCE);
            uart.line
                .clear(ClearBuffer::Input)
                .map_err(|why| uart.broken(&why.to_string()))?;
            match uart.frame_read(map::ID, 1) {
                Ok(words) => return Ok((uart, words.first().copied().unwrap_or_default())),
                Err(error) if attempt == ATTEMPTS => return Err(error),
                Err(_) => {}
            }
        }
    }

    /// The error of the line.
    fn broken(&self, why: &str) -> RegError {
        RegError::Link(format!("{}: {why}", self.port))
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), RegError> {
        self.line
            .write_all(bytes)
            .and_then(|()| self.line.flush())
            .map_err(|why| self.broken(&format!("cannot send: {why}")))
    }

    /// Reads `count` words from `address` on.
    fn frame_read(&mut self, address: u16, count: usize) -> Result<Vec<u32>, RegError> {
        let frame = header(READ, address, count);
        self.send(&frame)?;
        self.words(count)
    }

    /// Words of an answer.
    fn words(&mut self, count: usize) -> Result<Vec<u32>, RegError> {
        let mut bytes = vec![0; 4 * count];
        self.line
            .read_exact(&mut bytes)
            .map_err(|why| match why.kind() {
                ErrorKind::TimedOut => self.broken(&format!(
                    "no answer within {} ms. Is the board configured with this design, and {} its baud rate?",
                    ANSWER.as_millis(),
                    self.port.baud
                )),
                _ => self.broken(&format!("cannot receive: {why}")),
            })?;
        let words = bytes
            .chunks_exact(4)
            .filter_map(|word| word.try_into().ok());
        Ok(words.map(u32::from_be_bytes).collect())
    }

    /// Fails as the first access did that has failed since this was last asked. `last` goes out before.
    fn check(&mut self, mut last: Vec<u8>) -> Result<(), RegError> {
        last.extend(header(READ, map::BUS_ERROR, 1));
        self.send(&last)?;
        let errors = self.words(1)?.into_iter().next().unwrap_or_default();
        if errors & 0xff == 0 {
            return Ok(());
        }
        let mut clear = header(WRITE, map::BUS_ERROR, 1);
        clear.extend([0; 4]);
        self.send(&clear)?;
        Err(RegError::Bus {
            dir: if errors >> 8 & 1 == 1 {
                "write"
            } else {
                "read"
            },
            offset: u64::from(errors >> 16),
            resp: (errors >> 9 & 3) as u8,
        })
    }
}

/// Command, length, address in words.
fn header(command: u8, address: u16, count: usize) -> Vec<u8> {
    let mut bytes = vec![command, count as u8];
    bytes.extend(u32::from(address / 4).to_be_bytes());
    bytes
}

/// Whether `next` can be in a frame with `word`, right behind it.
fn neighbours(word: &BusWord, next: &BusWord) -> bool {
    word.address.checked_add(4) == Some(next.address)
}

impl Transport for Uartbone {
    fn now(&self) -> u64 {
        self.accesses
    }

    fn write(&mut self, words: &[BusWord]) -> Result<u64, RegError> {
        let mut bytes = Vec::new();
        for run in words.chunk_by(neighbours).flat_map(|run| run.chunks(FRAME)) {
            let Some(first) = run.first() else { continue };
            bytes.extend(header(WRITE, first.address, run.len()));
            bytes.extend(run.iter().flat_map(|word| word.data.to_be_bytes()));
        }
        self.accesses += words.len() as u64;
        self.check(bytes)?;
        Ok(self.accesses)
    }

    fn read(&mut self, words: &mut [BusWord], mask: u32, _: u64) -> Result<u64, RegError> {
        let start = Instant::now();
        let mut first = true;
        for run in words.chunk_by_mut(neighbours) {
            for run in run.chunks_mut(FRAME) {
                let Some(address) = run.first().map(|word| word.address) else {
                    continue;
                };
                loop {
                    let data = self.frame_read(address, run.len())?;
                    self.accesses += run.len() as u64;
                    for (word, data) in run.iter_mut().zip(data) {
                        word.data = data;
                    }
                    if !first || run.first().is_none_or(|word| word.data & mask == 0) {
                        break;
                    }
                    if start.elapsed() > BUSY {
                        return Err(self.broken(&format!(
                            "register offset {address:#x} has had bits {mask:#x} set for {} s; the device hangs",
                            BUSY.as_secs()
                        )));
                    }
                }
                first = false;
            }
        }
        self.check(Vec::new())?;
        Ok(self.accesses)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_what_litex_sends() {
        // comm_uart.py: command, length, address // 4 in four bytes, big endian.
        assert_eq!(header(READ, 0x40c, 1), [2, 1, 0, 0, 1, 3]);
        assert_eq!(header(WRITE, 0x8000, 255), [1, 255, 0, 0, 0x20, 0]);
    }

    #[test]
    fn neighbours_share_a_frame() {
        let word = |address| BusWord { data: 0, address };
        let list = [0x20, 0x24, 0x28, 0x3c, 0x38, 0x20].map(word);
        let runs: Vec<_> = list.chunk_by(neighbours).map(<[_]>::len).collect();
        assert_eq!(runs, [3, 1, 1, 1]);
    }
}
