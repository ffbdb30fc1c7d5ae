// SPDX-License-Identifier: Apache-2.0
//
// Copies the AXI4 pins of every port to and from a Verilated persimmon_bench (sim/sva), whose AXI4 pins are unpacked
// arrays with an element for each port. All of them but data have the widest type there, whatever the build. Included
// by simulator.h alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "sim/axi/data_path.h"
#include "sim/axi/pins.h"

namespace persimmon {

// This build has AXI4 ports.
template <class Top>
concept HasAxi = requires(Top& top) { top.s_aw_valid_i; };

template <HasAxi Top>
struct AxiJoin {
  static constexpr std::size_t kPorts =
      sizeof(std::declval<Top&>().s_w_data_i) / sizeof(std::declval<Top&>().s_w_data_i[0]);
  // Data buses are as wide as what Verilator makes of them: integers of 32 or 64 bits, or arrays of 32.
  static constexpr std::size_t kBeatBytes = sizeof(std::declval<Top&>().s_w_data_i[0]);
  static_assert(kBeatBytes <= kMostBytes);

  static void drive(Top& top, const std::vector<AxiPortPins>& pins) {
    for (std::size_t p = 0; p < kPorts; ++p) {
      const AxiPins& s = pins[p].s;
      top.s_aw_valid_i[p] = s.aw.valid;
      copy(top.s_aw_i[p], s.aw.channel);
      top.s_ar_valid_i[p] = s.ar.valid;
      copy(top.s_ar_i[p], s.ar.channel);
      top.s_w_valid_i[p] = s.w.valid;
      top.s_w_strobe_i[p] = s.w.strobe;
      top.s_w_last_i[p] = s.w.last;
      std::memcpy(&top.s_w_data_i[p], s.w.bytes.data(), kBeatBytes);
      top.s_b_ready_i[p] = s.b.ready;
      top.s_r_ready_i[p] = s.r.ready;

      const AxiPins& m = pins[p].m;
      top.m_aw_ready_i[p] = m.aw.ready;
      top.m_ar_ready_i[p] = m.ar.ready;
      top.m_w_ready_i[p] = m.w.ready;
      top.m_b_valid_i[p] = m.b.valid;
      top.m_b_id_i[p] = m.b.id;
      top.m_b_resp_i[p] = m.b.resp;
      top.m_r_valid_i[p] = m.r.valid;
      top.m_r_id_i[p] = m.r.id;
      top.m_r_resp_i[p] = m.r.resp;
      top.m_r_last_i[p] = m.r.last;
      std::memcpy(&top.m_r_data_i[p], m.r.bytes.data(), kBeatBytes);
    }
  }

  static void sample(Top& top, DataPath& path) {
    for (std::size_t p = 0; p < kPorts; ++p) {
      AxiPortPins& pins = path.pins()[p];
      AxiPins& s = pins.s;
      s.aw.ready = top.s_aw_ready_o[p];
      s.ar.ready = top.s_ar_ready_o[p];
      s.w.ready = top.s_w_ready_o[p];
      s.b.valid = top.s_b_valid_o[p];
      s.b.id = top.s_b_id_o[p];
      s.b.resp = top.s_b_resp_o[p];
      s.r.valid = top.s_r_valid_o[p];
      s.r.id = top.s_r_id_o[p];
      s.r.resp = top.s_r_resp_o[p];
      s.r.last = top.s_r_last_o[p];
      if (s.r.valid) std::memcpy(s.r.bytes.data(), &top.s_r_data_o[p], kBeatBytes);

      AxiPins& m = pins.m;
      m.aw.valid = top.m_aw_valid_o[p];
      if (m.aw.valid) copy(m.aw.channel, top.m_aw_o[p]);
      m.ar.valid = top.m_ar_valid_o[p];
      if (m.ar.valid) copy(m.ar.channel, top.m_ar_o[p]);
      m.w.valid = top.m_w_valid_o[p];
      m.w.last = top.m_w_last_o[p];
      m.w.strobe = top.m_w_strobe_o[p];
      if (m.w.valid) std::memcpy(m.w.bytes.data(), &top.m_w_data_o[p], kBeatBytes);
      m.b.ready = top.m_b_ready_o[p];
      m.r.ready = top.m_r_ready_o[p];

      pins.read.valid = top.tap_read_valid_o[p];
      pins.read.tracked = top.tap_read_tracked_o[p];
      pins.read.fault = top.tap_read_fault_o[p];
      pins.read.asid = top.tap_read_asid_o[p];
      pins.read.epoch = top.tap_read_epoch_o[p];
      pins.read.commit_seq = top.tap_read_seq_o[p];
      pins.read.pa = top.tap_read_pa_o[p];
      pins.read.map_last = top.tap_read_map_last_o[p];
      pins.write.valid = top.tap_write_valid_o[p];
      pins.write.tracked = top.tap_write_tracked_o[p];
      pins.write.fault = top.tap_write_fault_o[p];
      pins.write.asid = top.tap_write_asid_o[p];
      pins.write.epoch = top.tap_write_epoch_o[p];
      pins.write.commit_seq = top.tap_write_seq_o[p];
      pins.write.pa = top.tap_write_pa_o[p];
      pins.write.map_last = top.tap_write_map_last_o[p];
    }
    path.observe(top.tap_commit_seq_o, top.tap_draining_o);
  }

 private:
  // axi_address_t of persimmon_bench_pkg.sv is laid out as AxiAddress.
  template <class To, class From>
  static void copy(To& to, const From& from) {
    static_assert(sizeof(To) == sizeof(AxiAddress) && sizeof(From) == sizeof(AxiAddress));
    std::memcpy(&to, &from, sizeof(To));
  }
};

}  // namespace persimmon
