// SPDX-License-Identifier: Apache-2.0
//
// An example: two DMA engines, each a virtio device, behind one IOMMU. `.*` connects what has the same name; everything
// that a SoC architect chooses stands in the instance. `cargo xtask lint` elaborates this file.

module soc_top (
  input  logic       clk_i,
  input  logic       rst_ni,
  // From the engines: their reset, and with it whether the mappings go, too
  input  logic [1:0] engine_reset_i, engine_clean_i,
  // To the interrupt controller
  output logic       irq_o,
  // From the system bus: registers
  input  logic s_axil_awvalid_i, s_axil_wvalid_i, s_axil_bready_i, s_axil_arvalid_i, s_axil_rready_i,
  output logic s_axil_awready_o, s_axil_wready_o, s_axil_bvalid_o, s_axil_arready_o, s_axil_rvalid_o,
  input  logic [9:0] s_axil_awaddr_i, s_axil_araddr_i,
  input  logic [2:0] s_axil_awprot_i, s_axil_arprot_i,
  input  logic [31:0] s_axil_wdata_i,
  input  logic [3:0] s_axil_wstrb_i,
  output logic [1:0] s_axil_bresp_o, s_axil_rresp_o,
  output logic [31:0] s_axil_rdata_o,
  // From the engines, one a port: IOVAs of 48 bits
  input  logic [1:0] s_axi_awvalid_i, s_axi_awlock_i, s_axi_wvalid_i, s_axi_wlast_i, s_axi_bready_i, s_axi_arvalid_i,
                     s_axi_arlock_i, s_axi_rready_i,
  output logic [1:0] s_axi_awready_o, s_axi_wready_o, s_axi_bvalid_o, s_axi_arready_o, s_axi_rvalid_o, s_axi_rlast_o,
  input  logic [1:0][3:0] s_axi_awid_i, s_axi_awcache_i, s_axi_awqos_i, s_axi_awregion_i, s_axi_arid_i, s_axi_arcache_i,
                          s_axi_arqos_i, s_axi_arregion_i,
  input  logic [1:0][47:0] s_axi_awaddr_i, s_axi_araddr_i,
  input  logic [1:0][7:0] s_axi_awlen_i, s_axi_awuser_i, s_axi_arlen_i, s_axi_aruser_i,
  input  logic [1:0][2:0] s_axi_awsize_i, s_axi_awprot_i, s_axi_arsize_i, s_axi_arprot_i,
  input  logic [1:0][1:0] s_axi_awburst_i, s_axi_arburst_i,
  input  logic [1:0][5:0] s_axi_awatop_i,
  input  logic [1:0][127:0] s_axi_wdata_i,
  input  logic [1:0][15:0] s_axi_wstrb_i,
  output logic [1:0][3:0] s_axi_bid_o, s_axi_rid_o,
  output logic [1:0][1:0] s_axi_bresp_o, s_axi_rresp_o,
  output logic [1:0][127:0] s_axi_rdata_o,
  // To memory, one a port: physical addresses of 40 bits
  output logic [1:0] m_axi_awvalid_o, m_axi_awlock_o, m_axi_wvalid_o, m_axi_wlast_o, m_axi_bready_o, m_axi_arvalid_o,
                     m_axi_arlock_o, m_axi_rready_o,
  input  logic [1:0] m_axi_awready_i, m_axi_wready_i, m_axi_bvalid_i, m_axi_arready_i, m_axi_rvalid_i, m_axi_rlast_i,
  output logic [1:0][3:0] m_axi_awid_o, m_axi_awcache_o, m_axi_awqos_o, m_axi_awregion_o, m_axi_arid_o, m_axi_arcache_o,
                          m_axi_arqos_o, m_axi_arregion_o,
  output logic [1:0][39:0] m_axi_awaddr_o, m_axi_araddr_o,
  output logic [1:0][7:0] m_axi_awlen_o, m_axi_awuser_o, m_axi_arlen_o, m_axi_aruser_o,
  output logic [1:0][2:0] m_axi_awsize_o, m_axi_awprot_o, m_axi_arsize_o, m_axi_arprot_o,
  output logic [1:0][1:0] m_axi_awburst_o, m_axi_arburst_o,
  output logic [1:0][127:0] m_axi_wdata_o,
  output logic [1:0][15:0] m_axi_wstrb_o,
  input  logic [1:0][3:0] m_axi_bid_i, m_axi_rid_i,
  input  logic [1:0][1:0] m_axi_bresp_i, m_axi_rresp_i,
  input  logic [1:0][127:0] m_axi_rdata_i
);

  persimmon #(
    .ENTRIES     (512),    // ranges, of all address spaces together
    .ASIDS       (4),
    .GROUPS      (4),
    .DEVICES     (2),
    .IOVA_W      (48),
    .PA_W        (40),
    .SEARCH_PORTS(2),      // a read and a write address in every clock
    .PORTS       (2),
    .AXI_DATA_W  (128),
    .AXI_ID_W    (4),
    .AXI_USER_W  (8),
    .OUTSTANDING (32),     // bursts in flight: bandwidth x latency of the memory / length of a burst
    .FAULT_DEPTH (64),
    .DIRTY_PAGES (32768)   // 128 MiB of IOVA at 4 KiB a bit; 0 without live migration
  ) u_iommu (
    .dev_reset_i      (engine_reset_i),
    .dev_reset_clean_i(engine_clean_i),
    .*
  );

endmodule
