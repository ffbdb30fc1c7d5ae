// SPDX-License-Identifier: Apache-2.0
//! Recordings of clients: those of QEMU that come with this crate, and files.

use std::path::Path;

use crate::cli::Failure;
use crate::trace::{Source, Trace};

macro_rules! carried {
    ($($name:literal),* $(,)?) => {
        /// The recordings of QEMU that come with this crate, by name.
        const CARRIED: &[(&str, &str)] = &[
            $(($name, include_str!(concat!("../../../../traces/qemu/", $name, "-17e.jsonl")))),*
        ];
    };
}

carried! {
    "qemu-10.0.2-base-cvq", "qemu-10.0.2-base-nocvq", "qemu-10.0.2-mem4g-cvq", "qemu-10.0.2-stopcont-cvq",
    "qemu-10.0.2-vga-cvq", "qemu-10.0.2-viommu-nocvq", "qemu-7.2-base-cvq", "qemu-7.2-stopcont-cvq",
}

/// A recording.
#[derive(Debug)]
pub struct Recording {
    /// Its name in tables.
    pub(super) name: String,
    pub(super) trace: Trace,
}

impl Recording {
    /// Its name in tables.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// IOTLB messages in it.
    pub(super) fn messages(&self) -> usize {
        self.trace
            .lines
            .iter()
            .filter(|line| line.op.is_message())
            .count()
    }
}

/// The recordings of that name: "qemu" and "all" for those that come with this crate, the name of one of them, or a
/// file. `None` if it can be none of these.
///
/// # Errors
/// If a file cannot be read, or is no recording of a client.
pub fn find(name: &str) -> Result<Option<Vec<Recording>>, Failure> {
    if name.ends_with(".jsonl") {
        let trace = Trace::read(Path::new(name))?;
        // Of a program that tests a kernel, nothing here would be true: it is no client, and starts no device.
        let source = trace.lines.first().map(|line| &line.source);
        if let Some(Source::Kernel(kernel)) = source {
            return Err(format!(
                "{name}: recorded on Linux {kernel}, not of a client as those in traces/qemu are; give it to \
                 persimmon replay"
            )
            .into());
        }
        return Ok(Some(vec![Recording {
            name: name.to_owned(),
            trace,
        }]));
    }
    let mut found = Vec::new();
    for (carried, text) in CARRIED {
        if name == *carried || name == "qemu" || name == "all" {
            let trace = Trace::parse(carried, text)?;
            found.push(Recording {
                name: (*carried).to_owned(),
                trace,
            });
        }
    }
    Ok(Some(found).filter(|found| !found.is_empty()))
}

/// The names of the recordings that come with this crate.
pub fn names() -> impl Iterator<Item = &'static str> {
    CARRIED.iter().map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::Op;

    #[test]
    fn every_carried_recording_is_found() {
        let all = find("qemu").unwrap().unwrap();
        assert_eq!(all.len(), CARRIED.len());
        for recording in &all {
            assert!(recording.messages() > 90, "{}", recording.name);
            let is_open = |op: &Op| matches!(op, Op::Open {});
            assert!(recording.trace.lines.iter().any(|line| is_open(&line.op)));
        }
        let one = find("qemu-7.2-base-cvq").unwrap().unwrap();
        assert_eq!(one.len(), 1);
        assert!(find("tolerant").unwrap().is_none());
        assert!(find("no/such.jsonl").is_err());
        let kernel = concat!(env!("CARGO_MANIFEST_DIR"), "/traces/linux-6.1-setmap.jsonl");
        let refused = find(kernel).unwrap_err().to_string();
        assert!(refused.contains("persimmon replay"), "{refused}");
    }
}
