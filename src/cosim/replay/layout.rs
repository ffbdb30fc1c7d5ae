// SPDX-License-Identifier: Apache-2.0
//! The memory of the program that was recorded: its regions, and which of its pages were physically adjacent.
//!
//! Adjacency decides how many entries an UPDATE becomes in pa mode, and differs from boot to boot where a region
//! is neither one huge page nor made of pages that were kept apart. There it is read from the recording once, at the
//! first entry that shows it, and holds from then on: the model then has real pages at real places, and a later
//! table that says otherwise is a mismatch. The lines that showed something new are [`Layout::learnt_on`]; their
//! tables prove nothing about where an entry ends.
//!
//! A region that is none of that program's is a shared mapping of a file in one physical piece: QEMU's RAM blocks, of
//! which the recordings say only name and size, and whose every UPDATE was one entry.

use std::collections::{BTreeMap, BTreeSet};

use super::regions::{OTHER_GAP, Place, SPECS, Spec, places, program};
use crate::trace::{Hex, Line, Op, Row, Symbol, Table, Trace};
use crate::vdpa::mm::{Mm, MmId, PAGE, PAGE_MASK, Region};
use crate::vdpa::{Features, Profile};

/// The recording program.
pub const PROGRAM: MmId = MmId(1);
/// A child that it forked.
pub const CHILD: MmId = MmId(2);

/// Physical memory that no region uses begins at 0, as IOVAs of the recordings do: what a 1:1 table makes of such
/// an IOVA is never a page of the program.
const PA_BASE: u64 = 0x20_0000_0000;
const PA_STRIDE: u64 = 0x2_0000_0000;
/// A span of pages of a region.
struct Span<'a> {
    region: &'a str,
    first: u64,
    pages: u64,
}

/// What is known of the program's memory.
#[derive(Clone, Debug)]
pub struct Layout {
    places: Vec<Place>,
    joints: BTreeMap<(String, u64), bool>,
    /// Physical addresses of pages that the recorder had no name for.
    unnamed: BTreeMap<(String, u64), u64>,
    learnt_on: BTreeSet<usize>,
}

impl Default for Layout {
    /// The program of the scripted recordings, before any of them is read.
    fn default() -> Self {
        Self::of(program())
    }
}

impl Layout {
    fn of(places: Vec<Place>) -> Self {
        Self {
            places,
            joints: BTreeMap::new(),
            unnamed: BTreeMap::new(),
            learnt_on: BTreeSet::new(),
        }
    }

    /// Reads a recording for it.
    pub fn learn(trace: &Trace, profile: &Profile) -> Self {
        let mut layout = Self::of(places(trace));
        if !profile.use_va {
            for line in &trace.lines {
                layout.learn_line(line);
            }
        }
        layout
    }

    /// True if the tables of this line showed adjacency that no line before had.
    pub fn learnt_on(&self, line: usize) -> bool {
        self.learnt_on.contains(&line)
    }

    /// True if this UPDATE covers neighbours of which nothing shows whether they are adjacent.
    pub fn unknown(&self, iova: u64, size: u64, uaddr: &Symbol) -> bool {
        let Some(span) = span(iova, size, uaddr) else {
            return false;
        };
        let Some(spec) = self.spec(span.region) else {
            return false;
        };
        let end = self.pages(spec).min(span.first.saturating_add(span.pages));
        let mut joints = span.first..end.saturating_sub(1);
        joints.any(|page| {
            spec.joined(page).is_none() && !self.joints.contains_key(&(spec.name.to_owned(), page))
        })
    }

    /// Pages of a region.
    fn pages(&self, spec: &Spec) -> u64 {
        let place = self.places.iter().find(|place| place.name == spec.name);
        place.map_or(0, |place| place.size / PAGE)
    }

