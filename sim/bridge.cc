// SPDX-License-Identifier: Apache-2.0
//
// See bridge.h.

#include "sim/bridge.h"

#include <exception>
#include <memory>

#include "sim/handle.h"
#include "sim/model.h"

namespace persimmon {

extern "C" {

Handle* persimmon_new(std::size_t variant, std::uint32_t seed) {
  auto handle = std::make_unique<Handle>();
  try {
    handle->model = new_model(variant, seed);
  } catch (const std::exception& e) {
    handle->error = e.what();
  }
  return handle.release();
}

void persimmon_delete(Handle* handle) { delete handle; }

const char* persimmon_error(const Handle* handle) { return handle->error.c_str(); }

std::uint64_t persimmon_clocks(const Handle* handle) {
  return handle->model ? handle->model->clocks() : 0;
}

bool persimmon_irq(const Handle* handle) { return handle->model && handle->model->irq(); }

bool persimmon_step(Handle* handle, std::uint64_t clocks) {
  return guarded(handle, [=](Model& model) { model.step(clocks); });
}

bool persimmon_axil_read(Handle* handle, BusWord* words, std::size_t count, std::uint32_t mask,
                         std::uint32_t want, std::uint64_t max_clocks, BusReply* reply) {
  return guarded(handle, [=](Model& model) {
    *reply = model.axil_read({words, count}, mask, want, max_clocks);
  });
}

bool persimmon_axil_write(Handle* handle, const BusWord* words, std::size_t count,
                          std::uint64_t max_clocks, BusReply* reply) {
  return guarded(
      handle, [=](Model& model) { *reply = model.axil_write({words, count}, max_clocks); });
}

bool persimmon_queue_requests(Handle* handle, const PortRequest* requests, std::size_t count) {
  return guarded(handle, [=](Model& model) { model.queue_requests({requests, count}); });
}

bool persimmon_run_requests(Handle* handle, std::uint64_t max_clocks, bool* finished) {
  return guarded(handle, [=](Model& model) { *finished = model.run_requests(max_clocks); });
}

std::size_t persimmon_pending_requests(const Handle* handle) {
  return handle->model ? handle->model->pending_requests() : 0;
}

std::size_t persimmon_waiting_responses(const Handle* handle) {
  return handle->model ? handle->model->waiting_responses() : 0;
}

void persimmon_take_responses(Handle* handle, PortResponse* to, std::size_t count) {
  guarded(handle, [=](Model& model) { model.take_responses({to, count}); });
}

bool persimmon_release(Handle* handle, const PortTag* tag) {
  return guarded(handle, [=](Model& model) { model.release(*tag); });
}

bool persimmon_device_reset_after(Handle* handle, std::uint64_t wait, std::uint8_t devices,
                                  std::uint8_t clean) {
  return guarded(handle, [=](Model& model) { model.device_reset_after(wait, devices, clean); });
}

bool persimmon_reset(Handle* handle) {
  return guarded(handle, [](Model& model) { model.reset(); });
}

bool persimmon_set_bug(Handle* handle, std::uint8_t number) {
  return guarded(handle, [=](Model& model) { model.set_bug(number); });
}

bool persimmon_open_wave(Handle* handle, const char* path) {
  return guarded(handle, [=](Model& model) { model.open_wave(path); });
}

void persimmon_close_wave(Handle* handle) {
  guarded(handle, [](Model& model) { model.close_wave(); });
}

}  // extern "C"

}  // namespace persimmon
