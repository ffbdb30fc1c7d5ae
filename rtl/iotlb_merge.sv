// SPDX-License-Identifier: Apache-2.0
//
// The merge engine: streams the active bank, one entry a clock, applies up to B operands on the way and writes
// the shadow bank. Nothing that it writes is seen by lookups until the owner flips the banks; a pass whose
// operands are all refused is simply not flipped in.
//
//   address --> active bank --> output --> choice --> parity --> repair --> ring --> compared --> chosen --> kept --> shadow
//    (m0)          (m1)        register   of bank  (m4, m5)  (m6 to m8)  (m10)      (m11)       (w1)       (w2)      bank
//                                (m2)      (m3)
//
// Nothing in all this ever stands still, because a signal that stops it would have to reach every memory in one
// clock. Entries that the pass is not done with stay in a ring of RingWords, and no more are asked for than it holds.
//
// The operands ascend, so one of them is current: what passes is compared with it. When the pass goes on to the next
// one, the entries that have been compared with it in vain are read from the ring again, from the one that told. Where
// that is depends on what the operands are:
//
//   MergeMap    before the first entry whose key is greater, or after the last. There the operand goes out, if nothing
//               speaks against it: the entry before reaches it, or the entry after starts within it, or there is no
//               room. It has a verdict of its own either way.
//   MergeUnmap  before the first entry that starts after its end: no later one overlaps it, and what came before and
//               ends before its start overlaps no later operand.
//
// An operand costs four clocks beside the entries, two after the last of them.

