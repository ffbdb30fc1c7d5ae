// SPDX-License-Identifier: Apache-2.0
//! What is proven, at which sizes, and the broken variants that each proof must catch.

use super::memories;

/// One property of one design at one size.
pub struct Proof {
    /// What the command line and the tables call it.
    pub name: String,
    /// Whose properties: a file and module of `formal/`.
    pub top: &'static str,
    /// What it needs besides, from the root of the repository, in the order of the file list.
    pub sources: Vec<String>,
    /// Parameters of `top`.
    pub parameters: Vec<(&'static str, u32)>,
    /// How far the proof goes.
    pub method: Method,
    /// Clocks within which every cover is reached and every broken variant fails.
    pub reach: u32,
    /// Edits that every variant has: to read two versions of one module beside each other.
    pub edits: Vec<Edit>,
    /// With each of these the proof must fail.
    pub broken: Vec<Broken>,
}

/// How far a proof goes.
#[derive(Clone, Copy)]
pub enum Method {
    /// So many clocks from the start.
    Bounded(u32),
    /// Any number of clocks: from the start for as many as this, and whatever has held for as many holds in the next.
    Induction(u32),
}

/// A text in a source, and what replaces it, wherever it is there. It must be there.
#[derive(Clone)]
pub struct Edit {
    /// One of [`Proof::sources`].
    pub file: String,
    /// What is there.
    pub from: String,
    /// What is wanted.
    pub to: String,
}

/// Edits that make the design wrong.
pub struct Broken {
    /// What is wrong then.
    pub name: &'static str,
    /// How.
    pub edits: Vec<Edit>,
}

impl Edit {
    /// Replaces `from` by `to` in `file`.
    pub fn new(file: impl Into<String>, from: impl Into<String>, to: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            from: from.into(),
            to: to.into(),
        }
    }
}

/// A broken variant by one edit of a module below `rtl/`.
fn broken(name: &'static str, module: &str, from: &str, to: &str) -> Broken {
    Broken {
        name,
        edits: vec![Edit::new(rtl(module), from, to)],
    }
}

fn rtl(module: &str) -> String {
    format!("rtl/{module}.sv")
}

/// Every proof, the ones of small modules first.
pub fn all() -> Vec<Proof> {
    let mut proofs = properties();
    proofs.extend(memories::proofs());
    proofs
}

