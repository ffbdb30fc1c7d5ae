// SPDX-License-Identifier: Apache-2.0
//
// One address channel on its way through the search: group and range of the burst, the request, and beside it the
// attributes, which wait for the answer.
//
//   AxADDR -> register -> group, range (i) -> (g) -+-> requests -> arbiter, search ... answers -+-> translated, in order
//                                                  +--> attributes ----------------------------+
//
// The search cannot be stalled, and nothing on the way to the memories can: AxREADY says, a clock ahead, whether all of
// them have room for one more burst, and a burst takes its place in them when it comes in. So a handshake at one end
// moves a few positions there, and nothing of what travels between. Attributes and answers are two columns of one FIFO,
// filled one after the other and emptied together, so an answer always fits.

module iommu_axi_request
  import iommu_pkg::*;
  import iommu_axi_pkg::*;
#(
  /// AWs, not ARs: keep what the dirty log and refused atomic operations need
  parameter bit          WRITE = 1'b0,
  /// Virtqueue groups
  parameter int unsigned GROUPS = GroupsDefault,
  /// Bits of an IOVA
  parameter int unsigned IOVA_W = 64,
  /// Bits of a physical address
  parameter int unsigned PA_W = 64,
  /// Bits of the data bus
  parameter int unsigned DATA_W = 64,
  /// Bits of AxID
  parameter int unsigned ID_W = 4,
  /// Bits of AxUSER, at most 16
  parameter int unsigned USER_W = 8,
  /// Clocks from a request to its answer
  parameter int unsigned LATENCY = latency(EntriesDefault, RadixDefault),
  /// Bits of an IOVA page number
  localparam int unsigned PageW = IOVA_W - PageLog2
) (
  /// Clock
  input  logic                              clk_i,
  /// Asynchronous reset, active low
  input  logic                              rst_ni,

  /// PORT.CTRL.source: where the group comes from
  input  logic [1:0]                        source_i,
  /// PORT.CTRL.group
  input  logic [GroupPortW-1:0]             group_i,
  /// RID.valid
  input  logic [RidsMax-1:0]                rid_valid_i,
  /// RID.group
  input  logic [RidsMax-1:0][GroupPortW-1:0] rid_group_i,
  /// Groups whose device is quiesced
  input  logic [GROUPS-1:0]                 group_hold_i,
  /// A clock ago they were others than before
  input  logic                              hold_changed_i,
  /// Make no further request
  input  logic                              quiesce_i,
  /// A burst waits that is not a request yet
  output logic                              waiting_o,

  /// Burst
  input  logic                              a_valid_i,
  /// It is taken
  output logic                              a_ready_o,
  /// AxID
  input  logic [ID_W-1:0]                   a_id_i,
  /// AxADDR
  input  logic [IOVA_W-1:0]                 a_addr_i,
  /// AxLEN to AxREGION
  input  attr_t                             a_attr_i,
  /// AxUSER
  input  logic [USER_W-1:0]                 a_user_i,
  /// AWATOP; 0 for a read
  input  logic [5:0]                        a_atop_i,

  /// Request
  output logic                              q_valid_o,
  /// It is accepted
  input  logic                              q_ready_i,
  /// Virtqueue group
  output logic [GroupPortW-1:0]             q_group_o,
  /// First byte
  output logic [IOVA_W-1:0]                 q_iova_o,
  /// Length in bytes, minus one
  output logic [LenW-1:0]                   q_len_m1_o,
  /// The burst breaks a rule
  output logic                              q_bad_o,
  /// Answer, in the order of the requests; never stalled
  input  logic                              r_valid_i,
  /// Why the burst is refused
  input  logic [3:0]                        r_fault_i,
  /// Physical address of the first byte
  input  logic [PA_W-1:0]                   r_pa_i,
  /// What to release the answer with
  input  tag_t                              r_tag_i,

  /// Translated burst
  output logic                              x_valid_o,
  /// It is taken
  input  logic                              x_ready_i,
  /// AxID
  output logic [ID_W-1:0]                   x_id_o,
  /// The IOMMU answers it itself
  output logic                              x_refused_o,
  /// Physical AxADDR
  output logic [PA_W-1:0]                   x_pa_o,
  /// AxLEN to AxREGION
  output attr_t                             x_attr_o,
  /// AxUSER
  output logic [USER_W-1:0]                 x_user_o,
  /// What to release it with
  output tag_t                              x_tag_o,
  /// IOVA page; 0 for a read
  output logic [PageW-1:0]                  x_page_o,
  /// Refused atomic operation that wants read data, too
  output logic                              x_atomic_o,
  /// With x_atomic_o: AtomicCompare, which wants half as many beats as it brings
  output logic                              x_compare_o
);

  localparam int unsigned Depth = search_depth(LATENCY);
  localparam int unsigned PtrW = $clog2(Depth);
  // Bursts that are taken from the master and are no requests yet, plus one.
  localparam int unsigned WaitDepth = 8;
  localparam int unsigned WaitW = $clog2(WaitDepth);

  // --- places ------------------------------------------------------------------------------------------------

  // Each burst has a place from the handshake on. `place_q` is that of the next one; on its way through group and
  // range it is that of the burst there if there is one, and how far bursts have come if there is none.
  logic [PtrW-1:0]  place_q, place1_q, place2_q, i_place_q, g_place_q, answer_q, read_q, read1_q;
  logic [WaitW-1:0] ask_q, ask1_q;
  logic             come, i_valid_q, g_valid_q, accept, taken, waits_q;

  // Never full: otherwise a position would not tell full from empty. A burst that comes in this clock is not in place_q
  // yet, and the next one is decided on now.
  assign come = a_valid_i && a_ready_o;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      a_ready_o <= 1'b0;
      i_valid_q <= 1'b0;
      g_valid_q <= 1'b0;
      place_q   <= '0;
      place1_q  <= PtrW'(1);
      place2_q  <= PtrW'(2);
      i_place_q <= '0;
      g_place_q <= '0;
      ask_q     <= '0;
      ask1_q    <= WaitW'(1);
    end else begin
      a_ready_o <= place1_q != read_q && place2_q != read_q
                   && place1_q[WaitW-1:0] != ask_q && place2_q[WaitW-1:0] != ask_q;
      {i_valid_q, g_valid_q} <= {come, i_valid_q};
      if (come) {place_q, place1_q, place2_q} <= {place1_q, place2_q, PtrW'(plus_one(PlusOneW'(place2_q)))};
      {i_place_q, g_place_q} <= {place_q, i_place_q};
      if (accept) {ask_q, ask1_q} <= {ask1_q, WaitW'(plus_one(PlusOneW'(ask1_q)))};
    end
  end
  assign waiting_o = place_q[WaitW-1:0] != ask_q;

  // --- group and range ---------------------------------------------------------------------------------------

  logic [ID_W-1:0]   i_id_q;
  logic [IOVA_W-1:0] i_addr_q;
  attr_t             i_attr_q;
  logic [USER_W-1:0] i_user_q;
  logic [5:0]        i_atop_q;

  // Nothing from here to the memories is ever stopped, so nothing needs an enable.
  always_ff @(posedge clk_i) begin
    {i_id_q, i_addr_q, i_attr_q, i_user_q, i_atop_q} <= {a_id_i, a_addr_i, a_attr_i, a_user_i, a_atop_i};
  end

  // A group that no build has: its accesses fault.
  localparam logic [GroupPortW-1:0] GroupNone = '1;

  // A group, and whether it is one.
  localparam int unsigned KnownW = GroupPortW + 1;

  logic [KnownW-1:0]     known;
  logic [GroupPortW-1:0] g_group_q;
  logic [IOVA_W-1:0]     iova;
  logic [LenW-1:0]       len_m1;
  logic [PageLog2-1:0]   low;
  logic                  bad, g_none_q, g_atomic_q, g_compare_q;
  logic [ID_W-1:0]       g_id_q;
  attr_t                 g_attr_q;
  logic [USER_W-1:0]     g_user_q;

  // Which source counts is decided as the burst comes in: behind it, what the other sources say is 0, and the entries
  // of RID are chosen from by fours. A number that does not fit is no group, never the group that is left when its top
  // bits are cut off.
  localparam int unsigned RidFours = RidsMax / 4;
  logic [15:0]         user;
  logic [KnownW-1:0]   other, i_other_q;
  logic [RidFours-1:0] i_four_q;
  logic [1:0]          i_in_four_q;
  assign user = 16'(a_user_i);

  always_comb begin
    unique case (source_i)
      SourceUser:  other = {user < 16'(GroupNone), user[GroupPortW-1:0]};
      SourceFixed: other = {1'b1, group_i};
      default:     other = '0;
    endcase
  end
  always_ff @(posedge clk_i) begin
    i_other_q   <= other;
    i_in_four_q <= user[1:0];
    for (int unsigned f = 0; f < RidFours; f++) i_four_q[f] <= source_i == SourceRid && user[15:2] == 14'(f);
  end

  // Synthesis keeps the choice of four as it is: put into one of sixteen, it takes more steps.
  (* keep *) logic [RidFours-1:0][KnownW-1:0] in_four;
  always_comb begin
    known = i_other_q;
    for (int unsigned f = 0; f < RidFours; f++) begin
      in_four[f] = {rid_valid_i[4*f+32'(i_in_four_q)], rid_group_i[4*f+32'(i_in_four_q)]};
      known |= in_four[f] & {KnownW{i_four_q[f]}};
    end
  end

  iommu_axi_burst #(
    .IOVA_W(IOVA_W),
    .DATA_W(DATA_W)
  ) u_burst (
    .clk_i,
    .addr_i  (i_addr_q),
    .len_i   (i_attr_q.len),
    .size_i  (i_attr_q.size),
    .burst_i (i_attr_q.burst),
    .atop_i  (i_atop_q),
    .low_o   (low),
    .iova_o  (iova),
    .len_m1_o(len_m1),
    .bad_o   (bad)
  );

  always_ff @(posedge clk_i) begin
    g_group_q   <= known[GroupPortW-1:0];
    g_none_q    <= !known[GroupPortW];
    g_id_q      <= i_id_q;
    g_attr_q    <= i_attr_q;
    g_user_q    <= i_user_q;
    g_atomic_q  <= i_atop_q[5];
    g_compare_q <= i_atop_q[4] && i_atop_q[0];
  end

  // --- request -------------------------------------------------------------------------------------------------

  typedef struct packed {
    logic [GroupPortW-1:0] group;
    logic [IOVA_W-1:0]     iova;
    logic [LenW-1:0]       len_m1;
    logic                  bad;
  } request_t;
  request_t request, came;

  localparam int unsigned GroupW = idx_w(GROUPS);
  function automatic logic holds(logic [GroupPortW-1:0] number);
    return 32'(number) < GROUPS && group_hold_i[GroupW'(number)];
  endfunction

  assign came.group  = g_group_q | {GroupPortW{g_none_q}};
  assign came.iova   = iova;
  assign came.len_m1 = len_m1;
  assign came.bad    = bad;

  (* ram_style = "distributed" *)
  request_t request_mem [WaitDepth];
  always_ff @(posedge clk_i) begin
    if (g_valid_q) request_mem[g_place_q[WaitW-1:0]] <= came;
  end
  assign request    = request_mem[ask_q];
  assign q_group_o  = request.group;
  assign q_iova_o   = request.iova;
  assign q_len_m1_o = request.len_m1;
  assign q_bad_o    = request.bad;

  // A group may be held when its request comes to stand at the arbiter, and in every clock in which it stands there.
  // To find out takes longer than a clock has room for beside the handshake. So what was found when a request was
  // written down counts, until a hold changes; those that are here then, and those of held groups, are looked at
  // again while they stand at the arbiter, and go on at every fourth clock. A hold is seen two clocks after it changes.
  logic             valid_q, some_q, two_q, stands_q, checked_q, accepted_q, doubt, doubt_q;
  logic             open, open1, open_q, open_valid_q, new_q, new1_q;
  logic [WaitW-1:0] open_place_q;
  logic [GroupPortW-1:0] stands_group_q;
  logic [WaitW-1:0] doubt_end_q, i_come, ask2;

  // There is one, and one behind it: found out from where bursts and requests come to stand in the next clock.
  logic not_ask, not_ask1, not_ask2;
  assign i_come   = i_place_q[WaitW-1:0];
  assign ask2     = WaitW'(plus_one(PlusOneW'(ask1_q)));
  assign not_ask  = i_come != ask_q;
  assign not_ask1 = i_come != ask1_q;
  assign not_ask2 = i_come != ask2;
  assign doubt    = hold_changed_i || doubt_q;

  // Open is a request whose group was not held when it came. That is written down a clock later, and known of the one
  // behind, too; until then, it is in a register: new_q says of the one that is asked for that it has just come.
  // Synthesis keeps the comparisons as they are: whether the arbiter takes a request is known after them.
  (* keep *) logic [2:0] comes_to;
  assign comes_to = {g_place_q[WaitW-1:0] == ask2, g_place_q[WaitW-1:0] == ask1_q, g_place_q[WaitW-1:0] == ask_q}
                    & {3{g_valid_q}};
  (* ram_style = "distributed" *)
  logic open_mem [WaitDepth];
  always_ff @(posedge clk_i) begin
    open_q       <= g_none_q || !holds(g_group_q);
    open_place_q <= g_place_q[WaitW-1:0];
    new_q        <= accept ? comes_to[1] : comes_to[0];
    new1_q       <= accept ? comes_to[2] : comes_to[1];
    if (open_valid_q) open_mem[open_place_q] <= open_q;
  end
  assign open  = new_q ? open_q : open_mem[ask_q];
  assign open1 = new1_q ? open_q : open_mem[ask1_q];

  // So are these.
  (* keep *) logic stays, follows;
  assign stays   = (some_q && open && !doubt) || (checked_q && !accepted_q);
  assign follows = two_q && open1 && !doubt;

  assign q_valid_o = valid_q;
  assign accept    = valid_q && q_ready_i;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q      <= 1'b0;
      some_q       <= 1'b0;
      two_q        <= 1'b0;
      stands_q     <= 1'b0;
      checked_q    <= 1'b0;
      accepted_q   <= 1'b0;
      doubt_q      <= 1'b0;
      open_valid_q <= 1'b0;
    end else begin
      if (quiesce_i) valid_q <= 1'b0;
      else valid_q <= accept ? follows : stays;
      some_q       <= accept ? not_ask1 : not_ask;
      two_q        <= not_ask1 && (accept ? not_ask2 : not_ask);
      // Of the request that was accepted in that clock, too, if it was: accepted_q takes it out, a clock later.
      stands_q     <= some_q;
      checked_q    <= stands_q && !accepted_q && !holds(stands_group_q);
      accepted_q   <= accept;
      doubt_q      <= hold_changed_i || (doubt_q && doubt_end_q != ask_q);
      open_valid_q <= g_valid_q;
    end
  end
  always_ff @(posedge clk_i) begin
    stands_group_q <= request.group;
    if (hold_changed_i) doubt_end_q <= g_place_q[WaitW-1:0];
  end

  // --- what waits for the answer, and the answer -----------------------------------------------------------------

  typedef struct packed {
    logic [ID_W-1:0]     id;
    logic [PageLog2-1:0] low;  // of the address
    attr_t               attr;
    logic [USER_W-1:0]   user;
  } side_t;
  side_t side;

  // Synthesis keeps these as they are: every register behind the memories has x_move as its enable, and it is known
  // late, after all that is chosen between by it.
  (* keep *) logic x_move, more;
  (* keep *) logic [PtrW-1:0] read2;
  assign x_move = !x_valid_o || x_ready_i;
  assign more   = read1_q != answer_q;
  assign read2  = PtrW'(plus_one(PlusOneW'(read1_q)));
  assign taken  = waits_q && x_move;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      answer_q  <= '0;
      read_q    <= '0;
      read1_q   <= PtrW'(1);
      waits_q   <= 1'b0;
      x_valid_o <= 1'b0;
    end else begin
      if (r_valid_i) answer_q <= PtrW'(plus_one(PlusOneW'(answer_q)));
      // Written as gates: as an enable, it would be one step more.
      read_q  <= (read1_q & {PtrW{taken}}) | (read_q & {PtrW{!taken}});
      read1_q <= (read2 & {PtrW{taken}}) | (read1_q & {PtrW{!taken}});
      waits_q <= r_valid_i || (waits_q && (!x_move || more));
      if (x_move) x_valid_o <= waits_q;
    end
  end

  typedef struct packed {
    logic [PA_W-1:PageLog2] page;
    logic                   refused;
    tag_t                   tag;
  } answer_t;
  answer_t answer;

  (* ram_style = "distributed" *)
  side_t   side_mem [Depth];
  (* ram_style = "distributed" *)
  answer_t answer_mem [Depth];

  always_ff @(posedge clk_i) begin
    if (g_valid_q) side_mem[g_place_q] <= '{id: g_id_q, low: low, attr: g_attr_q, user: g_user_q};
  end
  always_ff @(posedge clk_i) begin
    if (r_valid_i) begin
      answer_mem[answer_q] <= '{page: r_pa_i[PA_W-1:PageLog2], refused: r_fault_i != FaultNone, tag: r_tag_i};
    end
  end
  assign side   = side_mem[read_q];
  assign answer = answer_mem[read_q];

  // The granule is a page or more and the burst stays in its page: below, the address is the master's own. For
  // WRAP that is the physical container plus the place in it.
  always_ff @(posedge clk_i) begin
    if (x_move) begin
      x_id_o      <= side.id;
      x_refused_o <= answer.refused;
      x_pa_o      <= {answer.page, side.low};
      x_attr_o    <= side.attr;
      x_user_o    <= side.user;
      x_tag_o     <= answer.tag;
    end
  end

  if (WRITE) begin : g_write
    (* ram_style = "distributed" *)
    logic [PageW+1:0] mem [Depth];
    always_ff @(posedge clk_i) begin
      if (g_valid_q) mem[g_place_q] <= {iova[IOVA_W-1:PageLog2], g_atomic_q, g_compare_q};
    end
    logic [PageW-1:0] page;
    logic             atomic, compare;
    assign {page, atomic, compare} = mem[read_q];
    always_ff @(posedge clk_i) begin
      if (x_move) {x_page_o, x_atomic_o, x_compare_o} <= {page, atomic && answer.refused, compare};
    end
  end else begin : g_read
    logic unused_atop;
    assign unused_atop = g_atomic_q && g_compare_q;
    assign x_page_o    = '0;
    assign x_atomic_o  = 1'b0;
    assign x_compare_o = 1'b0;
  end

  logic unused_low;
  assign unused_low = &r_pa_i[PageLog2-1:0];

