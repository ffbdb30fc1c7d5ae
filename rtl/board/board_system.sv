// SPDX-License-Identifier: Apache-2.0
//
// The IOMMU at work: a DMA master before it, memory behind it, its registers on the board's bus.
//
//   bus -> AXI4-Lite -> persimmon
//   registers -> DMA master -> AXI4 -> persimmon -> AXI4 -> memory <- window

module board_system
  import board_pkg::*;
  import iommu_axi_pkg::*;
#(
  /// 1: `persimmon`; 0: `board_lite`, for small devices
  parameter bit FULL = 1'b1,
  /// Entries of the table, all address spaces together
  parameter int unsigned ENTRIES = 64,
  /// Address spaces, at least 2
  parameter int unsigned ASIDS = 4,
  /// Virtqueue groups, at least 2
  parameter int unsigned GROUPS = 4,
  /// virtio devices
  parameter int unsigned DEVICES = 1,
  /// Bits of an IOVA
  parameter int unsigned IOVA_W = 64,
  /// Bits of a physical address
  parameter int unsigned PA_W = 64,
  /// Search radix
  parameter int unsigned K = 16,
  /// Posted commands that one merge pass executes
  parameter int unsigned B = 16,
  /// Bursts translated and not answered, in each direction
  parameter int unsigned OUTSTANDING = 2,
  /// Records of the fault queue
  parameter int unsigned FAULT_DEPTH = 16,
  /// Pages of the dirty bitmap; 0 for none
  parameter int unsigned DIRTY_PAGES = 0,
  /// 1: every word of the table has a parity bit
  parameter bit PARITY = 1'b1,
  /// Bits of AxUSER; fewer than 8 make a group of more bits another one
  parameter int unsigned AXI_USER_W = 8,
  /// Size of memory in KiB: a power of two, 8 to 32
  parameter int unsigned MEM_KIB = 16,
  /// log2 of the bytes that memory really has of each page of 4 KiB
  parameter int unsigned MEM_PAGE_LOG2 = 12,
  /// Physical address of memory, a multiple of its size
  parameter logic [63:0] MEM_BASE = 64'h20_0000_0000,
  /// Bits of the number of a word of memory
  localparam int unsigned WordW = $clog2(MEM_KIB * 256)
) (
  /// Clock
  input  logic             clk_i,
  /// Asynchronous reset, active low
  input  logic             rst_ni,
`ifdef PERSIMMON_BUGS
  /// Deliberate bug, 0 for none
  input  logic [7:0]       bug_i,
`endif

  /// An access of the IOMMU's registers
  input  request_t         request_i,
  /// Its answer
  output reply_t           reply_o,
  /// Pulse: device reset of device 0
  input  logic             dev_reset_i,
  /// With it: the CLEAN_MAP flag
  input  logic             dev_reset_clean_i,
  /// The IOMMU's interrupt
  output logic             irq_o,

  /// DMA master: make a burst
  input  logic             dma_start_i,
  /// DMA master: which
  input  dma_ctrl_t        dma_ctrl_i,
  /// DMA master: first byte
  input  logic [IOVA_W-1:0] dma_iova_i,
  /// DMA master: first word of the pattern
  input  logic [31:0]      dma_data_i,
  /// DMA master: what came of it
  output dma_status_t      dma_status_o,
  /// DMA master: beats
  output logic [8:0]       dma_beats_o,
  /// DMA master: first beat that was read
  output logic [31:0]      dma_read_o,
  /// Why the last burst was refused, by fault_e; 0 if the data path does not tell
  output logic [3:0]       fault_o,
  /// DMA master: address that came out of the IOMMU
  output logic [63:0]      dma_pa_o,
  /// An address comes out of the IOMMU
  output logic             reached_o,

  /// Window on memory: an access, held until it is done
  input  logic             win_valid_i,
  /// Window on memory: it writes
  input  logic             win_write_i,
  /// Window on memory: number of the word
  input  logic [WordW-1:0] win_word_i,
  /// Window on memory: what is written
  input  logic [31:0]      win_data_i,
  /// Window on memory: it is done
  output logic             win_done_o,
  /// Window on memory: what was read
  output logic [31:0]      win_data_o
);

  localparam int unsigned AxiIdW = 1;

  // --- registers ---------------------------------------------------------------------------------------------------

  logic       axil_awvalid, axil_awready, axil_wvalid, axil_wready, axil_bvalid, axil_bready;
  logic       axil_arvalid, axil_arready, axil_rvalid, axil_rready;
  logic [iommu_pkg::AxilAddrW-1:0] axil_awaddr, axil_araddr;
  logic [31:0] axil_wdata, axil_rdata;
  logic [1:0] axil_bresp, axil_rresp;

  board_axil u_axil (
    .clk_i,
    .rst_ni,
    .request_i       (request_i),
    .reply_o         (reply_o),
    .m_axil_awvalid_o(axil_awvalid),
    .m_axil_awready_i(axil_awready),
    .m_axil_awaddr_o (axil_awaddr),
    .m_axil_wvalid_o (axil_wvalid),
    .m_axil_wready_i (axil_wready),
    .m_axil_wdata_o  (axil_wdata),
    .m_axil_bvalid_i (axil_bvalid),
    .m_axil_bready_o (axil_bready),
    .m_axil_bresp_i  (axil_bresp),
    .m_axil_arvalid_o(axil_arvalid),
    .m_axil_arready_i(axil_arready),
    .m_axil_araddr_o (axil_araddr),
    .m_axil_rvalid_i (axil_rvalid),
    .m_axil_rready_o (axil_rready),
    .m_axil_rdata_i  (axil_rdata),
    .m_axil_rresp_i  (axil_rresp)
  );

  // --- data path ---------------------------------------------------------------------------------------------------

  // d: from the DMA master to the IOMMU; m: from the IOMMU to memory.
  logic                  d_awvalid, d_awready, d_wvalid, d_wready, d_wlast, d_bvalid, d_bready;
  logic                  d_arvalid, d_arready, d_rvalid, d_rready, d_rlast;
  logic [AxiIdW-1:0]     d_axid;
  logic [IOVA_W-1:0]     d_axaddr;
  logic [7:0]            d_axlen;
  logic [2:0]            d_axsize;
  logic [AXI_USER_W-1:0] d_axuser;
  logic [31:0]           d_wdata, d_rdata;
  logic [3:0]            d_wstrb;
  logic [1:0]            d_bresp, d_rresp;

  logic                  m_awvalid, m_awready, m_wvalid, m_wready, m_bvalid, m_bready;
  logic                  m_arvalid, m_arready, m_rvalid, m_rready, m_rlast;
  logic [AxiIdW-1:0]     m_awid, m_arid, m_bid, m_rid;
  logic [PA_W-1:0]       m_awaddr, m_araddr;
  logic [7:0]            m_awlen, m_arlen;
  logic [2:0]            m_awsize, m_arsize;
  logic [1:0]            m_awburst, m_arburst, m_bresp, m_rresp;
  logic [31:0]           m_wdata, m_rdata;
  logic [3:0]            m_wstrb;

  assign reached_o = (m_awvalid && m_awready) || (m_arvalid && m_arready);

  board_dma #(
    .IOVA_W(IOVA_W),
    .PA_W  (PA_W),
    .ID_W  (AxiIdW),
    .USER_W(AXI_USER_W)
  ) u_dma (
    .clk_i,
    .rst_ni,
    .start_i        (dma_start_i),
    .ctrl_i         (dma_ctrl_i),
    .iova_i         (dma_iova_i),
    .data_i         (dma_data_i),
    .status_o       (dma_status_o),
    .beats_o        (dma_beats_o),
    .read_o         (dma_read_o),
    .pa_o           (dma_pa_o),
    .reached_i      (reached_o),
    .reached_pa_i   (m_awvalid ? m_awaddr : m_araddr),
    .m_axi_awvalid_o(d_awvalid),
    .m_axi_awready_i(d_awready),
    .m_axi_wvalid_o (d_wvalid),
    .m_axi_wready_i (d_wready),
    .m_axi_wdata_o  (d_wdata),
    .m_axi_wstrb_o  (d_wstrb),
    .m_axi_wlast_o  (d_wlast),
    .m_axi_bvalid_i (d_bvalid),
    .m_axi_bready_o (d_bready),
    .m_axi_bresp_i  (d_bresp),
    .m_axi_arvalid_o(d_arvalid),
    .m_axi_arready_i(d_arready),
    .m_axi_rvalid_i (d_rvalid),
    .m_axi_rready_o (d_rready),
    .m_axi_rdata_i  (d_rdata),
    .m_axi_rresp_i  (d_rresp),
    .m_axi_rlast_i  (d_rlast),
    .m_axi_axid_o   (d_axid),
    .m_axi_axaddr_o (d_axaddr),
    .m_axi_axlen_o  (d_axlen),
    .m_axi_axsize_o (d_axsize),
    .m_axi_axuser_o (d_axuser)
  );

  // The lite path has no registers from 0x200 on, and with them goes what only they show: counters, the records of the
  // fault queue. Synthesis sees that from an address bit that is constant.
  if (FULL) begin : g_full
    // What this memory has no use for.
    logic                  unused_m_awlock, unused_m_arlock, unused_m_wlast;
    logic [3:0]            unused_m_awcache, unused_m_arcache, unused_m_awqos, unused_m_arqos, unused_m_awregion,
                           unused_m_arregion;
    logic [2:0]            unused_m_awprot, unused_m_arprot;
    logic [AxiIdW-1:0]     unused_d_bid, unused_d_rid;
    logic [AXI_USER_W-1:0] unused_m_awuser, unused_m_aruser;

    persimmon #(
      .ENTRIES    (ENTRIES),
      .ASIDS      (ASIDS),
      .GROUPS     (GROUPS),
      .DEVICES    (DEVICES),
      .IOVA_W     (IOVA_W),
      .PA_W       (PA_W),
      .K          (K),
      .B          (B),
      .AXI_DATA_W (32),
      .AXI_ID_W   (AxiIdW),
      .AXI_USER_W (AXI_USER_W),
      .OUTSTANDING(OUTSTANDING),
      .FAULT_DEPTH(FAULT_DEPTH),
      .DIRTY_PAGES(DIRTY_PAGES),
      .PARITY     (PARITY)
    ) u_persimmon (
      .clk_i,
      .rst_ni,
`ifdef PERSIMMON_BUGS
      .bug_i,
`endif
      .s_axil_awvalid_i (axil_awvalid),
      .s_axil_awready_o (axil_awready),
      .s_axil_awaddr_i  (axil_awaddr),
      .s_axil_awprot_i  ('0),
      .s_axil_wvalid_i  (axil_wvalid),
      .s_axil_wready_o  (axil_wready),
      .s_axil_wdata_i   (axil_wdata),
      .s_axil_wstrb_i   ('1),
      .s_axil_bvalid_o  (axil_bvalid),
      .s_axil_bready_i  (axil_bready),
      .s_axil_bresp_o   (axil_bresp),
      .s_axil_arvalid_i (axil_arvalid),
      .s_axil_arready_o (axil_arready),
      .s_axil_araddr_i  (axil_araddr),
      .s_axil_arprot_i  ('0),
      .s_axil_rvalid_o  (axil_rvalid),
      .s_axil_rready_i  (axil_rready),
      .s_axil_rdata_o   (axil_rdata),
      .s_axil_rresp_o   (axil_rresp),
      .s_axi_awvalid_i  (d_awvalid),
      .s_axi_awready_o  (d_awready),
      .s_axi_awid_i     (d_axid),
      .s_axi_awaddr_i   (d_axaddr),
      .s_axi_awlen_i    (d_axlen),
      .s_axi_awsize_i   (d_axsize),
      .s_axi_awburst_i  (BurstIncr),
      .s_axi_awlock_i   ('0),
      .s_axi_awcache_i  ('0),
      .s_axi_awprot_i   ('0),
      .s_axi_awqos_i    ('0),
      .s_axi_awregion_i ('0),
      .s_axi_awatop_i   ('0),
      .s_axi_awuser_i   (d_axuser),
      .s_axi_wvalid_i   (d_wvalid),
      .s_axi_wready_o   (d_wready),
      .s_axi_wdata_i    (d_wdata),
      .s_axi_wstrb_i    (d_wstrb),
      .s_axi_wlast_i    (d_wlast),
      .s_axi_bvalid_o   (d_bvalid),
      .s_axi_bready_i   (d_bready),
      .s_axi_bid_o      (unused_d_bid),
      .s_axi_bresp_o    (d_bresp),
      .s_axi_arvalid_i  (d_arvalid),
      .s_axi_arready_o  (d_arready),
      .s_axi_arid_i     (d_axid),
      .s_axi_araddr_i   (d_axaddr),
      .s_axi_arlen_i    (d_axlen),
      .s_axi_arsize_i   (d_axsize),
      .s_axi_arburst_i  (BurstIncr),
      .s_axi_arlock_i   ('0),
      .s_axi_arcache_i  ('0),
      .s_axi_arprot_i   ('0),
      .s_axi_arqos_i    ('0),
      .s_axi_arregion_i ('0),
      .s_axi_aruser_i   (d_axuser),
      .s_axi_rvalid_o   (d_rvalid),
      .s_axi_rready_i   (d_rready),
      .s_axi_rid_o      (unused_d_rid),
      .s_axi_rdata_o    (d_rdata),
      .s_axi_rresp_o    (d_rresp),
      .s_axi_rlast_o    (d_rlast),
      .m_axi_awvalid_o  (m_awvalid),
      .m_axi_awready_i  (m_awready),
      .m_axi_awid_o     (m_awid),
      .m_axi_awaddr_o   (m_awaddr),
      .m_axi_awlen_o    (m_awlen),
      .m_axi_awsize_o   (m_awsize),
      .m_axi_awburst_o  (m_awburst),
      .m_axi_awlock_o   (unused_m_awlock),
      .m_axi_awcache_o  (unused_m_awcache),
      .m_axi_awprot_o   (unused_m_awprot),
      .m_axi_awqos_o    (unused_m_awqos),
      .m_axi_awregion_o (unused_m_awregion),
      .m_axi_awuser_o   (unused_m_awuser),
      .m_axi_wvalid_o   (m_wvalid),
      .m_axi_wready_i   (m_wready),
      .m_axi_wdata_o    (m_wdata),
      .m_axi_wstrb_o    (m_wstrb),
      .m_axi_wlast_o    (unused_m_wlast),
      .m_axi_bvalid_i   (m_bvalid),
      .m_axi_bready_o   (m_bready),
      .m_axi_bid_i      (m_bid),
      .m_axi_bresp_i    (m_bresp),
      .m_axi_arvalid_o  (m_arvalid),
      .m_axi_arready_i  (m_arready),
      .m_axi_arid_o     (m_arid),
      .m_axi_araddr_o   (m_araddr),
      .m_axi_arlen_o    (m_arlen),
      .m_axi_arsize_o   (m_arsize),
      .m_axi_arburst_o  (m_arburst),
      .m_axi_arlock_o   (unused_m_arlock),
      .m_axi_arcache_o  (unused_m_arcache),
      .m_axi_arprot_o   (unused_m_arprot),
      .m_axi_arqos_o    (unused_m_arqos),
      .m_axi_arregion_o (unused_m_arregion),
      .m_axi_aruser_o   (unused_m_aruser),
      .m_axi_rvalid_i   (m_rvalid),
      .m_axi_rready_o   (m_rready),
      .m_axi_rid_i      (m_rid),
      .m_axi_rdata_i    (m_rdata),
      .m_axi_rresp_i    (m_rresp),
      .m_axi_rlast_i    (m_rlast),
      .dev_reset_i      (DEVICES'(dev_reset_i)),
      .dev_reset_clean_i(DEVICES'(dev_reset_clean_i)),
      .irq_o
    );
    assign fault_o = '0;
  end else begin : g_lite
    board_lite #(
      .ENTRIES    (ENTRIES),
      .ASIDS      (ASIDS),
      .GROUPS     (GROUPS),
      .DEVICES    (DEVICES),
      .IOVA_W     (IOVA_W),
      .PA_W       (PA_W),
      .K          (K),
      .B          (B),
      .FAULT_DEPTH(FAULT_DEPTH),
      .PARITY     (PARITY),
      .AXI_USER_W (AXI_USER_W)
    ) u_lite (
      .clk_i,
      .rst_ni,
`ifdef PERSIMMON_BUGS
      .bug_i,
`endif
      .s_axil_awvalid_i (axil_awvalid),
      .s_axil_awready_o (axil_awready),
      .s_axil_awaddr_i  ({1'b0, axil_awaddr[iommu_pkg::AxilAddrW-2:0]}),
      .s_axil_wvalid_i  (axil_wvalid),
      .s_axil_wready_o  (axil_wready),
      .s_axil_wdata_i   (axil_wdata),
      .s_axil_bvalid_o  (axil_bvalid),
      .s_axil_bready_i  (axil_bready),
      .s_axil_bresp_o   (axil_bresp),
      .s_axil_arvalid_i (axil_arvalid),
      .s_axil_arready_o (axil_arready),
      .s_axil_araddr_i  ({1'b0, axil_araddr[iommu_pkg::AxilAddrW-2:0]}),
      .s_axil_rvalid_o  (axil_rvalid),
      .s_axil_rready_i  (axil_rready),
      .s_axil_rdata_o   (axil_rdata),
      .s_axil_rresp_o   (axil_rresp),
      .s_axi_awvalid_i  (d_awvalid),
      .s_axi_awready_o  (d_awready),
      .s_axi_arvalid_i  (d_arvalid),
      .s_axi_arready_o  (d_arready),
      .s_axi_axaddr_i   (d_axaddr),
      .s_axi_axlen_i    (d_axlen),
      .s_axi_axsize_i   (d_axsize),
      .s_axi_axuser_i   (d_axuser),
      .s_axi_wvalid_i   (d_wvalid),
      .s_axi_wready_o   (d_wready),
      .s_axi_wlast_i    (d_wlast),
      .s_axi_bvalid_o   (d_bvalid),
      .s_axi_bready_i   (d_bready),
      .s_axi_bresp_o    (d_bresp),
      .s_axi_rvalid_o   (d_rvalid),
      .s_axi_rready_i   (d_rready),
      .s_axi_rdata_o    (d_rdata),
      .s_axi_rresp_o    (d_rresp),
      .s_axi_rlast_o    (d_rlast),
      .m_axi_awvalid_o  (m_awvalid),
      .m_axi_awready_i  (m_awready),
      .m_axi_arvalid_o  (m_arvalid),
      .m_axi_arready_i  (m_arready),
      .m_axi_axaddr_o   (m_awaddr),
      .m_axi_wvalid_o   (m_wvalid),
      .m_axi_wready_i   (m_wready),
      .m_axi_bvalid_i   (m_bvalid),
      .m_axi_bready_o   (m_bready),
      .m_axi_bresp_i    (m_bresp),
      .m_axi_rvalid_i   (m_rvalid),
      .m_axi_rready_o   (m_rready),
      .m_axi_rdata_i    (m_rdata),
      .m_axi_rresp_i    (m_rresp),
      .m_axi_rlast_i    (m_rlast),
      .dev_reset_i      (DEVICES'(dev_reset_i)),
      .dev_reset_clean_i(DEVICES'(dev_reset_clean_i)),
      .fault_o,
      .irq_o
    );

    // One burst at a time: what the DMA master says of it holds until its end.
    assign m_araddr  = m_awaddr;
    assign m_awid    = d_axid;
    assign m_arid    = d_axid;
    assign m_awlen   = d_axlen;
    assign m_arlen   = d_axlen;
    assign m_awsize  = d_axsize;
    assign m_arsize  = d_axsize;
    assign m_awburst = BurstIncr;
    assign m_arburst = BurstIncr;
    assign m_wdata   = d_wdata;
    assign m_wstrb   = d_wstrb;

    logic unused_ids;
    assign unused_ids = ^{m_bid, m_rid, axil_awaddr[iommu_pkg::AxilAddrW-1], axil_araddr[iommu_pkg::AxilAddrW-1]};
  end

  board_memory #(
    .KIB      (MEM_KIB),
    .PAGE_LOG2(MEM_PAGE_LOG2),
    .PA_W     (PA_W),
    .BASE     (MEM_BASE),
    .ID_W     (AxiIdW)
  ) u_memory (
    .clk_i,
    .rst_ni,
    .s_axi_awvalid_i(m_awvalid),
    .s_axi_awready_o(m_awready),
    .s_axi_awid_i   (m_awid),
    .s_axi_awaddr_i (m_awaddr),
    .s_axi_awlen_i  (m_awlen),
    .s_axi_awsize_i (m_awsize),
    .s_axi_awburst_i(m_awburst),
    .s_axi_wvalid_i (m_wvalid),
    .s_axi_wready_o (m_wready),
    .s_axi_wdata_i  (m_wdata),
    .s_axi_wstrb_i  (m_wstrb),
    .s_axi_bvalid_o (m_bvalid),
    .s_axi_bready_i (m_bready),
    .s_axi_bid_o    (m_bid),
    .s_axi_bresp_o  (m_bresp),
    .s_axi_arvalid_i(m_arvalid),
    .s_axi_arready_o(m_arready),
    .s_axi_arid_i   (m_arid),
    .s_axi_araddr_i (m_araddr),
    .s_axi_arlen_i  (m_arlen),
    .s_axi_arsize_i (m_arsize),
    .s_axi_arburst_i(m_arburst),
    .s_axi_rvalid_o (m_rvalid),
    .s_axi_rready_i (m_rready),
    .s_axi_rid_o    (m_rid),
    .s_axi_rdata_o  (m_rdata),
    .s_axi_rresp_o  (m_rresp),
    .s_axi_rlast_o  (m_rlast),
    .win_valid_i,
    .win_write_i,
    .win_word_i,
    .win_data_i,
    .win_done_o,
    .win_data_o
  );

endmodule
