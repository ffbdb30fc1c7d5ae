// SPDX-License-Identifier: Apache-2.0
//
// What Rust sees of the AXI4 side of a simulation: src/dut/ffi/axi.rs declares the same structures and functions. As
// sim/bridge.h: plain C linkage, no exception leaves a function, false means that the design has stopped.
//
// Rust queues bursts and takes records. There are four kinds of records, each in the order in which things happened:
// a burst was translated, a burst was executed by the memory, a burst was answered to its master, and COMMIT_SEQ or
// DRAINING changed. Beats of executed and answered bursts come in one array beside them, their bytes in another.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/bridge.h"

namespace persimmon {

// The address channel of a burst, on either side of the device.
struct AxiAddress {
  std::uint64_t address;
  // Group or requester.
  std::uint16_t user;
  std::uint16_t id;
  std::uint8_t len;
  std::uint8_t size;
  std::uint8_t burst;
  std::uint8_t lock;
  std::uint8_t cache;
  std::uint8_t prot;
  std::uint8_t qos;
  std::uint8_t region;
  // 0 for reads, and towards memory.
  std::uint8_t atop;
  bool write;
};
static_assert(sizeof(AxiAddress) == 24);

// One beat: of queued write data, of what memory took or gave, of what a master got.
struct AxiBeat {
  // Writes: a bit a byte.
  std::uint64_t strobe;
  // Reads.
  std::uint8_t resp;
};
static_assert(sizeof(AxiBeat) == 16);

// A burst for a master to issue. Reads and writes of a port are two queues.
struct AxiBurst {
  // Comes back in the records.
  std::uint64_t serial;
  AxiAddress channel;
  // Clocks without an address before this one is offered.
  std::uint32_t gap;
};
static_assert(sizeof(AxiBurst) == 40);

// The device has translated a burst.
struct AxiAnswer {
  std::uint64_t serial;
  std::uint64_t clock;
  // 0 if it was refused.
  std::uint64_t pa;
  // Where the entry ends.
  std::uint64_t map_last;
  std::uint32_t commit_seq;
  std::uint8_t port;
  std::uint8_t fault;
  // Where it counts as in flight, if it does.
  std::uint8_t asid;
  bool tracked;
  bool epoch;
};
static_assert(sizeof(AxiAnswer) == 48);

// Memory has executed a burst: all of it at once, in the order of these records.
struct AxiExecuted {
  // Which burst of its port and direction this is, counted from 0 in the order of their addresses.
  std::uint64_t number;
  // When its address was taken.
  std::uint64_t accepted;
  std::uint64_t executed;
  AxiAddress channel;
  std::uint8_t port;
  // BRESP of a write.
  std::uint8_t resp;
  // A write that was refused, or an exclusive one that failed, changes no byte.
  bool applied;
  std::uint32_t beats;
};
static_assert(sizeof(AxiExecuted) == 56);

// A master has got all of its answer.
struct AxiFinished {
  std::uint64_t serial;
  std::uint64_t offered;
  // When its address was taken.
  std::uint64_t accepted;
  // When its B was taken; for a read, its last beat.
  std::uint64_t answered;
  // When the last of its answer was taken: an atomic operation may have read data after its B.
  std::uint64_t finished;
  std::uint8_t port;
  // BRESP of a write.
  std::uint8_t resp;
  // Of read data; an atomic operation may have some too.
  std::uint32_t beats;
};
static_assert(sizeof(AxiFinished) == 48);

// What the device says of itself, from this clock on.
struct AxiState {
  std::uint64_t clock;
  std::uint32_t commit_seq;
  std::uint16_t draining;
};
static_assert(sizeof(AxiState) == 16);

// How many records wait.
struct AxiWaiting {
  std::size_t answers;
  std::size_t executed;
  std::size_t finished;
  std::size_t states;
  // Beats of the executed bursts, then of the finished ones; each has as many bytes as the bus is wide.
  std::size_t beats;
  // Clocks in which a beat was taken, on W and on R of each side, since power-on.
  std::uint64_t beats_moved;
};

// How one port's master and memory behave. Chances are in 256; 256 is always, 0 never.
struct AxiManners {
  // The master offers an address, or a beat of data, that it has.
  std::uint16_t aw, w, ar;
  // The master takes an answer.
  std::uint16_t b, r;
  // Memory takes an address or a beat.
  std::uint16_t m_aw, m_w, m_ar;
  // Memory offers an answer that it has.
  std::uint16_t m_b, m_r;
  // Clocks from the end of a burst's address and data to its execution.
  std::uint16_t latency_min, latency_max;
  // Memory executes another burst than the oldest.
  std::uint16_t reorder;
  // Memory answers a burst, or a beat of a read, with an error.
  std::uint16_t error;
  // An exclusive access fails.
  std::uint16_t not_exclusive;
  // Most bursts of a direction that a master has in flight, that memory takes.
  std::uint16_t master_bursts, memory_bursts;
  // Write data may come before its address.
  bool data_first;
  // Read data of different IDs may be interleaved.
  bool interleave;
};
static_assert(sizeof(AxiManners) == 36);

// Memory does not execute bursts that begin in a range.
struct AxiHold {
  std::uint64_t first;
  std::uint64_t last;
  bool write;
};
static_assert(sizeof(AxiHold) == 24);

extern "C" {

// Ports of this build; 0 if it has none.
std::size_t persimmon_axi_ports(const Handle* handle);
// Bytes of a beat.
std::size_t persimmon_axi_beat_bytes(const Handle* handle);
// `beats` and `bytes` are the write data, one beat after the other; null for reads.
bool persimmon_axi_queue(Handle* handle, std::size_t port, const AxiBurst* burst,
                         const AxiBeat* beats, const std::uint8_t* bytes);
bool persimmon_axi_manners(Handle* handle, std::size_t port, const AxiManners* manners);
// In place of the holds that there were.
bool persimmon_axi_hold(Handle* handle, const AxiHold* holds, std::size_t count);
// Bursts that a port's master has queued or in flight; of all ports if there is no such port.
std::size_t persimmon_axi_pending(const Handle* handle, std::size_t port);
// Most bursts in flight towards memory that there have been at a port, in one direction.
std::size_t persimmon_axi_high_water(const Handle* handle, std::size_t port, bool write);
// Lets clocks pass until no burst is pending; false in `finished` if that takes more than max_clocks.
bool persimmon_axi_run(Handle* handle, std::uint64_t max_clocks, bool* finished);
bool persimmon_axi_waiting(const Handle* handle, AxiWaiting* waiting);
// Moves all records that wait.
bool persimmon_axi_take(Handle* handle, AxiAnswer* answers, AxiExecuted* executed,
                        AxiFinished* finished, AxiState* states, AxiBeat* beats,
                        std::uint8_t* bytes);
// The bytes of memory as they are now.
bool persimmon_axi_peek(Handle* handle, std::uint64_t address, std::uint8_t* to, std::size_t count);
bool persimmon_axi_poke(Handle* handle, std::uint64_t address, const std::uint8_t* from,
                        std::size_t count);
// Pages of 4 KiB that have been written; the first `count` of them go to `to`, ascending.
std::size_t persimmon_axi_pages(const Handle* handle, std::uint64_t* to, std::size_t count);
// Resets the device, the masters and the memory's queues together: what was queued or in flight is gone, the bytes
// of memory stay, and records wait as before.

}  // extern "C"

}  // namespace persimmon
