// SPDX-License-Identifier: Apache-2.0
//
// One simulated IOMMU. The clock loop lives here, so that a whole bus or translation transaction is one call
// from Rust.
//
// Model knows the protocols and nothing of any particular Verilated class; simulator.h joins it to one. Called only
// from bridge.cc, inside an Entered. Every function that lets clocks pass throws std::runtime_error if the design
// stopped ($fatal, a failed assertion), and so does every one after that: a stopped design means nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "sim/axi/data_path.h"
#include "sim/bridge.h"
#include "sim/failure.h"
#include "sim/pins.h"
#include "sim/translation_port.h"

namespace persimmon {

class Model {
 public:
  // While it lives, this thread works on this model: what the design says is this model's.
  class Entered {
   public:
    explicit Entered(Model& model) : recording_(model.failure_) { model.attach(); }

   private:
    Failure::Recording recording_;
  };

  Model() = default;
  virtual ~Model() = default;
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  // Rising edges of clk_i since power-on.
  std::uint64_t clocks() const { return clocks_; }
  // irq_o just before the last rising edge.
  bool irq() const { return out_.irq; }
  // Lets clocks pass; whatever is queued on the translation port flows.
  void step(std::uint64_t clocks);

  // --- AXI4-Lite ---
  // Accesses of one list overlap: the next address goes out as soon as the device takes it, not when the access
  // before is answered. They take effect in order. Reads and writes never overlap each other: that order would be
  // the device's to choose.
  //
  // Reads the words round after round, until the first of a round comes with (data & mask) == want; the others of
  // that round are read after it. The end of max_clocks or a response other than OKAY ends it early; either way, no
  // read is left on its way. `at` is clocks() after the edge that brought the first word of the last round.
  BusReply axil_read(std::span<BusWord> words, std::uint32_t mask, std::uint32_t want,
                     std::uint64_t max_clocks);
  // Writes the words. A response other than OKAY does not keep those behind it from being written. `at` is clocks()
  // after the edge that took the last of them from the bus; its answer comes later.
  BusReply axil_write(std::span<const BusWord> words, std::uint64_t max_clocks);

  // --- AXI4 ---
  // Masters and memory of this build; null if it has a translation port instead.
  DataPath* axi() const { return axi_.get(); }
  // Lets clocks pass until the masters have no burst left; false if that takes more than max_clocks.
  bool run_bursts(std::uint64_t max_clocks);
  // Power-on reset of the device and of everything around it; the bytes of memory stay.
  void reset();

  // --- translation port ---
  // Throws if this build has none.
  // Queued requests are driven in order, in whatever clocks pass from now on.
  void queue_requests(std::span<const PortRequest> requests);
  // Lets clocks pass until every queued request is answered; false if that takes more than max_clocks.
  bool run_requests(std::uint64_t max_clocks);
  // Requests queued or in flight.
  std::size_t pending_requests() const { return port_.pending(); }
  // Answers that have come and not been taken.
  std::size_t waiting_responses() const { return port_.waiting_responses(); }
  // Moves the oldest of them, as many as fit, in the order they came.
  void take_responses(std::span<PortResponse> to) { port_.take_responses(to); }
  // Drives one release; returns after the clock edge that takes it.
  void release(const PortTag& tag);

  // --- other pins ---
  // dev_reset_i with the CLEAN_MAP flags, a bit a device, in the one clock that begins after `wait` others, whatever
  // happens in these. No clock passes here; a later call replaces one that has not come to its clock.
  void device_reset_after(std::uint64_t wait, std::uint8_t devices, std::uint8_t clean);
  // Selects a deliberate bug, 0 for none. Throws if this build has none to select.
  virtual void set_bug(std::uint8_t number) = 0;

  // --- waves --- Throws if this build cannot.
  virtual void open_wave(const char* path) = 0;
  virtual void close_wave() = 0;

 protected:
  // Resets the design. The most derived constructor calls it.
  void power_on();

  // The most derived constructor sets it.
  std::unique_ptr<DataPath> axi_;
  Inputs in_;
  Outputs out_;
  Failure failure_;

 private:
  // Makes this the simulation that the run-time library means on this thread.
  virtual void attach() = 0;
  // Drives the inputs while clk_i is low and lets the outputs settle.
  virtual void settle() = 0;
  // Raises clk_i. The next settle() lowers it.
  virtual void rise() = 0;
  virtual void enable_assertions(bool enable) = 0;

  // One clock. What the outputs were just before the rising edge stays in out_.
  void clock();
  // Lets the answers to `reads` reads come, and nobody see them.
  void drop_reads(std::size_t reads);

  // The clock of device_reset_after, and the pins in it.
  struct DeviceReset {
    std::uint64_t at = ~std::uint64_t{0};
    std::uint8_t devices = 0;
    std::uint8_t clean = 0;
  };

  std::uint64_t clocks_ = 0;
  TranslationPort port_;
  DeviceReset device_reset_;
};

// Powers on variant number `variant` of build/variants.rs, its memories and registers full of garbage that
// `seed` decides. Throws if there is no such variant. Defined in the source that build/model.rs writes.
std::unique_ptr<Model> new_model(std::size_t variant, std::uint32_t seed);

}  // namespace persimmon
