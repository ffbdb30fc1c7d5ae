// SPDX-License-Identifier: Apache-2.0
//
// The top of the simulated builds with AXI4 ports: `persimmon`, protocol checkers on both sides of each of its ports,
// and a look inside for what the scoreboard has to know and no pin tells: from which state a burst was translated.
//
// AXI4 pins are unpacked arrays here, with an element for each port, and all but data have their widest type, so that
// sim/axi/join.h need not know the parameters of a build.

module persimmon_bench
  import iommu_pkg::*;
  import persimmon_bench_pkg::*;
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
  /// log2 of the granule
  parameter int unsigned GRANULE_LOG2 = GranuleLog2Default,
  /// Search radix
  parameter int unsigned K = RadixDefault,
  /// Searches a clock
  parameter int unsigned SEARCH_PORTS = 1,
  /// AXI4 ports
  parameter int unsigned PORTS = 1,
  /// Bits of a beat
  parameter int unsigned AXI_DATA_W = 64,
  /// Bits of AxID
  parameter int unsigned AXI_ID_W = 4,
  /// Bits of AxUSER
  parameter int unsigned AXI_USER_W = 4,
  /// Bursts in flight downstream of a port, in a direction
  parameter int unsigned OUTSTANDING = 16,
  /// Records of the fault queue
  parameter int unsigned FAULT_DEPTH = 16,
  /// Bits of the dirty log
  parameter int unsigned DIRTY_PAGES = 0
) (
  /// Clock
  input  logic clk_i,
  /// Power-on reset, active low
  input  logic rst_ni,

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

  /// Master: AWVALID
  input  logic                    s_aw_valid_i [PORTS],
  /// Master: AWREADY
  output logic                    s_aw_ready_o [PORTS],
  /// Master: the rest of AW
  input  axi_address_t            s_aw_i [PORTS],
  /// Master: ARVALID
  input  logic                    s_ar_valid_i [PORTS],
  /// Master: ARREADY
  output logic                    s_ar_ready_o [PORTS],
  /// Master: the rest of AR
  input  axi_address_t            s_ar_i [PORTS],
  /// Master: WVALID
  input  logic                    s_w_valid_i [PORTS],
  /// Master: WREADY
  output logic                    s_w_ready_o [PORTS],
  /// Master: WDATA
  input  logic [AXI_DATA_W-1:0]   s_w_data_i [PORTS],
  /// Master: WSTRB
  input  logic [63:0]             s_w_strobe_i [PORTS],
  /// Master: WLAST
  input  logic                    s_w_last_i [PORTS],
  /// Master: BVALID
  output logic                    s_b_valid_o [PORTS],
  /// Master: BREADY
  input  logic                    s_b_ready_i [PORTS],
  /// Master: BID
  output logic [15:0]             s_b_id_o [PORTS],
  /// Master: BRESP
  output logic [1:0]              s_b_resp_o [PORTS],
  /// Master: RVALID
  output logic                    s_r_valid_o [PORTS],
  /// Master: RREADY
  input  logic                    s_r_ready_i [PORTS],
  /// Master: RID
  output logic [15:0]             s_r_id_o [PORTS],
  /// Master: RRESP
  output logic [1:0]              s_r_resp_o [PORTS],
  /// Master: RDATA
  output logic [AXI_DATA_W-1:0]   s_r_data_o [PORTS],
  /// Master: RLAST
  output logic                    s_r_last_o [PORTS],
  /// Memory: AWVALID
  output logic                    m_aw_valid_o [PORTS],
  /// Memory: AWREADY
  input  logic                    m_aw_ready_i [PORTS],
  /// Memory: the rest of AW
  output axi_address_t            m_aw_o [PORTS],
  /// Memory: ARVALID
  output logic                    m_ar_valid_o [PORTS],
  /// Memory: ARREADY
  input  logic                    m_ar_ready_i [PORTS],
  /// Memory: the rest of AR
  output axi_address_t            m_ar_o [PORTS],
  /// Memory: WVALID
  output logic                    m_w_valid_o [PORTS],
  /// Memory: WREADY
  input  logic                    m_w_ready_i [PORTS],
  /// Memory: WDATA
  output logic [AXI_DATA_W-1:0]   m_w_data_o [PORTS],
  /// Memory: WSTRB
  output logic [63:0]             m_w_strobe_o [PORTS],
  /// Memory: WLAST
  output logic                    m_w_last_o [PORTS],
  /// Memory: BVALID
  input  logic                    m_b_valid_i [PORTS],
  /// Memory: BREADY
  output logic                    m_b_ready_o [PORTS],
  /// Memory: BID
  input  logic [15:0]             m_b_id_i [PORTS],
  /// Memory: BRESP
  input  logic [1:0]              m_b_resp_i [PORTS],
  /// Memory: RVALID
  input  logic                    m_r_valid_i [PORTS],
  /// Memory: RREADY
  output logic                    m_r_ready_o [PORTS],
  /// Memory: RID
  input  logic [15:0]             m_r_id_i [PORTS],
  /// Memory: RRESP
  input  logic [1:0]              m_r_resp_i [PORTS],
  /// Memory: RDATA
  input  logic [AXI_DATA_W-1:0]   m_r_data_i [PORTS],
  /// Memory: RLAST
  input  logic                    m_r_last_i [PORTS],

  /// Inside, reads: a translation is answered
  output logic                    tap_read_valid_o [PORTS],
  /// Inside, reads: it counts as in flight
  output logic                    tap_read_tracked_o [PORTS],
  /// Inside, reads: why it was refused
  output logic [3:0]              tap_read_fault_o [PORTS],
  /// Inside, reads: address space
  output logic [7:0]              tap_read_asid_o [PORTS],
  /// Inside, reads: epoch that it counts in
  output logic                    tap_read_epoch_o [PORTS],
  /// Inside, reads: physical address of the first byte
  output logic [63:0]             tap_read_pa_o [PORTS],
  /// Inside, reads: where the entry ends
  output logic [63:0]             tap_read_map_last_o [PORTS],
  /// Inside, reads: COMMIT_SEQ at its acceptance
  output logic [31:0]             tap_read_seq_o [PORTS],
  /// Inside, writes: a translation is answered
  output logic                    tap_write_valid_o [PORTS],
  /// Inside, writes: it counts as in flight
  output logic                    tap_write_tracked_o [PORTS],
  /// Inside, writes: why it was refused
  output logic [3:0]              tap_write_fault_o [PORTS],
  /// Inside, writes: address space
  output logic [7:0]              tap_write_asid_o [PORTS],
  /// Inside, writes: epoch that it counts in
  output logic                    tap_write_epoch_o [PORTS],
  /// Inside, writes: physical address of the first byte
  output logic [63:0]             tap_write_pa_o [PORTS],
  /// Inside, writes: where the entry ends
  output logic [63:0]             tap_write_map_last_o [PORTS],
  /// Inside, writes: COMMIT_SEQ at its acceptance
  output logic [31:0]             tap_write_seq_o [PORTS],
  /// Inside: COMMIT_SEQ
  output logic [31:0]             tap_commit_seq_o,
  /// Inside: DRAINING
  output logic [15:0]             tap_draining_o,

  /// Pulse: virtio device reset
  input  logic [DEVICES-1:0] dev_reset_i,
  /// With dev_reset_i: the CLEAN_MAP flag
  input  logic [DEVICES-1:0] dev_reset_clean_i,
  /// Interrupt
  output logic irq_o
);

  // --- pins, as `persimmon` names them -------------------------------------------------------------------------

  logic [PORTS-1:0] s_axi_awvalid_i, s_axi_awready_o, s_axi_awlock_i, s_axi_wvalid_i, s_axi_wready_o, s_axi_wlast_i,
    s_axi_bvalid_o, s_axi_bready_i, s_axi_arvalid_i, s_axi_arready_o, s_axi_arlock_i, s_axi_rvalid_o, s_axi_rready_i,
    s_axi_rlast_o;
  logic [PORTS-1:0][IOVA_W-1:0] s_axi_awaddr_i, s_axi_araddr_i;
  logic [PORTS-1:0][AXI_ID_W-1:0] s_axi_awid_i, s_axi_bid_o, s_axi_arid_i, s_axi_rid_o;
  logic [PORTS-1:0][AXI_USER_W-1:0] s_axi_awuser_i, s_axi_aruser_i;
  logic [PORTS-1:0][7:0] s_axi_awlen_i, s_axi_arlen_i;
  logic [PORTS-1:0][2:0] s_axi_awsize_i, s_axi_awprot_i, s_axi_arsize_i, s_axi_arprot_i;
  logic [PORTS-1:0][1:0] s_axi_awburst_i, s_axi_bresp_o, s_axi_arburst_i, s_axi_rresp_o;
  logic [PORTS-1:0][3:0] s_axi_awcache_i, s_axi_awqos_i, s_axi_awregion_i, s_axi_arcache_i, s_axi_arqos_i,
    s_axi_arregion_i;
  logic [PORTS-1:0][5:0] s_axi_awatop_i;
  logic [PORTS-1:0][AXI_DATA_W-1:0] s_axi_wdata_i, s_axi_rdata_o;
  logic [PORTS-1:0][AXI_DATA_W/8-1:0] s_axi_wstrb_i;
  logic [PORTS-1:0] m_axi_awvalid_o, m_axi_awready_i, m_axi_awlock_o, m_axi_wvalid_o, m_axi_wready_i, m_axi_wlast_o,
    m_axi_bvalid_i, m_axi_bready_o, m_axi_arvalid_o, m_axi_arready_i, m_axi_arlock_o, m_axi_rvalid_i, m_axi_rready_o,
    m_axi_rlast_i;
  logic [PORTS-1:0][PA_W-1:0] m_axi_awaddr_o, m_axi_araddr_o;
  logic [PORTS-1:0][AXI_ID_W-1:0] m_axi_awid_o, m_axi_bid_i, m_axi_arid_o, m_axi_rid_i;
  logic [PORTS-1:0][AXI_USER_W-1:0] m_axi_awuser_o, m_axi_aruser_o;
  logic [PORTS-1:0][7:0] m_axi_awlen_o, m_axi_arlen_o;
  logic [PORTS-1:0][2:0] m_axi_awsize_o, m_axi_awprot_o, m_axi_arsize_o, m_axi_arprot_o;
  logic [PORTS-1:0][1:0] m_axi_awburst_o, m_axi_bresp_i, m_axi_arburst_o, m_axi_rresp_i;
  logic [PORTS-1:0][3:0] m_axi_awcache_o, m_axi_awqos_o, m_axi_awregion_o, m_axi_arcache_o, m_axi_arqos_o,
    m_axi_arregion_o;
  logic [PORTS-1:0][AXI_DATA_W-1:0] m_axi_wdata_o, m_axi_rdata_i;
  logic [PORTS-1:0][AXI_DATA_W/8-1:0] m_axi_wstrb_o;

  for (genvar p = 0; p < int'(PORTS); p++) begin : g_pins
    assign s_axi_awvalid_i[p] = s_aw_valid_i[p];
    assign s_aw_ready_o[p] = s_axi_awready_o[p];
    assign s_axi_awaddr_i[p] = s_aw_i[p].address[IOVA_W-1:0];
    assign s_axi_awid_i[p] = s_aw_i[p].id[AXI_ID_W-1:0];
    assign s_axi_awuser_i[p] = s_aw_i[p].user[AXI_USER_W-1:0];
    assign s_axi_awlen_i[p] = s_aw_i[p].len[7:0];
    assign s_axi_awsize_i[p] = s_aw_i[p].size[2:0];
    assign s_axi_awburst_i[p] = s_aw_i[p].burst[1:0];
    assign s_axi_awlock_i[p] = s_aw_i[p].lock[0];
    assign s_axi_awcache_i[p] = s_aw_i[p].cache[3:0];
    assign s_axi_awprot_i[p] = s_aw_i[p].prot[2:0];
    assign s_axi_awqos_i[p] = s_aw_i[p].qos[3:0];
    assign s_axi_awregion_i[p] = s_aw_i[p].region[3:0];
    assign s_axi_awatop_i[p] = s_aw_i[p].atop[5:0];
    assign s_axi_wvalid_i[p] = s_w_valid_i[p];
    assign s_w_ready_o[p] = s_axi_wready_o[p];
    assign s_axi_wdata_i[p] = s_w_data_i[p];
    assign s_axi_wstrb_i[p] = s_w_strobe_i[p][AXI_DATA_W/8-1:0];
    assign s_axi_wlast_i[p] = s_w_last_i[p];
    assign s_b_valid_o[p] = s_axi_bvalid_o[p];
    assign s_axi_bready_i[p] = s_b_ready_i[p];
    assign s_b_id_o[p] = 16'(s_axi_bid_o[p]);
    assign s_b_resp_o[p] = s_axi_bresp_o[p];
    assign s_axi_arvalid_i[p] = s_ar_valid_i[p];
    assign s_ar_ready_o[p] = s_axi_arready_o[p];
    assign s_axi_araddr_i[p] = s_ar_i[p].address[IOVA_W-1:0];
    assign s_axi_arid_i[p] = s_ar_i[p].id[AXI_ID_W-1:0];
    assign s_axi_aruser_i[p] = s_ar_i[p].user[AXI_USER_W-1:0];
    assign s_axi_arlen_i[p] = s_ar_i[p].len[7:0];
    assign s_axi_arsize_i[p] = s_ar_i[p].size[2:0];
    assign s_axi_arburst_i[p] = s_ar_i[p].burst[1:0];
    assign s_axi_arlock_i[p] = s_ar_i[p].lock[0];
    assign s_axi_arcache_i[p] = s_ar_i[p].cache[3:0];
    assign s_axi_arprot_i[p] = s_ar_i[p].prot[2:0];
    assign s_axi_arqos_i[p] = s_ar_i[p].qos[3:0];
    assign s_axi_arregion_i[p] = s_ar_i[p].region[3:0];
    assign s_r_valid_o[p] = s_axi_rvalid_o[p];
    assign s_axi_rready_i[p] = s_r_ready_i[p];
    assign s_r_id_o[p] = 16'(s_axi_rid_o[p]);
    assign s_r_data_o[p] = s_axi_rdata_o[p];
    assign s_r_resp_o[p] = s_axi_rresp_o[p];
    assign s_r_last_o[p] = s_axi_rlast_o[p];
    assign m_aw_valid_o[p] = m_axi_awvalid_o[p];
    assign m_axi_awready_i[p] = m_aw_ready_i[p];
    assign m_aw_o[p].address = 64'(m_axi_awaddr_o[p]);
    assign m_aw_o[p].id = 16'(m_axi_awid_o[p]);
    assign m_aw_o[p].user = 16'(m_axi_awuser_o[p]);
    assign m_aw_o[p].len = 8'(m_axi_awlen_o[p]);
    assign m_aw_o[p].size = 8'(m_axi_awsize_o[p]);
    assign m_aw_o[p].burst = 8'(m_axi_awburst_o[p]);
    assign m_aw_o[p].lock = 8'(m_axi_awlock_o[p]);
    assign m_aw_o[p].cache = 8'(m_axi_awcache_o[p]);
    assign m_aw_o[p].prot = 8'(m_axi_awprot_o[p]);
    assign m_aw_o[p].qos = 8'(m_axi_awqos_o[p]);
    assign m_aw_o[p].region = 8'(m_axi_awregion_o[p]);
    assign m_aw_o[p].atop = '0;
    assign m_aw_o[p].write = 8'd1;
    assign m_w_valid_o[p] = m_axi_wvalid_o[p];
    assign m_axi_wready_i[p] = m_w_ready_i[p];
    assign m_w_data_o[p] = m_axi_wdata_o[p];
    assign m_w_strobe_o[p] = 64'(m_axi_wstrb_o[p]);
    assign m_w_last_o[p] = m_axi_wlast_o[p];
    assign m_axi_bvalid_i[p] = m_b_valid_i[p];
    assign m_b_ready_o[p] = m_axi_bready_o[p];
    assign m_axi_bid_i[p] = m_b_id_i[p][AXI_ID_W-1:0];
    assign m_axi_bresp_i[p] = m_b_resp_i[p];
    assign m_ar_valid_o[p] = m_axi_arvalid_o[p];
    assign m_axi_arready_i[p] = m_ar_ready_i[p];
    assign m_ar_o[p].address = 64'(m_axi_araddr_o[p]);
    assign m_ar_o[p].id = 16'(m_axi_arid_o[p]);
    assign m_ar_o[p].user = 16'(m_axi_aruser_o[p]);
    assign m_ar_o[p].len = 8'(m_axi_arlen_o[p]);
    assign m_ar_o[p].size = 8'(m_axi_arsize_o[p]);
    assign m_ar_o[p].burst = 8'(m_axi_arburst_o[p]);
    assign m_ar_o[p].lock = 8'(m_axi_arlock_o[p]);
    assign m_ar_o[p].cache = 8'(m_axi_arcache_o[p]);
    assign m_ar_o[p].prot = 8'(m_axi_arprot_o[p]);
    assign m_ar_o[p].qos = 8'(m_axi_arqos_o[p]);
    assign m_ar_o[p].region = 8'(m_axi_arregion_o[p]);
    assign m_ar_o[p].atop = '0;
    assign m_ar_o[p].write = 8'd0;
    assign m_axi_rvalid_i[p] = m_r_valid_i[p];
    assign m_r_ready_o[p] = m_axi_rready_o[p];
    assign m_axi_rid_i[p] = m_r_id_i[p][AXI_ID_W-1:0];
    assign m_axi_rdata_i[p] = m_r_data_i[p];
    assign m_axi_rresp_i[p] = m_r_resp_i[p];
    assign m_axi_rlast_i[p] = m_r_last_i[p];
  end

  persimmon #(
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
    .AXI_USER_W  (AXI_USER_W),
    .OUTSTANDING (OUTSTANDING),
    .FAULT_DEPTH (FAULT_DEPTH),
    .DIRTY_PAGES (DIRTY_PAGES)
  ) u_dut (.*);

  // --- a look inside -------------------------------------------------------------------------------------------

  // Answers come in order for each port and direction. The arbiter says whose one is, the core from which state.
  localparam int unsigned ReadSearch = 0;
  localparam int unsigned WriteSearch = SEARCH_PORTS - 1;

  // With shapes of their own: of a netlist these are plain vectors.
  logic [2*PORTS-1:0]                   r_valid;
  logic [2*PORTS-1:0][3:0]              r_fault;
  logic [2*PORTS-1:0][PA_W-1:0]         r_pa;
  iommu_axi_pkg::tag_t [2*PORTS-1:0]    r_tag;
  logic [SEARCH_PORTS-1:0][IOVA_W-1:0]  map_last;
  logic [SEARCH_PORTS-1:0][SeqW-1:0]    commit_seq;
  assign r_valid    = u_dut.r_valid;
  assign r_fault    = u_dut.r_fault;
  assign r_pa       = u_dut.r_pa;
  assign r_tag      = u_dut.r_tag;
  assign map_last   = u_dut.unused_map_last;
  assign commit_seq = u_dut.unused_commit_seq;

  for (genvar p = 0; p < int'(PORTS); p++) begin : g_taps
    assign tap_read_valid_o[p]      = r_valid[2*p];
    assign tap_read_tracked_o[p]    = r_tag[2*p].tracked;
    assign tap_read_fault_o[p]      = r_fault[2*p];
    assign tap_read_asid_o[p]       = r_tag[2*p].asid;
    assign tap_read_epoch_o[p]      = r_tag[2*p].epoch;
    assign tap_read_pa_o[p]         = 64'(r_pa[2*p]);
    assign tap_read_map_last_o[p]   = 64'(map_last[ReadSearch]);
    assign tap_read_seq_o[p]        = commit_seq[ReadSearch];
    assign tap_write_valid_o[p]     = r_valid[2*p+1];
    assign tap_write_tracked_o[p]   = r_tag[2*p+1].tracked;
    assign tap_write_fault_o[p]     = r_fault[2*p+1];
    assign tap_write_asid_o[p]      = r_tag[2*p+1].asid;
    assign tap_write_epoch_o[p]     = r_tag[2*p+1].epoch;
    assign tap_write_pa_o[p]        = 64'(r_pa[2*p+1]);
    assign tap_write_map_last_o[p]  = 64'(map_last[WriteSearch]);
    assign tap_write_seq_o[p]       = commit_seq[WriteSearch];
  end
  assign tap_commit_seq_o = u_dut.u_core.commit_seq;
  assign tap_draining_o   = 16'(u_dut.u_core.draining);

  // --- protocol ------------------------------------------------------------------------------------------------

  persimmon_checkers #(
    .PORTS     (PORTS),
    .IOVA_W    (IOVA_W),
    .PA_W      (PA_W),
    .AXI_DATA_W(AXI_DATA_W),
    .AXI_ID_W  (AXI_ID_W),
    .AXI_USER_W(AXI_USER_W)
  ) u_checkers (.*);

endmodule
