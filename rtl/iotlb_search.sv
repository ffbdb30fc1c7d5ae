// SPDX-License-Identifier: Apache-2.0
//
// One search port: the top keys, the levels below and the payload of both banks. Every search port has memories of
// its own, all written alike by the merge engine; the payload of the first one is what passes read.
//
//   query -> top keys (flip-flops) -> level -> ... -> leaf -> payload -> entry     every clock, no stall
//
// With PARITY every word has a parity bit on top, and an answer says whether any word that it depends on is damaged:
// a key that counts in any row on the way, or the payload that was found. What lies beyond the counts is garbage and
// says nothing.

module iotlb_search
  import iommu_pkg::*;
#(
  /// Entries of a bank
  parameter int unsigned ENTRIES = EntriesDefault,
  /// Address spaces
  parameter int unsigned ASIDS = AsidsDefault,
  /// Bits of an IOVA granule number
  parameter int unsigned IG_W = 52,
  /// Bits of a physical granule number
  parameter int unsigned PG_W = 52,
  /// Search radix, a power of two
  parameter int unsigned K = RadixDefault,
  /// 1: the words carry parity bits and the payload a poison bit, and damage shows
  parameter bit PARITY = 1'b1,
  /// Bits of an ASID
  localparam int unsigned AsidW = idx_w(ASIDS),
  /// Bits of an entry's number
  localparam int unsigned PosW = idx_w(ENTRIES),
  /// Bits of a number of entries
  localparam int unsigned CountW = $clog2(ENTRIES + 1),
  /// Bits of a key
  localparam int unsigned KeyW = AsidW + IG_W,
  /// Bits of a key word
  localparam int unsigned KeyWordW = KeyW + 32'(PARITY),
  /// Bits of a payload: ASID, last granule, delta, permissions
  localparam int unsigned PayloadW = AsidW + IG_W + PG_W + PermW,
  /// Bits of a payload word: with PARITY parity and poison above
  localparam int unsigned PayloadWordW = PayloadW + 2 * 32'(PARITY),
  /// Levels of the search
  localparam int unsigned Levels = levels(ENTRIES, K)
) (
  /// Clock
  input  logic                clk_i,
  /// Asynchronous reset, active low
  input  logic                rst_ni,
`ifdef PERSIMMON_BUGS
  /// Deliberate bug to show that the testbench sees it, 0 for none
  input  logic [7:0]          bug_i,
`endif

  /// Query
  input  logic                q_valid_i,
  /// Query: ASID
  input  logic [AsidW-1:0]    q_asid_i,
  /// Query: granule
  input  logic [IG_W-1:0]     q_granule_i,
  /// iotlb_latency clocks later: there is an entry at or below {asid, granule}
  output logic                e_found_o,
  /// The last such entry: its ASID, which need not be the query's
  output logic [AsidW-1:0]    e_asid_o,
  /// Its last granule, inclusive
  output logic [IG_W-1:0]     e_last_o,
  /// Its physical granule minus its granule
  output logic [PG_W-1:0]     e_delta_o,
  /// Its permissions
  output logic [PermW-1:0]    e_perm_o,
  /// It is poisoned
  output logic                e_poison_o,
  /// One clock later: a word that the answer depends on is damaged; what is found, or that nothing is, means nothing
  output logic                e_damaged_o,

  /// The active bank
  input  logic                bank_i,
  /// The bank for queries: bank_i of one clock ago
  input  logic                seen_i,
  /// Keys of each level in each bank; what lies beyond is garbage
  input  logic [CountW-1:0]   level_count_i [Levels][2],

  /// Pass: reads a payload in the next clock
  input  logic                early_ren_i,
  /// Pass: entry to read then
  input  logic [PosW-1:0]     rpos_i,
  /// Pass: payload of each bank, three clocks later
  output logic [PayloadWordW-1:0] payload_o [2],
  /// Pass: writes in the next clock
  input  logic                early_wen_i,
  /// Write in the next clock: entry's number
  input  logic [PosW-1:0]     early_wpos_i,
  /// Pass: writes
  input  logic                wen_i,
  /// Write: bank, the shadow
  input  logic                wbank_i,
  /// Write: entry's number
  input  logic [PosW-1:0]     wpos_i,
  /// Write: key word
  input  logic [KeyWordW-1:0] w_key_i,
  /// Write: payload word
  input  logic [PayloadWordW-1:0] w_payload_i
);

  localparam int unsigned Top = Levels - 1;
  localparam int unsigned TopKeys = level_keys(ENTRIES, K, Top);
  localparam int unsigned TopLaneW = idx_w(TopKeys);
  localparam int unsigned LaneW = $clog2(K);

  // --- search: top -----------------------------------------------------------------------------------------

  // The top keys of the bank that queries see, and those that a pass has written last, which take their place when the
  // banks flip: a flip comes after a pass that has written all of them, so nobody asks for the former ones again.
  localparam int unsigned TopClocks = top_clocks(ENTRIES, K);
  logic [KeyWordW-1:0] top_shadow_q [TopKeys], top_seen_q [TopKeys];
  logic [TopKeys-1:0]  top_in_count_q, top_at_q, top_wen_q;
  logic [KeyWordW-1:0] top_wkey_q;

  // Which of them is written is known clocks before: it is many enables over much of the die.
  always_ff @(posedge clk_i) begin
    for (int unsigned t = 0; t < TopKeys; t++) begin
      top_at_q[t]  <= 32'(early_wpos_i) == (t << (LaneW * Top));
      top_wen_q[t] <= wen_i && top_at_q[t];
      if (top_wen_q[t]) top_shadow_q[t] <= top_wkey_q;
    end
    top_wkey_q <= w_key_i;
    if (seen_i != bank_i) top_seen_q <= top_shadow_q;
  end
  logic [$clog2(TopKeys+1)-1:0] top_count;  // of the few bits that it can have
  assign top_count = ($clog2(TopKeys + 1))'(level_count_i[Top][bank_i]);
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      top_in_count_q <= '0;
    end else if (seen_i != bank_i) begin
      for (int unsigned t = 0; t < TopKeys; t++) top_in_count_q[t] <= t < 32'(top_count);
    end
  end

  logic [KeyW-1:0]     q_key, top_key_q1;
  logic [TopKeys-1:0]  le_q1;
  logic                top_valid_q1, top_bank_q1, top_bad_q1;
  logic [TopLaneW-1:0] top_lane;

  assign q_key = {q_asid_i, q_granule_i};

  // As in iotlb_level. What lies beyond TopKeys is never <= anything.
  always_comb begin
    logic [2**TopLaneW-1:0] ext;
    ext      = (2 ** TopLaneW)'(le_q1);
    top_lane = '0;
    for (int b = int'(TopLaneW) - 1; b >= 0; b--) top_lane[b] = ext[top_lane | (TopLaneW'(1) << b)];
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) top_valid_q1 <= 1'b0;
    else top_valid_q1 <= q_valid_i;
  end
  always_ff @(posedge clk_i) begin
    if (q_valid_i) begin
      {top_key_q1, top_bank_q1} <= {q_key, seen_i};
      for (int unsigned t = 0; t < TopKeys; t++) begin
        if (!top_in_count_q[t]) le_q1[t] <= 1'b0;
        else le_q1[t] <= q_key >= top_seen_q[t][KeyW-1:0];
      end
    end
  end

  if (PARITY) begin : g_top_parity
    // As in iotlb_level, of parts first.
    localparam int unsigned Parts = parity_parts_n(KeyWordW);
    logic [TopKeys-1:0][Parts-1:0] part_q1;
    always_ff @(posedge clk_i) begin
      if (q_valid_i) begin
        for (int unsigned t = 0; t < TopKeys; t++) begin
          part_q1[t] <= top_in_count_q[t] ? Parts'(parity_parts(ParityMax'(top_seen_q[t]))) : '0;
        end
      end
    end
    always_comb begin
      top_bad_q1 = 1'b0;
      for (int unsigned t = 0; t < TopKeys; t++) top_bad_q1 |= ^part_q1[t];
    end
  end else begin : g_no_top_parity
    assign top_bad_q1 = 1'b0;
  end

  // --- search: levels below ----------------------------------------------------------------------------------

  logic [KeyW-1:0]  level_key [Levels];
  logic [PosW-1:0]  level_pos [Levels];
  logic             level_bank [Levels];
  logic             level_valid [Levels];
  logic             level_bad [Levels];
  logic [1:0]       level_hit [Levels];  // valid, by bank

  assign level_hit[Top] = level_valid[Top] ? 2'b01 << level_bank[Top] : 2'b00;

  // Without a small level below, the way from the comparators to the addresses of a block RAM takes a clock more.
  if (TopClocks == 1) begin : g_near
    assign level_key[Top]   = top_key_q1;
    assign level_pos[Top]   = PosW'(top_lane);
    assign level_bank[Top]  = top_bank_q1;
    assign level_valid[Top] = top_valid_q1;
    assign level_bad[Top]   = top_bad_q1;
  end else begin : g_far
    logic [KeyW-1:0]     key_q2;
    logic [TopLaneW-1:0] lane_q2;
    logic                bank_q2, valid_q2, bad_q2;
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) valid_q2 <= 1'b0;
      else valid_q2 <= top_valid_q1;
    end
    always_ff @(posedge clk_i) begin
      if (top_valid_q1) {key_q2, lane_q2, bank_q2, bad_q2} <= {top_key_q1, top_lane, top_bank_q1, top_bad_q1};
    end
    assign level_key[Top]   = key_q2;
    assign level_pos[Top]   = PosW'(lane_q2);
    assign level_bank[Top]  = bank_q2;
    assign level_valid[Top] = valid_q2;
    assign level_bad[Top]   = bad_q2;
  end

  for (genvar j = 0; j < Levels - 1; j++) begin : g_level
    localparam int unsigned Keys = level_keys(ENTRIES, K, j);
    localparam int unsigned RowW = idx_w((Keys + K - 1) / K);
    localparam int unsigned KeysW = $clog2(Keys + 1);
    logic [RowW+LaneW-1:0] pos;
    logic [KeysW-1:0]      keys [2];

    assign keys[0] = KeysW'(level_count_i[j][0]);
    assign keys[1] = KeysW'(level_count_i[j][1]);

    iotlb_level #(
      .KEY_W (KeyW),
      .KEYS  (Keys),
      .K     (K),
      .SMALL (level_small(ENTRIES, K, j)),
      .PARITY(PARITY)
    ) u_level (
      .clk_i,
      .rst_ni,
      .valid_i(level_valid[j+1]),
      .key_i  (level_key[j+1]),
      .row_i  (RowW'(level_pos[j+1])),
      .bank_i (level_bank[j+1]),
      .bad_i  (level_bad[j+1]),
      .keys_i (keys),
      .valid_o(level_valid[j]),
      .key_o  (level_key[j]),
      .pos_o  (pos),
      .bank_o (level_bank[j]),
      .hit_o  (level_hit[j]),
      .bad_o  (level_bad[j]),
      .wen_i  (wen_i && (32'(wpos_i) & ((1 << (LaneW * j)) - 1)) == 0),
      .wbank_i,
      .wpos_i ((RowW + LaneW)'(wpos_i >> (LaneW * j))),
      .wkey_i (w_key_i)
    );

    assign level_pos[j] = PosW'(pos);
  end

  // --- payload -----------------------------------------------------------------------------------------------

  logic [PayloadWordW-1:0] a_payload [2];
  logic [PayloadWordW-1:0] payload_q;
  logic [1:0]          payload_bank_q, payload_valid_q;

  for (genvar b = 0; b < 2; b++) begin : g_payload
    // Reads of a pass and writes meet in registers: block RAM is far from everything. The output registers hold what
    // nobody looks at, so that they need no enable.
    logic            shadow, b_en_q, b_wen_q;
    logic [PosW-1:0] b_addr_q;
    assign shadow = bank_i != 1'(b);
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) {b_en_q, b_wen_q} <= '0;
      else {b_en_q, b_wen_q} <= {shadow ? early_wen_i : early_ren_i, early_wen_i && shadow};
    end
    always_ff @(posedge clk_i) b_addr_q <= shadow ? early_wpos_i : rpos_i;
    iommu_ram_1r1rw #(
      .WIDTH(PayloadWordW),
      .DEPTH(2 ** PosW)
    ) u_payload (
      .clk_i,
      .a_ren_i  (level_hit[0][b]),
      .a_oen_i  (1'b1),
      .a_addr_i (level_pos[0]),
      .a_rdata_o(a_payload[b]),
      .b_en_i   (b_en_q),
      .b_oen_i  (1'b1),
      .b_wen_i  (b_wen_q),
      .b_addr_i (b_addr_q),
      .b_wdata_i(w_payload_i),
      .b_rdata_o(payload_o[b])
    );
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) payload_valid_q <= '0;
    else payload_valid_q <= {payload_valid_q[0], level_valid[0]};
  end
  always_ff @(posedge clk_i) begin
    payload_bank_q <= {payload_bank_q[0], level_bank[0]};
    if (payload_valid_q[1]) payload_q <= a_payload[payload_bank_q[1]];
  end

  // Whether the top found anything travels beside the levels and the payload.
  localparam int unsigned FoundClocks = iotlb_latency(ENTRIES, K) - 1;
  logic [FoundClocks-1:0] found_q;
  always_ff @(posedge clk_i) found_q <= FoundClocks'({found_q, le_q1[0]});

  assign e_found_o = found_q[FoundClocks-1];
  assign {e_asid_o, e_last_o, e_delta_o, e_perm_o} = payload_q[PayloadW-1:0];

  if (PARITY) begin : g_parity
    // Of the payload, too, first the parity of parts.
    localparam int unsigned Parts = parity_parts_n(PayloadWordW);
    logic [PayloadClocks:0] bad_q;
    logic [Parts-1:0]       part_q;
    logic                   payload_bad;
    always_ff @(posedge clk_i) begin
      bad_q  <= (PayloadClocks + 1)'({bad_q, level_bad[0]});
      part_q <= e_found_o ? Parts'(parity_parts(ParityMax'(payload_q))) : '0;
    end

    assign payload_bad = ^part_q;
    assign e_poison_o  = payload_q[PayloadW];
`ifdef PERSIMMON_BUGS
    assign e_damaged_o = (bad_q[PayloadClocks] && bug_i != 8'd16) || (payload_bad && bug_i != 8'd17);
`else
    assign e_damaged_o = bad_q[PayloadClocks] || payload_bad;
`endif
  end else begin : g_no_parity
    assign e_poison_o  = 1'b0;
    assign e_damaged_o = 1'b0;
    logic unused_bad;
    assign unused_bad = level_bad[0];
`ifdef PERSIMMON_BUGS
    logic unused_bug;
    assign unused_bug = ^bug_i;
`endif
  end

  logic unused;
  assign unused = ^level_key[0];

`ifndef SYNTHESIS
  // The hold: no query that sees the former bank is still on its way to the payload when that bank is written.
  localparam int unsigned ReadClocks = search_clocks(ENTRIES, K) + 1;
  logic [ReadClocks-1:0] former;  // a query in this stage sees the bank that is written
  logic [ReadClocks-1:0] stage_valid_q, stage_bank_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) {stage_valid_q, stage_bank_q} <= '0;
    else begin
      stage_valid_q <= ReadClocks'({stage_valid_q, q_valid_i});
      stage_bank_q  <= ReadClocks'({stage_bank_q, seen_i});
    end
  end
  assign former = stage_valid_q & ~(stage_bank_q ^ {ReadClocks{wbank_i}});
  a_hold: assert property (@(posedge clk_i) wen_i |-> former == '0)
    else $error("iotlb_search: writing bank %0d, which queries still read", wbank_i);
`endif

endmodule
