// SPDX-License-Identifier: Apache-2.0
//
// See data_path.h.

#include "sim/axi/data_path.h"

#include <stdexcept>
#include <utility>

namespace persimmon {
namespace {

// Everything as fast as it can be.
constexpr AxiManners kFast{.aw = 256,
                           .w = 256,
                           .ar = 256,
                           .b = 256,
                           .r = 256,
                           .m_aw = 256,
                           .m_w = 256,
                           .m_ar = 256,
                           .m_b = 256,
                           .m_r = 256,
                           .latency_min = 0,
                           .latency_max = 0,
                           .reorder = 0,
                           .error = 0,
                           .not_exclusive = 0,
                           .master_bursts = 0xffff,
                           .memory_bursts = 0xffff,
                           .data_first = false,
                           .interleave = false};

// A channel is valid until it is taken; whoever drives it next decides anew.
template <class Pins>
void taken(Pins& pins) {
  if (pins.valid && pins.ready) pins.valid = false;
}

}  // namespace

DataPath::DataPath(std::size_t ports, std::size_t beat_bytes, std::uint32_t seed)
    : beat_bytes_(beat_bytes), pins_(ports), manners_(ports, kFast) {
  for (std::size_t port = 0; port < ports; ++port) {
    const auto number = static_cast<std::uint8_t>(port);
    const std::uint64_t own = std::uint64_t{seed} << 8 | port << 1;
    masters_.emplace_back(number, beat_bytes, own);
    memories_.emplace_back(number, beat_bytes, own | 1, bytes_);
  }
}

void DataPath::queue(std::size_t port, const AxiBurst& burst, AxiBeats data) {
  masters_.at(port).queue(burst, std::move(data));
}

std::size_t DataPath::pending(std::size_t port) const {
  if (port < masters_.size()) return masters_[port].pending();
  std::size_t all = 0;
  for (const Master& master : masters_) all += master.pending();
  return all;
}

void DataPath::forget() {
  for (std::size_t port = 0; port < ports(); ++port) {
    masters_[port].forget();
    memories_[port].forget();
    pins_[port] = {};
  }
}

void DataPath::drive(std::uint64_t now) {
  for (std::size_t port = 0; port < ports(); ++port) {
    masters_[port].drive(pins_[port].s, manners_[port], now);
    memories_[port].drive(pins_[port].m, manners_[port]);
  }
}

void DataPath::sample(std::uint64_t now, Failure& failure) {
  for (std::size_t port = 0; port < ports(); ++port) {
    AxiPortPins& pins = pins_[port];
    masters_[port].sample(pins, now, failure, log_);
    memories_[port].sample(pins.m, manners_[port], holds_, now, failure, log_);
    taken(pins.s.aw);
    taken(pins.s.ar);
    taken(pins.s.w);
    taken(pins.m.b);
    taken(pins.m.r);
  }
  if (state_.commit_seq != recorded_.commit_seq || state_.draining != recorded_.draining) {
    recorded_ = state_;
    recorded_.clock = now;
    log_.states.push_back(recorded_);
  }
}

}  // namespace persimmon
