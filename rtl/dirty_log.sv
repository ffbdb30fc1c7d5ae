// SPDX-License-Identifier: Apache-2.0
//
// Which pages devices have written: one bit for each page of a window, set when the memory's answer to a write
// is there. Software reads and clears it word by word while the devices go on.
//
//   port -> logged? -> FIFO -+
//   port -> logged? -> FIFO -+-> minus base -> shift -> read ... modify, write      one operation a clock
//   DIRTY_CMD, behind them --+
//
// Events and commands come through a register each, so that what was handed over before a command is ahead of it.
//
// All that touches the bitmap is one stream of operations, each whole before the next: a read-and-clear returns a bit
// that a write set before it and leaves one that is set after it; no order of the two loses the bit. A command goes
// behind the events that were handed over before it and ahead of all later ones, so it sees the former and waits
// for at most PORTS FIFOs.
//
// Whether an address space is logged is decided when its event is handed over. Where an event falls in the window
// is decided behind the FIFO: base and shift are to be changed only while nothing is logged, and clear_all, which
// comes behind every earlier event, takes away what a late one may have set by the new ones.
//
// RAM is garbage at power-up: reset is followed by a clear_all, busy_o being high.

module dirty_log
  import iommu_pkg::*;
#(
  /// Ports that events come from
  parameter int unsigned PORTS = 1,
  /// Address spaces
  parameter int unsigned ASIDS = AsidsDefault,
  /// Bits of an IOVA, at most 64
  parameter int unsigned IOVA_W = 64,
  /// Bits of the bitmap, a power of two, at least 64
  parameter int unsigned PAGES = 32768,
  /// Events that wait for each port, a power of two, at least 8; the last two places are for those under way
  parameter int unsigned FIFO_DEPTH = 16,
  /// Bits of a page number: pages are of 4 KiB whatever the granule is
  localparam int unsigned PageW = IOVA_W - PageLog2
) (
  /// Clock
  input  logic                            clk_i,
  /// Asynchronous reset, active low
  input  logic                            rst_ni,

  /// A write has its answer
  input  logic [PORTS-1:0]                event_valid_i,
  /// Its event is taken; depends on no input
  output logic [PORTS-1:0]                event_ready_o,
  /// Its address space
  input  logic [PORTS-1:0][AsidPortW-1:0] event_asid_i,
  /// Its page, IOVA / 4096
  input  logic [PORTS-1:0][PageW-1:0]     event_page_i,

  /// DIRTY_CTRL.asids
  input  logic [ASIDS-1:0]                asids_i,
  /// DIRTY_CTRL.shift
  input  logic [5:0]                      shift_i,
  /// DIRTY_BASE; bits 11:0 count as 0
  input  logic [63:0]                     base_i,

  /// DIRTY_CMD was written; refused while busy
  input  logic                            cmd_valid_i,
  /// DIRTY_CMD.op
  input  logic [1:0]                      cmd_op_i,
  /// DIRTY_CMD.index
  input  logic [23:0]                     cmd_index_i,

  /// DIRTY_STATUS.busy, from the clock of the command on
  output logic                            busy_o,
  /// DIRTY_STATUS.everything
  output logic                            everything_o,
  /// DIRTY_STATUS.refused
  output logic                            refused_o,
  /// DIRTY_DATA; holds until the next read_clear
  output logic [31:0]                     pages_o
);

  localparam int unsigned WordBits = 32;
  localparam int unsigned Words = PAGES / WordBits;
  localparam int unsigned WordW = idx_w(Words);
  localparam int unsigned BitW = $clog2(PAGES);
  localparam int unsigned FifoW = idx_w(FIFO_DEPTH);
  // Pages of 64-bit addresses, whatever IOVA_W is: the window's base is one.
  localparam int unsigned FullW = 64 - PageLog2;
  // After a shift by sixteens, the bits that a shift by up to fifteen may bring into a place in the bitmap.
  localparam int unsigned NearW = (BitW + 15 < FullW) ? BitW + 15 : FullW;

  localparam logic [1:0] OpReadClear = 2'd1;
  localparam logic [1:0] OpClearAll = 2'd2;

  typedef enum logic [1:0] {
    KindSet,        // an event
    KindReadClear,  // show a word and clear it
    KindClear       // clear a word, and `everything`
  } kind_e;

  // --- events wait -------------------------------------------------------------------------------------------------

  logic [PORTS-1:0]            some_q, pop, ready_q;
  logic [PORTS-1:0][PageW-1:0] head;
  logic [FifoW:0]              wptr_q [PORTS], rptr_q [PORTS], rnext_q [PORTS];

  assign event_ready_o = ready_q;

  for (genvar p = 0; p < PORTS; p++) begin : g_fifo
    logic                 logged, push, event_q;
    logic [AsidPortW-1:0] asid_q;
    logic [PageW-1:0]     page_q;
    logic [FifoW:0]       filled;

    always_comb begin
      logged = 1'b0;
      for (int unsigned a = 0; a < ASIDS; a++) begin
        if (asid_q == AsidPortW'(a)) logged = asids_i[a];
      end
    end
    assign filled  = wptr_q[p] - rptr_q[p];
    assign push    = event_q && logged;

    // Beside those in the FIFO there may be one in the register, and one is handed over in this clock.
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        event_q    <= 1'b0;
        ready_q[p] <= 1'b0;
        wptr_q[p]  <= '0;
        rptr_q[p]  <= '0;
        rnext_q[p] <= (FifoW + 1)'(1);
        some_q[p]  <= 1'b0;
      end else begin
        event_q    <= event_valid_i[p] && ready_q[p];
        ready_q[p] <= filled < (FifoW + 1)'(FIFO_DEPTH - 2);
        if (push) wptr_q[p] <= (FifoW + 1)'(plus_one(PlusOneW'(wptr_q[p])));
        if (pop[p]) begin
          rptr_q[p]  <= rnext_q[p];
          rnext_q[p] <= (FifoW + 1)'(plus_one(PlusOneW'(rnext_q[p])));
        end
        if (push && !pop[p]) some_q[p] <= 1'b1;
        else if (pop[p] && !push) some_q[p] <= rnext_q[p] != wptr_q[p];
      end
    end
    always_ff @(posedge clk_i) {asid_q, page_q} <= {event_asid_i[p], event_page_i[p]};

    (* ram_style = "distributed" *)
    logic [PageW-1:0] mem [FIFO_DEPTH];
    always_ff @(posedge clk_i) begin
      if (push) mem[wptr_q[p][FifoW-1:0]] <= page_q;
    end
    assign head[p] = mem[rptr_q[p][FifoW-1:0]];

