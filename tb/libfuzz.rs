// SPDX-License-Identifier: Apache-2.0
//! What `cargo xtask libfuzz` gives to libFuzzer, on the recordings as they are and as a few random changes leave them: a
//! few seconds of it, without the engine.

#[path = "../fuzz/src/lib.rs"]
mod targets;

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest::sample::Index;

/// Bytes of a recording that are changed at a time.
const PIECE: usize = 4096;

fn recordings() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("traces");
    let mut all: Vec<PathBuf> = fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "jsonl"))
        .collect();
    all.sort();
    all
}

/// The example that the fuzzer begins with.
fn example() -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds/case.jsonl")).unwrap()
}

/// Pieces of whole lines, of a few recordings.
fn pieces() -> Vec<Vec<u8>> {
    let mut pieces = Vec::new();
    for path in recordings() {
        let text = fs::read_to_string(path).unwrap();
        let mut piece = Vec::new();
        for line in text.lines() {
            if piece.len() + line.len() > PIECE && !piece.is_empty() {
                pieces.push(std::mem::take(&mut piece));
                // A tenth of a recording has all that it is made of.
                if pieces.len() % 40 == 0 {
                    break;
                }
            }
            piece.extend(line.bytes());
            piece.push(b'\n');
        }
    }
    pieces
}

/// A change of bytes.
#[derive(Clone, Debug)]
enum Change {
    Set(Index, u8),
    Insert(Index, Vec<u8>),
    Remove(Index, usize),
    /// A span again, somewhere else.
    Copy(Index, usize, Index),
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let span = |from: &Index, length: usize, bytes: &[u8]| {
            let from = from.index(bytes.len());
            from..(from + length).min(bytes.len())
        };
        match self {
            Self::Set(at, byte) => {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            Self::Insert(at, new) => {
                let at = at.index(bytes.len());
                bytes.splice(at..at, new.iter().copied());
            }
            Self::Remove(from, length) => drop(bytes.drain(span(from, *length, bytes))),
            Self::Copy(from, length, to) => {
                let copied = bytes[span(from, *length, bytes)].to_vec();
                let to = to.index(bytes.len());
                bytes.splice(to..to, copied);
            }
        }
    }
}

fn any_change() -> impl Strategy<Value = Change> {
    let text = prop_oneof![
        any::<u8>(),
        prop::sample::select(b"{}[],:\"\\0123456789abcdefx\n-.eE".to_vec()),
    ];
    prop_oneof![
        4 => (any::<Index>(), text.clone()).prop_map(|(at, byte)| Change::Set(at, byte)),
        2 => (any::<Index>(), prop::collection::vec(text, 1..8))
            .prop_map(|(at, new)| Change::Insert(at, new)),
        2 => (any::<Index>(), 1..40usize).prop_map(|(from, length)| Change::Remove(from, length)),
        1 => (any::<Index>(), 1..400usize, any::<Index>())
            .prop_map(|(from, length, to)| Change::Copy(from, length, to)),
    ]
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    prop::collection::vec(any_change(), 1..4)
}

fn changed(bytes: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for change in changes {
        change.apply(&mut bytes);
    }
    bytes
}

/// What libFuzzer has found, each as short as it could be made. `docs/verification.md` says what it was.
#[test]
fn what_was_found_stays_mended() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/found");
    for (name, target) in TARGETS {
        let Ok(folder) = fs::read_dir(root.join(name)) else {
            continue;
        };
        for entry in folder {
            let path = entry.unwrap().path();
            println!("{}", path.display());
            target(&fs::read(path).unwrap());
        }
    }
}

type Target = fn(&[u8]);

const TARGETS: [(&str, Target); 4] = [
    ("trace", targets::trace),
    ("messages", targets::messages),
    ("case", targets::case),
    ("replay", targets::replay),
];

#[test]
fn recordings_as_they_are() {
    for path in recordings() {
        println!("{}", path.display());
        targets::trace(&fs::read(path).unwrap());
    }
    for piece in pieces().iter().step_by(8) {
        targets::replay(piece);
    }
    targets::case(&example());
}

/// What is read is not refused: a target that returned at once would pass all of this.
#[test]
fn the_examples_are_read() {
    use persimmon::cosim::fuzz::Case;
    use persimmon::trace::Trace;

    let text = String::from_utf8(example()).unwrap();
    let case = Case::parse(Path::new("example"), &text).unwrap();
    assert_eq!(case.events.len() + 1, text.lines().count());
    for piece in pieces() {
        Trace::parse("piece", std::str::from_utf8(&piece).unwrap()).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn changed_traces(which in any::<Index>(), changes in changes()) {
        thread_local!(static PIECES: Vec<Vec<u8>> = pieces());
        let bytes = PIECES.with(|pieces| changed(&pieces[which.index(pieces.len())], &changes));
        targets::trace(&bytes);
        targets::replay(&bytes);
    }

    #[test]
    fn changed_cases(changes in changes()) {
        targets::case(&changed(&example(), &changes));
    }

    #[test]
    fn any_messages(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        targets::messages(&bytes);
    }

    /// Mostly well formed: the tag and the kind of a call are small numbers.
    #[test]
    fn small_messages(profile in 0..8u8, calls in prop::collection::vec((0..14u8, 0..6u8, prop::array::uniform6(any::<u8>())), 1..60)) {
        let mut bytes = vec![profile];
        for (call, kind, operands) in calls {
            bytes.extend([call, kind]);
            bytes.extend(operands);
        }
        targets::messages(&bytes);
    }
}
