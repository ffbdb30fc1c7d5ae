// SPDX-License-Identifier: Apache-2.0
//
// Results on their way to the driver. They are told when what the command changes has changed, in their order, and on
// the way the verdict of a pass becomes a code.

module iommu_result
  import iommu_pkg::*;
#(
  /// Clocks from done_i to done_o, at least 2
  parameter int unsigned CLOCKS = 3
) (
  /// Clock
  input  logic       clk_i,
  /// Asynchronous reset, active low
  input  logic       rst_ni,

  /// A command completes
  input  logic       done_i,
  /// Its op
  input  logic [7:0] op_i,
  /// Its code
  input  code_e      code_i,
  /// It is a MAP or an UNMAP of a pass: instead of op_i and code_i, what follows counts
  input  logic       told_i,
  /// An UNMAP, otherwise a MAP
  input  logic       unmap_i,
  /// What the pass says of a MAP
  input  verdict_e   verdict_i,

  /// A command has completed
  output logic       done_o,
  /// Its op
  output logic [7:0] op_o,
  /// Its code
  output code_e      code_o
);

  typedef struct packed {
    logic [7:0] op;
    code_e      code;
  } result_t;

  logic              told_q, unmap_q;
  verdict_e          verdict_q;
  logic [CLOCKS-1:0] done_q;
  result_t           first_q, told, result_q [1:CLOCKS-1];

  always_comb begin
    told = '{op: unmap_q ? OpUnmap : OpMap, code: CodeOk};
    if (!unmap_q) begin
      unique case (verdict_q)
        VerdictExist: told.code = CodeExist;
        VerdictLimit: told.code = CodeNospcLimit;
        VerdictTable: told.code = CodeNospcTable;
        default:      told.code = CodeOk;
      endcase
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) done_q <= '0;
    else done_q <= {done_q[CLOCKS-2:0], done_i};
  end
  always_ff @(posedge clk_i) begin
    {told_q, unmap_q} <= {told_i, unmap_i};
    verdict_q         <= verdict_i;
    first_q           <= '{op: op_i, code: code_i};
    result_q[1]       <= told_q ? told : first_q;
    for (int unsigned i = 2; i < CLOCKS; i++) result_q[i] <= result_q[i-1];
  end

  assign done_o = done_q[CLOCKS-1];
  assign op_o   = result_q[CLOCKS-1].op;
  assign code_o = result_q[CLOCKS-1].code;

  if (CLOCKS < 2) begin : g_bad_clocks
    $error("iommu_result: CLOCKS = %0d; a verdict becomes a code in two", CLOCKS);
  end

endmodule
