// SPDX-License-Identifier: Apache-2.0
//! The C interface of `sim/` as a safe type: all the `unsafe` of this crate, outside generated code. Only
//! [`super::bus`] and [`super`] use it.
//!
//! `sim/bridge.h` declares the same, and says what the fields and functions mean. [`Model`] owns what the functions
//! work on, from [`Model::new`] to drop, and nothing else ever holds the pointer.
#![allow(unsafe_code)]

pub mod axi;

use std::ffi::{CStr, CString, c_char};
use std::path::Path;
use std::ptr::NonNull;

use crate::regif::RegError;

// The run-time library of the waveforms needs these two C libraries and nothing of their Rust side.
#[cfg(feature = "wave")]
use {libz_sys as _, lz4_sys as _};

/// One register access.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
#[repr(C)]
pub struct BusWord {
    /// What is written, or was read.
    pub data: u32,
    /// In bytes.
    pub address: u16,
}

/// How a list of AXI4-Lite accesses ended.
#[derive(Clone, Copy, Default, Debug)]
#[repr(C)]
pub struct BusReply {
    /// A clock count; [`Model::axil_read`] and [`Model::axil_write`] say of what.
    pub at: u64,
    /// Accesses answered with OKAY, up to the first that was not.
    pub done: u32,
    /// RRESP or BRESP of access number `done`; 0 if there was no such.
    pub resp: u8,
    /// Access number `done` was not answered in time, or, if it was to be repeated, never as wanted.
    pub timed_out: bool,
}

/// One request for the translation port.
#[derive(Clone, Copy, Default, Debug)]
#[repr(C)]
pub struct PortRequest {
    /// Comes back in the response.
    pub id: u64,
    /// First byte.
    pub iova: u64,
    /// Clocks from the response to its release; negative: the caller releases.
    pub release_after: i64,
    /// Clocks without a request before this one is offered.
    pub gap: u32,
    /// Bytes, minus one.
    pub len_m1: u16,
    /// Virtqueue group.
    pub group: u8,
    /// The device writes.
    pub write: bool,
}

/// What is released.
#[derive(Clone, Copy, Default, Debug)]
#[repr(C)]
pub struct PortTag {
    /// Something waits for it.
    pub tracked: bool,
    /// Address space that it was counted in.
    pub asid: u8,
    /// Epoch that it was counted in.
    pub epoch: bool,
}

/// One response, with the numbers of the rising edges at which things happened.
#[derive(Clone, Copy, Default, Debug)]
#[repr(C)]
pub struct PortResponse {
    /// That of the request.
    pub id: u64,
    /// First edge with `req_valid_i`.
    pub offered: u64,
    /// Edge with `req_valid_i` and `req_ready_o`.
    pub accepted: u64,
    /// Edge with `rsp_valid_o`.
    pub answered: u64,
    /// Physical address.
    pub pa: u64,
    /// Last byte of the entry.
    pub map_last: u64,
    /// COMMIT_SEQ at acceptance.
    pub commit_seq: u32,
    /// 0, or why there is no address.
    pub fault: u8,
    /// What to release.
    pub tag: PortTag,
}

// As in bridge.h.
const _: () = assert!(size_of::<BusWord>() == 8);
const _: () = assert!(size_of::<BusReply>() == 16);
const _: () = assert!(size_of::<PortRequest>() == 32);
const _: () = assert!(size_of::<PortTag>() == 3);
const _: () = assert!(size_of::<PortResponse>() == 56);

#[repr(C)]
struct Handle {
    _opaque: [u8; 0],
}

