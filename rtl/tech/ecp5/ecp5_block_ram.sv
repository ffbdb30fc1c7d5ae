// SPDX-License-Identifier: Apache-2.0
//
// One DP16KD with its output registers on, its pins as vectors. The output register is why the memories of this
// project are written for each technology: without it the block RAM of ECP5 takes 5.6 ns from the clock to its
// outputs, with it less than one.

module ecp5_block_ram #(
  /// Bits of a word: 1, 2, 4, 9 or 18; 36 for a write port A and a read port B, which share the data pins
  parameter int unsigned DATA_W = 18
) (
  /// Clock
  input  logic        clk_i,
  /// Port A: reads or writes
  input  logic        a_en_i,
  /// Port A: advances its output register
  input  logic        a_oen_i,
  /// Port A: with a_en_i, writes
  input  logic        a_wen_i,
  /// Port A: address pins, whose meaning depends on DATA_W
  input  logic [13:0] a_addr_i,
  /// Port A: data in
  input  logic [17:0] a_wdata_i,
  /// Port A: data out
  output logic [17:0] a_rdata_o,
  /// Port B: reads or writes
  input  logic        b_en_i,
  /// Port B: advances its output register
  input  logic        b_oen_i,
  /// Port B: with b_en_i, writes
  input  logic        b_wen_i,
  /// Port B: address pins
  input  logic [13:0] b_addr_i,
  /// Port B: data in
  input  logic [17:0] b_wdata_i,
  /// Port B: data out
  output logic [17:0] b_rdata_o
);

  DP16KD #(
    .DATA_WIDTH_A       (DATA_W),
    .DATA_WIDTH_B       (DATA_W),
    .REGMODE_A          ("OUTREG"),
    .REGMODE_B          ("OUTREG"),
    .WRITEMODE_A        ("NORMAL"),
    .WRITEMODE_B        ("NORMAL"),
    .RESETMODE          ("SYNC"),
    .ASYNC_RESET_RELEASE("SYNC"),
    .GSR                ("DISABLED")
  ) u_ram (
    .DIA0(a_wdata_i[0]), .DIA1(a_wdata_i[1]), .DIA2(a_wdata_i[2]),
    .DIA3(a_wdata_i[3]), .DIA4(a_wdata_i[4]), .DIA5(a_wdata_i[5]),
    .DIA6(a_wdata_i[6]), .DIA7(a_wdata_i[7]), .DIA8(a_wdata_i[8]),
    .DIA9(a_wdata_i[9]), .DIA10(a_wdata_i[10]), .DIA11(a_wdata_i[11]),
    .DIA12(a_wdata_i[12]), .DIA13(a_wdata_i[13]), .DIA14(a_wdata_i[14]),
    .DIA15(a_wdata_i[15]), .DIA16(a_wdata_i[16]), .DIA17(a_wdata_i[17]),
    .ADA0(a_addr_i[0]), .ADA1(a_addr_i[1]), .ADA2(a_addr_i[2]),
    .ADA3(a_addr_i[3]), .ADA4(a_addr_i[4]), .ADA5(a_addr_i[5]),
    .ADA6(a_addr_i[6]),
    .ADA7(a_addr_i[7]), .ADA8(a_addr_i[8]), .ADA9(a_addr_i[9]),
    .ADA10(a_addr_i[10]), .ADA11(a_addr_i[11]), .ADA12(a_addr_i[12]),
    .ADA13(a_addr_i[13]),
    .CEA(a_en_i), .OCEA(a_oen_i), .CLKA(clk_i), .WEA(a_wen_i),
    .RSTA(1'b0), .CSA0(1'b0), .CSA1(1'b0), .CSA2(1'b0),
    .DOA0(a_rdata_o[0]), .DOA1(a_rdata_o[1]), .DOA2(a_rdata_o[2]),
    .DOA3(a_rdata_o[3]), .DOA4(a_rdata_o[4]), .DOA5(a_rdata_o[5]),
    .DOA6(a_rdata_o[6]), .DOA7(a_rdata_o[7]), .DOA8(a_rdata_o[8]),
    .DOA9(a_rdata_o[9]), .DOA10(a_rdata_o[10]), .DOA11(a_rdata_o[11]),
    .DOA12(a_rdata_o[12]), .DOA13(a_rdata_o[13]), .DOA14(a_rdata_o[14]),
    .DOA15(a_rdata_o[15]), .DOA16(a_rdata_o[16]), .DOA17(a_rdata_o[17]),
    .DIB0(b_wdata_i[0]), .DIB1(b_wdata_i[1]), .DIB2(b_wdata_i[2]),
    .DIB3(b_wdata_i[3]), .DIB4(b_wdata_i[4]), .DIB5(b_wdata_i[5]),
    .DIB6(b_wdata_i[6]), .DIB7(b_wdata_i[7]), .DIB8(b_wdata_i[8]),
    .DIB9(b_wdata_i[9]), .DIB10(b_wdata_i[10]), .DIB11(b_wdata_i[11]),
    .DIB12(b_wdata_i[12]), .DIB13(b_wdata_i[13]), .DIB14(b_wdata_i[14]),
    .DIB15(b_wdata_i[15]), .DIB16(b_wdata_i[16]), .DIB17(b_wdata_i[17]),
    .ADB0(b_addr_i[0]), .ADB1(b_addr_i[1]), .ADB2(b_addr_i[2]),
    .ADB3(b_addr_i[3]), .ADB4(b_addr_i[4]), .ADB5(b_addr_i[5]),
    .ADB6(b_addr_i[6]),
    .ADB7(b_addr_i[7]), .ADB8(b_addr_i[8]), .ADB9(b_addr_i[9]),
    .ADB10(b_addr_i[10]), .ADB11(b_addr_i[11]), .ADB12(b_addr_i[12]),
    .ADB13(b_addr_i[13]),
    .CEB(b_en_i), .OCEB(b_oen_i), .CLKB(clk_i), .WEB(b_wen_i),
    .RSTB(1'b0), .CSB0(1'b0), .CSB1(1'b0), .CSB2(1'b0),
    .DOB0(b_rdata_o[0]), .DOB1(b_rdata_o[1]), .DOB2(b_rdata_o[2]),
    .DOB3(b_rdata_o[3]), .DOB4(b_rdata_o[4]), .DOB5(b_rdata_o[5]),
    .DOB6(b_rdata_o[6]), .DOB7(b_rdata_o[7]), .DOB8(b_rdata_o[8]),
    .DOB9(b_rdata_o[9]), .DOB10(b_rdata_o[10]), .DOB11(b_rdata_o[11]),
    .DOB12(b_rdata_o[12]), .DOB13(b_rdata_o[13]), .DOB14(b_rdata_o[14]),
    .DOB15(b_rdata_o[15]), .DOB16(b_rdata_o[16]), .DOB17(b_rdata_o[17])
  );

endmodule
