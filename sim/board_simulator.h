// SPDX-License-Identifier: Apache-2.0
//
// A Board over one Verilated class. build/model.rs writes a source file for each that instantiates it.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <stdexcept>

#include "sim/board.h"
#include "sim/coverage.h"
#include "verilated.h"

namespace persimmon {

template <class Top>
class BoardSimulator final : public Board {
 public:
  explicit BoardSimulator(std::uint32_t seed) {
    const Failure::Recording recording(failure_);
    // As in simulator.h: everything starts as garbage, the same for the same seed.
    context_->randReset(2);
    context_->randSeed(static_cast<int>((seed & 0x7fffffff) ? (seed & 0x7fffffff) : 1));
    top_ = std::make_unique<Top>(context_.get(), "TOP");
    power_on();
  }

  ~BoardSimulator() override {
    const Failure::Recording recording(failure_);
    attach();
    try {
      top_->final();
#if VM_COVERAGE
      add_coverage(*context_->coveragep());
#endif
    } catch (const std::exception&) {
      // A final block can fail too. There is nobody left to tell.
    }
  }

  void set_bug(std::uint8_t number) override {
    if constexpr (requires(Top& top) { top.bug_i; }) {
      bug_ = number;
    } else if (number != 0) {
      throw std::runtime_error("this build carries no deliberate bugs");
    }
  }

 private:
  void attach() override { Verilated::threadContextp(context_.get()); }

  void clock() override {
    top_->clk_i = 0;
    top_->rst_ni = rst_n_;
    top_->rx_i = rx_;
    if constexpr (requires(Top& top) { top.bug_i; }) top_->bug_i = bug_;
    eval();
    tx_ = top_->tx_o;
    leds_ = top_->led_o;
    top_->clk_i = 1;
    eval();
  }

  void enable_assertions(bool enable) override { context_->assertOn(enable); }

  void eval() {
    top_->eval();
    context_->timeInc(5);
  }

  const std::unique_ptr<VerilatedContext> context_ = std::make_unique<VerilatedContext>();
  std::unique_ptr<Top> top_;
};

}  // namespace persimmon
