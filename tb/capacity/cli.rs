// SPDX-License-Identifier: Apache-2.0
//! `persimmon generate`: what it writes replays, and what it says to bad input.

use std::path::Path;
use std::process::{Command, Output};

fn persimmon(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_persimmon"))
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn a_written_trace_replays() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("generated.jsonl");
    let path = path.to_str().unwrap();
    for (parent, spaces) in [("set_map", "1"), ("dma_map", "2")] {
        let mut arguments = vec!["generate", "--ranges", "70", "--spaces", spaces];
        arguments.extend(["--parent", parent]);
        let printed = persimmon(&arguments);
        arguments.push(path);
        assert!(printed.status.success() && persimmon(&arguments).status.success());
        assert_eq!(std::fs::read(path).unwrap(), printed.stdout);
        let text = String::from_utf8(printed.stdout).unwrap();
        assert!(text.lines().next().unwrap().contains("\"generator\""));
        let output = persimmon(&["replay", "--json", path]);
        assert!(output.status.success(), "{output:?}");
    }
}

#[test]
fn bad_numbers_are_named() {
    for (arguments, says) in [
        (
            ["--ranges", "0", "--spaces", "1"],
            ["0 ranges", "2 to 2064"],
        ),
        (
            ["--ranges", "1", "--spaces", "2"],
            ["1 ranges", "2 to 2064"],
        ),
        (
            ["--ranges", "2065", "--spaces", "1"],
            ["2065 ranges", "2048"],
        ),
        (
            ["--ranges", "99999", "--spaces", "1"],
            ["99999", "2 to 2064"],
        ),
        (["--ranges", "many", "--spaces", "1"], ["many", "2 to 2064"]),
        (["--ranges", "64", "--spaces", "0"], ["0 address", "1 or 2"]),
        (["--ranges", "64", "--spaces", "3"], ["3 address", "1 or 2"]),
        (["--ranges", "64", "--parent", "mlx5"], ["mlx5", "dma_map"]),
        (
            ["--ranges", "64", "--spaces=1", "/no/such/file"],
            ["/no/such/file", "written"],
        ),
    ] {
        let output = persimmon(&[&["generate"], &arguments[..]].concat());
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{arguments:?}");
        assert!(stderr.starts_with("error: "), "{stderr}");
        assert!(!stderr.contains("panicked"), "{stderr}");
        for word in says {
            assert!(stderr.contains(word), "{word:?} is not in: {stderr}");
        }
    }
}
