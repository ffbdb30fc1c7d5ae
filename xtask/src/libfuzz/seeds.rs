// SPDX-License-Identifier: Apache-2.0
//! What a corpus begins with: the recordings, cut into pieces that are short enough to be changed with effect; and the
//! words that they are made of, which a fuzzer would take long to spell.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::Value;

use super::Target;
use crate::tools;

/// Bytes of the longest piece.
const LONGEST: usize = 8192;
/// Where the target `messages` has the buffer of recordings that it knows.
const BUFFER: u64 = 0x5000_0000_0000;

/// Writes the seeds of a target into `dir`, and its words into the file `words` if it has any.
pub fn write(target: Target, dir: &Path, words: &Path) -> anyhow::Result<()> {
    let (seeds, keys) = match target {
        Target::Trace => (lines(&traces()?), Some(vocabulary(&traces()?))),
        Target::Replay => (cases(&traces()?), Some(vocabulary(&traces()?))),
        Target::Messages => (sequences(&traces()?), None),
        Target::Case => {
            let path = tools::root().join("fuzz/seeds/case.jsonl");
            let text = read(&path)?;
            (events(&text), Some(vocabulary(&[parsed(&text)])))
        }
    };
    for (number, seed) in seeds.iter().enumerate() {
        let path = dir.join(format!("{number:04}"));
        fs::write(&path, seed).with_context(|| format!("cannot write {}", path.display()))?;
    }
    if let Some(keys) = keys {
        if let Some(parent) = words.parent() {
            fs::create_dir_all(parent)
                .with_context(|| format!("cannot make {}", parent.display()))?;
        }
        fs::write(words, keys).with_context(|| format!("cannot write {}", words.display()))?;
    }
    Ok(())
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Lines as they stand, and what they say.
type Trace = Vec<(String, Value)>;

/// Lines of JSON; others are left out.
fn parsed(text: &str) -> Trace {
    let line = |line: &str| Some((line.to_owned(), serde_json::from_str(line).ok()?));
    text.lines().filter_map(line).collect()
}

/// Every recording.
fn traces() -> anyhow::Result<Vec<Trace>> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for folder in ["traces", "traces/random", "traces/qemu"] {
        let dir = tools::root().join(folder);
        let entries =
            fs::read_dir(&dir).with_context(|| format!("cannot list {}", dir.display()))?;
        for entry in entries {
            let path = entry
                .with_context(|| format!("cannot list {}", dir.display()))?
                .path();
            if path.extension().is_some_and(|end| end == "jsonl") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    paths.iter().map(|path| Ok(parsed(&read(path)?))).collect()
}

fn field<'a>(line: &'a Value, key: &str) -> &'a str {
    line.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// One line for each operation and set of fields.
fn lines(traces: &[Trace]) -> Vec<Vec<u8>> {
    let mut kinds: BTreeMap<String, &str> = BTreeMap::new();
    for (text, line) in traces.iter().flatten() {
        let keys: Vec<&String> = line
            .as_object()
            .into_iter()
            .flat_map(|o| o.keys())
            .collect();
        let kind = format!("{} {keys:?}", field(line, "op"));
        let shortest = kinds.entry(kind).or_insert(text);
        if text.len() < shortest.len() {
            *shortest = text;
        }
    }
    kinds
        .values()
        .map(|text| text.as_bytes().to_vec())
        .collect()
}

/// Whole cases, or the beginnings of long ones, each behind its header.
fn cases(traces: &[Trace]) -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for trace in traces {
        let header = trace.iter().find(|(_, line)| field(line, "op") == "meta");
        let header = header
            .map(|(text, _)| text.as_str())
            .filter(|text| text.len() < LONGEST);
        let steps: Vec<_> = (trace.iter())
            .filter(|(_, line)| field(line, "op") != "meta")
            .collect();
        for case in steps.chunk_by(|(_, a), (_, b)| field(a, "case") == field(b, "case")) {
            let mut seed = String::new();
            for text in header
                .into_iter()
                .chain(case.iter().map(|(text, _)| text.as_str()))
            {
                if seed.len() + text.len() > LONGEST {
                    break;
                }
                seed += text;
                seed.push('\n');
            }
            seeds.push(seed.into_bytes());
        }
    }
    seeds
}

/// Cases as calls of the target `messages`: a byte for which, and its operands.
fn sequences(traces: &[Trace]) -> Vec<Vec<u8>> {
    let mut seeds = BTreeSet::new();
    for trace in traces {
        for case in trace.chunk_by(|(_, a), (_, b)| field(a, "case") == field(b, "case")) {
            let first = case.first().map(|(_, line)| line);
            let named = |key, value| first.is_some_and(|l| field(l, key).starts_with(value));
            let dma_map = u8::from(named("variant", "dmamap"));
            let profile =
                if named("kernel", "6.1.") || first.is_some_and(|l| field(l, "kernel") == "6.1") {
                    6 + dma_map
                } else {
                    dma_map
                };
            let mut seed = vec![profile];
            for call in case.iter().filter_map(|(_, line)| call(line)) {
                if seed.len() + call.len() > LONGEST / 4 {
                    break;
                }
                seed.extend(call);
            }
            if seed.len() > 1 {
                seeds.insert(seed);
            }
        }
    }
    seeds.into_iter().collect()
}

