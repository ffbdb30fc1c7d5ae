// SPDX-License-Identifier: Apache-2.0
//
// The operands of a pass, ascending: a memory of B, and behind it the one that the pass is at, in registers, because
// what passes is compared with it. While there is no pass these show number 0, by which way a single operand goes
// straight through.
//
//   load --> register --> memory --> current

module iotlb_operands
  import iommu_pkg::*;
#(
  /// Operands of a pass
  parameter int unsigned B = BatchDefault,
  /// Bits of an IOVA granule number
  parameter int unsigned IG_W = 52,
  /// Bits of what is kept beside its range
  parameter int unsigned REST_W = 60,
  /// Bits of an operand's number
  localparam int unsigned PosW = idx_w(B),
  /// Bits of a number of operands
  localparam int unsigned OpsW = $clog2(B + 1)
) (
  /// Clock
  input  logic             clk_i,
  /// Asynchronous reset, active low
  input  logic             rst_ni,

  /// Keeps an operand as number load_pos_i
  input  logic             load_i,
  /// Its number
  input  logic [PosW-1:0]  load_pos_i,
  /// Its first granule
  input  logic [IG_W-1:0]  load_start_i,
  /// Its last granule, inclusive
  input  logic [IG_W-1:0]  load_last_i,
  /// The rest of it
  input  logic [REST_W-1:0] load_rest_i,

  /// Operands, stable during the pass
  input  logic [OpsW-1:0]  ops_i,
  /// A pass is in progress
  input  logic             run_i,
  /// The current operand is done with; only if valid_o has been high for a clock, and not in two clocks running
  input  logic             advance_i,

  /// Some operand is not done with yet
  output logic             left_o,
  /// There is a current operand
  output logic             valid_o,
  /// Its number
  output logic [PosW-1:0]  pos_o,
  /// Its first granule; without a pass that of number 0, if it was loaded three clocks ago or earlier
  output logic [IG_W-1:0]  start_o,
  /// Its last granule, inclusive
  output logic [IG_W-1:0]  last_o,
  /// The rest of it
  output logic [REST_W-1:0] rest_o
);

  typedef struct packed {
    logic [IG_W-1:0]   start;
    logic [IG_W-1:0]   last;
    logic [REST_W-1:0] rest;
  } operand_t;

  operand_t          memory_q [B];
  operand_t          load_q, current_q;
  logic              load_en_q, valid_q, more_q;
  logic [PosW-1:0]   load_pos_q, pos_q;
  logic [OpsW-1:0]   fetch_q;  // the operand after the current one

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      load_en_q <= 1'b0;
      valid_q   <= 1'b0;
      fetch_q   <= '0;
      pos_q     <= '0;
      more_q    <= 1'b0;
    end else begin
      load_en_q <= load_i;
      // A clock late: nobody asks in the clock after fetch_q has changed.
      more_q    <= (run_i ? fetch_q : '0) != ops_i;
      if (!run_i) begin
        valid_q <= 1'b0;
        fetch_q <= '0;
        pos_q   <= '0;
      end else if (advance_i || !valid_q) begin
        valid_q <= more_q;
        if (more_q) fetch_q <= fetch_q + 1'b1;
        if (advance_i) pos_q <= pos_q + 1'b1;
      end
    end
  end

  // Nothing else is near: what is loaded comes from afar, and the memory is many.
  always_ff @(posedge clk_i) begin
    load_pos_q <= load_pos_i;
    load_q     <= '{start: load_start_i, last: load_last_i, rest: load_rest_i};
    if (load_en_q) memory_q[load_pos_q] <= load_q;
    if (advance_i || !valid_q) current_q <= memory_q[PosW'(fetch_q)];
  end

  assign left_o  = valid_q || more_q;
  assign valid_o = valid_q;
  assign pos_o   = pos_q;
  assign start_o = current_q.start;
  assign last_o  = current_q.last;
  assign rest_o  = current_q.rest;

`ifndef SYNTHESIS
  a_advance: assert property (@(posedge clk_i) advance_i |-> valid_q)
    else $error("iotlb_operands: past the last operand");
  logic settled_q;  // more_q is of fetch_q
  always_ff @(posedge clk_i) settled_q <= run_i && valid_q && !advance_i;
  a_settled: assert property (@(posedge clk_i) advance_i |-> settled_q)
    else $error("iotlb_operands: the next operand before it is known whether there is one");
`endif

endmodule
