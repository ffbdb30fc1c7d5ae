// SPDX-License-Identifier: Apache-2.0
//
// Device resets by pin, waiting until the command engine is between two passes or two other commands.

module iommu_pins
  import iommu_pkg::*;
#(
  /// virtio devices
  parameter int unsigned DEVICES = DevicesDefault,
  /// Bits of a device number
  localparam int unsigned DeviceW = idx_w(DEVICES)
) (
  /// Clock
  input  logic               clk_i,
  /// Asynchronous reset, active low
  input  logic               rst_ni,

  /// Pulse: resets a device
  input  logic [DEVICES-1:0] dev_reset_i,
  /// With dev_reset_i: the CLEAN_MAP flag
  input  logic [DEVICES-1:0] dev_reset_clean_i,

  /// Some reset waits
  output logic               waiting_o,
  /// The engine is idle; not in the clock after serve_o
  input  logic               idle_i,
  /// One is done at this clock edge
  output logic               serve_o,
  /// Its device
  output logic [DeviceW-1:0] device_o,
  /// Its CLEAN_MAP flag
  output logic               clean_o
);

  logic [DEVICES-1:0] pin_q, pin_clean_q, take;

  always_comb begin
    take     = '0;
    device_o = '0;
    for (int d = int'(DEVICES) - 1; d >= 0; d--) begin
      if (pin_q[d]) begin
        take     = DEVICES'(1) << d;
        device_o = DeviceW'(d);
      end
    end
    if (!idle_i) take = '0;
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      pin_q       <= '0;
      pin_clean_q <= '0;
    end else begin
      pin_q <= (pin_q & ~take) | dev_reset_i;
      // Two pulses before the first is served are one reset; it cleans if either asks for it.
      pin_clean_q <= (pin_clean_q & ~take) | (dev_reset_i & dev_reset_clean_i);
    end
  end

  assign waiting_o = pin_q != '0;
  assign serve_o   = take != '0;
  assign clean_o   = pin_clean_q[device_o];

endmodule
