// SPDX-License-Identifier: Apache-2.0
//
// Round robin: of those that ask, the first one behind the last one served. Who keeps asking is served before
// anybody else is served twice.

module iommu_rr #(
  /// How many may ask
  parameter int unsigned N = 2
) (
  /// Clock
  input  logic         clk_i,
  /// Asynchronous reset, active low
  input  logic         rst_ni,
  /// Who asks
  input  logic [N-1:0] valid_i,
  /// The one granted is served in this clock
  input  logic         served_i,
  /// Whose turn it is, one bit; none if nobody asks
  output logic [N-1:0] grant_o
);

  logic [N-1:0] behind_q;  // the numbers above the last one served
  logic [N-1:0] ahead, first_ahead, first;

  assign ahead = valid_i & behind_q;
  assign first_ahead[0] = ahead[0];
  assign first[0]       = valid_i[0];
  for (genvar i = 1; i < int'(N); i++) begin : g_first
    assign first_ahead[i] = ahead[i] && ahead[i-1:0] == '0;
    assign first[i]       = valid_i[i] && valid_i[i-1:0] == '0;
  end
  assign grant_o = (ahead != '0) ? first_ahead : first;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      behind_q <= '0;
    end else if (served_i) begin
      for (int unsigned i = 0; i < N; i++) behind_q[i] <= (grant_o & N'((1 << i) - 1)) != '0;
    end
  end

endmodule
