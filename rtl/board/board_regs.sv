// SPDX-License-Identifier: Apache-2.0
//
// The board's registers: who it is, reset and self-test, the last bus error, and the DMA master. docs/boards.md has
// their fields.

module board_regs
  import board_pkg::*;
  import iommu_axi_pkg::*;
#(
  /// Bits of an IOVA
  parameter int unsigned IOVA_W = 64,
  /// Size of memory in KiB
  parameter int unsigned MEM_KIB = 8,
  /// log2 of the bytes that memory really has of each page
  parameter int unsigned MEM_PAGE_LOG2 = 12,
  /// Physical address of memory
  parameter logic [63:0] MEM_BASE = '0,
  /// Clocks of a reset by CTRL
  localparam int unsigned ResetClocks = 8
) (
  /// Clock
  input  logic        clk_i,
  /// Asynchronous reset, active low
  input  logic        rst_ni,
  /// An access of these registers
  input  request_t    request_i,
  /// Its answer
  output reply_t      reply_o,

  /// An access of the host, to whatever it was, is answered in this clock
  input  logic        host_done_i,
  /// It wrote
  input  logic        host_write_i,
  /// Where
  input  logic [15:0] host_addr_i,
  /// Its answer
  input  logic [1:0]  host_resp_i,

  /// Resets IOMMU, DMA master and memory, active low; from a flip-flop
  output logic        core_rst_no,
  /// Pulse of dev_reset_i of device 0
  output logic        dev_reset_o,
  /// With it: the CLEAN_MAP flag
  output logic        dev_reset_clean_o,

  /// Pulse: start the self-test
  output logic        test_start_o,
  /// Pulse: stop it
  output logic        test_stop_o,
  /// How far it is
  input  test_e       test_state_i,
  /// Rounds that have passed
  input  logic [7:0]  test_round_i,
  /// Its step
  input  logic [6:0]  test_step_i,
  /// What it read last
  input  logic [31:0] test_got_i,

  /// Pulse: make a burst
  output logic        dma_start_o,
  /// Which
  output dma_ctrl_t   dma_ctrl_o,
  /// First byte
  output logic [IOVA_W-1:0] dma_iova_o,
  /// First word of its pattern
  output logic [31:0] dma_data_o,
  /// What came of it
  input  dma_status_t dma_status_i,
  /// Beats
  input  logic [8:0]  dma_beats_i,
  /// First beat that was read
  input  logic [31:0] dma_read_i,
  /// Address that came out of the IOMMU
  input  logic [63:0] dma_pa_i,
  /// Why it was refused; 0 if the data path does not tell
  input  logic [3:0]  fault_i
);

  logic [3:0]  reset_q;     // clocks of reset left
  logic        core_rst_nq;
  logic [IOVA_W-1:0] iova_q;
  logic [63:0] iova;
  logic [31:0] data_q;
  logic [7:0]  errors_q;
  logic [15:0] error_addr_q;
  logic        error_write_q;
  logic [1:0]  error_resp_q;

  logic        write, ctrl, resetting, known, writable, busy;
  logic [31:0] value;

  assign iova      = 64'(iova_q);
  assign write     = request_i.valid && request_i.write;
  assign ctrl      = write && request_i.addr == RegBoardCtrl;
  assign busy      = dma_status_i.busy;
  // A reset is over when its write is answered.
  assign resetting = ctrl && request_i.data[CtrlReset] && reset_q != 4'd1;

  always_comb begin
    known    = 1'b1;
    writable = 1'b0;
    value    = '0;
    unique case (request_i.addr)
      RegBoardId:    value = BoardId;
      RegBoardInfo:  value = {8'(MEM_PAGE_LOG2), 8'(MEM_KIB), BoardMajor, BoardMinor};
      RegBoardCtrl:  writable = 1'b1;
      RegBusError: begin
        value    = {error_addr_q, 5'd0, error_resp_q, error_write_q, errors_q};
        writable = 1'b1;
      end
      RegTestStatus: value = {9'd0, test_step_i, test_round_i, 6'd0, test_state_i};
      RegTestGot:    value = test_got_i;
      RegMemBase:    value = MEM_BASE[31:0];
      RegMemBaseHi:  value = MEM_BASE[63:32];
      RegDmaIova: begin
        value    = iova[31:0];
        writable = !busy;
      end
      RegDmaIovaHi: begin
        value    = iova[63:32];
        writable = !busy;
      end
      RegDmaData: begin
        value    = data_q;
        writable = 1'b1;
      end
      RegDmaCtrl:   writable = !busy;
      RegDmaStatus: value = {fault_i, 11'd0, dma_beats_i, dma_status_i};
      RegDmaRead:   value = dma_read_i;
      RegDmaPa:     value = dma_pa_i[31:0];
      RegDmaPaHi:   value = dma_pa_i[63:32];
      default:      known = 1'b0;
    endcase
  end

  assign reply_o.done = request_i.valid && !resetting;
  assign reply_o.resp = !known ? RespDecerr : (request_i.write && !writable) ? RespSlverr : RespOkay;
  assign reply_o.data = value;

  assign core_rst_no       = core_rst_nq;
  assign dev_reset_o       = ctrl && reply_o.done && request_i.data[CtrlDevice];
  assign dev_reset_clean_o = request_i.data[CtrlClean];
  assign test_start_o      = ctrl && reply_o.done && request_i.data[CtrlTest];
  assign test_stop_o       = ctrl && reply_o.done && request_i.data[CtrlStop];
  assign dma_start_o       = write && request_i.addr == RegDmaCtrl && !busy;
  assign dma_ctrl_o        = dma_ctrl_t'(request_i.data);
  assign dma_iova_o        = iova_q;
  assign dma_data_o        = data_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      core_rst_nq <= 1'b0;
      reset_q     <= '0;
      errors_q    <= '0;
    end else begin
      core_rst_nq <= reset_q == '0;
      if (reset_q != '0) reset_q <= reset_q - 4'd1;
      else if (resetting) reset_q <= 4'(ResetClocks);

      if (write && request_i.addr == RegBusError) errors_q <= '0;
      else if (host_done_i && host_resp_i != RespOkay && errors_q != '1) errors_q <= errors_q + 8'd1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (write && !busy) begin
      if (request_i.addr == RegDmaIova) iova_q <= IOVA_W'({iova[63:32], request_i.data});
      if (request_i.addr == RegDmaIovaHi) iova_q <= IOVA_W'({request_i.data, iova[31:0]});
    end
    if (write && request_i.addr == RegDmaData) data_q <= request_i.data;
    // The first error is the one to look at.
    if (host_done_i && host_resp_i != RespOkay && errors_q == '0) begin
      error_addr_q  <= host_addr_i;
      error_write_q <= host_write_i;
      error_resp_q  <= host_resp_i;
    end
  end

endmodule
