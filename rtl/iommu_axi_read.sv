// SPDX-License-Identifier: Apache-2.0
//
// Reads behind the translation: AR goes on or stays, R comes from memory or is made here.
//
//   translated AR -+-> m_ar                    m_r -+-> R to the master
//                  +-> table --- own SLVERR burst --+
//                  refused atomic operations -------+
//
// A burst made here starts where a burst from memory has ended, so that bursts are interleaved only if memory
// interleaves them. The exception is a beat from memory that waits for a refused burst of its own ID: memory may
// be in the middle of another burst then, and does interleave, and the refused burst has to go first.
//
// A beat waits only for refused bursts, and these need nothing but a master that takes R: memory answers one ID in
// order, so no forwarded burst of this ID is left before the one that the beat belongs to. It cannot lock up.

module iommu_axi_read
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
  /// Bursts in flight
  parameter int unsigned OUTSTANDING = 16
) (
  /// Clock
  input  logic              clk_i,
  /// Asynchronous reset, active low
  input  logic              rst_ni,

  /// Translated burst
  input  logic              x_valid_i,
  /// It is taken
  output logic              x_ready_o,
  /// ARID
  input  logic [ID_W-1:0]   x_id_i,
  /// The IOMMU answers it itself
  input  logic              x_refused_i,
  /// Physical ARADDR
  input  logic [PA_W-1:0]   x_pa_i,
  /// ARLEN to ARREGION
  input  attr_t             x_attr_i,
  /// ARUSER
  input  logic [USER_W-1:0] x_user_i,
  /// What to release it with
  input  tag_t              x_tag_i,

  /// AR to memory
  output logic              m_ar_valid_o,
  /// It is taken
  input  logic              m_ar_ready_i,
  /// ARID
  output logic [ID_W-1:0]   m_ar_id_o,
  /// ARADDR
  output logic [PA_W-1:0]   m_ar_addr_o,
  /// ARLEN to ARREGION
  output attr_t             m_ar_attr_o,
  /// ARUSER
  output logic [USER_W-1:0] m_ar_user_o,

  /// A refused atomic operation wants its read data
  input  logic              atomic_valid_i,
  /// It is taken
  output logic              atomic_ready_o,
  /// RID
  input  logic [ID_W-1:0]   atomic_id_i,
  /// Beats minus one
  input  logic [7:0]        atomic_len_i,

  /// R from memory
  input  logic              m_r_valid_i,
  /// It is taken
  output logic              m_r_ready_o,
  /// RID
  input  logic [ID_W-1:0]   m_r_id_i,
  /// RDATA
  input  logic [DATA_W-1:0] m_r_data_i,
  /// RRESP
  input  logic [1:0]        m_r_resp_i,
  /// RLAST
  input  logic              m_r_last_i,
  /// R to the master
  output logic              s_r_valid_o,
  /// It is taken
  input  logic              s_r_ready_i,
  /// RID
  output logic [ID_W-1:0]   s_r_id_o,
  /// RDATA
  output logic [DATA_W-1:0] s_r_data_o,
  /// RRESP
  output logic [1:0]        s_r_resp_o,
  /// RLAST
  output logic              s_r_last_o,

  /// Release, one for each burst whose last R the master took
  output logic              rel_valid_o,
  /// It is taken
  input  logic              rel_ready_i,
  /// With what
  output tag_t              rel_tag_o,
  /// Beats made here are not taken yet
  output logic              making_o
);

  // --- AR --------------------------------------------------------------------------------------------------------

  logic slot_free, ar_ready;
  assign x_ready_o = slot_free && (x_refused_i || ar_ready);

  iommu_slice #(
    .WIDTH(ID_W + PA_W + $bits(attr_t) + USER_W)
  ) u_m_ar (
    .clk_i,
    .rst_ni,
    .in_valid_i (x_valid_i && slot_free && !x_refused_i),
    .in_ready_o (ar_ready),
    .in_data_i  ({x_id_i, x_pa_i, x_attr_i, x_user_i}),
    .out_valid_o(m_ar_valid_o),
    .out_ready_i(m_ar_ready_i),
    .out_data_o ({m_ar_id_o, m_ar_addr_o, m_ar_attr_o, m_ar_user_o})
  );

  localparam int unsigned SlotW = iommu_pkg::idx_w(OUTSTANDING);
  logic             hit, hold, own_valid;
  logic [ID_W-1:0]  own_id, m_id;
  logic [7:0]       own_len, unused_hit_len;
  tag_t             hit_tag, own_tag;
  logic             find_free, own_free;
  logic [SlotW-1:0] unused_slot;

  iommu_axi_table #(
    .SLOTS (OUTSTANDING),
    .ID_W  (ID_W),
    .INFO_W($bits(tag_t) + 8)
  ) u_table (
    .clk_i,
    .rst_ni,
    .alloc_valid_i  (x_valid_i && x_ready_o),
    .alloc_ready_o  (slot_free),
    .alloc_id_i     (x_id_i),
    .alloc_refused_i(x_refused_i),
    .alloc_done_i   (1'b1),
    .alloc_info_i   ({x_tag_i, x_attr_i.len}),
    .alloc_slot_o   (unused_slot),
    .done_valid_i   (1'b0),
    .done_slot_i    ('0),
    .find_id_i      (m_id),
    .find_hit_o     (hit),
    .find_wait_o    (hold),
    .find_info_o    ({hit_tag, unused_hit_len}),
    .find_free_i    (find_free),
    .own_valid_o    (own_valid),
    .own_id_o       (own_id),
    .own_info_o     ({own_tag, own_len}),
    .own_free_i     (own_free)
  );

  // --- whose beat ------------------------------------------------------------------------------------------------

  logic              m_valid, m_ready, m_last;
  logic [DATA_W-1:0] m_data;
  logic [1:0]        m_resp;

  iommu_slice #(
    .WIDTH(ID_W + DATA_W + 3)
  ) u_m_r (
    .clk_i,
    .rst_ni,
    .in_valid_i (m_r_valid_i),
    .in_ready_o (m_r_ready_o),
    .in_data_i  ({m_r_id_i, m_r_data_i, m_r_resp_i, m_r_last_i}),
    .out_valid_o(m_valid),
    .out_ready_i(m_ready),
    .out_data_o ({m_id, m_data, m_resp, m_last})
  );

  // The beat in front of the master's slice, and what it releases.
  logic [ID_W-1:0] r_id;
  logic            r_last, r_release, s_r_release;
  tag_t            r_tag, s_r_tag;

  // The burst being made: the slot is given back with its first beat, the release goes with its last.
  logic            making_q, made_release_q;
  logic [ID_W-1:0] made_id_q;
  logic [7:0]      left_q;
  tag_t            made_tag_q;

  logic inside_q;  // memory's last beat was not the last one of its burst
  logic slice_room, release_room;
  logic may_start, room, memory, own, atomic, start;
  logic [7:0] start_len;

  assign may_start = !making_q && (!inside_q || (m_valid && hold));
  assign room      = slice_room && release_room;

  // In turn, by bursts. While memory is inside one nobody else asks.
  iommu_rr #(
    .N(3)
  ) u_turn (
    .clk_i,
    .rst_ni,
    .valid_i ({atomic_valid_i && may_start, own_valid && may_start, m_valid && hit && !making_q}),
    .served_i(room && (memory || start)),
    .grant_o ({atomic, own, memory})
  );
  assign start          = own || atomic;
  assign start_len      = own ? own_len : atomic_len_i;
  assign own_free       = own && room;
  assign atomic_ready_o = atomic && room;
  assign find_free      = memory && room && m_last;

  // A beat that nobody waits for (reset took its burst) goes nowhere.
  assign m_ready = (memory && room) || !(hit || hold);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      making_q <= 1'b0;
      inside_q <= 1'b0;
    end else if (room) begin
      if (memory) inside_q <= !m_last;
      if (start || making_q) making_q <= !r_last;
    end
  end

  always_ff @(posedge clk_i) begin
    if (room) begin
      left_q <= (making_q ? left_q : start_len) - 1'b1;
      if (start) begin
        made_id_q      <= r_id;
        made_release_q <= own;
        made_tag_q     <= own_tag;
      end
    end
  end

  // --- R ---------------------------------------------------------------------------------------------------------

  always_comb begin
    if (making_q) {r_id, r_last} = {made_id_q, left_q == '0};
    else if (memory) {r_id, r_last} = {m_id, m_last};
    else if (own) {r_id, r_last} = {own_id, start_len == '0};
    else {r_id, r_last} = {atomic_id_i, start_len == '0};

    if (making_q) {r_release, r_tag} = {made_release_q && r_last, made_tag_q};
    else if (memory) {r_release, r_tag} = {r_last, hit_tag};
    else {r_release, r_tag} = {own && r_last, own_tag};
  end

  // The tag goes along to the handshake with the master, and only from there into the release.
  iommu_slice #(
    .WIDTH(ID_W + DATA_W + 2 + 1 + 1 + $bits(tag_t))
  ) u_s_r (
    .clk_i,
    .rst_ni,
    .in_valid_i (release_room && (making_q || memory || start)),
    .in_ready_o (slice_room),
    .in_data_i  ({r_id, memory ? {m_data, m_resp} : {DATA_W'(0), RespSlverr}, r_last, r_release, r_tag}),
    .out_valid_o(s_r_valid_o),
    .out_ready_i(s_r_ready_i),
    .out_data_o ({s_r_id_o, s_r_data_o, s_r_resp_o, s_r_last_o, s_r_release, s_r_tag})
  );

  iommu_axi_release u_release (
    .clk_i,
    .rst_ni,
    .room_o     (release_room),
    .reserve_i  (room && (making_q || memory || start) && r_release),
    .valid_i    (s_r_valid_o && s_r_ready_i && s_r_release),
    .tag_i      (s_r_tag),
    .rel_valid_o,
    .rel_ready_i,
    .rel_tag_o
  );

  assign making_o = making_q || s_r_valid_o;

endmodule
