// SPDX-License-Identifier: Apache-2.0
//
// Clock, reset and AXI4-Lite. See model.h.

#include "sim/model.h"

#include <stdexcept>

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
  const bool pulse = clocks_ == device_reset_.at;
  in_.dev_reset = pulse ? device_reset_.devices : 0;
  in_.dev_reset_clean = pulse ? device_reset_.clean : 0;
  if (!axi_) {
    port_.drive(in_, clocks_);
    settle();
    port_.sample(in_, out_, clocks_, failure_);
  } else if (in_.rst_n) {
    axi_->drive(clocks_);
    settle();
    axi_->sample(clocks_, failure_);
  } else {
    settle();
  }
  ++clocks_;
  rise();
  failure_.raise();
}

void Model::step(std::uint64_t clocks) {
  while (clocks-- > 0) clock();
}

// --- AXI4-Lite ---------------------------------------------------------------------------------------------

BusReply Model::axil_read(std::span<BusWord> words, std::uint32_t mask, std::uint32_t want,
                          std::uint64_t max_clocks) {
  BusReply reply{};
  const std::uint64_t end = clocks_ + max_clocks;
  std::size_t offered = 0;  // of this round
  std::size_t stale = 0;    // still to be answered, of rounds that came too early
  in_.rready = true;
  while (reply.done < words.size()) {
    if (clocks_ >= end) {
      reply.timed_out = true;
      break;
    }
    if (!in_.arvalid && offered < words.size()) {
      in_.arvalid = true;
      in_.araddr = words[offered++].address;
    }
    clock();
    if (out_.arready) in_.arvalid = false;
    if (!out_.rvalid) continue;
    if (stale > 0) {
      --stale;
      continue;
    }
    if (out_.rresp != 0) {
      reply.resp = out_.rresp;
      break;
    }
    if (reply.done == 0) {
      if ((out_.rdata & mask) != want) {
        stale = offered - 1;
        offered = 0;
        continue;
      }
      reply.at = clocks_;
    }
    words[reply.done++].data = out_.rdata;
  }
  drop_reads(stale + offered - reply.done - (reply.resp != 0 ? 1 : 0));
  in_.arvalid = false;
  in_.rready = false;
  return reply;
}

void Model::drop_reads(std::size_t reads) {
  // Far more than the device takes for one. If it has stopped answering, there is nothing to wait for.
  for (int clocks = 1000; reads > 0 && clocks > 0; --clocks) {
    clock();
    if (out_.arready) in_.arvalid = false;
    if (out_.rvalid) --reads;
  }
}

BusReply Model::axil_write(std::span<const BusWord> words, std::uint64_t max_clocks) {
  BusReply reply{};
  const std::uint64_t end = clocks_ + max_clocks;
  std::size_t addresses = 0;
  std::size_t values = 0;
  std::size_t answers = 0;
  in_.bready = true;
  while (answers < words.size()) {
    if (clocks_ >= end) {
      reply.timed_out = reply.resp == 0;
      break;
    }
    if (!in_.awvalid && addresses < words.size()) {
      in_.awvalid = true;
      in_.awaddr = words[addresses++].address;
    }
    if (!in_.wvalid && values < words.size()) {
      in_.wvalid = true;
      in_.wdata = words[values++].data;
    }
    const bool last = addresses == words.size() && values == words.size() &&
                      (in_.awvalid || in_.wvalid);
    clock();
    if (out_.awready) in_.awvalid = false;
    if (out_.wready) in_.wvalid = false;
    if (last && !in_.awvalid && !in_.wvalid) reply.at = clocks_;
    if (!out_.bvalid) continue;
    ++answers;
    if (reply.resp == 0) reply.resp = out_.bresp;
    if (reply.resp == 0) ++reply.done;
  }
  in_.awvalid = false;
  in_.wvalid = false;
  in_.bready = false;
  return reply;
}

// --- AXI4 --------------------------------------------------------------------------------------------------

bool Model::run_bursts(std::uint64_t max_clocks) {
  while (axi_->pending(axi_->ports()) > 0) {
    if (max_clocks-- == 0) return false;
    clock();
  }
  return true;
}

void Model::reset() {
  device_reset_ = {};
  if (axi_) axi_->forget();
  port_.forget();
  in_.rst_n = false;
  for (int i = 0; i < 4; ++i) clock();
  in_.rst_n = true;
  clock();
}

// --- translation port --------------------------------------------------------------------------------------

void Model::queue_requests(std::span<const PortRequest> requests) {
  if (axi_) throw std::runtime_error("this build has AXI4 ports and no translation port");
  port_.queue(requests);
}

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

void Model::device_reset_after(std::uint64_t wait, std::uint8_t devices, std::uint8_t clean) {
  device_reset_ = {.at = clocks_ + wait, .devices = devices, .clean = clean};
}

}  // namespace persimmon
