// SPDX-License-Identifier: Apache-2.0
//! `cargo xtask requirements`: docs/requirements.md says which tests and assertions hold each rule of the design to. A
//! test that was renamed or removed would leave a rule that looks tested; this finds it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};

use crate::{formal, tools};

/// Where the document is, from the root.
const DOCUMENT: &str = "docs/requirements.md";
/// What a rule has in place of a test if there is none.
const NONE: &str = "**none found**";

/// One row: a rule, and what is named for it.
#[derive(Debug, PartialEq)]
struct Row<'a> {
    id: &'a str,
    /// `binary::module::function`.
    tests: Vec<&'a str>,
    untested: bool,
    /// Names of assertions.
    assertions: Vec<&'a str>,
}

/// Checks the document against the sources.
pub fn run() -> anyhow::Result<()> {
    let path = tools::root().join(DOCUMENT);
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {DOCUMENT}"))?;
    let rows = rows(&text)?;
    let assertions = labels()?;
    let mut wrong = Vec::new();
    let mut tests = BTreeSet::new();
    for row in &rows {
        if row.tests.is_empty() && !row.untested {
            wrong.push(format!("{}: neither a test nor {NONE}", row.id));
        }
        for &test in &row.tests {
            if tests.insert(test) && !exists(test)? {
                wrong.push(format!("{}: there is no test {test}", row.id));
            }
        }
        for &assertion in &row.assertions {
            if !assertions.contains(assertion) {
                wrong.push(format!("{}: there is no assertion {assertion}", row.id));
            }
        }
    }
    if !wrong.is_empty() {
        bail!("{DOCUMENT}:\n{}", wrong.join("\n"));
    }
    let untested = rows.iter().filter(|row| row.untested).count();
    let named: BTreeSet<_> = rows.iter().flat_map(|row| &row.assertions).collect();
    println!(
        "{DOCUMENT}: {} rules, {untested} of them without a test or with a part that has none; {} tests and {} \
         assertions named, all there",
        rows.len(),
        tests.len(),
        named.len()
    );
    Ok(())
}

/// The rows of the tables whose header begins with `id | rule`.
fn rows(text: &str) -> anyhow::Result<Vec<Row<'_>>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    let mut inside = false;
    for (number, line) in text.lines().enumerate() {
        if !line.starts_with('|') {
            inside = false;
            continue;
        }
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        if cells.first() == Some(&"id") {
            inside = cells.get(1) == Some(&"rule");
            continue;
        }
        if !inside || line.starts_with("|-") {
            continue;
        }
        ensure!(
            cells.len() >= 4,
            "{DOCUMENT}:{}: a rule has id, rule, tests, assertions and bug; here are {} cells",
            number + 1,
            cells.len()
        );
        let id = cells[0];
        ensure!(
            !rows.iter().any(|row| row.id == id),
            "{DOCUMENT}:{}: {id} is there twice",
            number + 1
        );
        rows.push(Row {
            id,
            tests: code(cells[2]).filter(|name| name.contains("::")).collect(),
            untested: cells[2].contains(NONE),
            assertions: code(cells[3])
                .filter(|name| name.starts_with("a_"))
                .collect(),
        });
    }
    ensure!(!rows.is_empty(), "{DOCUMENT} has no table of rules");
    Ok(rows)
}

/// What stands between backquotes.
fn code(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// Whether a function of that name is where that test binary has its sources, or a proof is called so.
fn exists(test: &str) -> anyhow::Result<bool> {
    let (binary, path) = test.split_once("::").unwrap_or(("", test));
    let name = path.rsplit("::").next().unwrap_or(path);
    // A whole module: its draws, or all that a macro makes of it.
    if name == "*" {
        return Ok(true);
    }
    if binary == "formal" {
        return Ok(formal::names().iter().any(|proof| proof == name));
    }
    let root = tools::root();
    let (folders, starts): (Vec<PathBuf>, Vec<String>) = match binary {
        "lib" => (vec![root.join("src")], vec![format!("fn {name}(")]),
        "cocotb" => (vec![root.join("sim")], vec![format!("def {name}(")]),
        // The scenarios of the C driver, by their names in C.
        "driver" => (
            vec![root.join("tb/driver"), root.join("sw/test")],
            vec![format!("fn {name}("), format!("*{name}(")],
        ),
        _ => (
            vec![
                root.join("tb").join(binary),
                root.join(format!("tb/{binary}.rs")),
            ],
            vec![format!("fn {name}("), format!("fn {name}<")],
        ),
    };
    for folder in folders {
        for file in files(&folder)? {
            let text = fs::read_to_string(&file)
                .with_context(|| format!("cannot read {}", file.display()))?;
            if starts.iter().any(|start| text.contains(start.as_str())) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// The sources below a folder, or that file, or nothing.
fn files(at: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if at.is_file() {
        return Ok(vec![at.to_owned()]);
    }
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(at) else {
        return Ok(found);
    };
    for entry in entries {
        let path = entry
            .with_context(|| format!("cannot read {}", at.display()))?
            .path();
        let source = path.extension().is_some_and(|end| {
            ["rs", "c", "h", "py", "sv", "svh"]
                .iter()
                .any(|its| end == *its)
        });
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if source {
            found.push(path);
        }
    }
    Ok(found)
}

/// The labels of every assertion of the RTL and of the checkers around it.
fn labels() -> anyhow::Result<BTreeSet<String>> {
    let mut labels = BTreeSet::new();
    for folder in ["rtl", "sim"] {
        for file in files(&tools::root().join(folder))? {
            let text = fs::read_to_string(&file)
                .with_context(|| format!("cannot read {}", file.display()))?;
            for word in text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
                if word.starts_with("a_") {
                    labels.insert(word.to_owned());
                }
            }
        }
    }
    Ok(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_read() {
        let text = "| id | rule | tests | assertions | bug |\n|---|---|---|---|---|\n\
                    | C1 | One. | `rtl::a::b`†<br>`lib::c` (model) | `a_d` (mod) | 2 |\n\
                    | C2 | Two. | **none found** |  |  |\n\n| x | y |\n";
        let rows = rows(text).unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].tests, ["rtl::a::b", "lib::c"]);
        assert_eq!(rows[0].assertions, ["a_d"]);
        assert!(rows[1].untested && rows[1].tests.is_empty());
    }

    #[test]
    fn what_is_not_there_is_found() {
        assert!(exists("rtl::random::on_64_entries").unwrap());
        assert!(exists("policies::section_f").unwrap());
        assert!(exists("formal::state").unwrap());
        assert!(!exists("formal::estate").unwrap());
        assert!(!exists("rtl::random::on_65_entries").unwrap());
    }
}
