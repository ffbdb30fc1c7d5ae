// SPDX-License-Identifier: Apache-2.0
//
// The AXI4 pins of one port as plain values, the same whatever the parameters of the build. join.h copies them to
// and from a Verilated class.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/axi/bridge.h"

namespace persimmon {

// Of the widest data bus.
constexpr std::size_t kMostBytes = 64;
using AxiBytes = std::array<std::uint8_t, kMostBytes>;

// A channel is driven by one side, all but `ready`.
struct AxiAddressPins {
  bool valid = false;
  bool ready = false;
  AxiAddress channel{};
};

struct AxiWritePins {
  bool valid = false;
  bool ready = false;
  bool last = false;
  std::uint64_t strobe = 0;
  AxiBytes bytes{};
};

struct AxiAnswerPins {
  bool valid = false;
  bool ready = false;
  std::uint16_t id = 0;
  std::uint8_t resp = 0;
};

struct AxiReadPins {
  bool valid = false;
  bool ready = false;
  bool last = false;
  std::uint16_t id = 0;
  std::uint8_t resp = 0;
  AxiBytes bytes{};
};

// One AXI4 interface.
struct AxiPins {
  AxiAddressPins aw, ar;
  AxiWritePins w;
  AxiAnswerPins b;
  AxiReadPins r;
};

// What the bench looks at inside the device: the answer to a translation, of one port and direction.
struct AxiTap {
  bool valid = false;
  bool tracked = false;
  bool epoch = false;
  std::uint8_t fault = 0;
  std::uint8_t asid = 0;
  std::uint32_t commit_seq = 0;
  std::uint64_t pa = 0;
  std::uint64_t map_last = 0;
};

// Everything of one port.
struct AxiPortPins {
  // The master drives it.
  AxiPins s;
  // The device drives it.
  AxiPins m;
  AxiTap read, write;
};

}  // namespace persimmon
