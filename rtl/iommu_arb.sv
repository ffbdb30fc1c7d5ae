// SPDX-License-Identifier: Apache-2.0
//
// The address channels of all ports share the search. Requester 2 p is the AR channel of port p, 2 p + 1 its AW
// channel. One search port serves all of them in turn; of two, the first serves the reads and the second the writes.
//
// A requester whose group is held (its device is quiesced) does not ask, and is passed over. An answer comes LATENCY
// clocks after its request, so it is enough to pass on in every clock who asked. Releases go the same way as requests,
// in turn as well.
//
// A request stands in a register between the turn and the search: whose turn it is, and what the search does with the
// group, are a clock each. One a clock passes.

module iommu_arb
  import iommu_pkg::*;
  import iommu_axi_pkg::*;
#(
  /// AXI4 ports
  parameter int unsigned PORTS = 1,
  /// Ports of the search, 1 or 2
  parameter int unsigned SEARCH_PORTS = 1,
  /// Bits of an IOVA
  parameter int unsigned IOVA_W = 64,
  /// Bits of a physical address
  parameter int unsigned PA_W = 64,
  /// Clocks from a request's way into the search to its answer
  parameter int unsigned LATENCY = latency(EntriesDefault, RadixDefault),
  /// Address channels
  localparam int unsigned N = 2 * PORTS
) (
  /// Clock
  input  logic                                    clk_i,
  /// Asynchronous reset, active low
  input  logic                                    rst_ni,

  /// Request of an address channel
  input  logic [N-1:0]                            q_valid_i,
  /// It is accepted
  output logic [N-1:0]                            q_ready_o,
  /// Virtqueue group
  input  logic [N-1:0][GroupPortW-1:0]            q_group_i,
  /// First byte
  input  logic [N-1:0][IOVA_W-1:0]                q_iova_i,
  /// Length in bytes, minus one
  input  logic [N-1:0][LenW-1:0]                  q_len_m1_i,
  /// The burst breaks a rule
  input  logic [N-1:0]                            q_bad_i,
  /// Answer to an address channel, in the order of its requests
  output logic [N-1:0]                            r_valid_o,
  /// Why it is refused
  output logic [N-1:0][3:0]                       r_fault_o,
  /// Physical address of the first byte
  output logic [N-1:0][PA_W-1:0]                  r_pa_o,
  /// What to release it with
  output tag_t [N-1:0]                            r_tag_o,
  /// Release of an address channel
  input  logic [N-1:0]                            rel_valid_i,
  /// It is taken
  output logic [N-1:0]                            rel_ready_o,
  /// With what
  input  tag_t [N-1:0]                            rel_tag_i,

  /// Request to the search
  output logic [SEARCH_PORTS-1:0]                 req_valid_o,
  /// It is accepted
  input  logic [SEARCH_PORTS-1:0]                 req_ready_i,
  /// Virtqueue group
  output logic [SEARCH_PORTS-1:0][GroupPortW-1:0] req_group_o,
  /// First byte
  output logic [SEARCH_PORTS-1:0][IOVA_W-1:0]     req_iova_o,
  /// Length in bytes, minus one
  output logic [SEARCH_PORTS-1:0][LenW-1:0]       req_len_m1_o,
  /// The device writes memory
  output logic [SEARCH_PORTS-1:0]                 req_write_o,
  /// The burst breaks a rule
  output logic [SEARCH_PORTS-1:0]                 req_bad_o,
  /// Answer of the search, LATENCY clocks after acceptance
  input  logic [SEARCH_PORTS-1:0]                 rsp_valid_i,
  /// Why it is refused
  input  logic [SEARCH_PORTS-1:0][3:0]            rsp_fault_i,
  /// Physical address of the first byte
  input  logic [SEARCH_PORTS-1:0][PA_W-1:0]       rsp_pa_i,
  /// The request counts as in flight
  input  logic [SEARCH_PORTS-1:0]                 rsp_tracked_i,
  /// In this address space
  input  logic [SEARCH_PORTS-1:0][AsidPortW-1:0]  rsp_asid_i,
  /// And epoch
  input  logic [SEARCH_PORTS-1:0]                 rsp_epoch_i,
  /// Release to the search
  output logic [SEARCH_PORTS-1:0]                 rel_valid_o,
  /// rsp_tracked_i of its answer
  output logic [SEARCH_PORTS-1:0]                 rel_tracked_o,
  /// rsp_asid_i of its answer
  output logic [SEARCH_PORTS-1:0][AsidPortW-1:0]  rel_asid_o,
  /// rsp_epoch_i of its answer
  output logic [SEARCH_PORTS-1:0]                 rel_epoch_o
);

  // Requesters of one search port: `Stride * i + s` is number i of search port s.
  localparam int unsigned Stride = SEARCH_PORTS;
  localparam int unsigned M = N / SEARCH_PORTS;
  localparam int unsigned IndexW = idx_w(M);

  for (genvar s = 0; s < int'(SEARCH_PORTS); s++) begin : g_search
    logic [M-1:0] asks, turn, rel_asks, rel_turn;
    logic         accept, free;
    tag_t         rsp_tag, rel_tag;

    // Who asked: beside the request, then one for each clock until its answer, the last one bit for each asker.
    logic [IndexW-1:0]              index, req_index_q;
    logic [LATENCY-2:0][IndexW-1:0] index_q;
    logic [M-1:0]                   asker_q;

    for (genvar i = 0; i < int'(M); i++) begin : g_asks
      localparam int unsigned R = Stride * i + s;
      assign asks[i]      = q_valid_i[R];
      assign q_ready_o[R] = turn[i] && free;

      assign r_valid_o[R] = rsp_valid_i[s] && asker_q[i];
      assign r_fault_o[R] = rsp_fault_i[s];
      assign r_pa_o[R]    = rsp_pa_i[s];
      assign r_tag_o[R]   = rsp_tag;

      assign rel_asks[i]    = rel_valid_i[R];
      assign rel_ready_o[R] = rel_turn[i];
    end

    iommu_rr #(
      .N(M)
    ) u_turn (
      .clk_i,
      .rst_ni,
      .valid_i (asks),
      .served_i(accept),
      .grant_o (turn)
    );

    assign free   = !req_valid_o[s] || req_ready_i[s];
    assign accept = free && asks != '0;

    logic [GroupPortW-1:0] group;
    logic [IOVA_W-1:0]     iova;
    logic [LenW-1:0]       len_m1;
    logic                  write, bad;
    always_comb begin
      group  = '0;
      iova   = '0;
      len_m1 = '0;
      write  = 1'b0;
      bad    = 1'b0;
      index  = '0;
      for (int unsigned i = 0; i < M; i++) begin
        if (turn[i]) begin
          group  |= q_group_i[Stride*i+s];
          iova   |= q_iova_i[Stride*i+s];
          len_m1 |= q_len_m1_i[Stride*i+s];
          write  |= 1'((Stride * i + s) % 2);
          bad    |= q_bad_i[Stride*i+s];
          index  |= IndexW'(i);
        end
      end
    end

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) req_valid_o[s] <= 1'b0;
      else if (free) req_valid_o[s] <= asks != '0;
    end
    always_ff @(posedge clk_i) begin
      if (free) begin
        req_group_o[s]  <= group;
        req_iova_o[s]   <= iova;
        req_len_m1_o[s] <= len_m1;
        req_write_o[s]  <= write;
        req_bad_o[s]    <= bad;
        req_index_q     <= index;
      end
      index_q <= {index_q[LATENCY-3:0], req_index_q};
      for (int unsigned i = 0; i < M; i++) asker_q[i] <= 32'(index_q[LATENCY-2]) == i;
    end

    assign rsp_tag = '{tracked: rsp_tracked_i[s], asid: rsp_asid_i[s], epoch: rsp_epoch_i[s]};

    iommu_rr #(
      .N(M)
    ) u_release (
      .clk_i,
      .rst_ni,
      .valid_i (rel_asks),
      .served_i(rel_valid_o[s]),
      .grant_o (rel_turn)
    );

    always_comb begin
      rel_tag = '0;
      for (int unsigned i = 0; i < M; i++) begin
        if (rel_turn[i]) rel_tag |= rel_tag_i[Stride*i+s];
      end
    end
    assign rel_valid_o[s]   = rel_asks != '0;
    assign rel_tracked_o[s] = rel_tag.tracked;
    assign rel_asid_o[s]    = rel_tag.asid;
    assign rel_epoch_o[s]   = rel_tag.epoch;

`ifndef SYNTHESIS
    logic [LATENCY-1:0] asked_q;
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) asked_q <= '0;
      else asked_q <= {asked_q[LATENCY-2:0], req_valid_o[s] && req_ready_i[s]};
    end
    a_asker: assert property (@(posedge clk_i) rsp_valid_i[s] == asked_q[LATENCY-1])
      else $error("iommu_arb: search port %0d does not answer after %0d clocks", s, LATENCY);
`endif
  end

  if (SEARCH_PORTS != 1 && SEARCH_PORTS != 2) begin : g_bad_search_ports
    $error("iommu_arb: SEARCH_PORTS = %0d; 1 or 2", SEARCH_PORTS);
  end

endmodule
