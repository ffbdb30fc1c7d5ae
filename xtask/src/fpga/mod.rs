// SPDX-License-Identifier: Apache-2.0
//! `cargo xtask fpga`: the design through Yosys and nextpnr, and what comes out of it as figures.
//!
//! ```text
//! design --> synthesis (Yosys) --> place_route (nextpnr, one run a seed) --> report.json, report.md
//!               |    \--> hierarchy: cells by instance                         |
//!            wrapper: the frame alone, packed and subtracted                 recorded in docs/fpga/, from which
//!                                                                            docs writes tables and drawings
//! ```
//!
//! Only routed timing is worth quoting, and it moves with the seed: quote several. What is finished is kept
//! ([`store`]) until a source, a parameter or a tool changes.

mod boards;
mod design;
mod device;
mod docs;
mod hierarchy;
pub mod job;
mod markdown;
mod module;
mod netlist;
mod place_route;
mod plot;
mod report;
mod scaling;
mod store;
mod synthesis;
mod timing;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use clap::Args;

use self::design::{Design, Harness};
use self::place_route::{NotRouted, Outcome};
use self::report::{Report, SCHEMA, Spread, Wrapper};
use crate::tools;

#[cfg(test)]
pub use self::boards::BOARDS;
pub use self::design::listed;
pub use self::device::Family;

/// What to build, for what, and what to do with the figures.
#[derive(Args)]
pub struct Options {
    /// A board with pins in constraints/: its top level, down to a bitstream
    #[arg(long, value_name = "NAME", conflicts_with_all = ["device", "harness"])]
    board: Option<String>,
    /// A device: a harness without pins
    #[arg(long, value_name = "NAME", default_value = "lfe5u-85f")]
    device: String,
    /// What the harness holds
    #[arg(long, value_enum, default_value_t = Harness::Core)]
    harness: Harness,
    /// A module of the RTL by itself, with registers around its ports: its clock, and what is slower than --freq in it
    #[arg(long, value_name = "NAME", conflicts_with_all = ["board", "harness", "record", "scaling"])]
    module: Option<String>,
    /// ENTRIES, the ranges that the table holds [default: 2048, or the board's]
    #[arg(long, value_name = "N")]
    entries: Option<u64>,
    /// K, the search radix [default: that of the RTL]
    #[arg(long, value_name = "K")]
    radix: Option<u64>,
    /// SEARCH_PORTS, 1 or 2; of the core only
    #[arg(long, value_name = "N")]
    search_ports: Option<u64>,
    /// DIRTY_PAGES, 0 for no dirty log; of the core only
    #[arg(long, value_name = "N")]
    dirty_pages: Option<u64>,
    /// PARITY, 0 or 1
    #[arg(long, value_name = "BIT")]
    parity: Option<u64>,
    /// Any other parameter of the top, by its name in the RTL
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = assignment)]
    set: Vec<(String, u64)>,
    /// Place and route with K seeds, from 1 on, but for those with which the placer does not end
    #[arg(long, value_name = "K", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    seeds: u32,
    /// Place and route with this seed; may be repeated
    #[arg(long = "seed", value_name = "SEED", conflicts_with = "seeds")]
    seed: Vec<u32>,
    /// The clock in MHz that nextpnr aims at, without a board
    #[arg(long, value_name = "MHZ", default_value_t = 150.0)]
    freq: f64,
    /// Run everything again, also what is finished
    #[arg(long)]
    force: bool,
    /// Print the report as JSON, and nothing else, on standard output
    #[arg(long)]
    json: bool,
    /// Put the report among those that docs/fpga.md shows (docs/fpga/reports.json)
    #[arg(long, conflicts_with = "board")]
    record: bool,
    /// ENTRIES from 64 up to what no longer fits; written to docs/fpga/scaling.json, which is then drawn
    #[arg(long, conflicts_with_all = ["board", "entries", "record"])]
    scaling: bool,
    /// With --scaling: draw what docs/fpga/scaling.json has, and run nothing
    #[arg(long, requires = "scaling")]
    plot_only: bool,
    /// Write the tables and drawings of docs/fpga.md from the recorded reports, and run nothing
    #[arg(long, conflicts_with_all = ["board", "scaling", "record"])]
    docs: bool,
    /// With --docs: change nothing; fail if a committed file differs from what would be written
    #[arg(long, requires = "docs")]
    check: bool,
}

/// Builds what `options` name. A seed of 2048 entries takes tens of minutes.
pub fn run(options: &Options) -> anyhow::Result<()> {
    if options.docs || options.plot_only {
        return docs::run(options.check);
    }
    if options.scaling {
        return scaling::run(options);
    }
    let mut design = options.design(options.entries)?;
    if design.alone {
        let dir = dir(&design.name)?;
        module::frame(&mut design, &dir)?;
    }
    let report = measure(options, &design)?;
    let dir = dir(&design.name)?;
    let path = dir.join("report.json");
    if options.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        println!("{}", markdown::report(&report));
        println!("({} and report.md beside it)", path.display());
    }
    if let Some(why) = &report.not_routed {
        bail!("{why}\n(the logs are in {})", dir.display());
    }
    if options.record {
        docs::record(&report)?;
    }
    match design.board {
        Some(board) => bitstream(&design, &report, board.loader, &dir),
        None => Ok(()),
    }
}

