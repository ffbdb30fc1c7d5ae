// SPDX-License-Identifier: Apache-2.0
//
// Executes the script of board_script on the board's bus, round after round with other data, until one step does not
// come out as it should, or all rounds have passed.

module board_selftest
  import board_pkg::*;
#(
  /// Rounds, at most 255
  parameter int unsigned ROUNDS = 16,
  /// 1: there is a count of faults
  parameter bit FULL = 1'b1,
  /// Bits of an IOVA
  parameter int unsigned IOVA_W = 64,
  /// Physical address of memory
  parameter logic [63:0] MEM_BASE = '0,
  /// 1: it starts by itself after power-on
  parameter bit AT_POWER_ON = 1'b1,
  /// Bits of the number of a step
  localparam int unsigned StepW = 7,
  /// Bits of the number of polls after which waiting is given up
  localparam int unsigned PollW = 12
) (
  /// Clock
  input  logic             clk_i,
  /// Asynchronous reset, active low
  input  logic             rst_ni,
  /// Pulse: start, from the first round
  input  logic             start_i,
  /// Pulse: stop, if it runs
  input  logic             stop_i,
  /// How far it is
  output test_e            state_o,
  /// Rounds that have passed
  output logic [7:0]       round_o,
  /// Step; the one that failed, if one did
  output logic [StepW-1:0] step_o,
  /// What the failed step read
  output logic [31:0]      got_o,
  /// The bus
  output request_t         request_o,
  /// Its answer
  input  reply_t           reply_i
);

  typedef enum logic [1:0] {
    Fetch,  // the ROM is asked
    First,  // the step's first access, or what needs none
    Second,
    Third
  } phase_e;

  test_e            state_q;
  phase_e           phase_q;
  logic [7:0]       round_q;
  logic [StepW-1:0] number_q;
  logic [31:0]      pattern_q, got_q;
  logic [9:0]       word_q;   // of a fill or verify
  logic [PollW-1:0] polls_q;
  logic             started_q;
  step_t            step;
  request_t         request;
  logic             answered_q, wrong, again, next, more;
  logic [1:0]       resp_q;
  logic [7:0]       low;

  board_script #(
    .FULL    (FULL),
    .IOVA_W  (IOVA_W),
    .MEM_BASE(MEM_BASE)
  ) u_script (
    .clk_i,
    .number_i(number_q),
    .step_o  (step)
  );

  assign state_o   = state_q;
  assign round_o   = round_q;
  assign step_o    = number_q;
  assign got_o     = got_q;
  assign request_o = request;
  assign low       = got_q[7:0];
  assign more      = word_q + 10'd1 != step.data[9:0];

  // An answer is judged in the clock after it: the ROM, the bus, what is on it and the comparison are too much for one.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) answered_q <= 1'b0;
    else answered_q <= request.valid && reply_i.done && !start_i && !stop_i;
  end
  always_ff @(posedge clk_i) begin
    if (request.valid && reply_i.done) {resp_q, got_q} <= {reply_i.resp, reply_i.data};
  end

  always_comb begin
    request = '{valid: state_q == TestRunning && phase_q != Fetch && !answered_q && step.kind != StepSeed
                       && step.kind != StepEnd,
                write: 1'b0, addr: step.addr, data: step.data};
    unique case (step.kind)
      StepWrite: request.write = 1'b1;
      StepCommand: begin
        request.write = phase_q == First;
        request.addr  = (phase_q == First) ? RegCmd : (phase_q == Second) ? RegStatus : RegResult;
      end
      StepBurst: begin
        request.write = phase_q != Third;
        request.addr  = (phase_q == First) ? RegDmaData : (phase_q == Second) ? RegDmaCtrl : RegDmaStatus;
        request.data  = (phase_q == First) ? pattern_q : step.data;
      end
      StepFill, StepVerify: begin
        request.write = step.kind == StepFill;
        request.addr  = step.addr + {4'd0, word_q, 2'b00};
        request.data  = pattern_q;
      end
      default: ;
    endcase
  end

  // What to make of the answer.
  always_comb begin
    wrong = 1'b0;
    again = 1'b0;  // the same access once more
    next  = 1'b1;  // the step is done
    unique case (step.kind)
      StepCheck: wrong = got_q != step.data;
      StepCommand: begin
        again = phase_q == Second && low[0];
        next  = phase_q == Third;
        wrong = phase_q == Third && low != iommu_pkg::CodeOk;
      end
      StepBurst: begin
        again = phase_q == Third && low[0];
        next  = phase_q == Third;
        wrong = phase_q == Third && !low[0] && low != step.addr[7:0];
      end
      StepFill: again = more;
      StepVerify: begin
        again = more;
        wrong = got_q != pattern_q;
      end
      default: ;
    endcase
    if (resp_q != '0) wrong = 1'b1;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q   <= TestIdle;
      phase_q   <= Fetch;
      round_q   <= '0;
      number_q  <= '0;
      started_q <= 1'b0;
    end else if (start_i || (AT_POWER_ON && !started_q)) begin
      state_q   <= TestRunning;
      phase_q   <= Fetch;
      round_q   <= '0;
      number_q  <= '0;
      started_q <= 1'b1;
    end else if (stop_i) begin
      if (state_q == TestRunning) state_q <= TestIdle;
    end else if (state_q == TestRunning) begin
      if (phase_q == Fetch) begin
        phase_q <= First;
      end else if (step.kind == StepEnd) begin
        phase_q  <= Fetch;
        number_q <= '0;
        round_q  <= round_q + 8'd1;
        if (round_q == 8'(ROUNDS - 1)) state_q <= TestPassed;
      end else if (step.kind == StepSeed || (answered_q && !wrong && !again && next)) begin
        phase_q  <= Fetch;
        number_q <= number_q + StepW'(1);
      end else if (answered_q && (wrong || (again && polls_q == '1))) begin
        state_q <= TestFailed;
      end else if (answered_q && !again) begin
        phase_q <= (phase_q == First) ? Second : Third;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (phase_q == Fetch) begin
      polls_q <= '0;
      word_q  <= '0;
    end else if (answered_q && again) begin
      polls_q <= polls_q + PollW'(1);
      word_q  <= word_q + 10'd1;
    end
    if (step.kind == StepSeed) pattern_q <= step.data ^ {round_q, 24'd0};
    else if (answered_q && step.kind inside {StepFill, StepVerify}) pattern_q <= pattern_next(pattern_q);
  end

  if (ROUNDS < 1 || ROUNDS > 255) begin : g_bad_rounds
    $error("board_selftest: ROUNDS = %0d; 1 to 255", ROUNDS);
  end

endmodule
