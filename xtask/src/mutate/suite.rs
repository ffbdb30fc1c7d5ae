// SPDX-License-Identifier: Apache-2.0
//! The tests that mutants are put to: programs that end with 0 only if they notice nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

use super::netlist::Design;
use crate::tools;

/// A test that takes longer than this is left out: a mutant that survives takes all of them.
const LONGEST: Duration = Duration::from_secs(12);
/// Tests that end in less run in one process.
const SHORT: Duration = Duration::from_millis(600);

/// What a test says that needs a build which is not in the model.
const OTHER_BUILDS: [&str; 2] = ["no such model", "no such board"];

/// One program, and how long it takes if nothing is wrong.
pub struct Step {
    /// For the report.
    pub name: String,
    program: PathBuf,
    arguments: Vec<String>,
    usual: Duration,
}

/// What came of a step.
#[derive(PartialEq, Eq)]
pub enum Outcome {
    /// Nothing was noticed.
    Passed,
    /// Something was.
    Failed,
    /// It did not end; which nobody would fail to notice.
    Hung,
}

impl Outcome {
    /// For whoever looks on.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Hung => "did not end",
        }
    }
}

impl Step {
    /// How long it takes if nothing is noticed.
    pub fn seconds(&self) -> f64 {
        self.usual.as_secs_f64()
    }

    /// Runs it on a mutant.
    pub fn run(&self, mutant: usize) -> anyhow::Result<Outcome> {
        let limit = self.usual * 8 + Duration::from_secs(15);
        let (outcome, _) = run(&self.program, &self.arguments, mutant, limit)?;
        Ok(outcome)
    }
}

/// The steps for a design, after each has been seen to pass without a mutant. Tests of builds that are
/// not there are left out; the second number says how many tests there are.
pub fn steps(design: &Design, built: &Built) -> anyhow::Result<(Vec<Step>, usize)> {
    let mut steps = Vec::new();
    let mut count = 0;
    let (fuzz, tests): (&[&[&str]], &[&str]) = match design.name {
        "core" => (
            &[
                &[
                    "fuzz",
                    "--level",
                    "registers",
                    "--entries",
                    "64",
                    "--no-shrink",
                    "--runs",
                    "1",
                    "--ops",
                    "150",
                    "--seed",
                    "11",
                ],
                &[
                    "fuzz",
                    "--level",
                    "registers",
                    "--entries",
                    "64",
                    "--no-shrink",
                    "--runs",
                    "6",
                    "--ops",
                    "500",
                    "--seed",
                    "21",
                ],
                &[
                    "fuzz",
                    "--level",
                    "uapi",
                    "--entries",
                    "64",
                    "--no-shrink",
                    "--runs",
                    "2",
                    "--ops",
                    "300",
                    "--seed",
                    "31",
                ],
            ],
            &["rtl"],
        ),
        _ => (
            &[
                &[
                    "traffic", "--build", "small", "--clocks", "20000", "--seed", "11",
                ],
                &[
                    "traffic", "--build", "small", "--clocks", "200000", "--seed", "21",
                ],
            ],
            &["axi"],
        ),
    };
    for arguments in fuzz {
        let arguments: Vec<String> = arguments.iter().map(|&word| word.to_owned()).collect();
        let start = Instant::now();
        let (outcome, said) = run(&built.program, &arguments, 0, Duration::from_secs(300))?;
        let name = arguments.join(" ");
        ensure!(
            outcome == Outcome::Passed,
            "persimmon {name} does not pass without a mutant:\n{said}"
        );
        steps.push(Step {
            name,
            program: built.program.clone(),
            arguments,
            usual: start.elapsed(),
        });
        count += 1;
    }
    for &binary in tests {
        let program = built
            .tests
            .get(binary)
            .with_context(|| format!("cargo built no test {binary}"))?;
        let mut short = (Vec::new(), Duration::ZERO);
        for test in list(program)? {
            let arguments = vec!["--exact".to_owned(), test.clone()];
            let start = Instant::now();
            let (outcome, said) = run(program, &arguments, 0, LONGEST)?;
            let usual = start.elapsed();
            match outcome {
                Outcome::Passed => {}
                Outcome::Hung => continue,
                // Builds that are not there: another size, a board, or the one with the deliberate bugs.
                Outcome::Failed if OTHER_BUILDS.iter().any(|why| said.contains(why)) => continue,
                Outcome::Failed if test.contains("bug") => continue,
                Outcome::Failed => bail!("{binary} {test} does not pass without a mutant:\n{said}"),
            }
            count += 1;
            if usual < SHORT {
                short.0.push(test);
                short.1 += usual;
            } else {
                steps.push(Step {
                    name: format!("{binary} {test}"),
                    program: program.clone(),
                    arguments,
                    usual,
                });
            }
        }
        if !short.0.is_empty() {
            let mut arguments = vec!["--exact".to_owned()];
            arguments.extend(short.0);
            steps.push(Step {
                name: format!("{binary}, {} short tests", arguments.len() - 1),
                program: program.clone(),
                arguments,
                usual: short.1,
            });
        }
    }
    // The shortest random sequence notices most; after it those that say soonest.
    let first: Vec<Step> = steps.drain(..1.min(steps.len())).collect();
    steps.sort_by_key(|step| step.usual);
    steps.splice(..0, first);
    Ok((steps, count))
}

