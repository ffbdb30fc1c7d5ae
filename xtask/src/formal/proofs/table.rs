// SPDX-License-Identifier: Apache-2.0
//! Proofs of the table and of what is done with its answers: search, passes, checks.

use super::{Broken, Method, Proof, broken, property};

/// All of them.
pub fn proofs() -> Vec<Proof> {
    vec![
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
