// SPDX-License-Identifier: Apache-2.0
//
// The IOMMU behind its two boundaries: AXI4-Lite for control, a valid/ready port for translations. The AXI4
// data path is built on the second one.
//
//   AXI4-Lite -> iommu_regs -> iommu_ctrl --effect--> iommu_state --modes, groups--> iommu_xlate <- requests
//                                  |                      | removals                   |  |  |      -> responses
//                                  +-- passes, flip --> iotlb <------- query ----------+  |  |
//                                                         iommu_drain <--- accepted ------+  +--- releases

module iommu_core
  import iommu_pkg::*;
#(
  /// Entries of the table, all address spaces together
  parameter int unsigned ENTRIES = EntriesDefault,
  /// Address spaces, at most AsidsMax
  parameter int unsigned ASIDS = AsidsDefault,
  /// Virtqueue groups, at most GroupsMax
  parameter int unsigned GROUPS = GroupsDefault,
  /// virtio devices, at most DevicesMax
  parameter int unsigned DEVICES = DevicesDefault,
  /// 1: requests of held groups wait; 0: who asks does not ask for them, see group_hold_o
  parameter bit HOLDS = 1'b1,
  /// Bits of an IOVA, at most 64
  parameter int unsigned IOVA_W = 64,
  /// Bits of a physical address, at most 64
  parameter int unsigned PA_W = 64,
  /// log2 of the granule in bytes; 0 for byte ranges
  parameter int unsigned GRANULE_LOG2 = GranuleLog2Default,
  /// Search radix, a power of two
  parameter int unsigned K = RadixDefault,
  /// Search ports: translations accepted in one clock
  parameter int unsigned SEARCH_PORTS = 1,
  /// Bits of the number of requests in flight; accepting stops before it overflows
  parameter int unsigned IN_FLIGHT_W = InFlightW,
  /// AXI4 ports, at most PortsMax
  parameter int unsigned PORTS = 1,
  /// Bits of the AXI4 data buses, for CAP_AXI; 0 without AXI4 ports
  parameter int unsigned AXI_DATA_W = 0,
  /// Bits of an AXI4 ID, for CAP_AXI
  parameter int unsigned AXI_ID_W = 0,
  /// Bursts in flight downstream of each port and direction, for CAP_AXI
  parameter int unsigned OUTSTANDING = 0,
  /// Records of the fault queue
  parameter int unsigned FAULT_DEPTH = FaultDepthDefault,
  /// Pages of the dirty bitmap, a power of two; 0 for none
  parameter int unsigned DIRTY_PAGES = 0,
  /// Posted commands that one merge pass executes, and that the queue before it holds; at most BatchMax
  parameter int unsigned B = BatchDefault,
  /// 1: every word of the table has a parity bit, and an access that depends on a damaged one faults
  parameter bit PARITY = 1'b1,
  /// Bits of the number of a 4 KiB page of IOVA
  localparam int unsigned PageW = IOVA_W - PageLog2
) (
  /// Clock
  input  logic                  clk_i,
  /// Asynchronous power-on reset, active low; released synchronously to clk_i
  input  logic                  rst_ni,
`ifdef PERSIMMON_BUGS
  /// Deliberate bug to show that the testbench sees it, 0 for none
  input  logic [7:0]            bug_i,
`endif

  /// AXI4-Lite AWVALID
  input  logic                  s_axil_awvalid_i,
  /// AXI4-Lite AWREADY
  output logic                  s_axil_awready_o,
  /// AXI4-Lite AWADDR, bytes
  input  logic [AxilAddrW-1:0]  s_axil_awaddr_i,
  /// AXI4-Lite AWPROT, not looked at
  input  logic [2:0]            s_axil_awprot_i,
  /// AXI4-Lite WVALID
  input  logic                  s_axil_wvalid_i,
  /// AXI4-Lite WREADY
  output logic                  s_axil_wready_o,
  /// AXI4-Lite WDATA
  input  logic [31:0]           s_axil_wdata_i,
  /// AXI4-Lite WSTRB
  input  logic [3:0]            s_axil_wstrb_i,
  /// AXI4-Lite BVALID
  output logic                  s_axil_bvalid_o,
  /// AXI4-Lite BREADY
  input  logic                  s_axil_bready_i,
  /// AXI4-Lite BRESP
  output logic [1:0]            s_axil_bresp_o,
  /// AXI4-Lite ARVALID
  input  logic                  s_axil_arvalid_i,
  /// AXI4-Lite ARREADY
  output logic                  s_axil_arready_o,
  /// AXI4-Lite ARADDR, bytes
  input  logic [AxilAddrW-1:0]  s_axil_araddr_i,
  /// AXI4-Lite ARPROT, not looked at
  input  logic [2:0]            s_axil_arprot_i,
  /// AXI4-Lite RVALID
  output logic                  s_axil_rvalid_o,
  /// AXI4-Lite RREADY
  input  logic                  s_axil_rready_i,
  /// AXI4-Lite RDATA
  output logic [31:0]           s_axil_rdata_o,
  /// AXI4-Lite RRESP
  output logic [1:0]            s_axil_rresp_o,

  /// Translation request, one a search port
  input  logic [SEARCH_PORTS-1:0]                 req_valid_i,
  /// Translation request is accepted; depends on req_group_i
  output logic [SEARCH_PORTS-1:0]                 req_ready_o,
  /// Virtqueue group; one out of range faults
  input  logic [SEARCH_PORTS-1:0][GroupPortW-1:0] req_group_i,
  /// First byte
  input  logic [SEARCH_PORTS-1:0][IOVA_W-1:0]     req_iova_i,
  /// Length in bytes, minus one
  input  logic [SEARCH_PORTS-1:0][LenW-1:0]       req_len_m1_i,
  /// The device writes memory
  input  logic [SEARCH_PORTS-1:0]                 req_write_i,
  /// The burst behind the request breaks a rule: it faults, whatever is mapped
  input  logic [SEARCH_PORTS-1:0]                 req_bad_i,
  /// Groups whose requests are not accepted now
  output logic [GROUPS-1:0]                       group_hold_o,

  /// Translation response, LATENCY clocks after acceptance; cannot be held
  output logic [SEARCH_PORTS-1:0]                 rsp_valid_o,
  /// Why the access is refused
  output logic [SEARCH_PORTS-1:0][3:0]            rsp_fault_o,
  /// Physical address of the first byte, 0 if refused
  output logic [SEARCH_PORTS-1:0][PA_W-1:0]       rsp_pa_o,
  /// Last byte of the entry that covers the first byte; 0 if there is none
  output logic [SEARCH_PORTS-1:0][IOVA_W-1:0]     rsp_map_last_o,
  /// The request counts as in flight until it is released
  output logic [SEARCH_PORTS-1:0]                 rsp_tracked_o,
  /// Address space it counts in
  output logic [SEARCH_PORTS-1:0][AsidPortW-1:0]  rsp_asid_o,
  /// Epoch it counts in
  output logic [SEARCH_PORTS-1:0]                 rsp_epoch_o,
  /// COMMIT_SEQ at acceptance
  output logic [SEARCH_PORTS-1:0][SeqW-1:0]       rsp_commit_seq_o,

  /// The consumer no longer uses the answer; once for each response
  input  logic [SEARCH_PORTS-1:0]                 rel_valid_i,
  /// rsp_tracked_o of that response
  input  logic [SEARCH_PORTS-1:0]                 rel_tracked_i,
  /// rsp_asid_o of that response
  input  logic [SEARCH_PORTS-1:0][AsidPortW-1:0]  rel_asid_i,
  /// rsp_epoch_o of that response
  input  logic [SEARCH_PORTS-1:0]                 rel_epoch_i,

  /// AXI4 ports: where the group of an access comes from
  output logic [PORTS-1:0][1:0]                   port_source_o,
  /// AXI4 ports: the group for source `fixed`
  output logic [PORTS-1:0][GroupPortW-1:0]        port_group_o,
  /// AXI4 ports: accept no further burst
  output logic [PORTS-1:0]                        port_quiesce_o,
  /// AXI4 ports: nothing accepted is unfinished
  input  logic [PORTS-1:0]                        port_idle_i,
  /// Requester ID table: the requester exists
  output logic [RidsMax-1:0]                      rid_valid_o,
  /// Requester ID table: its group
  output logic [RidsMax-1:0][GroupPortW-1:0]      rid_group_o,

  /// Dirty log: a write has been answered, one a port
  input  logic [PORTS-1:0]                        dirty_valid_i,
  /// Dirty log: it has been taken
  output logic [PORTS-1:0]                        dirty_ready_o,
  /// Dirty log: its address space
  input  logic [PORTS-1:0][AsidPortW-1:0]         dirty_asid_i,
  /// Dirty log: its page of IOVA
  input  logic [PORTS-1:0][PageW-1:0]             dirty_page_i,

  /// Pulse: virtio device reset, served before the next command
  input  logic [DEVICES-1:0]    dev_reset_i,
  /// With dev_reset_i: the CLEAN_MAP flag
  input  logic [DEVICES-1:0]    dev_reset_clean_i,
  /// Interrupt, level
  output logic                  irq_o
);

  localparam int unsigned AsidW = idx_w(ASIDS);
  localparam int unsigned GroupW = idx_w(GROUPS);
  localparam int unsigned DeviceW = idx_w(DEVICES);
  localparam int unsigned PosW = idx_w(ENTRIES);
  localparam int unsigned CountW = $clog2(ENTRIES + 1);
  localparam int unsigned IgW = IOVA_W - GRANULE_LOG2;
  localparam int unsigned PgW = PA_W - GRANULE_LOG2;
  localparam int unsigned OpPosW = idx_w(B);
  localparam int unsigned OpsW = $clog2(B + 1);

  // --- registers -----------------------------------------------------------------------------------------------

  iommu_regs_pkg::iommu__out_t hw_out;

  logic [15:0]       at_limit;
  persist_e          dev_persist [DEVICES];
  logic [3:0]        dev_as0 [DEVICES];
  logic [GROUPS-1:0] dev_groups [DEVICES];
  logic [ASIDS-1:0]  dev_asids [DEVICES];

  for (genvar d = 0; d < int'(DEVICES); d++) begin : g_device
    assign dev_persist[d] = persist_e'(hw_out.DEVICE[d].POLICY.persist.value);
    assign dev_as0[d]     = hw_out.DEVICE[d].POLICY.as0.value;
    assign dev_groups[d]  = hw_out.DEVICE[d].GROUPS.groups.value[GROUPS-1:0];
    assign dev_asids[d]   = hw_out.DEVICE[d].ASIDS.asids.value[ASIDS-1:0];
  end

  // --- commands and state --------------------------------------------------------------------------------------

  localparam logic [63:0] IovaMask = 64'((65'd1 << IOVA_W) - 65'd1);
  localparam logic [63:0] PaMask = 64'((65'd1 << PA_W) - 65'd1);

  logic                  busy, doorbell_busy, cmd_done, txn_open, txn_poisoned, read_done, read_valid;
  code_e                 result_code;
  logic [7:0]            result_op;
  logic [ResultSeqW-1:0] result_seq;
  logic [AsidW-1:0]      txn_asid;
  logic [7:0]            post_pending, post_free;
  logic                  cmd_ring, post_ring;
  command_t              rung_cmd, rung_post, cmd;
  logic                  cmd_valid, cmd_take, engine_done;
  code_e                 engine_code;
  logic [7:0]            engine_op;

  effect_e            effect;
  logic [AsidW-1:0]   effect_asid, at_asid;
  logic [GroupW-1:0]  effect_group;
  logic [DeviceW-1:0] effect_device;
  logic               effect_clean;
  logic [CountW-1:0]  effect_amount;
  logic [OpsW-1:0]    effect_ops;

  mode_e             mode [ASIDS];
  logic [ASIDS-1:0]  mapped, cleaned, remove, epoch, draining, stuck;
  logic [CountW-1:0] at_count, scan_count, status_count;
  logic [AsidW-1:0]  status_asid;
  mode_e             at_mode;
  logic              change;
  logic [AsidW-1:0]  scan_asid;
  logic [GROUPS-1:0] group_valid, group_hold;
  logic [AsidW-1:0]  group_asid [GROUPS];
  logic [SeqW-1:0]   commit_seq;

  logic              tbl_ready, tbl_start, tbl_stage, tbl_load, tbl_done, tbl_flip, tbl_rd_valid;
  logic [OpPosW-1:0] tbl_load_pos, tbl_verdict_pos;
  logic [OpsW-1:0]   tbl_ops, tbl_quota, tbl_room, tbl_inserted;
  verdict_e          tbl_verdict;
  merge_e            tbl_kind;
  logic [AsidW-1:0]  tbl_rd_asid;
  logic [IgW-1:0]    tbl_first, tbl_last, tbl_rd_start, tbl_rd_last;
  logic [PgW-1:0]    tbl_delta, tbl_rd_delta;
  logic [PermW-1:0]  tbl_perm, tbl_rd_perm;
  logic [PosW-1:0]   tbl_pos;
  logic [ASIDS-1:0]  tbl_live;
  logic [CountW-1:0] tbl_removed, tbl_count;

  always_comb begin
    rung_cmd = '{posted: 1'b0, op: hw_out.CMD.op.value, perm: hw_out.CMD.perm.value, asid: hw_out.CMD.asid.value,
                 target: hw_out.CMD.target.value, clean: hw_out.CMD.clean.value,
                 iova: {hw_out.ARG_IOVA.hi.value, hw_out.ARG_IOVA.lo.value},
                 last: {hw_out.ARG_LAST.hi.value, hw_out.ARG_LAST.lo.value},
                 pa: {hw_out.ARG_PA.hi.value, hw_out.ARG_PA.lo.value}};
    // Of an address that is too large no more is asked than that: where addresses are narrow, what lies above them is one
    // flip-flop in each register that a command goes through.
    rung_cmd.iova = (rung_cmd.iova & IovaMask) | ({64{(rung_cmd.iova & ~IovaMask) != '0}} & ~IovaMask);
    rung_cmd.last = (rung_cmd.last & IovaMask) | ({64{(rung_cmd.last & ~IovaMask) != '0}} & ~IovaMask);
    rung_cmd.pa   = (rung_cmd.pa & PaMask) | ({64{(rung_cmd.pa & ~PaMask) != '0}} & ~PaMask);

    rung_post        = rung_cmd;
    rung_post.posted = 1'b1;
    rung_post.op     = hw_out.POST.op.value;
    rung_post.perm   = hw_out.POST.perm.value;
    rung_post.asid   = hw_out.POST.asid.value;
  end

  iommu_post #(
    .B(B)
  ) u_post (
    .clk_i,
    .rst_ni,
    .cmd_ring_i   (cmd_ring),
    .cmd_i        (rung_cmd),
    .post_ring_i  (post_ring),
    .post_i       (rung_post),
    .refused_o    (doorbell_busy),
    .busy_o       (busy),
    .pending_o    (post_pending),
    .free_o       (post_free),
    .result_code_o(result_code),
    .result_op_o  (result_op),
    .result_seq_o (result_seq),
    .cmd_done_o   (cmd_done),
    .valid_o      (cmd_valid),
    .head_o       (cmd),
    .take_i       (cmd_take),
    .done_i       (engine_done),
    .done_code_i  (engine_code),
    .done_op_i    (engine_op)
  );

  iommu_ctrl #(
    .ENTRIES     (ENTRIES),
    .ASIDS       (ASIDS),
    .GROUPS      (GROUPS),
    .DEVICES     (DEVICES),
    .IOVA_W      (IOVA_W),
    .PA_W        (PA_W),
    .GRANULE_LOG2(GRANULE_LOG2),
    .B           (B)
  ) u_ctrl (
    .clk_i,
    .rst_ni,
    .cmd_valid_i      (cmd_valid),
    .cmd_i            (cmd),
    .cmd_take_o       (cmd_take),
    .done_o           (engine_done),
    .done_code_o      (engine_code),
    .done_op_o        (engine_op),
    .txn_open_o       (txn_open),
    .txn_poisoned_o   (txn_poisoned),
    .txn_asid_o       (txn_asid),
    .at_asid_o        (at_asid),
    .limit_i          (at_limit),
    .dev_reset_i,
    .dev_reset_clean_i,
    .effect_o         (effect),
    .effect_asid_o    (effect_asid),
    .effect_group_o   (effect_group),
    .effect_device_o  (effect_device),
    .effect_clean_o   (effect_clean),
    .effect_amount_o  (effect_amount),
    .effect_ops_o     (effect_ops),
    .cleaned_i        (cleaned),
    .change_i         (change),
    .count_i          (at_count),
    .scan_asid_o      (scan_asid),
    .scan_count_i     (scan_count),
    .mapped_i         (mapped),
    .read_done_o      (read_done),
    .read_valid_o     (read_valid),
    .tbl_ready_i      (tbl_ready),
    .tbl_start_o      (tbl_start),
    .tbl_kind_o       (tbl_kind),
    .tbl_stage_o      (tbl_stage),
    .tbl_load_o       (tbl_load),
    .tbl_load_pos_o   (tbl_load_pos),
    .tbl_ops_o        (tbl_ops),
    .tbl_quota_o      (tbl_quota),
    .tbl_room_o       (tbl_room),
    .tbl_first_o      (tbl_first),
    .tbl_last_o       (tbl_last),
    .tbl_delta_o      (tbl_delta),
    .tbl_perm_o       (tbl_perm),
    .tbl_pos_o        (tbl_pos),
    .tbl_live_o       (tbl_live),
    .tbl_done_i       (tbl_done),
    .tbl_verdict_pos_o(tbl_verdict_pos),
    .tbl_verdict_i    (tbl_verdict),
    .tbl_inserted_i   (tbl_inserted),
    .tbl_removed_i    (tbl_removed),
    .tbl_flip_o       (tbl_flip),
    .tbl_count_i      (tbl_count)
  );

  iommu_state #(
    .ENTRIES(ENTRIES),
    .ASIDS  (ASIDS),
    .GROUPS (GROUPS),
    .DEVICES(DEVICES),
    .B      (B)
  ) u_state (
    .clk_i,
    .rst_ni,
`ifdef PERSIMMON_BUGS
    .bug_i,
`endif
    .effect_i        (effect),
    .asid_i          (effect_asid),
    .group_i         (effect_group),
    .device_i        (effect_device),
    .clean_i         (effect_clean),
    .amount_i        (effect_amount),
    .ops_i           (effect_ops),
    .cleaned_o       (cleaned),
    .change_o        (change),
    .remove_o        (remove),
    .init_identity_i (hw_out.INIT_MODE.identity.value[ASIDS-1:0]),
    .clean_identity_i(hw_out.CLEAN_MODE.identity.value[ASIDS-1:0]),
    .dev_persist_i   (dev_persist),
    .dev_as0_i       (dev_as0),
    .dev_groups_i    (dev_groups),
    .dev_asids_i     (dev_asids),
    .mode_o          (mode),
    .mapped_o        (mapped),
    .at_asid_i       (at_asid),
    .at_count_o      (at_count),
    .at_mode_o       (at_mode),
    .scan_asid_i     (scan_asid),
    .scan_count_o    (scan_count),
    .status_asid_i   (status_asid),
    .status_count_o  (status_count),
    .group_valid_o   (group_valid),
    .group_asid_o    (group_asid),
    .group_hold_o    (group_hold),
    .commit_seq_o    (commit_seq)
  );

  // --- table and translation -----------------------------------------------------------------------------------

  logic                               credit, drained;
  logic [SEARCH_PORTS-1:0]            accept, accept_epoch, q_valid, e_found;
  logic [SEARCH_PORTS-1:0][AsidW-1:0] accept_asid, q_asid, e_asid;
  logic [SEARCH_PORTS-1:0][IgW-1:0]   q_granule, e_last;
  logic [SEARCH_PORTS-1:0][PgW-1:0]   e_delta;
  logic [SEARCH_PORTS-1:0][PermW-1:0] e_perm;
  logic [SEARCH_PORTS-1:0]            e_poison, e_damaged;
  logic [1:0]                         damaged;
  logic                               tbl_rd_poison, injected;
  logic [IN_FLIGHT_W-1:0]             in_flight;

  // The requests behind the responses, for who records and counts.
  logic [SEARCH_PORTS-1:0][GroupPortW-1:0] rsp_group;
  logic [SEARCH_PORTS-1:0][IOVA_W-1:0]     rsp_iova;
  logic [SEARCH_PORTS-1:0][LenW-1:0]       rsp_len_m1;
  logic [SEARCH_PORTS-1:0]                 rsp_write, rsp_identity;

  iotlb #(
    .ENTRIES(ENTRIES),
    .ASIDS  (ASIDS),
    .IG_W   (IgW),
    .PG_W   (PgW),
    .K      (K),
    .SEARCH_PORTS(SEARCH_PORTS),
    .B           (B),
    .PARITY      (PARITY)
  ) u_iotlb (
    .clk_i,
    .rst_ni,
`ifdef PERSIMMON_BUGS
    .bug_i,
`endif
    .q_valid_i  (q_valid),
    .q_asid_i   (q_asid),
    .q_granule_i(q_granule),
    .e_found_o  (e_found),
    .e_asid_o   (e_asid),
    .e_last_o   (e_last),
    .e_delta_o  (e_delta),
    .e_perm_o   (e_perm),
    .e_poison_o (e_poison),
    .e_damaged_o(e_damaged),
    .ready_o    (tbl_ready),
    .start_i    (tbl_start),
    .kind_i     (tbl_kind),
    .stage_i    (tbl_stage),
    .load_i     (tbl_load),
    .load_pos_i (tbl_load_pos),
    .ops_i      (tbl_ops),
    .quota_i    (tbl_quota),
    .room_i     (tbl_room),
    .op_asid_i  (at_asid),
    .op_start_i (tbl_first),
    .op_last_i  (tbl_last),
    .op_delta_i (tbl_delta),
    .op_perm_i  (tbl_perm),
    .op_pos_i   (tbl_pos),
    .live_i     (tbl_live),
    .done_o     (tbl_done),
    .verdict_pos_i(tbl_verdict_pos),
    .verdict_o  (tbl_verdict),
    .inserted_o (tbl_inserted),
    .removed_o  (tbl_removed),
    .flip_i     (tbl_flip),
    .rd_valid_o (tbl_rd_valid),
    .rd_asid_o  (tbl_rd_asid),
    .rd_start_o (tbl_rd_start),
    .rd_last_o  (tbl_rd_last),
    .rd_delta_o (tbl_rd_delta),
    .rd_perm_o  (tbl_rd_perm),
    .rd_poison_o(tbl_rd_poison),
    .damaged_o  (damaged),
    .inject_i   ('{what: hw_out.INJECT.what.value, depth: hw_out.INJECT.depth.value,
                   place: hw_out.INJECT.place.value, index: hw_out.INJECT.index.value}),
    .injected_o (injected),
    .count_o    (tbl_count)
  );

  for (genvar s = 0; s < int'(SEARCH_PORTS); s++) begin : g_xlate
    fault_e rsp_fault;
    assign rsp_fault_o[s] = rsp_fault;

    iommu_xlate #(
      .ENTRIES     (ENTRIES),
      .ASIDS       (ASIDS),
      .GROUPS      (GROUPS),
      .HOLDS       (HOLDS),
      .IOVA_W      (IOVA_W),
      .PA_W        (PA_W),
      .GRANULE_LOG2(GRANULE_LOG2),
      .K           (K)
    ) u_xlate (
      .clk_i,
      .rst_ni,
`ifdef PERSIMMON_BUGS
      .bug_i,
`endif
      .req_valid_i     (req_valid_i[s]),
      .req_ready_o     (req_ready_o[s]),
      .req_group_i     (req_group_i[s]),
      .req_iova_i      (req_iova_i[s]),
      .req_len_m1_i    (req_len_m1_i[s]),
      .req_write_i     (req_write_i[s]),
      .req_bad_i       (req_bad_i[s]),
      .rsp_valid_o     (rsp_valid_o[s]),
      .rsp_fault_o     (rsp_fault),
      .rsp_pa_o        (rsp_pa_o[s]),
      .rsp_map_last_o  (rsp_map_last_o[s]),
      .rsp_tracked_o   (rsp_tracked_o[s]),
      .rsp_asid_o      (rsp_asid_o[s]),
      .rsp_epoch_o     (rsp_epoch_o[s]),
      .rsp_commit_seq_o(rsp_commit_seq_o[s]),
      .rsp_group_o     (rsp_group[s]),
      .rsp_iova_o      (rsp_iova[s]),
      .rsp_len_m1_o    (rsp_len_m1[s]),
      .rsp_write_o     (rsp_write[s]),
      .rsp_identity_o  (rsp_identity[s]),
      .group_valid_i   (group_valid),
      .group_asid_i    (group_asid),
      .group_hold_i    (group_hold),
      .mode_i          (mode),
      .epoch_i         (epoch),
      .commit_seq_i    (commit_seq),
      .accept_o        (accept[s]),
      .accept_asid_o   (accept_asid[s]),
      .accept_epoch_o  (accept_epoch[s]),
      .credit_i        (credit),
      .q_valid_o       (q_valid[s]),
      .q_asid_o        (q_asid[s]),
      .q_granule_o     (q_granule[s]),
      .e_found_i       (e_found[s]),
      .e_asid_i        (e_asid[s]),
      .e_last_i        (e_last[s]),
      .e_delta_i       (e_delta[s]),
      .e_perm_i        (e_perm[s]),
      .e_poison_i      (e_poison[s]),
      .e_damaged_i     (e_damaged[s])
    );
  end
  assign group_hold_o = group_hold;

  logic [SEARCH_PORTS-1:0]            released;
  logic [SEARCH_PORTS-1:0][AsidW-1:0] released_asid;
  always_comb begin
    for (int unsigned s = 0; s < SEARCH_PORTS; s++) begin
      released[s]      = rel_valid_i[s] && rel_tracked_i[s] && 32'(rel_asid_i[s]) < ASIDS;
      released_asid[s] = AsidW'(rel_asid_i[s]);
    end
  end

  iommu_drain #(
    .ASIDS       (ASIDS),
    .SEARCH_PORTS(SEARCH_PORTS),
    .IN_FLIGHT_W (IN_FLIGHT_W)
  ) u_drain (
    .clk_i,
    .rst_ni,
`ifdef PERSIMMON_BUGS
    .accept_i       (accept & {SEARCH_PORTS{bug_i != 8'd7}}),
`else
    .accept_i       (accept),
`endif
    .accept_asid_i  (accept_asid),
    .accept_epoch_i (accept_epoch),
    .credit_o       (credit),
    .in_flight_o    (in_flight),
    .release_i      (released),
    .release_asid_i (released_asid),
    .release_epoch_i(rel_epoch_i),
    .remove_i       (remove),
    .epoch_o        (epoch),
    .draining_o     (draining),
    .drained_o      (drained),
    .stuck_clocks_i (hw_out.STUCK_CLOCKS.clocks.value),
    .stuck_o        (stuck)
  );

  // --- damage ---------------------------------------------------------------------------------------------------

  parity_t parity;

  iommu_parity #(
    .SEARCH_PORTS(SEARCH_PORTS)
  ) u_parity (
    .clk_i,
    .rst_ni,
    .rsp_valid_i(rsp_valid_o),
    .rsp_fault_i(rsp_fault_o),
    .damaged_i  (damaged),
    .injected_i (injected),
    .parity_o   (parity)
  );

  // --- what software reads --------------------------------------------------------------------------------------

  read_t read;
  logs_t logs;

  iommu_read #(
    .ENTRIES     (ENTRIES),
    .ASIDS       (ASIDS),
    .IOVA_W      (IOVA_W),
    .PA_W        (PA_W),
    .GRANULE_LOG2(GRANULE_LOG2)
  ) u_read (
    .clk_i,
    .rst_ni,
    .entry_valid_i(tbl_rd_valid),
    .entry_asid_i (tbl_rd_asid),
    .entry_start_i(tbl_rd_start),
    .entry_last_i (tbl_rd_last),
    .entry_delta_i(tbl_rd_delta),
    .entry_perm_i (tbl_rd_perm),
    .entry_poison_i(tbl_rd_poison),
    .done_i       (read_done),
    .exists_i     (read_valid),
    .mapped_i     (mapped),
    .mode_i       (at_mode),
    .count_i      (at_count),
    .n_i          (tbl_count),
    .commit_seq_i (commit_seq),
    .read_o       (read)
  );

  iommu_csr #(
    .ENTRIES     (ENTRIES),
    .ASIDS       (ASIDS),
    .GROUPS      (GROUPS),
    .DEVICES     (DEVICES),
    .IOVA_W      (IOVA_W),
    .PA_W        (PA_W),
    .GRANULE_LOG2(GRANULE_LOG2),
    .K           (K),
    .SEARCH_PORTS(SEARCH_PORTS),
    .PORTS       (PORTS),
    .AXI_DATA_W  (AXI_DATA_W),
    .AXI_ID_W    (AXI_ID_W),
    .OUTSTANDING (OUTSTANDING),
    .FAULT_DEPTH (FAULT_DEPTH),
    .DIRTY_PAGES (DIRTY_PAGES),
    .B           (B),
    .PARITY      (PARITY)
  ) u_csr (
    .clk_i,
    .rst_ni,
    .s_axil_awvalid_i,
    .s_axil_awready_o,
    .s_axil_awaddr_i,
    .s_axil_awprot_i,
    .s_axil_wvalid_i,
    .s_axil_wready_o,
    .s_axil_wdata_i,
    .s_axil_wstrb_i,
    .s_axil_bvalid_o,
    .s_axil_bready_i,
    .s_axil_bresp_o,
    .s_axil_arvalid_i,
    .s_axil_arready_o,
    .s_axil_araddr_i,
    .s_axil_arprot_i,
    .s_axil_rvalid_o,
    .s_axil_rready_i,
    .s_axil_rdata_o,
    .s_axil_rresp_o,
    .hw_o              (hw_out),
    .cmd_ring_o        (cmd_ring),
    .post_ring_o       (post_ring),
    .limit_asid_i      (at_asid),
    .limit_o           (at_limit),
    .irq_o,
    .busy_i            (busy),
    .doorbell_busy_i   (doorbell_busy),
    .cmd_done_i        (cmd_done),
    .result_code_i     (result_code),
    .result_op_i       (result_op),
    .result_seq_i      (result_seq),
    .txn_open_i        (txn_open),
    .txn_poisoned_i    (txn_poisoned),
    .txn_asid_i        (txn_asid),
    .post_pending_i    (post_pending),
    .post_free_i       (post_free),
    .mode_i            (mode),
    .status_asid_o     (status_asid),
    .status_count_i    (status_count),
    .epoch_i           (epoch),
    .draining_i        (draining),
    .stuck_i           (stuck),
    .drained_i         (drained),
    .group_valid_i     (group_valid),
    .group_asid_i      (group_asid),
    .group_hold_i      (group_hold),
    .commit_seq_i      (commit_seq),
    .read_i            (read),
    .logs_i            (logs),
    .parity_i          (parity),
    .port_idle_i
  );

  iommu_logs #(
    .ASIDS       (ASIDS),
    .IOVA_W      (IOVA_W),
    .SEARCH_PORTS(SEARCH_PORTS),
    .PORTS       (PORTS),
    .IN_FLIGHT_W (IN_FLIGHT_W),
    .FAULT_DEPTH (FAULT_DEPTH),
    .DIRTY_PAGES (DIRTY_PAGES)
  ) u_logs (
    .clk_i,
    .rst_ni,
    .hw_i          (hw_out),
    .accepted_i    (req_valid_i & req_ready_o),
    .rsp_valid_i   (rsp_valid_o),
    .rsp_fault_i   (rsp_fault_o),
    .rsp_identity_i(rsp_identity),
    .rsp_asid_i    (rsp_asid_o),
    .rsp_group_i   (rsp_group),
    .rsp_iova_i    (rsp_iova),
    .rsp_len_m1_i  (rsp_len_m1),
    .rsp_write_i   (rsp_write),
    .pass_i        (tbl_start),
    .pass_done_i   (tbl_done),
    .draining_i    (|draining),
    .command_i     (cmd_done),
    .in_flight_i   (in_flight),
    .dirty_valid_i,
    .dirty_ready_o,
    .dirty_asid_i,
    .dirty_page_i,
    .logs_o        (logs)
  );

  // --- AXI4 ports ----------------------------------------------------------------------------------------------

  for (genvar p = 0; p < int'(PORTS); p++) begin : g_port
    assign port_source_o[p]  = hw_out.PORT[p].CTRL.source.value;
    assign port_group_o[p]   = hw_out.PORT[p].CTRL.group.value;
    assign port_quiesce_o[p] = hw_out.PORT[p].CTRL.quiesce.value;
  end
  for (genvar r = 0; r < int'(RidsMax); r++) begin : g_rid
    assign rid_valid_o[r] = hw_out.RID[r].valid.value;
    assign rid_group_o[r] = hw_out.RID[r].group.value;
  end

  // --- parameters that cannot work ------------------------------------------------------------------------------

  if (ASIDS < 1 || ASIDS > AsidsMax) begin : g_bad_asids
    $error("iommu_core: ASIDS = %0d; the register map has room for 1 to %0d", ASIDS, AsidsMax);
  end
  if (GROUPS < 1 || GROUPS > GroupsMax) begin : g_bad_groups
    $error("iommu_core: GROUPS = %0d; the register map has room for 1 to %0d", GROUPS, GroupsMax);
  end
  if (DEVICES < 1 || DEVICES > DevicesMax) begin : g_bad_devices
    $error("iommu_core: DEVICES = %0d; the register map has room for 1 to %0d", DEVICES, DevicesMax);
  end
  if (PORTS < 1 || PORTS > PortsMax) begin : g_bad_ports
    $error("iommu_core: PORTS = %0d; the register map has room for 1 to %0d", PORTS, PortsMax);
  end
  if (ENTRIES > 32768) begin : g_bad_entries
    $error("iommu_core: ENTRIES = %0d; counts are read as 16 bits, so at most 32768", ENTRIES);
  end
  if (IOVA_W > 64 || PA_W > 64 || IOVA_W <= GRANULE_LOG2 + LenW || PA_W <= GRANULE_LOG2) begin : g_bad_width
    $error("iommu_core: IOVA_W = %0d, PA_W = %0d, GRANULE_LOG2 = %0d; at most 64 bits, and wider than the granule",
           IOVA_W, PA_W, GRANULE_LOG2);
  end

endmodule
