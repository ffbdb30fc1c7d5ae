// SPDX-License-Identifier: Apache-2.0
//
// Memory behind the IOMMU: an AXI4 subordinate in block RAM, 32 bits wide, one burst at a time, with byte strobes. The
// host looks at it through a window of its own, by physical address and past the IOMMU.
//
// Only INCR bursts are executed, which is all that the board's DMA master makes; others, and addresses outside, are
// answered with DECERR and change nothing. Bursts do not cross 4 KiB and neither do the memory's ends lie elsewhere, so
// the first address speaks for all; what a page has less than 4 KiB is for the master to know. The RAM has one port: the window goes first, and a burst waits for a clock.

module board_memory
  import iommu_axi_pkg::*;
#(
  /// Size in KiB, a multiple of 4 and a power of two
  parameter int unsigned KIB = 8,
  /// log2 of the bytes that each page of 4 KiB really has, from its start on: 12, or less to save block RAM
  parameter int unsigned PAGE_LOG2 = 12,
  /// Bits of a physical address
  parameter int unsigned PA_W = 64,
  /// Physical address of the first byte, a multiple of the size
  parameter logic [63:0] BASE = '0,
  /// Bits of AxID
  parameter int unsigned ID_W = 1,
  /// Bits of the number of a word
  localparam int unsigned WordW = $clog2(KIB * 256)
) (
  /// Clock
  input  logic             clk_i,
  /// Asynchronous reset, active low
  input  logic             rst_ni,

  /// AWVALID
  input  logic             s_axi_awvalid_i,
  /// AWREADY
  output logic             s_axi_awready_o,
  /// AWID
  input  logic [ID_W-1:0]  s_axi_awid_i,
  /// AWADDR
  input  logic [PA_W-1:0]  s_axi_awaddr_i,
  /// AWLEN
  input  logic [7:0]       s_axi_awlen_i,
  /// AWSIZE
  input  logic [2:0]       s_axi_awsize_i,
  /// AWBURST
  input  logic [1:0]       s_axi_awburst_i,
  /// WVALID
  input  logic             s_axi_wvalid_i,
  /// WREADY
  output logic             s_axi_wready_o,
  /// WDATA
  input  logic [31:0]      s_axi_wdata_i,
  /// WSTRB
  input  logic [3:0]       s_axi_wstrb_i,
  /// BVALID
  output logic             s_axi_bvalid_o,
  /// BREADY
  input  logic             s_axi_bready_i,
  /// BID
  output logic [ID_W-1:0]  s_axi_bid_o,
  /// BRESP
  output logic [1:0]       s_axi_bresp_o,
  /// ARVALID
  input  logic             s_axi_arvalid_i,
  /// ARREADY
  output logic             s_axi_arready_o,
  /// ARID
  input  logic [ID_W-1:0]  s_axi_arid_i,
  /// ARADDR
  input  logic [PA_W-1:0]  s_axi_araddr_i,
  /// ARLEN
  input  logic [7:0]       s_axi_arlen_i,
  /// ARSIZE
  input  logic [2:0]       s_axi_arsize_i,
  /// ARBURST
  input  logic [1:0]       s_axi_arburst_i,
  /// RVALID
  output logic             s_axi_rvalid_o,
  /// RREADY
  input  logic             s_axi_rready_i,
  /// RID
  output logic [ID_W-1:0]  s_axi_rid_o,
  /// RDATA
  output logic [31:0]      s_axi_rdata_o,
  /// RRESP
  output logic [1:0]       s_axi_rresp_o,
  /// RLAST
  output logic             s_axi_rlast_o,

  /// Window: an access, held until it is done
  input  logic             win_valid_i,
  /// Window: it writes
  input  logic             win_write_i,
  /// Window: number of the word; of one that there is
  input  logic [WordW-1:0] win_word_i,
  /// Window: what is written
  input  logic [31:0]      win_data_i,
  /// Window: it is done
  output logic             win_done_o,
  /// Window: what was read, with win_done_o
  output logic [31:0]      win_data_o
);

  localparam int unsigned Words = (KIB * 256) >> (iommu_pkg::PageLog2 - PAGE_LOG2);
  localparam int unsigned RamW = $clog2(Words);
  // Bits of an address between what a page has and its end.
  localparam logic [WordW+1:0] Absent = (WordW + 2)'((1 << iommu_pkg::PageLog2) - (1 << PAGE_LOG2));

  typedef enum logic [2:0] {
    Idle,
    WriteData,
    WriteAnswer,
    ReadFetch,  // the RAM is asked
    ReadTake,   // the word is at its output
    ReadData
  } state_e;

  state_e           state_q;
  logic             hit_q;
  logic [ID_W-1:0]  id_q;
  logic [7:0]       left_q;   // beats after this one
  logic [2:0]       size_q;
  logic [WordW+1:0] addr_q;
  logic [31:0]      rdata_q;
  logic             win_taken_q;

  logic             win_go, write_go, read_go, take_aw, take_ar, beat;
  logic [PA_W-1:0]  first;
  logic [1:0]       burst;
  logic [WordW+1:0] step;
  logic             ram_en;
  logic [3:0]       ram_we;
  logic [WordW-1:0] word;
  logic [RamW-1:0]  ram_word;
  logic [31:0]      ram_in, ram_out;

  // The window's word is at the RAM's output in the clock after it was asked, when a burst's may not be.
  assign win_go   = win_valid_i && !win_taken_q && state_q != ReadTake;
  assign write_go = state_q == WriteData && s_axi_wvalid_i && s_axi_wready_o;
  assign read_go  = state_q == ReadFetch && !win_go;

  assign ram_en   = win_go || write_go || read_go;
  assign word     = win_go ? win_word_i : addr_q[WordW+1:2];
  assign ram_word = RamW'({word[WordW-1:10], word[PAGE_LOG2-3:0]});
  logic unused_word;
  assign unused_word = ^word;  // what a page has not

  assign ram_in   = win_go ? win_data_i : s_axi_wdata_i;
  assign ram_we   = win_go ? {4{win_write_i}} : (write_go && hit_q) ? s_axi_wstrb_i : '0;

  // What is read while it is written is nobody's to look at. One memory of words: a block RAM has enables for its bytes.
  logic [31:0] mem [Words];
  always_ff @(posedge clk_i) begin
    if (ram_en) begin
      for (int unsigned lane = 0; lane < 4; lane++) begin
        if (ram_we[lane]) mem[ram_word][8*lane+:8] <= ram_in[8*lane+:8];
      end
      if (ram_we == '0) ram_out <= mem[ram_word];
    end
  end

  // --- window ------------------------------------------------------------------------------------------------------

  assign win_done_o = win_taken_q;
  assign win_data_o = ram_out;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) win_taken_q <= 1'b0;
    else win_taken_q <= win_go;
  end

  // --- AXI4 --------------------------------------------------------------------------------------------------------

  assign take_aw = state_q == Idle && s_axi_awvalid_i;
  assign take_ar = state_q == Idle && s_axi_arvalid_i && !s_axi_awvalid_i;
  assign first   = s_axi_awvalid_i ? s_axi_awaddr_i : s_axi_araddr_i;
  assign burst   = s_axi_awvalid_i ? s_axi_awburst_i : s_axi_arburst_i;
  assign beat    = write_go || (state_q == ReadData && s_axi_rready_i);
  // Beats after the first are aligned to their size.
  assign step    = (WordW + 2)'(1) << size_q;

  assign s_axi_awready_o = take_aw;
  assign s_axi_arready_o = take_ar;
  assign s_axi_wready_o  = state_q == WriteData && !win_go;
  assign s_axi_bvalid_o  = state_q == WriteAnswer;
  assign s_axi_bid_o     = id_q;
  assign s_axi_bresp_o   = hit_q ? RespOkay : RespDecerr;
  assign s_axi_rvalid_o  = state_q == ReadData;
  assign s_axi_rid_o     = id_q;
  assign s_axi_rdata_o   = rdata_q;
  assign s_axi_rresp_o   = hit_q ? RespOkay : RespDecerr;
  assign s_axi_rlast_o   = left_q == '0;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Idle;
    end else begin
      unique case (state_q)
        Idle: begin
          if (take_aw) state_q <= WriteData;
          else if (take_ar) state_q <= ReadFetch;
        end
        WriteData: if (beat && left_q == '0) state_q <= WriteAnswer;
        WriteAnswer: if (s_axi_bready_i) state_q <= Idle;
        ReadFetch: if (read_go) state_q <= ReadTake;
        ReadTake: state_q <= ReadData;
        ReadData: if (beat) state_q <= (left_q == '0) ? Idle : ReadFetch;
        default: state_q <= Idle;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (take_aw || take_ar) begin
      hit_q  <= first[PA_W-1:WordW+2] == BASE[PA_W-1:WordW+2] && burst == BurstIncr
                && (first[WordW+1:0] & Absent) == '0;
      addr_q <= first[WordW+1:0];
      id_q   <= take_aw ? s_axi_awid_i : s_axi_arid_i;
      left_q <= take_aw ? s_axi_awlen_i : s_axi_arlen_i;
      size_q <= take_aw ? s_axi_awsize_i : s_axi_arsize_i;
    end else if (beat) begin
      addr_q <= (addr_q & ~(step - (WordW + 2)'(1))) + step;
      left_q <= left_q - 8'd1;
    end
    if (state_q == ReadTake) rdata_q <= hit_q ? ram_out : '0;
  end

  if (PAGE_LOG2 < 4 || PAGE_LOG2 > iommu_pkg::PageLog2) begin : g_bad_page
    $error("board_memory: PAGE_LOG2 = %0d; 4 to 12", PAGE_LOG2);
  end
  if (KIB < 4 || (KIB & (KIB - 1)) != 0 || KIB > board_pkg::MemoryKibMax) begin : g_bad_size
    $error("board_memory: KIB = %0d; a power of two from 4 to %0d", KIB, board_pkg::MemoryKibMax);
  end
  if ((BASE & (64'(KIB) * 1024 - 1)) != '0) begin : g_bad_base
    $error("board_memory: BASE = %h is no multiple of %0d KiB", BASE, KIB);
  end

endmodule
