// SPDX-License-Identifier: Apache-2.0
//! The compiler, and the program that it makes of `sw/`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::{env, fs};

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Sources in `sw/test`.
const TESTS: [&str; 9] = [
    "check",
    "completion",
    "driver_test",
    "faults",
    "interrupts",
    "mapping",
    "remote",
    "resets",
    "set_map",
];

/// A driver with its scenarios.
pub struct Program(PathBuf);

impl Program {
    /// Compiles it, with what `edit` makes of the driver's source. `name` is that of a folder for it.
    pub fn build(name: &str, edit: impl FnOnce(String) -> String) -> Self {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("driver")
            .join(name);
        fs::create_dir_all(&dir).unwrap_or_else(|e| panic!("{}: {e}", dir.display()));
        let source = root().join("sw/persimmon.c");
        let source =
            fs::read_to_string(&source).unwrap_or_else(|e| panic!("{}: {e}", source.display()));
        let driver = dir.join("persimmon.c");
        fs::write(&driver, edit(source)).unwrap_or_else(|e| panic!("{}: {e}", driver.display()));

        let object = dir.join("persimmon.o");
        // The driver is to run where there is no C library; what tests it is not.
        compile(
            Language::C,
            &["-ffreestanding", "-c"],
            &[&driver],
            Some(&object),
        );
        let program = dir.join("remote");
        let mut objects: Vec<&Path> = tests().iter().map(PathBuf::as_path).collect();
        objects.push(&object);
        compile(Language::C, &[], &objects, Some(&program));
        Self(program)
    }

    /// Names of its scenarios.
    pub fn scenarios(&self) -> Vec<String> {
        let output = run(Command::new(&self.0).arg("--list"));
        let text = String::from_utf8_lossy(&output.stdout);
        text.lines().map(str::to_owned).collect()
    }

    /// Starts it with everything piped.
    pub fn start(&self, arguments: &[String]) -> Child {
        Command::new(&self.0)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|e| panic!("{}: {e}", self.0.display()))
    }
}

/// What every driver is linked with, compiled once.
fn tests() -> &'static [PathBuf] {
    static OBJECTS: OnceLock<Vec<PathBuf>> = OnceLock::new();
    OBJECTS.get_or_init(|| {
        let compiled = TESTS.map(|name| {
            let source = root().join("sw/test").join(name).with_extension("c");
            let object = Path::new(env!("CARGO_TARGET_TMPDIR"))
                .join("driver")
                .join(name)
                .with_extension("o");
            compile(Language::C, &["-c"], &[&source], Some(&object));
            object
        });
        compiled.into()
    })
}

/// What a source is compiled as.
#[derive(Clone, Copy, Debug)]
pub enum Language {
    /// C11.
    C,
    /// C++11, the oldest that has `static_assert`.
    Cpp,
}

/// Runs the compiler named in CC or CXX, else `cc` or `c++`. Any warning is an error; undefined behaviour ends the
/// program.
pub fn compile(language: Language, options: &[&str], sources: &[&Path], output: Option<&Path>) {
    let (variable, usual, standard) = match language {
        Language::C => ("CC", "cc", "-std=c11"),
        Language::Cpp => ("CXX", "c++", "-std=c++11"),
    };
    let compiler = env::var_os(variable).unwrap_or_else(|| OsString::from(usual));
    let mut command = Command::new(compiler);
    command
        .args([standard, "-Wall", "-Wextra", "-Wpedantic", "-Werror"])
        .args(["-Wconversion", "-Wshadow", "-O1", "-g"])
        .args(["-fsanitize=undefined", "-fsanitize-undefined-trap-on-error"])
        .arg("-I")
        .arg(root().join("sw"))
        .arg("-I")
        .arg(root().join("sim/include"))
        .args(options)
        .args(sources);
    if let Some(output) = output {
        command.arg("-o").arg(output);
    }
    run(&mut command);
}

/// Runs `command`, which has to succeed.
fn run(command: &mut Command) -> Output {
    let output = command
        .output()
        .unwrap_or_else(|e| panic!("cannot run {command:?}: {e}"));
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    output
}
