// SPDX-License-Identifier: Apache-2.0
//
// The DMA masters of the simulated IOMMU: a queue of requests, the answers with the clocks they came in, and the
// releases. Model drives it once a clock, whatever else happens in that clock; nothing else uses it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <span>

#include "sim/bridge.h"
#include "sim/failure.h"
#include "sim/pins.h"

namespace persimmon {

class TranslationPort {
 public:
  void queue(std::span<const PortRequest> requests);
  // As many of the oldest as fit; waiting_responses() says how many there are.
  void take_responses(std::span<PortResponse> to);
  std::size_t waiting_responses() const { return responses_.size(); }
  // Requests queued or in flight.
  std::size_t pending() const { return queued_.size() + in_flight_.size(); }
  // This release is driven in the next clock, before any other.
  void release_next(const PortTag& tag) { releases_.emplace(0, tag); }

  // At power-on reset: nothing is queued, in flight or to be released any more.
  void forget();

  // Sets the inputs of clock number `now`.
  void drive(Inputs& in, std::uint64_t now);
  // Takes what happened in that clock. A response that nobody asked for stops the design.
  void sample(const Inputs& in, const Outputs& out, std::uint64_t now, Failure& failure);

 private:
  static constexpr std::uint64_t kNever = ~std::uint64_t{0};

  struct Asked {
    PortRequest request;
    std::uint64_t offered = kNever;
    std::uint64_t accepted = kNever;
  };

  std::deque<Asked> queued_;
  std::deque<Asked> in_flight_;
  std::deque<PortResponse> responses_;
  // By the clock from which each may be driven; one a clock.
  std::multimap<std::uint64_t, PortTag> releases_;
};

}  // namespace persimmon
