// SPDX-License-Identifier: Apache-2.0
//! A program, a kernel and a device: what the scripts of [`run`](super) are played on.

use super::observe::{Landing, Observed, Table};
use super::watch::{Finding, Watch};
use super::windows::Windows;
use crate::regif::Access;
use crate::vdpa::errno::answer;
use crate::vdpa::mm::{Mm, MmId, PAGE, Region};
use crate::vdpa::uapi::{Envelope, IotlbMsg, Kind, encode};
use crate::vdpa::{DeviceError, Errno, Error, Features, Map, Probed, Rules, VhostVdpa, Written};

/// The group of the data virtqueues.
pub const GROUP: u8 = 0;
/// Bytes of the accesses that show where DMA lands.
pub const ACCESS: u64 = 64;
/// ACKNOWLEDGE, DRIVER, FEATURES_OK, DRIVER_OK.
const DRIVER_OK: u8 = 0xf;

/// Physical memory of the program begins here, far above any IOVA that it uses: what a 1:1 table makes of such an
/// IOVA is foreign memory.
const PA: u64 = 0x20_0000_0000;
const VA: u64 = 0x5000_0000_0000;
/// From one buffer's IOVA to the next: buffers never touch, so each is an entry of its own.
const STRIDE: u64 = 0x1_0000;
/// A page of a driver inside the kernel.
const KERNEL_PAGE: u64 = 0x700_0000;
/// Where DMA operations of a parent put a page of that driver.
const KERNEL_IOVA: u64 = 0x40_0000;

/// A buffer of the program: a page with an IOVA of its own. They are numbered from 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Buffer(pub u32);

impl Buffer {
    /// The first three, which the thread's script maps.
    pub const A: Self = Self(0);
    /// See [`A`](Self::A).
    pub const B: Self = Self(1);
    /// See [`A`](Self::A).
    pub const C: Self = Self(2);

    /// First IOVA.
    pub fn iova(self) -> u64 {
        (u64::from(self.0) + 1) * STRIDE
    }

    /// Bytes.
    pub fn size(self) -> u64 {
        PAGE
    }

    /// Physical address.
    pub fn pa(self) -> u64 {
        PA + u64::from(self.0) * PAGE
    }

    fn va(self) -> u64 {
        VA + u64::from(self.0) * PAGE
    }

    /// "A" to "Z", then "#26".
    pub fn name(self) -> String {
        match u8::try_from(self.0) {
            Ok(n @ 0..26) => char::from(b'A' + n).to_string(),
            _ => format!("#{}", self.0),
        }
    }

    /// The buffer at a physical address, among the first `buffers`.
    pub fn at(pa: u64, buffers: u32) -> Option<Self> {
        let page = pa.checked_sub(PA)? / PAGE;
        u32::try_from(page).ok().filter(|&n| n < buffers).map(Self)
    }
}

/// A system call of the program, or what else may happen to the device.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Call {
    /// `open()`.
    Open,
    /// VHOST_SET_OWNER.
    SetOwner,
    /// VHOST_SET_BACKEND_FEATURES: all that is offered, IOTLB_PERSIST only if wanted.
    Ack {
        /// IOTLB_PERSIST is wanted.
        persist: bool,
    },
    /// UPDATE of a buffer.
    Update(Buffer),
    /// INVALIDATE of a buffer.
    Invalidate(Buffer),
    /// BATCH_BEGIN.
    BatchBegin,
    /// BATCH_END.
    BatchEnd,
    /// Everything that leads to DRIVER_OK.
    DriverOk,
    /// SET_STATUS 0: the virtio device reset.
    Reset,
    /// The last `close()`.
    Release,
    /// A driver inside the kernel takes the device over (virtio-vdpa): a reset without flags, a page mapped as such a
    /// driver would.
    Attach,
}

