// SPDX-License-Identifier: Apache-2.0
//
// ECP5: the way onto a global net as its users see it. Yosys and nextpnr know what is inside; FPGA-TN-02200 describes it.

(* blackbox *)
module DCCA (
  /// What goes onto the net
  input  logic CLKI,
  /// Enable
  input  logic CE,
  /// The net
  output logic CLKO
);
endmodule
