// SPDX-License-Identifier: Apache-2.0
//! The builds of `rtl/` that are linked in: the one list of them.
//!
//! `build.rs` makes a Verilated class and its C++ glue for each, `src/dut` offers the same list to Rust; both
//! include this file by path.

/// One build of the RTL: its parameters, and whether it carries the deliberate bugs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Variant {
    /// 64 entries at byte granularity, two devices.
    E64,
    /// 2048 entries at byte granularity: the most vhost maps in one address space.
    E2048,
    /// As [`E64`](Self::E64), with the bugs that show that the testbench sees one.
    E64Bugs,
    /// Page granularity, addresses narrower than 64 bits, and sizes that are no powers of two.
    E50Pages,
    /// Two AXI4 ports, one search port; the small one of those with a data path.
    AxiE64,
    /// One AXI4 port over the largest table.
    AxiE2048,
    /// One AXI4 port as wide as they come, with a search port for each direction.
    AxiDual,
}

/// Parameters of `iommu_core` that differ between the builds; the others have their defaults.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Parameters {
    /// ENTRIES: ranges that the table holds.
    pub entries: u16,
    /// ASIDS: address spaces.
    pub asids: u8,
    /// GROUPS: virtqueue groups.
    pub groups: u8,
    /// DEVICES: virtio devices.
    pub devices: u8,
    /// GRANULE_LOG2: 0 for byte ranges, as vdpa_sim with use_va has them.
    pub granule_log2: u8,
    /// IOVA_W: bits of an address that a device uses.
    pub iova_w: u8,
    /// PA_W: bits of an address on the memory bus.
    pub pa_w: u8,
    /// K: the radix of the search.
    pub radix: u8,
    /// Those of `persimmon`, if that is the top and not `iommu_core`.
    pub axi: Option<AxiParameters>,
}

/// Parameters of `persimmon` that differ between the builds with AXI4 ports.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct AxiParameters {
    /// PORTS.
    pub ports: u8,
    /// SEARCH_PORTS: 1 or 2.
    pub search_ports: u8,
    /// AXI_DATA_W: bits of a beat.
    pub data_w: u16,
    /// AXI_ID_W.
    pub id_w: u8,
    /// AXI_USER_W.
    pub user_w: u8,
    /// OUTSTANDING: bursts in flight downstream, of a port and direction.
    pub outstanding: u8,
    /// FAULT_DEPTH: records that the fault queue holds.
    pub fault_depth: u16,
    /// DIRTY_PAGES: bits of the dirty log, 0 for none.
    pub dirty_pages: u32,
}

impl Variant {
    /// Every build, by its number in the C++ glue.
    pub const ALL: [Self; 7] = [
        Self::E64,
        Self::E2048,
        Self::E64Bugs,
        Self::E50Pages,
        Self::AxiE64,
        Self::AxiE2048,
        Self::AxiDual,
    ];

    /// What it was built with.
    #[must_use]
    pub const fn parameters(self) -> Parameters {
        match self {
            Self::E64 | Self::E64Bugs => Parameters {
                entries: 64,
                asids: 4,
                groups: 4,
                devices: 2,
                granule_log2: 0,
                iova_w: 64,
                pa_w: 64,
                radix: 16,
                axi: None,
            },
            Self::E2048 => Parameters {
                entries: 2048,
                asids: 16,
                groups: 16,
                devices: 1,
                granule_log2: 0,
                iova_w: 64,
                pa_w: 64,
                radix: 8,
                axi: None,
            },
            Self::E50Pages => Parameters {
                entries: 50,
                asids: 3,
                groups: 5,
                devices: 3,
                granule_log2: 12,
                iova_w: 48,
                pa_w: 40,
                radix: 4,
                axi: None,
            },
            Self::AxiE64 => Parameters {
                entries: 64,
                asids: 4,
                groups: 4,
                devices: 2,
                granule_log2: 12,
                iova_w: 48,
                pa_w: 40,
                radix: 4,
                axi: Some(AxiParameters {
                    ports: 2,
                    search_ports: 1,
                    data_w: 64,
                    id_w: 4,
                    user_w: 4,
                    outstanding: 16,
                    fault_depth: 16,
                    dirty_pages: 1024,
                }),
            },
            Self::AxiE2048 => Parameters {
                entries: 2048,
                asids: 16,
                groups: 16,
                devices: 1,
                granule_log2: 12,
                iova_w: 64,
                pa_w: 64,
                radix: 8,
                axi: Some(AxiParameters {
                    ports: 1,
                    search_ports: 1,
                    data_w: 64,
                    id_w: 4,
                    user_w: 8,
                    outstanding: 64,
                    fault_depth: 64,
                    dirty_pages: 1024,
                }),
            },
            Self::AxiDual => Parameters {
                entries: 64,
                asids: 4,
                groups: 4,
                devices: 2,
                granule_log2: 12,
                iova_w: 64,
                pa_w: 64,
                radix: 16,
                axi: Some(AxiParameters {
                    ports: 1,
                    search_ports: 2,
                    data_w: 512,
                    id_w: 6,
                    user_w: 4,
                    outstanding: 64,
                    fault_depth: 16,
                    dirty_pages: 0,
                }),
            },
        }
    }

