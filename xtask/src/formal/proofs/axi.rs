// SPDX-License-Identifier: Apache-2.0
//! Proofs of the AXI4 ports.

use super::{Method, Proof, broken, property};

/// All of them.
pub fn proofs() -> Vec<Proof> {
    vec![
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
    ]
}
