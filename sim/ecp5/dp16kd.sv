// SPDX-License-Identifier: Apache-2.0
//
// What the block RAM of ECP5 does, for simulating and proving what synthesis made of the design: Yosys knows its ports
// only. Written from Lattice's ECP5 memory usage guide (FPGA-TN-02204) and from how nextpnr's packer joins a pseudo dual
// port memory of 36 bits to these pins.
//
//   | DATA_WIDTH | word          | address pins | byte enables     |
//   | 36 (A)     | 4 bytes of 9  | 13:5         | ADA3 to ADA0     |
//   | 18         | 2 bytes of 9  | 13:4         | AD1, AD0         |
//   | 9          | a byte        | 13:3         |                  |
//   | 4, 2, 1    | part of the low 8 bits of a byte | 13:2, 13:1, 13:0 |
//
// With DATA_WIDTH_A = 36 port A writes and port B reads, and they share the data pins: DIA and DIB are the low and the
// high half of what is written, DOB and DOA (in this order) those of what is read; the output side is clocked and
// enabled by port B. What a read returns of a byte that the other port writes in the same clock is undefined: that it
// happens is an error here.
//
// What this project does not use is refused instead of modelled: a clock of its own for each port, inverted pins, resets.

module DP16KD #(
  /// Bits of a word at port A
  parameter DATA_WIDTH_A = 18,
  /// Bits of a word at port B
  parameter DATA_WIDTH_B = 18,
  /// Port A: OUTREG for the output register, NOREG for none
  parameter REGMODE_A = "NOREG",
  /// Port B: the same
  parameter REGMODE_B = "NOREG",
  /// SYNC or ASYNC: RSTA and RSTB clear the outputs with the clock or at once
  parameter RESETMODE = "SYNC",
  /// How an asynchronous reset ends; no difference without delays
  parameter ASYNC_RESET_RELEASE = "SYNC",
  /// Port A: chip selects that enable it
  parameter CSDECODE_A = "0b000",
  /// Port B: the same
  parameter CSDECODE_B = "0b000",
  /// Port A: what it shows after a write: NORMAL what it showed, WRITETHROUGH the new word, READBEFOREWRITE the old
  parameter WRITEMODE_A = "NORMAL",
  /// Port B: the same
  parameter WRITEMODE_B = "NORMAL",
  /// Polarity of CLKA
  parameter CLKAMUX = "CLKA",
  /// Polarity of CLKB
  parameter CLKBMUX = "CLKB",
  /// Global set and reset
  parameter GSR = "DISABLED",
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_00 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_01 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_02 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_03 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_04 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_05 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_06 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_07 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_08 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_09 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_0A = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_0B = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_0C = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_0D = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_0E = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_0F = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_10 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_11 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_12 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_13 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_14 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_15 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_16 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_17 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_18 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_19 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_1A = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_1B = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_1C = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_1D = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_1E = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_1F = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_20 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_21 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_22 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_23 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_24 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_25 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_26 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_27 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_28 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_29 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_2A = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_2B = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_2C = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_2D = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_2E = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_2F = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_30 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_31 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_32 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_33 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_34 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_35 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_36 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_37 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_38 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_39 = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_3A = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_3B = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_3C = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_3D = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_3E = '0,
  /// First contents: 16 words of 18 bits in fields of 20
  parameter logic [319:0] INITVAL_3F = '0
) (
  /// Port A: data in
  input  logic DIA0, DIA1, DIA2, DIA3, DIA4, DIA5, DIA6, DIA7, DIA8,
  /// Port A: data in
  input  logic DIA9, DIA10, DIA11, DIA12, DIA13, DIA14, DIA15, DIA16, DIA17,
  /// Port A: address
  input  logic ADA0, ADA1, ADA2, ADA3, ADA4, ADA5, ADA6, ADA7, ADA8,
  /// Port A: address
  input  logic ADA9, ADA10, ADA11, ADA12, ADA13,
  /// Port A: clock
  input  logic CLKA,
  /// Port A: enable
  input  logic CEA,
  /// Port A: enable of the output register
  input  logic OCEA,
  /// Port A: write
  input  logic WEA,
  /// Port A: reset of the outputs
  input  logic RSTA,
  /// Port A: chip selects
  input  logic CSA0, CSA1, CSA2,
  /// Port A: data out
  output logic DOA0, DOA1, DOA2, DOA3, DOA4, DOA5, DOA6, DOA7, DOA8,
  /// Port A: data out
  output logic DOA9, DOA10, DOA11, DOA12, DOA13, DOA14, DOA15, DOA16, DOA17,
  /// Port B: data in
  input  logic DIB0, DIB1, DIB2, DIB3, DIB4, DIB5, DIB6, DIB7, DIB8,
  /// Port B: data in
  input  logic DIB9, DIB10, DIB11, DIB12, DIB13, DIB14, DIB15, DIB16, DIB17,
  /// Port B: address
  input  logic ADB0, ADB1, ADB2, ADB3, ADB4, ADB5, ADB6, ADB7, ADB8,
  /// Port B: address
  input  logic ADB9, ADB10, ADB11, ADB12, ADB13,
  /// Port B: clock
  input  logic CLKB,
  /// Port B: enable
  input  logic CEB,
  /// Port B: enable of the output register
  input  logic OCEB,
  /// Port B: write
  input  logic WEB,
  /// Port B: reset of the outputs
  input  logic RSTB,
  /// Port B: chip selects
  input  logic CSB0, CSB1, CSB2,
  /// Port B: data out
  output logic DOB0, DOB1, DOB2, DOB3, DOB4, DOB5, DOB6, DOB7, DOB8,
  /// Port B: data out
  output logic DOB9, DOB10, DOB11, DOB12, DOB13, DOB14, DOB15, DOB16, DOB17
);

  localparam int unsigned Bytes = 2048;
  localparam bit Wide = DATA_WIDTH_A == 36;

  logic [8:0] mem [Bytes];

  logic [17:0] a_di, b_di, a_do, b_do;
  logic [13:0] a_ad, b_ad;

  assign a_di = {DIA17, DIA16, DIA15, DIA14, DIA13, DIA12, DIA11, DIA10, DIA9,
                 DIA8, DIA7, DIA6, DIA5, DIA4, DIA3, DIA2, DIA1, DIA0};
  assign a_ad = {ADA13, ADA12, ADA11, ADA10, ADA9, ADA8, ADA7,
                 ADA6, ADA5, ADA4, ADA3, ADA2, ADA1, ADA0};
  assign {DOA17, DOA16, DOA15, DOA14, DOA13, DOA12, DOA11, DOA10, DOA9,
          DOA8, DOA7, DOA6, DOA5, DOA4, DOA3, DOA2, DOA1, DOA0} = a_do;

  assign b_di = {DIB17, DIB16, DIB15, DIB14, DIB13, DIB12, DIB11, DIB10, DIB9,
                 DIB8, DIB7, DIB6, DIB5, DIB4, DIB3, DIB2, DIB1, DIB0};
  assign b_ad = {ADB13, ADB12, ADB11, ADB10, ADB9, ADB8, ADB7,
                 ADB6, ADB5, ADB4, ADB3, ADB2, ADB1, ADB0};
  assign {DOB17, DOB16, DOB15, DOB14, DOB13, DOB12, DOB11, DOB10, DOB9,
          DOB8, DOB7, DOB6, DOB5, DOB4, DOB3, DOB2, DOB1, DOB0} = b_do;

  // --- which bytes a port touches --------------------------------------------------------------------------------

  // log2 of the bytes of a word; a word of 4, 2 or 1 bits lies in one.
  function automatic int unsigned bytes_log2(int unsigned width);
    return (width == 36) ? 2 : (width == 18) ? 1 : 0;
  endfunction

  function automatic logic [10:0] first_byte(int unsigned width, logic [13:0] ad);
    return (ad[13:3] >> bytes_log2(width)) << bytes_log2(width);
  endfunction

  function automatic logic [8:0] part_mask(int unsigned width);
    return (width >= 9) ? 9'h1ff : 9'((1 << width) - 1);
  endfunction

  // Bits of a byte below the part that is addressed.
  function automatic int unsigned shift(int unsigned width, logic [13:0] ad);
    case (width)
      4:       return 32'(ad[2]) * 4;
      2:       return 32'(ad[2:1]) * 2;
      1:       return 32'(ad[2:0]);
      default: return 0;
    endcase
  endfunction

  // --- enables -----------------------------------------------------------------------------------------------------

  localparam int unsigned WidthA = DATA_WIDTH_A;
  localparam int unsigned WidthB = DATA_WIDTH_B;
  localparam int unsigned BytesA = 1 << bytes_log2(WidthA);
  localparam int unsigned BytesB = 1 << bytes_log2(WidthB);

  logic        a_write, b_write, a_read, b_read;
  logic [3:0]  a_enable, b_enable;  // of the bytes of a word
  logic [10:0] a_first, b_first;
  logic [35:0] a_new, a_old, b_old;
  logic [17:0] b_new;

  assign a_write = CEA && WEA && {CSA2, CSA1, CSA0} == '0;
  assign b_write = CEB && WEB && {CSB2, CSB1, CSB0} == '0 && !Wide;
  assign a_read  = CEA && !WEA && {CSA2, CSA1, CSA0} == '0 && !Wide;
  assign b_read  = CEB && !WEB && {CSB2, CSB1, CSB0} == '0;
  assign a_first = first_byte(WidthA, a_ad);
  assign b_first = first_byte(WidthB, b_ad);
  assign a_new   = {b_di, a_di};
  assign b_new   = b_di;

  always_comb begin
    a_enable = (WidthA == 36) ? a_ad[3:0] : (WidthA == 18) ? {2'b00, a_ad[1:0]} : 4'b0001;
    b_enable = (WidthB == 18) ? {2'b00, b_ad[1:0]} : 4'b0001;
    a_old = '0;
    b_old = '0;
    for (int unsigned i = 0; i < BytesA; i++) a_old[9*i+:9] = mem[a_first+11'(i)];
    for (int unsigned i = 0; i < BytesB; i++) b_old[9*i+:9] = mem[b_first+11'(i)];
    a_old = a_old >> shift(WidthA, a_ad);
    b_old = b_old >> shift(WidthB, b_ad);
    if (WidthA < 9) a_old &= 36'(part_mask(WidthA));
    if (WidthB < 9) b_old &= 36'(part_mask(WidthB));
  end

  // --- memory ------------------------------------------------------------------------------------------------------

  always_ff @(posedge CLKA) begin
    for (int unsigned i = 0; i < BytesA; i++) begin
      if (a_write && a_enable[i]) begin
        mem[a_first+11'(i)] <= (WidthA >= 9) ? a_new[9*i+:9]
          : (mem[a_first] & ~(part_mask(WidthA) << shift(WidthA, a_ad)))
            | ((a_new[8:0] & part_mask(WidthA)) << shift(WidthA, a_ad));
      end
    end
    for (int unsigned i = 0; i < BytesB && !Wide; i++) begin
      if (b_write && b_enable[i]) begin
        mem[b_first+11'(i)] <= (WidthB >= 9) ? b_new[9*(i%2)+:9]
          : (mem[b_first] & ~(part_mask(WidthB) << shift(WidthB, b_ad)))
            | ((b_new[8:0] & part_mask(WidthB)) << shift(WidthB, b_ad));
      end
    end
  end

  // The bytes that are not enabled keep their old value also in what WRITETHROUGH shows.
  function automatic logic [17:0] written(logic [17:0] old, logic [17:0] new_word, logic [1:0] enable);
    return {enable[1] ? new_word[17:9] : old[17:9], enable[0] ? new_word[8:0] : old[8:0]};
  endfunction

  logic [17:0] a_latch_q, b_latch_q, a_out_q, b_out_q;

  always_ff @(posedge CLKA) begin
    if (Wide) begin
      if (b_read) a_latch_q <= b_old[35:18];
    end else if (a_read || (a_write && WRITEMODE_A == "READBEFOREWRITE")) begin
      a_latch_q <= a_old[17:0];
    end else if (a_write && WRITEMODE_A == "WRITETHROUGH") begin
      a_latch_q <= written(a_old[17:0], a_new[17:0], a_enable[1:0]);
    end
    if (b_read || (b_write && WRITEMODE_B == "READBEFOREWRITE")) begin
      b_latch_q <= b_old[17:0];
    end else if (b_write && WRITEMODE_B == "WRITETHROUGH") begin
      b_latch_q <= written(b_old[17:0], b_new, b_enable[1:0]);
    end
    if (Wide ? OCEB : OCEA) a_out_q <= a_latch_q;
    if (OCEB) b_out_q <= b_latch_q;
  end

  assign a_do = (REGMODE_A == "OUTREG") ? a_out_q : a_latch_q;
  assign b_do = (REGMODE_B == "OUTREG") ? b_out_q : b_latch_q;

  // --- what must not be ----------------------------------------------------------------------------------------------

  if (CLKAMUX != "CLKA" || CLKBMUX != "CLKB") begin : g_bad_clock
    $error("DP16KD: CLKAMUX = %s, CLKBMUX = %s; only rising edges are modelled", CLKAMUX, CLKBMUX);
  end
  if (CSDECODE_A != "0b000" || CSDECODE_B != "0b000") begin : g_bad_select
    $error("DP16KD: CSDECODE_A = %s, CSDECODE_B = %s; only 0b000 is modelled", CSDECODE_A, CSDECODE_B);
  end
  if (!(WidthA inside {1, 2, 4, 9, 18, 36}) || !(WidthB inside {1, 2, 4, 9, 18, 36})
      || (WidthB == 36 && !Wide)) begin : g_bad_width
    $error("DP16KD: DATA_WIDTH_A = %0d, DATA_WIDTH_B = %0d is no shape of this memory", WidthA, WidthB);
  end

  // Bytes of A and of B overlap: ranges that are aligned to their sizes do if the larger one holds the smaller one's first.
  localparam int unsigned Larger = (BytesA > BytesB) ? BytesA : BytesB;
  logic meet;
  assign meet = (a_first ^ b_first) < 11'(Larger);

`ifndef SYNTHESIS
  // The contents that the bitstream gives.
  localparam logic [319:0] Init [64] = '{
    INITVAL_00, INITVAL_01, INITVAL_02, INITVAL_03, INITVAL_04, INITVAL_05, INITVAL_06, INITVAL_07,
    INITVAL_08, INITVAL_09, INITVAL_0A, INITVAL_0B, INITVAL_0C, INITVAL_0D, INITVAL_0E, INITVAL_0F,
    INITVAL_10, INITVAL_11, INITVAL_12, INITVAL_13, INITVAL_14, INITVAL_15, INITVAL_16, INITVAL_17,
    INITVAL_18, INITVAL_19, INITVAL_1A, INITVAL_1B, INITVAL_1C, INITVAL_1D, INITVAL_1E, INITVAL_1F,
    INITVAL_20, INITVAL_21, INITVAL_22, INITVAL_23, INITVAL_24, INITVAL_25, INITVAL_26, INITVAL_27,
    INITVAL_28, INITVAL_29, INITVAL_2A, INITVAL_2B, INITVAL_2C, INITVAL_2D, INITVAL_2E, INITVAL_2F,
    INITVAL_30, INITVAL_31, INITVAL_32, INITVAL_33, INITVAL_34, INITVAL_35, INITVAL_36, INITVAL_37,
    INITVAL_38, INITVAL_39, INITVAL_3A, INITVAL_3B, INITVAL_3C, INITVAL_3D, INITVAL_3E, INITVAL_3F
  };
  initial begin
    for (int unsigned i = 0; i < 64; i++) begin
      for (int unsigned j = 0; j < 16; j++) begin
        {mem[32*i+2*j+1], mem[32*i+2*j]} = Init[i][20*j+:18];
      end
    end
  end

  a_clock: assert property (@(posedge CLKA) CLKB) else $error("DP16KD: CLKA and CLKB are not one clock");
  a_reset: assert property (@(posedge CLKA) !RSTA && !RSTB) else $error("DP16KD: a reset, which is not modelled");
  a_collision: assert property (@(posedge CLKA) !(meet && ((a_write && b_read) || (b_write && a_read) || (a_write && b_write))))
    else $error("DP16KD: byte %0d of port A and byte %0d of port B meet, and one of them is written", a_first, b_first);
`endif

endmodule
