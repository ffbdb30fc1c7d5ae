// SPDX-License-Identifier: Apache-2.0
//
// What Rust sees of the simulation: src/dut/ffi.rs declares the same structures and functions, and nothing else
// calls them.
//
// Plain C linkage, because then nothing but this package needs a C++ compiler, and its build script can say so.
// Functions that let clocks pass return false if the design has stopped; persimmon_error() says why. No exception
// leaves them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace persimmon {

// One register access: what is written, or where what was read goes.
struct BusWord {
  std::uint32_t data;
  // In bytes.
  std::uint16_t address;
};
static_assert(sizeof(BusWord) == 8);

// How a list of AXI4-Lite accesses ended.
struct BusReply {
  // A clock count; axil_read and axil_write in model.h say of what.
  std::uint64_t at;
  // Accesses answered with OKAY, up to the first that was not.
  std::uint32_t done;
  // RRESP or BRESP of access number `done`; 0 if there was no such.
  std::uint8_t resp;
  // Access number `done` was not answered in time, or, if it was to be repeated, never as wanted.
  bool timed_out;
};
static_assert(sizeof(BusReply) == 16);

// One request for the translation port.
struct PortRequest {
  // Comes back in the response.
  std::uint64_t id;
  std::uint64_t iova;
  // Clocks from the response to its release; negative: the caller releases.
  std::int64_t release_after;
  // Clocks without a request before this one is offered.
  std::uint32_t gap;
  std::uint16_t len_m1;
  std::uint8_t group;
  bool write;
};
static_assert(sizeof(PortRequest) == 32);

// What is released.
struct PortTag {
  bool tracked;
  std::uint8_t asid;
  bool epoch;
};
static_assert(sizeof(PortTag) == 3);

// One response, with the numbers of the rising edges at which things happened.
struct PortResponse {
  std::uint64_t id;
  // First edge with req_valid_i.
  std::uint64_t offered;
  // Edge with req_valid_i and req_ready_o.
  std::uint64_t accepted;
  // Edge with rsp_valid_o.
  std::uint64_t answered;
  std::uint64_t pa;
  std::uint64_t map_last;
  std::uint32_t commit_seq;
  std::uint8_t fault;
  PortTag tag;
};
static_assert(sizeof(PortResponse) == 56);

struct Handle;

extern "C" {

// Powers on variant number `variant` of build/variants.rs, its memories and registers full of garbage that `seed`
// decides. Never null; whether it works, the first call tells.
Handle* persimmon_new(std::size_t variant, std::uint32_t seed);
void persimmon_delete(Handle* handle);
// Why the last function returned false. Valid until the next call.
const char* persimmon_error(const Handle* handle);

// Model in model.h says what these do.
std::uint64_t persimmon_clocks(const Handle* handle);
bool persimmon_irq(const Handle* handle);
bool persimmon_step(Handle* handle, std::uint64_t clocks);
bool persimmon_axil_read(Handle* handle, BusWord* words, std::size_t count, std::uint32_t mask,
                         std::uint32_t want, std::uint64_t max_clocks, BusReply* reply);
bool persimmon_axil_write(Handle* handle, const BusWord* words, std::size_t count,
                          std::uint64_t max_clocks, BusReply* reply);
bool persimmon_queue_requests(Handle* handle, const PortRequest* requests, std::size_t count);
bool persimmon_run_requests(Handle* handle, std::uint64_t max_clocks, bool* finished);
std::size_t persimmon_pending_requests(const Handle* handle);
std::size_t persimmon_waiting_responses(const Handle* handle);
// Moves the oldest `count` of the waiting responses.
void persimmon_take_responses(Handle* handle, PortResponse* to, std::size_t count);
bool persimmon_release(Handle* handle, const PortTag* tag);
bool persimmon_device_reset_after(Handle* handle, std::uint64_t wait, std::uint8_t devices,
                                  std::uint8_t clean);
bool persimmon_reset(Handle* handle);
bool persimmon_set_bug(Handle* handle, std::uint8_t number);
bool persimmon_open_wave(Handle* handle, const char* path);
void persimmon_close_wave(Handle* handle);

}  // extern "C"

}  // namespace persimmon
