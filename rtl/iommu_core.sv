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
  /// Bits of an IOVA, at most 64
  parameter int unsigned IOVA_W = 64,
  /// Bits of a physical address, at most 64
  parameter int unsigned PA_W = 64,
  /// log2 of the granule in bytes; 0 for byte ranges
  parameter int unsigned GRANULE_LOG2 = GranuleLog2Default,
  /// Search radix, a power of two
  parameter int unsigned K = RadixDefault
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

  /// Translation request
  input  logic                  req_valid_i,
  /// Translation request is accepted; depends on req_group_i
  output logic                  req_ready_o,
  /// Virtqueue group; one out of range faults
  input  logic [GroupPortW-1:0] req_group_i,
  /// First byte
  input  logic [IOVA_W-1:0]     req_iova_i,
  /// Length in bytes, minus one
  input  logic [LenW-1:0]       req_len_m1_i,
  /// The device writes memory
  input  logic                  req_write_i,

  /// Translation response, LATENCY clocks after acceptance; cannot be held
  output logic                  rsp_valid_o,
  /// Why the access is refused
  output logic [3:0]            rsp_fault_o,
  /// Physical address of the first byte, 0 if refused
  output logic [PA_W-1:0]       rsp_pa_o,
  /// Last byte of the entry that covers the first byte; 0 if there is none
  output logic [IOVA_W-1:0]     rsp_map_last_o,
  /// The request counts as in flight until it is released
  output logic                  rsp_tracked_o,
  /// Address space it counts in
  output logic [AsidPortW-1:0]  rsp_asid_o,
  /// Epoch it counts in
  output logic                  rsp_epoch_o,
  /// COMMIT_SEQ at acceptance
  output logic [SeqW-1:0]       rsp_commit_seq_o,

  /// The consumer no longer uses the answer; once for each response
  input  logic                  rel_valid_i,
  /// rsp_tracked_o of that response
  input  logic                  rel_tracked_i,
  /// rsp_asid_o of that response
  input  logic [AsidPortW-1:0]  rel_asid_i,
  /// rsp_epoch_o of that response
  input  logic                  rel_epoch_i,

  /// Pulse: virtio device reset, served before the next command
  input  logic [DEVICES-1:0]    dev_reset_i,
  /// With dev_reset_i: the CLEAN_MAP flag
  input  logic [DEVICES-1:0]    dev_reset_clean_i,
  /// Interrupt, level
  output logic                  irq_o
);

  localparam logic [7:0] Latency = 8'(latency(ENTRIES, K));
  localparam int unsigned AsidW = idx_w(ASIDS);
  localparam int unsigned GroupW = idx_w(GROUPS);
  localparam int unsigned DeviceW = idx_w(DEVICES);
  localparam int unsigned PosW = idx_w(ENTRIES);
  localparam int unsigned CountW = $clog2(ENTRIES + 1);
  localparam int unsigned IgW = IOVA_W - GRANULE_LOG2;
  localparam int unsigned PgW = PA_W - GRANULE_LOG2;

  // --- registers -----------------------------------------------------------------------------------------------

  iommu_regs_pkg::iommu__in_t  hw_in;
  iommu_regs_pkg::iommu__out_t hw_out;

  iommu_regs u_regs (
    .clk           (clk_i),
    .arst_n        (rst_ni),
    .s_axil_awready(s_axil_awready_o),
    .s_axil_awvalid(s_axil_awvalid_i),
    .s_axil_awaddr (s_axil_awaddr_i),
    .s_axil_awprot (s_axil_awprot_i),
    .s_axil_wready (s_axil_wready_o),
    .s_axil_wvalid (s_axil_wvalid_i),
    .s_axil_wdata  (s_axil_wdata_i),
    .s_axil_wstrb  (s_axil_wstrb_i),
    .s_axil_bready (s_axil_bready_i),
    .s_axil_bvalid (s_axil_bvalid_o),
    .s_axil_bresp  (s_axil_bresp_o),
    .s_axil_arready(s_axil_arready_o),
    .s_axil_arvalid(s_axil_arvalid_i),
    .s_axil_araddr (s_axil_araddr_i),
    .s_axil_arprot (s_axil_arprot_i),
    .s_axil_rready (s_axil_rready_i),
    .s_axil_rvalid (s_axil_rvalid_o),
    .s_axil_rdata  (s_axil_rdata_o),
    .s_axil_rresp  (s_axil_rresp_o),
    .hwif_in       (hw_in),
    .hwif_out      (hw_out)
  );

  logic [15:0]       limit [ASIDS];
  persist_e          dev_persist [DEVICES];
  logic [3:0]        dev_as0 [DEVICES];
  logic [GROUPS-1:0] dev_groups [DEVICES];
  logic [ASIDS-1:0]  dev_asids [DEVICES];

  for (genvar a = 0; a < int'(ASIDS); a++) begin : g_limit
    assign limit[a] = hw_out.LIMIT[a].entries.value;
  end
  for (genvar d = 0; d < int'(DEVICES); d++) begin : g_device
    assign dev_persist[d] = persist_e'(hw_out.DEVICE[d].POLICY.persist.value);
    assign dev_as0[d]     = hw_out.DEVICE[d].POLICY.as0.value;
    assign dev_groups[d]  = hw_out.DEVICE[d].GROUPS.groups.value[GROUPS-1:0];
    assign dev_asids[d]   = hw_out.DEVICE[d].ASIDS.asids.value[ASIDS-1:0];
  end

  // --- commands and state --------------------------------------------------------------------------------------

  logic                  busy, doorbell_busy, cmd_done, txn_open, txn_poisoned, read_done, read_valid;
  code_e                 result_code;
  logic [7:0]            result_op;
  logic [ResultSeqW-1:0] result_seq;
  logic [AsidW-1:0]      txn_asid;

  effect_e            effect;
  logic [AsidW-1:0]   effect_asid;
  logic [GroupW-1:0]  effect_group;
  logic [DeviceW-1:0] effect_device;
  logic               effect_clean;
  logic [CountW-1:0]  effect_amount;

  mode_e             mode [ASIDS];
  logic [ASIDS-1:0]  mapped, cleaned, remove, epoch, draining, stuck;
  logic [CountW-1:0] count [ASIDS];
  logic [GROUPS-1:0] group_valid, group_hold;
  logic [AsidW-1:0]  group_asid [GROUPS];
  logic [SeqW-1:0]   commit_seq;

  logic              tbl_ready, tbl_start, tbl_stage, tbl_done, tbl_exist, tbl_overflow, tbl_flip, tbl_rd_valid;
  merge_e            tbl_kind;
  logic [AsidW-1:0]  tbl_asid, tbl_rd_asid;
  logic [IgW-1:0]    tbl_first, tbl_last, tbl_rd_start, tbl_rd_last;
  logic [PgW-1:0]    tbl_delta, tbl_rd_delta;
  logic [PermW-1:0]  tbl_perm, tbl_rd_perm;
  logic [PosW-1:0]   tbl_pos;
  logic [ASIDS-1:0]  tbl_live;
  logic [CountW-1:0] tbl_removed, tbl_count;

  iommu_ctrl #(
    .ENTRIES     (ENTRIES),
    .ASIDS       (ASIDS),
    .GROUPS      (GROUPS),
    .DEVICES     (DEVICES),
    .IOVA_W      (IOVA_W),
    .PA_W        (PA_W),
    .GRANULE_LOG2(GRANULE_LOG2)
  ) u_ctrl (
    .clk_i,
    .rst_ni,
    .doorbell_i       (hw_out.CMD.op.swmod),
    .cmd_op_i         (hw_out.CMD.op.value),
    .cmd_perm_i       (hw_out.CMD.perm.value),
    .cmd_asid_i       (hw_out.CMD.asid.value),
    .cmd_target_i     (hw_out.CMD.target.value),
    .cmd_clean_i      (hw_out.CMD.clean.value),
    .arg_iova_i       ({hw_out.ARG_IOVA.hi.value, hw_out.ARG_IOVA.lo.value}),
    .arg_last_i       ({hw_out.ARG_LAST.hi.value, hw_out.ARG_LAST.lo.value}),
    .arg_pa_i         ({hw_out.ARG_PA.hi.value, hw_out.ARG_PA.lo.value}),
    .busy_o           (busy),
    .doorbell_busy_o  (doorbell_busy),
    .cmd_done_o       (cmd_done),
    .result_code_o    (result_code),
    .result_op_o      (result_op),
    .result_seq_o     (result_seq),
    .txn_open_o       (txn_open),
    .txn_poisoned_o   (txn_poisoned),
    .txn_asid_o       (txn_asid),
    .limit_i          (limit),
    .dev_reset_i,
    .dev_reset_clean_i,
    .effect_o         (effect),
    .effect_asid_o    (effect_asid),
    .effect_group_o   (effect_group),
    .effect_device_o  (effect_device),
    .effect_clean_o   (effect_clean),
    .effect_amount_o  (effect_amount),
    .cleaned_i        (cleaned),
    .count_i          (count),
    .mapped_i         (mapped),
    .read_done_o      (read_done),
    .read_valid_o     (read_valid),
    .tbl_ready_i      (tbl_ready),
    .tbl_start_o      (tbl_start),
    .tbl_kind_o       (tbl_kind),
    .tbl_stage_o      (tbl_stage),
    .tbl_asid_o       (tbl_asid),
    .tbl_first_o      (tbl_first),
    .tbl_last_o       (tbl_last),
    .tbl_delta_o      (tbl_delta),
    .tbl_perm_o       (tbl_perm),
    .tbl_pos_o        (tbl_pos),
    .tbl_live_o       (tbl_live),
    .tbl_done_i       (tbl_done),
    .tbl_exist_i      (tbl_exist),
    .tbl_overflow_i   (tbl_overflow),
    .tbl_removed_i    (tbl_removed),
    .tbl_flip_o       (tbl_flip),
    .tbl_count_i      (tbl_count)
  );

  iommu_state #(
    .ENTRIES(ENTRIES),
    .ASIDS  (ASIDS),
    .GROUPS (GROUPS),
    .DEVICES(DEVICES)
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
    .cleaned_o       (cleaned),
    .remove_o        (remove),
    .init_identity_i (hw_out.INIT_MODE.identity.value[ASIDS-1:0]),
    .clean_identity_i(hw_out.CLEAN_MODE.identity.value[ASIDS-1:0]),
    .dev_persist_i   (dev_persist),
    .dev_as0_i       (dev_as0),
    .dev_groups_i    (dev_groups),
    .dev_asids_i     (dev_asids),
    .mode_o          (mode),
    .mapped_o        (mapped),
    .count_o         (count),
    .group_valid_o   (group_valid),
    .group_asid_o    (group_asid),
    .group_hold_o    (group_hold),
    .commit_seq_o    (commit_seq)
  );

  // --- table and translation -----------------------------------------------------------------------------------

  logic             accept, accept_epoch, credit, q_valid, e_found, drained;
  logic [AsidW-1:0] accept_asid, q_asid, e_asid;
  logic [IgW-1:0]   q_granule, e_last;
  logic [PgW-1:0]   e_delta;
  logic [PermW-1:0] e_perm;
  fault_e           rsp_fault;

  iotlb #(
    .ENTRIES(ENTRIES),
    .ASIDS  (ASIDS),
    .IG_W   (IgW),
    .PG_W   (PgW),
    .K      (K)
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
    .ready_o    (tbl_ready),
    .start_i    (tbl_start),
    .kind_i     (tbl_kind),
    .stage_i    (tbl_stage),
    .op_asid_i  (tbl_asid),
    .op_start_i (tbl_first),
    .op_last_i  (tbl_last),
    .op_delta_i (tbl_delta),
    .op_perm_i  (tbl_perm),
    .op_pos_i   (tbl_pos),
    .live_i     (tbl_live),
    .done_o     (tbl_done),
    .exist_o    (tbl_exist),
    .overflow_o (tbl_overflow),
    .removed_o  (tbl_removed),
    .flip_i     (tbl_flip),
    .rd_valid_o (tbl_rd_valid),
    .rd_asid_o  (tbl_rd_asid),
    .rd_start_o (tbl_rd_start),
    .rd_last_o  (tbl_rd_last),
    .rd_delta_o (tbl_rd_delta),
    .rd_perm_o  (tbl_rd_perm),
    .count_o    (tbl_count)
  );

  iommu_xlate #(
    .ENTRIES     (ENTRIES),
    .ASIDS       (ASIDS),
    .GROUPS      (GROUPS),
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
    .req_valid_i,
    .req_ready_o,
    .req_group_i,
    .req_iova_i,
    .req_len_m1_i,
    .req_write_i,
    .rsp_valid_o,
    .rsp_fault_o     (rsp_fault),
    .rsp_pa_o,
    .rsp_map_last_o,
    .rsp_tracked_o,
    .rsp_asid_o,
    .rsp_epoch_o,
    .rsp_commit_seq_o,
    .group_valid_i   (group_valid),
    .group_asid_i    (group_asid),
    .group_hold_i    (group_hold),
    .mode_i          (mode),
    .epoch_i         (epoch),
    .commit_seq_i    (commit_seq),
    .accept_o        (accept),
    .accept_asid_o   (accept_asid),
    .accept_epoch_o  (accept_epoch),
    .credit_i        (credit),
    .q_valid_o       (q_valid),
    .q_asid_o        (q_asid),
    .q_granule_o     (q_granule),
    .e_found_i       (e_found),
    .e_asid_i        (e_asid),
    .e_last_i        (e_last),
    .e_delta_i       (e_delta),
    .e_perm_i        (e_perm)
  );
  assign rsp_fault_o = rsp_fault;

  iommu_drain #(
    .ASIDS(ASIDS)
  ) u_drain (
    .clk_i,
    .rst_ni,
    .accept_i       (accept),
    .accept_asid_i  (accept_asid),
    .accept_epoch_i (accept_epoch),
    .credit_o       (credit),
    .release_i      (rel_valid_i && rel_tracked_i && 32'(rel_asid_i) < ASIDS),
    .release_asid_i (AsidW'(rel_asid_i)),
    .release_epoch_i(rel_epoch_i),
    .remove_i       (remove),
    .epoch_o        (epoch),
    .draining_o     (draining),
    .drained_o      (drained),
    .stuck_clocks_i (hw_out.STUCK_CLOCKS.clocks.value),
    .stuck_o        (stuck)
  );

  // --- READ window: one snapshot -------------------------------------------------------------------------------

  logic              rd_valid_q;
  logic [AsidW-1:0]  rd_asid_q;
  logic [IgW-1:0]    rd_start_q, rd_last_q;
  logic [PgW-1:0]    rd_delta_q, rd_pa_q;
  logic [PermW-1:0]  rd_perm_q;
  logic              rd_live_q;
  mode_e             rd_mode_q;
  logic [CountW-1:0] rd_as_count_q, rd_n_q;
  logic [SeqW-1:0]   rd_seq_q;

  // No command and no reset runs between the entry and the end of the READ, so that all of it is one state.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      {rd_valid_q, rd_live_q, rd_asid_q, rd_start_q, rd_last_q, rd_delta_q, rd_pa_q, rd_perm_q} <= '0;
      {rd_as_count_q, rd_n_q, rd_seq_q} <= '0;
      rd_mode_q <= ModeBlocked;
    end else begin
      if (tbl_rd_valid) begin
        {rd_asid_q, rd_start_q, rd_last_q} <= {tbl_rd_asid, tbl_rd_start, tbl_rd_last};
        {rd_delta_q, rd_perm_q}            <= {tbl_rd_delta, tbl_rd_perm};
      end
      if (read_done) begin
        rd_valid_q    <= read_valid;
        rd_live_q     <= read_valid && mapped[rd_asid_q];
        rd_pa_q       <= PgW'(rd_start_q) + rd_delta_q;
        rd_mode_q     <= mode[effect_asid];
        rd_as_count_q <= count[effect_asid];
        rd_n_q        <= tbl_count;
        rd_seq_q      <= commit_seq;
      end
    end
  end

  // --- what software reads --------------------------------------------------------------------------------------

  always_comb begin
    hw_in = '{default: '0};

    hw_in.CAP_TABLE.entries.next      = 16'(ENTRIES);
    hw_in.CAP_TABLE.radix.next        = 8'(K);
    hw_in.CAP_TABLE.latency.next      = Latency;
    hw_in.CAP_SPACE.asids.next        = 8'(ASIDS);
    hw_in.CAP_SPACE.groups.next       = 8'(GROUPS);
    hw_in.CAP_SPACE.devices.next      = 8'(DEVICES);
    hw_in.CAP_SPACE.ports.next        = 8'd1;
    hw_in.CAP_WIDTH.iova_w.next       = 8'(IOVA_W);
    hw_in.CAP_WIDTH.pa_w.next         = 8'(PA_W);
    hw_in.CAP_WIDTH.granule_log2.next = 8'(GRANULE_LOG2);
    hw_in.CAP_WIDTH.batch.next        = 8'd1;
    hw_in.CAP_FEATURES.reset_map.next = 1'b1;
    hw_in.CAP_FEATURES.persist.next   = 1'b1;
    hw_in.CAP_FEATURES.set_map.next   = 1'b1;
    hw_in.CAP_FEATURES.read.next      = 1'b1;
    hw_in.CAP_FEATURES.quiesce.next   = 1'b1;
    hw_in.CAP_FEATURES.drain.next     = 1'b1;

    hw_in.RESULT.code.next         = result_code;
    hw_in.RESULT.op.next           = result_op;
    hw_in.RESULT.seq.next          = result_seq;
    hw_in.STATUS.busy.next         = busy;
    hw_in.STATUS.txn_open.next     = txn_open;
    hw_in.STATUS.txn_poisoned.next = txn_poisoned;
    hw_in.STATUS.txn_asid.next     = 8'(txn_asid);
    hw_in.COMMIT_SEQ.seq.next      = commit_seq;

    hw_in.IRQ_STATUS.cmd_done.hwset      = cmd_done;
    hw_in.IRQ_STATUS.doorbell_busy.hwset = doorbell_busy;
    hw_in.IRQ_STATUS.drained.hwset       = drained;
    hw_in.IRQ_STATUS.stuck.hwset         = |stuck;

    hw_in.INIT_MODE.identity.swwel  = hw_out.LOCK.lock.value;
    hw_in.CLEAN_MODE.identity.swwel = hw_out.LOCK.lock.value;
    for (int unsigned d = 0; d < DevicesMax; d++) begin
      hw_in.DEVICE[d].POLICY.persist.swwel = hw_out.LOCK.lock.value;
      hw_in.DEVICE[d].POLICY.as0.swwel     = hw_out.LOCK.lock.value;
      hw_in.DEVICE[d].GROUPS.groups.swwel  = hw_out.LOCK.lock.value;
      hw_in.DEVICE[d].ASIDS.asids.swwel    = hw_out.LOCK.lock.value;
    end

    hw_in.DRAINING.asids.next = 16'(draining);
    hw_in.STUCK.asids.next    = 16'(stuck);

    hw_in.RD_ATTR.live.next  = rd_live_q;
    hw_in.RD_ATTR.valid.next = rd_valid_q;
    hw_in.RD_ATTR.perm.next  = rd_perm_q;
    hw_in.RD_ATTR.asid.next  = 8'(rd_asid_q);
    hw_in.RD_AS.mode.next    = rd_mode_q;
    hw_in.RD_AS.count.next   = 16'(rd_as_count_q);
    hw_in.RD_SEQ.seq.next    = rd_seq_q;
    hw_in.RD_N.n.next        = 16'(rd_n_q);
    hw_in.RD_START.iova.next = 64'(rd_start_q) << GRANULE_LOG2;
    hw_in.RD_LAST.last.next  = 64'({IOVA_W{1'b1}}) & ~(~64'(rd_last_q) << GRANULE_LOG2);
    hw_in.RD_PA.pa.next      = 64'(rd_pa_q) << GRANULE_LOG2;

    for (int unsigned a = 0; a < ASIDS; a++) begin
      hw_in.AS_STATUS[a].mode.next     = mode[a];
      hw_in.AS_STATUS[a].epoch.next    = epoch[a];
      hw_in.AS_STATUS[a].draining.next = draining[a];
      hw_in.AS_STATUS[a].count.next    = 16'(count[a]);
    end
    for (int unsigned g = 0; g < GROUPS; g++) begin
      hw_in.GROUP[g].asid.next     = 8'(group_asid[g]);
      hw_in.GROUP[g].quiesced.next = group_hold[g];
      hw_in.GROUP[g].valid.next    = group_valid[g];
    end
  end

  assign irq_o = (hw_out.IRQ_STATUS.cmd_done.value && hw_out.IRQ_ENABLE.cmd_done.value)
                 || (hw_out.IRQ_STATUS.doorbell_busy.value && hw_out.IRQ_ENABLE.doorbell_busy.value)
                 || (hw_out.IRQ_STATUS.drained.value && hw_out.IRQ_ENABLE.drained.value)
                 || (hw_out.IRQ_STATUS.stuck.value && hw_out.IRQ_ENABLE.stuck.value);

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
  if (ENTRIES > 32768) begin : g_bad_entries
    $error("iommu_core: ENTRIES = %0d; counts are read as 16 bits, so at most 32768", ENTRIES);
  end
  if (IOVA_W > 64 || PA_W > 64 || IOVA_W <= GRANULE_LOG2 + LenW || PA_W <= GRANULE_LOG2) begin : g_bad_width
    $error("iommu_core: IOVA_W = %0d, PA_W = %0d, GRANULE_LOG2 = %0d; at most 64 bits, and wider than the granule",
           IOVA_W, PA_W, GRANULE_LOG2);
  end

endmodule
