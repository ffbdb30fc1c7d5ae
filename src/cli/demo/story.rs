// SPDX-License-Identifier: Apache-2.0
//! The reset story, carried out on a device: what is mapped, what a device reset does to it, what user space can do
//! afterwards, and what release leaves behind. semantics.md section F of the recordings tells it for every policy;
//! this is Linux 6.12's, with IOTLB_PERSIST acknowledged (row 1) and not (row 3).

use crate::cosim::dma;
use crate::regif::{Access, Fault, Mode, RegIf};
use crate::vdpa::errno::answer;
use crate::vdpa::mm::{Mm, MmId, Region};
use crate::vdpa::uapi::{Envelope, IotlbMsg, Kind, encode};
use crate::vdpa::{
    DeviceError, Errno, Error, Features, Kernel, Mapping, OnChip, Profile, VhostVdpa, Written,
};

/// A buffer of the program, mapped at an IOVA of its own.
#[derive(Clone, Copy, Debug)]
struct Buffer {
    name: &'static str,
    iova: u64,
    size: u64,
    va: u64,
    pa: u64,
}

const A: Buffer = Buffer {
    name: "A",
    iova: 0x1_0000,
    size: 0x2000,
    va: 0x5000_0000_0000,
    pa: 0x20_0000_0000,
};
const B: Buffer = Buffer {
    name: "B",
    iova: 0x2_0000,
    size: 0x1000,
    va: 0x5100_0000_0000,
    pa: 0x21_0000_0000,
};
const C: Buffer = Buffer {
    name: "C",
    iova: 0x3_0000,
    size: 0x1000,
    va: 0x5200_0000_0000,
    pa: 0x22_0000_0000,
};
const BUFFERS: [Buffer; 3] = [A, B, C];

/// The group of the data virtqueues.
const GROUP: u8 = 0;
/// Bytes of the access that shows where DMA lands.
const ACCESS: u64 = 64;
/// ACKNOWLEDGE, DRIVER, FEATURES_OK, DRIVER_OK.
const DRIVER_OK: u8 = 0xf;

/// One step, and what holds after it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// What was done.
    pub what: String,
    /// What it returned: "OK", or an error, with the one inside where they differ.
    pub result: String,
    /// vhost's table of AS 0.
    pub s: String,
    /// The device's table of AS 0.
    pub d: String,
    /// Where a DMA read at A's IOVA lands.
    pub dma: String,
}

/// All steps with one parent and one choice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Story {
    /// Style of the parent.
    pub mapping: Mapping,
    /// IOTLB_PERSIST was acknowledged.
    pub persist: bool,
    /// What happened.
    pub steps: Vec<Step>,
}

/// Tells the story on a device that has just been powered on, which comes back.
///
/// # Errors
/// If the device is out of order.
pub fn tell<R: RegIf>(dev: R, mapping: Mapping, persist: bool) -> Result<(Story, R), DeviceError> {
    let profile = Profile::new(Kernel::V6_12, mapping);
    let regions = BUFFERS.map(|b| Region::new(b.name, b.va, b.size, b.pa));
    let mut teller = Teller {
        vdpa: VhostVdpa::new(OnChip::new(dev, profile, None)?, &profile),
        mm: Mm::new(MmId(1), regions.to_vec()),
        steps: Vec::new(),
    };
    let offered = teller.vdpa.get_backend_features();
    let acked = match persist {
        true => offered,
        false => Features(offered.0 & !Features::IOTLB_PERSIST.0),
    };
    teller.note("vdpa dev add", "OK".to_owned())?;
    teller.call("open", |vdpa, _| vdpa.open())?;
    let setup = |vdpa: &mut VhostVdpa<_>, mm: &mut Mm| {
        vdpa.set_owner(mm)?;
        vdpa.set_backend_features(acked)
    };
    teller.call(&format!("owner, features {:#x}", acked.0), setup)?;
    teller.update(A)?;
    teller.update(B)?;
    teller.call("DRIVER_OK", |vdpa, _| vdpa.set_status(DRIVER_OK))?;
    teller.call("DEVICE RESET", |vdpa, _| vdpa.set_status(0))?;
    teller.update(A)?;
    teller.update(C)?;
    teller.write("INVALIDATE A", Kind::Invalidate, A)?;
    teller.update(A)?;
    teller.call("release", |vdpa, mm| vdpa.release(mm))?;
    teller.call("open again", |vdpa, _| vdpa.open())?;
    let story = Story {
        mapping,
        persist,
        steps: teller.steps,
    };
    Ok((story, teller.vdpa.into_parent().into_device()))
}