module iotlb_merge
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
  /// Operands of a pass
  parameter int unsigned B = BatchDefault,
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

  /// Starts a pass; only while idle
  input  logic              start_i,
  /// What the pass does
  input  merge_e            kind_i,
  /// Appends the operand to the shadow bank; only while idle
  input  logic              stage_i,
  /// Keeps the operand as number load_pos_i of the next pass; only while idle
  input  logic              load_i,
  /// Its number
  input  logic [OpPosW-1:0] load_pos_i,
  /// Operands of the pass, ascending, those of MergeMap disjoint; stable from start_i to done_o
  input  logic [OpsW-1:0]   ops_i,
  /// Most operands that MergeMap may insert by the limit of the address space; stable as ops_i
  input  logic [OpsW-1:0]   quota_i,
  /// Most operands that MergeMap may insert for want of room in the table; stable as ops_i
  input  logic [OpsW-1:0]   room_i,
  /// Operand, and of the pass: ASID; stable as ops_i
  input  logic [AsidW-1:0]  op_asid_i,
  /// Operand: first granule
  input  logic [IG_W-1:0]   op_start_i,
  /// Operand: last granule, inclusive
  input  logic [IG_W-1:0]   op_last_i,
  /// Operand: physical granule of the first granule, minus the first granule
  input  logic [PG_W-1:0]   op_delta_i,
  /// Operand: permissions
  input  logic [PermW-1:0]  op_perm_i,
  /// Entry to present, for MergeRead; stable from the clock before start_i to done_o
  input  logic [PosW-1:0]   op_pos_i,
  /// Address spaces whose entries are live; the others' are dropped
  input  logic [ASIDS-1:0]  live_i,
  /// Entries in the active bank
  input  logic [CountW-1:0] count_i,

  /// One clock: the pass is over; two clocks later its last write has landed everywhere
  output logic              done_o,
  /// Operand of MergeMap to show the verdict of
  input  logic [OpPosW-1:0] verdict_pos_i,
  /// What became of it
  output verdict_e          verdict_o,
  /// Operands that MergeMap inserted
  output logic [OpsW-1:0]   inserted_o,
  /// Entries that MergeUnmap dropped because they overlap an operand, or MergeRecover because they are poisoned
  output logic [CountW-1:0] removed_o,
  /// Entries in the shadow bank
  output logic [CountW-1:0] shadow_count_o,

  /// In the last clock of a MergeRead in which it is high, entry_* show the entry asked for
  output logic              entry_valid_o,
  /// Entry: ASID
  output logic [AsidW-1:0]  entry_asid_o,
  /// Entry: first granule
  output logic [IG_W-1:0]   entry_start_o,
  /// Entry: last granule, inclusive
  output logic [IG_W-1:0]   entry_last_o,
  /// Entry: physical granule of the first granule, minus the first granule
  output logic [PG_W-1:0]   entry_delta_o,
  /// Entry: permissions
  output logic [PermW-1:0]  entry_perm_o,
  /// Entry: poisoned
  output logic              entry_poison_o,

  /// Stream: reads an entry in the next clock
  output logic              ren_o,
  /// Stream: its number
  output logic [PosW-1:0]   rpos_o,
  /// Stream, six clocks later: iotlb_repair has the entry
  output logic              repair_o,
  /// Stream, nine clocks later: ASID
  input  logic [AsidW-1:0]  r_asid_i,
  /// Stream: first granule
  input  logic [IG_W-1:0]   r_start_i,
  /// Stream: last granule, inclusive
  input  logic [IG_W-1:0]   r_last_i,
  /// Stream: delta
  input  logic [PG_W-1:0]   r_delta_i,
  /// Stream: permissions
  input  logic [PermW-1:0]  r_perm_i,
  /// Stream: poisoned
  input  logic              r_poison_i,

  /// Writes the shadow bank
  output logic              wen_o,
  /// Write: entry's number
  output logic [PosW-1:0]   wpos_o,
  /// Write: ASID
  output logic [AsidW-1:0]  w_asid_o,
  /// Write: first granule
  output logic [IG_W-1:0]   w_start_o,
  /// Write: last granule, inclusive
  output logic [IG_W-1:0]   w_last_o,
  /// Write: delta
  output logic [PG_W-1:0]   w_delta_o,
  /// Write: permissions
  output logic [PermW-1:0]  w_perm_o,
  /// Write: poisoned
  output logic              w_poison_o
);

  typedef struct packed {
    logic             poison;
    logic [AsidW-1:0] asid;
    logic [IG_W-1:0]  start;
    logic [IG_W-1:0]  last;
    logic [PG_W-1:0]  delta;
    logic [PermW-1:0] perm;
  } entry_t;

  // Run has a bit that no other state has: what the stream does from clock to clock begins with it.
  typedef enum logic [2:0] {
    Idle = 3'b000,
    Open = 3'b001,  // how many entries there are to read
    Run  = 3'b100,
    Land = 3'b010,  // the last write is on its way into the bank
    Done = 3'b011   // and counted
  } state_e;

  // The ring holds what is between the address and w1, thirteen entries when one passes in every clock.
  localparam int unsigned RingWords = 16;
  localparam int unsigned RingW = $clog2(RingWords);
  localparam int unsigned ReadClocks = 9;    // from the address to r_*_i
  localparam int unsigned RepairClocks = 6;  // from the address to iotlb_repair

  state_e            state_q;
  logic              map_q, unmap_q, prefix_q, recover_q, read_q;  // what the pass does, a bit for each
  logic [CountW-1:0] next_q, end_q;      // the next entry to read; where the bank ends
  logic [CountW:0]   ahead_q;            // entries to read, minus one
  logic [CountW-1:0] less_q;             // where MergeRead starts
  logic              pair_q;             // MergeRead reads the entry before, too
  logic              run;
  logic              renew, renew_q;     // the pass writes the shadow bank from its beginning on
  logic [CountW-1:0] resume_q;           // where MergePrefix stopped
  logic [CountW-1:0] out_q;              // entries in the shadow bank
  logic [CountW-1:0] at_q;               // entries that the pass is done with
  logic [CountW-1:0] removed_q;
  logic [OpsW-1:0]   inserted_q;

  // --- operands ----------------------------------------------------------------------------------------

  typedef struct packed {
    logic [AsidW-1:0] asid;
    logic [PG_W-1:0]  delta;
    logic [PermW-1:0] perm;
  } rest_t;

  rest_t             op_rest;
  logic              op_valid, op_left;
  logic              step, step_q;  // goes on to the next operand
  logic [OpPosW-1:0] op_pos;
  logic [IG_W-1:0]   op_start, op_last;

  iotlb_operands #(
    .B     (B),
    .IG_W  (IG_W),
    .REST_W(AsidW + PG_W + PermW)
  ) u_operands (
    .clk_i,
    .rst_ni,
    .load_i      (load_i || stage_i),
    .load_pos_i  (stage_i ? '0 : load_pos_i),
    .load_start_i(op_start_i),
    .load_last_i (op_last_i),
    .load_rest_i ({op_asid_i, op_delta_i, op_perm_i}),
    .ops_i,
    .run_i       (state_q != Idle),
    .advance_i   (step_q),
    .left_o      (op_left),
    .valid_o     (op_valid),
    .pos_o       (op_pos),
    .start_o     (op_start),
    .last_o      (op_last),
    .rest_o      (op_rest)
  );

  // --- stream --------------------------------------------------------------------------------------------

  // [s]: s clocks after the address. An entry is in the ring until the pass is done with it: `held_q` are those and what
  // is on its way there.
  logic [ReadClocks:1] valid_q;
  logic                v10_q, v11_q, some, issue, fetch, drained_q, stop_q;
  logic                pass, pass_q;  // the pass is done with the entry in m11, and keeps or drops it
  logic [RingW-1:0]    held, held_q, put_q, get_q, kept_q;
  logic                room_q;  // in the ring
  entry_t              ring_q [RingWords];
  entry_t              m10_q, m11_q;

  assign some  = !ahead_q[CountW];
  assign run   = state_q[2];
  assign issue = run && some && room_q;
  assign fetch = get_q != put_q;
  always_comb begin
    held = held_q;
    if (issue && !pass_q) held = held_q + 1'b1;
    if (!issue && pass_q) held = held_q - 1'b1;
  end

  always_ff @(posedge clk_i) begin
    ring_q[put_q] <= '{poison: r_poison_i, asid: r_asid_i, start: r_start_i, last: r_last_i, delta: r_delta_i,
                       perm: r_perm_i};
    m10_q <= ring_q[get_q];
    m11_q <= m10_q;
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      {held_q, put_q, get_q, kept_q} <= '0;
      room_q <= 1'b1;
      {valid_q, v10_q, v11_q, pass_q} <= '0;
    end else if (state_q == Open || stop_q) begin
      {held_q, put_q, get_q, kept_q} <= '0;
      room_q <= 1'b1;
      {valid_q, v10_q, v11_q, pass_q} <= '0;
    end else begin
      valid_q <= ReadClocks'({valid_q, issue});
      v10_q   <= fetch && !step_q;
      v11_q   <= v10_q && !step_q;
      pass_q  <= pass;
      if (valid_q[ReadClocks]) put_q <= put_q + 1'b1;
      if (pass_q) kept_q <= kept_q + 1'b1;
      if (step_q) get_q <= kept_q;
      else if (fetch) get_q <= get_q + 1'b1;
      held_q <= held;
      // Of what will be held, but not waiting for that.
      if (issue == pass_q) room_q <= held_q != RingW'(RingWords - 1);
      else room_q <= pass_q || held_q != RingW'(RingWords - 2);
    end
  end

  // --- comparisons: an entry with the current operand -------------------------------------------------------

  // Registered beside m11. Every carry chain ends in a register, with next to nothing behind it, and is written as <
  // or >=: for the others Yosys adds a comparison for equality.
  logic live_q, same_asid_q, asid_ge_q, op_valid_q;
  logic lo_q;   // starts at or before the operand's end
  logic ge_q;   // starts at or before the operand's start
  logic past;   // starts after the operand, as far as this pass is concerned
  logic near_q; // the entry that told to go on starts within the operand

  always_ff @(posedge clk_i) begin
    live_q      <= live_i[m10_q.asid];
    same_asid_q <= m10_q.asid == op_asid_i;
    asid_ge_q   <= m10_q.asid >= op_asid_i;
    op_valid_q  <= op_valid;
