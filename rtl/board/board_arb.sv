// SPDX-License-Identifier: Apache-2.0
//
// Two requesters, one bus: an access of the host goes first, and one that has begun is finished first. The host is
// slower than anything here, so the other is never kept waiting for long.

module board_arb
  import board_pkg::*;
(
  /// Clock
  input  logic     clk_i,
  /// Asynchronous reset, active low
  input  logic     rst_ni,
  /// The host
  input  request_t host_i,
  /// Its answer
  output reply_t   host_o,
  /// The self-test
  input  request_t test_i,
  /// Its answer
  output reply_t   test_o,
  /// The one whose turn it is
  output request_t request_o,
  /// It is the host
  output logic     by_host_o,
  /// The answer to it
  input  reply_t   reply_i
);

  logic busy_q, host_q;

  assign by_host_o = busy_q ? host_q : host_i.valid;
  assign request_o = by_host_o ? host_i : test_i;

  always_comb begin
    host_o      = reply_i;
    test_o      = reply_i;
    host_o.done = reply_i.done && by_host_o;
    test_o.done = reply_i.done && !by_host_o;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      busy_q <= 1'b0;
      host_q <= 1'b0;
    end else begin
      busy_q <= request_o.valid && !reply_i.done;
      host_q <= by_host_o;
    end
  end

endmodule
