// SPDX-License-Identifier: Apache-2.0
//
// Counts what has been found damaged: accesses that faulted for it, and words that passes came across.

module iommu_parity
  import iommu_pkg::*;
#(
  /// Search ports
  parameter int unsigned SEARCH_PORTS = 1
) (
  /// Clock
  input  logic                         clk_i,
  /// Asynchronous reset, active low
  input  logic                         rst_ni,

  /// A translation is answered
  input  logic [SEARCH_PORTS-1:0]      rsp_valid_i,
  /// Its fault
  input  logic [SEARCH_PORTS-1:0][3:0] rsp_fault_i,
  /// Damaged words that a pass found in this clock
  input  logic [1:0]                   damaged_i,
  /// One clock: INJECT has happened
  input  logic                         injected_i,

  /// What software is told
  output parity_t                      parity_o
);

  logic [15:0] lookups_q, passes_q;
  logic        found_q;

  // Responses are far away: they are counted a clock later.
  logic [SEARCH_PORTS-1:0] fault_q;
  for (genvar s = 0; s < int'(SEARCH_PORTS); s++) begin : g_fault
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) fault_q[s] <= 1'b0;
      else fault_q[s] <= rsp_valid_i[s] && rsp_fault_i[s] == FaultParity;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      {lookups_q, passes_q, found_q} <= '0;
    end else begin
      lookups_q <= lookups_q + 16'($countones(fault_q));
      passes_q  <= passes_q + 16'(damaged_i);
      found_q   <= fault_q != '0 || damaged_i != '0;
    end
  end

  assign parity_o = '{lookups: lookups_q, passes: passes_q, found: found_q, injected: injected_i};

endmodule
