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

use std::sync::LazyLock;

/// Set to anything: each target has one mistake more, which it must be seen to find (`cargo xtask libfuzz --broken`).
pub const BROKEN: &str = "PERSIMMON_LIBFUZZ_BROKEN";

/// Whether the mistakes on purpose are in.
fn broken() -> bool {
    static SET: LazyLock<bool> = LazyLock::new(|| std::env::var_os(BROKEN).is_some());
    *SET
}