unsafe extern "C" {
    fn persimmon_new(variant: usize, seed: u32) -> *mut Handle;
    fn persimmon_delete(handle: *mut Handle);
    fn persimmon_error(handle: *const Handle) -> *const c_char;
    fn persimmon_clocks(handle: *const Handle) -> u64;
    fn persimmon_irq(handle: *const Handle) -> bool;
    fn persimmon_step(handle: *mut Handle, clocks: u64) -> bool;
    fn persimmon_axil_read(
        handle: *mut Handle,
        words: *mut BusWord,
        count: usize,
        mask: u32,
        want: u32,
        max_clocks: u64,
        reply: *mut BusReply,
    ) -> bool;
    fn persimmon_axil_write(
        handle: *mut Handle,
        words: *const BusWord,
        count: usize,
        max_clocks: u64,
        reply: *mut BusReply,
    ) -> bool;
    fn persimmon_queue_requests(
        handle: *mut Handle,
        requests: *const PortRequest,
        count: usize,
    ) -> bool;
    fn persimmon_run_requests(handle: *mut Handle, max_clocks: u64, finished: *mut bool) -> bool;
    fn persimmon_pending_requests(handle: *const Handle) -> usize;
    fn persimmon_waiting_responses(handle: *const Handle) -> usize;
    fn persimmon_take_responses(handle: *mut Handle, to: *mut PortResponse, count: usize);
    fn persimmon_release(handle: *mut Handle, tag: *const PortTag) -> bool;
    fn persimmon_device_reset_after(handle: *mut Handle, wait: u64, devices: u8, clean: u8)
    -> bool;
    fn persimmon_reset(handle: *mut Handle) -> bool;
    fn persimmon_set_bug(handle: *mut Handle, number: u8) -> bool;
    fn persimmon_open_wave(handle: *mut Handle, path: *const c_char) -> bool;
    fn persimmon_close_wave(handle: *mut Handle);
}

/// One simulated device.
pub struct Model(NonNull<Handle>);

// SAFETY: the handle owns its simulation and everything below it, and nothing there is tied to the thread that made it:
// the one thread-local of sim/, the failure that is being recorded, is set and cleared within each call.
unsafe impl Send for Model {}

// SAFETY of every call below: the pointer comes from persimmon_new and lives until drop; `&mut self` makes each call
// the only one; pointers that are passed are to live values of the declared type, and are not kept.
impl Model {
    /// Powers on build number `variant` of `build/variants.rs`.
    pub fn new(variant: usize, seed: u32) -> Result<Self, RegError> {
        let handle = unsafe { persimmon_new(variant, seed) };
        let handle = NonNull::new(handle)
            .ok_or_else(|| RegError::Protocol("no memory for a simulation".to_owned()))?;
        let mut model = Self(handle);
        model.step(0)?;
        Ok(model)
    }

    /// Rising edges of the clock since power-on.
    pub fn clocks(&self) -> u64 {
        unsafe { persimmon_clocks(self.0.as_ptr()) }
    }

    /// The interrupt line just before the last of them.
    pub fn irq(&self) -> bool {
        unsafe { persimmon_irq(self.0.as_ptr()) }
    }

    /// Lets clocks pass.
    pub fn step(&mut self, clocks: u64) -> Result<(), RegError> {
        let ok = unsafe { persimmon_step(self.0.as_ptr(), clocks) };
        self.stopped_unless(ok)
    }

    /// Reads `words` over AXI4-Lite, round after round, until the first of a round comes with the bits of `mask` as in
    /// `want`; the others of that round are read after it. The reads of a round overlap. `at` of the reply is
    /// [`clocks`](Self::clocks) after the edge that brought that first word.
    pub fn axil_read(
        &mut self,
        words: &mut [BusWord],
        mask: u32,
        want: u32,
        max_clocks: u64,
    ) -> Result<BusReply, RegError> {
        let mut reply = BusReply::default();
        let ok = unsafe {
            persimmon_axil_read(
                self.0.as_ptr(),
                words.as_mut_ptr(),
                words.len(),
                mask,
                want,
                max_clocks,
                &raw mut reply,
            )
        };
        self.stopped_unless(ok).map(|()| reply)
    }

    /// Writes `words` over AXI4-Lite, in order and overlapping. An error response does not keep those behind it from
    /// being written. `at` of the reply is [`clocks`](Self::clocks) after the edge that took the last of them from
    /// the bus; its answer comes later.
    pub fn axil_write(&mut self, words: &[BusWord], max_clocks: u64) -> Result<BusReply, RegError> {
        let mut reply = BusReply::default();
        let ok = unsafe {
            persimmon_axil_write(
                self.0.as_ptr(),
                words.as_ptr(),
                words.len(),
                max_clocks,
                &raw mut reply,
            )
        };
        self.stopped_unless(ok).map(|()| reply)
    }

