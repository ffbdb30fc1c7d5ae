// SPDX-License-Identifier: Apache-2.0
//
// iommu_ctrl, with iommu_check and all else that it consists of: a command is refused for the first reason in the order
// of the design and told that code, and every other command is not refused before its pass. One that is refused starts no
// pass, stages no operand and has no effect (I7); of an open SET_MAP only what the design says changes: a refused
// SET_MAP_ENTRY of its own poisons it, and the COMMIT that is refused for that ends it. One that is not refused does what
// its op says, in its address space.
//
// What the reasons are asked of is kept here, and follows from the commands before alone. Any commands come, at any
// clocks, and resets by pin. A pass is one command (B = 1): which of several share one is not the question here, nor is
// what a pass says of a MAP, which merge.sv answers: verdicts are any, and so is what the table says else.
//
// LIMIT stands still. The number of entries changes with a flip alone, as in iotlb; address spaces are cleaned in the
// clock after EffectDeviceReset alone, as in iommu_state. Counts are any, but that at BEGIN the sum of all is no less than
// one of them and no more than ENTRIES (room.sv).

module check
  import iommu_pkg::*;
#(
  /// Entries of the table
  parameter int unsigned ENTRIES = 4,
  /// Address spaces, no power of two
  parameter int unsigned ASIDS = 3,
  /// Virtqueue groups, no power of two
  parameter int unsigned GROUPS = 3,
  /// virtio devices
  parameter int unsigned DEVICES = 2,
  /// Bits of an IOVA
  parameter int unsigned IOVA_W = 26,
  /// Bits of a physical address
  parameter int unsigned PA_W = 20,
  /// log2 of the granule in bytes
  parameter int unsigned GRANULE_LOG2 = 12,
  /// Bits of an ASID
  localparam int unsigned AsidW = idx_w(ASIDS),
  /// Bits of a number of entries
  localparam int unsigned CountW = $clog2(ENTRIES + 1)
) (
  /// Clock
  input logic               clk_i,
  /// A command waits
  input logic               cmd_valid_i,
  /// The command
  input command_t           cmd_i,
  /// A device is reset by its pin
  input logic [DEVICES-1:0] dev_reset_i,
  /// CLEAN_MAP
  input logic [DEVICES-1:0] dev_reset_clean_i,
  /// Address spaces that are cleaned
  input logic [ASIDS-1:0]   cleaned_i,
  /// Counts change
  input logic               change_i,
  /// Entries of an address space
  input logic [CountW-1:0]  count_i,
  /// Entries of an address space, for the sum
  input logic [CountW-1:0]  scan_count_i,
  /// Entries in the active bank after a flip
  input logic [CountW-1:0]  n_i,
  /// Address spaces that are MAPPED
  input logic [ASIDS-1:0]   mapped_i,
  /// The table takes a pass or an operand
  input logic               tbl_ready_i,
  /// A pass is over
  input logic               tbl_done_i,
  /// What became of the operand
  input logic [1:0]         tbl_verdict_i,
  /// Operands inserted
  input logic               tbl_inserted_i,
  /// Entries removed
  input logic [CountW-1:0]  tbl_removed_i
);

  // Reset in the first clock.
  logic rst_n = 1'b0;
  always_ff @(posedge clk_i) rst_n <= 1'b1;

  // Stands still: LIMIT of each address space, and of what is none.
  logic [2**AsidW-1:0][15:0] limits;
  always_ff @(posedge clk_i) limits <= limits;

  logic              done, txn_open, txn_poisoned, start, stage, load, flip;
  code_e             done_code;
  logic [7:0]        done_op;
  logic [AsidW-1:0]  txn_asid, at_asid, effect_asid;
  effect_e           effect;
  logic [15:0]       limit_q;
  logic [CountW-1:0] n_q;
  iommu_ctrl #(
    .ENTRIES     (ENTRIES),
    .ASIDS       (ASIDS),
    .GROUPS      (GROUPS),
    .DEVICES     (DEVICES),
    .IOVA_W      (IOVA_W),
    .PA_W        (PA_W),
    .GRANULE_LOG2(GRANULE_LOG2),
    .B           (1)
  ) u_ctrl (
    .clk_i, .rst_ni(rst_n),
    .cmd_valid_i, .cmd_i, .cmd_take_o(), .done_o(done), .done_code_o(done_code), .done_op_o(done_op),
    .txn_open_o(txn_open), .txn_poisoned_o(txn_poisoned), .txn_asid_o(txn_asid),
    .at_asid_o(at_asid), .limit_i(limit_q), .dev_reset_i, .dev_reset_clean_i,
    .effect_o(effect), .effect_asid_o(effect_asid), .effect_group_o(), .effect_device_o(), .effect_clean_o(),
    .effect_amount_o(), .effect_ops_o(), .cleaned_i, .change_i, .count_i, .scan_asid_o(), .scan_count_i, .mapped_i,
    .read_done_o(), .read_valid_o(),
    .tbl_ready_i, .tbl_start_o(start), .tbl_kind_o(), .tbl_stage_o(stage), .tbl_load_o(load), .tbl_load_pos_o(),
    .tbl_ops_o(), .tbl_quota_o(), .tbl_room_o(), .tbl_first_o(), .tbl_last_o(), .tbl_delta_o(), .tbl_perm_o(),
    .tbl_pos_o(), .tbl_live_o(), .tbl_done_i, .tbl_verdict_pos_o(), .tbl_verdict_i(verdict_e'(tbl_verdict_i)),
    .tbl_inserted_i, .tbl_removed_i, .tbl_flip_o(flip), .tbl_count_i(n_q)
  );

  // Where it is: as in iommu_ctrl.
  typedef enum logic [3:0] {
    Idle, Decode, Look, Sort, Execute, Check, Stage, Add, Weigh, Start, Pass, Judge, Tell, Rest, Finish
  } state_e;
  logic [14:0] at;
  assign at = u_ctrl.state_q;

  // --- the command, from where it is taken to its end ----------------------------------------------------------------

  logic     f_busy_q, ends, passed_q;
  command_t f_q;
  effect_e  effect_q;
  assign ends = at[Finish] || at[Tell] || stage;
  always_ff @(posedge clk_i or negedge rst_n) begin
    if (!rst_n) begin
      f_busy_q <= 1'b0;
      effect_q <= EffectNone;
    end else begin
      if (u_ctrl.take) f_busy_q <= 1'b1;
      else if (ends) f_busy_q <= 1'b0;
      effect_q <= effect;
    end
  end
  always_ff @(posedge clk_i) begin
    if (u_ctrl.take) {f_q, passed_q} <= {cmd_i, 1'b0};
    else if (start) passed_q <= 1'b1;
    limit_q <= limits[at_asid];
    if (flip) n_q <= n_i;
  end

  // --- the open transaction ------------------------------------------------------------------------------------------

  logic              t_open_q, t_poisoned_q, t_cleaned_q, weighed_q;
  logic [7:0]        t_asid_q;
  code_e             t_poison_q;
  logic [CountW-1:0] t_count_q, t_others_q;  // entries staged; entries of the others at BEGIN
  logic [63:0]       t_first_q, t_last_q;    // the one before

  // --- why it is refused, written from the design ---------------------------------------------------------------------

  function automatic logic beyond(logic [63:0] address, int unsigned width);
    return ((65'(address) >> width) != '0);
  endfunction
  localparam logic [63:0] InGranule = 64'((65'd1 << GRANULE_LOG2) - 65'd1);

  logic        is_map, is_unmap, is_entry, names_asid, names_device, exists, own, overlaps;
  code_e       number, range, reason;
  logic [64:0] pa_last;
  assign is_map       = f_q.op == OpMap;
  assign is_unmap     = f_q.op == OpUnmap;
  assign is_entry     = f_q.op == OpSetMapEntry;
  assign names_device = f_q.op inside {OpDeviceReset, OpQuiesce, OpResume};
  assign exists       = f_q.op >= OpMap && f_q.op <= OpRecover;
  assign names_asid   = exists && !names_device;
  assign own          = t_open_q && f_q.asid == t_asid_q;
  assign pa_last      = 65'(f_q.pa) + 65'(f_q.last) - 65'(f_q.iova);
  assign overlaps     = f_q.iova <= t_last_q && f_q.last >= t_first_q;
  always_comb begin
    // Its numbers, and what is open.
    number = CodeOk;
    if (!exists || (f_q.posted && !is_map && !is_unmap && !is_entry)) number = CodeInvalOp;
    else if (names_asid && 32'(f_q.asid) >= ASIDS) number = CodeInvalAsid;
    else if (f_q.op == OpGroupAsid && 32'(f_q.target) >= GROUPS) number = CodeInvalGroup;
    else if (names_device && 32'(f_q.target) >= DEVICES) number = CodeInvalDevice;
    else if (t_open_q && f_q.op inside {OpMap, OpUnmap, OpSetMapBegin, OpRecover}) number = CodeBusy;
    else if (!own && f_q.op inside {OpSetMapEntry, OpSetMapCommit, OpSetMapAbort}) number = CodeNoTxn;
    else if (t_poisoned_q && f_q.op inside {OpSetMapEntry, OpSetMapCommit}) number = t_poison_q;
    else if (f_q.op == OpRead && f_q.iova >= 64'(n_q)) number = CodeInvalIndex;
    // Its addresses, and for SET_MAP_ENTRY the one before, LIMIT and room.
    range = CodeOk;
    if (is_map || is_unmap || is_entry) begin
      if (beyond(f_q.iova, IOVA_W) || beyond(f_q.last, IOVA_W) || (!is_unmap && f_q.last < f_q.iova)) begin
        range = CodeInvalRange;
      end else if (((f_q.iova | (f_q.last + 1'b1) | (is_unmap ? '0 : f_q.pa)) & InGranule) != '0) begin
        range = CodeInvalAlign;
      end else if (!is_unmap && (pa_last >> PA_W) != '0) range = CodeInvalPa;
      else if (is_entry && t_count_q != '0 && overlaps) range = CodeExist;
      else if (is_entry && t_count_q != '0 && f_q.iova < t_first_q) range = CodeOrder;
      else if (is_entry && 16'(t_count_q) >= limits[AsidW'(f_q.asid)]) range = CodeNospcLimit;
      else if (is_entry && 32'(t_count_q) + 32'(t_others_q) >= ENTRIES) range = CodeNospcTable;
    end
    reason = (number != CodeOk) ? number : range;
  end

  // What becomes of the transaction. A refused ENTRY of its own is one that its numbers do not refuse.
  always_ff @(posedge clk_i or negedge rst_n) begin
    if (!rst_n) begin
      t_open_q     <= 1'b0;
      t_poisoned_q <= 1'b0;
      t_cleaned_q  <= 1'b0;
    end else if (ends) begin
      if (is_entry && number == CodeOk && range != CodeOk) t_poisoned_q <= 1'b1;
      if (f_q.op == OpSetMapBegin && reason == CodeOk) {t_open_q, t_poisoned_q} <= 2'b10;
      if (f_q.op == OpSetMapCommit && own && number != CodeInvalOp) t_open_q <= 1'b0;
      if (f_q.op inside {OpSetMapAbort, OpResetMap} && own && reason == CodeOk) t_open_q <= 1'b0;
    end else if (t_open_q && cleaned_i[AsidW'(t_asid_q)]) begin
      {t_open_q, t_cleaned_q} <= 2'b01;
    end
  end
  always_ff @(posedge clk_i) begin
    weighed_q <= at[Weigh] && f_q.op == OpSetMapBegin;
    if (weighed_q) t_others_q <= u_ctrl.used - count_i;
    if (ends) begin
      if (is_entry && number == CodeOk && range != CodeOk) t_poison_q <= range;
      if (is_entry && reason == CodeOk) {t_first_q, t_last_q, t_count_q} <= {f_q.iova, f_q.last, t_count_q + 1'b1};
      if (f_q.op == OpSetMapBegin && reason == CodeOk) {t_asid_q, t_count_q} <= {f_q.asid, CountW'(0)};
    end
  end

  // --- what it is told and what it does -------------------------------------------------------------------------------

  code_e       told;
  logic [2:0]  ends_q;
  logic [7:0]  op_q [3];
  code_e       told_q [3];
  effect_e     does;
  logic        passes;
  always_comb begin
    told = reason;
    if (reason == CodeOk && is_map) begin
      unique case (verdict_e'(tbl_verdict_i))
        VerdictExist: told = CodeExist;
        VerdictLimit: told = CodeNospcLimit;
        VerdictTable: told = CodeNospcTable;
        default:      told = CodeOk;
      endcase
    end
    unique case (f_q.op)
      OpUnmap:        does = EffectUnmap;
      OpSetMapCommit: does = EffectSetMap;
      OpResetMap:     does = EffectResetMap;
      OpDeviceReset:  does = EffectDeviceReset;
      OpGroupAsid:    does = EffectGroupAsid;
      OpQuiesce:      does = EffectQuiesce;
      OpResume:       does = EffectResume;
      OpFence:        does = EffectFence;
      OpRecover:      does = EffectRecover;
      default:        does = EffectNone;
    endcase
    passes = f_q.op inside {OpMap, OpUnmap, OpSetMapBegin, OpSetMapCommit, OpRead, OpRecover};
  end
  always_ff @(posedge clk_i or negedge rst_n) begin
    if (!rst_n) ends_q <= '0;
    else ends_q <= {ends_q[1:0], ends};
  end
  always_ff @(posedge clk_i) begin
    {op_q[0], told_q[0]} <= {f_q.op, told};
    for (int unsigned i = 1; i < 3; i++) {op_q[i], told_q[i]} <= {op_q[i-1], told_q[i-1]};
  end

  // For the induction: the transaction as iommu_txn has it.
  logic same;   // but for the entry before
  logic still;  // between two changes
  assign same  = txn_asid == AsidW'(t_asid_q) && txn_poisoned == t_poisoned_q && 32'(t_asid_q) < ASIDS
                 && (!t_poisoned_q || u_ctrl.u_check.u_txn.poison_q == t_poison_q)
                 && (u_ctrl.u_check.u_txn.stage_q
                     || (u_ctrl.u_check.u_txn.count_q == t_count_q && u_ctrl.u_check.u_txn.some_q == (t_count_q != '0)
                         && 32'(u_ctrl.u_check.u_txn.total_q) == 32'(t_count_q) + 32'(t_others_q)));
  assign still = at[Decode] || at[Look] || at[Sort] || at[Check] || at[Add] || at[Weigh] || at[Start] || at[Pass];

  always_comb begin
    assume (effect_q == EffectDeviceReset || cleaned_i == '0);
    if (weighed_q) assume (32'(u_ctrl.used) <= ENTRIES && count_i <= u_ctrl.used);
    if (rst_n) begin
      a_told: assert (done == ends_q[2] && (!done || (done_op == op_q[2] && done_code == told_q[2])));
      if (f_busy_q && reason != CodeOk) a_nothing: assert (!start && !stage && !load && effect == EffectNone);
      if (f_busy_q && !ends) a_not_yet: assert (effect == EffectNone);
      if (!f_busy_q) a_only: assert (!start && !stage && !load && (effect inside {EffectNone, EffectDeviceReset}));
      if (ends && reason == CodeOk) begin
        a_does:   assert (is_map ? (effect inside {EffectNone, EffectMap}) : effect == does);
        a_passes: assert (passed_q == passes && stage == is_entry);
        a_where:  assert (effect inside {EffectNone, EffectDeviceReset, EffectQuiesce, EffectResume}
                          || 8'(effect_asid) == f_q.asid);
      end
      if (at[Decode]) a_txn: assert (txn_open == t_open_q && (!t_open_q || (8'(txn_asid) == t_asid_q
                                                                            && txn_poisoned == t_poisoned_q)));
      // For the induction.
      h_at:   assert ($onehot(at) && !at[Rest] && !u_ctrl.held_q && f_busy_q == !at[Idle]);
      h_cmd:  assert (at[Idle] || u_ctrl.u_batch.some_q || u_ctrl.cmd_q == f_q);
      h_kind: assert (((at[Check] || at[Stage] || at[Add]) && !(is_map || is_unmap || is_entry)) == 1'b0
                      && (!at[Stage] || is_entry) && (!(at[Add] || at[Tell]) || is_map || is_unmap)
                      && (!(at[Weigh] || at[Start] || at[Pass] || at[Judge]) || passes)
                      && (!at[Weigh] || f_q.op inside {OpMap, OpUnmap, OpSetMapBegin}));
      h_pass: assert (u_ctrl.u_batch.some_q == ((is_map || is_unmap) && (at[Weigh] || at[Start] || at[Pass] || at[Judge]
                                                                         || at[Tell]))
                      && u_ctrl.u_batch.ops_q == u_ctrl.u_batch.some_q
                      && (u_ctrl.u_batch.some_q || u_ctrl.u_batch.full_q)
                      && (!u_ctrl.u_batch.some_q || u_ctrl.u_batch.unmaps_q == is_unmap));
      h_ok:   assert (!(at[Execute] || at[Stage] || at[Add] || at[Weigh] || at[Start] || at[Pass] || at[Judge]
                        || at[Tell]) || (reason == CodeOk && u_ctrl.code_q == CodeOk));
      h_asid: assert (!(at[Weigh] || at[Start] || at[Pass] || at[Judge] || at[Tell]) || 8'(at_asid) == f_q.asid);
      h_one:  assert (!f_busy_q || passed_q == (at[Pass] || at[Judge] || at[Tell] || (at[Finish] && passes
                                                                                      && reason == CodeOk)));
      if (still) h_txn: assert (txn_open == t_open_q && (!t_open_q || same));
      if (at[Stage]) h_stage: assert (txn_open && t_open_q && same);
      if (at[Idle]) h_idle: assert ((txn_open == t_open_q || (txn_open && u_ctrl.u_check.cleaned_q))
                                    && (!t_open_q || same));
      if (!txn_open) h_clean: assert (!txn_poisoned);
      if ((still || at[Idle]) && t_open_q && t_count_q != '0) begin
        h_prev: assert (u_ctrl.u_check.u_txn.prev_first_q == t_first_q[IOVA_W-1:GRANULE_LOG2]
                        && u_ctrl.u_check.u_txn.prev_last_q == t_last_q[IOVA_W-1:GRANULE_LOG2]);
      end
      if (t_open_q && t_count_q != '0) begin
        h_entry: assert (((t_first_q | (t_last_q + 1'b1)) & InGranule) == '0 && !beyond(t_first_q, IOVA_W)
                         && !beyond(t_last_q, IOVA_W) && t_first_q <= t_last_q);
      end
      if (t_open_q && t_poisoned_q) begin
        h_why: assert (t_poison_q inside {CodeInvalRange, CodeInvalAlign, CodeInvalPa, CodeExist, CodeOrder,
                                          CodeNospcLimit, CodeNospcTable});
      end
      if (t_open_q) h_room: assert (32'(t_count_q) + 32'(t_others_q) <= ENTRIES);
      if ((at[Start] || at[Pass] || at[Judge]) && f_q.op == OpSetMapBegin && !weighed_q) begin
        h_new: assert (u_ctrl.u_check.u_txn.count_q == '0 && !u_ctrl.u_check.u_txn.some_q && !txn_open
                       && 32'(u_ctrl.u_check.u_txn.total_q) == 32'(t_others_q) && 32'(t_others_q) <= ENTRIES
                       && !u_ctrl.u_check.u_txn.stage_q);
      end
    end
    c_commit: cover (done && done_op == OpSetMapCommit && done_code == CodeOk && t_count_q == CountW'(2));
    c_poison: cover (done && done_op == OpSetMapCommit && done_code == CodeOrder);
    c_table:  cover (done && done_op == OpSetMapEntry && done_code == CodeNospcTable && t_count_q == CountW'(1));
    c_clean:  cover (done && done_op == OpSetMapAbort && done_code == CodeNoTxn && t_cleaned_q);
    c_pa:     cover (done && done_op == OpMap && done_code == CodeInvalPa);
    c_map:    cover (done && done_op == OpMap && done_code == CodeNospcLimit && passed_q);
    c_index:  cover (done && done_op == OpRead && done_code == CodeInvalIndex && n_q != '0 && txn_open);
  end

endmodule
