// SPDX-License-Identifier: Apache-2.0
//! `cargo xtask mutate`: mistakes in the RTL, one at a time, and whether the tests notice.
//!
//! Yosys draws them (`mutate`): a pin of a cell that is inverted, stuck, or wrong whenever another one has some value. All
//! mutants of a design are in one netlist, with a signal that selects one, so that one Verilated model is all of them. It
//! takes the place of the RTL in the random sequences of `persimmon fuzz` and in the tests. A mutant that no test notices
//! is equivalent if Yosys proves that (`equal.rs`), and has survived if not.
//!
//! Assertions in the RTL are not in a netlist: what is noticed here is noticed from outside.

mod equal;
mod netlist;
mod suite;

use std::collections::BTreeMap;
use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};

use crate::tools;
use netlist::{DESIGNS, Design, Mutant};
use suite::{Outcome, Step};

/// Options of the task.
#[derive(clap::Args)]
pub struct Options {
    /// Mutants to draw in each design
    #[arg(long, value_name = "N", default_value = "300")]
    count: usize,

    /// What to draw them by
    #[arg(long, value_name = "S", default_value = "1")]
    seed: u64,

    /// Only this design: core, or axi for what is around it
    #[arg(long, value_name = "NAME")]
    design: Option<String>,

    /// Only the mutant of this number, with every step that it goes through
    #[arg(long, value_name = "N", requires = "design")]
    only: Option<usize>,

    /// Mutants at once
    #[arg(long, value_name = "N", default_value = "2", value_parser = clap::value_parser!(u8).range(1..))]
    jobs: u8,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What became of a mutant.
enum Fate {
    /// By which step, and whether that never ended.
    Killed(String, bool),
    /// Nobody can notice.
    Equivalent(String),
    /// Nobody has noticed.
    Survived,
}

impl Fate {
    fn name(&self) -> &'static str {
        match self {
            Self::Killed(..) => "killed",
            Self::Equivalent(_) => "equivalent",
            Self::Survived => "survived",
        }
    }
}

/// Runs the task.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let wanted: Vec<&Design> = DESIGNS
        .iter()
        .filter(|design| {
            options
                .design
                .as_ref()
                .is_none_or(|name| name == design.name)
        })
        .collect();
    let names = DESIGNS.map(|design| design.name).join(", ");
    ensure!(
        !wanted.is_empty(),
        "no design is called {:?}; there are {names}",
        options.design.as_deref().unwrap_or_default()
    );
    let target = tools::tools_dir()?.with_file_name("mutate");
    let mut drawn = Vec::new();
    let mut netlists = Vec::new();
    for design in wanted {
        let dir = target.join(design.name);
        fs::create_dir_all(&dir).with_context(|| format!("cannot create {}", dir.display()))?;
        let mutants = netlist::draw(design, options.count, options.seed, &dir)?;
        let list = netlist::write(design, &mutants, &dir)?;
        netlists.push(format!("{:?}={}", design.build, list.display()));
        drawn.push((design, mutants));
    }
    let built = suite::build(&netlists.join(","), &target)?;
    let mut report = Vec::new();
    for (design, mutants) in &drawn {
        let dir = target.join(design.name);
        let (steps, tests) = suite::steps(design, &built)?;
        let whole: f64 = steps.iter().map(Step::seconds).sum();
        eprintln!(
            "{}: {tests} tests in {} steps, {whole:.0} s if nothing is noticed",
            design.name,
            steps.len()
        );
        let selected: Vec<&Mutant> = mutants
            .iter()
            .filter(|mutant| options.only.is_none_or(|only| only == mutant.number))
            .collect();
        ensure!(
            !selected.is_empty(),
            "there is no mutant {:#x}: there are {:#x}, from 1 on",
            options.only.unwrap_or(0),
            mutants.len()
        );
        let fates = judge(&selected, &steps, options)?;
        let mut results = Vec::new();
        for (mutant, mut fate) in selected.into_iter().zip(fates) {
            if matches!(fate, Fate::Survived)
                && let Some(how) = equal::proves(design, mutant, &dir)?
            {
                fate = Fate::Equivalent(how);
            }
            results.push((mutant, fate));
        }
        report.push(summary(design, &results, options, tests));
    }
    let path = target.join("report.json");
    fs::write(&path, format!("{:#}\n", json!(report)))
        .with_context(|| format!("cannot write {}", path.display()))?;
    match options.json {
        true => println!("{:#}", json!(report)),
        false => println!("{}", path.display()),
    }
    Ok(())
}

