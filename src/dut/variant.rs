// SPDX-License-Identifier: Apache-2.0
//! Which builds of the RTL are linked in, and which one serves a wish.

#[path = "../../build/variants.rs"]
mod list;

pub use list::{BoardBuild, Parameters, Variant};

/// No build holds that many entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "no build of the RTL holds {entries} entries; built are {}, and anything from 1 up to the largest is made \
         of the next larger one by LIMIT",
    built()
)]
pub struct NoSuchSize {
    /// What was asked for.
    pub entries: u16,
}

/// "64, 2048".
fn built() -> String {
    let sizes: Vec<String> = Variant::sizes()
        .iter()
        .map(|variant| variant.parameters().entries.to_string())
        .collect();
    sizes.join(", ")
}

impl Variant {
    /// One build of each size at byte granularity and without bugs, smallest first. A build of pages would refuse most
    /// of what a recording holds.
    #[must_use]
    pub fn sizes() -> Vec<Self> {
        let mut sizes: Vec<Self> = Self::ALL
            .into_iter()
            .filter(|variant| !variant.has_bugs() && variant.parameters().granule_log2 == 0)
            .collect();
        sizes.sort_by_key(|variant| variant.parameters().entries);
        sizes
    }

    /// The build with `entries` entries, or the next larger one; then the caller narrows every address space to
    /// `entries` by [`RegIf::set_limit`](crate::regif::RegIf::set_limit).
    pub fn for_entries(entries: u16) -> Result<Self, NoSuchSize> {
        Self::sizes()
            .into_iter()
            .find(|variant| entries > 0 && variant.parameters().entries >= entries)
            .ok_or(NoSuchSize { entries })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_places_in_the_list() {
        for (number, variant) in Variant::ALL.into_iter().enumerate() {
            assert_eq!(variant as usize, number);
        }
    }

    #[test]
    fn built_sizes_are_taken_as_they_are() {
        assert_eq!(Variant::for_entries(64), Ok(Variant::E64));
        assert_eq!(Variant::for_entries(2048), Ok(Variant::E2048));
    }

    #[test]
    fn other_sizes_take_the_next_larger_build() {
        assert_eq!(Variant::for_entries(1), Ok(Variant::E64));
        assert_eq!(Variant::for_entries(50), Ok(Variant::E64));
        assert_eq!(Variant::for_entries(65), Ok(Variant::E2048));
    }

    #[test]
    fn impossible_sizes_list_what_is_built() {
        for entries in [0, 2049] {
            let error = Variant::for_entries(entries).unwrap_err().to_string();
            assert!(
                error.contains(&format!("holds {entries} entries")),
                "{error}"
            );
            assert!(error.contains("64, 2048"), "{error}");
        }
    }
}
