// SPDX-License-Identifier: Apache-2.0
//
// Translation: group -> address space -> mode -> table -> checks, LATENCY clocks from the handshake to the
// response, whatever is mapped.
//
//   accept | look up group | query the table ........................ | cover, permission, add | choose
//          |     (r0)      | mode, epoch, seq (s1) ...... delayed ... |          (f1)          | (response)
//                          | end (s2) | what is wrong with it already (s3) ...
//
// Everything that a request sees is the state before the edge that accepts it. The group is looked up at that
// edge; mode, epoch and sequence number one clock later, from copies that are one clock old.

module iommu_xlate
  import iommu_pkg::*;
#(
  /// Entries of the table
  parameter int unsigned ENTRIES = EntriesDefault,
  /// Address spaces
  parameter int unsigned ASIDS = AsidsDefault,
  /// Virtqueue groups
  parameter int unsigned GROUPS = GroupsDefault,
  /// 1: requests of held groups wait here; 0: who asks does not ask for them
  parameter bit HOLDS = 1'b1,
  /// Bits of an IOVA
  parameter int unsigned IOVA_W = 64,
  /// Bits of a physical address
  parameter int unsigned PA_W = 64,
  /// log2 of the granule in bytes
  parameter int unsigned GRANULE_LOG2 = GranuleLog2Default,
  /// Search radix
  parameter int unsigned K = RadixDefault,
  /// Bits of an ASID
  localparam int unsigned AsidW = idx_w(ASIDS),
  /// Bits of a group number
  localparam int unsigned GroupW = idx_w(GROUPS),
  /// Bits of an IOVA granule number
  localparam int unsigned IgW = IOVA_W - GRANULE_LOG2,
  /// Bits of a physical granule number
  localparam int unsigned PgW = PA_W - GRANULE_LOG2
) (
  /// Clock
  input  logic                  clk_i,
  /// Asynchronous reset, active low
  input  logic                  rst_ni,
`ifdef PERSIMMON_BUGS
  /// Deliberate bug to show that the testbench sees it, 0 for none
  input  logic [7:0]            bug_i,
`endif

  /// Request
  input  logic                  req_valid_i,
  /// The request is accepted; depends on req_group_i, because one device's requests may be held
  output logic                  req_ready_o,
  /// Virtqueue group
  input  logic [GroupPortW-1:0] req_group_i,
  /// First byte
  input  logic [IOVA_W-1:0]     req_iova_i,
  /// Length in bytes, minus one
  input  logic [LenW-1:0]       req_len_m1_i,
  /// The device writes memory
  input  logic                  req_write_i,
  /// The burst behind the request breaks a rule: whatever is mapped, it faults
  input  logic                  req_bad_i,

  /// Response; cannot be held
  output logic                  rsp_valid_o,
  /// Why the access is refused
  output fault_e                rsp_fault_o,
  /// Physical address of the first byte, 0 if refused
  output logic [PA_W-1:0]       rsp_pa_o,
  /// Last byte of the entry that covers the first byte; 0 if there is none
  output logic [IOVA_W-1:0]     rsp_map_last_o,
  /// The request is counted in flight, in the address space and epoch beside
  output logic                  rsp_tracked_o,
  /// Address space
  output logic [AsidPortW-1:0]  rsp_asid_o,
  /// Epoch
  output logic                  rsp_epoch_o,
  /// State that the answer was given from
  output logic [SeqW-1:0]       rsp_commit_seq_o,
  /// The request: group
  output logic [GroupPortW-1:0] rsp_group_o,
  /// The request: first byte
  output logic [IOVA_W-1:0]     rsp_iova_o,
  /// The request: length in bytes, minus one
  output logic [LenW-1:0]       rsp_len_m1_o,
  /// The request: the device writes memory
  output logic                  rsp_write_o,
  /// The address space was IDENTITY
  output logic                  rsp_identity_o,

  /// State: the group has an address space
  input  logic [GROUPS-1:0]     group_valid_i,
  /// State: the group's address space
  input  logic [AsidW-1:0]      group_asid_i [GROUPS],
  /// State: the group's requests are held
  input  logic [GROUPS-1:0]     group_hold_i,
  /// State: modes
  input  mode_e                 mode_i [ASIDS],
  /// State: epochs
  input  logic [ASIDS-1:0]      epoch_i,
  /// State: sequence number
  input  logic [SeqW-1:0]       commit_seq_i,

  /// A request was accepted two clocks ago and counts as in flight
  output logic                  accept_o,
  /// Its address space
  output logic [AsidW-1:0]      accept_asid_o,
  /// Its epoch
  output logic                  accept_epoch_o,
  /// Room for more requests in flight
  input  logic                  credit_i,

  /// Table query
  output logic                  q_valid_o,
  /// Table query: ASID
  output logic [AsidW-1:0]      q_asid_o,
  /// Table query: granule
  output logic [IgW-1:0]        q_granule_o,
  /// Table answer: there is an entry at or below the query
  input  logic                  e_found_i,
  /// Table answer: its ASID
  input  logic [AsidW-1:0]      e_asid_i,
  /// Table answer: its last granule
  input  logic [IgW-1:0]        e_last_i,
  /// Table answer: its physical granule minus its granule
  input  logic [PgW-1:0]        e_delta_i,
  /// Table answer: its permissions
  input  logic [PermW-1:0]      e_perm_i,
  /// Table answer: it is poisoned
  input  logic                  e_poison_i,
  /// Table answer, one clock later: a word that it depends on is damaged
  input  logic                  e_damaged_i
);

  localparam int unsigned TableClocks = iotlb_latency(ENTRIES, K);

  // --- accept ------------------------------------------------------------------------------------------------

  logic accepted, known, held;
  assign known       = 32'(req_group_i) < GROUPS;
  assign held        = HOLDS && known && group_hold_i[GroupW'(req_group_i)];
  assign req_ready_o = credit_i && !held;
  assign accepted    = req_valid_i && req_ready_o;

  logic              r0_valid_q, r0_tracked_q, r0_write_q, r0_bad_q;
  logic [GroupPortW-1:0] r0_group_q;
  logic [AsidW-1:0]  r0_asid_q;
  logic [IOVA_W-1:0] r0_iova_q;
  logic [LenW-1:0]   r0_len_m1_q;

  // The state of one clock ago, for the clock after the handshake.
  mode_e             mode_q1 [ASIDS];
  logic [ASIDS-1:0]  epoch_q1;
  logic [SeqW-1:0]   seq_q1;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      r0_valid_q   <= 1'b0;
      r0_tracked_q <= 1'b0;
    end else begin
      r0_valid_q   <= accepted;
      r0_tracked_q <= known && group_valid_i[GroupW'(req_group_i)];
    end
  end
  always_ff @(posedge clk_i) begin
    r0_asid_q   <= group_asid_i[GroupW'(req_group_i)];
    r0_iova_q   <= req_iova_i;
    r0_len_m1_q <= req_len_m1_i;
    r0_write_q  <= req_write_i;
    r0_bad_q    <= req_bad_i;
    r0_group_q  <= req_group_i;
    mode_q1     <= mode_i;
    epoch_q1    <= epoch_i;
    seq_q1      <= commit_seq_i;
  end

  assign q_valid_o      = r0_valid_q;
  assign q_asid_o       = r0_asid_q;
  assign q_granule_o    = r0_iova_q[IOVA_W-1:GRANULE_LOG2];

  // --- what travels beside the table ---------------------------------------------------------------------------

  // What is known at once, and what takes two clocks more: where the access ends, and what no entry can put right.
  typedef struct packed {
    logic              tracked;
    logic [AsidW-1:0]  asid;
    logic              epoch;
    logic              write;
    logic [IOVA_W-1:0] iova;
    logic [LenW-1:0]   len_m1;
    logic [GroupPortW-1:0] group;
    logic [SeqW-1:0]   seq;
  } side_t;
  typedef struct packed {
    logic              identity;  // the mode
    logic              mapped;    // an entry decides
    logic              clear;     // no entry is asked, and nothing is wrong
    fault_e            early;     // what is wrong whatever the entry
    logic [IgW-1:0]    last;      // granule
  } late_t;

  side_t s1_q, side;
  late_t s3_q, late;
  mode_e s1_mode_q, s2_mode_q;
  logic  s1_bad_q, s2_bad_q, s2_tracked_q, s1_carry_q, s2_overflow_q;
  logic [LenW-1:0]          s1_low_q;
  logic [IOVA_W-1:0]        s2_last_q;

  always_ff @(posedge clk_i) begin
    s1_q.tracked           <= r0_tracked_q;
    s1_q.asid              <= r0_asid_q;
    s1_q.epoch             <= epoch_q1[r0_asid_q];
    s1_q.write             <= r0_write_q;
    s1_q.group             <= r0_group_q;
    s1_q.iova              <= r0_iova_q;
    s1_q.len_m1            <= r0_len_m1_q;
    s1_q.seq               <= seq_q1;
    s1_mode_q              <= mode_q1[r0_asid_q];
    s1_bad_q               <= r0_bad_q;
    {s1_carry_q, s1_low_q} <= (LenW + 1)'(r0_iova_q[LenW-1:0]) + (LenW + 1)'(r0_len_m1_q);

    {s2_tracked_q, s2_bad_q, s2_mode_q}      <= {s1_q.tracked, s1_bad_q, s1_mode_q};
    s2_last_q[LenW-1:0]                      <= s1_low_q;
    {s2_overflow_q, s2_last_q[IOVA_W-1:LenW]} <= (IOVA_W - LenW + 1)'(s1_q.iova[IOVA_W-1:LenW])
                                                 + (IOVA_W - LenW + 1)'(s1_carry_q);
  end

  // Below a granule nobody asks where the access ends.
  logic unused_low;
  assign unused_low = ^s2_last_q[LenW-1:0];

  // The request counts from here on.
  logic [TableClocks+1:0] valid_q;  // from s1 to the response
  assign accept_o       = valid_q[0] && s1_q.tracked;
  assign accept_asid_o  = s1_q.asid;
  assign accept_epoch_o = s1_q.epoch;

  // The identity of an IOVA as a physical address, and whether it is one.
  logic [PA_W-1:0] identity_pa;
  logic            identity_fits;
  if (PA_W >= IOVA_W) begin : g_wide_pa
    assign identity_pa   = PA_W'(side.iova);
    assign identity_fits = 1'b1;
  end else begin : g_narrow_pa
    assign identity_pa   = side.iova[PA_W-1:0];
    assign identity_fits = s2_last_q[IOVA_W-1:PA_W] == '0;
  end

  fault_e early;
  always_comb begin
    if (!s2_tracked_q) early = FaultGroup;
    else if (s2_bad_q) early = FaultBurst;
    else if (s2_overflow_q) early = FaultOverflow;
    else if (s2_mode_q == ModeIdentity) early = identity_fits ? FaultNone : FaultPaWidth;
    else if (s2_mode_q != ModeMapped) early = FaultBlocked;
    else early = FaultNone;
  end
  always_ff @(posedge clk_i) begin
    s3_q.identity <= s2_mode_q == ModeIdentity;
    s3_q.mapped   <= early == FaultNone && s2_mode_q != ModeIdentity;
    s3_q.clear    <= early == FaultNone && s2_mode_q == ModeIdentity;
    s3_q.early    <= early;
    s3_q.last     <= s2_last_q[IOVA_W-1:GRANULE_LOG2];
  end

  iommu_delay #(
    .WIDTH($bits(side_t)),
    .DELAY(TableClocks - 1)
  ) u_side (
    .clk_i,
    .rst_ni,
    .data_i(s1_q),
    .data_o(side)
  );

  iommu_delay #(
    .WIDTH($bits(late_t)),
    .DELAY(TableClocks - 3)
  ) u_late (
    .clk_i,
    .rst_ni,
    .data_i(s3_q),
    .data_o(late)
  );

  // --- checks --------------------------------------------------------------------------------------------------

  logic e_mine, e_sound;
`ifdef PERSIMMON_BUGS
  assign e_mine = e_found_i && (e_asid_i == side.asid || bug_i == 8'd2);
`else
  assign e_mine = e_found_i && e_asid_i == side.asid;
`endif
  // Of a poisoned entry of the own address space only where it starts is sure: whether it covers the access is not
  // asked. Of a damaged word nothing is sure, nor that there is no entry.
  assign e_sound = !(e_mine && e_poison_i);

  // The entry ends below: a comparison is the borrow of a subtraction, one carry chain and nothing behind it.
  function automatic logic ends_below(logic [IgW-1:0] granule);
    logic           borrow;
    logic [IgW-1:0] unused_difference;
    {borrow, unused_difference} = {1'b0, e_last_i} - {1'b0, granule};
    return borrow;
  endfunction

  logic             f1_tracked_q, f1_epoch_q, f1_identity_q, f1_mapped_q, f1_clear_q;
  logic             f1_sound_q, f1_mine_q, f1_perm_q, f1_usable_q, f1_allowed_q;  // but for where the entry ends
  logic             f1_before_q, f1_within_q;  // it ends before the first byte; before the last
  fault_e           f1_early_q;
  logic [AsidW-1:0] f1_asid_q;
  logic [SeqW-1:0]  f1_seq_q;
  logic [IgW-1:0]   f1_last_q;
  logic [PA_W-1:0]  f1_pa_q, f1_identity_pa;
  logic [GroupPortW-1:0] f1_group_q;
  logic [IOVA_W-1:0] f1_iova_q;
  logic [LenW-1:0]  f1_len_m1_q;
  logic             f1_write_q;

  always_ff @(posedge clk_i) begin
    {f1_tracked_q, f1_identity_q, f1_mapped_q, f1_clear_q} <= {side.tracked, late.identity, late.mapped, late.clear};
    f1_early_q                                             <= late.early;
    {f1_group_q, f1_iova_q, f1_write_q, f1_len_m1_q}       <= {side.group, side.iova, side.write, side.len_m1};
    {f1_asid_q, f1_epoch_q, f1_seq_q}                      <= {side.asid, side.epoch, side.seq};

    f1_sound_q   <= e_sound;
    f1_mine_q    <= e_mine;
    f1_perm_q    <= side.write ? e_perm_i[PermWrite] : e_perm_i[PermRead];
    f1_usable_q  <= late.mapped && e_mine && !e_poison_i;
    f1_allowed_q <= late.mapped && e_mine && !e_poison_i
                    && (side.write ? e_perm_i[PermWrite] : e_perm_i[PermRead]);
    f1_before_q  <= ends_below(side.iova[IOVA_W-1:GRANULE_LOG2]);
    f1_within_q  <= ends_below(late.last);
    f1_last_q    <= late.identity ? '1 : e_last_i;
    f1_pa_q      <= identity_pa + (PA_W'(e_delta_i) << GRANULE_LOG2);
  end
  // In the response the IOVA is there anyway.
  if (PA_W >= IOVA_W) begin : g_wide_f1
    assign f1_identity_pa = PA_W'(f1_iova_q);
  end else begin : g_narrow_f1
    assign f1_identity_pa = f1_iova_q[PA_W-1:0];
  end

  fault_e fault;
  always_comb begin
    if (!f1_mapped_q) fault = f1_early_q;
    else if (e_damaged_i || !f1_sound_q) fault = FaultParity;
    else if (!f1_mine_q || f1_before_q) fault = FaultNoMapping;
    else if (!f1_perm_q) fault = FaultPermission;
    else if (f1_within_q) fault = FaultCrossing;
    else fault = FaultNone;
  end

  // Nothing is wrong; an entry that does not end before the last byte does not end before the first one. And: the last
  // byte of an entry is shown, because the access begins in it.
  logic good, shown;
  assign good  = f1_clear_q || (f1_allowed_q && !f1_within_q && !e_damaged_i);
  assign shown = f1_clear_q || (f1_usable_q && !f1_before_q && !e_damaged_i);

  // --- response --------------------------------------------------------------------------------------------------

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) valid_q <= '0;
    else valid_q <= {valid_q[TableClocks:0], r0_valid_q};
  end

  always_ff @(posedge clk_i) begin
    rsp_fault_o      <= fault;
    rsp_pa_o         <= f1_identity_q ? f1_identity_pa : f1_pa_q;
    if (!good) rsp_pa_o <= '0;
    // The last byte of a granule: its number shifted up, with ones below.
    rsp_map_last_o   <= ~(~IOVA_W'(f1_last_q) << GRANULE_LOG2);
    if (!shown) rsp_map_last_o <= '0;
    rsp_tracked_o    <= f1_tracked_q;
    rsp_asid_o       <= f1_tracked_q ? AsidPortW'(f1_asid_q) : '0;
    rsp_epoch_o      <= f1_tracked_q && f1_epoch_q;
    rsp_commit_seq_o <= f1_seq_q;
    rsp_group_o      <= f1_group_q;
    rsp_iova_o       <= f1_iova_q;
    rsp_len_m1_o     <= f1_len_m1_q;
    rsp_write_o      <= f1_write_q;
    rsp_identity_o   <= f1_identity_q;
  end
`ifdef PERSIMMON_BUGS
  assign rsp_valid_o = valid_q[TableClocks+1] && !(bug_i == 8'd8 && rsp_fault_o == FaultPermission);
`else
  assign rsp_valid_o = valid_q[TableClocks+1];
`endif

`ifndef SYNTHESIS
  a_good: assert property (@(posedge clk_i) valid_q[TableClocks] |-> good == (fault == FaultNone)
                           && shown == (fault inside {FaultNone, FaultPermission, FaultCrossing}))
    else $error("iommu_xlate: fault %0d, and the address says otherwise", fault);
`endif

endmodule
