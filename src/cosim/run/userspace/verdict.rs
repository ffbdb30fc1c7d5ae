// SPDX-License-Identifier: Apache-2.0
//! How a program came out.

use super::Expects;
use crate::cosim::run::machine::Buffer;
use crate::cosim::run::observe::{Landing, Table};
use crate::vdpa::Errno;

/// A part of a [`Verdict`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Word {
    /// No call failed, and in the end the program had what it counts on.
    Works,
    /// It could not even map.
    Refused,
    /// A call failed; the first error.
    Failed(Errno),
    /// DMA at the IOVA of a buffer lands elsewhere than in the buffer.
    IsolationHole,
    /// DMA at the IOVA of a buffer faults, and the program counts on it.
    Lost,
    /// DMA reaches a buffer, and the program counts on a fault.
    NoFault,
    /// The device translates as before.
    Kept,
    /// The device translates otherwise than before.
    Cleaned,
}

impl Word {
    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Refused => "refused",
            Self::Failed(errno) => errno.name(),
            Self::IsolationHole => "isolation hole",
            Self::Lost => "lost",
            Self::NoFault => "no fault",
            Self::Kept => "kept",
            Self::Cleaned => "cleaned",
        }
    }
}

/// How a program came out, in words that say what happened, and whether that is what it counts on.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Verdict {
    /// What happened: one word or several.
    pub words: Vec<Word>,
    /// It is what the program counts on.
    pub good: bool,
}

/// What a verdict is made of.
pub(super) struct Evidence<'a> {
    /// A call failed before the reset was near.
    pub refused: bool,
    /// The first error since.
    pub failed: Option<Errno>,
    /// Where accesses to buffers landed in the end.
    pub landings: &'a [(Buffer, Landing)],
    /// D before what is costed, and in the end.
    pub tables: (&'a [Table], &'a [Table]),
}

impl Verdict {
    pub(super) fn of(expects: Expects, evidence: &Evidence<'_>) -> Self {
        if evidence.refused {
            return Self {
                words: vec![Word::Refused],
                good: false,
            };
        }
        let any = |test: fn(&(Buffer, Landing)) -> bool| evidence.landings.iter().any(test);
        let hole = any(|(buffer, landing)| match landing {
            Landing::At(pa) => *pa != buffer.pa(),
            Landing::Host => true,
            Landing::Fault(_) => false,
        });
        let fault = any(|(_, landing)| matches!(landing, Landing::Fault(_)));
        let reached = any(|(buffer, landing)| *landing == Landing::At(buffer.pa()));

        let mut words: Vec<Word> = evidence.failed.map(Word::Failed).into_iter().collect();
        let mut word = |is: bool, word: Word| words.extend(is.then_some(word));
        let mut met = false;
        match expects {
            Expects::Buffers => {
                word(hole, Word::IsolationHole);
                word(fault, Word::Lost);
            }
            Expects::Faults => {
                word(hole, Word::IsolationHole);
                word(reached, Word::NoFault);
            }
            Expects::Kept | Expects::Cleaned => {
                let kept = kept(evidence.tables);
                word(true, if kept { Word::Kept } else { Word::Cleaned });
                met = kept == (expects == Expects::Kept) && evidence.failed.is_none();
            }
        }
        if words.is_empty() {
            words.push(Word::Works);
            met = true;
        }
        Self { words, good: met }
    }

    /// "EFAULT, isolation hole"; with an exclamation mark where kept or cleaned is not what the program counts on.
    pub fn text(&self) -> String {
        let names: Vec<_> = self.words.iter().map(|word| word.name()).collect();
        let says = |word| self.words.contains(&word);
        let mark = match !self.good && (says(Word::Kept) || says(Word::Cleaned)) {
            true => "!",
            false => "",
        };
        names.join(", ") + mark
    }
}

/// Behind the platform's IOMMU, open() puts a domain of its own in the place of the host's, which is no cleaning.
fn kept((before, after): (&[Table], &[Table])) -> bool {
    before
        .iter()
        .zip(after)
        .all(|(old, new)| old == new || *old == Table::HostDefault)
}
