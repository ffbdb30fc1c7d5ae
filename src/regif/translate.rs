// SPDX-License-Identifier: Apache-2.0
//! The translation port: a request of a DMA master and its answer.

use serde::{Deserialize, Serialize};

/// What the device wants to do.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// The device reads memory: needs bit 0 of `perm`.
    Read,
    /// The device writes memory: needs bit 1 of `perm`.
    Write,
}

/// One access, checked as a whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Request {
    /// Virtqueue group; one out of range faults.
    pub group: u8,
    /// First byte.
    #[serde(with = "super::hex")]
    pub iova: u64,
    /// Length in bytes, 1 to 4096.
    pub len: u16,
    /// Read or write.
    pub access: Access,
}

/// Why an access was refused. When several apply, the first in this order is reported.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Fault {
    /// The group is out of range or has not been assigned an address space.
    Group,
    /// The burst behind the access breaks a rule of AXI4, or is an atomic operation.
    Burst,
    /// `iova + len` goes beyond IOVA_W bits.
    Overflow,
    /// The address space is BLOCKED.
    Blocked,
    /// The address space is IDENTITY and the access goes beyond PA_W bits.
    PaWidth,
    /// A word on the way to the answer is damaged, or the entry that was found is poisoned.
    Parity,
    /// No entry covers the first byte.
    NoMapping,
    /// The entry that covers the first byte does not permit the access.
    Permission,
    /// The access leaves the entry that covers its first byte; [`Response::map_last`] says where to split.
    Crossing,
}

/// What the consumer gives back when it is done with the answer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Tag {
    /// False for requests of a group with no address space ([`Fault::Group`]), which nothing waits for; then
    /// `asid` and `epoch` are 0.
    pub tracked: bool,
    /// Address space that the request was counted in.
    pub asid: u8,
    /// Epoch that the request was counted in.
    pub epoch: bool,
}

/// The answer to a [`Request`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Response {
    /// Physical address of the first byte, or why there is none.
    pub result: Result<u64, Fault>,
    /// Last byte (inclusive, as IOVA) of the entry that covers the first byte, whether or not the access was
    /// permitted. All ones for an IDENTITY access that was permitted; 0 with every other fault.
    pub map_last: u64,
    /// What to release.
    pub tag: Tag,
    /// COMMIT_SEQ at acceptance: the answer is exactly what that state says.
    pub commit_seq: u32,
}
