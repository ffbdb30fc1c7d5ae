// SPDX-License-Identifier: Apache-2.0
//
// What a pass makes of damaged words: between the banks' sequential words and the merge engine. An entry with a
// damaged word goes on poisoned, with words that are right again, in a place that keeps the bank sorted and its
// entries disjoint:
//
//   | damaged          | asid     | start                                       | last     | delta, perm |
//   | nothing          | key      | key                                         | payload  | payload     |
//   | payload          | key      | key                                         | = start  | 0           |
//   | key              | payload  | after the entry before; 0 in an AS of its own | payload | 0           |
//   | both             | before   | where the entry before ends                 | = start  | 0           |
//
// The entry before ends below the true start in the same address space, so what a damaged key leaves covers all that
// the entry covered; only the gap before it is taken as well. Of a damaged payload the first granule is left, because
// its end is not known. With both gone its address space is not known either; its place is. A poisoned entry
// translates nothing, so nothing depends on what it seems to cover but which commands find it.

module iotlb_repair #(
  /// 0: nothing is checked
  parameter bit PARITY = 1'b1,
  /// Bits of an ASID
  parameter int unsigned ASID_W = 4,
  /// Bits of an IOVA granule number
  parameter int unsigned IG_W = 52,
  /// Bits of a physical granule number
  parameter int unsigned PG_W = 52,
  /// Bits of permissions
  parameter int unsigned PERM_W = 8
) (
  /// Clock
  input  logic              clk_i,
`ifdef PERSIMMON_BUGS
  /// Deliberate bug to show that the testbench sees it, 0 for none
  input  logic [7:0]        bug_i,
`endif

  /// A pass has started
  input  logic              start_i,
  /// ASID of whatever the pass may put before its first entry; 0 if nothing
  input  logic [ASID_W-1:0] start_asid_i,
  /// There is an entry
  input  logic              valid_i,

  /// The key is damaged
  input  logic              key_bad_i,
  /// The payload is damaged
  input  logic              payload_bad_i,
  /// Key: ASID
  input  logic [ASID_W-1:0] key_asid_i,
  /// Key: first granule
  input  logic [IG_W-1:0]   granule_i,
  /// Payload: the entry has been poisoned before
  input  logic              poison_i,
  /// Payload: ASID
  input  logic [ASID_W-1:0] asid_i,
  /// Payload: last granule, inclusive
  input  logic [IG_W-1:0]   last_i,
  /// Payload: delta
  input  logic [PG_W-1:0]   delta_i,
  /// Payload: permissions
  input  logic [PERM_W-1:0] perm_i,

  /// Two clocks later: the entry is poisoned
  output logic              poison_o,
  /// Its ASID
  output logic [ASID_W-1:0] asid_o,
  /// Its first granule
  output logic [IG_W-1:0]   start_o,
  /// start_o is one too low: the adder has a clock of its own
  output logic              behind_o,
  /// Its last granule, inclusive
  output logic [IG_W-1:0]   last_o,
  /// Its delta
  output logic [PG_W-1:0]   delta_o,
  /// Its permissions
  output logic [PERM_W-1:0] perm_o,
  /// Damaged words in this clock, to be counted
  output logic [1:0]        damaged_o
);

  if (PARITY) begin : g_parity
    // First what becomes of the entry, in a few bits, then its words. The entry before, which both look at, is one
    // stage ahead. Before the first there is none, and whatever the pass has written already is of start_asid_i or below.
    logic              before_q, valid_q, same, bad_q, key_bad_q, payload_bad_q, at_last_q, behind_q, poison_q;
    logic [ASID_W-1:0] asid_q;
    logic [IG_W-1:0]   granule_q, last_q, start, last, before_last_q;
    logic [PG_W-1:0]   delta_q;
    logic [PERM_W-1:0] perm_q;

    assign same = before_q && asid_q == asid_i;

    always_ff @(posedge clk_i) begin
      if (start_i) begin
        before_q <= 1'b0;
        valid_q  <= 1'b0;
        asid_q   <= start_asid_i;
      end else begin
        valid_q <= valid_i;
        if (valid_i) begin
          before_q <= 1'b1;
          if (!key_bad_i) asid_q <= key_asid_i;
          else if (!payload_bad_i) asid_q <= asid_i;
        end
      end
      bad_q         <= key_bad_i || payload_bad_i;
      key_bad_q     <= key_bad_i;
      payload_bad_q <= payload_bad_i;
      at_last_q     <= key_bad_i && (payload_bad_i || same);
      behind_q      <= key_bad_i && !payload_bad_i && same;
      poison_q      <= poison_i;
      granule_q     <= granule_i;
      last_q        <= last_i;
      delta_q       <= delta_i;
      perm_q        <= perm_i;
    end

    always_comb begin
      start = key_bad_q ? '0 : granule_q;
      if (at_last_q) start = before_last_q;
      last = payload_bad_q ? start : last_q;
    end

    always_ff @(posedge clk_i) begin
      if (start_i) before_last_q <= '0;
      else if (valid_q) before_last_q <= last;
      asid_o   <= asid_q;
      start_o  <= start;
      behind_o <= behind_q;
      last_o   <= last;
      delta_o  <= bad_q ? '0 : delta_q;
      perm_o   <= bad_q ? '0 : perm_q;
`ifdef PERSIMMON_BUGS
      poison_o <= bad_q ? bug_i != 8'd18 : poison_q;
`else
      poison_o <= bad_q || poison_q;
`endif
    end
    assign damaged_o = valid_i ? 2'(key_bad_i) + 2'(payload_bad_i) : '0;
  end else begin : g_none
    logic [ASID_W-1:0] asid_q;
    logic [IG_W-1:0]   granule_q, last_q;
    logic [PG_W-1:0]   delta_q;
    logic [PERM_W-1:0] perm_q;
    always_ff @(posedge clk_i) begin
      {asid_q, granule_q, last_q, delta_q, perm_q} <= {key_asid_i, granule_i, last_i, delta_i, perm_i};
      {asid_o, start_o, last_o, delta_o, perm_o}   <= {asid_q, granule_q, last_q, delta_q, perm_q};
    end
    assign poison_o  = 1'b0;
    assign behind_o  = 1'b0;
    assign damaged_o = '0;

    // The key says the same as the payload's ASID, which is for the search.
    logic unused;
    assign unused = ^{start_i, start_asid_i, valid_i, key_bad_i, payload_bad_i, poison_i, asid_i};
`ifdef PERSIMMON_BUGS
    logic unused_bug;
    assign unused_bug = ^bug_i;
`endif
  end

endmodule
