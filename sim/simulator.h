// SPDX-License-Identifier: Apache-2.0
//
// A Model over one Verilated class. build/model.rs writes a source file for each variant that instantiates it.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <stdexcept>
#include <type_traits>

#include "sim/axi/join.h"
#include "sim/coverage.h"
#include "sim/model.h"
#include "verilated.h"
#if VM_TRACE_FST
#include "verilated_fst_c.h"
#endif

namespace persimmon {

// The width of a port depends on the parameters, and with it the type of the member.
template <class Port, class Value>
void drive(Port& port, Value value) {
  port = static_cast<std::remove_reference_t<Port>>(value);
}

template <class Top>
class Simulator final : public Model {
 public:
  explicit Simulator(std::uint32_t seed) {
    const Failure::Recording recording(failure_);
    // 2: every register and memory starts as garbage. Seed 0 would mean a different garbage each time.
    context_->randReset(2);
    context_->randSeed(static_cast<int>((seed & 0x7fffffff) ? (seed & 0x7fffffff) : 1));
    context_->traceEverOn(VM_TRACE);
    top_ = std::make_unique<Top>(context_.get(), "TOP");
    if constexpr (HasAxi<Top>) {
      axi_ = std::make_unique<DataPath>(AxiJoin<Top>::kPorts, AxiJoin<Top>::kBeatBytes, seed);
    }
    power_on();
  }

  ~Simulator() override {
    const Entered entered(*this);
    try {
      close_wave();
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
      in_.bug = number;
    } else if (number != 0) {
      throw std::runtime_error("this build carries no deliberate bugs");
    }
  }

  void open_wave([[maybe_unused]] const char* path) override {
#if VM_TRACE_FST
    close_wave();
    wave_ = std::make_unique<VerilatedFstC>();
    top_->trace(wave_.get(), 99);
    wave_->open(path);
#else
    throw std::runtime_error("this build carries no waveform code; build with --features wave");
#endif
  }

  void close_wave() override {
#if VM_TRACE_FST
    if (wave_) wave_->close();
    wave_.reset();
#endif
  }

 private:
  void settle() override {
    top_->clk_i = 0;
    top_->rst_ni = in_.rst_n;

    top_->s_axil_awvalid_i = in_.awvalid;
    drive(top_->s_axil_awaddr_i, in_.awaddr);
    top_->s_axil_awprot_i = 0;
    top_->s_axil_wvalid_i = in_.wvalid;
    top_->s_axil_wdata_i = in_.wdata;
    top_->s_axil_wstrb_i = 0xf;
    top_->s_axil_bready_i = in_.bready;
    top_->s_axil_arvalid_i = in_.arvalid;
    drive(top_->s_axil_araddr_i, in_.araddr);
    top_->s_axil_arprot_i = 0;
    top_->s_axil_rready_i = in_.rready;

    if constexpr (HasAxi<Top>) {
      AxiJoin<Top>::drive(*top_, axi_->pins());
    } else {
      top_->req_valid_i = in_.req_valid;
      top_->req_group_i = in_.req_group;
      drive(top_->req_iova_i, in_.req_iova);
      top_->req_len_m1_i = in_.req_len_m1;
      top_->req_write_i = in_.req_write;
      top_->req_bad_i = 0;
      top_->rel_valid_i = in_.rel_valid;
      top_->rel_tracked_i = in_.rel_tracked;
      top_->rel_asid_i = in_.rel_asid;
      top_->rel_epoch_i = in_.rel_epoch;

      // No AXI4 ports in these builds.
      top_->port_idle_i = 1;
      top_->dirty_valid_i = 0;
    }

    top_->dev_reset_i = in_.dev_reset;
    top_->dev_reset_clean_i = in_.dev_reset_clean;
    if constexpr (requires(Top& top) { top.bug_i; }) top_->bug_i = in_.bug;

    eval();

    out_.awready = top_->s_axil_awready_o;
    out_.wready = top_->s_axil_wready_o;
    out_.bvalid = top_->s_axil_bvalid_o;
    out_.bresp = top_->s_axil_bresp_o;
    out_.arready = top_->s_axil_arready_o;
    out_.rvalid = top_->s_axil_rvalid_o;
    out_.rdata = top_->s_axil_rdata_o;
    out_.rresp = top_->s_axil_rresp_o;

    if constexpr (HasAxi<Top>) {
      AxiJoin<Top>::sample(*top_, *axi_);
    } else {
      out_.req_ready = top_->req_ready_o;
      out_.rsp_valid = top_->rsp_valid_o;
      out_.rsp_fault = top_->rsp_fault_o;
      out_.rsp_pa = top_->rsp_pa_o;
      out_.rsp_map_last = top_->rsp_map_last_o;
      out_.rsp_tracked = top_->rsp_tracked_o;
      out_.rsp_asid = top_->rsp_asid_o;
      out_.rsp_epoch = top_->rsp_epoch_o;
      out_.rsp_commit_seq = top_->rsp_commit_seq_o;
    }

    out_.irq = top_->irq_o;
  }

  void rise() override {
    top_->clk_i = 1;
    eval();
  }

  void attach() override { Verilated::threadContextp(context_.get()); }

  void enable_assertions(bool enable) override { context_->assertOn(enable); }

  // Half a clock: 5 ns, so that a wave shows 100 MHz.
  void eval() {
    top_->eval();
#if VM_TRACE_FST
    if (wave_) wave_->dump(context_->time());
#endif
    context_->timeInc(5);
  }

  const std::unique_ptr<VerilatedContext> context_ = std::make_unique<VerilatedContext>();
  std::unique_ptr<Top> top_;
#if VM_TRACE_FST
  std::unique_ptr<VerilatedFstC> wave_;
#endif
};

}  // namespace persimmon
