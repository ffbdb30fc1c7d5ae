// SPDX-License-Identifier: Apache-2.0
//
// One address channel on its way through the search: group and range of the burst, the request, and beside it the
// attributes, which wait for the answer.
//
//   AxADDR -> slice -> group, range -> q (register) -> arbiter, search ... answers (FIFO) -+-> translated, in order
//                                           +--------> attributes (FIFO) ------------------+
//
// The search cannot be stalled. A request is made only if there is room in the FIFO of attributes, and it takes
// that room at once; the FIFO of answers is as deep and is emptied together with it, so an answer always fits.

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
  /// Atomic operation that wants read data, too
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

  logic [GroupPortW-1:0] group;
  logic [IOVA_W-1:0]     iova;
  logic [LenW-1:0]       len_m1;
  logic                  bad;

  // A number that does not fit is no group, never the group that is left when its top bits are cut off.
  localparam int unsigned RidW = idx_w(RidsMax);
  logic [15:0] user;
  assign user = 16'(in_user);

  always_comb begin
    group = GroupNone;
    unique case (source_i)
      SourceUser:  if (user < 16'(GroupNone)) group = user[GroupPortW-1:0];
      SourceFixed: group = group_i;
      SourceRid:   if (user < 16'(RidsMax) && rid_valid_i[user[RidW-1:0]]) group = rid_group_i[user[RidW-1:0]];
      default:     group = GroupNone;
    endcase
  end

  iommu_axi_burst #(
    .IOVA_W(IOVA_W),
    .DATA_W(DATA_W)
  ) u_burst (
    .addr_i  (in_addr),
    .len_i   (in_attr.len),
    .size_i  (in_attr.size),
    .burst_i (in_attr.burst),
    .atop_i  (in_atop),
    .iova_o  (iova),
    .len_m1_o(len_m1),
    .bad_o   (bad)
  );

  // --- request -------------------------------------------------------------------------------------------------

  typedef struct packed {
    logic [ID_W-1:0]     id;
    logic [PageLog2-1:0] low;  // of the address
    attr_t               attr;
    logic [USER_W-1:0]   user;
  } side_t;

  logic       pending_q, room, accept;
  side_t      side_q, side;
  logic       atomic_q, compare_q;

  // What is held is found out when a request comes to stand here, and anew in every clock in which it stands here.
  localparam int unsigned GroupW = idx_w(GROUPS);
  function automatic logic holds(logic [GroupPortW-1:0] number);
    return 32'(number) < GROUPS && group_hold_i[GroupW'(number)];
  endfunction
  logic held_q;
  always_ff @(posedge clk_i) held_q <= in_ready ? holds(group) : holds(q_group_o);

  assign q_valid_o = pending_q && room && !held_q && !quiesce_i;
  assign accept    = q_valid_o && q_ready_i;
  assign in_ready  = !pending_q || accept;
  assign waiting_o = pending_q || in_valid;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) pending_q <= 1'b0;
    else if (in_ready) pending_q <= in_valid;
  end

  always_ff @(posedge clk_i) begin
    if (in_ready) begin
      q_group_o  <= group;
      q_iova_o   <= iova;
      q_len_m1_o <= len_m1;
      q_bad_o    <= bad;
      side_q     <= '{id: in_id, low: in_addr[PageLog2-1:0], attr: in_attr, user: in_user};
      atomic_q   <= in_atop[5];
      compare_q  <= in_atop[4] && in_atop[0];
    end
  end

  // --- what waits for the answer, and the answer -----------------------------------------------------------------

  logic taken, answer_room, side_valid;
  assign taken = x_valid_o && x_ready_i;

  iommu_fifo #(
    .WIDTH($bits(side_t)),
    .DEPTH(Depth)
  ) u_side (
    .clk_i,
    .rst_ni,
    .push_valid_i(accept),
    .push_ready_o(room),
    .push_data_i (side_q),
    .pop_valid_o (side_valid),
    .pop_ready_i (taken),
    .pop_data_o  (side)
  );

  logic [PA_W-1:PageLog2] pa_page;
  iommu_fifo #(
    .WIDTH(PA_W - PageLog2 + 1 + $bits(tag_t)),
    .DEPTH(Depth)
  ) u_answer (
    .clk_i,
    .rst_ni,
    .push_valid_i(r_valid_i),
    .push_ready_o(answer_room),
    .push_data_i ({r_pa_i[PA_W-1:PageLog2], r_fault_i != FaultNone, r_tag_i}),
    .pop_valid_o (x_valid_o),
    .pop_ready_i (taken),
    .pop_data_o  ({pa_page, x_refused_o, x_tag_o})
  );

  if (WRITE) begin : g_write
    logic unused_room, unused_valid;  // as those of u_side
    iommu_fifo #(
      .WIDTH(PageW + 2),
      .DEPTH(Depth)
    ) u_write (
      .clk_i,
      .rst_ni,
      .push_valid_i(accept),
      .push_ready_o(unused_room),
      .push_data_i ({q_iova_o[IOVA_W-1:PageLog2], atomic_q, compare_q}),
      .pop_valid_o (unused_valid),
      .pop_ready_i (taken),
      .pop_data_o  ({x_page_o, x_atomic_o, x_compare_o})
    );
  end else begin : g_read
    logic unused_atop;
    assign unused_atop = atomic_q && compare_q;
    assign x_page_o    = '0;
    assign x_atomic_o  = 1'b0;
    assign x_compare_o = 1'b0;
  end

  // The granule is a page or more and the burst stays in its page: below, the address is the master's own. For
  // WRAP that is the physical container plus the place in it.
  assign x_pa_o   = {pa_page, side.low};
  assign x_id_o   = side.id;
  assign x_attr_o = side.attr;
  assign x_user_o = side.user;

  logic unused_low;
  assign unused_low = &r_pa_i[PageLog2-1:0];

`ifndef SYNTHESIS
  a_answer_fits: assert property (@(posedge clk_i) r_valid_i |-> answer_room)
    else $error("iommu_axi_request: an answer does not fit");
  a_answer_asked: assert property (@(posedge clk_i) x_valid_o |-> side_valid)
    else $error("iommu_axi_request: an answer without a request");
`else
  logic unused_checks;
  assign unused_checks = answer_room && side_valid;
`endif

endmodule
