// SPDX-License-Identifier: Apache-2.0
//
// Command execution: one command at a time, each to a result. What commands change is in iommu_state (modes,
// groups), iotlb (entries) and iommu_txn (the open SET_MAP); this module tells them what, and when.
//
//   doorbell -> Decode -> Execute ----------------------------------> Finish    RESET_MAP, DEVICE_RESET, ...
//                     \-> Size -> Check -> Stage -------------------> Finish    SET_MAP_ENTRY
//                     |                \-> Start -> Pass -> Judge --> Finish    MAP, UNMAP
//                     \-> Start -> Pass -> Judge -------------------> Finish    BEGIN, COMMIT, READ
//
// Everything that a lookup can see changes at one clock edge, with `effect_o`: in Execute, or in Judge together
// with the flip of the banks. A reset by pin runs between two commands, in one clock, and leaves no result.

module iommu_ctrl
  import iommu_pkg::*;
#(
  /// Entries of the table
  parameter int unsigned ENTRIES = EntriesDefault,
  /// Address spaces
  parameter int unsigned ASIDS = AsidsDefault,
  /// Virtqueue groups
  parameter int unsigned GROUPS = GroupsDefault,
  /// virtio devices
  parameter int unsigned DEVICES = DevicesDefault,
  /// Bits of an IOVA
  parameter int unsigned IOVA_W = 64,
  /// Bits of a physical address
  parameter int unsigned PA_W = 64,
  /// log2 of the granule in bytes
  parameter int unsigned GRANULE_LOG2 = GranuleLog2Default,
  /// Bits of an ASID
  localparam int unsigned AsidW = idx_w(ASIDS),
  /// Bits of a group number
  localparam int unsigned GroupW = idx_w(GROUPS),
  /// Bits of a device number
  localparam int unsigned DeviceW = idx_w(DEVICES),
  /// Bits of an entry's number
  localparam int unsigned PosW = idx_w(ENTRIES),
  /// Bits of a number of entries
  localparam int unsigned CountW = $clog2(ENTRIES + 1),
  /// Bits of an IOVA granule number
  localparam int unsigned IgW = IOVA_W - GRANULE_LOG2,
  /// Bits of a physical granule number
  localparam int unsigned PgW = PA_W - GRANULE_LOG2
) (
  /// Clock
  input  logic                clk_i,
  /// Asynchronous reset, active low
  input  logic                rst_ni,

  /// CMD was written; the arguments below are valid from the next clock on
  input  logic                doorbell_i,
  /// CMD.op
  input  logic [7:0]          cmd_op_i,
  /// CMD.perm
  input  logic [PermW-1:0]    cmd_perm_i,
  /// CMD.asid
  input  logic [7:0]          cmd_asid_i,
  /// CMD.target
  input  logic [6:0]          cmd_target_i,
  /// CMD.clean
  input  logic                cmd_clean_i,
  /// ARG_IOVA
  input  logic [63:0]         arg_iova_i,
  /// ARG_LAST
  input  logic [63:0]         arg_last_i,
  /// ARG_PA
  input  logic [63:0]         arg_pa_i,

  /// A command is executing or about to
  output logic                busy_o,
  /// One clock: a doorbell came while busy
  output logic                doorbell_busy_o,
  /// One clock: a command completed
  output logic                cmd_done_o,
  /// RESULT.code
  output code_e               result_code_o,
  /// RESULT.op
  output logic [7:0]          result_op_o,
  /// RESULT.seq
  output logic [ResultSeqW-1:0] result_seq_o,
  /// A SET_MAP transaction is open
  output logic                txn_open_o,
  /// It has refused an entry
  output logic                txn_poisoned_o,
  /// Its address space
  output logic [AsidW-1:0]    txn_asid_o,

  /// LIMIT
  input  logic [15:0]         limit_i [ASIDS],
  /// Pulse: resets a device
  input  logic [DEVICES-1:0]  dev_reset_i,
  /// With dev_reset_i: the CLEAN_MAP flag
  input  logic [DEVICES-1:0]  dev_reset_clean_i,

  /// What changes at this clock edge
  output effect_e             effect_o,
  /// Its address space
  output logic [AsidW-1:0]    effect_asid_o,
  /// Its group
  output logic [GroupW-1:0]   effect_group_o,
  /// Its device
  output logic [DeviceW-1:0]  effect_device_o,
  /// Its CLEAN_MAP flag
  output logic                effect_clean_o,
  /// Its number of entries
  output logic [CountW-1:0]   effect_amount_o,
  /// These address spaces are cleaned at this clock edge
  input  logic [ASIDS-1:0]    cleaned_i,
  /// Live entries of each address space
  input  logic [CountW-1:0]   count_i [ASIDS],
  /// Address spaces that are MAPPED
  input  logic [ASIDS-1:0]    mapped_i,
  /// One clock: a READ has ended; if its entry exists, the table has presented it
  output logic                read_done_o,
  /// With read_done_o: the entry exists
  output logic                read_valid_o,

  /// The table takes a pass or an operand
  input  logic                tbl_ready_i,
  /// Starts a pass
  output logic                tbl_start_o,
  /// What the pass does
  output merge_e              tbl_kind_o,
  /// Appends the operand to the shadow bank
  output logic                tbl_stage_o,
  /// Operand: ASID
  output logic [AsidW-1:0]    tbl_asid_o,
  /// Operand: first granule
  output logic [IgW-1:0]      tbl_first_o,
  /// Operand: last granule, inclusive
  output logic [IgW-1:0]      tbl_last_o,
  /// Operand: physical granule minus granule
  output logic [PgW-1:0]      tbl_delta_o,
  /// Operand: permissions
  output logic [PermW-1:0]    tbl_perm_o,
  /// Operand: entry to present
  output logic [PosW-1:0]     tbl_pos_o,
  /// Address spaces whose entries survive the pass
  output logic [ASIDS-1:0]    tbl_live_o,
  /// One clock: the pass is over
  input  logic                tbl_done_i,
  /// The operand overlaps a live entry
  input  logic                tbl_exist_i,
  /// The shadow bank was too small
  input  logic                tbl_overflow_i,
  /// Entries that an UNMAP removed
  input  logic [CountW-1:0]   tbl_removed_i,
  /// Makes the shadow bank the active one
  output logic                tbl_flip_o,
  /// Entries in the active bank
  input  logic [CountW-1:0]   tbl_count_i
);

  typedef enum logic [3:0] {
    Idle,
    Decode,
    Execute,
    Size,
    Check,
    Stage,
    Sum,
    Start,
    Pass,
    Judge,
    Finish
  } state_e;

  state_e state_q, state_d;

  // --- the command, copied so that a refused doorbell cannot change it ---------------------------------------

  typedef struct packed {
    logic [7:0]       op;
    logic [PermW-1:0] perm;
    logic [7:0]       asid;
    logic [6:0]       target;
    logic             clean;
    logic [63:0]      iova;
    logic [63:0]      last;
    logic [63:0]      pa;
  } cmd_t;

  cmd_t cmd_q;
  logic rung_q;     // a doorbell of the clock before: its arguments are there now
  logic waiting_q;  // a command has been copied and waits for Idle
  logic take, idle;

  assign idle            = state_q == Idle && !waiting_q;
  assign busy_o          = !idle || rung_q;
  assign doorbell_busy_o = doorbell_i && busy_o;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      rung_q    <= 1'b0;
      waiting_q <= 1'b0;
    end else begin
      rung_q <= doorbell_i && !busy_o;
      if (rung_q) waiting_q <= 1'b1;
      else if (take) waiting_q <= 1'b0;
    end
  end
  always_ff @(posedge clk_i) begin
    if (rung_q) begin
      cmd_q <= '{op: cmd_op_i, perm: cmd_perm_i, asid: cmd_asid_i, target: cmd_target_i, clean: cmd_clean_i,
                 iova: arg_iova_i, last: arg_last_i, pa: arg_pa_i};
    end
  end

  // --- device resets by pin, waiting for the end of the command --------------------------------------------

  // Not in two clocks running: the drain counters take a clock to turn over between two removals.
  logic [DEVICES-1:0] pin_q, pin_clean_q, pin_take;
  logic               pin_rest_q;

  always_comb begin
    pin_take = '0;
    for (int d = int'(DEVICES) - 1; d >= 0; d--) begin
      if (pin_q[d]) pin_take = DEVICES'(1) << d;
    end
    if (state_q != Idle || pin_rest_q) pin_take = '0;
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      pin_q       <= '0;
      pin_clean_q <= '0;
      pin_rest_q  <= 1'b0;
    end else begin
      pin_rest_q <= pin_take != '0;
      pin_q <= (pin_q & ~pin_take) | dev_reset_i;
      // Two pulses before the first is served are one reset; it cleans if either asks for it.
      pin_clean_q <= (pin_clean_q & ~pin_take) | (dev_reset_i & dev_reset_clean_i);
    end
  end

  // --- operands ----------------------------------------------------------------------------------------------

  logic [AsidW-1:0]   asid;
  logic [GroupW-1:0]  group;
  logic [DeviceW-1:0] device;
  logic               has_range, is_unmap, is_entry, uses_asid, uses_group, uses_device;

  assign asid      = AsidW'(cmd_q.asid);
  assign group     = GroupW'(cmd_q.target);
  assign device    = DeviceW'(cmd_q.target);
  assign is_unmap  = cmd_q.op == OpUnmap;
  assign has_range = cmd_q.op inside {OpMap, OpUnmap, OpSetMapEntry};
  assign is_entry  = cmd_q.op == OpSetMapEntry;
  assign uses_asid = cmd_q.op inside {OpMap, OpUnmap, OpSetMapBegin, OpSetMapEntry, OpSetMapCommit,
                                      OpSetMapAbort, OpResetMap, OpGroupAsid, OpRead};
  assign uses_group  = cmd_q.op == OpGroupAsid;
  assign uses_device = cmd_q.op inside {OpDeviceReset, OpQuiesce, OpResume};

  // What can be refused before looking at addresses.
  code_e             decode_code;
  logic              txn_open, txn_mine, txn_poisoned;
  logic [AsidW-1:0]  txn_asid;
  code_e             txn_poison;
  logic [CountW-1:0] txn_count;
  assign txn_mine = txn_open && 8'(txn_asid) == cmd_q.asid;
  always_comb begin
    decode_code = CodeOk;
    if (!(uses_asid || uses_device)) decode_code = CodeInvalOp;
    else if (uses_asid && 32'(cmd_q.asid) >= ASIDS) decode_code = CodeInvalAsid;
    else if (uses_group && 32'(cmd_q.target) >= GROUPS) decode_code = CodeInvalGroup;
    else if (uses_device && 32'(cmd_q.target) >= DEVICES) decode_code = CodeInvalDevice;
    else if (cmd_q.op inside {OpMap, OpUnmap, OpSetMapBegin} && txn_open) decode_code = CodeBusy;
    else if (cmd_q.op inside {OpSetMapEntry, OpSetMapCommit, OpSetMapAbort} && !txn_mine) decode_code = CodeNoTxn;
    else if (cmd_q.op inside {OpSetMapEntry, OpSetMapCommit} && txn_poisoned) decode_code = txn_poison;
  end

  // Size and Check: one wide operation a clock.
  localparam logic [63:0] OffsetMask = 64'((65'd1 << GRANULE_LOG2) - 65'd1);
  logic [64:0]    size_q;      // last - iova, with borrow
  logic           beyond_q, unaligned_q, bad_pa;
  logic [PgW-1:0] delta_q;

  assign bad_pa = (({1'b0, cmd_q.pa} + {1'b0, size_q[63:0]}) >> PA_W) != '0;

  logic beyond;
  if (IOVA_W < 64) begin : g_narrow_iova
    assign beyond = cmd_q.iova[63:IOVA_W] != '0 || cmd_q.last[63:IOVA_W] != '0;
  end else begin : g_wide_iova
    assign beyond = 1'b0;
  end

  always_ff @(posedge clk_i) begin
    if (state_q == Size) begin
      size_q      <= {1'b0, cmd_q.last} - {1'b0, cmd_q.iova};
      beyond_q    <= beyond;
      unaligned_q <= (cmd_q.iova & OffsetMask) != '0 || (~cmd_q.last & OffsetMask) != '0
                     || (!is_unmap && (cmd_q.pa & OffsetMask) != '0);
    end
    if (state_q == Check) delta_q <= PgW'(cmd_q.pa[PA_W-1:GRANULE_LOG2]) - PgW'(tbl_first_o);
  end

  code_e range_code, entry_code;
  always_comb begin
    range_code = CodeOk;
    if (beyond_q || (!is_unmap && size_q[64])) range_code = CodeInvalRange;
    else if (unaligned_q) range_code = CodeInvalAlign;
    else if (!is_unmap && bad_pa) range_code = CodeInvalPa;
    else if (is_entry) range_code = entry_code;
  end

  // --- result of a pass ------------------------------------------------------------------------------------------

  code_e judge_code;
  always_comb begin
    judge_code = CodeOk;
    if (cmd_q.op == OpMap) begin
      if (tbl_exist_i) judge_code = CodeExist;
      else if (16'(count_i[asid]) >= limit_i[asid]) judge_code = CodeNospcLimit;
      else if (tbl_overflow_i) judge_code = CodeNospcTable;
    end
  end

  // --- sequence ------------------------------------------------------------------------------------------------------

  code_e code_q, code_d;
  logic  read_beyond, txn_summed;
  assign read_beyond = cmd_q.iova >= 64'(tbl_count_i);

  always_comb begin
    state_d = state_q;
    code_d  = code_q;
    take    = 1'b0;
    unique case (state_q)
      Idle: begin
        if (pin_q == '0 && waiting_q) begin
          take    = 1'b1;
          state_d = Decode;
        end
      end
      Decode: begin
        code_d = decode_code;
        if (decode_code != CodeOk) state_d = Finish;
        else if (has_range) state_d = Size;
        else if (cmd_q.op == OpSetMapBegin) state_d = Sum;
        else if (cmd_q.op == OpSetMapCommit) state_d = Start;
        else if (cmd_q.op == OpRead) begin
          state_d = read_beyond ? Finish : Start;
          if (read_beyond) code_d = CodeInvalIndex;
        end else state_d = Execute;
      end
      Execute: state_d = Finish;
      Size:    state_d = Check;
      Check: begin
        code_d = range_code;
        if (range_code != CodeOk) state_d = Finish;
        else state_d = is_entry ? Stage : Start;
      end
      Stage:   if (tbl_ready_i) state_d = Finish;
      Sum:     if (txn_summed) state_d = Start;
      Start:   if (tbl_ready_i) state_d = Pass;
      Pass:    if (tbl_done_i) state_d = Judge;
      Judge: begin
        code_d  = judge_code;
        state_d = Finish;
      end
      default: state_d = Idle;
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q       <= Idle;
      code_q        <= CodeOk;
      cmd_done_o    <= 1'b0;
      result_code_o <= CodeOk;
      result_op_o   <= '0;
      result_seq_o  <= '0;
    end else begin
      state_q    <= state_d;
      code_q     <= code_d;
      cmd_done_o <= state_q == Finish;
      if (state_q == Finish) begin
        result_code_o <= code_q;
        result_op_o   <= cmd_q.op;
        result_seq_o  <= result_seq_o + 1'b1;
      end
    end
  end

  assign read_done_o  = state_q == Finish && cmd_q.op == OpRead && code_q inside {CodeOk, CodeInvalIndex};
  assign read_valid_o = code_q == CodeOk;

  assign tbl_start_o = state_q == Start && tbl_ready_i;
  assign tbl_stage_o = state_q == Stage && tbl_ready_i;
  assign tbl_asid_o  = asid;
  assign tbl_first_o = cmd_q.iova[IOVA_W-1:GRANULE_LOG2];
  assign tbl_last_o  = cmd_q.last[IOVA_W-1:GRANULE_LOG2];
  assign tbl_delta_o = delta_q;
  assign tbl_perm_o  = cmd_q.perm;
  assign tbl_pos_o   = PosW'(cmd_q.iova);
  always_comb begin
    unique case (cmd_q.op)
      OpMap:         tbl_kind_o = MergeMap;
      OpUnmap:       tbl_kind_o = MergeUnmap;
      OpSetMapBegin: tbl_kind_o = MergePrefix;
      OpRead:        tbl_kind_o = MergeRead;
      default:       tbl_kind_o = MergeSuffix;
    endcase
  end

  // --- effect: what changes for lookups, all at one edge -----------------------------------------------------

  always_comb begin
    effect_o        = EffectNone;
    effect_asid_o   = asid;
    effect_group_o  = group;
    effect_device_o = device;
    effect_clean_o  = cmd_q.clean;
    effect_amount_o = (cmd_q.op == OpUnmap) ? tbl_removed_i : txn_count;

    if (state_q == Execute) begin
      unique case (cmd_q.op)
        OpResetMap:    effect_o = EffectResetMap;
        OpGroupAsid:   effect_o = EffectGroupAsid;
        OpDeviceReset: effect_o = EffectDeviceReset;
        OpQuiesce:     effect_o = EffectQuiesce;
        OpResume:      effect_o = EffectResume;
        default:       effect_o = EffectNone;  // SET_MAP_ABORT
      endcase
    end else if (state_q == Judge && judge_code == CodeOk) begin
      unique case (cmd_q.op)
        OpMap:          effect_o = EffectMap;
        OpUnmap:        effect_o = EffectUnmap;
        OpSetMapCommit: effect_o = EffectSetMap;
        default:        effect_o = EffectNone;  // SET_MAP_BEGIN, READ
      endcase
    end

    for (int unsigned d = 0; d < DEVICES; d++) begin
      if (pin_take[d]) begin
        effect_o        = EffectDeviceReset;
        effect_device_o = DeviceW'(d);
        effect_clean_o  = pin_clean_q[d];
      end
    end
  end

  assign tbl_flip_o = effect_o inside {EffectMap, EffectUnmap, EffectSetMap};

  // --- the open transaction ------------------------------------------------------------------------------------

  // COMMIT and ABORT end it, also a COMMIT that is refused because an entry was; so does what resets its AS.
  logic txn_close;
  assign txn_close = (state_q == Decode && cmd_q.op == OpSetMapCommit && txn_mine && txn_poisoned)
                     || (state_q == Execute && cmd_q.op inside {OpSetMapAbort, OpResetMap} && txn_mine)
                     || effect_o == EffectSetMap
                     || (txn_open && cleaned_i[txn_asid]);

  iommu_txn #(
    .ENTRIES(ENTRIES),
    .ASIDS  (ASIDS),
    .IG_W   (IgW)
  ) u_txn (
    .clk_i,
    .rst_ni,
    .asid_i       (asid),
    .first_i      (tbl_first_o),
    .last_i       (tbl_last_o),
    .limit_i      (limit_i[asid]),
    .count_i,
    .clear_i      (state_q == Decode && cmd_q.op == OpSetMapBegin && decode_code == CodeOk),
    .sum_i        (state_q == Sum),
    .summed_o     (txn_summed),
    .open_i       (state_q == Judge && cmd_q.op == OpSetMapBegin),
    .compare_i    (state_q == Size),
    .entry_code_o (entry_code),
    .stage_i      (tbl_stage_o),
    .refuse_i     (state_q == Check && is_entry && range_code != CodeOk),
    .refuse_code_i(range_code),
    .close_i      (txn_close),
    .open_o       (txn_open),
    .asid_o       (txn_asid),
    .poisoned_o   (txn_poisoned),
    .poison_o     (txn_poison),
    .count_o      (txn_count)
  );

  // SET_MAP drops what its own address space has; everything else keeps the live entries.
  always_comb begin
    tbl_live_o = mapped_i;
    if (cmd_q.op == OpSetMapCommit) tbl_live_o[asid] = 1'b0;
  end

  assign txn_open_o     = txn_open;
  assign txn_poisoned_o = txn_poisoned;
  assign txn_asid_o     = txn_asid;

`ifndef SYNTHESIS
  a_suffix_fits: assert property (@(posedge clk_i)
    state_q == Judge && cmd_q.op == OpSetMapCommit |-> !tbl_overflow_i)
    else $error("iommu_ctrl: SET_MAP of asid %0d outgrew the room it was given at BEGIN", asid);
`endif

endmodule
