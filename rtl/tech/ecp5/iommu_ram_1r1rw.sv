// SPDX-License-Identifier: Apache-2.0
//
// iommu_ram_1r1rw for ECP5: the same ports, the same clocks, the output registers of the block RAM. Address pins are
// as in iommu_ram_1r1w; both ports need data pins of their own, so 18 bits are the widest.

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

  localparam int unsigned LargeDepth = 16384;

  if (DEPTH > LargeDepth) begin : g_inferred
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
  end else begin : g_block
    localparam int unsigned Low = 14 - $clog2((DEPTH < 1024) ? 1024 : DEPTH);
    localparam int unsigned Bits = (Low == 4) ? 18 : (Low == 3) ? 9 : 2 ** Low;
    localparam int unsigned Rams = (WIDTH + Bits - 1) / Bits;
    logic [Rams*Bits-1:0] wdata, a_rdata, b_rdata;
    logic [13:0]          b_addr;

    assign wdata     = (Rams * Bits)'(b_wdata_i);
    assign a_rdata_o = a_rdata[WIDTH-1:0];
    assign b_rdata_o = b_rdata[WIDTH-1:0];
    always_comb begin
      b_addr = 14'(b_addr_i) << Low;
      if (Low == 4) b_addr[1:0] = {2{b_wen_i}};
    end
    for (genvar r = 0; r < int'(Rams); r++) begin : g_ram
      logic [17:0] a_read, b_read;
      logic        unused;
      ecp5_block_ram #(
        .DATA_W(Bits)
      ) u_ram (
        .clk_i,
        .a_en_i   (a_ren_i),
        .a_oen_i,
        .a_wen_i  (1'b0),
        .a_addr_i (14'(a_addr_i) << Low),
        .a_wdata_i('0),
        .a_rdata_o(a_read),
        .b_en_i,
        .b_oen_i,
        .b_wen_i,
        .b_addr_i (b_addr),
        .b_wdata_i(18'(wdata[Bits*r+:Bits])),
        .b_rdata_o(b_read)
      );
      assign a_rdata[Bits*r+:Bits] = a_read[Bits-1:0];
      assign b_rdata[Bits*r+:Bits] = b_read[Bits-1:0];
      assign unused = ^{a_read, b_read};
    end
  end

endmodule
