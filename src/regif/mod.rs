// SPDX-License-Identifier: Apache-2.0
//! The register interface: what a parent driver can say to the IOMMU, and what it answers.
//!
//! This is the seam of the whole project. A [parent driver](crate::vdpa) is written once, on [`RegIf`]; the
//! [golden model](crate::golden), the [Verilated RTL](crate::dut) and the [lockstep pair](crate::cosim) each
//! implement it. Nothing here knows how any of them works: the types are the vocabulary of the register map
//! (`rtl/regs/iommu.rdl`), addresses are `u64` bytes and every `last` is inclusive, so that `[0, 2^64-1]` is
//! one range.

mod burst;
mod command;
pub(crate) mod hex;
mod translate;

use serde::{Deserialize, Serialize};

pub use burst::{Burst, BurstKind, Channel, Lanes};
pub use command::{Code, Command, Completion};
pub use translate::{Access, Fault, Request, Response, Tag};

/// Largest access that a device checks at once, in bytes.
pub const ACCESS_MAX: u64 = 4096;

/// A contiguous mapping, as MAP takes it and READ returns it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Entry {
    /// First IOVA, in bytes.
    #[serde(with = "hex")]
    pub start: u64,
    /// Last IOVA, in bytes, inclusive.
    #[serde(with = "hex")]
    pub last: u64,
    /// Physical address of `start`.
    #[serde(with = "hex")]
    pub pa: u64,
    /// Kept verbatim; bit 0: the device may read, bit 1: it may write. The other bits mean nothing to hardware.
    pub perm: u8,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "[{:#x}, {:#x}] -> {:#x} perm {}",
            self.start, self.last, self.pa, self.perm
        )
    }
}

/// What decides the translations of an address space.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Mode {
    /// Every access faults; the state after power-on.
    #[default]
    Blocked,
    /// `pa = iova` with all permissions, for accesses that fit the physical address width.
    Identity,
    /// The table decides; an empty table faults everything.
    Mapped,
}

/// One address space as READ shows it: a snapshot at [`commit_seq`](Self::commit_seq).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AddressSpace {
    /// What decides its translations.
    pub mode: Mode,
    /// Its live entries, ascending by `start`. Empty unless `mode` is [`Mode::Mapped`].
    pub entries: Vec<Entry>,
    /// Starts of those that are poisoned: a word of them has been damaged, and every access that finds them faults
    /// ([`Fault::Parity`]). Their `pa` and `perm` are 0, and what they seem to cover is where they stand in the way.
    pub poisoned: Vec<u64>,
    /// State changes committed when this was read.
    pub commit_seq: u32,
}

/// What the device did not do because the interface to it broke: no part of the device's behaviour.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegError {
    /// The bus answered with an error response.
    #[error(
        "AXI4-Lite {dir} of register offset {offset:#x} was answered with response {resp}; see rtl/regs/iommu.rdl for what may be accessed"
    )]
    Bus {
        /// "read" or "write".
        dir: &'static str,
        /// Byte offset in the register map.
        offset: u64,
        /// AXI response: 2 is SLVERR, 3 DECERR.
        resp: u8,
    },
    /// A handshake or a command did not finish.
    #[error(
        "{what} did not finish within {clocks} clocks; the waveform (--wave FILE.fst) shows why"
    )]
    Timeout {
        /// What was waited for.
        what: String,
        /// How long, in clocks.
        clocks: u64,
    },
    /// The line to a board is not what it should be.
    #[error("{0}")]
    Link(String),
    /// A value that the register map cannot carry, or a device that breaks its own specification.
    #[error("{0}")]
    Protocol(String),
}

/// What a device does to its mappings at a virtio device reset (register `DEVICE[d].POLICY.persist`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Persist {
    /// Clean if the reset carries the CLEAN_MAP flag: `compat_reset` as merged in Linux 6.7.
    #[default]
    ByFlag,
    /// Clean at every reset: parents up to Linux 6.6, `clean_iotlb_on_reset=1`.
    AlwaysClean,
    /// Never clean.
    NeverClean,
}

/// Policy of one device; frozen by [`RegIf::lock`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DevicePolicy {
    /// What a device reset does to the mappings.
    pub persist: Persist,
    /// Where a device reset sends the device's groups.
    pub as0: u8,
    /// The device's groups, a bit each.
    pub groups: u16,
    /// The device's address spaces, a bit each: those a cleaning reset cleans.
    pub asids: u16,
}

