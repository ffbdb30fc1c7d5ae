// SPDX-License-Identifier: Apache-2.0
//
// Damages one bit of one word as a pass writes it, so that software can see what the parity check does. It waits for
// a word that is what INJECT asks for: entry `index`, and for a search level one whose key lies at that level. A key
// lies at one level only, that of the largest power of K that divides its number (lane 0 of a row is not stored); asked
// for at another, or for an entry that no pass writes, it waits until software changes its mind.

module iotlb_inject
  import iommu_pkg::*;
#(
  /// Bits of an entry's number
  parameter int unsigned POS_W = 11,
  /// Levels of the search
  parameter int unsigned LEVELS = levels(EntriesDefault, RadixDefault),
  /// Search radix, a power of two
  parameter int unsigned K = RadixDefault,
  /// Bits of a key word
  parameter int unsigned KEY_W = 57,
  /// Bits of a payload word
  parameter int unsigned PAYLOAD_W = 118
) (
  /// Clock
  input  logic                 clk_i,
  /// Asynchronous reset, active low
  input  logic                 rst_ni,

  /// Which word to damage
  input  inject_t              inject_i,
  /// The pass writes an entry
  input  logic                 wen_i,
  /// Its number, the one after that of the write before, or in every clock from the one before a write that starts anew
  input  logic [POS_W-1:0]     wpos_i,

  /// One clock later, bits to flip: in the key that the search gets
  output logic [KEY_W-1:0]     search_o,
  /// In the key that passes read
  output logic [KEY_W-1:0]     key_o,
  /// In the payload
  output logic [PAYLOAD_W-1:0] payload_o,
  /// It happens in this clock
  output logic                 injected_o
);

  localparam int unsigned LaneW = $clog2(K);

  inject_t inject_q;
  always_ff @(posedge clk_i) inject_q <= inject_i;

  // inject_e of rtl/regs/iommu.rdl.
  localparam logic [2:0] Search = 3'd1;
  localparam logic [2:0] Key = 3'd2;
  localparam logic [2:0] Payload = 3'd3;

  // The level that the key of entry `index` lies at, and what there is to damage, known long before the entry is written.
  logic [3:0] level, level_q, depth_q;
  logic       want_search_q, want_key_q, want_payload_q, in_range_q, wants;
  logic [$bits(inject_q.what)-1:0] what_q;
  always_comb begin
    level = '0;
    for (int unsigned j = 1; j < LEVELS; j++) begin
      if ((32'(inject_q.index) & ((1 << (LaneW * j)) - 1)) == 0) level = 4'(j);
    end
  end
  always_ff @(posedge clk_i) begin
    {level_q, depth_q, what_q} <= {level, inject_q.depth, inject_q.what};
    in_range_q                 <= 32'(inject_q.index) < 2 ** POS_W;
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      {want_search_q, want_key_q, want_payload_q} <= '0;
    end else begin
      want_search_q  <= wants && what_q == Search && depth_q == level_q;
      want_key_q     <= wants && what_q == Key;
      want_payload_q <= wants && what_q == Payload;
    end
  end

  // The place modulo the width of the word, by a comparison and a subtraction in turn beside the stream; nothing is hit
  // until it is known. Then as an octet and a bit of it.
  localparam int unsigned KeyOctets = (KEY_W + 7) / 8;
  localparam int unsigned PayloadOctets = (PAYLOAD_W + 7) / 8;
  logic [7:0]               place_q, key_place_q, payload_place_q, key_bit_q, payload_bit_q;
  logic                     changed, changed_q, subtract_q, key_over_q, payload_over_q, known_q;
  logic [KeyOctets-1:0]     key_octet_q;
  logic [PayloadOctets-1:0] payload_octet_q;

  assign changed = place_q != inject_q.place;
  assign wants   = in_range_q && known_q && !changed && !changed_q;
  always_ff @(posedge clk_i) begin
    place_q <= inject_q.place;
    key_over_q     <= 32'(key_place_q) >= KEY_W;
    payload_over_q <= 32'(payload_place_q) >= PAYLOAD_W;
    if (changed_q) begin
      key_place_q     <= place_q;
      payload_place_q <= place_q;
    end else if (subtract_q) begin
      if (key_over_q) key_place_q <= key_place_q - 8'(KEY_W);
      if (payload_over_q) payload_place_q <= payload_place_q - 8'(PAYLOAD_W);
    end
    key_octet_q     <= KeyOctets'(1) << key_place_q[7:3];
    key_bit_q       <= 8'd1 << key_place_q[2:0];
    payload_octet_q <= PayloadOctets'(1) << payload_place_q[7:3];
    payload_bit_q   <= 8'd1 << payload_place_q[2:0];
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      {changed_q, subtract_q, known_q} <= '0;
    end else begin
      changed_q  <= changed;
      subtract_q <= !subtract_q && !changed && !changed_q;
      if (changed) known_q <= 1'b0;
      else if (subtract_q) known_q <= !key_over_q && !payload_over_q;
    end
  end

  // Beside the entry on its way to the memories: in this clock it is chosen, in the next one it is damaged. That the pass
  // writes is known late in a clock, its number early: a pass writes numbers in turn, so whether the next write is the
  // one asked for is found out of both that may come.
  logic [POS_W-1:0] before_q;
  logic             here, here_next, here_q, in_search_q, in_key_q, in_payload_q;
  assign here      = POS_W'(inject_q.index) == wpos_i;
  assign here_next = before_q == wpos_i;
  always_ff @(posedge clk_i) before_q <= POS_W'(inject_q.index) - 1'b1;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      {here_q, in_search_q, in_key_q, in_payload_q} <= '0;
    end else begin
      here_q       <= wen_i ? here_next : here;
      in_search_q  <= wen_i && here_q && want_search_q;
      in_key_q     <= wen_i && here_q && want_key_q;
      in_payload_q <= wen_i && here_q && want_payload_q;
    end
  end

  always_comb begin
    for (int unsigned i = 0; i < KEY_W; i++) begin
      search_o[i] = in_search_q && key_octet_q[i/8] && key_bit_q[i%8];
      key_o[i]    = in_key_q && key_octet_q[i/8] && key_bit_q[i%8];
    end
    for (int unsigned i = 0; i < PAYLOAD_W; i++) begin
      payload_o[i] = in_payload_q && payload_octet_q[i/8] && payload_bit_q[i%8];
    end
  end
  assign injected_o = in_search_q || in_key_q || in_payload_q;

`ifndef SYNTHESIS
  logic [POS_W-1:0] wpos_q;
  logic             wen_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) {wen_q, wpos_q} <= '0;
    else {wen_q, wpos_q} <= {wen_i, wpos_i};
  end
  a_in_turn: assert property (@(posedge clk_i) wen_i |-> wpos_i == POS_W'(wpos_q + POS_W'(wen_q)))
    else $error("iotlb_inject: entry %0d is written, and the write before does not lead to it", wpos_i);
`endif

endmodule
