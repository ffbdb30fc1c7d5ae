// SPDX-License-Identifier: Apache-2.0
//! Where an access to a ring lands, and where S says that it has to.

use crate::cosim::dma::Piece;
use crate::cosim::run::watch::Hazard;
use crate::regif::Fault;
use crate::vdpa::{Iotlb, Map};

/// What an access at `iova` came to, if not the memory that `s` has there, byte for byte: `s` is the table of the
/// address space that the virtqueue's group uses, if it uses any.
pub(super) fn judge(
    s: Option<&Iotlb>,
    iova: u64,
    reached: &Result<Vec<Piece>, Fault>,
) -> Option<Hazard> {
    let Ok(pieces) = reached else {
        return Some(Hazard::Lost);
    };
    let mut at = iova;
    for piece in pieces {
        let end = at.wrapping_add(piece.len);
        let mut pa = piece.pa;
        // An entry of D may be as long as several of S.
        while at != end {
            let left = end.wrapping_sub(at);
            let held = s.and_then(|s| s.first(at, at));
            let expected = held.map(|map| map.addr.wrapping_add(at - map.start));
            if expected != Some(pa) {
                return Some(match pa == at {
                    true => Hazard::IdentityHole,
                    false => Hazard::Stale,
                });
            }
            let here = held.map_or(left, |map: &Map| {
                left.min((map.last - at).saturating_add(1))
            });
            at = at.wrapping_add(here);
            pa = pa.wrapping_add(here);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two entries of S that are adjacent in memory, and one that is not.
    fn s() -> Iotlb {
        let mut s = Iotlb::new(None);
        for (start, addr) in [(0x1000, 0xa000), (0x2000, 0xb000), (0x3000, 0x5000)] {
            s.add_range(start, start + 0xfff, addr, 3).unwrap();
        }
        s
    }

    fn at(iova: u64, pieces: &[(u64, u64)]) -> Option<Hazard> {
        let pieces = pieces.iter().map(|&(pa, len)| Piece { pa, len });
        judge(Some(&s()), iova, &Ok(pieces.collect()))
    }

    #[test]
    fn memory_of_s_is_right_however_it_is_split() {
        assert_eq!(at(0x1ff0, &[(0xaff0, 16)]), None);
        assert_eq!(at(0x1ff8, &[(0xaff8, 16)]), None);
        assert_eq!(at(0x1ff8, &[(0xaff8, 8), (0xb000, 8)]), None);
        assert_eq!(at(0x2ff8, &[(0xbff8, 8), (0x5000, 8)]), None);
    }

    #[test]
    fn other_memory_is_stale_and_that_of_the_iova_a_hole() {
        assert_eq!(at(0x1000, &[(0xc000, 16)]), Some(Hazard::Stale));
        // Of the client's, but not what it has mapped there.
        assert_eq!(at(0x1000, &[(0xb000, 16)]), Some(Hazard::Stale));
        // Only the second half is wrong.
        assert_eq!(at(0x2ff8, &[(0xbff8, 16)]), Some(Hazard::Stale));
        let second = [(0xbff8, 8), (0x3000, 8)];
        assert_eq!(at(0x2ff8, &second), Some(Hazard::IdentityHole));
        // S has nothing there.
        assert_eq!(at(0x9000, &[(0xc000, 16)]), Some(Hazard::Stale));
        assert_eq!(at(0x9000, &[(0x9000, 16)]), Some(Hazard::IdentityHole));
    }

    #[test]
    fn nothing_is_right_without_an_address_space_or_after_a_fault() {
        let pieces = || {
            Ok(vec![Piece {
                pa: 0xa000,
                len: 16,
            }])
        };
        assert_eq!(judge(Some(&s()), 0x1000, &pieces()), None);
        assert_eq!(judge(None, 0x1000, &pieces()), Some(Hazard::Stale));
        let fault = Err(Fault::NoMapping);
        assert_eq!(judge(Some(&s()), 0x1000, &fault), Some(Hazard::Lost));
    }
}
