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

  logic [3:0] released_q;
  logic       good;

  assign good   = locked_i && !button_i;
  assign rst_no = released_q[3];

  always_ff @(posedge clk_i or negedge good) begin
    if (!good) released_q <= '0;
    else released_q <= {released_q[2:0], 1'b1};
  end

endmodule
