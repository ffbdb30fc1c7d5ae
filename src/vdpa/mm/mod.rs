// SPDX-License-Identifier: Apache-2.0
//! The memory of the process that drives the device: `struct mm_struct` as far as vhost-vdpa looks at it.
//!
//! A process has [`Region`]s. Each is a span of virtual addresses, cut into VMAs, with physical pages behind it;
//! [`find_vma`](Mm::find_vma) is what va mode walks, [`pin_pages`](Mm::pin_pages) what pa mode pins. Which pages
//! are physically adjacent decides how many entries one UPDATE becomes, so it is given, page by page, when a
//! region is made, and never changes. `pinned_vm` and RLIMIT_MEMLOCK are counted in pages.

mod region;

pub use region::{Backing, Region, Vmas};

/// Bytes in a page.
pub const PAGE: u64 = 4096;
/// `PAGE_MASK`: clears the offset in the page.
pub const PAGE_MASK: u64 = !(PAGE - 1);
/// `TASK_SIZE` on x86-64 with four-level page tables: no user address is above.
const TASK_SIZE: u64 = 0x7fff_ffff_f000;

/// Which process: `current->mm` as vhost compares it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct MmId(pub u32);

/// A virtual memory area.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Vma {
    /// First byte.
    pub start: u64,
    /// First byte after it.
    pub end: u64,
    /// A shared mapping of a file: the only kind that va mode maps.
    pub shared_file: bool,
}

/// What [`Mm::pin_pages`] got.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pinned {
    /// Physical addresses of the pages, in order; fewer than asked for where the next page is absent.
    pub pages: Vec<u64>,
}

/// One process.
#[derive(Clone, Debug)]
pub struct Mm {
    id: MmId,
    regions: Vec<Region>,
    /// VMAs of all regions and of the program itself, ascending.
    vmas: Vec<Vma>,
    /// RLIMIT_MEMLOCK, in bytes.
    pub memlock: u64,
    pinned_vm: u64,
}

impl Mm {
    /// A process with `regions`, a program text at the bottom and a stack at the top of its address space.
    /// RLIMIT_MEMLOCK is unlimited.
    pub fn new(id: MmId, regions: Vec<Region>) -> Self {
        let program = [(0x40_0000, 0x60_0000), (0x7ffc_0000_0000, 0x7ffc_0010_0000)];
        let mut mm = Self {
            id,
            regions,
            vmas: program
                .map(|(start, end)| Vma {
                    start,
                    end,
                    shared_file: false,
                })
                .to_vec(),
            memlock: u64::MAX,
            pinned_vm: 0,
        };
        for region in &mm.regions {
            mm.vmas.extend(region.vmas());
        }
        mm.vmas.sort_by_key(|vma| vma.start);
        mm
    }

    /// A child made by fork: another process with the same memory and nothing pinned.
    pub fn fork(&self, id: MmId) -> Self {
        Self {
            id,
            pinned_vm: 0,
            ..self.clone()
        }
    }

    /// Which process this is.
    pub fn id(&self) -> MmId {
        self.id
    }

    /// Pages charged against RLIMIT_MEMLOCK.
    pub fn pinned_vm(&self) -> u64 {
        self.pinned_vm
    }

    /// Charges pages, without looking at the limit.
    pub fn charge(&mut self, pages: u64) {
        self.pinned_vm += pages;
    }

    /// Gives charged pages back.
    pub fn uncharge(&mut self, pages: u64) {
        self.pinned_vm = self.pinned_vm.saturating_sub(pages);
    }

    /// `munmap` of a whole region: its VMAs go; pages that are pinned stay where they are.
    pub fn unmap_region(&mut self, name: &str) {
        if let Some(region) = self.regions.iter().find(|r| r.name == name) {
            let (start, end) = (region.va, region.va + region.size);
            self.vmas.retain(|vma| vma.end <= start || vma.start >= end);
        }
    }

    /// The kernel's `find_vma`: the lowest VMA that ends above `va`, whether or not it contains it.
    pub fn find_vma(&self, va: u64) -> Option<&Vma> {
        let at = self.vmas.partition_point(|vma| vma.end <= va);
        self.vmas.get(at)
    }

    /// True if `va` is in a VMA: what a device that uses the process's own addresses may touch.
    pub fn is_mapped(&self, va: u64) -> bool {
        self.find_vma(va).is_some_and(|vma| vma.start <= va)
    }

    /// `pin_user_pages(va, n)`: stops at the first page that is absent or, for `write`, read-only. `va` is a
    /// multiple of the page size.
    pub fn pin_pages(&self, va: u64, n: u64, write: bool) -> Pinned {
        let mut pages = Vec::new();
        for i in 0..n {
            let page = i
                .checked_mul(PAGE)
                .and_then(|offset| va.checked_add(offset))
                .filter(|&va| va < TASK_SIZE && self.is_mapped(va))
                .and_then(|va| self.region_at(va))
                .and_then(|(region, offset)| region.page(offset / PAGE, write));
            match page {
                Some(pa) => pages.push(pa),
                None => break,
            }
        }
        Pinned { pages }
    }

