// SPDX-License-Identifier: Apache-2.0
//
// Replaces the functions with which Verilator's run-time library ends the process (VL_USER_STOP,
// VL_USER_FATAL, VL_USER_FINISH) and prints (VL_PRINTF, see verilator_hooks.h).

#include "sim/failure.h"

#include <cstdarg>
#include <cstdio>
#include <stdexcept>
#include <vector>

#include "verilated.h"

namespace persimmon {
namespace {

thread_local Failure* recording = nullptr;

}  // namespace

Failure::Recording::Recording(Failure& failure) : outer_(recording) { recording = &failure; }

Failure::Recording::~Recording() { recording = outer_; }

void Failure::raise() const {
  if (stopped_) throw std::runtime_error(why_);
}

void Failure::say(const std::string& text) {
  // $display in a loop must not fill the memory; what came last is what explains a failure.
  constexpr std::size_t kMost = 4096;
  said_ += text;
  if (said_.size() > kMost) said_.erase(0, said_.size() - kMost);
}

void Failure::stop(const char* file, int line, const char* hierarchy, const char* why) {
  if (stopped_) return;
  stopped_ = true;
  why_ = std::string(why) + " at " + file + ":" + std::to_string(line);
  if (hierarchy && *hierarchy) why_ += std::string(" in ") + hierarchy;
  // A failed assertion has said what it is about before it stops.
  while (!said_.empty() && said_.back() == '\n') said_.pop_back();
  if (!said_.empty()) why_ = said_ + " (" + why_ + ")";
}

}  // namespace persimmon

extern "C" int persimmon_printf(const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  std::va_list again;
  va_copy(again, arguments);
  const int length = std::vsnprintf(nullptr, 0, format, arguments);
  va_end(arguments);
  std::vector<char> text(length > 0 ? length + 1 : 1);
  std::vsnprintf(text.data(), text.size(), format, again);
  va_end(again);
  if (persimmon::recording) {
    persimmon::recording->say(text.data());
  } else {
    std::fputs(text.data(), stderr);
  }
  return length;
}

void vl_finish(const char* file, int line, const char* hierarchy) {
  if (persimmon::recording) persimmon::recording->stop(file, line, hierarchy, "$finish");
}

void vl_stop(const char* file, int line, const char* hierarchy) {
  if (persimmon::recording) persimmon::recording->stop(file, line, hierarchy, "$stop");
}

// The simulator cannot go on, and must not return to the loop that called this.
void vl_fatal(const char* file, int line, const char* hierarchy, const char* message) {
  if (persimmon::recording) persimmon::recording->stop(file, line, hierarchy, message);
  throw std::runtime_error(message);
}
