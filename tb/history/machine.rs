// SPDX-License-Identifier: Apache-2.0
//! The machine that the tests run on: a process with a buffer, vhost-vdpa, a parent with probes on its operations, and
//! under it the golden model and the RTL in lockstep. Any answer in which those two differ fails the test there and
//! then.

use persimmon::cosim::{Lockstep, dma};
use persimmon::dut::{Dut, Variant};
use persimmon::golden::Device;
use persimmon::regif::{Access, AddressSpace, Fault, Mode, RegIf, Request};
use persimmon::vdpa::errno::answer;
use persimmon::vdpa::mm::Region;
use persimmon::vdpa::uapi::{Envelope, IotlbMsg, Kind, encode};
use persimmon::vdpa::{
    Errno, Features, Kcall, Kernel, Mapping, Mm, MmId, OnChip, ParentRules, Probed, Profile,
    VhostVdpa, Written,
};

/// Both styles of parent.
pub const PARENTS: [Mapping; 2] = [Mapping::SetMap, Mapping::DmaMap];
/// Every feature of Linux 6.12 but IOTLB_PERSIST.
pub const NO_PERSIST: u64 = 0x7e;
/// Every feature of Linux 6.12.
pub const PERSIST: u64 = 0x17e;
/// ACKNOWLEDGE, DRIVER, FEATURES_OK, DRIVER_OK.
pub const DRIVER_OK: u8 = 0xf;
/// The process.
pub const PROGRAM: MmId = MmId(1);
/// Where its buffer is.
pub const BUF: u64 = 0x5000_0000_0000;
/// Where the buffer's pages are, one after the other.
pub const PA: u64 = 0x20_0000_0000;
/// Bytes of the buffer, unless a test asks for another.
const BUF_SIZE: u64 = 0x20_0000;

type Pair = Lockstep<Device, Dut>;
type Sim = OnChip<Pair>;

/// An entry of D: first, last, physical address.
pub type Range = (u64, u64, u64);

/// See the module.
pub struct Machine {
    pub vdpa: VhostVdpa<Probed<Sim>>,
    pub mm: Mm,
}

/// `kernel` with a parent of style `mapping`.
pub fn profile(kernel: Kernel, mapping: Mapping) -> Profile {
    Profile::new(kernel, mapping)
}

/// Linux 6.12 with each parent that it has: vdpa_sim in both styles, and mlx5.
pub fn parents() -> [Profile; 3] {
    let mlx5 = Profile::with_parent(Kernel::V6_12.rules(), ParentRules::MLX5, Mapping::SetMap);
    let [set_map, dma_map] = PARENTS.map(|mapping| profile(Kernel::V6_12, mapping));
    [set_map, dma_map, mlx5]
}

/// A device that has just been powered on.
pub fn power_on(variant: Variant) -> Pair {
    let dut = Dut::new(variant).unwrap();
    Lockstep::new(Device::new(dut.capability()), dut)
}

impl Machine {
    /// Linux 6.12 on the small device, opened, owned, every feature acked.
    pub fn new(mapping: Mapping) -> Self {
        Self::on(profile(Kernel::V6_12, mapping))
    }

    /// As [`new`](Self::new), of any profile.
    pub fn on(profile: Profile) -> Self {
        Self::with(profile, BUF_SIZE)
    }

    /// As [`new`](Self::new), of any profile and with a buffer of `bytes`.
    pub fn with(profile: Profile, bytes: u64) -> Self {
        let mut machine = Self::closed(profile, bytes);
        machine.open();
        machine.ack(profile.rules.offered.0);
        machine.calls();
        machine
    }

    /// One that nobody has opened yet.
    pub fn closed(profile: Profile, bytes: u64) -> Self {
        let sim = OnChip::new(power_on(Variant::E64), profile, None).unwrap();
        Self {
            vdpa: VhostVdpa::new(Probed::new(sim), &profile),
            mm: Mm::new(PROGRAM, vec![Region::new("buf", BUF, bytes, PA)]),
        }
    }

    /// Opens and owns.
    pub fn open(&mut self) {
        self.vdpa.open().unwrap();
        self.vdpa.set_owner(&self.mm).unwrap();
    }

    /// Closes.
    pub fn close(&mut self) {
        self.vdpa.release(&mut self.mm).unwrap();
    }

    /// VHOST_SET_BACKEND_FEATURES.
    pub fn ack(&mut self, features: u64) {
        self.vdpa.set_backend_features(Features(features)).unwrap();
    }

