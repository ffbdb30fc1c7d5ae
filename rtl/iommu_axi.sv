// SPDX-License-Identifier: Apache-2.0
//
// One AXI4 port of the IOMMU: a subordinate towards the DMA master, where addresses are IOVAs, and a manager towards
// memory, where they are physical.
//
//   s_axi_aw ----------> iommu_axi_request -> iommu_axi_write -> slice ----> m_axi_aw
//   s_axi_w  -> slice ----------------------> (forward, drain) -> register -> m_axi_w
//   s_axi_b  <- slice <---------------------- (merge) <- (look up) <- slice <- m_axi_b
//   s_axi_ar ----------> iommu_axi_request -> iommu_axi_read --> slice ----> m_axi_ar
//   s_axi_r  <- slice <---------------------- (merge) <- (look up) <- slice <- m_axi_r
//
// Every output of both interfaces comes from a flip-flop, so nothing goes from one interface to the other, or from an
// input to an output of the same one, within a clock.
//
// Reset forgets what is in flight. An answer to a burst from before is swallowed, but a new burst with the same ID
// would take it for its own: reset this port together with its master, and not before memory has answered.

module iommu_axi
  import iommu_pkg::*;
  import iommu_axi_pkg::*;
#(
  /// Virtqueue groups
  parameter int unsigned GROUPS = GroupsDefault,
  /// Bits of an IOVA
  parameter int unsigned IOVA_W = 64,
  /// Bits of a physical address
  parameter int unsigned PA_W = 64,
  /// Bits of the data bus: 32, 64, 128, 256 or 512
  parameter int unsigned DATA_W = 64,
  /// Bits of AxID
  parameter int unsigned ID_W = 4,
  /// Bits of AxUSER, at most 16
  parameter int unsigned USER_W = 8,
  /// Bursts translated and not answered, in each direction; 2 to 255
  parameter int unsigned OUTSTANDING = 16,
  /// Clocks from a request to its answer
  parameter int unsigned LATENCY = latency(EntriesDefault, RadixDefault)
) (
  /// Clock
  input  logic                          clk_i,
  /// Asynchronous reset, active low; released synchronously to clk_i
  input  logic                          rst_ni,

  /// AWVALID
  input  logic                          s_axi_awvalid_i,
  /// AWREADY
  output logic                          s_axi_awready_o,
  /// AWID
  input  logic [ID_W-1:0]               s_axi_awid_i,
  /// AWADDR, an IOVA
  input  logic [IOVA_W-1:0]             s_axi_awaddr_i,
  /// AWLEN
  input  logic [7:0]                    s_axi_awlen_i,
  /// AWSIZE
  input  logic [2:0]                    s_axi_awsize_i,
  /// AWBURST
  input  logic [1:0]                    s_axi_awburst_i,
  /// AWLOCK
  input  logic                          s_axi_awlock_i,
  /// AWCACHE
  input  logic [3:0]                    s_axi_awcache_i,
  /// AWPROT
  input  logic [2:0]                    s_axi_awprot_i,
  /// AWQOS
  input  logic [3:0]                    s_axi_awqos_i,
  /// AWREGION
  input  logic [3:0]                    s_axi_awregion_i,
  /// AWATOP; every atomic operation is refused. 0 for a master without them
  input  logic [5:0]                    s_axi_awatop_i,
  /// AWUSER: group or requester ID
  input  logic [USER_W-1:0]             s_axi_awuser_i,
  /// WVALID
  input  logic                          s_axi_wvalid_i,
  /// WREADY
  output logic                          s_axi_wready_o,
  /// WDATA
  input  logic [DATA_W-1:0]             s_axi_wdata_i,
  /// WSTRB
  input  logic [DATA_W/8-1:0]           s_axi_wstrb_i,
  /// WLAST; not looked at, beats are counted by AWLEN
  input  logic                          s_axi_wlast_i,
  /// BVALID
  output logic                          s_axi_bvalid_o,
  /// BREADY
  input  logic                          s_axi_bready_i,
  /// BID
  output logic [ID_W-1:0]               s_axi_bid_o,
  /// BRESP
  output logic [1:0]                    s_axi_bresp_o,
  /// ARVALID
  input  logic                          s_axi_arvalid_i,
  /// ARREADY
  output logic                          s_axi_arready_o,
  /// ARID
  input  logic [ID_W-1:0]               s_axi_arid_i,
  /// ARADDR, an IOVA
  input  logic [IOVA_W-1:0]             s_axi_araddr_i,
  /// ARLEN
  input  logic [7:0]                    s_axi_arlen_i,
  /// ARSIZE
  input  logic [2:0]                    s_axi_arsize_i,
  /// ARBURST
  input  logic [1:0]                    s_axi_arburst_i,
  /// ARLOCK
  input  logic                          s_axi_arlock_i,
  /// ARCACHE
  input  logic [3:0]                    s_axi_arcache_i,
  /// ARPROT
  input  logic [2:0]                    s_axi_arprot_i,
  /// ARQOS
  input  logic [3:0]                    s_axi_arqos_i,
  /// ARREGION
  input  logic [3:0]                    s_axi_arregion_i,
  /// ARUSER: group or requester ID
  input  logic [USER_W-1:0]             s_axi_aruser_i,
  /// RVALID
  output logic                          s_axi_rvalid_o,
  /// RREADY
  input  logic                          s_axi_rready_i,
  /// RID
  output logic [ID_W-1:0]               s_axi_rid_o,
  /// RDATA
  output logic [DATA_W-1:0]             s_axi_rdata_o,
  /// RRESP
  output logic [1:0]                    s_axi_rresp_o,
  /// RLAST
  output logic                          s_axi_rlast_o,

  /// AWVALID
  output logic                          m_axi_awvalid_o,
  /// AWREADY
  input  logic                          m_axi_awready_i,
  /// AWID
  output logic [ID_W-1:0]               m_axi_awid_o,
  /// AWADDR, physical
  output logic [PA_W-1:0]               m_axi_awaddr_o,
  /// AWLEN
  output logic [7:0]                    m_axi_awlen_o,
  /// AWSIZE
  output logic [2:0]                    m_axi_awsize_o,
  /// AWBURST
  output logic [1:0]                    m_axi_awburst_o,
  /// AWLOCK
  output logic                          m_axi_awlock_o,
  /// AWCACHE
  output logic [3:0]                    m_axi_awcache_o,
  /// AWPROT
  output logic [2:0]                    m_axi_awprot_o,
  /// AWQOS
  output logic [3:0]                    m_axi_awqos_o,
  /// AWREGION
  output logic [3:0]                    m_axi_awregion_o,
  /// AWUSER, as it came
  output logic [USER_W-1:0]             m_axi_awuser_o,
  /// WVALID
  output logic                          m_axi_wvalid_o,
  /// WREADY
  input  logic                          m_axi_wready_i,
  /// WDATA
  output logic [DATA_W-1:0]             m_axi_wdata_o,
  /// WSTRB
  output logic [DATA_W/8-1:0]           m_axi_wstrb_o,
  /// WLAST
  output logic                          m_axi_wlast_o,
  /// BVALID
  input  logic                          m_axi_bvalid_i,
  /// BREADY
  output logic                          m_axi_bready_o,
  /// BID
  input  logic [ID_W-1:0]               m_axi_bid_i,
  /// BRESP
  input  logic [1:0]                    m_axi_bresp_i,
  /// ARVALID
  output logic                          m_axi_arvalid_o,
  /// ARREADY
  input  logic                          m_axi_arready_i,
  /// ARID
  output logic [ID_W-1:0]               m_axi_arid_o,
  /// ARADDR, physical
  output logic [PA_W-1:0]               m_axi_araddr_o,
  /// ARLEN
  output logic [7:0]                    m_axi_arlen_o,
  /// ARSIZE
  output logic [2:0]                    m_axi_arsize_o,
  /// ARBURST
  output logic [1:0]                    m_axi_arburst_o,
  /// ARLOCK
  output logic                          m_axi_arlock_o,
  /// ARCACHE
  output logic [3:0]                    m_axi_arcache_o,
  /// ARPROT
  output logic [2:0]                    m_axi_arprot_o,
  /// ARQOS
  output logic [3:0]                    m_axi_arqos_o,
  /// ARREGION
  output logic [3:0]                    m_axi_arregion_o,
  /// ARUSER, as it came
  output logic [USER_W-1:0]             m_axi_aruser_o,
  /// RVALID
  input  logic                          m_axi_rvalid_i,
  /// RREADY
  output logic                          m_axi_rready_o,
  /// RID
  input  logic [ID_W-1:0]               m_axi_rid_i,
  /// RDATA
  input  logic [DATA_W-1:0]             m_axi_rdata_i,
  /// RRESP
  input  logic [1:0]                    m_axi_rresp_i,
  /// RLAST
  input  logic                          m_axi_rlast_i,

  /// PORT.CTRL.source: where the group of a burst comes from
  input  logic [1:0]                    source_i,
  /// PORT.CTRL.group
  input  logic [GroupPortW-1:0]         group_i,
  /// RID.valid
  input  logic [RidsMax-1:0]            rid_valid_i,
  /// RID.group
  input  logic [RidsMax-1:0][GroupPortW-1:0] rid_group_i,
  /// Groups whose device is quiesced
  input  logic [GROUPS-1:0]             group_hold_i,
  /// PORT.CTRL.quiesce: no further burst enters the search; those that did go on to their end. Up to seven of each
  /// address channel are taken from the master and wait
  input  logic                          quiesce_i,
  /// No burst has entered the search and is not finished; none waits for it either, unless quiesce_i
  output logic                          idle_o,

  /// Request to the search; AR is 0, AW is 1
  output logic [1:0]                    q_valid_o,
  /// It is accepted
  input  logic [1:0]                    q_ready_i,
  /// Virtqueue group
  output logic [1:0][GroupPortW-1:0]    q_group_o,
  /// First byte
  output logic [1:0][IOVA_W-1:0]        q_iova_o,
  /// Length in bytes, minus one
  output logic [1:0][LenW-1:0]          q_len_m1_o,
  /// The burst breaks a rule
  output logic [1:0]                    q_bad_o,
  /// Answer, in the order of the requests; never stalled
  input  logic [1:0]                    r_valid_i,
  /// Why the burst is refused
  input  logic [1:0][3:0]               r_fault_i,
  /// Physical address of the first byte
  input  logic [1:0][PA_W-1:0]          r_pa_i,
  /// What to release it with
  input  tag_t [1:0]                    r_tag_i,
  /// Release, one for each answer
  output logic [1:0]                    rel_valid_o,
  /// It is taken
  input  logic [1:0]                    rel_ready_i,
  /// With what
  output tag_t [1:0]                    rel_tag_o,

  /// Memory has answered a write. May be withdrawn while it is not taken
  output logic                          dirty_valid_o,
  /// It is logged; until then its B waits. The release follows at least one clock later
  input  logic                          dirty_ready_i,
  /// Address space that the write was made in
  output logic [AsidPortW-1:0]          dirty_asid_o,
  /// IOVA page of 4 KiB that it was made to
  output logic [IOVA_W-PageLog2-1:0]    dirty_page_o
);

  localparam int unsigned PageW = IOVA_W - PageLog2;

  attr_t s_aw_attr, s_ar_attr, m_aw_attr, m_ar_attr;
  assign s_aw_attr = '{
    len: s_axi_awlen_i, size: s_axi_awsize_i, burst: s_axi_awburst_i, lock: s_axi_awlock_i,
    cache: s_axi_awcache_i, prot: s_axi_awprot_i, qos: s_axi_awqos_i, region: s_axi_awregion_i
  };
  assign s_ar_attr = '{
    len: s_axi_arlen_i, size: s_axi_arsize_i, burst: s_axi_arburst_i, lock: s_axi_arlock_i,
    cache: s_axi_arcache_i, prot: s_axi_arprot_i, qos: s_axi_arqos_i, region: s_axi_arregion_i
  };
  assign {m_axi_awlen_o, m_axi_awsize_o, m_axi_awburst_o, m_axi_awlock_o, m_axi_awcache_o, m_axi_awprot_o,
          m_axi_awqos_o, m_axi_awregion_o} = m_aw_attr;
  assign {m_axi_arlen_o, m_axi_arsize_o, m_axi_arburst_o, m_axi_arlock_o, m_axi_arcache_o, m_axi_arprot_o,
          m_axi_arqos_o, m_axi_arregion_o} = m_ar_attr;

  logic unused_wlast;
  assign unused_wlast = s_axi_wlast_i;

  // --- translation: AR is 0, AW is 1 ----------------------------------------------------------------------------

  logic [1:0]             a_ready, waiting, x_valid, x_ready, x_refused, x_atomic, x_compare;
  logic [1:0][ID_W-1:0]   a_id, x_id;
  logic [1:0][IOVA_W-1:0] a_addr;
  attr_t [1:0]            a_attr, x_attr;
  logic [1:0][USER_W-1:0] a_user, x_user;
  logic [1:0][5:0]        a_atop;
  logic [1:0]             a_valid;
  logic [1:0][PA_W-1:0]   x_pa;
  tag_t [1:0]             x_tag;
  logic [1:0][PageW-1:0]  x_page;

  assign a_valid = {s_axi_awvalid_i, s_axi_arvalid_i};
  assign a_id    = {s_axi_awid_i, s_axi_arid_i};
  assign a_addr  = {s_axi_awaddr_i, s_axi_araddr_i};
  assign a_attr  = {s_aw_attr, s_ar_attr};
  assign a_user  = {s_axi_awuser_i, s_axi_aruser_i};
  assign a_atop  = {s_axi_awatop_i, 6'd0};
  assign {s_axi_awready_o, s_axi_arready_o} = a_ready;

  // After reset nothing is held.
  logic              hold_changed_q;
  logic [GROUPS-1:0] group_hold_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      hold_changed_q <= 1'b0;
      group_hold_q   <= '0;
    end else begin
      hold_changed_q <= group_hold_q != group_hold_i;
      group_hold_q   <= group_hold_i;
    end
  end

  for (genvar d = 0; d < 2; d++) begin : g_direction
    iommu_axi_request #(
      .WRITE  (1'(d)),
      .GROUPS (GROUPS),
      .IOVA_W (IOVA_W),
      .PA_W   (PA_W),
      .DATA_W (DATA_W),
      .ID_W   (ID_W),
      .USER_W (USER_W),
      .LATENCY(LATENCY)
    ) u_request (
      .clk_i,
      .rst_ni,
      .source_i,
      .group_i,
      .rid_valid_i,
      .rid_group_i,
      .group_hold_i,
      .hold_changed_i(hold_changed_q),
      .quiesce_i,
      .waiting_o  (waiting[d]),
      .a_valid_i  (a_valid[d]),
      .a_ready_o  (a_ready[d]),
      .a_id_i     (a_id[d]),
      .a_addr_i   (a_addr[d]),
      .a_attr_i   (a_attr[d]),
      .a_user_i   (a_user[d]),
      .a_atop_i   (a_atop[d]),
      .q_valid_o  (q_valid_o[d]),
      .q_ready_i  (q_ready_i[d]),
      .q_group_o  (q_group_o[d]),
      .q_iova_o   (q_iova_o[d]),
      .q_len_m1_o (q_len_m1_o[d]),
      .q_bad_o    (q_bad_o[d]),
      .r_valid_i  (r_valid_i[d]),
      .r_fault_i  (r_fault_i[d]),
      .r_pa_i     (r_pa_i[d]),
      .r_tag_i    (r_tag_i[d]),
      .x_valid_o  (x_valid[d]),
      .x_ready_i  (x_ready[d]),
      .x_id_o     (x_id[d]),
      .x_refused_o(x_refused[d]),
      .x_pa_o     (x_pa[d]),
      .x_attr_o   (x_attr[d]),
      .x_user_o   (x_user[d]),
      .x_tag_o    (x_tag[d]),
      .x_page_o   (x_page[d]),
      .x_atomic_o (x_atomic[d]),
      .x_compare_o(x_compare[d])
    );
  end
  logic unused_read;
  assign unused_read = ^{x_page[0], x_atomic[0], x_compare[0]};

  // --- behind the translation -----------------------------------------------------------------------------------

  logic            atomic_valid, atomic_ready;
  logic [ID_W-1:0] atomic_id;
  logic [7:0]      atomic_len;

  iommu_axi_write #(
    .PA_W       (PA_W),
    .DATA_W     (DATA_W),
    .ID_W       (ID_W),
    .USER_W     (USER_W),
    .PAGE_W     (PageW),
    .OUTSTANDING(OUTSTANDING)
  ) u_write (
    .clk_i,
    .rst_ni,
    .x_valid_i     (x_valid[1]),
    .x_ready_o     (x_ready[1]),
    .x_id_i        (x_id[1]),
    .x_refused_i   (x_refused[1]),
    .x_pa_i        (x_pa[1]),
    .x_attr_i      (x_attr[1]),
    .x_user_i      (x_user[1]),
    .x_tag_i       (x_tag[1]),
    .x_page_i      (x_page[1]),
    .x_atomic_i    (x_atomic[1]),
    .x_compare_i   (x_compare[1]),
    .m_aw_valid_o  (m_axi_awvalid_o),
    .m_aw_ready_i  (m_axi_awready_i),
    .m_aw_id_o     (m_axi_awid_o),
    .m_aw_addr_o   (m_axi_awaddr_o),
    .m_aw_attr_o   (m_aw_attr),
    .m_aw_user_o   (m_axi_awuser_o),
    .s_w_valid_i   (s_axi_wvalid_i),
    .s_w_ready_o   (s_axi_wready_o),
    .s_w_data_i    (s_axi_wdata_i),
    .s_w_strb_i    (s_axi_wstrb_i),
    .m_w_valid_o   (m_axi_wvalid_o),
    .m_w_ready_i   (m_axi_wready_i),
    .m_w_data_o    (m_axi_wdata_o),
    .m_w_strb_o    (m_axi_wstrb_o),
    .m_w_last_o    (m_axi_wlast_o),
    .m_b_valid_i   (m_axi_bvalid_i),
    .m_b_ready_o   (m_axi_bready_o),
    .m_b_id_i      (m_axi_bid_i),
    .m_b_resp_i    (m_axi_bresp_i),
    .s_b_valid_o   (s_axi_bvalid_o),
    .s_b_ready_i   (s_axi_bready_i),
    .s_b_id_o      (s_axi_bid_o),
    .s_b_resp_o    (s_axi_bresp_o),
    .rel_valid_o   (rel_valid_o[1]),
    .rel_ready_i   (rel_ready_i[1]),
    .rel_tag_o     (rel_tag_o[1]),
    .atomic_valid_o(atomic_valid),
    .atomic_ready_i(atomic_ready),
    .atomic_id_o   (atomic_id),
    .atomic_len_o  (atomic_len),
    .dirty_valid_o,
    .dirty_ready_i,
    .dirty_asid_o,
    .dirty_page_o
  );

  iommu_axi_read #(
    .PA_W       (PA_W),
    .DATA_W     (DATA_W),
    .ID_W       (ID_W),
    .USER_W     (USER_W),
    .OUTSTANDING(OUTSTANDING)
  ) u_read (
    .clk_i,
    .rst_ni,
    .x_valid_i     (x_valid[0]),
    .x_ready_o     (x_ready[0]),
    .x_id_i        (x_id[0]),
    .x_refused_i   (x_refused[0]),
    .x_pa_i        (x_pa[0]),
    .x_attr_i      (x_attr[0]),
    .x_user_i      (x_user[0]),
    .x_tag_i       (x_tag[0]),
    .m_ar_valid_o  (m_axi_arvalid_o),
    .m_ar_ready_i  (m_axi_arready_i),
    .m_ar_id_o     (m_axi_arid_o),
    .m_ar_addr_o   (m_axi_araddr_o),
    .m_ar_attr_o   (m_ar_attr),
    .m_ar_user_o   (m_axi_aruser_o),
    .atomic_valid_i(atomic_valid),
    .atomic_ready_o(atomic_ready),
    .atomic_id_i   (atomic_id),
    .atomic_len_i  (atomic_len),
    .m_r_valid_i   (m_axi_rvalid_i),
    .m_r_ready_o   (m_axi_rready_o),
    .m_r_id_i      (m_axi_rid_i),
    .m_r_data_i    (m_axi_rdata_i),
    .m_r_resp_i    (m_axi_rresp_i),
    .m_r_last_i    (m_axi_rlast_i),
    .s_r_valid_o   (s_axi_rvalid_o),
    .s_r_ready_i   (s_axi_rready_i),
    .s_r_id_o      (s_axi_rid_o),
    .s_r_data_o    (s_axi_rdata_o),
    .s_r_resp_o    (s_axi_rresp_o),
    .s_r_last_o    (s_axi_rlast_o),
    .rel_valid_o   (rel_valid_o[0]),
    .rel_ready_i   (rel_ready_i[0]),
    .rel_tag_o     (rel_tag_o[0])
  );

  // --- idle -----------------------------------------------------------------------------------------------------

  // From acceptance by the search to the release, each burst once. The read data of a refused atomic operation have
  // no release of their own: they are looked for where they may be.
  localparam int unsigned FlightW = $clog2(in_flight_max(LATENCY, OUTSTANDING) + 1);
  logic [1:0][FlightW-1:0] flight_q;
  logic [1:0]              begun_q, ended_q;

  // Counted one clock later; what is not counted yet is not idle either.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      begun_q  <= '0;
      ended_q  <= '0;
      flight_q <= '0;
      idle_o   <= 1'b0;
    end else begin
      begun_q <= q_valid_o & q_ready_i;
      ended_q <= rel_valid_o & rel_ready_i;
      for (int unsigned d = 0; d < 2; d++) begin
        if (begun_q[d] != ended_q[d]) flight_q[d] <= flight_q[d] + (ended_q[d] ? '1 : FlightW'(1));
      end
      idle_o <= flight_q == '0 && {q_valid_o, begun_q} == '0 && !atomic_valid && !s_axi_rvalid_o
                && (quiesce_i || waiting == '0);
    end
  end

  // --- parameters that cannot work ------------------------------------------------------------------------------

  if (!(DATA_W inside {32, 64, 128, 256, 512})) begin : g_bad_data
    $error("iommu_axi: DATA_W = %0d; 32, 64, 128, 256 or 512", DATA_W);
  end
  if (USER_W < 1 || USER_W > 16 || ID_W < 1) begin : g_bad_user
    $error("iommu_axi: USER_W = %0d, ID_W = %0d; 1 to 16, and at least 1", USER_W, ID_W);
  end
  if (OUTSTANDING < 2 || OUTSTANDING > 255) begin : g_bad_outstanding
    $error("iommu_axi: OUTSTANDING = %0d; 2 to 255, which is what CAP_AXI.outstanding has room for", OUTSTANDING);
  end

endmodule