/// The fates of mutants, in their order. Equivalence is not looked at here.
fn judge(mutants: &[&Mutant], steps: &[Step], options: &Options) -> anyhow::Result<Vec<Fate>> {
    let next = AtomicUsize::new(0);
    let fates: Mutex<BTreeMap<usize, anyhow::Result<Fate>>> = Mutex::default();
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..options.jobs {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(mutant) = mutants.get(at) else { break };
                    let fate = one(mutant, steps, options.only.is_some());
                    let failed = fate.is_err();
                    if let Ok(mut fates) = fates.lock() {
                        fates.insert(at, fate);
                        if fates.len() % 20 == 0 {
                            eprintln!(
                                "{} of {}, {} s",
                                fates.len(),
                                mutants.len(),
                                start.elapsed().as_secs()
                            );
                        }
                    }
                    if failed {
                        next.store(mutants.len(), Ordering::Relaxed);
                    }
                }
            });
        }
    });
    let Ok(fates) = fates.into_inner() else {
        bail!("a thread did not end as it should");
    };
    fates.into_values().collect()
}

fn one(mutant: &Mutant, steps: &[Step], verbose: bool) -> anyhow::Result<Fate> {
    for step in steps {
        let outcome = step.run(mutant.number)?;
        if verbose {
            eprintln!("{}: {}", step.name, outcome.name());
        }
        match outcome {
            Outcome::Passed => {}
            Outcome::Failed => return Ok(Fate::Killed(step.name.clone(), false)),
            Outcome::Hung => return Ok(Fate::Killed(step.name.clone(), true)),
        }
    }
    Ok(Fate::Survived)
}

/// Prints how many there are of each, and by module, unless the report is to be JSON, which it returns.
fn summary(design: &Design, results: &[(&Mutant, Fate)], options: &Options, tests: usize) -> Value {
    let count = |name: &str| {
        results
            .iter()
            .filter(|(_, fate)| fate.name() == name)
            .count()
    };
    let [killed, equivalent, survived] = ["killed", "equivalent", "survived"].map(count);
    let share = 100.0 * killed as f64 / (killed + survived).max(1) as f64;
    if !options.json {
        println!(
            "{}, seed {}: {} mutants, {killed} killed, {equivalent} equivalent, {survived} survived: {share:.1} % of those \
             that are not equivalent",
            design.name,
            options.seed,
            results.len()
        );
        let mut modules: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
        for (mutant, fate) in results {
            let counts = modules.entry(&mutant.module).or_default();
            let column = match fate {
                Fate::Killed(..) => 0,
                Fate::Equivalent(_) => 1,
                Fate::Survived => 2,
            };
            if let Some(count) = counts.get_mut(column) {
                *count += 1;
            }
        }
        println!(
            "{:20} {:>7} {:>10} {:>8}",
            "module", "killed", "equivalent", "survived"
        );
        for (module, [killed, equivalent, survived]) in modules {
            println!("{module:20} {killed:>7} {equivalent:>10} {survived:>8}");
        }
        for (mutant, fate) in results {
            if matches!(fate, Fate::Survived) {
                println!("survived: {} {}", mutant.number, mutant.command);
            }
        }
    }
    let results: Vec<Value> = results
        .iter()
        .map(|(mutant, fate)| {
            let (by, hung) = match fate {
                Fate::Killed(by, hung) => (Some(by), *hung),
                Fate::Equivalent(how) => (Some(how), false),
                Fate::Survived => (None, false),
            };
            json!({
                "number": mutant.number, "module": mutant.module, "mode": mutant.mode, "sources": mutant.sources,
                "command": mutant.command, "fate": fate.name(), "by": by, "hung": hung,
            })
        })
        .collect();
    json!({
        "design": design.name, "seed": options.seed, "tests": tests, "killed": killed, "equivalent": equivalent,
        "survived": survived, "mutants": results,
    })
}
