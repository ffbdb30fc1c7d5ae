// SPDX-License-Identifier: Apache-2.0
//
// The operands of a pass, ascending: a memory of B, and in front of it the one that the pass is at and the one after,
// in registers, because an entry of the stream is compared with both. Which of its ends says when the pass goes on to
// the next one depends on the kind of pass; it is chosen on the way out of the memory, where there is time.
//
//   load --> memory --> next --> current

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

  /// A pass starts, with ops_i operands
  input  logic             start_i,
  /// Operands, stable during the pass
  input  logic [OpsW-1:0]  ops_i,
  /// bound is an operand's last granule; otherwise its first
  input  logic             bound_last_i,
  /// A pass is in progress
  input  logic             run_i,
  /// The current operand is done with; only if valid_o
  input  logic             advance_i,

  /// Some operand is not done with yet
  output logic             left_o,
  /// There is a current operand
  output logic             valid_o,
  /// Its number
  output logic [PosW-1:0]  pos_o,
  /// Its bound
  output logic [IG_W-1:0]  bound_o,
  /// Its first granule
  output logic [IG_W-1:0]  start_o,
  /// Its last granule, inclusive
  output logic [IG_W-1:0]  last_o,
  /// The rest of it
  output logic [REST_W-1:0] rest_o,
  /// There is one after it
  output logic             next_valid_o,
  /// Bound of that one
  output logic [IG_W-1:0]  next_bound_o,
  /// Its first granule
  output logic [IG_W-1:0]  next_start_o,
  /// Its last granule, inclusive
  output logic [IG_W-1:0]  next_last_o
);

  typedef struct packed {
    logic [IG_W-1:0]   start;
    logic [IG_W-1:0]   last;
    logic [REST_W-1:0] rest;
  } operand_t;

  operand_t         memory_q [B];
  operand_t         current_q, next_q, fetched;
  logic [IG_W-1:0]  current_bound_q, next_bound_q;
  logic             current_valid_q, next_valid_q;
  logic [OpsW-1:0]  fetch_q;  // the operand to fetch from memory
  logic [PosW-1:0]  pos_q;
  logic             more, shift;

  assign more  = run_i && fetch_q != ops_i;
  assign shift = advance_i || !current_valid_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      current_valid_q <= 1'b0;
      next_valid_q    <= 1'b0;
      fetch_q         <= '0;
      pos_q           <= '0;
    end else if (start_i) begin
      current_valid_q <= 1'b0;
      next_valid_q    <= 1'b0;
      fetch_q         <= '0;
      pos_q           <= '0;
    end else if (shift) begin
      current_valid_q <= next_valid_q;
      next_valid_q    <= more;
      if (more) fetch_q <= fetch_q + 1'b1;
      if (advance_i) pos_q <= pos_q + 1'b1;
    end
  end

  assign fetched = memory_q[PosW'(fetch_q)];
  always_ff @(posedge clk_i) begin
    if (load_i) memory_q[load_pos_i] <= '{start: load_start_i, last: load_last_i, rest: load_rest_i};
    if (shift) begin
      current_q       <= next_q;
      current_bound_q <= next_bound_q;
      next_q          <= fetched;
      next_bound_q    <= bound_last_i ? fetched.last : fetched.start;
    end
  end

  assign left_o       = current_valid_q || next_valid_q || more;
  assign valid_o      = current_valid_q;
  assign pos_o        = pos_q;
  assign bound_o      = current_bound_q;
  assign start_o      = current_q.start;
  assign last_o       = current_q.last;
  assign rest_o       = current_q.rest;
  assign next_valid_o = next_valid_q;
  assign next_bound_o = next_bound_q;
  assign next_start_o = next_q.start;
  assign next_last_o  = next_q.last;

`ifndef SYNTHESIS
  a_advance: assert property (@(posedge clk_i) advance_i |-> current_valid_q)
    else $error("iotlb_operands: past the last operand");
`endif

endmodule
