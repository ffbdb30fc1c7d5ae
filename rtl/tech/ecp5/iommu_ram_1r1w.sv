// SPDX-License-Identifier: Apache-2.0
//
// iommu_ram_1r1w for ECP5: the same ports, the same clocks. Block RAM uses its own output register; a memory of at
// most SmallDepth words is left to distributed RAM, which is shallow enough not to need one.
//
//   | words  | bits of a block RAM | address pins                           |
//   | 512    | 36, write A, read B | 13:5; of the writing port 3:0 enable bytes |
//   | 1024   | 18                  | 13:4; 1:0 enable bytes                 |
//   | 2048   | 9                   | 13:3                                   |
//   | 4096   | 4                   | 13:2                                   |
//   | 8192   | 2                   | 13:1                                   |
//   | 16384  | 1                   | 13:0                                   |
//
// With 36 bits the ports share their data pins, and not as one would think: what is written has its low half on DIA, what
// is read has its low half on DOB.

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

  localparam int unsigned SmallDepth = 16;
  localparam int unsigned LargeDepth = 16384;

  if (DEPTH <= SmallDepth || DEPTH > LargeDepth) begin : g_inferred
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
  end else if (DEPTH <= 512) begin : g_wide
    localparam int unsigned Rams = (WIDTH + 35) / 36;
    logic [Rams*36-1:0] wdata, rdata;

    assign wdata   = (Rams * 36)'(wdata_i);
    assign rdata_o = rdata[WIDTH-1:0];
    for (genvar r = 0; r < int'(Rams); r++) begin : g_ram
      ecp5_block_ram #(
        .DATA_W(36)
      ) u_ram (
        .clk_i,
        .a_en_i   (1'b1),
        .a_oen_i  (oen_i),
        .a_wen_i  (wen_i),
        .a_addr_i ({9'(waddr_i), 1'b0, {4{wen_i}}}),
        .a_wdata_i(wdata[36*r+:18]),
        .a_rdata_o(rdata[36*r+18+:18]),
        .b_en_i   (ren_i),
        .b_oen_i  (oen_i),
        .b_wen_i  (1'b0),
        .b_addr_i ({9'(raddr_i), 5'd0}),
        .b_wdata_i(wdata[36*r+18+:18]),
        .b_rdata_o(rdata[36*r+:18])
      );
    end
  end else begin : g_deep
    // The block RAM's own bits of a word, and how many of its address pins lie below the number of the word.
    localparam int unsigned Low = 14 - $clog2((DEPTH < 1024) ? 1024 : DEPTH);
    localparam int unsigned Bits = (Low == 4) ? 18 : (Low == 3) ? 9 : 2 ** Low;
    localparam int unsigned Rams = (WIDTH + Bits - 1) / Bits;
    logic [Rams*Bits-1:0] wdata, rdata;
    logic [13:0]          waddr;

    assign wdata   = (Rams * Bits)'(wdata_i);
    assign rdata_o = rdata[WIDTH-1:0];
    always_comb begin
      waddr = 14'(waddr_i) << Low;
      if (Low == 4) waddr[1:0] = {2{wen_i}};
    end
    for (genvar r = 0; r < int'(Rams); r++) begin : g_ram
      logic [17:0] read, unused_a;
      logic        unused;
      ecp5_block_ram #(
        .DATA_W(Bits)
      ) u_ram (
        .clk_i,
        .a_en_i   (1'b1),
        .a_oen_i  (1'b0),
        .a_wen_i  (wen_i),
        .a_addr_i (waddr),
        .a_wdata_i(18'(wdata[Bits*r+:Bits])),
        .a_rdata_o(unused_a),
        .b_en_i   (ren_i),
        .b_oen_i  (oen_i),
        .b_wen_i  (1'b0),
        .b_addr_i (14'(raddr_i) << Low),
        .b_wdata_i('0),
        .b_rdata_o(read)
      );
      assign rdata[Bits*r+:Bits] = read[Bits-1:0];
      assign unused = ^{unused_a, read};
    end
  end

endmodule
