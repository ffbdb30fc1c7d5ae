// SPDX-License-Identifier: Apache-2.0
//
// Writes behind the translation: AW goes on or stays, W follows it or is drained, B comes back from memory or is
// made here.
//
//   translated AW -+-> m_aw            W -> forward to m_w, or drain        m_b -+-> B to the master
//                  +-> route (FIFO) ---------^            | drained              |
//                  +-> table <----------------------------+------ own SLVERR ----+
//
// A B from memory waits while the oldest burst of its ID is a refused one. That cannot lock up: W data are taken
// in the order of the AWs, so when memory answers a burst, every refused one before it has been drained; and memory
// answers one ID in order, so nothing but refused bursts is left in front of it, each to be answered as soon as the
// master takes a B.
//
// Beats are counted by AWLEN and WLAST is made here: a master whose WLAST is wrong harms its own data only, and
// what memory sees is always as many beats as it was promised.

module iommu_axi_write
  import iommu_axi_pkg::*;
#(
  /// Bits of a physical address
  parameter int unsigned PA_W = 64,
  /// Bits of the data bus
  parameter int unsigned DATA_W = 64,
  /// Bits of AxID
  parameter int unsigned ID_W = 4,
  /// Bits of AxUSER
  parameter int unsigned USER_W = 8,
  /// Bits of an IOVA page number
  parameter int unsigned PAGE_W = 52,
  /// Bursts in flight
  parameter int unsigned OUTSTANDING = 16,
  /// Bits of a write strobe
  localparam int unsigned StrbW = DATA_W / 8
) (
  /// Clock
  input  logic                            clk_i,
  /// Asynchronous reset, active low
  input  logic                            rst_ni,

  /// Translated burst
  input  logic                            x_valid_i,
  /// It is taken
  output logic                            x_ready_o,
  /// AWID
  input  logic [ID_W-1:0]                 x_id_i,
  /// The IOMMU answers it itself
  input  logic                            x_refused_i,
  /// Physical AWADDR
  input  logic [PA_W-1:0]                 x_pa_i,
  /// AWLEN to AWREGION
  input  attr_t                           x_attr_i,
  /// AWUSER
  input  logic [USER_W-1:0]               x_user_i,
  /// What to release it with
  input  tag_t                            x_tag_i,
  /// IOVA page
  input  logic [PAGE_W-1:0]               x_page_i,
  /// Refused atomic operation that wants read data, too
  input  logic                            x_atomic_i,
  /// With x_atomic_i: AtomicCompare, which wants half as many beats as it brings
  input  logic                            x_compare_i,

  /// AW to memory
  output logic                            m_aw_valid_o,
  /// It is taken
  input  logic                            m_aw_ready_i,
  /// AWID
  output logic [ID_W-1:0]                 m_aw_id_o,
  /// AWADDR
  output logic [PA_W-1:0]                 m_aw_addr_o,
  /// AWLEN to AWREGION
  output attr_t                           m_aw_attr_o,
  /// AWUSER
  output logic [USER_W-1:0]               m_aw_user_o,

  /// W from the master
  input  logic                            s_w_valid_i,
  /// It is taken
  output logic                            s_w_ready_o,
  /// WDATA
  input  logic [DATA_W-1:0]               s_w_data_i,
  /// WSTRB
  input  logic [StrbW-1:0]                s_w_strb_i,
  /// W to memory
  output logic                            m_w_valid_o,
  /// It is taken
  input  logic                            m_w_ready_i,
  /// WDATA
  output logic [DATA_W-1:0]               m_w_data_o,
  /// WSTRB
  output logic [StrbW-1:0]                m_w_strb_o,
  /// WLAST
  output logic                            m_w_last_o,

  /// B from memory
  input  logic                            m_b_valid_i,
  /// It is taken
  output logic                            m_b_ready_o,
  /// BID
  input  logic [ID_W-1:0]                 m_b_id_i,
  /// BRESP
  input  logic [1:0]                      m_b_resp_i,
  /// B to the master
  output logic                            s_b_valid_o,
  /// It is taken
  input  logic                            s_b_ready_i,
  /// BID
  output logic [ID_W-1:0]                 s_b_id_o,
  /// BRESP
  output logic [1:0]                      s_b_resp_o,

  /// Release, one for each B that the master took
  output logic                            rel_valid_o,
  /// It is taken
  input  logic                            rel_ready_i,
  /// With what
  output tag_t                            rel_tag_o,

  /// A refused atomic operation wants its read data
  output logic                            atomic_valid_o,
  /// It is taken
  input  logic                            atomic_ready_i,
  /// RID
  output logic [ID_W-1:0]                 atomic_id_o,
  /// Beats minus one
  output logic [7:0]                      atomic_len_o,

  /// Memory has answered a write
  output logic                            dirty_valid_o,
  /// It is logged; until then its B waits
  input  logic                            dirty_ready_i,
  /// Address space that it was made in
  output logic [iommu_pkg::AsidPortW-1:0] dirty_asid_o,
  /// IOVA page that it was made to
  output logic [PAGE_W-1:0]               dirty_page_o
);

  localparam int unsigned SlotW = iommu_pkg::idx_w(OUTSTANDING);
  localparam int unsigned RouteDepth = 2 ** SlotW;

  // --- AW --------------------------------------------------------------------------------------------------------

  logic             slot_free, route_room, atomic_room, aw_ready, may_go, go;
  logic [SlotW-1:0] slot;
  // Synthesis keeps these as they are: each is one step from registers, and far from the burst before it.
  (* keep *) logic  may_forward, may_refuse;

  // Only a refused burst has x_atomic_i: what waits for room for one does not wait for memory.
  assign may_go      = slot_free && route_room;
  assign may_forward = may_go && !x_refused_i && aw_ready;
  assign may_refuse  = may_go && x_refused_i && (!x_atomic_i || atomic_room);
  assign x_ready_o   = may_forward || may_refuse;
  assign go          = x_valid_i && x_ready_o;

  // AWREADY ends here: it would be on the way to every enable from the search on. The data of the second burst in it
  // may come out before its address does.
  iommu_slice #(
    .WIDTH(ID_W + PA_W + $bits(attr_t) + USER_W)
  ) u_m_aw (
    .clk_i,
    .rst_ni,
    .in_valid_i (x_valid_i && may_go && !x_refused_i),
    .in_ready_o (aw_ready),
    .in_data_i  ({x_id_i, x_pa_i, x_attr_i, x_user_i}),
    .out_valid_o(m_aw_valid_o),
    .out_ready_i(m_aw_ready_i),
    .out_data_o ({m_aw_id_o, m_aw_addr_o, m_aw_attr_o, m_aw_user_o})
  );

  iommu_fifo #(
    .WIDTH(ID_W + 8),
    .DEPTH(2)
  ) u_atomic (
    .clk_i,
    .rst_ni,
    .push_valid_i(x_valid_i && may_go && x_atomic_i),
    .push_ready_o(atomic_room),
    .push_data_i ({x_id_i, x_compare_i ? x_attr_i.len >> 1 : x_attr_i.len}),
    .pop_valid_o (atomic_valid_o),
    .pop_ready_i (atomic_ready_i),
    .pop_data_o  ({atomic_id_o, atomic_len_o})
  );

  // --- W ---------------------------------------------------------------------------------------------------------

  logic             head_valid, head_drain, route_valid_q, route_drain_q, w_take, w_last_q, drained;
  logic             route_load, route_ready;
  // Synthesis keeps it as it is: it is the enable that waits for the handshake.
  (* keep *) logic  route_step;
  logic [7:0]       head_len, left_q;
  logic [SlotW-1:0] head_slot, route_slot_q;

  iommu_fifo #(
    .WIDTH(1 + 8 + SlotW),
    .DEPTH(RouteDepth)
  ) u_route (
    .clk_i,
    .rst_ni,
    .push_valid_i(go),
    .push_ready_o(route_room),
    .push_data_i ({x_refused_i, x_attr_i.len, slot}),
    .pop_valid_o (head_valid),
    .pop_ready_i (route_ready),
    .pop_data_o  ({head_drain, head_len, head_slot})
  );

  // Where the data go, and whether the beat is the last one, is known before it is there.
  // A new one is loaded wherever the one before cannot have further beats, so that only one enable waits for the
  // handshake.
  assign route_step  = !route_valid_q || w_take;
  assign route_load  = !route_valid_q || w_last_q;
  assign route_ready = route_step && route_load;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) route_valid_q <= 1'b0;
    else if (route_ready) route_valid_q <= head_valid;
  end
  always_ff @(posedge clk_i) begin
    if (route_ready) {route_drain_q, route_slot_q} <= {head_drain, head_slot};
    if (route_step) begin
      left_q   <= route_load ? head_len : left_q - 1'b1;
      w_last_q <= route_load ? head_len == '0 : left_q == 8'd1;
    end
  end

  logic              w_valid, w_ready, forward_ready;
  logic [DATA_W-1:0] w_data;
  logic [StrbW-1:0]  w_strb;

  iommu_slice #(
    .WIDTH(DATA_W + StrbW)
  ) u_s_w (
    .clk_i,
    .rst_ni,
    .in_valid_i (s_w_valid_i),
    .in_ready_o (s_w_ready_o),
    .in_data_i  ({s_w_data_i, s_w_strb_i}),
    .out_valid_o(w_valid),
    .out_ready_i(w_ready),
    .out_data_o ({w_data, w_strb})
  );

  assign forward_ready = !m_w_valid_o || m_w_ready_i;
  assign w_ready       = route_valid_q && (route_drain_q || forward_ready);
  assign w_take        = w_valid && w_ready;
  assign drained       = w_take && w_last_q && route_drain_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) m_w_valid_o <= 1'b0;
    else if (forward_ready) m_w_valid_o <= w_valid && route_valid_q && !route_drain_q;
  end
  always_ff @(posedge clk_i) begin
    if (forward_ready) {m_w_data_o, m_w_strb_o, m_w_last_o} <= {w_data, w_strb, w_last_q};
  end

  // --- B ---------------------------------------------------------------------------------------------------------

  logic            in_valid, b_ready, hit, unused_hold, own_valid, own_q, own_free, from_memory, answer;
  logic [ID_W-1:0] in_id, b_id_q, own_id;
  logic [1:0]      in_resp, b_resp_q;
  tag_t            hit_tag, own_tag, s_b_tag;

  iommu_slice #(
    .WIDTH(ID_W + 2)
  ) u_m_b (
    .clk_i,
    .rst_ni,
    .in_valid_i (m_b_valid_i),
    .in_ready_o (m_b_ready_o),
    .in_data_i  ({m_b_id_i, m_b_resp_i}),
    .out_valid_o(in_valid),
    .out_ready_i(b_ready),
    .out_data_o ({in_id, in_resp})
  );

  // The B that the table looks up, and the one beside what the table says of it. One that nobody waits for (reset took
  // its burst) is overwritten.
  logic [ID_W+1:0] b_next_q;
  always_ff @(posedge clk_i) begin
    if (b_ready) begin
      b_next_q           <= {in_id, in_resp};
      {b_id_q, b_resp_q} <= b_next_q;
    end
  end

  logic [PAGE_W-1:0] unused_own_page;

  iommu_axi_table #(
    .SLOTS (OUTSTANDING),
    .ID_W  (ID_W),
    .INFO_W($bits(tag_t) + PAGE_W)
  ) u_table (
    .clk_i,
    .rst_ni,
    .alloc_valid_i  (go),
    .alloc_ready_o  (slot_free),
    .alloc_id_i     (x_id_i),
    .alloc_refused_i(x_refused_i),
    .alloc_done_i   (1'b0),
    .alloc_info_i   ({x_tag_i, x_page_i}),
    .alloc_slot_o   (slot),
    .done_valid_i   (drained),
    .done_slot_i    (route_slot_q),
    .find_valid_i   (in_valid),
    .find_id_i      (in_id),
    .find_ready_o   (b_ready),
    .find_hit_o     (hit),
    .find_wait_o    (unused_hold),
    .find_info_o    ({hit_tag, dirty_page_o}),
    .find_take_i    (from_memory),
    .find_last_i    (1'b1),
    .own_valid_o    (own_valid),
    .own_id_o       (own_id),
    .own_info_o     ({own_tag, unused_own_page}),
    .own_free_i     (own_free)
  );

  logic slice_room, release_room;

  // Refused and forwarded ones take turns, so that neither a fault storm nor a busy memory keeps the other waiting: a
  // refused one is chosen ahead, and after it nobody is.
  assign dirty_valid_o = hit && !own_q && slice_room && release_room;
  assign from_memory   = dirty_valid_o && dirty_ready_i;
  assign own_free      = own_q && slice_room && release_room;
  assign answer        = own_free || from_memory;
  assign dirty_asid_o  = hit_tag.asid;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) own_q <= 1'b0;
    else own_q <= own_q ? !own_free : own_valid;
  end

  // The tag goes along to the handshake with the master, and only from there into the release.
  iommu_slice #(
    .WIDTH(ID_W + 2 + $bits(tag_t))
  ) u_s_b (
    .clk_i,
    .rst_ni,
    .in_valid_i (answer),
    .in_ready_o (slice_room),
    .in_data_i  (own_q ? {own_id, RespSlverr, own_tag} : {b_id_q, b_resp_q, hit_tag}),
    .out_valid_o(s_b_valid_o),
    .out_ready_i(s_b_ready_i),
    .out_data_o ({s_b_id_o, s_b_resp_o, s_b_tag})
  );

  iommu_axi_release u_release (
    .clk_i,
    .rst_ni,
    .room_o     (release_room),
    .reserve_i  (answer),
    .valid_i    (s_b_valid_o && s_b_ready_i),
    .tag_i      (s_b_tag),
    .rel_valid_o,
    .rel_ready_i,
    .rel_tag_o
  );

`ifndef SYNTHESIS
  a_atomic: assert property (@(posedge clk_i) x_valid_i && x_atomic_i |-> x_refused_i)
    else $error("iommu_axi_write: an atomic operation of ID 0x%0h that is not refused is answered here", x_id_i);
`endif

endmodule
