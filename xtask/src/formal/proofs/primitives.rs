// SPDX-License-Identifier: Apache-2.0
//! Proofs of what everything is made of: FIFOs, register slices, turns, sums.

use super::{Method, Proof, broken, property};

/// All of them.
pub fn proofs() -> Vec<Proof> {
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
    ]
}
