// SPDX-License-Identifier: Apache-2.0
//! What can happen, and a sequence of it as a file.
//!
//! The file is JSON, an object a line: first the build and the seed of the garbage that its memories start with, then an
//! event a line. The trace format of `traces/` is system calls, which have no word for a register or a clock; a failing
//! sequence of [`calls`](super::calls) is written as such a trace.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::cosim::axi::Mismatch;
use crate::cosim::draw::Step;
use crate::dut::{Inject, Variant};
use crate::regif::Command;

/// Something that happens to the device. Requests are those that [`requests`](crate::cosim::draw::requests) makes of a
/// seed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Event {
    /// A command, a register, an access or its end.
    Step(Step),
    /// Every access in flight ends.
    Quiet,
    /// Commands given together.
    Post(Vec<Command>),
    /// A request in every clock, and commands meanwhile. Nothing happens while a group is held.
    Stream {
        /// Of the requests.
        seed: u64,
        /// How many.
        count: u32,
        /// One after the other. QUIESCE is left out.
        commands: Vec<Command>,
    },
    /// `dev_reset_i` for one clock, while a command is given.
    Pin {
        /// Whose pin.
        device: u8,
        /// `dev_reset_clean_i`.
        clean: bool,
        /// Clocks from the first register write to the pulse.
        wait: u16,
        /// The command.
        command: Command,
    },
    /// A command whose pass damages a word, accesses, and RECOVER of everything. Nothing happens while a transaction is
    /// open.
    Damage {
        /// Which bit of which word.
        inject: Inject,
        /// The command.
        command: Command,
        /// Of the accesses.
        seed: u64,
        /// How many.
        count: u32,
    },
    /// Power-on reset, a few clocks after requests were queued.
    PowerOn {
        /// Of the requests.
        seed: u64,
        /// How many.
        count: u32,
        /// Clocks between.
        wait: u16,
    },
}

impl Event {
    /// The commands that can be taken out one by one.
    pub(super) fn commands_mut(&mut self) -> Option<&mut Vec<Command>> {
        match self {
            Self::Post(commands) | Self::Stream { commands, .. } => Some(commands),
            _ => None,
        }
    }
}

/// A sequence of events on one build.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Case {
    /// The build, as [`Variant`] has it.
    pub build: String,
    /// What decides the garbage in memories and registers at power-on.
    pub seed: u64,
    /// What happens.
    pub events: Vec<Event>,
}

/// The first line of a file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    build: String,
    seed: u64,
}

/// Why a file is no case.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// It cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A line is not what it should be.
    #[error("{}:{line}: {source}; a case is what `persimmon fuzz` writes", path.display())]
    Line {
        /// Which file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// Why.
        source: serde_json::Error,
    },
    /// There is no line.
    #[error("{}: it is empty; a case begins with {{\"build\": ..., \"seed\": ...}}", path.display())]
    Empty {
        /// Which file.
        path: PathBuf,
    },
}

impl Case {
    /// Reads a file.
    ///
    /// # Errors
    /// If it is none, with the line that is wrong.
    pub fn read(path: &Path) -> Result<Self, CaseError> {
        let text = fs::read_to_string(path).map_err(|source| CaseError::File {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(path, &text)
    }

    /// Reads text; `path` is what errors call it.
    ///
    /// # Errors
    /// If it is no case, with the line that is wrong.
    pub fn parse(path: &Path, text: &str) -> Result<Self, CaseError> {
        let wrong = |number: usize| {
            move |source| CaseError::Line {
                path: path.to_owned(),
                line: number + 1,
                source,
            }
        };
        let mut lines = text.lines().enumerate();
        let (number, first) = lines.next().ok_or_else(|| CaseError::Empty {
            path: path.to_owned(),
        })?;
        let Header { build, seed } = serde_json::from_str(first).map_err(wrong(number))?;
        let events = lines.map(|(number, line)| serde_json::from_str(line).map_err(wrong(number)));
        Ok(Self {
            build,
            seed,
            events: events.collect::<Result<_, _>>()?,
        })
    }

    /// The text of a file.
    ///
    /// # Errors
    /// Never for a case that can be made; the encoder of JSON can say so all the same.
    pub fn to_text(&self) -> serde_json::Result<String> {
        let header = Header {
            build: self.build.clone(),
            seed: self.seed,
        };
        let mut text = serde_json::to_string(&header)? + "\n";
        for event in &self.events {
            text += &serde_json::to_string(event)?;
            text.push('\n');
        }
        Ok(text)
    }

    /// Writes a file.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), CaseError> {
        let text = self.to_text().map_err(|source| CaseError::Line {
            path: path.to_owned(),
            line: 0,
            source,
        })?;
        fs::write(path, text).map_err(|source| CaseError::File {
            path: path.to_owned(),
            source,
        })
    }

    /// The build that it is for.
    pub(super) fn variant(&self) -> Result<Variant, Mismatch> {
        let name = |variant: &Variant| format!("{variant:?}");
        let found = Variant::ALL
            .into_iter()
            .find(|variant| name(variant) == self.build);
        found.ok_or_else(|| {
            let all: Vec<String> = Variant::ALL.iter().map(name).collect();
            Mismatch(format!(
                "no build is called {:?}; there are {}",
                self.build,
                all.join(", ")
            ))
        })
    }
}
