// SPDX-License-Identifier: Apache-2.0
//
// What a board carries beside the IOMMU: the map of its small bus, and the steps of the self-test's script.
//
//   0x0000 - 0x03ff  the IOMMU's registers, rtl/regs/iommu.rdl
//   0x0400 - 0x07ff  the board's registers, below; docs/boards.md describes their fields
//   0x8000 - 0xffff  the memory, by physical address and not through the IOMMU

package board_pkg;

  /// Bits of a byte address on the board's bus
  localparam int unsigned AddrW = 16;

  localparam logic [AddrW-1:0] MemoryWindow = 16'h8000;
  localparam int unsigned MemoryKibMax = 32;

  // An address at which there is nothing.
  localparam logic [AddrW-1:0] Nowhere = 16'h7ffc;

  localparam logic [31:0] BoardId = 32'h5052_5342;  // "PRSB"
  localparam logic [7:0] BoardMajor = 8'd1;
  localparam logic [7:0] BoardMinor = 8'd0;

  // The IOMMU's registers that the self-test uses.
  localparam logic [AddrW-1:0] RegArgIova = 16'h0020;
  localparam logic [AddrW-1:0] RegArgIovaHi = 16'h0024;
  localparam logic [AddrW-1:0] RegArgLast = 16'h0028;
  localparam logic [AddrW-1:0] RegArgLastHi = 16'h002c;
  localparam logic [AddrW-1:0] RegArgPa = 16'h0030;
  localparam logic [AddrW-1:0] RegArgPaHi = 16'h0034;
  localparam logic [AddrW-1:0] RegCmd = 16'h003c;
  localparam logic [AddrW-1:0] RegResult = 16'h0040;
  localparam logic [AddrW-1:0] RegStatus = 16'h0044;
  localparam logic [AddrW-1:0] RegFaultRaised = 16'h0208;

  // The board's registers.
  localparam logic [AddrW-1:0] RegBoardId = 16'h0400;
  localparam logic [AddrW-1:0] RegBoardInfo = 16'h0404;
  localparam logic [AddrW-1:0] RegBoardCtrl = 16'h0408;
  localparam logic [AddrW-1:0] RegBusError = 16'h040c;
  localparam logic [AddrW-1:0] RegTestStatus = 16'h0410;
  localparam logic [AddrW-1:0] RegTestGot = 16'h0414;
  localparam logic [AddrW-1:0] RegMemBase = 16'h0418;
  localparam logic [AddrW-1:0] RegMemBaseHi = 16'h041c;
  localparam logic [AddrW-1:0] RegDmaIova = 16'h0420;
  localparam logic [AddrW-1:0] RegDmaIovaHi = 16'h0424;
  localparam logic [AddrW-1:0] RegDmaData = 16'h0428;
  localparam logic [AddrW-1:0] RegDmaCtrl = 16'h042c;
  localparam logic [AddrW-1:0] RegDmaStatus = 16'h0430;
  localparam logic [AddrW-1:0] RegDmaRead = 16'h0434;
  localparam logic [AddrW-1:0] RegDmaPa = 16'h0438;
  localparam logic [AddrW-1:0] RegDmaPaHi = 16'h043c;

  // Bits of RegBoardCtrl.
  localparam int unsigned CtrlReset = 0;      // IOMMU, DMA master and data path as after power-on
  localparam int unsigned CtrlTest = 1;       // start the self-test
  localparam int unsigned CtrlStop = 2;       // stop a self-test that runs
  localparam int unsigned CtrlDevice = 4;     // pulse dev_reset_i of device 0
  localparam int unsigned CtrlClean = 5;      // with it, the CLEAN_MAP flag

  // RegDmaCtrl: what the DMA master is asked. Writing it starts the burst.
  typedef struct packed {
    logic [7:0] user;      // AxUSER
    logic [5:0] unused;
    logic [3:0] strobes;   // lanes that a write may touch
    logic       write;
    logic [1:0] reserved;
    logic [2:0] size;      // AxSIZE, at most 2
    logic [7:0] len;       // AxLEN
  } dma_ctrl_t;

  // Low byte of RegDmaStatus; beats and, of a lite data path, the reason of a refusal are above it.
  typedef struct packed {
    logic [1:0] reserved;
    logic       mismatch;  // a beat that was read is not what the pattern says
    logic       reached;   // an address of the burst came out of the IOMMU
    logic [1:0] resp;      // xRESP of the first beat that was not OKAY
    logic       done;
    logic       busy;
  } dma_status_t;

  typedef enum logic [1:0] {
    TestIdle,
    TestRunning,
    TestPassed,
    TestFailed
  } test_e;

  // One access of the board's bus. A requester holds valid and the rest until done.
  typedef struct packed {
    logic             valid;
    logic             write;
    logic [AddrW-1:0] addr;   // bytes, a multiple of 4
    logic [31:0]      data;
  } request_t;

  // Its answer; data and resp are of this clock.
  typedef struct packed {
    logic        done;
    logic [1:0]  resp;
    logic [31:0] data;
  } reply_t;

  // What a step of the self-test does with its address and data.
  typedef enum logic [2:0] {
    StepWrite,   // the data to the address
    StepCheck,   // the register at the address has the data
    StepCommand, // the data to CMD, wait, and RESULT.code is `ok`
    StepBurst,   // the pattern to DMA_DATA and the data to DMA_CTRL, wait; DMA_STATUS[7:0] is the address field
    StepSeed,    // a new pattern, from the data and the number of the round
    StepFill,    // as many words as the data say to the address on, with the pattern
    StepVerify,  // the same words, compared
    StepEnd
  } step_e;

  typedef struct packed {
    step_e            kind;
    logic [AddrW-1:0] addr;
    logic [31:0]      data;
  } step_t;

  // The next word of a pattern: a Galois LFSR of full length. 0 would stay 0.
  function automatic logic [31:0] pattern_next(logic [31:0] word);
    return {1'b0, word[31:1]} ^ (word[0] ? 32'h8020_0003 : 32'h0);
  endfunction

endpackage
