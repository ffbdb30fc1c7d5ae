// SPDX-License-Identifier: Apache-2.0
//! The AXI4-Lite bus of a simulated device, as the register I/O of the generated map.
//!
//! `bus.map().status().try_read()` is one AXI4-Lite read. The map wants its I/O by `&self`, hence the `RefCell`.
// The two trait functions and the start of the map are `unsafe` for the sake of memory-mapped registers; nothing here
// follows a pointer.
#![allow(unsafe_code)]

use std::cell::{RefCell, RefMut};
use std::ptr;

use peakrdl_rust::io::RawRegisterIO;
use peakrdl_rust::reg::RegInt;

use super::ffi::{BusReply, Model};
use super::regs::Iommu;
use crate::regif::RegError;

/// Clocks that an AXI4-Lite transaction may take. The register block answers within five.
const BUS_CLOCKS: u64 = 1000;

/// One simulated device, seen as a register bus.
pub struct Bus(RefCell<Model>);

impl Bus {
    /// The bus of `model`.
    pub fn new(model: Model) -> Self {
        Self(RefCell::new(model))
    }

    /// The generated register map over this bus.
    pub fn map(&self) -> Iommu<'_, Self> {
        // SAFETY: the map computes pointers from this one and hands them to `try_read` and `try_write` below, which
        // take them for offsets.
        unsafe { Iommu::from_ptr_with(ptr::null_mut(), self) }
    }

    /// The device behind the bus. Not to be held across another call to the bus.
    pub fn model(&self) -> RefMut<'_, Model> {
        self.0.borrow_mut()
    }

    /// Reads 32 bits at byte `offset`.
    pub fn read(&self, offset: u16) -> Result<u32, RegError> {
        let reply = self.model().axil_read(offset, BUS_CLOCKS)?;
        answered("read", offset, reply, BUS_CLOCKS).map(|()| reply.data)
    }

    /// Writes 32 bits at byte `offset`.
    pub fn write(&self, offset: u16, value: u32) -> Result<(), RegError> {
        let reply = self.model().axil_write(offset, value, BUS_CLOCKS)?;
        answered("write", offset, reply, BUS_CLOCKS)
    }

    /// Reads at byte `offset` until the bits of `mask` are as in `want`; `max_clocks` bounds it.
    pub fn poll(&self, offset: u16, mask: u32, want: u32, max_clocks: u64) -> Result<(), RegError> {
        let reply = self.model().axil_poll(offset, mask, want, max_clocks)?;
        answered("poll", offset, reply, max_clocks)
    }
}

/// Names the failure of a transaction.
fn answered(dir: &'static str, offset: u16, reply: BusReply, clocks: u64) -> Result<(), RegError> {
    if reply.timed_out {
        return Err(RegError::Timeout {
            what: format!("AXI4-Lite {dir} of register offset {offset:#x}"),
            clocks,
        });
    }
    match reply.resp {
        0 => Ok(()),
        resp => Err(RegError::Bus {
            dir,
            offset: u64::from(offset),
            resp,
        }),
    }
}

impl RawRegisterIO for Bus {
    type Error = RegError;

    unsafe fn try_read<T: RegInt>(&self, ptr: *const T) -> Result<T, RegError> {
        let word = self.read(offset_of(ptr)?)?;
        T::from(word).ok_or_else(|| not_a_word(ptr))
    }

    unsafe fn try_write<T: RegInt>(&self, ptr: *mut T, value: T) -> Result<(), RegError> {
        let word = value.to_u32().ok_or_else(|| not_a_word(ptr))?;
        self.write(offset_of(ptr)?, word)
    }
}

/// The register offset that the generated map has made into a pointer.
fn offset_of<T>(ptr: *const T) -> Result<u16, RegError> {
    if size_of::<T>() != size_of::<u32>() {
        return Err(not_a_word(ptr));
    }
    u16::try_from(ptr.addr()).map_err(|_| not_a_word(ptr))
}

fn not_a_word<T>(ptr: *const T) -> RegError {
    RegError::Protocol(format!(
        "an access of {} bytes at register offset {:#x}; the bus takes 32 bits at offsets of 16 bits",
        size_of::<T>(),
        ptr.addr()
    ))
}
