// SPDX-License-Identifier: Apache-2.0
//! Messages and calls: `persimmon_fuzz::messages`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| persimmon_fuzz::messages(bytes));
