// SPDX-License-Identifier: Apache-2.0
//! A bus to the registers of a device, as the register I/O of the generated map.
//!
//! `bus.map().status().try_read()` is one access. A driver that knows what it wants next puts it on a list,
//! [`Words`]: the simulated AXI4-Lite bus overlaps the accesses of a list, one a clock instead of one every three, and a
//! UART sends neighbours in one frame. What carries the accesses is a [`Transport`].
//!
//! The map wants its I/O by `&self`, hence the `RefCell`s.
// The two trait functions and the start of the map are `unsafe` for the sake of memory-mapped registers; nothing here
// follows a pointer.
#![allow(unsafe_code)]

use std::cell::{RefCell, RefMut};
use std::ptr;

use peakrdl_rust::io::{RawRegisterIO, RegisterIO};
use peakrdl_rust::reg::{Reg, RegInt, Register};

use super::ffi::{BusReply, BusWord, Model};
use super::regs::Iommu;
use crate::regif::RegError;

/// Clocks that an AXI4-Lite access may take. The register block answers within five.
const BUS_CLOCKS: u64 = 1000;

/// What carries register accesses to a device.
pub trait Transport {
    /// A number that grows with everything that can have changed the device: its clock, if the driver sees it, or the
    /// accesses made.
    fn now(&self) -> u64;

    /// Writes all of `words`, in order. Returns [`now`](Self::now) of the last of them.
    fn write(&mut self, words: &[BusWord]) -> Result<u64, RegError>;

    /// Reads all of `words`, in order, over and over until the bits of `mask` are 0 in the first of them; then the
    /// others have been read after it. `patience` bounds it, in the device's clocks, where the transport knows them.
    /// Returns [`now`](Self::now) of that first word.
    fn read(&mut self, words: &mut [BusWord], mask: u32, patience: u64) -> Result<u64, RegError>;
}

/// One device, seen as a register bus.
pub struct Bus<T>(RefCell<T>);

impl<T: Transport> Bus<T> {
    /// A bus over `transport`.
    pub fn new(transport: T) -> Self {
        Self(RefCell::new(transport))
    }

    /// The generated register map over this bus.
    pub fn map(&self) -> Iommu<'_, Self> {
        // SAFETY: the map computes pointers from this one and hands them to `try_read` and `try_write` below, which
        // take them for offsets.
        unsafe { Iommu::from_ptr_with(ptr::null_mut(), self) }
    }

    /// What carries the accesses. Not to be held across another call to the bus.
    pub fn transport(&self) -> RefMut<'_, T> {
        self.0.borrow_mut()
    }

    /// [`Transport::now`].
    pub fn now(&self) -> u64 {
        self.0.borrow().now()
    }

    /// Reads 32 bits at byte `offset`.
    pub fn read(&self, offset: u16) -> Result<u32, RegError> {
        let mut word = [BusWord {
            data: 0,
            address: offset,
        }];
        self.transport().read(&mut word, 0, BUS_CLOCKS)?;
        Ok(word[0].data)
    }

    /// Writes 32 bits at byte `offset`.
    pub fn write(&self, offset: u16, value: u32) -> Result<(), RegError> {
        let word = [BusWord {
            data: value,
            address: offset,
        }];
        self.transport().write(&word).map(drop)
    }

    /// Reads all of `words`, in order, wherever they are.
    pub fn read_words(&self, words: &mut [BusWord]) -> Result<(), RegError> {
        let clocks = BUS_CLOCKS * words.len() as u64;
        self.transport().read(words, 0, clocks).map(drop)
    }

    /// Writes all of `words`, in order. Returns the time after the edge that took the last from the bus.
    pub fn write_all(&self, words: &[BusWord]) -> Result<u64, RegError> {
        self.transport().write(words)
    }

    /// Reads all of `words`, in order.
    pub fn read_all(&self, words: &mut Words) -> Result<(), RegError> {
        let clocks = BUS_CLOCKS * words.0.get_mut().len() as u64;
        self.read_when_clear(words, 0, clocks).map(drop)
    }

    /// [`Transport::read`].
    pub fn read_when_clear(
        &self,
        words: &mut Words,
        mask: u32,
        patience: u64,
    ) -> Result<u64, RegError> {
        self.transport().read(words.0.get_mut(), mask, patience)
    }
}

