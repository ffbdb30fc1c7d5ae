// SPDX-License-Identifier: Apache-2.0
//
// See master.h.

#include "sim/axi/master.h"

#include <algorithm>
#include <string>
#include <utility>

namespace persimmon {
namespace {

// What a channel shows while it is not valid: nothing may depend on it.
constexpr AxiAddress kNothing{~std::uint64_t{0}, 0xffff, 0xffff, 0xff, 7,    3,    1,
                              0xf,               7,      0xf,    0xf,  0x3f, false};

// Beats of read data that the answer has.
std::uint32_t read_beats(const AxiAddress& channel) {
  const std::uint32_t beats = channel.len + 1u;
  if (!channel.write) return beats;
  // AWATOP[5]: the operation returns data. AtomicCompare sends two operands and returns one.
  if (!(channel.atop >> 5 & 1)) return 0;
  return channel.atop == 0x31 ? std::max(beats / 2, 1u) : beats;
}

}  // namespace

void Master::queue(const AxiBurst& burst, AxiBeats data) {
  Burst& slot = bursts_[burst.serial];
  slot.burst = burst;
  slot.data = std::move(data);
  slot.expected = read_beats(burst.channel);
  slot.answered = !burst.channel.write;
  if (burst.channel.write) {
    writes_.addresses.push_back(burst.serial);
    data_.push_back(burst.serial);
  } else {
    reads_.addresses.push_back(burst.serial);
  }
  ++pending_;
}

void Master::forget() {
  bursts_.clear();
  reads_ = {};
  writes_ = {};
  data_.clear();
  atomic_ = false;
  pending_ = 0;
}

// --- driving -------------------------------------------------------------------------------------------------

void Master::drive(AxiPins& pins, const AxiManners& manners, std::uint64_t now) {
  drive_address(writes_, pins.aw, manners.aw, manners, now);
  drive_address(reads_, pins.ar, manners.ar, manners, now);
  drive_data(pins, manners);
  pins.b.ready = random_.chance(manners.b);
  pins.r.ready = random_.chance(manners.r);
}

bool Master::in_flight(std::uint16_t id) const {
  const auto any = [id](const Direction& direction) {
    const auto found = direction.by_id.find(id);
    return found != direction.by_id.end() && !found->second.empty();
  };
  return any(reads_) || any(writes_);
}

bool Master::may_issue(const Burst& burst) const {
  const AxiAddress& channel = burst.burst.channel;
  if (atomic_ && atomic_id_ == channel.id) return false;
  if (channel.atop == 0) return true;
  const auto offers = [&channel, this](const Direction& direction) {
    return direction.offering &&
           bursts_.at(direction.addresses.front()).burst.channel.id == channel.id;
  };
  return !atomic_ && !in_flight(channel.id) && !offers(reads_) && !offers(writes_);
}

void Master::drive_address(Direction& direction, AxiAddressPins& pins, std::uint16_t chance,
                           const AxiManners& manners, std::uint64_t now) {
  if (direction.offering) return;
  pins.valid = false;
  pins.channel = kNothing;
  if (direction.addresses.empty()) return;
  Burst& next = bursts_.at(direction.addresses.front());
  if (direction.waited < next.burst.gap) {
    ++direction.waited;
    return;
  }
  if (direction.in_flight >= manners.master_bursts || !may_issue(next)) return;
  if (!random_.chance(chance)) return;
  if (next.burst.channel.atop != 0) {
    atomic_ = true;
    atomic_id_ = next.burst.channel.id;
  }
  direction.waited = 0;
  direction.offering = true;
  next.offered = now;
  pins.valid = true;
  pins.channel = next.burst.channel;
}

void Master::drive_data(AxiPins& pins, const AxiManners& manners) {
  if (pins.w.valid) return;
  pins.w.strobe = ~std::uint64_t{0};
  pins.w.last = true;
  pins.w.bytes.fill(0xee);
  if (data_.empty()) return;
  const Burst& burst = bursts_.at(data_.front());
  // Data of the burst that is next on AW, and of no later one, may be ahead of its address.
  const bool next = !writes_.addresses.empty() && writes_.addresses.front() == data_.front();
  if (!burst.addressed && !(manners.data_first && next)) return;
  if (!random_.chance(manners.w)) return;
  pins.w.valid = true;
  pins.w.strobe = burst.data.beats[burst.sent].strobe;
  pins.w.last = burst.sent + 1 == burst.data.size();
  std::copy_n(burst.data.bytes.data() + burst.sent * beat_bytes_, beat_bytes_,
              pins.w.bytes.begin());
}

// --- sampling ------------------------------------------------------------------------------------------------

void Master::sample(const AxiPortPins& port, std::uint64_t now, Failure& failure, AxiLog& log) {
  const AxiPins& pins = port.s;
  // The translation of a burst comes clocks after its address, so the order here does not matter.
  sample_tap(writes_, port.write, now, failure, log);
  sample_tap(reads_, port.read, now, failure, log);
  if (pins.b.valid && pins.b.ready) sample_answer(pins.b, now, failure, log);
  if (pins.r.valid && pins.r.ready) sample_read(pins.r, now, failure, log);
  if (pins.w.valid && pins.w.ready) {
    ++log.beats_moved;
    Burst& burst = bursts_.at(data_.front());
    if (++burst.sent == burst.data.size()) data_.pop_front();
  }
  if (pins.aw.valid && pins.aw.ready) sample_address(writes_, pins.aw, now);
  if (pins.ar.valid && pins.ar.ready) sample_address(reads_, pins.ar, now);
}

void Master::sample_address(Direction& direction, const AxiAddressPins& pins, std::uint64_t now) {
  const std::uint64_t serial = direction.addresses.front();
  direction.addresses.pop_front();
  direction.untranslated.push_back(serial);
  direction.by_id[pins.channel.id].push_back(serial);
  direction.offering = false;
  ++direction.in_flight;
  Burst& burst = bursts_.at(serial);
  burst.addressed = true;
  burst.accepted = now;
}

void Master::sample_answer(const AxiAnswerPins& pins, std::uint64_t now, Failure& failure,
                           AxiLog& log) {
  for (const std::uint64_t serial : writes_.by_id[pins.id]) {
    Burst& burst = bursts_.at(serial);
    // An atomic operation may have its B and wait for its read data.
    if (burst.answered) continue;
    if (burst.sent < burst.data.size()) break;
    burst.answered = true;
    burst.answered_at = now;
    burst.resp = pins.resp;
    finish_if_complete(serial, now, log);
    return;
  }
  const std::string why = "B with ID " + std::to_string(pins.id) + " at port " +
                          std::to_string(port_) + " that no complete write waits for";
  failure.stop("sim/axi/master.cc", __LINE__, nullptr, why.c_str());
}

void Master::sample_read(const AxiReadPins& pins, std::uint64_t now, Failure& failure,
                         AxiLog& log) {
  ++log.beats_moved;
  const bool atomic = atomic_ && atomic_id_ == pins.id;
  const Queue& waiting = (atomic ? writes_ : reads_).by_id[pins.id];
  if (!waiting.empty()) {
    const std::uint64_t serial = waiting.front();
    Burst& burst = bursts_.at(serial);
    if (burst.got.size() < burst.expected) {
      burst.got.push({0, pins.resp}, pins.bytes.data(), beat_bytes_);
      if (pins.last == (burst.got.size() == burst.expected)) {
        finish_if_complete(serial, now, log);
        return;
      }
    }
  }
  const std::string why = std::string("R") + (pins.last ? " with RLAST" : "") + " with ID " +
                          std::to_string(pins.id) + " at port " + std::to_string(port_) +
                          " that no read waits for";
  failure.stop("sim/axi/master.cc", __LINE__, nullptr, why.c_str());
}

void Master::sample_tap(Direction& direction, const AxiTap& tap, std::uint64_t now,
                        Failure& failure, AxiLog& log) {
  if (!tap.valid) return;
  if (direction.untranslated.empty()) {
    failure.stop("sim/axi/master.cc", __LINE__, nullptr, "a translation that no burst waits for");
    return;
  }
  log.answers.push_back({.serial = direction.untranslated.front(),
                         .clock = now,
                         .pa = tap.pa,
                         .map_last = tap.map_last,
                         .commit_seq = tap.commit_seq,
                         .port = port_,
                         .fault = tap.fault,
                         .asid = tap.asid,
                         .tracked = tap.tracked,
                         .epoch = tap.epoch});
  direction.untranslated.pop_front();
}

void Master::finish_if_complete(std::uint64_t serial, std::uint64_t now, AxiLog& log) {
  const auto found = bursts_.find(serial);
  Burst& burst = found->second;
  if (!burst.answered || burst.got.size() < burst.expected) return;
  const AxiAddress& channel = burst.burst.channel;
  Direction& direction = channel.write ? writes_ : reads_;
  Queue& queue = direction.by_id[channel.id];
  queue.erase(std::find(queue.begin(), queue.end(), serial));
  --direction.in_flight;
  if (channel.atop != 0) atomic_ = false;
  log.finished.push_back({.serial = serial,
                          .offered = burst.offered,
                          .accepted = burst.accepted,
                          .answered = channel.write ? burst.answered_at : now,
                          .finished = now,
                          .port = port_,
                          .resp = burst.resp,
                          .beats = static_cast<std::uint32_t>(burst.got.size())});
  log.finished_beats.append(burst.got);
  bursts_.erase(found);
  --pending_;
}

}  // namespace persimmon
