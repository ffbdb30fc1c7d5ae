// SPDX-License-Identifier: Apache-2.0
//! What other tasks have left behind: coverage, proofs, mutants. What is not there is not in the report; what cannot be
//! read is an error.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// A file is there and is not what it should be.
#[derive(Debug, thiserror::Error)]
#[error("{}: {why}; run its task again, or remove it", path.display())]
pub struct FoundError {
    path: PathBuf,
    why: String,
}

/// Lines of a source that were reached.
pub struct Covered {
    /// The source.
    pub file: String,
    /// Lines that were reached.
    pub hit: usize,
    /// Lines that could be.
    pub lines: usize,
}

impl Covered {
    /// The share of lines that were reached.
    pub fn percent(&self) -> String {
        format!(
            "{:.1} %",
            100.0 * self.hit as f64 / self.lines.max(1) as f64
        )
    }
}

/// One line of the proofs.
#[derive(Deserialize)]
pub struct Proven {
    /// Name of the proof.
    pub property: String,
    /// How: induction, cover, broken variant.
    pub method: String,
    /// Clocks.
    pub steps: u32,
    seconds: f64,
    /// What came of it.
    pub result: String,
}

impl Proven {
    /// How long it took.
    pub fn time(&self) -> String {
        format!("{:.1} s", self.seconds)
    }

    /// It is as it should be.
    pub fn good(&self) -> bool {
        !["FAILS", "NOT REACHED", "MISSED"].contains(&self.result.as_str())
    }
}

/// The mutants of a design.
#[derive(Deserialize)]
pub struct Mutants {
    /// Its name.
    pub design: String,
    /// What they were drawn by.
    pub seed: u64,
    /// Noticed by a test.
    pub killed: usize,
    /// Cannot be noticed.
    pub equivalent: usize,
    /// Not noticed.
    pub survived: usize,
}

impl Mutants {
    /// The share that was noticed of those that can be.
    pub fn percent(&self) -> String {
        let all = (self.killed + self.survived).max(1);
        format!("{:.1} %", 100.0 * self.killed as f64 / all as f64)
    }
}

/// Everything that was found.
pub struct Found {
    /// By `cargo xtask coverage`.
    pub coverage: Vec<Covered>,
    /// By `cargo xtask formal`.
    pub proofs: Vec<Proven>,
    /// By `cargo xtask mutate`.
    pub mutants: Vec<Mutants>,
}

impl Found {
    /// Looks in cargo's target folder.
    ///
    /// # Errors
    /// If a file is there and cannot be read.
    pub fn in_target(target: &Path) -> Result<Self, FoundError> {
        let at = |path: &str, why: String| FoundError {
            path: target.join(path),
            why,
        };
        let json = |path: &str| -> Result<String, FoundError> {
            let text = text(&target.join(path)).map_err(|why| at(path, why))?;
            Ok(text.unwrap_or_else(|| "[]".to_owned()))
        };
        const COVERAGE: &str = "coverage/lcov.info";
        const PROOFS: &str = "formal/report.json";
        const MUTANTS: &str = "mutate/report.json";
        let info = text(&target.join(COVERAGE)).map_err(|why| at(COVERAGE, why))?;
        Ok(Self {
            coverage: lcov(&info.unwrap_or_default()),
            proofs: serde_json::from_str(&json(PROOFS)?)
                .map_err(|why| at(PROOFS, why.to_string()))?,
            mutants: serde_json::from_str(&json(MUTANTS)?)
                .map_err(|why| at(MUTANTS, why.to_string()))?,
        })
    }
}

/// The text of a file, if there is one.
fn text(path: &Path) -> Result<Option<String>, String> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(why) => Err(why.to_string()),
    }
}

/// The lines of lcov's format: SF:FILE, then DA:LINE,COUNT for each line.
fn lcov(info: &str) -> Vec<Covered> {
    let mut files: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut file = "";
    for line in info.lines() {
        if let Some(name) = line.strip_prefix("SF:") {
            file = name;
        }
        if let Some((_, count)) = line.strip_prefix("DA:").and_then(|da| da.split_once(',')) {
            let (hit, lines) = files.entry(file).or_default();
            *lines += 1;
            *hit += usize::from(count != "0");
        }
    }
    let covered = files.into_iter().map(|(file, (hit, lines))| Covered {
        file: file.to_owned(),
        hit,
        lines,
    });
    covered.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_lcov() {
        let found = lcov("TN:\nSF:rtl/a.sv\nDA:3,0\nDA:4,17\nend_of_record\nSF:rtl/b.sv\nDA:1,1\n");
        let found: Vec<_> = found
            .iter()
            .map(|f| (f.file.as_str(), f.percent()))
            .collect();
        assert_eq!(
            found,
            [
                ("rtl/a.sv", "50.0 %".to_owned()),
                ("rtl/b.sv", "100.0 %".to_owned())
            ]
        );
    }

    #[test]
    fn what_is_not_there_is_left_out_and_what_is_broken_is_told() {
        let dir = std::env::temp_dir().join(format!("persimmon-found-{}", std::process::id()));
        let found = Found::in_target(&dir).unwrap();
        assert!(found.coverage.is_empty() && found.proofs.is_empty() && found.mutants.is_empty());
        fs::create_dir_all(dir.join("formal")).unwrap();
        fs::write(dir.join("formal/report.json"), "[{}]").unwrap();
        let why = Found::in_target(&dir).err().unwrap().to_string();
        fs::remove_dir_all(&dir).unwrap();
        assert!(why.contains("report.json: missing field"), "{why}");
    }
}
