// SPDX-License-Identifier: Apache-2.0
//! The window of vhost_vdpa_pa_unmap: pages are unpinned first, and then the parent is told. How long it lasts depends on
//! the parent; that it opens is seen here, by looking at D each time that the parent is about to be told.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use super::observe::Observed;
use super::watch::{Finding, Hazard, Key, by_space, of_entry, of_map};
use crate::regif::RegError;
use crate::vdpa::{Iotlb, Kcall, Probed};

/// What was seen since it was last asked.
#[derive(Debug, Default)]
struct Seen {
    /// Somebody looks. D is not read for nothing: on the RTL that takes clocks.
    watched: bool,
    /// Mappings that D held, and whose pages were unpinned, when the parent was about to be told.
    open: BTreeSet<Key>,
    error: Option<RegError>,
}

/// The windows of one machine.
#[derive(Clone, Debug, Default)]
pub(super) struct Windows(Rc<RefCell<Seen>>);

impl Windows {
    /// Looks for windows on `parent` from now on, whenever it is called.
    pub(super) fn watch<P: Observed>(&self, parent: &mut Probed<P>) {
        let seen = Rc::clone(&self.0);
        parent.on_call(Box::new(move |parent, call, table| {
            let mut seen = seen.borrow_mut();
            if !seen.watched {
                return;
            }
            match unpinned(parent, call, table) {
                Ok(keys) => seen.open.extend(keys),
                Err(error) => seen.error = Some(error),
            }
        }));
    }

    /// The windows since this was last asked, but for those of `still`, which are open.
    ///
    /// # Errors
    /// If the device could not be read in between.
    pub(super) fn passed(&self, still: &[Finding]) -> Result<Vec<Finding>, RegError> {
        let mut seen = self.0.borrow_mut();
        seen.watched = true;
        if let Some(error) = seen.error.take() {
            return Err(error);
        }
        let open = std::mem::take(&mut seen.open);
        let is_open = |key: &&Key| {
            still.iter().any(|finding| {
                finding.hazard == Hazard::UnpinnedButTranslated
                    && finding.asid == key.0
                    && finding.ranges.contains(&(key.1, key.2))
            })
        };
        let passed: Vec<_> = open.iter().filter(|key| !is_open(key)).collect();
        Ok(by_space(Hazard::UnpinnedButTranslated, &passed))
    }
}

/// Of which of D's mappings a parent is told that they are gone.
enum Told<'a> {
    /// All but those in this table.
    Table(&'a Iotlb),
    /// One, by its first and last IOVA.
    Range(u64, u64),
    /// All: release has emptied the table of the address space before.
    All,
}

/// Mappings that D holds before `call`, and whose pages vhost has unpinned in order to make it.
fn unpinned<P: Observed>(
    parent: &mut P,
    call: &Kcall,
    table: Option<&Iotlb>,
) -> Result<Vec<Key>, RegError> {
    let range = |iova: u64, size: u64| {
        let last = iova.wrapping_add(size).wrapping_sub(1);
        Told::Range(iova, last)
    };
    let (asid, told) = match (call, table) {
        (&Kcall::SetMap { asid, .. }, Some(table)) => (asid, Told::Table(table)),
        (&Kcall::DmaUnmap { asid, iova, size }, _) => (asid, range(iova, size)),
        (&Kcall::IommuUnmap { iova, size }, _) => (0, range(iova, size)),
        (&Kcall::ResetMap { asid }, _) => (asid, Told::All),
        _ => return Ok(Vec::new()),
    };
    let gone = |key: &Key| match told {
        Told::Table(table) => !table.iter().any(|map| of_map(asid, map) == *key),
        Told::Range(first, last) => (key.1, key.2) == (first, last),
        Told::All => true,
    };
    let tables = parent.tables()?;
    let table = usize::try_from(asid).ok().and_then(|at| tables.get(at));
    let entries = table.map(|table| table.ranges()).unwrap_or_default();
    let keys = entries.iter().map(|entry| of_entry(asid, entry));
    Ok(keys.filter(gone).collect())
}
