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

  // Flip-flops of these FPGAs are reset by a 1. The last one here is kept that way: otherwise a LUT to invert it would
  // stand between it and all of them.
  logic [2:0] released_q;
  logic       rst_q;
  logic       good;

  assign good   = locked_i && !button_i;
  assign rst_no = !rst_q;

  always_ff @(posedge clk_i or negedge good) begin
    if (!good) begin
      released_q <= '0;
      rst_q      <= 1'b1;
    end else begin
      released_q <= {released_q[1:0], 1'b1};
      rst_q      <= !released_q[2];
    end
  end

endmodule
