// SPDX-License-Identifier: Apache-2.0
//
// The block RAM of ECP5 as the vendor's library names it: ports and the parameters that this project sets, no
// behaviour. Synthesis takes it for what it is. Pins are described in Lattice's FPGA-TN-02204, the memory usage guide
// of ECP5.

(* blackbox *)
module DP16KD #(
  /// Bits of a word at port A: 1, 2, 4, 9, 18, or 36 with port B for reading
  parameter DATA_WIDTH_A = 18,
  /// Bits of a word at port B
  parameter DATA_WIDTH_B = 18,
  /// Port A: OUTREG for its output register, NOREG for none
  parameter REGMODE_A = "NOREG",
  /// Port B: the same
  parameter REGMODE_B = "NOREG",
  /// Port A: what it shows while it writes; NORMAL: what it showed before
  parameter WRITEMODE_A = "NORMAL",
  /// Port B: the same
  parameter WRITEMODE_B = "NORMAL",
  /// How RSTA and RSTB work, which are unused here
  parameter RESETMODE = "SYNC",
  /// How RSTA and RSTB end
  parameter ASYNC_RESET_RELEASE = "SYNC",
  /// Global set and reset
  parameter GSR = "DISABLED"
) (
  /// Port A: data in
  input  logic DIA0, DIA1, DIA2, DIA3, DIA4, DIA5, DIA6, DIA7, DIA8, DIA9, DIA10, DIA11, DIA12, DIA13, DIA14, DIA15,
               DIA16, DIA17,
  /// Port A: address, and what else DATA_WIDTH_A makes of its lowest pins
  input  logic ADA0, ADA1, ADA2, ADA3, ADA4, ADA5, ADA6, ADA7, ADA8, ADA9, ADA10, ADA11, ADA12, ADA13,
  /// Port A: clock
  input  logic CLKA,
  /// Port A: reads or writes; advances the output register; writes; reset
  input  logic CEA, OCEA, WEA, RSTA,
  /// Port A: chip select, compared with a parameter that is 0 by default
  input  logic CSA0, CSA1, CSA2,
  /// Port B: data in
  input  logic DIB0, DIB1, DIB2, DIB3, DIB4, DIB5, DIB6, DIB7, DIB8, DIB9, DIB10, DIB11, DIB12, DIB13, DIB14, DIB15,
               DIB16, DIB17,
  /// Port B: address, and what else DATA_WIDTH_B makes of its lowest pins
  input  logic ADB0, ADB1, ADB2, ADB3, ADB4, ADB5, ADB6, ADB7, ADB8, ADB9, ADB10, ADB11, ADB12, ADB13,
  /// Port B: clock
  input  logic CLKB,
  /// Port B: reads or writes; advances the output register; writes; reset
  input  logic CEB, OCEB, WEB, RSTB,
  /// Port B: chip select, compared with a parameter that is 0 by default
  input  logic CSB0, CSB1, CSB2,
  /// Port A: data out
  output logic DOA0, DOA1, DOA2, DOA3, DOA4, DOA5, DOA6, DOA7, DOA8, DOA9, DOA10, DOA11, DOA12, DOA13, DOA14, DOA15,
               DOA16, DOA17,
  /// Port B: data out
  output logic DOB0, DOB1, DOB2, DOB3, DOB4, DOB5, DOB6, DOB7, DOB8, DOB9, DOB10, DOB11, DOB12, DOB13, DOB14, DOB15,
               DOB16, DOB17
);

endmodule