    /// Queues requests for whatever clocks pass from now on.
    pub fn queue_requests(&mut self, requests: &[PortRequest]) -> Result<(), RegError> {
        let ok =
            unsafe { persimmon_queue_requests(self.0.as_ptr(), requests.as_ptr(), requests.len()) };
        self.stopped_unless(ok)
    }

    /// Lets clocks pass until every request is answered; false if `max_clocks` are not enough.
    pub fn run_requests(&mut self, max_clocks: u64) -> Result<bool, RegError> {
        let mut finished = false;
        let ok = unsafe { persimmon_run_requests(self.0.as_ptr(), max_clocks, &raw mut finished) };
        self.stopped_unless(ok).map(|()| finished)
    }

    /// Requests queued or in flight.
    pub fn pending_requests(&self) -> usize {
        unsafe { persimmon_pending_requests(self.0.as_ptr()) }
    }

    /// Takes the responses that have come, in the order they came.
    pub fn take_responses(&mut self) -> Vec<PortResponse> {
        let count = unsafe { persimmon_waiting_responses(self.0.as_ptr()) };
        let mut responses = vec![PortResponse::default(); count];
        unsafe { persimmon_take_responses(self.0.as_ptr(), responses.as_mut_ptr(), count) };
        responses
    }

    /// Drives one release for one clock.
    pub fn release(&mut self, tag: PortTag) -> Result<(), RegError> {
        let ok = unsafe { persimmon_release(self.0.as_ptr(), &raw const tag) };
        self.stopped_unless(ok)
    }

    /// Drives the device reset pins, a bit a device, in the one clock that begins after `wait` others.
    pub fn device_reset_after(
        &mut self,
        wait: u64,
        devices: u8,
        clean: u8,
    ) -> Result<(), RegError> {
        let ok = unsafe { persimmon_device_reset_after(self.0.as_ptr(), wait, devices, clean) };
        self.stopped_unless(ok)
    }

    /// Power-on reset of the device and everything around it; the bytes of memory stay.
    pub fn reset(&mut self) -> Result<(), RegError> {
        let ok = unsafe { persimmon_reset(self.0.as_ptr()) };
        self.stopped_unless(ok)
    }

    /// Selects a deliberate bug; the error says that there are none.
    pub fn set_bug(&mut self, number: u8) -> Result<(), String> {
        let ok = unsafe { persimmon_set_bug(self.0.as_ptr(), number) };
        if ok { Ok(()) } else { Err(self.error()) }
    }

    /// Writes a waveform from here on; the error says that this build cannot.
    pub fn open_wave(&mut self, path: &Path) -> Result<(), String> {
        let path = c_path(path)?;
        let ok = unsafe { persimmon_open_wave(self.0.as_ptr(), path.as_ptr()) };
        if ok { Ok(()) } else { Err(self.error()) }
    }

    /// Completes the waveform.
    pub fn close_wave(&mut self) {
        unsafe { persimmon_close_wave(self.0.as_ptr()) };
    }

    /// Functions that let clocks pass fail because the design has stopped, and for nothing else.
    fn stopped_unless(&self, ok: bool) -> Result<(), RegError> {
        if ok {
            return Ok(());
        }
        Err(RegError::Protocol(format!(
            "the RTL stopped: {}",
            self.error()
        )))
    }

    fn error(&self) -> String {
        let text = unsafe { CStr::from_ptr(persimmon_error(self.0.as_ptr())) };
        text.to_string_lossy().into_owned()
    }
}

impl Drop for Model {
    fn drop(&mut self) {
        unsafe { persimmon_delete(self.0.as_ptr()) };
    }
}

fn c_path(path: &Path) -> Result<CString, String> {
    CString::new(path.as_os_str().as_encoded_bytes())
        .map_err(|_| "a path cannot hold a zero byte".to_owned())
}