/// A simulated device, whose accesses take clocks of its own.
impl Transport for Model {
    fn now(&self) -> u64 {
        self.clocks()
    }

    fn write(&mut self, words: &[BusWord]) -> Result<u64, RegError> {
        let clocks = BUS_CLOCKS * words.len() as u64;
        let reply = self.axil_write(words, clocks)?;
        answered("write", words, reply, clocks).map(|()| reply.at)
    }

    fn read(&mut self, words: &mut [BusWord], mask: u32, patience: u64) -> Result<u64, RegError> {
        let reply = self.axil_read(words, mask, 0, patience)?;
        answered("read", words, reply, patience).map(|()| reply.at)
    }
}

/// Names the failure of an access in a list.
fn answered(
    dir: &'static str,
    words: &[BusWord],
    reply: BusReply,
    clocks: u64,
) -> Result<(), RegError> {
    let Some(failed) = words.get(reply.done as usize) else {
        return Ok(());
    };
    if reply.timed_out {
        return Err(RegError::Timeout {
            what: format!("AXI4-Lite {dir} of register offset {:#x}", failed.address),
            clocks,
        });
    }
    Err(RegError::Bus {
        dir,
        offset: u64::from(failed.address),
        resp: reply.resp,
    })
}

impl<T: Transport> RawRegisterIO for Bus<T> {
    type Error = RegError;

    unsafe fn try_read<R: RegInt>(&self, ptr: *const R) -> Result<R, RegError> {
        let word = self.read(offset_of(ptr)?)?;
        R::from(word).ok_or_else(|| not_a_word(ptr))
    }

    unsafe fn try_write<R: RegInt>(&self, ptr: *mut R, value: R) -> Result<(), RegError> {
        let word = value.to_u32().ok_or_else(|| not_a_word(ptr))?;
        self.write(offset_of(ptr)?, word)
    }
}

/// A list of register accesses.
///
/// It is register I/O itself: a write through [`map`](Self::map) goes to the end of the list, and a read returns what
/// the list holds. So to write, fill it and give it to [`Bus::write_all`]; to read, [`ask`](Self::ask) for registers,
/// give it to [`Bus::read_when_clear`], and read them from its map.
#[derive(Default)]
pub struct Words(RefCell<Vec<BusWord>>);

impl Words {
    /// The generated register map over this list.
    pub fn map(&self) -> Iommu<'_, Self> {
        // SAFETY: as for the bus.
        unsafe { Iommu::from_ptr_with(ptr::null_mut(), self) }
    }

    /// Adds `register`, to be read: all of it, if it is wider than the bus.
    #[must_use]
    pub fn ask<R: Register, IO: RegisterIO>(mut self, register: Reg<'_, R, IO>) -> Self {
        let words = size_of::<R::Regwidth>() / size_of::<u32>();
        let first = register.as_ptr().addr();
        self.0.get_mut().extend((0..words).map(|word| BusWord {
            data: 0,
            address: (first + word * size_of::<u32>()) as u16,
        }));
        self
    }

    /// What is on the list.
    pub fn into_vec(self) -> Vec<BusWord> {
        self.0.into_inner()
    }
}

impl RawRegisterIO for Words {
    type Error = RegError;

    unsafe fn try_read<T: RegInt>(&self, ptr: *const T) -> Result<T, RegError> {
        let offset = offset_of(ptr)?;
        let words = self.0.borrow();
        let found = words.iter().find(|word| word.address == offset);
        let word = found.ok_or_else(|| {
            RegError::Protocol(format!(
                "register offset {offset:#x} was not on the list that was read"
            ))
        })?;
        T::from(word.data).ok_or_else(|| not_a_word(ptr))
    }

    unsafe fn try_write<T: RegInt>(&self, ptr: *mut T, value: T) -> Result<(), RegError> {
        let data = value.to_u32().ok_or_else(|| not_a_word(ptr))?;
        let address = offset_of(ptr)?;
        self.0.borrow_mut().push(BusWord { data, address });
        Ok(())
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
