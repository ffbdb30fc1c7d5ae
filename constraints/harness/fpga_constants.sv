// SPDX-License-Identifier: Apache-2.0
//
// What the package computes from parameters, as outputs that synthesis can read: reports must not compute it a second
// time. `cargo xtask fpga` elaborates it; it is no part of the design.

module fpga_constants
  import iommu_pkg::*;
#(
  /// Entries of the table
  parameter int unsigned ENTRIES = EntriesDefault,
  /// Search radix
  parameter int unsigned K = RadixDefault
) (
  /// LATENCY of the core
  output logic [31:0] latency_o,
  /// The part of it that the bare table takes
  output logic [31:0] table_latency_o
);

  assign latency_o       = latency(ENTRIES, K);
  assign table_latency_o = iotlb_latency(ENTRIES, K);

endmodule
