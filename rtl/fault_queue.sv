// SPDX-License-Identifier: Apache-2.0
//
// The last faults, for software to read: oldest first, each with its number. Nothing here ever holds traffic up.
// A fault that finds no room, or whose reason is masked, is counted and gone.
//
// With two search ports two faults can come in one clock, and again in the next: records lie alternately in two
// memories, and each takes one of them. One search port has one memory. A read takes two clocks, but a memory has the
// next two records on their way out, so a pop is followed by the next record in the next clock, pop after pop.
//
// A fault goes through registers: as it comes, because it comes from afar; while its reason is looked up in the mask,
// to be counted and to get its number and its place behind it; and in front of the memories.

module fault_queue
  import iommu_pkg::*;
#(
  /// Records, a power of two, at least 4
  parameter int unsigned DEPTH = 64,
  /// Faults that may come in one clock, 1 or 2
  parameter int unsigned S = 1,
  /// Bits of an IOVA, at most 64
  parameter int unsigned IOVA_W = 64
) (
  /// Clock
  input  logic                         clk_i,
  /// Asynchronous reset, active low
  input  logic                         rst_ni,

  /// An access was refused; of two in one clock, 0 is numbered first
  input  logic [S-1:0]                 fault_valid_i,
  /// Its group
  input  logic [S-1:0][GroupPortW-1:0] fault_group_i,
  /// Its address space, 0 if the group has none
  input  logic [S-1:0][AsidPortW-1:0]  fault_asid_i,
  /// Its first byte
  input  logic [S-1:0][IOVA_W-1:0]     fault_iova_i,
  /// Its length in bytes, minus one
  input  logic [S-1:0][LenW-1:0]       fault_len_m1_i,
  /// It is a write
  input  logic [S-1:0]                 fault_write_i,
  /// Why it was refused, a fault_e
  input  logic [S-1:0][3:0]            fault_reason_i,

  /// FAULT_CTRL.mask: reasons that are not recorded
  input  logic [15:0]                  mask_i,
  /// FAULT_CTRL.threshold
  input  logic [7:0]                   threshold_i,
  /// FAULT_TIMER.clocks
  input  logic [31:0]                  timer_i,
  /// FAULT_POP: move on to the next record, which is shown in the next clock; nothing happens without a record
  input  logic                         pop_i,

  /// FAULT_RAISED
  output logic [SeqW-1:0]              raised_o,
  /// FAULT_DROPPED
  output logic [SeqW-1:0]              dropped_o,
  /// There is a record; the outputs down to seq_o are the oldest one. Six clocks after it came to an empty queue
  output logic                         valid_o,
  /// Records, 255 for more; also those still on their way to valid_o
  output logic [7:0]                   waiting_o,
  /// Oldest record: group
  output logic [GroupPortW-1:0]        group_o,
  /// Oldest record: address space
  output logic [AsidPortW-1:0]         asid_o,
  /// Oldest record: first byte
  output logic [63:0]                  iova_o,
  /// Oldest record: length in bytes, minus one
  output logic [LenW-1:0]              len_m1_o,
  /// Oldest record: it is a write
  output logic                         write_o,
  /// Oldest record: reason
  output logic [3:0]                   reason_o,
  /// Oldest record: its number, counted from 0 by raised_o
  output logic [SeqW-1:0]              seq_o,

  /// Interrupt request, level: `threshold_i` records wait (0 counts as 1), the queue is full, or a record has
  /// been the oldest one for `timer_i` clocks
  output logic                         irq_o
);

  localparam int unsigned Banks = S;
  localparam int unsigned Words = DEPTH / Banks;
  localparam int unsigned AddrW = idx_w(Words);
  localparam int unsigned CountW = $clog2(DEPTH + 1);
  localparam int unsigned WideW = (CountW > 8) ? CountW : 9;  // holds DEPTH and 256

  typedef struct packed {
    logic [SeqW-1:0]       seq;
    logic [GroupPortW-1:0] group;
    logic [AsidPortW-1:0]  asid;
    logic [IOVA_W-1:0]     iova;
    logic [LenW-1:0]       len_m1;
    logic                  write;
    logic [3:0]            reason;
  } record_t;

  // --- which faults become records -------------------------------------------------------------------------------

  logic [SeqW-1:0]   raised_q, dropped_q;
  logic [CountW-1:0] count_q;
  logic [1:0]        come, want, take;
  record_t           record [2];
  logic              pop;

  for (genvar s = 0; s < 2; s++) begin : g_input
    if (s < S) begin : g_used
      logic    come_q;
      record_t come_record_q, record_q;
      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
          come_q  <= 1'b0;
          come[s] <= 1'b0;
          want[s] <= 1'b0;
        end else begin
          come_q  <= fault_valid_i[s];
          come[s] <= come_q;
          want[s] <= come_q && !mask_i[come_record_q.reason];
        end
      end
      always_ff @(posedge clk_i) begin
        record_q      <= come_record_q;
        come_record_q <= '{
          seq:    '0,
          group:  fault_group_i[s],
          asid:   fault_asid_i[s],
          iova:   fault_iova_i[s],
          len_m1: fault_len_m1_i[s],
          write:  fault_write_i[s],
          reason: fault_reason_i[s]
        };
      end
      always_comb begin
        record[s]     = record_q;
        record[s].seq = (s == 1 && come[0]) ? raised_q + 1'b1 : raised_q;
      end
    end else begin : g_unused
      assign come[s]   = 1'b0;
      assign want[s]   = 1'b0;
      assign record[s] = '0;
    end
  end

  // A pop makes room from the next clock on: the bus must not reach into the path of the faults.
  logic              full_q, last_q;  // no place is left, only one is
  logic [1:0]        taken, gone, gone_q;
  logic signed [2:0] step;
  assign take[0] = want[0] && !full_q;
  assign take[1] = want[1] && !full_q && !(want[0] && last_q);
  assign taken   = {take[0] && take[1], take[0] != take[1]};
  assign gone    = 2'(come[0] && !take[0]) + 2'(come[1] && !take[1]);
  assign step    = 3'(taken) - 3'(pop);

  // Whether `plus` more are `places` in all.
  function automatic logic fills(int unsigned places, logic [CountW-1:0] count, logic [1:0] plus, logic minus);
    unique case ({plus, minus})
      3'b00_1: return count == CountW'(places + 1);
      3'b00_0, 3'b01_1: return count == CountW'(places);
      3'b01_0, 3'b10_1: return count == CountW'(places - 1);
      default: return count == CountW'(places - 2);
    endcase
  endfunction

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      raised_q  <= '0;
      dropped_q <= '0;
      count_q   <= '0;
      full_q    <= 1'b0;
      last_q    <= 1'b0;
      gone_q    <= '0;
    end else begin
      raised_q  <= raised_q + SeqW'({come[0] && come[1], come[0] != come[1]});
      gone_q    <= gone;
      dropped_q <= dropped_q + SeqW'(gone_q);
      count_q   <= count_q + CountW'(step);
      full_q    <= fills(DEPTH, count_q, taken, pop);
      last_q    <= fills(DEPTH - 1, count_q, taken, pop);
    end
  end

  // --- a memory, or two record by record in turn ---------------------------------------------------------------------

  logic    tail_q, head_q;  // which memory takes the next record, which one shows the oldest
  record_t shown [Banks];
  logic [Banks-1:0] shown_valid;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      tail_q <= 1'b0;
      head_q <= 1'b0;
    end else begin
      tail_q <= Banks == 2 && (tail_q ^ take[0] ^ take[1]);
      head_q <= Banks == 2 && (head_q ^ pop);
    end
  end

  for (genvar b = 0; b < int'(Banks); b++) begin : g_bank
    logic             first, wen_q, ren, oen, leave;
    logic             more_q, ram_valid_q, out_valid_q;  // a record is in the memory, on its way out, at the output
    logic [AddrW-1:0] wptr_q, rptr_q, rnext_q;
    record_t          record_q;

    assign first = tail_q == 1'(b);
    assign leave = pop && head_q == 1'(b);
    assign oen   = ram_valid_q && (!out_valid_q || leave);
    assign ren   = more_q && (!ram_valid_q || oen);

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        wen_q       <= 1'b0;
        wptr_q      <= '0;
        rptr_q      <= '0;
        rnext_q     <= AddrW'(1);
        more_q      <= 1'b0;
        ram_valid_q <= 1'b0;
        out_valid_q <= 1'b0;
      end else begin
        wen_q <= first ? |take : &take;
        if (wen_q) wptr_q <= AddrW'(plus_one(PlusOneW'(wptr_q)));
        if (ren) begin
          rptr_q  <= rnext_q;
          rnext_q <= AddrW'(plus_one(PlusOneW'(rnext_q)));
        end
        // With both, as many stay as there were.
        if (wen_q && !ren) more_q <= 1'b1;
        else if (ren && !wen_q) more_q <= rnext_q != wptr_q;
        ram_valid_q <= ren || (ram_valid_q && !oen);
        out_valid_q <= oen || (out_valid_q && !leave);
      end
    end
    always_ff @(posedge clk_i) record_q <= (Banks == 1 || (first && take[0])) ? record[0] : record[1];
    assign shown_valid[b] = out_valid_q;

    iommu_ram_1r1w #(
      .WIDTH($bits(record_t)),
      .DEPTH(Words)
    ) u_ram (
      .clk_i,
      .ren_i  (ren),
      .oen_i  (oen),
      .raddr_i(rptr_q),
      .rdata_o(shown[b]),
      .wen_i  (wen_q),
      .waddr_i(wptr_q),
      .wdata_i(record_q)
    );

