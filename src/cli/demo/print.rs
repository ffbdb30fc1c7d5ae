// SPDX-License-Identifier: Apache-2.0
//! The demo's tables as text.

use super::story::{Step, Story};
use crate::cli::text;
use crate::vdpa::Mapping;

/// A story as a table.
pub fn story(story: &Story) -> String {
    let parent = match story.mapping {
        Mapping::SetMap => "set_map parent",
        Mapping::DmaMap => "dma_map parent",
    };
    let ack = if story.persist {
        "acknowledged"
    } else {
        "not acknowledged"
    };
    let mut table = text::table(["", "step", "result", "S", "", "D", "DMA read at A's IOVA"]);
    for (number, step) in (1..).zip(&story.steps) {
        let Step {
            what,
            result,
            s,
            d,
            dma,
        } = step;
        let differ = if s != "-" && s != d { "≠" } else { "" };
        table.add_row([&number.to_string(), what, result, s, differ, d, dma]);
    }
    format!("{parent}, IOTLB_PERSIST {ack}\n{}", text::render(&table))
}
