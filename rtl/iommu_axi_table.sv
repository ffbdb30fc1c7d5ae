// SPDX-License-Identifier: Apache-2.0
//
// The bursts of one direction that are not answered yet, and whose turn it is. A slot holds one burst from the
// moment it is translated (bursts arrive here in order) until its B or last R is on its way to the master.
//
// AXI4 wants the answers of one ID in order and leaves the others free. So each slot remembers the slot that was the
// youngest of its ID when it came, and waits until that one has become free: the oldest of an ID is the one that does
// not wait. Which slot a burst got says nothing about its age.

module iommu_axi_table #(
  /// Bursts, at least 2
  parameter int unsigned SLOTS = 16,
  /// Bits of an ID
  parameter int unsigned ID_W = 4,
  /// Bits kept for the owner
  parameter int unsigned INFO_W = 8,
  /// Bits of a slot number
  localparam int unsigned SlotW = iommu_pkg::idx_w(SLOTS)
) (
  /// Clock
  input  logic              clk_i,
  /// Asynchronous reset, active low
  input  logic              rst_ni,

  /// A burst comes in
  input  logic              alloc_valid_i,
  /// There is a slot for it
  output logic              alloc_ready_o,
  /// Its ID
  input  logic [ID_W-1:0]   alloc_id_i,
  /// The IOMMU answers it itself
  input  logic              alloc_refused_i,
  /// With alloc_refused_i: it may be answered at once, without done_valid_i
  input  logic              alloc_done_i,
  /// What to keep
  input  logic [INFO_W-1:0] alloc_info_i,
  /// The slot it gets
  output logic [SlotW-1:0]  alloc_slot_o,

  /// A refused burst may be answered from now on
  input  logic              done_valid_i,
  /// Its slot
  input  logic [SlotW-1:0]  done_slot_i,

  /// ID of a downstream answer
  input  logic [ID_W-1:0]   find_id_i,
  /// It answers the oldest burst of this ID
  output logic              find_hit_o,
  /// The oldest burst of this ID is a refused one; the answer must wait
  output logic              find_wait_o,
  /// With find_hit_o: what was kept
  output logic [INFO_W-1:0] find_info_o,
  /// With find_hit_o: the burst is answered
  input  logic              find_free_i,

  /// A refused burst is to be answered
  output logic              own_valid_o,
  /// Its ID
  output logic [ID_W-1:0]   own_id_o,
  /// What was kept
  output logic [INFO_W-1:0] own_info_o,
  /// It is answered; not together with find_free_i
  input  logic              own_free_i
);

  logic [SLOTS-1:0]            valid_q, refused_q, done_q, oldest, free;
  logic [SLOTS-1:0]            youngest_q, wait_q;
  logic [SLOTS-1:0][SlotW-1:0] before_q;  // the slot that one waits for, with wait_q
  logic [SLOTS-1:0][ID_W-1:0]  id_q;

  function automatic logic [SlotW-1:0] number(logic [SLOTS-1:0] one_hot);
    number = '0;
    for (int unsigned i = 0; i < SLOTS; i++) begin
      if (one_hot[i]) number |= SlotW'(i);
    end
  endfunction

  // --- slots ---------------------------------------------------------------------------------------------------

  logic             alloc;
  logic [SLOTS-1:0] alloc_slot, done_slot, same_id, prior;
  logic [SlotW-1:0] free_slot, found_slot, own_slot, prior_slot;

  // A slot freed in this clock is not given away before the next: that would tie the response channel to the
  // request channel in one clock.
  assign alloc_ready_o = !(&valid_q);
  assign alloc         = alloc_valid_i && alloc_ready_o;
  assign alloc_slot    = alloc ? ~valid_q & (valid_q + SLOTS'(1)) : '0;
  assign alloc_slot_o  = number(~valid_q & (valid_q + SLOTS'(1)));

  always_comb begin
    for (int unsigned i = 0; i < SLOTS; i++) begin
      done_slot[i] = done_valid_i && done_slot_i == SlotW'(i);
      same_id[i]   = valid_q[i] && id_q[i] == alloc_id_i;
      oldest[i]    = valid_q[i] && !wait_q[i];
    end
  end

  // The youngest of the ID so far, which may leave in this very clock.
  assign prior      = same_id & youngest_q;
  assign prior_slot = number(prior);
  assign free_slot  = own_free_i ? own_slot : found_slot;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q <= '0;
    end else begin
      valid_q <= (valid_q | alloc_slot) & ~free;
    end
  end

  always_ff @(posedge clk_i) begin
    for (int unsigned i = 0; i < SLOTS; i++) begin
      if ((find_free_i || own_free_i) && before_q[i] == free_slot) wait_q[i] <= 1'b0;
      if (alloc && same_id[i]) youngest_q[i] <= 1'b0;
      done_q[i] <= done_q[i] || done_slot[i];
      if (alloc_slot[i]) begin
        wait_q[i]     <= (prior & ~free) != '0;
        before_q[i]   <= prior_slot;
        youngest_q[i] <= 1'b1;
        id_q[i]       <= alloc_id_i;
        refused_q[i]  <= alloc_refused_i;
        done_q[i]     <= alloc_done_i;
      end
    end
  end

  // --- whose turn ------------------------------------------------------------------------------------------------

  logic [SLOTS-1:0] found, ready, own;

  always_comb begin
    for (int unsigned i = 0; i < SLOTS; i++) found[i] = oldest[i] && id_q[i] == find_id_i;
  end
  assign find_hit_o  = (found & ~refused_q) != '0;
  assign find_wait_o = (found & refused_q) != '0;

  // In turn, because a slot that is freed is given away again: by number, one burst could be passed over forever.
  assign ready       = oldest & refused_q & done_q;
  assign own_valid_o = ready != '0;
  iommu_rr #(
    .N(SLOTS)
  ) u_turn (
    .clk_i,
    .rst_ni,
    .valid_i (ready),
    .served_i(own_free_i),
    .grant_o (own)
  );
  assign free = (find_free_i ? found : '0) | (own_free_i ? own : '0);

  always_comb begin
    own_id_o = '0;
    for (int unsigned i = 0; i < SLOTS; i++) begin
      if (own[i]) own_id_o |= id_q[i];
    end
  end

  (* ram_style = "distributed" *)
  logic [INFO_W-1:0] mem [SLOTS];
  always_ff @(posedge clk_i) begin
    if (alloc) mem[alloc_slot_o] <= alloc_info_i;
  end
  assign found_slot  = number(found);
  assign own_slot    = number(own);
  assign find_info_o = mem[found_slot];
  assign own_info_o  = mem[own_slot];

`ifndef SYNTHESIS
  a_one_oldest: assert property (@(posedge clk_i) $onehot0(found))
    else $error("iommu_axi_table: two oldest bursts of one ID");
  a_one_youngest: assert property (@(posedge clk_i) alloc |-> $onehot0(prior))
    else $error("iommu_axi_table: two youngest bursts of one ID");
  a_free: assert property (@(posedge clk_i) !(find_free_i && own_free_i) && (!find_free_i || find_hit_o)
                                            && (!own_free_i || own_valid_o))
    else $error("iommu_axi_table: freed what is not there");
  a_done: assert property (@(posedge clk_i) done_valid_i |-> (valid_q & refused_q & ~done_q & done_slot) != '0)
    else $error("iommu_axi_table: a burst is done that was not begun");
`endif

  if (SLOTS < 2) begin : g_bad_slots
    $error("iommu_axi_table: SLOTS = %0d; at least 2", SLOTS);
  end

endmodule
