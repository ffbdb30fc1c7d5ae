// SPDX-License-Identifier: Apache-2.0
//! One line of a trace: the step, and what was seen of it.

use serde_json::{Map, Value};

use super::error::Fault;
use super::field::{Field, Slot, record};
use super::op::Op;
use super::table::Tables;

/// Who was recorded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Source {
    /// A kernel, by version: the results are the kernel's.
    Kernel(String),
    /// A program, by name: its calls are real, their results are not.
    Client(String),
}

record! {
    /// What was seen of a step. A field that is absent was not looked at.
    pub struct Outcome {
        /// Return value of the system call.
        ret: Option<i64> = "ret",
        /// "OK" or the name of an error.
        errno: Option<String> = "errno",
        /// Return value of the message handler, likewise.
        kret: Option<String> = "kret",
        /// Driver callbacks.
        kcalls: Option<Vec<String>> = "kcalls",
        /// vhost's tables after the step.
        vhost: Option<Tables> = "vhost",
        /// The device's tables after the step.
        dev: Option<Tables> = "dev",
        /// Address spaces of the virtqueues.
        vq_asid: Option<String> = "vq_asid",
        /// Other state, "key=value" separated by blanks.
        st: Option<String> = "st",
        /// Result of a probe.
        result: Option<String> = "result",
        /// Results of the known-good packets around a probe.
        control: Option<String> = "control",
        /// A comment on it.
        note: Option<String> = "note",
        /// A comment, as a note has it.
        text: Option<String> = "text",
        /// Who did it, if not the program itself.
        from: Option<String> = "from",
        /// When, in milliseconds since the recording began.
        t_ms: Option<u64> = "t_ms",
        /// The thread that did it.
        thr: Option<String> = "thr",
    }
}

/// One step.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    /// Line in the file, from 1.
    pub number: usize,
    /// Who was recorded.
    pub source: Source,
    /// Which device it was.
    pub variant: String,
    /// Name of the case, dotted.
    pub case: String,
    /// Step in the case.
    pub step: u64,
    /// What was done.
    pub op: Op,
    /// What was seen.
    pub outcome: Outcome,
    /// Fields that this crate does not know.
    pub extra: Map<String, Value>,
}

impl Line {
    pub(super) fn parse(number: usize, text: &str) -> Result<Self, Fault> {
        let value: Value =
            serde_json::from_str(text).map_err(|error| Fault::Json(describe(&error)))?;
        let Value::Object(mut object) = value else {
            return Err(Fault::Json(
                "this line is JSON, but no object; a step is {\"kernel\": ...}".to_owned(),
            ));
        };
        let kernel = Option::<String>::read(&mut object, "kernel")?;
        let client = Option::<String>::read(&mut object, "client")?;
        let source = match (kernel, client) {
            (Some(version), _) => Source::Kernel(version),
            (None, Some(name)) => Source::Client(name),
            (None, None) => return Err(Fault::missing("kernel", String::WANTS)),
        };
        let op: String = Slot::read(&mut object, "op")?;
        let line = Self {
            number,
            source,
            variant: Slot::read(&mut object, "variant")?,
            case: Slot::read(&mut object, "case")?,
            step: Slot::read(&mut object, "step")?,
            op: Op::take(&op, &mut object)?,
            outcome: Outcome::take(&mut object)?,
            extra: object,
        };
        line.check_names()?;
        Ok(line)
    }

    /// Results are "OK" or the name of an error.
    fn check_names(&self) -> Result<(), Fault> {
        let fields = [("errno", &self.outcome.errno), ("kret", &self.outcome.kret)];
        for (field, name) in fields {
            let Some(name) = name else { continue };
            let error = name.len() > 1
                && name.starts_with('E')
                && name.bytes().all(|b| b.is_ascii_alphanumeric());
            if name != "OK" && !error {
                let value = Value::from(name.as_str());
                return Err(Fault::wrong(
                    field,
                    &value,
                    "\"OK\" or the name of an error, as \"EINVAL\"",
                ));
            }
        }
        Ok(())
    }

