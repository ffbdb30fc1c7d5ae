// SPDX-License-Identifier: Apache-2.0
//
// What the modules of the AXI4 data path have in common: the encodings of AXI4, and the parts of a burst whose
// widths no parameter changes.

package iommu_axi_pkg;

  typedef enum logic [1:0] {
    BurstFixed    = 2'd0,
    BurstIncr     = 2'd1,
    BurstWrap     = 2'd2,
    BurstReserved = 2'd3
  } burst_e;

  typedef enum logic [1:0] {
    RespOkay   = 2'd0,
    RespExokay = 2'd1,
    RespSlverr = 2'd2,
    RespDecerr = 2'd3
  } resp_e;

  // PORT.CTRL.source in rtl/regs/iommu.rdl.
  typedef enum logic [1:0] {
    SourceUser     = 2'd0,
    SourceFixed    = 2'd1,
    SourceRid      = 2'd2,
    SourceReserved = 2'd3
  } source_e;

  // AxLEN to AxREGION: what goes with a burst and is not its ID, address or user bits.
  typedef struct packed {
    logic [7:0] len;
    logic [2:0] size;
    logic [1:0] burst;
    logic       lock;
    logic [3:0] cache;
    logic [2:0] prot;
    logic [3:0] qos;
    logic [3:0] region;
  } attr_t;

  // What a translation must be released with.
  typedef struct packed {
    logic                            tracked;
    logic [iommu_pkg::AsidPortW-1:0] asid;
    logic                            epoch;
  } tag_t;

  // Depth of the FIFOs beside the search. A place is taken with the burst, four clocks before its request, and is free
  // again two clocks after the answer came, at the earliest. The last two are not used: whether the next burst may come
  // is decided a clock ahead, and before it is known whether one comes in this clock.
  function automatic int unsigned search_depth(int unsigned latency);
    return 2 ** $clog2(latency + 9);
  endfunction

  // Places for releases of one direction. One is taken from the time an answer is put in front of the master until
  // the arbiter takes the release: the clocks of a slice and the turns of the other requesters.
  localparam int unsigned ReleaseDepth = 16;

  // Requests that one direction of a port can have in flight, from acceptance to release: beside the search, in the
  // table, among the releases, and a refused read burst that is being made.
  function automatic int unsigned in_flight_max(int unsigned latency, int unsigned outstanding);
    return search_depth(latency) + outstanding + ReleaseDepth + 1;
  endfunction

endpackage
