// SPDX-License-Identifier: Apache-2.0
//! What can be wrong with a trace.

use serde_json::Value;

/// Why a trace could not be read.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// The file cannot be read.
    #[error("{path}: cannot be read")]
    Io {
        /// As it was named.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A line is no JSON object.
    #[error("{path}:{line}: {message}")]
    Json {
        /// As it was named.
        path: String,
        /// Counted from 1.
        line: usize,
        /// What is wrong with it.
        message: String,
    },
    /// A field has a value that it cannot have, or is missing.
    #[error("{path}:{line}: field \"{field}\" {fault}")]
    Field {
        /// As it was named.
        path: String,
        /// Counted from 1.
        line: usize,
        /// Its key.
        field: String,
        /// The value, and what it should be.
        fault: String,
    },
    /// There is no such operation.
    #[error(
        "{path}:{line}: field \"op\" is \"{op}\", which is no operation of this format (section 3 of \
         traces/SCHEMA.md lists them)"
    )]
    UnknownOp {
        /// As it was named.
        path: String,
        /// Counted from 1.
        line: usize,
        /// What stands there.
        op: String,
    },
    /// No step in it.
    #[error("{path}: no step in it; a trace is one JSON object a line")]
    Empty {
        /// As it was named.
        path: String,
    },
}

/// The same, before the file's name and the line are known.
#[derive(Debug)]
pub(super) enum Fault {
    Json(String),
    Field { field: String, fault: String },
    UnknownOp(String),
}

impl Fault {
    /// A field that must be there and is not.
    pub(super) fn missing(field: &str, wants: &str) -> Self {
        Self::Field {
            field: field.to_owned(),
            fault: format!("is missing; it should be {wants}"),
        }
    }

    /// A field with a wrong value.
    pub(super) fn wrong(field: &str, value: &Value, wants: &str) -> Self {
        let mut text = value.to_string();
        if text.len() > 80 {
            let end = (0..=77)
                .rev()
                .find(|&i| text.is_char_boundary(i))
                .unwrap_or(0);
            text.truncate(end);
            text.push_str("...");
        }
        Self::Field {
            field: field.to_owned(),
            fault: format!("is {text}; it should be {wants}"),
        }
    }

    /// With its place.
    pub(super) fn at(self, path: &str, line: usize) -> TraceError {
        let path = path.to_owned();
        match self {
            Self::Json(message) => TraceError::Json {
                path,
                line,
                message,
            },
            Self::Field { field, fault } => TraceError::Field {
                path,
                line,
                field,
                fault,
            },
            Self::UnknownOp(op) => TraceError::UnknownOp { path, line, op },
        }
    }
}
