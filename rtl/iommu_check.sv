// SPDX-License-Identifier: Apache-2.0
//
// What can be said against a command before its pass, in registers: its numbers and the open transaction two clocks
// after the command is there, its addresses one clock later, so that each clock has one wide operation. Nothing here
// waits for anything: the command stands still, and what follows from it is there some clocks later. The open SET_MAP
// is kept here, because most of what can be said against SET_MAP_ENTRY is in it.
//
//   command -> against its numbers, by the transaction -> put together: bad_o
//           -> differences -> sums, comparisons        -> put together: range_bad_o

module iommu_check
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
  /// Bits of a group number
  localparam int unsigned GroupW = idx_w(GROUPS),
  /// Bits of a device number
  localparam int unsigned DeviceW = idx_w(DEVICES),
  /// Bits of an ASID
  localparam int unsigned AsidW = idx_w(ASIDS),
  /// Bits of a number of entries
  localparam int unsigned CountW = $clog2(ENTRIES + 1),
  /// Bits of an IOVA granule number
  localparam int unsigned IgW = IOVA_W - GRANULE_LOG2,
  /// Bits of a physical granule number
  localparam int unsigned PgW = PA_W - GRANULE_LOG2
) (
  /// Clock
  input  logic              clk_i,
  /// Asynchronous reset, active low
  input  logic              rst_ni,

  /// The command; it stands still until it has been executed
  input  command_t          cmd_i,
  /// Entries in the active bank, for READ; from one clock before the command on
  input  logic [CountW-1:0] n_i,
  /// Two clocks after the command is there: code_o is looked at
  input  logic              sort_i,
  /// One clock later: range_code_o is looked at
  input  logic              check_i,
  /// BEGIN, in some clocks before open_i: forget the last transaction
  input  logic              begin_i,
  /// BEGIN: the transaction is open from here on
  input  logic              open_i,
  /// ENTRY: the operand waits to be staged, or is
  input  logic              staging_i,
  /// ENTRY: the operand has been staged
  input  logic              stage_i,
  /// The command is executed: ABORT and RESET_MAP end the transaction of their address space
  input  logic              execute_i,
  /// COMMIT: it has ended
  input  logic              commit_i,
  /// These address spaces are cleaned, and so does a transaction in one of them end
  input  logic [ASIDS-1:0]  cleaned_i,

  /// LIMIT of the command's address space
  input  logic [15:0]       limit_i,
  /// Its live entries
  input  logic [CountW-1:0] count_i,
  /// Live entries of all address spaces, valid in the last clock of begin_i
  input  logic [CountW-1:0] used_i,

  /// With sort_i: the command has a range, and nothing is wrong with its numbers, nor with it now
  output logic              ranged_o,
  /// With sort_i: something is wrong with its numbers, or with it now
  output logic              bad_o,
  /// What
  output code_e             code_o,
  /// With check_i: something is wrong with its range
  output logic              range_bad_o,
  /// What
  output code_e             range_code_o,
  /// With check_i and from there on: physical granule minus granule
  output logic [PgW-1:0]    delta_o,

  /// A SET_MAP transaction is open
  output logic              txn_open_o,
  /// Its address space
  output logic [AsidW-1:0]  txn_asid_o,
  /// It has refused an entry
  output logic              txn_poisoned_o,
  /// Entries staged
  output logic [CountW-1:0] txn_count_o
);

  // --- numbers and transaction -------------------------------------------------------------------------------

  logic  known, uses_asid, uses_group, uses_device, unmap, entry, mine;
  logic  ranged, ranged_q, unmap_q, entry_q, entry_bad;
  code_e entry_code, poison, code;

  assign ranged      = cmd_i.op inside {OpMap, OpUnmap, OpSetMapEntry};
  assign unmap       = cmd_i.op == OpUnmap;
  assign entry       = cmd_i.op == OpSetMapEntry;
  assign uses_asid   = cmd_i.op inside {OpMap, OpUnmap, OpSetMapBegin, OpSetMapEntry, OpSetMapCommit,
                                        OpSetMapAbort, OpResetMap, OpGroupAsid, OpRead, OpFence, OpRecover};
  assign uses_group  = cmd_i.op == OpGroupAsid;
  assign uses_device = cmd_i.op inside {OpDeviceReset, OpQuiesce, OpResume};
  assign known       = cmd_i.posted ? ranged : uses_asid || uses_device;
  assign mine        = txn_open_o && 8'(txn_asid_o) == cmd_i.asid;

  // Numbers out of range: what is left above the bits that are used, and for sizes that are no power of two, what is
  // too large in them.
  logic bad_asid, bad_group, bad_device;
  assign bad_asid   = (8'(cmd_i.asid) >> AsidW) != '0 || (ASIDS != 2 ** AsidW && 32'(cmd_i.asid) >= ASIDS);
  assign bad_group  = (8'(cmd_i.target) >> GroupW) != '0 || (GROUPS != 2 ** GroupW && 32'(cmd_i.target) >= GROUPS);
  assign bad_device = (8'(cmd_i.target) >> DeviceW) != '0 || (DEVICES != 2 ** DeviceW && 32'(cmd_i.target) >= DEVICES);

  // A READ of an entry that is not there, of a number in its upper part or its lower one.
  localparam int unsigned Part = 16;  // bits that one clock looks at
  logic [63:0]       above;
  logic [3:0]        above_q;
  logic              behind_q;
  logic [CountW-1:0] n_q;
  assign above = cmd_i.iova >> CountW;
  always_ff @(posedge clk_i) begin
    n_q      <= n_i;
    for (int unsigned i = 0; i < 4; i++) above_q[i] <= above[Part*i+:Part] != '0;
    behind_q <= cmd_i.iova[CountW-1:0] >= n_q;
  end

  // What the open transaction means for it: MAP and the like want the bank, ENTRY and the like want a transaction of
  // their own, and ENTRY and COMMIT one that has refused nothing. At most one of these holds of one op, and the
  // transaction has stood still since the command before.
  logic  bad_op_q, bad_asid_q, bad_group_q, bad_device_q;
  logic  busy_q, absent_q, spoils_q1, reads_q, commit_q, drops_q, mine_q;
  logic  wrong, beyond_n, bad, ends_q, spoils_q2;
  always_ff @(posedge clk_i) begin
    bad_op_q     <= !known;
    bad_asid_q   <= uses_asid && bad_asid;
    bad_group_q  <= uses_group && bad_group;
    bad_device_q <= uses_device && bad_device;
    busy_q       <= txn_open_o && cmd_i.op inside {OpMap, OpUnmap, OpSetMapBegin, OpRecover};
    absent_q     <= !mine && cmd_i.op inside {OpSetMapEntry, OpSetMapCommit, OpSetMapAbort};
    spoils_q1    <= mine && txn_poisoned_o && cmd_i.op inside {OpSetMapEntry, OpSetMapCommit};
    reads_q      <= cmd_i.op == OpRead;
    commit_q     <= cmd_i.op == OpSetMapCommit;
    drops_q      <= cmd_i.op inside {OpSetMapAbort, OpResetMap};
    mine_q       <= mine;
    ranged_q     <= ranged;
    unmap_q      <= unmap;
    entry_q      <= entry;
  end

  assign wrong    = bad_op_q || bad_asid_q || bad_group_q || bad_device_q;
  assign beyond_n = reads_q && (above_q != '0 || behind_q);
  assign bad      = wrong || busy_q || absent_q || spoils_q1 || beyond_n;
  always_comb begin
    code = CodeOk;
    if (bad_op_q) code = CodeInvalOp;
    else if (bad_asid_q) code = CodeInvalAsid;
    else if (bad_group_q) code = CodeInvalGroup;
    else if (bad_device_q) code = CodeInvalDevice;
    else if (busy_q) code = CodeBusy;
    else if (absent_q) code = CodeNoTxn;
    else if (spoils_q1) code = poison;
    else if (beyond_n) code = CodeInvalIndex;
  end
  // A COMMIT that is refused because an entry was ends the transaction as well.
  always_ff @(posedge clk_i) begin
    bad_o     <= bad;
    code_o    <= code;
    ranged_o  <= ranged_q && !bad;
    spoils_q2 <= spoils_q1 && commit_q && !wrong;
    ends_q    <= drops_q && mine_q;
  end

  // --- addresses ---------------------------------------------------------------------------------------------

  localparam int unsigned SizeW = 64 - GRANULE_LOG2;
  localparam logic [63:0] OffsetMask = 64'((65'd1 << GRANULE_LOG2) - 65'd1);
  logic [SizeW:0] size_q;  // last - iova in granules, with borrow
  logic           beyond, beyond_q, bad_range_q, bad_align_q, bad_pa, bad_pa_q, range_bad;
  code_e          range_code;
  logic [2:0]     unaligned_q;
  logic [PgW-1:0] delta_q;

  if (IOVA_W < 64) begin : g_narrow_iova
    assign beyond = cmd_i.iova[63:IOVA_W] != '0 || cmd_i.last[63:IOVA_W] != '0;
  end else begin : g_wide_iova
    assign beyond = 1'b0;
  end

  // The first clock subtracts, the second adds, the third puts together what is found. Below a granule nothing carries:
  // if pa is asked about, all of them are aligned.
  assign bad_pa = ((65'(cmd_i.pa[63:GRANULE_LOG2]) + 65'(size_q[SizeW-1:0])) >> PgW) != '0;
  always_ff @(posedge clk_i) begin
    size_q      <= (SizeW + 1)'(({1'b0, cmd_i.last} - {1'b0, cmd_i.iova}) >> GRANULE_LOG2);
    beyond_q    <= beyond;
    unaligned_q <= {(cmd_i.iova & OffsetMask) != '0, (~cmd_i.last & OffsetMask) != '0,
                    !unmap && (cmd_i.pa & OffsetMask) != '0};
    bad_range_q <= beyond_q || (!unmap_q && size_q[SizeW]);
    bad_align_q <= unaligned_q != '0;
    bad_pa_q    <= bad_pa;  // the end of a carry chain straight into a register
    delta_q     <= PgW'(cmd_i.pa[PA_W-1:GRANULE_LOG2]) - PgW'(cmd_i.iova[IOVA_W-1:GRANULE_LOG2]);
  end

  assign range_bad = bad_range_q || bad_align_q || (bad_pa_q && !unmap_q) || (entry_q && entry_bad);
  always_comb begin
    range_code = CodeOk;
    if (bad_range_q) range_code = CodeInvalRange;
    else if (bad_align_q) range_code = CodeInvalAlign;
    else if (bad_pa_q && !unmap_q) range_code = CodeInvalPa;
    else if (entry_q) range_code = entry_code;
  end
  always_ff @(posedge clk_i) begin
    range_bad_o  <= range_bad;
    range_code_o <= range_code;
  end

  assign delta_o = delta_q;

  // --- the open transaction ----------------------------------------------------------------------------------

  logic [AsidW-1:0] asid;
  logic             close;
  assign asid = AsidW'(cmd_i.asid);

  logic cleaned_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) cleaned_q <= 1'b0;
    else cleaned_q <= txn_open_o && cleaned_i[txn_asid_o];
  end
  assign close = (sort_i && spoils_q2) || (execute_i && ends_q) || commit_i || cleaned_q;

  logic  refuse_q;
  code_e refuse_code_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) refuse_q <= 1'b0;
    else refuse_q <= check_i && entry_q && range_bad_o;
  end
  always_ff @(posedge clk_i) refuse_code_q <= range_code_o;

  iommu_txn #(
    .ENTRIES(ENTRIES),
    .ASIDS  (ASIDS),
    .IG_W   (IgW)
  ) u_txn (
    .clk_i,
    .rst_ni,
    .asid_i       (asid),
    .first_i      (cmd_i.iova[IOVA_W-1:GRANULE_LOG2]),
    .last_i       (cmd_i.last[IOVA_W-1:GRANULE_LOG2]),
    .limit_i,
    .count_i,
    .used_i,
    .clear_i      (begin_i),
    .open_i,
    .entry_bad_o  (entry_bad),
    .entry_code_o (entry_code),
    .staging_i,
    .stage_i,
    .refuse_i     (refuse_q),
    .refuse_code_i(refuse_code_q),
    .close_i      (close),
    .open_o       (txn_open_o),
    .asid_o       (txn_asid_o),
    .poisoned_o   (txn_poisoned_o),
    .poison_o     (poison),
    .count_o      (txn_count_o)
  );

  logic unused;
  assign unused = ^{cmd_i.perm, cmd_i.clean};

endmodule