/// The names of the tests in a test binary.
fn list(program: &Path) -> anyhow::Result<Vec<String>> {
    let said = tools::run(
        Command::new(program).args(["--list", "--format", "terse"]),
        "a test binary",
    )?;
    let names = said.lines().filter_map(|line| line.strip_suffix(": test"));
    Ok(names.map(str::to_owned).collect())
}

/// What it said is of interest if it failed.
fn run(
    program: &Path,
    arguments: &[String],
    mutant: usize,
    limit: Duration,
) -> anyhow::Result<(Outcome, String)> {
    let said = tempfile(program)?;
    let out = std::fs::File::create(&said)
        .with_context(|| format!("cannot create {}", said.display()))?;
    let errors = out.try_clone().context("cannot share a file")?;
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(tools::root())
        .env("PERSIMMON_MUTANT", mutant.to_string())
        .env("RUST_TEST_THREADS", "1")
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .stdout(out)
        .stderr(errors)
        .spawn()
        .with_context(|| format!("cannot run {}", program.display()))?;
    let start = Instant::now();
    let outcome = loop {
        if let Some(status) = child.try_wait().context("cannot wait for a test")? {
            break match status.success() {
                true => Outcome::Passed,
                false => Outcome::Failed,
            };
        }
        if start.elapsed() > limit {
            child.kill().context("cannot stop a test")?;
            child.wait().context("cannot wait for a test")?;
            break Outcome::Hung;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let text = std::fs::read(&said).with_context(|| format!("cannot read {}", said.display()))?;
    std::fs::remove_file(&said).with_context(|| format!("cannot remove {}", said.display()))?;
    Ok((outcome, String::from_utf8_lossy(&text).into_owned()))
}

/// A file of this thread.
fn tempfile(program: &Path) -> anyhow::Result<PathBuf> {
    let folder = program.parent().context("a program without a folder")?;
    let thread = format!("{:?}", std::thread::current().id());
    let thread: String = thread.chars().filter(char::is_ascii_digit).collect();
    Ok(folder.join(format!("mutate-{}-{thread}.txt", std::process::id())))
}

/// Programs with the mutants in them.
pub struct Built {
    program: PathBuf,
    tests: BTreeMap<String, PathBuf>,
}

/// Builds the program and its tests on netlists, below `target`.
pub fn build(netlists: &str, target: &Path) -> anyhow::Result<Built> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(tools::root())
        .args([
            "test",
            "--release",
            "--locked",
            "--no-default-features",
            "--no-run",
        ])
        .args(["--test", "rtl", "--test", "axi"])
        .args(["--message-format", "json"])
        .arg("--target-dir")
        .arg(target)
        .env("PERSIMMON_NETLISTS", netlists)
        .stderr(Stdio::inherit());
    let output = cargo.output().context("cannot run cargo")?;
    ensure!(output.status.success(), "cargo cannot build the tests");
    let mut tests = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let message: serde_json::Value = match serde_json::from_str(line) {
            Ok(message) => message,
            Err(_) => continue,
        };
        let (name, executable) = (&message["target"]["name"], &message["executable"]);
        if let (Some(name), Some(executable), Some(true)) = (
            name.as_str(),
            executable.as_str(),
            message["profile"]["test"].as_bool(),
        ) {
            tests.insert(name.to_owned(), PathBuf::from(executable));
        }
    }
    let program = target.join("release").join("persimmon");
    ensure!(
        program.is_file(),
        "cargo built no {}: a test of the program needs it",
        program.display()
    );
    Ok(Built { program, tests })
}
