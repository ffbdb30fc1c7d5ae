// SPDX-License-Identifier: Apache-2.0
//
// The merge engine: streams the active bank, one entry a clock, applies up to B operands on the way and writes
// the shadow bank. Nothing that it writes is seen by lookups until the owner flips the banks; a pass whose
// operands are all refused is simply not flipped in.
//
//   active bank --> RAM --> output --> choice --> parity --> repair --> flags --> keep / drop / insert --> shadow bank
//                   (m1)   register   of bank     (m4)     (m5, m6)    (m7)       (write register)
//                            (m2)      (m3)
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
// In that clock the entry that waits in m7 is compared with the operand after, so that several operands can go out
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
  /// Stream: entry to read
  output logic [PosW-1:0]   rpos_o,
  /// Stream, four advances later: iotlb_repair has an entry
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

  typedef enum logic [1:0] {
    Idle,
    Run,
    Land  // the last write is on its way into the bank
  } state_e;

  typedef struct packed {
    logic [IG_W-1:0]  start;
    logic [IG_W-1:0]  last;
    logic [PG_W-1:0]  delta;
    logic [PermW-1:0] perm;
  } operand_t;

  state_e            state_q;
  merge_e            kind_q;
  logic [CountW-1:0] next_q, end_q;      // entries to read: [next, end)
  logic [CountW-1:0] resume_q;           // where MergePrefix stopped
  logic [CountW-1:0] out_q;              // entries in the shadow bank
  logic [CountW-1:0] at_q;               // number of the entry in m7
  logic [CountW-1:0] removed_q;
  logic [OpsW-1:0]   inserted_q;

  entry_t m6, m7_q;
  assign m6 = '{poison: r_poison_i, asid: r_asid_i, start: r_start_i, last: r_last_i, delta: r_delta_i, perm: r_perm_i};

  logic v1_q, v2_q, v3_q, v4_q, v5_q, v6_q, v7_q;

  // --- operands ----------------------------------------------------------------------------------------

  operand_t          given, op, op_next;
  logic              op_valid, op_next_valid, op_left, step;
  logic [OpPosW-1:0] op_pos;
  assign given = '{start: op_start_i, last: op_last_i, delta: op_delta_i, perm: op_perm_i};

  iotlb_operands #(
    .B    (B),
    .WIDTH($bits(operand_t))
  ) u_operands (
    .clk_i,
    .rst_ni,
    .load_i,
    .load_pos_i,
    .load_data_i (given),
    .start_i,
    .ops_i,
    .run_i       (state_q == Run),
    .advance_i   (step),
    .left_o      (op_left),
    .valid_o     (op_valid),
    .pos_o       (op_pos),
    .data_o      (op),
    .next_valid_o(op_next_valid),
    .next_data_o (op_next)
  );

  // --- comparisons: an entry with an operand --------------------------------------------------------------

  // Registered beside m7: the entry in m7 with the current operand.
  logic live_q, same_asid_q, asid_gt_q, asid_ge_q;
  logic overlap_lo_q;   // starts at or before the operand's end
  logic overlap_hi_q;   // ends at or after its start
  logic step_q;         // the pass goes on to the next operand before this entry
  logic reach_q;        // the live entry before, of the same address space, ends at or after the operand's start
  logic [IG_W-1:0] before_last_q;  // its end, while reach_q

  logic lo3, lo4, past3, past4, unmap;
  assign unmap = kind_q == MergeUnmap;
`ifdef PERSIMMON_BUGS
  assign lo3 = (bug_i == 8'd1) ? m6.start < op.last : m6.start <= op.last;
`else
  assign lo3 = m6.start <= op.last;
