// SPDX-License-Identifier: Apache-2.0
//
// UART transmitter: 8 bits, no parity, one stop bit.

module board_uart_tx #(
  /// Clocks of a bit
  parameter int unsigned DIVISOR = 50,
  /// Bits of a count of these clocks
  localparam int unsigned CountW = $clog2(DIVISOR)
) (
  /// Clock
  input  logic       clk_i,
  /// Asynchronous reset, active low
  input  logic       rst_ni,
  /// A byte to send
  input  logic       valid_i,
  /// It is taken
  output logic       ready_o,
  /// Which
  input  logic [7:0] data_i,
  /// The line
  output logic       tx_o
);

  logic [CountW-1:0] clocks_q;
  logic [3:0]        bits_q;   // bits left, start and stop among them
  logic [8:0]        shift_q;  // the line's bit is the lowest

  assign ready_o = bits_q == 4'd0;
  assign tx_o    = shift_q[0];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      clocks_q <= '0;
      bits_q   <= '0;
      shift_q  <= '1;
    end else if (ready_o) begin
      if (valid_i) begin
        clocks_q <= CountW'(DIVISOR - 1);
        bits_q   <= 4'd10;
        shift_q  <= {data_i, 1'b0};
      end
    end else if (clocks_q == '0) begin
      clocks_q <= CountW'(DIVISOR - 1);
      bits_q   <= bits_q - 4'd1;
      shift_q  <= {1'b1, shift_q[8:1]};
    end else begin
      clocks_q <= clocks_q - CountW'(1);
    end
  end

endmodule
