// SPDX-License-Identifier: Apache-2.0
//
// The driver's end of the command engine: doorbells in, results out.
//
//   CMD, POST --> rung --> queue of B --> command engine --> RESULT, CODES
//
// CMD waits for its result, so it is taken only when nothing else is under way; POST joins the queue as long as there
// is room. A command is copied whole when its doorbell rings: the ARG registers are free again two clocks later.
//
// The queue holds what the engine has not looked at yet. The engine takes up to B commands of it into one pass, and
// the driver fills the queue again while the pass runs.

module iommu_post
  import iommu_pkg::*;
#(
  /// Commands of the queue
  parameter int unsigned B = BatchDefault
) (
  /// Clock
  input  logic                  clk_i,
  /// Asynchronous reset, active low
  input  logic                  rst_ni,

  /// CMD was written; cmd_i is valid from the next clock on
  input  logic                  cmd_ring_i,
  /// ARG and CMD
  input  command_t              cmd_i,
  /// POST was written; post_i is valid from the next clock on
  input  logic                  post_ring_i,
  /// ARG and POST
  input  command_t              post_i,
  /// One clock: a doorbell rang that cannot be taken
  output logic                  refused_o,

  /// STATUS.busy: a command has been taken and has not completed
  output logic                  busy_o,
  /// POST_STATUS.pending
  output logic [7:0]            pending_o,
  /// POST_STATUS.free
  output logic [7:0]            free_o,
  /// RESULT.code
  output code_e                 result_code_o,
  /// RESULT.op
  output logic [7:0]            result_op_o,
  /// RESULT.seq
  output logic [ResultSeqW-1:0] result_seq_o,
  /// IRQ_STATUS.cmd_done, one clock
  output logic                  cmd_done_o,

  /// A command waits
  output logic                  valid_o,
  /// The one that waits longest
  output command_t              head_o,
  /// The engine took it a clock ago; in this clock valid_o and head_o still speak of it
  input  logic                  take_i,

  /// The oldest command that the engine has taken completes
  input  logic                  done_i,
  /// Its code
  input  code_e                 done_code_i,
  /// Its op
  input  logic [7:0]            done_op_i
);

  localparam int unsigned PtrW = idx_w(B);
  localparam int unsigned FillW = $clog2(B + 1);

  // --- doorbells ---------------------------------------------------------------------------------------------

  logic             ring, ring_cmd, ring_post;
  logic             rung_q, rung_post_q;  // a doorbell of the clock before: its registers are there now
  logic             alone_q;              // what is under way was rung with CMD, or began with such a command
  logic             busy_q;               // something is under way
  logic [7:0]       pending_q;            // what is under way, but for the command of alone_q
  logic [FillW-1:0] free_q;               // places in the queue, the one that rung_q takes not counted
  logic             room_q;
  logic             more, less;           // of what is pending

  assign ring_cmd  = cmd_ring_i && !busy_q;
  assign ring_post = post_ring_i && room_q;
  assign ring      = ring_cmd || ring_post;
  assign refused_o = (cmd_ring_i && !ring_cmd) || (post_ring_i && !ring_post);
  assign more      = ring_post && !(done_i && !alone_q);
  assign less      = !ring_post && done_i && !alone_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      rung_q      <= 1'b0;
      rung_post_q <= 1'b0;
      alone_q     <= 1'b0;
      busy_q      <= 1'b0;
      pending_q   <= '0;
      free_q      <= FillW'(B);
      room_q      <= 1'b1;
    end else begin
      rung_q      <= ring;
      rung_post_q <= ring_post;
      if (ring_cmd) alone_q <= 1'b1;
      else if (done_i) alone_q <= 1'b0;
      if (more || less) pending_q <= pending_q + {{7{less}}, 1'b1};
      // The last one has gone if it was alone, or the only one that is pending.
      if (ring) busy_q <= 1'b1;
      else if (done_i) busy_q <= alone_q ? pending_q != '0 : pending_q != 8'd1;
      if (ring != take_i) begin
        free_q <= free_q + {{FillW - 1{ring}}, 1'b1};
        room_q <= take_i || free_q != FillW'(1);
      end
    end
  end

  assign busy_o    = busy_q;
  assign pending_o = pending_q;
  assign free_o    = 8'(free_q);

  // --- queue -------------------------------------------------------------------------------------------------

  command_t         queue_q [B];
  logic [PtrW-1:0]  read_q, write_q;
  logic [FillW-1:0] fill_q;   // commands in the queue, the one of rung_q not counted
  logic             valid_q;  // that is not 0

  function automatic logic [PtrW-1:0] after(logic [PtrW-1:0] place);
    return (place == PtrW'(B - 1)) ? '0 : place + 1'b1;
  endfunction

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      read_q  <= '0;
      write_q <= '0;
      fill_q  <= '0;
      valid_q <= 1'b0;
    end else begin
      if (rung_q) write_q <= after(write_q);
      if (take_i) read_q <= after(read_q);
      if (rung_q != take_i) begin
        fill_q  <= fill_q + {{FillW - 1{take_i}}, 1'b1};
        valid_q <= rung_q || fill_q != FillW'(1);
      end
    end
  end
  always_ff @(posedge clk_i) begin
    if (rung_q) queue_q[write_q] <= rung_post_q ? post_i : cmd_i;
  end

  assign valid_o = valid_q;
  assign head_o  = queue_q[read_q];

  // --- results -----------------------------------------------------------------------------------------------

  logic [ResultSeqW-1:0] seq_q;
  code_e                 code_q;
  logic [7:0]            op_q;
  logic                  done_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      seq_q  <= '0;
      code_q <= CodeOk;
      op_q   <= '0;
      done_q <= 1'b0;
    end else begin
      done_q <= done_i;
      if (done_i) begin
        seq_q  <= seq_q + 1'b1;
        code_q <= done_code_i;
        op_q   <= done_op_i;
      end
    end
  end

  assign result_code_o = code_q;
  assign result_op_o   = op_q;
  assign result_seq_o  = seq_q;
  assign cmd_done_o    = done_q;

`ifndef SYNTHESIS
  a_take: assert property (@(posedge clk_i) take_i |-> valid_o)
    else $error("iommu_post: the engine takes a command that is not there");
  a_free: assert property (@(posedge clk_i) ring || take_i |->
                           free_q == FillW'(B) - fill_q - FillW'(rung_q) && room_q == (free_q != '0))
    else $error("iommu_post: %0d places free, with %0d commands in the queue", free_q, fill_q);
  a_done: assert property (@(posedge clk_i) done_i |-> busy_q)
    else $error("iommu_post: a result of no command");
  a_busy: assert property (@(posedge clk_i) busy_q == (pending_q != '0 || alone_q))
    else $error("iommu_post: busy, with %0d commands pending", pending_q);
  // What is under way: the queue, a full pass, and one command that the engine has looked at and could not add.
  a_under_way: assert property (@(posedge clk_i) pending_q <= 8'(2 * B + 1))
    else $error("iommu_post: %0d commands pending", pending_q);
`endif

  if (B < 1 || B > BatchMax) begin : g_bad_b
    $error("iommu_post: B = %0d; 1 to %0d, so that no code is lost that the driver could not have read", B, BatchMax);
  end

endmodule