/// One line as a call.
fn call(line: &Value) -> Option<Vec<u8>> {
    let number = |key: &str| line.get(key).and_then(Value::as_u64);
    let hex = |key: &str| u64::from_str_radix(field(line, key).strip_prefix("0x")?, 16).ok();
    let kind = match field(line, "op") {
        "iotlb_update" => 2,
        "iotlb_invalidate" => 3,
        "iotlb_batch_begin" => 5,
        "iotlb_batch_end" => 6,
        "iotlb_msg" | "iotlb_miss" | "iotlb_access_fail" => number("type")? as u8,
        "reset" => return Some(vec![9]),
        "set_status" => return Some(vec![10, number("status")? as u8]),
        "set_group_asid" => {
            return Some(vec![12, number("group")? as u8, number("asid")? as u8]);
        }
        "close" => return Some(vec![13]),
        "suspend" => return Some(vec![14, 0]),
        "resume" => return Some(vec![14, 1]),
        "set_backend_features" => {
            let features = hex("features")?;
            return Some(vec![11, (features >> 1) as u8, (features >> 8) as u8]);
        }
        _ => return None,
    };
    let offset = field(line, "uaddr")
        .split_once("+0x")
        .map(|(_, offset)| offset);
    let offset = offset.and_then(|offset| u64::from_str_radix(offset, 16).ok());
    let mut bytes = vec![8, 72];
    bytes.extend((number("v").unwrap_or(2) as u32).to_le_bytes());
    bytes.extend((number("asid").unwrap_or(0) as u32).to_le_bytes());
    bytes.extend(hex("iova").unwrap_or(0).to_le_bytes());
    bytes.extend(hex("size").unwrap_or(0).to_le_bytes());
    // The buffer is smaller than a recording's.
    bytes.extend((BUFFER + offset.unwrap_or(0) % 0x2_0000).to_le_bytes());
    bytes.extend([number("perm").unwrap_or(0) as u8, kind]);
    bytes.resize(2 + 72, 0);
    Some(bytes)
}

/// A case with each event alone, and one with all.
fn events(text: &str) -> Vec<Vec<u8>> {
    let mut lines = text.lines();
    let header = lines.next().unwrap_or_default();
    let alone = lines.map(|line| format!("{header}\n{line}\n").into_bytes());
    alone.chain([text.as_bytes().to_vec()]).collect()
}

/// Every key, and every short value, as a dictionary of libFuzzer's.
fn vocabulary(traces: &[Trace]) -> String {
    let mut words = BTreeSet::new();
    for (_, line) in traces.iter().flatten() {
        collect(line, &mut words);
    }
    let quoted = |word: &String| {
        let escaped = word.replace('\\', "\\\\").replace('"', "\\\"");
        format!("\"{escaped}\"\n")
    };
    words.iter().map(quoted).collect()
}

fn collect(value: &Value, words: &mut BTreeSet<String>) {
    // A word as it stands in the text, with its quotes.
    let mut word = |text: &str, end: &str| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-.".contains(&b);
        let number = text.starts_with("0x") || text.bytes().any(|b| b.is_ascii_digit());
        if (2..=24).contains(&text.len()) && text.bytes().all(plain) && !number {
            words.insert(format!("\"{text}\"{end}"));
        }
    };
    match value {
        Value::String(text) => word(text, ""),
        Value::Array(values) => values.iter().for_each(|value| collect(value, words)),
        Value::Object(fields) => {
            for key in fields.keys() {
                word(key, ":");
            }
            fields.values().for_each(|value| collect(value, words));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_has_seeds() {
        let traces = traces().unwrap();
        assert!(lines(&traces).len() > 50);
        assert!(cases(&traces).len() > 50);
        assert!(sequences(&traces).len() > 50);
    }

    #[test]
    fn a_message_is_as_user_space_writes_it() {
        let line = r#"{"op":"iotlb_update","v":2,"asid":1,"iova":"0x1000","size":"0x2000","uaddr":"buf+0x3000","perm":3}"#;
        let call = call(&serde_json::from_str(line).unwrap()).unwrap();
        assert_eq!(call.len(), 74);
        assert_eq!(call[..12], [8, 72, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0x10]);
        assert_eq!(call[34..36], [3, 2]);
    }

    #[test]
    fn words_are_quoted_for_the_engine() {
        let trace = parsed(r#"{"op":"open","iova":"0x1000","note":"two words"}"#);
        assert_eq!(
            vocabulary(&[trace]),
            "\"\\\"iova\\\":\"\n\"\\\"note\\\":\"\n\"\\\"op\\\":\"\n\"\\\"open\\\"\"\n"
        );
    }
}
