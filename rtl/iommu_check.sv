// SPDX-License-Identifier: Apache-2.0
//
// What can be said against a command before its pass: its numbers and the open transaction, known one clock after it
// is decoded, and its addresses, known one clock later, so that each clock has one wide operation. The open SET_MAP is
// kept here, because most of what can be said against SET_MAP_ENTRY is in it.

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

  /// The command, stable from decode_i on
  input  command_t          cmd_i,
  /// It is being decoded in this clock
  input  logic              decode_i,
  /// Two clocks later: range_code_o is looked at
  input  logic              check_i,
  /// BEGIN, in some clocks before open_i: forget the last transaction
  input  logic              begin_i,
  /// BEGIN: the transaction is open from here on
  input  logic              open_i,
  /// ENTRY: the operand has been staged
  input  logic              stage_i,
  /// ABORT or RESET_MAP: the transaction of this address space ends
  input  logic              end_i,
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

  /// From one clock after decode_i on: the command has a range
  output logic              ranged_o,
  /// One clock after decode_i: something is wrong with its numbers, or with it now
  output logic              bad_o,
  /// What
  output code_e             code_o,
  /// Two clocks after decode_i: something is wrong with its range
  output logic              range_bad_o,
  /// What
  output code_e             range_code_o,
  /// Two clocks after decode_i: physical granule minus granule
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
  code_e entry_code, poison, number;

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

  always_comb begin
    number = CodeOk;
    if (!known) number = CodeInvalOp;
    else if (uses_asid && bad_asid) number = CodeInvalAsid;
    else if (uses_group && bad_group) number = CodeInvalGroup;
    else if (uses_device && bad_device) number = CodeInvalDevice;
  end

  // What the open transaction means for it: MAP and the like want the bank, ENTRY and the like want a transaction of
  // their own, and ENTRY and COMMIT one that has refused nothing.
  logic  wrong_q, excludes_q, belongs_q, depends_q, ends_q, mine_q, looked_q;
  code_e number_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) looked_q <= 1'b0;
    else looked_q <= decode_i;
  end
  always_ff @(posedge clk_i) begin
    if (decode_i) begin
      number_q   <= number;
      wrong_q    <= number != CodeOk;
      excludes_q <= cmd_i.op inside {OpMap, OpUnmap, OpSetMapBegin, OpRecover};
      belongs_q  <= cmd_i.op inside {OpSetMapEntry, OpSetMapCommit, OpSetMapAbort};
      depends_q  <= cmd_i.op inside {OpSetMapEntry, OpSetMapCommit};
      ends_q     <= cmd_i.op == OpSetMapCommit;
      mine_q     <= mine;
      ranged_q   <= ranged;
      unmap_q    <= unmap;
      entry_q    <= entry;
    end
  end

  assign bad_o = wrong_q || (excludes_q && txn_open_o) || (belongs_q && !mine_q) || (depends_q && txn_poisoned_o);
  always_comb begin
    code_o = CodeOk;
    if (wrong_q) code_o = number_q;
    else if (excludes_q && txn_open_o) code_o = CodeBusy;
    else if (belongs_q && !mine_q) code_o = CodeNoTxn;
    else if (depends_q && txn_poisoned_o) code_o = poison;
  end
  assign ranged_o = ranged_q;

  // --- addresses ---------------------------------------------------------------------------------------------

  localparam logic [63:0] OffsetMask = 64'((65'd1 << GRANULE_LOG2) - 65'd1);
  logic [64:0]    size_q;  // last - iova, with borrow
  logic           beyond, beyond_q, bad_range_q, bad_align_q, bad_pa, bad_pa_q;
  logic [2:0]     unaligned_q;
  logic [PgW-1:0] delta_q;

  if (IOVA_W < 64) begin : g_narrow_iova
    assign beyond = cmd_i.iova[63:IOVA_W] != '0 || cmd_i.last[63:IOVA_W] != '0;
  end else begin : g_wide_iova
    assign beyond = 1'b0;
  end

  // The first clock subtracts, the second adds; what is found is looked at in the third.
  assign bad_pa = (({1'b0, cmd_i.pa} + {1'b0, size_q[63:0]}) >> PA_W) != '0;
  always_ff @(posedge clk_i) begin
    if (decode_i) begin
      size_q      <= {1'b0, cmd_i.last} - {1'b0, cmd_i.iova};
      beyond_q    <= beyond;
      unaligned_q <= {(cmd_i.iova & OffsetMask) != '0, (~cmd_i.last & OffsetMask) != '0,
                      !unmap && (cmd_i.pa & OffsetMask) != '0};
    end
    bad_range_q <= beyond_q || (!unmap_q && size_q[64]);
    bad_align_q <= unaligned_q != '0;
    bad_pa_q    <= bad_pa;
    delta_q     <= PgW'(cmd_i.pa[PA_W-1:GRANULE_LOG2]) - PgW'(cmd_i.iova[IOVA_W-1:GRANULE_LOG2]);
  end

  assign range_bad_o = bad_range_q || bad_align_q || (!unmap_q && bad_pa_q) || (entry_q && entry_bad);
  always_comb begin
    range_code_o = CodeOk;
    if (bad_range_q) range_code_o = CodeInvalRange;
    else if (bad_align_q) range_code_o = CodeInvalAlign;
    else if (!unmap_q && bad_pa_q) range_code_o = CodeInvalPa;
    else if (entry_q) range_code_o = entry_code;
  end

  assign delta_o = delta_q;

  // --- the open transaction ----------------------------------------------------------------------------------

  logic [AsidW-1:0] asid;
  logic             close;
  assign asid = AsidW'(cmd_i.asid);

  // A COMMIT that is refused because an entry was ends it as well.
  logic cleaned_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) cleaned_q <= 1'b0;
    else cleaned_q <= txn_open_o && cleaned_i[txn_asid_o];
  end
  assign close = (looked_q && ends_q && !wrong_q && mine_q && txn_poisoned_o) || (end_i && mine_q) || commit_i
                 || cleaned_q;

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
    .compare_i    (decode_i),
    .entry_bad_o  (entry_bad),
    .entry_code_o (entry_code),
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