impl std::fmt::Display for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Open => f.write_str("open"),
            Self::SetOwner => f.write_str("set_owner"),
            Self::Ack { persist: true } => f.write_str("ack IOTLB_PERSIST"),
            Self::Ack { persist: false } => f.write_str("ack, not IOTLB_PERSIST"),
            Self::Update(buffer) => write!(f, "UPDATE {}", buffer.name()),
            Self::Invalidate(buffer) => write!(f, "INVALIDATE {}", buffer.name()),
            Self::BatchBegin => f.write_str("BATCH_BEGIN"),
            Self::BatchEnd => f.write_str("BATCH_END"),
            Self::DriverOk => f.write_str("DRIVER_OK"),
            Self::Reset => f.write_str("device reset"),
            Self::Release => f.write_str("release"),
            Self::Attach => f.write_str("virtio-vdpa attach"),
        }
    }
}

/// What a call returned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Returned {
    /// To user space.
    pub result: Result<(), Errno>,
    /// Inside the kernel, where a message handler's answer is lost on the way.
    pub inside: Option<Errno>,
}

impl Returned {
    const OK: Self = Self {
        result: Ok(()),
        inside: None,
    };
}

impl std::fmt::Display for Returned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.result, self.inside) {
            (Err(errno), Some(inside)) => write!(f, "{errno} ({inside})"),
            (result, _) => f.write_str(Errno::label(&result)),
        }
    }
}

/// What holds after a step.
#[derive(Clone, PartialEq, Debug)]
pub struct Sight {
    /// S of AS 0; `None` while vhost has no such address space.
    pub s: Option<Vec<Map>>,
    /// D of every address space that the parent has.
    pub d: Vec<Table>,
    /// Where a read of the data virtqueues at A's IOVA lands.
    pub dma: Landing,
    /// What is wrong, or dangerous.
    pub findings: Vec<Finding>,
    /// What was, inside the step since the last look, and has passed.
    pub passed: Vec<Finding>,
}

/// What a driver inside the kernel sees of the device.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attached {
    /// Where an access at the physical address of its page lands.
    pub identity: Landing,
    /// Where an access at the address that the parent's own DMA operations gave lands, if it has any.
    pub own: Option<Landing>,
}

impl Attached {
    /// Physical address of the driver's page.
    pub const PAGE: u64 = KERNEL_PAGE;
}

/// A program with `buffers`, vhost-vdpa, and a parent `P`.
#[derive(Debug)]
pub struct Machine<P> {
    /// The kernel.
    pub vdpa: VhostVdpa<Probed<P>>,
    mm: Mm,
    watch: Watch,
    windows: Windows,
    attached: Option<Attached>,
    /// Messages written since a stretch began that is to be costed.
    pub(super) messages: u64,
}

impl<P: Observed> Machine<P> {
    /// A machine on a parent that has just been added.
    pub fn new(parent: P, rules: &'static Rules, buffers: u32) -> Self {
        let size = u64::from(buffers.max(1)) * PAGE;
        let region = Region::new("buffers", VA, size, PA);
        let windows = Windows::default();
        let mut parent = Probed::new(parent);
        windows.watch(&mut parent);
        Self {
            vdpa: VhostVdpa::with_rules(parent, rules, rules.table_limit),
            mm: Mm::new(MmId(1), vec![region]),
            watch: Watch::default(),
            windows,
            attached: None,
            messages: 0,
        }
    }
    /// Makes a call.
    ///
    /// # Errors
    /// Only if the device is out of order.
    pub fn call(&mut self, call: Call) -> Result<Returned, DeviceError> {
        match call {
            Call::Open => self.ioctl(|vdpa, _| vdpa.open()),
            Call::SetOwner => self.ioctl(|vdpa, mm| vdpa.set_owner(mm)),
            Call::Ack { persist } => self.ioctl(|vdpa, _| {
                let mut features = vdpa.get_backend_features();
                if !persist {
                    features.0 &= !Features::IOTLB_PERSIST.0;
                }
                vdpa.set_backend_features(features)
            }),
            Call::Update(buffer) => self.message(Kind::Update, buffer),
            Call::Invalidate(buffer) => self.message(Kind::Invalidate, buffer),
            Call::BatchBegin => self.write(IotlbMsg::bare(Kind::BatchBegin)),
            Call::BatchEnd => self.write(IotlbMsg::bare(Kind::BatchEnd)),
            Call::DriverOk => self.ioctl(|vdpa, _| vdpa.set_status(DRIVER_OK)),
            Call::Reset => self.ioctl(|vdpa, _| vdpa.set_status(0)),
            Call::Release => self.ioctl(|vdpa, mm| vdpa.release(mm)),
            Call::Attach => self.attach(),
        }
    }

