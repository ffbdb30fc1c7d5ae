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
  /// Room for more requests in flight
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

  // Edges from the one that accepts a request to the one that counts it: three, which is as many clocks after a turn
  // in which a count of zero says nothing.
  localparam int unsigned BlankClocks = 3;

  logic [ASIDS-1:0][1:0]  some_q;  // the count is not 0
  logic [ASIDS-1:0]       epoch_q, pending_q, again_q, blank_q, turns, done, ended_q;
  logic [BlankClocks-1:1][ASIDS-1:0] turned_q;

  always_comb begin
    for (int unsigned a = 0; a < ASIDS; a++) begin
      done[a]  = pending_q[a] && !blank_q[a] && !some_q[a][!epoch_q[a]];
      // A removal in the very clock that finds the old epoch empty needs no `again`, only the turn.
      turns[a] = done[a] ? again_q[a] || remove_i[a] : remove_i[a] && !pending_q[a];
    end
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
      blank_q   <= turns | turned_q[1] | turned_q[2];
      turned_q  <= {turned_q[1], turns};
      ended_q   <= done & ~turns;
    end
  end

  // --- requests in flight ------------------------------------------------------------------------------------

  // Accepted but not yet seen by credit_o: the three edges of a count, the sum, credit_o itself.
  localparam int unsigned Margin = 5 * SEARCH_PORTS;

  // Which count goes up and which goes down, a bit for each, decoded one clock ahead.
  logic [SEARCH_PORTS-1:0][ASIDS-1:0][1:0] comes_q, goes_q, gone;
  logic [SEARCH_PORTS-1:0]                 came_q, gone_q;
  logic [IN_FLIGHT_W-1:0]                  count_q [ASIDS][2];
  logic [IN_FLIGHT_W-1:0]                  total_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      comes_q <= '0;
      goes_q  <= '0;
    end else begin
      for (int unsigned s = 0; s < SEARCH_PORTS; s++) begin
        for (int unsigned a = 0; a < ASIDS; a++) begin
          for (int unsigned e = 0; e < 2; e++) begin
            comes_q[s][a][e] <= accept_i[s] && 32'(accept_asid_i[s]) == a && accept_epoch_i[s] == 1'(e);
            goes_q[s][a][e]  <= release_i[s] && 32'(release_asid_i[s]) == a && release_epoch_i[s] == 1'(e);
          end
        end
      end
    end
  end

  for (genvar a = 0; a < int'(ASIDS); a++) begin : g_asid
    for (genvar e = 0; e < 2; e++) begin : g_epoch
      logic [IN_FLIGHT_W-1:0] count, next;
      logic                   moves;
      assign count = count_q[a][e];

      // One release too many must not wrap a count: its address space would never drain again.
      if (SEARCH_PORTS == 1) begin : g_one
        // Up, down or not: bit i changes if all bits below are ones on the way up, zeros on the way down.
        logic [IN_FLIGHT_W-2:0] below;
        assign gone[0][a][e] = goes_q[0][a][e] && some_q[a][e];
        assign moves         = comes_q[0][a][e] != gone[0][a][e];
        assign below         = count[IN_FLIGHT_W-2:0] ^ {IN_FLIGHT_W - 1{!comes_q[0][a][e]}};
        assign next[0]       = !count[0];
        for (genvar i = 1; i < int'(IN_FLIGHT_W); i++) begin : g_bit
          assign next[i] = count[i] ^ (&below[i-1:0]);
        end
      end else begin : g_more
        always_comb begin
          next  = count;
          moves = 1'b0;
          for (int unsigned s = 0; s < SEARCH_PORTS; s++) begin
            gone[s][a][e] = goes_q[s][a][e] && some_q[a][e];
            for (int unsigned t = 0; t < s; t++) begin
              if (gone[t][a][e] && count == IN_FLIGHT_W'(1)) gone[s][a][e] = 1'b0;
            end
            next  = next + IN_FLIGHT_W'(comes_q[s][a][e]) - IN_FLIGHT_W'(gone[s][a][e]);
            moves = moves || comes_q[s][a][e] || gone[s][a][e];
          end
        end
      end

      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
          count_q[a][e] <= '0;
          some_q[a][e]  <= 1'b0;
        end else if (moves) begin
          count_q[a][e] <= next;
          some_q[a][e]  <= next != '0;
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
      came_q <= accept_i;
      for (int unsigned s = 0; s < SEARCH_PORTS; s++) gone_q[s] <= gone[s] != '0;
      total_q  <= total_q + IN_FLIGHT_W'($countones(came_q)) - IN_FLIGHT_W'($countones(gone_q));
      credit_o <= total_q < IN_FLIGHT_W'(2 ** IN_FLIGHT_W - 1 - Margin);
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
    a_release: assert property (@(posedge clk_i) goes_q[s] == gone[s])
      else $error("iommu_drain: a release of an address space and epoch that have nothing in flight");
  end
`endif

endmodule