`ifndef SYNTHESIS
    a_collision: assert property (@(posedge clk_i) !(wen_q && ren && wptr_q == rptr_q))
      else $error("fault_queue: memory %0d read and written at one place", b);
`endif
  end

  record_t oldest;
  assign oldest = shown[head_q];

  assign pop       = pop_i && valid_o;
  assign valid_o   = shown_valid[head_q];
  assign raised_o  = raised_q;
  assign dropped_o = dropped_q;
  assign waiting_o = ((WideW'(count_q) >> 8) != '0) ? 8'd255 : 8'(count_q);
  assign group_o   = oldest.group;
  assign asid_o    = oldest.asid;
  assign iova_o    = 64'(oldest.iova);
  assign len_m1_o  = oldest.len_m1;
  assign write_o   = oldest.write;
  assign reason_o  = oldest.reason;
  assign seq_o     = oldest.seq;

  // --- interrupt ---------------------------------------------------------------------------------------------------

  // A few clocks later, but never in one in which the record that was the cause is gone, or goes. The age stops at its
  // top bit. In the clock after a pop it is still that of the record before.
  logic [32:0] age_q;
  logic        restart_q, timed_q, old_q, enough_q, cause_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      restart_q <= 1'b1;
      timed_q   <= 1'b0;
      old_q     <= 1'b0;
      enough_q  <= 1'b0;
      cause_q   <= 1'b0;
    end else begin
      restart_q <= pop || count_q == '0;
      timed_q   <= timer_i != '0;
      old_q     <= !pop && !restart_q && timed_q && (age_q[32] || age_q[31:0] >= timer_i);
      enough_q  <= !pop && count_q != '0 && WideW'(count_q) >= WideW'(threshold_i);
      cause_q   <= !pop && (enough_q || full_q || old_q);
    end
  end
  always_ff @(posedge clk_i) age_q <= restart_q ? '0 : age_q + 33'(!age_q[32]);
  assign irq_o = cause_q && !pop;

  if (DEPTH < 4 || 2 ** $clog2(DEPTH) != DEPTH) begin : g_bad_depth
    $error("fault_queue: DEPTH = %0d is no power of two of at least 4", DEPTH);
  end
  if (S < 1 || S > 2) begin : g_bad_s
    $error("fault_queue: S = %0d is not 1 or 2", S);
  end

`ifndef SYNTHESIS
  // Every fault is either a record or counted as dropped; every record is shown once, in order.
  logic [SeqW-1:0] recorded_q, left_q, left_seq_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      recorded_q <= '0;
      left_q   <= '0;
      left_seq_q     <= '1;
    end else begin
      recorded_q <= recorded_q + SeqW'(take[0]) + SeqW'(take[1]);
      left_q   <= left_q + SeqW'(pop);
      if (pop) left_seq_q <= oldest.seq;
    end
  end
  a_account: assert property (@(posedge clk_i) recorded_q + dropped_q + SeqW'(gone_q) == raised_q)
    else $error("fault_queue: %0d recorded and %0d dropped of %0d raised", recorded_q, dropped_q, raised_q);
  a_waiting: assert property (@(posedge clk_i) recorded_q - left_q == SeqW'(count_q))
    else $error("fault_queue: %0d wait of %0d recorded and %0d popped", count_q, recorded_q, left_q);
  a_order: assert property (@(posedge clk_i) valid_o |-> signed'(oldest.seq - left_seq_q) > 0)
    else $error("fault_queue: record %0d shown after %0d", oldest.seq, left_seq_q);
`endif

endmodule
