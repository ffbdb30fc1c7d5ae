// SPDX-License-Identifier: Apache-2.0
//
// iommu_ram_1r1w of ECP5 against the one for any technology: once a word has been written, whatever is written
// elsewhere, reads of it show the same in both. `where` is any word, so what holds for it holds for every word.

module ram_1r1w_equal #(
  /// Bits of a word
  parameter int unsigned WIDTH = 57,
  /// Words
  parameter int unsigned DEPTH = 512,
  /// Bits of an address
  localparam int unsigned AddrW = iommu_pkg::idx_w(DEPTH)
) (
  /// Clock
  input logic             clk_i,
  /// Reads
  input logic             ren_i,
  /// Advances the output register
  input logic             oen_i,
  /// Word to read
  input logic [AddrW-1:0] raddr_i,
  /// Writes
  input logic             wen_i,
  /// Word to write
  input logic [AddrW-1:0] waddr_i,
  /// What to write
  input logic [WIDTH-1:0] wdata_i
);

  // Any value, and it stays: read_slang has no anyconst.
  logic [AddrW-1:0] where;
  always_ff @(posedge clk_i) where <= where;

  logic [WIDTH-1:0] generic, ecp5;
  iommu_ram_1r1w #(
    .WIDTH(WIDTH),
    .DEPTH(DEPTH)
  ) u_generic (
    .clk_i, .ren_i, .oen_i, .raddr_i, .rdata_o(generic), .wen_i, .waddr_i, .wdata_i
  );
  iommu_ram_1r1w_ecp5 #(
    .WIDTH(WIDTH),
    .DEPTH(DEPTH)
  ) u_ecp5 (
    .clk_i, .ren_i, .oen_i, .raddr_i, .rdata_o(ecp5), .wen_i, .waddr_i, .wdata_i
  );

  // Does the memory, what was read from it, the output register hold what has been written to `where`?
  logic written_q = 1'b0, ram_q = 1'b0, out_q = 1'b0;
  // Another word was written after it; the output register was held with another word behind it.
  logic other_q = 1'b0, held_q = 1'b0;
  always_ff @(posedge clk_i) begin
    written_q <= written_q || (wen_i && waddr_i == where);
    other_q   <= other_q || (written_q && wen_i && waddr_i != where);
    if (ren_i) ram_q <= written_q && raddr_i == where;
    if (oen_i) out_q <= ram_q;
    held_q <= out_q && !oen_i && !ram_q;
  end

  always_comb begin
    // What the two show when a word is read and written in one clock is left open, and asserted never to happen in
    // every simulation of the core.
    assume (!(ren_i && wen_i && raddr_i == waddr_i));
    if (out_q) a_same: assert (generic == ecp5);
    c_read: cover (out_q && generic != 0 && other_q && held_q);
  end

endmodule
