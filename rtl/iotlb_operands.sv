// SPDX-License-Identifier: Apache-2.0
//
// The operands of a pass, ascending: a memory of B, and in front of it the one that the pass is at and the one after,
// in registers, because an entry of the stream is compared with both.
//
//   load --> memory --> next --> current

module iotlb_operands
  import iommu_pkg::*;
#(
  /// Operands of a pass
  parameter int unsigned B = BatchDefault,
  /// Bits of an operand
  parameter int unsigned WIDTH = 164,
  /// Bits of an operand's number
  localparam int unsigned PosW = idx_w(B),
  /// Bits of a number of operands
  localparam int unsigned OpsW = $clog2(B + 1)
) (
  /// Clock
  input  logic             clk_i,
  /// Asynchronous reset, active low
  input  logic             rst_ni,

  /// Keeps load_data_i as operand load_pos_i
  input  logic             load_i,
  /// Its number
  input  logic [PosW-1:0]  load_pos_i,
  /// The operand
  input  logic [WIDTH-1:0] load_data_i,

  /// A pass starts, with ops_i operands
  input  logic             start_i,
  /// Operands, stable during the pass
  input  logic [OpsW-1:0]  ops_i,
  /// The pass is running
  input  logic             run_i,
  /// The current operand is done with; only if valid_o
  input  logic             advance_i,

  /// Some operand is not done with yet
  output logic             left_o,
  /// There is a current operand
  output logic             valid_o,
  /// Its number
  output logic [PosW-1:0]  pos_o,
  /// The current operand
  output logic [WIDTH-1:0] data_o,
  /// There is one after it
  output logic             next_valid_o,
  /// The one after it
  output logic [WIDTH-1:0] next_data_o
);

  logic [WIDTH-1:0] memory_q [B];
  logic [WIDTH-1:0] current_q, next_q;
  logic             current_valid_q, next_valid_q;
  logic [OpsW-1:0]  fetch_q;  // the operand to fetch from memory
  logic [PosW-1:0]  pos_q;
  logic             more, shift;

  assign more  = fetch_q != ops_i;
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
    end else if (run_i && shift) begin
      current_valid_q <= next_valid_q;
      next_valid_q    <= more;
      if (more) fetch_q <= fetch_q + 1'b1;
      if (advance_i) pos_q <= pos_q + 1'b1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (load_i) memory_q[load_pos_i] <= load_data_i;
    if (run_i && shift) begin
      current_q <= next_q;
      next_q    <= memory_q[PosW'(fetch_q)];
    end
  end

  assign left_o       = current_valid_q || next_valid_q || more;
  assign valid_o      = current_valid_q;
  assign pos_o        = pos_q;
  assign data_o       = current_q;
  assign next_valid_o = next_valid_q;
  assign next_data_o  = next_q;

`ifndef SYNTHESIS
  a_advance: assert property (@(posedge clk_i) advance_i |-> run_i && current_valid_q)
    else $error("iotlb_operands: past the last operand");
`endif

endmodule
