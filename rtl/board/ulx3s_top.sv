// SPDX-License-Identifier: Apache-2.0
//
// ULX3S with an LFE5U-85F: 25 MHz oscillator, FT231X as the UART, eight LEDs. constraints/ulx3s.lpf has the pins. FIRE1
// resets all of it.

module ulx3s_top #(
  /// Clock in MHz: 50, 75 or 100
  parameter int unsigned MHZ = 50,
  /// Bits per second of the UART
  parameter int unsigned BAUD = 1_000_000,
  /// Entries of the table, all address spaces together
  parameter int unsigned ENTRIES = 2048,
  /// Search radix
  parameter int unsigned K = 8
) (
  /// Oscillator, 25 MHz
  input  logic       clk_25mhz,
  /// FIRE1; 1 is pressed
  input  logic       btn_fire1,
  /// UART: from the host
  input  logic       ftdi_txd,
  /// UART: to the host
  output logic       ftdi_rxd,
  /// GPIO0 of the Wi-Fi module; low would reset the board into that module's loader
  output logic       wifi_gpio0,
  /// LEDs, 1 is on
  output logic [7:0] led
);

  // 400 to 800 MHz inside, where the output divider takes it back down.
  localparam int unsigned VcoMhz = 600;
  localparam int unsigned Clkop = VcoMhz / MHZ;

  logic clk, locked, rst_n;

  (* FREQUENCY_PIN_CLKI = "25", ICP_CURRENT = "12", LPF_RESISTOR = "8" *)
  EHXPLLL #(
    .CLKI_DIV       (1),
    .CLKFB_DIV      (MHZ / 25),
    .CLKOP_DIV      (Clkop),
    .CLKOP_ENABLE   ("ENABLED"),
    .CLKOP_CPHASE   (Clkop / 2 - 1),
    .CLKOP_FPHASE   (0),
    .FEEDBK_PATH    ("CLKOP"),
    .OUTDIVIDER_MUXA("DIVA"),
    .OUTDIVIDER_MUXB("DIVB"),
    .OUTDIVIDER_MUXC("DIVC"),
    .OUTDIVIDER_MUXD("DIVD"),
    .STDBY_ENABLE   ("DISABLED"),
    .PLLRST_ENA     ("DISABLED"),
    .INTFB_WAKE     ("DISABLED"),
    .DPHASE_SOURCE  ("DISABLED")
  ) u_pll (
    .CLKI        (clk_25mhz),
    .CLKFB       (clk),
    .PHASESEL0   (1'b0),
    .PHASESEL1   (1'b0),
    .PHASEDIR    (1'b0),
    .PHASESTEP   (1'b0),
    .PHASELOADREG(1'b0),
    .STDBY       (1'b0),
    .PLLWAKESYNC (1'b0),
    .RST         (1'b0),
    .ENCLKOP     (1'b0),
    .CLKOP       (clk),
    .LOCK        (locked)
  );

  board_reset u_reset (
    .clk_i   (clk),
    .locked_i(locked),
    .button_i(btn_fire1),
    .rst_no  (rst_n)
  );

  persimmon_board #(
    .ENTRIES    (ENTRIES),
    .ASIDS      (16),
    .GROUPS     (16),
    .DEVICES    (1),
    .IOVA_W     (64),
    .PA_W       (64),
    .K          (K),
    .OUTSTANDING(16),
    .FAULT_DEPTH(64),
    .MEM_KIB    (32),
    .MEM_BASE   (64'h20_0000_0000),
    .DIVISOR    (MHZ * 1_000_000 / BAUD),
    .TIMEOUT    (MHZ * 100_000),
    .ROUNDS     (64),
    .BLINK_LOG2 (23)
  ) u_board (
    .clk_i (clk),
    .rst_ni(rst_n),
`ifdef PERSIMMON_BUGS
    .bug_i ('0),
`endif
    .rx_i  (ftdi_txd),
    .tx_o  (ftdi_rxd),
    .led_o (led)
  );

  assign wifi_gpio0 = 1'b1;

  if (MHZ != 50 && MHZ != 75 && MHZ != 100) begin : g_bad_clock
    $error("ulx3s_top: MHZ = %0d; 50, 75 or 100", MHZ);
  end

endmodule
