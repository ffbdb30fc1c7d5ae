// SPDX-License-Identifier: Apache-2.0
//
// AXI4-Lite in front of the generated registers: one access a clock, read or write, in registers of its own, so that
// neither the bus nor the choice between the two is on the way to the address decoder.
//
// A write without all of its byte strobes is answered SLVERR and writes nothing: a driver writes whole words, and
// registers that merge bytes would be larger by a multiplexer for each bit.

module iommu_axil #(
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

  /// Access
  output logic              req_o,
  /// It writes
  output logic              req_is_wr_o,
  /// Its address, bytes, a multiple of 4
  output logic [ADDR_W-1:0] addr_o,
  /// What it writes
  output logic [31:0]       wr_data_o,
  /// A write is answered, in the clock of its req_o
  input  logic              wr_ack_i,
  /// It is refused
  input  logic              wr_err_i,
  /// A read is answered, in order
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
  logic              write, read;  // goes on to the registers

  assign s_axil_awready_o = !aw_valid_q || write;
  assign s_axil_wready_o  = !w_valid_q || write;
  assign s_axil_arready_o = !ar_valid_q || read;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      {aw_valid_q, w_valid_q, ar_valid_q} <= '0;
    end else begin
      if (s_axil_awready_o) aw_valid_q <= s_axil_awvalid_i;
      if (s_axil_wready_o) w_valid_q <= s_axil_wvalid_i;
      if (s_axil_arready_o) ar_valid_q <= s_axil_arvalid_i;
    end
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

  // In turn if both want. As many are on their way as the slices of the answers hold. The registers answer a read a clock
  // later than a write, so that nothing may follow a read at once.
  localparam logic [1:0] Answers = 2'd2;
  logic [1:0] writes_q, reads_q;  // accepted, and not answered on the bus
  logic       may_write, may_read, read_last_q, req_q, is_wr_q, whole_q, reading, b_taken, r_taken;

  assign may_write = aw_valid_q && w_valid_q && writes_q != Answers && !reading;
  assign may_read  = ar_valid_q && reads_q != Answers && !reading;
  assign reading   = req_q && !is_wr_q;
  assign write     = may_write && (!may_read || read_last_q);
  assign read      = may_read && !write;
  assign b_taken   = s_axil_bvalid_o && s_axil_bready_i;
  assign r_taken   = s_axil_rvalid_o && s_axil_rready_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      {writes_q, reads_q}  <= '0;
      {read_last_q, req_q} <= '0;
    end else begin
      writes_q <= writes_q + 2'(write) - 2'(b_taken);
      reads_q  <= reads_q + 2'(read) - 2'(r_taken);
      req_q    <= write || read;
      if (write || read) read_last_q <= read;
    end
  end
  always_ff @(posedge clk_i) begin
    is_wr_q   <= write;
    whole_q   <= w_whole_q;
    addr_o    <= {write ? aw_addr_q : ar_addr_q, 2'b00};
    wr_data_o <= w_data_q;
  end

  assign req_is_wr_o = is_wr_q;
  assign req_o       = req_q && (!is_wr_q || whole_q);

  // --- answers -------------------------------------------------------------------------------------------------------

  // Through a register, because they come from every register of the map.
  logic        b_valid_q, b_err_q, b_err, b_ready, r_valid_q, r_err_q, r_err, r_ready;
  logic [31:0] r_data_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      {b_valid_q, r_valid_q} <= '0;
    end else begin
      b_valid_q <= req_q && is_wr_q && (wr_ack_i || !whole_q);
      r_valid_q <= rd_ack_i;
    end
  end
  always_ff @(posedge clk_i) begin
    b_err_q             <= wr_err_i || !whole_q;
    {r_err_q, r_data_q} <= {rd_err_i, rd_data_i};
  end

  iommu_slice #(
    .WIDTH(1)
  ) u_b (
    .clk_i,
    .rst_ni,
    .in_valid_i (b_valid_q),
    .in_ready_o (b_ready),
    .in_data_i  (b_err_q),
    .out_valid_o(s_axil_bvalid_o),
    .out_ready_i(s_axil_bready_i),
    .out_data_o (b_err)
  );
  iommu_slice #(
    .WIDTH(33)
  ) u_r (
    .clk_i,
    .rst_ni,
    .in_valid_i (r_valid_q),
    .in_ready_o (r_ready),
    .in_data_i  ({r_err_q, r_data_q}),
    .out_valid_o(s_axil_rvalid_o),
    .out_ready_i(s_axil_rready_i),
    .out_data_o ({r_err, s_axil_rdata_o})
  );
  assign s_axil_bresp_o = b_err ? Slverr : Okay;
  assign s_axil_rresp_o = r_err ? Slverr : Okay;

  // What is counted above finds room.
  logic unused_ready;
  assign unused_ready = b_ready ^ r_ready;

`ifndef SYNTHESIS
  a_room: assert property (@(posedge clk_i) !(b_valid_q && !b_ready) && !(r_valid_q && !r_ready))
    else $error("iommu_axil: an answer finds no room");
  a_answer: assert property (@(posedge clk_i) req_o && is_wr_q |-> wr_ack_i)
    else $error("iommu_axil: a write is not answered at once");
`endif

endmodule
