// SPDX-License-Identifier: Apache-2.0
//! Proofs of the command side: what is refused, what an effect changes, what drains, what is recorded.

use super::{Broken, Method, Proof, broken, property};

/// All of them.
pub fn proofs() -> Vec<Proof> {
    vec![
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
    ]
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
