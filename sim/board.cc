// SPDX-License-Identifier: Apache-2.0
//
// See board.h.

#include "sim/board.h"

namespace persimmon {

namespace {
// Start bit, eight data bits, stop bit.
constexpr unsigned kBits = 10;
}  // namespace

void Board::power_on() {
  const Failure::Recording recording(failure_);
  attach();
  // Garbage satisfies no assertion.
  enable_assertions(false);
  clock();
  rst_n_ = false;
  for (int i = 0; i < 4; ++i) clock();
  enable_assertions(true);
  rst_n_ = true;
  clock();
}

void Board::step(std::uint64_t clocks) {
  const Failure::Recording recording(failure_);
  attach();
  while (clocks-- > 0) {
    failure_.raise();
    line_to();
    clock();
    line_from();
    ++clocks_;
  }
  failure_.raise();
}

void Board::send(std::span<const std::uint8_t> bytes) { to_.insert(to_.end(), bytes.begin(), bytes.end()); }

std::size_t Board::take(std::span<std::uint8_t> to) {
  std::size_t taken = 0;
  for (; taken < to.size() && !from_.empty(); ++taken) {
    to[taken] = from_.front();
    from_.pop_front();
  }
  return taken;
}

void Board::line_to() {
  if (sending_ == 0) {
    if (to_.empty()) return;
    frame_to_ = (1u << (kBits - 1)) | (static_cast<unsigned>(to_.front()) << 1);
    to_.pop_front();
    sending_ = kBits * kDivisor;
  }
  rx_ = frame_to_ & 1;
  // The line is high again after the stop bit, whatever comes next.
  if (--sending_ % kDivisor == 0) frame_to_ = frame_to_ >> 1 | (1u << kBits);
}

void Board::line_from() {
  if (hearing_ == 0) {
    if (tx_) return;
    frame_from_ = 0;
  }
  // In the middle of each bit.
  if (hearing_ % kDivisor == kDivisor / 2) frame_from_ |= static_cast<unsigned>(tx_) << (hearing_ / kDivisor);
  if (++hearing_ < kBits * kDivisor - kDivisor / 4) return;
  hearing_ = 0;
  const bool stop = frame_from_ >> (kBits - 1) & 1;
  if (stop) from_.push_back(static_cast<std::uint8_t>(frame_from_ >> 1));
}

}  // namespace persimmon
