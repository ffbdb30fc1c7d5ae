// SPDX-License-Identifier: Apache-2.0
//
// The bursts of one direction that are not answered yet, and whose turn it is. A slot holds one burst from the
// moment it is translated (bursts arrive here in order) until its B or last R is on its way to the master.
//
// AXI4 wants the answers of one ID in order and leaves the others free. So the bursts of an ID are a chain: a slot
// that is given away is the youngest of its ID and is written down as the next one of the slot that was that before,
// and a slot that becomes free makes its next one the oldest. Which slot a burst got says nothing about its age.
//
//   alloc -> id (a0) -> youngest? (a1) -> next of the slot before, or oldest (a2)
//   find  -> id (b) -> oldest? -> hit, slot, with the answer -> info
//   own   -> ready -> batch -> slot -> id, info
//   free  -> slot (f1) -> its next one is the oldest
//
// Nothing of that is found out in the clock that needs it. A burst is on its way to memory for two clocks before its
// answer can stand at `find`, and by then it is in the chain. An answer that follows one of the same ID cannot wait
// for the chain: it goes on from the slot of that one.

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

  /// A burst comes in; only with alloc_ready_o
  input  logic              alloc_valid_i,
  /// There is a slot for it
  output logic              alloc_ready_o,
  /// Its ID
  input  logic [ID_W-1:0]   alloc_id_i,
  /// The IOMMU answers it itself
  input  logic              alloc_refused_i,
  /// With alloc_refused_i: it may be answered at once, without done_valid_i; constant
  input  logic              alloc_done_i,
  /// What to keep
  input  logic [INFO_W-1:0] alloc_info_i,
  /// The slot it gets
  output logic [SlotW-1:0]  alloc_slot_o,

  /// A refused burst may be answered from now on
  input  logic              done_valid_i,
  /// Its slot
  input  logic [SlotW-1:0]  done_slot_i,

  /// A downstream answer; not in the two clocks after its burst came in
  input  logic              find_valid_i,
  /// Its ID
  input  logic [ID_W-1:0]   find_id_i,
  /// All answers move on by one step. The three outputs below speak of the answer two steps behind find_id_i
  output logic              find_ready_o,
  /// It answers the oldest burst of this ID. Without this and find_wait_o nobody waits for it
  output logic              find_hit_o,
  /// The oldest burst of this ID is a refused one; the answer must wait
  output logic              find_wait_o,
  /// With find_hit_o: what was kept
  output logic [INFO_W-1:0] find_info_o,
  /// With find_hit_o: it goes on
  input  logic              find_take_i,
  /// With find_hit_o: it is the last one of its burst
  input  logic              find_last_i,

  /// A refused burst is to be answered
  output logic              own_valid_o,
  /// Its ID
  output logic [ID_W-1:0]   own_id_o,
  /// What was kept
  output logic [INFO_W-1:0] own_info_o,
  /// It is answered; not together with find_take_i, and not in the first clock in which it is there
  input  logic              own_free_i
);

  // The oldest burst of an ID is one that memory answers, or a refused one. `done_q` speaks of refused ones only.
  logic [SLOTS-1:0]           youngest_q, oldest_q, refused_q, done_q;
  logic [SLOTS-1:0][ID_W-1:0] id_q;

  function automatic logic [SlotW-1:0] number(logic [SLOTS-1:0] one_hot);
    logic [SLOTS-1:0] odd;
    for (int unsigned b = 0; b < SlotW; b++) begin
      for (int unsigned i = 0; i < SLOTS; i++) odd[i] = i[b];
      number[b] = (one_hot & odd) != '0;
    end
  endfunction
  function automatic logic [SLOTS-1:0] one_hot(logic valid, logic [SlotW-1:0] slot);
    for (int unsigned i = 0; i < SLOTS; i++) one_hot[i] = valid && slot == SlotW'(i);
  endfunction

  typedef struct packed {
    logic [SlotW-1:0] slot;
    logic             refused;
  } next_t;

  // --- free slots ------------------------------------------------------------------------------------------------

  // One is chosen ahead. Those that were never used are counted through, the others stand in line.
  // The slice keeps the handshake of a burst away from the line.
  logic             f1_valid_q, alloc, fresh_left_q, unused_room, some_free, choose;
  logic [SlotW-1:0] f1_slot_q, fresh_q, free_slot;

  assign alloc = alloc_valid_i && alloc_ready_o;

  iommu_fifo #(
    .WIDTH(SlotW),
    .DEPTH(2 ** SlotW)
  ) u_free (
    .clk_i,
    .rst_ni,
    .push_valid_i(f1_valid_q),
    .push_ready_o(unused_room),
    .push_data_i (f1_slot_q),
    .pop_valid_o (some_free),
    .pop_ready_i (choose && !fresh_left_q),
    .pop_data_o  (free_slot)
  );

  iommu_slice #(
    .WIDTH(SlotW)
  ) u_slot (
    .clk_i,
    .rst_ni,
    .in_valid_i (fresh_left_q || some_free),
    .in_ready_o (choose),
    .in_data_i  (fresh_left_q ? fresh_q : free_slot),
    .out_valid_o(alloc_ready_o),
    .out_ready_i(alloc_valid_i),
    .out_data_o (alloc_slot_o)
  );

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      fresh_left_q <= 1'b1;
      fresh_q      <= '0;
    end else if (choose && fresh_left_q) begin
      fresh_q      <= fresh_q + 1'b1;
      fresh_left_q <= fresh_q != SlotW'(SLOTS - 1);
    end
  end

  // --- a burst joins the chain of its ID ---------------------------------------------------------------------------

  logic             a0_valid_q, a0_refused_q, a1_refused_q, a2_refused_q, a2_behind_q;
  logic [ID_W-1:0]  a0_id_q;
  logic [SlotW-1:0] a0_slot_q, a1_slot_q, a1_prior, a2_slot_q, a2_prior_q;
  logic [SLOTS-1:0] a0_match, a0_joins, a1_match_q, joins_q, begins_q, prior;
  logic             is_find_q, is_own_q, is_f1_q, find_free_q, own_free_q, f2_valid_q, find_free;
  logic [SlotW-1:0] find_slot_q, own_slot_q;
  logic [SLOTS-1:0] leaves_q;

  always_comb begin
    for (int unsigned i = 0; i < SLOTS; i++) a0_match[i] = a0_valid_q && id_q[i] == a0_id_q;
  end
  assign prior    = youngest_q & a1_match_q;
  assign a1_prior = number(prior);
  assign a0_joins = one_hot(a0_valid_q, a0_slot_q);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      a0_valid_q <= 1'b0;
      joins_q    <= '0;
      begins_q   <= '0;
    end else begin
      a0_valid_q <= alloc;
      joins_q    <= a0_joins;
      begins_q   <= joins_q;
    end
  end
  always_ff @(posedge clk_i) begin
    {a0_id_q, a0_refused_q, a0_slot_q} <= {alloc_id_i, alloc_refused_i, alloc_slot_o};
    {a1_refused_q, a1_slot_q}          <= {a0_refused_q, a0_slot_q};
    {a2_refused_q, a2_slot_q}          <= {a1_refused_q, a1_slot_q};
    a1_match_q                         <= a0_match;
    a2_prior_q                         <= a1_prior;
    a2_behind_q                        <= prior != '0;
    // Whether that one is the one before, if there is one: looked up, which is shorter than comparing its number.
    {is_find_q, find_free_q}           <= {prior[find_slot_q], find_free};
    {is_own_q, own_free_q}             <= {prior[own_slot_q], own_free_i};
    {is_f1_q, f2_valid_q}              <= {prior[f1_slot_q], f1_valid_q};
    for (int unsigned i = 0; i < SLOTS; i++) begin
      if (a0_joins[i]) {id_q[i], refused_q[i]} <= {a0_id_q, a0_refused_q};
    end
  end

  (* ram_style = "distributed" *)
  next_t next_mem [2 ** SlotW];
  always_ff @(posedge clk_i) begin
    if (a2_behind_q) next_mem[a2_prior_q] <= '{slot: a2_slot_q, refused: a2_refused_q};
  end

  // --- a slot becomes free -------------------------------------------------------------------------------------------

  (* keep *) logic find_next;
  logic             f1_next_q, find_met, own_met, own_next_q;
  logic [ID_W-1:0]  find_id_q, own_id_q;
  next_t            f1_then_q, find_read, find_then, own_then, own_then_q, joining;

  // The next one of a slot that may become free: in the memory, or on its way there. One that is found to be behind it
  // in this clock, in a1, will be the oldest by itself, see `begins`.
  assign joining   = '{slot: a2_slot_q, refused: a2_refused_q};
  assign find_met  = a2_behind_q && a2_prior_q == find_slot_q;
  assign own_met   = a2_behind_q && a2_prior_q == own_slot_q;
  assign find_read = next_mem[find_slot_q];
  assign find_then = find_met ? joining : find_read;
  assign own_then  = own_met ? joining : own_then_q;
  assign find_next = !youngest_q[find_slot_q];

  assign find_free = find_take_i && find_last_i;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      f1_valid_q <= 1'b0;
      f1_next_q  <= 1'b0;
    end else begin
      f1_valid_q <= find_free || own_free_i;
      f1_next_q  <= (own_free_i && (own_next_q || own_met)) || (find_free && find_next);
    end
  end
  always_ff @(posedge clk_i) begin
    // A refused burst stands there for a clock before it is answered: what is behind it is looked up in that clock, and
    // what comes to stand behind it later is on its way to the memory.
    own_next_q           <= !youngest_q[own_slot_q];
    own_then_q           <= own_met ? joining : next_mem[own_slot_q];
    f1_slot_q            <= own_free_i ? own_slot_q : find_slot_q;
    // A choice of two reads would become one read at an address that is chosen, which takes longer.
    f1_then_q <= (own_then & {$bits(next_t){own_free_i}}) | (find_then & {$bits(next_t){!own_free_i}});
  end

  logic [SLOTS-1:0] ready, batch_q;

  // Synthesis keeps these as they are: put into the function of every slot, decoders become several times as many.
  (* keep *) logic [SLOTS-1:0] finds, follows;
  logic [SLOTS-1:0] done_slot_q, own_hot_q, oldest;
  logic             load_q, begins;
  assign finds   = one_hot(1'b1, find_slot_q);
  assign follows = one_hot(f1_next_q, f1_then_q.slot);

  // The one before was free when it was found, or became so in that clock: then there is nobody to wait for. One that
  // becomes free in this clock finds what is written here.
  assign begins = !a2_behind_q || (is_find_q && find_free_q) || (is_own_q && own_free_q) || (is_f1_q && f2_valid_q);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      done_slot_q <= '0;
      leaves_q    <= '0;
    end else begin
      done_slot_q <= one_hot(done_valid_i, done_slot_i);
      leaves_q    <= (finds & {SLOTS{find_free}}) | (own_hot_q & {SLOTS{own_free_i}});
    end
  end

  assign oldest = (oldest_q & ~leaves_q) | (begins_q & {SLOTS{begins}}) | follows;

  // Written as gates, because what looks like an enable becomes one, and the enable is the longer way.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      youngest_q <= '0;
      oldest_q   <= '0;
      done_q     <= '0;
    end else begin
      youngest_q <= (youngest_q & ~leaves_q & ~a1_match_q) | joins_q;
      oldest_q   <= oldest;
      done_q     <= (done_q & ~(oldest_q & {SLOTS{load_q}})) | (joins_q & {SLOTS{alloc_done_i && a1_refused_q}})
                    | done_slot_q;
    end
  end

  // --- whose answer --------------------------------------------------------------------------------------------------

  logic [SLOTS-1:0] same_id, b_match, b_match_q, b_oldest_q, b_refused_q;
  logic             hit_q, wait_q, b_valid_q, b_again_q;
  logic [ID_W-1:0]  b_id_q;
  logic [SlotW-1:0] find_slot;

  // Synthesis keeps it as it is: every answer on its way has it as its enable.
  (* keep *) logic moves;
  assign moves        = find_take_i || !(hit_q || wait_q);
  assign find_ready_o = moves;

  // Whether the answer has the ID of what is in f1, found out a clock before: the answer either came from find_id_i in
  // that clock, as it does whenever a burst ahead becomes free, or stood there already.
  logic moves_q, is_next_q, own_is_next_q, own_is_b_q;
  always_ff @(posedge clk_i) begin
    moves_q       <= moves;
    is_next_q     <= find_valid_i && find_id_i == find_id_q;
    own_is_next_q <= find_valid_i && find_id_i == own_id_q;
    own_is_b_q    <= b_valid_q && b_id_q == own_id_q;
  end

  // Which slots have its ID, and whether it is that of the answer ahead. A slot that is given away while it stands here
  // gets another ID, and holds no burst that it may answer.
  always_comb begin
    for (int unsigned i = 0; i < SLOTS; i++) same_id[i] = find_valid_i && id_q[i] == find_id_i;
  end
  assign b_match = ((b_match_q & {SLOTS{!moves}}) | (same_id & {SLOTS{moves}})) & ~joins_q;
  // Which of them is the oldest, and a refused one, is decided along with that, not behind it.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      b_valid_q   <= 1'b0;
      b_oldest_q  <= '0;
      b_refused_q <= '0;
    end else begin
      if (moves) b_valid_q <= find_valid_i;
      b_oldest_q  <= b_match & oldest;
      b_refused_q <= b_match & oldest & refused_q;
    end
  end
  always_ff @(posedge clk_i) begin
    b_match_q <= b_match;
    if (moves) {b_again_q, b_id_q} <= {find_valid_i && b_valid_q && find_id_i == b_id_q, find_id_i};
  end

  // Synthesis keeps these as they are, so that what takes longest to find out passes the fewest choices.
  (* keep *) logic oldest_any, oldest_refused, freed, again, follow;
  (* keep *) logic [SlotW-1:0] oldest_slot;
  logic             goes_on;
  logic [SlotW-1:0] again_slot;
  assign oldest_any     = b_oldest_q != '0;
  assign oldest_refused = b_refused_q != '0;
  assign oldest_slot    = number(b_oldest_q);
  assign again_slot     = find_last_i ? find_read.slot : find_slot_q;
  assign goes_on        = wait_q && f1_valid_q && f1_slot_q == find_slot_q;

  // The oldest of an ID changes two clocks after the one before it became free. Until then what is known of that one
  // says more: it stands ahead, or it is in f1. An answer behind another one has been on its way for so long that its
  // burst is in the memory. One that waits goes on with what is in f1, too, and only then.
  assign again  = hit_q && b_again_q;
  assign freed  = (find_free_q && is_next_q) || (own_free_q && (moves_q ? own_is_next_q : own_is_b_q));
  assign follow = !again && (freed || wait_q);

  logic hit, waits, again_hit, again_waits;
  always_comb begin
    // Whether the slot ahead has a next one is known last.
    again_hit   = again && find_last_i && !find_read.refused;
    again_waits = again && find_last_i && find_read.refused;
    hit   = again && !find_last_i;
    waits = 1'b0;
    if (follow) {hit, waits} = {f1_next_q && !f1_then_q.refused, f1_next_q && f1_then_q.refused};
    else if (!again) {hit, waits} = {oldest_any && !oldest_refused, oldest_refused};
    hit   |= again_hit && find_next;
    waits |= again_waits && find_next;
  end
  always_comb begin
    find_slot = oldest_slot;
    if (follow) find_slot = f1_then_q.slot;
    if (again) find_slot = again_slot;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      hit_q  <= 1'b0;
      wait_q <= 1'b0;
    end else if (moves || goes_on) begin
      hit_q  <= hit;
      wait_q <= waits;
    end
  end
  always_ff @(posedge clk_i) begin
    if (moves || goes_on) find_slot_q <= find_slot;
    if (moves) find_id_q <= b_id_q;
  end
  assign find_hit_o  = hit_q;
  assign find_wait_o = wait_q;

  // --- refused bursts -------------------------------------------------------------------------------------------------

  // All that are ready make a batch, which is served by number before the next one is made: a slot that is freed is
  // given away again, and could be served over and over while a higher one waits.
  logic             pick_valid_q, pick_ready, own_valid_q;
  (* keep *) logic  own_load;  // kept by synthesis: the enable of what is served
  logic [SLOTS-1:0] first, pick_q;
  logic [SlotW-1:0] pick_slot;

  assign ready      = oldest_q & done_q;
  assign pick_ready = !pick_valid_q || !own_valid_q;
  assign own_load   = !own_valid_q || own_free_i;

  // The first one of four, and of the fours.
  localparam int unsigned Fours = (SLOTS + 3) / 4;
  logic [4*Fours-1:0] padded;
  assign padded = (4 * Fours)'(batch_q);
  always_comb begin
    for (int unsigned i = 0; i < SLOTS; i++) begin
      first[i] = batch_q[i];
      for (int unsigned j = i / 4 * 4; j < i; j++) if (batch_q[j]) first[i] = 1'b0;
      for (int unsigned g = 0; g < i / 4; g++) if (padded[g*4+:4] != '0) first[i] = 1'b0;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      batch_q      <= '0;
      load_q       <= 1'b0;
      pick_valid_q <= 1'b0;
      own_valid_q  <= 1'b0;
    end else begin
      batch_q <= (batch_q & ~(first & {SLOTS{pick_ready}})) | (ready & {SLOTS{load_q}});
      load_q <= batch_q == '0 && !load_q;
      pick_valid_q <= pick_ready ? batch_q != '0 : !own_free_i;
      if (own_load) own_valid_q <= pick_valid_q;
    end
  end

  // --- what is kept -----------------------------------------------------------------------------------------------------

  (* ram_style = "distributed" *)
  logic [ID_W+INFO_W-1:0] mem [2 ** SlotW];
  logic [ID_W-1:0]        unused_find_id;
  logic [INFO_W-1:0]      own_info_q;
  always_ff @(posedge clk_i) begin
    if (alloc) mem[alloc_slot_o] <= {alloc_id_i, alloc_info_i};
  end
  assign {unused_find_id, find_info_o} = mem[find_slot_q];

  always_ff @(posedge clk_i) begin
    if (pick_ready) pick_q <= first;
    if (own_load) begin
      own_slot_q             <= pick_slot;
      own_hot_q              <= pick_q;
      {own_id_q, own_info_q} <= mem[pick_slot];
    end
  end
  assign pick_slot   = number(pick_q);
  assign own_valid_o = own_valid_q;
  assign own_id_o    = own_id_q;
  assign own_info_o  = own_info_q;

`ifndef SYNTHESIS
  logic [ID_W-1:0] f1_id_q;
  always_ff @(posedge clk_i) f1_id_q <= own_free_i ? own_id_q : find_id_q;
  a_freed: assert property (@(posedge clk_i) freed == (b_valid_q && f1_valid_q && f1_id_q == b_id_q))
    else $error("iommu_axi_table: the burst before is taken for one of another ID, or the other way round");
  a_one_oldest: assert property (@(posedge clk_i) $onehot0(b_oldest_q) || (f1_valid_q && f1_id_q == b_id_q))
    else $error("iommu_axi_table: two oldest bursts of one ID");
  a_decided: assert property (@(posedge clk_i) b_oldest_q == (b_match_q & oldest_q)
                                               && b_refused_q == (b_match_q & oldest_q & refused_q))
    else $error("iommu_axi_table: the oldest burst of an ID is decided wrongly");
  a_one_youngest: assert property (@(posedge clk_i) $onehot0(prior))
    else $error("iommu_axi_table: two youngest bursts of one ID");
  a_leaves: assert property (@(posedge clk_i) leaves_q == one_hot(f1_valid_q, f1_slot_q))
    else $error("iommu_axi_table: the slot that becomes free is not the one that does");
  a_own: assert property (@(posedge clk_i) own_free_i |-> $past(own_valid_q && !own_free_i))
    else $error("iommu_axi_table: a refused burst is answered in its first clock");
  a_free: assert property (@(posedge clk_i) !(find_take_i && own_free_i) && (!find_take_i || find_hit_o)
                                            && (!own_free_i || own_valid_o))
    else $error("iommu_axi_table: freed what is not there");
  a_room: assert property (@(posedge clk_i) f1_valid_q |-> unused_room)
    else $error("iommu_axi_table: more slots are free than there are");
  a_oldest: assert property (@(posedge clk_i) f1_valid_q |-> oldest_q[f1_slot_q] || $past(f1_valid_q))
    else $error("iommu_axi_table: slot %0d was answered out of turn", f1_slot_q);
  a_done_refused: assert property (@(posedge clk_i) (done_q & ~refused_q) == '0)
    else $error("iommu_axi_table: a burst is done that memory answers");
  a_done: assert property (@(posedge clk_i) (done_slot_q & done_q) == '0)
    else $error("iommu_axi_table: a burst is done that was not begun");
`endif

  if (SLOTS < 2) begin : g_bad_slots
    $error("iommu_axi_table: SLOTS = %0d; at least 2", SLOTS);
  end

endmodule
