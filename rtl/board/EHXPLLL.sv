// SPDX-License-Identifier: Apache-2.0
//
// ECP5: the PLL as its users see it. Yosys and nextpnr know what is inside; FPGA-TN-02200 describes it.

(* blackbox *)
module EHXPLLL #(
  /// Divider of the reference
  parameter int CLKI_DIV = 1,
  /// Divider of the feedback
  parameter int CLKFB_DIV = 1,
  /// Divider of the primary output
  parameter int CLKOP_DIV = 8,
  /// Whether there is one
  parameter string CLKOP_ENABLE = "ENABLED",
  /// Coarse phase of it
  parameter int CLKOP_CPHASE = 0,
  /// Fine phase of it
  parameter int CLKOP_FPHASE = 0,
  /// Where the feedback comes from
  parameter string FEEDBK_PATH = "CLKOP",
  /// Multiplexer of the primary output
  parameter string OUTDIVIDER_MUXA = "DIVA",
  /// Multiplexer of the second output
  parameter string OUTDIVIDER_MUXB = "DIVB",
  /// Multiplexer of the third output
  parameter string OUTDIVIDER_MUXC = "DIVC",
  /// Multiplexer of the fourth output
  parameter string OUTDIVIDER_MUXD = "DIVD",
  /// Standby input
  parameter string STDBY_ENABLE = "DISABLED",
  /// Reset input
  parameter string PLLRST_ENA = "DISABLED",
  /// Internal feedback after waking up
  parameter string INTFB_WAKE = "DISABLED",
  /// Dynamic phase
  parameter string DPHASE_SOURCE = "DISABLED"
) (
  /// Reference
  input  logic CLKI,
  /// Feedback
  input  logic CLKFB,
  /// Phase select
  input  logic PHASESEL0,
  /// Phase select
  input  logic PHASESEL1,
  /// Phase direction
  input  logic PHASEDIR,
  /// Phase step
  input  logic PHASESTEP,
  /// Phase load
  input  logic PHASELOADREG,
  /// Standby
  input  logic STDBY,
  /// Synchronous wake up
  input  logic PLLWAKESYNC,
  /// Reset
  input  logic RST,
  /// Enable of the primary output
  input  logic ENCLKOP,
  /// Primary output
  output logic CLKOP,
  /// It is stable
  output logic LOCK
);
endmodule
