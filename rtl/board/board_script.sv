// SPDX-License-Identifier: Apache-2.0
//
// The self-test, step by step: a ROM whose word is one step of board_selftest.
//
// Two address spaces map the same IOVA to different pages, data go through both, and are looked for at their physical
// addresses. What is not mapped, not writable, not assigned, or gone after UNMAP, RESET_MAP and a cleaning device
// reset must be refused and leave memory alone; what a device reset without the flag leaves must still translate.
//
//   group 0 -> AS 0:  A -> page 1, read and write     B -> page 0, read only
//   group 1 -> AS 1:  A -> page 0, read and write

module board_script
  import board_pkg::*;
#(
  /// 1: there is a count of faults
  parameter bit FULL = 1'b1,
  /// Bits of an IOVA
  parameter int unsigned IOVA_W = 64,
  /// Physical address of memory
  parameter logic [63:0] MEM_BASE = '0,
  /// Bits of the number of a step
  localparam int unsigned StepW = 7
) (
  /// Clock
  input  logic             clk_i,
  /// Number of the step
  input  logic [StepW-1:0] number_i,
  /// The step, a clock later
  output step_t            step_o
);

  // IOVAs, both where no physical memory is: what is not translated is not found by accident.
  localparam logic [31:0] IovaA = 32'h0123_4000;
  localparam logic [31:0] IovaB = 32'h0765_3000;
  localparam logic [31:0] IovaHi = (IOVA_W >= 36) ? 32'h0000_0005 : 32'h0;
  localparam logic [31:0] Page0 = MEM_BASE[31:0];
  localparam logic [31:0] Page1 = MEM_BASE[31:0] + 32'h1000;
  localparam logic [31:0] PageLast = 32'h0000_0fff;

  // Where page 0 and page 1 are seen past the IOMMU. The test leaves the first words of each alone.
  localparam logic [31:0] Offset = 32'h0000_0100;
  localparam logic [AddrW-1:0] Seen0 = MemoryWindow + 16'h0100;
  localparam logic [AddrW-1:0] Seen1 = MemoryWindow + 16'h1100;
  localparam logic [31:0] Words = 32'd64;

  // CMD: op, perm, asid, target, clean.
  localparam logic [31:0] MapRw0 = 32'h0000_0301;
  localparam logic [31:0] MapRo0 = 32'h0000_0101;
  localparam logic [31:0] MapRw1 = 32'h0001_0301;
  localparam logic [31:0] Unmap0 = 32'h0000_0002;
  localparam logic [31:0] ResetMap0 = 32'h0000_0007;
  localparam logic [31:0] DeviceReset = 32'h0000_0008;
  localparam logic [31:0] DeviceResetClean = 32'h8000_0008;
  localparam logic [31:0] Group0 = 32'h0000_0009;
  localparam logic [31:0] Group1 = 32'h0101_0009;

  // DMA_CTRL: 64 words each.
  localparam logic [31:0] Read0 = 32'h0000_023f;
  localparam logic [31:0] Write0 = 32'h0003_e23f;
  localparam logic [31:0] Read1 = 32'h0100_023f;
  localparam logic [31:0] Write1 = 32'h0103_e23f;

  // DMA_STATUS: done, and data went; or done with SLVERR, and nothing came out of the IOMMU.
  localparam logic [AddrW-1:0] Okay = 16'h0012;
  localparam logic [AddrW-1:0] Refused = 16'h000a;

  localparam logic [31:0] SeedA0 = 32'h1234_5678;
  localparam logic [31:0] SeedA1 = 32'hc0ff_ee01;
  localparam logic [31:0] SeedB = 32'h0bad_cafe;

  step_t step;

  always_comb begin
    unique case (number_i)
      // A power-on reset; then nothing has an address space, and after that nothing is mapped.
      7'd0:  step = '{StepWrite, RegBoardCtrl, 32'h1};
      7'd1:  step = '{StepSeed, '0, SeedA0};
      7'd2:  step = '{StepWrite, RegDmaIova, IovaA + Offset};
      7'd3:  step = '{StepWrite, RegDmaIovaHi, IovaHi};
      7'd4:  step = '{StepBurst, Refused, Read0};
      7'd5:  step = '{StepCommand, '0, Group0};
      7'd6:  step = '{StepCommand, '0, Group1};
      7'd7:  step = '{StepBurst, Refused, Read0};

      // Three ranges.
      7'd8:  step = '{StepWrite, RegArgIova, IovaA};
      7'd9:  step = '{StepWrite, RegArgIovaHi, IovaHi};
      7'd10: step = '{StepWrite, RegArgLast, IovaA + PageLast};
      7'd11: step = '{StepWrite, RegArgLastHi, IovaHi};
      7'd12: step = '{StepWrite, RegArgPa, Page1};
      7'd13: step = '{StepWrite, RegArgPaHi, MEM_BASE[63:32]};
      7'd14: step = '{StepCommand, '0, MapRw0};
      7'd15: step = '{StepWrite, RegArgPa, Page0};
      7'd16: step = '{StepCommand, '0, MapRw1};
      7'd17: step = '{StepWrite, RegArgIova, IovaB};
      7'd18: step = '{StepWrite, RegArgLast, IovaB + PageLast};
      7'd19: step = '{StepCommand, '0, MapRo0};

      // The same IOVA, two address spaces, two pages.
      7'd20: step = '{StepBurst, Okay, Write0};
      7'd21: step = '{StepCheck, RegDmaPa, Page1 + Offset};
      7'd22: step = '{StepCheck, RegDmaPaHi, MEM_BASE[63:32]};
      7'd23: step = '{StepSeed, '0, SeedA1};
      7'd24: step = '{StepBurst, Okay, Write1};
      7'd25: step = '{StepVerify, Seen0, Words};
      7'd26: step = '{StepSeed, '0, SeedA0};
      7'd27: step = '{StepVerify, Seen1, Words};
      7'd28: step = '{StepSeed, '0, SeedA0};
      7'd29: step = '{StepBurst, Okay, Read0};

      // B: read only; and the page after it is not mapped.
      7'd30: step = '{StepSeed, '0, SeedB};
      7'd31: step = '{StepFill, Seen0, Words};
      7'd32: step = '{StepWrite, RegDmaIova, IovaB + Offset};
      7'd33: step = '{StepSeed, '0, SeedB};
      7'd34: step = '{StepBurst, Okay, Read0};
      7'd35: step = '{StepSeed, '0, SeedA0};
      7'd36: step = '{StepBurst, Refused, Write0};
      7'd37: step = '{StepSeed, '0, SeedB};
      7'd38: step = '{StepVerify, Seen0, Words};
      7'd39: step = '{StepWrite, RegDmaIova, IovaB + PageLast + 32'h1};
      7'd40: step = '{StepBurst, Refused, Read0};

      // A device reset that does not clean: what was mapped translates. Group 1 is back at AS 0.
      7'd41: step = '{StepCommand, '0, DeviceReset};
      7'd42: step = '{StepWrite, RegDmaIova, IovaA + Offset};
      7'd43: step = '{StepSeed, '0, SeedA0};
      7'd44: step = '{StepBurst, Okay, Read0};
      7'd45: step = '{StepBurst, Okay, Read1};
      7'd46: step = '{StepCommand, '0, Group1};
      7'd47: step = '{StepSeed, '0, SeedB};
      7'd48: step = '{StepBurst, Okay, Read1};

      // UNMAP of A in AS 0 leaves B, and A in AS 1.
      7'd49: step = '{StepWrite, RegArgIova, IovaA};
      7'd50: step = '{StepWrite, RegArgLast, IovaA + PageLast};
      7'd51: step = '{StepCommand, '0, Unmap0};
      7'd52: step = '{StepBurst, Refused, Write0};
      7'd53: step = '{StepBurst, Okay, Read1};
      7'd54: step = '{StepWrite, RegDmaIova, IovaB + Offset};
      7'd55: step = '{StepBurst, Okay, Read0};

      // RESET_MAP of AS 0, and then a device reset that cleans.
      7'd56: step = '{StepCommand, '0, ResetMap0};
      7'd57: step = '{StepBurst, Refused, Read0};
      7'd58: step = '{StepWrite, RegDmaIova, IovaA + Offset};
      7'd59: step = '{StepBurst, Okay, Read1};
      7'd60: step = '{StepCommand, '0, DeviceResetClean};
      7'd61: step = '{StepCommand, '0, Group1};
      7'd62: step = '{StepBurst, Refused, Write1};

      // Nothing of what was refused is in memory, and every refusal was counted.
      7'd63: step = '{StepVerify, Seen0, Words};
      7'd64: step = '{StepSeed, '0, SeedA0};
      7'd65: step = '{StepVerify, Seen1, Words};
      7'd66: step = FULL ? '{StepCheck, RegFaultRaised, 32'd7} : '{StepCheck, RegBoardId, BoardId};
      default: step = '{StepEnd, '0, '0};
    endcase
  end

  // With the register behind it this is a block RAM, of an iCE40 three: as logic it would be 250 cells more.
  always_ff @(posedge clk_i) step_o <= step;

endmodule
