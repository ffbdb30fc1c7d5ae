// SPDX-License-Identifier: Apache-2.0
//
// The state that a lookup sees beside the table: modes, counts, groups, holds, the sequence number. One effect
// changes all of it at one clock edge.
//
//   | effect       | mode of the AS       | count        | groups        | removes from          |
//   | Map          | MAPPED               | + amount     |               |                       |
//   | Unmap        | MAPPED               | - amount     |               | the AS                |
//   | SetMap       | MAPPED               | amount       |               | the AS                |
//   | Recover      |                      | - amount     |               | the AS                |
//   | ResetMap     | INIT_MODE            | 0            |               | the AS                |
//   | GroupAsid    |                      |              | one to the AS | where it was          |
//   | DeviceReset  | CLEAN_MODE if policy | 0 if policy  | to AS 0       | where they were, cleaned |
//   | Fence        |                      |              |               | the AS, as far as drains go |
//
// A pass may have executed several commands: Map and Unmap count as `ops` of them.

module iommu_state
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
  /// Commands that one effect may stand for
  parameter int unsigned B = BatchDefault,
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
  input  logic               clk_i,
  /// Asynchronous reset, active low
  input  logic               rst_ni,
`ifdef PERSIMMON_BUGS
  /// Deliberate bug to show that the testbench sees it, 0 for none
  input  logic [7:0]         bug_i,
`endif

  /// What changes at this clock edge
  input  effect_e            effect_i,
  /// Its address space
  input  logic [AsidW-1:0]   asid_i,
  /// Its group
  input  logic [GroupW-1:0]  group_i,
  /// Its device
  input  logic [DeviceW-1:0] device_i,
  /// Its CLEAN_MAP flag
  input  logic               clean_i,
  /// Its number of entries
  input  logic [CountW-1:0]  amount_i,
  /// How many commands it stands for
  input  logic [OpsW-1:0]    ops_i,
  /// These address spaces are cleaned at this clock edge
  output logic [ASIDS-1:0]   cleaned_o,
  /// Something is removed from these address spaces at this clock edge, or it is as if
  output logic [ASIDS-1:0]   remove_o,

  /// INIT_MODE, a bit for each ASID
  input  logic [ASIDS-1:0]   init_identity_i,
  /// CLEAN_MODE, a bit for each ASID
  input  logic [ASIDS-1:0]   clean_identity_i,
  /// DEVICE.POLICY.persist
  input  persist_e           dev_persist_i [DEVICES],
  /// DEVICE.POLICY.as0
  input  logic [3:0]         dev_as0_i [DEVICES],
  /// DEVICE.GROUPS
  input  logic [GROUPS-1:0]  dev_groups_i [DEVICES],
  /// DEVICE.ASIDS
  input  logic [ASIDS-1:0]   dev_asids_i [DEVICES],

  /// Modes
  output mode_e              mode_o [ASIDS],
  /// Address spaces that are MAPPED
  output logic [ASIDS-1:0]   mapped_o,
  /// Live entries of each address space
  output logic [CountW-1:0]  count_o [ASIDS],
  /// Those of asid_i, one clock later
  output logic [CountW-1:0]  at_count_o,
  /// The mode of asid_i, one clock later
  output mode_e              at_mode_o,
  /// An address space
  input  logic [AsidW-1:0]   scan_asid_i,
  /// Its live entries
  output logic [CountW-1:0]  scan_count_o,
  /// The group has an address space
  output logic [GROUPS-1:0]  group_valid_o,
  /// The group's address space
  output logic [AsidW-1:0]   group_asid_o [GROUPS],
  /// The group's requests are held
  output logic [GROUPS-1:0]  group_hold_o,
  /// Commands that took effect since power-on; QUIESCE, RESUME and FENCE not counted
  output logic [SeqW-1:0]    commit_seq_o
);

  mode_e             mode_q [ASIDS], at_mode_q;
  logic [CountW-1:0] count_q [ASIDS], at_count_q;
  logic [GROUPS-1:0] group_valid_q;
  logic [AsidW-1:0]  group_asid_q [GROUPS];
  logic [ASIDS-1:0]  remove, cleaned;
  logic              clean;

  // Only for a device reset: until the first one device_i may be any number, also one beyond DEVICES.
  always_comb begin
    clean = 1'b0;
    if (effect_i == EffectDeviceReset) begin
      case (dev_persist_i[device_i])
        PersistByFlag: clean = clean_i;
        PersistNever:  clean = 1'b0;
        default:       clean = 1'b1;
      endcase
`ifdef PERSIMMON_BUGS
      if (bug_i == 8'd5) clean = 1'b1;
`endif
    end
  end
  assign cleaned = clean ? dev_asids_i[device_i] : '0;

  // --- modes and counts --------------------------------------------------------------------------------------

  function automatic mode_e reset_mode(logic identity);
    return identity ? ModeIdentity : ModeBlocked;
  endfunction

  // One value for whichever address space takes it: no adder and no choice is needed more than once. `at_count_q` has
  // followed asid_i for a clock, which every command leaves it before its effect.
  logic              reset, subtract, sets;
  logic [CountW-1:0] base, value;
  mode_e             mode;

  always_comb begin
    reset    = effect_i == EffectResetMap;
