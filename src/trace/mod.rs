// SPDX-License-Identifier: Apache-2.0
//! The format of recorded and generated traces: one JSON object a line, one line a step. Reads, checks and writes
//! it; what a step means is [`cosim`](crate::cosim)'s business. The format is described in `traces/SCHEMA.md` of
//! the recordings.
//!
//! Reading is strict about what it knows: a field of the wrong type, or an operation that the format does not
//! have, is an error that names the file, the line, the field and the value. Fields it does not know are kept in
//! [`Line::extra`] and written back.

mod error;
mod field;
mod line;
mod meta;
mod op;
mod symbol;
mod table;

use std::io::Read;
use std::path::Path;

pub use error::TraceError;
pub use field::Hex;
pub use line::{Line, Outcome, Source};
pub use meta::{Meta, MetaRegion};
pub use op::Op;
pub use symbol::{IdentityAddr, Symbol};
pub use table::{Row, Table, Tables};

/// A whole trace.
#[derive(Clone, PartialEq, Debug)]
pub struct Trace {
    /// Where it came from, as it was named.
    pub path: String,
    /// Its header, if it has one.
    pub meta: Option<Meta>,
    /// Its steps, in order.
    pub lines: Vec<Line>,
}

impl Trace {
    /// Reads a file.
    ///
    /// # Errors
    /// If it cannot be read, or is not a trace.
    pub fn read(path: &Path) -> Result<Self, TraceError> {
        let name = path.display().to_string();
        let bytes = read_file(path).map_err(|source| TraceError::Io {
            path: name.clone(),
            source,
        })?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            TraceError::Json {
                path: name.clone(),
                line: 1 + valid.iter().filter(|&&b| b == b'\n').count(),
                message: "this line is not UTF-8".to_owned(),
            }
        })?;
        Self::parse(&name, &text)
    }

    /// Reads text; `path` is what errors call it.
    ///
    /// # Errors
    /// If it is not a trace.
    pub fn parse(path: &str, text: &str) -> Result<Self, TraceError> {
        let mut meta = None;
        let mut lines = Vec::new();
        for (index, text) in text.lines().enumerate() {
            if text.trim().is_empty() {
                continue;
            }
            let line = Line::parse(index + 1, text).map_err(|fault| fault.at(path, index + 1))?;
            match line.op {
                Op::Meta(ref found) => meta = Some(found.clone()),
                _ => lines.push(line),
            }
        }
        if lines.is_empty() {
            return Err(TraceError::Empty {
                path: path.to_owned(),
            });
        }
        Ok(Self {
            path: path.to_owned(),
            meta,
            lines,
        })
    }
}

/// Bytes of the longest file that is read: a thousand times those that there are, and less than a machine has.
const LONGEST: u64 = 1 << 30;

fn read_file(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path)?;
    file.take(LONGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LONGEST {
        let message = format!("longer than {LONGEST:#x} bytes, as no recording is");
        return Err(std::io::Error::other(message));
    }
    Ok(bytes)
}
