// SPDX-License-Identifier: Apache-2.0
//
// The DMA master of one port: two queues of bursts, and what the device answers. A device that breaks a rule that only
// the master can see, because it knows what it asked for, stops the design; the rules of single channels are the
// checkers' (sim/sva).
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_map>

#include "sim/axi/bridge.h"
#include "sim/axi/log.h"
#include "sim/axi/pins.h"
#include "sim/axi/random.h"
#include "sim/failure.h"

namespace persimmon {

class Master {
 public:
  Master(std::uint8_t port, std::size_t beat_bytes, std::uint64_t seed)
      : port_(port), beat_bytes_(beat_bytes), random_(seed) {}

  void queue(const AxiBurst& burst, AxiBeats data);
  // Bursts queued or in flight.
  std::size_t pending() const { return pending_; }
  // Everything that was queued or in flight is gone.
  void forget();

  // Sets the inputs of a clock.
  void drive(AxiPins& pins, const AxiManners& manners, std::uint64_t now);
  // Takes what happened in that clock.
  void sample(const AxiPortPins& pins, std::uint64_t now, Failure& failure, AxiLog& log);

 private:
  struct Burst {
    AxiBurst burst;
    // Of a write.
    AxiBeats data;
    // What has come back.
    AxiBeats got;
    std::uint64_t offered = 0;
    std::uint64_t accepted = 0;
    bool addressed = false;
    std::size_t sent = 0;
    std::uint8_t resp = 0;
    // The B of a write has come, or there is none to come; and when it came.
    bool answered = false;
    std::uint64_t answered_at = 0;
    // Beats of read data that are to come.
    std::uint32_t expected = 0;
  };
  // By serial number.
  using Queue = std::deque<std::uint64_t>;
  struct Direction {
    // Addresses to offer.
    Queue addresses;
    // Accepted, and the device has not shown the translation.
    Queue untranslated;
    // Accepted and not finished, by ID.
    std::unordered_map<std::uint16_t, Queue> by_id;
    std::size_t in_flight = 0;
    bool offering = false;
    std::uint32_t waited = 0;
  };

  void drive_address(Direction& direction, AxiAddressPins& pins, std::uint16_t chance,
                     const AxiManners& manners, std::uint64_t now);
  void drive_data(AxiPins& pins, const AxiManners& manners);
  bool may_issue(const Burst& burst) const;
  bool in_flight(std::uint16_t id) const;
  void sample_address(Direction& direction, const AxiAddressPins& pins, std::uint64_t now);
  void sample_answer(const AxiAnswerPins& pins, std::uint64_t now, Failure& failure, AxiLog& log);
  void sample_read(const AxiReadPins& pins, std::uint64_t now, Failure& failure, AxiLog& log);
  void sample_tap(Direction& direction, const AxiTap& tap, std::uint64_t now, Failure& failure,
                  AxiLog& log);
  void finish_if_complete(std::uint64_t serial, std::uint64_t now, AxiLog& log);

  const std::uint8_t port_;
  const std::size_t beat_bytes_;
  Random random_;
  std::unordered_map<std::uint64_t, Burst> bursts_;
  Direction reads_, writes_;
  // Writes whose data has not all been taken.
  Queue data_;
  // An atomic operation shares its ID with nothing.
  bool atomic_ = false;
  std::uint16_t atomic_id_ = 0;
  std::size_t pending_ = 0;
};

}  // namespace persimmon
