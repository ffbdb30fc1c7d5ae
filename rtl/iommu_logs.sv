// SPDX-License-Identifier: Apache-2.0
//
// What the IOMMU writes down of the traffic: the fault queue, the performance counters and the dirty log, between the
// events and the registers. Nothing here holds traffic back, except that a write is not answered before the dirty log
// has room for it.

module iommu_logs
  import iommu_pkg::*;
#(
  /// Address spaces
  parameter int unsigned ASIDS = AsidsDefault,
  /// Bits of an IOVA
  parameter int unsigned IOVA_W = 64,
  /// Search ports
  parameter int unsigned SEARCH_PORTS = 1,
  /// AXI4 ports
  parameter int unsigned PORTS = 1,
  /// Bits of the number of requests in flight
  parameter int unsigned IN_FLIGHT_W = InFlightW,
  /// Records of the fault queue
  parameter int unsigned FAULT_DEPTH = FaultDepthDefault,
  /// Pages of the dirty bitmap, a power of two; 0 for none
  parameter int unsigned DIRTY_PAGES = 0,
  /// Bits of the number of a 4 KiB page of IOVA
  localparam int unsigned PageW = IOVA_W - PageLog2
) (
  /// Clock
  input  logic                                    clk_i,
  /// Asynchronous reset, active low
  input  logic                                    rst_ni,
  /// Settings and operations of software
  input  iommu_regs_pkg::iommu__out_t             hw_i,

  /// A request was accepted, one a search port
  input  logic [SEARCH_PORTS-1:0]                 accepted_i,
  /// A response was given, one a search port
  input  logic [SEARCH_PORTS-1:0]                 rsp_valid_i,
  /// Why it refuses
  input  logic [SEARCH_PORTS-1:0][3:0]            rsp_fault_i,
  /// Its address space was IDENTITY
  input  logic [SEARCH_PORTS-1:0]                 rsp_identity_i,
  /// Its address space
  input  logic [SEARCH_PORTS-1:0][AsidPortW-1:0]  rsp_asid_i,
  /// Its group
  input  logic [SEARCH_PORTS-1:0][GroupPortW-1:0] rsp_group_i,
  /// Its first byte
  input  logic [SEARCH_PORTS-1:0][IOVA_W-1:0]     rsp_iova_i,
  /// Its length in bytes, minus one
  input  logic [SEARCH_PORTS-1:0][LenW-1:0]       rsp_len_m1_i,
  /// The device wanted to write
  input  logic [SEARCH_PORTS-1:0]                 rsp_write_i,

  /// A pass starts
  input  logic                                    pass_i,
  /// A pass is over
  input  logic                                    pass_done_i,
  /// Some address space is draining
  input  logic                                    draining_i,
  /// A command completed
  input  logic                                    command_i,
  /// Requests in flight
  input  logic [IN_FLIGHT_W-1:0]                  in_flight_i,

  /// Dirty log: a write has been answered, one a port
  input  logic [PORTS-1:0]                        dirty_valid_i,
  /// Dirty log: it has been taken
  output logic [PORTS-1:0]                        dirty_ready_o,
  /// Dirty log: its address space
  input  logic [PORTS-1:0][AsidPortW-1:0]         dirty_asid_i,
  /// Dirty log: its page of IOVA
  input  logic [PORTS-1:0][PageW-1:0]             dirty_page_i,

  /// What the registers show
  output logs_t                                   logs_o
);

  logic [SEARCH_PORTS-1:0] faulted;
  for (genvar s = 0; s < int'(SEARCH_PORTS); s++) begin : g_faulted
    assign faulted[s] = rsp_valid_i[s] && rsp_fault_i[s] != FaultNone;
  end

  logic [3:0] reason;
  assign logs_o.fault_reason = fault_e'(reason);

  fault_queue #(
    .DEPTH (FAULT_DEPTH),
    .S     (SEARCH_PORTS),
    .IOVA_W(IOVA_W)
  ) u_faults (
    .clk_i,
    .rst_ni,
    .fault_valid_i (faulted),
    .fault_group_i (rsp_group_i),
    .fault_asid_i  (rsp_asid_i),
    .fault_iova_i  (rsp_iova_i),
    .fault_len_m1_i(rsp_len_m1_i),
    .fault_write_i (rsp_write_i),
    .fault_reason_i(rsp_fault_i),
    .mask_i        (hw_i.FAULT_CTRL.mask.value),
    .threshold_i   (hw_i.FAULT_CTRL.threshold.value),
    .timer_i       (hw_i.FAULT_TIMER.clocks.value),
    .pop_i         (hw_i.FAULT_POP.pop.value),
    .raised_o      (logs_o.fault_raised),
    .dropped_o     (logs_o.fault_dropped),
    .valid_o       (logs_o.fault_valid),
    .waiting_o     (logs_o.fault_waiting),
    .group_o       (logs_o.fault_group),
    .asid_o        (logs_o.fault_asid),
    .iova_o        (logs_o.fault_iova),
    .len_m1_o      (logs_o.fault_len_m1),
    .write_o       (logs_o.fault_write),
    .reason_o      (reason),
    .seq_o         (logs_o.fault_seq),
    .irq_o         (logs_o.fault_irq)
  );

  logic merging_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) merging_q <= 1'b0;
    else if (pass_i) merging_q <= 1'b1;
    else if (pass_done_i) merging_q <= 1'b0;
  end

  perf_counters #(
    .S       (SEARCH_PORTS),
    .FLIGHT_W(IN_FLIGHT_W)
  ) u_counters (
    .clk_i,
    .rst_ni,
    .accepted_i,
    .rsp_valid_i,
    .rsp_fault_i,
    .rsp_identity_i,
    .rsp_asid_i,
    .pass_i,
    .merging_i     (merging_q),
    .draining_i,
    .command_i,
    .in_flight_i,
    .snapshot_i    (hw_i.PERF_CTRL.snapshot.value),
    .clear_i       (hw_i.PERF_CTRL.clear.value),
    .busy_o        (logs_o.perf_busy),
    .select_i      (hw_i.PERF_SELECT.index.value),
    .value_o       (logs_o.perf_value)
  );

  if (DIRTY_PAGES != 0) begin : g_dirty
    // The doorbell's arguments are there one clock after the write.
    logic dirty_rung_q;
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) dirty_rung_q <= 1'b0;
      else dirty_rung_q <= hw_i.DIRTY_CMD.op.swmod;
    end

    dirty_log #(
      .PORTS (PORTS),
      .ASIDS (ASIDS),
      .IOVA_W(IOVA_W),
      .PAGES (DIRTY_PAGES)
    ) u_dirty (
      .clk_i,
      .rst_ni,
      .event_valid_i(dirty_valid_i),
      .event_ready_o(dirty_ready_o),
      .event_asid_i (dirty_asid_i),
      .event_page_i (dirty_page_i),
      .asids_i      (hw_i.DIRTY_CTRL.asids.value[ASIDS-1:0]),
      .shift_i      (hw_i.DIRTY_CTRL.shift.value),
      .base_i       ({hw_i.DIRTY_BASE.hi.value, hw_i.DIRTY_BASE.lo.value}),
      .cmd_valid_i  (dirty_rung_q),
      .cmd_op_i     (hw_i.DIRTY_CMD.op.value),
      .cmd_index_i  (hw_i.DIRTY_CMD.index.value),
      .busy_o       (logs_o.dirty_busy),
      .everything_o (logs_o.dirty_everything),
      .refused_o    (logs_o.dirty_refused),
      .pages_o      (logs_o.dirty_pages)
    );
  end else begin : g_no_dirty
    assign dirty_ready_o = '1;
    assign {logs_o.dirty_busy, logs_o.dirty_everything, logs_o.dirty_refused, logs_o.dirty_pages} = '0;
    logic unused;
    assign unused = ^{dirty_valid_i, dirty_asid_i, dirty_page_i};
  end

endmodule
