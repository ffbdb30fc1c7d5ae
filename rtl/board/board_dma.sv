// SPDX-License-Identifier: Apache-2.0
//
// A DMA master that makes one INCR burst when it is told to: an access through the IOMMU as a device would make it,
// and what came of it.
//
// The data are a pattern: the first beat is DATA as written, each later one follows by pattern_next. A read is compared
// with it, lane by lane, so that a single beat can carry anything, and many beats need no buffer. The address that
// came out of the IOMMU for the burst is kept, which is how the host knows where an access went.

module board_dma
  import board_pkg::*;
  import iommu_axi_pkg::*;
#(
  /// Bits of an IOVA
  parameter int unsigned IOVA_W = 64,
  /// Bits of a physical address
  parameter int unsigned PA_W = 64,
  /// Bits of AxID
  parameter int unsigned ID_W = 1,
  /// Bits of AxUSER
  parameter int unsigned USER_W = 8
) (
  /// Clock
  input  logic              clk_i,
  /// Asynchronous reset, active low
  input  logic              rst_ni,

  /// Make a burst; not while busy
  input  logic              start_i,
  /// Which
  input  dma_ctrl_t         ctrl_i,
  /// First byte; held while busy
  input  logic [IOVA_W-1:0] iova_i,
  /// The pattern's first word
  input  logic [31:0]       data_i,
  /// What came of it
  output dma_status_t       status_o,
  /// Beats answered; of a write, those sent
  output logic [8:0]        beats_o,
  /// First beat that was read
  output logic [31:0]       read_o,
  /// Address that came out of the IOMMU
  output logic [63:0]       pa_o,

  /// The IOMMU's address to memory: it is taken, in this clock
  input  logic              reached_i,
  /// Which
  input  logic [PA_W-1:0]   reached_pa_i,

  /// AWVALID
  output logic              m_axi_awvalid_o,
  /// AWREADY
  input  logic              m_axi_awready_i,
  /// WVALID
  output logic              m_axi_wvalid_o,
  /// WREADY
  input  logic              m_axi_wready_i,
  /// WDATA
  output logic [31:0]       m_axi_wdata_o,
  /// WSTRB
  output logic [3:0]        m_axi_wstrb_o,
  /// WLAST
  output logic              m_axi_wlast_o,
  /// BVALID
  input  logic              m_axi_bvalid_i,
  /// BREADY
  output logic              m_axi_bready_o,
  /// BRESP
  input  logic [1:0]        m_axi_bresp_i,
  /// ARVALID
  output logic              m_axi_arvalid_o,
  /// ARREADY
  input  logic              m_axi_arready_i,
  /// RVALID
  input  logic              m_axi_rvalid_i,
  /// RREADY
  output logic              m_axi_rready_o,
  /// RDATA
  input  logic [31:0]       m_axi_rdata_i,
  /// RRESP
  input  logic [1:0]        m_axi_rresp_i,
  /// RLAST
  input  logic              m_axi_rlast_i,
  /// AxID, of both directions
  output logic [ID_W-1:0]   m_axi_axid_o,
  /// AxADDR
  output logic [IOVA_W-1:0] m_axi_axaddr_o,
  /// AxLEN
  output logic [7:0]        m_axi_axlen_o,
  /// AxSIZE
  output logic [2:0]        m_axi_axsize_o,
  /// AxUSER
  output logic [USER_W-1:0] m_axi_axuser_o
);

  typedef enum logic [2:0] {
    Idle,
    Address,
    WriteData,
    WriteAnswer,
    ReadData
  } state_e;

  state_e      state_q;
  dma_ctrl_t   ctrl_q;
  dma_status_t status_q;
  logic [PA_W-1:0] pa_q;
  logic [31:0] pattern_q, read_q;
  logic [8:0]  beats_q;
  logic [1:0]  lane_q;    // address of the beat within the word
  logic [3:0]  lanes;     // what the beat covers
  logic        beat, last, ended;
  logic [1:0]  resp;

  // A beat goes from its address to the next multiple of its size; only the first can begin in between.
  always_comb begin
    unique case (ctrl_q.size[1:0])
      2'd0:    lanes = 4'b0001 << lane_q;
      2'd1:    lanes = (4'b1111 << lane_q) & (lane_q[1] ? 4'b1100 : 4'b0011);
      default: lanes = 4'b1111 << lane_q;
    endcase
  end

  assign last  = beats_q[7:0] == ctrl_q.len;
  assign beat  = (m_axi_wvalid_o && m_axi_wready_i) || (m_axi_rvalid_i && m_axi_rready_o);
  assign ended = (m_axi_bvalid_i && m_axi_bready_o) || (m_axi_rvalid_i && m_axi_rready_o && m_axi_rlast_i);
  assign resp  = ctrl_q.write ? m_axi_bresp_i : m_axi_rresp_i;

  assign m_axi_awvalid_o = state_q == Address && ctrl_q.write;
  assign m_axi_arvalid_o = state_q == Address && !ctrl_q.write;
  assign m_axi_axid_o    = '0;
  assign m_axi_axaddr_o  = iova_i;
  assign m_axi_axlen_o   = ctrl_q.len;
  assign m_axi_axsize_o  = ctrl_q.size;
  assign m_axi_axuser_o  = USER_W'(ctrl_q.user);
  assign m_axi_wvalid_o  = state_q == WriteData;
  assign m_axi_wdata_o   = pattern_q;
  assign m_axi_wstrb_o   = lanes & ctrl_q.strobes;
  assign m_axi_wlast_o   = last;
  assign m_axi_bready_o  = state_q == WriteAnswer;
  assign m_axi_rready_o  = state_q == ReadData;

  assign status_o = status_q;
  assign beats_o  = beats_q;
  assign read_o   = read_q;
  assign pa_o     = 64'(pa_q);

  logic [31:0] differs;
  for (genvar i = 0; i < 4; i++) begin : g_differs
    assign differs[8*i+:8] = lanes[i] ? m_axi_rdata_i[8*i+:8] ^ pattern_q[8*i+:8] : '0;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q  <= Idle;
      status_q <= '0;
    end else begin
      unique case (state_q)
        Idle: if (start_i) begin
          state_q       <= Address;
          status_q      <= '0;
          status_q.busy <= 1'b1;
        end
        Address: begin
          if (m_axi_awvalid_o && m_axi_awready_i) state_q <= WriteData;
          if (m_axi_arvalid_o && m_axi_arready_i) state_q <= ReadData;
        end
        WriteData: if (beat && last) state_q <= WriteAnswer;
        WriteAnswer, ReadData: if (ended) begin
          state_q       <= Idle;
          status_q.busy <= 1'b0;
          status_q.done <= 1'b1;
        end
        default: state_q <= Idle;
      endcase
      if (reached_i) status_q.reached <= 1'b1;
      if ((m_axi_bready_o && m_axi_bvalid_i) || (m_axi_rready_o && m_axi_rvalid_i)) begin
        if (status_q.resp == RespOkay) status_q.resp <= resp;
      end
      if (m_axi_rready_o && m_axi_rvalid_i && resp == RespOkay && differs != '0) status_q.mismatch <= 1'b1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (state_q == Idle && start_i) begin
      ctrl_q    <= ctrl_i;
      pattern_q <= data_i;
      beats_q   <= '0;
      lane_q    <= iova_i[1:0];
      pa_q      <= '0;
    end else if (beat) begin
      pattern_q <= pattern_next(pattern_q);
      beats_q   <= beats_q + 9'd1;
      lane_q    <= (lane_q & ~2'((3'd1 << ctrl_q.size[1:0]) - 3'd1)) + 2'(3'd1 << ctrl_q.size[1:0]);
      if (beats_q == '0) read_q <= m_axi_rdata_i;
    end
    if (reached_i) pa_q <= reached_pa_i;
  end

  logic unused;
  assign unused = ^{ctrl_q.unused, ctrl_q.reserved, ctrl_q.user};

endmodule
