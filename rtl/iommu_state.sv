// SPDX-License-Identifier: Apache-2.0
//
// The state that a lookup sees beside the table: modes, counts, groups, the sequence number. One effect changes all of
// it at one clock edge, the third from when it is given: in the first clock it is decoded, in the second the sum and the
// removals are worked out, and in the third every register of the state has its enable in a flip-flop. Holds are here,
// too, and follow at the second edge: no request sees them.
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

  /// What changes, at the third clock edge from here; the one before has changed everything
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
  /// These address spaces are about to be cleaned
  output logic [ASIDS-1:0]   cleaned_o,
  /// The effect happens at this clock edge
  output logic               change_o,
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
  /// The address space of the command, from some clocks before its effect on
  input  logic [AsidW-1:0]   at_asid_i,
  /// Its live entries, two clocks later
  output logic [CountW-1:0]  at_count_o,
  /// Its mode, two clocks later
  output mode_e              at_mode_o,
  /// An address space
  input  logic [AsidW-1:0]   scan_asid_i,
  /// Its live entries, two clocks later
  output logic [CountW-1:0]  scan_count_o,
  /// The address space that software asks for
  input  logic [AsidW-1:0]   status_asid_i,
  /// Its live entries, if it is MAPPED
  output logic [CountW-1:0]  status_count_o,
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
  logic [CountW-1:0] at_count_q;
  logic              at_init_identity_q;  // INIT_MODE of the command's address space
  logic [GROUPS-1:0] group_valid_q;
  logic [AsidW-1:0]  group_asid_q [GROUPS];

  // --- first clock: which of it changes ----------------------------------------------------------------------

  // What the registers say of the devices, a clock late: they are far away, and what they mean for a reset is known
  // before it comes.
  logic [DEVICES-1:0] cleans_q, by_flag_q, as0_exists_q;
  logic [AsidW-1:0]   as0_q [DEVICES];
  logic [GROUPS-1:0]  groups_q [DEVICES];
  logic [ASIDS-1:0]   asids_q [DEVICES];
  always_ff @(posedge clk_i) begin
    for (int unsigned d = 0; d < DEVICES; d++) begin
      by_flag_q[d]    <= dev_persist_i[d] == PersistByFlag;
      cleans_q[d]     <= !(dev_persist_i[d] inside {PersistByFlag, PersistNever});
      as0_q[d]        <= AsidW'(dev_as0_i[d]);
      as0_exists_q[d] <= 32'(dev_as0_i[d]) < ASIDS;
      groups_q[d]     <= dev_groups_i[d];
      asids_q[d]      <= dev_asids_i[d];
    end
  end

  // Only for a device reset: until the first one device_i may be any number, also one beyond DEVICES.
  logic clean;
  always_comb begin
    clean = cleans_q[device_i] || (by_flag_q[device_i] && clean_i);
`ifdef PERSIMMON_BUGS
    if (bug_i == 8'd5) clean = 1'b1;
`endif
  end

  // One value for whichever address space takes it: no adder and no choice is needed more than once. Those that are
  // cleaned take it, too; then it is 0. `at_count_q` has followed the command's address space for some clocks.
  logic              reset, subtract, sets, takes_from, assigns, resets, advances;
  logic [CountW-1:0] base;
  mode_e             mode;
  always_comb begin
    reset      = effect_i == EffectResetMap;
