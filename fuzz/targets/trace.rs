// SPDX-License-Identifier: Apache-2.0
//! Traces: `persimmon_fuzz::trace`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| persimmon_fuzz::trace(bytes));