`ifdef PERSIMMON_BUGS
    lo_q        <= (bug_i == 8'd1) ? m10_q.start < op_last : op_last >= m10_q.start;
`else
    lo_q        <= op_last >= m10_q.start;
`endif
    ge_q        <= op_start >= m10_q.start;
    near_q      <= v11_q && live_q && same_asid_q && lo_q;
  end
  assign past = same_asid_q ? (unmap_q ? !lo_q : !ge_q) : asid_ge_q;
  assign pass = v11_q && !step_q && !(op_valid && past);

  // When the stream has ended, the operands that are left go one in two clocks.
  assign step = op_valid && !step_q && ((v11_q && past) || drained_q);

  // The last entry that passed, with the operand that is current since: for MergeUnmap does it reach what it was compared
  // with a clock before, for MergeMap does the entry before reach this operand. All entries of an address space are live
  // or none, so an earlier one need not be asked.
  logic [IG_W-1:0] before_last_q;
  logic            before_q, hi_q;
  always_ff @(posedge clk_i) begin
    if (pass) before_last_q <= m11_q.last;
    hi_q <= before_last_q >= op_start;
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) before_q <= 1'b0;
    else if (state_q == Open) before_q <= 1'b0;
    else if (pass) before_q <= live_q && same_asid_q;
  end

  // --- control ---------------------------------------------------------------------------------------------

  // In the order in which a command reports them. Every operand inserted takes from both limits, so that one of them
  // ends first from the beginning on, and that one is counted down.
  logic [OpsW-1:0] left_q;
  logic            start_q, some_left_q, room_ends_q;  // the first operand goes out later than start_q
  logic            exists, insert_q;
  verdict_e        verdict;
  assign exists = near_q || (before_q && hi_q);
  always_comb begin
    verdict = VerdictOk;
    if (exists) verdict = VerdictExist;
    else if (!some_left_q) verdict = room_ends_q ? VerdictTable : VerdictLimit;
  end

  // The verdict is kept a clock later, where nothing waits for it.
  verdict_e          verdict_q [B], told_q;
  logic              tell_q;
  logic [OpPosW-1:0] tell_pos_q;
  always_ff @(posedge clk_i) begin
    {tell_pos_q, told_q} <= {op_pos, verdict};
    if (tell_q) verdict_q[tell_pos_q] <= told_q;
    start_q <= start_i;
    if (start_i) begin
      room_ends_q <= room_i < quota_i;
    end else if (start_q) begin
      left_q      <= room_ends_q ? room_i : quota_i;
      some_left_q <= (room_ends_q ? room_i : quota_i) != '0;
    end else if (insert_q) begin
      left_q      <= left_q - 1'b1;
      some_left_q <= left_q != OpsW'(1);
    end
  end

  // MergePrefix is over with the first entry that is not below; those behind it are not kept either.
  logic flag_ge_q, beyond;
  assign beyond = prefix_q && flag_ge_q;

  // MergeRead starts with the entry before, which a damaged key is repaired by. The number is there before the pass.
  always_ff @(posedge clk_i) begin
    pair_q <= op_pos_i != '0;
    less_q <= (op_pos_i == '0) ? '0 : CountW'(op_pos_i) - 1'b1;
  end
  // What is renewed has clocks to spare before the first write.
  assign renew = start_i && !(kind_i inside {MergeSuffix, MergeRead});

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q    <= Idle;
      next_q     <= '0;
      end_q      <= '0;
      ahead_q    <= '1;
      resume_q   <= '0;
      at_q       <= '0;
      inserted_q <= '0;
      {step_q, tell_q, insert_q, stop_q, drained_q, renew_q} <= '0;
      {map_q, unmap_q, prefix_q, recover_q, read_q} <= '0;
    end else begin
      step_q    <= step;
      tell_q    <= step_q;
      renew_q   <= renew;
      insert_q  <= step_q && map_q && !exists && some_left_q;
`ifdef PERSIMMON_BUGS
      if (bug_i == 8'd9) insert_q <= step_q && map_q && some_left_q;
`endif
      stop_q    <= pass_q && beyond && !stop_q;
      drained_q <= run && !some && held_q == '0;
      if (issue) begin
        next_q  <= next_q + 1'b1;
        ahead_q <= ahead_q - 1'b1;
      end
      if (pass_q && !beyond) at_q <= at_q + 1'b1;
      if (renew_q) inserted_q <= '0;
      else if (insert_q) inserted_q <= inserted_q + 1'b1;
      // Until the last clock of Run nobody asks for it.
      if (run && prefix_q) resume_q <= stop_q ? at_q : end_q;

      unique case (state_q)
        Idle: begin
          map_q     <= kind_i == MergeMap;
          unmap_q   <= kind_i == MergeUnmap;
          prefix_q  <= kind_i == MergePrefix;
          recover_q <= kind_i == MergeRecover;
          read_q    <= kind_i == MergeRead;
          end_q     <= count_i;
          next_q    <= (kind_i == MergeSuffix) ? resume_q : (kind_i == MergeRead) ? less_q : '0;
          at_q      <= '0;
          if (start_i) state_q <= Open;
        end
        Open: begin
          state_q <= Run;
          ahead_q <= read_q ? (CountW + 1)'(pair_q) : {1'b0, end_q} - {1'b0, next_q} - 1'b1;
        end
        Run: begin
          if (stop_q || (drained_q && !op_left && !tell_q)) state_q <= Land;
        end
        Land:    state_q <= Done;
        default: state_q <= Idle;
      endcase
    end
  end

  // --- write register ------------------------------------------------------------------------------------

  // First what is written, the entry or the operand, then whether it is, then where: the number of an entry is counted
  // when it is known that there is one. What is staged comes by way of the operands, so that there is one choice of two.
  logic   choose_q;                  // w1 takes the operand
  logic [4:1] stage_q;
  logic   entry_q, own_q;            // w2 holds an entry that stays unless it is cut, or an operand
  logic   cut_q, sick_q, drop_q;     // it goes if it reaches the operand; it went because it is poisoned; one went
  logic   flag_live_q, flag_poisoned_q, flag_lo_q;
  logic   entry, sick, overlap, keep, full_q;
  entry_t w1_q, w2_q;

  // All but what the comparison beside w2 says is known a clock before.
  assign overlap = cut_q && hi_q;
  assign keep    = entry_q && !overlap;
  assign sick    = recover_q && flag_poisoned_q;
  always_comb begin
    entry = pass_q && flag_live_q && !read_q && !beyond && !sick;
`ifdef PERSIMMON_BUGS
    if (bug_i == 8'd4 && map_q) entry = pass_q;
`endif
  end

  always_ff @(posedge clk_i) begin
    w1_q <= m11_q;
    if (choose_q) w1_q <= '{poison: 1'b0, asid: op_rest.asid, start: op_start, last: op_last, delta: op_rest.delta,
                            perm: op_rest.perm};
    w2_q <= w1_q;
    {flag_live_q, flag_ge_q} <= {live_q, asid_ge_q};
    flag_poisoned_q          <= same_asid_q && m11_q.poison;
    flag_lo_q                <= op_valid_q && same_asid_q && lo_q;
    cut_q                    <= unmap_q && flag_lo_q;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      {choose_q, stage_q, entry_q, sick_q, own_q, drop_q, full_q} <= '0;
      out_q     <= '0;
      removed_q <= '0;
    end else begin
      choose_q <= step || stage_q[2];
      entry_q  <= entry;
      sick_q   <= pass_q && flag_live_q && sick;
      drop_q   <= (entry_q && overlap) || sick_q;
      if (renew_q) begin  // nothing that was staged before
        {stage_q, own_q, full_q} <= '0;
        out_q     <= '0;
        removed_q <= '0;
      end else begin
        stage_q <= 4'({stage_q, stage_i});
        own_q   <= insert_q || stage_q[4];
        if (wen_o) begin
          out_q  <= out_q + 1'b1;
          full_q <= out_q == CountW'(ENTRIES - 1);
        end
        if (drop_q) removed_q <= removed_q + 1'b1;
      end
    end
  end

  assign ren_o          = issue;
  assign rpos_o         = PosW'(next_q);
  assign repair_o       = valid_q[RepairClocks];
  assign wen_o          = (keep || own_q) && !full_q;
  assign wpos_o         = PosW'(out_q);
  assign w_asid_o       = w2_q.asid;
  assign w_start_o      = w2_q.start;
  assign w_last_o       = w2_q.last;
  assign w_delta_o      = w2_q.delta;
  assign w_perm_o       = w2_q.perm;
  assign w_poison_o     = w2_q.poison;
  assign done_o         = state_q == Done;
  assign verdict_o      = verdict_q[verdict_pos_i];
  assign inserted_o     = inserted_q;
  assign removed_o      = removed_q;
  assign shadow_count_o = out_q;
  assign entry_valid_o  = v11_q && read_q;
  assign entry_asid_o   = m11_q.asid;
  assign entry_start_o  = m11_q.start;
  assign entry_last_o   = m11_q.last;
  assign entry_delta_o  = m11_q.delta;
  assign entry_perm_o   = m11_q.perm;
  assign entry_poison_o = m11_q.poison;

`ifndef SYNTHESIS
  a_start_idle: assert property (@(posedge clk_i)
    (start_i || stage_i || load_i) |-> state_q == Idle)
    else $error("iotlb_merge: start, stage or load while a pass is running");
  logic [IG_W-1:0] bound_q;  // of the operand before
  always_ff @(posedge clk_i) bound_q <= map_q ? op_last : op_start;
  a_ascending: assert property (@(posedge clk_i) tell_q && op_valid |-> op_start > bound_q)
    else $error("iotlb_merge: operand %0d does not come after the one before", op_pos);
  a_ring: assert property (@(posedge clk_i) held_q >= RingW'(put_q - kept_q))
    else $error("iotlb_merge: the ring holds entries that nobody counts");
  // The verdicts count what is live, and so does SET_MAP when it opens: nothing is ever written beyond the bank.
`ifdef PERSIMMON_BUGS
  a_fits: assert property (@(posedge clk_i) (keep || own_q) && bug_i != 8'd4 |-> !full_q)
`else
  a_fits: assert property (@(posedge clk_i) keep || own_q |-> !full_q)
`endif
    else $error("iotlb_merge: written beyond the bank");
`endif

endmodule
