// SPDX-License-Identifier: Apache-2.0
//
// The bytes that a burst may touch, and whether it is one that the IOMMU lets through at all. Only legal bursts are
// translated by their range, and a legal burst stays inside a page of 4 KiB: twelve bits of arithmetic are enough.
//
//   INCR   from the address to the end of the last beat
//   FIXED  one beat, from the address to its end
//   WRAP   the whole container, because the burst goes around in it
//   bad    reported as if it were INCR, cut off at 4096 bytes

module iommu_axi_burst
  import iommu_pkg::*;
  import iommu_axi_pkg::*;
#(
  /// Bits of an IOVA
  parameter int unsigned IOVA_W = 64,
  /// Bits of the data bus
  parameter int unsigned DATA_W = 64
) (
  /// AxADDR
  input  logic [IOVA_W-1:0] addr_i,
  /// AxLEN: beats minus one
  input  logic [7:0]        len_i,
  /// AxSIZE: log2 of the bytes of a beat
  input  logic [2:0]        size_i,
  /// AxBURST
  input  logic [1:0]        burst_i,
  /// AWATOP, 0 for a read
  input  logic [5:0]        atop_i,
  /// First byte
  output logic [IOVA_W-1:0] iova_o,
  /// Length in bytes, minus one
  output logic [LenW-1:0]   len_m1_o,
  /// The burst breaks a rule of AXI4, or is an atomic operation
  output logic              bad_o
);

  localparam logic [2:0] SizeMax = 3'($clog2(DATA_W / 8));

  // 256 beats of 128 bytes, the longest that the fields can say.
  localparam int unsigned TotalW = 16;

  logic [6:0]        beat_m1;   // bytes of a beat minus one, a mask
  logic [6:0]        in_beat;   // where in its beat the address is
  logic [TotalW-1:0] total_m1, incr_m1;
  logic [TotalW:PageLog2] incr_page;  // pages from the first byte to the last
  logic [LenW-1:0]   unused_incr_low;
  logic              incr_crosses, wrap_len;

  assign beat_m1      = ~(7'h7f << size_i);
  assign in_beat      = addr_i[6:0] & beat_m1;
  assign total_m1     = ((TotalW'(len_i) + 1'b1) << size_i) - 1'b1;
  assign incr_m1      = total_m1 - TotalW'(in_beat);
  assign incr_crosses = incr_page != '0;
  assign {incr_page, unused_incr_low} = (TotalW + 1)'(addr_i[PageLog2-1:0]) + (TotalW + 1)'(incr_m1);
  assign wrap_len     = len_i inside {8'd1, 8'd3, 8'd7, 8'd15};

  always_comb begin
    unique case (burst_i)
      BurstFixed: bad_o = len_i > 8'd15;
      BurstIncr:  bad_o = incr_crosses;
      BurstWrap:  bad_o = !wrap_len || in_beat != '0;
      default:    bad_o = 1'b1;
    endcase
    if (atop_i != '0 || size_i > SizeMax) bad_o = 1'b1;

    iova_o   = addr_i;
    len_m1_o = (incr_m1[TotalW-1:LenW] != '0) ? '1 : incr_m1[LenW-1:0];
    if (!bad_o && burst_i == BurstFixed) len_m1_o = LenW'(beat_m1 ^ in_beat);
    if (!bad_o && burst_i == BurstWrap) begin
      iova_o[PageLog2-1:0] = addr_i[PageLog2-1:0] & ~total_m1[PageLog2-1:0];
      len_m1_o             = total_m1[LenW-1:0];
    end
  end

endmodule
