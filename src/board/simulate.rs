// SPDX-License-Identifier: Apache-2.0
//! A simulated board at a pseudo-terminal: what opens the terminal finds a board there, as at a USB serial port.

use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use serialport::{SerialPort, TTYPort};

use super::ffi::Simulated;
use super::{BAUD, Port};
use crate::dut::BoardBuild;
use crate::regif::RegError;

/// Clocks between two looks at the terminal: a byte takes 40.
const SLICE: u64 = 40;
/// Clocks without a byte after which the simulation sleeps: much longer than any command or self-test.
const IDLE: u64 = 200_000;

/// Decides the garbage that memories and registers start with.
const SEED: u32 = 0x5eed;

/// The two ends of a pseudo-terminal.
///
/// # Errors
/// If there is none to be had.
pub fn line() -> Result<(TTYPort, TTYPort), RegError> {
    TTYPort::pair().map_err(|why| RegError::Link(format!("no pseudo-terminal: {why}")))
}

/// A simulated board, running in a thread of its own until it is dropped.
pub struct Simulation {
    port: Port,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<Result<(), RegError>>>,
}

struct Shared {
    stop: AtomicBool,
    leds: AtomicU8,
}

impl Simulation {
    /// Powers on a board, with a deliberate bug or 0, and finds a terminal for it.
    ///
    /// # Errors
    /// If there is no pseudo-terminal, or the design stops at once.
    pub fn start(build: BoardBuild, bug: u8) -> Result<Self, RegError> {
        let mut board = Simulated::new(build, SEED)?;
        board.set_bug(bug)?;
        let (mut near, far) = line()?;
        near.set_timeout(Duration::ZERO)
            .map_err(|why| RegError::Link(format!("no pseudo-terminal: {why}")))?;
        let path = far
            .name()
            .ok_or_else(|| RegError::Link("a pseudo-terminal without a name".to_owned()))?;
        // Not held open: a host that has asked to be the only one is so until the last one leaves.
        drop(far);
        let shared = Arc::new(Shared {
            stop: AtomicBool::new(false),
            leds: AtomicU8::new(board.leds()),
        });
        let its = Arc::clone(&shared);
        let thread = std::thread::spawn(move || run(&mut board, &mut near, &its));
        Ok(Self {
            port: Port { path, baud: BAUD },
            shared,
            thread: Some(thread),
        })
    }

    /// The terminal, to be opened like a serial port.
    #[must_use]
    pub fn port(&self) -> &Port {
        &self.port
    }

    /// The LEDs, a bit each.
    #[must_use]
    pub fn leds(&self) -> u8 {
        self.shared.leds.load(Ordering::Relaxed)
    }

    /// True until the simulation has ended by itself, which only an error makes it do.
    #[must_use]
    pub fn runs(&self) -> bool {
        self.thread
            .as_ref()
            .is_some_and(|thread| !thread.is_finished())
    }

    /// Ends the simulation and says how it went.
    ///
    /// # Errors
    /// If the design stopped, or the terminal broke.
    pub fn stop(mut self) -> Result<(), RegError> {
        self.shared.stop.store(true, Ordering::Relaxed);
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(result)) => result,
            _ => Err(RegError::Protocol("the simulation panicked".to_owned())),
        }
    }
}

impl Drop for Simulation {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // How it ended is for `stop` to say.
            drop(thread.join());
        }
    }
}

/// Carries bytes both ways and lets clocks pass between.
fn run(board: &mut Simulated, line: &mut TTYPort, shared: &Shared) -> Result<(), RegError> {
    let mut buffer = [0; 1024];
    let mut quiet = 0;
    while !shared.stop.load(Ordering::Relaxed) {
        if board.unsent() == 0 {
            // An error says that nothing has come, or that nobody is at the other end.
            let count = line.read(&mut buffer).unwrap_or(0);
            if count > 0 {
                quiet = 0;
                board.send(buffer.get(..count).unwrap_or_default())?;
            }
        }
        board.step(SLICE)?;
        shared.leds.store(board.leds(), Ordering::Relaxed);
        let count = board.take(&mut buffer);
        if count > 0 {
            quiet = 0;
            // What nobody waits for is lost, as on a cable.
            drop(line.write_all(buffer.get(..count).unwrap_or_default()));
        }
        quiet += SLICE;
        if quiet > IDLE {
            // Nothing is going on; time may pass more slowly.
            std::thread::sleep(Duration::from_millis(2));
        }
    }
    Ok(())
}