`ifdef PERSIMMON_BUGS
    if (bug_i == 8'd3) reset = 1'b0;
`endif
    subtract   = effect_i inside {EffectUnmap, EffectRecover};
    sets       = reset || effect_i inside {EffectMap, EffectUnmap, EffectSetMap, EffectRecover};
    takes_from = effect_i inside {EffectUnmap, EffectSetMap, EffectResetMap, EffectRecover, EffectFence};
    assigns    = effect_i == EffectGroupAsid;
    resets     = effect_i == EffectDeviceReset;
    advances   = !(effect_i inside {EffectNone, EffectQuiesce, EffectResume, EffectFence});
    base       = effect_i inside {EffectMap, EffectUnmap, EffectRecover} ? at_count_q : '0;
    mode       = ModeMapped;
    if (resets) mode = ModeBlocked;  // and those that are cleaned choose
    else if (reset) mode = at_init_identity_q ? ModeIdentity : ModeBlocked;
    else if (effect_i == EffectRecover) mode = at_mode_q;
  end

  logic [AsidW-1:0] target;
  logic             target_exists;
  assign target        = assigns ? asid_i : as0_q[device_i];
  assign target_exists = assigns || as0_exists_q[device_i];

  // A device whose AS 0 does not exist has none: its groups fault until they are assigned again.
  logic [GROUPS-1:0] touched;
  always_comb begin
    for (int unsigned g = 0; g < GROUPS; g++) begin
      touched[g] = (assigns && 32'(group_i) == g) || (resets && groups_q[device_i][g]);
    end
  end

  logic               sets_q1, takes_from_q1, assigns_q1, target_exists_q1, subtract_q1, changes_q1, advances_q1;
  logic               clean_q1;
  logic [DeviceW-1:0] device_q1;
  logic [ASIDS-1:0]   at_asid_q1;
  logic [GROUPS-1:0]  touched_q1;
  logic [AsidW-1:0]   asid_q1, target_q1;
  logic [CountW-1:0]  base_q1, amount_q1;
  logic [OpsW-1:0]    ops_q1;
  mode_e              mode_q1;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      sets_q1       <= 1'b0;
      takes_from_q1 <= 1'b0;
      changes_q1    <= 1'b0;
      advances_q1   <= 1'b0;
      clean_q1      <= 1'b0;
      touched_q1    <= '0;
    end else begin
      sets_q1       <= sets;
      takes_from_q1 <= takes_from;
      changes_q1    <= effect_i != EffectNone;
      advances_q1   <= advances;
      clean_q1      <= resets && clean;
      touched_q1    <= touched;
    end
  end
  always_ff @(posedge clk_i) begin
    subtract_q1      <= subtract;
    base_q1          <= base;
    amount_q1        <= (reset || resets) ? '0 : amount_i;
    ops_q1           <= ops_i;
    asid_q1          <= asid_i;
    at_asid_q1       <= ASIDS'(1) << asid_i;
    device_q1        <= device_i;
    mode_q1          <= mode;
    assigns_q1       <= assigns;
    target_q1        <= target;
    target_exists_q1 <= target_exists;
  end

  // --- second clock: the count, the groups that move, what the drain counters must turn over -----------------------

  // Which address space a group is in, a bit for each, none if it has none. A group that moves away leaves requests
  // behind in the address space it comes from; one that stays where it is leaves none.
  logic [ASIDS-1:0]  group_in_q [GROUPS];
  logic [ASIDS-1:0]  cleaned, touched_in, target_in;
  logic [GROUPS-1:0] moves;

  always_comb begin
    // A device reset takes back what has been assigned, and assigns nothing.
    moves      = touched_q1 & (group_valid_q | {GROUPS{assigns_q1}});
    cleaned    = clean_q1 ? asids_q[device_q1] : '0;
    target_in  = target_exists_q1 ? ASIDS'(1) << target_q1 : '0;
    touched_in = '0;
    for (int unsigned g = 0; g < GROUPS; g++) touched_in |= group_in_q[g] & {ASIDS{touched_q1[g]}};
  end

  logic              sets_q2, target_exists_q2, changes_q2, advances_q2;
  logic [ASIDS-1:0]  cleaned_q2, takes_q2, removes_q2, leaves_q2, target_in_q2;
  logic [GROUPS-1:0] moves_q2, assigned_q2;
  logic [AsidW-1:0]  asid_q2, target_q2;
  logic [CountW-1:0] value_q2;
  logic [OpsW-1:0]   ops_q2;
  mode_e             mode_q2;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      sets_q2     <= 1'b0;
      changes_q2  <= 1'b0;
      advances_q2 <= 1'b0;
      cleaned_q2  <= '0;
      takes_q2    <= '0;
      removes_q2  <= '0;
      leaves_q2   <= '0;
      moves_q2    <= '0;
      assigned_q2 <= '0;
    end else begin
      sets_q2     <= sets_q1;
      changes_q2  <= changes_q1;
      advances_q2 <= advances_q1;
      cleaned_q2  <= cleaned;
      takes_q2    <= cleaned | (sets_q1 ? at_asid_q1 : '0);
      removes_q2  <= cleaned | (takes_from_q1 ? at_asid_q1 : '0);
      leaves_q2   <= touched_in & ~target_in;
      moves_q2    <= moves;
      assigned_q2 <= target_exists_q1 ? moves : '0;
    end
  end
  always_ff @(posedge clk_i) begin
    value_q2         <= base_q1 + (amount_q1 ^ {CountW{subtract_q1}}) + CountW'(subtract_q1);
    ops_q2           <= ops_q1;
    asid_q2          <= asid_q1;
    mode_q2          <= mode_q1;
    target_q2        <= target_q1;
    target_in_q2     <= target_in;
    target_exists_q2 <= target_exists_q1;
  end

  // --- third clock: the effect -------------------------------------------------------------------------------------

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      mode_q        <= '{default: ModeBlocked};
      group_valid_q <= '0;
      group_asid_q  <= '{default: '0};
      group_in_q    <= '{default: '0};
      commit_seq_o  <= '0;
    end else begin
      for (int unsigned a = 0; a < ASIDS; a++) begin
        if (takes_q2[a]) mode_q[a] <= (cleaned_q2[a] && clean_identity_i[a]) ? ModeIdentity : mode_q2;
      end
      for (int unsigned g = 0; g < GROUPS; g++) begin
        if (moves_q2[g]) begin
          group_valid_q[g] <= target_exists_q2;
          group_in_q[g]    <= target_in_q2;
        end
        if (assigned_q2[g]) group_asid_q[g] <= target_q2;
      end
      if (advances_q2) commit_seq_o <= commit_seq_o + SeqW'(ops_q2);
    end
  end

  // --- holds: nothing that a request sees, but whether it is a request -----------------------------------------------

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
      quiesced_q   <= '0;
      group_hold_o <= '0;
    end else begin
      if (effect_i == EffectQuiesce) quiesced_q[device_i] <= 1'b1;
      if (effect_i == EffectResume) quiesced_q[device_i] <= 1'b0;
      group_hold_o <= hold;
    end
  end

  // --- counts, to be read by number ----------------------------------------------------------------------------------

  // Of the command, one after the other by iommu_room, and by software. What an address space holds that is not MAPPED
  // is 0 whatever lies here. The mode is chosen in two steps, by the low bits of the number and by the high ones: it is
  // one of many registers, and the number comes from afar.
  localparam int unsigned HighW = (AsidW > 1) ? AsidW / 2 : 1;
  localparam int unsigned LowW = AsidW - HighW;
  localparam logic [AsidW-1:0] LowMask = AsidW'((1 << LowW) - 1);
  logic [ASIDS-1:0]    mapped;
  logic [2**AsidW-1:0] mapped_all;              // of every number, also beyond ASIDS
  mode_e               mode_all [2**AsidW];
  mode_e               at_part_q [2**HighW], at_mode;
  logic [2**HighW-1:0] scan_part_q;
  logic [HighW-1:0]    at_high_q, scan_high_q;
  logic [CountW-1:0] at_lies_q, scan_lies_q, scan_count_q;
  (* ram_style = "distributed" *)
  logic [CountW-1:0] count_mem [2**AsidW];
  always_ff @(posedge clk_i) begin
    if (sets_q2) count_mem[asid_q2] <= value_q2;
    for (int unsigned h = 0; h < 2 ** HighW; h++) begin
      at_part_q[h]   <= mode_all[AsidW'(h << LowW) | (at_asid_i & LowMask)];
      scan_part_q[h] <= mapped_all[AsidW'(h << LowW) | (scan_asid_i & LowMask)];
    end
    at_high_q          <= at_asid_i[AsidW-1-:HighW];
    at_lies_q          <= count_mem[at_asid_i];
    at_mode_q          <= at_mode;
    at_init_identity_q <= init_identity_i[at_asid_i];
    at_count_q         <= (at_mode == ModeMapped) ? at_lies_q : '0;
    scan_high_q        <= scan_asid_i[AsidW-1-:HighW];
    scan_lies_q        <= count_mem[scan_asid_i];
    scan_count_q       <= scan_part_q[scan_high_q] ? scan_lies_q : '0;
  end
  assign at_mode = at_part_q[at_high_q];
  always_comb begin
    for (int unsigned a = 0; a < 2 ** AsidW; a++) mode_all[a] = ModeBlocked;
    for (int unsigned a = 0; a < ASIDS; a++) mode_all[a] = mode_q[a];
  end
  assign mapped_all = (2 ** AsidW)'(mapped);
  assign at_count_o     = at_count_q;
  assign at_mode_o      = at_mode_q;
  assign scan_count_o   = scan_count_q;
  assign status_count_o = count_mem[status_asid_i];

  for (genvar a = 0; a < int'(ASIDS); a++) begin : g_mapped
    assign mapped[a] = mode_q[a] == ModeMapped;
  end
  assign mapped_o      = mapped;
  assign mode_o        = mode_q;
  assign group_valid_o = group_valid_q;
  assign group_asid_o  = group_asid_q;
  assign cleaned_o     = cleaned;
  assign change_o      = changes_q2;
  assign remove_o      = removes_q2 | leaves_q2;

endmodule
