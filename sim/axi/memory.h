// SPDX-License-Identifier: Apache-2.0
//
// Memory at one port: an AXI4 subordinate over bytes that all ports share. It executes each burst at one moment, in an
// order that it is free to choose among IDs, and records that order; what comes after is only the answer on its way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "sim/axi/bridge.h"
#include "sim/axi/bytes.h"
#include "sim/axi/log.h"
#include "sim/axi/pins.h"
#include "sim/axi/random.h"
#include "sim/failure.h"

namespace persimmon {

class Memory {
 public:
  Memory(std::uint8_t port, std::size_t beat_bytes, std::uint64_t seed, Bytes& bytes)
      : port_(port), beat_bytes_(beat_bytes), random_(seed), bytes_(bytes) {}

  // Everything in flight is gone.
  void forget();
  // Most bursts of a direction that have been in flight.
  std::size_t high_water(bool write) const { return write ? writes_.most : reads_.most; }

  // Sets the inputs of a clock.
  void drive(AxiPins& pins, const AxiManners& manners);
  // Takes what happened in that clock, and executes what is due.
  void sample(const AxiPins& pins, const AxiManners& manners, const std::vector<AxiHold>& holds,
              std::uint64_t now, Failure& failure, AxiLog& log);

 private:
  struct Burst {
    AxiAddress channel;
    std::uint64_t number;
    std::uint64_t accepted;
    // Not executed before.
    std::uint64_t due;
    bool complete;
    // Write data that has come; read data that is to go.
    AxiBeats data;
    std::size_t sent = 0;
  };
  struct Direction {
    // Taken and not executed.
    std::deque<Burst> waiting;
    std::uint64_t numbers = 0;
    std::size_t in_flight = 0;
    std::size_t most = 0;
  };
  struct Answer {
    std::uint16_t id;
    std::uint8_t resp;
  };

  void take_address(Direction& direction, const AxiAddress& channel, const AxiManners& manners,
                    std::uint64_t now);
  void take_data(const AxiWritePins& pins, Failure& failure);
  void join_data(const AxiManners& manners, std::uint64_t now, Failure& failure);
  void execute(Direction& direction, const AxiManners& manners, const std::vector<AxiHold>& holds,
               std::uint64_t now, AxiLog& log);
  void execute_write(Burst& burst, const AxiManners& manners, AxiExecuted& record, AxiLog& log);
  void execute_read(Burst& burst, const AxiManners& manners, AxiLog& log);
  // Which of the reads being answered goes on; their number if none does.
  std::size_t choose_read(bool interleave);

  const std::uint8_t port_;
  const std::size_t beat_bytes_;
  Random random_;
  Bytes& bytes_;
  Direction reads_, writes_;
  // Write data by burst; the last one is not complete. It may be ahead of the addresses.
  std::deque<AxiBeats> data_;
  bool data_open_ = false;
  // Executed writes to answer.
  std::deque<Answer> answers_;
  // Executed reads to answer, and the one whose beat is on the bus.
  std::deque<Burst> answering_;
  std::size_t on_bus_ = 0;
};

}  // namespace persimmon
