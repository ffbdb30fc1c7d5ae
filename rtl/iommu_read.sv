// SPDX-License-Identifier: Apache-2.0
//
// The READ window: one entry and the state of one address space, all of one moment.

module iommu_read
  import iommu_pkg::*;
#(
  /// Entries of the table
  parameter int unsigned ENTRIES = EntriesDefault,
  /// Address spaces
  parameter int unsigned ASIDS = AsidsDefault,
  /// Bits of an IOVA
  parameter int unsigned IOVA_W = 64,
  /// Bits of a physical address
  parameter int unsigned PA_W = 64,
  /// log2 of the granule in bytes
  parameter int unsigned GRANULE_LOG2 = GranuleLog2Default,
  /// Bits of an ASID
  localparam int unsigned AsidW = idx_w(ASIDS),
  /// Bits of a number of entries
  localparam int unsigned CountW = $clog2(ENTRIES + 1),
  /// Bits of an IOVA granule number
  localparam int unsigned IgW = IOVA_W - GRANULE_LOG2,
  /// Bits of a physical granule number
  localparam int unsigned PgW = PA_W - GRANULE_LOG2
) (
  /// Clock
  input  logic              clk_i,
  /// Asynchronous reset, active low
  input  logic              rst_ni,

  /// One clock: the table presents the entry
  input  logic              entry_valid_i,
  /// Entry: ASID
  input  logic [AsidW-1:0]  entry_asid_i,
  /// Entry: first granule
  input  logic [IgW-1:0]    entry_start_i,
  /// Entry: last granule, inclusive
  input  logic [IgW-1:0]    entry_last_i,
  /// Entry: physical granule minus granule
  input  logic [PgW-1:0]    entry_delta_i,
  /// Entry: permissions
  input  logic [PermW-1:0]  entry_perm_i,

  /// One clock: the READ ends, and the snapshot is taken
  input  logic              done_i,
  /// With done_i: the entry exists
  input  logic              exists_i,
  /// Address spaces that are MAPPED
  input  logic [ASIDS-1:0]  mapped_i,
  /// Mode of the address space asked for
  input  mode_e             mode_i,
  /// Its live entries
  input  logic [CountW-1:0] count_i,
  /// Entries in the active bank
  input  logic [CountW-1:0] n_i,
  /// Effects since power-on
  input  logic [SeqW-1:0]   commit_seq_i,

  /// Snapshot: the entry is live
  output logic              live_o,
  /// Snapshot: the entry exists
  output logic              valid_o,
  /// Snapshot: ASID
  output logic [AsidW-1:0]  asid_o,
  /// Snapshot: permissions
  output logic [PermW-1:0]  perm_o,
  /// Snapshot: first byte
  output logic [63:0]       start_o,
  /// Snapshot: last byte, inclusive
  output logic [63:0]       last_o,
  /// Snapshot: physical address of the first byte
  output logic [63:0]       pa_o,
  /// Snapshot: mode of the address space asked for
  output mode_e             mode_o,
  /// Snapshot: its live entries
  output logic [CountW-1:0] count_o,
  /// Snapshot: entries in the active bank
  output logic [CountW-1:0] n_o,
  /// Snapshot: effects since power-on
  output logic [SeqW-1:0]   seq_o
);

  logic             valid_q, live_q;
  logic [AsidW-1:0] asid_q;
  logic [IgW-1:0]   start_q, last_q;
  logic [PgW-1:0]   delta_q, pa_q;
  logic [PermW-1:0] perm_q;

  // No command and no reset runs between the entry and the end of the READ, so that all of it is one state.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      {valid_q, live_q, asid_q, start_q, last_q, delta_q, pa_q, perm_q} <= '0;
      {count_o, n_o, seq_o} <= '0;
      mode_o <= ModeBlocked;
    end else begin
      if (entry_valid_i) begin
        {asid_q, start_q, last_q} <= {entry_asid_i, entry_start_i, entry_last_i};
        {delta_q, perm_q}         <= {entry_delta_i, entry_perm_i};
      end
      if (done_i) begin
        valid_q <= exists_i;
        live_q  <= exists_i && mapped_i[asid_q];
        pa_q    <= PgW'(start_q) + delta_q;
        mode_o  <= mode_i;
        count_o <= count_i;
        n_o     <= n_i;
        seq_o   <= commit_seq_i;
      end
    end
  end

  assign live_o  = live_q;
  assign valid_o = valid_q;
  assign asid_o  = asid_q;
  assign perm_o  = perm_q;
  assign start_o = 64'(start_q) << GRANULE_LOG2;
  assign last_o  = 64'({IOVA_W{1'b1}}) & ~(~64'(last_q) << GRANULE_LOG2);
  assign pa_o    = 64'(pa_q) << GRANULE_LOG2;

endmodule
