// SPDX-License-Identifier: Apache-2.0
//
// iommu_state against the table at its head, written again without the three clocks: an effect changes everything at
// the edge that the module says, all of it at once, and nothing else ever changes. So a command that is refused, which
// has no effect, changes nothing; a reset takes one edge whatever the counts are; a device reset that persists moves
// groups and nothing else.
//
// Effects come as iommu_effect sends them: at least three clocks without one between two, one more before one that needs
// a count, and at_asid_i is the address space of the command from two clocks before. Policies and modes of INIT and CLEAN
// are any, and stay.

module state
  import iommu_pkg::*;
#(
  /// Entries of the table
  parameter int unsigned ENTRIES = 8,
  /// Address spaces
  parameter int unsigned ASIDS = 2,
  /// Virtqueue groups
  parameter int unsigned GROUPS = 2,
  /// virtio devices
  parameter int unsigned DEVICES = 2,
  /// Commands that one effect may stand for
  parameter int unsigned B = 4,
  /// Bits of an ASID
  localparam int unsigned AsidW = idx_w(ASIDS),
  /// Bits of a group number
  localparam int unsigned GroupW = idx_w(GROUPS),
  /// Bits of a device number
  localparam int unsigned DeviceW = idx_w(DEVICES),
  /// Bits of a number of entries
  localparam int unsigned CountW = $clog2(ENTRIES + 1),
  /// Bits of a number of commands
  localparam int unsigned OpsW = $clog2(B + 1)
) (
  /// Clock
  input logic               clk_i,
  /// What changes
  input logic [3:0]         effect_i,
  /// Its address space
  input logic [AsidW-1:0]   asid_i,
  /// Its group
  input logic [GroupW-1:0]  group_i,
  /// Its device
  input logic [DeviceW-1:0] device_i,
  /// Its CLEAN_MAP flag
  input logic               clean_i,
  /// Its number of entries
  input logic [CountW-1:0]  amount_i,
  /// How many commands it stands for
  input logic [OpsW-1:0]    ops_i,
  /// The address space of the command
  input logic [AsidW-1:0]   at_asid_i,
  /// An address space
  input logic [AsidW-1:0]   scan_asid_i,
  /// The address space that software asks for
  input logic [AsidW-1:0]   status_asid_i
);

  // Reset in the first clock.
  logic rst_n = 1'b0;
  always_ff @(posedge clk_i) rst_n <= 1'b1;

  // Any values, and they stay: read_slang has no anyconst.
  logic [ASIDS-1:0]               init_identity, clean_identity;
  logic [DEVICES-1:0][1:0]        persist;
  logic [DEVICES-1:0][3:0]        as0;
  logic [DEVICES-1:0][GROUPS-1:0] groups;
  logic [DEVICES-1:0][ASIDS-1:0]  asids;
  always_ff @(posedge clk_i) begin
    {init_identity, clean_identity} <= {init_identity, clean_identity};
    {persist, as0, groups, asids}   <= {persist, as0, groups, asids};
  end
  persist_e          dev_persist [DEVICES];
  logic [3:0]        dev_as0 [DEVICES];
  logic [GROUPS-1:0] dev_groups [DEVICES];
  logic [ASIDS-1:0]  dev_asids [DEVICES];
  for (genvar d = 0; d < int'(DEVICES); d++) begin : g_device
    assign dev_persist[d] = persist_e'(persist[d]);
    assign dev_as0[d]     = as0[d];
    assign dev_groups[d]  = groups[d];
    assign dev_asids[d]   = asids[d];
  end

  effect_e           effect;
  logic [ASIDS-1:0]  removes, mapped, cleaned;
  logic              change;
  mode_e             modes [ASIDS], at_mode;
  logic [CountW-1:0] at_count, scan_count, status_count;
  logic [GROUPS-1:0] group_valid, group_hold;
  logic [AsidW-1:0]  group_asid [GROUPS];
  logic [SeqW-1:0]   seq;
  assign effect = effect_e'(effect_i);

  iommu_state #(
    .ENTRIES(ENTRIES),
    .ASIDS  (ASIDS),
    .GROUPS (GROUPS),
    .DEVICES(DEVICES),
    .B      (B)
  ) u_state (
    .clk_i, .rst_ni(rst_n),
    .effect_i(effect), .asid_i, .group_i, .device_i, .clean_i, .amount_i, .ops_i,
    .cleaned_o(cleaned), .change_o(change), .remove_o(removes),
    .init_identity_i(init_identity), .clean_identity_i(clean_identity),
    .dev_persist_i(dev_persist), .dev_as0_i(dev_as0), .dev_groups_i(dev_groups), .dev_asids_i(dev_asids),
    .mode_o(modes), .mapped_o(mapped),
    .at_asid_i, .at_count_o(at_count), .at_mode_o(at_mode),
    .scan_asid_i, .scan_count_o(scan_count), .status_asid_i, .status_count_o(status_count),
    .group_valid_o(group_valid), .group_asid_o(group_asid), .group_hold_o(group_hold), .commit_seq_o(seq)
  );

  // --- when effects come --------------------------------------------------------------------------------------------

  typedef struct packed {
    effect_e            effect;
    logic [AsidW-1:0]   asid;
    logic [GroupW-1:0]  group;
    logic [DeviceW-1:0] device;
    logic               clean;
    logic [CountW-1:0]  amount;
    logic [OpsW-1:0]    ops;
  } what_t;

  what_t                 what, what_q1, what_q2;
  logic [2:0]            apart_q;  // clocks since the last effect, and then as many as there are
  logic [1:0][AsidW-1:0] at_q, scan_q;
  logic                  counts;   // the effect depends on the count that is there
  assign what   = '{effect, asid_i, group_i, device_i, clean_i, amount_i, ops_i};
  assign counts = effect inside {EffectMap, EffectUnmap, EffectRecover};
  always_ff @(posedge clk_i) begin
    {what_q2, what_q1} <= {what_q1, what};
    at_q               <= {at_q[0], at_asid_i};
    scan_q             <= {scan_q[0], scan_asid_i};
    if (!rst_n) begin
      what_q1.effect <= EffectNone;
      what_q2.effect <= EffectNone;
      apart_q        <= '0;
    end else if (effect != EffectNone) apart_q <= '0;
    else if (apart_q != '1) apart_q <= apart_q + 1'b1;
  end

  // --- the table at the head of iommu_state ----------------------------------------------------------------------------

  logic [ASIDS-1:0][1:0]        mode_q, mode_q1, mode_q2, mode_next;
  logic [ASIDS-1:0][CountW-1:0] count_q, count_q1, count_q2, count_next;  // 0 if not MAPPED
  logic [GROUPS-1:0]            valid_q, valid_next;
  logic [GROUPS-1:0][AsidW-1:0] in_q, in_next;
  logic [SeqW-1:0]              seq_q, seq_next;
  logic [ASIDS-1:0]             removed;  // from these something is removed
  logic [DEVICES-1:0]           quiesced_q;
  logic [GROUPS-1:0]            hold_q;
  logic                         cleans;   // a device reset
  always_comb begin
    mode_next  = mode_q;
    count_next = count_q;
    valid_next = valid_q;
    in_next    = in_q;
    seq_next   = seq_q + SeqW'(what_q2.ops);
    removed    = '0;
    cleans     = persist[what_q2.device] == PersistAlways || persist[what_q2.device] == PersistReserved
                 || (persist[what_q2.device] == PersistByFlag && what_q2.clean);
    unique case (what_q2.effect)
      EffectMap: begin
        mode_next[what_q2.asid]  = ModeMapped;
        count_next[what_q2.asid] = count_q[what_q2.asid] + what_q2.amount;
      end
      EffectUnmap: begin
        mode_next[what_q2.asid]  = ModeMapped;
        count_next[what_q2.asid] = count_q[what_q2.asid] - what_q2.amount;
        removed[what_q2.asid]    = 1'b1;
      end
      EffectSetMap: begin
        mode_next[what_q2.asid]  = ModeMapped;
        count_next[what_q2.asid] = what_q2.amount;
        removed[what_q2.asid]    = 1'b1;
      end
      EffectRecover: begin
        if (mode_q[what_q2.asid] == ModeMapped) count_next[what_q2.asid] = count_q[what_q2.asid] - what_q2.amount;
        removed[what_q2.asid] = 1'b1;
      end
      EffectResetMap: begin
        mode_next[what_q2.asid]  = init_identity[what_q2.asid] ? ModeIdentity : ModeBlocked;
        count_next[what_q2.asid] = '0;
        removed[what_q2.asid]    = 1'b1;
      end
      EffectGroupAsid: begin
        valid_next[what_q2.group] = 1'b1;
        in_next[what_q2.group]    = what_q2.asid;
        if (valid_q[what_q2.group] && in_q[what_q2.group] != what_q2.asid) removed[in_q[what_q2.group]] = 1'b1;
      end
      EffectDeviceReset: begin
        for (int unsigned g = 0; g < GROUPS; g++) begin
          if (groups[what_q2.device][g] && valid_q[g]) begin
            valid_next[g] = 32'(as0[what_q2.device]) < ASIDS;
            in_next[g]    = AsidW'(as0[what_q2.device]);
            if (32'(as0[what_q2.device]) != 32'(in_q[g])) removed[in_q[g]] = 1'b1;
          end
        end
        for (int unsigned a = 0; a < ASIDS; a++) begin
          if (cleans && asids[what_q2.device][a]) begin
            mode_next[a]  = clean_identity[a] ? ModeIdentity : ModeBlocked;
            count_next[a] = '0;
            removed[a]    = 1'b1;
          end
        end
      end
      EffectFence: begin
        removed[what_q2.asid] = 1'b1;
        seq_next = seq_q;
      end
      default: seq_next = seq_q;
    endcase
  end
  always_ff @(posedge clk_i or negedge rst_n) begin
    if (!rst_n) begin
      mode_q     <= '0;  // BLOCKED
      count_q    <= '0;
      valid_q    <= '0;
      in_q       <= '0;
      seq_q      <= '0;
      quiesced_q <= '0;
      hold_q     <= '0;
    end else begin
      mode_q  <= mode_next;
      count_q <= count_next;
      valid_q <= valid_next;
      in_q    <= in_next;
      seq_q   <= seq_next;
      if (effect == EffectQuiesce) quiesced_q[device_i] <= 1'b1;
      if (effect == EffectResume) quiesced_q[device_i] <= 1'b0;
      for (int unsigned g = 0; g < GROUPS; g++) begin
        hold_q[g] <= 1'b0;
        for (int unsigned d = 0; d < DEVICES; d++) if (quiesced_q[d] && groups[d][g]) hold_q[g] <= 1'b1;
      end
    end
  end
  always_ff @(posedge clk_i) begin
    {mode_q2, mode_q1}   <= {mode_q1, mode_q};
    {count_q2, count_q1} <= {count_q1, count_q};
  end

  // Two clocks since reset: what is read by number is known.
  logic [1:0] started_q;
  // What has just changed was a device reset that persists.
  logic       persists_q;
  always_ff @(posedge clk_i or negedge rst_n) begin
    if (!rst_n) {started_q, persists_q} <= '0;
    else begin
      started_q  <= {started_q[0], 1'b1};
      persists_q <= what_q2.effect == EffectDeviceReset && !cleans;
    end
  end

  // --- properties --------------------------------------------------------------------------------------------------------

  logic [ASIDS-1:0][1:0] shown_modes;
  logic                  same_groups, same_in, same_counts;
  always_comb begin
    same_groups = 1'b1;
    same_in     = 1'b1;
    same_counts = 1'b1;
    for (int unsigned a = 0; a < ASIDS; a++) begin
      shown_modes[a] = modes[a];
      if (mode_q[a] == ModeMapped) same_counts &= u_state.count_mem[a] == count_q[a];
      else same_counts &= count_q[a] == '0;
    end
    for (int unsigned g = 0; g < GROUPS; g++) begin
      if (valid_q[g]) same_groups &= group_asid[g] == in_q[g] && 32'(in_q[g]) < ASIDS;
      same_in &= u_state.group_in_q[g] == (valid_q[g] ? ASIDS'(1) << in_q[g] : '0);
    end
  end

  always_comb begin
    assume (effect_i <= 4'(EffectFence));
    assume (32'(asid_i) < ASIDS && 32'(group_i) < GROUPS && 32'(device_i) < DEVICES);
    assume (32'(at_asid_i) < ASIDS && 32'(scan_asid_i) < ASIDS && 32'(status_asid_i) < ASIDS);
    if (!rst_n) assume (effect == EffectNone);
    if (effect != EffectNone) begin
      assume (apart_q >= (counts ? 3'd4 : 3'd3));
      assume (at_asid_i == asid_i && at_q[0] == asid_i && at_q[1] == asid_i);
    end
    if (rst_n) begin
      a_modes:  assert (shown_modes == mode_q && mapped == {mode_q[1] == ModeMapped, mode_q[0] == ModeMapped});
      a_groups: assert (group_valid == valid_q && same_groups);
      if (mode_q[status_asid_i] == ModeMapped) a_count: assert (status_count == count_q[status_asid_i]);
      if (started_q == '1) begin
        a_at:   assert (at_mode == mode_q2[at_q[1]] && at_count == count_q2[at_q[1]]);
        a_scan: assert (scan_count == count_q2[scan_q[1]]);
      end
      a_seq:     assert (seq == seq_q);
      a_removes: assert (removes == removed);
      a_change:  assert (change == (what_q2.effect != EffectNone));
      a_hold:    assert (group_hold == hold_q);
      if (persists_q) a_persists: assert (mode_q == mode_q1 && count_q == count_q1);
      // For the induction.
      h_counts:   assert (same_counts);
      h_apart:    assert ((what_q1.effect == EffectNone || apart_q == 3'd0)
                          && (what_q2.effect == EffectNone || apart_q == 3'd1));
      h_in:       assert (same_in);
      h_quiesced: assert (u_state.quiesced_q == quiesced_q);
    end
    c_persists: cover (persists_q && mode_q[0] == ModeMapped && count_q[0] != '0 && group_valid == '1);
    c_cleans:   cover (mode_q2[1] == ModeMapped && count_q2[1] == CountW'(3) && mode_q[1] == ModeIdentity);
    c_moves:    cover (removes[1] && mode_q[1] == ModeMapped && what_q2.effect == EffectGroupAsid);
  end

endmodule
