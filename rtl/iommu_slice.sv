// SPDX-License-Identifier: Apache-2.0
//
// A register slice of two words: every output comes from a flip-flop, ready included, and a word passes in every
// clock. The second word is where the one goes that was under way when the other side stopped.

module iommu_slice #(
  /// Bits of a word
  parameter int unsigned WIDTH = 8
) (
  /// Clock
  input  logic             clk_i,
  /// Asynchronous reset, active low
  input  logic             rst_ni,
  /// Word in
  input  logic             in_valid_i,
  /// It is taken
  output logic             in_ready_o,
  /// What it is
  input  logic [WIDTH-1:0] in_data_i,
  /// Word out
  output logic             out_valid_o,
  /// It is taken
  input  logic             out_ready_i,
  /// What it is; stays until taken
  output logic [WIDTH-1:0] out_data_o
);

  // in_ready_o is low exactly while `spare_q` holds a word, and in reset.
  logic [WIDTH-1:0] spare_q;
  logic             spare_valid_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      in_ready_o    <= 1'b0;
      out_valid_o   <= 1'b0;
      spare_valid_q <= 1'b0;
    end else if (out_ready_i || !out_valid_o) begin
      in_ready_o    <= 1'b1;
      out_valid_o   <= spare_valid_q || (in_valid_i && in_ready_o);
      spare_valid_q <= 1'b0;
    end else if (!spare_valid_q) begin
      in_ready_o    <= !(in_valid_i && in_ready_o);
      spare_valid_q <= in_valid_i && in_ready_o;
    end
  end

  always_ff @(posedge clk_i) begin
    if (!spare_valid_q) spare_q <= in_data_i;
    if (out_ready_i || !out_valid_o) out_data_o <= spare_valid_q ? spare_q : in_data_i;
  end

endmodule
