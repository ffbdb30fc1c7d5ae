// SPDX-License-Identifier: Apache-2.0
//! The drawings of the report, as SVG. Ink takes the colour of the text around it, so that it is read on dark pages too.

use std::fmt::Display;

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::cosim::run::cost::{Around, Cost};
use crate::cosim::run::observe::Table;
use crate::cosim::run::script::{Played, Step};
use crate::vdpa::{Map, Mapping};

use crate::cli::run::{cost, words};

/// Stands for the colour of the text, which plotters has no name for.
const INK: RGBColor = RGBColor(1, 1, 1);
const INK_AS_WRITTEN: &str = "#010101";
const FAINT: RGBColor = RGBColor(0x8a, 0x8a, 0x8a);
const HAZARD: RGBColor = RGBColor(0xd6, 0x27, 0x28);
const IDENTITY: RGBColor = RGBColor(0x9c, 0x6a, 0xde);
/// Of the lanes, in turn.
const LANES: [RGBColor; 4] = [
    RGBColor(0x3b, 0x82, 0xc4),
    RGBColor(0xe0, 0x8a, 0x1e),
    RGBColor(0x3f, 0x9b, 0x57),
    RGBColor(0x8c, 0x8c, 0x8c),
];

/// A drawing could not be made.
#[derive(Debug, thiserror::Error)]
#[error("cannot draw {what}: {why}")]
pub struct DrawError {
    what: &'static str,
    why: String,
}

fn failed<E: Display>(what: &'static str) -> impl Fn(E) -> DrawError {
    move |why| DrawError {
        what,
        why: why.to_string(),
    }
}

/// Finishes a drawing: without a background, with a name for those who do not see it, as wide as its place.
fn finish(svg: &str, label: &str) -> String {
    let label = label.replace('&', "&amp;").replace('"', "&quot;");
    let named = format!("<svg role=\"img\" aria-label=\"{label}\" ");
    svg.replacen("<svg ", &named, 1)
        .replace(INK_AS_WRITTEN, "currentColor")
}

fn centred<'a>(size: i32, colour: &RGBColor) -> TextStyle<'a> {
    let middle = Pos::new(HPos::Center, VPos::Center);
    ("sans-serif", size).into_font().color(colour).pos(middle)
}

// --- timelines -------------------------------------------------------------------------------------------------------

const TIMELINE: (u32, u32) = (720, 190);
/// Lanes of a table, one for each buffer of the script and one for everything else.
const NAMES: [&str; 4] = ["A", "B", "C", "other"];

/// S and D of a run of the script, a column for each step: what each maps, what is wrong.
///
/// # Errors
/// If the library cannot.
pub fn timeline(played: &Played, label: &str) -> Result<String, DrawError> {
    const WHAT: &str = "a timeline";
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, TIMELINE).into_drawing_area();
        let columns = played.steps.len() as f64;
        let mut chart = ChartBuilder::on(&root)
            .margin(4)
            // Above: the labels of the steps. Then S, a gap, D.
            .build_cartesian_2d(-1.0..columns, -0.2..10.4)
            .map_err(failed(WHAT))?;
        let mut draw = Timeline { chart: &mut chart };
        for (table, top) in [("S", TOP_OF_S), ("D", TOP_OF_D)] {
            for (lane, name) in NAMES.iter().enumerate().take(3) {
                draw.text(
                    -0.4,
                    lane_middle(top, lane),
                    &format!("{table}: {name}"),
                    &INK,
                )?;
            }
        }
        for (column, step) in played.steps.iter().enumerate() {
            draw.step(column as f64, step)?;
        }
        root.present().map_err(failed(WHAT))?;
    }
    Ok(finish(&svg, label))
}

const TOP_OF_S: f64 = 9.0;
const TOP_OF_D: f64 = 4.4;

fn lane_middle(top: f64, lane: usize) -> f64 {
    top - lane as f64 - 0.5
}

/// The lane of a mapping, by the buffer that it leads to.
fn lane(pa: u64) -> usize {
    let name = words::memory(pa);
    let known = NAMES.iter().position(|known| *known == name);
    known.unwrap_or(NAMES.len() - 1)
}

type Chart<'a, 'b> = ChartContext<
    'a,
    SVGBackend<'b>,
    Cartesian2d<plotters::coord::types::RangedCoordf64, plotters::coord::types::RangedCoordf64>,
>;

struct Timeline<'c, 'a, 'b> {
    chart: &'c mut Chart<'a, 'b>,
}