`ifdef PERSIMMON_BUGS
    if (bug_i == 8'd3) reset = 1'b0;
`endif
    subtract = effect_i inside {EffectUnmap, EffectRecover};
    sets     = reset || effect_i inside {EffectMap, EffectUnmap, EffectSetMap, EffectRecover};
    base     = (effect_i == EffectSetMap) ? '0 : at_count_q;
    value    = '0;
    mode     = ModeMapped;
    if (reset) mode = reset_mode(init_identity_i[asid_i]);
    else if (effect_i == EffectRecover) mode = at_mode_q;
    if (!reset && effect_i != EffectDeviceReset) begin
      value = base + (subtract ? ~amount_i : amount_i) + CountW'(subtract);
    end
  end

  // --- groups ------------------------------------------------------------------------------------------------

  // A device whose AS 0 does not exist has none: its groups fault until they are assigned again.
  logic              assigns, target_exists;
  logic [AsidW-1:0]  target;
  logic [GROUPS-1:0] touched, moved;

  always_comb begin
    assigns       = effect_i == EffectGroupAsid;
    target        = assigns ? asid_i : AsidW'(dev_as0_i[device_i]);
    target_exists = assigns || 32'(dev_as0_i[device_i]) < ASIDS;
    for (int unsigned g = 0; g < GROUPS; g++) begin
      touched[g] = (assigns && 32'(group_i) == g) || (effect_i == EffectDeviceReset && dev_groups_i[device_i][g]);
      moved[g]   = touched[g] && group_valid_q[g] && (!target_exists || group_asid_q[g] != target);
    end
  end

  // --- removals: what the drain counters must turn over --------------------------------------------------------

  // Which address space a group is in, a bit for each: what a moved group leaves behind needs no decoder.
  logic [ASIDS-1:0] group_in_q [GROUPS];

  always_comb begin
    remove = cleaned;
    if (effect_i inside {EffectUnmap, EffectSetMap, EffectResetMap, EffectRecover, EffectFence}) remove[asid_i] = 1'b1;
    // A group that moves away leaves requests behind in the address space it comes from. No other effect moves one.
    for (int unsigned g = 0; g < GROUPS; g++) begin
      if (moved[g]) remove |= group_in_q[g];
    end
  end

  logic [DEVICES-1:0] quiesced_q;
  logic [GROUPS-1:0]  hold;

  always_comb begin
    hold = '0;
    for (int unsigned d = 0; d < DEVICES; d++) begin
      if (quiesced_q[d]) hold |= dev_groups_i[d];
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      mode_q        <= '{default: ModeBlocked};
      count_q       <= '{default: '0};
      group_valid_q <= '0;
      group_asid_q  <= '{default: '0};
      group_in_q    <= '{default: '0};
      group_hold_o  <= '0;
      quiesced_q    <= '0;
      commit_seq_o  <= '0;
    end else begin
      for (int unsigned a = 0; a < ASIDS; a++) begin
        if (cleaned[a]) begin
          mode_q[a]  <= reset_mode(clean_identity_i[a]);
          count_q[a] <= value;  // 0
        end else if (sets && 32'(asid_i) == a) begin
          mode_q[a]  <= mode;
          count_q[a] <= value;
        end
      end
      for (int unsigned g = 0; g < GROUPS; g++) begin
        if (touched[g]) group_valid_q[g] <= assigns || (group_valid_q[g] && target_exists);
        if (touched[g] && target_exists) begin
          group_asid_q[g] <= target;
          group_in_q[g]   <= ASIDS'(1) << target;
        end
      end
      if (!(effect_i inside {EffectNone, EffectQuiesce, EffectResume, EffectFence})) begin
        commit_seq_o <= commit_seq_o + SeqW'(ops_i);
      end

      if (effect_i == EffectQuiesce) quiesced_q[device_i] <= 1'b1;
      if (effect_i == EffectResume) quiesced_q[device_i] <= 1'b0;
      group_hold_o <= hold;
    end
  end

  // Counts once more, to be read by number: of the effect, and one after the other by iommu_room. What an address space
  // holds that is not MAPPED is 0 whatever lies here.
  logic [ASIDS-1:0] mapped;
  (* ram_style = "distributed" *)
  logic [CountW-1:0] count_mem [2**AsidW];
  always_ff @(posedge clk_i) begin
    if (sets) count_mem[asid_i] <= value;
    at_count_q <= mapped[asid_i] ? count_mem[asid_i] : '0;
    at_mode_q  <= mode_q[asid_i];
  end
  assign at_count_o   = at_count_q;
  assign at_mode_o    = at_mode_q;
  assign scan_count_o = mapped[scan_asid_i] ? count_mem[scan_asid_i] : '0;

  for (genvar a = 0; a < int'(ASIDS); a++) begin : g_mapped
    assign mapped[a] = mode_q[a] == ModeMapped;
  end
  assign mapped_o      = mapped;
  assign mode_o        = mode_q;
  assign count_o       = count_q;
  assign group_valid_o = group_valid_q;
  assign group_asid_o  = group_asid_q;
  assign cleaned_o     = cleaned;
  assign remove_o      = remove;

endmodule
