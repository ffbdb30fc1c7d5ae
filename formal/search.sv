// SPDX-License-Identifier: Apache-2.0
//
// iotlb_search against a linear scan: for any two sorted tables in the banks, with any number of entries, what a query
// finds exactly LATENCY clocks later is the last entry at or below it in the bank that it saw, or that there is none.
// One query is followed, any one, among others in any clocks; the banks may flip at any clock.
//
// With DAMAGE one bit of one word of one memory is wrong, any one: an answer is right or says that it is damaged.
// Without it no answer says so.
//
// The memories hold the tables from the start, and nothing is written: that passes write what they should is not the
// question here. What lies beyond the counts is any garbage. There is no reset, and every register starts with any value.

module search
  import iommu_pkg::*;
#(
  /// Entries of a bank
  parameter int unsigned ENTRIES = 8,
  /// Search radix, a power of two
  parameter int unsigned K = 2,
  /// 1: one bit is wrong
  parameter bit DAMAGE = 1'b0,
  /// Address spaces
  parameter int unsigned ASIDS = 2,
  /// Bits of an IOVA granule number
  parameter int unsigned IG_W = 3,
  /// Bits of a physical granule number
  parameter int unsigned PG_W = 2,
  /// Bits of an ASID
  localparam int unsigned AsidW = idx_w(ASIDS),
  /// Bits of a key
  localparam int unsigned KeyW = AsidW + IG_W
) (
  /// Clock
  input logic            clk_i,
  /// Query
  input logic            q_valid_i,
  /// Its ASID and granule
  input logic [KeyW-1:0] q_key_i,
  /// It is to be followed, if none is yet
  input logic            pick_i,
  /// The banks flip, if they have not yet
  input logic            flip_i
);

  localparam int unsigned PosW = idx_w(ENTRIES);
  localparam int unsigned CountW = $clog2(ENTRIES + 1);
  localparam int unsigned KeyWordW = KeyW + 1;
  localparam int unsigned PayloadW = AsidW + IG_W + PG_W + PermW;
  localparam int unsigned PayloadWordW = PayloadW + 2;
  localparam int unsigned Levels = levels(ENTRIES, K);
  localparam int unsigned Top = Levels - 1;
  localparam int unsigned TopKeys = level_keys(ENTRIES, K, Top);
  localparam int unsigned Latency = iotlb_latency(ENTRIES, K);
  localparam int unsigned LaneW = $clog2(K);

  // --- the tables: any, and they stay --------------------------------------------------------------------------------

  typedef logic [KeyW-1:0] key_t;
  typedef logic [PayloadW:0] payload_t;  // with the poison bit above
  key_t [1:0][ENTRIES-1:0]     keys;
  payload_t [1:0][ENTRIES-1:0] payloads;
  logic [1:0][CountW-1:0]      count;
  logic                        bad_bank;  // the bit that is wrong: bank, level or payload, word, bit
  logic [3:0]                  bad_level;
  logic [PosW-1:0]             bad_word;
  logic [PayloadWordW-1:0]     bad_bit;
  always_ff @(posedge clk_i) begin
    {keys, payloads, count}               <= {keys, payloads, count};
    {bad_bank, bad_level, bad_word, bad_bit} <= {bad_bank, bad_level, bad_word, bad_bit};
  end

  logic tables;
  always_comb begin
    tables = $onehot(bad_bit);
    for (int unsigned b = 0; b < 2; b++) begin
      tables &= 32'(count[b]) <= ENTRIES;
      for (int unsigned i = 0; i + 1 < ENTRIES; i++) tables &= i + 1 >= 32'(count[b]) || keys[b][i] < keys[b][i+1];
    end
  end

  // Word `i` of level `j`, and of the payload, as the memory holds it.
  function automatic logic [KeyWordW-1:0] key_word(logic b, int unsigned j, int unsigned i);
    key_t key;
    key = keys[b][PosW'(i << (LaneW * j))];
    return {^key, key}
           ^ ((DAMAGE && bad_bank == b && 32'(bad_level) == j && 32'(bad_word) == i) ? KeyWordW'(bad_bit) : '0);
  endfunction
  function automatic logic [PayloadWordW-1:0] payload_word(logic b, int unsigned i);
    return {^payloads[b][i], payloads[b][i]}
           ^ ((DAMAGE && bad_bank == b && 32'(bad_level) == Levels && 32'(bad_word) == i) ? bad_bit : '0);
  endfunction
  function automatic logic counts(logic b, int unsigned j, int unsigned i);
    return (i << (LaneW * j)) < 32'(count[b]);
  endfunction

  // --- the search ----------------------------------------------------------------------------------------------------

  logic              bank_q, seen_q, flipped_q;
  logic              first_q = 1'b1;
  logic [CountW-1:0] level_count [Levels][2];
  always_ff @(posedge clk_i) begin
    first_q   <= 1'b0;
    bank_q    <= bank_q ^ (flip_i && !flipped_q);
    flipped_q <= flipped_q || flip_i;
    seen_q    <= bank_q;
  end
  for (genvar j = 0; j < int'(Levels); j++) begin : g_count
    for (genvar b = 0; b < 2; b++) begin : g_bank
      assign level_count[j][b] = CountW'((32'(count[b]) + (1 << (LaneW * j)) - 1) >> (LaneW * j));
    end
  end

  logic               found, poison, damaged;
  logic [PayloadW-1:0] payload;
  iotlb_search #(
    .ENTRIES(ENTRIES),
    .ASIDS  (ASIDS),
    .IG_W   (IG_W),
    .PG_W   (PG_W),
    .K      (K)
  ) u_search (
    .clk_i, .rst_ni(1'b1),
    .q_valid_i, .q_asid_i(q_key_i[KeyW-1:IG_W]), .q_granule_i(q_key_i[IG_W-1:0]),
    .e_found_o(found), .e_asid_o(payload[PayloadW-1-:AsidW]), .e_last_o(payload[PG_W+PermW+:IG_W]),
    .e_delta_o(payload[PermW+:PG_W]), .e_perm_o(payload[PermW-1:0]), .e_poison_o(poison), .e_damaged_o(damaged),
    .bank_i(bank_q), .seen_i(seen_q), .level_count_i(level_count),
    .early_ren_i(1'b0), .rpos_i('0), .payload_o(), .early_wen_i(1'b0), .early_wpos_i('0),
    .wen_i(1'b0), .wbank_i(!bank_q), .wpos_i('0), .w_key_i('0), .w_payload_i('0)
  );

  // What the memories hold.
  for (genvar j = 0; j < int'(Levels) - 1; j++) begin : g_level
    localparam int unsigned Keys = level_keys(ENTRIES, K, j);
    localparam int unsigned RowW = idx_w((Keys + K - 1) / K);
    for (genvar i = 0; i < int'(Keys); i++) begin : g_key
      localparam int unsigned Lane = i % K;
      if (Lane != 0) begin : g_stored
        for (genvar b = 0; b < 2; b++) begin : g_bank
          logic [KeyWordW-1:0] word;
          if (level_small(ENTRIES, K, j)) begin : g_small
            assign word = u_search.g_level[j].u_level.g_lane[Lane].g_small.u_keys.mem[(b<<RowW)|(i/int'(K))];
          end else begin : g_large
            assign word = u_search.g_level[j].u_level.g_lane[Lane].g_large.u_keys.mem[(b<<RowW)|(i/int'(K))];
          end
          always_comb assume (!counts(1'(b), j, i) || word == key_word(1'(b), j, i));
        end
      end
    end
  end
  for (genvar b = 0; b < 2; b++) begin : g_payload
    for (genvar i = 0; i < int'(ENTRIES); i++) begin : g_word
      always_comb assume (u_search.g_payload[b].u_payload.mem[i] == payload_word(1'(b), i));
    end
  end

  // The top of the bank that queries see, and before the flip that of the other one: the pass before has written it.
  logic top_seen, top_shadow;
  always_comb begin
    top_seen   = 1'b1;
    top_shadow = 1'b1;
    for (int unsigned t = 0; t < TopKeys; t++) begin
      top_seen   &= u_search.top_in_count_q[t] == counts(seen_q, Top, t);
      top_seen   &= !counts(seen_q, Top, t) || u_search.top_seen_q[t] == key_word(seen_q, Top, t);
      top_shadow &= !counts(!seen_q, Top, t) || u_search.top_shadow_q[t] == key_word(!seen_q, Top, t);
    end
  end

  // --- the followed query, and a scan for it ----------------------------------------------------------------------------

  logic       picked_q, f_bank_q, flew_q;
  key_t       f_key_q;
  logic [4:0] age_q;  // clocks since the query, and then as many as there are
  logic       expect_found;
  payload_t   expected;
  always_ff @(posedge clk_i) begin
    if (first_q) picked_q <= 1'b0;
    if (!picked_q && !first_q && q_valid_i && pick_i) begin
      {picked_q, f_key_q, f_bank_q} <= {1'b1, q_key_i, seen_q};
      {age_q, flew_q}               <= {5'd1, 1'b0};
    end else begin
      if (age_q != '1) age_q <= age_q + 1'b1;
      if (bank_q != seen_q) flew_q <= 1'b1;
    end
  end
  always_comb begin
    expect_found = 1'b0;
    expected     = '0;
    for (int unsigned i = 0; i < ENTRIES; i++) begin
      if (i < 32'(count[f_bank_q]) && keys[f_bank_q][i] <= f_key_q) begin
        expect_found = 1'b1;
        expected     = payloads[f_bank_q][i];
      end
    end
  end

  // The answer is told damaged one clock later than it is told.
  logic right, right_q;
  assign right = found == expect_found && (!found || {poison, payload} == expected);
  always_ff @(posedge clk_i) right_q <= right;

  always_comb begin
    assume (tables);
    if (first_q) assume (top_seen && seen_q == bank_q && !flipped_q);
    if (!flipped_q || seen_q != bank_q) assume (top_shadow);
    if (!first_q && picked_q) begin
      if (!DAMAGE && 32'(age_q) == Latency) a_answer: assert (right);
      if (32'(age_q) == Latency + 1) a_damaged: assert (damaged ? DAMAGE : right_q);
    end
    // For the induction.
    if (!first_q) h_top: assert (top_seen && (flipped_q || bank_q == seen_q));
    c_last: cover (!first_q && picked_q && 32'(age_q) == Latency && found && flew_q && 32'(count[f_bank_q]) == ENTRIES
                   && 32'(count[!f_bank_q]) == 1 && payload == payloads[f_bank_q][ENTRIES-1][PayloadW-1:0]
                   && payload != payloads[f_bank_q][ENTRIES-2][PayloadW-1:0] && !poison);
    c_none: cover (!first_q && picked_q && 32'(age_q) == Latency + 1 && !right_q == DAMAGE && damaged == DAMAGE
                   && !expect_found && 32'(count[f_bank_q]) == ENTRIES - 1);
  end

endmodule