`endif
  assign lo4   = m7_q.start <= op_next.last;
  assign past3 = unmap ? !lo3 : m6.start > op.start;
  assign past4 = unmap ? !lo4 : m7_q.start > op_next.start;

  // --- m7: what to do with the entry ------------------------------------------------------------------

  // `step_q` is known with the flags, and not made from them: it stops memories all over the die.
  logic overlap, poisoned, drains, drained_q, stop, adv, insert, keep, emit, issue;
  assign overlap  = op_valid && live_q && same_asid_q && overlap_lo_q && overlap_hi_q;
  assign poisoned = live_q && same_asid_q && m7_q.poison;
  assign drains   = next_q == end_q && !(v1_q || v2_q || v3_q || v4_q || v5_q || v6_q || v7_q);
  assign step     = step_q || (state_q == Run && op_valid && drained_q);
  assign stop    = v7_q && kind_q == MergePrefix && asid_ge_q;
  assign adv     = !step_q;
  assign issue   = state_q == Run && next_q != end_q && !stop;

  always_comb begin
    unique case (kind_q)
      MergeMap, MergeSuffix: keep = live_q;
      MergeUnmap:            keep = live_q && !overlap;
      MergePrefix:           keep = live_q && !asid_ge_q;
      MergeRecover:          keep = live_q && !poisoned;
      default:               keep = 1'b0;
    endcase
`ifdef PERSIMMON_BUGS
    if (bug_i == 8'd4 && kind_q == MergeMap) keep = 1'b1;
`endif
  end

  // In the order in which a command reports them.
  verdict_e verdict;
  always_comb begin
    verdict = VerdictOk;
    if (reach_q || (v7_q && live_q && same_asid_q && overlap_lo_q)) verdict = VerdictExist;
    else if (inserted_q >= quota_i) verdict = VerdictLimit;
    else if (inserted_q >= room_i) verdict = VerdictTable;
  end

  assign insert = step && kind_q == MergeMap && verdict == VerdictOk;
  assign emit   = insert || stage_i || (v7_q && adv && keep);

  logic full;
  assign full = out_q == CountW'(ENTRIES);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q    <= Idle;
      kind_q     <= MergeMap;
      next_q     <= '0;
      end_q      <= '0;
      resume_q   <= '0;
      out_q      <= '0;
      at_q       <= '0;
      removed_q  <= '0;
      inserted_q <= '0;
      step_q     <= 1'b0;
      drained_q  <= 1'b0;
      {v1_q, v2_q, v3_q, v4_q, v5_q, v6_q, v7_q} <= '0;
    end else begin
      drained_q <= state_q == Run && drains;
      step_q <= adv ? v6_q && op_valid && (m6.asid > op_asid_i || (m6.asid == op_asid_i && past3))
                    : op_next_valid && (asid_gt_q || (same_asid_q && past4));
      if (adv) {v1_q, v2_q, v3_q, v4_q, v5_q, v6_q, v7_q} <= {issue, v1_q, v2_q, v3_q, v4_q, v5_q, v6_q};
      if (adv && issue) next_q <= next_q + 1'b1;
      if (v7_q && adv) begin
        at_q <= at_q + 1'b1;
        if ((unmap && overlap) || (kind_q == MergeRecover && poisoned)) removed_q <= removed_q + 1'b1;
      end
      if (insert) inserted_q <= inserted_q + 1'b1;
      if (emit && !full) out_q <= out_q + 1'b1;

      unique case (state_q)
        Idle: begin
          if (start_i) begin
            state_q <= Run;
            kind_q  <= kind_i;
            end_q   <= count_i;
            next_q  <= '0;
            at_q    <= '0;
            if (kind_i == MergeSuffix) begin
              next_q <= resume_q;
            end else if (kind_i == MergeRead) begin
              // With the entry before it, which a damaged key is repaired by.
              next_q <= (op_pos_i == '0) ? '0 : CountW'(op_pos_i) - 1'b1;
              end_q  <= CountW'(op_pos_i) + 1'b1;
            end else begin
              out_q      <= '0;
              removed_q  <= '0;
              inserted_q <= '0;
            end
          end
        end
        Run: begin
          if (stop) begin
            {v1_q, v2_q, v3_q, v4_q, v5_q, v6_q, v7_q} <= '0;
            resume_q <= at_q;
            state_q  <= Land;
          end else if (drained_q && !op_left) begin
            if (kind_q == MergePrefix) resume_q <= end_q;
            state_q <= Land;
          end
        end
        default: state_q <= Idle;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (adv) begin
      m7_q         <= m6;
      live_q       <= live_i[m6.asid];
      same_asid_q  <= m6.asid == op_asid_i;
      asid_gt_q    <= m6.asid > op_asid_i;
      asid_ge_q    <= m6.asid >= op_asid_i;
      overlap_lo_q <= lo3;
      overlap_hi_q <= m6.last >= op.start;
      if (v7_q && live_q && same_asid_q) before_last_q <= m7_q.last;
    end else begin
      overlap_lo_q <= lo4;
      overlap_hi_q <= m7_q.last >= op_next.start;
    end
  end

  // What does not reach an operand does not reach the next one either.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) reach_q <= 1'b0;
    else if (start_i) reach_q <= 1'b0;
    else if (step) reach_q <= reach_q && before_last_q >= op_next.start;
    else if (v7_q && live_q && same_asid_q) reach_q <= overlap_hi_q;
  end

  verdict_e verdict_q [B];
  always_ff @(posedge clk_i) begin
    if (step) verdict_q[op_pos] <= verdict;
  end

  // --- write register ------------------------------------------------------------------------------------

  logic            wen_q;
  logic [PosW-1:0] wpos_q;
  entry_t          w_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) wen_q <= 1'b0;
    else wen_q <= emit && !full;
  end
  always_ff @(posedge clk_i) begin
    wpos_q <= PosW'(out_q);
    // Chosen by what is known early; whether it is written is for wen_q, which is one bit.
    if (step) w_q <= '{poison: 1'b0, asid: op_asid_i, start: op.start, last: op.last, delta: op.delta, perm: op.perm};
    else if (stage_i) w_q <= '{poison: 1'b0, asid: op_asid_i, start: op_start_i, last: op_last_i, delta: op_delta_i,
                               perm: op_perm_i};
    else w_q <= m7_q;
  end

  assign adv_o          = adv;
  assign rpos_o         = PosW'(next_q);
  assign r_valid_o      = v4_q;
  assign wen_o          = wen_q;
  assign wpos_o         = wpos_q;
  assign w_asid_o       = w_q.asid;
  assign w_start_o      = w_q.start;
  assign w_last_o       = w_q.last;
  assign w_delta_o      = w_q.delta;
  assign w_perm_o       = w_q.perm;
  assign w_poison_o     = w_q.poison;
  assign done_o         = state_q == Land;
  assign verdict_o      = verdict_q[verdict_pos_i];
  assign inserted_o     = inserted_q;
  assign removed_o      = removed_q;
  assign shadow_count_o = out_q;
  assign entry_valid_o  = v7_q && kind_q == MergeRead;
  assign entry_asid_o   = m7_q.asid;
  assign entry_start_o  = m7_q.start;
  assign entry_last_o   = m7_q.last;
  assign entry_delta_o  = m7_q.delta;
  assign entry_perm_o   = m7_q.perm;
  assign entry_poison_o = m7_q.poison;

  // Of the operand after the current one only the range is looked at.
  logic unused;
  assign unused = ^{op_next.delta, op_next.perm};

`ifndef SYNTHESIS
  a_start_idle: assert property (@(posedge clk_i)
    (start_i || stage_i || load_i) |-> state_q == Idle)
    else $error("iotlb_merge: start, stage or load while a pass is running");
  a_ascending: assert property (@(posedge clk_i)
    op_valid && op_next_valid |-> op_next.start > (kind_q == MergeMap ? op.last : op.start))
    else $error("iotlb_merge: operand %0d does not come after the one before", op_pos);
  // The verdicts count what is live, and so does SET_MAP when it opens: nothing is ever written beyond the bank.
`ifdef PERSIMMON_BUGS
  a_fits: assert property (@(posedge clk_i) emit && bug_i != 8'd4 |-> !full)
`else
  a_fits: assert property (@(posedge clk_i) emit |-> !full)
`endif
    else $error("iotlb_merge: written beyond the bank");
`endif

endmodule
