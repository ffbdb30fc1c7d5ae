// SPDX-License-Identifier: Apache-2.0
//
// Records for Rust, until it takes them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/axi/bridge.h"
#include "sim/axi/pins.h"

namespace persimmon {

// Beats of one burst, in the order of the bus.
struct AxiBeats {
  std::vector<AxiBeat> beats;
  std::vector<std::uint8_t> bytes;

  std::size_t size() const { return beats.size(); }
  void push(const AxiBeat& beat, const std::uint8_t* from, std::size_t count) {
    beats.push_back(beat);
    bytes.insert(bytes.end(), from, from + count);
  }
  void append(const AxiBeats& other) {
    beats.insert(beats.end(), other.beats.begin(), other.beats.end());
    bytes.insert(bytes.end(), other.bytes.begin(), other.bytes.end());
  }
};

struct AxiLog {
  std::vector<AxiAnswer> answers;
  std::vector<AxiExecuted> executed;
  std::vector<AxiFinished> finished;
  std::vector<AxiState> states;
  AxiBeats executed_beats;
  AxiBeats finished_beats;
  // Handshakes on W and R, of both sides.
  std::uint64_t beats_moved = 0;
};

}  // namespace persimmon
