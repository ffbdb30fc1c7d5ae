// SPDX-License-Identifier: Apache-2.0
//
// One level of the search below the top: among the K keys of one row, the last that is <= the query's.
//
//   row --> RAM --> output register --> register --> compare K-1 lanes --> encode --> row of the next level
//           (1)          (2)               (3)              (4)             (5)
//
// A block RAM needs the second clock for its output register and the third for the wire from there to the comparators.
// A small level lies in distributed RAM beside them and does without both.
//
// Key 0 of a row is the key that the level above has just found to be <= the query's, so lane 0 needs neither
// memory nor comparator. The lanes after it compare as a thermometer, because a row is sorted: so a binary search
// among the results finds its end.
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
  parameter int unsigned K = RadixDefault,
  /// 1: distributed RAM instead of block RAM
  parameter bit SMALL = 1'b0,
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

  /// Query, when it has been answered
  output logic              valid_o,
  /// Query: key
  output logic [KEY_W-1:0]  key_o,
  /// Number of the key found
  output logic [PosW-1:0]   pos_o,
  /// Bank looked in
  output logic              bank_o,
  /// valid_o, by bank looked in
  output logic [1:0]        hit_o,
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
  localparam int unsigned RowsW = CountW - LaneW + 1;
  localparam int unsigned Reads = SMALL ? SmallReadClocks : LargeReadClocks;
  // The parity of a word is made in two clocks: of parts beside the comparison, of the whole beside the encoder.
  localparam int unsigned Parts = parity_parts_n(WordW);

  // What travels beside the read, the comparison and the encoder: [s] is known after s clocks.
  logic             valid [Reads+2], bank [Reads+2], bad [Reads+2];
  logic [KEY_W-1:0] key [Reads+2];
  logic [RowW-1:0]  row [Reads+2];

  assign valid[0] = valid_i;
  assign key[0]   = key_i;
  assign row[0]   = row_i;
  assign bank[0]  = bank_i;
  assign bad[0]   = bad_i;
  for (genvar s = 1; s <= int'(Reads) + 1; s++) begin : g_stage
    logic             valid_q, bank_q, bad_q;
    logic [KEY_W-1:0] key_q;
    logic [RowW-1:0]  row_q;
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) valid_q <= 1'b0;
      else valid_q <= valid[s-1];
    end
    always_ff @(posedge clk_i) begin
      if (valid[s-1]) {key_q, row_q, bank_q, bad_q} <= {key[s-1], row[s-1], bank[s-1], bad[s-1]};
    end
    assign valid[s] = valid_q;
    assign key[s]   = key_q;
    assign row[s]   = row_q;
    assign bank[s]  = bank_q;
    assign bad[s]   = bad_q;
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

  // A lane counts if its key's number is below the bank's count, never by what the RAM holds: its row is full, or it
  // is among the keys of the last one. Which of these the row is, is known before its keys are.
  logic [RowsW-1:0] full [2];  // full rows of each bank
  logic             row_full, row_end;  // the row looked in is full; it is the one after all that are
  logic [K-1:1]     last_row_q [2];
  for (genvar b = 0; b < 2; b++) begin : g_bank
    assign full[b] = RowsW'(keys_i[b] >> LaneW);
    always_ff @(posedge clk_i) begin
      for (int unsigned l = 1; l < K; l++) last_row_q[b][l] <= l < 32'(LaneW'(keys_i[b]));
    end
  end

  // The counts are far away, and stand still while a query is on its way. A small level has few rows: what they are is
  // written down for each, because the row may come straight from the comparators of the top.
  if (SMALL) begin : g_rows_near
    logic [2**RowW-1:0] full_q [2], end_q [2];
    always_ff @(posedge clk_i) begin
      for (int unsigned b = 0; b < 2; b++) begin
        for (int unsigned r = 0; r < 2 ** RowW; r++) begin
          full_q[b][r] <= RowsW'(r) < full[b];
          end_q[b][r]  <= RowsW'(r) == full[b];
        end
      end
    end
    assign row_full = full_q[bank[0]][row[0]];
    assign row_end  = end_q[bank[0]][row[0]];
  end else begin : g_rows_before
    logic [RowsW-1:0] rows_q;
    always_ff @(posedge clk_i) rows_q <= full[bank[Reads-2]];
    assign row_full = RowsW'(row[Reads-1]) < rows_q;
    assign row_end  = RowsW'(row[Reads-1]) == rows_q;
  end

  logic         row_full_q;
  logic [1:0]   row_last_q;  // a bit for each bank
  logic [K-1:1] in_count, le_q, bad_lane;
  always_ff @(posedge clk_i) begin
    if (valid[Reads-1]) begin
      row_full_q <= row_full;
      for (int unsigned b = 0; b < 2; b++) row_last_q[b] <= bank[Reads-1] == 1'(b) && row_end;
    end
  end
  assign in_count = {(K - 1){row_full_q}} | ({(K - 1){row_last_q[0]}} & last_row_q[0])
                    | ({(K - 1){row_last_q[1]}} & last_row_q[1]);

  for (genvar l = 1; l < K; l++) begin : g_lane
    logic [WordW-1:0] word;

    if (SMALL) begin : g_small
      iommu_ram_small #(
        .WIDTH(WordW),
        .DEPTH(2 ** AddrW)
      ) u_keys (
        .clk_i,
        .ren_i  (valid[0]),
        .raddr_i({bank[0], row[0]}),
        .rdata_o(word),
        .wen_i  (wen_q[l]),
        .waddr_i(waddr_q),
        .wdata_i(wkey_q)
      );
    end else begin : g_large
      logic [WordW-1:0] out, word_q;
      iommu_ram_1r1w #(
        .WIDTH(WordW),
        .DEPTH(2 ** AddrW)
      ) u_keys (
        .clk_i,
        .ren_i  (valid[0]),
        .oen_i  (valid[1]),
        .raddr_i({bank[0], row[0]}),
        .rdata_o(out),
        .wen_i  (wen_q[l]),
        .waddr_i(waddr_q),
        .wdata_i(wkey_q)
      );
      always_ff @(posedge clk_i) begin
        if (valid[2]) word_q <= out;
      end
      assign word = word_q;
    end

    // The end of a carry chain goes straight into a register; a lane that does not count clears it. Written as >=,
    // which is a carry chain alone: for <= Yosys adds a comparison for equality.
    always_ff @(posedge clk_i) begin
      if (valid[Reads]) begin
        if (!in_count[l]) le_q[l] <= 1'b0;
        else le_q[l] <= key[Reads] >= word[KEY_W-1:0];
      end
    end

    if (PARITY) begin : g_parity
      logic [Parts-1:0] part_q;
      always_ff @(posedge clk_i) begin
        if (valid[Reads]) part_q <= in_count[l] ? Parts'(parity_parts(ParityMax'(word))) : '0;
      end
      assign bad_lane[l] = ^part_q;
    end else begin : g_no_parity
      assign bad_lane[l] = 1'b0;
    end
  end

  function automatic logic [LaneW-1:0] last_lane(logic [K-1:1] le);
    logic [K-1:0] ext;
    ext       = {le, 1'b1};
    last_lane = '0;
    for (int b = int'(LaneW) - 1; b >= 0; b--) last_lane[b] = ext[last_lane | (LaneW'(1) << b)];
  endfunction

  logic             bank_q, bad_q, valid_q;
  logic [1:0]       hit_q;
  logic [KEY_W-1:0] key_q;
  logic [PosW-1:0]  pos_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) {valid_q, hit_q} <= '0;
    else begin
      valid_q <= valid[Reads+1];
      for (int unsigned b = 0; b < 2; b++) hit_q[b] <= valid[Reads+1] && bank[Reads+1] == 1'(b);
    end
  end
  always_ff @(posedge clk_i) begin
    if (valid[Reads+1]) begin
      {key_q, bank_q} <= {key[Reads+1], bank[Reads+1]};
      pos_q           <= {row[Reads+1], last_lane(le_q)};
      bad_q           <= bad[Reads+1] || bad_lane != '0;
    end
  end

  assign valid_o = valid_q;
  assign key_o   = key_q;
  assign pos_o   = pos_q;
  assign bank_o  = bank_q;
  assign hit_o   = hit_q;
  assign bad_o   = bad_q;

endmodule
