// SPDX-License-Identifier: Apache-2.0
//
// Synchronous FIFO in distributed RAM. The oldest word is at the output as soon as it is in the memory: one clock
// from push to valid, one word a clock. Full and empty come from flip-flops, so that neither side's handshake
// reaches the other side in the same clock.

module iommu_fifo
  import iommu_pkg::*;
#(
  /// Bits of a word
  parameter int unsigned WIDTH = 8,
  /// Words, a power of two, at least 2
  parameter int unsigned DEPTH = 4,
  /// Bits of a position
  localparam int unsigned PtrW = idx_w(DEPTH)
) (
  /// Clock
  input  logic             clk_i,
  /// Asynchronous reset, active low
  input  logic             rst_ni,
  /// Word in
  input  logic             push_valid_i,
  /// There is room
  output logic             push_ready_o,
  /// What it is
  input  logic [WIDTH-1:0] push_data_i,
  /// There is a word
  output logic             pop_valid_o,
  /// It is taken
  input  logic             pop_ready_i,
  /// The oldest word
  output logic [WIDTH-1:0] pop_data_o
);

  logic [PtrW-1:0] write_q, read_q, write_next, read_next;
  logic            ready_q, valid_q, push, pop;

  assign push_ready_o = ready_q;
  assign pop_valid_o  = valid_q;
  assign push         = push_valid_i && push_ready_o;
  assign pop          = pop_valid_o && pop_ready_i;

  assign write_next = PtrW'(plus_one(PlusOneW'(write_q)));
  assign read_next  = PtrW'(plus_one(PlusOneW'(read_q)));

  // Both positions are the same if the FIFO is empty and if it is full; which of the two is kept beside them.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      write_q <= '0;
      read_q  <= '0;
      ready_q <= 1'b1;
      valid_q <= 1'b0;
    end else begin
      if (push) write_q <= write_next;
      if (pop) read_q <= read_next;
      if (push && !pop) begin
        ready_q <= write_next != read_q;
        valid_q <= 1'b1;
      end else if (pop && !push) begin
        ready_q <= 1'b1;
        valid_q <= read_next != write_q;
      end
    end
  end

  (* ram_style = "distributed" *)
  logic [WIDTH-1:0] mem [DEPTH];

  always_ff @(posedge clk_i) begin
    if (push) mem[write_q] <= push_data_i;
  end

  assign pop_data_o = mem[read_q];

  if (DEPTH < 2 || DEPTH != 2 ** PtrW) begin : g_bad_depth
    $error("iommu_fifo: DEPTH = %0d; a power of two from 2 on", DEPTH);
  end

endmodule
