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
  logic [N-1:0] ahead, among;

  assign ahead   = valid_i & behind_q;
  assign among   = (ahead != '0) ? ahead : valid_i;
  assign grant_o = among & (~among + N'(1));

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) behind_q <= '0;
    else if (served_i) behind_q <= ~(grant_o | (grant_o - N'(1)));
  end

endmodule
