// SPDX-License-Identifier: Apache-2.0
//! What is done with bytes that nobody has looked at: a function for each parser and decoder, which panics if it does
//! not hold what it promises.
//!
//! libFuzzer drives them (`cargo xtask libfuzz`); `tb/libfuzz.rs` includes this file and drives them for a few seconds in
//! `cargo test`. Nothing here reaches `src/dut`: these programs are linked without the Verilated model, and one that
//! called it would not link.

mod case;
mod messages;
mod replay;
mod trace;

pub use case::case;
pub use messages::messages;
pub use replay::replay;
pub use trace::trace;

use std::fmt::Display;
use std::sync::LazyLock;

/// Set to anything: each target has one mistake more, which it must be seen to find (`cargo xtask libfuzz --broken`).
pub const BROKEN: &str = "PERSIMMON_LIBFUZZ_BROKEN";

/// What `parse` makes of bytes, if they are text and it takes them. What it refuses, it refuses with a place in `input`.
///
/// # Panics
/// If it does not.
fn parsed<T, E: Display>(bytes: &[u8], parse: impl FnOnce(&str) -> Result<T, E>) -> Option<T> {
    let text = std::str::from_utf8(bytes).ok()?;
    match parse(text) {
        Ok(parsed) => Some(parsed),
        Err(error) => {
            let said = error.to_string();
            assert!(
                said.starts_with("input"),
                "an error without a place: {said}"
            );
            None
        }
    }
}

/// Whether the mistakes on purpose are in.
fn broken() -> bool {
    static SET: LazyLock<bool> = LazyLock::new(|| std::env::var_os(BROKEN).is_some());
    *SET
}
