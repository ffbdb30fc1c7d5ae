// SPDX-License-Identifier: Apache-2.0
//
// The merge engine: streams the active bank, one entry a clock, applies one operation on the way and writes
// the shadow bank. Nothing that it writes is seen by lookups until the owner flips the banks; a pass whose
// operation turns out to be refused is simply not flipped in.
//
//   active bank --> RAM --> output --> choice  --> flags   --> keep / drop / insert --> shadow bank
//                   (m1)   register   of bank      (m4)        (write register)
//                            (m2)      (m3)
//
// Inserting takes a clock in which the stream stands still (`adv` low): the operand goes out before the first
// entry whose key is greater, or after the last.

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

  /// Starts a pass; only while idle
  input  logic              start_i,
  /// What the pass does
  input  merge_e            kind_i,
  /// Appends the operand to the shadow bank; only while idle
  input  logic              stage_i,
  /// Operand: ASID. The operand is stable from start_i to done_o
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
  /// The operand of MergeMap overlaps a live entry
  output logic              exist_o,
  /// The shadow bank was too small
  output logic              overflow_o,
  /// Entries that MergeUnmap dropped because they overlap the operand
  output logic [CountW-1:0] removed_o,
  /// Entries in the shadow bank
  output logic [CountW-1:0] shadow_count_o,

  /// One clock: entry_* show the entry asked for by MergeRead
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

  /// Stream: advances the registers between bank and engine
  output logic              adv_o,
  /// Stream: entry to read
  output logic [PosW-1:0]   rpos_o,
  /// Stream, three advances later: ASID
  input  logic [AsidW-1:0]  r_asid_i,
  /// Stream: first granule
  input  logic [IG_W-1:0]   r_start_i,
  /// Stream: last granule, inclusive
  input  logic [IG_W-1:0]   r_last_i,
  /// Stream: delta
  input  logic [PG_W-1:0]   r_delta_i,
  /// Stream: permissions
  input  logic [PermW-1:0]  r_perm_i,

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
  output logic [PermW-1:0]  w_perm_o
);

  typedef struct packed {
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

  state_e            state_q;
  merge_e            kind_q;
  logic              pending_q;          // the operand of MergeMap has not gone out yet
  logic [CountW-1:0] next_q, end_q;      // entries to read: [next, end)
  logic [CountW-1:0] resume_q;           // where MergePrefix stopped
  logic [CountW-1:0] out_q;              // entries in the shadow bank
  logic [CountW-1:0] at_q;               // number of the entry in m4
  logic              exist_q, overflow_q;
  logic [CountW-1:0] removed_q;

  entry_t op, m3, m4_q;
  assign op = '{asid: op_asid_i, start: op_start_i, last: op_last_i, delta: op_delta_i, perm: op_perm_i};
  assign m3 = '{asid: r_asid_i, start: r_start_i, last: r_last_i, delta: r_delta_i, perm: r_perm_i};

  logic v1_q, v2_q, v3_q, v4_q;
  logic live_q, overlap_lo_q, overlap_hi_q, same_asid_q, asid_ge_q;

  // --- m4: what to do with the entry ------------------------------------------------------------------

  // `insert_q` is known with the flags, and not made from them: it stops memories all over the die.
  logic insert_q;
  logic above;    // the entry in m3 comes after the operand
  logic overlap, drained, insert, stop, adv, keep, emit, issue;
  assign overlap = live_q && same_asid_q && overlap_lo_q && overlap_hi_q;
  assign drained = next_q == end_q && !(v1_q || v2_q || v3_q || v4_q);
  assign insert  = insert_q || (state_q == Run && pending_q && drained);
  assign stop    = v4_q && kind_q == MergePrefix && asid_ge_q;
  assign adv     = !insert_q;
  assign issue   = state_q == Run && next_q != end_q && !stop;

  always_comb begin
    unique case (kind_q)
      MergeMap, MergeSuffix: keep = live_q;
      MergeUnmap:            keep = live_q && !overlap;
      MergePrefix:           keep = live_q && !asid_ge_q;
      default:               keep = 1'b0;
    endcase
`ifdef PERSIMMON_BUGS
    if (bug_i == 8'd4 && kind_q == MergeMap) keep = 1'b1;
`endif
  end
  assign emit = insert || stage_i || (v4_q && keep);

  logic full;
  assign full = out_q == CountW'(ENTRIES);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q    <= Idle;
      kind_q     <= MergeMap;
      pending_q  <= 1'b0;
      next_q     <= '0;
      end_q      <= '0;
      resume_q   <= '0;
      out_q      <= '0;
      at_q       <= '0;
      exist_q    <= 1'b0;
      overflow_q <= 1'b0;
      removed_q  <= '0;
      insert_q   <= 1'b0;
      {v1_q, v2_q, v3_q, v4_q} <= '0;
    end else begin
      insert_q <= adv && v3_q && pending_q && above;
      if (adv) {v1_q, v2_q, v3_q, v4_q} <= {issue, v1_q, v2_q, v3_q};
      if (adv && issue) next_q <= next_q + 1'b1;
      if (v4_q && adv) begin
        at_q <= at_q + 1'b1;
        if (kind_q == MergeMap && overlap) exist_q <= 1'b1;
        if (kind_q == MergeUnmap && overlap) removed_q <= removed_q + 1'b1;
      end
      if (insert) pending_q <= 1'b0;
      if (emit) begin
        if (full) overflow_q <= 1'b1;
        else out_q <= out_q + 1'b1;
      end

      unique case (state_q)
        Idle: begin
          if (start_i) begin
            state_q   <= Run;
            kind_q    <= kind_i;
            pending_q <= kind_i == MergeMap;
            end_q     <= count_i;
            next_q    <= '0;
            at_q      <= '0;
            if (kind_i == MergeSuffix) begin
              next_q <= resume_q;
            end else if (kind_i == MergeRead) begin
              next_q <= CountW'(op_pos_i);
              end_q  <= CountW'(op_pos_i) + 1'b1;
            end else begin
              out_q      <= '0;
              exist_q    <= 1'b0;
              overflow_q <= 1'b0;
              removed_q  <= '0;
            end
          end
        end
        Run: begin
          if (stop) begin
            {v1_q, v2_q, v3_q, v4_q} <= '0;
            resume_q <= at_q;
            state_q  <= Land;
          end else if (drained && !pending_q) begin
            if (kind_q == MergePrefix) resume_q <= end_q;
            state_q <= Land;
          end
        end
        default: state_q <= Idle;
      endcase
    end
  end

  logic ov_lo;
`ifdef PERSIMMON_BUGS
  assign ov_lo = (bug_i == 8'd1) ? m3.start < op.last : m3.start <= op.last;
`else
  assign ov_lo = m3.start <= op.last;
`endif

  assign above = {m3.asid, m3.start} > {op.asid, op.start};

  always_ff @(posedge clk_i) begin
    if (adv) begin
      m4_q         <= m3;
      live_q       <= live_i[m3.asid];
      same_asid_q  <= m3.asid == op.asid;
      asid_ge_q    <= m3.asid >= op.asid;
      overlap_lo_q <= ov_lo;
      overlap_hi_q <= m3.last >= op.start;
    end
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
    w_q    <= (insert || stage_i) ? op : m4_q;
  end

  assign adv_o          = adv;
  assign rpos_o         = PosW'(next_q);
  assign wen_o          = wen_q;
  assign wpos_o         = wpos_q;
  assign w_asid_o       = w_q.asid;
  assign w_start_o      = w_q.start;
  assign w_last_o       = w_q.last;
  assign w_delta_o      = w_q.delta;
  assign w_perm_o       = w_q.perm;
  assign done_o         = state_q == Land;
  assign exist_o        = exist_q;
  assign overflow_o     = overflow_q;
  assign removed_o      = removed_q;
  assign shadow_count_o = out_q;
  assign entry_valid_o  = v4_q && kind_q == MergeRead;
  assign entry_asid_o   = m4_q.asid;
  assign entry_start_o  = m4_q.start;
  assign entry_last_o   = m4_q.last;
  assign entry_delta_o  = m4_q.delta;
  assign entry_perm_o   = m4_q.perm;

`ifndef SYNTHESIS
  a_start_idle: assert property (@(posedge clk_i)
    (start_i || stage_i) |-> state_q == Idle)
    else $error("iotlb_merge: start or stage while a pass is running");
  a_stage_room: assert property (@(posedge clk_i)
    stage_i |-> !full)
    else $error("iotlb_merge: staged beyond the bank");
`endif

endmodule
