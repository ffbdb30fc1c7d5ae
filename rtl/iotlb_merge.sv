// SPDX-License-Identifier: Apache-2.0
//
// The merge engine: streams the active bank, one entry a clock, applies up to B operands on the way and writes
// the shadow bank. Nothing that it writes is seen by lookups until the owner flips the banks; a pass whose
// operands are all refused is simply not flipped in.
//
//   address --> active bank --> output --> choice --> parity --> repair --> flags --> keep / drop / insert --> shadow bank
//    (m0)          (m1)        register   of bank  (m4, m5)  (m6 to m8)   (m9)       (chosen, then numbered)
//                                (m2)      (m3)
//
// The operands ascend, so one of them is current: what passes is compared with it, and the pass goes on to the next
// in a clock in which the stream stands still (`adv` low). Where that is depends on what they are:
//
//   MergeMap    before the first entry whose key is greater, or after the last. In that clock the operand goes out, if
//               nothing speaks against it: the entry before reaches it, or the entry after starts within it, or there
//               is no room. It has a verdict of its own either way.
//   MergeUnmap  before the first entry that starts after its end: no later one overlaps it, and what came before and
//               ends before its start overlaps no later operand.
//
// In that clock the entry that waits in m9 is compared with the operand after, so that several operands can go out
// in clocks that follow each other.

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
  /// Entry to present, for MergeRead
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

  /// Stream: advances the registers between bank and engine
  output logic              adv_o,
  /// Stream: entry to read, in the clock before
  output logic [PosW-1:0]   rpos_o,
  /// Stream, six advances later: iotlb_repair has an entry
  output logic              r_valid_o,
  /// Stream: ASID
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

  typedef enum logic [2:0] {
    Idle,
    Open,  // how many entries there are to read
    Run,
    Land,  // the last write is on its way into the bank
    Done   // and counted
  } state_e;

  typedef struct packed {
    logic [IG_W-1:0]  start;
    logic [IG_W-1:0]  last;
    logic [PG_W-1:0]  delta;
    logic [PermW-1:0] perm;
  } operand_t;

  state_e            state_q;
  logic              map_q, unmap_q, prefix_q, recover_q, read_q, writes_q;  // what the pass does, a bit for each
  logic [CountW-1:0] next_q, end_q;      // the next entry to read; where the bank ends
  logic [CountW:0]   ahead_q;            // entries to read, minus one
  logic              pair_q;             // MergeRead reads the entry before, too
  logic [CountW-1:0] resume_q;           // where MergePrefix stopped
  logic [CountW-1:0] out_q;              // entries in the shadow bank, without the one in w_q
  logic [CountW-1:0] at_q;               // number of the entry in m9
  logic [CountW-1:0] removed_q;
  logic [OpsW-1:0]   inserted_q;

  entry_t m8, m9_q;
  assign m8 = '{poison: r_poison_i, asid: r_asid_i, start: r_start_i, last: r_last_i, delta: r_delta_i, perm: r_perm_i};

  logic v0_q, v1_q, v2_q, v3_q, v4_q, v5_q, v6_q, v7_q, v8_q, v9_q;

  // --- operands ----------------------------------------------------------------------------------------

  operand_t          op;
  logic              op_valid, op_next_valid, op_left, step;
  logic [OpPosW-1:0] op_pos;
  logic [IG_W-1:0]   op_bound, next_bound, next_start, next_last;

  iotlb_operands #(
    .B     (B),
    .IG_W  (IG_W),
    .REST_W(PG_W + PermW)
  ) u_operands (
    .clk_i,
    .rst_ni,
    .load_i,
    .load_pos_i,
    .load_start_i(op_start_i),
    .load_last_i (op_last_i),
    .load_rest_i ({op_delta_i, op_perm_i}),
    .start_i,
    .ops_i,
    .bound_last_i(unmap_q),
    .run_i       (state_q != Idle),
    .advance_i   (step),
    .left_o      (op_left),
    .valid_o     (op_valid),
    .pos_o       (op_pos),
    .bound_o     (op_bound),
    .start_o     (op.start),
    .last_o      (op.last),
    .rest_o      ({op.delta, op.perm}),
    .next_valid_o(op_next_valid),
    .next_bound_o(next_bound),
    .next_start_o(next_start),
    .next_last_o (next_last)
  );

  // --- comparisons: an entry with an operand --------------------------------------------------------------

  // Registered beside m9: the entry in m9 with the current operand. Every carry chain ends in a register, with next to
  // nothing behind it, and is written as < or >=: for the others Yosys adds a comparison for equality.
  logic live_q, same_asid_q, asid_ge_q;
  logic behind_q;       // the stream stood still: it is compared with what was the operand after
  logic lo8_q, lo9_q, overlap_lo;   // starts at or before the operand's end
  logic hi8_q, hi9_q, overlap_hi;   // ends at or after its start
  logic step8_q, step9_q, step_tail_q;  // the pass goes on to the next operand before this entry
  logic reach_q;        // the live entry before, of the same address space, ends at or after the operand's start
  logic [IG_W-1:0] before_last_q;  // its end, while reach_q

  logic lo8, lo9, past8, past9;
