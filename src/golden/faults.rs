// SPDX-License-Identifier: Apache-2.0
//! The last faults, as `rtl/fault_queue.sv` keeps them.
//!
//! Every fault has a number, whether or not it becomes a record; what is not recorded is counted. So
//! recorded + dropped = raised, always, and a gap in the numbers of the records shows where something is missing.

use std::collections::VecDeque;

use crate::regif::Request;

/// An access that was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FaultRecord {
    /// Number of the fault since power-on, modulo 2^32, the first being 0.
    pub seq: u32,
    /// Why, as `fault_e` of the register map numbers it.
    pub reason: u8,
    /// Address space; 0 if the group has none.
    pub asid: u8,
    /// What was asked for.
    pub request: Request,
}

/// The fault queue of one IOMMU, as after power-on.
#[derive(Clone, Debug)]
pub struct FaultQueue {
    depth: usize,
    mask: u16,
    raised: u32,
    dropped: u32,
    records: VecDeque<FaultRecord>,
}

impl FaultQueue {
    /// An empty queue that holds `depth` records.
    pub fn new(depth: usize) -> Self {
        Self {
            depth,
            mask: 0,
            raised: 0,
            dropped: 0,
            records: VecDeque::new(),
        }
    }

    /// Reasons that are not recorded from here on, a bit each.
    pub fn set_mask(&mut self, mask: u16) {
        self.mask = mask;
    }

    /// A fault; true if it became a record.
    pub fn raise(&mut self, reason: u8, asid: u8, request: Request) -> bool {
        let seq = self.raised;
        self.raised = self.raised.wrapping_add(1);
        let masked = self.mask.checked_shr(u32::from(reason)).unwrap_or(0) & 1 == 1;
        if masked || self.records.len() >= self.depth {
            self.dropped = self.dropped.wrapping_add(1);
            return false;
        }
        self.records.push_back(FaultRecord {
            seq,
            reason,
            asid,
            request,
        });
        true
    }

    /// The oldest record, which stays.
    pub fn oldest(&self) -> Option<&FaultRecord> {
        self.records.front()
    }

    /// Takes the oldest record.
    pub fn pop(&mut self) -> Option<FaultRecord> {
        self.records.pop_front()
    }

    /// Records that wait; the register shows 255 for more.
    pub fn waiting(&self) -> usize {
        self.records.len()
    }

    /// Faults since power-on, modulo 2^32.
    pub fn raised(&self) -> u32 {
        self.raised
    }

    /// Faults that did not become records, modulo 2^32.
    pub fn dropped(&self) -> u32 {
        self.dropped
    }

    /// Whether as many records wait as an interrupt is wanted for. There is no clock here, so no timer.
    pub fn interrupts(&self, threshold: u8) -> bool {
        let waiting = self.records.len();
        waiting >= usize::from(threshold.max(1)) || waiting >= self.depth
    }
}
