// SPDX-License-Identifier: Apache-2.0
//
// What has happened, counted in 64 bits. Totals lie in block RAM; in front of them stand small counters in two
// sets. One set counts while a walk over all PERF_SELECT numbers adds the other to the totals; every 64 clocks,
// at one edge, they change places. So totals plus the set that has just stopped are the exact values at that edge,
// and a snapshot is nothing but the next walk writing its sums into a second memory too. The edge is that of the
// next turn, at most 64 clocks after the request.
//
// A response ends in exactly one way: a fault of some reason, an identity pass, or a hit in some address space. So
// the fronts of these twenty-six counters are, for each search port, one LUT RAM with an incrementer. Only what can
// happen beside one another (an acceptance, a clock of a merge, ...) has counters of its own.
//
// RAM is garbage at power-up. The first walk after reset clears what the second one starts from: events of the
// first 64 clocks are not counted, and busy_o is high until the totals and the snapshot are 0.
//
// Events come from all over the core: each goes through a register before anything is asked of it.

module perf_counters
  import iommu_pkg::*;
#(
  /// Search ports, 1 or 2
  parameter int unsigned S = 1,
  /// Bits of in_flight_i
  parameter int unsigned FLIGHT_W = InFlightW
) (
  /// Clock
  input  logic                        clk_i,
  /// Asynchronous reset, active low
  input  logic                        rst_ni,

  /// A request was accepted
  input  logic [S-1:0]                accepted_i,
  /// A response was given
  input  logic [S-1:0]                rsp_valid_i,
  /// Why it refuses, a fault_e
  input  logic [S-1:0][3:0]           rsp_fault_i,
  /// Its address space is IDENTITY; counts unless it is refused
  input  logic [S-1:0]                rsp_identity_i,
  /// Its address space
  input  logic [S-1:0][AsidPortW-1:0] rsp_asid_i,
  /// A merge pass starts
  input  logic                        pass_i,
  /// A merge pass is running
  input  logic                        merging_i,
  /// Some address space is draining
  input  logic                        draining_i,
  /// A command completed
  input  logic                        command_i,
  /// Requests in flight
  input  logic [FLIGHT_W-1:0]         in_flight_i,

  /// PERF_CTRL.snapshot, one clock
  input  logic                        snapshot_i,
  /// PERF_CTRL.clear, one clock; with snapshot_i, the snapshot is of the values before
  input  logic                        clear_i,
  /// PERF_STATUS.busy, from the clock of the request on
  output logic                        busy_o,
  /// PERF_SELECT.index
  input  logic [5:0]                  select_i,
  /// PERF_VALUE, two clocks after select_i
  output logic [63:0]                 value_o
);

  localparam int unsigned Slots = 64;
  localparam int unsigned SlotW = $clog2(Slots);
  // A front takes at most one event of each search port in each clock of a walk.
  localparam int unsigned LaneW = $clog2(Slots + 1);
  localparam int unsigned FrontW = $clog2(S * Slots + 1);
  localparam int unsigned SumW = (FLIGHT_W > FrontW) ? FLIGHT_W : FrontW;

  // PERF_SELECT numbers; hits and faults begin at the number of ASID or reason 0.
  localparam logic [SlotW-1:0] SlotAccepted = 0, SlotIdentity = 1, SlotPass = 2, SlotMerging = 3;
  localparam logic [SlotW-1:0] SlotDraining = 4, SlotHighWater = 5, SlotCommand = 6;
  localparam logic [SlotW-1:0] SlotHit = 8, SlotFault = 32;

  // --- the walk ----------------------------------------------------------------------------------------------------

  logic [SlotW-1:0] slot_q;
  logic             turn_q;   // the sets change places at the end of this clock: slot_q is the last
  logic             active_q; // the set that counts
  logic             init_q;   // first walk after reset
  logic             drop_q;   // fronts and totals that this walk meets are to be taken as 0
  logic             snap_q, clear_q, fresh_q;
  logic             want_snap_q, want_clear_q, tail_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      slot_q       <= '0;
      turn_q       <= 1'b0;
      active_q     <= 1'b0;
      init_q       <= 1'b1;
      drop_q       <= 1'b1;
      snap_q       <= 1'b0;
      clear_q      <= 1'b0;
      fresh_q      <= 1'b0;
      want_snap_q  <= 1'b0;
      want_clear_q <= 1'b0;
      tail_q       <= 1'b1;
    end else begin
      slot_q <= SlotW'(plus_one(PlusOneW'(slot_q)));
      turn_q <= slot_q == SlotW'(Slots - 2);
      if (turn_q) begin
        active_q     <= !active_q;
        init_q       <= 1'b0;
        drop_q       <= init_q;
        snap_q       <= want_snap_q || init_q;
        clear_q      <= want_clear_q;
        fresh_q      <= clear_q;
        want_snap_q  <= snapshot_i;
        want_clear_q <= clear_i;
      end else begin
        want_snap_q  <= want_snap_q || snapshot_i;
        want_clear_q <= want_clear_q || clear_i;
      end
      // The sum of the last number is written, and has come out again, eight clocks into the next walk.
      if (snap_q || clear_q || init_q) tail_q <= 1'b1;
      else if (slot_q == SlotW'(8)) tail_q <= 1'b0;
    end
  end

  assign busy_o = snapshot_i || clear_i || want_snap_q || want_clear_q || snap_q || clear_q || init_q || tail_q;

  // --- fronts: how responses ended -------------------------------------------------------------------------------

  // {0, ASID} for a hit, {1, reason} for a fault, with reason none for an identity pass.
  logic       lane_slot;
  logic [4:0] lane_index;
  always_comb begin
    lane_slot  = 1'b1;
    lane_index = {1'b1, slot_q[3:0]};
    if (slot_q == SlotIdentity) lane_index = 5'h10;
    else if (slot_q >= SlotHit && slot_q < SlotHit + 6'd16) lane_index = {1'b0, slot_q[3:0] - SlotHit[3:0]};
    else lane_slot = slot_q > SlotFault && slot_q < SlotFault + 6'd16;
  end

  logic [S-1:0][LaneW-1:0] lane_value;  // of the number of one clock ago
  logic                    active_next;
  assign active_next = active_q ^ turn_q;

  for (genvar s = 0; s < S; s++) begin : g_lane
    logic       rsp_q, identity_q;
    logic [3:0] fault_q, asid_q;
    logic [4:0] index;
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) rsp_q <= 1'b0;
      else rsp_q <= rsp_valid_i[s];
    end
    always_ff @(posedge clk_i) {identity_q, fault_q, asid_q} <= {rsp_identity_i[s], rsp_fault_i[s], rsp_asid_i[s][3:0]};
    always_comb begin
      if (fault_q != '0) index = {1'b1, fault_q};
      else if (identity_q) index = 5'h10;
      else index = {1'b0, asid_q};
    end

    logic [LaneW-1:0] value [2];
    for (genvar b = 0; b < 2; b++) begin : g_set
      // Hits and the rest apart, so that nothing lies between a memory and its incrementer.
      logic       count_q, wipe_q;
      logic [4:0] index_q;

      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) {count_q, wipe_q} <= '0;
        else {count_q, wipe_q} <= (active_next == 1'(b)) ? {rsp_q, 1'b0} : {1'b0, lane_slot};
      end
      always_ff @(posedge clk_i) index_q <= (active_next == 1'(b)) ? index : lane_index;

      logic [LaneW-1:0] half_value [2];
      for (genvar h = 0; h < 2; h++) begin : g_half
        (* ram_style = "distributed" *)
        logic [LaneW-1:0] mem [16];
        assign half_value[h] = mem[index_q[3:0]];

        // The walk leaves zeros behind for the next turn.
        always_ff @(posedge clk_i) begin
          if ((count_q || wipe_q) && index_q[4] == 1'(h)) begin
            mem[index_q[3:0]] <= LaneW'(plus_one(PlusOneW'(half_value[h]))) & {LaneW{count_q}};
          end
        end
      end
      assign value[b] = half_value[index_q[4]];
    end
    assign lane_value[s] = value[!active_q];

    logic unused;
    assign unused = &{1'b0, rsp_asid_i[s][AsidPortW-1:4]};
  end

  // --- fronts: everything else -------------------------------------------------------------------------------------

  localparam int unsigned Plain = 5;
  logic [1:0]          plain_event_q [Plain];
  logic [FrontW-1:0]   plain_q [Plain], plain_next [Plain], plain_stopped_q [Plain];
  logic [S-1:0]        accepted_q;
  logic                pass_q, merging_q, draining_q, command_q;
  logic [FLIGHT_W-1:0] come_flight_q, in_flight_q, high_q, high_next, high_stopped_q;

  // As late as the responses above, so that all numbers are of one edge. The first walk drops what is counted beside it,
  // so that events need no reset, and without one these are not taken for the same as the valid bits of a lookup, which
  // are all over the die.
  always_ff @(posedge clk_i) begin
    accepted_q       <= accepted_i;
    pass_q           <= pass_i;
    merging_q        <= merging_i;
    draining_q       <= draining_i;
    command_q        <= command_i;
    plain_event_q[0] <= 2'($countones(accepted_q));
    plain_event_q[1] <= {1'b0, pass_q};
    plain_event_q[2] <= {1'b0, merging_q};
    plain_event_q[3] <= {1'b0, draining_q};
    plain_event_q[4] <= {1'b0, command_q};
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) {come_flight_q, in_flight_q} <= '0;
    else {come_flight_q, in_flight_q} <= {in_flight_i, come_flight_q};
  end

  always_comb begin
    for (int unsigned i = 0; i < Plain; i++) plain_next[i] = plain_q[i] + FrontW'(plain_event_q[i]);
    high_next = (high_q < in_flight_q) ? in_flight_q : high_q;
  end

  always_ff @(posedge clk_i) begin
    for (int unsigned i = 0; i < Plain; i++) begin
      plain_q[i] <= turn_q ? '0 : plain_next[i];
      if (turn_q) plain_stopped_q[i] <= plain_next[i];
    end
  end

  // A maximum, not a sum: it goes on through turns, and begins anew with a clear.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) high_q <= '0;
    else high_q <= (turn_q && (want_clear_q || init_q)) ? '0 : high_next;
  end
  always_ff @(posedge clk_i) begin
    if (turn_q) high_stopped_q <= high_next;
  end

  // --- totals ------------------------------------------------------------------------------------------------------

  // slot_q -> read the total; +1: the ports' fronts; +2: the total has come; their sum; +3: its low half is added;
  // +4: write that, add the high half; +5: write that
  logic [SumW-1:0]  front, front_q1, front_q2, front_q3;
  logic             zero, zero_q1, zero_q2, zero_q3, lane_q1, drop_q1, carry_q4;
  logic             snap_q1, snap_q2, snap_q3, snap_q4, snap_q5;
  logic [SlotW-1:0] slot_q1, slot_q2, slot_q3, slot_q4, slot_q5;
  logic [63:0]      total;
  logic [31:0]      low_q3, low_q4, high_q4, high_q5;

  // Which of them is meant is known a clock before: slot_q is the one in front of it.
  logic [Plain:0] pick_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      pick_q <= (Plain + 1)'(1);
    end else begin
      pick_q[0] <= slot_q == SlotAccepted - 1'b1;
      pick_q[1] <= slot_q == SlotPass - 1'b1;
      pick_q[2] <= slot_q == SlotMerging - 1'b1;
      pick_q[3] <= slot_q == SlotDraining - 1'b1;
      pick_q[4] <= slot_q == SlotCommand - 1'b1;
      pick_q[5] <= slot_q == SlotHighWater - 1'b1;
    end
  end
  always_comb begin
    front = SumW'(high_stopped_q) & {SumW{pick_q[Plain]}};
    for (int unsigned i = 0; i < Plain; i++) front |= SumW'(plain_stopped_q[i]) & {SumW{pick_q[i]}};
  end
  assign zero = drop_q || fresh_q || pick_q[Plain];

  logic [S-1:0][LaneW-1:0] lane_q2;
  logic [SumW-1:0]         lanes;
  always_comb begin
    lanes = '0;
    for (int unsigned s = 0; s < S; s++) lanes += SumW'(lane_q2[s]);
  end

  always_ff @(posedge clk_i) begin
    {front_q1, zero_q1, snap_q1, slot_q1} <= {front, zero, snap_q, slot_q};
    {lane_q1, drop_q1}                    <= {lane_slot, drop_q};
    for (int unsigned s = 0; s < S; s++) lane_q2[s] <= lane_value[s] & {LaneW{lane_q1 && !drop_q1}};
    {zero_q2, snap_q2, slot_q2}           <= {zero_q1, snap_q1, slot_q1};
    {zero_q3, snap_q3, slot_q3}           <= {zero_q2, snap_q2, slot_q2};
    {snap_q4, slot_q4}                    <= {snap_q3, slot_q3};
    {snap_q5, slot_q5}                    <= {snap_q4, slot_q4};
    front_q2           <= front_q1 & {SumW{!drop_q1}};
    front_q3           <= front_q2 | lanes;
    low_q3             <= zero_q2 ? '0 : total[31:0];
    high_q4            <= zero_q3 ? '0 : total[63:32];
    {carry_q4, low_q4} <= {1'b0, low_q3} + 33'(front_q3);
    high_q5            <= high_q4 + 32'(carry_q4);
  end

  // Nothing has come through in the first clocks after reset.
  logic [4:0] through_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) through_q <= '0;
    else through_q <= {through_q[3:0], 1'b1};
  end

  for (genvar h = 0; h < 2; h++) begin : g_word
    logic             wen, snap_wen;
    logic [SlotW-1:0] raddr, waddr;
    logic [31:0]      sum;
    assign raddr    = h ? slot_q1 : slot_q;
    assign waddr    = h ? slot_q5 : slot_q4;
    assign sum      = h ? high_q5 : low_q4;
    assign wen      = through_q[3+h];
    assign snap_wen = wen && (h ? snap_q5 : snap_q4);

    iommu_ram_1r1w #(
      .WIDTH(32),
      .DEPTH(Slots)
    ) u_totals (
      .clk_i,
      .ren_i  (1'b1),
      .oen_i  (1'b1),
      .raddr_i(raddr),
      .rdata_o(total[32*h+:32]),
      .wen_i  (wen),
      .waddr_i(waddr),
      .wdata_i(sum)
    );

    iommu_ram_1r1w #(
      .WIDTH(32),
      .DEPTH(Slots)
    ) u_snapshot (
      .clk_i,
      .ren_i  (!snap_wen),  // busy_o covers the clock more
      .oen_i  (1'b1),
      .raddr_i(select_i),
      .rdata_o(value_o[32*h+:32]),
      .wen_i  (snap_wen),
      .waddr_i(waddr),
      .wdata_i(sum)
    );
  end

  if (S < 1 || S > 2) begin : g_bad_s
    $error("perf_counters: S = %0d is not 1 or 2", S);
  end

`ifndef SYNTHESIS
  for (genvar s = 0; s < S; s++) begin : g_check
    a_asid: assert property (@(posedge clk_i) rsp_valid_i[s] |-> rsp_asid_i[s] < AsidPortW'(AsidsMax))
      else $error("perf_counters: port %0d, no such address space", s);
  end
`endif

endmodule
