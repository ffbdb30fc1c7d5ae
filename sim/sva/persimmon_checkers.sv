// SPDX-License-Identifier: Apache-2.0
//
// A protocol checker on both sides of each port of `persimmon`. At the end of a simulation each of them must have been
// used, and nothing may be owed that the side before it does not owe too.

module persimmon_checkers #(
  /// AXI4 ports
  parameter int unsigned PORTS = 1,
  /// Bits of an IOVA
  parameter int unsigned IOVA_W = 64,
  /// Bits of a physical address
  parameter int unsigned PA_W = 64,
  /// Bits of a beat
  parameter int unsigned AXI_DATA_W = 64,
  /// Bits of AxID
  parameter int unsigned AXI_ID_W = 4,
  /// Bits of AxUSER
  parameter int unsigned AXI_USER_W = 4
) (
  /// Clock
  input logic clk_i,
  /// Power-on reset, active low
  input logic rst_ni,

  /// DMA master: AWVALID
  input logic [PORTS-1:0]                     s_axi_awvalid_i,
  /// DMA master: AWREADY
  input logic [PORTS-1:0]                     s_axi_awready_o,
  /// DMA master: AWLOCK
  input logic [PORTS-1:0]                     s_axi_awlock_i,
  /// DMA master: WVALID
  input logic [PORTS-1:0]                     s_axi_wvalid_i,
  /// DMA master: WREADY
  input logic [PORTS-1:0]                     s_axi_wready_o,
  /// DMA master: WLAST
  input logic [PORTS-1:0]                     s_axi_wlast_i,
  /// DMA master: BVALID
  input logic [PORTS-1:0]                     s_axi_bvalid_o,
  /// DMA master: BREADY
  input logic [PORTS-1:0]                     s_axi_bready_i,
  /// DMA master: ARVALID
  input logic [PORTS-1:0]                     s_axi_arvalid_i,
  /// DMA master: ARREADY
  input logic [PORTS-1:0]                     s_axi_arready_o,
  /// DMA master: ARLOCK
  input logic [PORTS-1:0]                     s_axi_arlock_i,
  /// DMA master: RVALID
  input logic [PORTS-1:0]                     s_axi_rvalid_o,
  /// DMA master: RREADY
  input logic [PORTS-1:0]                     s_axi_rready_i,
  /// DMA master: RLAST
  input logic [PORTS-1:0]                     s_axi_rlast_o,
  /// DMA master: AWADDR
  input logic [PORTS-1:0][IOVA_W-1:0]         s_axi_awaddr_i,
  /// DMA master: ARADDR
  input logic [PORTS-1:0][IOVA_W-1:0]         s_axi_araddr_i,
  /// DMA master: AWID
  input logic [PORTS-1:0][AXI_ID_W-1:0]       s_axi_awid_i,
  /// DMA master: BID
  input logic [PORTS-1:0][AXI_ID_W-1:0]       s_axi_bid_o,
  /// DMA master: ARID
  input logic [PORTS-1:0][AXI_ID_W-1:0]       s_axi_arid_i,
  /// DMA master: RID
  input logic [PORTS-1:0][AXI_ID_W-1:0]       s_axi_rid_o,
  /// DMA master: AWUSER
  input logic [PORTS-1:0][AXI_USER_W-1:0]     s_axi_awuser_i,
  /// DMA master: ARUSER
  input logic [PORTS-1:0][AXI_USER_W-1:0]     s_axi_aruser_i,
  /// DMA master: AWLEN
  input logic [PORTS-1:0][7:0]                s_axi_awlen_i,
  /// DMA master: ARLEN
  input logic [PORTS-1:0][7:0]                s_axi_arlen_i,
  /// DMA master: AWSIZE
  input logic [PORTS-1:0][2:0]                s_axi_awsize_i,
  /// DMA master: AWPROT
  input logic [PORTS-1:0][2:0]                s_axi_awprot_i,
  /// DMA master: ARSIZE
  input logic [PORTS-1:0][2:0]                s_axi_arsize_i,
  /// DMA master: ARPROT
  input logic [PORTS-1:0][2:0]                s_axi_arprot_i,
  /// DMA master: AWBURST
  input logic [PORTS-1:0][1:0]                s_axi_awburst_i,
  /// DMA master: BRESP
  input logic [PORTS-1:0][1:0]                s_axi_bresp_o,
  /// DMA master: ARBURST
  input logic [PORTS-1:0][1:0]                s_axi_arburst_i,
  /// DMA master: RRESP
  input logic [PORTS-1:0][1:0]                s_axi_rresp_o,
  /// DMA master: AWCACHE
  input logic [PORTS-1:0][3:0]                s_axi_awcache_i,
  /// DMA master: AWQOS
  input logic [PORTS-1:0][3:0]                s_axi_awqos_i,
  /// DMA master: AWREGION
  input logic [PORTS-1:0][3:0]                s_axi_awregion_i,
  /// DMA master: ARCACHE
  input logic [PORTS-1:0][3:0]                s_axi_arcache_i,
  /// DMA master: ARQOS
  input logic [PORTS-1:0][3:0]                s_axi_arqos_i,
  /// DMA master: ARREGION
  input logic [PORTS-1:0][3:0]                s_axi_arregion_i,
  /// DMA master: AWATOP
  input logic [PORTS-1:0][5:0]                s_axi_awatop_i,
  /// DMA master: WDATA
  input logic [PORTS-1:0][AXI_DATA_W-1:0]     s_axi_wdata_i,
  /// DMA master: RDATA
  input logic [PORTS-1:0][AXI_DATA_W-1:0]     s_axi_rdata_o,
  /// DMA master: WSTRB
  input logic [PORTS-1:0][AXI_DATA_W/8-1:0]   s_axi_wstrb_i,
  /// Memory: AWVALID
  input logic [PORTS-1:0]                     m_axi_awvalid_o,
  /// Memory: AWREADY
  input logic [PORTS-1:0]                     m_axi_awready_i,
  /// Memory: AWLOCK
  input logic [PORTS-1:0]                     m_axi_awlock_o,
  /// Memory: WVALID
  input logic [PORTS-1:0]                     m_axi_wvalid_o,
  /// Memory: WREADY
  input logic [PORTS-1:0]                     m_axi_wready_i,
  /// Memory: WLAST
  input logic [PORTS-1:0]                     m_axi_wlast_o,
  /// Memory: BVALID
  input logic [PORTS-1:0]                     m_axi_bvalid_i,
  /// Memory: BREADY
  input logic [PORTS-1:0]                     m_axi_bready_o,
  /// Memory: ARVALID
  input logic [PORTS-1:0]                     m_axi_arvalid_o,
  /// Memory: ARREADY
  input logic [PORTS-1:0]                     m_axi_arready_i,
  /// Memory: ARLOCK
  input logic [PORTS-1:0]                     m_axi_arlock_o,
  /// Memory: RVALID
  input logic [PORTS-1:0]                     m_axi_rvalid_i,
  /// Memory: RREADY
  input logic [PORTS-1:0]                     m_axi_rready_o,
  /// Memory: RLAST
  input logic [PORTS-1:0]                     m_axi_rlast_i,
  /// Memory: AWADDR
  input logic [PORTS-1:0][PA_W-1:0]           m_axi_awaddr_o,
  /// Memory: ARADDR
  input logic [PORTS-1:0][PA_W-1:0]           m_axi_araddr_o,
  /// Memory: AWID
  input logic [PORTS-1:0][AXI_ID_W-1:0]       m_axi_awid_o,
  /// Memory: BID
  input logic [PORTS-1:0][AXI_ID_W-1:0]       m_axi_bid_i,
  /// Memory: ARID
  input logic [PORTS-1:0][AXI_ID_W-1:0]       m_axi_arid_o,
  /// Memory: RID
  input logic [PORTS-1:0][AXI_ID_W-1:0]       m_axi_rid_i,
  /// Memory: AWUSER
  input logic [PORTS-1:0][AXI_USER_W-1:0]     m_axi_awuser_o,
  /// Memory: ARUSER
  input logic [PORTS-1:0][AXI_USER_W-1:0]     m_axi_aruser_o,
  /// Memory: AWLEN
  input logic [PORTS-1:0][7:0]                m_axi_awlen_o,
  /// Memory: ARLEN
  input logic [PORTS-1:0][7:0]                m_axi_arlen_o,
  /// Memory: AWSIZE
  input logic [PORTS-1:0][2:0]                m_axi_awsize_o,
  /// Memory: AWPROT
  input logic [PORTS-1:0][2:0]                m_axi_awprot_o,
  /// Memory: ARSIZE
  input logic [PORTS-1:0][2:0]                m_axi_arsize_o,
  /// Memory: ARPROT
  input logic [PORTS-1:0][2:0]                m_axi_arprot_o,
  /// Memory: AWBURST
  input logic [PORTS-1:0][1:0]                m_axi_awburst_o,
  /// Memory: BRESP
  input logic [PORTS-1:0][1:0]                m_axi_bresp_i,
  /// Memory: ARBURST
  input logic [PORTS-1:0][1:0]                m_axi_arburst_o,
  /// Memory: RRESP
  input logic [PORTS-1:0][1:0]                m_axi_rresp_i,
  /// Memory: AWCACHE
  input logic [PORTS-1:0][3:0]                m_axi_awcache_o,
  /// Memory: AWQOS
  input logic [PORTS-1:0][3:0]                m_axi_awqos_o,
  /// Memory: AWREGION
  input logic [PORTS-1:0][3:0]                m_axi_awregion_o,
  /// Memory: ARCACHE
  input logic [PORTS-1:0][3:0]                m_axi_arcache_o,
  /// Memory: ARQOS
  input logic [PORTS-1:0][3:0]                m_axi_arqos_o,
  /// Memory: ARREGION
  input logic [PORTS-1:0][3:0]                m_axi_arregion_o,
  /// Memory: WDATA
  input logic [PORTS-1:0][AXI_DATA_W-1:0]     m_axi_wdata_o,
  /// Memory: RDATA
  input logic [PORTS-1:0][AXI_DATA_W-1:0]     m_axi_rdata_i,
  /// Memory: WSTRB
  input logic [PORTS-1:0][AXI_DATA_W/8-1:0]   m_axi_wstrb_o
);

  logic [PORTS-1:0][31:0] s_aw_count, s_w_count, s_b_count, s_ar_count, s_r_count;
  logic [PORTS-1:0][31:0] m_aw_count, m_w_count, m_b_count, m_ar_count, m_r_count;
  logic [PORTS-1:0]       s_complete, m_complete;

  for (genvar p = 0; p < int'(PORTS); p++) begin : g_checkers
    axi4_checker #(
      .MEMORY_SIDE(1'b0),
      .ADDR_W     (IOVA_W),
      .DATA_W     (AXI_DATA_W),
      .ID_W       (AXI_ID_W),
      .USER_W     (AXI_USER_W)
    ) u_s (
      .clk_i,
      .rst_ni,
      .awvalid_i(s_axi_awvalid_i[p]),
      .awready_i(s_axi_awready_o[p]),
      .awid_i(s_axi_awid_i[p]),
      .awaddr_i(s_axi_awaddr_i[p]),
      .awlen_i(s_axi_awlen_i[p]),
      .awsize_i(s_axi_awsize_i[p]),
      .awburst_i(s_axi_awburst_i[p]),
      .awlock_i(s_axi_awlock_i[p]),
      .awother_i({s_axi_awcache_i[p], s_axi_awprot_i[p], s_axi_awqos_i[p], s_axi_awregion_i[p]}),
      .awatop_i(s_axi_awatop_i[p]),
      .awuser_i(s_axi_awuser_i[p]),
      .arvalid_i(s_axi_arvalid_i[p]),
      .arready_i(s_axi_arready_o[p]),
      .arid_i(s_axi_arid_i[p]),
      .araddr_i(s_axi_araddr_i[p]),
      .arlen_i(s_axi_arlen_i[p]),
      .arsize_i(s_axi_arsize_i[p]),
      .arburst_i(s_axi_arburst_i[p]),
      .arlock_i(s_axi_arlock_i[p]),
      .arother_i({s_axi_arcache_i[p], s_axi_arprot_i[p], s_axi_arqos_i[p], s_axi_arregion_i[p]}),
      .aruser_i(s_axi_aruser_i[p]),
      .wvalid_i(s_axi_wvalid_i[p]),
      .wready_i(s_axi_wready_o[p]),
      .wdata_i(s_axi_wdata_i[p]),
      .wstrb_i(s_axi_wstrb_i[p]),
      .wlast_i(s_axi_wlast_i[p]),
      .bvalid_i(s_axi_bvalid_o[p]),
      .bready_i(s_axi_bready_i[p]),
      .bid_i(s_axi_bid_o[p]),
      .bresp_i(s_axi_bresp_o[p]),
      .rvalid_i(s_axi_rvalid_o[p]),
      .rready_i(s_axi_rready_i[p]),
      .rid_i(s_axi_rid_o[p]),
      .rdata_i(s_axi_rdata_o[p]),
      .rresp_i(s_axi_rresp_o[p]),
      .rlast_i(s_axi_rlast_o[p]),
      .aw_count_o(s_aw_count[p]),
      .w_count_o(s_w_count[p]),
      .b_count_o(s_b_count[p]),
      .ar_count_o(s_ar_count[p]),
      .r_count_o(s_r_count[p]),
      .complete_o(s_complete[p])
    );
    axi4_checker #(
      .MEMORY_SIDE(1'b1),
      .ADDR_W     (PA_W),
      .DATA_W     (AXI_DATA_W),
      .ID_W       (AXI_ID_W),
      .USER_W     (AXI_USER_W)
    ) u_m (
      .clk_i,
      .rst_ni,
      .awvalid_i(m_axi_awvalid_o[p]),
      .awready_i(m_axi_awready_i[p]),
      .awid_i(m_axi_awid_o[p]),
      .awaddr_i(m_axi_awaddr_o[p]),
      .awlen_i(m_axi_awlen_o[p]),
      .awsize_i(m_axi_awsize_o[p]),
      .awburst_i(m_axi_awburst_o[p]),
      .awlock_i(m_axi_awlock_o[p]),
      .awother_i({m_axi_awcache_o[p], m_axi_awprot_o[p], m_axi_awqos_o[p], m_axi_awregion_o[p]}),
      .awatop_i(6'd0),
      .awuser_i(m_axi_awuser_o[p]),
      .arvalid_i(m_axi_arvalid_o[p]),
      .arready_i(m_axi_arready_i[p]),
      .arid_i(m_axi_arid_o[p]),
      .araddr_i(m_axi_araddr_o[p]),
      .arlen_i(m_axi_arlen_o[p]),
      .arsize_i(m_axi_arsize_o[p]),
      .arburst_i(m_axi_arburst_o[p]),
      .arlock_i(m_axi_arlock_o[p]),
      .arother_i({m_axi_arcache_o[p], m_axi_arprot_o[p], m_axi_arqos_o[p], m_axi_arregion_o[p]}),
      .aruser_i(m_axi_aruser_o[p]),
      .wvalid_i(m_axi_wvalid_o[p]),
      .wready_i(m_axi_wready_i[p]),
      .wdata_i(m_axi_wdata_o[p]),
      .wstrb_i(m_axi_wstrb_o[p]),
      .wlast_i(m_axi_wlast_o[p]),
      .bvalid_i(m_axi_bvalid_i[p]),
      .bready_i(m_axi_bready_o[p]),
      .bid_i(m_axi_bid_i[p]),
      .bresp_i(m_axi_bresp_i[p]),
      .rvalid_i(m_axi_rvalid_i[p]),
      .rready_i(m_axi_rready_o[p]),
      .rid_i(m_axi_rid_i[p]),
      .rdata_i(m_axi_rdata_i[p]),
      .rresp_i(m_axi_rresp_i[p]),
      .rlast_i(m_axi_rlast_i[p]),
      .aw_count_o(m_aw_count[p]),
      .w_count_o(m_w_count[p]),
      .b_count_o(m_b_count[p]),
      .ar_count_o(m_ar_count[p]),
      .r_count_o(m_r_count[p]),
      .complete_o(m_complete[p])
    );
  end


  // What a master has seen the end of, memory has too; and memory gets nothing that no master sent.
  logic alive_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) alive_q <= 1'b0;
    else alive_q <= 1'b1;
  end

  for (genvar p = 0; p < int'(PORTS); p++) begin : g_conserved
    a_owed: assert property (@(posedge clk_i) alive_q && s_complete[p] |-> m_complete[p])
      else $error("persimmon_checkers: port %0d owes its master nothing, and memory something", p);
    a_written: assert property (@(posedge clk_i) alive_q |-> m_aw_count[p] <= s_aw_count[p]
      && m_w_count[p] <= s_w_count[p] && m_b_count[p] <= m_aw_count[p] && s_b_count[p] <= s_aw_count[p])
      else $error("persimmon_checkers: more writes at one side of port %0d than at the other", p);
    a_read: assert property (@(posedge clk_i) alive_q |-> m_ar_count[p] <= s_ar_count[p]
      && 64'(m_r_count[p]) <= 64'd256 * 64'(m_ar_count[p])
      && 64'(s_r_count[p]) <= 64'd256 * (64'(s_ar_count[p]) + 64'(s_aw_count[p])))
      else $error("persimmon_checkers: more reads at one side of port %0d than at the other", p);
  end

endmodule
