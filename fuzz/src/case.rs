// SPDX-License-Identifier: Apache-2.0
//! The parser of cases, the files of `persimmon fuzz --replay`: registers, commands and clocks.

use std::path::Path;

use persimmon::cosim::fuzz::Case;

/// Reads bytes as a case. What is refused is refused with a reason; what is read is written and read again as the same.
///
/// # Panics
/// If it is not.
pub fn case(bytes: &[u8]) {
    let path = Path::new("input");
    let Some(case) = super::parsed(bytes, |text| Case::parse(path, text)) else {
        return;
    };
    let written = case
        .to_text()
        .unwrap_or_else(|why| panic!("{case:?} cannot be written: {why}"));
    let again = Case::parse(path, &written)
        .unwrap_or_else(|why| panic!("{written:?} was written and is not read: {why}"));
    assert_eq!(again, case, "written as {written:?}");
    if super::broken() {
        // The mistake on purpose: of the seed, 16 bits are read.
        assert_eq!(case.seed & 0xffff, case.seed, "of {written:?}");
    }
}
