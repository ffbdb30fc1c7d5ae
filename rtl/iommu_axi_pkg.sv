// SPDX-License-Identifier: Apache-2.0
//
// What the modules of the AXI4 data path have in common: the encodings of AXI4, and the parts of a burst whose
// widths no parameter changes.

package iommu_axi_pkg;

  // A legal burst stays inside one page of this size, so that one translation serves all of it and the bits below
  // are the same in an IOVA and its physical address.
  localparam int unsigned PageLog2 = 12;

  typedef enum logic [1:0] {
    BurstFixed    = 2'd0,
    BurstIncr     = 2'd1,
    BurstWrap     = 2'd2,
    BurstReserved = 2'd3
  } burst_e;

  localparam logic [1:0] RespSlverr = 2'd2;

  // PORT.CTRL.source in rtl/regs/iommu.rdl.
  typedef enum logic [1:0] {
    SourceUser     = 2'd0,
    SourceFixed    = 2'd1,
    SourceRid      = 2'd2,
    SourceReserved = 2'd3
  } source_e;

  // A group that no build has: its accesses fault.
  localparam logic [iommu_pkg::GroupPortW-1:0] GroupNone = '1;

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

endpackage
