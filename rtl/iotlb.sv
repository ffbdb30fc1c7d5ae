// SPDX-License-Identifier: Apache-2.0
//
// The table: every range of every address space, sorted by {asid, start}, in two banks. Lookups search the
// active bank; the merge engine writes the shadow; `flip_i` exchanges them at one clock edge.
//
//   query -> top keys (flip-flops) -> level -> ... -> leaf -> payload -> entry     every clock, no stall
//                                                      ^         ^
//   active bank, in order (leaf keys once more, payload port B) -+-> merge -> shadow bank, all levels
//
// Memories, and who uses which port:
//
//   | memory                     | banks        | search | merge reads | merge writes |
//   | level j, K-1 lanes         | address bit  | R      |             | W            |
//   | leaf keys in order         | address bit  |        | R           | W            |
//   | payload, one for each bank | two memories | A      | B (active)  | B (shadow)   |
//
// Timing: a query comes one clock after the request that it belongs to was accepted, so it must see the bank
// as it was one clock ago: `seen_q`. The former bank may be written from HoldClocks after a flip on, when the
// last query that saw it has left.

module iotlb
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
  /// Bits of an ASID
  localparam int unsigned AsidW = idx_w(ASIDS),
  /// Bits of an entry's number
  localparam int unsigned PosW = idx_w(ENTRIES),
  /// Bits of a number of entries
  localparam int unsigned CountW = $clog2(ENTRIES + 1)
) (
  /// Clock
  input  logic              clk_i,
  /// Asynchronous reset, active low
  input  logic              rst_ni,
`ifdef PERSIMMON_BUGS
  /// Deliberate bug to show that the testbench sees it, 0 for none
  input  logic [7:0]        bug_i,
`endif

  /// Query
  input  logic              q_valid_i,
  /// Query: ASID
  input  logic [AsidW-1:0]  q_asid_i,
  /// Query: granule
  input  logic [IG_W-1:0]   q_granule_i,
  /// iotlb_latency clocks later: there is an entry at or below {asid, granule}
  output logic              e_found_o,
  /// The last such entry: its ASID, which need not be the query's
  output logic [AsidW-1:0]  e_asid_o,
  /// Its last granule, inclusive
  output logic [IG_W-1:0]   e_last_o,
  /// Its physical granule minus its granule
  output logic [PG_W-1:0]   e_delta_o,
  /// Its permissions
  output logic [PermW-1:0]  e_perm_o,

  /// A pass may start or an operand may be staged
  output logic              ready_o,
  /// Starts a pass
  input  logic              start_i,
  /// What the pass does
  input  merge_e            kind_i,
  /// Appends the operand to the shadow bank
  input  logic              stage_i,
  /// Operand: ASID
  input  logic [AsidW-1:0]  op_asid_i,
  /// Operand: first granule
  input  logic [IG_W-1:0]   op_start_i,
  /// Operand: last granule, inclusive
  input  logic [IG_W-1:0]   op_last_i,
  /// Operand: physical granule minus granule
  input  logic [PG_W-1:0]   op_delta_i,
  /// Operand: permissions
  input  logic [PermW-1:0]  op_perm_i,
  /// Entry to present, for MergeRead
  input  logic [PosW-1:0]   op_pos_i,
  /// Address spaces whose entries are live
  input  logic [ASIDS-1:0]  live_i,
  /// One clock: the pass is over, and the banks may flip from the next clock on
  output logic              done_o,
  /// The operand of MergeMap overlaps a live entry
  output logic              exist_o,
  /// The shadow bank was too small
  output logic              overflow_o,
  /// Entries that MergeUnmap removed
  output logic [CountW-1:0] removed_o,
  /// Makes the shadow bank the active one
  input  logic              flip_i,

  /// One clock: rd_* show the entry asked for by MergeRead
  output logic              rd_valid_o,
  /// READ: ASID
  output logic [AsidW-1:0]  rd_asid_o,
  /// READ: first granule
  output logic [IG_W-1:0]   rd_start_o,
  /// READ: last granule, inclusive
  output logic [IG_W-1:0]   rd_last_o,
  /// READ: physical granule minus granule
  output logic [PG_W-1:0]   rd_delta_o,
  /// READ: permissions
  output logic [PermW-1:0]  rd_perm_o,
  /// Entries in the active bank, dead ones included
  output logic [CountW-1:0] count_o
);

  localparam int unsigned Levels = levels(ENTRIES, K);
  localparam int unsigned Top = Levels - 1;
  localparam int unsigned TopKeys = level_keys(ENTRIES, K, Top);
  localparam int unsigned TopLaneW = idx_w(TopKeys);
  localparam int unsigned LaneW = $clog2(K);
  localparam int unsigned KeyW = AsidW + IG_W;
  localparam int unsigned PayloadW = AsidW + IG_W + PG_W + PermW;
  // A query is sampled up to one clock before the flip is visible to it and leaves iotlb_latency clocks later.
  localparam int unsigned HoldClocks = iotlb_latency(ENTRIES, K) + 2;
  localparam int unsigned HoldW = $clog2(HoldClocks + 1);

  // --- banks ---------------------------------------------------------------------------------------------

  logic              bank_q;              // the active bank
  logic              seen_q;              // the bank for queries: one clock behind
  logic [CountW-1:0] count_q [2];
  logic [CountW-1:0] level_count_q [Levels][2];
  logic [CountW-1:0] shadow_level_q [Levels];
  logic [CountW-1:0] shadow_count;
  logic [HoldW-1:0]  hold_q;
  logic              busy_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      bank_q  <= 1'b0;
      seen_q  <= 1'b0;
      hold_q  <= '0;
      busy_q  <= 1'b0;
      count_q <= '{default: '0};
      level_count_q  <= '{default: '0};
      shadow_level_q <= '{default: '0};
    end else begin
      seen_q <= bank_q;
      if (start_i) busy_q <= 1'b1;
      else if (done_o) busy_q <= 1'b0;
      if (hold_q != '0) hold_q <= hold_q - 1'b1;
      for (int unsigned j = 0; j < Levels; j++) begin
        // Rounded up: the key of a part-filled row is there.
        shadow_level_q[j] <= CountW'((32'(shadow_count) + (1 << (LaneW * j)) - 1) >> (LaneW * j));
      end
      if (flip_i) begin
        bank_q           <= !bank_q;
        hold_q           <= HoldW'(HoldClocks);
        count_q[!bank_q] <= shadow_count;
        for (int unsigned j = 0; j < Levels; j++) level_count_q[j][!bank_q] <= shadow_level_q[j];
      end
    end
  end

  assign ready_o = !busy_q && hold_q == '0;
  assign count_o = count_q[bank_q];

  // --- merge engine --------------------------------------------------------------------------------------

  logic             adv, wen;
  logic [PosW-1:0]  rpos, wpos;
  logic [AsidW-1:0] w_asid;
  logic [IG_W-1:0]  w_start, w_last;
  logic [PG_W-1:0]  w_delta;
  logic [PermW-1:0] w_perm;

  logic [KeyW-1:0]     seq_key, m3_key_q;
  logic [PayloadW-1:0] b_payload [2];
  logic [PayloadW-1:0] m3_payload_q;
  logic [KeyW-1:0]     w_key;
  logic [PayloadW-1:0] w_payload;
  logic [AsidW-1:0]    m3_payload_asid;
  logic [IG_W-1:0]     m3_last;
  logic [PG_W-1:0]     m3_delta;
  logic [PermW-1:0]    m3_perm;

  assign w_key     = {w_asid, w_start};
  assign w_payload = {w_asid, w_last, w_delta, w_perm};
  assign {m3_payload_asid, m3_last, m3_delta, m3_perm} = m3_payload_q;

  always_ff @(posedge clk_i) begin
    if (adv) begin
      m3_key_q     <= seq_key;
      m3_payload_q <= b_payload[bank_q];
    end
  end

  iotlb_merge #(
    .ENTRIES(ENTRIES),
    .ASIDS  (ASIDS),
    .IG_W   (IG_W),
    .PG_W   (PG_W)
  ) u_merge (
    .clk_i,
    .rst_ni,
`ifdef PERSIMMON_BUGS
    .bug_i,
`endif
    .start_i,
    .kind_i,
    .stage_i,
    .op_asid_i,
    .op_start_i,
    .op_last_i,
    .op_delta_i,
    .op_perm_i,
    .op_pos_i,
    .live_i,
    .count_i       (count_o),
    .done_o,
    .exist_o,
    .overflow_o,
    .removed_o,
    .shadow_count_o(shadow_count),
    .entry_valid_o (rd_valid_o),
    .entry_asid_o  (rd_asid_o),
    .entry_start_o (rd_start_o),
    .entry_last_o  (rd_last_o),
    .entry_delta_o (rd_delta_o),
    .entry_perm_o  (rd_perm_o),
    .adv_o         (adv),
    .rpos_o        (rpos),
    .r_asid_i      (m3_key_q[KeyW-1:IG_W]),
    .r_start_i     (m3_key_q[IG_W-1:0]),
    .r_last_i      (m3_last),
    .r_delta_i     (m3_delta),
    .r_perm_i      (m3_perm),
    .wen_o         (wen),
    .wpos_o        (wpos),
    .w_asid_o      (w_asid),
    .w_start_o     (w_start),
    .w_last_o      (w_last),
    .w_delta_o     (w_delta),
    .w_perm_o      (w_perm)
  );

  iommu_ram_1r1w #(
    .WIDTH(KeyW),
    .DEPTH(2 ** (PosW + 1))
  ) u_seq_keys (
    .clk_i,
    .ren_i  (adv),
    .oen_i  (adv),
    .raddr_i({bank_q, rpos}),
    .rdata_o(seq_key),
    .wen_i  (wen),
    .waddr_i({!bank_q, wpos}),
    .wdata_i(w_key)
  );

  // --- search: top -----------------------------------------------------------------------------------------

  // Both banks' top keys, and a copy of those of the bank that queries see, so that no query waits for the
  // choice. The copy follows the bank with `seen_q`.
  logic [KeyW-1:0]    top_q [2][TopKeys];
  logic [KeyW-1:0]    top_seen_q [TopKeys];
  logic [TopKeys-1:0] top_in_count_q;

  always_ff @(posedge clk_i) begin
    for (int unsigned t = 0; t < TopKeys; t++) begin
      if (wen && 32'(wpos) == (t << (LaneW * Top))) top_q[!bank_q][t] <= w_key;
    end
    if (seen_q != bank_q) top_seen_q <= top_q[bank_q];
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      top_in_count_q <= '0;
    end else if (seen_q != bank_q) begin
      for (int unsigned t = 0; t < TopKeys; t++) top_in_count_q[t] <= t < 32'(level_count_q[Top][bank_q]);
    end
  end

  logic [KeyW-1:0]     q_key, top_key_q1, top_key_q2;
  logic [TopKeys-1:0]  le_q1;
  logic [TopKeys:0]    le_ext;
  logic                top_bank_q1, top_bank_q2, found_q2;
  logic [TopLaneW-1:0] top_lane, top_lane_q2;

  assign q_key  = {q_asid_i, q_granule_i};
  assign le_ext = {1'b0, le_q1};
  always_comb begin
    top_lane = '0;
    for (int unsigned t = 1; t < TopKeys; t++) begin
      if (le_ext[t] && !le_ext[t+1]) top_lane |= TopLaneW'(t);
    end
  end

  logic top_valid_q1, top_valid_q2;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) {top_valid_q1, top_valid_q2} <= '0;
    else {top_valid_q1, top_valid_q2} <= {q_valid_i, top_valid_q1};
  end
  always_ff @(posedge clk_i) begin
    if (q_valid_i) begin
      {top_key_q1, top_bank_q1} <= {q_key, seen_q};
      for (int unsigned t = 0; t < TopKeys; t++) le_q1[t] <= top_in_count_q[t] && top_seen_q[t] <= q_key;
    end
    if (top_valid_q1) begin
      {top_key_q2, top_bank_q2} <= {top_key_q1, top_bank_q1};
      top_lane_q2 <= top_lane;
      found_q2    <= le_ext[0];
    end
  end

  // --- search: levels below ----------------------------------------------------------------------------------

  logic [KeyW-1:0]  level_key [Levels];
  logic [PosW-1:0]  level_pos [Levels];
  logic             level_bank [Levels];
  logic             level_valid [Levels];

  assign level_key[Top]   = top_key_q2;
  assign level_pos[Top]   = PosW'(top_lane_q2);
  assign level_bank[Top]  = top_bank_q2;
  assign level_valid[Top] = top_valid_q2;

  for (genvar j = 0; j < Levels - 1; j++) begin : g_level
    localparam int unsigned Keys = level_keys(ENTRIES, K, j);
    localparam int unsigned RowW = idx_w((Keys + K - 1) / K);
    localparam int unsigned KeysW = $clog2(Keys + 1);
    logic [RowW+LaneW-1:0] pos;
    logic [KeysW-1:0]      keys [2];

    assign keys[0] = KeysW'(level_count_q[j][0]);
    assign keys[1] = KeysW'(level_count_q[j][1]);

    iotlb_level #(
      .KEY_W(KeyW),
      .KEYS (Keys),
      .K    (K)
    ) u_level (
      .clk_i,
      .rst_ni,
      .valid_i(level_valid[j+1]),
      .key_i  (level_key[j+1]),
      .row_i  (RowW'(level_pos[j+1])),
      .bank_i (level_bank[j+1]),
      .keys_i (keys),
      .valid_o(level_valid[j]),
      .key_o  (level_key[j]),
      .pos_o  (pos),
      .bank_o (level_bank[j]),
      .wen_i  (wen && (32'(wpos) & ((1 << (LaneW * j)) - 1)) == 0),
      .wbank_i(!bank_q),
      .wpos_i ((RowW + LaneW)'(wpos >> (LaneW * j))),
      .wkey_i (w_key)
    );

    assign level_pos[j] = PosW'(pos);
  end

  // --- payload -----------------------------------------------------------------------------------------------

  logic [PayloadW-1:0] a_payload [2];
  logic [PayloadW-1:0] payload_q;
  logic [1:0]          payload_bank_q, payload_valid_q;

  for (genvar b = 0; b < 2; b++) begin : g_payload
    logic shadow;
    assign shadow = bank_q != 1'(b);
    iommu_ram_1r1rw #(
      .WIDTH(PayloadW),
      .DEPTH(2 ** PosW)
    ) u_payload (
      .clk_i,
      .a_ren_i  (level_valid[0]),
      .a_oen_i  (payload_valid_q[0]),
      .a_addr_i (level_pos[0]),
      .a_rdata_o(a_payload[b]),
      .b_ren_i  (adv && !shadow),
      .b_wen_i  (wen && shadow),
      .b_addr_i (shadow ? wpos : rpos),
      .b_wdata_i(w_payload),
      .b_rdata_o(b_payload[b])
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
  localparam int unsigned FoundClocks = iotlb_latency(ENTRIES, K) - TopClocks;
  logic [FoundClocks-1:0] found_q;
  always_ff @(posedge clk_i) found_q <= FoundClocks'({found_q, found_q2});

  assign e_found_o = found_q[FoundClocks-1];
  assign {e_asid_o, e_last_o, e_delta_o, e_perm_o} = payload_q;

  // The key says the same; the payload's copy is for the search, which no longer has the key.
  logic unused;
  assign unused = ^{m3_payload_asid, level_key[0]};

`ifndef SYNTHESIS
  // The hold: no query that sees the former bank is still on its way to the payload when that bank is written.
  localparam int unsigned ReadClocks = TopClocks + LevelClocks * (Levels - 1) + 1;
  logic [ReadClocks-1:0] former;  // a query in this stage sees the bank that is now the shadow
  logic [ReadClocks-1:0] stage_valid_q, stage_bank_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) {stage_valid_q, stage_bank_q} <= '0;
    else begin
      stage_valid_q <= ReadClocks'({stage_valid_q, q_valid_i});
      stage_bank_q  <= ReadClocks'({stage_bank_q, seen_q});
    end
  end
  assign former = stage_valid_q & (stage_bank_q ^ {ReadClocks{bank_q}});
  a_hold: assert property (@(posedge clk_i) wen |-> former == '0)
    else $error("iotlb: writing a bank that queries still read");
`endif

  if (K < 2 || (K & (K - 1)) != 0) begin : g_bad_k
    $error("iotlb: K = %0d; the search radix must be a power of two, at least 2", K);
  end
  if (ENTRIES < 2) begin : g_bad_entries
    $error("iotlb: ENTRIES = %0d; the table needs at least 2", ENTRIES);
  end

endmodule
