// SPDX-License-Identifier: Apache-2.0
//
// A frame to place and route the bare table in: it has more ports than the device has pins. Inputs come from a
// scan chain, outputs go through two levels of XOR; both ends are registers, so that every path that the
// report shows lies inside the table. With EMPTY the frame stands alone, to be subtracted from what the whole takes.
// `cargo xtask fpga --harness table` uses it; it is no part of the design.

module iotlb_harness
  import iommu_pkg::*;
#(
  /// 1: no table in it; every output register is fed by an input register
  parameter bit EMPTY = 1'b0,
  /// Entries of a bank
  parameter int unsigned ENTRIES = EntriesDefault,
  /// Address spaces
  parameter int unsigned ASIDS = AsidsDefault,
  /// log2 of the granule in bytes; IOVA and physical address have 64 bits
  parameter int unsigned GRANULE_LOG2 = GranuleLog2Default,
  /// Search radix
  parameter int unsigned K = RadixDefault,
  /// 1: words carry parity
  parameter bit PARITY = 1'b1
) (
  /// Clock
  input  logic clk_i,
  /// Asynchronous reset, active low
  input  logic rst_ni,
  /// Scan chain in
  input  logic scan_i,
  /// Shifts the scan chain
  input  logic shift_i,
  /// All outputs of the table, folded
  output logic fold_o
);

  localparam int unsigned AsidW = idx_w(ASIDS);
  localparam int unsigned GranuleW = 64 - GRANULE_LOG2;
  localparam int unsigned PosW = idx_w(ENTRIES);
  localparam int unsigned CountW = $clog2(ENTRIES + 1);
  localparam int unsigned OpPosW = idx_w(BatchDefault);
  localparam int unsigned OpsW = $clog2(BatchDefault + 1);

  typedef struct packed {
    logic                q_valid;
    logic [AsidW-1:0]    q_asid;
    logic [GranuleW-1:0] q_granule;
    logic                start;
    logic [2:0]          kind;
    logic                stage;
    logic                load;
    logic [OpPosW-1:0]   load_pos;
    logic [OpsW-1:0]     ops;
    logic [OpsW-1:0]     quota;
    logic [OpsW-1:0]     room;
    logic [OpPosW-1:0]   verdict_pos;
    logic [AsidW-1:0]    op_asid;
    logic [GranuleW-1:0] op_start;
    logic [GranuleW-1:0] op_last;
    logic [GranuleW-1:0] op_delta;
    logic [PermW-1:0]    op_perm;
    logic [PosW-1:0]     op_pos;
    logic [ASIDS-1:0]    live;
    logic                flip;
    inject_t             inject;
  } in_t;

  typedef struct packed {
    logic                e_found;
    logic [AsidW-1:0]    e_asid;
    logic [GranuleW-1:0] e_last;
    logic [GranuleW-1:0] e_delta;
    logic [PermW-1:0]    e_perm;
    logic                e_poison;
    logic                e_damaged;
    logic                ready;
    logic                done;
    logic [1:0]          verdict;
    logic [OpsW-1:0]     inserted;
    logic [CountW-1:0]   removed;
    logic                rd_valid;
    logic [AsidW-1:0]    rd_asid;
    logic [GranuleW-1:0] rd_start;
    logic [GranuleW-1:0] rd_last;
    logic [GranuleW-1:0] rd_delta;
    logic [PermW-1:0]    rd_perm;
    logic                rd_poison;
    logic [1:0]          damaged;
    logic                injected;
    logic [CountW-1:0]   count;
  } out_t;

  localparam int unsigned InW = $bits(in_t);
  localparam int unsigned OutW = $bits(out_t);
  localparam int unsigned Fold1 = (OutW + 15) / 16;

  in_t                 scan_q, in_q;
  out_t                out, out_q;
  logic [16*Fold1-1:0] padded;
  logic [Fold1-1:0]    fold_q;

  assign padded = (16 * Fold1)'(out_q);

  logic rst_n;
  harness_reset u_reset (
    .clk_i,
    .rst_ni,
    .rst_no(rst_n)
  );

  always_ff @(posedge clk_i) begin
    if (shift_i) scan_q <= in_t'({scan_q, scan_i});
    in_q   <= scan_q;
    out_q  <= out;
    for (int unsigned i = 0; i < Fold1; i++) fold_q[i] <= ^padded[16*i +: 16];
    fold_o <= ^fold_q;
  end

  if (EMPTY) begin : g_empty
    logic unused_rst;
    assign unused_rst = rst_n;
    always_comb begin
      for (int unsigned i = 0; i < OutW; i++) out[i] = in_q[i % InW];
    end
  end else begin : g_table
    verdict_e verdict;
    assign out.verdict = verdict;

    iotlb #(
      .ENTRIES(ENTRIES),
      .ASIDS  (ASIDS),
      .IG_W   (GranuleW),
      .PG_W   (GranuleW),
      .K      (K),
      .PARITY (PARITY)
    ) u_iotlb (
      .clk_i,
      .rst_ni(rst_n),
      .q_valid_i  (in_q.q_valid),
      .q_asid_i   (in_q.q_asid),
      .q_granule_i(in_q.q_granule),
      .e_found_o  (out.e_found),
      .e_asid_o   (out.e_asid),
      .e_last_o   (out.e_last),
      .e_delta_o  (out.e_delta),
      .e_perm_o   (out.e_perm),
      .e_poison_o (out.e_poison),
      .e_damaged_o(out.e_damaged),
      .ready_o    (out.ready),
      .start_i    (in_q.start),
      .kind_i     (merge_e'(in_q.kind)),
      .stage_i    (in_q.stage),
      .load_i     (in_q.load),
      .load_pos_i (in_q.load_pos),
      .ops_i      (in_q.ops),
      .quota_i    (in_q.quota),
      .room_i     (in_q.room),
      .op_asid_i  (in_q.op_asid),
      .op_start_i (in_q.op_start),
      .op_last_i  (in_q.op_last),
      .op_delta_i (in_q.op_delta),
      .op_perm_i  (in_q.op_perm),
      .op_pos_i   (in_q.op_pos),
      .live_i     (in_q.live),
      .done_o     (out.done),
      .verdict_pos_i(in_q.verdict_pos),
      .verdict_o  (verdict),
      .inserted_o (out.inserted),
      .removed_o  (out.removed),
      .flip_i     (in_q.flip),
      .rd_valid_o (out.rd_valid),
      .rd_asid_o  (out.rd_asid),
      .rd_start_o (out.rd_start),
      .rd_last_o  (out.rd_last),
      .rd_delta_o (out.rd_delta),
      .rd_perm_o  (out.rd_perm),
      .rd_poison_o(out.rd_poison),
      .damaged_o  (out.damaged),
      .inject_i   (in_q.inject),
      .injected_o (out.injected),
      .count_o    (out.count)
    );
  end

endmodule
