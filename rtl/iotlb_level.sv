// SPDX-License-Identifier: Apache-2.0
//
// One level of the search below the top: among the K keys of one row, the last that is <= the query's.
//
//   row --> RAM --> output register --> compare K-1 lanes --> encode --> row of the next level
//           (1)          (2)                 (3)                (4)
//
// Key 0 of a row is the key that the level above has just found to be <= the query's, so lane 0 needs neither
// memory nor comparator. The lanes after it compare as a thermometer, because a row is sorted.
//
// With PARITY every key has a parity bit above it, so that a word and its bit have even parity. Beside the comparison
// every lane that counts is checked, also those that the encoder would not choose: any of them may have been the
// one. The verdict travels down with the query.
//
// A stage moves only with a query in it: wide memories and comparators that nobody asks need not burn power. Nor
// need they be simulated: what only a query needs is an expression under its valid bit, not a signal of its own.

module iotlb_level
  import iommu_pkg::*;
#(
  /// Bits of a key: ASID above, granule number below
  parameter int unsigned KEY_W = 56,
  /// Keys of this level in one bank
  parameter int unsigned KEYS = 256,
  /// Keys of a row, a power of two
  parameter int unsigned K = 16,
  /// 1: the words carry a parity bit, and a damaged one shows
  parameter bit PARITY = 1'b1,
  /// Bits of a word
  localparam int unsigned WordW = KEY_W + 32'(PARITY),
  /// Rows of one bank
  localparam int unsigned Rows = (KEYS + K - 1) / K,
  /// Bits of a row number
  localparam int unsigned RowW = idx_w(Rows),
  /// Bits of a lane number
  localparam int unsigned LaneW = $clog2(K),
  /// Bits of a key's number in this level
  localparam int unsigned PosW = RowW + LaneW,
  /// Bits of a number of keys
  localparam int unsigned CountW = $clog2(KEYS + 1)
) (
  /// Clock
  input  logic              clk_i,
  /// Asynchronous reset, active low
  input  logic              rst_ni,

  /// Query
  input  logic              valid_i,
  /// Query: key
  input  logic [KEY_W-1:0]  key_i,
  /// Query: row to look in
  input  logic [RowW-1:0]   row_i,
  /// Query: bank to look in
  input  logic              bank_i,
  /// Query: a word on its way here was damaged
  input  logic              bad_i,
  /// Keys that each bank holds at this level; what lies beyond is garbage
  input  logic [CountW-1:0] keys_i [2],

  /// Query, four clocks later
  output logic              valid_o,
  /// Query: key
  output logic [KEY_W-1:0]  key_o,
  /// Number of the key found
  output logic [PosW-1:0]   pos_o,
  /// Bank looked in
  output logic              bank_o,
  /// A word on its way here or in the row was damaged
  output logic              bad_o,

  /// Writes a key
  input  logic              wen_i,
  /// Write: bank
  input  logic              wbank_i,
  /// Write: number of the key in this level
  input  logic [PosW-1:0]   wpos_i,
  /// Write: key, with its parity above
  input  logic [WordW-1:0]  wkey_i
);

  localparam int unsigned AddrW = RowW + 1;
  localparam int unsigned SumW = PosW + 1;

  logic [KEY_W-1:0] key_q1, key_q2, key_q3, key_q4;
  logic [RowW-1:0]  row_q1, row_q2, row_q3;
  logic             valid_q1, valid_q2, valid_q3, valid_q4;
  logic             bank_q1, bank_q2, bank_q3, bank_q4;
  logic             bad_q1, bad_q2, bad_q3, bad_q4;
  logic [K-1:1]     in_count_q2, le_q3, bad_lane_q3;
  logic [PosW-1:0]  pos_q4;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) {valid_q1, valid_q2, valid_q3, valid_q4} <= '0;
    else {valid_q1, valid_q2, valid_q3, valid_q4} <= {valid_i, valid_q1, valid_q2, valid_q3};
  end

  // Writes take one clock more than they would have to: which lane, and over how much of the die, is a long path
  // otherwise. The owner flips the banks later than that.
  logic [K-1:1]     wen_q;
  logic [AddrW-1:0] waddr_q;
  logic [WordW-1:0] wkey_q;
  always_ff @(posedge clk_i) begin
    wen_q <= '0;
    if (wen_i) begin
      for (int unsigned l = 1; l < K; l++) wen_q[l] <= wpos_i[LaneW-1:0] == LaneW'(l);
    end
    waddr_q <= {wbank_i, wpos_i[PosW-1:LaneW]};
    wkey_q  <= wkey_i;
  end

  for (genvar l = 1; l < K; l++) begin : g_lane
    logic [WordW-1:0] word;

    iommu_ram_1r1w #(
      .WIDTH(WordW),
      .DEPTH(2 ** AddrW)
    ) u_keys (
      .clk_i,
      .ren_i  (valid_i),
      .oen_i  (valid_q1),
      .raddr_i({bank_i, row_i}),
      .rdata_o(word),
      .wen_i  (wen_q[l]),
      .waddr_i(waddr_q),
      .wdata_i(wkey_q)
    );

    // A lane counts if its key's number is below the bank's count, never by what the RAM holds.
    always_ff @(posedge clk_i) begin
      if (valid_q1) in_count_q2[l] <= SumW'({row_q1, LaneW'(l)}) < SumW'(keys_i[bank_q1]);
      if (valid_q2) le_q3[l] <= in_count_q2[l] && word[KEY_W-1:0] <= key_q2;
    end
    if (PARITY) begin : g_parity
      always_ff @(posedge clk_i) begin
        if (valid_q2) bad_lane_q3[l] <= in_count_q2[l] && ^word;
      end
    end else begin : g_no_parity
      assign bad_lane_q3[l] = 1'b0;
    end
  end

  // The last lane of the thermometer.
  function automatic logic [LaneW-1:0] last_lane(logic [K-1:1] le);
    logic [K:1] ext;
    ext    = {1'b0, le};
    last_lane = '0;
    for (int unsigned l = 1; l < K; l++) begin
      if (ext[l] && !ext[l+1]) last_lane |= LaneW'(l);
    end
  endfunction

  always_ff @(posedge clk_i) begin
    if (valid_i) {key_q1, row_q1, bank_q1, bad_q1} <= {key_i, row_i, bank_i, bad_i};
    if (valid_q1) {key_q2, row_q2, bank_q2, bad_q2} <= {key_q1, row_q1, bank_q1, bad_q1};
    if (valid_q2) {key_q3, row_q3, bank_q3, bad_q3} <= {key_q2, row_q2, bank_q2, bad_q2};
    if (valid_q3) begin
      {key_q4, bank_q4} <= {key_q3, bank_q3};
      pos_q4            <= {row_q3, last_lane(le_q3)};
      bad_q4            <= bad_q3 || bad_lane_q3 != '0;
    end
  end

  assign valid_o = valid_q4;
  assign key_o   = key_q4;
  assign pos_o   = pos_q4;
  assign bank_o  = bank_q4;
  assign bad_o   = bad_q4;

endmodule
