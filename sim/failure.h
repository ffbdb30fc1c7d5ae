// SPDX-License-Identifier: Apache-2.0
//
// What a design says when it stops: $fatal, $error, $stop, a failed assertion, or the simulator giving up.
//
// Verilator's own answer is to print and exit. Here the message goes to the model that was being evaluated, on
// the thread that evaluates it, and from there to Rust as an error.
#pragma once

#include <string>

namespace persimmon {

class Failure {
 public:
  // While a Recording lives, this thread's messages go to `failure`.
  class Recording {
   public:
    explicit Recording(Failure& failure);
    ~Recording();
    Recording(const Recording&) = delete;
    Recording& operator=(const Recording&) = delete;

   private:
    Failure* outer_;
  };

  // Throws std::runtime_error with everything said so far, if the design has stopped.
  void raise() const;
  bool stopped() const { return stopped_; }

  // Called by failure.cc from within the simulator.
  void say(const std::string& text);
  void stop(const char* file, int line, const char* hierarchy, const char* why);

 private:
  bool stopped_ = false;
  std::string said_;
  std::string why_;
};

}  // namespace persimmon
