// SPDX-License-Identifier: Apache-2.0
//! The register-level driver: commands, policies and reading back, on whatever carries register accesses.

use super::bus::{Bus, Transport};
use super::command::ClockUse;
use super::ffi::BusWord;
use super::glance::Glance;
use super::table::Table;
use crate::regif::{Capability, RegError};

/// ASCII 'PRSM', register ID.
pub(super) const ID: u32 = 0x5052_534d;
/// VERSION.major that this code speaks.
const MAJOR: u16 = 1;

/// The registers of one IOMMU, as a driver uses them. It is to be their only user: what it has written and read it
/// does not write and read again without a reason.
pub struct Registers<T> {
    pub(crate) bus: Bus<T>,
    pub(crate) capability: Capability,
    pub(super) latency: u8,
    /// Commands that may be posted at once.
    pub(super) batch: u8,
    /// RESULT.seq, while nobody else can have changed it.
    pub(super) result_seq: Option<u16>,
    /// Words that the ARG registers hold, while nobody else can have changed them: the device does not, and what they
    /// hold need not be written again.
    pub(super) arguments: Vec<BusWord>,
    pub(super) driver_clocks: ClockUse,
    /// The table as last read, while nothing that this type did can have changed it.
    pub(super) table: Option<Table>,
    pub(super) glance: Option<Glance>,
    /// The address space that the next READ asks for.
    pub(super) next_space: u8,
}

impl<T: Transport> Registers<T> {
    /// The driver of the device behind `transport`, which says itself what it was built with.
    pub fn new(transport: T) -> Result<Self, RegError> {
        let bus = Bus::new(transport);
        let map = bus.map();
        let (id, version) = (map.id().try_read()?.id(), map.version().try_read()?);
        if id != ID || version.major() != MAJOR {
            return Err(RegError::Protocol(format!(
                "register ID is {id:#x} and VERSION.major {}; this code speaks to {ID:#x}, version {MAJOR}",
                version.major()
            )));
        }
        let (table, space, width) = (
            map.cap_table().try_read()?,
            map.cap_space().try_read()?,
            map.cap_width().try_read()?,
        );
        let capability = Capability {
            entries: table.entries(),
            asids: space.asids(),
            groups: space.groups(),
            devices: space.devices(),
            iova_w: width.iova_w(),
            pa_w: width.pa_w(),
            granule_log2: width.granule_log2(),
        };
        let latency = table.latency();
        Ok(Self {
            bus,
            capability,
            latency,
            batch: width.batch(),
            result_seq: None,
            arguments: Vec::new(),
            driver_clocks: ClockUse::default(),
            table: None,
            glance: None,
            next_space: 0,
        })
    }

    /// What was known of the device may no longer hold.
    pub fn forget(&mut self) {
        self.result_seq = None;
        self.arguments.clear();
        self.table = None;
        self.glance = None;
    }
}
