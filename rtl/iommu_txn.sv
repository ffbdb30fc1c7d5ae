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
  /// Operand of the command: first granule
  input  logic [IG_W-1:0]   first_i,
  /// Operand of the command: last granule, inclusive
  input  logic [IG_W-1:0]   last_i,
  /// LIMIT of the command's address space
  input  logic [15:0]       limit_i,
  /// Its live entries
  input  logic [CountW-1:0] count_i,

  /// Live entries of all address spaces
  input  logic [CountW-1:0] used_i,

  /// BEGIN, also for several clocks: forget the last transaction, and note what the other address spaces hold
  input  logic              clear_i,
  /// BEGIN: the transaction is open from here on
  input  logic              open_i,
  /// ENTRY: compare the operand with the entry staged before
  input  logic              compare_i,
  /// One clock after compare_i: what the transaction has against the operand, CodeOk for nothing
  output code_e             entry_code_o,
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

  logic              open_q, poisoned_q, overlaps_q, not_after_q;
  code_e             poison_q;
  logic [AsidW-1:0]  asid_q;
  logic [CountW-1:0] count_q;
  logic [CountW-1:0] others_q;  // what all other address spaces held at BEGIN; they can only shrink since
  logic [IG_W-1:0]   prev_first_q, prev_last_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      open_q     <= 1'b0;
      asid_q     <= '0;
      poisoned_q <= 1'b0;
      poison_q   <= CodeOk;
      count_q    <= '0;
      others_q   <= '0;
    end else begin
      if (clear_i) begin
        count_q  <= '0;
        others_q <= used_i - count_i;
      end
      if (open_i) begin
        open_q <= 1'b1;
        asid_q <= asid_i;
      end
      if (stage_i) count_q <= count_q + 1'b1;
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

  always_ff @(posedge clk_i) begin
    if (compare_i) begin
      overlaps_q  <= first_i <= prev_last_q && last_i >= prev_first_q;
      not_after_q <= first_i <= prev_last_q;
    end
    if (stage_i) {prev_first_q, prev_last_q} <= {first_i, last_i};
  end

  // One bit more: count and others together may exceed what a count can hold.
  localparam int unsigned SumW = CountW + 1;
  always_comb begin
    entry_code_o = CodeOk;
    if (count_q != '0 && overlaps_q) entry_code_o = CodeExist;
    else if (count_q != '0 && not_after_q) entry_code_o = CodeOrder;
    else if (16'(count_q) >= limit_i) entry_code_o = CodeNospcLimit;
    else if (SumW'(count_q) + SumW'(others_q) >= SumW'(ENTRIES)) entry_code_o = CodeNospcTable;
  end

  assign open_o     = open_q;
  assign asid_o     = asid_q;
  assign poisoned_o = poisoned_q;
  assign poison_o   = poison_q;
  assign count_o    = count_q;

endmodule
