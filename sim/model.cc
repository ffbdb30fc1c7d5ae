// SPDX-License-Identifier: Apache-2.0
//
// Clock, reset and AXI4-Lite. See model.h.

#include "sim/model.h"

namespace persimmon {

void Model::power_on() {
  // Garbage satisfies no assertion.
  enable_assertions(false);
  in_.rst_n = true;
  settle();
  // First the falling edge alone, as at a real power-on; then clocks under reset, for what resets with them.
  in_.rst_n = false;
  settle();
  for (int i = 0; i < 4; ++i) clock();
  enable_assertions(true);
  in_.rst_n = true;
  clock();
}

void Model::clock() {
  failure_.raise();
  port_.drive(in_, clocks_);
  settle();
  port_.sample(in_, out_, clocks_, failure_);
  ++clocks_;
  rise();
  failure_.raise();
}

void Model::step(std::uint64_t clocks) {
  while (clocks-- > 0) clock();
}

// --- AXI4-Lite ---------------------------------------------------------------------------------------------

BusReply Model::axil_read(std::uint16_t address, std::uint64_t max_clocks) {
  in_.arvalid = true;
  in_.araddr = address;
  in_.rready = true;
  BusReply reply{0, 0, true};
  while (reply.timed_out && max_clocks-- > 0) {
    clock();
    if (out_.arready) in_.arvalid = false;
    if (out_.rvalid) reply = {out_.rdata, out_.rresp, false};
  }
  in_.arvalid = false;
  in_.rready = false;
  return reply;
}

BusReply Model::axil_write(std::uint16_t address, std::uint32_t data, std::uint64_t max_clocks) {
  in_.awvalid = true;
  in_.awaddr = address;
  in_.wvalid = true;
  in_.wdata = data;
  in_.bready = true;
  BusReply reply{0, 0, true};
  while (reply.timed_out && max_clocks-- > 0) {
    clock();
    if (out_.awready) in_.awvalid = false;
    if (out_.wready) in_.wvalid = false;
    if (out_.bvalid) reply = {0, out_.bresp, false};
  }
  in_.awvalid = false;
  in_.wvalid = false;
  in_.bready = false;
  return reply;
}

BusReply Model::axil_poll(std::uint16_t address, std::uint32_t mask, std::uint32_t want,
                          std::uint64_t max_clocks) {
  const std::uint64_t end = clocks_ + max_clocks;
  while (clocks_ < end) {
    const BusReply reply = axil_read(address, end - clocks_);
    if (reply.timed_out || reply.resp != 0 || (reply.data & mask) == want) return reply;
  }
  return {0, 0, true};
}

// --- translation port --------------------------------------------------------------------------------------

bool Model::run_requests(std::uint64_t max_clocks) {
  while (port_.pending() > 0) {
    if (max_clocks-- == 0) return false;
    clock();
  }
  return true;
}

void Model::release(const PortTag& tag) {
  port_.release_next(tag);
  clock();
}

// --- other pins --------------------------------------------------------------------------------------------

void Model::pulse_device_reset(std::uint8_t devices, std::uint8_t clean) {
  in_.dev_reset = devices;
  in_.dev_reset_clean = clean;
  clock();
  in_.dev_reset = 0;
  in_.dev_reset_clean = 0;
}

}  // namespace persimmon
