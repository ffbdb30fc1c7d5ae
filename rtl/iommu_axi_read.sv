// SPDX-License-Identifier: Apache-2.0
//
// Reads behind the translation: AR goes on or stays, R comes from memory or is made here.
//
//   translated AR -+-> m_ar                    m_r -+-> R to the master
//                  +-> table --- own SLVERR burst --+
//                  refused atomic operations -------+
//
// A beat from memory stands before the table while its burst is looked up, and moves on together with what was found.
// There it takes turns with the burst to be made, which was chosen before.
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
  output tag_t              rel_tag_o
);

  // --- AR --------------------------------------------------------------------------------------------------------

  logic slot_free, ar_ready;
  assign x_ready_o = slot_free && (x_refused_i || ar_ready);

  // ARREADY ends here: it would be on the way to every enable from the search on.
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
  logic [ID_W-1:0]  own_id;
  logic [7:0]       own_len, unused_hit_len;
  tag_t             hit_tag, own_tag;
  // Synthesis keeps it as it is: one step from registers, and far from what it lets go on in the table.
  (* keep *) logic  own_free;
  logic [SlotW-1:0] unused_slot;
  logic             in_valid, m_ready, in_last, m_last_q, memory_go;
  logic [ID_W-1:0]  in_id, m_id_q;

  iommu_axi_table #(
    .SLOTS (OUTSTANDING),
    .ID_W  (ID_W),
    .INFO_W($bits(tag_t) + 8)
  ) u_table (
    .clk_i,
    .rst_ni,
    .alloc_valid_i  (x_valid_i && (x_refused_i || ar_ready)),
    .alloc_ready_o  (slot_free),
    .alloc_id_i     (x_id_i),
    .alloc_refused_i(x_refused_i),
    .alloc_done_i   (1'b1),
    .alloc_info_i   ({x_tag_i, x_attr_i.len}),
    .alloc_slot_o   (unused_slot),
    .done_valid_i   (1'b0),
    .done_slot_i    ('0),
    .find_valid_i   (in_valid),
    .find_id_i      (in_id),
    .find_ready_o   (m_ready),
    .find_hit_o     (hit),
    .find_wait_o    (hold),
    .find_info_o    ({hit_tag, unused_hit_len}),
    .find_take_i    (memory_go),
    .find_last_i    (m_last_q),
    .own_valid_o    (own_valid),
    .own_id_o       (own_id),
    .own_info_o     ({own_tag, own_len}),
    .own_free_i     (own_free)
  );

  // --- whose beat ------------------------------------------------------------------------------------------------

  logic [DATA_W-1:0] in_data, m_data_q;
  logic [1:0]        in_resp, m_resp_q;

  iommu_slice #(
    .WIDTH(ID_W + DATA_W + 3)
  ) u_m_r (
    .clk_i,
    .rst_ni,
    .in_valid_i (m_r_valid_i),
    .in_ready_o (m_r_ready_o),
    .in_data_i  ({m_r_id_i, m_r_data_i, m_r_resp_i, m_r_last_i}),
    .out_valid_o(in_valid),
    .out_ready_i(m_ready),
    .out_data_o ({in_id, in_data, in_resp, in_last})
  );

  // The beat that the table looks up, and the one beside what the table says of it. One that nobody waits for (reset
  // took its burst) is overwritten.
  logic [ID_W+DATA_W+2:0] b_beat_q;
  always_ff @(posedge clk_i) begin
    if (m_ready) begin
      b_beat_q                               <= {in_id, in_data, in_resp, in_last};
      {m_id_q, m_data_q, m_resp_q, m_last_q} <= b_beat_q;
    end
  end

  // The burst to be made: a refused one of the table, or what a refused atomic operation returns.
  logic       made_valid_q, made_own_q, own_turn_q, choose_own, made_last_q, made_end;
  logic [7:0] left_q, start_len;

  logic slice_room, release_room;
  logic making_q;  // the next beats are of it
  logic inside_q;  // memory's last beat was not the last one of its burst
  logic stop_q;    // no beat of memory now
  logic begin_made, made_go;

  assign choose_own = own_valid && (own_turn_q || !atomic_valid_i);
  assign start_len  = choose_own ? own_len : atomic_len_i;

  // In turn, by bursts: a burst of memory that ends stops memory if another one is to be made. That one begins in a
  // clock without a beat. While memory is inside a burst nobody else may start, unless its beat waits.
  assign begin_made = made_valid_q && !making_q && (stop_q || (!hit && (!inside_q || hold)));
  assign memory_go  = hit && !stop_q && slice_room && release_room;
  assign made_go    = making_q && slice_room && release_room;
  assign made_end   = made_go && made_last_q;

  assign own_free       = made_end && made_own_q;
  assign atomic_ready_o = made_end && !made_own_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      made_valid_q <= 1'b0;
      own_turn_q   <= 1'b0;
      making_q     <= 1'b0;
      inside_q     <= 1'b0;
      stop_q       <= 1'b0;
    end else begin
      if (!made_valid_q) begin
        made_valid_q <= own_valid || atomic_valid_i;
        own_turn_q   <= !choose_own;
      end else if (made_end) begin
        made_valid_q <= 1'b0;
      end
      if (memory_go) inside_q <= !m_last_q;
      making_q <= begin_made || (making_q && !made_end);
      stop_q   <= begin_made || (stop_q && !made_end) || (memory_go && m_last_q && made_valid_q);
    end
  end

  // Whether the first beat is the last one is found out in the clock between: no burst begins in the one in which it is
  // chosen.
  always_ff @(posedge clk_i) begin
    if (!made_valid_q) begin
      made_own_q <= choose_own;
      left_q     <= start_len;
    end else if (made_go) begin
      left_q <= left_q - 1'b1;
    end
    if (!making_q) made_last_q <= left_q == '0;
    else if (made_go) made_last_q <= left_q == 8'd1;
  end

  // --- R ---------------------------------------------------------------------------------------------------------

  logic [ID_W-1:0] r_id;
  logic            r_last, r_release, s_r_release;
  tag_t            r_tag, s_r_tag;

  always_comb begin
    if (!making_q) {r_id, r_last, r_release, r_tag} = {m_id_q, m_last_q, m_last_q, hit_tag};
    else if (made_own_q) {r_id, r_last, r_release, r_tag} = {own_id, made_last_q, made_last_q, own_tag};
    else {r_id, r_last, r_release, r_tag} = {atomic_id_i, made_last_q, 1'b0, own_tag};
  end

  // The tag goes along to the handshake with the master, and only from there into the release.
  iommu_slice #(
    .WIDTH(ID_W + DATA_W + 2 + 1 + 1 + $bits(tag_t))
  ) u_s_r (
    .clk_i,
    .rst_ni,
    .in_valid_i (release_room && (making_q || (hit && !stop_q))),
    .in_ready_o (slice_room),
    .in_data_i  ({r_id, making_q ? {DATA_W'(0), RespSlverr} : {m_data_q, m_resp_q}, r_last, r_release, r_tag}),
    .out_valid_o(s_r_valid_o),
    .out_ready_i(s_r_ready_i),
    .out_data_o ({s_r_id_o, s_r_data_o, s_r_resp_o, s_r_last_o, s_r_release, s_r_tag})
  );

  iommu_axi_release u_release (
    .clk_i,
    .rst_ni,
    .room_o     (release_room),
    .reserve_i  ((made_go || memory_go) && r_release),
    .valid_i    (s_r_valid_o && s_r_ready_i && s_r_release),
    .tag_i      (s_r_tag),
    .rel_valid_o,
    .rel_ready_i,
    .rel_tag_o
  );

endmodule
