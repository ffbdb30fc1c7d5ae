// SPDX-License-Identifier: Apache-2.0
//
// A simulated board: `persimmon_board`, its UART line and its LEDs. As for Model, the clock loop lives here; the other
// end of the line is a queue of bytes in each direction.
//
// Called only from board_bridge.cc. step() throws std::runtime_error if the design stopped, and so does every one
// after that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>

#include "sim/failure.h"

namespace persimmon {

class Board {
 public:
  Board() = default;
  virtual ~Board() = default;
  Board(const Board&) = delete;
  Board& operator=(const Board&) = delete;

  // Rising edges of the clock since power-on.
  std::uint64_t clocks() const { return clocks_; }
  // The LEDs, a bit each.
  std::uint8_t leds() const { return leds_; }
  // Lets clocks pass; bytes go over the line in them.
  void step(std::uint64_t clocks);
  // Queues bytes to be sent to the board.
  void send(std::span<const std::uint8_t> bytes);
  // Bytes that have not gone out, or not all of them.
  std::size_t unsent() const { return to_.size() + (sending_ > 0 ? 1 : 0); }
  // Moves the oldest bytes that have come from the board, as many as fit; how many.
  std::size_t take(std::span<std::uint8_t> to);
  // Selects a deliberate bug, 0 for none. Throws if this build has none to select.
  virtual void set_bug(std::uint8_t number) = 0;

 protected:
  // Resets the design. The most derived constructor calls it.
  void power_on();

  // Clocks of a bit: parameter DIVISOR of the builds.
  static constexpr unsigned kDivisor = 4;

  bool rst_n_ = true;
  bool rx_ = true;
  bool tx_ = true;
  std::uint8_t bug_ = 0;
  std::uint8_t leds_ = 0;
  Failure failure_;

 private:
  virtual void attach() = 0;
  // Drives the inputs while the clock is low, lets the outputs settle, and raises the clock.
  virtual void clock() = 0;
  virtual void enable_assertions(bool enable) = 0;

  void line_to();
  void line_from();

  std::uint64_t clocks_ = 0;
  std::deque<std::uint8_t> to_, from_;
  unsigned sending_ = 0;    // clocks left of the byte that is going out
  unsigned frame_to_ = 0;   // its bits, the next one lowest
  unsigned hearing_ = 0;    // clocks since the start bit began, 0 for none
  unsigned frame_from_ = 0;
};

// Powers on board number `number` of build/variants.rs. Throws if there is no such. Defined in the source that
// build/model.rs writes.
std::unique_ptr<Board> new_board(std::size_t number, std::uint32_t seed);

}  // namespace persimmon
