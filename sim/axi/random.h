// SPDX-License-Identifier: Apache-2.0
//
// Draws for masters and memory: the same for one seed on every machine.
#pragma once

#include <cstdint>

namespace persimmon {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15u | 1) {}

  // xorshift64*: 32 good bits.
  std::uint32_t next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return static_cast<std::uint32_t>((state_ * 0x2545f4914f6cdd1du) >> 32);
  }

  // `chance` in 256. Certain things cost no draw.
  bool chance(std::uint16_t chance) {
    if (chance == 0) return false;
    return chance >= 256 || (next() & 0xff) < chance;
  }

  std::uint32_t below(std::uint32_t end) { return end == 0 ? 0 : next() % end; }

 private:
  std::uint64_t state_;
};

}  // namespace persimmon
