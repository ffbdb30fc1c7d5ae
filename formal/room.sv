// SPDX-License-Identifier: Apache-2.0
//
// iommu_room: when it says so, what it shows is the sum of all counts, and has held for two clocks; and it says so soon
// after the last change. The counts are any, change only when they are said to, and are read as iommu_state reads them.

module room #(
  /// Entries of the table
  parameter int unsigned ENTRIES = 8,
  /// Address spaces
  parameter int unsigned ASIDS = 3,
  /// Bits of an ASID
  localparam int unsigned AsidW = iommu_pkg::idx_w(ASIDS),
  /// Bits of a number of entries
  localparam int unsigned CountW = $clog2(ENTRIES + 1)
) (
  /// Clock
  input logic                         clk_i,
  /// The counts change
  input logic                         change_i,
  /// To what
  input logic [ASIDS-1:0][CountW-1:0] counts_i
);

  // Reset in the first clock.
  logic rst_n = 1'b0;
  always_ff @(posedge clk_i) rst_n <= 1'b1;

  logic [ASIDS-1:0][CountW-1:0]   counts_q;
  logic [2**AsidW-1:0][CountW-1:0] all;       // of every number, also beyond ASIDS
  logic [AsidW-1:0]               asid;
  logic [CountW-1:0]              lies_q, count_q, used, used_q1, used_q2, sum;
  logic                           valid;
  logic [4:0]                     since_q;    // clocks since the last change, and then as many as there are
  assign all = ((2 ** AsidW) * CountW)'(counts_q);
  always_ff @(posedge clk_i) begin
    if (change_i) counts_q <= counts_i;
    lies_q  <= all[asid];
    count_q <= lies_q;
    used_q1 <= used;
    used_q2 <= used_q1;
  end
  always_ff @(posedge clk_i or negedge rst_n) begin
    if (!rst_n) since_q <= '0;
    else if (change_i) since_q <= '0;
    else if (since_q != '1) since_q <= since_q + 1'b1;
  end
  always_comb begin
    sum = '0;
    for (int unsigned a = 0; a < ASIDS; a++) sum += counts_q[a];
  end

  iommu_room #(
    .ENTRIES(ENTRIES),
    .ASIDS  (ASIDS)
  ) u_room (
    .clk_i, .rst_ni(rst_n), .asid_o(asid), .count_i(count_q), .change_i, .valid_o(valid), .used_o(used)
  );

  always_comb begin
    if (rst_n && valid) begin
      a_sum:  assert (used == sum);
      a_held: assert (used == used_q1 && used == used_q2);
    end
    if (rst_n && 32'(since_q) >= ASIDS + 4) a_soon: assert (valid);
    c_sum: cover (valid && 32'(since_q) == ASIDS + 4 && counts_q[0] == CountW'(1) && counts_q[ASIDS-1] == CountW'(3));
  end

endmodule
