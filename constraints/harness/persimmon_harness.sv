// SPDX-License-Identifier: Apache-2.0
//
// A frame to place and route the whole core in: it has more ports than the device has pins. Inputs come from a scan
// chain, outputs go through two levels of XOR; both ends are registers, so that every path that the report shows
// lies inside the core. With EMPTY the frame stands alone, to be subtracted from what the whole takes. `cargo xtask
// fpga` uses it; it is no part of the design.

module persimmon_harness
  import iommu_pkg::*;
#(
  /// 1: no core in it; every output register is fed by an input register
  parameter bit EMPTY = 1'b0,
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
  /// Posted commands of one pass
  parameter int unsigned B = BatchDefault,
  /// Addresses translated in one clock
  parameter int unsigned SEARCH_PORTS = 1,
  /// AXI4 ports
  parameter int unsigned PORTS = 1,
  /// Bits of the AXI4 data buses
  parameter int unsigned AXI_DATA_W = 64,
  /// Bits of AxID
  parameter int unsigned AXI_ID_W = 4,
  /// Bits of AxUSER
  parameter int unsigned AXI_USER_W = 8,
  /// Bursts in flight
  parameter int unsigned OUTSTANDING = 16,
  /// Records of the fault queue
  parameter int unsigned FAULT_DEPTH = FaultDepthDefault,
  /// Pages of the dirty bitmap, 0 for none
  parameter int unsigned DIRTY_PAGES = 0,
  /// 1: words carry parity
  parameter bit PARITY = 1'b1
) (
  /// Clock
  input  logic clk_i,
  /// Asynchronous reset, active low
  input  logic rst_ni,
  /// Scan chain in
  input  logic scan_i,
  /// Shifts the scan chain
  input  logic shift_i,
  /// All outputs of the core, folded
  output logic fold_o
);

  typedef struct packed {
    logic                               s_axil_awvalid;
    logic [AxilAddrW-1:0]               s_axil_awaddr;
    logic [2:0]                         s_axil_awprot;
    logic                               s_axil_wvalid;
    logic [31:0]                        s_axil_wdata;
    logic [3:0]                         s_axil_wstrb;
    logic                               s_axil_bready;
    logic                               s_axil_arvalid;
    logic [AxilAddrW-1:0]               s_axil_araddr;
    logic [2:0]                         s_axil_arprot;
    logic                               s_axil_rready;
    logic [PORTS-1:0]                   s_axi_awvalid;
    logic [PORTS-1:0][AXI_ID_W-1:0]     s_axi_awid;
    logic [PORTS-1:0][IOVA_W-1:0]       s_axi_awaddr;
    logic [PORTS-1:0][7:0]              s_axi_awlen;
    logic [PORTS-1:0][2:0]              s_axi_awsize;
    logic [PORTS-1:0][1:0]              s_axi_awburst;
    logic [PORTS-1:0]                   s_axi_awlock;
    logic [PORTS-1:0][3:0]              s_axi_awcache;
    logic [PORTS-1:0][2:0]              s_axi_awprot;
    logic [PORTS-1:0][3:0]              s_axi_awqos;
    logic [PORTS-1:0][3:0]              s_axi_awregion;
    logic [PORTS-1:0][5:0]              s_axi_awatop;
    logic [PORTS-1:0][AXI_USER_W-1:0]   s_axi_awuser;
    logic [PORTS-1:0]                   s_axi_wvalid;
    logic [PORTS-1:0][AXI_DATA_W-1:0]   s_axi_wdata;
    logic [PORTS-1:0][AXI_DATA_W/8-1:0] s_axi_wstrb;
    logic [PORTS-1:0]                   s_axi_wlast;
    logic [PORTS-1:0]                   s_axi_bready;
    logic [PORTS-1:0]                   s_axi_arvalid;
    logic [PORTS-1:0][AXI_ID_W-1:0]     s_axi_arid;
    logic [PORTS-1:0][IOVA_W-1:0]       s_axi_araddr;
    logic [PORTS-1:0][7:0]              s_axi_arlen;
    logic [PORTS-1:0][2:0]              s_axi_arsize;
    logic [PORTS-1:0][1:0]              s_axi_arburst;
    logic [PORTS-1:0]                   s_axi_arlock;
    logic [PORTS-1:0][3:0]              s_axi_arcache;
    logic [PORTS-1:0][2:0]              s_axi_arprot;
    logic [PORTS-1:0][3:0]              s_axi_arqos;
    logic [PORTS-1:0][3:0]              s_axi_arregion;
    logic [PORTS-1:0][AXI_USER_W-1:0]   s_axi_aruser;
    logic [PORTS-1:0]                   s_axi_rready;
    logic [PORTS-1:0]                   m_axi_awready;
    logic [PORTS-1:0]                   m_axi_wready;
    logic [PORTS-1:0]                   m_axi_bvalid;
    logic [PORTS-1:0][AXI_ID_W-1:0]     m_axi_bid;
    logic [PORTS-1:0][1:0]              m_axi_bresp;
    logic [PORTS-1:0]                   m_axi_arready;
    logic [PORTS-1:0]                   m_axi_rvalid;
    logic [PORTS-1:0][AXI_ID_W-1:0]     m_axi_rid;
    logic [PORTS-1:0][AXI_DATA_W-1:0]   m_axi_rdata;
    logic [PORTS-1:0][1:0]              m_axi_rresp;
    logic [PORTS-1:0]                   m_axi_rlast;
    logic [DEVICES-1:0]                 dev_reset;
    logic [DEVICES-1:0]                 dev_reset_clean;
  } in_t;

  typedef struct packed {
    logic                               s_axil_awready;
    logic                               s_axil_wready;
    logic                               s_axil_bvalid;
    logic [1:0]                         s_axil_bresp;
    logic                               s_axil_arready;
    logic                               s_axil_rvalid;
    logic [31:0]                        s_axil_rdata;
    logic [1:0]                         s_axil_rresp;
    logic [PORTS-1:0]                   s_axi_awready;
    logic [PORTS-1:0]                   s_axi_wready;
    logic [PORTS-1:0]                   s_axi_bvalid;
    logic [PORTS-1:0][AXI_ID_W-1:0]     s_axi_bid;
    logic [PORTS-1:0][1:0]              s_axi_bresp;
    logic [PORTS-1:0]                   s_axi_arready;
    logic [PORTS-1:0]                   s_axi_rvalid;
    logic [PORTS-1:0][AXI_ID_W-1:0]     s_axi_rid;
    logic [PORTS-1:0][AXI_DATA_W-1:0]   s_axi_rdata;
    logic [PORTS-1:0][1:0]              s_axi_rresp;
    logic [PORTS-1:0]                   s_axi_rlast;
    logic [PORTS-1:0]                   m_axi_awvalid;
    logic [PORTS-1:0][AXI_ID_W-1:0]     m_axi_awid;
    logic [PORTS-1:0][PA_W-1:0]         m_axi_awaddr;
    logic [PORTS-1:0][7:0]              m_axi_awlen;
    logic [PORTS-1:0][2:0]              m_axi_awsize;
    logic [PORTS-1:0][1:0]              m_axi_awburst;
    logic [PORTS-1:0]                   m_axi_awlock;
    logic [PORTS-1:0][3:0]              m_axi_awcache;
    logic [PORTS-1:0][2:0]              m_axi_awprot;
    logic [PORTS-1:0][3:0]              m_axi_awqos;
    logic [PORTS-1:0][3:0]              m_axi_awregion;
    logic [PORTS-1:0][AXI_USER_W-1:0]   m_axi_awuser;
    logic [PORTS-1:0]                   m_axi_wvalid;
    logic [PORTS-1:0][AXI_DATA_W-1:0]   m_axi_wdata;
    logic [PORTS-1:0][AXI_DATA_W/8-1:0] m_axi_wstrb;
    logic [PORTS-1:0]                   m_axi_wlast;
    logic [PORTS-1:0]                   m_axi_bready;
    logic [PORTS-1:0]                   m_axi_arvalid;
    logic [PORTS-1:0][AXI_ID_W-1:0]     m_axi_arid;
    logic [PORTS-1:0][PA_W-1:0]         m_axi_araddr;
    logic [PORTS-1:0][7:0]              m_axi_arlen;
    logic [PORTS-1:0][2:0]              m_axi_arsize;
    logic [PORTS-1:0][1:0]              m_axi_arburst;
    logic [PORTS-1:0]                   m_axi_arlock;
    logic [PORTS-1:0][3:0]              m_axi_arcache;
    logic [PORTS-1:0][2:0]              m_axi_arprot;
    logic [PORTS-1:0][3:0]              m_axi_arqos;
    logic [PORTS-1:0][3:0]              m_axi_arregion;
    logic [PORTS-1:0][AXI_USER_W-1:0]   m_axi_aruser;
    logic [PORTS-1:0]                   m_axi_rready;
    logic                               irq;
  } out_t;

  localparam int unsigned InW = $bits(in_t);
  localparam int unsigned OutW = $bits(out_t);
  localparam int unsigned Fold1 = (OutW + 15) / 16;

  in_t                 scan_q, in_q;
  out_t                out, out_q;
  logic [16*Fold1-1:0] padded;
  logic [Fold1-1:0]    fold_q;

  assign padded = (16 * Fold1)'(out_q);

  logic rst_n;
  harness_reset u_reset (
    .clk_i,
    .rst_ni,
    .rst_no(rst_n)
  );

  always_ff @(posedge clk_i) begin
    if (shift_i) scan_q <= in_t'({scan_q, scan_i});
    in_q   <= scan_q;
    out_q  <= out;
    for (int unsigned i = 0; i < Fold1; i++) fold_q[i] <= ^padded[16*i +: 16];
    fold_o <= ^fold_q;
  end

  if (EMPTY) begin : g_empty
    logic unused_rst;
    assign unused_rst = rst_n;
    always_comb begin
      for (int unsigned i = 0; i < OutW; i++) out[i] = in_q[i % InW];
    end
  end else begin : g_core
    persimmon #(
      .ENTRIES     (ENTRIES),
      .ASIDS       (ASIDS),
      .GROUPS      (GROUPS),
      .DEVICES     (DEVICES),
      .IOVA_W      (IOVA_W),
      .PA_W        (PA_W),
      .GRANULE_LOG2(GRANULE_LOG2),
      .K           (K),
      .B           (B),
      .SEARCH_PORTS(SEARCH_PORTS),
      .PORTS       (PORTS),
      .AXI_DATA_W  (AXI_DATA_W),
      .AXI_ID_W    (AXI_ID_W),
      .AXI_USER_W  (AXI_USER_W),
      .OUTSTANDING (OUTSTANDING),
      .FAULT_DEPTH (FAULT_DEPTH),
      .DIRTY_PAGES (DIRTY_PAGES),
      .PARITY      (PARITY)
    ) u_persimmon (
      .clk_i,
      .rst_ni(rst_n),
      .s_axil_awvalid_i  (in_q.s_axil_awvalid),
      .s_axil_awready_o  (out.s_axil_awready),
      .s_axil_awaddr_i   (in_q.s_axil_awaddr),
      .s_axil_awprot_i   (in_q.s_axil_awprot),
      .s_axil_wvalid_i   (in_q.s_axil_wvalid),
      .s_axil_wready_o   (out.s_axil_wready),
      .s_axil_wdata_i    (in_q.s_axil_wdata),
      .s_axil_wstrb_i    (in_q.s_axil_wstrb),
      .s_axil_bvalid_o   (out.s_axil_bvalid),
      .s_axil_bready_i   (in_q.s_axil_bready),
      .s_axil_bresp_o    (out.s_axil_bresp),
      .s_axil_arvalid_i  (in_q.s_axil_arvalid),
      .s_axil_arready_o  (out.s_axil_arready),
      .s_axil_araddr_i   (in_q.s_axil_araddr),
      .s_axil_arprot_i   (in_q.s_axil_arprot),
      .s_axil_rvalid_o   (out.s_axil_rvalid),
      .s_axil_rready_i   (in_q.s_axil_rready),
      .s_axil_rdata_o    (out.s_axil_rdata),
      .s_axil_rresp_o    (out.s_axil_rresp),
      .s_axi_awvalid_i   (in_q.s_axi_awvalid),
      .s_axi_awready_o   (out.s_axi_awready),
      .s_axi_awid_i      (in_q.s_axi_awid),
      .s_axi_awaddr_i    (in_q.s_axi_awaddr),
      .s_axi_awlen_i     (in_q.s_axi_awlen),
      .s_axi_awsize_i    (in_q.s_axi_awsize),
      .s_axi_awburst_i   (in_q.s_axi_awburst),
      .s_axi_awlock_i    (in_q.s_axi_awlock),
      .s_axi_awcache_i   (in_q.s_axi_awcache),
      .s_axi_awprot_i    (in_q.s_axi_awprot),
      .s_axi_awqos_i     (in_q.s_axi_awqos),
      .s_axi_awregion_i  (in_q.s_axi_awregion),
      .s_axi_awatop_i    (in_q.s_axi_awatop),
      .s_axi_awuser_i    (in_q.s_axi_awuser),
      .s_axi_wvalid_i    (in_q.s_axi_wvalid),
      .s_axi_wready_o    (out.s_axi_wready),
      .s_axi_wdata_i     (in_q.s_axi_wdata),
      .s_axi_wstrb_i     (in_q.s_axi_wstrb),
      .s_axi_wlast_i     (in_q.s_axi_wlast),
      .s_axi_bvalid_o    (out.s_axi_bvalid),
      .s_axi_bready_i    (in_q.s_axi_bready),
      .s_axi_bid_o       (out.s_axi_bid),
      .s_axi_bresp_o     (out.s_axi_bresp),
      .s_axi_arvalid_i   (in_q.s_axi_arvalid),
      .s_axi_arready_o   (out.s_axi_arready),
      .s_axi_arid_i      (in_q.s_axi_arid),
      .s_axi_araddr_i    (in_q.s_axi_araddr),
      .s_axi_arlen_i     (in_q.s_axi_arlen),
      .s_axi_arsize_i    (in_q.s_axi_arsize),
      .s_axi_arburst_i   (in_q.s_axi_arburst),
      .s_axi_arlock_i    (in_q.s_axi_arlock),
      .s_axi_arcache_i   (in_q.s_axi_arcache),
      .s_axi_arprot_i    (in_q.s_axi_arprot),
      .s_axi_arqos_i     (in_q.s_axi_arqos),
      .s_axi_arregion_i  (in_q.s_axi_arregion),
      .s_axi_aruser_i    (in_q.s_axi_aruser),
      .s_axi_rvalid_o    (out.s_axi_rvalid),
      .s_axi_rready_i    (in_q.s_axi_rready),
      .s_axi_rid_o       (out.s_axi_rid),
      .s_axi_rdata_o     (out.s_axi_rdata),
      .s_axi_rresp_o     (out.s_axi_rresp),
      .s_axi_rlast_o     (out.s_axi_rlast),
      .m_axi_awvalid_o   (out.m_axi_awvalid),
      .m_axi_awready_i   (in_q.m_axi_awready),
      .m_axi_awid_o      (out.m_axi_awid),
      .m_axi_awaddr_o    (out.m_axi_awaddr),
      .m_axi_awlen_o     (out.m_axi_awlen),
      .m_axi_awsize_o    (out.m_axi_awsize),
      .m_axi_awburst_o   (out.m_axi_awburst),
      .m_axi_awlock_o    (out.m_axi_awlock),
      .m_axi_awcache_o   (out.m_axi_awcache),
      .m_axi_awprot_o    (out.m_axi_awprot),
      .m_axi_awqos_o     (out.m_axi_awqos),
      .m_axi_awregion_o  (out.m_axi_awregion),
      .m_axi_awuser_o    (out.m_axi_awuser),
      .m_axi_wvalid_o    (out.m_axi_wvalid),
      .m_axi_wready_i    (in_q.m_axi_wready),
      .m_axi_wdata_o     (out.m_axi_wdata),
      .m_axi_wstrb_o     (out.m_axi_wstrb),
      .m_axi_wlast_o     (out.m_axi_wlast),
      .m_axi_bvalid_i    (in_q.m_axi_bvalid),
      .m_axi_bready_o    (out.m_axi_bready),
      .m_axi_bid_i       (in_q.m_axi_bid),
      .m_axi_bresp_i     (in_q.m_axi_bresp),
      .m_axi_arvalid_o   (out.m_axi_arvalid),
      .m_axi_arready_i   (in_q.m_axi_arready),
      .m_axi_arid_o      (out.m_axi_arid),
      .m_axi_araddr_o    (out.m_axi_araddr),
      .m_axi_arlen_o     (out.m_axi_arlen),
      .m_axi_arsize_o    (out.m_axi_arsize),
      .m_axi_arburst_o   (out.m_axi_arburst),
      .m_axi_arlock_o    (out.m_axi_arlock),
      .m_axi_arcache_o   (out.m_axi_arcache),
      .m_axi_arprot_o    (out.m_axi_arprot),
      .m_axi_arqos_o     (out.m_axi_arqos),
      .m_axi_arregion_o  (out.m_axi_arregion),
      .m_axi_aruser_o    (out.m_axi_aruser),
      .m_axi_rvalid_i    (in_q.m_axi_rvalid),
      .m_axi_rready_o    (out.m_axi_rready),
      .m_axi_rid_i       (in_q.m_axi_rid),
      .m_axi_rdata_i     (in_q.m_axi_rdata),
      .m_axi_rresp_i     (in_q.m_axi_rresp),
      .m_axi_rlast_i     (in_q.m_axi_rlast),
      .dev_reset_i       (in_q.dev_reset),
      .dev_reset_clean_i (in_q.dev_reset_clean),
      .irq_o             (out.irq)
    );
  end

endmodule