    /// Looks at S and D, makes an access at A's IOVA, and judges. From the first look on, what passes between two looks
    /// is seen too.
    ///
    /// # Errors
    /// Only if the device is out of order.
    pub fn look(&mut self) -> Result<Sight, DeviceError> {
        let parent = self.parent();
        let d = parent.tables()?;
        let dma = parent.access(GROUP, Buffer::A.iova(), ACCESS, Access::Read)?;
        let findings = self.watch.judge(&self.vdpa, &d, dma);
        let passed = self.windows.passed(&findings)?;
        let space = self.vdpa.spaces().find(|(asid, _)| *asid == 0);
        let s = space.map(|(_, iotlb)| iotlb.iter().copied().collect());
        Ok(Sight {
            s,
            d,
            dma,
            findings,
            passed,
        })
    }

    /// Makes one access to a buffer, at its IOVA.
    ///
    /// # Errors
    /// Only if the device is out of order.
    pub fn access(&mut self, buffer: Buffer, access: Access) -> Result<Landing, DeviceError> {
        Ok(self.parent().access(GROUP, buffer.iova(), ACCESS, access)?)
    }

    /// The parent itself, without the probes.
    pub(super) fn parent(&mut self) -> &mut P {
        self.vdpa.parent_mut().parent_mut()
    }

    /// What the driver inside the kernel saw when it was attached.
    pub fn attached(&self) -> Option<Attached> {
        self.attached
    }

    fn ioctl(
        &mut self,
        body: impl FnOnce(&mut VhostVdpa<Probed<P>>, &mut Mm) -> Result<(), Error>,
    ) -> Result<Returned, DeviceError> {
        Ok(Returned {
            result: answer(body(&mut self.vdpa, &mut self.mm))?,
            inside: None,
        })
    }

    fn message(&mut self, kind: Kind, buffer: Buffer) -> Result<Returned, DeviceError> {
        let update = kind == Kind::Update;
        self.write(IotlbMsg {
            iova: buffer.iova(),
            size: buffer.size(),
            uaddr: if update { buffer.va() } else { 0 },
            perm: if update { 3 } else { 0 },
            kind,
        })
    }

    fn write(&mut self, msg: IotlbMsg) -> Result<Returned, DeviceError> {
        self.messages += 1;
        let bytes = encode(Envelope::V2 { asid: 0 }, &msg);
        let Written { ret, kret } = self.vdpa.write(&mut self.mm, &bytes)?;
        Ok(Returned {
            result: ret.map(drop),
            inside: kret.and_then(Result::err),
        })
    }

    fn attach(&mut self) -> Result<Returned, DeviceError> {
        let parent = self.vdpa.parent_mut().parent_mut();
        // register_virtio_device: virtio_vdpa_reset, which passes no flags.
        let reset = answer(parent.reset())?;
        answer(parent.set_status(DRIVER_OK))?.ok();
        let own = match parent.own_dma_map(KERNEL_IOVA, PAGE, KERNEL_PAGE)? {
            true => {
                self.watch.kernel_maps(KERNEL_PAGE);
                Some(parent.access(GROUP, KERNEL_IOVA, ACCESS, Access::Read)?)
            }
            false => None,
        };
        let identity = parent.access(GROUP, KERNEL_PAGE, ACCESS, Access::Read)?;
        self.attached = Some(Attached { identity, own });
        Ok(match reset {
            Ok(()) => Returned::OK,
            Err(errno) => Returned {
                result: Err(errno),
                inside: None,
            },
        })
    }
}
