// SPDX-License-Identifier: Apache-2.0
//! One run of a slow tool: its output goes to a log file, its progress to the terminal, and if it fails the log is named.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A pipe or a log file wants a sign of life, not ten lines a second.
const PLAIN_EVERY: Duration = Duration::from_secs(30);

/// Runs `command`, with both its outputs in `log`. `what` names it in messages, for instance `nextpnr, seed 1`.
pub fn run(command: &mut Command, what: &str, log: &Path) -> anyhow::Result<()> {
    run_unless(command, what, log, |_| None)
}

/// As [`run`], and looks at the end of the log while the tool works. If `hopeless` says why nothing can come of it, the
/// tool is stopped, and that is its complaint.
pub fn run_unless(
    command: &mut Command,
    what: &str,
    log: &Path,
    hopeless: impl Fn(&str) -> Option<String>,
) -> anyhow::Result<()> {
    let create = || File::create(log).with_context(|| format!("cannot create {}", log.display()));
    let file = create()?;
    let errors = file
        .try_clone()
        .with_context(|| format!("cannot write {}", log.display()))?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(file)
        .stderr(errors)
        .spawn()
        .with_context(|| format!("{what}: cannot run {:?}", command.get_program()))?;
    let mut progress = Progress::new(what);
    let mut tail = Tail::new(log)?;
    let status = loop {
        if let Some(status) = child.try_wait().with_context(|| what.to_owned())? {
            break status;
        }
        progress.show(&tail.last_line()?);
        if let Some(why) = hopeless(&tail.text) {
            child
                .kill()
                .with_context(|| format!("{what}: cannot be stopped"))?;
            let mut file = File::options().append(true).open(log)?;
            writeln!(file, "ERROR: {why}")
                .with_context(|| format!("cannot write {}", log.display()))?;
        }
        thread::sleep(Duration::from_millis(200));
    };
    progress.done();
    if status.success() {
        return Ok(());
    }
    let text = fs::read(log).unwrap_or_default();
    bail!(
        "{what} failed ({status}): {}\n(all of it: {})",
        complaint(&String::from_utf8_lossy(&text)),
        log.display()
    );
}

/// What a log says went wrong: its lines of errors, or its last line.
pub fn complaint(log: &str) -> String {
    let errors: Vec<_> = log
        .lines()
        .filter(|line| line.contains("ERROR") || line.contains("error:") || line.contains("Error:"))
        .take(5)
        .collect();
    if errors.is_empty() {
        let last = log.lines().rev().find(|line| !line.trim().is_empty());
        return last.unwrap_or("it said nothing").trim().to_owned();
    }
    errors.join("\n")
}

/// Follows a log that another process writes.
struct Tail {
    file: File,
    /// The end of it, as it was last read.
    text: String,
    line: String,
}

impl Tail {
    fn new(path: &Path) -> anyhow::Result<Self> {
        let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(Self {
            file,
            text: String::new(),
            line: String::new(),
        })
    }

    /// The last whole line so far.
    fn last_line(&mut self) -> anyhow::Result<String> {
        let length = self.file.metadata()?.len();
        self.file
            .seek(SeekFrom::Start(length.saturating_sub(2048)))?;
        let mut bytes = Vec::new();
        self.file.read_to_end(&mut bytes)?;
        self.text = String::from_utf8_lossy(&bytes).into_owned();
        let whole = self.text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        if let Some(line) = whole.lines().rev().find(|line| !line.trim().is_empty()) {
            self.line = line.trim_start_matches("Info:").trim().to_owned();
        }
        Ok(self.line.clone())
    }
}

/// A line that is redrawn on a terminal, and repeated now and then anywhere else. Always on standard error.
struct Progress {
    what: String,
    bar: ProgressBar,
    plain: bool,
    started: Instant,
    said: Instant,
}

impl Progress {
    fn new(what: &str) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        let plain = bar.is_hidden();
        let style = ProgressStyle::with_template("{spinner} {prefix} {elapsed} {wide_msg}")
            .expect("the template is a constant");
        bar.set_style(style);
        bar.set_prefix(what.to_owned());
        if plain {
            eprintln!("{what}: started");
        }
        Self {
            what: what.to_owned(),
            bar,
            plain,
            started: Instant::now(),
            said: Instant::now(),
        }
    }

    fn show(&mut self, line: &str) {
        if !self.plain {
            self.bar.set_message(line.to_owned());
            self.bar.tick();
        } else if self.said.elapsed() >= PLAIN_EVERY {
            self.said = Instant::now();
            eprintln!(
                "{}: {} s: {line}",
                self.what,
                self.started.elapsed().as_secs()
            );
        }
    }

    fn done(&self) {
        self.bar.finish_and_clear();
        eprintln!("{}: {} s", self.what, self.started.elapsed().as_secs());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> std::path::PathBuf {
        std::env::temp_dir().join(format!("persimmon-job-{}-{name}", std::process::id()))
    }

    #[test]
    fn a_failure_quotes_the_tool_and_names_the_log() {
        let log = scratch("failure.log");
        let mut command = Command::new("sh");
        command.args(["-c", "echo working; echo 'ERROR: no bels left' >&2; exit 3"]);
        let error = run(&mut command, "nextpnr, seed 1", &log).unwrap_err();
        let said = error.to_string();
        assert!(said.contains("ERROR: no bels left"), "{said}");
        assert!(said.contains(&log.display().to_string()), "{said}");
        assert!(log.exists());
        fs::remove_file(log).unwrap();
    }

    #[test]
    fn what_is_hopeless_is_stopped() {
        let log = scratch("hopeless.log");
        let mut command = Command::new("sh");
        command.args(["-c", "echo iter=1; exec sleep 60"]);
        let hopeless = |text: &str| text.contains("iter=1").then(|| "it goes round".to_owned());
        let error = run_unless(&mut command, "nextpnr, seed 1", &log, hopeless).unwrap_err();
        assert!(error.to_string().contains("it goes round"), "{error}");
        fs::remove_file(log).unwrap();
    }

    #[test]
    fn a_success_leaves_both_outputs_in_the_log() {
        let log = scratch("success.log");
        let mut command = Command::new("sh");
        command.args(["-c", "echo one; echo two >&2"]);
        run(&mut command, "yosys", &log).unwrap();
        assert_eq!(fs::read_to_string(&log).unwrap(), "one\ntwo\n");
        fs::remove_file(log).unwrap();
    }

    #[test]
    fn a_log_without_the_word_error_gives_its_last_line() {
        assert_eq!(complaint("packing\nkilled\n\n"), "killed");
        assert_eq!(complaint(""), "it said nothing");
    }
}
