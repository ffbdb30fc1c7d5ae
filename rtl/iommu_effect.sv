// SPDX-License-Identifier: Apache-2.0
//
// Effect: what a command changes for lookups, all of it at one clock edge. What a command would change is known before
// it is decided; the decision puts it into a register, and from there it goes, decoded, to the state, the drain
// counters and the banks, CLOCKS later. Until it is everywhere, nothing else may be decided.

module iommu_effect
  import iommu_pkg::*;
#(
  /// Bits of an ASID
  parameter int unsigned ASID_W = 4,
  /// Bits of a group number
  parameter int unsigned GROUP_W = 4,
  /// Bits of a device number
  parameter int unsigned DEVICE_W = 1,
  /// Bits of a number of entries
  parameter int unsigned COUNT_W = 12,
  /// Bits of a number of commands
  parameter int unsigned OPS_W = 5,
  /// Clocks from the one of the decision to the edge at which everything changes, at least 3
  parameter int unsigned CLOCKS = 3
) (
  /// Clock
  input  logic                clk_i,
  /// Asynchronous reset, active low
  input  logic                rst_ni,

  /// The command that is executed or whose pass runs, stable from two clocks before decide_i on
  input  op_low_t             op_i,
  /// The pass is one of MAPs or UNMAPs instead, stable likewise
  input  logic                batch_i,
  /// Of UNMAPs
  input  logic                unmaps_i,
  /// Its commands
  input  logic [OPS_W-1:0]    ops_i,
  /// Entries that a pass of MAPs has inserted, stable likewise
  input  logic [OPS_W-1:0]    inserted_i,
  /// Entries that another pass has removed
  input  logic [COUNT_W-1:0]  removed_i,
  /// Entries of the transaction
  input  logic [COUNT_W-1:0]  staged_i,
  /// Its address space
  input  logic [ASID_W-1:0]   asid_i,
  /// Its group
  input  logic [GROUP_W-1:0]  group_i,
  /// Its device
  input  logic [DEVICE_W-1:0] device_i,
  /// Its CLEAN_MAP flag
  input  logic                clean_i,

  /// What the command or the pass changes is to change
  input  logic                decide_i,
  /// Only a drain is to begin
  input  logic                fence_i,
  /// A device is reset by its pin
  input  logic                pin_i,
  /// With pin_i: which
  input  logic [DEVICE_W-1:0] pin_device_i,
  /// With pin_i: its CLEAN_MAP flag
  input  logic                pin_clean_i,
  /// Something was decided and is perhaps not everywhere
  output logic                settling_o,

  /// What changes, CLOCKS - 1 clock edges after this one
  output effect_e             effect_o,
  /// Its address space
  output logic [ASID_W-1:0]   asid_o,
  /// Its group
  output logic [GROUP_W-1:0]  group_o,
  /// Its device
  output logic [DEVICE_W-1:0] device_o,
  /// Its CLEAN_MAP flag
  output logic                clean_o,
  /// Its number of entries
  output logic [COUNT_W-1:0]  amount_o,
  /// How many commands it stands for
  output logic [OPS_W-1:0]    ops_o,
  /// The banks flip at this clock edge
  output logic                flip_o
);

  effect_e would, would_q;
  logic    inserts, removes, changes_q, unmaps_q, inserts_q, removes_q;

  assign inserts = batch_i && !unmaps_i;
  assign removes = batch_i ? unmaps_i : op_i == op_low_t'(OpRecover);
  always_comb begin
    // Not a case: Yosys makes a ROM of one and moves the register of its address, op_i, behind it, so that an op is
    // decoded in the clock in which it comes out of the queue.
    would = EffectNone;  // BEGIN, ABORT, READ
    if (op_i == op_low_t'(OpSetMapCommit)) would = EffectSetMap;
    if (op_i == op_low_t'(OpRecover)) would = EffectRecover;
    if (op_i == op_low_t'(OpResetMap)) would = EffectResetMap;
    if (op_i == op_low_t'(OpGroupAsid)) would = EffectGroupAsid;
    if (op_i == op_low_t'(OpDeviceReset)) would = EffectDeviceReset;
    if (op_i == op_low_t'(OpQuiesce)) would = EffectQuiesce;
    if (op_i == op_low_t'(OpResume)) would = EffectResume;
    if (op_i == op_low_t'(OpFence)) would = EffectFence;
    if (batch_i && unmaps_i) would = EffectUnmap;
    else if (batch_i) would = (inserted_i != '0) ? EffectMap : EffectNone;
  end
  always_ff @(posedge clk_i) begin
    would_q                          <= would;
    changes_q                        <= would != EffectNone;
    {unmaps_q, inserts_q, removes_q} <= {batch_i && unmaps_i, inserts, removes};
  end

  // From one decision to the next: until the effect is everywhere, and until iommu_drain can say that an address space
  // with nothing in flight has drained.
  logic              decided;
  logic [CLOCKS-2:0] decided_q;
  logic [CLOCKS-1:1] flip_q;
  assign decided = (decide_i && changes_q) || fence_i || pin_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      effect_o   <= EffectNone;
      flip_q     <= '0;
      decided_q  <= '0;
      settling_o <= 1'b0;
    end else begin
      effect_o   <= EffectNone;
      if (decide_i) effect_o <= would_q;
      if (fence_i) effect_o <= EffectFence;
      if (pin_i) effect_o <= EffectDeviceReset;
      flip_q[1]  <= effect_o inside {EffectMap, EffectUnmap, EffectSetMap, EffectRecover};
      for (int unsigned i = 2; i < CLOCKS; i++) flip_q[i] <= flip_q[i-1];
      decided_q  <= {decided_q[CLOCKS-3:0], decided};
      settling_o <= decided || decided_q != '0;
    end
  end
  always_ff @(posedge clk_i) begin
    asid_o   <= asid_i;
    group_o  <= group_i;
    device_o <= pin_i ? pin_device_i : device_i;
    clean_o  <= pin_i ? pin_clean_i : clean_i;
    amount_o <= staged_i;
    ops_o    <= OPS_W'(1);
    if (removes_q) amount_o <= removed_i;
    else if (inserts_q) amount_o <= COUNT_W'(inserted_i);
    // A pin may come in the clock after a pass, when these are still of the pass.
    if (unmaps_q && !pin_i) ops_o <= ops_i;
    else if (inserts_q && !pin_i) ops_o <= inserted_i;
  end
  assign flip_o = flip_q[CLOCKS-1];

`ifndef SYNTHESIS
  a_apart: assert property (@(posedge clk_i) decided |-> !settling_o)
    else $error("iommu_effect: something changes while the effect before it is not everywhere");
`endif

  if (CLOCKS < 3) begin : g_bad_clocks
    $error("iommu_effect: CLOCKS = %0d; decided, decoded, worked out", CLOCKS);
  end

endmodule
