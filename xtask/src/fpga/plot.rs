// SPDX-License-Identifier: Apache-2.0
//! The drawing of `--scaling`: four panels over ENTRIES, whose axis is logarithmic, so that what grows with log N is a
//! straight line.

use anyhow::anyhow;
use plotters::coord::Shift;
use plotters::prelude::*;

use super::report::Report;

const SIZE: (u32, u32) = (960, 640);
const INK: RGBColor = RGBColor(0x1f, 0x4e, 0x79);
const GUIDE: RGBColor = RGBColor(0x99, 0x99, 0x99);

/// A value at a number of entries.
struct Point {
    entries: f64,
    value: f64,
    /// Lowest and highest seed.
    range: Option<(f64, f64)>,
}

/// What a panel shows of a report: a value, and the lowest and highest of the seeds.
type Value = dyn Fn(&Report) -> Option<(f64, Option<(f64, f64)>)>;

/// The drawing as SVG.
pub fn draw(reports: &[Report]) -> anyhow::Result<String> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        root.fill(&WHITE).map_err(|e| anyhow!("{e}"))?;
        let panels = root.split_evenly((2, 2));
        // All panels have one axis. Without a report it is any: an empty drawing is no failure.
        let entries = || {
            reports
                .iter()
                .filter_map(|report| report.parameter("ENTRIES"))
        };
        let ends = entries().min().zip(entries().max()).unwrap_or((1, 2));
        let axis = (ends.0 as f64, ends.1 as f64);
        let spread = |report: &Report| {
            let spread = report.fmax_mhz?;
            Some((spread.median, Some((spread.min, spread.max))))
        };
        let points = |value: &Value| {
            let point = |report: &Report| {
                let (value, range) = value(report)?;
                let entries = report.parameter("ENTRIES")? as f64;
                Some(Point {
                    entries,
                    value,
                    range,
                })
            };
            reports.iter().filter_map(point).collect::<Vec<_>>()
        };
        panel(
            &panels[0],
            "Fmax, MHz: median, lowest and highest seed",
            &points(&spread),
            axis,
            None,
        )?;
        let logic = points(&|report| Some((report.net_logic() as f64, None)));
        let fit = fit(&logic);
        let caption = match fit {
            Some((_, slope)) => format!("Logic (COMB + RAMW): {slope:+.0} for each doubling"),
            None => "Logic (COMB + RAMW)".to_owned(),
        };
        panel(&panels[1], &caption, &logic, axis, fit)?;
        let ram = points(&|report| Some((report.net_block_ram() as f64, None)));
        panel(&panels[2], "Block RAMs", &ram, axis, None)?;
        let clocks = points(&|report| Some((report.latency_clocks? as f64, None)));
        panel(&panels[3], "LATENCY, clocks", &clocks, axis, None)?;
        root.present().map_err(|e| anyhow!("{e}"))?;
    }
    Ok(svg)
}

/// Least squares over log2 of the entries: the value at one entry, and what each doubling adds.
fn fit(points: &[Point]) -> Option<(f64, f64)> {
    let count = points.len() as f64;
    let mean = |of: &dyn Fn(&Point) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(&|p| p.entries.log2()), mean(&|p| p.value));
    let square = mean(&|p| (p.entries.log2() - x).powi(2));
    if points.len() < 2 || square == 0.0 {
        return None;
    }
    let slope = mean(&|p| (p.entries.log2() - x) * (p.value - y)) / square;
    Some((y - slope * x, slope))
}

fn panel(
    area: &DrawingArea<SVGBackend, Shift>,
    caption: &str,
    points: &[Point],
    (low, high): (f64, f64),
    fit: Option<(f64, f64)>,
) -> anyhow::Result<()> {
    let failed = |e: &dyn std::fmt::Display| anyhow!("cannot draw {caption}: {e}");
    let top = |p: &Point| p.range.map_or(p.value, |(_, high)| high);
    let highest = points.iter().map(top).fold(1.0, f64::max);
    let mut chart = ChartBuilder::on(area)
        .caption(caption, ("sans-serif", 16))
        .margin(12)
        .x_label_area_size(32)
        .y_label_area_size(56)
        .build_cartesian_2d(
            (low / 1.3..high * 1.3).log_scale().base(2.0),
            0.0..highest * 1.1,
        )
        .map_err(|e| failed(&e))?;
    chart
        .configure_mesh()
        .x_desc("ENTRIES")
        .x_label_formatter(&|x| format!("{x:.0}"))
        .y_label_formatter(&|y| format!("{y:.0}"))
        .light_line_style(WHITE)
        .draw()
        .map_err(|e| failed(&e))?;
    if let Some((at_one, slope)) = fit {
        let ends = [low, high].map(|x| (x, at_one + slope * x.log2()));
        chart
            .draw_series(LineSeries::new(ends, GUIDE))
            .map_err(|e| failed(&e))?;
    }
    for point in points {
        if let Some((bottom, top)) = point.range {
            let bar = [(point.entries, bottom), (point.entries, top)];
            chart
                .draw_series([PathElement::new(bar, INK.stroke_width(2))])
                .map_err(|e| failed(&e))?;
        }
    }
    let line = points.iter().map(|p| (p.entries, p.value));
    chart
        .draw_series(LineSeries::new(line.clone(), INK))
        .map_err(|e| failed(&e))?;
    chart
        .draw_series(line.map(|at| Circle::new(at, 4, INK.filled())))
        .map_err(|e| failed(&e))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_with_the_logarithm_is_a_straight_line() {
        let points: Vec<_> = [64.0f64, 1024.0, 4096.0]
            .map(|entries| Point {
                entries,
                value: 500.0 + 20.0 * entries.log2(),
                range: None,
            })
            .into();
        let (at_one, slope) = fit(&points).unwrap();
        assert!((at_one - 500.0).abs() < 1e-6 && (slope - 20.0).abs() < 1e-6);
        assert!(fit(&points[..1]).is_none());
    }

    #[test]
    fn a_drawing_without_reports_is_one() {
        assert!(draw(&[]).unwrap().trim_end().ends_with("</svg>"));
    }
}
