// SPDX-License-Identifier: Apache-2.0
//! The AXI4 port: bursts of a DMA master, and which bytes they touch.

use super::Access;

/// AxBURST.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BurstKind {
    /// Every beat at the same address.
    Fixed,
    /// Ascending addresses.
    Incr,
    /// Ascending, and back to the start of the container at its end.
    Wrap,
    /// No burst at all.
    Reserved,
}

/// The address channel of a burst: AW or AR.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Channel {
    /// Whether it is an AW.
    pub access: Access,
    /// AxADDR: an IOVA before the IOMMU, a physical address behind it.
    pub address: u64,
    /// AxUSER: group or requester ID.
    pub user: u16,
    /// AxID.
    pub id: u16,
    /// AxLEN: beats, minus one.
    pub len: u8,
    /// AxSIZE: log2 of the bytes of a beat.
    pub size: u8,
    /// AxBURST.
    pub kind: BurstKind,
    /// AxLOCK: an exclusive access.
    pub lock: bool,
    /// AxCACHE.
    pub cache: u8,
    /// AxPROT.
    pub prot: u8,
    /// AxQOS.
    pub qos: u8,
    /// AxREGION.
    pub region: u8,
    /// AWATOP; 0 is no atomic operation.
    pub atop: u8,
}

/// A burst as a master issues it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Burst {
    /// Its address channel.
    pub channel: Channel,
    /// WDATA of every beat, each as wide as the bus; empty for a read.
    pub data: Vec<u8>,
    /// WSTRB of every beat; empty for a read.
    pub strobes: Vec<u64>,
}

/// Where a beat goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lanes {
    /// Address of lane 0 of the data bus.
    pub base: u64,
    /// First active lane.
    pub first: usize,
    /// One after the last active lane.
    pub end: usize,
}

impl Channel {
    /// Beats of the burst.
    #[must_use]
    pub fn beats(&self) -> usize {
        usize::from(self.len) + 1
    }

    /// Beats of read data in its answer.
    #[must_use]
    pub fn read_beats(&self) -> usize {
        let returns_data = self.atop >> 5 & 1 == 1;
        match self.access {
            Access::Read => self.beats(),
            // AtomicCompare sends two operands and returns one.
            Access::Write if self.atop == 0x31 => (self.beats() / 2).max(1),
            Access::Write if returns_data => self.beats(),
            Access::Write => 0,
        }
    }

    /// Bytes of a beat.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        1 << self.size
    }

    /// First and last byte that a burst without a broken rule may touch; all of the container for WRAP.
    #[must_use]
    pub fn span(&self) -> (u64, u64) {
        let all = self.bytes() * (u64::from(self.len) + 1);
        let aligned = self.address & !(self.bytes() - 1);
        match self.kind {
            BurstKind::Fixed => (self.address, aligned.wrapping_add(self.bytes() - 1)),
            BurstKind::Wrap => {
                let first = self.address & !(all - 1);
                (first, first.wrapping_add(all - 1))
            }
            BurstKind::Incr | BurstKind::Reserved => (self.address, aligned.wrapping_add(all - 1)),
        }
    }

    /// What AXI4 says of beat `beat` (specification, A3.4), on a bus of `bus` bytes.
    #[must_use]
    pub fn lanes(&self, beat: usize, bus: usize) -> Lanes {
        let (size, beat, wide) = (self.bytes(), beat as u64, bus as u64);
        let aligned = self.address & !(size - 1);
        let from = match self.kind {
            _ if beat == 0 => self.address,
            BurstKind::Fixed => self.address,
            BurstKind::Incr | BurstKind::Reserved => aligned.wrapping_add(beat * size),
            BurstKind::Wrap => {
                let (first, last) = self.span();
                let all = size * self.beats() as u64;
                first
                    .wrapping_add(aligned.wrapping_sub(first).wrapping_add(beat * size) % all)
                    .min(last)
            }
        };
        let base = from & !(wide - 1);
        Lanes {
            base,
            first: (from - base) as usize,
            end: (from & !(size - 1)).wrapping_add(size).wrapping_sub(base) as usize,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel(address: u64, len: u8, size: u8, kind: BurstKind) -> Channel {
        Channel {
            access: Access::Read,
            address,
            user: 0,
            id: 0,
            len,
            size,
            kind,
            lock: false,
            cache: 0,
            prot: 0,
            qos: 0,
            region: 0,
            atop: 0,
        }
    }

    fn addresses(channel: Channel, bus: usize) -> Vec<(u64, u64)> {
        let beats = (0..channel.beats()).map(|beat| channel.lanes(beat, bus));
        beats
            .map(|lanes| {
                (
                    lanes.base + lanes.first as u64,
                    lanes.base + lanes.end as u64 - 1,
                )
            })
            .collect()
    }

    #[test]
    fn an_unaligned_burst_starts_inside_its_first_beat() {
        let burst = channel(0x1003, 2, 2, BurstKind::Incr);
        assert_eq!(
            addresses(burst, 8),
            [(0x1003, 0x1003), (0x1004, 0x1007), (0x1008, 0x100b)]
        );
        assert_eq!(burst.span(), (0x1003, 0x100b));
    }

    #[test]
    fn a_wrapping_burst_stays_in_its_container() {
        let burst = channel(0x1028, 3, 3, BurstKind::Wrap);
        assert_eq!(
            addresses(burst, 8),
            [
                (0x1028, 0x102f),
                (0x1030, 0x1037),
                (0x1038, 0x103f),
                (0x1020, 0x1027)
            ]
        );
        assert_eq!(burst.span(), (0x1020, 0x103f));
    }

    #[test]
    fn a_fixed_burst_stays_where_it_is() {
        let burst = channel(0x1005, 3, 2, BurstKind::Fixed);
        assert_eq!(addresses(burst, 8), [(0x1005, 0x1007); 4]);
        assert_eq!(burst.span(), (0x1005, 0x1007));
    }

    #[test]
    fn narrow_beats_move_through_the_lanes() {
        let burst = channel(0x1006, 3, 0, BurstKind::Incr);
        let lanes: Vec<_> = (0..4).map(|beat| burst.lanes(beat, 4)).collect();
        assert_eq!(
            lanes[1],
            Lanes {
                base: 0x1004,
                first: 3,
                end: 4
            }
        );
        assert_eq!(
            lanes[2],
            Lanes {
                base: 0x1008,
                first: 0,
                end: 1
            }
        );
    }
}
