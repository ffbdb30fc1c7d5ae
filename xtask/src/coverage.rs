// SPDX-License-Identifier: Apache-2.0
//! `cargo xtask coverage`: lines and toggles of the hand-written RTL that the tests reach, merged over all of them.
//!
//! The model is built with Verilator's coverage (cargo feature `coverage`) below `target/coverage/`, the tests that have
//! the RTL in them run on it, and what every model of every process has counted is added up. A line counts once, whatever
//! the parameters of the build that reached it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail, ensure};
use serde_json::json;

use crate::tools;

/// Test binaries with the RTL in them. Replays run the same commands as the others, for minutes.
const TESTS: [&str; 6] = ["rtl", "axi", "driver", "board", "fuzz", "history"];
/// RTL that is not ours to cover: generated, or another technology's.
const NOT_OURS: [&str; 2] = ["rtl/regs/gen/", "rtl/tech/"];

/// Options of the task.
#[derive(clap::Args)]
pub struct Options {
    /// Only these test binaries
    #[arg(long = "test", value_name = "NAME")]
    tests: Vec<String>,

    /// Do not run the tests again: report what the last run has counted
    #[arg(long)]
    keep: bool,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What was reached in one file.
#[derive(Default)]
struct File {
    /// How often, by line.
    lines: BTreeMap<u32, u64>,
    /// Bits that went both up and down, or did not, by line and name. Each way is a point of its own.
    toggles: BTreeMap<(u32, String), u64>,
}

/// Runs the task.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let target = tools::tools_dir()?.with_file_name("coverage");
    let data = target.join("data");
    if !options.keep {
        measure(options, &target, &data)?;
    }
    let files = read(&data)?;
    let info = target.join("lcov.info");
    fs::write(&info, lcov(&files)).with_context(|| format!("cannot write {}", info.display()))?;
    match options.json {
        true => println!("{:#}", as_json(&files)),
        false => print(&files),
    }
    html(&info, &target.join("html"));
    Ok(())
}

fn measure(options: &Options, target: &Path, data: &Path) -> anyhow::Result<()> {
    if data.exists() {
        fs::remove_dir_all(data).with_context(|| format!("cannot empty {}", data.display()))?;
    }
    fs::create_dir_all(data).with_context(|| format!("cannot create {}", data.display()))?;
    let tests: Vec<&str> = match options.tests.as_slice() {
        [] => TESTS.to_vec(),
        named => named.iter().map(String::as_str).collect(),
    };
    let mut cargo = tools::cargo();
    cargo
        // Waveforms would make the model larger, and nobody looks at them here.
        .args(["test", "--release", "--locked", "--lib"])
        .args(["--no-default-features", "--features", "coverage"])
        .args(tests.iter().flat_map(|test| ["--test", test]))
        .arg("--target-dir")
        .arg(target)
        .env("PERSIMMON_COVERAGE", data);
    let status = cargo.status().context("cannot run cargo")?;
    ensure!(status.success(), "the tests fail: {status}");
    Ok(())
}

/// Adds up all counts in a folder.
fn read(data: &Path) -> anyhow::Result<BTreeMap<String, File>> {
    let mut files: BTreeMap<String, File> = BTreeMap::new();
    let entries = fs::read_dir(data)
        .with_context(|| format!("cannot read {}: run without --keep", data.display()))?;
    let mut found = 0;
    for entry in entries {
        let path: PathBuf = entry
            .with_context(|| format!("cannot read {}", data.display()))?
            .path();
        if path.extension().is_none_or(|end| end != "dat") {
            continue;
        }
        found += 1;
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        for line in text.lines() {
            add(&mut files, line);
        }
    }
    if found == 0 || files.is_empty() {
        bail!(
            "no test has counted anything in {}: the RTL was not in them",
            data.display()
        );
    }
    Ok(files)
}

/// A line of Verilator's format: C 'KEY' COUNT, the key as \001 NAME \002 VALUE and so on.
fn add(files: &mut BTreeMap<String, File>, line: &str) {
    let Some((key, count)) = line
        .strip_prefix("C '")
        .and_then(|line| line.rsplit_once("' "))
    else {
        return;
    };
    let count: u64 = count.trim().parse().unwrap_or(0);
    let fields: BTreeMap<&str, &str> = key
        .split('\u{1}')
        .filter_map(|field| field.split_once('\u{2}'))
        .collect();
    let Some(path) = fields.get("f").and_then(|path| ours(path)) else {
        return;
    };
    let number = |text: &str| text.parse::<u32>().ok();
    let Some(line) = fields.get("l").and_then(|text| number(text)) else {
        return;
    };
    let kind = fields.get("page").copied().unwrap_or_default();
    let file = files.entry(path).or_default();
    if kind.starts_with("v_toggle") {
        let name = fields.get("o").copied().unwrap_or_default().to_owned();
        *file.toggles.entry((line, name)).or_default() += count;
    } else if kind.starts_with("v_line") || kind.starts_with("v_branch") {
        let covered = fields.get("S").copied().unwrap_or_default();
        let mut lines = BTreeSet::from([line]);
        for part in covered.split(',') {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            if let (Some(first), Some(last)) = (number(first), number(last)) {
                lines.extend(first..=last);
            }
        }
        for line in lines {
            *file.lines.entry(line).or_default() += count;
        }
    }
}

/// The path from the root of a file that is hand-written RTL.
fn ours(path: &str) -> Option<String> {
    let at = path.rfind("rtl/")?;
    let path = path[at..].to_owned();
    (!NOT_OURS.iter().any(|other| path.starts_with(other))).then_some(path)
}

