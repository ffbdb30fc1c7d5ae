// SPDX-License-Identifier: Apache-2.0
//! Makes a failing sequence short enough to read.

/// The steps of `steps` that are needed for `fails`: no single one of those left can be taken out.
///
/// Chunks are taken out first, half the sequence and then ever smaller ones, so that a long sequence needs a number of
/// runs that grows with its logarithm. `fails` is deterministic.
pub fn shrink<T: Clone>(mut steps: Vec<T>, mut fails: impl FnMut(&[T]) -> bool) -> Vec<T> {
    let mut chunk = steps.len().div_ceil(2);
    while chunk > 0 {
        let mut at = 0;
        while at < steps.len() {
            let end = (at + chunk).min(steps.len());
            let without = [&steps[..at], &steps[end..]].concat();
            if fails(&without) {
                steps = without;
            } else {
                at = end;
            }
        }
        chunk /= 2;
    }
    steps
}

#[test]
fn leaves_what_is_needed() {
    let needed = |steps: &[u32]| steps.contains(&7) && steps.contains(&61);
    assert_eq!(shrink((0..100).collect(), needed), [7, 61]);
}
