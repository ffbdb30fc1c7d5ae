// SPDX-License-Identifier: Apache-2.0
//
// Delays a word by DELAY clocks. A ring in memory, because a hundred and eighty bits times the depth of the
// search would be thousands of flip-flops. Words are garbage until DELAY clocks after power-on: what travels
// here is only looked at beside a valid bit that has travelled in flip-flops.

module iommu_delay #(
  /// Bits of a word
  parameter int unsigned WIDTH = 8,
  /// Clocks from data_i to data_o, at least 2
  parameter int unsigned DELAY = 4,
  /// Words in the ring: the output register is the last clock of the delay
  localparam int unsigned Ring = DELAY - 1,
  /// Bits of a ring position
  localparam int unsigned PtrW = iommu_pkg::idx_w(Ring)
) (
  /// Clock
  input  logic             clk_i,
  /// Asynchronous reset, active low
  input  logic             rst_ni,
  /// Word in
  input  logic [WIDTH-1:0] data_i,
  /// The word of DELAY clocks ago
  output logic [WIDTH-1:0] data_o
);

  logic [PtrW-1:0] ptr_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) ptr_q <= '0;
    else ptr_q <= (ptr_q == PtrW'(Ring - 1)) ? '0 : ptr_q + 1'b1;
  end

  (* ram_style = "distributed" *)
  logic [WIDTH-1:0] mem [Ring];
  logic [WIDTH-1:0] out_q;

  always_ff @(posedge clk_i) begin
    mem[ptr_q] <= data_i;
    out_q      <= mem[ptr_q];
  end

  assign data_o = out_q;

  if (DELAY < 2) begin : g_bad_delay
    $error("iommu_delay: DELAY = %0d; the ring needs at least 2", DELAY);
  end

endmodule
