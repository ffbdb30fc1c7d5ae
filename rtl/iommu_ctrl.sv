// SPDX-License-Identifier: Apache-2.0
//
// Command execution: in the order of the doorbells, each to a result of its own. What commands change is in
// iommu_state (modes, groups), iotlb (entries) and iommu_txn (the open SET_MAP); this module tells them what, and
// when. iommu_post is the driver's end of it.
//
//   queue -> Decode -> Look -> Sort -> Execute -----------------------------------------> Finish  RESET_MAP, ...
//                               \-> Check -> Stage -------------------------------------------->  SET_MAP_ENTRY
//                               |        \-> Add (and so on) -> Weigh -> Start -> Pass -> Judge -> Tell  MAP, UNMAP
//                               \-> Weigh (BEGIN only) ------> Start -> Pass -> Judge -> Finish  BEGIN, COMMIT, READ,
//                                                                                                RECOVER
//
// Between the results of two UNMAPs, Tell rests for a clock (Rest).
//
// MAPs that are there when the engine is free share a pass, as many as the pass takes, and so do UNMAPs: of one
// address space, ascending and, for MAP, disjoint. The first command that does not belong to the pass, or that is
// refused before it, stays in cmd_q and begins what comes after. Their results are those of one at a time, told one
// after the other when the pass has been judged; only COMMIT_SEQ advances by all of them at once.
//
// Everything that a lookup can see changes at one clock edge. What changes is decided in Execute or in Judge and
// happens EffectClocks later (iommu_effect). Nothing is decided before the last effect has happened everywhere, and no
// result is told before either. A reset by pin runs between passes and leaves no result.

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
  /// Commands of a pass
  parameter int unsigned B = BatchDefault,
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
  localparam int unsigned PgW = PA_W - GRANULE_LOG2,
  /// Bits of a command's number in its pass
  localparam int unsigned OpPosW = idx_w(B),
  /// Bits of a number of commands
  localparam int unsigned OpsW = $clog2(B + 1)
) (
  /// Clock
  input  logic                clk_i,
  /// Asynchronous reset, active low
  input  logic                rst_ni,

  /// A command waits
  input  logic                cmd_valid_i,
  /// The one that waits longest
  input  command_t            cmd_i,
  /// It has been taken: one clock after it was
  output logic                cmd_take_o,
  /// The oldest command that was taken completes
  output logic                done_o,
  /// Its code
  output code_e               done_code_o,
  /// Its op
  output logic [7:0]          done_op_o,
  /// A SET_MAP transaction is open
  output logic                txn_open_o,
  /// It has refused an entry
  output logic                txn_poisoned_o,
  /// Its address space
  output logic [AsidW-1:0]    txn_asid_o,

  /// Address space of the command or of the pass
  output logic [AsidW-1:0]    at_asid_o,
  /// LIMIT of at_asid_o, one clock later
  input  logic [15:0]         limit_i,
  /// Pulse: resets a device
  input  logic [DEVICES-1:0]  dev_reset_i,
  /// With dev_reset_i: the CLEAN_MAP flag
  input  logic [DEVICES-1:0]  dev_reset_clean_i,

  /// What changes, at the third clock edge from here
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
  /// How many commands it stands for
  output logic [OpsW-1:0]     effect_ops_o,
  /// These address spaces are about to be cleaned
  input  logic [ASIDS-1:0]    cleaned_i,
  /// Counts change at this clock edge
  input  logic                change_i,
  /// Live entries of at_asid_o, two clocks later
  input  logic [CountW-1:0]   count_i,
  /// An address space, for the sum of all
  output logic [AsidW-1:0]    scan_asid_o,
  /// Its live entries, two clocks later
  input  logic [CountW-1:0]   scan_count_i,
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
  /// Keeps the operand for the next pass
  output logic                tbl_load_o,
  /// As number
  output logic [OpPosW-1:0]   tbl_load_pos_o,
  /// Operands of the pass
  output logic [OpsW-1:0]     tbl_ops_o,
  /// Most that MergeMap may insert by the limit of the address space
  output logic [OpsW-1:0]     tbl_quota_o,
  /// Most that MergeMap may insert for want of room
  output logic [OpsW-1:0]     tbl_room_o,
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
  /// Operand of MergeMap to show the verdict of
  output logic [OpPosW-1:0]   tbl_verdict_pos_o,
  /// What became of it
  input  verdict_e            tbl_verdict_i,
  /// Operands that MergeMap inserted
  input  logic [OpsW-1:0]     tbl_inserted_i,
  /// Entries that an UNMAP removed
  input  logic [CountW-1:0]   tbl_removed_i,
  /// Makes the shadow bank the active one
  output logic                tbl_flip_o,
  /// Entries in the active bank
  input  logic [CountW-1:0]   tbl_count_i
);

  // One flip-flop for each state: what it does elsewhere begins with that one.
  typedef enum logic [3:0] {
    Idle,
    Decode,
    Look,
    Sort,
    Execute,
    Check,
    Stage,
    Add,
    Weigh,
    Start,
    Pass,
    Judge,
    Tell,
    Rest,
    Finish
  } state_e;

  localparam int unsigned States = 15;
  logic [States-1:0] state_q, state_d;

  // --- the command at hand -------------------------------------------------------------------------------------

  command_t           cmd_q;
  logic               held_q, held_d;  // cmd_q is still to be executed when the pass is over
  logic               begins;          // a command may begin
  logic               take;            // the one that waits does
  logic [AsidW-1:0]   asid;
  logic [GroupW-1:0]  group;
  logic [DeviceW-1:0] device;

  op_low_t op;
  assign op = op_low_t'(cmd_q.op);

  // Where the next command may be taken, cmd_q takes what is there, a command or not: so many flip-flops are not told
  // late. No command has been there in two clocks running, so that the queue hears of it one clock later.
  always_ff @(posedge clk_i) begin
    if ((state_q[Idle] && !held_q) || tbl_stage_o || state_q[Add]) cmd_q <= cmd_i;
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) cmd_take_o <= 1'b0;
    else cmd_take_o <= take;
  end

  // Of the pass, if one is being gathered or runs, otherwise of the command. It stands still from before they are
  // looked at until after their effect has been decided.
  logic [AsidW-1:0] at_asid_q;
  always_ff @(posedge clk_i) begin
    if (state_q[Idle] || tbl_stage_o) at_asid_q <= held_q ? AsidW'(cmd_q.asid) : AsidW'(cmd_i.asid);
  end

  assign asid   = AsidW'(cmd_q.asid);
  assign group  = GroupW'(cmd_q.target);
  assign device = DeviceW'(cmd_q.target);

  logic               settling;  // an effect has been decided and is perhaps not everywhere
  logic               pin_waiting, pin_serve, pin_clean;
  logic [DeviceW-1:0] pin_device;

  iommu_pins #(
    .DEVICES(DEVICES)
  ) u_pins (
    .clk_i,
    .rst_ni,
    .dev_reset_i,
    .dev_reset_clean_i,
    .waiting_o(pin_waiting),
    .idle_i   (state_q[Idle] && !settling),
    .serve_o  (pin_serve),
    .device_o (pin_device),
    .clean_o  (pin_clean)
  );

  code_e             decode_code, range_code;
  logic              ranged, decode_bad, range_bad;
  logic [CountW-1:0] txn_count;

  logic              batch;  // the pass is one of MAPs or UNMAPs; otherwise it is one that cmd_q asks for
  logic [CountW-1:0] used;   // entries of all address spaces

  iommu_check #(
    .ENTRIES     (ENTRIES),
    .ASIDS       (ASIDS),
    .GROUPS      (GROUPS),
    .DEVICES     (DEVICES),
    .IOVA_W      (IOVA_W),
    .PA_W        (PA_W),
    .GRANULE_LOG2(GRANULE_LOG2)
  ) u_check (
    .clk_i,
    .rst_ni,
    .cmd_i         (cmd_q),
    .n_i           (tbl_count_i),
    .sort_i        (state_q[Sort]),
    .check_i       (state_q[Check]),
    .begin_i       (state_q[Weigh] && !batch),
    .open_i        (state_q[Judge] && !batch && op == op_low_t'(OpSetMapBegin)),
    .staging_i     (state_q[Stage]),
    .stage_i       (tbl_stage_o),
    .execute_i     (state_q[Execute]),
    .commit_i      (effect_o == EffectSetMap),
    .cleaned_i,
    .limit_i,
    .count_i,
    .used_i        (used),
    .ranged_o      (ranged),
    .bad_o         (decode_bad),
    .code_o        (decode_code),
    .range_bad_o   (range_bad),
    .range_code_o  (range_code),
    .delta_o       (tbl_delta_o),
    .txn_open_o,
    .txn_asid_o,
    .txn_poisoned_o,
    .txn_count_o   (txn_count)
  );

  // --- the commands of the pass --------------------------------------------------------------------------------

  logic              unmaps, joins, full, first, last, over, used_valid;

  iommu_batch #(
    .ENTRIES(ENTRIES),
    .ASIDS  (ASIDS),
    .IG_W   (IgW),
    .B      (B)
  ) u_batch (
    .clk_i,
    .rst_ni,
    .unmap_i   (cmd_q.op == OpUnmap),
    .asid_i    (asid),
    .first_i   (tbl_first_o),
    .last_i    (tbl_last_o),
    .joins_o   (joins),
    .add_i     (state_q[Add]),
    .weigh_i   (state_q[Weigh]),
    .judge_i   (state_q[Judge]),
    .tell_i    (state_q[Tell]),
    .over_i    (over),
    .some_o    (batch),
    .full_o    (full),
    .ops_o     (tbl_ops_o),
    .unmaps_o  (unmaps),
    .pos_o     (tbl_verdict_pos_o),
    .first_o   (first),
    .last_o    (last),
    .count_i,
    .limit_i,
    .scan_asid_o,
    .scan_count_i,
    .change_i,
    .used_valid_o(used_valid),
    .used_o    (used),
    .quota_o   (tbl_quota_o),
    .room_o    (tbl_room_o)
  );

  assign over = state_q[Tell] && last;

  // --- sequence ------------------------------------------------------------------------------------------------------

  // What the table says comes from afar. It stays ready until something begins, and what begins next is clocks away.
  logic ready_q, done_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) {ready_q, done_q} <= '0;
    else {ready_q, done_q} <= {tbl_ready_i, tbl_done_i};
  end

  // Where a command goes after Sort: known before, and looked at from there on.
  logic executes_q, weighs_q, starts_q, reads_q, stages_q;
  always_ff @(posedge clk_i) begin
    executes_q <= !(op inside {op_low_t'(OpSetMapBegin), op_low_t'(OpSetMapCommit), op_low_t'(OpRecover), op_low_t'(OpRead)});
    weighs_q   <= op == op_low_t'(OpSetMapBegin);
    starts_q   <= op inside {op_low_t'(OpSetMapCommit), op_low_t'(OpRecover), op_low_t'(OpRead)};
    reads_q    <= op == op_low_t'(OpRead);
    stages_q   <= op == op_low_t'(OpSetMapEntry);
  end

  assign begins = state_q[Idle] && !settling && !pin_waiting;
  assign take   = cmd_valid_i && ((begins && !held_q) || (tbl_stage_o && !pin_waiting) || (state_q[Add] && !full));

  logic leaves;  // cmd_q does not belong to the pass
  assign leaves = batch && ((state_q[Sort] && !ranged) || (state_q[Check] && (range_bad || !joins)));
  assign held_d = leaves || (held_q && !begins);

  always_comb begin
    state_d = '0;
    if (take || (begins && held_q)) state_d[Decode] = 1'b1;
    if (state_q[Idle]) state_d[Idle] = !(begins && (held_q || cmd_valid_i));
    if (state_q[Decode]) state_d[Look] = 1'b1;
    if (state_q[Look]) state_d[Sort] = 1'b1;
    if (state_q[Sort]) begin
      if (ranged) state_d[Check] = 1'b1;
      else if (batch) state_d[Weigh] = 1'b1;
      else begin
        state_d[Finish]  = decode_bad;
        state_d[Weigh]   = !decode_bad && weighs_q;
        state_d[Start]   = !decode_bad && starts_q;
        state_d[Execute] = !decode_bad && executes_q;
      end
    end
    if (state_q[Execute]) state_d[Finish] = 1'b1;
    if (state_q[Check]) begin
      if (leaves) state_d[Weigh] = 1'b1;
      else if (range_bad) state_d[Finish] = 1'b1;
      else if (stages_q) state_d[Stage] = 1'b1;
      else state_d[Add] = 1'b1;
    end
    if (state_q[Stage]) begin
      if (!ready_q) state_d[Stage] = 1'b1;
      else state_d[Idle] = !cmd_valid_i || pin_waiting;
    end
    if (state_q[Add]) state_d[Weigh] = !cmd_valid_i || full;
    if (state_q[Weigh]) begin
      state_d[Weigh] = !used_valid;
      state_d[Start] = used_valid;
    end
    if (state_q[Start]) begin
      state_d[Start] = !ready_q;
      state_d[Pass]  = ready_q;
    end
    if (state_q[Pass]) begin
      state_d[Pass]  = !done_q;
      state_d[Judge] = done_q;
    end
    if (state_q[Judge]) begin
      state_d[Tell]   = batch;
      state_d[Finish] = !batch;
    end
    if (state_q[Tell]) begin
      if (last) state_d[Idle] = 1'b1;
      else if (unmaps) state_d[Rest] = 1'b1;
      else state_d[Tell] = 1'b1;
    end
    if (state_q[Rest]) begin
      state_d[Rest] = settling;
      state_d[Tell] = !settling;
    end
    if (state_q[Finish]) state_d[Idle] = 1'b1;
  end

  code_e code_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= States'(1) << Idle;
      held_q  <= 1'b0;
    end else begin
      state_q <= state_d;
      held_q  <= held_d;
    end
  end
  always_ff @(posedge clk_i) begin
    if (state_q[Sort]) code_q <= decode_code;
    else if (state_q[Check]) code_q <= range_code;
  end

  // --- results -------------------------------------------------------------------------------------------------------

  // Told when the effect has happened.
  localparam int unsigned EffectClocks = 3;

  iommu_result #(
    .CLOCKS(EffectClocks)
  ) u_result (
    .clk_i,
    .rst_ni,
    .done_i   (state_q[Finish] || state_q[Tell] || tbl_stage_o),
    .op_i     (cmd_q.op),
    .code_i   (code_q),  // CodeOk in Stage
    .told_i   (state_q[Tell]),
    .unmap_i  (unmaps),
    .verdict_i(tbl_verdict_i),
    .done_o,
    .op_o     (done_op_o),
    .code_o   (done_code_o)
  );

  // The snapshot of a READ is taken before the next effect can be decided.
  logic read_done_q, read_valid_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) read_done_q <= 1'b0;
    else read_done_q <= state_q[Finish] && (code_q == CodeInvalIndex || (code_q == CodeOk && reads_q));
  end
  always_ff @(posedge clk_i) read_valid_q <= code_q == CodeOk;
  assign read_done_o  = read_done_q;
  assign read_valid_o = read_valid_q;

  assign tbl_start_o    = state_q[Start] && ready_q;
  assign tbl_stage_o    = state_q[Stage] && ready_q;
  assign tbl_load_o     = state_q[Add];
  assign tbl_load_pos_o = OpPosW'(tbl_ops_o);
  assign at_asid_o      = at_asid_q;
  assign tbl_first_o    = cmd_q.iova[IOVA_W-1:GRANULE_LOG2];
  assign tbl_last_o     = cmd_q.last[IOVA_W-1:GRANULE_LOG2];
  assign tbl_perm_o     = cmd_q.perm;
  assign tbl_pos_o      = PosW'(cmd_q.iova);
  // What a pass does stands still from the clock before it starts until it is over.
  merge_e           kind, kind_q;
  logic [ASIDS-1:0] live_q;
  logic             replaces_q;
  always_comb begin
    unique case (op)
      op_low_t'(OpSetMapBegin): kind = MergePrefix;
      op_low_t'(OpRead):        kind = MergeRead;
      op_low_t'(OpRecover):     kind = MergeRecover;
      default:               kind = MergeSuffix;
    endcase
    if (batch) kind = unmaps ? MergeUnmap : MergeMap;
  end
  always_ff @(posedge clk_i) begin
    kind_q     <= kind;
    // SET_MAP drops what its own address space has; everything else keeps the live entries.
    replaces_q <= !batch && op == op_low_t'(OpSetMapCommit);
    live_q     <= mapped_i;
    if (replaces_q) live_q[at_asid_q] <= 1'b0;
  end
  assign tbl_kind_o = kind_q;
  assign tbl_live_o = live_q;

  // --- effect: what changes for lookups, all at one edge -----------------------------------------------------

  // A removal for each UNMAP, not one for all: which of them shared a pass is not to be seen in the epoch. The drain
  // counters take some clocks between two, Rest.
  logic fences_q;
  always_ff @(posedge clk_i) fences_q <= unmaps && !first && !state_q[Judge];

  iommu_effect #(
    .ASID_W  (AsidW),
    .GROUP_W (GroupW),
    .DEVICE_W(DeviceW),
    .COUNT_W (CountW),
    .OPS_W   (OpsW),
    .CLOCKS  (EffectClocks)
  ) u_effect (
    .clk_i,
    .rst_ni,
    .op_i        (op),
    .batch_i     (batch),
    .unmaps_i    (unmaps),
    .ops_i       (tbl_ops_o),
    .inserted_i  (tbl_inserted_i),
    .removed_i   (tbl_removed_i),
    .staged_i    (txn_count),
    .asid_i      (at_asid_q),
    .group_i     (group),
    .device_i    (device),
    .clean_i     (cmd_q.clean),
    .decide_i    (state_q[Execute] || state_q[Judge]),
    .fence_i     (state_q[Tell] && fences_q),
    .pin_i       (pin_serve),
    .pin_device_i(pin_device),
    .pin_clean_i (pin_clean),
    .settling_o  (settling),
    .effect_o,
    .asid_o      (effect_asid_o),
    .group_o     (effect_group_o),
    .device_o    (effect_device_o),
    .clean_o     (effect_clean_o),
    .amount_o    (effect_amount_o),
    .ops_o       (effect_ops_o),
    .flip_o      (tbl_flip_o)
  );

`ifndef SYNTHESIS
  // A pass of MAPs or UNMAPs and a transaction would both want the shadow bank.
  a_batch_txn: assert property (@(posedge clk_i) batch |-> !txn_open_o)
    else $error("iommu_ctrl: a pass of %0d commands while SET_MAP of asid %0d is open", tbl_ops_o, txn_asid_o);

  // COMMIT_SEQ advances by what the pass says that it inserted: as many results must be CodeOk.
  logic [OpsW-1:0] ok_q;
  logic            ok;
  assign ok = tbl_verdict_i == VerdictOk;
  always_ff @(posedge clk_i) begin
    if (state_q[Judge]) ok_q <= '0;
    else if (state_q[Tell] && ok) ok_q <= ok_q + 1'b1;
  end
  a_accepted: assert property (@(posedge clk_i)
    state_q[Tell] && !unmaps && last |-> ok_q + OpsW'(ok) == tbl_inserted_i)
    else $error("iommu_ctrl: a pass inserted %0d entries, and other commands are told so", tbl_inserted_i);
  a_state: assert property (@(posedge clk_i) $onehot(state_q) |-> $onehot(state_d))
    else $error("iommu_ctrl: from state %b to %b", state_q, state_d);
`endif

endmodule
