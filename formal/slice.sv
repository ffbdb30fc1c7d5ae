// SPDX-License-Identifier: Apache-2.0
//
// iommu_slice: what goes in comes out in its order, once, and nothing else does; followed as in fifo.sv. What is offered
// stays until taken.

module slice #(
  /// Bits of a word
  parameter int unsigned WIDTH = 4
) (
  /// Clock
  input logic             clk_i,
  /// Word in
  input logic             in_valid_i,
  /// What it is
  input logic [WIDTH-1:0] in_data_i,
  /// Word out is taken
  input logic             out_ready_i,
  /// The word that goes in is to be followed, if none is yet
  input logic             pick_i
);

  // Reset in the first clock.
  logic rst_n = 1'b0;
  always_ff @(posedge clk_i) rst_n <= 1'b1;

  logic             in_ready, out_valid, push, pop;
  logic [WIDTH-1:0] out_data;
  iommu_slice #(
    .WIDTH(WIDTH)
  ) u_slice (
    .clk_i, .rst_ni(rst_n), .in_valid_i, .in_ready_o(in_ready), .in_data_i,
    .out_valid_o(out_valid), .out_ready_i, .out_data_o(out_data)
  );
  assign push = in_valid_i && in_ready;
  assign pop  = out_valid && out_ready_i;

  logic [1:0]       inside_q;                      // words inside
  logic             second_q;                      // the followed word is behind another
  logic             followed_q, picked_q, out_q;  // it is inside; it has been picked; it has come out
  logic             started_q;                     // a clock has passed since reset
  logic             full_q;                        // it was full once
  logic             offered_q;                     // a word was offered a clock ago and not taken
  logic [WIDTH-1:0] word_q, offer_q;
  always_ff @(posedge clk_i or negedge rst_n) begin
    if (!rst_n) begin
      inside_q   <= '0;
      second_q   <= 1'b0;
      followed_q <= 1'b0;
      picked_q   <= 1'b0;
      out_q      <= 1'b0;
      started_q  <= 1'b0;
      full_q     <= 1'b0;
      offered_q  <= 1'b0;
    end else begin
      inside_q  <= inside_q + 2'(push) - 2'(pop);
      started_q <= 1'b1;
      full_q    <= full_q || inside_q == 2'd2;
      offered_q <= out_valid && !out_ready_i;
      if (push && pick_i && !picked_q) begin
        picked_q   <= 1'b1;
        followed_q <= 1'b1;
        second_q   <= inside_q != 2'(pop);
      end else if (followed_q && pop) begin
        second_q <= 1'b0;
        if (!second_q) {followed_q, out_q} <= 2'b01;
      end
    end
  end
  always_ff @(posedge clk_i) begin
    if (push && pick_i && !picked_q) word_q <= in_data_i;
    offer_q <= out_data;
  end

  always_comb begin
    if (rst_n) begin
      a_ready: assert (in_ready == (started_q && inside_q < 2'd2));
      a_valid: assert (out_valid == (inside_q != '0));
      if (followed_q) a_ahead: assert (2'(second_q) < inside_q);
      if (followed_q && !second_q) a_order: assert (out_valid && out_data == word_q);
      if (offered_q) a_stays: assert (out_valid && out_data == offer_q);
      // For the induction.
      h_inside: assert (inside_q <= 2'd2 && (started_q || inside_q == '0));
      h_spare:  assert (u_slice.spare_valid_q == (inside_q == 2'd2));
      if (followed_q && second_q) h_lies: assert (u_slice.spare_q == word_q);
    end
    c_through: cover (out_q && full_q && word_q != '0);
  end

endmodule
