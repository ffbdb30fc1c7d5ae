// SPDX-License-Identifier: Apache-2.0
//
// iotlb_merge, one pass from reset over any sorted and disjoint table, of up to two operands: what it writes is sorted and
// disjoint, is what the operands leave of the table, unchanged, with what they add, each once; and it ends in time.
// Verdicts are those of a look at the whole table.
//
// Every entry has its number in perm, and every operand one above them, so that what is written says what it is. The
// table answers ReadClocks after it is asked, as the memories and iotlb_repair do.

module merge
  import iommu_pkg::*;
#(
  /// Entries of a bank
  parameter int unsigned ENTRIES = 3,
  /// 1: the operands are UNMAPs, otherwise MAPs
  parameter bit UNMAPS = 1'b0,
  /// Clocks from reset to the end of the pass, at most
  parameter int unsigned CLOCKS = 40,
  /// Address spaces
  parameter int unsigned ASIDS = 2,
  /// Bits of a granule number
  parameter int unsigned IG_W = 3
) (
  /// Clock
  input logic clk_i
);

  localparam int unsigned AsidW = idx_w(ASIDS);
  localparam int unsigned CountW = $clog2(ENTRIES + 1);
  localparam int unsigned PosW = idx_w(ENTRIES);
  localparam int unsigned B = 2;
  localparam int unsigned ReadClocks = 9;
  localparam int unsigned StartClock = 6;

  // Reset in the first clock; then what happens when.
  logic       rst_n = 1'b0;
  logic [5:0] clock_q = '0;
  always_ff @(posedge clk_i) begin
    rst_n <= 1'b1;
    if (clock_q != '1) clock_q <= clock_q + 1'b1;
  end

  // Any values, and they stay: read_slang has no anyconst.
  typedef struct packed {
    logic [AsidW-1:0] asid;
    logic [IG_W-1:0]  start;
    logic [IG_W-1:0]  last;
  } range_t;
  range_t [ENTRIES-1:0]  entries;
  range_t [B-1:0]        operands;  // all of the address space of the first one
  logic [CountW-1:0]     count;
  logic [ASIDS-1:0]      live;
  logic [1:0]            ops, quota, room;
  always_ff @(posedge clk_i) begin
    {entries, operands, count}  <= {entries, operands, count};
    {live, ops, quota, room}    <= {live, ops, quota, room};
  end

  function automatic logic overlap(range_t a, range_t b);
    return a.asid == b.asid && a.start <= b.last && a.last >= b.start;
  endfunction
  function automatic logic after(range_t a, range_t b);  // b comes after a, and they are disjoint
    return a.asid < b.asid || (a.asid == b.asid && a.last < b.start);
  endfunction

  logic [ENTRIES-1:0] stays;     // of the table
  logic [B-1:0]       inserts;   // operands
  verdict_e           verdict [B];
  logic [CountW:0]    lives, expected;
  logic [1:0]         inserted;
  logic               given;
  always_comb begin
    lives    = '0;
    stays    = '0;
    inserts  = '0;
    inserted = '0;
    given    = 32'(count) <= ENTRIES && ops <= 2'd2 && ops != '0 && operands[1].asid == operands[0].asid
               && operands[0].start <= operands[0].last && operands[1].start <= operands[1].last
               && operands[0].start < operands[1].start && (UNMAPS || operands[0].last < operands[1].start)
               && quota <= 2'd2 && room <= 2'd2;
    for (int unsigned i = 0; i < ENTRIES; i++) begin
      if (i < 32'(count)) begin
        given &= entries[i].start <= entries[i].last && (i == 0 || after(entries[PosW'(i-1)], entries[i]));
        if (live[entries[i].asid]) begin
          lives   += 1'b1;
          stays[i] = 1'b1;
          for (int unsigned o = 0; o < B; o++) begin
            if (UNMAPS && o < 32'(ops) && overlap(entries[i], operands[o])) stays[i] = 1'b0;
          end
        end
      end
    end
    given &= UNMAPS || 32'(lives) + 32'(room) <= ENTRIES;
    for (int unsigned o = 0; o < B; o++) begin
      verdict[o] = VerdictOk;
      if (inserted == quota) verdict[o] = VerdictLimit;
      if (inserted == room && room < quota) verdict[o] = VerdictTable;
      else if (inserted == room && room <= quota) verdict[o] = VerdictLimit;
      for (int unsigned i = 0; i < ENTRIES; i++) begin
        if (i < 32'(count) && live[entries[i].asid] && overlap(entries[i], operands[o])) verdict[o] = VerdictExist;
      end
      if (!UNMAPS && o < 32'(ops) && verdict[o] == VerdictOk) begin
        inserts[o] = 1'b1;
        inserted  += 1'b1;
      end
    end
    expected = '0;
    for (int unsigned i = 0; i < ENTRIES; i++) expected += (CountW + 1)'(stays[i]);
    for (int unsigned o = 0; o < B; o++) expected += (CountW + 1)'(inserts[o]);
  end

  // --- the pass ------------------------------------------------------------------------------------------------------

  logic                       load, start, done, ren, wen, at;
  logic [PosW-1:0]            rpos, wpos;
  logic [CountW-1:0]          shadow_count, removed;
  logic [1:0]                 inserted_o;
  range_t                     written, operand;
  logic [PermW-1:0]           perm;
  logic                       delta, poison;
  verdict_e                   told;
  logic [ReadClocks-1:0][PosW-1:0] rpos_q;
  assign load    = clock_q == 6'd1 || clock_q == 6'd2;
  assign at      = clock_q == 6'd2;
  assign start   = 32'(clock_q) == StartClock;
  assign operand = operands[at];
  always_ff @(posedge clk_i) rpos_q <= {rpos_q[ReadClocks-2:0], rpos};

  logic told_at;  // any operand
  always_ff @(posedge clk_i) told_at <= told_at;

  iotlb_merge #(
    .ENTRIES(ENTRIES),
    .ASIDS  (ASIDS),
    .IG_W   (IG_W),
    .PG_W   (1),
    .B      (B)
  ) u_merge (
    .clk_i, .rst_ni(rst_n),
    .start_i(start), .kind_i(UNMAPS ? MergeUnmap : MergeMap), .stage_i(1'b0), .load_i(load), .load_pos_i(at),
    .ops_i(ops), .quota_i(quota), .room_i(room),
    .op_asid_i(operand.asid), .op_start_i(operand.start), .op_last_i(operand.last), .op_delta_i(1'b0),
    .op_perm_i(PermW'(ENTRIES) + PermW'(at)), .op_pos_i('0), .live_i(live), .count_i(count),
    .done_o(done), .verdict_pos_i(told_at), .verdict_o(told), .inserted_o(inserted_o), .removed_o(removed),
    .shadow_count_o(shadow_count),
    .entry_valid_o(), .entry_asid_o(), .entry_start_o(), .entry_last_o(), .entry_delta_o(), .entry_perm_o(),
    .entry_poison_o(),
    .ren_o(ren), .rpos_o(rpos), .repair_o(),
    .r_asid_i(entries[rpos_q[ReadClocks-1]].asid), .r_start_i(entries[rpos_q[ReadClocks-1]].start),
    .r_last_i(entries[rpos_q[ReadClocks-1]].last), .r_delta_i(1'b1), .r_perm_i(PermW'(rpos_q[ReadClocks-1])),
    .r_poison_i(1'b0),
    .wen_o(wen), .wpos_o(wpos), .w_asid_o(written.asid), .w_start_o(written.start), .w_last_o(written.last),
    .w_delta_o(delta), .w_perm_o(perm), .w_poison_o(poison)
  );

  // What has been written.
  range_t            before_q;
  logic [CountW-1:0] wrote_q;
  logic              done_q;
  always_ff @(posedge clk_i or negedge rst_n) begin
    if (!rst_n) begin
      wrote_q <= '0;
      done_q  <= 1'b0;
    end else begin
      if (wen) wrote_q <= wrote_q + 1'b1;
      done_q <= done_q || done;
    end
  end
  always_ff @(posedge clk_i) if (wen) before_q <= written;

  logic right;  // what is written is what it says that it is, and belongs there
  always_comb begin
    right = 1'b0;
    for (int unsigned i = 0; i < ENTRIES; i++) begin
      if (32'(perm) == i) right = stays[i] && written == entries[i] && delta;
    end
    for (int unsigned o = 0; o < B; o++) begin
      if (32'(perm) == ENTRIES + o) right = inserts[o] && written == operands[o] && !delta;
    end
  end

  always_comb begin
    assume (given);
    if (rst_n) begin
      if (wen) begin
        a_sorted: assert (wrote_q == '0 || after(before_q, written));
        a_right:  assert (right && !poison && !done_q);
        a_place:  assert (wpos == PosW'(wrote_q));
      end
      if (done) begin
        a_all:      assert ((CountW + 1)'(shadow_count) == expected && shadow_count == wrote_q);
        a_inserted: assert (UNMAPS || inserted_o == inserted);
        a_removed:  assert (!UNMAPS || (CountW + 1)'(removed) == lives - expected);
        if (!UNMAPS && 32'(told_at) < 32'(ops)) a_verdict: assert (told == verdict[told_at]);
      end
      if (32'(clock_q) >= CLOCKS) a_ends: assert (done_q);
    end
    c_two: cover (done && ops == 2'd2 && count == CountW'(3)
                  && (UNMAPS ? removed == CountW'(2) && expected != '0 : inserted == 2'd1 && verdict[0] == VerdictExist));
  end

endmodule