    /// The line as JSON, without a newline.
    pub fn to_json(&self) -> String {
        let (key, source) = match &self.source {
            Source::Kernel(version) => ("kernel", version),
            Source::Client(name) => ("client", name),
        };
        let mut fields = vec![
            (key, source.to_json()),
            ("variant", self.variant.to_json()),
            ("case", self.case.to_json()),
            ("step", self.step.to_json()),
            ("op", Value::from(self.op.name())),
        ];
        self.op.put(&mut fields);
        self.outcome.put(&mut fields);
        let known = fields.iter().map(|(key, value)| (*key, value));
        let extra = self.extra.iter().map(|(key, value)| (key.as_str(), value));
        let members: Vec<_> = known
            .chain(extra)
            .map(|(key, value)| format!("{}:{value}", Value::from(key)))
            .collect();
        format!("{{{}}}", members.join(","))
    }

    /// True if this line's case is `prefix` or below it, by whole dotted components: "3.batch" has
    /// "3.batch.basic", and "3" has not "30.x".
    pub fn in_case(&self, prefix: &str) -> bool {
        match self.case.strip_prefix(prefix) {
            Some(rest) => rest.is_empty() || rest.starts_with('.'),
            None => false,
        }
    }
}

fn describe(error: &serde_json::Error) -> String {
    // serde_json counts lines inside the one line that it was given.
    let full = error.to_string();
    let message = full.split(" at line ").next().unwrap_or(&full);
    let column = error.column();
    if error.is_eof() {
        format!(
            "this line ends in the middle of its JSON (column {column}: {message}); is the file truncated?"
        )
    } else {
        format!("this line is not JSON (column {column}: {message})")
    }
}

#[cfg(test)]
mod tests {
    use crate::trace::Trace;

    const OPEN: &str = r#"{"kernel":"6.12","variant":"setmap-pa","case":"3.batch.basic","step":1,"op":"open","ret":0}"#;

    fn error(line: &str) -> String {
        Trace::parse("t.jsonl", &format!("{OPEN}\n{line}\n"))
            .unwrap_err()
            .to_string()
    }

    fn with(fields: &str) -> String {
        format!(r#"{{"kernel":"6.12","variant":"setmap-pa","case":"c","step":1,{fields}}}"#)
    }

    #[test]
    fn errors_name_file_line_field_and_value() {
        let truncated = error(&OPEN[..40]);
        assert!(
            truncated.starts_with("t.jsonl:2: this line ends in the middle"),
            "{truncated}"
        );
        assert_eq!(
            error(&with(r#""op":"iotlb_destroy""#)),
            "t.jsonl:2: field \"op\" is \"iotlb_destroy\", which is no operation of this format (section 3 of \
             traces/SCHEMA.md lists them)"
        );
        assert_eq!(
            error(&with(r#""op":"iotlb_update","perm":"rw""#)),
            "t.jsonl:2: field \"perm\" is \"rw\"; it should be an integer from 0 to 255"
        );
        assert_eq!(
            error(&with(r#""op":"iotlb_batch_end","v":2"#)),
            "t.jsonl:2: field \"asid\" is missing; it should be an integer from 0 to 4294967295"
        );
        assert_eq!(
            error(&with(r#""op":"close","errno":0"#)),
            "t.jsonl:2: field \"errno\" is 0; it should be a string"
        );
        assert!(
            error(&with(r#""op":"close","errno":"oops""#))
                .contains("it should be \"OK\" or the name")
        );
        assert!(error("[1]").contains("no object"));
        assert!(error(r#"{"op":"open"}"#).contains("\"kernel\" is missing"));
    }

    #[test]
    fn unknown_fields_are_kept() {
        let text = with(r#""op":"open","ret":0,"weather":{"rain":true}"#);
        let trace = Trace::parse("t", &text).unwrap();
        assert_eq!(trace.lines[0].extra["weather"]["rain"], true);
        let again = trace.lines[0].to_json();
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&again).unwrap(),
            serde_json::from_str::<serde_json::Value>(&text).unwrap()
        );
    }

    #[test]
    fn cases_match_by_component() {
        let line = &Trace::parse("t", OPEN).unwrap().lines[0];
        for prefix in ["3", "3.batch", "3.batch.basic"] {
            assert!(line.in_case(prefix), "{prefix}");
        }
        for prefix in ["3.b", "3.batch.", "30", "", "batch", "3.batch.basic.x"] {
            assert!(!line.in_case(prefix), "{prefix:?}");
        }
    }
}
