// SPDX-License-Identifier: Apache-2.0
//
// iCE40HX-8K Breakout Board (iCE40HX8K-B-EVN): 12 MHz oscillator, FT2232H as the UART, eight LEDs. constraints/hx8k.pcf
// has the pins. There is no button: the board resets when it is configured, and by its UART.
//
// The device is small, so the data path is board_lite, a device's addresses have 32 bits and memory's 20, and what a small
// configuration can do without is left out.

module hx8k_top #(
  /// Bits per second of the UART
  parameter int unsigned BAUD = 1_000_000,
  /// Entries of the table, all address spaces together
  parameter int unsigned ENTRIES = 16
) (
  /// Oscillator, 12 MHz
  input  logic       clk_12mhz,
  /// UART: from the host
  input  logic       rx,
  /// UART: to the host
  output logic       tx,
  /// LEDs, 1 is on
  output logic [7:0] led
);

  // 12 MHz * 48 / 2^5.
  localparam int unsigned ClockHz = 18_000_000;

  logic clk, locked, rst_n;

  SB_PLL40_CORE #(
    .FEEDBACK_PATH("SIMPLE"),
    .PLLOUT_SELECT("GENCLK"),
    .DIVR         (4'd0),
    .DIVF         (7'd47),
    .DIVQ         (3'd5),
    .FILTER_RANGE (3'd1)
  ) u_pll (
    .REFERENCECLK(clk_12mhz),
    .PLLOUTGLOBAL(clk),
    .LOCK        (locked),
    .BYPASS      (1'b0),
    .RESETB      (1'b1)
  );

  board_reset u_reset (
    .clk_i   (clk),
    .locked_i(locked),
    .button_i(1'b0),
    .rst_no  (rst_n)
  );

  persimmon_board #(
    .FULL       (1'b0),
    .ENTRIES    (ENTRIES),
    .ASIDS      (2),
    .GROUPS     (2),
    .DEVICES    (1),
    .IOVA_W     (32),
    .PA_W       (20),
    .K          (4),
    .B          (1),
    .FAULT_DEPTH(4),
    .PARITY     (1'b0),
    .MEM_KIB    (8),
    .MEM_PAGE_LOG2(9),
    .MEM_BASE   (64'h4_0000),
    .DIVISOR    (ClockHz / BAUD),
    .TIMEOUT    (ClockHz / 10),
    .ROUNDS     (64),
    .BLINK_LOG2 (21)
  ) u_board (
    .clk_i (clk),
    .rst_ni(rst_n),
`ifdef PERSIMMON_BUGS
    .bug_i ('0),
`endif
    .rx_i  (rx),
    .tx_o  (tx),
    .led_o (led)
  );

endmodule