/// Reached, and all.
fn reached<K>(counts: &BTreeMap<K, u64>) -> (usize, usize) {
    let reached = counts.values().filter(|&&count| count > 0).count();
    (reached, counts.len())
}

fn print(files: &BTreeMap<String, File>) {
    let mut all = [(0, 0), (0, 0)];
    println!("{:<36} {:>13} {:>15}", "file", "lines", "toggles");
    for (path, file) in files {
        let counts = [reached(&file.lines), reached(&file.toggles)];
        for (sum, (some, of)) in all.iter_mut().zip(counts) {
            *sum = (sum.0 + some, sum.1 + of);
        }
        let text = |(some, of): (usize, usize)| format!("{some} of {of}");
        println!("{path:<36} {:>13} {:>15}", text(counts[0]), text(counts[1]));
    }
    for (what, (some, of)) in ["lines", "toggles"].into_iter().zip(all) {
        println!(
            "{what}: {some} of {of}, {:.2} %",
            100.0 * some as f64 / of.max(1) as f64
        );
    }
    let unreached = unreached(files);
    if !unreached.is_empty() {
        println!("lines that no test reaches:");
    }
    for (path, line) in unreached {
        let text = fs::read_to_string(tools::root().join(&path)).unwrap_or_default();
        let text = text.lines().nth(line as usize - 1).unwrap_or_default();
        println!("  {path}:{line}: {}", text.trim());
    }
}

/// Lines with code that no test reaches.
fn unreached(files: &BTreeMap<String, File>) -> Vec<(String, u32)> {
    files
        .iter()
        .flat_map(|(path, file)| {
            let missed = file.lines.iter().filter(|(_, count)| **count == 0);
            missed.map(move |(&line, _)| (path.clone(), line))
        })
        .collect()
}

fn as_json(files: &BTreeMap<String, File>) -> serde_json::Value {
    let by_file: BTreeMap<&String, serde_json::Value> = files
        .iter()
        .map(|(path, file)| {
            let ((lines, all_lines), (toggles, all_toggles)) =
                (reached(&file.lines), reached(&file.toggles));
            let unreached: Vec<u32> = (file.lines.iter())
                .filter(|(_, count)| **count == 0)
                .map(|(&line, _)| line)
                .collect();
            let value = json!({
                "lines": all_lines, "lines_reached": lines, "lines_unreached": unreached,
                "toggles": all_toggles, "toggles_reached": toggles,
            });
            (path, value)
        })
        .collect();
    json!(by_file)
}

/// The lines in the format of lcov.
fn lcov(files: &BTreeMap<String, File>) -> String {
    let mut text = String::from("TN:\n");
    for (path, file) in files {
        let path = tools::root().join(path);
        // Writing to a String cannot fail.
        writeln!(text, "SF:{}", path.display()).ok();
        for (line, count) in &file.lines {
            writeln!(text, "DA:{line},{count}").ok();
        }
        let (some, of) = reached(&file.lines);
        writeln!(text, "LF:{of}\nLH:{some}\nend_of_record").ok();
    }
    text
}

/// Pages by genhtml, if it is there.
fn html(info: &Path, to: &Path) {
    let mut genhtml = Command::new("genhtml");
    genhtml
        .arg("--quiet")
        .arg("--output-directory")
        .arg(to)
        .arg(info);
    match genhtml.output() {
        Ok(done) if done.status.success() => eprintln!("{}", to.join("index.html").display()),
        Ok(done) => eprintln!(
            "genhtml: {}\nthe counts are in {}",
            String::from_utf8_lossy(&done.stderr).trim(),
            info.display()
        ),
        Err(_) => eprintln!(
            "no genhtml, so no HTML: on Debian, apt-get install lcov. The counts are in {}",
            info.display()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_add_up() {
        let mut files = BTreeMap::new();
        let point = |file: &str, line: u32, page: &str, more: &str, count: u64| {
            format!(
                "C '\u{1}f\u{2}/x/{file}\u{1}l\u{2}{line}\u{1}n\u{2}3\u{1}page\u{2}{page}\u{1}{more}\u{1}h\u{2}TOP.a' {count}"
            )
        };
        for line in [
            point("rtl/a.sv", 7, "v_line/a", "o\u{2}block\u{1}S\u{2}7-8,10", 0),
            point("rtl/a.sv", 7, "v_line/a", "o\u{2}block\u{1}S\u{2}7", 2),
            point("rtl/a.sv", 3, "v_toggle/a", "o\u{2}x[0]:0->1", 0),
            point(
                "rtl/regs/gen/b.sv",
                1,
                "v_line/b",
                "o\u{2}block\u{1}S\u{2}1",
                0,
            ),
            "# SystemC::Coverage-3".to_owned(),
        ] {
            add(&mut files, &line);
        }
        assert_eq!(files.len(), 1);
        let file = &files["rtl/a.sv"];
        assert_eq!(file.lines, BTreeMap::from([(7, 2), (8, 0), (10, 0)]));
        assert_eq!(reached(&file.lines), (1, 3));
        assert_eq!(reached(&file.toggles), (0, 1));
        assert_eq!(
            unreached(&files),
            [("rtl/a.sv".to_owned(), 8), ("rtl/a.sv".to_owned(), 10)]
        );
        assert!(lcov(&files).contains("DA:7,2\nDA:8,0\nDA:10,0\nLF:3\nLH:1\n"));
    }
}
