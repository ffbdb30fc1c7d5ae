// SPDX-License-Identifier: Apache-2.0
//
// One address channel on its way through the search: group and range of the burst, the request, and beside it the
// attributes, which wait for the answer.
//
//   AxADDR -> slice -> group -> range -> q -> arbiter, search ... answers -+-> translated, in order
//                                        +--> attributes ------------------+
//
// The search cannot be stalled. A request is made only if there is room for its attributes, and it takes that room at
// once. Attributes and answers are two columns of one FIFO, filled one after the other and emptied together, so an
// answer always fits.

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
  parameter int unsigned LATENCY = 16,
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

  logic              in_valid, in_ready;
  logic [ID_W-1:0]   in_id;
  logic [IOVA_W-1:0] in_addr;
  attr_t             in_attr;
  logic [USER_W-1:0] in_user;
  logic [5:0]        in_atop;

  iommu_slice #(
    .WIDTH(ID_W + IOVA_W + $bits(attr_t) + USER_W + 6)
  ) u_slice (
    .clk_i,
    .rst_ni,
    .in_valid_i (a_valid_i),
    .in_ready_o (a_ready_o),
    .in_data_i  ({a_id_i, a_addr_i, a_attr_i, a_user_i, a_atop_i}),
    .out_valid_o(in_valid),
    .out_ready_i(in_ready),
    .out_data_o ({in_id, in_addr, in_attr, in_user, in_atop})
  );

  // --- group and range ---------------------------------------------------------------------------------------

  // A group that no build has: its accesses fault.
  localparam logic [GroupPortW-1:0] GroupNone = '1;

  logic [GroupPortW-1:0] group, g_group_q;
  logic [IOVA_W-1:0]     iova;
  logic [LenW-1:0]       len_m1;
  logic [PageLog2-1:0]   low;
  logic                  bad, none, g_none_q, g_valid_q, g_atomic_q, g_compare_q, q_take;
  logic [ID_W-1:0]       g_id_q;
  attr_t                 g_attr_q;
  logic [USER_W-1:0]     g_user_q;

  // A number that does not fit is no group, never the group that is left when its top bits are cut off.
  localparam int unsigned RidW = idx_w(RidsMax);
  logic [15:0] user;
  assign user = 16'(in_user);

  always_comb begin
    unique case (source_i)
      SourceUser:  {none, group} = {user >= 16'(GroupNone), user[GroupPortW-1:0]};
      SourceFixed: {none, group} = {1'b0, group_i};
      SourceRid:   {none, group} = {user >= 16'(RidsMax) || !rid_valid_i[user[RidW-1:0]],
                                    rid_group_i[user[RidW-1:0]]};
      default:     {none, group} = {1'b1, GroupPortW'(0)};
    endcase
  end

  // All steps move together: a gap is not worth the time that it takes to find it.
  assign in_ready = q_take;

  iommu_axi_burst #(
    .IOVA_W(IOVA_W),
    .DATA_W(DATA_W)
  ) u_burst (
    .clk_i,
    .take_i  (in_ready),
    .addr_i  (in_addr),
    .len_i   (in_attr.len),
    .size_i  (in_attr.size),
    .burst_i (in_attr.burst),
    .atop_i  (in_atop),
    .low_o   (low),
    .iova_o  (iova),
    .len_m1_o(len_m1),
    .bad_o   (bad)
  );

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) g_valid_q <= 1'b0;
    else if (in_ready) g_valid_q <= in_valid;
  end
  always_ff @(posedge clk_i) begin
    if (in_ready) begin
      g_group_q   <= group;
      g_none_q    <= none;
      g_id_q      <= in_id;
      g_attr_q    <= in_attr;
      g_user_q    <= in_user;
      g_atomic_q  <= in_atop[5];
      g_compare_q <= in_atop[4] && in_atop[0];
    end
  end

  // --- request -------------------------------------------------------------------------------------------------

  typedef struct packed {
    logic [ID_W-1:0]     id;
    logic [PageLog2-1:0] low;  // of the address
    attr_t               attr;
    logic [USER_W-1:0]   user;
  } side_t;

  logic       pending_q, ask_q, room, accept;
  side_t      side_q, side;
  logic       atomic_q, compare_q;

  // A group may be held when its request comes to stand here, and in every clock in which it stands here.
  localparam int unsigned GroupW = idx_w(GROUPS);
  function automatic logic holds(logic [GroupPortW-1:0] number);
    return 32'(number) < GROUPS && group_hold_i[GroupW'(number)];
  endfunction

  assign q_valid_o = ask_q;
  assign accept    = ask_q && q_ready_i;
  assign q_take    = !pending_q || accept;
  assign waiting_o = pending_q || g_valid_q || in_valid;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      pending_q <= 1'b0;
      ask_q     <= 1'b0;
    end else begin
      if (q_take) pending_q <= g_valid_q;
      ask_q <= room && !quiesce_i && (q_take ? g_valid_q && (g_none_q || !holds(g_group_q)) : !holds(q_group_o));
    end
  end

  always_ff @(posedge clk_i) begin
    if (q_take) begin
      q_group_o  <= g_none_q ? GroupNone : g_group_q;
      q_iova_o   <= iova;
      q_len_m1_o <= len_m1;
      q_bad_o    <= bad;
      side_q     <= '{id: g_id_q, low: low, attr: g_attr_q, user: g_user_q};
      atomic_q   <= g_atomic_q;
      compare_q  <= g_compare_q;
    end
  end

  // --- what waits for the answer, and the answer -----------------------------------------------------------------

  localparam int unsigned PtrW = $clog2(Depth);
  logic [PtrW-1:0] side_ptr_q, side_ptr1_q, side_ptr2_q, answer_ptr_q, read_q, read1_q;
  logic            waits_q, taken;

  // Plus one, without a carry chain: on an FPGA it takes longer to get into one and out again than these few bits.
  function automatic logic [PtrW-1:0] next(logic [PtrW-1:0] position);
    next = ~position;
    for (int unsigned i = 1; i < PtrW; i++) begin
      for (int unsigned j = 0; j < i; j++) if (!position[j]) next[i] = position[i];
    end
  endfunction

  // Never full: otherwise a position would not tell full from empty. A request that is made in this clock is not in
  // side_ptr_q yet, and the next one is decided on now. The positions behind this one are kept, too.
  assign room      = side_ptr1_q != read_q && side_ptr2_q != read_q;
  assign taken     = waits_q && (!x_valid_o || x_ready_i);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      side_ptr_q   <= '0;
      side_ptr1_q  <= PtrW'(1);
      side_ptr2_q  <= PtrW'(2);
      answer_ptr_q <= '0;
      read_q       <= '0;
      read1_q      <= PtrW'(1);
      waits_q      <= 1'b0;
      x_valid_o    <= 1'b0;
    end else begin
      if (accept) {side_ptr_q, side_ptr1_q, side_ptr2_q} <= {side_ptr1_q, side_ptr2_q, next(side_ptr2_q)};
      if (r_valid_i) answer_ptr_q <= next(answer_ptr_q);
      if (taken) {read_q, read1_q} <= {read1_q, next(read1_q)};
      if (r_valid_i) waits_q <= 1'b1;
      else if (taken) waits_q <= read1_q != answer_ptr_q;
      if (!x_valid_o || x_ready_i) x_valid_o <= waits_q;
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
    if (accept) side_mem[side_ptr_q] <= side_q;
  end
  always_ff @(posedge clk_i) begin
    if (r_valid_i) begin
      answer_mem[answer_ptr_q] <= '{page: r_pa_i[PA_W-1:PageLog2], refused: r_fault_i != FaultNone, tag: r_tag_i};
    end
  end
  assign side   = side_mem[read_q];
  assign answer = answer_mem[read_q];

  // The granule is a page or more and the burst stays in its page: below, the address is the master's own. For
  // WRAP that is the physical container plus the place in it.
  always_ff @(posedge clk_i) begin
    if (!x_valid_o || x_ready_i) begin
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
      if (accept) mem[side_ptr_q] <= {q_iova_o[IOVA_W-1:PageLog2], atomic_q, compare_q};
    end
    logic [PageW-1:0] page;
    logic             atomic, compare;
    assign {page, atomic, compare} = mem[read_q];
    always_ff @(posedge clk_i) begin
      if (!x_valid_o || x_ready_i) {x_page_o, x_atomic_o, x_compare_o} <= {page, atomic && answer.refused, compare};
    end
  end else begin : g_read
    logic unused_atop;
    assign unused_atop = atomic_q && compare_q;
    assign x_page_o    = '0;
    assign x_atomic_o  = 1'b0;
    assign x_compare_o = 1'b0;
  end

  logic unused_low;
  assign unused_low = &r_pa_i[PageLog2-1:0];

`ifndef SYNTHESIS
  a_room: assert property (@(posedge clk_i) accept |-> side_ptr1_q != read_q)
    else $error("iommu_axi_request: a request without room");
  a_answer_asked: assert property (@(posedge clk_i) r_valid_i |-> answer_ptr_q != side_ptr_q)
    else $error("iommu_axi_request: an answer without a request");
`endif

endmodule
