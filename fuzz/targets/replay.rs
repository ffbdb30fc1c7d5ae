// SPDX-License-Identifier: Apache-2.0
//! Traces, replayed: `persimmon_fuzz::replay`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| persimmon_fuzz::replay(bytes));
