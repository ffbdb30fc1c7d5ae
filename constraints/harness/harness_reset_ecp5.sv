// SPDX-License-Identifier: Apache-2.0
//
// The reset of a harness, as harness_reset.sv has it, on one of the nets that reach everything in the same time. nextpnr
// gives them to clocks by itself, and to a reset only if it is asked.

module harness_reset (
  /// Clock
  input  logic clk_i,
  /// Reset of a pin, asynchronous, active low
  input  logic rst_ni,
  /// Reset of the core, active low
  output logic rst_no
);

  logic rst_n, rst;

  board_reset u_reset (
    .clk_i,
    .locked_i(rst_ni),
    .button_i(1'b0),
    .rst_no  (rst_n)
  );

  // Active high, as flip-flops take it: no LUT stands behind it.
  DCCA u_everywhere (
    .CLKI(!rst_n),
    .CE  (1'b1),
    .CLKO(rst)
  );
  assign rst_no = !rst;

endmodule
