// SPDX-License-Identifier: Apache-2.0
//
// iCE40: the PLL as its users see it. Yosys and nextpnr know what is inside; FPGA-TN-02052 describes it.

(* blackbox *)
module SB_PLL40_CORE #(
  /// Where the feedback comes from
  parameter string FEEDBACK_PATH = "SIMPLE",
  /// Which clock comes out
  parameter string PLLOUT_SELECT = "GENCLK",
  /// Divider of the reference, minus one
  parameter logic [3:0] DIVR = 4'd0,
  /// Divider of the feedback, minus one
  parameter logic [6:0] DIVF = 7'd0,
  /// log2 of the divider of the output
  parameter logic [2:0] DIVQ = 3'd0,
  /// Filter, by the frequency behind DIVR
  parameter logic [2:0] FILTER_RANGE = 3'd0
) (
  /// Reference, from the fabric
  input  logic REFERENCECLK,
  /// Output on a global network
  output logic PLLOUTGLOBAL,
  /// It is stable
  output logic LOCK,
  /// Output is the reference
  input  logic BYPASS,
  /// Reset, active low
  input  logic RESETB
);
endmodule
