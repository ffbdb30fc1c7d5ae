// SPDX-License-Identifier: Apache-2.0
//
// iommu_effect with iommu_state behind it: the banks flip at the very edge at which modes and counts change, and only
// for what a pass has made; effects are as far apart as state.sv takes for granted; and what is decided but not
// everywhere shows. A pass of MAPs that has inserted nothing changes nothing.
//
// Something is decided only while nothing settles, as iommu_ctrl does and every simulation asserts (`a_apart`), and what
// the command is stands still from two clocks before.

module effect
  import iommu_pkg::*;
#(
  /// Entries of the table
  parameter int unsigned ENTRIES = 8,
  /// Address spaces
  parameter int unsigned ASIDS = 2,
  /// Virtqueue groups
  parameter int unsigned GROUPS = 2,
  /// Commands of a pass
  parameter int unsigned B = 4,
  /// Bits of an ASID
  localparam int unsigned AsidW = idx_w(ASIDS),
  /// Bits of a group number
  localparam int unsigned GroupW = idx_w(GROUPS),
  /// Bits of a number of entries
  localparam int unsigned CountW = $clog2(ENTRIES + 1),
  /// Bits of a number of commands
  localparam int unsigned OpsW = $clog2(B + 1)
) (
  /// Clock
  input logic              clk_i,
  /// The command
  input logic [3:0]        op_i,
  /// It is a pass of MAPs or UNMAPs
  input logic              batch_i,
  /// Of UNMAPs
  input logic              unmaps_i,
  /// Its commands
  input logic [OpsW-1:0]   ops_i,
  /// Entries that it has inserted
  input logic [OpsW-1:0]   inserted_i,
  /// Entries that it has removed
  input logic [CountW-1:0] removed_i,
  /// Entries of the transaction
  input logic [CountW-1:0] staged_i,
  /// Its address space
  input logic [AsidW-1:0]  asid_i,
  /// Its group
  input logic [GroupW-1:0] group_i,
  /// CLEAN_MAP
  input logic              clean_i,
  /// What the command changes is to change
  input logic              decide_i,
  /// Only a drain is to begin
  input logic              fence_i,
  /// The device is reset by its pin
  input logic              pin_i
);

  // Reset in the first clock.
  logic rst_n = 1'b0;
  always_ff @(posedge clk_i) rst_n <= 1'b1;

  effect_e           what;
  logic [AsidW-1:0]  asid;
  logic [GroupW-1:0] group;
  logic [CountW-1:0] amount;
  logic [OpsW-1:0]   ops;
  logic              device, clean, settling, flip, change;
  logic [SeqW-1:0]   seq;
  mode_e             mode [ASIDS];
  persist_e          persist [1];
  logic [3:0]        as0 [1];
  logic [GROUPS-1:0] groups [1];
  logic [ASIDS-1:0]  asids [1];
  assign persist[0] = PersistByFlag;
  assign as0[0]     = '0;
  assign groups[0]  = '1;
  assign asids[0]   = '1;
  iommu_effect #(
    .ASID_W  (AsidW),
    .GROUP_W (GroupW),
    .DEVICE_W(1),
    .COUNT_W (CountW),
    .OPS_W   (OpsW),
    .CLOCKS  (3)
  ) u_effect (
    .clk_i, .rst_ni(rst_n),
    .op_i, .batch_i, .unmaps_i, .ops_i, .inserted_i, .removed_i, .staged_i, .asid_i, .group_i, .device_i(1'b0), .clean_i,
    .decide_i, .fence_i, .pin_i, .pin_device_i(1'b0), .pin_clean_i(clean_i), .settling_o(settling),
    .effect_o(what), .asid_o(asid), .group_o(group), .device_o(device), .clean_o(clean), .amount_o(amount), .ops_o(ops),
    .flip_o(flip)
  );
  iommu_state #(
    .ENTRIES(ENTRIES),
    .ASIDS  (ASIDS),
    .GROUPS (GROUPS),
    .DEVICES(1),
    .B      (B)
  ) u_state (
    .clk_i, .rst_ni(rst_n),
    .effect_i(what), .asid_i(asid), .group_i(group), .device_i(device), .clean_i(clean), .amount_i(amount), .ops_i(ops),
    .cleaned_o(), .change_o(change), .remove_o(),
    .init_identity_i('0), .clean_identity_i('0),
    .dev_persist_i(persist), .dev_as0_i(as0), .dev_groups_i(groups), .dev_asids_i(asids),
    .mode_o(mode), .mapped_o(), .at_asid_i(asid_i), .at_count_o(), .at_mode_o(),
    .scan_asid_i('0), .scan_count_o(), .status_asid_i('0), .status_count_o(),
    .group_valid_o(), .group_asid_o(), .group_hold_o(), .commit_seq_o(seq)
  );

  // What was decided, up to the clock in which it changes: whether it changes anything, and whether the banks flip for it.
  typedef struct packed {
    logic [3:0]      op;
    logic            batch;
    logic            unmaps;
    logic [OpsW-1:0] ops;
    logic [OpsW-1:0] inserted;
  } command_t;
  command_t          command;
  command_t [1:0]    command_q;
  logic              any, flips;
  logic [2:0]        any_q, flips_q;  // one, two and three clocks ago
  logic [1:0]        apart_q;         // clocks since the last effect, and then as many as there are
  logic [SeqW-1:0]   seq_q;
  logic [ASIDS-1:0][1:0] modes, modes_q;
  logic              change_q, started_q;
  assign command = '{op_i, batch_i, unmaps_i, ops_i, inserted_i};
  always_comb begin
    any   = 1'b0;
    flips = 1'b0;
    if (batch_i) begin
      any   = unmaps_i || inserted_i != '0;
      flips = any;
    end else begin
      any   = op_low_t'(op_i) inside {op_low_t'(OpSetMapCommit), op_low_t'(OpRecover), op_low_t'(OpResetMap),
                                      op_low_t'(OpGroupAsid), op_low_t'(OpDeviceReset), op_low_t'(OpQuiesce),
                                      op_low_t'(OpResume), op_low_t'(OpFence)};
      flips = op_low_t'(op_i) inside {op_low_t'(OpSetMapCommit), op_low_t'(OpRecover)};
    end
    any   = (any && decide_i) || fence_i || pin_i;
    flips = flips && decide_i;
    for (int unsigned a = 0; a < ASIDS; a++) modes[a] = mode[a];
  end
  always_ff @(posedge clk_i or negedge rst_n) begin
    if (!rst_n) begin
      {any_q, flips_q} <= '0;
      apart_q   <= '1;
      seq_q     <= '0;
      modes_q   <= '0;
      change_q  <= 1'b0;
      started_q <= 1'b0;
    end else begin
      any_q     <= {any_q[1:0], any};
      flips_q   <= {flips_q[1:0], flips};
      if (what != EffectNone) apart_q <= '0;
      else if (apart_q != '1) apart_q <= apart_q + 1'b1;
      seq_q     <= seq;
      modes_q   <= modes;
      change_q  <= change;
      started_q <= 1'b1;
    end
  end
  always_ff @(posedge clk_i) command_q <= {command_q[0], command};

  always_comb begin
    assume ($onehot0({decide_i, fence_i, pin_i}));
    if (!rst_n) assume (!decide_i && !fence_i && !pin_i);
    if (decide_i || fence_i || pin_i) assume (!settling);
    if (decide_i) assume (started_q && command == command_q[0] && command == command_q[1]);
    if (rst_n) begin
      a_flip:    assert (flip == flips_q[2] && (!flip || change));
      a_change:  assert (change == any_q[2]);
      a_apart:   assert (what == EffectNone || apart_q == '1);
      a_settles: assert (settling || !(any_q != '0 || what != EffectNone || change || flip));
      a_still:   assert (change_q || (seq == seq_q && modes == modes_q));
      // For the induction.
      h_effect:  assert ((what != EffectNone) == any_q[0] && u_state.changes_q1 == any_q[1]);
      h_decided: assert (settling == (any_q != '0) && u_effect.decided_q == any_q[1:0]);
      h_flip:    assert (u_effect.flip_q == flips_q[2:1] && (flips_q & ~any_q) == '0);
      h_flips:   assert (flips_q[0] == (what inside {EffectMap, EffectUnmap, EffectSetMap, EffectRecover}));
      h_known:   assert (!started_q || any_q[2:0] != 3'b000 || what == EffectNone);
      h_late:    assert (((u_state.sets_q2 || u_state.advances_q2 || u_state.cleaned_q2 != '0 || u_state.takes_q2 != '0)
                          && !change) == 1'b0);
      h_later:   assert (((u_state.sets_q1 || u_state.advances_q1 || u_state.clean_q1) && !u_state.changes_q1) == 1'b0);
      h_ago:     assert (apart_q == (any_q[1] ? 2'd0 : any_q[2] ? 2'd1 : apart_q) && (apart_q != 2'd2 || any_q[1:0] == '0)
                         && (apart_q >= 2'd2 || settling || any_q == '0));
    end
    c_flip:  cover (flip && modes[1] == ModeMapped && seq == SeqW'(3));
    c_empty: cover (decide_i && batch_i && !unmaps_i && inserted_i == '0 && seq == SeqW'(1));
  end

endmodule
