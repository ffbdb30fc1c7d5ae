// SPDX-License-Identifier: Apache-2.0
//
// See memory.h.

#include "sim/axi/memory.h"

#include <algorithm>
#include <string>
#include <utility>

#include "sim/axi/lanes.h"

namespace persimmon {
namespace {

constexpr std::uint8_t kOkay = 0;
constexpr std::uint8_t kExokay = 1;
constexpr std::uint8_t kSlverr = 2;

}  // namespace

void Memory::forget() {
  for (Direction* direction : {&reads_, &writes_}) {
    // The next burst is again the first of the device that comes out of reset.
    direction->waiting.clear();
    direction->numbers = 0;
    direction->in_flight = 0;
  }
  data_.clear();
  data_open_ = false;
  answers_.clear();
  answering_.clear();
}

// --- driving -------------------------------------------------------------------------------------------------

void Memory::drive(AxiPins& pins, const AxiManners& manners) {
  pins.aw.ready = writes_.in_flight < manners.memory_bursts && random_.chance(manners.m_aw);
  pins.ar.ready = reads_.in_flight < manners.memory_bursts && random_.chance(manners.m_ar);
  pins.w.ready = random_.chance(manners.m_w);
  if (!pins.b.valid) {
    pins.b.id = 0xffff;
    pins.b.resp = kExokay;
    if (!answers_.empty() && random_.chance(manners.m_b)) {
      pins.b.valid = true;
      pins.b.id = answers_.front().id;
      pins.b.resp = answers_.front().resp;
    }
  }
  if (!pins.r.valid) {
    pins.r.id = 0xffff;
    pins.r.resp = kExokay;
    pins.r.last = true;
    pins.r.bytes.fill(0xdd);
    if (answering_.empty() || !random_.chance(manners.m_r)) return;
    on_bus_ = choose_read(manners.interleave);
    const Burst& burst = answering_[on_bus_];
    pins.r.valid = true;
    pins.r.id = burst.channel.id;
    pins.r.resp = burst.data.beats[burst.sent].resp;
    pins.r.last = burst.sent + 1 == burst.data.size();
    std::copy_n(burst.data.bytes.data() + burst.sent * beat_bytes_, beat_bytes_,
                pins.r.bytes.begin());
  }
}

std::size_t Memory::choose_read(bool interleave) {
  if (interleave) {
    const std::size_t drawn = random_.below(static_cast<std::uint32_t>(answering_.size()));
    const auto same_id = [id = answering_[drawn].channel.id](const Burst& burst) {
      return burst.channel.id == id;
    };
    const auto oldest = std::find_if(answering_.begin(), answering_.end(), same_id);
    return static_cast<std::size_t>(oldest - answering_.begin());
  }
  // A burst that was begun while interleaving was on is finished first.
  const auto begun = std::find_if(answering_.begin(), answering_.end(),
                                  [](const Burst& burst) { return burst.sent > 0; });
  return begun == answering_.end() ? 0 : static_cast<std::size_t>(begun - answering_.begin());
}

// --- sampling ------------------------------------------------------------------------------------------------

void Memory::sample(const AxiPins& pins, const AxiManners& manners,
                    const std::vector<AxiHold>& holds, std::uint64_t now, Failure& failure,
                    AxiLog& log) {
  if (pins.b.valid && pins.b.ready) {
    answers_.pop_front();
    --writes_.in_flight;
  }
  if (pins.r.valid && pins.r.ready) {
    ++log.beats_moved;
    if (++answering_[on_bus_].sent == answering_[on_bus_].data.size()) {
      answering_.erase(answering_.begin() + static_cast<std::ptrdiff_t>(on_bus_));
      --reads_.in_flight;
    }
  }
  if (!writes_.waiting.empty()) execute(writes_, manners, holds, now, log);
  if (!reads_.waiting.empty()) execute(reads_, manners, holds, now, log);
  if (pins.w.valid && pins.w.ready) {
    ++log.beats_moved;
    take_data(pins.w, failure);
  }
  if (pins.aw.valid && pins.aw.ready) take_address(writes_, pins.aw.channel, manners, now);
  if (pins.ar.valid && pins.ar.ready) take_address(reads_, pins.ar.channel, manners, now);
  join_data(manners, now, failure);
}

void Memory::take_address(Direction& direction, const AxiAddress& channel,
                          const AxiManners& manners, std::uint64_t now) {
  const std::uint32_t spread = manners.latency_max - std::min(manners.latency_min, manners.latency_max);
  direction.waiting.push_back({.channel = channel,
                               .number = direction.numbers++,
                               .accepted = now,
                               .due = now + manners.latency_min + random_.below(spread + 1),
                               .complete = !channel.write,
                               .data = {}});
  direction.most = std::max(direction.most, ++direction.in_flight);
}

void Memory::take_data(const AxiWritePins& pins, Failure& failure) {
  if (!data_open_) data_.emplace_back();
  data_.back().push({pins.strobe, kOkay}, pins.bytes.data(), beat_bytes_);
  data_open_ = !pins.last;
  if (data_.back().size() > 256) {
    failure.stop("sim/axi/memory.cc", __LINE__, nullptr, "more than 256 beats of write data without WLAST");
  }
}

void Memory::join_data(const AxiManners& manners, std::uint64_t now, Failure& failure) {
  while (data_.size() > (data_open_ ? 1u : 0u)) {
    const auto burst = std::find_if(writes_.waiting.begin(), writes_.waiting.end(),
                                    [](const Burst& waiting) { return !waiting.complete; });
    if (burst == writes_.waiting.end()) return;
    burst->data = std::move(data_.front());
    data_.pop_front();
    burst->complete = true;
    burst->due = std::max(burst->due, now + manners.latency_min);
    if (burst->data.size() != burst->channel.len + 1u) {
      const std::string why = "WLAST at beat " + std::to_string(burst->data.size()) +
                              " of a burst of " + std::to_string(burst->channel.len + 1u);
      failure.stop("sim/axi/memory.cc", __LINE__, nullptr, why.c_str());
    }
  }
}

void Memory::execute(Direction& direction, const AxiManners& manners,
                     const std::vector<AxiHold>& holds, std::uint64_t now, AxiLog& log) {
  // A burst that has to wait makes those of its ID wait.
  const auto may = [&](std::size_t place) {
    const Burst& burst = direction.waiting[place];
    if (!burst.complete || burst.due > now) return false;
    for (const AxiHold& hold : holds) {
      if (hold.write == burst.channel.write && hold.first <= burst.channel.address &&
          burst.channel.address <= hold.last) {
        return false;
      }
    }
    for (std::size_t older = 0; older < place; ++older) {
      if (direction.waiting[older].channel.id == burst.channel.id) return false;
    }
    return true;
  };
  std::size_t place = 0;
  const bool any = random_.chance(manners.reorder);
  if (any) place = random_.below(static_cast<std::uint32_t>(direction.waiting.size()));
  if (!may(place)) {
    // With no leave to reorder, only what is held is passed by.
    const bool held = !holds.empty();
    if (!any && !held) return;
    place = 0;
    while (place < direction.waiting.size() && !may(place)) ++place;
    if (place == direction.waiting.size()) return;
  }

  Burst burst = std::move(direction.waiting[place]);
  direction.waiting.erase(direction.waiting.begin() + static_cast<std::ptrdiff_t>(place));
  AxiExecuted record{.number = burst.number,
                     .accepted = burst.accepted,
                     .executed = now,
                     .channel = burst.channel,
                     .port = port_,
                     .resp = kOkay,
                     .applied = false,
                     .beats = burst.channel.len + 1u};
  if (burst.channel.write) {
    execute_write(burst, manners, record, log);
    answers_.push_back({burst.channel.id, record.resp});
  } else {
    execute_read(burst, manners, log);
    answering_.push_back(std::move(burst));
  }
  log.executed.push_back(record);
}

void Memory::execute_write(Burst& burst, const AxiManners& manners, AxiExecuted& record,
                           AxiLog& log) {
  record.applied = true;
  if (random_.chance(manners.error)) {
    record.resp = static_cast<std::uint8_t>(kSlverr + random_.below(2));
    record.applied = false;
  } else if (burst.channel.lock) {
    record.applied = !random_.chance(manners.not_exclusive);
    record.resp = record.applied ? kExokay : kOkay;
  }
  log.executed_beats.append(burst.data);
  if (!record.applied) return;
  for (std::uint32_t beat = 0; beat < burst.data.size(); ++beat) {
    const Lanes active = lanes(burst.channel, beat, beat_bytes_);
    bytes_.write(active.base, burst.data.bytes.data() + beat * beat_bytes_, beat_bytes_,
                 active.mask & burst.data.beats[beat].strobe);
  }
}

void Memory::execute_read(Burst& burst, const AxiManners& manners, AxiLog& log) {
  const bool exclusive = burst.channel.lock && !random_.chance(manners.not_exclusive);
  for (std::uint32_t beat = 0; beat <= burst.channel.len; ++beat) {
    const Lanes active = lanes(burst.channel, beat, beat_bytes_);
    // Lanes that the beat does not use carry garbage.
    AxiBytes bytes;
    std::uint64_t garbage = random_.next();
    for (std::size_t i = 0; i < beat_bytes_; ++i) {
      bytes[i] = static_cast<std::uint8_t>(garbage >> (i % 4 * 8));
    }
    std::uint8_t resp = exclusive ? kExokay : kOkay;
    if (random_.chance(manners.error)) {
      resp = static_cast<std::uint8_t>(kSlverr + random_.below(2));
    } else {
      AxiBytes there;
      bytes_.read(active.base, there.data(), beat_bytes_);
      for (std::size_t i = 0; i < beat_bytes_; ++i) {
        if (active.mask >> i & 1) bytes[i] = there[i];
      }
    }
    burst.data.push({0, resp}, bytes.data(), beat_bytes_);
  }
  log.executed_beats.append(burst.data);
}

}  // namespace persimmon
