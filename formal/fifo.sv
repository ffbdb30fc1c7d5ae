// SPDX-License-Identifier: Apache-2.0
//
// iommu_fifo: what is pushed comes out in its order, once, and nothing else does. One word is followed, any one: how
// many are ahead of it is counted at the ports alone, and when none is, the output shows it. What is offered stays until
// taken.
//
// The induction needs what ties the positions to the number of words inside, and where the followed word lies.

module fifo #(
  /// Bits of a word
  parameter int unsigned WIDTH = 4,
  /// Words, a power of two, at least 2
  parameter int unsigned DEPTH = 4,
  /// Bits of a position
  localparam int unsigned PtrW = iommu_pkg::idx_w(DEPTH),
  /// Bits of a number of words
  localparam int unsigned CountW = $clog2(DEPTH + 1)
) (
  /// Clock
  input logic             clk_i,
  /// Word in
  input logic             push_valid_i,
  /// What it is
  input logic [WIDTH-1:0] push_data_i,
  /// Word out is taken
  input logic             pop_ready_i,
  /// The word that is pushed is to be followed, if none is yet
  input logic             pick_i
);

  // Reset in the first clock.
  logic rst_n = 1'b0;
  always_ff @(posedge clk_i) rst_n <= 1'b1;

  logic             push_ready, pop_valid, push, pop;
  logic [WIDTH-1:0] pop_data;
  iommu_fifo #(
    .WIDTH(WIDTH),
    .DEPTH(DEPTH)
  ) u_fifo (
    .clk_i, .rst_ni(rst_n), .push_valid_i, .push_ready_o(push_ready), .push_data_i,
    .pop_valid_o(pop_valid), .pop_ready_i, .pop_data_o(pop_data)
  );
  assign push = push_valid_i && push_ready;
  assign pop  = pop_valid && pop_ready_i;

  logic [CountW-1:0] inside_q, ahead_q;          // words inside; ahead of the followed one
  logic              followed_q, picked_q, out_q;  // it is inside; it has been picked; it has come out
  logic [WIDTH-1:0]  word_q;
  logic              full_q;                       // it was full once
  logic              offered_q;                    // a word was offered a clock ago and not taken
  logic [WIDTH-1:0]  offer_q;
  always_ff @(posedge clk_i or negedge rst_n) begin
    if (!rst_n) begin
      inside_q   <= '0;
      ahead_q    <= '0;
      followed_q <= 1'b0;
      picked_q   <= 1'b0;
      out_q      <= 1'b0;
      full_q     <= 1'b0;
      offered_q  <= 1'b0;
    end else begin
      inside_q  <= inside_q + CountW'(push) - CountW'(pop);
      offered_q <= pop_valid && !pop_ready_i;
      full_q    <= full_q || !push_ready;
      if (push && pick_i && !picked_q) begin
        picked_q   <= 1'b1;
        followed_q <= 1'b1;
        ahead_q    <= inside_q - CountW'(pop);
      end else if (followed_q && pop) begin
        ahead_q <= ahead_q - 1'b1;
        if (ahead_q == '0) {followed_q, out_q} <= 2'b01;
      end
    end
  end
  always_ff @(posedge clk_i) begin
    if (push && pick_i && !picked_q) word_q <= push_data_i;
    offer_q <= pop_data;
  end

  logic [PtrW-1:0] lies;
  assign lies = u_fifo.read_q + PtrW'(ahead_q);
  always_comb begin
    if (rst_n) begin
      a_ready:  assert (push_ready == (inside_q < CountW'(DEPTH)));
      a_valid:  assert (pop_valid == (inside_q != '0));
      if (followed_q) a_ahead: assert (ahead_q < inside_q);
      if (followed_q && ahead_q == '0) a_order: assert (pop_valid && pop_data == word_q);
      if (offered_q) a_stays: assert (pop_valid && pop_data == offer_q);
      // For the induction.
      h_inside: assert (inside_q <= CountW'(DEPTH));
      h_apart:  assert (u_fifo.write_q == PtrW'(u_fifo.read_q + PtrW'(inside_q)));
      if (followed_q) h_lies: assert (u_fifo.mem[lies] == word_q);
    end
    c_through: cover (out_q && full_q && u_fifo.write_q == PtrW'(1) && word_q != '0);
  end

endmodule
