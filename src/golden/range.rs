// SPDX-License-Identifier: Apache-2.0
//! Which operands a command takes: the checks of `InvalRange`, `InvalAlign` and `InvalPa`, in that order.
//!
//! Every `last` is inclusive, so that the range that ends at 2^64-1 needs no wider number.

use crate::regif::{Capability, Code, Entry};

/// The largest number of `bits` bits, which are at most 64.
pub(super) fn ones(bits: u8) -> u64 {
    u64::MAX >> (64 - u32::from(bits.clamp(1, 64)))
}

/// True if `[a_start, a_last]` and `[b_start, b_last]` overlap, in the kernel's literal formula.
pub(super) fn overlap(a_start: u64, a_last: u64, b_start: u64, b_last: u64) -> bool {
    a_start <= b_last && a_last >= b_start
}

/// Checks an entry of MAP or of SET_MAP.
pub(super) fn check_entry(capability: &Capability, entry: &Entry) -> Result<(), Code> {
    if entry.last < entry.start || entry.last > ones(capability.iova_w) {
        return Err(Code::InvalRange);
    }
    check_align(
        capability,
        &[entry.start, entry.last.wrapping_add(1), entry.pa],
    )?;
    match entry.pa.checked_add(entry.last - entry.start) {
        Some(pa_last) if pa_last <= ones(capability.pa_w) => Ok(()),
        _ => Err(Code::InvalPa),
    }
}

/// Checks the operands of UNMAP, where `last = iova - 1` is as good as any other: an INVALIDATE of size 0 means
/// that, and (0, 0) everything.
pub(super) fn check_unmap(capability: &Capability, iova: u64, last: u64) -> Result<(), Code> {
    if iova.max(last) > ones(capability.iova_w) {
        return Err(Code::InvalRange);
    }
    check_align(capability, &[iova, last.wrapping_add(1)])
}

fn check_align(capability: &Capability, addresses: &[u64]) -> Result<(), Code> {
    let in_granule = (1 << capability.granule_log2) - 1;
    match addresses.iter().all(|address| address & in_granule == 0) {
        true => Ok(()),
        false => Err(Code::InvalAlign),
    }
}
