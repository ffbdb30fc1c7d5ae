// SPDX-License-Identifier: Apache-2.0
//! What is finished is not done again: a result lies beside the key of everything that it depends on.

use std::fs;
use std::path::Path;

use anyhow::Context;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Hex SHA-256 of parts that cannot run into each other.
pub fn key<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    format!("{:x}", hash.finalize())
}

#[derive(Serialize, Deserialize)]
struct Kept<T> {
    key: String,
    result: T,
}

/// The result in `path` if it was made with `key`, and otherwise that of `make`, which is then kept there. `force` makes
/// it in any case. A file that cannot be understood counts as none.
pub fn keep<T: Serialize + DeserializeOwned>(
    path: &Path,
    key: &str,
    force: bool,
    make: impl FnOnce() -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    if !force
        && let Ok(text) = fs::read(path)
        && let Ok(kept) = serde_json::from_slice::<Kept<T>>(&text)
        && kept.key == key
    {
        return Ok(kept.result);
    }
    let kept = Kept {
        key: key.to_owned(),
        result: make()?,
    };
    write_json(path, &kept)?;
    Ok(kept.result)
}

/// Pretty, with a last newline, and whole or not at all.
pub fn write_json(path: &Path, value: &impl Serialize) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(value).context("cannot write JSON")? + "\n";
    write(path, &text)
}

/// Whole or not at all: an interrupted run must not leave half a result.
pub fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let partial = path.with_extension("partial");
    fs::write(&partial, text).with_context(|| format!("cannot write {}", partial.display()))?;
    fs::rename(&partial, path).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_made_once_for_each_key() {
        let path = std::env::temp_dir().join(format!("persimmon-store-{}", std::process::id()));
        let ask = |key, force, value: u32| keep(&path, key, force, || Ok(value)).unwrap();
        assert_eq!(ask("a", false, 1), 1);
        assert_eq!(ask("a", false, 2), 1);
        assert_eq!(ask("a", true, 3), 3);
        assert_eq!(ask("b", false, 4), 4);
        fs::write(&path, "{").unwrap();
        assert_eq!(ask("b", false, 5), 5);
        fs::remove_file(path).unwrap();
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(key([&b"ab"[..], b"c"]), key([&b"a"[..], b"bc"]));
    }
}
