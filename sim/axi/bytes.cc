// SPDX-License-Identifier: Apache-2.0
//
// See bytes.h.

#include "sim/axi/bytes.h"

namespace persimmon {

void Bytes::read(std::uint64_t address, std::uint8_t* to, std::size_t count) const {
  for (std::size_t i = 0; i < count;) {
    const std::uint64_t at = address + i;
    const auto found = pages_.find(at / kPage);
    // To the end of the page.
    for (std::size_t left = kPage - at % kPage; left > 0 && i < count; --left, ++i) {
      const std::uint64_t byte = address + i;
      to[i] = found == pages_.end() ? untouched(byte) : (*found->second)[byte % kPage];
    }
  }
}

void Bytes::write(std::uint64_t address, const std::uint8_t* from, std::size_t count,
                  std::uint64_t strobe) {
  for (std::size_t i = 0; i < count; ++i) {
    if (!(strobe >> i & 1)) continue;
    const std::uint64_t at = address + i;
    touch(at / kPage)[at % kPage] = from[i];
  }
}

void Bytes::poke(std::uint64_t address, const std::uint8_t* from, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) write(address + i, from + i, 1, 1);
}

std::vector<std::uint64_t> Bytes::pages() const {
  std::vector<std::uint64_t> numbers;
  for (const auto& [number, page] : pages_) numbers.push_back(number);
  return numbers;
}

Bytes::Page& Bytes::touch(std::uint64_t page) {
  std::unique_ptr<Page>& slot = pages_[page];
  if (!slot) {
    slot = std::make_unique<Page>();
    for (std::size_t i = 0; i < kPage; ++i) (*slot)[i] = untouched(page * kPage + i);
  }
  return *slot;
}

}  // namespace persimmon
