// SPDX-License-Identifier: Apache-2.0
//
// iommu_xlate: whatever the table answers, an access translates only if its address space was IDENTITY and the access
// fits the physical address, or was MAPPED and the entry is of that address space, covers the whole access, permits it,
// and is neither poisoned nor damaged (I1). Otherwise the fault is the first that applies, in the order of fault_e, and
// the address is 0. The response comes exactly LATENCY clocks after the request was accepted, in order, none lost and
// none invented (I6). Group, address space, mode, epoch and sequence number are those of the clock that accepts (L5).
//
// One request is followed, any one, among others in any clocks. Groups, modes, epochs and sequence number have any
// values, and change in any clock. So has what the table answers, but for what search.sv proves: an entry that is found
// starts at or below the query. `e_start_i` is known here alone, and as the entry's physical granule `e_pa_i` is any,
// e_delta_i is any, too. That the entry's end fits the physical address is left to the refusals of MAP.

module xlate
  import iommu_pkg::*;
#(
  /// Entries of the table
  parameter int unsigned ENTRIES = 8,
  /// Search radix
  parameter int unsigned K = 4,
  /// Address spaces
  parameter int unsigned ASIDS = 2,
  /// Virtqueue groups, no power of two
  parameter int unsigned GROUPS = 3,
  /// Bits of an IOVA, more than those of a granule and of a length
  parameter int unsigned IOVA_W = 26,
  /// Bits of a physical address
  parameter int unsigned PA_W = 27,
  /// log2 of the granule in bytes
  parameter int unsigned GRANULE_LOG2 = 12,
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
  input logic                         clk_i,
  /// Request
  input logic                         req_valid_i,
  /// Its group
  input logic [GroupPortW-1:0]        req_group_i,
  /// Its first byte
  input logic [IOVA_W-1:0]            req_iova_i,
  /// Its length minus one
  input logic [LenW-1:0]              req_len_m1_i,
  /// It writes
  input logic                         req_write_i,
  /// Its burst breaks a rule
  input logic                         req_bad_i,
  /// It is to be followed, if none is yet
  input logic                         pick_i,
  /// State: groups
  input logic [GROUPS-1:0]            group_valid_i,
  /// State: their address spaces
  input logic [GROUPS-1:0][AsidW-1:0] group_asid_i,
  /// State: they are held
  input logic [GROUPS-1:0]            group_hold_i,
  /// State: modes, also the one that is none
  input logic [ASIDS-1:0][1:0]        mode_i,
  /// State: epochs
  input logic [ASIDS-1:0]             epoch_i,
  /// State: sequence number
  input logic [SeqW-1:0]              commit_seq_i,
  /// Room for more requests
  input logic                         credit_i,
  /// Answer: there is an entry
  input logic                         e_found_i,
  /// Answer: its ASID
  input logic [AsidW-1:0]             e_asid_i,
  /// Answer: its first granule
  input logic [IgW-1:0]               e_start_i,
  /// Answer: its last granule
  input logic [IgW-1:0]               e_last_i,
  /// Answer: the physical granule of the first one
  input logic [PgW-1:0]               e_pa_i,
  /// Answer: permissions
  input logic [PermW-1:0]             e_perm_i,
  /// Answer: poisoned
  input logic                         e_poison_i,
  /// The answer of one clock ago: damaged
  input logic                         e_damaged_i
);

  localparam int unsigned TableClocks = iotlb_latency(ENTRIES, K);
  localparam int unsigned Latency = latency(ENTRIES, K);

  // Reset in the first clock.
  logic rst_n = 1'b0;
  always_ff @(posedge clk_i) rst_n <= 1'b1;

  logic [AsidW-1:0]      group_asid [GROUPS];
  mode_e                 mode [ASIDS];
  logic                  ready, rsp_valid, rsp_tracked, rsp_epoch, rsp_write, rsp_identity;
  fault_e                rsp_fault;
  logic [PA_W-1:0]       rsp_pa;
  logic [IOVA_W-1:0]     rsp_map_last, rsp_iova;
  logic [AsidPortW-1:0]  rsp_asid;
  logic [SeqW-1:0]       rsp_seq;
  logic [GroupPortW-1:0] rsp_group;
  logic [LenW-1:0]       rsp_len_m1;
  logic                  accept, accept_epoch, q_valid;
  logic [AsidW-1:0]      accept_asid, q_asid;
  logic [IgW-1:0]        q_granule;
  always_comb begin
    for (int unsigned g = 0; g < GROUPS; g++) group_asid[g] = group_asid_i[g];
    for (int unsigned a = 0; a < ASIDS; a++) mode[a] = mode_e'(mode_i[a]);
  end
  iommu_xlate #(
    .ENTRIES     (ENTRIES),
    .ASIDS       (ASIDS),
    .GROUPS      (GROUPS),
    .IOVA_W      (IOVA_W),
    .PA_W        (PA_W),
    .GRANULE_LOG2(GRANULE_LOG2),
    .K           (K)
  ) u_xlate (
    .clk_i, .rst_ni(rst_n),
    .req_valid_i, .req_ready_o(ready), .req_group_i, .req_iova_i, .req_len_m1_i, .req_write_i, .req_bad_i,
    .rsp_valid_o(rsp_valid), .rsp_fault_o(rsp_fault), .rsp_pa_o(rsp_pa), .rsp_map_last_o(rsp_map_last),
    .rsp_tracked_o(rsp_tracked), .rsp_asid_o(rsp_asid), .rsp_epoch_o(rsp_epoch), .rsp_commit_seq_o(rsp_seq),
    .rsp_group_o(rsp_group), .rsp_iova_o(rsp_iova), .rsp_len_m1_o(rsp_len_m1), .rsp_write_o(rsp_write),
    .rsp_identity_o(rsp_identity),
    .group_valid_i, .group_asid_i(group_asid), .group_hold_i, .mode_i(mode), .epoch_i, .commit_seq_i,
    .accept_o(accept), .accept_asid_o(accept_asid), .accept_epoch_o(accept_epoch), .credit_i,
    .q_valid_o(q_valid), .q_asid_o(q_asid), .q_granule_o(q_granule),
    .e_found_i, .e_asid_i, .e_last_i, .e_delta_i(e_pa_i - PgW'(e_start_i)), .e_perm_i, .e_poison_i, .e_damaged_i
  );

  // --- who is accepted, and when -------------------------------------------------------------------------------------

  logic               known, accepted;
  logic [Latency-1:0] accepted_q;  // one to LATENCY clocks ago
  assign known    = 32'(req_group_i) < GROUPS;
  assign accepted = req_valid_i && ready;
  always_ff @(posedge clk_i or negedge rst_n) begin
    if (!rst_n) accepted_q <= '0;
    else accepted_q <= {accepted_q[Latency-2:0], accepted};
  end

  // --- the followed request, with the state of the clock that accepts it ---------------------------------------------

  typedef struct packed {
    logic [GroupPortW-1:0] group;
    logic [IOVA_W-1:0]     iova;
    logic [LenW-1:0]       len_m1;
    logic                  write;
    logic                  bad;
    logic                  tracked;  // the group has an address space
    logic [AsidW-1:0]      asid;
    logic [1:0]            mode;
    logic                  epoch;
    logic [SeqW-1:0]       seq;
  } request_t;
  typedef struct packed {
    logic             found;
    logic [AsidW-1:0] asid;
    logic [IgW-1:0]   start;
    logic [IgW-1:0]   last;
    logic [PgW-1:0]   pa;
    logic [PermW-1:0] perm;
    logic             poison;
  } answer_t;
  logic                     picked_q;
  logic [4:0]               age_q;  // clocks since it was accepted, and then as many as there are
  request_t                 request, f_q;
  answer_t                  e_q;
  logic                     damaged_q, moved_q;
  logic [AsidW+IgW-1:0]     query_q;
  always_comb begin
    request         = '{req_group_i, req_iova_i, req_len_m1_i, req_write_i, req_bad_i, 1'b0, '0, '0, 1'b0, commit_seq_i};
    request.tracked = known && group_valid_i[GroupW'(req_group_i)];
    if (request.tracked) request.asid = group_asid_i[GroupW'(req_group_i)];
    request.mode    = mode_i[request.asid];
    request.epoch   = epoch_i[request.asid];
  end
  always_ff @(posedge clk_i or negedge rst_n) begin
    if (!rst_n) begin
      picked_q <= 1'b0;
      age_q    <= '1;
    end else if (!picked_q && accepted && pick_i) begin
      picked_q <= 1'b1;
      age_q    <= 5'd1;
    end else if (age_q != '1) begin
      age_q <= age_q + 1'b1;
    end
  end
  always_ff @(posedge clk_i) begin
    if (!picked_q) f_q <= request;
    if (32'(age_q) == 1) query_q <= {q_asid, q_granule};
    if (32'(age_q) == TableClocks + 1) e_q <= '{e_found_i, e_asid_i, e_start_i, e_last_i, e_pa_i, e_perm_i, e_poison_i};
    if (32'(age_q) == TableClocks + 2) damaged_q <= e_damaged_i;
    // Mode and address space are others since.
    if (32'(age_q) == 1) moved_q <= group_asid_i[GroupW'(f_q.group)] != f_q.asid && mode_i[f_q.asid] != f_q.mode;
  end

  // --- what becomes of it: the table of faults -----------------------------------------------------------------------

  logic [IOVA_W:0]   end_byte;          // of the access, with a bit for what lies beyond
  logic [IOVA_W-1:0] e_first, e_end;    // bytes of the entry
  logic              permits;
  fault_e            fault;
  logic [PA_W-1:0]   pa;
  assign end_byte = (IOVA_W + 1)'(f_q.iova) + (IOVA_W + 1)'(f_q.len_m1);
  assign e_first  = IOVA_W'(e_q.start) << GRANULE_LOG2;
  assign e_end    = (IOVA_W'(e_q.last) << GRANULE_LOG2) | IOVA_W'((1 << GRANULE_LOG2) - 1);
  assign permits  = f_q.write ? e_q.perm[PermWrite] : e_q.perm[PermRead];
  always_comb begin
    fault = FaultNone;
    pa    = '0;
    if (!f_q.tracked) fault = FaultGroup;
    else if (f_q.bad) fault = FaultBurst;
    else if (end_byte[IOVA_W]) fault = FaultOverflow;
    else if (f_q.mode == ModeIdentity) begin
      if (65'(end_byte) >> PA_W != '0) fault = FaultPaWidth;
      else pa = PA_W'(f_q.iova);
    end else if (f_q.mode != ModeMapped) fault = FaultBlocked;
    else if (damaged_q || (e_q.found && e_q.asid == f_q.asid && e_q.poison)) fault = FaultParity;
    else if (!e_q.found || e_q.asid != f_q.asid || e_first > f_q.iova || e_end < f_q.iova) fault = FaultNoMapping;
    else if (!permits) fault = FaultPermission;
    else if (e_end < end_byte[IOVA_W-1:0]) fault = FaultCrossing;
    else pa = (PA_W'(e_q.pa) << GRANULE_LOG2) + PA_W'(f_q.iova - e_first);
  end

  // I1 in one sentence: what has to be so for any access that translates.
  logic identity, entry;
  assign identity = f_q.mode == ModeIdentity && !end_byte[IOVA_W] && 65'(end_byte) >> PA_W == '0
                    && rsp_pa == PA_W'(f_q.iova);
  assign entry    = f_q.mode == ModeMapped && e_q.found && e_q.asid == f_q.asid && e_first <= f_q.iova
                    && end_byte <= {1'b0, e_end} && permits && !e_q.poison && !damaged_q;

  logic answered;
  assign answered = rst_n && picked_q && 32'(age_q) == Latency;

  always_comb begin
    if (rst_n && 32'(age_q) == TableClocks + 1) assume (!e_found_i || {e_asid_i, e_start_i} <= query_q);
    if (rst_n) begin
      a_ready: assert (ready == (credit_i && !(known && group_hold_i[GroupW'(req_group_i)])));
      a_time:  assert (rsp_valid == accepted_q[Latency-1]);
      a_query: assert (q_valid == accepted_q[0]);
      if (!accepted_q[1]) a_count: assert (!accept);
    end
    if (rst_n && picked_q && 32'(age_q) == 1 && f_q.tracked) begin
      a_asks: assert ({q_asid, q_granule} == {f_q.asid, f_q.iova[IOVA_W-1:GRANULE_LOG2]});
    end
    if (rst_n && picked_q && 32'(age_q) == 2) begin
      a_counted: assert (accept == f_q.tracked && (!accept || {accept_asid, accept_epoch} == {f_q.asid, f_q.epoch}));
    end
    if (answered) begin
      a_isolation: assert (rsp_fault != FaultNone || (f_q.tracked && !f_q.bad && (identity || entry)));
      a_fault:     assert (rsp_valid && rsp_fault == fault);
      a_address:   assert (rsp_pa == pa);
      a_map_last:  assert (rsp_map_last == ((fault inside {FaultNone, FaultPermission, FaultCrossing})
                                            ? (f_q.mode == ModeIdentity ? '1 : e_end) : '0));
      a_request:   assert ({rsp_group, rsp_iova, rsp_len_m1, rsp_write} == {f_q.group, f_q.iova, f_q.len_m1, f_q.write});
      a_state:     assert (rsp_seq == f_q.seq && rsp_tracked == f_q.tracked
                           && (!f_q.tracked || rsp_identity == (f_q.mode == ModeIdentity)));
      a_tag:       assert ({rsp_asid, rsp_epoch} == (f_q.tracked ? {AsidPortW'(f_q.asid), f_q.epoch} : '0));
    end
    // For the induction.
    if (rst_n) begin
      h_side: assert (32'(u_xlate.u_side.ptr_q) < TableClocks - 2);
      h_late: assert (32'(u_xlate.u_late.ptr_q) < TableClocks - 4);
    end
    // The last byte of an entry that starts below, beside others, when everything else has changed.
    c_entry:    cover (answered && rsp_fault == FaultNone && f_q.mode == ModeMapped && f_q.asid == '1 && moved_q
                       && end_byte == {1'b0, e_end} && e_first < f_q.iova && e_q.pa < PgW'(e_q.start)
                       && f_q.len_m1 != '0 && accepted_q[Latency-2:0] == '1);
    c_identity: cover (answered && rsp_fault == FaultNone && f_q.mode == ModeIdentity && moved_q && rsp_pa != '0);
    c_damaged:  cover (answered && rsp_fault == FaultParity && !e_q.poison && permits && e_q.found
                       && e_q.asid == f_q.asid);
    c_crossing: cover (answered && rsp_fault == FaultCrossing && f_q.iova == e_end && e_q.last != '1);
    c_width:    cover (answered && rsp_fault == ((PA_W < IOVA_W) ? FaultPaWidth : FaultOverflow));
  end

endmodule
