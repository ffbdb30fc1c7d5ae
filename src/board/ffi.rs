// SPDX-License-Identifier: Apache-2.0
//! A simulated board: the C interface of `sim/board_bridge.h`, which declares the same, as a safe type.
#![allow(unsafe_code)]

use std::ffi::{CStr, c_char};
use std::ptr::NonNull;

use crate::dut::BoardBuild;
use crate::regif::RegError;

#[repr(C)]
struct Handle {
    _opaque: [u8; 0],
}

unsafe extern "C" {
    fn persimmon_board_new(number: usize, seed: u32) -> *mut Handle;
    fn persimmon_board_delete(handle: *mut Handle);
    fn persimmon_board_error(handle: *const Handle) -> *const c_char;
    fn persimmon_board_clocks(handle: *const Handle) -> u64;
    fn persimmon_board_leds(handle: *const Handle) -> u8;
    fn persimmon_board_step(handle: *mut Handle, clocks: u64) -> bool;
    fn persimmon_board_send(handle: *mut Handle, bytes: *const u8, count: usize) -> bool;
    fn persimmon_board_unsent(handle: *const Handle) -> usize;
    fn persimmon_board_take(handle: *mut Handle, to: *mut u8, count: usize) -> usize;
    fn persimmon_board_set_bug(handle: *mut Handle, number: u8) -> bool;
}

/// A simulated board: a UART line and eight LEDs.
pub struct Simulated(NonNull<Handle>);

// SAFETY: as for `dut::ffi::Model`: the handle owns its simulation, which is not tied to a thread.
unsafe impl Send for Simulated {}

// SAFETY of every call below: the pointer comes from persimmon_board_new and lives until drop; `&mut self` makes each
// call the only one; buffers are passed with their lengths, and are not kept.
impl Simulated {
    /// Powers on a board. Its memories and registers start as garbage, the same for the same `seed`.
    ///
    /// # Errors
    /// If the design stops.
    pub fn new(build: BoardBuild, seed: u32) -> Result<Self, RegError> {
        let handle = unsafe { persimmon_board_new(build as usize, seed) };
        let handle = NonNull::new(handle)
            .ok_or_else(|| RegError::Protocol("no memory for a simulation".to_owned()))?;
        let mut board = Self(handle);
        board.step(0)?;
        Ok(board)
    }

    /// Rising edges of the clock since power-on.
    #[must_use]
    pub fn clocks(&self) -> u64 {
        unsafe { persimmon_board_clocks(self.0.as_ptr()) }
    }

    /// The LEDs, a bit each: 1 is on.
    #[must_use]
    pub fn leds(&self) -> u8 {
        unsafe { persimmon_board_leds(self.0.as_ptr()) }
    }

    /// Lets clocks pass.
    ///
    /// # Errors
    /// If the design stops.
    pub fn step(&mut self, clocks: u64) -> Result<(), RegError> {
        let ok = unsafe { persimmon_board_step(self.0.as_ptr(), clocks) };
        self.unless(ok)
    }

    /// Queues bytes for the line to the board.
    ///
    /// # Errors
    /// If the board never came to life.
    pub fn send(&mut self, bytes: &[u8]) -> Result<(), RegError> {
        let ok = unsafe { persimmon_board_send(self.0.as_ptr(), bytes.as_ptr(), bytes.len()) };
        self.unless(ok)
    }

    /// Bytes that have not gone out.
    #[must_use]
    pub fn unsent(&self) -> usize {
        unsafe { persimmon_board_unsent(self.0.as_ptr()) }
    }

    /// Takes what has come from the board, up to the length of `to`. Returns how many bytes that are.
    pub fn take(&mut self, to: &mut [u8]) -> usize {
        unsafe { persimmon_board_take(self.0.as_ptr(), to.as_mut_ptr(), to.len()) }
    }

    /// Selects a deliberate bug of the RTL; 0 for none.
    ///
    /// # Errors
    /// If this build has none.
    pub fn set_bug(&mut self, number: u8) -> Result<(), RegError> {
        let ok = unsafe { persimmon_board_set_bug(self.0.as_ptr(), number) };
        self.unless(ok)
    }

    fn unless(&self, ok: bool) -> Result<(), RegError> {
        if ok {
            return Ok(());
        }
        let text = unsafe { CStr::from_ptr(persimmon_board_error(self.0.as_ptr())) };
        Err(RegError::Protocol(format!(
            "the RTL stopped: {}",
            text.to_string_lossy()
        )))
    }
}

impl Drop for Simulated {
    fn drop(&mut self) {
        unsafe { persimmon_board_delete(self.0.as_ptr()) };
    }
}
