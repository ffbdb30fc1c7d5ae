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
  parameter int unsigned LEVELS = 3,
  /// Search radix, a power of two
  parameter int unsigned K = 16,
  /// Bits of a key word
  parameter int unsigned KEY_W = 57,
  /// Bits of a payload word
  parameter int unsigned PAYLOAD_W = 118
) (
  /// Clock
  input  logic                 clk_i,

  /// Which word to damage
  input  inject_t              inject_i,
  /// The pass writes an entry
  input  logic                 wen_i,
  /// Its number
  input  logic [POS_W-1:0]     wpos_i,

  /// Bits to flip in the key that the search gets
  output logic [KEY_W-1:0]     search_o,
  /// Bits to flip in the key that passes read
  output logic [KEY_W-1:0]     key_o,
  /// Bits to flip in the payload
  output logic [PAYLOAD_W-1:0] payload_o,
  /// It happens in this clock
  output logic                 injected_o
);

  localparam int unsigned LaneW = $clog2(K);

  // inject_e of rtl/regs/iommu.rdl.
  localparam logic [2:0] Search = 3'd1;
  localparam logic [2:0] Key = 3'd2;
  localparam logic [2:0] Payload = 3'd3;

  // The level that the entry's key lies at.
  logic [3:0] level;
  always_comb begin
    level = '0;
    for (int unsigned j = 1; j < LEVELS; j++) begin
      if ((32'(wpos_i) & ((1 << (LaneW * j)) - 1)) == 0) level = 4'(j);
    end
  end

  // place modulo the width of the word.
  function automatic logic [7:0] modulo(logic [7:0] place, int unsigned width);
    logic [7:0] rest;
    rest = place;
    for (int s = 7; s >= 0; s--) begin
      if ((width << s) < 256 && 32'(rest) >= (width << s)) rest -= 8'(width << s);
    end
    return rest;
  endfunction

  // The place as an octet and a bit of it, worked out beside the stream: software has set it long before.
  localparam int unsigned KeyOctets = (KEY_W + 7) / 8;
  localparam int unsigned PayloadOctets = (PAYLOAD_W + 7) / 8;
  logic [KeyOctets-1:0]     key_octet_q;
  logic [PayloadOctets-1:0] payload_octet_q;
  logic [7:0]               key_bit_q, payload_bit_q, key_place, payload_place;

  assign key_place     = modulo(inject_i.place, KEY_W);
  assign payload_place = modulo(inject_i.place, PAYLOAD_W);
  always_ff @(posedge clk_i) begin
    key_octet_q     <= KeyOctets'(1) << key_place[7:3];
    key_bit_q       <= 8'd1 << key_place[2:0];
    payload_octet_q <= PayloadOctets'(1) << payload_place[7:3];
    payload_bit_q   <= 8'd1 << payload_place[2:0];
  end

  logic hit, in_search, in_key, in_payload;
  assign hit        = wen_i && 32'(inject_i.index) == 32'(wpos_i);
  assign in_search  = hit && inject_i.what == Search && inject_i.depth == level;
  assign in_key     = hit && inject_i.what == Key;
  assign in_payload = hit && inject_i.what == Payload;

  always_comb begin
    for (int unsigned i = 0; i < KEY_W; i++) begin
      search_o[i] = in_search && key_octet_q[i/8] && key_bit_q[i%8];
      key_o[i]    = in_key && key_octet_q[i/8] && key_bit_q[i%8];
    end
    for (int unsigned i = 0; i < PAYLOAD_W; i++) begin
      payload_o[i] = in_payload && payload_octet_q[i/8] && payload_bit_q[i%8];
    end
  end
  assign injected_o = in_search || in_key || in_payload;

endmodule
