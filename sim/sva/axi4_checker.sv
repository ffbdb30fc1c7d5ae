// SPDX-License-Identifier: Apache-2.0
//
// Watches one AXI4 interface and reports every rule that either side breaks: handshakes, burst shapes, beat counts,
// answers without a question, answers before WLAST. Knows nothing of the design; a bench puts one on each side of it.
//
// The two sides differ in what may be asked. Towards memory every burst must be legal (MEMORY_SIDE = 1). On the side
// of the DMA master an illegal burst and an atomic operation may come, and must then be answered with SLVERR.
//
// The counters say how much was seen: a checker that saw nothing has proved nothing.

module axi4_checker #(
  /// Between the IOMMU and memory, not between a DMA master and the IOMMU
  parameter bit          MEMORY_SIDE = 1'b0,
  /// Bits of AxADDR
  parameter int unsigned ADDR_W = 64,
  /// Bits of the data bus
  parameter int unsigned DATA_W = 64,
  /// Bits of AxID
  parameter int unsigned ID_W = 4,
  /// Bits of AxUSER
  parameter int unsigned USER_W = 8
) (
  /// Clock
  input logic                clk_i,
  /// Asynchronous reset, active low
  input logic                rst_ni,

  /// AWVALID
  input logic                awvalid_i,
  /// AWREADY
  input logic                awready_i,
  /// AWID
  input logic [ID_W-1:0]     awid_i,
  /// AWADDR
  input logic [ADDR_W-1:0]   awaddr_i,
  /// AWLEN
  input logic [7:0]          awlen_i,
  /// AWSIZE
  input logic [2:0]          awsize_i,
  /// AWBURST
  input logic [1:0]          awburst_i,
  /// AWLOCK
  input logic                awlock_i,
  /// AWCACHE, AWPROT, AWQOS, AWREGION: only that they hold still
  input logic [14:0]         awother_i,
  /// AWATOP, 0 where there is none
  input logic [5:0]          awatop_i,
  /// AWUSER
  input logic [USER_W-1:0]   awuser_i,
  /// WVALID
  input logic                wvalid_i,
  /// WREADY
  input logic                wready_i,
  /// WDATA
  input logic [DATA_W-1:0]   wdata_i,
  /// WSTRB
  input logic [DATA_W/8-1:0] wstrb_i,
  /// WLAST
  input logic                wlast_i,
  /// BVALID
  input logic                bvalid_i,
  /// BREADY
  input logic                bready_i,
  /// BID
  input logic [ID_W-1:0]     bid_i,
  /// BRESP
  input logic [1:0]          bresp_i,
  /// ARVALID
  input logic                arvalid_i,
  /// ARREADY
  input logic                arready_i,
  /// ARID
  input logic [ID_W-1:0]     arid_i,
  /// ARADDR
  input logic [ADDR_W-1:0]   araddr_i,
  /// ARLEN
  input logic [7:0]          arlen_i,
  /// ARSIZE
  input logic [2:0]          arsize_i,
  /// ARBURST
  input logic [1:0]          arburst_i,
  /// ARLOCK
  input logic                arlock_i,
  /// ARCACHE, ARPROT, ARQOS, ARREGION: only that they hold still
  input logic [14:0]         arother_i,
  /// ARUSER
  input logic [USER_W-1:0]   aruser_i,
  /// RVALID
  input logic                rvalid_i,
  /// RREADY
  input logic                rready_i,
  /// RID
  input logic [ID_W-1:0]     rid_i,
  /// RDATA
  input logic [DATA_W-1:0]   rdata_i,
  /// RRESP
  input logic [1:0]          rresp_i,
  /// RLAST
  input logic                rlast_i,

  /// Write bursts asked for
  output logic [31:0]        aw_count_o,
  /// Write beats
  output logic [31:0]        w_count_o,
  /// Write bursts answered
  output logic [31:0]        b_count_o,
  /// Read bursts asked for
  output logic [31:0]        ar_count_o,
  /// Read beats
  output logic [31:0]        r_count_o,
  /// Nothing is owed: every burst that was asked for has all its beats and its answer
  output logic               complete_o
);

  localparam int unsigned Ids = 2 ** ID_W;
  localparam logic [1:0] Exokay = 2'd1;
  localparam logic [1:0] Slverr = 2'd2;

  // Out of reset since the clock before: what `$past` says is of this life.
  logic alive_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) alive_q <= 1'b0;
    else alive_q <= 1'b1;
  end

  // --- handshakes: what is offered stays as it is until it is taken ------------------------------------------------

  a_aw_stable: assert property (@(posedge clk_i) alive_q && awvalid_i && !awready_i |=> !alive_q || (awvalid_i
    && $stable({awid_i, awaddr_i, awlen_i, awsize_i, awburst_i, awlock_i, awother_i, awatop_i, awuser_i})))
    else $error("%m: AW changed before it was taken");
  a_w_stable: assert property (@(posedge clk_i) alive_q && wvalid_i && !wready_i |=> !alive_q || (wvalid_i
    && $stable({wdata_i, wstrb_i, wlast_i})))
    else $error("%m: W changed before it was taken");
  a_b_stable: assert property (@(posedge clk_i) alive_q && bvalid_i && !bready_i |=> !alive_q || (bvalid_i
    && $stable({bid_i, bresp_i})))
    else $error("%m: B changed before it was taken");
  a_ar_stable: assert property (@(posedge clk_i) alive_q && arvalid_i && !arready_i |=> !alive_q || (arvalid_i
    && $stable({arid_i, araddr_i, arlen_i, arsize_i, arburst_i, arlock_i, arother_i, aruser_i})))
    else $error("%m: AR changed before it was taken");
  a_r_stable: assert property (@(posedge clk_i) alive_q && rvalid_i && !rready_i |=> !alive_q || (rvalid_i
    && $stable({rid_i, rdata_i, rresp_i, rlast_i})))
    else $error("%m: R changed before it was taken");

  // Valid in reset is a rule for both sides: nobody may take what was offered then.
  a_reset: assert property (@(posedge clk_i)
    !alive_q |-> !(awvalid_i || wvalid_i || bvalid_i || arvalid_i || rvalid_i))
    else $error("%m: VALID in reset");

  a_no_x: assert property (@(posedge clk_i) alive_q |-> !$isunknown({awvalid_i, awready_i, wvalid_i, wready_i,
    bvalid_i, bready_i, arvalid_i, arready_i, rvalid_i, rready_i}))
    else $error("%m: X in a handshake");
  a_aw_no_x: assert property (@(posedge clk_i) alive_q && awvalid_i |-> !$isunknown({awid_i, awaddr_i, awlen_i,
    awsize_i, awburst_i, awlock_i, awother_i, awatop_i, awuser_i}))
    else $error("%m: X in AW");
  a_w_no_x: assert property (@(posedge clk_i) alive_q && wvalid_i |-> !$isunknown({wdata_i, wstrb_i, wlast_i}))
    else $error("%m: X in W");
  a_b_no_x: assert property (@(posedge clk_i) alive_q && bvalid_i |-> !$isunknown({bid_i, bresp_i}))
    else $error("%m: X in B");
  a_ar_no_x: assert property (@(posedge clk_i) alive_q && arvalid_i |-> !$isunknown({arid_i, araddr_i, arlen_i,
    arsize_i, arburst_i, arlock_i, arother_i, aruser_i}))
    else $error("%m: X in AR");
  a_r_no_x: assert property (@(posedge clk_i) alive_q && rvalid_i |-> !$isunknown({rid_i, rdata_i, rresp_i, rlast_i}))
    else $error("%m: X in R");

  // --- shapes ------------------------------------------------------------------------------------------------------

  // `low`: the address within its 4 KiB.
  function automatic logic legal(logic [11:0] low, logic [7:0] len, logic [2:0] size, logic [1:0] burst);
    int unsigned bytes, total, first;
    bytes = 32'd1 << size;
    total = (32'(len) + 1) * bytes;
    first = (32'(low) / bytes) * bytes;
    if (bytes > DATA_W / 8) return 1'b0;
    case (burst)
      2'd0:    return len <= 8'd15;
      2'd1:    return first + total <= 4096;
      2'd2:    return (len inside {8'd1, 8'd3, 8'd7, 8'd15}) && 32'(low) == first;
      default: return 1'b0;
    endcase
  endfunction

  // An exclusive access is a power of two of at most 128 bytes, in at most 16 beats, and aligned to all of them.
  function automatic logic exclusive_legal(logic [11:0] low, logic [7:0] len, logic [2:0] size);
    int unsigned total;
    total = (32'(len) + 1) << size;
    return len <= 8'd15 && total <= 128 && $onehot(total) && 32'(low) % total == 0;
  endfunction

  // --- accounting --------------------------------------------------------------------------------------------------

  typedef struct {
    longint unsigned number;     // of the AW, counted from 0
    logic            exclusive;
    logic            refuse;     // only SLVERR is an answer
  } write_t;

  typedef struct {
    logic [7:0] len;
    logic       exclusive;
    logic       refuse;
  } read_t;

  write_t          writes [Ids][$];    // asked for and not answered, by ID
  read_t           reads [Ids][$];
  read_t           atomics [Ids][$];   // the read data of atomic operations
  logic [8:0]      beats [Ids];        // taken of the oldest read of an ID
  logic [7:0]      aw_lens [$];        // AWs whose data are not complete, in order
  logic [8:0]      w_lens [$];         // complete data without an AW yet: beats
  logic [8:0]      w_beats;            // taken of the data under way
  longint unsigned aw_number, w_number;
  longint unsigned owed;               // answers

  // Data and their AW, whichever comes first.
  task automatic pair();
    while (aw_lens.size() != 0 && w_lens.size() != 0) begin
      assert (w_lens[0] == 9'(aw_lens[0]) + 1'b1)
        else $error("%m: WLAST after %0d beats, AWLEN = %0d", w_lens[0], aw_lens[0]);
      void'(aw_lens.pop_front());
      void'(w_lens.pop_front());
    end
  endtask

  task automatic take_b();
    write_t w;
    assert (writes[bid_i].size() != 0) else $error("%m: B without AW, BID = %0h", bid_i);
    if (writes[bid_i].size() != 0) begin
      w = writes[bid_i][0];
      assert (w.number < w_number) else $error("%m: B before WLAST, BID = %0h", bid_i);
      assert (bresp_i != Exokay || w.exclusive) else $error("%m: EXOKAY for a normal write, BID = %0h", bid_i);
      assert (bresp_i == Slverr || !w.refuse) else $error("%m: an illegal write was done, BID = %0h", bid_i);
      if (bready_i) begin
        void'(writes[bid_i].pop_front());
        owed--;
      end
    end
  endtask

  task automatic take_r();
    read_t r;
    logic  atomic;
    assert (reads[rid_i].size() + atomics[rid_i].size() != 0) else $error("%m: R without AR, RID = %0h", rid_i);
    if (reads[rid_i].size() + atomics[rid_i].size() != 0) begin
      // The ID of an atomic operation is not in use for anything else, so that there is one or the other.
      atomic = reads[rid_i].size() == 0;
      r      = atomic ? atomics[rid_i][0] : reads[rid_i][0];
      assert (rlast_i == (beats[rid_i] == 9'(r.len)))
        else $error("%m: RLAST = %0d in beat %0d, ARLEN = %0d, RID = %0h", rlast_i, beats[rid_i], r.len, rid_i);
      assert (rresp_i != Exokay || r.exclusive) else $error("%m: EXOKAY for a normal read, RID = %0h", rid_i);
      assert (rresp_i == Slverr || !r.refuse) else $error("%m: an illegal read was done, RID = %0h", rid_i);
      if (rready_i) begin
        beats[rid_i] = rlast_i ? '0 : beats[rid_i] + 1'b1;
        if (rlast_i) begin
          if (atomic) void'(atomics[rid_i].pop_front());
          else void'(reads[rid_i].pop_front());
          owed--;
        end
      end
    end
  endtask

  task automatic take_aw();
    logic ok;
    ok = legal(awaddr_i[11:0], awlen_i, awsize_i, awburst_i) && awatop_i == '0;
    assert (ok || !MEMORY_SIDE)
      else $error("%m: illegal AW, AWADDR = %0h AWLEN = %0d AWSIZE = %0d AWBURST = %0d AWATOP = %0h",
                  awaddr_i, awlen_i, awsize_i, awburst_i, awatop_i);
    assert (!awlock_i || !ok || exclusive_legal(awaddr_i[11:0], awlen_i, awsize_i))
      else $error("%m: illegal exclusive AW");
    writes[awid_i].push_back('{number: aw_number, exclusive: awlock_i, refuse: !ok});
    aw_lens.push_back(awlen_i);
    aw_number++;
    owed++;
    if (awatop_i[5]) begin
      atomics[awid_i].push_back('{len: (awatop_i[4] && awatop_i[0]) ? awlen_i >> 1 : awlen_i, exclusive: 1'b0,
                                  refuse: 1'b1});
      owed++;
    end
  endtask

  task automatic take_ar();
    logic ok;
    ok = legal(araddr_i[11:0], arlen_i, arsize_i, arburst_i);
    assert (ok || !MEMORY_SIDE)
      else $error("%m: illegal AR, ARADDR = %0h ARLEN = %0d ARSIZE = %0d ARBURST = %0d",
                  araddr_i, arlen_i, arsize_i, arburst_i);
    assert (!arlock_i || !ok || exclusive_legal(araddr_i[11:0], arlen_i, arsize_i))
      else $error("%m: illegal exclusive AR");
    reads[arid_i].push_back('{len: arlen_i, exclusive: arlock_i, refuse: !ok});
    owed++;
  endtask

  task automatic forget();
    for (int unsigned i = 0; i < Ids; i++) begin
      writes[i].delete();
      reads[i].delete();
      atomics[i].delete();
      beats[i] = '0;
    end
    aw_lens.delete();
    w_lens.delete();
    w_beats   = '0;
    aw_number = 0;
    w_number  = 0;
    owed      = 0;
  endtask

  // Answers before questions: what is taken at this edge may be answered from the next one on.
  task automatic observe();
    if (bvalid_i) take_b();
    if (rvalid_i) take_r();
    if (awvalid_i && awready_i) take_aw();
    if (arvalid_i && arready_i) take_ar();
    if (wvalid_i && wready_i) begin
      w_beats++;
      assert (w_beats <= 9'd256) else $error("%m: more than 256 beats without WLAST");
      if (wlast_i) begin
        w_lens.push_back(w_beats);
        w_beats = '0;
        w_number++;
      end
    end
    pair();
  endtask

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      forget();
      aw_count_o <= '0;
      w_count_o  <= '0;
      b_count_o  <= '0;
      ar_count_o <= '0;
      r_count_o  <= '0;
      complete_o <= 1'b1;
    end else begin
      observe();
      aw_count_o <= aw_count_o + 32'(awvalid_i && awready_i);
      w_count_o  <= w_count_o + 32'(wvalid_i && wready_i);
      b_count_o  <= b_count_o + 32'(bvalid_i && bready_i);
      ar_count_o <= ar_count_o + 32'(arvalid_i && arready_i);
      r_count_o  <= r_count_o + 32'(rvalid_i && rready_i);
      complete_o <= owed == 0 && aw_lens.size() == 0 && w_lens.size() == 0 && w_beats == '0;
    end
  end

endmodule
