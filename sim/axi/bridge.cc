// SPDX-License-Identifier: Apache-2.0
//
// See bridge.h.

#include "sim/axi/bridge.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "sim/axi/data_path.h"
#include "sim/handle.h"
#include "sim/model.h"

namespace persimmon {
namespace {

DataPath* path_of(const Handle* handle) { return handle->model ? handle->model->axi() : nullptr; }

DataPath& needed(Model& model) {
  if (!model.axi()) throw std::runtime_error("this build has no AXI4 ports");
  return *model.axi();
}

template <class Record>
void move(std::vector<Record>& from, Record* to) {
  std::copy(from.begin(), from.end(), to);
  from.clear();
}

}  // namespace

extern "C" {

std::size_t persimmon_axi_ports(const Handle* handle) {
  const DataPath* path = path_of(handle);
  return path ? path->ports() : 0;
}

std::size_t persimmon_axi_beat_bytes(const Handle* handle) {
  const DataPath* path = path_of(handle);
  return path ? path->beat_bytes() : 0;
}

bool persimmon_axi_queue(Handle* handle, std::size_t port, const AxiBurst* burst,
                         const AxiBeat* beats, const std::uint8_t* bytes) {
  return guarded(handle, [=](Model& model) {
    DataPath& path = needed(model);
    AxiBeats data;
    if (burst->channel.write) {
      const std::size_t count = burst->channel.len + 1u;
      data.beats.assign(beats, beats + count);
      data.bytes.assign(bytes, bytes + count * path.beat_bytes());
    }
    path.queue(port, *burst, std::move(data));
  });
}

bool persimmon_axi_manners(Handle* handle, std::size_t port, const AxiManners* manners) {
  return guarded(handle, [=](Model& model) { needed(model).set_manners(port, *manners); });
}

bool persimmon_axi_hold(Handle* handle, const AxiHold* holds, std::size_t count) {
  return guarded(handle, [=](Model& model) { needed(model).set_holds({holds, count}); });
}

std::size_t persimmon_axi_pending(const Handle* handle, std::size_t port) {
  const DataPath* path = path_of(handle);
  return path ? path->pending(port) : 0;
}

std::size_t persimmon_axi_high_water(const Handle* handle, std::size_t port, bool write) {
  const DataPath* path = path_of(handle);
  return path && port < path->ports() ? path->high_water(port, write) : 0;
}

bool persimmon_axi_run(Handle* handle, std::uint64_t max_clocks, bool* finished) {
  return guarded(handle, [=](Model& model) {
    needed(model);
    *finished = model.run_bursts(max_clocks);
  });
}

bool persimmon_axi_waiting(const Handle* handle, AxiWaiting* waiting) {
  DataPath* path = path_of(handle);
  if (!path) return false;
  const AxiLog& log = path->log();
  *waiting = {.answers = log.answers.size(),
              .executed = log.executed.size(),
              .finished = log.finished.size(),
              .states = log.states.size(),
              .beats = log.executed_beats.size() + log.finished_beats.size(),
              .beats_moved = log.beats_moved};
  return true;
}

bool persimmon_axi_take(Handle* handle, AxiAnswer* answers, AxiExecuted* executed,
                        AxiFinished* finished, AxiState* states, AxiBeat* beats,
                        std::uint8_t* bytes) {
  DataPath* path = path_of(handle);
  if (!path) return false;
  AxiLog& log = path->log();
  move(log.answers, answers);
  move(log.executed, executed);
  move(log.finished, finished);
  move(log.states, states);
  for (AxiBeats* from : {&log.executed_beats, &log.finished_beats}) {
    const std::size_t count = from->beats.size();
    const std::size_t length = from->bytes.size();
    move(from->beats, beats);
    move(from->bytes, bytes);
    beats += count;
    bytes += length;
  }
  return true;
}

bool persimmon_axi_peek(Handle* handle, std::uint64_t address, std::uint8_t* to,
                        std::size_t count) {
  return guarded(handle, [=](Model& model) { needed(model).bytes().read(address, to, count); });
}

bool persimmon_axi_poke(Handle* handle, std::uint64_t address, const std::uint8_t* from,
                        std::size_t count) {
  return guarded(handle, [=](Model& model) { needed(model).bytes().poke(address, from, count); });
}

std::size_t persimmon_axi_pages(const Handle* handle, std::uint64_t* to, std::size_t count) {
  const DataPath* path = path_of(handle);
  if (!path) return 0;
  const std::vector<std::uint64_t> pages = path->bytes().pages();
  std::copy_n(pages.begin(), std::min(count, pages.size()), to);
  return pages.size();
}

}  // extern "C"

}  // namespace persimmon