impl Options {
    /// The design with the parameters of the command line, and `entries` if given.
    fn design(&self, entries: Option<u64>) -> anyhow::Result<Design> {
        let mut parameters: BTreeMap<String, u64> = BTreeMap::new();
        // Boards and modules have their own.
        let in_harness = self.board.is_none() && self.module.is_none();
        let defaults = if in_harness {
            self.harness.defaults()
        } else {
            &[]
        };
        parameters.extend(
            defaults
                .iter()
                .map(|(name, value)| ((*name).to_owned(), *value)),
        );
        let named = [
            ("ENTRIES", entries),
            ("K", self.radix),
            ("SEARCH_PORTS", self.search_ports),
            ("DIRTY_PAGES", self.dirty_pages),
            ("PARITY", self.parity),
        ];
        for (name, value) in named {
            let Some(value) = value else { continue };
            let core_only = ["SEARCH_PORTS", "DIRTY_PAGES"].contains(&name);
            ensure!(
                !in_harness || self.harness == Harness::Core || !core_only,
                "the bare table has no {name}; leave the option out, or use --harness core"
            );
            parameters.insert(name.to_owned(), value);
        }
        parameters.extend(self.set.iter().cloned());
        match &self.board {
            Some(board) => Design::board(board, &parameters),
            None => {
                ensure!(
                    self.freq.is_finite() && self.freq > 0.0,
                    "--freq {} is no clock rate",
                    self.freq
                );
                let device = device::find(&self.device)?;
                Ok(match &self.module {
                    Some(module) => Design::module(module, device, parameters, self.freq),
                    None => Design::framed(self.harness, device, parameters, self.freq),
                })
            }
        }
    }

    /// Seeds to take until there are enough placements, and how many are.
    fn seeds(&self) -> (Vec<u32>, usize) {
        match self.seed.as_slice() {
            [] => ((1..=3 * self.seeds).collect(), self.seeds as usize),
            named => (named.to_vec(), named.len()),
        }
    }

    /// The command line that makes the report of `design` again, with these seeds.
    fn command(&self, design: &Design, seeds: &[u32]) -> String {
        let mut words = vec!["cargo xtask fpga".to_owned()];
        match &self.board {
            Some(board) => words.push(format!("--board {board}")),
            None => {
                words.push(match &self.module {
                    Some(module) => format!("--module {module}"),
                    None => format!("--harness {}", self.harness.name()),
                });
                words.push(format!("--device {} --freq {}", self.device, self.freq));
            }
        }
        let parameters = design.parameters.iter();
        words.extend(parameters.map(|(name, value)| format!("--set {name}={value}")));
        words.extend(seeds.iter().map(|seed| format!("--seed {seed}")));
        words.join(" ")
    }
}

/// Puts `design` through the tools and writes its report. A design that cannot be routed has one, too: it says why.
fn measure(options: &Options, design: &Design) -> anyhow::Result<Report> {
    let dir = dir(&design.name)?;
    fs::create_dir_all(&dir).with_context(|| format!("cannot create {}", dir.display()))?;
    let sources = design.sources_key()?;
    let force = options.force;
    let synthesis = synthesis::run(design, &sources, &dir, "design", force)?;
    let packed = place_route::pack(design, &synthesis, &dir, force)?;
    let wrapper = match design.wrapper() {
        Some(wrapper) => {
            let empty = synthesis::run(&wrapper, &sources, &dir, "wrapper", force)?;
            let packed = place_route::pack(&wrapper, &empty, &dir, force)?;
            Some(Wrapper {
                cells: empty.cells,
                used: packed.used,
            })
        }
        None => None,
    };
    let latency_clocks = match design.board.is_some() || design.alone {
        true => None,
        false => Some(synthesis::latency(design, &dir)?),
    };

    let mut seeds = Vec::new();
    let mut not_routed = packed.short_of().map(|short| {
        format!(
            "{} is too big for {}: it needs {short}",
            design.name, design.device.name
        )
    });
    let (numbers, enough) = options.seeds();
    let mut endless = Vec::new();
    if not_routed.is_none() {
        for &number in &numbers {
            if seeds.len() == enough {
                break;
            }
            match place_route::route(design, &synthesis, number, &dir, force) {
                Ok(Outcome::Routed(seed)) => seeds.push(*seed),
                Ok(Outcome::Endless { endless: why }) => {
                    eprintln!("{}: seed {number}: {why}", design.name);
                    endless.push(number);
                }
                Err(why) => match why.downcast::<NotRouted>() {
                    Ok(NotRouted(why)) => {
                        not_routed = Some(why);
                        break;
                    }
                    Err(why) => return Err(why),
                },
            }
        }
        if seeds.len() < enough && not_routed.is_none() {
            not_routed = Some(format!(
                "the static placer does not end with seeds {endless:?}; take others"
            ));
        }
    }
    let routed: Vec<u32> = seeds.iter().map(|seed| seed.seed).collect();
    let command = match routed.is_empty() {
        true => options.command(design, numbers.get(..enough).unwrap_or(&numbers)),
        false => options.command(design, &routed),
    };

    let family = design.device.family;
    let report = Report {
        schema: SCHEMA,
        name: design.name.clone(),
        command,
        design: design.info(),
        device: design.device_info(),
        tools: BTreeMap::from([
            ("yosys".to_owned(), synthesis.yosys),
            ("nextpnr".to_owned(), place_route::version(family)?),
        ]),
        sources: design::sources(sources),
        latency_clocks,
        cells: synthesis.cells,
        used: packed.used,
        available: packed.available,
        wrapper,
        modules: synthesis.modules,
        fmax_mhz: Spread::of(seeds.iter().map(|seed| seed.fmax_mhz)),
        seeds,
        endless,
        not_routed,
    };
    store::write_json(&dir.join("report.json"), &report)?;
    store::write(&dir.join("report.md"), &markdown::report(&report))?;
    Ok(report)
}

