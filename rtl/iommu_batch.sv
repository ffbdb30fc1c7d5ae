// SPDX-License-Identifier: Apache-2.0
//
// The MAPs or UNMAPs that share a pass: which command belongs to them, how many of them there is room for, and what
// became of each.
//
// They are of one address space, so that one ASID, one count and one quota do for the pass. MAPs ascend and are
// disjoint: then what one of them adds is no overlap for the next. UNMAPs ascend by their starts, and that is enough:
// an entry that the merge engine has left behind is below every later start (an UNMAP may end before it starts).

module iommu_batch
  import iommu_pkg::*;
#(
  /// Entries of the table
  parameter int unsigned ENTRIES = EntriesDefault,
  /// Address spaces
  parameter int unsigned ASIDS = AsidsDefault,
  /// Bits of an IOVA granule number
  parameter int unsigned IG_W = 52,
  /// Commands of a pass
  parameter int unsigned B = BatchDefault,
  /// Bits of an ASID
  localparam int unsigned AsidW = idx_w(ASIDS),
  /// Bits of a number of entries
  localparam int unsigned CountW = $clog2(ENTRIES + 1),
  /// Bits of a command's number in its pass
  localparam int unsigned PosW = idx_w(B),
  /// Bits of a number of commands
  localparam int unsigned OpsW = $clog2(B + 1)
) (
  /// Clock
  input  logic              clk_i,
  /// Asynchronous reset, active low
  input  logic              rst_ni,

  /// Command: UNMAP, otherwise MAP
  input  logic              unmap_i,
  /// Command: ASID
  input  logic [AsidW-1:0]  asid_i,
  /// Command: first granule
  input  logic [IG_W-1:0]   first_i,
  /// Command: last granule, inclusive
  input  logic [IG_W-1:0]   last_i,
  /// The command is being decoded
  input  logic              decode_i,
  /// Two clocks after decode_i: if it is a MAP or an UNMAP, it belongs to those that are there
  output logic              joins_o,
  /// The command is added
  input  logic              add_i,
  /// Commands are being gathered; at least in the clock before weigh_i
  input  logic              gather_i,
  /// The last clocks of those, after the last add_i: how much room is there?
  input  logic              weigh_i,
  /// The pass is over; the verdicts are there
  input  logic              judge_i,
  /// A result is told, from the first on
  input  logic              tell_i,
  /// All have been told; forget them
  input  logic              over_i,

  /// There are commands
  output logic              some_o,
  /// One more is all that there is room for
  output logic              full_o,
  /// Commands
  output logic [OpsW-1:0]   ops_o,
  /// They are UNMAPs
  output logic              unmaps_o,

  /// The command of the result that is told next
  output logic [PosW-1:0]   pos_o,
  /// It is the first
  output logic              first_o,
  /// It is the last, known from the clock after judge_i and tell_i on
  output logic              last_o,
  /// What the pass says of it
  input  verdict_e          verdict_i,
  /// Its result
  output code_e             code_o,

  /// Live entries of the address space
  input  logic [CountW-1:0] count_i,
  /// LIMIT of the address space
  input  logic [15:0]       limit_i,
  /// An address space, for the sum of all
  output logic [AsidW-1:0]  scan_asid_o,
  /// Its live entries
  input  logic [CountW-1:0] scan_count_i,
  /// Counts change at this clock edge
  input  logic              change_i,
  /// used_o holds, and room_o will; until then the pass waits
  output logic              used_valid_o,
  /// Live entries of all address spaces
  output logic [CountW-1:0] used_o,
  /// Most MAPs that LIMIT lets in
  output logic [OpsW-1:0]   quota_o,
  /// Most MAPs that the table has room for
  output logic [OpsW-1:0]   room_o
);

  // A comparison is the borrow of a subtraction: one carry chain, where `<=` may become a chain and a tree beside it.
  localparam int unsigned Half = IG_W / 2;
  localparam int unsigned UpperW = IG_W - Half + 1;
  typedef logic [UpperW-1:0] upper_t;
  function automatic logic below(upper_t a, upper_t b);
    logic            borrow;
    logic [UpperW-1:0] unused_difference;
    {borrow, unused_difference} = {1'b0, a} - {1'b0, b};
    return borrow;
  endfunction

  logic [OpsW-1:0]  ops_q;
  logic [PosW-1:0]  pos_q;
  logic             some_q, full_q, first_q, last_q;  // of ops_q, pos_q and left_q, known ahead
  logic [OpsW-1:0]  left_q;  // results that have not been told
  logic             unmaps_q, same_q, lower_q, above_q;
  logic [AsidW-1:0] asid_q;
  logic [IG_W-1:0]  bound_q;  // the start of the next one must be above

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      ops_q  <= '0;
      some_q <= 1'b0;
      full_q <= B == 1;
    end else if (over_i) begin
      ops_q  <= '0;
      some_q <= 1'b0;
      full_q <= B == 1;
    end else if (add_i) begin
      ops_q  <= ops_q + 1'b1;
      some_q <= 1'b1;
      full_q <= ops_q == OpsW'(B - 2);
    end
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      pos_q   <= '0;
      first_q <= 1'b1;
    end else if (judge_i) begin
      pos_q   <= '0;
      first_q <= 1'b1;
    end else if (tell_i) begin
      pos_q   <= pos_q + 1'b1;
      first_q <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (judge_i) begin
      left_q <= ops_q;
      last_q <= ops_q == OpsW'(1);
    end else if (tell_i) begin
      left_q <= left_q - 1'b1;
      last_q <= left_q == OpsW'(2);
    end
    // The lower half of the addresses, and one clock later the upper one with what has come of it.
    if (decode_i) begin
      same_q  <= unmap_i == unmaps_q && asid_i == asid_q;
      lower_q <= below(upper_t'(bound_q[Half-1:0]), upper_t'(first_i[Half-1:0]));
    end
    above_q <= below({bound_q[IG_W-1:Half], 1'b0}, {first_i[IG_W-1:Half], lower_q});
    if (add_i) begin
      unmaps_q <= unmap_i;
      asid_q   <= asid_i;
      bound_q  <= unmap_i ? first_i : last_i;
    end
  end

  assign joins_o  = same_q && above_q;
  assign some_o   = some_q;
  assign full_o   = full_q;
  assign ops_o    = ops_q;
  assign unmaps_o = unmaps_q;
  assign pos_o    = pos_q;
  assign first_o  = first_q;
  assign last_o   = last_q;

  always_comb begin
    code_o = CodeOk;
    if (!unmaps_q) begin
      unique case (verdict_i)
        VerdictExist: code_o = CodeExist;
        VerdictLimit: code_o = CodeNospcLimit;
        VerdictTable: code_o = CodeNospcTable;
        default:      code_o = CodeOk;
      endcase
    end
  end

  // --- room ----------------------------------------------------------------------------------------------------

  iommu_room #(
    .ENTRIES(ENTRIES),
    .ASIDS  (ASIDS)
  ) u_room (
    .clk_i,
    .rst_ni,
    .asid_o  (scan_asid_o),
    .count_i (scan_count_i),
    .change_i,
    .valid_o (used_valid_o),
    .used_o
  );

  // A pass cannot insert more than B: what is beyond need not be counted.
  function automatic logic [OpsW-1:0] at_most_b(logic [15:0] value);
    return (value > 16'(B)) ? OpsW'(B) : OpsW'(value);
  endfunction

  // What is left, with a borrow, and one clock later what a pass can use of it.
  logic [16:0]       spare_q;
  logic [CountW-1:0] free_q;
  logic [OpsW-1:0]   quota_q, room_q;

  always_ff @(posedge clk_i) begin
    if (gather_i) begin
      spare_q <= {1'b0, limit_i} - 17'(count_i);
      free_q  <= CountW'(ENTRIES) - used_o;
    end
    if (weigh_i) begin
      quota_q <= spare_q[16] ? '0 : at_most_b(spare_q[15:0]);
      room_q  <= at_most_b(16'(free_q));
    end
  end

  assign quota_o = quota_q;
  assign room_o  = room_q;

`ifndef SYNTHESIS
  a_told: assert property (@(posedge clk_i) tell_i |-> OpsW'(pos_q) < ops_q)
    else $error("iommu_batch: a result of a command that was not in the pass");
  a_add: assert property (@(posedge clk_i) add_i |-> ops_q < OpsW'(B))
    else $error("iommu_batch: more than %0d commands in a pass", B);
`endif

endmodule
