// SPDX-License-Identifier: Apache-2.0
//
// Everything that a board carries, but for its clock and its pins: the IOMMU with a DMA master before it and memory
// behind it, a UART for the host, and a self-test that needs no host.
//
//   UART -> uartbone --+                       +-> AXI4-Lite -> persimmon
//                      +-> arbiter -> decoder -+-> registers -> DMA master -> AXI4 -> persimmon -> AXI4 -> memory
//   script -> selftest +                       +-> window -------------------------------------------------^

module persimmon_board
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
  /// Clocks of a bit of the UART, at least 4
  parameter int unsigned DIVISOR = 50,
  /// Clocks of silence that end an unfinished frame of the host
  parameter int unsigned TIMEOUT = 5_000_000,
  /// Rounds of the self-test
  parameter int unsigned ROUNDS = 16,
  /// log2 of the clocks of half a blink
  parameter int unsigned BLINK_LOG2 = 23
) (
  /// Clock
  input  logic       clk_i,
  /// Asynchronous reset, active low; released synchronously to clk_i
  input  logic       rst_ni,
`ifdef PERSIMMON_BUGS
  /// Deliberate bug to show that the self-test sees it, 0 for none
  input  logic [7:0] bug_i,
`endif
  /// UART: from the host
  input  logic       rx_i,
  /// UART: to the host
  output logic       tx_o,
  /// LEDs, 1 is on; see board_leds
  output logic [7:0] led_o
);

  localparam int unsigned WordW = $clog2(MEM_KIB * 256);
  // Bits of an address between what a page of memory has and its end.
  localparam logic [AddrW-1:0] Absent = AddrW'((1 << iommu_pkg::PageLog2) - (1 << MEM_PAGE_LOG2));

  // --- host --------------------------------------------------------------------------------------------------------

  logic       rx_valid, tx_valid, tx_ready;
  logic [7:0] rx_data, tx_data;
  request_t   host_request, test_request, request;
  reply_t     host_reply, test_reply, reply;
  logic       by_host;

  board_uart_rx #(
    .DIVISOR(DIVISOR)
  ) u_rx (
    .clk_i,
    .rst_ni,
    .rx_i,
    .valid_o(rx_valid),
    .data_o (rx_data)
  );

  board_uart_tx #(
    .DIVISOR(DIVISOR)
  ) u_tx (
    .clk_i,
    .rst_ni,
    .valid_i(tx_valid),
    .ready_o(tx_ready),
    .data_i (tx_data),
    .tx_o
  );

  board_uartbone #(
    .TIMEOUT(TIMEOUT)
  ) u_uartbone (
    .clk_i,
    .rst_ni,
    .rx_valid_i(rx_valid),
    .rx_data_i (rx_data),
    .tx_valid_o(tx_valid),
    .tx_ready_i(tx_ready),
    .tx_data_o (tx_data),
    .request_o (host_request),
    .reply_i   (host_reply)
  );

  // --- self-test ---------------------------------------------------------------------------------------------------

  test_e       test_state;
  logic        test_start, test_stop;
  logic [7:0]  test_round;
  logic [6:0]  test_step;
  logic [31:0] test_got;

  board_selftest #(
    .FULL    (FULL),
    .ROUNDS  (ROUNDS),
    .IOVA_W  (IOVA_W),
    .MEM_BASE(MEM_BASE)
  ) u_selftest (
    .clk_i,
    .rst_ni,
    .start_i  (test_start),
    .stop_i   (test_stop),
    .state_o  (test_state),
    .round_o  (test_round),
    .step_o   (test_step),
    .got_o    (test_got),
    .request_o(test_request),
    .reply_i  (test_reply)
  );

  // --- bus ---------------------------------------------------------------------------------------------------------

  typedef enum logic [1:0] {
    ToIommu,
    ToRegisters,
    ToMemory,
    ToNobody
  } to_e;

  to_e      to;
  request_t to_iommu, to_registers;
  reply_t   from_iommu, from_registers;
  logic     win_valid, win_done;
  logic [31:0] win_data;

  board_arb u_arb (
    .clk_i,
    .rst_ni,
    .host_i   (host_request),
    .host_o   (host_reply),
    .test_i   (test_request),
    .test_o   (test_reply),
    .request_o(request),
    .by_host_o(by_host),
    .reply_i  (reply)
  );

  // What board_system leaves out of the IOMMU's registers.
  logic absent;
  assign absent = !FULL && request.addr[9];

  always_comb begin
    if (request.addr[AddrW-1:10] == RegArgIova[AddrW-1:10]) to = absent ? ToNobody : ToIommu;
    else if (request.addr[AddrW-1:10] == RegBoardId[AddrW-1:10]) to = ToRegisters;
    else if (request.addr[AddrW-1:WordW+2] == MemoryWindow[AddrW-1:WordW+2] && (request.addr & Absent) == '0) to = ToMemory;
    else to = ToNobody;

    to_iommu           = request;
    to_iommu.valid     = request.valid && to == ToIommu;
    to_registers       = request;
    to_registers.valid = request.valid && to == ToRegisters;
    win_valid          = request.valid && to == ToMemory;
  end

  always_comb begin
    unique case (to)
      ToIommu:     reply = from_iommu;
      ToRegisters: reply = from_registers;
      ToMemory:    reply = '{done: win_done, resp: RespOkay, data: win_data};
      default:     reply = '{done: request.valid, resp: RespDecerr, data: '0};
    endcase
  end

  logic        core_rst_n, dev_reset, dev_reset_clean;
  logic        dma_start;
  dma_ctrl_t   dma_ctrl;
  logic [IOVA_W-1:0] dma_iova;
  logic [63:0] dma_pa;
  logic [31:0] dma_data, dma_read;
  dma_status_t dma_status;
  logic [8:0]  dma_beats;
  logic [3:0]  fault;

  board_regs #(
    .IOVA_W       (IOVA_W),
    .MEM_KIB      (MEM_KIB),
    .MEM_PAGE_LOG2(MEM_PAGE_LOG2),
    .MEM_BASE     (MEM_BASE)
  ) u_regs (
    .clk_i,
    .rst_ni,
    .request_i        (to_registers),
    .reply_o          (from_registers),
    .host_done_i      (request.valid && reply.done && by_host),
    .host_write_i     (request.write),
    .host_addr_i      (request.addr),
    .host_resp_i      (reply.resp),
    .core_rst_no      (core_rst_n),
    .dev_reset_o      (dev_reset),
    .dev_reset_clean_o(dev_reset_clean),
    .test_start_o     (test_start),
    .test_stop_o      (test_stop),
    .test_state_i     (test_state),
    .test_round_i     (test_round),
    .test_step_i      (test_step),
    .test_got_i       (test_got),
    .dma_start_o      (dma_start),
    .dma_ctrl_o       (dma_ctrl),
    .dma_iova_o       (dma_iova),
    .dma_data_o       (dma_data),
    .dma_status_i     (dma_status),
    .dma_beats_i      (dma_beats),
    .dma_read_i       (dma_read),
    .dma_pa_i         (dma_pa),
    .fault_i          (fault)
  );

  logic reached, irq;

  board_system #(
    .FULL       (FULL),
    .ENTRIES    (ENTRIES),
    .ASIDS      (ASIDS),
    .GROUPS     (GROUPS),
    .DEVICES    (DEVICES),
    .IOVA_W     (IOVA_W),
    .PA_W       (PA_W),
    .K          (K),
    .B          (B),
    .OUTSTANDING(OUTSTANDING),
    .FAULT_DEPTH(FAULT_DEPTH),
    .DIRTY_PAGES(DIRTY_PAGES),
    .PARITY     (PARITY),
    .AXI_USER_W (AXI_USER_W),
    .MEM_KIB    (MEM_KIB),
    .MEM_PAGE_LOG2(MEM_PAGE_LOG2),
    .MEM_BASE   (MEM_BASE)
  ) u_system (
    .clk_i,
    .rst_ni           (core_rst_n),
`ifdef PERSIMMON_BUGS
    .bug_i,
`endif
    .request_i        (to_iommu),
    .reply_o          (from_iommu),
    .dev_reset_i      (dev_reset),
    .dev_reset_clean_i(dev_reset_clean),
    .irq_o            (irq),
    .dma_start_i      (dma_start),
    .dma_ctrl_i       (dma_ctrl),
    .dma_iova_i       (dma_iova),
    .dma_data_i       (dma_data),
    .dma_status_o     (dma_status),
    .dma_beats_o      (dma_beats),
    .dma_read_o       (dma_read),
    .dma_pa_o         (dma_pa),
    .fault_o          (fault),
    .reached_o        (reached),
    .win_valid_i      (win_valid),
    .win_write_i      (request.write),
    .win_word_i       (request.addr[WordW+1:2]),
    .win_data_i       (request.data),
    .win_done_o       (win_done),
    .win_data_o       (win_data)
  );

  // --- LEDs --------------------------------------------------------------------------------------------------------

  board_leds #(
    .BLINK_LOG2(BLINK_LOG2)
  ) u_leds (
    .clk_i,
    .rst_ni,
    .test_i   (test_state),
    .host_i   (rx_valid),
    .reached_i(reached),
    .refused_i(dma_status.done && !dma_status.reached),
    .irq_i    (irq),
    .led_o
  );

  if (ASIDS < 2 || GROUPS < 2) begin : g_bad_spaces
    $error("persimmon_board: ASIDS = %0d, GROUPS = %0d; the self-test needs two of each", ASIDS, GROUPS);
  end
  if (MEM_KIB < 8) begin : g_bad_memory
    $error("persimmon_board: MEM_KIB = %0d; the self-test needs two pages", MEM_KIB);
  end

endmodule
