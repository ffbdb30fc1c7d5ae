// SPDX-License-Identifier: Apache-2.0
//
// Less than, in two clocks: the lower half first, then the upper half with what has come of it. A comparison is the
// borrow of a subtraction: one carry chain, where `<=` may become a chain and a tree beside it.

module iommu_less #(
  /// Bits of an operand, at least 2
  parameter int unsigned WIDTH = 52
) (
  /// Clock
  input  logic             clk_i,
  /// Left operand; stands still for two clocks
  input  logic [WIDTH-1:0] a_i,
  /// Right operand, likewise
  input  logic [WIDTH-1:0] b_i,
  /// The left one is below the right one; two clocks after they are there
  output logic             less_o
);

  localparam int unsigned Half = WIDTH / 2;
  localparam int unsigned UpperW = WIDTH - Half + 1;
  typedef logic [UpperW-1:0] upper_t;

  function automatic logic below(upper_t a, upper_t b);
    logic              borrow;
    logic [UpperW-1:0] unused_difference;
    {borrow, unused_difference} = {1'b0, a} - {1'b0, b};
    return borrow;
  endfunction

  logic lower_q;  // of the lower half

  always_ff @(posedge clk_i) begin
    lower_q <= below(upper_t'(a_i[Half-1:0]), upper_t'(b_i[Half-1:0]));
    less_o  <= below({a_i[WIDTH-1:Half], 1'b0}, {b_i[WIDTH-1:Half], lower_q});
  end

  if (WIDTH < 2) begin : g_bad_width
    $error("iommu_less: WIDTH = %0d; there are no two halves", WIDTH);
  end

endmodule