impl Timeline<'_, '_, '_> {
    fn text(&mut self, x: f64, y: f64, text: &str, colour: &RGBColor) -> Result<(), DrawError> {
        let text = Text::new(text.to_owned(), (x, y), centred(13, colour));
        self.chart.draw_series([text]).map_err(failed("a label"))?;
        Ok(())
    }

    fn rectangle(
        &mut self,
        left: f64,
        (top, bottom): (f64, f64),
        style: ShapeStyle,
    ) -> Result<(), DrawError> {
        let corners = [(left + 0.06, top - 0.08), (left + 0.94, bottom + 0.08)];
        let rectangle = Rectangle::new(corners, style);
        self.chart
            .draw_series([rectangle])
            .map_err(failed("a range"))?;
        Ok(())
    }

    fn range(&mut self, column: f64, top: f64, pa: u64) -> Result<(), DrawError> {
        let lane = lane(pa);
        let top = top - lane as f64;
        let colour = LANES.get(lane).copied().unwrap_or(FAINT);
        self.rectangle(column, (top, top - 1.0), colour.filled())
    }

    /// A table that is not ranges, over all of its lanes.
    fn whole(&mut self, column: f64, text: &str, colour: RGBColor) -> Result<(), DrawError> {
        let style = colour.mix(0.35).filled();
        self.rectangle(column, (TOP_OF_D, TOP_OF_D - 3.0), style)?;
        self.text(column + 0.5, TOP_OF_D - 1.5, text, &INK)
    }

    fn step(&mut self, column: f64, step: &Step) -> Result<(), DrawError> {
        let wrong = !step.sight.findings.is_empty();
        let head = if wrong { HAZARD } else { INK };
        let mark = if wrong { " !" } else { "" };
        self.text(column + 0.5, 9.8, &format!("{}{mark}", step.label), &head)?;
        let maps: &[Map] = step.sight.s.as_deref().unwrap_or_default();
        for map in maps {
            self.range(column, TOP_OF_S, map.addr)?;
        }
        match step.sight.d.first() {
            Some(Table::Ranges(entries)) => {
                for entry in entries {
                    self.range(column, TOP_OF_D, entry.pa)?;
                }
            }
            Some(Table::OneToOne) => self.whole(column, "1:1", IDENTITY)?,
            Some(Table::Blocked) => self.whole(column, "blocked", FAINT)?,
            Some(Table::HostDefault) => self.whole(column, "host", FAINT)?,
            None => {}
        }
        if wrong {
            self.rectangle(column, (TOP_OF_S, TOP_OF_D - 4.2), HAZARD.stroke_width(2))?;
        }
        Ok(())
    }
}

// --- costs -----------------------------------------------------------------------------------------------------------

const COSTS: (u32, u32) = (720, 420);

/// Clocks of one reset over the number of mappings, both axes logarithmic: a line for each parent and program.
///
/// # Errors
/// If the library cannot.
pub fn costs(costs: &[Cost], label: &str) -> Result<String, DrawError> {
    const WHAT: &str = "the costs";
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, COSTS).into_drawing_area();
        cost_lines(&root, costs)?;
        root.present().map_err(failed(WHAT))?;
    }
    Ok(finish(&svg, label))
}

/// What one reset costs in all, if the hardware has counted it.
pub fn clocks(cost: &Cost) -> Option<u64> {
    cost.cycle
        .clocks()
        .map(|clocks| clocks.table + clocks.reset)
}

fn cost_lines(root: &DrawingArea<SVGBackend<'_>, Shift>, costs: &[Cost]) -> Result<(), DrawError> {
    const WHAT: &str = "the costs";
    let point = |cost: &Cost| Some((f64::from(cost.question.mappings), clocks(cost)? as f64));
    let (mut right, mut top) = (1.0f64, 10.0f64);
    for (mappings, clocks) in costs.iter().filter_map(point) {
        right = right.max(mappings);
        top = top.max(clocks);
    }
    let mut chart = ChartBuilder::on(root)
        .margin(12)
        .x_label_area_size(36)
        .y_label_area_size(72)
        .build_cartesian_2d(
            (0.8..right * 1.3).log_scale().base(2.0),
            (10.0..top * 2.0).log_scale(),
        )
        .map_err(failed(WHAT))?;
    let ink = ("sans-serif", 13).into_font().color(&INK);
    chart
        .configure_mesh()
        .x_desc("mappings")
        .y_desc("clocks of one device reset")
        .x_label_formatter(&|x| format!("{x:.0}"))
        .y_label_formatter(&|y| format!("{y:.0}"))
        .label_style(ink.clone())
        .axis_style(INK)
        .bold_line_style(FAINT.mix(0.3))
        .light_line_style(TRANSPARENT)
        .draw()
        .map_err(failed(WHAT))?;
    for mapping in [Mapping::SetMap, Mapping::DmaMap] {
        for (around, colour) in Around::ALL.into_iter().zip(LANES) {
            let of =
                |cost: &&Cost| cost.question.mapping == mapping && cost.question.around == around;
            let points: Vec<_> = costs.iter().filter(of).filter_map(point).collect();
            if points.is_empty() {
                continue;
            }
            // Filled circles are one style of parent, open ones the other: colour alone does not tell.
            let filled = mapping == Mapping::SetMap;
            let circle = move |at| {
                let style = ShapeStyle {
                    color: colour.to_rgba(),
                    filled,
                    stroke_width: 2,
                };
                Circle::new(at, 5, style)
            };
            chart
                .draw_series(LineSeries::new(points.clone(), colour.stroke_width(2)))
                .map_err(failed(WHAT))?
                .label(format!("{}, {}", mapping.name(), cost::around(around)))
                .legend(move |(x, y)| {
                    let style = ShapeStyle {
                        color: colour.to_rgba(),
                        filled,
                        stroke_width: 2,
                    };
                    Circle::new((x + 10, y), 5, style)
                });
            chart
                .draw_series(points.into_iter().map(circle))
                .map_err(failed(WHAT))?;
        }
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .label_font(ink)
        .border_style(TRANSPARENT)
        .draw()
        .map_err(failed(WHAT))?;
    Ok(())
}
