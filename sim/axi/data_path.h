// SPDX-License-Identifier: Apache-2.0
//
// All masters and memories around one simulated device. Model drives it once a clock; bridge.cc does the rest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/axi/bridge.h"
#include "sim/axi/bytes.h"
#include "sim/axi/log.h"
#include "sim/axi/master.h"
#include "sim/axi/memory.h"
#include "sim/axi/pins.h"
#include "sim/failure.h"

namespace persimmon {

class DataPath {
 public:
  DataPath(std::size_t ports, std::size_t beat_bytes, std::uint32_t seed);

  // simulator.h copies these to and from the design.
  std::vector<AxiPortPins>& pins() { return pins_; }
  // COMMIT_SEQ and DRAINING as the design has them.
  void observe(std::uint32_t commit_seq, std::uint16_t draining) {
    state_.commit_seq = commit_seq;
    state_.draining = draining;
  }

  std::size_t ports() const { return masters_.size(); }
  std::size_t beat_bytes() const { return beat_bytes_; }
  // Throw std::out_of_range if there is no such port.
  void queue(std::size_t port, const AxiBurst& burst, AxiBeats data);
  void set_manners(std::size_t port, const AxiManners& manners) { manners_.at(port) = manners; }
  void set_holds(std::span<const AxiHold> holds) { holds_.assign(holds.begin(), holds.end()); }
  // Bursts queued or in flight at a port; at all of them if there is no such port.
  std::size_t pending(std::size_t port) const;
  std::size_t high_water(std::size_t port, bool write) const {
    return memories_.at(port).high_water(write);
  }
  AxiLog& log() { return log_; }
  Bytes& bytes() { return bytes_; }
  const Bytes& bytes() const { return bytes_; }

  // What was queued or in flight is gone, and no channel is valid.
  void forget();
  // Sets the inputs of clock number `now`.
  void drive(std::uint64_t now);
  // Takes what happened in that clock.
  void sample(std::uint64_t now, Failure& failure);

 private:
  const std::size_t beat_bytes_;
  Bytes bytes_;
  std::vector<AxiPortPins> pins_;
  std::vector<AxiManners> manners_;
  std::vector<Master> masters_;
  std::vector<Memory> memories_;
  std::vector<AxiHold> holds_;
  AxiLog log_;
  // Of this clock, and the last that was recorded.
  AxiState state_{}, recorded_{};
};

}  // namespace persimmon
