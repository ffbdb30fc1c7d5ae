// SPDX-License-Identifier: Apache-2.0
//
// iommu_rr: grants one of those that ask, and none only if none asks. One that keeps asking, any one, is served before
// anybody else is served twice.

module rr #(
  /// How many may ask
  parameter int unsigned N = 4
) (
  /// Clock
  input logic         clk_i,
  /// Who asks
  input logic [N-1:0] valid_i,
  /// The one granted is served
  input logic         served_i
);

  // Reset in the first clock.
  logic rst_n = 1'b0;
  always_ff @(posedge clk_i) rst_n <= 1'b1;

  // Any value, and it stays.
  logic [$clog2(N)-1:0] who;
  always_ff @(posedge clk_i) who <= who;

  logic [N-1:0] grant;
  iommu_rr #(
    .N(N)
  ) u_rr (
    .clk_i, .rst_ni(rst_n), .valid_i, .served_i, .grant_o(grant)
  );

  // Who was served since `who` asks.
  logic [N-1:0] before_q;
  logic         waits_q;   // it asked a clock ago, and was not served
  always_ff @(posedge clk_i or negedge rst_n) begin
    if (!rst_n) before_q <= '0;
    else if (!valid_i[who] || (served_i && grant[who])) before_q <= '0;
    else if (served_i) before_q <= before_q | grant;
  end
  always_ff @(posedge clk_i or negedge rst_n) begin
    if (!rst_n) waits_q <= 1'b0;
    else waits_q <= valid_i[who] && !(served_i && grant[who]);
  end

  // behind_q are all numbers above one; who was served is not between that one and `who`, going round.
  logic above, first;
  always_comb begin
    above = 1'b1;
    first = 1'b1;
    for (int unsigned i = 1; i + 1 < N; i++) above &= !u_rr.behind_q[i] || u_rr.behind_q[i+1];
    for (int unsigned i = 0; i < N; i++) begin
      if (before_q[i] && u_rr.behind_q[who]) first &= !(u_rr.behind_q[i] && i <= 32'(who));
      else if (before_q[i]) first &= !(u_rr.behind_q[i] || i <= 32'(who));
    end
  end

  always_comb begin
    assume (32'(who) < N);
    if (rst_n) begin
      a_one:  assert ($onehot0(grant));
      a_asks: assert ((grant & ~valid_i) == '0);
      a_some: assert ((grant != '0) == (valid_i != '0));
      if (valid_i[who] && served_i) a_fair: assert ((grant & before_q) == '0);
      // For the induction.
      h_none:  assert ((waits_q || before_q == '0) && !before_q[who]);
      h_above: assert (above);
      h_first: assert (first);
      h_last:  assert (!u_rr.behind_q[0]);
    end
    c_last: cover (waits_q && $countones(before_q) == N - 1 && valid_i[who] && served_i);
  end

endmodule
