// SPDX-License-Identifier: Apache-2.0
//
// Two ports: A reads, B reads or writes. Reads take two clocks, as in iommu_ram_1r1w. The payload of one bank
// lives here: A is the search, B the merge engine, which reads the bank while it is active and writes it while
// it is the shadow. Nobody reads what is being written.
//
// This is the version for simulation and for any technology; rtl/tech has others with the same ports and clocks.

module iommu_ram_1r1rw #(
  /// Bits of a word
  parameter int unsigned WIDTH = 8,
  /// Words
  parameter int unsigned DEPTH = 16,
  /// Bits of an address
  localparam int unsigned AddrW = iommu_pkg::idx_w(DEPTH)
) (
  /// Clock
  input  logic             clk_i,
  /// Port A: reads
  input  logic             a_ren_i,
  /// Port A: advances the output register
  input  logic             a_oen_i,
  /// Port A: word to read
  input  logic [AddrW-1:0] a_addr_i,
  /// Port A: what was read before the last advance of the output register
  output logic [WIDTH-1:0] a_rdata_o,
  /// Port B: reads or writes
  input  logic             b_en_i,
  /// Port B: advances the output register
  input  logic             b_oen_i,
  /// Port B: with b_en_i, writes
  input  logic             b_wen_i,
  /// Port B: word to read or write
  input  logic [AddrW-1:0] b_addr_i,
  /// Port B: what to write
  input  logic [WIDTH-1:0] b_wdata_i,
  /// Port B: what was read before the last advance of the output register
  output logic [WIDTH-1:0] b_rdata_o
);

  (* no_rw_check *)
  logic [WIDTH-1:0] mem [DEPTH];
  logic [WIDTH-1:0] a_ram_q, a_out_q, b_ram_q, b_out_q;

  always_ff @(posedge clk_i) begin
    if (a_ren_i) a_ram_q <= mem[a_addr_i];
    if (a_oen_i) a_out_q <= a_ram_q;
  end

  always_ff @(posedge clk_i) begin
    if (b_en_i && b_wen_i) mem[b_addr_i] <= b_wdata_i;
    if (b_en_i && !b_wen_i) b_ram_q <= mem[b_addr_i];
    if (b_oen_i) b_out_q <= b_ram_q;
  end

  assign a_rdata_o = a_out_q;
  assign b_rdata_o = b_out_q;

`ifndef SYNTHESIS
  a_collision: assert property (@(posedge clk_i) !(b_en_i && b_wen_i && a_ren_i && a_addr_i == b_addr_i))
    else $error("iommu_ram_1r1rw: word %0d is read and written in one clock", b_addr_i);
`endif

endmodule
