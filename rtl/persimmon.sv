// SPDX-License-Identifier: Apache-2.0
//
// Persimmon, the top level: an IOMMU between DMA masters and memory. Registers on AXI4-Lite; for each port an AXI4
// subordinate, which a DMA master drives with IOVAs, and an AXI4 manager, which takes what is permitted to memory.
// Arrays are packed by port.
//
//   s_axi[p] -> iommu_axi[p] -> m_axi[p]        AXI4-Lite, irq
//                  | ^                                |
//                  v |                                v
//               iommu_arb <--- translations ---> iommu_core <--- dirty pages --- iommu_axi[p]

module persimmon
  import iommu_pkg::*;
  import iommu_axi_pkg::*;
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
  /// log2 of the granule in bytes, at least 12
  parameter int unsigned GRANULE_LOG2 = GranuleLog2Default,
  /// Search radix, a power of two
  parameter int unsigned K = RadixDefault,
  /// Posted commands that one merge pass executes, and that the queue before it holds; at most BatchMax
  parameter int unsigned B = BatchDefault,
  /// Addresses translated in one clock: 1, or 2 for a read and a write
  parameter int unsigned SEARCH_PORTS = 1,
  /// AXI4 ports, at most PortsMax
  parameter int unsigned PORTS = 1,
  /// Bits of the AXI4 data buses: 32, 64, 128, 256 or 512
  parameter int unsigned AXI_DATA_W = 64,
  /// Bits of AxID
  parameter int unsigned AXI_ID_W = 4,
  /// Bits of AxUSER, at most 16
  parameter int unsigned AXI_USER_W = 8,
  /// Bursts translated and not answered, of each port in each direction; 2 to 255
  parameter int unsigned OUTSTANDING = 16,
  /// Records of the fault queue
  parameter int unsigned FAULT_DEPTH = FaultDepthDefault,
  /// Pages of the dirty bitmap, a power of two; 0 for none
  parameter int unsigned DIRTY_PAGES = 0,
  /// 1: every word of the table has a parity bit, and an access that depends on a damaged one faults
  parameter bit PARITY = 1'b1
) (
  /// Clock
  input  logic                                   clk_i,
  /// Asynchronous power-on reset, active low; released synchronously to clk_i. Forgets bursts in flight: reset the
  /// DMA masters together with it, and memory too unless it has answered everything
  input  logic                                   rst_ni,
`ifdef PERSIMMON_BUGS
  /// Deliberate bug to show that the testbench sees it, 0 for none
  input  logic [7:0]                             bug_i,
`endif

  /// AXI4-Lite AWVALID
  input  logic                                   s_axil_awvalid_i,
  /// AXI4-Lite AWREADY
  output logic                                   s_axil_awready_o,
  /// AXI4-Lite AWADDR, bytes
  input  logic [AxilAddrW-1:0]                   s_axil_awaddr_i,
  /// AXI4-Lite AWPROT, not looked at
  input  logic [2:0]                             s_axil_awprot_i,
  /// AXI4-Lite WVALID
  input  logic                                   s_axil_wvalid_i,
  /// AXI4-Lite WREADY
  output logic                                   s_axil_wready_o,
  /// AXI4-Lite WDATA
  input  logic [31:0]                            s_axil_wdata_i,
  /// AXI4-Lite WSTRB
  input  logic [3:0]                             s_axil_wstrb_i,
  /// AXI4-Lite BVALID
  output logic                                   s_axil_bvalid_o,
  /// AXI4-Lite BREADY
  input  logic                                   s_axil_bready_i,
  /// AXI4-Lite BRESP
  output logic [1:0]                             s_axil_bresp_o,
  /// AXI4-Lite ARVALID
  input  logic                                   s_axil_arvalid_i,
  /// AXI4-Lite ARREADY
  output logic                                   s_axil_arready_o,
  /// AXI4-Lite ARADDR, bytes
  input  logic [AxilAddrW-1:0]                   s_axil_araddr_i,
  /// AXI4-Lite ARPROT, not looked at
  input  logic [2:0]                             s_axil_arprot_i,
  /// AXI4-Lite RVALID
  output logic                                   s_axil_rvalid_o,
  /// AXI4-Lite RREADY
  input  logic                                   s_axil_rready_i,
  /// AXI4-Lite RDATA
  output logic [31:0]                            s_axil_rdata_o,
  /// AXI4-Lite RRESP
  output logic [1:0]                             s_axil_rresp_o,

  /// DMA masters: AWVALID
  input  logic [PORTS-1:0]                       s_axi_awvalid_i,
  /// DMA masters: AWREADY
  output logic [PORTS-1:0]                       s_axi_awready_o,
  /// DMA masters: AWID
  input  logic [PORTS-1:0][AXI_ID_W-1:0]         s_axi_awid_i,
  /// DMA masters: AWADDR, an IOVA
  input  logic [PORTS-1:0][IOVA_W-1:0]           s_axi_awaddr_i,
  /// DMA masters: AWLEN
  input  logic [PORTS-1:0][7:0]                  s_axi_awlen_i,
  /// DMA masters: AWSIZE
  input  logic [PORTS-1:0][2:0]                  s_axi_awsize_i,
  /// DMA masters: AWBURST
  input  logic [PORTS-1:0][1:0]                  s_axi_awburst_i,
  /// DMA masters: AWLOCK
  input  logic [PORTS-1:0]                       s_axi_awlock_i,
  /// DMA masters: AWCACHE
  input  logic [PORTS-1:0][3:0]                  s_axi_awcache_i,
  /// DMA masters: AWPROT
  input  logic [PORTS-1:0][2:0]                  s_axi_awprot_i,
  /// DMA masters: AWQOS
  input  logic [PORTS-1:0][3:0]                  s_axi_awqos_i,
  /// DMA masters: AWREGION
  input  logic [PORTS-1:0][3:0]                  s_axi_awregion_i,
  /// DMA masters: AWATOP; every atomic operation is refused. 0 for a master without them
  input  logic [PORTS-1:0][5:0]                  s_axi_awatop_i,
  /// DMA masters: AWUSER: group or requester ID, by PORT.CTRL
  input  logic [PORTS-1:0][AXI_USER_W-1:0]       s_axi_awuser_i,
  /// DMA masters: WVALID
  input  logic [PORTS-1:0]                       s_axi_wvalid_i,
  /// DMA masters: WREADY
  output logic [PORTS-1:0]                       s_axi_wready_o,
  /// DMA masters: WDATA
  input  logic [PORTS-1:0][AXI_DATA_W-1:0]       s_axi_wdata_i,
  /// DMA masters: WSTRB
  input  logic [PORTS-1:0][AXI_DATA_W/8-1:0]     s_axi_wstrb_i,
  /// DMA masters: WLAST; not looked at, beats are counted by AWLEN
  input  logic [PORTS-1:0]                       s_axi_wlast_i,
  /// DMA masters: BVALID
  output logic [PORTS-1:0]                       s_axi_bvalid_o,
  /// DMA masters: BREADY
  input  logic [PORTS-1:0]                       s_axi_bready_i,
  /// DMA masters: BID
  output logic [PORTS-1:0][AXI_ID_W-1:0]         s_axi_bid_o,
  /// DMA masters: BRESP
  output logic [PORTS-1:0][1:0]                  s_axi_bresp_o,
  /// DMA masters: ARVALID
  input  logic [PORTS-1:0]                       s_axi_arvalid_i,
  /// DMA masters: ARREADY
  output logic [PORTS-1:0]                       s_axi_arready_o,
  /// DMA masters: ARID
  input  logic [PORTS-1:0][AXI_ID_W-1:0]         s_axi_arid_i,
  /// DMA masters: ARADDR, an IOVA
  input  logic [PORTS-1:0][IOVA_W-1:0]           s_axi_araddr_i,
  /// DMA masters: ARLEN
  input  logic [PORTS-1:0][7:0]                  s_axi_arlen_i,
  /// DMA masters: ARSIZE
  input  logic [PORTS-1:0][2:0]                  s_axi_arsize_i,
  /// DMA masters: ARBURST
  input  logic [PORTS-1:0][1:0]                  s_axi_arburst_i,
  /// DMA masters: ARLOCK
  input  logic [PORTS-1:0]                       s_axi_arlock_i,
  /// DMA masters: ARCACHE
  input  logic [PORTS-1:0][3:0]                  s_axi_arcache_i,
  /// DMA masters: ARPROT
  input  logic [PORTS-1:0][2:0]                  s_axi_arprot_i,
  /// DMA masters: ARQOS
  input  logic [PORTS-1:0][3:0]                  s_axi_arqos_i,
  /// DMA masters: ARREGION
  input  logic [PORTS-1:0][3:0]                  s_axi_arregion_i,
  /// DMA masters: ARUSER: group or requester ID, by PORT.CTRL
  input  logic [PORTS-1:0][AXI_USER_W-1:0]       s_axi_aruser_i,
  /// DMA masters: RVALID
  output logic [PORTS-1:0]                       s_axi_rvalid_o,
  /// DMA masters: RREADY
  input  logic [PORTS-1:0]                       s_axi_rready_i,
  /// DMA masters: RID
  output logic [PORTS-1:0][AXI_ID_W-1:0]         s_axi_rid_o,
  /// DMA masters: RDATA
  output logic [PORTS-1:0][AXI_DATA_W-1:0]       s_axi_rdata_o,
  /// DMA masters: RRESP
  output logic [PORTS-1:0][1:0]                  s_axi_rresp_o,
  /// DMA masters: RLAST
  output logic [PORTS-1:0]                       s_axi_rlast_o,

  /// Memory: AWVALID
  output logic [PORTS-1:0]                       m_axi_awvalid_o,
  /// Memory: AWREADY
  input  logic [PORTS-1:0]                       m_axi_awready_i,
  /// Memory: AWID
  output logic [PORTS-1:0][AXI_ID_W-1:0]         m_axi_awid_o,
  /// Memory: AWADDR, physical
  output logic [PORTS-1:0][PA_W-1:0]             m_axi_awaddr_o,
  /// Memory: AWLEN
  output logic [PORTS-1:0][7:0]                  m_axi_awlen_o,
  /// Memory: AWSIZE
  output logic [PORTS-1:0][2:0]                  m_axi_awsize_o,
  /// Memory: AWBURST
  output logic [PORTS-1:0][1:0]                  m_axi_awburst_o,
  /// Memory: AWLOCK
  output logic [PORTS-1:0]                       m_axi_awlock_o,
  /// Memory: AWCACHE
  output logic [PORTS-1:0][3:0]                  m_axi_awcache_o,
  /// Memory: AWPROT
  output logic [PORTS-1:0][2:0]                  m_axi_awprot_o,
  /// Memory: AWQOS
  output logic [PORTS-1:0][3:0]                  m_axi_awqos_o,
  /// Memory: AWREGION
  output logic [PORTS-1:0][3:0]                  m_axi_awregion_o,
  /// Memory: AWUSER, as it came
  output logic [PORTS-1:0][AXI_USER_W-1:0]       m_axi_awuser_o,
  /// Memory: WVALID
  output logic [PORTS-1:0]                       m_axi_wvalid_o,
  /// Memory: WREADY
  input  logic [PORTS-1:0]                       m_axi_wready_i,
  /// Memory: WDATA
  output logic [PORTS-1:0][AXI_DATA_W-1:0]       m_axi_wdata_o,
  /// Memory: WSTRB
  output logic [PORTS-1:0][AXI_DATA_W/8-1:0]     m_axi_wstrb_o,
  /// Memory: WLAST
  output logic [PORTS-1:0]                       m_axi_wlast_o,
  /// Memory: BVALID
  input  logic [PORTS-1:0]                       m_axi_bvalid_i,
  /// Memory: BREADY
  output logic [PORTS-1:0]                       m_axi_bready_o,
  /// Memory: BID
  input  logic [PORTS-1:0][AXI_ID_W-1:0]         m_axi_bid_i,
  /// Memory: BRESP
  input  logic [PORTS-1:0][1:0]                  m_axi_bresp_i,
  /// Memory: ARVALID
  output logic [PORTS-1:0]                       m_axi_arvalid_o,
  /// Memory: ARREADY
  input  logic [PORTS-1:0]                       m_axi_arready_i,
  /// Memory: ARID
  output logic [PORTS-1:0][AXI_ID_W-1:0]         m_axi_arid_o,
  /// Memory: ARADDR, physical
  output logic [PORTS-1:0][PA_W-1:0]             m_axi_araddr_o,
  /// Memory: ARLEN
  output logic [PORTS-1:0][7:0]                  m_axi_arlen_o,
  /// Memory: ARSIZE
  output logic [PORTS-1:0][2:0]                  m_axi_arsize_o,
  /// Memory: ARBURST
  output logic [PORTS-1:0][1:0]                  m_axi_arburst_o,
  /// Memory: ARLOCK
  output logic [PORTS-1:0]                       m_axi_arlock_o,
  /// Memory: ARCACHE
  output logic [PORTS-1:0][3:0]                  m_axi_arcache_o,
  /// Memory: ARPROT
  output logic [PORTS-1:0][2:0]                  m_axi_arprot_o,
  /// Memory: ARQOS
  output logic [PORTS-1:0][3:0]                  m_axi_arqos_o,
  /// Memory: ARREGION
  output logic [PORTS-1:0][3:0]                  m_axi_arregion_o,
  /// Memory: ARUSER, as it came
  output logic [PORTS-1:0][AXI_USER_W-1:0]       m_axi_aruser_o,
  /// Memory: RVALID
  input  logic [PORTS-1:0]                       m_axi_rvalid_i,
  /// Memory: RREADY
  output logic [PORTS-1:0]                       m_axi_rready_o,
  /// Memory: RID
  input  logic [PORTS-1:0][AXI_ID_W-1:0]         m_axi_rid_i,
  /// Memory: RDATA
  input  logic [PORTS-1:0][AXI_DATA_W-1:0]       m_axi_rdata_i,
  /// Memory: RRESP
  input  logic [PORTS-1:0][1:0]                  m_axi_rresp_i,
  /// Memory: RLAST
  input  logic [PORTS-1:0]                       m_axi_rlast_i,

  /// Pulse: virtio device reset, served before the next command
  input  logic [DEVICES-1:0]                     dev_reset_i,
  /// With dev_reset_i: the CLEAN_MAP flag
  input  logic [DEVICES-1:0]                     dev_reset_clean_i,
  /// Interrupt, level
  output logic                                   irq_o
);

  localparam int unsigned Latency = latency(ENTRIES, K);
  // As a port sees it: the arbiter has a register in front of the search.
  localparam int unsigned PortLatency = Latency + 1;
  localparam int unsigned Channels = 2 * PORTS;
  localparam int unsigned PageW = IOVA_W - PageLog2;

  // Room to count every request that the ports can have in flight, so that one port's slow bursts never keep the
  // search from another, and no request stands in the arbiter while its device is quiesced. Accepting stops a few below
  // the top, iommu_drain says how many.
  localparam int unsigned CountedW = $clog2(Channels * in_flight_max(PortLatency, OUTSTANDING)
                                           + UncreditedClocks * SEARCH_PORTS + 2);

  // --- core --------------------------------------------------------------------------------------------------------

  logic [SEARCH_PORTS-1:0]                 req_valid, req_ready, req_write, req_bad;
  logic [SEARCH_PORTS-1:0][GroupPortW-1:0] req_group;
  logic [SEARCH_PORTS-1:0][IOVA_W-1:0]     req_iova;
  logic [SEARCH_PORTS-1:0][LenW-1:0]       req_len_m1;
  logic [SEARCH_PORTS-1:0]                 rsp_valid, rsp_tracked, rsp_epoch;
  logic [SEARCH_PORTS-1:0][3:0]            rsp_fault;
  logic [SEARCH_PORTS-1:0][PA_W-1:0]       rsp_pa;
  logic [SEARCH_PORTS-1:0][AsidPortW-1:0]  rsp_asid;
  logic [SEARCH_PORTS-1:0]                 rel_valid, rel_tracked, rel_epoch;
  logic [SEARCH_PORTS-1:0][AsidPortW-1:0]  rel_asid;
  logic [GROUPS-1:0]                       group_hold;

  // A master cannot use them: the answer to a burst is yes or no.
  logic [SEARCH_PORTS-1:0][IOVA_W-1:0]     unused_map_last;
  logic [SEARCH_PORTS-1:0][SeqW-1:0]       unused_commit_seq;

  logic [PORTS-1:0][1:0]                   port_source;
  logic [PORTS-1:0][GroupPortW-1:0]        port_group;
  logic [PORTS-1:0]                        port_quiesce, port_idle;
  logic [RidsMax-1:0]                      rid_valid;
  logic [RidsMax-1:0][GroupPortW-1:0]      rid_group;

  logic [PORTS-1:0]                        dirty_valid, dirty_ready;
  logic [PORTS-1:0][AsidPortW-1:0]         dirty_asid;
  logic [PORTS-1:0][PageW-1:0]             dirty_page;

  iommu_core #(
    .ENTRIES     (ENTRIES),
    .ASIDS       (ASIDS),
    .GROUPS      (GROUPS),
    .HOLDS       (1'b0),
    .DEVICES     (DEVICES),
    .IOVA_W      (IOVA_W),
    .PA_W        (PA_W),
    .GRANULE_LOG2(GRANULE_LOG2),
    .K           (K),
    .SEARCH_PORTS(SEARCH_PORTS),
    .IN_FLIGHT_W (CountedW),
    .PORTS       (PORTS),
    .AXI_DATA_W  (AXI_DATA_W),
    .AXI_ID_W    (AXI_ID_W),
    .OUTSTANDING (OUTSTANDING),
    .FAULT_DEPTH (FAULT_DEPTH),
    .DIRTY_PAGES (DIRTY_PAGES),
    .B           (B),
    .PARITY      (PARITY)
  ) u_core (
    .clk_i,
    .rst_ni,
`ifdef PERSIMMON_BUGS
    .bug_i,
`endif
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
    .req_valid_i     (req_valid),
    .req_ready_o     (req_ready),
    .req_group_i     (req_group),
    .req_iova_i      (req_iova),
    .req_len_m1_i    (req_len_m1),
    .req_write_i     (req_write),
    .req_bad_i       (req_bad),
    .group_hold_o    (group_hold),
    .rsp_valid_o     (rsp_valid),
    .rsp_fault_o     (rsp_fault),
    .rsp_pa_o        (rsp_pa),
    .rsp_map_last_o  (unused_map_last),
    .rsp_tracked_o   (rsp_tracked),
    .rsp_asid_o      (rsp_asid),
    .rsp_epoch_o     (rsp_epoch),
    .rsp_commit_seq_o(unused_commit_seq),
    .rel_valid_i     (rel_valid),
    .rel_tracked_i   (rel_tracked),
    .rel_asid_i      (rel_asid),
    .rel_epoch_i     (rel_epoch),
    .port_source_o   (port_source),
    .port_group_o    (port_group),
    .port_quiesce_o  (port_quiesce),
    .port_idle_i     (port_idle),
    .rid_valid_o     (rid_valid),
    .rid_group_o     (rid_group),
    .dirty_valid_i   (dirty_valid),
    .dirty_ready_o   (dirty_ready),
    .dirty_asid_i    (dirty_asid),
    .dirty_page_i    (dirty_page),
    .dev_reset_i,
    .dev_reset_clean_i,
    .irq_o
  );

  // --- ports -------------------------------------------------------------------------------------------------------

  logic [Channels-1:0]                 q_valid, q_ready, q_bad, r_valid, done_valid, done_ready;
  logic [Channels-1:0][GroupPortW-1:0] q_group;
  logic [Channels-1:0][IOVA_W-1:0]     q_iova;
  logic [Channels-1:0][LenW-1:0]       q_len_m1;
  logic [Channels-1:0][3:0]            r_fault;
  logic [Channels-1:0][PA_W-1:0]       r_pa;
  tag_t [Channels-1:0]                 r_tag, done_tag;

  for (genvar p = 0; p < int'(PORTS); p++) begin : g_port
    iommu_axi #(
      .GROUPS     (GROUPS),
      .IOVA_W     (IOVA_W),
      .PA_W       (PA_W),
      .DATA_W     (AXI_DATA_W),
      .ID_W       (AXI_ID_W),
      .USER_W     (AXI_USER_W),
      .OUTSTANDING(OUTSTANDING),
      .LATENCY    (PortLatency)
    ) u_axi (
      .clk_i,
      .rst_ni,
      .s_axi_awvalid_i   (s_axi_awvalid_i[p]),
      .s_axi_awready_o   (s_axi_awready_o[p]),
      .s_axi_awid_i      (s_axi_awid_i[p]),
      .s_axi_awaddr_i    (s_axi_awaddr_i[p]),
      .s_axi_awlen_i     (s_axi_awlen_i[p]),
      .s_axi_awsize_i    (s_axi_awsize_i[p]),
      .s_axi_awburst_i   (s_axi_awburst_i[p]),
      .s_axi_awlock_i    (s_axi_awlock_i[p]),
      .s_axi_awcache_i   (s_axi_awcache_i[p]),
      .s_axi_awprot_i    (s_axi_awprot_i[p]),
      .s_axi_awqos_i     (s_axi_awqos_i[p]),
      .s_axi_awregion_i  (s_axi_awregion_i[p]),
      .s_axi_awatop_i    (s_axi_awatop_i[p]),
      .s_axi_awuser_i    (s_axi_awuser_i[p]),
      .s_axi_wvalid_i    (s_axi_wvalid_i[p]),
      .s_axi_wready_o    (s_axi_wready_o[p]),
      .s_axi_wdata_i     (s_axi_wdata_i[p]),
      .s_axi_wstrb_i     (s_axi_wstrb_i[p]),
      .s_axi_wlast_i     (s_axi_wlast_i[p]),
      .s_axi_bvalid_o    (s_axi_bvalid_o[p]),
      .s_axi_bready_i    (s_axi_bready_i[p]),
      .s_axi_bid_o       (s_axi_bid_o[p]),
      .s_axi_bresp_o     (s_axi_bresp_o[p]),
      .s_axi_arvalid_i   (s_axi_arvalid_i[p]),
      .s_axi_arready_o   (s_axi_arready_o[p]),
      .s_axi_arid_i      (s_axi_arid_i[p]),
      .s_axi_araddr_i    (s_axi_araddr_i[p]),
      .s_axi_arlen_i     (s_axi_arlen_i[p]),
      .s_axi_arsize_i    (s_axi_arsize_i[p]),
      .s_axi_arburst_i   (s_axi_arburst_i[p]),
      .s_axi_arlock_i    (s_axi_arlock_i[p]),
      .s_axi_arcache_i   (s_axi_arcache_i[p]),
      .s_axi_arprot_i    (s_axi_arprot_i[p]),
      .s_axi_arqos_i     (s_axi_arqos_i[p]),
      .s_axi_arregion_i  (s_axi_arregion_i[p]),
      .s_axi_aruser_i    (s_axi_aruser_i[p]),
      .s_axi_rvalid_o    (s_axi_rvalid_o[p]),
      .s_axi_rready_i    (s_axi_rready_i[p]),
      .s_axi_rid_o       (s_axi_rid_o[p]),
      .s_axi_rdata_o     (s_axi_rdata_o[p]),
      .s_axi_rresp_o     (s_axi_rresp_o[p]),
      .s_axi_rlast_o     (s_axi_rlast_o[p]),
      .m_axi_awvalid_o   (m_axi_awvalid_o[p]),
      .m_axi_awready_i   (m_axi_awready_i[p]),
      .m_axi_awid_o      (m_axi_awid_o[p]),
      .m_axi_awaddr_o    (m_axi_awaddr_o[p]),
      .m_axi_awlen_o     (m_axi_awlen_o[p]),
      .m_axi_awsize_o    (m_axi_awsize_o[p]),
      .m_axi_awburst_o   (m_axi_awburst_o[p]),
      .m_axi_awlock_o    (m_axi_awlock_o[p]),
      .m_axi_awcache_o   (m_axi_awcache_o[p]),
      .m_axi_awprot_o    (m_axi_awprot_o[p]),
      .m_axi_awqos_o     (m_axi_awqos_o[p]),
      .m_axi_awregion_o  (m_axi_awregion_o[p]),
      .m_axi_awuser_o    (m_axi_awuser_o[p]),
      .m_axi_wvalid_o    (m_axi_wvalid_o[p]),
      .m_axi_wready_i    (m_axi_wready_i[p]),
      .m_axi_wdata_o     (m_axi_wdata_o[p]),
      .m_axi_wstrb_o     (m_axi_wstrb_o[p]),
      .m_axi_wlast_o     (m_axi_wlast_o[p]),
      .m_axi_bvalid_i    (m_axi_bvalid_i[p]),
      .m_axi_bready_o    (m_axi_bready_o[p]),
      .m_axi_bid_i       (m_axi_bid_i[p]),
      .m_axi_bresp_i     (m_axi_bresp_i[p]),
      .m_axi_arvalid_o   (m_axi_arvalid_o[p]),
      .m_axi_arready_i   (m_axi_arready_i[p]),
      .m_axi_arid_o      (m_axi_arid_o[p]),
      .m_axi_araddr_o    (m_axi_araddr_o[p]),
      .m_axi_arlen_o     (m_axi_arlen_o[p]),
      .m_axi_arsize_o    (m_axi_arsize_o[p]),
      .m_axi_arburst_o   (m_axi_arburst_o[p]),
      .m_axi_arlock_o    (m_axi_arlock_o[p]),
      .m_axi_arcache_o   (m_axi_arcache_o[p]),
      .m_axi_arprot_o    (m_axi_arprot_o[p]),
      .m_axi_arqos_o     (m_axi_arqos_o[p]),
      .m_axi_arregion_o  (m_axi_arregion_o[p]),
      .m_axi_aruser_o    (m_axi_aruser_o[p]),
      .m_axi_rvalid_i    (m_axi_rvalid_i[p]),
      .m_axi_rready_o    (m_axi_rready_o[p]),
      .m_axi_rid_i       (m_axi_rid_i[p]),
      .m_axi_rdata_i     (m_axi_rdata_i[p]),
      .m_axi_rresp_i     (m_axi_rresp_i[p]),
      .m_axi_rlast_i     (m_axi_rlast_i[p]),
      .source_i          (port_source[p]),
      .group_i           (port_group[p]),
      .rid_valid_i       (rid_valid),
      .rid_group_i       (rid_group),
      .group_hold_i      (group_hold),
      .quiesce_i         (port_quiesce[p]),
      .idle_o            (port_idle[p]),
      .q_valid_o         (q_valid[2*p+:2]),
      .q_ready_i         (q_ready[2*p+:2]),
      .q_group_o         (q_group[2*p+:2]),
      .q_iova_o          (q_iova[2*p+:2]),
      .q_len_m1_o        (q_len_m1[2*p+:2]),
      .q_bad_o           (q_bad[2*p+:2]),
      .r_valid_i         (r_valid[2*p+:2]),
      .r_fault_i         (r_fault[2*p+:2]),
      .r_pa_i            (r_pa[2*p+:2]),
      .r_tag_i           (r_tag[2*p+:2]),
      .rel_valid_o       (done_valid[2*p+:2]),
      .rel_ready_i       (done_ready[2*p+:2]),
      .rel_tag_o         (done_tag[2*p+:2]),
      .dirty_valid_o     (dirty_valid[p]),
      .dirty_ready_i     (dirty_ready[p]),
      .dirty_asid_o      (dirty_asid[p]),
      .dirty_page_o      (dirty_page[p])
    );
  end

  iommu_arb #(
    .PORTS       (PORTS),
    .SEARCH_PORTS(SEARCH_PORTS),
    .IOVA_W      (IOVA_W),
    .PA_W        (PA_W),
    .LATENCY     (Latency)
  ) u_arb (
    .clk_i,
    .rst_ni,
    .q_valid_i    (q_valid),
    .q_ready_o    (q_ready),
    .q_group_i    (q_group),
    .q_iova_i     (q_iova),
    .q_len_m1_i   (q_len_m1),
    .q_bad_i      (q_bad),
    .r_valid_o    (r_valid),
    .r_fault_o    (r_fault),
    .r_pa_o       (r_pa),
    .r_tag_o      (r_tag),
    .rel_valid_i  (done_valid),
    .rel_ready_o  (done_ready),
    .rel_tag_i    (done_tag),
    .req_valid_o  (req_valid),
    .req_ready_i  (req_ready),
    .req_group_o  (req_group),
    .req_iova_o   (req_iova),
    .req_len_m1_o (req_len_m1),
    .req_write_o  (req_write),
    .req_bad_o    (req_bad),
    .rsp_valid_i  (rsp_valid),
    .rsp_fault_i  (rsp_fault),
    .rsp_pa_i     (rsp_pa),
    .rsp_tracked_i(rsp_tracked),
    .rsp_asid_i   (rsp_asid),
    .rsp_epoch_i  (rsp_epoch),
    .rel_valid_o  (rel_valid),
    .rel_tracked_o(rel_tracked),
    .rel_asid_o   (rel_asid),
    .rel_epoch_o  (rel_epoch)
  );

  // --- parameters that cannot work ---------------------------------------------------------------------------------

  if (GRANULE_LOG2 < PageLog2) begin : g_bad_granule
    $error("persimmon: GRANULE_LOG2 = %0d; at least %0d, because a shift within a page would move byte lanes",
           GRANULE_LOG2, PageLog2);
  end
  if (PORTS < 1 || PORTS > PortsMax) begin : g_bad_ports
    $error("persimmon: PORTS = %0d; the register map has room for 1 to %0d", PORTS, PortsMax);
  end

endmodule
