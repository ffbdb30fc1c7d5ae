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

  /// The table presents the entry; if in several clocks, the last one counts
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
  /// Entry: poisoned
  input  logic              entry_poison_i,

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

  /// The snapshot
  output read_t             read_o
);

  logic             valid_q, live_q, poison_q;
  logic [AsidW-1:0] asid_q;
  logic [IgW-1:0]   start_q, last_q;
  logic [PgW-1:0]   delta_q, sum_q, pa_q;
  logic [PermW-1:0] perm_q;
  mode_e             mode_q;
  logic [CountW-1:0] count_q, n_q;
  logic [SeqW-1:0]   seq_q;

  // The entry is there some clocks before the end.
  always_ff @(posedge clk_i) sum_q <= PgW'(start_q) + delta_q;

  // No command and no reset runs between the entry and the end of the READ, so that all of it is one state.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      {valid_q, live_q, poison_q, asid_q, start_q, last_q, delta_q, pa_q, perm_q} <= '0;
      {count_q, n_q, seq_q} <= '0;
      mode_q <= ModeBlocked;
    end else begin
      if (entry_valid_i) begin
        {asid_q, start_q, last_q} <= {entry_asid_i, entry_start_i, entry_last_i};
        {delta_q, perm_q}         <= {entry_delta_i, entry_perm_i};
        poison_q                  <= entry_poison_i;
      end
      if (done_i) begin
        valid_q <= exists_i;
        live_q  <= exists_i && mapped_i[asid_q];
        pa_q    <= poison_q ? '0 : sum_q;
        mode_q  <= mode_i;
        count_q <= count_i;
        n_q     <= n_i;
        seq_q   <= commit_seq_i;
      end
    end
  end

  assign read_o = '{
    valid: valid_q,
    live:  live_q,
    poison: poison_q,
    asid:  AsidPortW'(asid_q),
    perm:  perm_q,
    start: 64'(start_q) << GRANULE_LOG2,
    last:  64'({IOVA_W{1'b1}}) & ~(~64'(last_q) << GRANULE_LOG2),
    pa:    64'(pa_q) << GRANULE_LOG2,
    mode:  mode_q,
    count: 16'(count_q),
    n:     16'(n_q),
    seq:   seq_q
  };

endmodule
