// SPDX-License-Identifier: Apache-2.0
//! The `persimmon` command; all of it is in [`persimmon::cli`].

fn main() -> std::process::ExitCode {
    persimmon::cli::main()
}
