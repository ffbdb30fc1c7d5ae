// SPDX-License-Identifier: Apache-2.0
//
// The bytes that a burst may touch, and whether it is one that the IOMMU lets through at all. Only legal bursts are
// translated by their range, and a legal burst stays inside a page of 4 KiB: twelve bits of arithmetic are enough.
//
//   INCR   from the address to the end of the last beat
//   FIXED  one beat, from the address to its end
//   WRAP   the whole container, because the burst goes around in it
//   bad    reported as if it were INCR, cut off at 4096 bytes
//
// Two steps with a register between them: the bytes of all beats, then where they end. Bytes minus one are ones below
// the size of a beat, so that the place in the first beat is taken off by XOR and only the page needs a carry.

module iommu_axi_burst
  import iommu_pkg::*;
  import iommu_axi_pkg::*;
#(
  /// Bits of an IOVA
  parameter int unsigned IOVA_W = 64,
  /// Bits of the data bus
  parameter int unsigned DATA_W = 64
) (
  /// Clock
  input  logic              clk_i,
  /// AxADDR; the outputs speak of the inputs of the clock before
  input  logic [IOVA_W-1:0] addr_i,
  /// AxLEN: beats minus one
  input  logic [7:0]        len_i,
  /// AxSIZE: log2 of the bytes of a beat
  input  logic [2:0]        size_i,
  /// AxBURST
  input  logic [1:0]        burst_i,
  /// AWATOP, 0 for a read
  input  logic [5:0]        atop_i,
  /// AxADDR in its page
  output logic [PageLog2-1:0] low_o,
  /// First byte
  output logic [IOVA_W-1:0] iova_o,
  /// Length in bytes, minus one
  output logic [LenW-1:0]   len_m1_o,
  /// The burst breaks a rule of AXI4, or is an atomic operation
  output logic              bad_o
);

  localparam logic [2:0] SizeMax = 3'($clog2(DATA_W / 8));

  // 256 beats of 128 bytes, the longest that the fields can say.
  localparam int unsigned TotalW = 15;

  // --- the bytes of all beats ------------------------------------------------------------------------------------

  logic [6:0]        beat_m1, beat_m1_q;  // bytes of a beat minus one, a mask
  logic [6:0]        in_beat, in_beat_q;  // where in its beat the address is
  logic [6:0]        before_q;            // where the beat is
  logic [TotalW-1:0] total_m1_q;
  logic [TotalW-1:0] unused_low;
  logic [IOVA_W-1:0] addr_q;
  logic              wrap_len, bad, bad_q, incr_q;
  logic              fixed_q, wrap_q;     // and nothing else is wrong
  logic [1:0]        in_some_q;           // in_beat_q is not 0: above, below
  logic [TotalW-1:0] total_m1;

  assign beat_m1  = ~(7'h7f << size_i);
  assign in_beat  = addr_i[6:0] & beat_m1;
  assign wrap_len = len_i inside {8'd1, 8'd3, 8'd7, 8'd15};
  // (beats << size) - 1: ones come in from below.
  assign {total_m1, unused_low} = (2 * TotalW)'({len_i, {TotalW{1'b1}}}) << size_i;

  always_comb begin
    unique case (burst_i)
      BurstFixed: bad = len_i > 8'd15;
      BurstIncr:  bad = 1'b0;  // unless it leaves its page
      BurstWrap:  bad = !wrap_len;  // or if it starts inside a beat
      default:    bad = 1'b1;
    endcase
    if (atop_i != '0 || size_i > SizeMax) bad = 1'b1;
  end

  always_ff @(posedge clk_i) begin
    addr_q     <= addr_i;
    beat_m1_q  <= beat_m1;
    in_beat_q  <= in_beat;
    before_q   <= addr_i[6:0] & ~beat_m1;
    total_m1_q <= total_m1;
    bad_q      <= bad;
    fixed_q    <= burst_i == BurstFixed && !bad;
    incr_q     <= burst_i == BurstIncr;
    wrap_q     <= burst_i == BurstWrap && !bad;
    in_some_q  <= {in_beat[6:4] != '0, in_beat[3:0] != '0};
  end

  // --- where they end ----------------------------------------------------------------------------------------------

  logic                long, crosses;
  logic [LenW-1:0]     incr_m1;
  logic [PageLog2-1:0] first, unused_end;

  assign long                  = total_m1_q[TotalW-1:LenW] != '0;
  assign incr_m1               = total_m1_q[LenW-1:0] ^ LenW'(in_beat_q);
  assign first                 = {addr_q[PageLog2-1:7], before_q};
  assign {crosses, unused_end} = (PageLog2 + 1)'(first) + (PageLog2 + 1)'(total_m1_q[PageLog2-1:0]);

  // Gates instead of choices: what looks like a clear of a register becomes one, and comes late.
  assign bad_o    = bad_q || (incr_q && (crosses || long)) || (wrap_q && in_some_q != '0);
  assign len_m1_o = ((incr_m1 | {LenW{long}}) & {LenW{!fixed_q}}) | (LenW'(beat_m1_q ^ in_beat_q) & {LenW{fixed_q}});
  assign iova_o   = {addr_q[IOVA_W-1:PageLog2],
                     addr_q[PageLog2-1:0] & ~(total_m1_q[PageLog2-1:0] & {PageLog2{wrap_q && in_some_q == '0}})};
  assign low_o = addr_q[PageLog2-1:0];

endmodule
