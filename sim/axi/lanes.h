// SPDX-License-Identifier: Apache-2.0
//
// Which bytes a beat of a burst moves: AXI4 specification, A3.4.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/axi/bridge.h"

namespace persimmon {

constexpr std::uint8_t kFixed = 0;
constexpr std::uint8_t kIncr = 1;
constexpr std::uint8_t kWrap = 2;

struct Lanes {
  // Of lane 0 of the data bus.
  std::uint64_t base;
  // Active lanes, a bit each.
  std::uint64_t mask;
};

// Of beat number `beat`, on a bus of `bytes` bytes.
inline Lanes lanes(const AxiAddress& channel, std::uint32_t beat, std::size_t bytes) {
  const std::uint64_t size = std::uint64_t{1} << channel.size;
  const std::uint64_t aligned = channel.address & ~(size - 1);
  // The first beat, and every beat of a FIXED burst, starts where the address says; the others where a beat does.
  std::uint64_t first = channel.address;
  if (channel.burst != kFixed && beat > 0) {
    first = aligned + beat * size;
    if (channel.burst == kWrap) {
      const std::uint64_t container = size * (std::uint64_t{channel.len} + 1);
      const std::uint64_t low = channel.address & ~(container - 1);
      first = low + (first - low) % container;
    }
  }
  const std::uint64_t end = (first & ~(size - 1)) + size;
  const std::uint64_t base = first & ~(std::uint64_t{bytes} - 1);
  const auto below = [](std::uint64_t n) { return n >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << n) - 1; };
  return {base, below(end - base) & ~below(first - base)};
}

}  // namespace persimmon
