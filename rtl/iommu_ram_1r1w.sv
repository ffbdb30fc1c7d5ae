// SPDX-License-Identifier: Apache-2.0
//
// One read port, one write port. The read takes two clocks: the memory's own and an output register, which a
// block RAM has built in, each with its own enable as there. A read and a write never meet at one address in one
// clock, so what such a collision returns is left open.
//
// This is the version for simulation and for any technology; rtl/tech has others with the same ports and clocks.

module iommu_ram_1r1w #(
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
  /// Advances the output register
  input  logic             oen_i,
  /// Word to read
  input  logic [AddrW-1:0] raddr_i,
  /// What was read before the last advance of the output register
  output logic [WIDTH-1:0] rdata_o,
  /// Writes
  input  logic             wen_i,
  /// Word to write
  input  logic [AddrW-1:0] waddr_i,
  /// What to write
  input  logic [WIDTH-1:0] wdata_i
);

  (* no_rw_check *)
  logic [WIDTH-1:0] mem [DEPTH];
  logic [WIDTH-1:0] ram_q, out_q;

  always_ff @(posedge clk_i) begin
    if (wen_i) mem[waddr_i] <= wdata_i;
  end

  always_ff @(posedge clk_i) begin
    if (ren_i) ram_q <= mem[raddr_i];
    if (oen_i) out_q <= ram_q;
  end

  assign rdata_o = out_q;

`ifndef SYNTHESIS
  a_collision: assert property (@(posedge clk_i) !(ren_i && wen_i && raddr_i == waddr_i))
    else $error("iommu_ram_1r1w: word %0d is read and written in one clock", raddr_i);
`endif

endmodule
