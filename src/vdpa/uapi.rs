// SPDX-License-Identifier: Apache-2.0
//! The IOTLB messages of `include/uapi/linux/vhost_types.h`, byte for byte: what user space writes to the
//! character device, and how vhost_chr_write_iter takes it apart. All fields are little-endian, as on x86-64.
//!
//! ```text
//! vhost_msg     type i32 @0, hole, iotlb @8   ... 72 bytes      type 1
//! vhost_msg_v2  type u32 @0, asid u32 @4, iotlb @8 ... 72 bytes type 2
//! iotlb         iova u64 @0, size u64 @8, uaddr u64 @16, perm u8 @24, type u8 @25, pad  = 32 bytes
//! ```
//! So 40 bytes hold everything; the rest of the 72 is a reserved union.

use super::errno::Errno;

/// `sizeof(struct vhost_msg)` and `sizeof(struct vhost_msg_v2)`: what a successful write returns, however many
/// bytes it was given.
pub const MSG_SIZE: usize = 72;
/// The bytes that are read of either message.
pub const MSG_USED: usize = IOTLB + IOTLB_SIZE;

const TYPE_V1: u32 = 1;
const TYPE_V2: u32 = 2;
const ASID: usize = 4;
const IOTLB: usize = 8;
const IOTLB_SIZE: usize = 32;
const IOVA: usize = IOTLB;
const SIZE: usize = IOTLB + 8;
const UADDR: usize = IOTLB + 16;
const PERM: usize = IOTLB + 24;
const KIND: usize = IOTLB + 25;

/// VHOST_IOTLB_*: what a message asks for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// VHOST_IOTLB_UPDATE.
    Update,
    /// VHOST_IOTLB_INVALIDATE.
    Invalidate,
    /// VHOST_IOTLB_BATCH_BEGIN.
    BatchBegin,
    /// VHOST_IOTLB_BATCH_END.
    BatchEnd,
    /// MISS (1) and ACCESS_FAIL (4), which only the kernel sends, and every number without a meaning.
    Other(u8),
}

impl From<u8> for Kind {
    fn from(number: u8) -> Self {
        match number {
            2 => Self::Update,
            3 => Self::Invalidate,
            5 => Self::BatchBegin,
            6 => Self::BatchEnd,
            other => Self::Other(other),
        }
    }
}

impl From<Kind> for u8 {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Update => 2,
            Kind::Invalidate => 3,
            Kind::BatchBegin => 5,
            Kind::BatchEnd => 6,
            Kind::Other(other) => other,
        }
    }
}

/// `struct vhost_iotlb_msg`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IotlbMsg {
    /// First byte.
    pub iova: u64,
    /// Bytes.
    pub size: u64,
    /// User virtual address of the first byte.
    pub uaddr: u64,
    /// VHOST_ACCESS_*, not checked anywhere.
    pub perm: u8,
    /// What to do.
    pub kind: Kind,
}

impl IotlbMsg {
    /// A message of which only the kind counts, as BATCH_BEGIN.
    pub fn bare(kind: Kind) -> Self {
        Self {
            iova: 0,
            size: 0,
            uaddr: 0,
            perm: 0,
            kind,
        }
    }
}

/// Which envelope a message has.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Envelope {
    /// `struct vhost_msg`: address space 0.
    V1,
    /// `struct vhost_msg_v2` with this address space.
    V2 {
        /// Counts only while the ASID feature is acked.
        asid: u32,
    },
    /// A type that does not exist, for tests of its refusal.
    Unknown(u32),
}

/// The 72 bytes that user space writes for `msg`.
pub fn encode(envelope: Envelope, msg: &IotlbMsg) -> [u8; MSG_SIZE] {
    let mut bytes = [0; MSG_SIZE];
    let kind = match envelope {
        Envelope::V1 => TYPE_V1,
        Envelope::V2 { asid } => {
            bytes[ASID..IOTLB].copy_from_slice(&asid.to_le_bytes());
            TYPE_V2
        }
        Envelope::Unknown(number) => number,
    };
    bytes[..ASID].copy_from_slice(&kind.to_le_bytes());
    bytes[IOVA..SIZE].copy_from_slice(&msg.iova.to_le_bytes());
    bytes[SIZE..UADDR].copy_from_slice(&msg.size.to_le_bytes());
    bytes[UADDR..PERM].copy_from_slice(&msg.uaddr.to_le_bytes());
    bytes[PERM] = msg.perm;
    bytes[KIND] = msg.kind.into();
    bytes
}