/// Of the fastest seed, if it is fast enough.
fn bitstream(design: &Design, report: &Report, loader: &str, dir: &Path) -> anyhow::Result<()> {
    let best = report
        .seeds
        .iter()
        .max_by(|a, b| a.fmax_mhz.total_cmp(&b.fmax_mhz))
        .context("nothing was routed")?;
    ensure!(
        best.fmax_mhz >= design.mhz,
        "{}: timing does not close: {} MHz with seed {}, and the board runs at {}; try more --seeds",
        design.name,
        best.fmax_mhz,
        best.seed,
        design.mhz
    );
    let path = place_route::bitstream(design, best.seed, dir)?;
    eprintln!("openFPGALoader -b {loader} {}", path.display());
    Ok(())
}

/// `target/fpga/NAME`, wherever cargo's target directory is.
fn dir(name: &str) -> anyhow::Result<PathBuf> {
    let tools = tools::tools_dir()?;
    let target = tools.parent().context("the tools lie in a directory")?;
    Ok(target.join("fpga").join(name))
}

fn assignment(text: &str) -> Result<(String, u64), String> {
    let (name, value) = text
        .split_once('=')
        .ok_or_else(|| format!("{text:?} is not NAME=VALUE"))?;
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return Err(format!("{name:?} is no name of a parameter"));
    }
    let value = value
        .parse()
        .map_err(|_| format!("{value:?} is no number"))?;
    Ok((name.to_owned(), value))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        options: Options,
    }

    fn options(line: &str) -> Options {
        let words = std::iter::once("fpga").chain(line.split_whitespace());
        Cli::try_parse_from(words).unwrap().options
    }

    #[test]
    fn the_command_makes_the_same_run() {
        let first = options("--entries 64 --radix 8 --set GRANULE_LOG2=13 --seeds 3");
        let design = first.design(first.entries).unwrap();
        let command = first.command(&design, &[1, 2, 4]);
        let again = options(command.strip_prefix("cargo xtask fpga").unwrap());
        let same = again.design(again.entries).unwrap();
        assert_eq!(design.name, same.name);
        assert_eq!(design.parameters, same.parameters);
        assert_eq!(first.seeds(), ((1..=9).collect(), 3));
        assert_eq!(again.seeds(), (vec![1, 2, 4], 3));
        assert_eq!(command, again.command(&same, &[1, 2, 4]));
    }

    #[test]
    fn a_module_is_named_by_what_it_is() {
        let options = options("--module iotlb_level --set WIDTH=20 --freq 120");
        let design = options.design(None).unwrap();
        assert_eq!(design.name, "module-iotlb_level-lfe5u-85f-width20");
        let parameters: Vec<_> = design.parameters.keys().collect();
        assert_eq!(parameters, ["WIDTH"]);
        let command = options.command(&design, &[1]);
        assert!(command.contains("--module iotlb_level"), "{command}");
    }

    #[test]
    fn what_a_harness_lacks_is_refused_by_name() {
        let said = options("--harness table --dirty-pages 64")
            .design(None)
            .unwrap_err()
            .to_string();
        assert!(said.contains("DIRTY_PAGES"), "{said}");
        assert!(options("--device lfe5u-1f").design(None).is_err());
        assert!(options("--board nothing").design(None).is_err());
        assert!(options("--freq 0").design(None).is_err());
    }

    #[test]
    fn an_assignment_is_a_name_and_a_number() {
        assert_eq!(assignment("K=8"), Ok(("K".to_owned(), 8)));
        assert!(assignment("K").is_err());
        assert!(assignment("K=eight").is_err());
        assert!(assignment("K -G X=8").is_err());
    }
}
