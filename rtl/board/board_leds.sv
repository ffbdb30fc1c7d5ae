// SPDX-License-Identifier: Apache-2.0
//
// Eight LEDs:
//
//   0  the self-test runs (blinks)       4  an access comes out of the IOMMU
//   1  it has passed                     5  an access is refused
//   2  it has failed                     6  the IOMMU interrupts
//   3  the host talks                    7  the clock runs (blinks slowly)
//
// What happens in a clock is shown for as long as an eye needs.

module board_leds
  import board_pkg::*;
#(
  /// log2 of the clocks of half a blink of LED 0
  parameter int unsigned BLINK_LOG2 = 23
) (
  /// Clock
  input  logic       clk_i,
  /// Asynchronous reset, active low
  input  logic       rst_ni,
  /// The self-test
  input  test_e      test_i,
  /// A byte has come
  input  logic       host_i,
  /// An access has come out of the IOMMU
  input  logic       reached_i,
  /// An access was refused
  input  logic       refused_i,
  /// The IOMMU's interrupt
  input  logic       irq_i,
  /// LEDs, 1 is on
  output logic [7:0] led_o
);

  logic [BLINK_LOG2+1:0] clocks_q;
  logic [2:0]            seen_q, shown_q;
  logic                  tick;

  assign tick = clocks_q[BLINK_LOG2-1:0] == '0;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      clocks_q <= '0;
      seen_q   <= '0;
      shown_q  <= '0;
    end else begin
      clocks_q <= clocks_q + (BLINK_LOG2 + 2)'(1);
      seen_q   <= {refused_i, reached_i, host_i} | (tick ? '0 : seen_q);
      // On at once, and for one whole tick after it.
      shown_q  <= {refused_i, reached_i, host_i} | (tick ? seen_q : shown_q);
    end
  end

  assign led_o = {clocks_q[BLINK_LOG2+1], irq_i, shown_q[2], shown_q[1], shown_q[0], test_i == TestFailed,
                  test_i == TestPassed, test_i == TestRunning && clocks_q[BLINK_LOG2]};

endmodule
