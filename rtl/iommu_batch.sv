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
  /// Command: first granule; as what else is of it, stable until it is added
  input  logic [IG_W-1:0]   first_i,
  /// Command: last granule, inclusive
  input  logic [IG_W-1:0]   last_i,
  /// Three clocks after the command is there: if it is a MAP or an UNMAP, it belongs to those that are there
  output logic              joins_o,
  /// The command is added
  input  logic              add_i,
  /// Some clocks after the last add_i, until used_valid_o: how much room is there?
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

  /// Live entries of the address space
  input  logic [CountW-1:0] count_i,
  /// LIMIT of the address space
  input  logic [15:0]       limit_i,
  /// An address space, for the sum of all
  output logic [AsidW-1:0]  scan_asid_o,
  /// Its live entries, two clocks later
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

  logic [OpsW-1:0]  ops_q;
  logic [PosW-1:0]  pos_q;
  logic             some_q, full_q, first_q, last_q;  // of ops_q, pos_q and left_q, known ahead
  logic [OpsW-1:0]  left_q;  // results that have not been told
  logic             unmap_q, unmaps_q, same_q, joins_q, above;
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
    unmap_q <= unmap_i;
    same_q  <= unmap_q == unmaps_q && asid_i == asid_q;
    joins_q <= same_q && above;
    if (add_i) begin
      unmaps_q <= unmap_q;
      asid_q   <= asid_i;
      bound_q  <= unmap_q ? first_i : last_i;
    end
  end

  iommu_less #(
    .WIDTH(IG_W)
  ) u_above (
    .clk_i,
    .a_i   (bound_q),
    .b_i   (first_i),
    .less_o(above)
  );

  assign joins_o  = joins_q;
  assign some_o   = some_q;
  assign full_o   = full_q;
  assign ops_o    = ops_q;
  assign unmaps_o = unmaps_q;
  assign pos_o    = pos_q;
  assign first_o  = first_q;
  assign last_o   = last_q;

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
    spare_q <= {1'b0, limit_i} - 17'(count_i);
    free_q  <= CountW'(ENTRIES) - used_o;
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
