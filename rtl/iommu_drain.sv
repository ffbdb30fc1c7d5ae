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

  /// A request was accepted one clock ago, one a search port
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

  // A request counts one clock after it was accepted, so for one clock after a turn a count of zero says nothing.
  logic [IN_FLIGHT_W-1:0] count_q [ASIDS][2];
  logic [ASIDS-1:0][1:0]  some;  // the count is not 0
  logic [ASIDS-1:0] epoch_q, pending_q, again_q, turned_q, done;

  always_comb begin
    done = '0;
    for (int unsigned a = 0; a < ASIDS; a++) begin
      if (pending_q[a]) done[a] = !turned_q[a] && !some[a][!epoch_q[a]];
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      epoch_q   <= '0;
      pending_q <= '0;
      again_q   <= '0;
      turned_q  <= '0;
    end else begin
      turned_q <= '0;
      for (int unsigned a = 0; a < ASIDS; a++) begin
        if (done[a]) begin
          // A removal in this very clock finds the old epoch empty: it needs no `again`, only the turn.
          if (again_q[a] || remove_i[a]) begin
            epoch_q[a]  <= !epoch_q[a];
            turned_q[a] <= 1'b1;
          end else begin
            pending_q[a] <= 1'b0;
          end
          again_q[a] <= again_q[a] && remove_i[a];
        end else if (remove_i[a]) begin
          if (pending_q[a]) begin
            again_q[a] <= 1'b1;
          end else begin
            epoch_q[a]   <= !epoch_q[a];
            pending_q[a] <= 1'b1;
            turned_q[a]  <= 1'b1;
          end
        end
      end
    end
  end

  // --- requests in flight ------------------------------------------------------------------------------------

  // Accepted but not counted yet: one clock for the handshake, one for the count.
  localparam int unsigned Margin = 2 * SEARCH_PORTS;
  logic [IN_FLIGHT_W-1:0] total_q;

  // One release too many must not wrap a count: its address space would never drain again.
  logic [SEARCH_PORTS-1:0] released;
  always_comb begin
    for (int unsigned s = 0; s < SEARCH_PORTS; s++) begin
      released[s] = release_i[s] && some[release_asid_i[s]][release_epoch_i[s]];
      for (int unsigned t = 0; t < s; t++) begin
        if (released[t] && release_asid_i[t] == release_asid_i[s] && release_epoch_i[t] == release_epoch_i[s]
            && count_q[release_asid_i[s]][release_epoch_i[s]] == IN_FLIGHT_W'(1)) released[s] = 1'b0;
      end
    end
  end

  for (genvar a = 0; a < int'(ASIDS); a++) begin : g_some
    for (genvar e = 0; e < 2; e++) begin : g_epoch
      assign some[a][e] = count_q[a][e] != '0;
    end
  end

  // A function, so that nobody works it out in clocks in which nothing comes or goes.
  function automatic logic [IN_FLIGHT_W-1:0] change(logic [AsidW-1:0] a, logic e);
    change = '0;
    for (int unsigned s = 0; s < SEARCH_PORTS; s++) begin
      change += IN_FLIGHT_W'(accept_i[s] && accept_asid_i[s] == a && accept_epoch_i[s] == e)
                - IN_FLIGHT_W'(released[s] && release_asid_i[s] == a && release_epoch_i[s] == e);
    end
  endfunction

  // One search port changes a count by one at most: up, down or not, which is an enable and an addend of one bit.
  function automatic logic comes(logic [AsidW-1:0] a, logic e);
    return accept_i[0] && accept_asid_i[0] == a && accept_epoch_i[0] == e;
  endfunction
  function automatic logic goes(logic [AsidW-1:0] a, logic e);
    return released[0] && release_asid_i[0] == a && release_epoch_i[0] == e;
  endfunction

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      count_q  <= '{default: '0};
      total_q  <= '0;
      credit_o <= 1'b0;
    end else begin
      if (accept_i != '0 || released != '0) begin
        for (int unsigned a = 0; a < ASIDS; a++) begin
          for (int unsigned e = 0; e < 2; e++) begin
            if (SEARCH_PORTS != 1) begin
              count_q[a][e] <= count_q[a][e] + change(AsidW'(a), 1'(e));
            end else if (comes(AsidW'(a), 1'(e)) != goes(AsidW'(a), 1'(e))) begin
              count_q[a][e] <= count_q[a][e] + {{IN_FLIGHT_W - 1{!comes(AsidW'(a), 1'(e))}}, 1'b1};
            end
          end
        end
      end
      total_q  <= total_q + IN_FLIGHT_W'($countones(accept_i)) - IN_FLIGHT_W'($countones(released));
      credit_o <= total_q < IN_FLIGHT_W'(2 ** IN_FLIGHT_W - 1 - Margin);
    end
  end
  assign in_flight_o = total_q;

  // --- stuck ---------------------------------------------------------------------------------------------------

  // One clock in stuck_clocks_i marks what is draining; what is still marked at the next one is stuck.
  logic [31:0]      timer_q;
  logic [ASIDS-1:0] marked_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      timer_q  <= '0;
      marked_q <= '0;
      stuck_o  <= '0;
    end else begin
      stuck_o  <= '0;
      marked_q <= marked_q & ~done;
      if (stuck_clocks_i == '0 || timer_q >= stuck_clocks_i) begin
        timer_q <= 32'd1;
        if (stuck_clocks_i != '0) begin
          stuck_o  <= marked_q & pending_q & ~done;
          marked_q <= pending_q & ~done;
        end
      end else begin
        timer_q <= timer_q + 1'b1;
      end
    end
  end

  assign epoch_o    = epoch_q;
  assign draining_o = pending_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) drained_o <= 1'b0;
    else drained_o <= |(done & ~again_q & ~remove_i);
  end

`ifndef SYNTHESIS
  for (genvar s = 0; s < int'(SEARCH_PORTS); s++) begin : g_assert
    a_release: assert property (@(posedge clk_i) release_i[s] |-> released[s])
      else $error("iommu_drain: release of asid %0d epoch %0d, which has nothing in flight",
                  release_asid_i[s], release_epoch_i[s]);
  end
`endif

endmodule
