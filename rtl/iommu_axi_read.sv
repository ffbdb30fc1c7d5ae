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
  /// This beat ends the use of a translation
  output logic              s_r_release_o,
  /// With s_r_release_o: what to release
  output tag_t              s_r_tag_o,
  /// A release can be reserved
  input  logic              rel_room_i,
  /// It is, for the beat handed over in this clock
  output logic              rel_reserve_o,
  /// A burst made here is not complete
  output logic              making_o
);

  // --- AR --------------------------------------------------------------------------------------------------------

  logic slot_free;
  assign x_ready_o    = slot_free && (x_refused_i || m_ar_ready_i);
  assign m_ar_valid_o = x_valid_i && slot_free && !x_refused_i;
  assign m_ar_id_o    = x_id_i;
  assign m_ar_addr_o  = x_pa_i;
  assign m_ar_attr_o  = x_attr_i;
  assign m_ar_user_o  = x_user_i;

  localparam int unsigned SlotW = iommu_pkg::idx_w(OUTSTANDING);
  logic             hit, hold, own_valid;
  logic [ID_W-1:0]  own_id;
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
    .find_id_i      (m_r_id_i),
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

  // The burst being made: the slot is given back with its first beat, the release goes with its last.
  logic            making_q, made_release_q;
  logic [ID_W-1:0] made_id_q;
  logic [7:0]      left_q;
  tag_t            made_tag_q;

  logic inside_q;  // memory's last beat was not the last one of its burst
  logic may_start, room, memory, own, atomic, start;
  logic [7:0] start_len;

  assign may_start = !making_q && (!inside_q || (m_r_valid_i && hold));
  assign room      = s_r_ready_i && rel_room_i;

  // In turn, by bursts. While memory is inside one nobody else asks.
  iommu_rr #(
    .N(3)
  ) u_turn (
    .clk_i,
    .rst_ni,
    .valid_i ({atomic_valid_i && may_start, own_valid && may_start, m_r_valid_i && hit && !making_q}),
    .served_i(room && (memory || start)),
    .grant_o ({atomic, own, memory})
  );
  assign start          = own || atomic;
  assign start_len      = own ? own_len : atomic_len_i;
  assign own_free       = own && room;
  assign atomic_ready_o = atomic && room;
  assign find_free      = memory && room && m_r_last_i;

  // A beat that nobody waits for (reset took its burst) goes nowhere.
  assign m_r_ready_o = (memory && room) || !(hit || hold);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      making_q <= 1'b0;
      inside_q <= 1'b0;
    end else if (room) begin
      if (memory) inside_q <= !m_r_last_i;
      if (start) making_q <= !s_r_last_o;
      else if (making_q) making_q <= !s_r_last_o;
    end
  end

  always_ff @(posedge clk_i) begin
    if (room) begin
      left_q <= (making_q ? left_q : start_len) - 1'b1;
      if (start) begin
        made_id_q      <= s_r_id_o;
        made_release_q <= own;
        made_tag_q     <= own_tag;
      end
    end
  end

  // --- R ---------------------------------------------------------------------------------------------------------

  assign s_r_valid_o = rel_room_i && (making_q || memory || start);
  assign s_r_data_o  = memory ? m_r_data_i : '0;
  assign s_r_resp_o  = memory ? m_r_resp_i : RespSlverr;

  always_comb begin
    if (making_q) {s_r_id_o, s_r_last_o} = {made_id_q, left_q == '0};
    else if (memory) {s_r_id_o, s_r_last_o} = {m_r_id_i, m_r_last_i};
    else if (own) {s_r_id_o, s_r_last_o} = {own_id, start_len == '0};
    else {s_r_id_o, s_r_last_o} = {atomic_id_i, start_len == '0};

    if (making_q) {s_r_release_o, s_r_tag_o} = {made_release_q && s_r_last_o, made_tag_q};
    else if (memory) {s_r_release_o, s_r_tag_o} = {s_r_last_o, hit_tag};
    else {s_r_release_o, s_r_tag_o} = {own && s_r_last_o, own_tag};
  end

  assign rel_reserve_o = s_r_valid_o && s_r_ready_i && s_r_release_o;
  assign making_o      = making_q;

endmodule