/// Properties of `modules`, which `iommu_pkg` precedes.
fn property(
    name: &str,
    top: &'static str,
    modules: &[&str],
    parameters: &[(&'static str, u32)],
    method: Method,
    reach: u32,
    broken: Vec<Broken>,
) -> Proof {
    Proof {
        name: name.to_owned(),
        top,
        sources: std::iter::once(&"iommu_pkg")
            .chain(modules)
            .map(|module| rtl(module))
            .collect(),
        parameters: parameters.to_vec(),
        method,
        reach,
        edits: Vec::new(),
        broken,
    }
}

fn properties() -> Vec<Proof> {
    vec![
        property(
            "fifo",
            "fifo",
            &["iommu_fifo"],
            &[("WIDTH", 4), ("DEPTH", 4)],
            Method::Induction(3),
            12,
            vec![
                broken(
                    "full one word late",
                    "iommu_fifo",
                    "ready_q <= write_next != read_q;",
                    "ready_q <= 1'b1;",
                ),
                broken(
                    "a word taken twice",
                    "iommu_fifo",
                    "if (pop) read_q <= read_next;",
                    "if (pop && !push) read_q <= read_next;",
                ),
            ],
        ),
        property(
            "slice",
            "slice",
            &["iommu_slice"],
            &[("WIDTH", 4)],
            Method::Induction(2),
            8,
            vec![
                broken(
                    "the second word lost",
                    "iommu_slice",
                    "if (!spare_valid_q) spare_q <= in_data_i;",
                    "spare_q <= in_data_i;",
                ),
                broken(
                    "the offer changes",
                    "iommu_slice",
                    "if (out_ready_i || !out_valid_o) out_data_o <= ",
                    "out_data_o <= ",
                ),
            ],
        ),
        property(
            "rr",
            "rr",
            &["iommu_rr"],
            &[("N", 4)],
            Method::Induction(2),
            8,
            vec![
                broken(
                    "the first always",
                    "iommu_rr",
                    "(ahead != '0) ? first_ahead : first",
                    "first",
                ),
                broken(
                    "grants two",
                    "iommu_rr",
                    "ahead[i] && ahead[i-1:0] == '0",
                    "ahead[i]",
                ),
            ],
        ),
        property(
            "room",
            "room",
            &["iommu_room"],
            &[("ENTRIES", 8), ("ASIDS", 3)],
            Method::Induction(12),
            16,
            vec![
                broken(
                    "says so two clocks early",
                    "iommu_room",
                    "assign valid_o = valid_q;",
                    "assign valid_o = all_q;",
                ),
                broken(
                    "goes on after a change",
                    "iommu_room",
                    "end else if (change_i) begin\n      next_q  <= '0;\n      sum_q   <= '0;",
                    "end else if (change_i) begin\n      next_q  <= '0;",
                ),
            ],
        ),
        property(
            "state",
            "state",
            &["iommu_state"],
            &[],
            Method::Induction(6),
            20,
            vec![
                broken(
                    "every device reset cleans",
                    "iommu_state",
                    "clean = cleans_q[device_i] || (by_flag_q[device_i] && clean_i);",
                    "clean = 1'b1;",
                ),
                broken(
                    "RESET_MAP keeps the mode",
                    "iommu_state",
                    "reset      = effect_i == EffectResetMap;",
                    "reset      = 1'b0;",
                ),
                broken(
                    "a count of an address space that is not MAPPED",
                    "iommu_state",
                    "at_count_q         <= (at_mode == ModeMapped) ? at_lies_q : '0;",
                    "at_count_q         <= at_lies_q;",
                ),
                broken(
                    "a group that moves drains nothing",
                    "iommu_state",
                    "leaves_q2   <= touched_in & ~target_in;",
                    "leaves_q2   <= '0;",
                ),
                broken(
                    "a reset assigns groups that had no address space",
                    "iommu_state",
                    "(group_valid_q | {GROUPS{assigns_q1}})",
                    "{GROUPS{1'b1}}",
                ),
            ],
        ),
        property(
            "faults",
            "faults",
            &["iommu_ram_1r1w", "fault_queue"],
            &[("S", 2), ("DEPTH", 4)],
            Method::Induction(6),
            20,
            vec![
                broken(
                    "the second of two drops is not counted",
                    "fault_queue",
                    "2'(come[0] && !take[0]) + 2'(come[1] && !take[1])",
                    "2'((come[0] && !take[0]) || (come[1] && !take[1]))",
                ),
                broken(
                    "what is masked is not counted",
                    "fault_queue",
                    "2'(come[0] && !take[0])",
                    "2'(want[0] && !take[0])",
                ),
                broken(
                    "two records in the last place",
                    "fault_queue",
                    "&& !(want[0] && last_q)",
                    "",
                ),
            ],
        ),
        property(
            "effect",
            "effect",
            &["iommu_effect", "iommu_state"],
            &[],
            Method::Induction(6),
            20,
            vec![
                broken(
                    "the banks flip one clock early",
                    "iommu_effect",
                    "assign flip_o = flip_q[CLOCKS-1];",
                    "assign flip_o = flip_q[CLOCKS-2];",
                ),
                broken(
                    "settles one clock early",
                    "iommu_effect",
                    "settling_o <= decided || decided_q != '0;",
                    "settling_o <= decided || decided_q[CLOCKS-3:0] != '0;",
                ),
                broken(
                    "MAPs that insert nothing change the mode",
                    "iommu_effect",
                    "(inserted_i != '0) ? EffectMap : EffectNone",
                    "EffectMap",
                ),
            ],
        ),
        drain("drain_1", 1),
        drain("drain_2", 2),
        search("search_8_k2", 2, 11),
        search("search_8_k4", 4, 8),
        damage("damage_8_k2", 2, 11),
        damage("damage_8_k4", 4, 8),
        xlate(
            "xlate_bytes",
            &[("K", 8), ("IOVA_W", 14), ("PA_W", 13), ("GRANULE_LOG2", 0)],
            8,
            vec![
                broken(
                    "the address of what is damaged",
                    "iommu_xlate",
                    "!e_damaged_i",
                    "1'b1",
                ),
                broken(
                    "an identity beyond the physical address",
                    "iommu_xlate",
                    "s2_last_q[IOVA_W-1:PA_W] == '0",
                    "1'b1",
                ),
            ],
        ),
        xlate(
            "xlate_pages",
            &[],
            11,
            vec![
                broken(
                    "a write needs the permission to read",
                    "iommu_xlate",
                    "side.write ? e_perm_i[PermWrite] : e_perm_i[PermRead]",
                    "e_perm_i[PermRead]",
                ),
                broken(
                    "the sequence number of one clock later",
                    "iommu_xlate",
                    "<= seq_q1;",
                    "<= commit_seq_i;",
                ),
                broken(
                    "an answer that nobody asked for",
                    "iommu_xlate",
                    "r0_valid_q   <= accepted;",
                    "r0_valid_q   <= req_valid_i;",
                ),
            ],
        ),
        // The parameters of `iommu_core` at their defaults.
        xlate(
            "xlate_full",
            &[
                ("ENTRIES", 2048),
                ("K", 8),
                ("ASIDS", 16),
                ("GROUPS", 16),
                ("IOVA_W", 64),
                ("PA_W", 64),
            ],
            20,
            Vec::new(),
        ),
        check(
            "check_pages",
            &[],
            vec![
                broken(
                    "an alignment is told before a range",
                    "iommu_check",
                    "if (bad_range_q) range_code = CodeInvalRange;\n    else if (bad_align_q)",
                    "if (bad_range_q && !bad_align_q) range_code = CodeInvalRange;\n    else if (bad_align_q)",
                ),
                broken(
                    "a MAP beside an open transaction",
                    "iommu_check",
                    "cmd_i.op inside {OpMap, OpUnmap, OpSetMapBegin, OpRecover}",
                    "cmd_i.op inside {OpUnmap, OpSetMapBegin, OpRecover}",
                ),
                broken(
                    "the COMMIT of another address space",
                    "iommu_check",
                    "txn_open_o && 8'(txn_asid_o) == cmd_i.asid",
                    "txn_open_o",
                ),
            ],
        ),
        check(
            "check_wide",
            &[
                ("ASIDS", 4),
                ("GROUPS", 4),
                ("DEVICES", 1),
                ("IOVA_W", 64),
                ("PA_W", 64),
                ("GRANULE_LOG2", 0),
            ],
            Vec::new(),
        ),
        // From reset to the first answers.
        property(
            "axi_write",
            "axi_write",
            &[
                "iommu_fifo",
                "iommu_slice",
                "iommu_axi_pkg",
                "iommu_axi_table",
                "iommu_axi_release",
                "iommu_axi_write",
            ],
            &[],
            Method::Bounded(14),
            14,
            vec![
                broken(
                    "the beats of a refused burst go to memory",
                    "iommu_axi_write",
                    "w_valid && route_valid_q && !route_drain_q",
                    "w_valid && route_valid_q",
                ),
                broken(
                    "the address of a refused burst goes to memory",
                    "iommu_axi_write",
                    "x_valid_i && may_go && !x_refused_i)",
                    "x_valid_i && may_go)",
                ),
                broken(
                    "WLAST one beat early",
                    "iommu_axi_write",
                    "left_q == 8'd1",
                    "left_q == 8'd2",
                ),
                broken(
                    "a beat changes while it waits",
                    "iommu_axi_write",
                    "if (forward_ready) {m_w_data_o",
                    "{m_w_data_o",
                ),
                broken(
                    "SLVERR before the data are there",
                    "iommu_axi_write",
                    "drained       = w_take && w_last_q && route_drain_q",
                    "drained       = w_take && route_drain_q",
                ),
            ],
        ),
        merge(
            "merge_map",
            0,
            vec![
                broken(
                    "the entry after is not looked at",
                    "iotlb_merge",
                    "exists = near_q || (before_q && hi_q)",
                    "exists = before_q && hi_q",
                ),
                broken(
                    "the entry before is not looked at",
                    "iotlb_merge",
                    "exists = near_q || (before_q && hi_q)",
                    "exists = near_q",
                ),
                broken(
                    "what is dead is kept",
                    "iotlb_merge",
                    "entry = pass_q && flag_live_q && ",
                    "entry = pass_q && ",
                ),
            ],
        ),
        merge(
            "merge_unmap",
            1,
            vec![broken(
                "what ends at the operand's start stays",
                "iotlb_merge",
                "hi_q <= before_last_q >= op_start",
                "hi_q <= before_last_q > op_start",
            )],
        ),
    ]
}

/// One pass, from reset to its end and two clocks more.
fn merge(name: &str, unmaps: u32, broken: Vec<Broken>) -> Proof {
    property(
        name,
        "merge",
        &["iotlb_operands", "iotlb_merge"],
        &[("UNMAPS", unmaps), ("CLOCKS", MERGE_CLOCKS)],
        Method::Bounded(MERGE_CLOCKS + 2),
        MERGE_CLOCKS + 2,
        broken,
    )
}

/// From reset to the end of a pass of three entries and two operands.
const MERGE_CLOCKS: u32 = 40;

/// What a search needs.
const SEARCH: &[&str] = &[
    "iommu_ram_1r1w",
    "iommu_ram_1r1rw",
    "iommu_ram_small",
    "iotlb_level",
    "iotlb_search",
];

/// `latency` is that of the search: the query comes before it, and what is known of damage one clock after it.
fn search(name: &str, radix: u32, latency: u32) -> Proof {
    property(
        name,
        "search",
        SEARCH,
        &[("K", radix)],
        Method::Induction(latency + 2),
        latency + 5,
        vec![
            broken(
                "a key that is equal is not found",
                "iotlb_level",
                "key[Reads] >= word[KEY_W-1:0]",
                "key[Reads] > word[KEY_W-1:0]",
            ),
            broken(
                "a key beyond the count is found",
                "iotlb_level",
                "l < 32'(LaneW'(keys_i[b]))",
                "l <= 32'(LaneW'(keys_i[b]))",
            ),
            broken(
                "the top of the bank that is active next",
                "iotlb_search",
                "{top_key_q1, top_bank_q1} <= {q_key, seen_i}",
                "{top_key_q1, top_bank_q1} <= {q_key, bank_i}",
            ),
            broken(
                "told one clock early",
                "iotlb_search",
                "FoundClocks = iotlb_latency(ENTRIES, K) - 1",
                "FoundClocks = iotlb_latency(ENTRIES, K) - 2",
            ),
        ],
    )
}

fn damage(name: &str, radix: u32, latency: u32) -> Proof {
    property(
        name,
        "search",
        SEARCH,
        &[("K", radix), ("DAMAGE", 1)],
        Method::Induction(latency + 2),
        latency + 5,
        vec![
            broken(
                "no lane is checked",
                "iotlb_level",
                "bad_q           <= bad[Reads+1] || bad_lane != '0;",
                "bad_q           <= bad[Reads+1];",
            ),
            broken(
                "the top is not checked",
                "iotlb_search",
                "top_bad_q1 |= ^part_q1[t]",
                "top_bad_q1 |= 1'b0",
            ),
            broken(
                "the payload is not checked",
                "iotlb_search",
                "assign payload_bad = ^part_q;",
                "assign payload_bad = 1'b0;",
            ),
        ],
    )
}

/// The longest cover is a BEGIN, two ENTRYs and a COMMIT.
fn check(name: &str, parameters: &[(&'static str, u32)], more: Vec<Broken>) -> Proof {
    let mut variants = vec![
        broken(
            "an ASID out of range is another one",
            "iommu_check",
            "bad_asid_q   <= uses_asid && bad_asid;",
            "bad_asid_q   <= 1'b0;",
        ),
        broken(
            "the sum of the physical end wraps",
            "iommu_check",
            "(65'(cmd_i.pa[63:GRANULE_LOG2]) + 65'(size_q[SizeW-1:0])) >> PgW",
            "65'(PgW'(65'(cmd_i.pa[63:GRANULE_LOG2]) + 65'(size_q[SizeW-1:0]))) >> PgW",
        ),
        broken(
            "what is refused is executed",
            "iommu_ctrl",
            "state_d[Execute] = !decode_bad && executes_q;",
            "state_d[Execute] = executes_q;",
        ),
    ];
    variants.extend(more);
    property(
        name,
        "check",
        &[
            "iommu_less",
            "iommu_txn",
            "iommu_check",
            "iommu_room",
            "iommu_batch",
            "iommu_pins",
            "iommu_result",
            "iommu_effect",
            "iommu_ctrl",
        ],
        parameters,
        Method::Induction(10),
        36,
        variants,
    )
}

/// `latency` is LATENCY: what an answer follows from happens in as many clocks before it.
fn xlate(name: &str, parameters: &[(&'static str, u32)], latency: u32, more: Vec<Broken>) -> Proof {
    let mut variants = vec![
        broken(
            "an entry of another address space",
            "iommu_xlate",
            "assign e_mine = e_found_i && e_asid_i == side.asid;",
            "assign e_mine = e_found_i;",
        ),
        broken(
            "only the first byte has to be inside",
            "iommu_xlate",
            "f1_within_q  <= ends_below(late.last);",
            "f1_within_q  <= ends_below(side.iova[IOVA_W-1:GRANULE_LOG2]);",
        ),
        broken(
            "the mode of one clock later",
            "iommu_xlate",
            "<= mode_q1[r0_asid_q];",
            "<= mode_i[r0_asid_q];",
        ),
    ];
    variants.extend(more);
    property(
        name,
        "xlate",
        &["iommu_delay", "iommu_xlate"],
        parameters,
        Method::Induction(latency + 2),
        latency + 5,
        variants,
    )
}

fn drain(name: &str, search_ports: u32) -> Proof {
    let counted = if search_ports == 1 {
        broken(
            "a request beside the last release is overlooked",
            "iommu_drain",
            "{last, none} = {&even_q, 1'b0}",
            "{last, none} = {&one_q, 1'b0}",
        )
    } else {
        broken(
            "credit one clock too long",
            "iommu_drain",
            "Margin = UncreditedClocks * SEARCH_PORTS",
            "Margin = (UncreditedClocks - 1) * SEARCH_PORTS",
        )
    };
    property(
        name,
        "drain",
        &["iommu_drain"],
        &[("SEARCH_PORTS", search_ports)],
        Method::Induction(6),
        24,
        vec![
            broken(
                "one clock too few after a turn",
                "iommu_drain",
                "BlankClocks = 4",
                "BlankClocks = 3",
            ),
            broken(
                "a second removal does not join",
                "iommu_drain",
                "again_q   <= (again_q & ~done) |",
                "again_q   <= '0 &",
            ),
            broken(
                "looks at the epoch that goes on",
                "iommu_drain",
                "!some[a][!epoch_q[a]]",
                "!some[a][epoch_q[a]]",
            ),
            counted,
        ],
    )
}
