// SPDX-License-Identifier: Apache-2.0
//
// The registers, and what they show: the one place that knows the generated names of what hardware writes. What
// software writes goes out as the generated structure; whoever needs a field picks it.

module iommu_csr
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
  /// Search radix
  parameter int unsigned K = RadixDefault,
  /// Search ports
  parameter int unsigned SEARCH_PORTS = 1,
  /// AXI4 ports
  parameter int unsigned PORTS = 1,
  /// Bits of the AXI4 data buses; 0 without AXI4 ports
  parameter int unsigned AXI_DATA_W = 0,
  /// Bits of an AXI4 ID
  parameter int unsigned AXI_ID_W = 0,
  /// Bursts in flight downstream of each port and direction
  parameter int unsigned OUTSTANDING = 0,
  /// Records of the fault queue
  parameter int unsigned FAULT_DEPTH = FaultDepthDefault,
  /// Pages of the dirty bitmap; 0 for none
  parameter int unsigned DIRTY_PAGES = 0,
  /// Posted commands of a pass, and of the queue
  parameter int unsigned B = BatchDefault,
  /// 1: the table is protected by parity
  parameter bit PARITY = 1'b1,
  /// Bits of an ASID
  localparam int unsigned AsidW = idx_w(ASIDS),
  /// Bits of a number of entries
  localparam int unsigned CountW = $clog2(ENTRIES + 1)
) (
  /// Clock
  input  logic                  clk_i,
  /// Asynchronous reset, active low
  input  logic                  rst_ni,

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

  /// What software writes
  output iommu_regs_pkg::iommu__out_t hw_o,
  /// An address space
  input  logic [AsidW-1:0]      limit_asid_i,
  /// Its LIMIT, one clock later
  output logic [15:0]           limit_o,
  /// One clock: CMD is written
  output logic                  cmd_ring_o,
  /// One clock: POST is written
  output logic                  post_ring_o,
  /// Interrupt, level
  output logic                  irq_o,

  /// A command is executing
  input  logic                  busy_i,
  /// One clock: a doorbell rang that could not be taken
  input  logic                  doorbell_busy_i,
  /// One clock: a command completed
  input  logic                  cmd_done_i,
  /// RESULT.code
  input  code_e                 result_code_i,
  /// RESULT.op
  input  logic [7:0]            result_op_i,
  /// RESULT.seq
  input  logic [ResultSeqW-1:0] result_seq_i,
  /// A SET_MAP transaction is open
  input  logic                  txn_open_i,
  /// It has refused an entry
  input  logic                  txn_poisoned_i,
  /// Its address space
  input  logic [AsidW-1:0]      txn_asid_i,
  /// POST_STATUS.pending
  input  logic [7:0]            post_pending_i,
  /// POST_STATUS.free
  input  logic [7:0]            post_free_i,

  /// Modes
  input  mode_e                 mode_i [ASIDS],
  /// The address space that AS_STATUS is read of
  output logic [AsidW-1:0]      status_asid_o,
  /// Its live entries, if it is MAPPED
  input  logic [CountW-1:0]     status_count_i,
  /// Epochs
  input  logic [ASIDS-1:0]      epoch_i,
  /// Removals not drained
  input  logic [ASIDS-1:0]      draining_i,
  /// One clock: these address spaces are stuck
  input  logic [ASIDS-1:0]      stuck_i,
  /// One clock: some address space has drained
  input  logic                  drained_i,
  /// The group has an address space
  input  logic [GROUPS-1:0]     group_valid_i,
  /// The group's address space
  input  logic [AsidW-1:0]      group_asid_i [GROUPS],
  /// The group's requests are held
  input  logic [GROUPS-1:0]     group_hold_i,
  /// Effects since power-on
  input  logic [SeqW-1:0]       commit_seq_i,

  /// READ
  input  read_t                 read_i,
  /// Fault queue, counters and dirty log
  input  logs_t                 logs_i,

  /// Damage found, and done
  input  parity_t               parity_i,

  /// AXI4 ports: nothing accepted is unfinished
  input  logic [PORTS-1:0]      port_idle_i
);

  iommu_regs_pkg::iommu__in_t  hw_in;
  iommu_regs_pkg::iommu__out_t hw_out;
  assign hw_o = hw_out;

  logic                 ready, req, req_is_wr, wr_ack, wr_err, rd_ack, rd_err;
  logic [AxilAddrW-1:0] addr, rd_addr;
  logic [31:0]          wr_data, rd_data;

  iommu_axil #(
    .ADDR_W(AxilAddrW)
  ) u_axil (
    .clk_i,
    .rst_ni,
    .s_axil_awvalid_i,
    .s_axil_awready_o,
    .s_axil_awaddr_i,
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
    .s_axil_rvalid_o,
    .s_axil_rready_i,
    .s_axil_rdata_o,
    .s_axil_rresp_o,
    .ready_i    (ready),
    .req_o      (req),
    .req_is_wr_o(req_is_wr),
    .addr_o     (addr),
    .wr_data_o  (wr_data),
    .rd_addr_o  (rd_addr),
    .wr_ack_i   (wr_ack),
    .wr_err_i   (wr_err),
    .rd_ack_i   (rd_ack),
    .rd_err_i   (rd_err),
    .rd_data_i  (rd_data)
  );

  logic unused, stall_wr, stall_rd;
  assign unused = ^{s_axil_awprot_i, s_axil_arprot_i, stall_wr, stall_rd, rd_addr};

  iommu_regs u_regs (
    .clk                 (clk_i),
    .arst_n              (rst_ni),
    .s_cpuif_req         (req),
    .s_cpuif_req_is_wr   (req_is_wr),
    .s_cpuif_addr        (addr),
    .s_cpuif_wr_data     (wr_data),
    .s_cpuif_wr_biten    ('1),
    .s_cpuif_req_stall_wr(stall_wr),
    .s_cpuif_req_stall_rd(stall_rd),
    .s_cpuif_rd_ack      (rd_ack),
    .s_cpuif_rd_err      (rd_err),
    .s_cpuif_rd_data     (rd_data),
    .s_cpuif_wr_ack      (wr_ack),
    .s_cpuif_wr_err      (wr_err),
    .hwif_in             (hw_in),
    .hwif_out            (hw_out)
  );

  // A doorbell is decoded beside the registers, so that what it starts begins in a flip-flop.
  localparam logic [AxilAddrW-1:2] PostWord = 8'h0e;
  localparam logic [AxilAddrW-1:2] CmdWord = 8'h0f;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      cmd_ring_o  <= 1'b0;
      post_ring_o <= 1'b0;
    end else begin
      cmd_ring_o  <= req && req_is_wr && addr[AxilAddrW-1:2] == CmdWord;
      post_ring_o <= req && req_is_wr && addr[AxilAddrW-1:2] == PostWord;
    end
  end

  // Some registers lie in memories and are read by number: LIMIT, and CODES in four memories, side by side. After reset
  // a walk fills them, and the bus waits for it.
  localparam int unsigned RowW = 4;  // a row of the register map has sixteen words
  localparam int unsigned CodeW = 4;
  localparam int unsigned Lanes = 4;
  localparam int unsigned KeptW = $clog2(CodesKept / Lanes);
  localparam logic [AxilAddrW-1:2+RowW] LimitRow = 4'h4;
  logic [RowW-1:0] written, number;  // the word that is written, that is read, in its row
  logic [RowW:0]   walk_q;
  logic            walking;

  assign walking = !walk_q[RowW];
  assign ready   = walk_q[RowW];
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) walk_q <= '0;
    else if (walking) walk_q <= (RowW + 1)'(plus_one(PlusOneW'(walk_q)));
  end
  assign written = addr[2+:RowW];
  assign number  = rd_addr[2+:RowW];

  // A LIMIT is none until it is written.
  localparam logic [15:0] NoLimit = 16'hffff;
  (* ram_style = "distributed" *)
  logic [15:0]      limit_mem [2**AsidW];
  logic             limit_write, limit_write_q;
  logic [AsidW-1:0] limit_place_q;
  logic [15:0]      limit_new_q, limit_read_q;

  // As the registers decode it, a clock earlier.
  assign limit_write = req && req_is_wr && addr[AxilAddrW-1:2+RowW] == LimitRow && 32'(written) < ASIDS;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) limit_write_q <= 1'b0;
    else limit_write_q <= walking || limit_write;
  end
  always_ff @(posedge clk_i) begin
    limit_place_q <= walking ? walk_q[AsidW-1:0] : written[AsidW-1:0];
    limit_new_q   <= walking ? NoLimit : wr_data[15:0];
    if (limit_write_q) limit_mem[limit_place_q] <= limit_new_q;
    limit_o <= limit_mem[limit_asid_i];
  end

  // What is read by number is looked up while the registers decode the address: both go through one register.
  mode_e             status_mode_q;
  logic              status_epoch_q, status_draining_q;
  logic [CountW-1:0] status_count_q;
  assign status_asid_o = number[AsidW-1:0];
  always_ff @(posedge clk_i) begin
    limit_read_q      <= limit_mem[number[AsidW-1:0]];
    status_mode_q     <= mode_i[number[AsidW-1:0]];
    status_epoch_q    <= epoch_i[number[AsidW-1:0]];
    status_draining_q <= draining_i[number[AsidW-1:0]];
    status_count_q    <= status_count_i;
  end

  // RESULT.seq numbers the codes.
  logic [KeptW-1:0] code_place_q;
  logic [Lanes-1:0] code_write_q;
  logic [CodeW-1:0] code_q;
  logic [7:0]       codes_q [Lanes];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      code_write_q <= '0;
    end else begin
      for (int unsigned i = 0; i < Lanes; i++) begin
        code_write_q[i] <= walking || (cmd_done_i && 32'(result_seq_i[1:0]) == i);
      end
    end
  end
  always_ff @(posedge clk_i) begin
    code_place_q <= walking ? walk_q[KeptW-1:0] : result_seq_i[2+:KeptW];
    code_q       <= walking ? '0 : CodeW'(result_code_i);
  end
  for (genvar i = 0; i < int'(Lanes); i++) begin : g_codes
    (* ram_style = "distributed" *)
    logic [CodeW-1:0] mem [2**KeptW];
    always_ff @(posedge clk_i) begin
      if (code_write_q[i]) mem[code_place_q] <= code_q;
      codes_q[i] <= number[RowW-1] ? '0 : 8'(mem[number[KeptW-1:0]]);
    end
  end

  localparam logic [7:0] Latency = 8'(latency(ENTRIES, K));

  always_comb begin
    hw_in = '{default: '0};

    hw_in.CAP_TABLE.entries.next      = 16'(ENTRIES);
    hw_in.CAP_TABLE.radix.next        = 8'(K);
    hw_in.CAP_TABLE.latency.next      = Latency;
    hw_in.CAP_SPACE.asids.next        = 8'(ASIDS);
    hw_in.CAP_SPACE.groups.next       = 8'(GROUPS);
    hw_in.CAP_SPACE.devices.next      = 8'(DEVICES);
    hw_in.CAP_SPACE.ports.next        = 8'(PORTS);
    hw_in.CAP_WIDTH.iova_w.next       = 8'(IOVA_W);
    hw_in.CAP_WIDTH.pa_w.next         = 8'(PA_W);
    hw_in.CAP_WIDTH.granule_log2.next = 8'(GRANULE_LOG2);
    hw_in.CAP_WIDTH.batch.next        = 8'(B);
    hw_in.CAP_FEATURES.reset_map.next = 1'b1;
    hw_in.CAP_FEATURES.persist.next   = 1'b1;
    hw_in.CAP_FEATURES.set_map.next   = 1'b1;
    hw_in.CAP_FEATURES.read.next      = 1'b1;
    hw_in.CAP_FEATURES.quiesce.next   = 1'b1;
    hw_in.CAP_FEATURES.drain.next     = 1'b1;
    hw_in.CAP_FEATURES.post.next      = 1'b1;
    hw_in.CAP_FEATURES.faults.next    = 1'b1;
    hw_in.CAP_FEATURES.perf.next      = 1'b1;
    hw_in.CAP_FEATURES.parity.next    = PARITY;
    hw_in.CAP_FEATURES.dirty.next     = DIRTY_PAGES != 0;
    hw_in.CAP_FEATURES.axi.next       = AXI_DATA_W != 0;
    if (AXI_DATA_W != 0) hw_in.CAP_AXI.data_log2.next = 8'($clog2(AXI_DATA_W));
    hw_in.CAP_AXI.id_w.next           = 8'(AXI_ID_W);
    hw_in.CAP_AXI.outstanding.next    = 8'(OUTSTANDING);
    hw_in.CAP_AXI.search_ports.next   = 8'(SEARCH_PORTS);
    hw_in.CAP_LOG.faults.next         = 16'(FAULT_DEPTH);
    if (DIRTY_PAGES != 0) hw_in.CAP_LOG.dirty_log2.next = 8'($clog2(DIRTY_PAGES));

    hw_in.RESULT.code.next         = result_code_i;
    hw_in.RESULT.op.next           = result_op_i;
    hw_in.RESULT.seq.next          = result_seq_i;
    hw_in.STATUS.busy.next         = busy_i;
    hw_in.STATUS.txn_open.next     = txn_open_i;
    hw_in.STATUS.txn_poisoned.next = txn_poisoned_i;
    hw_in.STATUS.txn_asid.next     = 8'(txn_asid_i);
    hw_in.COMMIT_SEQ.seq.next      = commit_seq_i;
    hw_in.POST_STATUS.pending.next = post_pending_i;
    hw_in.POST_STATUS.free.next    = post_free_i;

    hw_in.IRQ_STATUS.cmd_done.hwset      = cmd_done_i;
    hw_in.IRQ_STATUS.doorbell_busy.hwset = doorbell_busy_i;
    hw_in.IRQ_STATUS.drained.hwset       = drained_i;
    hw_in.IRQ_STATUS.stuck.hwset         = |stuck_i;

    hw_in.IRQ_STATUS.fault.hwset         = logs_i.fault_irq;
    hw_in.IRQ_STATUS.parity.hwset        = parity_i.found;

    hw_in.INIT_MODE.identity.swwel  = hw_out.LOCK.lock.value;
    hw_in.CLEAN_MODE.identity.swwel = hw_out.LOCK.lock.value;
    // What is not built cannot be written, so that nothing is kept for it.
    for (int unsigned d = 0; d < DevicesMax; d++) begin
      hw_in.DEVICE[d].POLICY.persist.swwel = hw_out.LOCK.lock.value || d >= DEVICES;
      hw_in.DEVICE[d].POLICY.as0.swwel     = hw_out.LOCK.lock.value || d >= DEVICES;
      hw_in.DEVICE[d].GROUPS.groups.swwel  = hw_out.LOCK.lock.value || d >= DEVICES;
      hw_in.DEVICE[d].ASIDS.asids.swwel    = hw_out.LOCK.lock.value || d >= DEVICES;
    end
    for (int unsigned p = 0; p < PortsMax; p++) begin
      hw_in.PORT[p].CTRL.source.swwel  = hw_out.LOCK.lock.value || p >= PORTS || AXI_DATA_W == 0;
      hw_in.PORT[p].CTRL.group.swwel   = hw_out.LOCK.lock.value || p >= PORTS || AXI_DATA_W == 0;
      hw_in.PORT[p].CTRL.quiesce.swwel = p >= PORTS || AXI_DATA_W == 0;
    end
    for (int unsigned r = 0; r < RidsMax; r++) begin
      hw_in.RID[r].group.swwel = hw_out.LOCK.lock.value || AXI_DATA_W == 0;
      hw_in.RID[r].valid.swwel = hw_out.LOCK.lock.value || AXI_DATA_W == 0;
    end
    // Every one of them shows the word that is asked for; only one is.
    for (int unsigned i = 0; i < CodesKept / Lanes; i++) begin
      hw_in.CODES[i].rd_ack        = hw_out.CODES[i].req && !hw_out.CODES[i].req_is_wr;
      hw_in.CODES[i].rd_data.code0 = codes_q[0];
      hw_in.CODES[i].rd_data.code1 = codes_q[1];
      hw_in.CODES[i].rd_data.code2 = codes_q[2];
      hw_in.CODES[i].rd_data.code3 = codes_q[3];
    end
    for (int unsigned a = 0; a < AsidsMax; a++) begin
      hw_in.LIMIT[a].rd_ack          = hw_out.LIMIT[a].req && !hw_out.LIMIT[a].req_is_wr;
      hw_in.LIMIT[a].wr_ack          = hw_out.LIMIT[a].req && hw_out.LIMIT[a].req_is_wr;
      hw_in.LIMIT[a].rd_data.entries = (a < ASIDS) ? limit_read_q : NoLimit;
      hw_in.AS_STATUS[a].rd_ack      = hw_out.AS_STATUS[a].req && !hw_out.AS_STATUS[a].req_is_wr;
      if (a < ASIDS) begin
        hw_in.AS_STATUS[a].rd_data.mode     = status_mode_q;
        hw_in.AS_STATUS[a].rd_data.epoch    = status_epoch_q;
        hw_in.AS_STATUS[a].rd_data.draining = status_draining_q;
        hw_in.AS_STATUS[a].rd_data.count    = (status_mode_q == ModeMapped) ? 16'(status_count_q) : '0;
      end
    end
    hw_in.DIRTY_CTRL.asids.swwel = DIRTY_PAGES == 0;
    hw_in.DIRTY_CTRL.shift.swwel = DIRTY_PAGES == 0;
    hw_in.DIRTY_BASE.lo.swwel    = DIRTY_PAGES == 0;
    hw_in.DIRTY_BASE.hi.swwel    = DIRTY_PAGES == 0;

    hw_in.DRAINING.asids.next = 16'(draining_i);
    hw_in.STUCK.asids.next    = 16'(stuck_i);

    hw_in.RD_ATTR.live.next  = read_i.live;
    hw_in.RD_ATTR.valid.next = read_i.valid;
    hw_in.RD_ATTR.poison.next = read_i.poison;
    hw_in.RD_ATTR.perm.next  = read_i.perm;
    hw_in.RD_ATTR.asid.next  = read_i.asid;
    hw_in.RD_AS.mode.next    = read_i.mode;
    hw_in.RD_AS.count.next   = read_i.count;
    hw_in.RD_SEQ.seq.next    = read_i.seq;
    hw_in.RD_N.n.next        = read_i.n;
    hw_in.RD_START.iova.next = read_i.start;
    hw_in.RD_LAST.last.next  = read_i.last;
    hw_in.RD_PA.pa.next      = read_i.pa;

    for (int unsigned g = 0; g < GROUPS; g++) begin
      hw_in.GROUP[g].asid.next     = 8'(group_asid_i[g]);
      hw_in.GROUP[g].quiesced.next = group_hold_i[g];
      hw_in.GROUP[g].valid.next    = group_valid_i[g];
    end

    hw_in.FAULT_RAISED.raised.next   = logs_i.fault_raised;
    hw_in.FAULT_DROPPED.dropped.next = logs_i.fault_dropped;
    hw_in.FAULT_INFO.reason.next     = logs_i.fault_reason;
    hw_in.FAULT_INFO.write.next      = logs_i.fault_write;
    hw_in.FAULT_INFO.valid.next      = logs_i.fault_valid;
    hw_in.FAULT_INFO.group.next      = logs_i.fault_group;
    hw_in.FAULT_INFO.asid.next       = logs_i.fault_asid;
    hw_in.FAULT_INFO.waiting.next    = logs_i.fault_waiting;
    hw_in.FAULT_LEN.len_m1.next      = logs_i.fault_len_m1;
    hw_in.FAULT_IOVA.iova.next       = logs_i.fault_iova;
    hw_in.FAULT_SEQ.seq.next         = logs_i.fault_seq;
    hw_in.PERF_STATUS.busy.next      = logs_i.perf_busy;
    hw_in.PERF_VALUE.value.next      = logs_i.perf_value;
    hw_in.DIRTY_STATUS.busy.next       = logs_i.dirty_busy;
    hw_in.DIRTY_STATUS.everything.next = logs_i.dirty_everything;
    hw_in.DIRTY_STATUS.refused.next    = logs_i.dirty_refused;
    hw_in.DIRTY_DATA.pages.next        = logs_i.dirty_pages;
    hw_in.PARITY_COUNT.lookups.next    = parity_i.lookups;
    hw_in.PARITY_COUNT.passes.next     = parity_i.passes;
    hw_in.INJECT.what.we               = parity_i.injected;
    hw_in.INJECT.what.next             = '0;
    for (int unsigned p = 0; p < PORTS; p++) hw_in.PORT[p].STATUS.idle.next = port_idle_i[p];
  end

  assign irq_o = (hw_out.IRQ_STATUS.cmd_done.value && hw_out.IRQ_ENABLE.cmd_done.value)
                 || (hw_out.IRQ_STATUS.doorbell_busy.value && hw_out.IRQ_ENABLE.doorbell_busy.value)
                 || (hw_out.IRQ_STATUS.drained.value && hw_out.IRQ_ENABLE.drained.value)
                 || (hw_out.IRQ_STATUS.stuck.value && hw_out.IRQ_ENABLE.stuck.value)
                 || (hw_out.IRQ_STATUS.fault.value && hw_out.IRQ_ENABLE.fault.value)
                 || (hw_out.IRQ_STATUS.parity.value && hw_out.IRQ_ENABLE.parity.value);

`ifndef SYNTHESIS
  logic [ASIDS-1:0] limit_asked;
  logic             asked_q, asked_wr_q;  // the registers are
  logic             filled_q;             // no write of the walk is left
  logic [RowW-1:0]  number_q;
  for (genvar a = 0; a < int'(ASIDS); a++) begin : g_limit_asked
    assign limit_asked[a] = hw_out.LIMIT[a].req && hw_out.LIMIT[a].req_is_wr;
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) {asked_q, asked_wr_q, filled_q} <= '0;
    else {asked_q, asked_wr_q, filled_q} <= {req, req_is_wr, ready};
  end
  always_ff @(posedge clk_i) number_q <= addr[2+:RowW];
  // PeakRDL would have writes wait that come a clock behind a read, and everything behind a read of a register outside.
  a_no_stall: assert property (@(posedge clk_i) asked_q |-> !(asked_wr_q ? stall_wr : stall_rd))
    else $error("iommu_csr: an access to word %0d of a row comes before the registers take it", number_q);
  a_limit: assert property (@(posedge clk_i) limit_asked ==
                            ((limit_write_q && filled_q) ? ASIDS'(1) << limit_place_q : '0))
    else $error("iommu_csr: LIMIT is written at %b, its memory at %0d", limit_asked, limit_place_q);
  a_ring: assert property (@(posedge clk_i) cmd_ring_o == hw_out.CMD.op.swmod && post_ring_o == hw_out.POST.op.swmod)
    else $error("iommu_csr: a doorbell rings by itself, or does not ring");
  a_code: assert property (@(posedge clk_i) cmd_done_i |-> 8'(CodeW'(result_code_i)) == 8'(result_code_i))
    else $error("iommu_csr: code %0d does not fit CODES", result_code_i);
`endif

endmodule