`ifdef PERSIMMON_BUGS
  assign lo8 = (bug_i == 8'd1) ? m8.start < op.last : op.last >= m8.start;
`else
  assign lo8 = op.last >= m8.start;
`endif
  assign lo9   = next_last >= m9_q.start;
  assign past8 = {op_asid_i, op_bound} < {m8.asid, m8.start};
  assign past9 = {op_asid_i, next_bound} < {m9_q.asid, m9_q.start};

  assign overlap_lo = behind_q ? lo9_q : lo8_q;
  assign overlap_hi = behind_q ? hi9_q : hi8_q;

  // --- m9: what to do with the entry ------------------------------------------------------------------

  // `step` is known with the flags, and not made from them: it stops memories all over the die. When the stream has
  // ended, the operands that are left go one a clock.
  logic overlap, poisoned, drains, drained_q, stop, stop_q, adv, insert, keep, some, issue;
  assign overlap  = op_valid && same_asid_q && overlap_lo && overlap_hi;
  assign poisoned = same_asid_q && m9_q.poison;
  assign drains   = !some && !(v0_q || v1_q || v2_q || v3_q || v4_q || v5_q || v6_q || v7_q || v8_q || v9_q);
  assign step     = step8_q || step9_q || step_tail_q;
  assign adv      = !step;
  assign some     = !ahead_q[CountW];
  assign issue    = state_q == Run && some;

  // MergePrefix is over with the first entry that is not below; those behind it are not kept either.
  assign stop = v9_q && prefix_q && asid_ge_q;

  always_comb begin
    keep = live_q && writes_q && !(unmap_q && overlap) && !(prefix_q && asid_ge_q) && !(recover_q && poisoned);
`ifdef PERSIMMON_BUGS
    if (bug_i == 8'd4 && map_q) keep = 1'b1;
`endif
  end

  // In the order in which a command reports them. Every operand inserted takes from both limits, so that one of them
  // ends first from the beginning on, and that one is counted down.
  logic [OpsW-1:0] left_q;
  logic            start_q, some_left_q, room_ends_q;  // the first operand is current later than start_q
  verdict_e        verdict;
  logic            exists;
  assign exists = reach_q || (v9_q && live_q && same_asid_q && overlap_lo);
  always_comb begin
    verdict = VerdictOk;
    if (exists) verdict = VerdictExist;
    else if (!some_left_q) verdict = room_ends_q ? VerdictTable : VerdictLimit;
  end
  assign insert = step && map_q && !exists && some_left_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q    <= Idle;
      next_q     <= '0;
      end_q      <= '0;
      ahead_q    <= '1;
      pair_q     <= 1'b0;
      resume_q   <= '0;
      at_q       <= '0;
      inserted_q <= '0;
      {step8_q, step9_q, step_tail_q} <= '0;
      stop_q     <= 1'b0;
      drained_q  <= 1'b0;
      {map_q, unmap_q, prefix_q, recover_q, read_q, writes_q}  <= '0;
      {v0_q, v1_q, v2_q, v3_q, v4_q, v5_q, v6_q, v7_q, v8_q, v9_q} <= '0;
    end else begin
      drained_q <= state_q == Run && drains;
      if (step || !v8_q || !op_valid) step8_q <= 1'b0;
      else step8_q <= past8;
      if (!step || !op_next_valid) step9_q <= 1'b0;
      else step9_q <= past9;
      step_tail_q <= drained_q && (step ? op_next_valid : op_valid);
      if (adv) {v0_q, v1_q, v2_q, v3_q, v4_q, v5_q, v6_q, v7_q, v8_q, v9_q} <= {issue, v0_q, v1_q, v2_q, v3_q, v4_q, v5_q, v6_q, v7_q, v8_q};
      if (adv && issue) begin
        next_q  <= next_q + 1'b1;
        ahead_q <= ahead_q - 1'b1;
      end
      if (v9_q && adv && !stop) at_q <= at_q + 1'b1;
      if (insert) inserted_q <= inserted_q + 1'b1;

      unique case (state_q)
        Idle: begin
          if (start_i) begin
            state_q   <= Open;
            map_q     <= kind_i == MergeMap;
            unmap_q   <= kind_i == MergeUnmap;
            prefix_q  <= kind_i == MergePrefix;
            recover_q <= kind_i == MergeRecover;
            read_q    <= kind_i == MergeRead;
            writes_q  <= kind_i != MergeRead;
            end_q     <= count_i;
            pair_q    <= op_pos_i != '0;
            next_q    <= '0;
            at_q      <= '0;
            if (kind_i == MergeSuffix) begin
              next_q <= resume_q;
            end else if (kind_i == MergeRead) begin
              // With the entry before it, which a damaged key is repaired by.
              next_q <= (op_pos_i == '0) ? '0 : CountW'(op_pos_i) - 1'b1;
            end else begin
              inserted_q <= '0;
            end
          end
        end
        Open: begin
          state_q <= Run;
          ahead_q <= read_q ? (CountW + 1)'(pair_q) : {1'b0, end_q} - {1'b0, next_q} - 1'b1;
        end
        Run: begin
          stop_q <= stop;
          if (stop_q) begin
            {v0_q, v1_q, v2_q, v3_q, v4_q, v5_q, v6_q, v7_q, v8_q, v9_q} <= '0;
            stop_q   <= 1'b0;
            resume_q <= at_q;
            state_q  <= Land;
          end else if (drained_q && !op_left) begin
            if (prefix_q) resume_q <= end_q;
            state_q <= Land;
          end
        end
        Land:    state_q <= Done;
        default: state_q <= Idle;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (adv) begin
      m9_q        <= m8;
      live_q      <= live_i[m8.asid];
      same_asid_q <= m8.asid == op_asid_i;
      asid_ge_q   <= m8.asid >= op_asid_i;
      if (v9_q && live_q && same_asid_q) before_last_q <= m9_q.last;
    end
    // Each is looked at in the next clock, if at all.
    {lo8_q, hi8_q} <= {lo8, m8.last >= op.start};
    {lo9_q, hi9_q} <= {lo9, m9_q.last >= next_start};
    behind_q <= !adv;
    start_q  <= start_i;
    if (start_i) begin
      room_ends_q <= room_i < quota_i;
    end else if (start_q) begin
      left_q      <= room_ends_q ? room_i : quota_i;
      some_left_q <= (room_ends_q ? room_i : quota_i) != '0;
    end else if (insert) begin
      left_q      <= left_q - 1'b1;
      some_left_q <= left_q != OpsW'(1);
    end
  end

  // What does not reach an operand does not reach the next one either.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) reach_q <= 1'b0;
    else if (start_i) reach_q <= 1'b0;
    else if (step) reach_q <= reach_q && before_last_q >= next_start;
    else if (v9_q && live_q && same_asid_q) reach_q <= overlap_hi;
  end

  // A clock later, where nothing waits for it.
  verdict_e          verdict_q [B], told_q;
  logic              tell_q;
  logic [OpPosW-1:0] tell_pos_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) tell_q <= 1'b0;
    else tell_q <= step;
  end
  always_ff @(posedge clk_i) begin
    {tell_pos_q, told_q} <= {op_pos, verdict};
    if (tell_q) verdict_q[tell_pos_q] <= told_q;
  end

  // --- write register ------------------------------------------------------------------------------------

  // First what is written, then where: the number of an entry is counted when it is known that there is one.
  logic   emit_q, drop_q, full;
  entry_t w_q;
  assign full = out_q == CountW'(ENTRIES);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      emit_q    <= 1'b0;
      drop_q    <= 1'b0;
      out_q     <= '0;
      removed_q <= '0;
    end else begin
      emit_q <= insert || stage_i || (v9_q && adv && keep);
      drop_q <= v9_q && adv && live_q && ((unmap_q && overlap) || (recover_q && poisoned));
      if (start_i && !(kind_i inside {MergeSuffix, MergeRead})) begin
        out_q     <= '0;
        removed_q <= '0;
      end else begin
        if (emit_q && !full) out_q <= out_q + 1'b1;
        if (drop_q) removed_q <= removed_q + 1'b1;
      end
    end
  end
  always_ff @(posedge clk_i) begin
    // Chosen by what is known early; whether it is written is for emit_q, which is one bit.
    if (step) w_q <= '{poison: 1'b0, asid: op_asid_i, start: op.start, last: op.last, delta: op.delta, perm: op.perm};
    else if (stage_i) w_q <= '{poison: 1'b0, asid: op_asid_i, start: op_start_i, last: op_last_i, delta: op_delta_i,
                               perm: op_perm_i};
    else w_q <= m9_q;
  end

  assign adv_o          = adv;
  assign rpos_o         = PosW'(next_q);
  assign r_valid_o      = v5_q;
  assign wen_o          = emit_q && !full;
  assign wpos_o         = PosW'(out_q);
  assign w_asid_o       = w_q.asid;
  assign w_start_o      = w_q.start;
  assign w_last_o       = w_q.last;
  assign w_delta_o      = w_q.delta;
  assign w_perm_o       = w_q.perm;
  assign w_poison_o     = w_q.poison;
  assign done_o         = state_q == Done;
  assign verdict_o      = verdict_q[verdict_pos_i];
  assign inserted_o     = inserted_q;
  assign removed_o      = removed_q;
  assign shadow_count_o = out_q;
  assign entry_valid_o  = v9_q && read_q;
  assign entry_asid_o   = m9_q.asid;
  assign entry_start_o  = m9_q.start;
  assign entry_last_o   = m9_q.last;
  assign entry_delta_o  = m9_q.delta;
  assign entry_perm_o   = m9_q.perm;
  assign entry_poison_o = m9_q.poison;

`ifndef SYNTHESIS
  a_start_idle: assert property (@(posedge clk_i)
    (start_i || stage_i || load_i) |-> state_q == Idle)
    else $error("iotlb_merge: start, stage or load while a pass is running");
  a_ascending: assert property (@(posedge clk_i)
    op_valid && op_next_valid |-> next_start > (map_q ? op.last : op.start))
    else $error("iotlb_merge: operand %0d does not come after the one before", op_pos);
  // The verdicts count what is live, and so does SET_MAP when it opens: nothing is ever written beyond the bank.
`ifdef PERSIMMON_BUGS
  a_fits: assert property (@(posedge clk_i) emit_q && bug_i != 8'd4 |-> !full)
`else
  a_fits: assert property (@(posedge clk_i) emit_q |-> !full)
`endif
    else $error("iotlb_merge: written beyond the bank");
`endif

endmodule
