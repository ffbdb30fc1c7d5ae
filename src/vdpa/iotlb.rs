// SPDX-License-Identifier: Apache-2.0
//! `struct vhost_iotlb` (`drivers/vhost/iotlb.c`): the interval table that vhost-vdpa keeps for each address
//! space, called S throughout. Owned by the [core](super::vhost); a set_map parent gets to read it.
//!
//! Ranges never overlap, because the core refuses overlapping UPDATEs and pa mode rounds to whole pages; so a map
//! ordered by first byte serves where the kernel has an interval tree.

use std::collections::BTreeMap;

use super::errno::Errno;

/// `struct vhost_iotlb_map`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Map {
    /// First IOVA, in bytes.
    pub start: u64,
    /// Last IOVA, in bytes, inclusive.
    pub last: u64,
    /// Physical address of `start` (pa mode) or virtual (va mode).
    pub addr: u64,
    /// VHOST_ACCESS_*, verbatim.
    pub perm: u8,
}

impl Map {
    /// Length in bytes, modulo 2^64 as `map->size` is.
    pub fn size(&self) -> u64 {
        (self.last - self.start).wrapping_add(1)
    }
}

/// The table of one address space.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Iotlb {
    maps: BTreeMap<u64, Map>,
    limit: Option<usize>,
}

impl Iotlb {
    /// An empty table; with `limit`, a further entry is refused instead of evicting another.
    pub fn new(limit: Option<usize>) -> Self {
        Self {
            maps: BTreeMap::new(),
            limit,
        }
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.maps.len()
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.maps.is_empty()
    }

    /// The entries, ascending.
    pub fn iter(&self) -> impl Iterator<Item = &Map> {
        self.maps.values()
    }

    /// vhost_iotlb_add_range: `[start, last]` to `addr`. All 2^64 bytes become two halves.
    ///
    /// # Errors
    /// `EFAULT` if `last < start`, `ENOSPC` at the limit; nothing is added then. (The kernel leaves the first of two
    /// halves in if the second fails; no message can ask for all 2^64 bytes, so none can tell.)
    pub fn add_range(&mut self, start: u64, last: u64, addr: u64, perm: u8) -> Result<(), Errno> {
        if last < start {
            return Err(Errno::Efault);
        }
        if (start, last) == (0, u64::MAX) {
            let mid = u64::MAX / 2;
            self.add_range(start, mid, addr, perm)?;
            let upper = self.add_range(mid + 1, last, addr.wrapping_add(mid + 1), perm);
            if upper.is_err() {
                self.maps.remove(&start);
            }
            return upper;
        }
        if self.limit.is_some_and(|limit| self.maps.len() >= limit) {
            return Err(Errno::Enospc);
        }
        let map = Map {
            start,
            last,
            addr,
            perm,
        };
        self.maps.insert(start, map);
        Ok(())
    }

    /// vhost_iotlb_itree_first: the first entry `e` with `e.start <= last && e.last >= start`, taken literally
    /// also where `last < start`: then only an entry that spans both can match.
    pub fn first(&self, start: u64, last: u64) -> Option<&Map> {
        self.maps
            .range(..=last)
            .rev()
            .take_while(|(_, map)| map.last >= start)
            .last()
            .map(|(_, map)| map)
    }

    /// Removes one entry by its first byte.
    pub fn remove(&mut self, start: u64) -> Option<Map> {
        self.maps.remove(&start)
    }

    /// vhost_iotlb_del_range: removes every whole entry that [`first`](Self::first) would find.
    pub fn del_range(&mut self, start: u64, last: u64) {
        while let Some(map) = self.first(start, last) {
            let key = map.start;
            self.maps.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(ranges: &[(u64, u64)]) -> Iotlb {
        let mut t = Iotlb::new(None);
        for &(start, last) in ranges {
            t.add_range(start, last, start, 3).unwrap();
        }
        t
    }

    fn starts(t: &Iotlb) -> Vec<u64> {
        t.iter().map(|m| m.start).collect()
    }

    #[test]
    fn whole_address_space_is_two_halves() {
        let t = table(&[(0, u64::MAX)]);
        let halves: Vec<_> = t.iter().map(|m| (m.start, m.last, m.addr)).collect();
        assert_eq!(
            halves,
            [(0, u64::MAX >> 1, 0), (1 << 63, u64::MAX, 1 << 63)]
        );
        // A limit of one must not leave the first half behind (03a91c9af2c4).
        let mut t = Iotlb::new(Some(1));
        assert_eq!(t.add_range(0, u64::MAX, 0, 3), Err(Errno::Enospc));
        assert!(t.is_empty());
    }

    #[test]
    fn limit_refuses() {
        let mut t = Iotlb::new(Some(2));
        t.add_range(0, 9, 0, 3).unwrap();
        t.add_range(10, 19, 0, 3).unwrap();
        assert_eq!(t.add_range(20, 29, 0, 3), Err(Errno::Enospc));
        assert_eq!(t.len(), 2);
    }

    /// The INVALIDATE formula, on the ranges for which it surprises.
    #[test]
    fn literal_overlap() {
        let ranges = [(0x1000, 0x1fff), (0x3000, 0x3fff), (0x8000, u64::MAX)];
        let after = |iova: u64, size: u64| {
            let mut t = table(&ranges);
            t.del_range(iova, iova.wrapping_add(size).wrapping_sub(1));
            starts(&t)
        };
        assert_eq!(after(0x1800, 1), [0x3000, 0x8000], "one byte inside");
        assert_eq!(after(0x1800, 0), [0x3000, 0x8000], "size 0 inside");
        assert_eq!(
            after(0x1000, 0),
            [0x1000, 0x3000, 0x8000],
            "size 0 at the start"
        );
        assert_eq!(
            after(0x2000, 0),
            [0x1000, 0x3000, 0x8000],
            "size 0 past the end"
        );
        assert_eq!(after(0, 0), [0u64; 0], "(0, 0) is everything");
        assert_eq!(after(0x1fff, 0x1002), [0x8000], "straddling two");
        assert_eq!(
            after(0x9000, u64::MAX),
            [0x1000, 0x3000],
            "wraps to its own start - 2"
        );
        assert_eq!(after(0x2000, 0x1000), [0x1000, 0x3000, 0x8000], "a hole");
    }

    #[test]
    fn first_is_the_lowest() {
        let t = table(&[(0, 9), (10, 19), (20, 29)]);
        assert_eq!(t.first(5, 25).unwrap().start, 0);
        assert_eq!(t.first(15, 25).unwrap().start, 10);
        assert_eq!(t.first(30, 40), None);
        assert_eq!(t.first(12, 11).unwrap().start, 10);
    }
}
