// SPDX-License-Identifier: Apache-2.0
//
// How many live entries there are: the counts of all address spaces, added up one a clock and anew after each
// change. After a flip nobody waits for it; after another change a pass that follows at once waits in Weigh. One wide
// adder would be on the way from every count.

module iommu_room
  import iommu_pkg::*;
#(
  /// Entries of the table
  parameter int unsigned ENTRIES = EntriesDefault,
  /// Address spaces
  parameter int unsigned ASIDS = AsidsDefault,
  /// Bits of an ASID
  localparam int unsigned AsidW = idx_w(ASIDS),
  /// Bits of a number of entries
  localparam int unsigned CountW = $clog2(ENTRIES + 1)
) (
  /// Clock
  input  logic              clk_i,
  /// Asynchronous reset, active low
  input  logic              rst_ni,

  /// An address space
  output logic [AsidW-1:0]  asid_o,
  /// Its live entries, two clocks later
  input  logic [CountW-1:0] count_i,
  /// Counts change at this clock edge
  input  logic              change_i,

  /// used_o has held for two clocks
  output logic              valid_o,
  /// Live entries of all address spaces
  output logic [CountW-1:0] used_o
);

  logic [AsidW-1:0]  next_q;
  logic [CountW-1:0] sum_q;
  logic [1:0]        read_q;                   // count_i is one of them, one clock from now and now
  logic              all_q, done_q, valid_q;  // next_q has been at all; sum_q is all

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      next_q  <= '0;
      sum_q   <= '0;
      read_q  <= '0;
      all_q   <= 1'b0;
      done_q  <= 1'b0;
      valid_q <= 1'b0;
    end else if (change_i) begin
      next_q  <= '0;
      sum_q   <= '0;
      read_q  <= '0;
      all_q   <= 1'b0;
      done_q  <= 1'b0;
      valid_q <= 1'b0;
    end else begin
      next_q  <= next_q + 1'b1;
      read_q  <= {read_q[0], !all_q};
      all_q   <= all_q || next_q == AsidW'(ASIDS - 1);
      if (read_q[1]) sum_q <= sum_q + count_i;
      done_q  <= all_q && read_q == '0;
      valid_q <= done_q;
    end
  end

  assign asid_o  = next_q;
  assign valid_o = valid_q;
  assign used_o  = sum_q;

endmodule
