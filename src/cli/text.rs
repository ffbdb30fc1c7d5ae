// SPDX-License-Identifier: Apache-2.0
//! Tables for terminals and snapshots: plain lines, as wide as their contents.

use comfy_table::{Table, TableComponent, presets};

/// An empty table with a header.
pub fn table<'a>(header: impl IntoIterator<Item = &'a str>) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table.set_style(TableComponent::HeaderLines, '─');
    table.set_style(TableComponent::MiddleHeaderIntersections, '─');
    table.set_header(header.into_iter().collect::<Vec<_>>());
    table
}

/// The table as text, without blanks at the ends of lines.
pub fn render(table: &Table) -> String {
    table
        .lines()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect()
}

/// What a run on RTL and golden model in lockstep ends with.
pub fn equal_answers(compared: u64) -> String {
    match compared {
        0 => "No answer was compared: there is no RTL and golden model side by side here.\n"
            .to_owned(),
        compared => format!("RTL and golden model gave {compared} equal answers.\n"),
    }
}
