// SPDX-License-Identifier: Apache-2.0
//
// Command execution: in the order of the doorbells, each to a result of its own. What commands change is in
// iommu_state (modes, groups), iotlb (entries) and iommu_txn (the open SET_MAP); this module tells them what, and
// when. iommu_post is the driver's end of it.
//
//   queue -> Decode -> Sort -> Execute ------------------------------------------> Finish  RESET_MAP, FENCE, ...
//                       \-> Check -> Stage --------------------------------------------->  SET_MAP_ENTRY
//                       |        \-> Add (and so on) -> Weigh -> Start -> Pass -> Judge -> Tell  MAP, UNMAP
//                       \-> Weigh ------------------> Start -> Pass -> Judge -> Finish  BEGIN, COMMIT, READ, RECOVER
//
// MAPs that are there when the engine is free share a pass, as many as the pass takes, and so do UNMAPs: of one
// address space, ascending and, for MAP, disjoint. The first command that does not belong to the pass, or that is
// refused before it, stays in cmd_q and begins what comes after. Their results are those of one at a time, told one
// after the other when the pass has been judged; only COMMIT_SEQ advances by all of them at once.
//
// Everything that a lookup can see changes at one clock edge. What changes is decided in Execute or in Judge; that goes
// into a register and from there, decoded, to the state, the drain counters and the banks, EffectClocks later. Nothing
// is decided before the last effect has happened everywhere, and no result is told before either. A reset by pin runs
// between passes and leaves no result.

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
  /// It is taken
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
  /// Live entries of at_asid_o, one clock later
  input  logic [CountW-1:0]   count_i,
  /// An address space, for the sum of all
  output logic [AsidW-1:0]    scan_asid_o,
  /// Its live entries
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
  /// Operand, and of the pass: ASID
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

  typedef enum logic [3:0] {
    Idle,
    Decode,
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

  state_e state_q, state_d;

  // --- the command at hand -------------------------------------------------------------------------------------

  command_t           cmd_q;
  logic               held_q, held_d;  // cmd_q is still to be executed when the pass is over
  logic [AsidW-1:0]   asid;
  logic [GroupW-1:0]  group;
  logic [DeviceW-1:0] device;

  // Behind Sort there are only ops that exist, and they differ in their low bits.
  localparam int unsigned LowW = 4;
  typedef logic [LowW-1:0] low_t;
  low_t  op;
  assign op = low_t'(cmd_q.op);

  always_ff @(posedge clk_i) begin
    if (cmd_take_o) cmd_q <= cmd_i;
  end

  // Of the pass, if one is being gathered or runs, otherwise of the command. It stands still from before they are
  // looked at until after their effect has been decided.
  logic [AsidW-1:0] at_asid_q;
  always_ff @(posedge clk_i) begin
    if (cmd_take_o && state_q != Add) at_asid_q <= AsidW'(cmd_i.asid);
    else if (state_q == Idle && held_q) at_asid_q <= AsidW'(cmd_q.asid);
  end

  assign asid   = AsidW'(cmd_q.asid);
  assign group  = GroupW'(cmd_q.target);
  assign device = DeviceW'(cmd_q.target);

  effect_e            effect;      // decided in this clock
  logic               settling_q;  // an effect has been decided and is perhaps not everywhere
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
    .idle_i   (state_q == Idle && !settling_q),
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
    .decode_i      (state_q == Decode),
    .check_i       (state_q == Check),
    .begin_i       (state_q == Weigh && !batch),
    .open_i        (state_q == Judge && !batch && op == low_t'(OpSetMapBegin)),
    .stage_i       (tbl_stage_o),
    .end_i         (state_q == Execute && op inside {low_t'(OpSetMapAbort), low_t'(OpResetMap)}),
    .commit_i      (effect == EffectSetMap),
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
  code_e             told_code;

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
    .decode_i  (state_q == Decode),
    .joins_o   (joins),
    .add_i     (state_q == Add),
    .gather_i  (state_q inside {Decode, Sort, Check, Add, Weigh}),
    .weigh_i   (state_q == Weigh),
    .judge_i   (state_q == Judge),
    .tell_i    (state_q == Tell),
    .over_i    (over),
    .some_o    (batch),
    .full_o    (full),
    .ops_o     (tbl_ops_o),
    .unmaps_o  (unmaps),
    .pos_o     (tbl_verdict_pos_o),
    .first_o   (first),
    .last_o    (last),
    .verdict_i (tbl_verdict_i),
    .code_o    (told_code),
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

  assign over = state_q == Tell && last;

  // --- sequence ------------------------------------------------------------------------------------------------------

  code_e code_q, code_d;
  logic  beyond_q, next;

  // A READ of an entry that is not there.
  always_ff @(posedge clk_i) beyond_q <= cmd_q.iova >= 64'(tbl_count_i);

  always_comb begin
    state_d = state_q;
    code_d  = code_q;
    held_d  = held_q;
    next    = 1'b0;  // on to the next command at once, if there is one
    unique case (state_q)
      Idle: begin
        if (!settling_q && !pin_waiting) begin
          held_d = 1'b0;
          if (held_q) state_d = Decode;
          else next = 1'b1;
        end
      end
      Decode: state_d = Sort;
      Sort: begin
        code_d = decode_code;
        if (!decode_bad && ranged) state_d = Check;
        else if (batch) begin
          held_d  = 1'b1;
          state_d = Weigh;
        end else if (decode_bad) state_d = Finish;
        else begin
          unique case (op)
            low_t'(OpSetMapBegin): state_d = Weigh;
            low_t'(OpSetMapCommit), low_t'(OpRecover): state_d = Start;
            low_t'(OpRead): begin
              state_d = beyond_q ? Finish : Start;
              if (beyond_q) code_d = CodeInvalIndex;
            end
            default: state_d = Execute;
          endcase
        end
      end
      Execute: state_d = Finish;
      Check: begin
        code_d = range_code;
        if (batch && (range_bad || !joins)) begin
          held_d  = 1'b1;
          state_d = Weigh;
        end else if (range_bad) state_d = Finish;
        else state_d = (op == low_t'(OpSetMapEntry)) ? Stage : Add;
      end
      Stage: begin
        if (tbl_ready_i) begin
          state_d = Idle;
          next    = !pin_waiting;
        end
      end
      Add: begin
        state_d = Weigh;
        next    = !full;
      end
      Weigh:   if (used_valid) state_d = Start;
      Start:   if (tbl_ready_i) state_d = Pass;
      Pass:    if (tbl_done_i) state_d = Judge;
      Judge:   state_d = batch ? Tell : Finish;
      Tell: begin
        if (last) state_d = Idle;
        else if (unmaps) state_d = Rest;
      end
      Rest:    if (!settling_q) state_d = Tell;
      default: state_d = Idle;
    endcase
    if (next && cmd_valid_i) state_d = Decode;
  end
  assign cmd_take_o = next && cmd_valid_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Idle;
      code_q  <= CodeOk;
      held_q  <= 1'b0;
    end else begin
      state_q <= state_d;
      code_q  <= code_d;
      held_q  <= held_d;
    end
  end

  // Results are told when the effect has happened, in their order.
  localparam int unsigned EffectClocks = 3;
  typedef struct packed {
    logic [7:0] op;
    code_e      code;
  } result_t;
  result_t                 result, result_q [EffectClocks];
  logic                    done;
  logic [EffectClocks-1:0] done_q;

  assign done = state_q inside {Finish, Tell} || tbl_stage_o;
  always_comb begin
    result = '{op: cmd_q.op, code: code_q};  // CodeOk in Stage
    if (state_q == Tell) result = '{op: unmaps ? OpUnmap : OpMap, code: told_code};
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) done_q <= '0;
    else done_q <= {done_q[EffectClocks-2:0], done};
  end
  always_ff @(posedge clk_i) begin
    result_q[0] <= result;
    for (int unsigned i = 1; i < EffectClocks; i++) result_q[i] <= result_q[i-1];
  end
  assign done_o      = done_q[EffectClocks-1];
  assign done_code_o = result_q[EffectClocks-1].code;
  assign done_op_o   = result_q[EffectClocks-1].op;

  // The snapshot of a READ is taken before the next effect can be decided.
  logic read_done_q, read_valid_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) read_done_q <= 1'b0;
    else read_done_q <= state_q == Finish && cmd_q.op == OpRead && code_q inside {CodeOk, CodeInvalIndex};
  end
  always_ff @(posedge clk_i) read_valid_q <= code_q == CodeOk;
  assign read_done_o  = read_done_q;
  assign read_valid_o = read_valid_q;

  assign tbl_start_o    = state_q == Start && tbl_ready_i;
  assign tbl_stage_o    = state_q == Stage && tbl_ready_i;
  assign tbl_load_o     = state_q == Add;
  assign tbl_load_pos_o = OpPosW'(tbl_ops_o);
  assign tbl_asid_o     = at_asid_q;
  assign at_asid_o      = at_asid_q;
  assign tbl_first_o    = cmd_q.iova[IOVA_W-1:GRANULE_LOG2];
  assign tbl_last_o     = cmd_q.last[IOVA_W-1:GRANULE_LOG2];
  assign tbl_perm_o     = cmd_q.perm;
  assign tbl_pos_o      = PosW'(cmd_q.iova);
  // What a pass does stands still from the clock before it starts until it is over.
  merge_e           kind, kind_q;
  logic [ASIDS-1:0] live_q;
  always_comb begin
    unique case (op)
      low_t'(OpSetMapBegin): kind = MergePrefix;
      low_t'(OpRead):        kind = MergeRead;
      low_t'(OpRecover):     kind = MergeRecover;
      default:             kind = MergeSuffix;
    endcase
    if (batch) kind = unmaps ? MergeUnmap : MergeMap;
  end
  always_ff @(posedge clk_i) begin
    kind_q <= kind;
    // SET_MAP drops what its own address space has; everything else keeps the live entries.
    live_q <= mapped_i;
    if (!batch && op == low_t'(OpSetMapCommit)) live_q[at_asid_q] <= 1'b0;
  end
  assign tbl_kind_o = kind_q;
  assign tbl_live_o = live_q;

  // --- effect: what changes for lookups, all at one edge -----------------------------------------------------

  effect_e           effect_q;
  logic [AsidW-1:0]  asid_q;
  logic [GroupW-1:0] group_q;
  logic [DeviceW-1:0] device_d, device_q;
  logic              clean_d, clean_q;
  logic [CountW-1:0] amount_d, amount_q;
  logic [OpsW-1:0]   ops_d, ops_q;

  always_comb begin
    effect   = EffectNone;
    device_d = device;
    clean_d  = cmd_q.clean;
    amount_d = txn_count;
    ops_d    = OpsW'(1);

    unique case (state_q)
      Execute: begin
        unique case (op)
          low_t'(OpResetMap):    effect = EffectResetMap;
          low_t'(OpGroupAsid):   effect = EffectGroupAsid;
          low_t'(OpDeviceReset): effect = EffectDeviceReset;
          low_t'(OpQuiesce):     effect = EffectQuiesce;
          low_t'(OpResume):      effect = EffectResume;
          low_t'(OpFence):       effect = EffectFence;
          default:             effect = EffectNone;  // SET_MAP_ABORT
        endcase
      end
      Judge: begin
        if (batch && unmaps) begin
          effect   = EffectUnmap;
          amount_d = tbl_removed_i;
          ops_d    = tbl_ops_o;
        end else if (batch) begin
          if (tbl_inserted_i != '0) effect = EffectMap;
          amount_d = CountW'(tbl_inserted_i);
          ops_d    = tbl_inserted_i;
        end else if (op == low_t'(OpSetMapCommit)) begin
          effect = EffectSetMap;
        end else if (op == low_t'(OpRecover)) begin
          effect   = EffectRecover;
          amount_d = tbl_removed_i;
        end
      end
      // A removal for each UNMAP, not one for all: which of them shared a pass is not to be seen in the epoch. The
      // drain counters take some clocks between two, Rest.
      Tell: if (unmaps && !first) effect = EffectFence;
      Idle: begin
        if (pin_serve) begin
          effect   = EffectDeviceReset;
          device_d = pin_device;
          clean_d  = pin_clean;
        end
      end
      default: ;
    endcase
  end

  // From one decision to the next: until the effect is everywhere, and until iommu_drain can say that an address space
  // with nothing in flight has drained.
  logic [1:0]              decided_q;
  logic [EffectClocks-1:0] flip_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      effect_q   <= EffectNone;
      flip_q     <= '0;
      decided_q  <= '0;
      settling_q <= 1'b0;
    end else begin
      effect_q   <= effect;
      flip_q     <= {flip_q[EffectClocks-2:0], effect inside {EffectMap, EffectUnmap, EffectSetMap, EffectRecover}};
      decided_q  <= {decided_q[0], effect != EffectNone};
      settling_q <= effect != EffectNone || decided_q != '0;
    end
  end
  always_ff @(posedge clk_i) begin
    asid_q   <= at_asid_q;
    group_q  <= group;
    device_q <= device_d;
    clean_q  <= clean_d;
    amount_q <= amount_d;
    ops_q    <= ops_d;
  end

  assign effect_o        = effect_q;
  assign effect_asid_o   = asid_q;
  assign effect_group_o  = group_q;
  assign effect_device_o = device_q;
  assign effect_clean_o  = clean_q;
  assign effect_amount_o = amount_q;
  assign effect_ops_o    = ops_q;
  assign tbl_flip_o      = flip_q[EffectClocks-1];

`ifndef SYNTHESIS
  // A pass of MAPs or UNMAPs and a transaction would both want the shadow bank.
  a_batch_txn: assert property (@(posedge clk_i) batch |-> !txn_open_o)
    else $error("iommu_ctrl: a pass of %0d commands while SET_MAP of asid %0d is open", tbl_ops_o, txn_asid_o);

  // COMMIT_SEQ advances by what the pass says that it inserted: as many results must be CodeOk.
  logic [OpsW-1:0] ok_q;
  always_ff @(posedge clk_i) begin
    if (state_q == Judge) ok_q <= '0;
    else if (state_q == Tell && result.code == CodeOk) ok_q <= ok_q + 1'b1;
  end
  a_accepted: assert property (@(posedge clk_i)
    state_q == Tell && !unmaps && last |-> ok_q + OpsW'(result.code == CodeOk) == tbl_inserted_i)
    else $error("iommu_ctrl: a pass inserted %0d entries, and other commands are told so", tbl_inserted_i);
`endif

endmodule
