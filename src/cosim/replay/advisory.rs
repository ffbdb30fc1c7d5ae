// SPDX-License-Identifier: Apache-2.0
//! Results in a recording that no kernel gave: the calls of a client's recording are real, what they returned is an
//! emulation's. They are compared all the same, and counted apart: a difference may be the emulation's fault.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::report::{Kind, Mismatch};

/// How many recorded results the model agrees with, and what it says instead of the others.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Advisory {
    /// Results that are the model's too, of each kind.
    pub equal: BTreeMap<Kind, usize>,
    /// Results that are not, of each kind.
    pub different: BTreeMap<Kind, usize>,
    /// The first differences that are not alike; no more than [`Advisory::KEPT`].
    pub kept: Vec<Difference>,
}

/// Results of one operation that differ alike.
#[derive(Clone, PartialEq, Debug)]
pub struct Difference {
    /// The first of them.
    pub first: Mismatch,
    /// How many there are.
    pub count: usize,
}

impl Advisory {
    /// How many differences are kept in full.
    pub const KEPT: usize = 16;
    /// What a client's recording can have.
    pub const KINDS: [Kind; 4] = [Kind::Errno, Kind::Kret, Kind::St, Kind::Value];

    /// How many results were compared.
    pub fn compared(&self) -> usize {
        let counts = self.equal.values().chain(self.different.values());
        counts.sum()
    }

    /// Counts a comparison, which found `difference`.
    pub(super) fn count(&mut self, kind: Kind, difference: Option<Mismatch>) {
        let Some(found) = difference else {
            *self.equal.entry(kind).or_default() += 1;
            return;
        };
        *self.different.entry(kind).or_default() += 1;
        let of = |m: &Mismatch| (m.op.clone(), m.kind, m.expected.clone(), m.actual.clone());
        let alike = self
            .kept
            .iter()
            .position(|kept| of(&kept.first) == of(&found));
        match alike {
            Some(index) => self.kept[index].count += 1,
            None if self.kept.len() < Self::KEPT => self.kept.push(Difference {
                first: found,
                count: 1,
            }),
            None => {}
        }
    }

    /// As one JSON object.
    pub fn to_json(&self) -> Value {
        let of = |counts: &BTreeMap<Kind, usize>, kind| counts.get(&kind).copied().unwrap_or(0);
        let kinds: Map<_, _> = Self::KINDS
            .iter()
            .map(|&kind| {
                let (equal, different) = (of(&self.equal, kind), of(&self.different, kind));
                let counts = json!({ "equal": equal, "different": different });
                (kind.name().to_owned(), counts)
            })
            .collect();
        let first = self.kept.iter().map(|kept| {
            let mut json = kept.first.to_json();
            json["count"] = Value::from(kept.count);
            json
        });
        json!({
            "equal": self.equal.values().sum::<usize>(),
            "different": self.different.values().sum::<usize>(),
            "kinds": kinds,
            "first": first.collect::<Vec<_>>(),
        })
    }
}
