// SPDX-License-Identifier: Apache-2.0
//
// The ports of iommu_core as plain values, the same whatever the parameters of the build. Between model.h
// (protocols) and simulator.h (a Verilated class); nothing else uses it.
#pragma once

#include <cstdint>

namespace persimmon {

struct Inputs {
  bool rst_n = false;

  bool awvalid = false;
  bool wvalid = false;
  bool bready = false;
  bool arvalid = false;
  bool rready = false;
  std::uint16_t awaddr = 0;
  std::uint16_t araddr = 0;
  std::uint32_t wdata = 0;

  bool req_valid = false;
  bool req_write = false;
  std::uint8_t req_group = 0;
  std::uint16_t req_len_m1 = 0;
  std::uint64_t req_iova = 0;

  bool rel_valid = false;
  bool rel_tracked = false;
  bool rel_epoch = false;
  std::uint8_t rel_asid = 0;

  std::uint8_t dev_reset = 0;
  std::uint8_t dev_reset_clean = 0;
  std::uint8_t bug = 0;
};

struct Outputs {
  bool awready = false;
  bool wready = false;
  bool bvalid = false;
  bool arready = false;
  bool rvalid = false;
  std::uint8_t bresp = 0;
  std::uint8_t rresp = 0;
  std::uint32_t rdata = 0;

  bool req_ready = false;
  bool rsp_valid = false;
  bool rsp_tracked = false;
  bool rsp_epoch = false;
  std::uint8_t rsp_fault = 0;
  std::uint8_t rsp_asid = 0;
  std::uint32_t rsp_commit_seq = 0;
  std::uint64_t rsp_pa = 0;
  std::uint64_t rsp_map_last = 0;

  bool irq = false;
};

}  // namespace persimmon
