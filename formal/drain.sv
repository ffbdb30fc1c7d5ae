// SPDX-License-Identifier: Apache-2.0
//
// iommu_drain, invariant "completion": a removal is not drained before every request accepted before it, in its address
// space, has been released. One request is followed, any one; nothing is said of epochs, which are the module's own way
// to find that out. Requests come as iommu_xlate sends them: two clocks after the handshake, in the epoch before it,
// and only with credit. Releases come in any order, of requests that have come.
//
// Beside it: what is in flight is counted exactly, no request in flight overflows a count, and what is left without
// requests and removals is drained soon.
//
// The induction needs a count of its own for each address space and epoch, and what ties it to the registers. With one
// search port these are states of a shift register: how many steps one is from the other.

module drain #(
  /// Search ports
  parameter int unsigned SEARCH_PORTS = 1,
  /// Address spaces
  parameter int unsigned ASIDS = 2,
  /// Bits of the number of requests in flight
  parameter int unsigned IN_FLIGHT_W = 4,
  /// Bits of an ASID
  localparam int unsigned AsidW = iommu_pkg::idx_w(ASIDS)
) (
  /// Clock
  input logic                               clk_i,
  /// Requests
  input logic [SEARCH_PORTS-1:0]            req_i,
  /// Their address spaces
  input logic [SEARCH_PORTS-1:0][AsidW-1:0] req_asid_i,
  /// The request of the first port is to be followed, if none is yet
  input logic                               pick_i,
  /// Releases
  input logic [SEARCH_PORTS-1:0]            release_i,
  /// Their address spaces
  input logic [SEARCH_PORTS-1:0][AsidW-1:0] release_asid_i,
  /// Their epochs
  input logic [SEARCH_PORTS-1:0]            release_epoch_i,
  /// The release of the first port is that of the followed request
  input logic                               end_i,
  /// Removals
  input logic [ASIDS-1:0]                   remove_i
);

  localparam int unsigned W = IN_FLIGHT_W + 3;  // of no sum here a bit is lost
  typedef logic [W-1:0] number_t;

  // Reset in the first clock.
  logic rst_n = 1'b0;
  always_ff @(posedge clk_i) rst_n <= 1'b1;

  logic                     credit;
  logic [ASIDS-1:0]         epoch, draining;
  logic [IN_FLIGHT_W-1:0]   in_flight;

  // As iommu_xlate: the handshake, the clock in which the group is looked up, the clock in which the request counts.
  logic [SEARCH_PORTS-1:0]            r0_q, s1_q, s1_epoch_q;
  logic [SEARCH_PORTS-1:0][AsidW-1:0] r0_asid_q, s1_asid_q;
  logic [ASIDS-1:0]                   epoch_q1;
  logic [SEARCH_PORTS-1:0]            accepted;
  assign accepted = credit ? req_i : '0;
  always_ff @(posedge clk_i or negedge rst_n) begin
    if (!rst_n) {r0_q, s1_q} <= '0;
    else {r0_q, s1_q} <= {accepted, r0_q};
  end
  always_ff @(posedge clk_i) begin
    r0_asid_q <= req_asid_i;
    epoch_q1  <= epoch;
    s1_asid_q <= r0_asid_q;
    for (int unsigned s = 0; s < SEARCH_PORTS; s++) s1_epoch_q[s] <= epoch_q1[r0_asid_q[s]];
  end

  iommu_drain #(
    .ASIDS       (ASIDS),
    .SEARCH_PORTS(SEARCH_PORTS),
    .IN_FLIGHT_W (IN_FLIGHT_W)
  ) u_drain (
    .clk_i, .rst_ni(rst_n),
    .accept_i(s1_q), .accept_asid_i(s1_asid_q), .accept_epoch_i(s1_epoch_q),
    .credit_o(credit), .in_flight_o(in_flight),
    .release_i, .release_asid_i, .release_epoch_i,
    .remove_i, .epoch_o(epoch), .draining_o(draining), .drained_o(),
    .stuck_clocks_i('0), .stuck_o()
  );

  // --- the followed request -----------------------------------------------------------------------------------------

  logic             picked_q, alive_q, removed_q, ended_q, f_epoch_q;
  logic [2:0]       age_q;  // clocks since its handshake, and then 7
  logic [AsidW-1:0] f_asid_q;
  logic             pick, ends;
  assign pick = accepted[0] && pick_i && !picked_q;
  assign ends = end_i && release_i[0];
  always_ff @(posedge clk_i or negedge rst_n) begin
    if (!rst_n) begin
      picked_q  <= 1'b0;
      alive_q   <= 1'b0;
      removed_q <= 1'b0;
      ended_q   <= 1'b0;
      age_q     <= '0;
    end else if (pick) begin
      picked_q  <= 1'b1;
      alive_q   <= 1'b1;
      removed_q <= remove_i[req_asid_i[0]];  // it sees the state before this edge, and so what is removed at it
      age_q     <= 3'd1;
    end else if (alive_q) begin
      if (remove_i[f_asid_q]) removed_q <= 1'b1;
      if (age_q != '1) age_q <= age_q + 1'b1;
      if (ends) {alive_q, ended_q} <= 2'b01;
    end
  end
  always_ff @(posedge clk_i) begin
    if (pick) {f_asid_q, f_epoch_q} <= {req_asid_i[0], epoch[req_asid_i[0]]};
  end

  // --- what is in flight, counted again -----------------------------------------------------------------------------

  number_t [ASIDS-1:0][1:0] present_q, come, go, free;  // have come and are not released; come, go now; may be released
  number_t                  total;
  always_comb begin
    total = number_t'($countones(r0_q)) + number_t'($countones(s1_q));
    for (int unsigned a = 0; a < ASIDS; a++) begin
      for (int unsigned e = 0; e < 2; e++) begin
        come[a][e] = '0;
        go[a][e]   = '0;
        for (int unsigned s = 0; s < SEARCH_PORTS; s++) begin
          come[a][e] += number_t'(s1_q[s] && 32'(s1_asid_q[s]) == a && s1_epoch_q[s] == 1'(e));
          go[a][e]   += number_t'(release_i[s] && 32'(release_asid_i[s]) == a && release_epoch_i[s] == 1'(e));
        end
        free[a][e] = present_q[a][e];
        if (alive_q && age_q > 3'd2 && 32'(f_asid_q) == a && f_epoch_q == 1'(e) && !ends) free[a][e] -= 1'b1;
        total += present_q[a][e];
      end
    end
  end
  always_ff @(posedge clk_i or negedge rst_n) begin
    if (!rst_n) present_q <= '0;
    else begin
      for (int unsigned a = 0; a < ASIDS; a++) begin
        for (int unsigned e = 0; e < 2; e++) present_q[a][e] <= present_q[a][e] + come[a][e] - go[a][e];
      end
    end
  end

  logic releases;  // are of requests that have come
  always_comb begin
    releases = !ends || (alive_q && age_q > 3'd2 && release_asid_i[0] == f_asid_q && release_epoch_i[0] == f_epoch_q);
    for (int unsigned a = 0; a < ASIDS; a++) begin
      for (int unsigned e = 0; e < 2; e++) releases &= go[a][e] <= free[a][e];
    end
    for (int unsigned s = 0; s < SEARCH_PORTS; s++) begin
      releases &= 32'(release_asid_i[s]) < ASIDS || !release_i[s];
      releases &= 32'(req_asid_i[s]) < ASIDS;
    end
  end

  // What in_flight_o knows: who has come two clocks ago, who has gone four clocks ago.
  number_t known_q;
  logic [2:0][SEARCH_PORTS-1:0] came_q;
  logic [4:0][SEARCH_PORTS-1:0] went_q;
  always_ff @(posedge clk_i or negedge rst_n) begin
    if (!rst_n) begin
      known_q <= '0;
      came_q  <= '0;
      went_q  <= '0;
    end else begin
      came_q  <= {came_q[1:0], s1_q};
      went_q  <= {went_q[3:0], release_i};
      known_q <= known_q + number_t'($countones(came_q[1])) - number_t'($countones(went_q[3]));
    end
  end

  // Clocks in which an address space has had no request and no removal, and then as many as there are.
  logic [ASIDS-1:0][4:0] idle_q;
  logic [ASIDS-1:0]      idle;
  always_comb begin
    idle = ~remove_i;
    for (int unsigned a = 0; a < ASIDS; a++) begin
      if (present_q[a] != '0) idle[a] = 1'b0;
      for (int unsigned s = 0; s < SEARCH_PORTS; s++) begin
        if (accepted[s] && 32'(req_asid_i[s]) == a) idle[a] = 1'b0;
        if (r0_q[s] && 32'(r0_asid_q[s]) == a) idle[a] = 1'b0;
        if (s1_q[s] && 32'(s1_asid_q[s]) == a) idle[a] = 1'b0;
      end
    end
  end
  always_ff @(posedge clk_i or negedge rst_n) begin
    if (!rst_n) idle_q <= '0;
    else begin
      for (int unsigned a = 0; a < ASIDS; a++) begin
        if (!idle[a]) idle_q[a] <= '0;
        else if (idle_q[a] != '1) idle_q[a] <= idle_q[a] + 1'b1;
      end
    end
  end
  logic soon, sooner;
  always_comb begin
    soon   = 1'b1;
    sooner = 1'b1;
    for (int unsigned a = 0; a < ASIDS; a++) begin
      soon   &= idle_q[a] < 5'd14 || !draining[a];
      sooner &= (idle_q[a] < 5'd5 || u_drain.some[a] == '0) && (idle_q[a] < 5'd9 || !u_drain.again_q[a]);
      sooner &= !u_drain.again_q[a] || draining[a];
    end
  end

  // --- for the induction ----------------------------------------------------------------------------------------------

  // What the counts of the module stand for: those that have come three clocks ago, without those gone four clocks ago.
  number_t [ASIDS-1:0][1:0] counted;
  logic                     quiet, tags;  // nothing under way; the two ways in which it is known where one goes agree
  always_comb begin
    quiet = s1_q == '0 && r0_q == '0 && present_q == '0 && u_drain.accept_q == '0 && u_drain.comes_q == '0
            && u_drain.far_q == '0 && u_drain.release_q == '0 && u_drain.goes_q == '0 && u_drain.came_q == '0
            && u_drain.gone_q == '0 && in_flight == '0;
    for (int unsigned a = 0; a < ASIDS; a++) begin
      for (int unsigned e = 0; e < 2; e++) begin
        counted[a][e] = present_q[a][e];
        for (int unsigned s = 0; s < SEARCH_PORTS; s++) begin
          counted[a][e] += number_t'(u_drain.far_q[s] && 32'(u_drain.far_asid_q[s]) == a
                                     && u_drain.far_epoch_q[s] == 1'(e));
          counted[a][e] += number_t'(u_drain.release_q[s] && 32'(u_drain.release_asid_q[s]) == a
                                     && u_drain.release_epoch_q[s] == 1'(e));
          counted[a][e] += number_t'(u_drain.goes_q[s][a][e]);
          counted[a][e] -= number_t'(u_drain.accept_q[s] && 32'(u_drain.accept_asid_q[s]) == a
                                     && u_drain.accept_epoch_q[s] == 1'(e));
          counted[a][e] -= number_t'(u_drain.comes_q[s][a][e]);
        end
      end
    end
  end

  logic ready;  // the counts have been cleared
  if (SEARCH_PORTS == 1) begin : g_one
    function automatic logic [IN_FLIGHT_W-1:0] step(logic [IN_FLIGHT_W-1:0] state);
      return {state[IN_FLIGHT_W-2:0], ~^(state & u_drain.g_one.Taps)};
    endfunction
    function automatic logic [IN_FLIGHT_W-1:0] steps(logic [IN_FLIGHT_W-1:0] state, number_t n);
      logic [IN_FLIGHT_W-1:0] at;
      at = state;
      for (int unsigned i = 0; i < 2 ** IN_FLIGHT_W - 1; i++) begin
        if (i < 32'(n)) at = step(at);
      end
      return at;
    endfunction

    assign ready = !u_drain.g_one.cleared_q && !u_drain.g_one.clears_q;
    logic [1:0][ASIDS-1:0] agree, agree_at;
    for (genvar e = 0; e < 2; e++) begin : g_epoch
      for (genvar a = 0; a < int'(ASIDS); a++) begin : g_asid
        logic [IN_FLIGHT_W-1:0] came, went;
        assign came = u_drain.g_one.g_epoch[e].came_mem[a];
        assign went = u_drain.g_one.g_epoch[e].went_mem[a];
        assign agree[e][a] = came == steps(went, counted[a][e]) && went != '1
                             && u_drain.g_one.g_epoch[e].came_too_mem[a] == came
                             && u_drain.g_one.g_epoch[e].some_q[a] == (counted[a][e] != '0);
        assign agree_at[e][a]
          = u_drain.comes_q[0][a][e] == (u_drain.g_one.g_epoch[e].come_q && 32'(u_drain.g_one.come_at_q) == a)
            && u_drain.goes_q[0][a][e] == (u_drain.g_one.g_epoch[e].go_q && 32'(u_drain.g_one.go_at_q) == a);
      end
    end
    assign tags = agree_at == '1;
    always_comb begin
      if (rst_n && ready) h_counts: assert (agree == '1);
      if (rst_n && !ready) h_clears: assert (quiet && !credit && u_drain.some == '0);
      if (rst_n && u_drain.g_one.clears_q) h_cleared: assert (u_drain.g_one.cleared_q);
    end
  end else begin : g_more
    assign ready = 1'b1;
    assign tags  = 1'b1;
    logic [1:0][ASIDS-1:0] agree;
    for (genvar e = 0; e < 2; e++) begin : g_epoch
      for (genvar a = 0; a < int'(ASIDS); a++) begin : g_asid
        assign agree[e][a] = number_t'(u_drain.g_more.g_asid[a].g_epoch[e].count_q) == counted[a][e]
                             && u_drain.g_more.g_asid[a].g_epoch[e].some_q == (counted[a][e] != '0);
      end
    end
    always_comb if (rst_n) h_counts: assert (agree == '1);
  end

  // --- properties --------------------------------------------------------------------------------------------------------

  logic [ASIDS-1:0] both;  // what is in flight is within what can be counted
  always_comb begin
    for (int unsigned a = 0; a < ASIDS; a++) begin
      both[a] = counted[a][0] < number_t'(2 ** IN_FLIGHT_W - 1) && counted[a][1] < number_t'(2 ** IN_FLIGHT_W - 1);
    end
  end

  // The epoch of the followed request is over.
  logic over;
  assign over = alive_q && f_epoch_q != epoch[f_asid_q];

  always_comb begin
    assume (releases);
    if (rst_n) begin
      if (alive_q && removed_q) a_completion: assert (draining[f_asid_q]);
      a_in_flight: assert (number_t'(in_flight) == known_q);
      a_room:      assert (total < number_t'(2 ** IN_FLIGHT_W - 1));
      a_soon:      assert (soon);
      // For the induction.
      h_total:     assert (known_q == total + number_t'($countones(went_q[0])) + number_t'($countones(went_q[1]))
                                      + number_t'($countones(went_q[2])) + number_t'($countones(went_q[3]))
                                      - number_t'($countones(r0_q)) - number_t'($countones(s1_q))
                                      - number_t'($countones(came_q[0])) - number_t'($countones(came_q[1])));
      h_ways:      assert (came_q[0] == u_drain.accept_q && came_q[1] == u_drain.came_q && went_q[0] == u_drain.far_q
                           && went_q[1] == u_drain.release_q && went_q[3] == u_drain.gone_q);
      if (ready) h_tags: assert (tags);
      h_credit:    assert (number_t'(in_flight) + number_t'($countones(r0_q)) + number_t'($countones(s1_q))
                           + number_t'($countones(came_q[0])) + number_t'($countones(came_q[1]))
                           < number_t'(2 ** IN_FLIGHT_W - 1));
      h_counted:   assert (both == '1);
      h_sooner:    assert (sooner);
      if (alive_q) h_picked: assert (picked_q && age_q != '0 && 32'(f_asid_q) < ASIDS);
      if (alive_q && age_q > 3'd2) h_present: assert (present_q[f_asid_q][f_epoch_q] != '0);
      if (alive_q && age_q == 3'd1) h_r0: assert (r0_q[0] && r0_asid_q[0] == f_asid_q && epoch_q1[f_asid_q] == f_epoch_q);
      if (alive_q && age_q == 3'd2) h_s1: assert (s1_q[0] && s1_asid_q[0] == f_asid_q && s1_epoch_q[0] == f_epoch_q);
      if (over) h_old: assert (draining[f_asid_q]);
      if (alive_q && removed_q && !over) h_again: assert (u_drain.again_q[f_asid_q]);
      if (over && age_q < 3'd5) h_blank: assert (u_drain.blank_q[f_asid_q]);
    end
    c_twice: cover (ended_q && removed_q && !draining[f_asid_q] && f_epoch_q);
    c_joins: cover (alive_q && removed_q && u_drain.again_q[f_asid_q] && over);
    c_full:  cover (!credit && picked_q);
  end

endmodule
