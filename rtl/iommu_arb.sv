// SPDX-License-Identifier: Apache-2.0
//
// The address channels of all ports share the search. Requester 2 p is the AR channel of port p, 2 p + 1 its AW
// channel. One search port serves all of them in turn; of two, the first serves the reads and the second the writes.
//
// A requester whose group is held (its device is quiesced) does not ask, and is passed over. Answers come in the order
// of the requests, so it is enough to remember who asked. Releases go the same way as requests, in turn as well.
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
  parameter int unsigned LATENCY = 16,
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
  localparam int unsigned Depth = 2 ** $clog2(LATENCY + 3);

  for (genvar s = 0; s < int'(SEARCH_PORTS); s++) begin : g_search
    logic [M-1:0] asks, turn, asker, rel_asks, rel_turn;
    logic         accept, free, room, known, asker_valid_q;
    logic [M-1:0] asker_q;
    tag_t         rsp_tag, rel_tag;

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
      for (int unsigned i = 0; i < M; i++) begin
        if (turn[i]) begin
          group  |= q_group_i[Stride*i+s];
          iova   |= q_iova_i[Stride*i+s];
          len_m1 |= q_len_m1_i[Stride*i+s];
          write  |= 1'((Stride * i + s) % 2);
          bad    |= q_bad_i[Stride*i+s];
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
      end
    end

    iommu_fifo #(
      .WIDTH(M),
      .DEPTH(Depth)
    ) u_asker (
      .clk_i,
      .rst_ni,
      .push_valid_i(accept),
      .push_ready_o(room),
      .push_data_i (turn),
      .pop_valid_o (known),
      .pop_ready_i (!asker_valid_q || rsp_valid_i[s]),
      .pop_data_o  (asker)
    );
    // Who gets the next answer. The oldest request is here long before its answer.
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) asker_valid_q <= 1'b0;
      else if (!asker_valid_q || rsp_valid_i[s]) asker_valid_q <= known;
    end
    always_ff @(posedge clk_i) begin
      if (!asker_valid_q || rsp_valid_i[s]) asker_q <= asker;
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
    a_asker: assert property (@(posedge clk_i) (!accept || room) && (!rsp_valid_i[s] || asker_valid_q))
      else $error("iommu_arb: an answer of search port %0d that nobody asked for, or LATENCY is wrong", s);
`else
    logic unused_checks;
    assign unused_checks = room;
`endif
  end

  if (SEARCH_PORTS != 1 && SEARCH_PORTS != 2) begin : g_bad_search_ports
    $error("iommu_arb: SEARCH_PORTS = %0d; 1 or 2", SEARCH_PORTS);
  end

endmodule