    fn region_at(&self, va: u64) -> Option<(&Region, u64)> {
        self.regions
            .iter()
            .find(|r| (r.va..r.va + r.size).contains(&va))
            .map(|r| (r, va - r.va))
    }

    /// The region of that name.
    pub fn region(&self, name: &str) -> Option<&Region> {
        self.regions.iter().find(|r| r.name == name)
    }

    /// The region and offset at a virtual address.
    pub fn locate_va(&self, va: u64) -> Option<(&str, u64)> {
        self.region_at(va)
            .map(|(r, offset)| (r.name.as_str(), offset))
    }

    /// The region and offset at a physical address, for regions whose pages are known by name.
    pub fn locate_pa(&self, pa: u64) -> Option<(&str, u64)> {
        self.regions
            .iter()
            .filter(|r| r.named)
            .find_map(|r| r.offset_of(pa).map(|offset| (r.name.as_str(), offset)))
    }

    /// True if the process has a page at this physical address.
    pub fn owns_pa(&self, pa: u64) -> bool {
        self.regions.iter().any(|r| r.offset_of(pa).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mm() -> Mm {
        let huge = Region::new("huge", 0x5000_0000_0000, 0x20_0000, 1 << 37);
        let scattered = Region::new("scat", 0x5100_0000_0000, 0x4000, 1 << 38)
            .scattered()
            .with_vmas(Vmas::PerPage);
        let holed = Region::new("hole", 0x5200_0000_0000, 0x8000, 1 << 39).with_hole(4, 5);
        let private =
            Region::new("anon", 0x5300_0000_0000, 0x1000, 1 << 40).with_backing(Backing::Private);
        let ro = Region::new("ro", 0x5400_0000_0000, 0x1000, 1 << 41).read_only();
        Mm::new(MmId(1), vec![huge, scattered, holed, private, ro])
    }

    #[test]
    fn pins_stop_where_pages_do() {
        let mm = mm();
        assert_eq!(mm.pin_pages(0x5000_0000_0000, 512, true).pages.len(), 512);
        assert_eq!(mm.pin_pages(0x5000_0000_0000, 513, true).pages.len(), 512);
        assert_eq!(mm.pin_pages(0x5200_0000_0000, 8, true).pages.len(), 4);
        assert_eq!(mm.pin_pages(0x5200_0000_4000, 1, true).pages, [0u64; 0]);
        assert_eq!(mm.pin_pages(0x5400_0000_0000, 1, true).pages, [0u64; 0]);
        assert_eq!(mm.pin_pages(0x5400_0000_0000, 1, false).pages, [1 << 41]);
        assert_eq!(
            mm.pin_pages(0xffff_8880_0000_0000, 1, false).pages,
            [0u64; 0]
        );
        assert_eq!(mm.pin_pages(0, 1, false).pages, [0u64; 0]);
    }

    #[test]
    fn physical_adjacency() {
        let mm = mm();
        let runs = |va, n| {
            let pages = mm.pin_pages(va, n, true).pages;
            pages.windows(2).filter(|w| w[1] != w[0] + PAGE).count() + 1
        };
        assert_eq!(runs(0x5000_0000_0000, 512), 1);
        assert_eq!(runs(0x5100_0000_0000, 4), 4);
    }

    #[test]
    fn find_vma_skips_holes() {
        let mm = mm();
        assert_eq!(mm.find_vma(0x5000_0000_0000).unwrap().end, 0x5000_0020_0000);
        // Every page of scat is a VMA of its own.
        assert_eq!(mm.find_vma(0x5000_0020_0000).unwrap().end, 0x5100_0000_1000);
        assert_eq!(
            mm.find_vma(0x5200_0000_4000).unwrap().start,
            0x5200_0000_5000
        );
        assert!(!mm.find_vma(0x6000_0000_0000).unwrap().shared_file);
        assert_eq!(mm.find_vma(0xffff_8880_0000_0000), None);
    }

    #[test]
    fn munmap_takes_the_vma_not_the_page() {
        let mut mm = mm();
        assert!(mm.is_mapped(0x5000_0000_0000));
        mm.unmap_region("huge");
        assert!(!mm.is_mapped(0x5000_0000_0000));
        assert!(mm.owns_pa(1 << 37));
    }

    #[test]
    fn names_round_trip() {
        let mm = mm();
        let pages = mm.pin_pages(0x5100_0000_0000, 4, true).pages;
        for (i, &pa) in pages.iter().enumerate() {
            assert_eq!(mm.locate_pa(pa + 5), Some(("scat", i as u64 * PAGE + 5)));
        }
        assert_eq!(mm.locate_va(0x5100_0000_2005), Some(("scat", 0x2005)));
        assert_eq!(mm.locate_pa(0x1000), None);
    }
}
