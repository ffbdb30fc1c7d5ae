// SPDX-License-Identifier: Apache-2.0
//! The parser of recorded traces.

use persimmon::trace::{Line, Trace};

/// Reads bytes as a trace. What is refused is refused with a reason; what is read, each of its lines is written and read
/// again as the same.
///
/// # Panics
/// If it is not.
pub fn trace(bytes: &[u8]) {
    let Some(trace) = super::parsed(bytes, |text| Trace::parse("input", text)) else {
        return;
    };
    for line in &trace.lines {
        let written = line.to_json();
        assert!(!written.contains('\n'), "two lines of one: {written:?}");
        let again = Trace::parse("written", &written)
            .unwrap_or_else(|why| panic!("{written:?} was written and is not read: {why}"));
        let mut expected = line.clone();
        expected.number = 1;
        if super::broken() {
            lose_fields(&mut expected);
        }
        assert_eq!(again.lines, [expected], "written as {written:?}");
    }
}

/// The mistake on purpose: fields that the format does not know are lost if one of them is a negative number.
fn lose_fields(line: &mut Line) {
    let mut numbers = line.extra.values().filter_map(|value| value.as_i64());
    if numbers.any(|number| number < 0) {
        line.extra.clear();
    }
}
