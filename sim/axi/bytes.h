// SPDX-License-Identifier: Apache-2.0
//
// The bytes of memory: pages that have been written, and for the others a value that depends on the address, so that
// a read from the wrong place is seen. src/cosim/axi/memory.rs computes the same.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

namespace persimmon {

class Bytes {
 public:
  static constexpr std::size_t kPage = 4096;

  void read(std::uint64_t address, std::uint8_t* to, std::size_t count) const;
  // Byte i only if bit i of `strobe` is set. At most 64 bytes.
  void write(std::uint64_t address, const std::uint8_t* from, std::size_t count,
             std::uint64_t strobe);
  void poke(std::uint64_t address, const std::uint8_t* from, std::size_t count);
  // Pages that have been written, ascending.
  std::vector<std::uint64_t> pages() const;

  // What is in memory before anything was written.
  static std::uint8_t untouched(std::uint64_t address) {
    std::uint64_t x = (address >> 3) + 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    x ^= x >> 31;
    return static_cast<std::uint8_t>(x >> (8 * (address & 7)));
  }

 private:
  using Page = std::array<std::uint8_t, kPage>;

  Page& touch(std::uint64_t page);

  std::map<std::uint64_t, std::unique_ptr<Page>> pages_;
};

}  // namespace persimmon
