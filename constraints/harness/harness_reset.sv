// SPDX-License-Identifier: Apache-2.0
//
// The reset of a harness: it ends with the clock, as around any core, so the way from it to the flip-flops counts in the
// clock rate as all others do.

module harness_reset (
  /// Clock
  input  logic clk_i,
  /// Reset of a pin, asynchronous, active low
  input  logic rst_ni,
  /// Reset of the core, active low
  output logic rst_no
);

  board_reset u_reset (
    .clk_i,
    .locked_i(rst_ni),
    .button_i(1'b0),
    .rst_no
  );

endmodule