struct Teller<R> {
    vdpa: VhostVdpa<OnChip<R>>,
    mm: Mm,
    steps: Vec<Step>,
}

impl<R: RegIf> Teller<R> {
    fn call(
        &mut self,
        what: &str,
        body: impl FnOnce(&mut VhostVdpa<OnChip<R>>, &mut Mm) -> Result<(), Error>,
    ) -> Result<(), DeviceError> {
        let result = answer(body(&mut self.vdpa, &mut self.mm))?;
        self.note(what, Errno::label(&result).to_owned())
    }

    fn update(&mut self, buffer: Buffer) -> Result<(), DeviceError> {
        self.write(&format!("UPDATE {}", buffer.name), Kind::Update, buffer)
    }

    fn write(&mut self, what: &str, kind: Kind, buffer: Buffer) -> Result<(), DeviceError> {
        let msg = IotlbMsg {
            iova: buffer.iova,
            size: buffer.size,
            uaddr: if kind == Kind::Update { buffer.va } else { 0 },
            perm: if kind == Kind::Update { 3 } else { 0 },
            kind,
        };
        let bytes = encode(Envelope::V2 { asid: 0 }, &msg);
        let Written { ret, kret } = self.vdpa.write(&mut self.mm, &bytes)?;
        let result = match (&ret, kret) {
            (Err(errno), Some(Err(inside))) => format!("{errno} ({inside})"),
            _ => Errno::label(&ret).to_owned(),
        };
        self.note(what, result)
    }

    fn note(&mut self, what: &str, result: String) -> Result<(), DeviceError> {
        let s = match self.vdpa.spaces().find(|(asid, _)| *asid == 0) {
            Some((_, iotlb)) => names(iotlb.iter().map(|map| map.addr)),
            None => "-".to_owned(),
        };
        let dev = self.vdpa.parent_mut().device();
        let space = dev.address_space(0)?;
        let d = match space.mode {
            Mode::Identity => "1:1".to_owned(),
            Mode::Blocked => "blocked".to_owned(),
            Mode::Mapped => names(space.entries.iter().map(|entry| entry.pa)),
        };
        let dma = match dma::access(dev, GROUP, A.iova, ACCESS, Access::Read)? {
            Ok(pieces) => pieces
                .first()
                .map_or_else(String::new, |piece| landing(piece.pa)),
            Err(Fault::NoMapping) => "fault: no mapping".to_owned(),
            Err(fault) => format!("fault: {fault:?}"),
        };
        self.steps.push(Step {
            what: what.to_owned(),
            result,
            s,
            d,
            dma,
        });
        Ok(())
    }
}

fn buffer_at(address: u64) -> Option<&'static str> {
    let inside = |b: &&Buffer| (b.pa..b.pa + b.size).contains(&address);
    BUFFERS.iter().find(inside).map(|b| b.name)
}

fn names(addresses: impl Iterator<Item = u64>) -> String {
    let names: Vec<_> = addresses
        .map(|address| buffer_at(address).unwrap_or("?"))
        .collect();
    match names.is_empty() {
        true => "empty".to_owned(),
        false => names.join(" "),
    }
}

fn landing(pa: u64) -> String {
    match buffer_at(pa) {
        Some(name) => format!("in {name}"),
        None => format!("at physical {pa:#x}"),
    }
}