impl Default for DevicePolicy {
    /// As after power-on: by flag, every group and every address space, back to AS 0.
    fn default() -> Self {
        Self {
            persist: Persist::ByFlag,
            as0: 0,
            groups: u16::MAX,
            asids: u16::MAX,
        }
    }
}

/// Modes that resets give to address spaces, a bit for each ASID: 0 BLOCKED, 1 IDENTITY.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ResetModes {
    /// INIT_MODE: after RESET_MAP.
    pub init_identity: u16,
    /// CLEAN_MODE: after a cleaning device reset.
    pub clean_identity: u16,
}

/// The parameters that a device was built with (registers `CAP_*`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Capability {
    /// Ranges that the table holds, all address spaces together.
    pub entries: u16,
    /// Address spaces.
    pub asids: u8,
    /// Virtqueue groups.
    pub groups: u8,
    /// virtio devices.
    pub devices: u8,
    /// Bits of an IOVA, at most 64.
    pub iova_w: u8,
    /// Bits of a physical address, at most 64.
    pub pa_w: u8,
    /// log2 of the granule in bytes: 12 for pages, 0 for byte ranges.
    pub granule_log2: u8,
}

/// The register interface of one IOMMU.
///
/// Methods return `Err` only when the interface itself fails; a refused command is an `Ok` whose
/// [`Completion::code`] says why. Policy writes under [`lock`](Self::lock) are ignored, as in hardware.
pub trait RegIf {
    /// The parameters this device was built with.
    fn capability(&self) -> Capability;

    /// Executes one command to its end.
    fn command(&mut self, command: Command) -> Result<Completion, RegError>;

    /// Executes commands in their order, each to its end, with the completions of [`command`](Self::command).
    ///
    /// A device may take several at once, which is the reason to ask for them together. What lies between the commands
    /// is then never seen by an access; their codes, and the COMMIT_SEQ that each would have left, are the same.
    fn post(&mut self, commands: &[Command]) -> Result<Vec<Completion>, RegError> {
        commands
            .iter()
            .map(|&command| self.command(command))
            .collect()
    }

    /// Writes register DEVICE of number `device`; ignored once locked.
    fn set_device_policy(&mut self, device: u8, policy: DevicePolicy) -> Result<(), RegError>;

    /// Writes INIT_MODE and CLEAN_MODE; ignored once locked.
    fn set_reset_modes(&mut self, modes: ResetModes) -> Result<(), RegError>;

    /// Freezes [`set_device_policy`](Self::set_device_policy) and [`set_reset_modes`](Self::set_reset_modes)
    /// until power-on reset.
    fn lock(&mut self) -> Result<(), RegError>;

    /// The most live entries that address space `asid` may hold; `0xffff`, the power-on value, is no limit.
    fn set_limit(&mut self, asid: u8, entries: u16) -> Result<(), RegError>;

    /// Reads back one address space, every entry of it.
    fn address_space(&mut self, asid: u8) -> Result<AddressSpace, RegError>;

    /// The address space that `group` uses, or `None` while it has not been assigned one.
    fn group(&mut self, group: u8) -> Result<Option<u8>, RegError>;

    /// How many of the `len` bytes from `iova` on one access can have: at least 1 of at least 1. A master makes more
    /// accesses of the rest. Where the device checks whole bursts, an access is one of these.
    fn access_bytes(&self, _iova: u64, len: u64) -> u64 {
        len.min(ACCESS_MAX)
    }

    /// Translates one access. The answer's [`Tag`] counts as in flight until [`release`](Self::release).
    fn translate(&mut self, request: Request) -> Result<Response, RegError>;

    /// The consumer no longer uses the physical address that came with `tag`.
    fn release(&mut self, tag: Tag) -> Result<(), RegError>;

    /// True while requests that a removal from `asid` must wait for are still in flight (register DRAINING).
    fn draining(&mut self, asid: u8) -> Result<bool, RegError>;
}

/// Refuses the number of something that the device was built without; `end` is exclusive.
pub(crate) fn within(what: &str, number: u8, end: u8) -> Result<(), RegError> {
    if number < end {
        return Ok(());
    }
    Err(RegError::Protocol(format!(
        "{what} {number:#x} does not exist; give one below {end:#x}"
    )))
}
