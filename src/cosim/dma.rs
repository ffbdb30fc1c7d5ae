// SPDX-License-Identifier: Apache-2.0
//! A DMA master: accesses as `vringh` makes them, through the translation port or, on builds that have them, an AXI4
//! port. An access may go on into the next entry; hardware checks one entry at a time and says where it ends, so the
//! master splits there. It splits too where one access of the device's kind ends: AXI4 has its own rule.

use crate::regif::{Access, Fault, RegError, RegIf, Request};

/// Contiguous memory that an access reaches.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Piece {
    /// Address of its first byte, as the device puts it on the bus.
    pub pa: u64,
    /// Bytes.
    pub len: u64,
}

/// Makes one access of `len` bytes at `iova` for a virtqueue group: the memory that it reaches, or the fault that
/// stopped it. On the translation port everything is translated before any byte would move, as vringh collects a
/// descriptor first; on an AXI4 port the pieces before a fault have moved.
///
/// # Errors
/// If the register interface fails.
pub fn access(
    dev: &mut dyn RegIf,
    group: u8,
    iova: u64,
    len: u64,
    access: Access,
) -> Result<Result<Vec<Piece>, Fault>, RegError> {
    let mut pieces = Vec::new();
    let (mut iova, mut left) = (iova, len);
    while left > 0 {
        let mut want = dev.access_bytes(iova, left);
        let pa = loop {
            let response = dev.translate(Request {
                group,
                iova,
                len: want as u16,
                access,
            })?;
            dev.release(response.tag)?;
            match response.result {
                Ok(pa) => break pa,
                // The entry ends inside the access: take what it covers first.
                Err(Fault::Crossing) => match response.map_last.checked_sub(iova) {
                    Some(rest) if rest < want - 1 => want = dev.access_bytes(iova, rest + 1),
                    _ => return Ok(Err(Fault::Crossing)),
                },
                Err(fault) => return Ok(Err(fault)),
            }
        };
        pieces.push(Piece { pa, len: want });
        left -= want;
        iova = match iova.checked_add(want) {
            Some(next) => next,
            None if left == 0 => break,
            // No access goes on at 0, however its pieces are cut.
            None => return Ok(Err(Fault::Overflow)),
        };
    }
    Ok(Ok(pieces))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::golden::Device;
    use crate::regif::{Command, Entry};
    use crate::vdpa::parent::capability;

    fn device() -> Device {
        let mut dev = Device::new(capability(64));
        dev.execute(Command::GroupAsid { group: 0, asid: 0 });
        for (start, last, pa, perm) in [
            (0x1000, 0x1fff, 0xa000, 3),
            (0x2000, 0x2fff, 0xf000, 3),
            (0x3000, 0x3fff, 0x5000, 1),
        ] {
            let entry = Entry {
                start,
                last,
                pa,
                perm,
            };
            dev.execute(Command::Map { asid: 0, entry });
        }
        dev
    }

    fn pieces(iova: u64, len: u64, kind: Access) -> Result<Vec<(u64, u64)>, Fault> {
        let mut dev = device();
        let reached = access(&mut dev, 0, iova, len, kind).unwrap();
        assert!(!dev.draining(0).unwrap());
        reached.map(|pieces| pieces.iter().map(|p| (p.pa, p.len)).collect())
    }

    #[test]
    fn splits_at_the_end_of_an_entry() {
        assert_eq!(
            pieces(0x1f00, 0x80, Access::Write),
            Ok(vec![(0xaf00, 0x80)])
        );
        assert_eq!(
            pieces(0x1fe0, 64, Access::Write),
            Ok(vec![(0xafe0, 32), (0xf000, 32)])
        );
        assert_eq!(
            pieces(0x1800, 0x2000, Access::Read),
            Ok(vec![(0xa800, 0x800), (0xf000, 0x1000), (0x5000, 0x800)])
        );
    }

    #[test]
    fn every_piece_needs_the_permission() {
        assert_eq!(pieces(0x2fe0, 64, Access::Write), Err(Fault::Permission));
        assert_eq!(pieces(0x3fe0, 64, Access::Read), Err(Fault::NoMapping));
    }
}
