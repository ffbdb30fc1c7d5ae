// SPDX-License-Identifier: Apache-2.0
//
// A memory of few words: one read port, one write port, distributed RAM with a register behind it. A read takes one
// clock. A read and a write never meet at one address in one clock.

module iommu_ram_small #(
  /// Bits of a word
  parameter int unsigned WIDTH = 8,
  /// Words
  parameter int unsigned DEPTH = 16,
  /// Bits of an address
  localparam int unsigned AddrW = iommu_pkg::idx_w(DEPTH)
) (
  /// Clock
  input  logic             clk_i,
  /// Reads
  input  logic             ren_i,
  /// Word to read
  input  logic [AddrW-1:0] raddr_i,
  /// What was read last
  output logic [WIDTH-1:0] rdata_o,
  /// Writes
  input  logic             wen_i,
  /// Word to write
  input  logic [AddrW-1:0] waddr_i,
  /// What to write
  input  logic [WIDTH-1:0] wdata_i
);

  (* ram_style = "distributed" *)
  logic [WIDTH-1:0] mem [DEPTH];

  always_ff @(posedge clk_i) begin
    if (wen_i) mem[waddr_i] <= wdata_i;
  end
  always_ff @(posedge clk_i) begin
    if (ren_i) rdata_o <= mem[raddr_i];
  end

`ifndef SYNTHESIS
  a_collision: assert property (@(posedge clk_i) !(ren_i && wen_i && raddr_i == waddr_i))
    else $error("iommu_ram_small: word %0d is read and written in one clock", raddr_i);
`endif

endmodule
