// SPDX-License-Identifier: Apache-2.0
//
// iommu_core with the least that makes an AXI4 data path of it, for devices that `persimmon` is too large for: one
// burst at a time, from its address to its last answer. The core, its registers and its answers are the same; what is
// missing is throughput.
//
// An address is translated, goes on to memory and takes its data along, or is answered here. Its translation is
// released with the last of the answer.

module board_lite
  import iommu_pkg::*;
  import iommu_axi_pkg::*;
#(
  /// Entries of the table, all address spaces together
  parameter int unsigned ENTRIES = 16,
  /// Address spaces
  parameter int unsigned ASIDS = 2,
  /// Virtqueue groups
  parameter int unsigned GROUPS = 2,
  /// virtio devices
  parameter int unsigned DEVICES = 1,
  /// Bits of an IOVA
  parameter int unsigned IOVA_W = 32,
  /// Bits of a physical address
  parameter int unsigned PA_W = 32,
  /// Search radix
  parameter int unsigned K = 4,
  /// Posted commands that one merge pass executes
  parameter int unsigned B = 1,
  /// Records of the fault queue
  parameter int unsigned FAULT_DEPTH = 4,
  /// 1: every word of the table has a parity bit
  parameter bit PARITY = 1'b0,
  /// Bits of AxUSER
  parameter int unsigned AXI_USER_W = 8
) (
  /// Clock
  input  logic                  clk_i,
  /// Asynchronous reset, active low
  input  logic                  rst_ni,
`ifdef PERSIMMON_BUGS
  /// Deliberate bug, 0 for none
  input  logic [7:0]            bug_i,
`endif

  /// AXI4-Lite AWVALID
  input  logic                  s_axil_awvalid_i,
  /// AXI4-Lite AWREADY
  output logic                  s_axil_awready_o,
  /// AXI4-Lite AWADDR
  input  logic [AxilAddrW-1:0]  s_axil_awaddr_i,
  /// AXI4-Lite WVALID
  input  logic                  s_axil_wvalid_i,
  /// AXI4-Lite WREADY
  output logic                  s_axil_wready_o,
  /// AXI4-Lite WDATA
  input  logic [31:0]           s_axil_wdata_i,
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
  /// AXI4-Lite ARADDR
  input  logic [AxilAddrW-1:0]  s_axil_araddr_i,
  /// AXI4-Lite RVALID
  output logic                  s_axil_rvalid_o,
  /// AXI4-Lite RREADY
  input  logic                  s_axil_rready_i,
  /// AXI4-Lite RDATA
  output logic [31:0]           s_axil_rdata_o,
  /// AXI4-Lite RRESP
  output logic [1:0]            s_axil_rresp_o,

  /// DMA master: AWVALID; never together with ARVALID
  input  logic                  s_axi_awvalid_i,
  /// DMA master: AWREADY
  output logic                  s_axi_awready_o,
  /// DMA master: ARVALID
  input  logic                  s_axi_arvalid_i,
  /// DMA master: ARREADY
  output logic                  s_axi_arready_o,
  /// DMA master: AxADDR; of an INCR burst
  input  logic [IOVA_W-1:0]     s_axi_axaddr_i,
  /// DMA master: AxLEN
  input  logic [7:0]            s_axi_axlen_i,
  /// DMA master: AxSIZE, at most 2
  input  logic [2:0]            s_axi_axsize_i,
  /// DMA master: AxUSER, the group
  input  logic [AXI_USER_W-1:0] s_axi_axuser_i,
  /// DMA master: WVALID
  input  logic                  s_axi_wvalid_i,
  /// DMA master: WREADY
  output logic                  s_axi_wready_o,
  /// DMA master: WLAST
  input  logic                  s_axi_wlast_i,
  /// DMA master: BVALID
  output logic                  s_axi_bvalid_o,
  /// DMA master: BREADY
  input  logic                  s_axi_bready_i,
  /// DMA master: BRESP
  output logic [1:0]            s_axi_bresp_o,
  /// DMA master: RVALID
  output logic                  s_axi_rvalid_o,
  /// DMA master: RREADY
  input  logic                  s_axi_rready_i,
  /// DMA master: RDATA
  output logic [31:0]           s_axi_rdata_o,
  /// DMA master: RRESP
  output logic [1:0]            s_axi_rresp_o,
  /// DMA master: RLAST
  output logic                  s_axi_rlast_o,

  /// Memory: AWVALID
  output logic                  m_axi_awvalid_o,
  /// Memory: AWREADY
  input  logic                  m_axi_awready_i,
  /// Memory: ARVALID
  output logic                  m_axi_arvalid_o,
  /// Memory: ARREADY
  input  logic                  m_axi_arready_i,
  /// Memory: AxADDR
  output logic [PA_W-1:0]       m_axi_axaddr_o,
  /// Memory: WVALID
  output logic                  m_axi_wvalid_o,
  /// Memory: WREADY
  input  logic                  m_axi_wready_i,
  /// Memory: BVALID
  input  logic                  m_axi_bvalid_i,
  /// Memory: BREADY
  output logic                  m_axi_bready_o,
  /// Memory: BRESP
  input  logic [1:0]            m_axi_bresp_i,
  /// Memory: RVALID
  input  logic                  m_axi_rvalid_i,
  /// Memory: RREADY
  output logic                  m_axi_rready_o,
  /// Memory: RDATA
  input  logic [31:0]           m_axi_rdata_i,
  /// Memory: RRESP
  input  logic [1:0]            m_axi_rresp_i,
  /// Memory: RLAST
  input  logic                  m_axi_rlast_i,

  /// Pulse: virtio device reset
  input  logic [DEVICES-1:0]    dev_reset_i,
  /// With dev_reset_i: the CLEAN_MAP flag
  input  logic [DEVICES-1:0]    dev_reset_clean_i,
  /// Why the last burst was refused
  output logic [3:0]            fault_o,
  /// Interrupt, level
  output logic                  irq_o
);

  typedef enum logic [2:0] {
    Idle,       // a burst waits for the search
    Search,
    Forward,    // its address goes to memory
    Pass,       // data and answers
    Drain,      // refused: its write data
    Refuse,     // refused: its answer
    Release
  } state_e;

  state_e               state_q;
  logic [7:0]           left_q;     // beats of a refused read after this one
  logic [PA_W-1:0]      pa_q;
  logic                 tracked_q, epoch_q;
  logic [3:0]           fault_q;
  logic [AsidPortW-1:0] asid_q;

  logic                 write, refused, ended;
  logic                 req_ready, rsp_valid, rsp_tracked, rsp_epoch;
  logic [3:0]           rsp_fault;
  logic [PA_W-1:0]      rsp_pa;
  logic [AsidPortW-1:0] rsp_asid;
  logic [1:0]           low;        // of the first address, within a beat
  logic [10:0]          bytes;      // of all beats
  logic [LenW-1:0]      len_m1;
  logic [LenW:0]        end_of_page;

  assign low         = s_axi_axaddr_i[1:0] & ((2'd1 << s_axi_axsize_i) - 2'd1);
  assign bytes       = (11'(s_axi_axlen_i) + 11'd1) << s_axi_axsize_i[1:0];
  assign len_m1      = LenW'(bytes) - LenW'(low) - LenW'(1);
  assign end_of_page = {1'b0, s_axi_axaddr_i[LenW-1:0]} + {1'b0, len_m1};

  // The direction is the channel whose address waits: it is not taken before the burst is over here.
  logic write_q;
  assign write   = (state_q == Idle) ? s_axi_awvalid_i : write_q;
  assign fault_o = fault_q;
  assign refused = rsp_fault != 4'(FaultNone);
  assign ended   = write ? (s_axi_bvalid_o && s_axi_bready_i) : (s_axi_rvalid_o && s_axi_rready_i && s_axi_rlast_o);

  // The master's address is taken when what becomes of it is known.
  assign s_axi_awready_o = write_q && ((state_q == Forward && m_axi_awready_i) || (state_q == Search && rsp_valid && refused));
  assign s_axi_arready_o = !write_q && ((state_q == Forward && m_axi_arready_i) || (state_q == Search && rsp_valid && refused));
  assign m_axi_awvalid_o = state_q == Forward && write_q;
  assign m_axi_arvalid_o = state_q == Forward && !write_q;
  assign m_axi_axaddr_o  = pa_q;
  assign m_axi_wvalid_o  = state_q == Pass && s_axi_wvalid_i;
  assign s_axi_wready_o  = state_q == Drain || (state_q == Pass && m_axi_wready_i);
  assign s_axi_bvalid_o  = (state_q == Refuse && write_q) || (state_q == Pass && m_axi_bvalid_i);
  assign m_axi_bready_o  = state_q == Pass && s_axi_bready_i;
  assign s_axi_bresp_o   = (state_q == Refuse) ? RespSlverr : m_axi_bresp_i;
  assign s_axi_rvalid_o  = (state_q == Refuse && !write_q) || (state_q == Pass && m_axi_rvalid_i);
  assign m_axi_rready_o  = state_q == Pass && s_axi_rready_i;
  assign s_axi_rdata_o   = (state_q == Refuse) ? '0 : m_axi_rdata_i;
  assign s_axi_rresp_o   = (state_q == Refuse) ? RespSlverr : m_axi_rresp_i;
  assign s_axi_rlast_o   = (state_q == Refuse) ? left_q == '0 : m_axi_rlast_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Idle;
    end else begin
      unique case (state_q)
        Idle: if ((s_axi_awvalid_i || s_axi_arvalid_i) && req_ready) state_q <= Search;
        Search: if (rsp_valid) state_q <= !refused ? Forward : write_q ? Drain : Refuse;
        Forward: if ((m_axi_awvalid_o && m_axi_awready_i) || (m_axi_arvalid_o && m_axi_arready_i)) state_q <= Pass;
        Drain: if (s_axi_wvalid_i && s_axi_wlast_i) state_q <= Refuse;
        Pass, Refuse: if (ended) state_q <= Release;
        Release: state_q <= Idle;
        default: state_q <= Idle;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (state_q == Idle) begin
      write_q <= s_axi_awvalid_i;
      left_q  <= s_axi_axlen_i;
    end else if (state_q == Refuse && s_axi_rready_i) begin
      left_q <= left_q - 8'd1;
    end
    if (rsp_valid) begin
      fault_q   <= rsp_fault;
      pa_q      <= rsp_pa;
      tracked_q <= rsp_tracked;
      asid_q    <= rsp_asid;
      epoch_q   <= rsp_epoch;
    end
  end

  // Answers that nobody here asks for.
  logic [IOVA_W-1:0]     unused_map_last;
  logic [SeqW-1:0]       unused_commit_seq;
  logic [GROUPS-1:0]     unused_hold;
  logic [1:0]            unused_source;
  logic [GroupPortW-1:0] unused_group;
  logic                  unused_quiesce, unused_dirty_ready;
  logic [RidsMax-1:0]    unused_rid_valid;
  logic [RidsMax-1:0][GroupPortW-1:0] unused_rid_group;

  iommu_core #(
    .ENTRIES    (ENTRIES),
    .ASIDS      (ASIDS),
    .GROUPS     (GROUPS),
    .DEVICES    (DEVICES),
    .IOVA_W     (IOVA_W),
    .PA_W       (PA_W),
    .K          (K),
    .IN_FLIGHT_W(4),
    .FAULT_DEPTH(FAULT_DEPTH),
    .B          (B),
    .PARITY     (PARITY)
  ) u_core (
    .clk_i,
    .rst_ni,
`ifdef PERSIMMON_BUGS
    .bug_i,
`endif
    .s_axil_awvalid_i,
    .s_axil_awready_o,
    .s_axil_awaddr_i,
    .s_axil_awprot_i  ('0),
    .s_axil_wvalid_i,
    .s_axil_wready_o,
    .s_axil_wdata_i,
    .s_axil_wstrb_i   ('1),
    .s_axil_bvalid_o,
    .s_axil_bready_i,
    .s_axil_bresp_o,
    .s_axil_arvalid_i,
    .s_axil_arready_o,
    .s_axil_araddr_i,
    .s_axil_arprot_i  ('0),
    .s_axil_rvalid_o,
    .s_axil_rready_i,
    .s_axil_rdata_o,
    .s_axil_rresp_o,
    .req_valid_i      (state_q == Idle && (s_axi_awvalid_i || s_axi_arvalid_i)),
    .req_ready_o      (req_ready),
    .req_group_i      (GroupPortW'(s_axi_axuser_i)),
    .req_iova_i       (s_axi_axaddr_i),
    .req_len_m1_i     (len_m1),
    .req_write_i      (write),
    .req_bad_i        (end_of_page[LenW]),
    .group_hold_o     (unused_hold),
    .rsp_valid_o      (rsp_valid),
    .rsp_fault_o      (rsp_fault),
    .rsp_pa_o         (rsp_pa),
    .rsp_map_last_o   (unused_map_last),
    .rsp_tracked_o    (rsp_tracked),
    .rsp_asid_o       (rsp_asid),
    .rsp_epoch_o      (rsp_epoch),
    .rsp_commit_seq_o (unused_commit_seq),
    .rel_valid_i      (state_q == Release),
    .rel_tracked_i    (tracked_q),
    .rel_asid_i       (asid_q),
    .rel_epoch_i      (epoch_q),
    .port_source_o    (unused_source),
    .port_group_o     (unused_group),
    .port_quiesce_o   (unused_quiesce),
    .port_idle_i      (state_q == Idle),
    .rid_valid_o      (unused_rid_valid),
    .rid_group_o      (unused_rid_group),
    .dirty_valid_i    (1'b0),
    .dirty_ready_o    (unused_dirty_ready),
    .dirty_asid_i     ('0),
    .dirty_page_i     ('0),
    .dev_reset_i,
    .dev_reset_clean_i,
    .irq_o
  );

endmodule