`ifndef SYNTHESIS
  a_room: assert property (@(posedge clk_i) come |-> place1_q != read_q && place1_q[WaitW-1:0] != ask_q)
    else $error("iommu_axi_request: a burst without room");
  a_some: assert property (@(posedge clk_i) some_q == (g_place_q[WaitW-1:0] != ask_q)
                                            && two_q == (some_q && g_place_q[WaitW-1:0] != ask1_q))
    else $error("iommu_axi_request: requests that wait are counted wrongly");
  logic shadow [WaitDepth];  // of what is open, written down at once
  always_ff @(posedge clk_i) if (g_valid_q) shadow[g_place_q[WaitW-1:0]] <= g_none_q || !holds(g_group_q);
  a_open: assert property (@(posedge clk_i) (!some_q || open == shadow[ask_q])
                                            && (!two_q || open1 == shadow[ask1_q]))
    else $error("iommu_axi_request: a held request is taken for an open one, or the other way round");
  a_request: assert property (@(posedge clk_i) valid_q |-> g_place_q[WaitW-1:0] != ask_q)
    else $error("iommu_axi_request: a request without a burst");
  a_answer_asked: assert property (@(posedge clk_i) r_valid_i |-> answer_q != g_place_q)
    else $error("iommu_axi_request: an answer without a request");
`endif

endmodule
