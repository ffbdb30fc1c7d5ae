// SPDX-License-Identifier: Apache-2.0
//! The demo's tables as text.

use super::story::Story;
use crate::cli::run::words;
use crate::cli::text;

/// A story as a table.
pub fn story(story: &Story) -> String {
    let ack = if story.persist {
        "acknowledged"
    } else {
        "not acknowledged"
    };
    let mut table = text::table([
        "",
        "step",
        "result",
        "S",
        "",
        "D",
        "DMA read at A's IOVA",
        "hazards",
    ]);
    for (number, step) in (1..).zip(&story.steps) {
        let s = words::s_table(step.sight.s.as_deref());
        let d = step.sight.d.first().map(words::d_table).unwrap_or_default();
        let differ = if s != "-" && s != d { "≠" } else { "" };
        table.add_row([
            number.to_string(),
            step.call
                .map_or("vdpa dev add".to_owned(), |c| c.to_string()),
            step.returned.map_or("OK".to_owned(), |r| r.to_string()),
            s,
            differ.to_owned(),
            d,
            words::landing(step.sight.dma),
            words::hazards(&step.sight),
        ]);
    }
    format!(
        "{} parent, IOTLB_PERSIST {ack}\n{}",
        story.mapping.name(),
        text::render(&table)
    )
}
