// SPDX-License-Identifier: Apache-2.0
//
// The scenarios by name. Each starts at power-on and returns what is wrong, or nothing.

#include "check.h"

#define TEST(name) { #name, name },
const struct bench_test bench_tests[] = { SCENARIOS(TEST) };
const size_t bench_test_count = sizeof(bench_tests) / sizeof(bench_tests[0]);
