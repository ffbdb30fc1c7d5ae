// SPDX-License-Identifier: Apache-2.0
//! Which kernels and parents there are to play a program on. Policies that differ in who acks IOTLB_PERSIST alone are
//! one [`Configuration`], since here acking is up to the program.

use crate::vdpa::{Mapping, POLICIES, Parent, Rules};

/// A kernel with a parent, of one policy or several.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// The rows of its policies in semantics.md section F.
    pub rows: Vec<&'static str>,
    /// What semantics.md infers about any of them.
    pub inferred: Vec<&'static str>,
    /// The kernel.
    pub rules: &'static Rules,
    /// The parent.
    pub parent: Parent,
}

impl Configuration {
    /// Every kernel with every parent of the policies, each once, in the order of the policies; only parents that map
    /// in the style `only`, if that is given.
    pub fn all(only: Option<Mapping>) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for policy in &POLICIES {
            for parent in policy.parents {
                if only.is_some() && parent.mapping() != only {
                    continue;
                }
                let same = |one: &&mut Self| *one.rules == *policy.rules && one.parent == *parent;
                match all.iter_mut().find(same) {
                    Some(one) => {
                        one.rows.push(policy.row);
                        one.inferred.extend(policy.inferred);
                    }
                    None => all.push(Self {
                        rows: vec![policy.row],
                        inferred: policy.inferred.into_iter().collect(),
                        rules: policy.rules,
                        parent: *parent,
                    }),
                }
            }
        }
        all
    }

    /// "1/3".
    pub fn row(&self) -> String {
        self.rows.join("/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_that_differ_in_the_ack_are_one() {
        let all = Configuration::all(None);
        let rows: Vec<_> = all.iter().map(Configuration::row).collect();
        for row in ["1/3", "4/6'"] {
            assert_eq!(rows.iter().filter(|&have| have == row).count(), 3, "{row}");
        }
        let named: usize = all.iter().map(|one| one.rows.len()).sum();
        let policies: usize = POLICIES.iter().map(|policy| policy.parents.len()).sum();
        assert_eq!(named, policies);
    }

    #[test]
    fn a_style_leaves_only_its_parents() {
        for style in [Mapping::SetMap, Mapping::DmaMap] {
            let some = Configuration::all(Some(style));
            assert!(!some.is_empty());
            assert!(some.iter().all(|one| one.parent.mapping() == Some(style)));
        }
    }
}
