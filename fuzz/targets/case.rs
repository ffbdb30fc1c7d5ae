// SPDX-License-Identifier: Apache-2.0
//! Cases of `persimmon fuzz --replay`: `persimmon_fuzz::case`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| persimmon_fuzz::case(bytes));
