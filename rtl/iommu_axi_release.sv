// SPDX-License-Identifier: Apache-2.0
//
// Releases on their way to the arbiter. A release begins at a handshake with the master, which nothing here may
// stall any more; so its place is reserved before the answer is put in front of the master.

module iommu_axi_release
  import iommu_axi_pkg::*;
(
  /// Clock
  input  logic clk_i,
  /// Asynchronous reset, active low
  input  logic rst_ni,
  /// A place can be reserved
  output logic room_o,
  /// It is
  input  logic reserve_i,
  /// Release, in a reserved place
  input  logic valid_i,
  /// With what
  input  tag_t tag_i,
  /// Release to the arbiter
  output logic rel_valid_o,
  /// It is taken
  input  logic rel_ready_i,
  /// With what
  output tag_t rel_tag_o
);

  // Counted one clock later, from one: a place is kept for the reservation that is not counted yet.
  localparam int unsigned CountW = $clog2(ReleaseDepth) + 1;
  logic [CountW-1:0] reserved_q;
  logic              more_q, less_q, fits;

  assign room_o = !reserved_q[CountW-1];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      more_q     <= 1'b0;
      less_q     <= 1'b0;
      reserved_q <= CountW'(1);
    end else begin
      more_q <= reserve_i;
      less_q <= rel_valid_o && rel_ready_i;
      if (more_q != less_q) reserved_q <= reserved_q + (less_q ? '1 : CountW'(1));
    end
  end

  iommu_fifo #(
    .WIDTH($bits(tag_t)),
    .DEPTH(ReleaseDepth)
  ) u_fifo (
    .clk_i,
    .rst_ni,
    .push_valid_i(valid_i),
    .push_ready_o(fits),
    .push_data_i (tag_i),
    .pop_valid_o (rel_valid_o),
    .pop_ready_i (rel_ready_i),
    .pop_data_o  (rel_tag_o)
  );

`ifndef SYNTHESIS
  a_reserved: assert property (@(posedge clk_i) (!reserve_i || room_o) && (!valid_i || fits))
    else $error("iommu_axi_release: no place for a release");
`else
  logic unused_fits;
  assign unused_fits = fits;
`endif

endmodule