    /// VHOST_VDPA_SET_STATUS.
    pub fn status(&mut self, status: u8) {
        self.vdpa.set_status(status).unwrap();
    }

    /// The device reset.
    pub fn reset(&mut self) {
        self.status(0);
    }

    /// VHOST_VDPA_SET_GROUP_ASID.
    pub fn group_asid(&mut self, group: u32, asid: u32) -> Result<(), Errno> {
        answer(self.vdpa.set_group_asid(PROGRAM, group, asid)).unwrap()
    }

    /// Writes a message; `offset` is of the buffer.
    pub fn write(
        &mut self,
        kind: Kind,
        asid: u32,
        iova: u64,
        size: u64,
        offset: u64,
        perm: u8,
    ) -> Written {
        let uaddr = BUF + offset;
        let msg = IotlbMsg {
            iova,
            size,
            uaddr,
            perm,
            kind,
        };
        let bytes = encode(Envelope::V2 { asid }, &msg);
        self.vdpa.write(&mut self.mm, &bytes).unwrap()
    }

    /// What the handler says to an UPDATE of AS 0 with `offset` of the buffer.
    pub fn map(&mut self, iova: u64, size: u64, offset: u64) -> Result<(), Errno> {
        self.map_in(0, iova, size, offset)
    }

    /// As [`map`](Self::map), of any address space.
    pub fn map_in(&mut self, asid: u32, iova: u64, size: u64, offset: u64) -> Result<(), Errno> {
        let written = self.write(Kind::Update, asid, iova, size, offset, 3);
        written.kret.expect("the message reaches the handler")
    }

    /// INVALIDATE of AS 0.
    pub fn unmap(&mut self, iova: u64, size: u64) -> Written {
        self.write(Kind::Invalidate, 0, iova, size, 0, 0)
    }

    /// BATCH_BEGIN of AS 0.
    pub fn begin(&mut self) -> Written {
        self.write(Kind::BatchBegin, 0, 0, 0, 0, 0)
    }

    /// BATCH_END of AS 0.
    pub fn end(&mut self) -> Written {
        self.write(Kind::BatchEnd, 0, 0, 0, 0, 0)
    }

    /// First and last of every entry of S; `None` if vhost has no such address space.
    pub fn s(&self, asid: u32) -> Option<Vec<(u64, u64)>> {
        let table = self.vdpa.spaces().find(|(number, _)| *number == asid)?.1;
        Some(table.iter().map(|map| (map.start, map.last)).collect())
    }

    /// The device's address space, as golden model and RTL both say.
    pub fn space(&mut self, asid: u8) -> AddressSpace {
        self.on_device(|dev| dev.address_space(asid).unwrap())
    }

    /// Every entry of D; `None` unless it is a table that decides.
    pub fn d(&mut self, asid: u8) -> Option<Vec<Range>> {
        let space = self.space(asid);
        let entries = space.entries.iter().map(|e| (e.start, e.last, e.pa));
        (space.mode == Mode::Mapped).then(|| entries.collect())
    }

    /// The probes' record since this was last asked.
    pub fn calls(&mut self) -> Vec<Kcall> {
        self.vdpa.parent_mut().take_calls()
    }

    /// A DMA of `len` bytes for a group, as far as the device's bus: the pieces of memory that it reaches.
    pub fn dma(&mut self, group: u8, iova: u64, len: u64) -> Result<Vec<(u64, u64)>, Fault> {
        self.on_device(|dev| {
            let reached = dma::access(dev, group, iova, len, Access::Read).unwrap()?;
            Ok(reached.iter().map(|piece| (piece.pa, piece.len)).collect())
        })
    }

    /// Where one byte of AS 0 is.
    pub fn byte(&mut self, iova: u64) -> Result<u64, Fault> {
        self.on_device(|dev| {
            let response = dev.translate(request(0, iova)).unwrap();
            dev.release(response.tag).unwrap();
            response.result
        })
    }

    /// Lends the device, and then compares all that a driver can read of its two sides.
    pub fn on_device<T>(&mut self, body: impl FnOnce(&mut Pair) -> T) -> T {
        let dev = self.vdpa.parent_mut().parent_mut().device();
        let result = body(dev);
        dev.check_all().unwrap();
        assert!(dev.counts().total() > 0);
        assert_eq!(dev.divergences(), []);
        result
    }
}

impl Drop for Machine {
    /// What no test looked at has to agree all the same.
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.on_device(|_| ());
        }
    }
}

/// The device reads one byte.
pub fn request(group: u8, iova: u64) -> Request {
    Request {
        group,
        iova,
        len: 1,
        access: Access::Read,
    }
}
