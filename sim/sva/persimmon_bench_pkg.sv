// SPDX-License-Identifier: Apache-2.0
//
// The address channel of a burst as the bench passes it to and from C++: AxiAddress in sim/axi/bridge.h, byte for byte.

package persimmon_bench_pkg;

  // The last member is the lowest byte.
  typedef struct packed {
    logic [15:0] unused;
    logic [7:0]  write;
    logic [7:0]  atop;
    logic [7:0]  region;
    logic [7:0]  qos;
    logic [7:0]  prot;
    logic [7:0]  cache;
    logic [7:0]  lock;
    logic [7:0]  burst;
    logic [7:0]  size;
    logic [7:0]  len;
    logic [15:0] id;
    logic [15:0] user;
    logic [63:0] address;
  } axi_address_t;

endpackage
