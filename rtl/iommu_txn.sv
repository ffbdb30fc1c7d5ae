// SPDX-License-Identifier: Apache-2.0
//
// The open SET_MAP transaction: whose it is, what has been staged, whether an entry has been refused. It owns
// the shadow bank from BEGIN to COMMIT or ABORT; what goes into the bank is iommu_ctrl's and iotlb's business.

module iommu_txn
  import iommu_pkg::*;
#(
  /// Entries of the table
  parameter int unsigned ENTRIES = EntriesDefault,
  /// Address spaces
  parameter int unsigned ASIDS = AsidsDefault,
  /// Bits of an IOVA granule number
  parameter int unsigned IG_W = 52,
  /// Bits of an ASID
  localparam int unsigned AsidW = idx_w(ASIDS),
  /// Bits of a number of entries
  localparam int unsigned CountW = $clog2(ENTRIES + 1)
) (
  /// Clock
  input  logic              clk_i,
  /// Asynchronous reset, active low
  input  logic              rst_ni,

  /// Address space of the command
  input  logic [AsidW-1:0]  asid_i,
  /// Operand of the command: first granule; as last_i, stable from when it is compared until it has been staged
  input  logic [IG_W-1:0]   first_i,
  /// Operand of the command: last granule, inclusive
  input  logic [IG_W-1:0]   last_i,
  /// LIMIT of the command's address space, one clock after first_i at the latest
  input  logic [15:0]       limit_i,
  /// Its live entries
  input  logic [CountW-1:0] count_i,

  /// Live entries of all address spaces
  input  logic [CountW-1:0] used_i,

  /// BEGIN, also for several clocks: forget the last transaction, and note what the other address spaces hold
  input  logic              clear_i,
  /// BEGIN: the transaction is open from here on
  input  logic              open_i,
  /// ENTRY: two clocks after the operand is there, it is refused
  output logic              entry_bad_o,
  /// Why
  output code_e             entry_code_o,
  /// ENTRY: the operand waits to be staged, or is; no operand is compared
  input  logic              staging_i,
  /// ENTRY: the operand has been staged
  input  logic              stage_i,
  /// ENTRY: the operand is refused, and with it the transaction
  input  logic              refuse_i,
  /// Why
  input  code_e             refuse_code_i,
  /// The transaction ends
  input  logic              close_i,

  /// A transaction is open
  output logic              open_o,
  /// Its address space
  output logic [AsidW-1:0]  asid_o,
  /// It has refused an entry
  output logic              poisoned_o,
  /// Why
  output code_e             poison_o,
  /// Entries staged
  output logic [CountW-1:0] count_o
);

  // One bit more: what is staged and what the others hold may together exceed what a count can hold.
  localparam int unsigned SumW = CountW + 1;

  logic              open_q, poisoned_q, some_q, clear_q, stage_q;
  code_e             poison_q;
  logic [AsidW-1:0]  asid_q;
  logic [CountW-1:0] count_q;
  logic [SumW-1:0]   total_q;   // count_q and what all other address spaces held at BEGIN; they can only shrink since
  logic [IG_W-1:0]   prev_first_q, prev_last_q;

  // What is counted is counted one clock late: the next operand is looked at some clocks after.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      clear_q    <= 1'b0;
      stage_q    <= 1'b0;
      open_q     <= 1'b0;
      asid_q     <= '0;
      poisoned_q <= 1'b0;
      poison_q   <= CodeOk;
      count_q    <= '0;
      some_q     <= 1'b0;
      total_q    <= '0;
    end else begin
      clear_q <= clear_i;
      stage_q <= stage_i;
      if (clear_q) begin
        count_q <= '0;
        some_q  <= 1'b0;
        total_q <= SumW'(used_i) - SumW'(count_i);
      end else if (stage_q) begin
        count_q <= count_q + 1'b1;
        some_q  <= 1'b1;
        total_q <= total_q + 1'b1;
      end
      if (open_i) begin
        open_q <= 1'b1;
        asid_q <= asid_i;
      end
      if (refuse_i) begin
        poisoned_q <= 1'b1;
        poison_q   <= refuse_code_i;
      end
      if (close_i) begin
        open_q     <= 1'b0;
        poisoned_q <= 1'b0;
      end
    end
  end

  logic after;  // the operand begins behind the one before
  logic short;  // it ends before the one before begins
  logic limited_q, full_q;

  iommu_less #(
    .WIDTH(IG_W)
  ) u_after (
    .clk_i,
    .a_i   (prev_last_q),
    .b_i   (first_i),
    .less_o(after)
  );

  iommu_less #(
    .WIDTH(IG_W)
  ) u_short (
    .clk_i,
    .a_i   (last_i),
    .b_i   (prev_first_q),
    .less_o(short)
  );

  always_ff @(posedge clk_i) begin
    limited_q <= 16'(count_q) >= limit_i;
    full_q    <= total_q >= SumW'(ENTRIES);
    if (staging_i) {prev_first_q, prev_last_q} <= {first_i, last_i};
  end

  assign entry_bad_o = (some_q && !after) || limited_q || full_q;
  always_comb begin
    entry_code_o = CodeOk;
    if (some_q && !after) entry_code_o = short ? CodeOrder : CodeExist;
    else if (limited_q) entry_code_o = CodeNospcLimit;
    else if (full_q) entry_code_o = CodeNospcTable;
  end

  assign open_o     = open_q;
  assign asid_o     = asid_q;
  assign poisoned_o = poisoned_q;
  assign poison_o   = poison_q;
  assign count_o    = count_q;

endmodule
