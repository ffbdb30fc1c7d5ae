// SPDX-License-Identifier: Apache-2.0
//
// The table: every range of every address space, sorted by {asid, start}, in two banks. Lookups search the
// active bank; the merge engine writes the shadow; `flip_i` exchanges them at one clock edge.
//
//   queries -> iotlb_search, one for each search port -> entries                   every clock, no stall
//                                                ^
//   active bank, in order (leaf keys once more, payload port B) -+-> repair -> merge -> shadow bank, all levels
//
// Memories, and who uses which port:
//
//   | memory                     | banks        | search | merge reads | merge writes |
//   | level j, K-1 lanes         | address bit  | R      |             | W            |
//   | leaf keys in order         | address bit  |        | R           | W            |
//   | payload, one for each bank | two memories | A      | B (active)  | B (shadow)   |
//
// With PARITY every word of every memory has a parity bit on top, made here for all of them as a pass writes, and the
// payload a poison bit below it. Lookups check what they read in iotlb_search, passes in iotlb_repair.
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
  /// Search ports: queries taken in one clock
  parameter int unsigned SEARCH_PORTS = 1,
  /// Operands of a pass
  parameter int unsigned B = BatchDefault,
  /// 1: words carry parity, and damaged ones are found
  parameter bit PARITY = 1'b1,
  /// Bits of an ASID
  localparam int unsigned AsidW = idx_w(ASIDS),
  /// Bits of an entry's number
  localparam int unsigned PosW = idx_w(ENTRIES),
  /// Bits of a number of entries
  localparam int unsigned CountW = $clog2(ENTRIES + 1),
  /// Bits of an operand's number
  localparam int unsigned OpPosW = idx_w(B),
  /// Bits of a number of operands
  localparam int unsigned OpsW = $clog2(B + 1)
) (
  /// Clock
  input  logic              clk_i,
  /// Asynchronous reset, active low
  input  logic              rst_ni,
`ifdef PERSIMMON_BUGS
  /// Deliberate bug to show that the testbench sees it, 0 for none
  input  logic [7:0]        bug_i,
`endif

  /// Query, one a search port
  input  logic [SEARCH_PORTS-1:0]            q_valid_i,
  /// Query: ASID
  input  logic [SEARCH_PORTS-1:0][AsidW-1:0] q_asid_i,
  /// Query: granule
  input  logic [SEARCH_PORTS-1:0][IG_W-1:0]  q_granule_i,
  /// iotlb_latency clocks later: there is an entry at or below {asid, granule}
  output logic [SEARCH_PORTS-1:0]            e_found_o,
  /// The last such entry: its ASID, which need not be the query's
  output logic [SEARCH_PORTS-1:0][AsidW-1:0] e_asid_o,
  /// Its last granule, inclusive
  output logic [SEARCH_PORTS-1:0][IG_W-1:0]  e_last_o,
  /// Its physical granule minus its granule
  output logic [SEARCH_PORTS-1:0][PG_W-1:0]  e_delta_o,
  /// Its permissions
  output logic [SEARCH_PORTS-1:0][PermW-1:0] e_perm_o,
  /// It is poisoned
  output logic [SEARCH_PORTS-1:0]            e_poison_o,
  /// One clock later: a word that the answer depends on is damaged; what is found, or that nothing is, means nothing
  output logic [SEARCH_PORTS-1:0]            e_damaged_o,

  /// A pass may start or an operand may be staged
  output logic              ready_o,
  /// Starts a pass
  input  logic              start_i,
  /// What the pass does
  input  merge_e            kind_i,
  /// Appends the operand to the shadow bank
  input  logic              stage_i,
  /// Keeps the operand for the next pass
  input  logic              load_i,
  /// As number
  input  logic [OpPosW-1:0] load_pos_i,
  /// Operands of the pass
  input  logic [OpsW-1:0]   ops_i,
  /// Most that MergeMap may insert by the limit of the address space
  input  logic [OpsW-1:0]   quota_i,
  /// Most that MergeMap may insert for want of room
  input  logic [OpsW-1:0]   room_i,
  /// Operand, and of the pass: ASID
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
  /// Operand of MergeMap to show the verdict of
  input  logic [OpPosW-1:0] verdict_pos_i,
  /// What became of it
  output verdict_e          verdict_o,
  /// Operands that MergeMap inserted
  output logic [OpsW-1:0]   inserted_o,
  /// Entries that MergeUnmap removed
  output logic [CountW-1:0] removed_o,
  /// Makes the shadow bank the active one
  input  logic              flip_i,

  /// In the last clock of a MergeRead in which it is high, rd_* show the entry asked for
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
  /// READ: poisoned, or a word of it is damaged
  output logic              rd_poison_o,

  /// Damaged words that the pass found in this clock
  output logic [1:0]        damaged_o,
  /// Which word to damage
  input  inject_t           inject_i,
  /// One clock: a word has been damaged
  output logic              injected_o,

  /// Entries in the active bank, dead ones included
  output logic [CountW-1:0] count_o
);

  localparam int unsigned Levels = levels(ENTRIES, K);
  localparam int unsigned LaneW = $clog2(K);
  localparam int unsigned KeyW = AsidW + IG_W;
  localparam int unsigned PayloadW = AsidW + IG_W + PG_W + PermW;
  localparam int unsigned KeyWordW = KeyW + 32'(PARITY);
  localparam int unsigned PayloadWordW = PayloadW + 2 * 32'(PARITY);
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

  logic             ren, wen;
  logic [PosW-1:0]  rpos, wpos;
  logic [AsidW-1:0] w_asid;
  logic [IG_W-1:0]  w_start, w_last;
  logic [PG_W-1:0]  w_delta;
  logic [PermW-1:0] w_perm;

  logic                    w_poison, repair, r_poison;
  logic [AsidW-1:0]        r_asid;
  logic [IG_W-1:0]         r_start, r_last;
  logic [PG_W-1:0]         r_delta;
  logic [PermW-1:0]        r_perm;
  logic [KeyWordW-1:0]     seq_key;
  logic [PayloadWordW-1:0] b_payload [SEARCH_PORTS][2];
  logic [KeyW-1:0]         m4_key_q, m5_key_q;
  logic [PayloadW-1:0]     m4_payload_q, m5_payload_q;
  logic                    m5_poison, m5_key_bad, m5_payload_bad;

  typedef struct packed {
    logic             poison;
    logic [AsidW-1:0] asid;
    logic [IG_W-1:0]  start;
    logic [IG_W-1:0]  last;
    logic [PG_W-1:0]  delta;
    logic [PermW-1:0] perm;
  } repaired_t;
  repaired_t m7, m8_q;
  logic      m7_behind;

  // What each memory writes, in a register of its own: parity and INJECT are made on the way to it, in two clocks. The
  // bank travels along, though no flip is near enough to overtake.
  logic                    wp_en_q, wr_en_q, wr_bank_q;
  logic [PosW-1:0]         wp_pos_q, wr_pos_q;
  logic [KeyWordW-1:0]     w_search_key, w_seq_key, wr_search_key_q, wr_seq_key_q;
  logic [PayloadWordW-1:0] w_payload, wr_payload_q;
  logic                    wp_poison_q;
  logic [KeyW-1:0]         wp_key_q;
  logic [PayloadW-1:0]     wp_payload_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) {wp_en_q, wr_en_q} <= '0;
    else {wp_en_q, wr_en_q} <= {wen, wp_en_q};
  end
  always_ff @(posedge clk_i) begin
    wp_pos_q        <= wpos;
    wp_poison_q     <= w_poison;
    wp_key_q        <= {w_asid, w_start};
    wp_payload_q    <= {w_asid, w_last, w_delta, w_perm};
    wr_bank_q       <= !bank_q;
    wr_pos_q        <= wp_pos_q;
    wr_search_key_q <= w_search_key;
    wr_seq_key_q    <= w_seq_key;
    wr_payload_q    <= w_payload;
  end

  // From the memories to the engine: registers for the choice of the bank, the parity, the repair and its adder.
  logic [KeyWordW-1:0]     m3_key_word_q;
  logic [PayloadWordW-1:0] m3_payload_word_q;
  always_ff @(posedge clk_i) begin
    m3_key_word_q     <= seq_key;
    m3_payload_word_q <= b_payload[0][bank_q];
    m4_key_q          <= m3_key_word_q[KeyW-1:0];
    m4_payload_q      <= m3_payload_word_q[PayloadW-1:0];
    m5_key_q          <= m4_key_q;
    m5_payload_q      <= m4_payload_q;
  end

  if (PARITY) begin : g_parity
    localparam int unsigned KeyParts = parity_parts_n(KeyWordW);
    localparam int unsigned PayloadParts = parity_parts_n(PayloadWordW);
    logic [KeyParts-1:0]     key_part_q;
    logic [PayloadParts-1:0] payload_part_q;
    logic [KeyWordW-1:0]     key, search_flip, key_flip;
    logic [PayloadWordW-1:0] payload, payload_flip;

    always_ff @(posedge clk_i) begin
      key_part_q     <= KeyParts'(parity_parts(ParityMax'({w_asid, w_start})));
      payload_part_q <= PayloadParts'(parity_parts(ParityMax'({w_poison, w_asid, w_last, w_delta, w_perm})));
    end
    assign key          = {^key_part_q, wp_key_q};
    assign payload      = {^payload_part_q, wp_poison_q, wp_payload_q};
    assign w_search_key = key ^ search_flip;
    assign w_seq_key    = key ^ key_flip;
    assign w_payload    = payload ^ payload_flip;

    // As above, of the words that were read with their parity bits.
    logic                    m4_poison_q, m5_poison_q, m5_key_bad_q, m5_payload_bad_q;
    logic [KeyParts-1:0]     m4_key_part_q;
    logic [PayloadParts-1:0] m4_payload_part_q;

    always_ff @(posedge clk_i) begin
      m4_key_part_q              <= KeyParts'(parity_parts(ParityMax'(m3_key_word_q)));
      m4_payload_part_q          <= PayloadParts'(parity_parts(ParityMax'(m3_payload_word_q)));
      {m4_poison_q, m5_poison_q} <= {m3_payload_word_q[PayloadW], m4_poison_q};
      m5_key_bad_q               <= ^m4_key_part_q;
      m5_payload_bad_q           <= ^m4_payload_part_q;
    end
    assign {m5_poison, m5_key_bad, m5_payload_bad} = {m5_poison_q, m5_key_bad_q, m5_payload_bad_q};

    iotlb_inject #(
      .POS_W    (PosW),
      .LEVELS   (Levels),
      .K        (K),
      .KEY_W    (KeyWordW),
      .PAYLOAD_W(PayloadWordW)
    ) u_inject (
      .clk_i,
      .rst_ni,
      .inject_i,
      .wen_i     (wen),
      .wpos_i    (wpos),
      .search_o  (search_flip),
      .key_o     (key_flip),
      .payload_o (payload_flip),
      .injected_o
    );
  end else begin : g_no_parity
    assign w_search_key = wp_key_q;
    assign w_seq_key    = wp_key_q;
    assign w_payload    = wp_payload_q;
    assign {m5_poison, m5_key_bad, m5_payload_bad} = '0;
    assign injected_o   = 1'b0;
    logic unused_inject;
    assign unused_inject = ^{inject_i, wp_poison_q};
  end

  // A suffix comes after what the transaction has staged, which is of its own address space at most. The first entry is
  // later than start_q.
  logic start_q;
  always_ff @(posedge clk_i) start_q <= start_i;

  iotlb_repair #(
    .PARITY(PARITY),
    .ASID_W(AsidW),
    .IG_W  (IG_W),
    .PG_W  (PG_W),
    .PERM_W(PermW)
  ) u_repair (
    .clk_i,
`ifdef PERSIMMON_BUGS
    .bug_i,
`endif
    .start_i      (start_q),
    .start_asid_i ((kind_i == MergeSuffix) ? op_asid_i : '0),
    .valid_i      (repair),
    .key_bad_i    (m5_key_bad),
    .payload_bad_i(m5_payload_bad),
    .key_asid_i   (m5_key_q[KeyW-1:IG_W]),
    .granule_i    (m5_key_q[IG_W-1:0]),
    .poison_i     (m5_poison),
    .asid_i       (m5_payload_q[PayloadW-1-:AsidW]),
    .last_i       (m5_payload_q[PG_W+PermW+:IG_W]),
    .delta_i      (m5_payload_q[PermW+:PG_W]),
    .perm_i       (m5_payload_q[PermW-1:0]),
    .poison_o     (m7.poison),
    .asid_o       (m7.asid),
    .start_o      (m7.start),
    .behind_o     (m7_behind),
    .last_o       (m7.last),
    .delta_o      (m7.delta),
    .perm_o       (m7.perm),
    .damaged_o
  );

  always_ff @(posedge clk_i) begin
    m8_q       <= m7;
    m8_q.start <= m7.start + IG_W'(m7_behind);
  end
  assign {r_poison, r_asid, r_start, r_last, r_delta, r_perm} = m8_q;

  iotlb_merge #(
    .ENTRIES(ENTRIES),
    .ASIDS  (ASIDS),
    .IG_W   (IG_W),
    .PG_W   (PG_W),
    .B      (B)
  ) u_merge (
    .clk_i,
    .rst_ni,
`ifdef PERSIMMON_BUGS
    .bug_i,
`endif
    .start_i,
    .kind_i,
    .stage_i,
    .load_i,
    .load_pos_i,
    .ops_i,
    .quota_i,
    .room_i,
    .op_asid_i,
    .op_start_i,
    .op_last_i,
    .op_delta_i,
    .op_perm_i,
    .op_pos_i,
    .live_i,
    .count_i       (count_o),
    .done_o,
    .verdict_pos_i,
    .verdict_o,
    .inserted_o,
    .removed_o,
    .shadow_count_o(shadow_count),
    .entry_valid_o (rd_valid_o),
    .entry_asid_o  (rd_asid_o),
    .entry_start_o (rd_start_o),
    .entry_last_o  (rd_last_o),
    .entry_delta_o (rd_delta_o),
    .entry_perm_o  (rd_perm_o),
    .entry_poison_o(rd_poison_o),
    .ren_o         (ren),
    .rpos_o        (rpos),
    .repair_o      (repair),
    .r_asid_i      (r_asid),
    .r_start_i     (r_start),
    .r_last_i      (r_last),
    .r_delta_i     (r_delta),
    .r_perm_i      (r_perm),
    .r_poison_i    (r_poison),
    .wen_o         (wen),
    .wpos_o        (wpos),
    .w_asid_o      (w_asid),
    .w_start_o     (w_start),
    .w_last_o      (w_last),
    .w_delta_o     (w_delta),
    .w_perm_o      (w_perm),
    .w_poison_o    (w_poison)
  );

  // The address has a clock of its own, as in iotlb_search.
  logic          seq_ren_q;
  logic [PosW:0] seq_addr_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) seq_ren_q <= 1'b0;
    else seq_ren_q <= ren;
  end
  always_ff @(posedge clk_i) seq_addr_q <= {bank_q, rpos};

  iommu_ram_1r1w #(
    .WIDTH(KeyWordW),
    .DEPTH(2 ** (PosW + 1))
  ) u_seq_keys (
    .clk_i,
    .ren_i  (seq_ren_q),
    .oen_i  (1'b1),
    .raddr_i(seq_addr_q),
    .rdata_o(seq_key),
    .wen_i  (wr_en_q),
    .waddr_i({wr_bank_q, wr_pos_q}),
    .wdata_i(wr_seq_key_q)
  );

  // --- search --------------------------------------------------------------------------------------------------

  for (genvar s = 0; s < int'(SEARCH_PORTS); s++) begin : g_search
    iotlb_search #(
      .ENTRIES(ENTRIES),
      .ASIDS  (ASIDS),
      .IG_W   (IG_W),
      .PG_W   (PG_W),
      .K      (K),
      .PARITY (PARITY)
    ) u_search (
      .clk_i,
      .rst_ni,
`ifdef PERSIMMON_BUGS
      .bug_i,
`endif
      .q_valid_i    (q_valid_i[s]),
      .q_asid_i     (q_asid_i[s]),
      .q_granule_i  (q_granule_i[s]),
      .e_found_o    (e_found_o[s]),
      .e_asid_o     (e_asid_o[s]),
      .e_last_o     (e_last_o[s]),
      .e_delta_o    (e_delta_o[s]),
      .e_perm_o     (e_perm_o[s]),
      .e_poison_o   (e_poison_o[s]),
      .e_damaged_o  (e_damaged_o[s]),
      .bank_i       (bank_q),
`ifdef PERSIMMON_BUGS
      .seen_i       ((bug_i == 8'd6) ? bank_q : seen_q),
`else
      .seen_i       (seen_q),
`endif
      .level_count_i(level_count_q),
      .early_ren_i  (ren && s == 0),
      .rpos_i       (rpos),
      .payload_o    (b_payload[s]),
      .early_wen_i  (wp_en_q),
      .early_wpos_i (wp_pos_q),
      .wen_i        (wr_en_q),
      .wbank_i      (wr_bank_q),
      .wpos_i       (wr_pos_q),
      .w_key_i      (wr_search_key_q),
      .w_payload_i  (wr_payload_q)
    );
  end

  // Passes read one payload.
  logic unused;
  always_comb begin
    unused = 1'b0;
    for (int unsigned s = 1; s < SEARCH_PORTS; s++) unused ^= ^{b_payload[s][0], b_payload[s][1]};
  end

  if (K < 2 || (K & (K - 1)) != 0) begin : g_bad_k
    $error("iotlb: K = %0d; the search radix must be a power of two, at least 2", K);
  end
  if (PayloadWordW > ParityMax) begin : g_bad_word
    $error("iotlb: %0d bits of payload; parity_parts takes %0d", PayloadWordW, ParityMax);
  end
  if (ENTRIES < 2) begin : g_bad_entries
    $error("iotlb: ENTRIES = %0d; the table needs at least 2", ENTRIES);
  end

endmodule