    /// Compiled with `PERSIMMON_BUGS` defined.
    #[must_use]
    pub const fn has_bugs(self) -> bool {
        matches!(self, Self::E64Bugs)
    }
}

impl Parameters {
    /// As the RTL names them.
    #[must_use]
    pub fn by_name(self) -> Vec<(&'static str, u32)> {
        let mut all = vec![
            ("ENTRIES", self.entries.into()),
            ("ASIDS", self.asids.into()),
            ("GROUPS", self.groups.into()),
            ("DEVICES", self.devices.into()),
            ("GRANULE_LOG2", self.granule_log2.into()),
            ("IOVA_W", self.iova_w.into()),
            ("PA_W", self.pa_w.into()),
            ("K", self.radix.into()),
        ];
        if let Some(axi) = self.axi {
            all.extend([
                ("PORTS", axi.ports.into()),
                ("SEARCH_PORTS", axi.search_ports.into()),
                ("AXI_DATA_W", axi.data_w.into()),
                ("AXI_ID_W", axi.id_w.into()),
                ("AXI_USER_W", axi.user_w.into()),
                ("OUTSTANDING", axi.outstanding.into()),
                ("FAULT_DEPTH", axi.fault_depth.into()),
                ("DIRTY_PAGES", axi.dirty_pages),
            ]);
        }
        all
    }
}

/// A simulated board: `persimmon_board` with everything on it small, and its clock fast against its UART. They carry the
/// deliberate bugs, to show that the self-test sees one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BoardBuild {
    /// `persimmon`, AXI4 data path and all, as on a large device.
    Full,
    /// `board_lite`, as on a small one.
    Lite,
}

impl BoardBuild {
    /// Every build, by its number in the C++ glue.
    pub const ALL: [Self; 2] = [Self::Full, Self::Lite];

    /// Parameters of `persimmon_board`, as Verilator takes them. DIVISOR is what `sim/board.h` has.
    #[must_use]
    pub const fn parameters(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Full => &[
                ("FULL", "1"),
                ("ENTRIES", "64"),
                ("ASIDS", "4"),
                ("GROUPS", "4"),
                ("DEVICES", "2"),
                ("IOVA_W", "48"),
                ("PA_W", "40"),
                ("K", "4"),
                ("FAULT_DEPTH", "4"),
                ("MEM_KIB", "16"),
                ("MEM_BASE", "64'h2000000000"),
                ("DIVISOR", "4"),
                ("TIMEOUT", "4096"),
                ("ROUNDS", "2"),
                ("BLINK_LOG2", "6"),
            ],
            Self::Lite => &[
                ("FULL", "0"),
                ("ENTRIES", "16"),
                ("ASIDS", "2"),
                ("GROUPS", "2"),
                ("IOVA_W", "32"),
                ("PA_W", "20"),
                ("K", "4"),
                ("B", "1"),
                ("FAULT_DEPTH", "4"),
                ("PARITY", "0"),
                ("MEM_KIB", "8"),
                ("MEM_PAGE_LOG2", "9"),
                ("MEM_BASE", "64'h40000"),
                ("DIVISOR", "4"),
                ("TIMEOUT", "4096"),
                ("ROUNDS", "2"),
                ("BLINK_LOG2", "6"),
            ],
        }
    }
}
