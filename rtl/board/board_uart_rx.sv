// SPDX-License-Identifier: Apache-2.0
//
// UART receiver: 8 bits, no parity, one stop bit, each bit sampled in its middle. A byte without its stop bit is
// dropped: what came was not a byte.

module board_uart_rx #(
  /// Clocks of a bit, at least 4
  parameter int unsigned DIVISOR = 50,
  /// Bits of a count of these clocks
  localparam int unsigned CountW = $clog2(DIVISOR)
) (
  /// Clock
  input  logic       clk_i,
  /// Asynchronous reset, active low
  input  logic       rst_ni,
  /// The line, asynchronous
  input  logic       rx_i,
  /// A byte has come; one clock, cannot be held
  output logic       valid_o,
  /// Which
  output logic [7:0] data_o
);

  // The line is high when idle, and after reset it counts as idle.
  logic [1:0]        sync_q;
  logic              line;
  logic              busy_q;
  logic [CountW-1:0] clocks_q;
  logic [3:0]        bits_q;
  logic [7:0]        data_q;
  logic              sample;

  assign line   = sync_q[1];
  assign sample = clocks_q == '0;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) sync_q <= '1;
    else sync_q <= {sync_q[0], rx_i};
  end

  // From the edge of the start bit half a bit to its middle, then a bit at a time.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      busy_q   <= 1'b0;
      clocks_q <= '0;
      bits_q   <= '0;
    end else if (!busy_q) begin
      busy_q   <= !line;
      clocks_q <= CountW'(DIVISOR / 2 - 1);
      bits_q   <= '0;
    end else if (sample) begin
      clocks_q <= CountW'(DIVISOR - 1);
      bits_q   <= bits_q + 4'd1;
      // A start bit that is over by its middle was a spike.
      if (bits_q == 4'd9 || (bits_q == 4'd0 && line)) busy_q <= 1'b0;
    end else begin
      clocks_q <= clocks_q - CountW'(1);
    end
  end

  always_ff @(posedge clk_i) begin
    if (busy_q && sample && bits_q != 4'd9) data_q <= {line, data_q[7:1]};
  end

  assign valid_o = busy_q && sample && bits_q == 4'd9 && line;
  assign data_o  = data_q;

  if (DIVISOR < 4) begin : g_bad_divisor
    $error("board_uart_rx: DIVISOR = %0d; at least 4, or there is no middle of a bit", DIVISOR);
  end

endmodule
