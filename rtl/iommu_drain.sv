// SPDX-License-Identifier: Apache-2.0
//
// Completion: which requests a removal must wait for. Requests in flight are counted for each address space in
// two epochs. A removal turns the epoch over and drains the old one; a second removal before that has finished
// joins it, and one more turn follows. Nothing here delays a command: a removal is committed at once, and only
// the question "may the memory be given back?" waits.

module iommu_drain
  import iommu_pkg::*;
#(
  /// Address spaces
  parameter int unsigned ASIDS = AsidsDefault,
  /// Search ports: requests accepted and released in one clock
  parameter int unsigned SEARCH_PORTS = 1,
  /// Bits of the number of requests in flight
  parameter int unsigned IN_FLIGHT_W = InFlightW,
  /// Bits of an ASID
  localparam int unsigned AsidW = idx_w(ASIDS)
) (
  /// Clock
  input  logic             clk_i,
  /// Asynchronous reset, active low
  input  logic             rst_ni,

  /// A request was accepted two clocks ago, one a search port
  input  logic [SEARCH_PORTS-1:0]            accept_i,
  /// Its address space
  input  logic [SEARCH_PORTS-1:0][AsidW-1:0] accept_asid_i,
  /// Its epoch
  input  logic [SEARCH_PORTS-1:0]            accept_epoch_i,
  /// Room for more requests in flight; not in the first clocks after reset
  output logic             credit_o,
  /// Requests in flight
  output logic [IN_FLIGHT_W-1:0] in_flight_o,

  /// The consumer of a response is done with it, one a search port; ignored if nothing is in flight there
  input  logic [SEARCH_PORTS-1:0]            release_i,
  /// The response's address space
  input  logic [SEARCH_PORTS-1:0][AsidW-1:0] release_asid_i,
  /// The response's epoch
  input  logic [SEARCH_PORTS-1:0]            release_epoch_i,

  /// Something was removed from these address spaces, at this clock edge
  input  logic [ASIDS-1:0] remove_i,
  /// Epoch that requests accepted now are counted in
  output logic [ASIDS-1:0] epoch_o,
  /// A removal is not drained yet
  output logic [ASIDS-1:0] draining_o,
  /// One clock: some address space has drained
  output logic             drained_o,

  /// Clocks after which an unfinished drain is stuck, at most twice as many; 0 for never
  input  logic [31:0]      stuck_clocks_i,
  /// One clock: these address spaces are stuck
  output logic [ASIDS-1:0] stuck_o
);

  // --- epochs --------------------------------------------------------------------------------------------------

  // Edges from the one that accepts a request to the one that counts it: four, which is as many clocks after a turn
  // in which a count of zero says nothing.
  localparam int unsigned BlankClocks = 4;

  logic [ASIDS-1:0][1:0]  some;  // the count is not 0
  logic [ASIDS-1:0]       epoch_q, pending_q, again_q, blank_q, turns, done, ended_q, blank;
  logic [BlankClocks-1:1][ASIDS-1:0] turned_q;

  always_comb begin
    for (int unsigned a = 0; a < ASIDS; a++) begin
      done[a]  = pending_q[a] && !blank_q[a] && !some[a][!epoch_q[a]];
      // A removal in the very clock that finds the old epoch empty needs no `again`, only the turn.
      turns[a] = done[a] ? again_q[a] || remove_i[a] : remove_i[a] && !pending_q[a];
    end
    blank = turns;
    for (int unsigned i = 1; i < BlankClocks; i++) blank |= turned_q[i];
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      epoch_q   <= '0;
      pending_q <= '0;
      again_q   <= '0;
      blank_q   <= '0;
      turned_q  <= '0;
      ended_q   <= '0;
    end else begin
      epoch_q   <= epoch_q ^ turns;
      pending_q <= (pending_q & ~done) | turns;
      again_q   <= (again_q & ~done) | (remove_i & pending_q & (again_q | ~done));
      blank_q   <= blank;
      turned_q  <= {turned_q[BlankClocks-2:1], turns};
      ended_q   <= done & ~turns;
    end
  end

  // --- requests in flight ------------------------------------------------------------------------------------

  // Accepted but not yet seen by credit_o: the four edges of a count, the sum, credit_o itself.
  localparam int unsigned Margin = UncreditedClocks * SEARCH_PORTS;

  // Which count goes up and which goes down, a bit for each, decoded one clock ahead.
  logic [SEARCH_PORTS-1:0][ASIDS-1:0][1:0] comes_q, goes_q;
  logic [SEARCH_PORTS-1:0]                 gone;   // one that was in flight
  logic [SEARCH_PORTS-1:0]                 came_q, gone_q;
  logic [IN_FLIGHT_W-1:0]                  total_q;
  logic                                    ready;  // the counts are 0

  // Both come from other ends of the chip, and memory is read with a release: the ways have clocks of their own, that of
  // a release two, because FIFOs and a turn are before it.
  logic [SEARCH_PORTS-1:0]            accept_q, accept_epoch_q, far_q, far_epoch_q, release_q, release_epoch_q;
  logic [SEARCH_PORTS-1:0][AsidW-1:0] accept_asid_q, far_asid_q, release_asid_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) {accept_q, far_q, release_q} <= '0;
    else {accept_q, far_q, release_q} <= {accept_i, release_i, far_q};
  end
  always_ff @(posedge clk_i) begin
    {accept_asid_q, accept_epoch_q}   <= {accept_asid_i, accept_epoch_i};
    {far_asid_q, far_epoch_q}         <= {release_asid_i, release_epoch_i};
    {release_asid_q, release_epoch_q} <= {far_asid_q, far_epoch_q};
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      comes_q <= '0;
      goes_q  <= '0;
    end else begin
      for (int unsigned s = 0; s < SEARCH_PORTS; s++) begin
        for (int unsigned a = 0; a < ASIDS; a++) begin
          for (int unsigned e = 0; e < 2; e++) begin
            comes_q[s][a][e] <= accept_q[s] && 32'(accept_asid_q[s]) == a && accept_epoch_q[s] == 1'(e);
            goes_q[s][a][e]  <= release_q[s] && 32'(release_asid_q[s]) == a && release_epoch_q[s] == 1'(e);
          end
        end
      end
    end
  end

  // One release too many must not be counted: its address space would never drain again.
  if (SEARCH_PORTS == 1) begin : g_one
    // A request comes and one goes in one clock, anywhere, and memory has one port to write. So how many have come and
    // how many have gone are counted apart, and what is known of the difference is whether it is 0: it is no longer
    // when a request comes, and it is again when the last one goes. Memory is cleared first, one address space a clock.
    // It is read and compared in the clock of release_q, in which what came and went a clock before is being written:
    // so it is compared with either of them one further, too, and the clock after knows which comparison holds.
    logic [AsidW-1:0] come_at_q, go_at_q, clear_q;
    logic             clears_q, cleared_q;  // clear_q is next; come_at_q and go_at_q are to be cleared

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        clear_q   <= '0;
        clears_q  <= 1'b1;
        cleared_q <= 1'b1;
      end else begin
        if (clears_q) clear_q <= clear_q + 1'b1;
        if (clear_q == AsidW'(ASIDS - 1)) clears_q <= 1'b0;
        cleared_q <= clears_q;
      end
    end
    assign ready = !cleared_q;

    always_ff @(posedge clk_i) begin
      come_at_q <= clears_q ? clear_q : accept_asid_q[0];
      go_at_q   <= clears_q ? clear_q : release_asid_q[0];
    end

    // What counts is a shift register with feedback: its next state is one LUT away, and of two of them one only asks
    // whether they are equal. It goes through 2^IN_FLIGHT_W - 1 states, which are more than there may be in flight.
    localparam logic [15:0] AllTaps [4:16] = '{16'h000c, 16'h0014, 16'h0030, 16'h0060, 16'h00b8, 16'h0110, 16'h0240,
                                               16'h0500, 16'h0829, 16'h100d, 16'h2015, 16'h6000, 16'hd008};
    localparam logic [IN_FLIGHT_W-1:0] Taps = IN_FLIGHT_W'(AllTaps[IN_FLIGHT_W]);

    function automatic logic [IN_FLIGHT_W-1:0] step(logic [IN_FLIGHT_W-1:0] state);
      return {state[IN_FLIGHT_W-2:0], ~^(state & Taps)};
    endfunction

    // Which parts are equal, three bits in each. What takes a read of memory and a comparison leaves the last step to
    // the next clock.
    localparam int unsigned Parts = (IN_FLIGHT_W + 2) / 3;
    function automatic logic [Parts-1:0] equal(logic [IN_FLIGHT_W-1:0] a, logic [IN_FLIGHT_W-1:0] b);
      logic [3*Parts-1:0] differ;
      differ = (3 * Parts)'(a ^ b);
      for (int unsigned i = 0; i < Parts; i++) equal[i] = differ[3*i+:3] == '0;
    endfunction

    if (IN_FLIGHT_W < 4 || IN_FLIGHT_W > 16) begin : g_bad_width
      $error("iommu_drain: IN_FLIGHT_W = %0d; 4 to 16", IN_FLIGHT_W);
    end

    logic [1:0] goes;
    assign gone[0] = goes != '0;

    for (genvar e = 0; e < 2; e++) begin : g_epoch
      (* ram_style = "distributed" *)
      logic [IN_FLIGHT_W-1:0] came_mem [2**AsidW];
      (* ram_style = "distributed" *)
      logic [IN_FLIGHT_W-1:0] came_too_mem [2**AsidW];  // the same, to be read where a request goes
      (* ram_style = "distributed" *)
      logic [IN_FLIGHT_W-1:0] went_mem [2**AsidW];
      logic [IN_FLIGHT_W-1:0] came, went, went_q;
      logic                   come_q, go_q, last, none;
      logic                   came_more_q, went_more_q;  // what was read is one behind
      logic [Parts-1:0]       even_q, one_q, two_q;      // as read, came - went is 0, 1, 2: in its parts
      logic [ASIDS-1:0]       comes, leaves, some_q;

      assign came = came_too_mem[release_asid_q[0]];
      assign went = went_mem[release_asid_q[0]];
      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
          come_q <= 1'b0;
          go_q   <= 1'b0;
        end else begin
          come_q <= clears_q || (accept_q[0] && accept_epoch_q[0] == 1'(e));
          go_q   <= !clears_q && release_q[0] && release_epoch_q[0] == 1'(e);
        end
      end
      always_ff @(posedge clk_i) begin
        went_q      <= went;
        even_q      <= equal(came, went);
        one_q       <= equal(came, step(went));
        two_q       <= equal(came, step(step(went)));
        came_more_q <= come_q && come_at_q == release_asid_q[0];
        went_more_q <= goes[e] && go_at_q == release_asid_q[0];
      end

      always_comb begin
        unique case ({came_more_q, went_more_q})
          2'b10:   {last, none} = {&even_q, 1'b0};
          2'b01:   {last, none} = {&two_q, &one_q};
          default: {last, none} = {&one_q, &even_q};
        endcase
      end
      assign goes[e] = go_q && !none;

      always_ff @(posedge clk_i) begin
        if (come_q) begin
          came_mem[come_at_q]     <= cleared_q ? '0 : step(came_mem[come_at_q]);
          came_too_mem[come_at_q] <= cleared_q ? '0 : step(came_mem[come_at_q]);
        end
        if (goes[e] || cleared_q) went_mem[go_at_q] <= cleared_q ? '0 : step(went_more_q ? step(went_q) : went_q);
      end

      for (genvar a = 0; a < int'(ASIDS); a++) begin : g_asid
        assign comes[a]   = comes_q[0][a][e];
        assign leaves[a]  = goes_q[0][a][e];
        assign some[a][e] = some_q[a];
      end
      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) some_q <= '0;
        else some_q <= comes | (some_q & ~(leaves & {ASIDS{last}}));
      end
    end
  end else begin : g_more
    logic [SEARCH_PORTS-1:0][ASIDS-1:0][1:0] leaves;
    assign ready = 1'b1;
    for (genvar s = 0; s < int'(SEARCH_PORTS); s++) begin : g_gone
      assign gone[s] = leaves[s] != '0;
    end
    for (genvar a = 0; a < int'(ASIDS); a++) begin : g_asid
      for (genvar e = 0; e < 2; e++) begin : g_epoch
        logic [IN_FLIGHT_W-1:0] count_q, next;
        logic                   some_q, moves;
        assign some[a][e] = some_q;

        always_comb begin
          next  = count_q;
          moves = 1'b0;
          for (int unsigned s = 0; s < SEARCH_PORTS; s++) begin
            leaves[s][a][e] = goes_q[s][a][e] && some_q;
            for (int unsigned t = 0; t < s; t++) begin
              if (leaves[t][a][e] && count_q == IN_FLIGHT_W'(1)) leaves[s][a][e] = 1'b0;
            end
            next  = next + IN_FLIGHT_W'(comes_q[s][a][e]) - IN_FLIGHT_W'(leaves[s][a][e]);
            moves = moves || comes_q[s][a][e] || leaves[s][a][e];
          end
        end

        always_ff @(posedge clk_i or negedge rst_ni) begin
          if (!rst_ni) begin
            count_q <= '0;
            some_q  <= 1'b0;
          end else if (moves) begin
            count_q <= next;
            some_q  <= next != '0;
          end
        end
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      came_q   <= '0;
      gone_q   <= '0;
      total_q  <= '0;
      credit_o <= 1'b0;
    end else begin
      came_q <= accept_q;
      gone_q <= gone;
      total_q  <= total_q + IN_FLIGHT_W'($countones(came_q)) - IN_FLIGHT_W'($countones(gone_q));
      credit_o <= ready && total_q < IN_FLIGHT_W'(2 ** IN_FLIGHT_W - 1 - Margin);
    end
  end
  assign in_flight_o = total_q;

  // --- stuck ---------------------------------------------------------------------------------------------------

  // One clock in stuck_clocks_i marks what is draining; what is still marked at the next one is stuck. That it has come
  // is known one clock late, which the timer makes up for.
  logic [31:0]      timer_q;
  logic             due_q, on_q;
  logic [ASIDS-1:0] marked_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      timer_q  <= '0;
      due_q    <= 1'b0;
      on_q     <= 1'b0;
      marked_q <= '0;
      stuck_o  <= '0;
    end else begin
      on_q     <= stuck_clocks_i != '0;
      due_q    <= !due_q && on_q && timer_q >= stuck_clocks_i;
      timer_q  <= (due_q || !on_q) ? 32'd2 : timer_q + 1'b1;
      stuck_o  <= due_q ? marked_q & pending_q & ~done : '0;
      marked_q <= (due_q ? pending_q : marked_q) & ~done;
    end
  end

  assign epoch_o    = epoch_q;
  assign draining_o = pending_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) drained_o <= 1'b0;
    else drained_o <= ended_q != '0;
  end

`ifndef SYNTHESIS
  for (genvar s = 0; s < int'(SEARCH_PORTS); s++) begin : g_assert
    a_release: assert property (@(posedge clk_i) (goes_q[s] != '0) == gone[s])
      else $error("iommu_drain: a release of an address space and epoch that have nothing in flight");
  end
`endif

endmodule