`ifndef SYNTHESIS
    a_fits: assert property (@(posedge clk_i) push |-> filled != (FifoW + 1)'(FIFO_DEPTH))
      else $error("dirty_log: an event of port %0d has no place", p);
`endif
  end

  // --- commands ----------------------------------------------------------------------------------------------------

  typedef enum logic [1:0] {
    Idle,
    Behind,  // events that came before the command are ahead of it
    Walk,    // clear word by word; events wait
    Finish   // its last operation is on its way
  } state_e;

  state_e           state_q;
  logic             clear_all_q, refused_q, valid_cmd, cmd_valid_q, cmd_good_q, cmd_clear_q;
  logic [WordW-1:0] cmd_index_q;
  logic [WordW-1:0] index_q;
  logic [FifoW:0]   behind_q [PORTS];  // the place of the first event behind the command
  logic [PORTS-1:0] ahead_q;           // some event is ahead of it
  logic             issue, last, finished;

  for (genvar p = 0; p < PORTS; p++) begin : g_ahead
    logic [FifoW:0] behind;
    assign behind = (state_q == Idle) ? wptr_q[p] : behind_q[p];
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        behind_q[p] <= '0;
        ahead_q[p]  <= 1'b0;
      end else begin
        behind_q[p] <= behind;
        ahead_q[p]  <= (pop[p] ? rnext_q[p] : rptr_q[p]) != behind;
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) cmd_valid_q <= 1'b0;
    else cmd_valid_q <= cmd_valid_i;
  end
  always_ff @(posedge clk_i) begin
    cmd_good_q  <= valid_cmd;
    cmd_clear_q <= cmd_op_i == OpClearAll;
    cmd_index_q <= (cmd_op_i == OpClearAll) ? '0 : WordW'(cmd_index_i);
  end

  always_comb begin
    valid_cmd = 1'b0;
    if (cmd_op_i == OpReadClear) valid_cmd = cmd_index_i < 24'(Words);
    if (cmd_op_i == OpClearAll) valid_cmd = asids_i == '0;
  end
  assign issue = state_q == Walk || (state_q == Behind && ahead_q == '0 && !clear_all_q);
  assign last  = state_q != Walk || index_q == WordW'(Words - 1);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q     <= Walk;
      clear_all_q <= 1'b1;
      refused_q   <= 1'b0;
      index_q     <= '0;
    end else begin
      if (cmd_valid_q) refused_q <= state_q != Idle || !cmd_good_q;
      unique case (state_q)
        Idle: begin
          clear_all_q <= cmd_clear_q;
          index_q     <= cmd_index_q;
          if (cmd_valid_q && cmd_good_q) state_q <= Behind;
        end
        Behind: if (ahead_q == '0) state_q <= clear_all_q ? Walk : Finish;
        Walk: begin
          index_q <= index_q + 1'b1;
          if (last) state_q <= Finish;
        end
        Finish: if (finished) state_q <= Idle;
        default: state_q <= Idle;
      endcase
    end
  end

  // --- one of them, each clock -------------------------------------------------------------------------------------

  logic [PORTS-1:0] may, grant;
  logic [PageW-1:0] chosen;

  // While a command waits, only what is ahead of it may go.
  always_comb begin
    may = some_q;
    if (state_q == Behind) may = some_q & ahead_q;
    if (issue) may = '0;
  end

  iommu_rr #(
    .N(PORTS)
  ) u_turn (
    .clk_i,
    .rst_ni,
    .valid_i (may),
    .served_i(grant != '0),
    .grant_o (grant)
  );
  assign pop = grant;

  always_comb begin
    chosen = '0;
    for (int unsigned p = 0; p < PORTS; p++) begin
      if (grant[p]) chosen |= head[p];
    end
  end

  // --- where in the bitmap -----------------------------------------------------------------------------------------

  // 0: chosen, 1: minus base, 2 and 3: shifted, 4: read, 5: being read, 6: read, 7: modify and write
  localparam int unsigned Write = 7;
  logic [Write:0]    valid_q, last_q;
  kind_e             kind_q [Write+1];
  logic [WordW-1:0]  word_q [Write+1];

  logic [PageW-1:0]  page_q0;
  logic [FullW:0]    offset_q1;  // with the borrow
  logic [FullW-1:0]  coarse;
  logic [NearW-1:0]  near_q2;
  logic [BitW-1:0]   fine;
  logic              below_q2;
  logic [5:0]        amount_q;
  logic [Write:3]    outside_q;
  logic [4:0]        bit_q [3:Write-1];

  // What a shift leaves above the place in the bitmap is not shifted itself: it is enough to know that there is some.
  logic [15:0] above, above_q3;
  always_ff @(posedge clk_i) amount_q <= (shift_i > 6'(PageLog2)) ? shift_i - 6'(PageLog2) : '0;
  assign coarse = offset_q1[FullW-1:0] >> {amount_q[5:4], 4'b0};
  assign fine   = BitW'(near_q2 >> amount_q[3:0]);
  always_comb begin
    above = '0;
    for (int unsigned i = BitW; i < NearW; i++) above[i-BitW] = near_q2[i] && i - BitW >= 32'(amount_q[3:0]);
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) valid_q <= '0;
    else valid_q <= {valid_q[Write-1:0], issue || grant != '0};
  end

  always_ff @(posedge clk_i) begin
    last_q    <= {last_q[Write-1:0], issue && last};
    kind_q[0] <= !issue ? KindSet : clear_all_q ? KindClear : KindReadClear;
    word_q[0] <= index_q;
    for (int unsigned i = 1; i <= Write; i++) begin
      kind_q[i] <= kind_q[i-1];
      word_q[i] <= word_q[i-1];
    end

    page_q0    <= chosen;
    offset_q1  <= (FullW + 1)'(page_q0) - {1'b0, base_i[63:PageLog2]};
    near_q2    <= coarse[NearW-1:0];
    below_q2   <= offset_q1[FullW] || (coarse >> NearW) != '0;
    above_q3   <= above;
    outside_q  <= {outside_q[Write-1:4], outside_q[3] || above_q3 != '0, below_q2};
    bit_q[3]   <= fine[4:0];
    for (int unsigned i = 4; i < Write; i++) bit_q[i] <= bit_q[i-1];
    if (kind_q[2] == KindSet) word_q[3] <= fine[BitW-1:5];
  end

  // --- read, modify, write -----------------------------------------------------------------------------------------

  // The read that stage 4 starts misses the writes of the three operations ahead, one of them in the same clock: what the
  // last of these has written is kept. Whose word is whose is found out a clock before, when they were a stage behind.
  logic        wen, first_q, second_q, third_q, missed_q, kept_q, everything_q;
  logic [31:0] mask_q, read, old_q, new_word, wrote_q, kept_word_q, pages_q;

  iommu_ram_1r1w #(
    .WIDTH(WordBits),
    .DEPTH(Words)
  ) u_bitmap (
    .clk_i,
    .ren_i  (!(wen && third_q)),  // what is being written is kept beside
    .oen_i  (1'b1),
    .raddr_i(word_q[4]),
    .rdata_o(read),
    .wen_i  (wen),
    .waddr_i(word_q[Write]),
    .wdata_i(new_word)
  );

  assign wen      = valid_q[Write] && !(kind_q[Write] == KindSet && outside_q[Write]);
  assign new_word = (kind_q[Write] == KindSet) ? old_q | mask_q : '0;
  assign finished = valid_q[Write] && last_q[Write];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      missed_q     <= 1'b0;
      kept_q       <= 1'b0;
      everything_q <= 1'b0;
    end else begin
      missed_q <= wen && third_q;
      kept_q   <= missed_q || (wen && second_q);
      if (valid_q[Write] && kind_q[Write] == KindSet && outside_q[Write]) everything_q <= 1'b1;
      if (valid_q[Write] && kind_q[Write] == KindClear) everything_q <= 1'b0;
    end
  end
  always_ff @(posedge clk_i) begin
    third_q     <= word_q[6] == word_q[3];
    second_q    <= word_q[6] == word_q[4];
    first_q     <= word_q[6] == word_q[5];
    wrote_q     <= new_word;
    kept_word_q <= (wen && second_q) ? new_word : wrote_q;
    old_q       <= (wen && first_q) ? new_word : kept_q ? kept_word_q : read;
    mask_q      <= 32'b1 << bit_q[Write-1];
    if (valid_q[Write] && kind_q[Write] == KindReadClear) pages_q <= old_q;
  end

  logic unused;
  assign unused = &{1'b0, base_i[11:0]};

  assign busy_o       = cmd_valid_i || cmd_valid_q || state_q != Idle;
  assign everything_o = everything_q;
  assign refused_o    = refused_q;
  assign pages_o      = pages_q;

  if (PAGES < 64 || 2 ** $clog2(PAGES) != PAGES) begin : g_bad_pages
    $error("dirty_log: PAGES = %0d is no power of two of at least 64", PAGES);
  end
  if (FIFO_DEPTH < 8 || 2 ** $clog2(FIFO_DEPTH) != FIFO_DEPTH) begin : g_bad_fifo
    $error("dirty_log: FIFO_DEPTH = %0d is no power of two of at least 8", FIFO_DEPTH);
  end

`ifndef SYNTHESIS
  a_grant: assert property (@(posedge clk_i) $onehot0(grant) && (grant & ~some_q) == '0)
    else $error("dirty_log: grant %b of %b", grant, some_q);
  a_issue: assert property (@(posedge clk_i) issue |-> grant == '0 && ahead_q == '0)
    else $error("dirty_log: an event beside an operation, or an operation ahead of an event");
`endif

endmodule
