// SPDX-License-Identifier: Apache-2.0
//
// The board's bus to AXI4-Lite, one access at a time.

module board_axil
  import board_pkg::*;
(
  /// Clock
  input  logic                            clk_i,
  /// Asynchronous reset, active low
  input  logic                            rst_ni,
  /// An access of the IOMMU's registers
  input  request_t                        request_i,
  /// Its answer
  output reply_t                          reply_o,
  /// AWVALID
  output logic                            m_axil_awvalid_o,
  /// AWREADY
  input  logic                            m_axil_awready_i,
  /// AWADDR
  output logic [iommu_pkg::AxilAddrW-1:0] m_axil_awaddr_o,
  /// WVALID
  output logic                            m_axil_wvalid_o,
  /// WREADY
  input  logic                            m_axil_wready_i,
  /// WDATA
  output logic [31:0]                     m_axil_wdata_o,
  /// BVALID
  input  logic                            m_axil_bvalid_i,
  /// BREADY
  output logic                            m_axil_bready_o,
  /// BRESP
  input  logic [1:0]                      m_axil_bresp_i,
  /// ARVALID
  output logic                            m_axil_arvalid_o,
  /// ARREADY
  input  logic                            m_axil_arready_i,
  /// ARADDR
  output logic [iommu_pkg::AxilAddrW-1:0] m_axil_araddr_o,
  /// RVALID
  input  logic                            m_axil_rvalid_i,
  /// RREADY
  output logic                            m_axil_rready_o,
  /// RDATA
  input  logic [31:0]                     m_axil_rdata_i,
  /// RRESP
  input  logic [1:0]                      m_axil_rresp_i
);

  logic sent_q;    // the address is out
  logic data_q;    // the write data are out
  logic write, read;

  assign write = request_i.valid && request_i.write;
  assign read  = request_i.valid && !request_i.write;

  assign m_axil_awvalid_o = write && !sent_q;
  assign m_axil_awaddr_o  = request_i.addr[iommu_pkg::AxilAddrW-1:0];
  assign m_axil_wvalid_o  = write && !data_q;
  assign m_axil_wdata_o   = request_i.data;
  assign m_axil_bready_o  = write && sent_q && data_q;
  assign m_axil_arvalid_o = read && !sent_q;
  assign m_axil_araddr_o  = request_i.addr[iommu_pkg::AxilAddrW-1:0];
  assign m_axil_rready_o  = read && sent_q;

  assign reply_o = '{done: (m_axil_bvalid_i && m_axil_bready_o) || (m_axil_rvalid_i && m_axil_rready_o),
                     resp: request_i.write ? m_axil_bresp_i : m_axil_rresp_i, data: m_axil_rdata_i};

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      sent_q <= 1'b0;
      data_q <= 1'b0;
    end else if (!request_i.valid || reply_o.done) begin
      sent_q <= 1'b0;
      data_q <= 1'b0;
    end else begin
      if ((m_axil_awvalid_o && m_axil_awready_i) || (m_axil_arvalid_o && m_axil_arready_i)) sent_q <= 1'b1;
      if (m_axil_wvalid_o && m_axil_wready_i) data_q <= 1'b1;
    end
  end

  logic unused_addr;
  assign unused_addr = ^request_i.addr[AddrW-1:iommu_pkg::AxilAddrW];

endmodule
