// SPDX-License-Identifier: Apache-2.0
//! A named span of user memory: its VMAs and its physical pages. Made by whoever sets up a process.

use super::{PAGE, Vma};

/// How far apart the pages of two runs that are not adjacent lie, at least.
const GAP: u64 = 0x10_0000;

/// What kind of VMA a region has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Backing {
    /// A shared mapping of a file.
    SharedFile,
    /// Private, anonymous or not.
    Private,
}

/// How a region is cut into VMAs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Vmas {
    /// One.
    One,
    /// One for each page.
    PerPage,
}

/// Where the pages are. Gigabytes in one piece are no list.
#[derive(Clone, Debug)]
enum Pages {
    /// One after the other from here.
    Contiguous(u64),
    /// Each by itself.
    Listed(Vec<u64>),
}

/// A named span of user memory, resident in full except for a hole.
#[derive(Clone, Debug)]
pub struct Region {
    /// Its name in symbolic addresses.
    pub name: String,
    /// First virtual address.
    pub va: u64,
    /// Bytes, a multiple of the page size.
    pub size: u64,
    /// Physical addresses are printed by this name. False for memory that the recorder did not know.
    pub named: bool,
    pages: Pages,
    backing: Backing,
    vmas: Vmas,
    writable: bool,
    /// Pages that are not there: first and first after.
    hole: std::ops::Range<u64>,
}

impl Region {
    /// One writable shared file VMA of `size` bytes at `va`, physically contiguous from `pa`.
    pub fn new(name: &str, va: u64, size: u64, pa: u64) -> Self {
        Self {
            name: name.to_owned(),
            va,
            size,
            named: true,
            pages: Pages::Contiguous(pa),
            backing: Backing::SharedFile,
            vmas: Vmas::One,
            writable: true,
            hole: 0..0,
        }
    }

    /// With this kind of VMA.
    pub fn with_backing(self, backing: Backing) -> Self {
        Self { backing, ..self }
    }

    /// Cut into VMAs like this.
    pub fn with_vmas(self, vmas: Vmas) -> Self {
        Self { vmas, ..self }
    }

    /// Without write permission.
    pub fn read_only(self) -> Self {
        Self {
            writable: false,
            ..self
        }
    }

    /// Without a name for its physical pages.
    pub fn unnamed(self) -> Self {
        Self {
            named: false,
            ..self
        }
    }

    /// Without pages `first..end`, nor a VMA there.
    pub fn with_hole(self, first: u64, end: u64) -> Self {
        Self {
            hole: first..end,
            ..self
        }
    }

    /// With no two neighbours physically adjacent.
    pub fn scattered(self) -> Self {
        self.fragmented(|_| false)
    }

    /// With page i + 1 physically right after page i only where `joined(i)`.
    pub fn fragmented(mut self, joined: impl Fn(u64) -> bool) -> Self {
        let pages = self.list();
        for i in 1..pages.len() {
            let step = if joined(i as u64 - 1) {
                PAGE
            } else {
                PAGE + GAP
            };
            pages[i] = pages[i - 1] + step;
        }
        self
    }

    /// With page `page` at physical address `pa`.
    pub fn placed(mut self, page: u64, pa: u64) -> Self {
        let pages = self.list();
        if let Some(slot) = usize::try_from(page).ok().and_then(|i| pages.get_mut(i)) {
            *slot = pa;
        }
        self
    }

    /// The pages, one by one.
    fn list(&mut self) -> &mut Vec<u64> {
        if let Pages::Contiguous(pa) = self.pages {
            let pages = 0..self.size / PAGE;
            self.pages = Pages::Listed(pages.map(|i| pa + i * PAGE).collect());
        }
        match &mut self.pages {
            Pages::Listed(pages) => pages,
            Pages::Contiguous(_) => unreachable!("listed above"),
        }
    }

    /// Physical address of a page, unless it is absent, or read-only and to be written.
    pub fn page(&self, page: u64, write: bool) -> Option<u64> {
        let refused = self.hole.contains(&page) || (write && !self.writable);
        if refused || page >= self.size / PAGE {
            return None;
        }
        match &self.pages {
            Pages::Contiguous(pa) => Some(pa + page * PAGE),
            Pages::Listed(pages) => pages.get(usize::try_from(page).ok()?).copied(),
        }
    }

    /// Physical address of an offset, if there is a page.
    pub fn pa_of(&self, offset: u64) -> Option<u64> {
        self.page(offset / PAGE, false)
            .map(|pa| pa.wrapping_add(offset % PAGE))
    }

    /// Offset of a physical address, if it is in one of the pages.
    pub fn offset_of(&self, pa: u64) -> Option<u64> {
        match &self.pages {
            Pages::Contiguous(first) => {
                Some(pa.wrapping_sub(*first)).filter(|&offset| offset < self.size)
            }
            Pages::Listed(pages) => {
                let page = pages
                    .iter()
                    .position(|&page| pa.wrapping_sub(page) < PAGE)?;
                Some(page as u64 * PAGE + pa.wrapping_sub(pages[page]))
            }
        }
    }

    /// The VMAs of the region, ascending.
    pub fn vmas(&self) -> Vec<Vma> {
        let pages = self.size / PAGE;
        let vma = |first: u64, end: u64| Vma {
            start: self.va + first * PAGE,
            end: self.va + end * PAGE,
            shared_file: self.backing == Backing::SharedFile,
        };
        match self.vmas {
            Vmas::PerPage => (0..pages)
                .filter(|page| !self.hole.contains(page))
                .map(|page| vma(page, page + 1))
                .collect(),
            Vmas::One if self.hole.is_empty() => vec![vma(0, pages)],
            Vmas::One => vec![vma(0, self.hole.start), vma(self.hole.end, pages)],
        }
    }
}
