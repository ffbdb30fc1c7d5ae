// SPDX-License-Identifier: Apache-2.0
//
// Which pages devices have written: one bit for each page of a window, set when the memory's answer to a write
// is there. Software reads and clears it word by word while the devices go on.
//
//   port -> logged? -> FIFO -+
//   port -> logged? -> FIFO -+-> minus base -> shift -> read ... modify, write      one operation a clock
//   DIRTY_CMD, behind them --+
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
  /// Events that wait for each port, a power of two, at least 2
  parameter int unsigned FIFO_DEPTH = 8,
  /// Bits of a page number: pages are of 4 KiB whatever the granule is
  localparam int unsigned PageW = IOVA_W - 12
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
  localparam int unsigned PortW = idx_w(PORTS);
  // Pages of 64-bit addresses, whatever IOVA_W is: the window's base is one.
  localparam int unsigned FullW = 64 - 12;

  localparam logic [1:0] OpReadClear = 2'd1;
  localparam logic [1:0] OpClearAll = 2'd2;

  typedef enum logic [1:0] {
    KindSet,        // an event
    KindReadClear,  // show a word and clear it
    KindClear       // clear a word, and `everything`
  } kind_e;

  // --- events wait -------------------------------------------------------------------------------------------------

  logic [PORTS-1:0]            some, pop;
  logic [PORTS-1:0][PageW-1:0] head;
  logic [FifoW:0]              filled [PORTS];

  for (genvar p = 0; p < PORTS; p++) begin : g_fifo
    logic           logged, push;
    logic [FifoW:0] wptr_q, rptr_q;

    always_comb begin
      logged = 1'b0;
      for (int unsigned a = 0; a < ASIDS; a++) begin
        if (event_asid_i[p] == AsidPortW'(a)) logged = asids_i[a];
      end
    end
    assign filled[p]        = wptr_q - rptr_q;
    assign some[p]          = wptr_q != rptr_q;
    assign event_ready_o[p] = filled[p] != (FifoW + 1)'(FIFO_DEPTH);
    assign push             = event_valid_i[p] && event_ready_o[p] && logged;

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        wptr_q <= '0;
        rptr_q <= '0;
      end else begin
        wptr_q <= wptr_q + (FifoW + 1)'(push);
        rptr_q <= rptr_q + (FifoW + 1)'(pop[p]);
      end
    end

    (* ram_style = "distributed" *)
    logic [PageW-1:0] mem [FIFO_DEPTH];
    always_ff @(posedge clk_i) begin
      if (push) mem[wptr_q[FifoW-1:0]] <= event_page_i[p];
    end
    assign head[p] = mem[rptr_q[FifoW-1:0]];
  end

  // --- commands ----------------------------------------------------------------------------------------------------

  typedef enum logic [1:0] {
    Idle,
    Behind,  // events that came before the command are ahead of it
    Walk,    // clear word by word; events wait
    Finish   // its last operation is on its way
  } state_e;

  state_e           state_q;
  logic             clear_all_q, refused_q, valid_cmd;
  logic [WordW-1:0] index_q;
  logic [FifoW:0]   ahead_q [PORTS];
  logic [PORTS-1:0] ahead;
  logic             issue, last, finished;

  for (genvar p = 0; p < PORTS; p++) begin : g_ahead
    assign ahead[p] = ahead_q[p] != '0;
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) ahead_q[p] <= '0;
      else if (state_q == Idle) ahead_q[p] <= filled[p] - (FifoW + 1)'(pop[p]);
      else if (state_q == Behind) ahead_q[p] <= ahead_q[p] - (FifoW + 1)'(pop[p]);
    end
  end

  always_comb begin
    valid_cmd = 1'b0;
    if (cmd_op_i == OpReadClear) valid_cmd = cmd_index_i < 24'(Words);
    if (cmd_op_i == OpClearAll) valid_cmd = asids_i == '0;
  end
  assign issue = state_q == Walk || (state_q == Behind && ahead == '0 && !clear_all_q);
  assign last  = state_q != Walk || index_q == WordW'(Words - 1);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q     <= Walk;
      clear_all_q <= 1'b1;
      refused_q   <= 1'b0;
      index_q     <= '0;
    end else begin
      if (cmd_valid_i) refused_q <= state_q != Idle || !valid_cmd;
      unique case (state_q)
        Idle: begin
          clear_all_q <= cmd_op_i == OpClearAll;
          index_q     <= (cmd_op_i == OpClearAll) ? '0 : WordW'(cmd_index_i);
          if (cmd_valid_i && valid_cmd) state_q <= Behind;
        end
        Behind: if (ahead == '0) state_q <= clear_all_q ? Walk : Finish;
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
  logic [PortW-1:0] turn_q;
  logic [PageW-1:0] chosen;

  // While a command waits, only what is ahead of it may go.
  always_comb begin
    may = some;
    if (state_q == Behind) may = some & ahead;
    if (issue) may = '0;
  end

  // Round robin: the port after the last one served comes first.
  always_comb begin
    grant = '0;
    for (int unsigned i = 0; i < PORTS; i++) begin
      for (int unsigned p = 0; p < PORTS; p++) begin
        if (grant == '0 && may[p] && 32'(turn_q) + i == p) grant[p] = 1'b1;
      end
    end
    for (int unsigned p = 0; p < PORTS; p++) begin
      if (grant == '0 && may[p]) grant[p] = 1'b1;
    end
  end
  assign pop = grant;

  always_comb begin
    chosen = '0;
    for (int unsigned p = 0; p < PORTS; p++) begin
      if (grant[p]) chosen |= head[p];
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      turn_q <= '0;
    end else begin
      for (int unsigned p = 0; p < PORTS; p++) begin
        if (grant[p]) turn_q <= PortW'((p + 1) % PORTS);
      end
    end
  end

  // --- where in the bitmap -----------------------------------------------------------------------------------------

  // 0: chosen, 1: minus base, 2 and 3: shifted, 4: being read, 5: read; modify and write
  logic [5:0]        valid_q, last_q;
  kind_e             kind_q [6];
  logic [WordW-1:0]  word_q [6];

  logic [PageW-1:0]  page_q0;
  logic [FullW:0]    offset_q1;  // with the borrow
  logic [FullW-1:0]  coarse_q2, fine;
  logic              below_q2;
  logic [5:0]        amount;
  logic              outside_q3, outside_q4, outside_q5;
  logic [4:0]        bit_q3, bit_q4;

  assign amount = (shift_i > 6'd12) ? shift_i - 6'd12 : '0;
  assign fine   = coarse_q2 >> amount[3:0];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) valid_q <= '0;
    else valid_q <= {valid_q[4:0], issue || grant != '0};
  end

  always_ff @(posedge clk_i) begin
    last_q    <= {last_q[4:0], issue && last};
    kind_q[0] <= !issue ? KindSet : clear_all_q ? KindClear : KindReadClear;
    word_q[0] <= index_q;
    for (int unsigned i = 1; i < 6; i++) begin
      kind_q[i] <= kind_q[i-1];
      word_q[i] <= word_q[i-1];
    end

    page_q0    <= chosen;
    offset_q1  <= (FullW + 1)'(page_q0) - {1'b0, base_i[63:12]};
    coarse_q2  <= offset_q1[FullW-1:0] >> {amount[5:4], 4'b0};
    below_q2   <= offset_q1[FullW];
    outside_q3 <= below_q2 || fine[FullW-1:BitW] != '0;
    bit_q3     <= fine[4:0];
    if (kind_q[2] == KindSet) word_q[3] <= fine[BitW-1:5];

    {bit_q4, outside_q4} <= {bit_q3, outside_q3};
    outside_q5           <= outside_q4;
  end

  // --- read, modify, write -----------------------------------------------------------------------------------------

  // The read that stage 3 starts misses the writes of the two operations ahead: what these have written is kept.
  logic             wen, wrote_q, near_q, far_q, everything_q;
  logic [WordW-1:0] wrote_word_q;
  logic [31:0]      mask_q5, read, old, new_word, wrote_q1, wrote_q2, pages_q;

  iommu_ram_1r1w #(
    .WIDTH(WordBits),
    .DEPTH(Words)
  ) u_bitmap (
    .clk_i,
    .ren_i  (!(wen && word_q[5] == word_q[3])),  // what is being written is kept beside, see above
    .oen_i  (1'b1),
    .raddr_i(word_q[3]),
    .rdata_o(read),
    .wen_i  (wen),
    .waddr_i(word_q[5]),
    .wdata_i(new_word)
  );

  assign wen      = valid_q[5] && !(kind_q[5] == KindSet && outside_q5);
  assign old      = near_q ? wrote_q1 : far_q ? wrote_q2 : read;
  assign new_word = (kind_q[5] == KindSet) ? old | mask_q5 : '0;
  assign finished = valid_q[5] && last_q[5];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      wrote_q      <= 1'b0;
      near_q       <= 1'b0;
      far_q        <= 1'b0;
      everything_q <= 1'b0;
    end else begin
      wrote_q <= wen;
      near_q  <= wen && word_q[5] == word_q[4];
      far_q   <= wrote_q && wrote_word_q == word_q[4];
      if (valid_q[5] && kind_q[5] == KindSet && outside_q5) everything_q <= 1'b1;
      if (valid_q[5] && kind_q[5] == KindClear) everything_q <= 1'b0;
    end
  end
  always_ff @(posedge clk_i) begin
    mask_q5      <= 32'b1 << bit_q4;
    wrote_word_q <= word_q[5];
    wrote_q1     <= new_word;
    wrote_q2     <= wrote_q1;
    if (valid_q[5] && kind_q[5] == KindReadClear) pages_q <= old;
  end

  logic unused;
  assign unused = &{1'b0, base_i[11:0]};

  assign busy_o       = cmd_valid_i || state_q != Idle;
  assign everything_o = everything_q;
  assign refused_o    = refused_q;
  assign pages_o      = pages_q;

  if (PAGES < 64 || 2 ** $clog2(PAGES) != PAGES) begin : g_bad_pages
    $error("dirty_log: PAGES = %0d is no power of two of at least 64", PAGES);
  end
  if (FIFO_DEPTH < 2 || 2 ** $clog2(FIFO_DEPTH) != FIFO_DEPTH) begin : g_bad_fifo
    $error("dirty_log: FIFO_DEPTH = %0d is no power of two of at least 2", FIFO_DEPTH);
  end

`ifndef SYNTHESIS
  a_grant: assert property (@(posedge clk_i) $onehot0(grant) && (grant & ~some) == '0)
    else $error("dirty_log: grant %b of %b", grant, some);
  a_issue: assert property (@(posedge clk_i) issue |-> grant == '0 && ahead == '0)
    else $error("dirty_log: an event beside an operation, or an operation ahead of an event");
`endif

endmodule