    /// What is known about a region's pages, unless they are all adjacent.
    fn spec(&self, name: &str) -> Option<&'static Spec> {
        self.places.iter().find(|place| place.name == name)?.spec
    }

    fn learn_line(&mut self, line: &Line) {
        let Op::IotlbUpdate {
            v,
            asid: Some(asid),
            iova: Some(iova),
            size: Some(size),
            uaddr: Some(uaddr),
            ..
        } = &line.op
        else {
            return;
        };
        let Some(span) = span(iova.0, size.0, uaddr) else {
            return;
        };
        let Some(spec) = self.spec(span.region) else {
            return;
        };
        let mut news = self.learn_calls(line, spec, &span);
        let asid = if *v == Some(1) || !asid_acked(line) {
            0
        } else {
            *asid
        };
        let table = line
            .outcome
            .vhost
            .as_ref()
            .and_then(|tables| tables.get(&asid));
        if let Some(table) = table
            && line.outcome.errno.as_deref() == Some("OK")
        {
            news |= self.learn_table(table, spec, &span, iova.0 & PAGE_MASK);
        }
        if news {
            self.learnt_on.insert(line.number);
        }
    }

    /// From dma_map calls: a run is handed over when the next page does not follow it, or at the end.
    fn learn_calls(&mut self, line: &Line, spec: &Spec, span: &Span<'_>) -> bool {
        let mut news = false;
        let calls = line.outcome.kcalls.as_deref().unwrap_or_default();
        for call in calls.iter().filter(|call| call.starts_with("dma_map ")) {
            let argument = |key: &str| call.split(' ').find_map(|word| word.strip_prefix(key));
            let size = argument("size=").and_then(Hex::parse);
            let addr = argument("addr=").and_then(Symbol::parse);
            if let (Some(size), Some(Symbol::Region { name, offset })) = (size, addr)
                && name == span.region
            {
                let (first, end) = (offset / PAGE, offset.saturating_add(size.0) / PAGE);
                let end = end.min(self.pages(spec));
                for page in first..end.saturating_sub(1) {
                    news |= self.joint(spec, page, true);
                }
                if end < span.first.saturating_add(span.pages) && end > first {
                    news |= self.joint(spec, end - 1, false);
                }
            }
        }
        news
    }

    /// From the table after an UPDATE that was taken.
    fn learn_table(&mut self, table: &Table, spec: &Spec, span: &Span<'_>, start: u64) -> bool {
        let pages = self.pages(spec);
        let mut news = false;
        let mut end = None;
        for row in &table.rows {
            let page = match row.start.checked_sub(start) {
                Some(offset) if offset / PAGE < span.pages => span.first + offset / PAGE,
                _ => continue,
            };
            match &row.addr {
                Symbol::Region { name, offset }
                    if name == span.region && page < pages && *offset == page * PAGE =>
                {
                    if end == Some(page) {
                        news |= self.joint(spec, page - 1, false);
                    }
                    let row_end = page.saturating_add(pages_of(row)).min(pages);
                    for inner in page..row_end - 1 {
                        news |= self.joint(spec, inner, true);
                    }
                    end = Some(row_end);
                }
                // Memory that the recorder had no name for.
                Symbol::Abs(pa) => {
                    let key = (span.region.to_owned(), page);
                    news |= !self.unnamed.contains_key(&key);
                    self.unnamed.entry(key).or_insert(*pa);
                }
                Symbol::Region { .. } => {}
            }
        }
        news
    }

    /// Takes note of a joint, unless it is known; true if it is new.
    fn joint(&mut self, spec: &Spec, page: u64, joined: bool) -> bool {
        let key = (spec.name.to_owned(), page);
        if spec.joined(page).is_some() || self.joints.contains_key(&key) {
            return false;
        }
        self.joints.insert(key, joined);
        true
    }

    /// The program's memory. Neighbours of which nothing is known are adjacent.
    pub fn memory(&self) -> Mm {
        let pa_of = |index: usize| PA_BASE + index as u64 * PA_STRIDE;
        let mut next = pa_of(SPECS.len());
        let regions = self.places.iter().map(|place| {
            let spec = place.spec.and_then(|spec| {
                let index = SPECS.iter().position(|other| other.name == spec.name)?;
                Some((spec, index))
            });
            match spec {
                Some((spec, index)) => self.region(place, spec, pa_of(index)),
                None => {
                    let pa = next;
                    next = next.wrapping_add(place.size + OTHER_GAP);
                    Region::new(&place.name, place.va, place.size, pa)
                }
            }
        });
        Mm::new(PROGRAM, regions.collect())
    }

    /// A region of the recording program's.
    fn region(&self, place: &Place, spec: &Spec, pa: u64) -> Region {
        let known = |page| {
            let key = (spec.name.to_owned(), page);
            spec.joined(page)
                .or_else(|| self.joints.get(&key).copied())
                .unwrap_or(true)
        };
        let contiguous = Region::new(spec.name, place.va, place.size, pa);
        let mut region = (spec.make)(contiguous.fragmented(known));
        for ((name, page), &pa) in &self.unnamed {
            if name == spec.name {
                region = region.placed(*page, pa).unnamed();
            }
        }
        region
    }
}

/// True if the ASID feature was acked after this line; it does not change by an UPDATE.
fn asid_acked(line: &Line) -> bool {
    let st = line.outcome.st.as_deref().unwrap_or_default();
    let acked = st.split(' ').find_map(|word| word.strip_prefix("acked="));
    acked
        .and_then(Hex::parse)
        .is_some_and(|hex| Features(hex.0).has(Features::ASID))
}

fn pages_of(row: &Row) -> u64 {
    (row.last - row.start) / PAGE + 1
}

/// The pages that an UPDATE pins, if its address has a name.
fn span(iova: u64, size: u64, uaddr: &Symbol) -> Option<Span<'_>> {
    let Symbol::Region { name, offset } = uaddr else {
        return None;
    };
    let bytes = size.wrapping_add(iova & !PAGE_MASK);
    Some(Span {
        region: name,
        first: offset / PAGE,
        pages: bytes.wrapping_add(PAGE - 1) / PAGE,
    })
}
