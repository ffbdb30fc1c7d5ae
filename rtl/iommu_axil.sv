// SPDX-License-Identifier: Apache-2.0
//
// AXI4-Lite in front of the generated registers: writes one a clock, reads one at a time and ahead of them. What goes
// on is decided a clock before it goes, so that neither the bus nor the choice between read and write is on the way to the address decoder,
// and the registers that hold what the bus wants are told by a flip-flop when to take the next.
//
// A write without all of its byte strobes is answered SLVERR and writes nothing: a driver writes whole words, and
// registers that merge bytes would be larger by a multiplexer for each bit.
//
//   write_q, read_q | registers' own first stage | written; b_valid_q         | FIFO: BVALID
//                   |                            | the words that may be read | their OR: RVALID

module iommu_axil
  import iommu_pkg::*;
#(
  /// Bits of an address, in bytes
  parameter int unsigned ADDR_W = 10
) (
  /// Clock
  input  logic              clk_i,
  /// Asynchronous reset, active low
  input  logic              rst_ni,

  /// AXI4-Lite AWVALID
  input  logic              s_axil_awvalid_i,
  /// AXI4-Lite AWREADY
  output logic              s_axil_awready_o,
  /// AXI4-Lite AWADDR, bytes
  input  logic [ADDR_W-1:0] s_axil_awaddr_i,
  /// AXI4-Lite WVALID
  input  logic              s_axil_wvalid_i,
  /// AXI4-Lite WREADY
  output logic              s_axil_wready_o,
  /// AXI4-Lite WDATA
  input  logic [31:0]       s_axil_wdata_i,
  /// AXI4-Lite WSTRB
  input  logic [3:0]        s_axil_wstrb_i,
  /// AXI4-Lite BVALID
  output logic              s_axil_bvalid_o,
  /// AXI4-Lite BREADY
  input  logic              s_axil_bready_i,
  /// AXI4-Lite BRESP
  output logic [1:0]        s_axil_bresp_o,
  /// AXI4-Lite ARVALID
  input  logic              s_axil_arvalid_i,
  /// AXI4-Lite ARREADY
  output logic              s_axil_arready_o,
  /// AXI4-Lite ARADDR, bytes
  input  logic [ADDR_W-1:0] s_axil_araddr_i,
  /// AXI4-Lite RVALID
  output logic              s_axil_rvalid_o,
  /// AXI4-Lite RREADY
  input  logic              s_axil_rready_i,
  /// AXI4-Lite RDATA
  output logic [31:0]       s_axil_rdata_o,
  /// AXI4-Lite RRESP
  output logic [1:0]        s_axil_rresp_o,

  /// Accesses may go on
  input  logic              ready_i,
  /// Access
  output logic              req_o,
  /// It writes
  output logic              req_is_wr_o,
  /// Its address, bytes, a multiple of 4
  output logic [ADDR_W-1:0] addr_o,
  /// What it writes
  output logic [31:0]       wr_data_o,
  /// addr_o of a read, from a register
  output logic [ADDR_W-1:0] rd_addr_o,
  /// A write is answered, in the clock after its req_o
  input  logic              wr_ack_i,
  /// It is refused
  input  logic              wr_err_i,
  /// A read is answered, two clocks after its req_o
  input  logic              rd_ack_i,
  /// It is refused
  input  logic              rd_err_i,
  /// What was read
  input  logic [31:0]       rd_data_i
);

  localparam logic [1:0] Okay = 2'b00;
  localparam logic [1:0] Slverr = 2'b10;

  // --- what the bus wants ------------------------------------------------------------------------------------------

  logic              aw_valid_q, w_valid_q, ar_valid_q, w_whole_q;
  logic [ADDR_W-1:2] aw_addr_q, ar_addr_q;
  logic [31:0]       w_data_q;
  logic              write_q, read_q;                // goes on to the registers
  logic              aw_next, w_next, ar_next;       // there is one in the next clock

  assign s_axil_awready_o = !aw_valid_q || write_q;
  assign s_axil_wready_o  = !w_valid_q || write_q;
  assign s_axil_arready_o = !ar_valid_q || read_q;
  assign aw_next          = s_axil_awvalid_i || !s_axil_awready_o;
  assign w_next           = s_axil_wvalid_i || !s_axil_wready_o;
  assign ar_next          = s_axil_arvalid_i || !s_axil_arready_o;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) {aw_valid_q, w_valid_q, ar_valid_q} <= '0;
    else {aw_valid_q, w_valid_q, ar_valid_q} <= {aw_next, w_next, ar_next};
  end
  always_ff @(posedge clk_i) begin
    if (s_axil_awready_o) aw_addr_q <= s_axil_awaddr_i[ADDR_W-1:2];
    if (s_axil_wready_o) {w_whole_q, w_data_q} <= {&s_axil_wstrb_i, s_axil_wdata_i};
    if (s_axil_arready_o) ar_addr_q <= s_axil_araddr_i[ADDR_W-1:2];
  end

  // Registers are words.
  logic unused_addr;
  assign unused_addr = ^{s_axil_awaddr_i[1:0], s_axil_araddr_i[1:0]};

  // --- one of them at a time ---------------------------------------------------------------------------------------

  // Writes go on in every clock, as many as the FIFO has room for answers to. The place of a write is free for another
  // one five clocks after it went on, at the earliest; the one chosen last is not counted yet.
  localparam int unsigned Answers = 8;
  localparam int unsigned AnswersW = $clog2(Answers + 1);
  logic [AnswersW-1:0] writes_q;  // gone on, and not answered on the bus
  logic                may_write, may_read, b_taken, r_taken, reading_q;

  // A read first, one at a time: it needs a few clocks in which writes go on. The registers answer it a clock later
  // than a write, so that nothing may follow it at once.
  assign may_read  = ready_i && ar_next && !read_q && !reading_q;
  assign may_write = ready_i && aw_next && w_next && !read_q && writes_q < AnswersW'(Answers - 1);
  assign b_taken   = s_axil_bvalid_o && s_axil_bready_i;
  assign r_taken   = s_axil_rvalid_o && s_axil_rready_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      {write_q, read_q} <= '0;
      reading_q         <= 1'b0;
      writes_q          <= '0;
    end else begin
      read_q    <= may_read;
      write_q   <= may_write && !may_read;
      reading_q <= read_q || (reading_q && !r_taken);
      if (write_q && !b_taken) writes_q <= AnswersW'(plus_one(PlusOneW'(writes_q)));
      // One less: the complement of one more.
      if (!write_q && b_taken) writes_q <= ~AnswersW'(plus_one(PlusOneW'(AnswersW'(~writes_q))));
    end
  end

  assign req_o       = read_q || (write_q && w_whole_q);
  assign req_is_wr_o = write_q;
  assign addr_o      = {write_q ? aw_addr_q : ar_addr_q, 2'b00};
  assign wr_data_o   = w_data_q;
  assign rd_addr_o   = {ar_addr_q, 2'b00};

  // --- answers -------------------------------------------------------------------------------------------------------

  // Through a register, because they come from every register of the map.
  logic        asked_q, whole_q, b_valid_q, b_err_q, b_part_q, b_err, b_ready, looked_q, r_ready_q, r_valid_q, r_err_q;
  logic [31:0] r_data_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      {asked_q, b_valid_q, looked_q, r_ready_q, r_valid_q} <= '0;
    end else begin
      asked_q   <= write_q;
      b_valid_q <= asked_q;
      looked_q  <= read_q;
      r_ready_q <= looked_q;
      r_valid_q <= r_ready_q || (r_valid_q && !s_axil_rready_i);
    end
  end
  always_ff @(posedge clk_i) begin
    whole_q  <= w_whole_q;
    b_err_q  <= wr_err_i;
    b_part_q <= !whole_q;
    if (r_ready_q) {r_err_q, r_data_q} <= {rd_err_i, rd_data_i};
  end

  iommu_fifo #(
    .WIDTH(1),
    .DEPTH(Answers)
  ) u_b (
    .clk_i,
    .rst_ni,
    .push_valid_i(b_valid_q),
    .push_ready_o(b_ready),
    .push_data_i (b_err_q || b_part_q),
    .pop_valid_o (s_axil_bvalid_o),
    .pop_ready_i (s_axil_bready_i),
    .pop_data_o  (b_err)
  );
  assign s_axil_bresp_o  = b_err ? Slverr : Okay;
  assign s_axil_rvalid_o = r_valid_q;
  assign s_axil_rresp_o  = r_err_q ? Slverr : Okay;
  assign s_axil_rdata_o  = r_data_q;

  // What is counted above finds room, and the registers answer when they should.
  logic unused_answers;
  assign unused_answers = ^{b_ready, wr_ack_i, rd_ack_i};

`ifndef SYNTHESIS
  a_room: assert property (@(posedge clk_i) !(b_valid_q && !b_ready) && !(r_ready_q && r_valid_q))
    else $error("iommu_axil: an answer finds no room");
  a_write: assert property (@(posedge clk_i) asked_q && whole_q |-> wr_ack_i)
    else $error("iommu_axil: a write is not answered at once");
  a_read: assert property (@(posedge clk_i) r_ready_q == rd_ack_i)
    else $error("iommu_axil: a read is not answered when it should be");
`endif

endmodule
