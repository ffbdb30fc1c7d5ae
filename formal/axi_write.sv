// SPDX-License-Identifier: Apache-2.0
//
// iommu_axi_write with all that it consists of: what it offers on AW, W, B and the release stays until taken. Memory gets
// the AWs of the bursts that were not refused, and their beats of W, each with its data and the last one marked, in their
// order, and nothing else: nothing of a refused burst (I10). The master gets one B for each burst, in the order of its
// ID: what memory said of it, or for a refused one SLVERR, and that not before its last beat was taken. One release for
// each B that was taken, with the tag of its burst.
//
// One burst is followed and one beat of W, any ones: how many of which are ahead is counted at the ports alone. What
// waits is not held to anything: translated bursts, and beats of W, before their AW too. Memory answers an AW that it has
// taken, in the order of its ID, and keeps an answer until it is taken; it may answer before it has the data. A burst has
// one beat or two.

module axi_write
  import iommu_pkg::*;
  import iommu_axi_pkg::*;
#(
  /// Bits of AxID
  parameter int unsigned ID_W = 1,
  /// Bursts in flight
  parameter int unsigned OUTSTANDING = 2,
  /// Bits of a number of beats, of bursts: more than the steps of the proof need
  localparam int unsigned CountW = 6
) (
  /// Clock
  input logic            clk_i,
  /// Translated burst
  input logic            x_valid_i,
  /// Its ID
  input logic [ID_W-1:0] x_id_i,
  /// It is refused
  input logic            x_refused_i,
  /// Its address
  input logic [1:0]      x_pa_i,
  /// AWLEN: one beat or two
  input logic            x_len_i,
  /// What to release it with
  input logic [1:0]      x_tag_i,
  /// It wants read data, too
  input logic            x_atomic_i,
  /// It is to be followed, if none is yet
  input logic            pick_i,
  /// Memory takes AW
  input logic            m_aw_ready_i,
  /// W from the master
  input logic            s_w_valid_i,
  /// Its data
  input logic            s_w_data_i,
  /// Its strobe
  input logic            s_w_strb_i,
  /// It is to be followed, if none is yet
  input logic            pick_w_i,
  /// Memory takes W
  input logic            m_w_ready_i,
  /// B from memory
  input logic            m_b_valid_i,
  /// Its ID
  input logic [ID_W-1:0] m_b_id_i,
  /// Its response
  input logic [1:0]      m_b_resp_i,
  /// The master takes B
  input logic            s_b_ready_i,
  /// The release is taken
  input logic            rel_ready_i,
  /// The read data are
  input logic            atomic_ready_i,
  /// The write is logged
  input logic            dirty_ready_i
);

  localparam int unsigned Ids = 2 ** ID_W;
  typedef logic [CountW-1:0] number_t;

  // Reset in the first clock.
  logic rst_n = 1'b0;
  always_ff @(posedge clk_i) rst_n <= 1'b1;

  tag_t            x_tag;
  attr_t           x_attr, m_aw_attr;
  logic            x_ready, m_aw_valid, s_w_ready, m_w_valid, m_w_strb, m_w_last, m_b_ready, s_b_valid, rel_valid;
  logic [ID_W-1:0] m_aw_id, s_b_id;
  logic [1:0]      m_aw_addr, s_b_resp;
  logic [7:0]      m_w_data;
  tag_t            rel_tag;
  always_comb begin
    x_attr       = '0;
    x_attr.len   = 8'(x_len_i);
    x_attr.burst = BurstIncr;
    x_tag        = '{tracked: 1'b1, asid: AsidPortW'(x_tag_i[1]), epoch: x_tag_i[0]};
  end
  iommu_axi_write #(
    .PA_W       (2),
    .DATA_W     (8),
    .ID_W       (ID_W),
    .USER_W     (1),
    .PAGE_W     (1),
    .OUTSTANDING(OUTSTANDING)
  ) u_write (
    .clk_i, .rst_ni(rst_n),
    .x_valid_i, .x_ready_o(x_ready), .x_id_i, .x_refused_i, .x_pa_i, .x_attr_i(x_attr), .x_user_i(1'b0), .x_tag_i(x_tag),
    .x_page_i(1'b0), .x_atomic_i, .x_compare_i(1'b0),
    .m_aw_valid_o(m_aw_valid), .m_aw_ready_i, .m_aw_id_o(m_aw_id), .m_aw_addr_o(m_aw_addr), .m_aw_attr_o(m_aw_attr),
    .m_aw_user_o(),
    .s_w_valid_i, .s_w_ready_o(s_w_ready), .s_w_data_i(8'(s_w_data_i)), .s_w_strb_i,
    .m_w_valid_o(m_w_valid), .m_w_ready_i, .m_w_data_o(m_w_data), .m_w_strb_o(m_w_strb), .m_w_last_o(m_w_last),
    .m_b_valid_i, .m_b_ready_o(m_b_ready), .m_b_id_i, .m_b_resp_i,
    .s_b_valid_o(s_b_valid), .s_b_ready_i, .s_b_id_o(s_b_id), .s_b_resp_o(s_b_resp),
    .rel_valid_o(rel_valid), .rel_ready_i, .rel_tag_o(rel_tag),
    .atomic_valid_o(), .atomic_ready_i, .atomic_id_o(), .atomic_len_o(),
    .dirty_valid_o(), .dirty_ready_i, .dirty_asid_o(), .dirty_page_o()
  );

  logic go, aw, s_w, m_w, m_b, s_b, rel;
  assign go  = x_valid_i && x_ready;
  assign aw  = m_aw_valid && m_aw_ready_i;
  assign s_w = s_w_valid_i && s_w_ready;
  assign m_w = m_w_valid && m_w_ready_i;
  assign m_b = m_b_valid_i && m_b_ready;
  assign s_b = s_b_valid && s_b_ready_i;
  assign rel = rel_valid && rel_ready_i;

  // --- what has come and gone ----------------------------------------------------------------------------------------

  number_t           forwarded_q, aws_q;                      // bursts for memory; AWs that it has taken
  number_t           beats_q, m_beats_q, s_w_q, m_w_q;        // of all bursts, of those; taken from the master, by memory
  number_t           released_q, answered_q;                  // releases; Bs that the master took
  number_t [Ids-1:0] open_q, asked_q, waiting_q;              // of an ID: without B; not answered by memory, and with AW
  always_ff @(posedge clk_i or negedge rst_n) begin
    if (!rst_n) begin
      {forwarded_q, aws_q, beats_q, m_beats_q, s_w_q, m_w_q, released_q, answered_q} <= '0;
      {open_q, asked_q, waiting_q} <= '0;
    end else begin
      if (go) beats_q <= beats_q + number_t'(x_len_i) + 1'b1;
      if (go && !x_refused_i) begin
        forwarded_q <= forwarded_q + 1'b1;
        m_beats_q   <= m_beats_q + number_t'(x_len_i) + 1'b1;
      end
      aws_q      <= aws_q + number_t'(aw);
      s_w_q      <= s_w_q + number_t'(s_w);
      m_w_q      <= m_w_q + number_t'(m_w);
      answered_q <= answered_q + number_t'(s_b);
      released_q <= released_q + number_t'(rel);
      for (int unsigned i = 0; i < Ids; i++) begin
        open_q[i]    <= open_q[i] + number_t'(go && 32'(x_id_i) == i) - number_t'(s_b && 32'(s_b_id) == i);
        waiting_q[i] <= waiting_q[i] + number_t'(go && !x_refused_i && 32'(x_id_i) == i)
                        - number_t'(m_b && 32'(m_b_id_i) == i);
        asked_q[i]   <= asked_q[i] + number_t'(aw && 32'(m_aw_id) == i) - number_t'(m_b && 32'(m_b_id_i) == i);
      end
    end
  end

  // --- the followed burst and the followed beat ------------------------------------------------------------------------

  logic            f_q, told_q, taken_q, w_q;   // there is one; memory has answered it; the master has its B; a beat
  logic [ID_W-1:0] f_id_q;
  logic            f_refused_q;
  logic [1:0]      f_pa_q, f_resp_q;
  logic            f_len_q;
  tag_t            f_tag_q;
  number_t         f_aw_q, f_s_w_q, f_m_w_q;    // its number among AWs; the first of its beats
  number_t         f_ahead_q, f_told_q;         // Bs of its ID before its own, to the master and by memory
  number_t         f_rel_q;                     // the number of its release
  number_t         w_number_q;
  logic [8:0]      w_word_q;
  always_ff @(posedge clk_i or negedge rst_n) begin
    if (!rst_n) begin
      {f_q, told_q, taken_q, w_q} <= '0;
    end else begin
      if (go && pick_i) f_q <= 1'b1;
      if (s_w && pick_w_i) w_q <= 1'b1;
      if (f_q && !f_refused_q && m_b && m_b_id_i == f_id_q && f_told_q == '0) told_q <= 1'b1;
      if (f_q && s_b && s_b_id == f_id_q && f_ahead_q == '0) taken_q <= 1'b1;
    end
  end
  always_ff @(posedge clk_i) begin
    if (!f_q) begin
      {f_id_q, f_refused_q, f_pa_q, f_len_q, f_tag_q} <= {x_id_i, x_refused_i, x_pa_i, x_len_i, x_tag};
      {f_aw_q, f_s_w_q, f_m_w_q} <= {forwarded_q, beats_q, m_beats_q};
      f_ahead_q <= open_q[x_id_i] - number_t'(s_b && s_b_id == x_id_i);
      f_told_q  <= waiting_q[x_id_i] - number_t'(m_b && m_b_id_i == x_id_i);
    end else begin
      if (s_b && s_b_id == f_id_q && !taken_q) begin
        f_ahead_q <= f_ahead_q - 1'b1;
        f_rel_q   <= answered_q;
      end
      if (m_b && m_b_id_i == f_id_q && !told_q) begin
        f_told_q <= f_told_q - 1'b1;
        f_resp_q <= m_b_resp_i;
      end
    end
    if (!w_q) {w_number_q, w_word_q} <= {s_w_q, 8'(s_w_data_i), s_w_strb_i};
  end

  // The followed beat is one of the followed burst, which goes to memory: it is due there as this one.
  logic    due;
  number_t due_number;
  assign due        = f_q && w_q && !f_refused_q && w_number_q >= f_s_w_q && w_number_q <= f_s_w_q + number_t'(f_len_q);
  assign due_number = f_m_w_q + (w_number_q - f_s_w_q);

  // --- what was offered a clock ago and not taken ----------------------------------------------------------------------

  typedef struct packed {
    logic [ID_W-1:0] id;
    logic [1:0]      addr;
    attr_t           attr;
  } aw_t;
  logic            aw_q, m_w_kept_q, s_b_q, rel_q, m_b_q;
  aw_t             aw_was_q;
  logic [9:0]      w_was_q;
  logic [ID_W+1:0] b_was_q, m_b_was_q;
  tag_t            rel_was_q;
  always_ff @(posedge clk_i or negedge rst_n) begin
    if (!rst_n) {aw_q, m_w_kept_q, s_b_q, rel_q, m_b_q} <= '0;
    else {aw_q, m_w_kept_q, s_b_q, rel_q, m_b_q} <= {m_aw_valid && !aw, m_w_valid && !m_w, s_b_valid && !s_b,
                                                     rel_valid && !rel, m_b_valid_i && !m_b};
  end
  always_ff @(posedge clk_i) begin
    aw_was_q  <= {m_aw_id, m_aw_addr, m_aw_attr};
    w_was_q   <= {m_w_data, m_w_strb, m_w_last};
    b_was_q   <= {s_b_id, s_b_resp};
    m_b_was_q <= {m_b_id_i, m_b_resp_i};
    rel_was_q <= rel_tag;
  end

  always_comb begin
    assume (!x_valid_i || !x_atomic_i || x_refused_i);
    if (rst_n && m_b_valid_i) assume (asked_q[m_b_id_i] != '0);
    if (m_b_q) assume (m_b_valid_i && m_b_was_q == {m_b_id_i, m_b_resp_i});
    if (rst_n) begin
      if (aw_q) a_aw_stays: assert (m_aw_valid && aw_was_q == {m_aw_id, m_aw_addr, m_aw_attr});
      if (m_w_kept_q) a_w_stays: assert (m_w_valid && w_was_q == {m_w_data, m_w_strb, m_w_last});
      if (s_b_q) a_b_stays: assert (s_b_valid && b_was_q == {s_b_id, s_b_resp});
      if (rel_q) a_rel_stays: assert (rel_valid && rel_was_q == rel_tag);
      // Nothing is there that nobody asked for.
      if (m_aw_valid) a_no_aw: assert (aws_q < forwarded_q);
      if (m_w_valid) a_no_w: assert (m_w_q < m_beats_q);
      if (s_b_valid) a_no_b: assert (open_q[s_b_id] != '0);
      if (rel_valid) a_no_rel: assert (released_q < answered_q);
      // Of the followed ones.
      if (f_q && !f_refused_q && m_aw_valid && aws_q == f_aw_q) begin
        a_aw: assert (m_aw_id == f_id_q && m_aw_addr == f_pa_q && m_aw_attr.len == 8'(f_len_q)
                      && m_aw_attr.burst == BurstIncr);
      end
      if (due && m_w_valid && m_w_q == due_number) begin
        a_w: assert ({m_w_data, m_w_strb} == w_word_q && m_w_last == (w_number_q == f_s_w_q + number_t'(f_len_q)));
      end
      if (f_q && !taken_q && s_b_valid && s_b_id == f_id_q && f_ahead_q == '0) begin
        a_b:       assert (f_refused_q ? s_b_resp == RespSlverr : told_q && s_b_resp == f_resp_q);
        a_drained: assert (!f_refused_q || s_w_q > f_s_w_q + number_t'(f_len_q));
      end
      if (taken_q && rel_valid && released_q == f_rel_q) a_rel: assert (rel_tag == f_tag_q);
    end
    // A refused burst of two beats is answered; one that memory has answered; a beat that is another one for memory.
    c_refused: cover (f_q && f_refused_q && f_len_q && s_b_valid && s_b_id == f_id_q && f_ahead_q == '0);
    c_answer:  cover (taken_q && !f_refused_q && f_len_q && f_resp_q == RespDecerr && rel_valid);
    c_shifted: cover (due && m_w_valid && m_w_q == due_number && due_number != w_number_q && f_len_q
                      && m_w_kept_q && m_w_last);
  end

endmodule