/// Takes a write apart as vhost_chr_write_iter does: the address space and the message.
///
/// # Errors
/// `EINVAL` for an envelope that does not exist, for fewer than 40 bytes, and for UPDATE of size 0. More than 72
/// bytes are as good as 72.
pub fn decode(bytes: &[u8], asid_acked: bool) -> Result<(u32, IotlbMsg), Errno> {
    let asid = match read_u32(bytes, 0)? {
        TYPE_V1 => 0,
        TYPE_V2 if asid_acked => read_u32(bytes, ASID)?,
        TYPE_V2 => 0,
        _ => return Err(Errno::Einval),
    };
    // The kernel copies the whole vhost_iotlb_msg, its padding included.
    if bytes.len() < MSG_USED {
        return Err(Errno::Einval);
    }
    let msg = IotlbMsg {
        iova: read_u64(bytes, IOVA)?,
        size: read_u64(bytes, SIZE)?,
        uaddr: read_u64(bytes, UADDR)?,
        perm: bytes[PERM],
        kind: bytes[KIND].into(),
    };
    if msg.kind == Kind::Update && msg.size == 0 {
        return Err(Errno::Einval);
    }
    Ok((asid, msg))
}

fn field<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], Errno> {
    bytes
        .get(at..at + N)
        .and_then(|slice| slice.try_into().ok())
        .ok_or(Errno::Einval)
}

fn read_u32(bytes: &[u8], at: usize) -> Result<u32, Errno> {
    field(bytes, at).map(u32::from_le_bytes)
}

fn read_u64(bytes: &[u8], at: usize) -> Result<u64, Errno> {
    field(bytes, at).map(u64::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MSG: IotlbMsg = IotlbMsg {
        iova: 0x1122_3344_5566_7788,
        size: 0x1000,
        uaddr: 0x7fff_0000_1000,
        perm: 3,
        kind: Kind::Update,
    };

    #[test]
    fn layout_of_v2() {
        let bytes = encode(Envelope::V2 { asid: 0x0102_0304 }, &MSG);
        assert_eq!(bytes[..8], [2, 0, 0, 0, 4, 3, 2, 1]);
        assert_eq!(
            bytes[8..16],
            [0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11]
        );
        assert_eq!(bytes[16..24], [0, 0x10, 0, 0, 0, 0, 0, 0]);
        assert_eq!(bytes[24..32], [0, 0x10, 0, 0, 0xff, 0x7f, 0, 0]);
        assert_eq!(bytes[32..34], [3, 2]);
        assert!(bytes[34..].iter().all(|&b| b == 0));
    }

    #[test]
    fn asid_counts_only_in_v2_with_the_feature() {
        let v2 = encode(Envelope::V2 { asid: 7 }, &MSG);
        assert_eq!(decode(&v2, true), Ok((7, MSG)));
        assert_eq!(decode(&v2, false), Ok((0, MSG)));
        let mut v1 = encode(Envelope::V1, &MSG);
        v1[4..8].copy_from_slice(&[9; 4]);
        assert_eq!(decode(&v1, true), Ok((0, MSG)));
    }

    #[test]
    fn forty_bytes_suffice() {
        let bytes = encode(Envelope::V2 { asid: 0 }, &MSG);
        for len in 0..MSG_SIZE {
            assert_eq!(
                decode(&bytes[..len], true).is_ok(),
                len >= 40,
                "{len} bytes"
            );
        }
        let mut long = bytes.to_vec();
        long.resize(256, 0);
        assert_eq!(decode(&long, true), Ok((0, MSG)));
    }

    #[test]
    fn envelopes_and_size_zero() {
        for number in [0, 3, 99, u32::MAX] {
            let bytes = encode(Envelope::Unknown(number), &MSG);
            assert_eq!(decode(&bytes, true), Err(Errno::Einval));
        }
        let empty = IotlbMsg { size: 0, ..MSG };
        let bytes = encode(Envelope::V1, &empty);
        assert_eq!(decode(&bytes, true), Err(Errno::Einval));
        // Any other message may have size 0 (INVALIDATE; BATCH_BEGIN always has).
        let flush = IotlbMsg {
            kind: Kind::Invalidate,
            ..empty
        };
        assert_eq!(decode(&encode(Envelope::V1, &flush), true), Ok((0, flush)));
    }
}
