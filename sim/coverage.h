// SPDX-License-Identifier: Apache-2.0
//
// What all models of this process have covered, added up. If the environment names a folder in PERSIMMON_COVERAGE, the
// sum is written there when the process ends, in Verilator's text format: a test makes thousands of models, and a file
// for each of them would fill a disk.
#pragma once

#if VM_COVERAGE

class VerilatedCovContext;

namespace persimmon {

// Adds what one model has counted. Does nothing without PERSIMMON_COVERAGE.
void add_coverage(VerilatedCovContext& counted) noexcept;

}  // namespace persimmon

#endif
