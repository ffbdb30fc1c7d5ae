// SPDX-License-Identifier: Apache-2.0
//
// Which of the mutants of a netlist is at work: `cargo xtask mutate` puts all of them into one model.

#include <cstdlib>

// Called by the netlist as a model begins. 0 is the design as it is.
extern "C" int persimmon_mutant() {
  const char* number = std::getenv("PERSIMMON_MUTANT");
  return number ? std::atoi(number) : 0;
}
