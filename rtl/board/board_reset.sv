// SPDX-License-Identifier: Apache-2.0
//
// Reset of a board: active as soon as the clock is not good or the button is pressed, released with the clock.

module board_reset (
  /// Clock
  input  logic clk_i,
  /// The clock is stable, asynchronous
  input  logic locked_i,
  /// Button, asynchronous; 1 is pressed
  input  logic button_i,
  /// Reset, active low
  output logic rst_no
);

  logic [2:0] released_q;
  logic       rst_nq;
  logic       good;

  assign good   = locked_i && !button_i;
  assign rst_no = rst_nq;

  always_ff @(posedge clk_i or negedge good) begin
    if (!good) begin
      released_q <= '0;
      rst_nq     <= 1'b0;
    end else begin
      released_q <= {released_q[1:0], 1'b1};
      rst_nq     <= released_q[2];
    end
  end

endmodule
