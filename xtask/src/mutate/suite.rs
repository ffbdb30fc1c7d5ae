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
/// So does no random sequence: without a mutant it ends long before.
const SEQUENCE: Duration = Duration::from_secs(300);
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

    /// Runs it without a mutant, to see how long it takes. Returns what it said, too.
    fn measure(&mut self, limit: Duration) -> anyhow::Result<(Outcome, String)> {
        let start = Instant::now();
        let seen = run(&self.program, &self.arguments, 0, limit)?;
        self.usual = start.elapsed();
        Ok(seen)
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
    for random in design.random {
        let arguments = random.split(' ').map(str::to_owned).collect();
        let mut step = Step {
            name: format!("persimmon {random}"),
            program: built.program.clone(),
            arguments,
            usual: Duration::ZERO,
        };
        match step.measure(SEQUENCE)? {
            (Outcome::Passed, _) => steps.push(step),
            (_, said) => bail!("{} does not pass without a mutant:\n{said}", step.name),
        }
    }
    let mut count = steps.len();
    let program = built
        .tests
        .get(design.tests)
        .with_context(|| format!("cargo built no test {}", design.tests))?;
    let mut short = Vec::new();
    let mut together = Duration::ZERO;
    // What passes on RTL with a bug would say nothing: any failure is what it waits for.
    for test in list(program)?.into_iter().filter(|test| !of_bugs(test)) {
        let mut step = Step {
            name: format!("{} {test}", design.tests),
            program: program.clone(),
            arguments: vec!["--exact".to_owned(), test.clone()],
            usual: Duration::ZERO,
        };
        match step.measure(LONGEST)? {
            (Outcome::Hung, _) => continue,
            // Builds that are not there: another size, or a board.
            (Outcome::Failed, said) if OTHER_BUILDS.iter().any(|why| said.contains(why)) => {
                continue;
            }
            (Outcome::Failed, said) => {
                bail!("{} does not pass without a mutant:\n{said}", step.name)
            }
            (Outcome::Passed, _) if step.usual < SHORT => {
                short.push(test);
                together += step.usual;
            }
            (Outcome::Passed, _) => steps.push(step),
        }
        count += 1;
    }
    if !short.is_empty() {
        let name = format!("{}, {} short tests", design.tests, short.len());
        short.insert(0, "--exact".to_owned());
        steps.push(Step {
            name,
            program: program.clone(),
            arguments: short,
            usual: together,
        });
    }
    // The shortest random sequence notices most; after it those that say soonest.
    let first: Vec<Step> = steps.drain(..1.min(steps.len())).collect();
    steps.sort_by_key(|step| step.usual);
    steps.splice(..0, first);
    Ok((steps, count))
}

/// Tests of the build with the deliberate bugs.
fn of_bugs(test: &str) -> bool {
    test.contains("bug")
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
    let mut cargo = tools::cargo();
    cargo
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
