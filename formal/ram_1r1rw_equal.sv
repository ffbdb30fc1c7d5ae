// SPDX-License-Identifier: Apache-2.0
//
// iommu_ram_1r1rw of ECP5 against the one for any technology, at both ports, as ram_1r1w_equal does it.

module ram_1r1rw_equal #(
  /// Bits of a word
  parameter int unsigned WIDTH = 118,
  /// Words
  parameter int unsigned DEPTH = 512,
  /// Bits of an address
  localparam int unsigned AddrW = iommu_pkg::idx_w(DEPTH)
) (
  /// Clock
  input logic             clk_i,
  /// Port A: reads
  input logic             a_ren_i,
  /// Port A: advances the output register
  input logic             a_oen_i,
  /// Port A: word to read
  input logic [AddrW-1:0] a_addr_i,
  /// Port B: reads or writes
  input logic             b_en_i,
  /// Port B: advances the output register
  input logic             b_oen_i,
  /// Port B: with b_en_i, writes
  input logic             b_wen_i,
  /// Port B: word to read or write
  input logic [AddrW-1:0] b_addr_i,
  /// Port B: what to write
  input logic [WIDTH-1:0] b_wdata_i
);

  // Any value, and it stays: read_slang has no anyconst.
  logic [AddrW-1:0] where;
  always_ff @(posedge clk_i) where <= where;

  logic [WIDTH-1:0] a_generic, a_ecp5, b_generic, b_ecp5;
  iommu_ram_1r1rw #(
    .WIDTH(WIDTH),
    .DEPTH(DEPTH)
  ) u_generic (
    .clk_i, .a_ren_i, .a_oen_i, .a_addr_i, .a_rdata_o(a_generic),
    .b_en_i, .b_oen_i, .b_wen_i, .b_addr_i, .b_wdata_i, .b_rdata_o(b_generic)
  );
  iommu_ram_1r1rw_ecp5 #(
    .WIDTH(WIDTH),
    .DEPTH(DEPTH)
  ) u_ecp5 (
    .clk_i, .a_ren_i, .a_oen_i, .a_addr_i, .a_rdata_o(a_ecp5),
    .b_en_i, .b_oen_i, .b_wen_i, .b_addr_i, .b_wdata_i, .b_rdata_o(b_ecp5)
  );

  // Does the memory, what was read from it at a port, its output register hold what has been written to `where`?
  logic written_q = 1'b0, a_ram_q = 1'b0, a_out_q = 1'b0, b_ram_q = 1'b0, b_out_q = 1'b0;
  // Another word was written after it; the output register was held with another word behind it.
  logic other_q = 1'b0, held_q = 1'b0;
  always_ff @(posedge clk_i) begin
    written_q <= written_q || (b_en_i && b_wen_i && b_addr_i == where);
    other_q   <= other_q || (written_q && b_en_i && b_wen_i && b_addr_i != where);
    if (a_ren_i) a_ram_q <= written_q && a_addr_i == where;
    if (a_oen_i) a_out_q <= a_ram_q;
    if (b_en_i && !b_wen_i) b_ram_q <= written_q && b_addr_i == where;
    if (b_oen_i) b_out_q <= b_ram_q;
    held_q <= a_out_q && !a_oen_i && !a_ram_q;
  end

  always_comb begin
    // The two may differ in these cases; every simulation of the core asserts that they do not happen.
    assume (!(b_en_i && b_wen_i && a_ren_i && a_addr_i == b_addr_i));
    if (a_out_q) a_same_a: assert (a_generic == a_ecp5);
    if (b_out_q) a_same_b: assert (b_generic == b_ecp5);
    c_read_a: cover (a_out_q && a_generic != 0 && other_q && held_q);
    c_read_b: cover (b_out_q && b_generic != 0 && other_q);
  end

endmodule
