// SPDX-License-Identifier: Apache-2.0
//
// fault_queue: of the faults that were raised each one was recorded or is counted as dropped, and of those recorded each one
// was popped or waits. Stated with what the ports show, one clock apart, because a drop is counted one clock later than
// its fault. A record that nobody pops is shown in a few clocks.
//
// The induction needs that what waits is what lies in the memories and on the way in and out of them, which take turns.

module faults
  import iommu_pkg::*;
#(
  /// Faults in one clock, and memories
  parameter int unsigned S = 2,
  /// Records
  parameter int unsigned DEPTH = 4
) (
  /// Clock
  input logic                clk_i,
  /// Faults
  input logic [S-1:0]        fault_valid_i,
  /// Why
  input logic [S-1:0][3:0]   fault_reason_i,
  /// Reasons that are not recorded
  input logic [15:0]         mask_i,
  /// Moves on to the next record
  input logic                pop_i
);

  localparam int unsigned Words = DEPTH / S;
  localparam int unsigned CountW = $clog2(DEPTH + 1);
  typedef logic [CountW-1:0] count_t;
  typedef logic [SeqW-1:0]   seq_t;

  // Reset in the first clock.
  logic rst_n = 1'b0;
  always_ff @(posedge clk_i) rst_n <= 1'b1;

  seq_t       raised, dropped;
  logic       valid;
  logic [7:0] waiting;
  fault_queue #(
    .S     (S),
    .DEPTH (DEPTH),
    .IOVA_W(16)
  ) u_queue (
    .clk_i, .rst_ni(rst_n),
    .fault_valid_i, .fault_group_i('0), .fault_asid_i('0), .fault_iova_i('0), .fault_len_m1_i('0),
    .fault_write_i('0), .fault_reason_i,
    .mask_i, .threshold_i(8'd1), .timer_i('0), .pop_i,
    .raised_o(raised), .dropped_o(dropped), .valid_o(valid), .waiting_o(waiting), .group_o(), .asid_o(), .iova_o(),
    .len_m1_o(), .write_o(), .reason_o(), .seq_o(), .irq_o()
  );

  // As of one clock ago: raised, popped, waiting. And what was raised, counted here.
  seq_t               raised_q1, popped_q, popped_q1, came_q;
  logic [7:0]         waiting_q1;
  logic [1:0][S-1:0]  fault_q;
  logic [3:0]         unseen_q;  // clocks in which something waited and was not shown
  always_ff @(posedge clk_i or negedge rst_n) begin
    if (!rst_n) begin
      {raised_q1, popped_q, popped_q1, came_q} <= '0;
      waiting_q1 <= '0;
      fault_q    <= '0;
      unseen_q   <= '0;
    end else begin
      raised_q1  <= raised;
      waiting_q1 <= waiting;
      popped_q   <= popped_q + seq_t'(pop_i && valid);
      popped_q1  <= popped_q;
      fault_q    <= {fault_q[0], fault_valid_i};
      came_q     <= came_q + seq_t'($countones(fault_q[1]));
      if (waiting == '0 || valid) unseen_q <= '0;
      else if (unseen_q != '1) unseen_q <= unseen_q + 1'b1;
    end
  end

  // Records of each memory, with the one on its way in and those on their way out.
  count_t [S-1:0] lie;
  count_t         all;
  logic           behind;  // read positions follow each other
  for (genvar b = 0; b < int'(S); b++) begin : g_bank
    count_t apart;
    assign apart = u_queue.g_bank[b].wptr_q >= u_queue.g_bank[b].rptr_q
                   ? count_t'(u_queue.g_bank[b].wptr_q) - count_t'(u_queue.g_bank[b].rptr_q)
                   : count_t'(Words) + count_t'(u_queue.g_bank[b].wptr_q) - count_t'(u_queue.g_bank[b].rptr_q);
    assign lie[b] = count_t'(u_queue.g_bank[b].wen_q) + count_t'(u_queue.g_bank[b].ram_valid_q)
                       + count_t'(u_queue.g_bank[b].out_valid_q)
                       + (u_queue.g_bank[b].more_q ? (apart == '0 ? count_t'(Words) : apart) : '0);
    always_comb begin
      if (rst_n) begin
        h_next:  assert (32'(u_queue.g_bank[b].rnext_q) == (32'(u_queue.g_bank[b].rptr_q) + 1) % Words);
        h_empty: assert (u_queue.g_bank[b].more_q || apart == '0);
        h_words: assert (32'(lie[b]) <= Words);
      end
    end
  end
  always_comb begin
    all    = '0;
    behind = 1'b1;
    for (int unsigned b = 0; b < S; b++) all += lie[b];
    if (S == 2) behind = lie[u_queue.head_q] == lie[!u_queue.head_q] + count_t'(u_queue.head_q != u_queue.tail_q);
  end

  always_comb begin
    if (rst_n) begin
      a_raised:  assert (raised == came_q);
      a_account: assert (dropped + popped_q1 + seq_t'(waiting_q1) == raised_q1);
      a_depth:   assert (32'(waiting) <= DEPTH);
      a_shown:   assert (unseen_q < 4'd8 && (!valid || waiting != '0));
      // For the induction.
      h_now:     assert (dropped + seq_t'(u_queue.gone_q) + popped_q + seq_t'(waiting) == raised);
      h_ways:    assert (u_queue.come[S-1:0] == fault_q[1]);
      h_full:    assert (u_queue.full_q == (32'(u_queue.count_q) == DEPTH)
                         && u_queue.last_q == (32'(u_queue.count_q) == DEPTH - 1));
      h_inside:  assert (all == u_queue.count_q && behind);
    end
    c_dropped: cover (dropped == seq_t'(3) && popped_q == seq_t'(2) && 32'(waiting) == DEPTH && valid);
  end

endmodule
