// SPDX-License-Identifier: Apache-2.0
//! Which accesses a removal has to wait for.
//!
//! An access is counted in the epoch that its address space is in when it is accepted. A removal starts a new
//! epoch: everything that could still use the removed entry is counted in the old one, and the removal is
//! drained when that count is zero. There are two epochs, so a removal that comes while an older one drains
//! joins it: it starts its own when the older is done.

/// The accesses in flight of one address space.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Drain {
    epoch: bool,
    in_flight: [u64; 2],
    /// A removal waits for the other epoch's accesses.
    pending: bool,
    /// Another removal waits for its turn.
    again: bool,
}

impl Drain {
    /// The epoch in which an access is counted now.
    pub(super) fn epoch(&self) -> bool {
        self.epoch
    }

    /// True until every removal so far has drained.
    pub(super) fn pending(&self) -> bool {
        self.pending
    }

    /// Counts an access.
    pub(super) fn acquire(&mut self) {
        self.in_flight[usize::from(self.epoch)] += 1;
    }

    /// Ends an access that was counted in `epoch`; false if there is none.
    pub(super) fn release(&mut self, epoch: bool) -> bool {
        let count = &mut self.in_flight[usize::from(epoch)];
        if *count == 0 {
            return false;
        }
        *count -= 1;
        self.settle();
        true
    }

    /// Something was removed, or accesses are to be waited for as if.
    pub(super) fn removal(&mut self) {
        if self.pending {
            self.again = true;
        } else {
            self.epoch = !self.epoch;
            self.pending = true;
        }
        self.settle();
    }

    fn settle(&mut self) {
        while self.pending && self.in_flight[usize::from(!self.epoch)] == 0 {
            if self.again {
                self.epoch = !self.epoch;
                self.again = false;
            } else {
                self.pending = false;
            }
        }
    }
}
