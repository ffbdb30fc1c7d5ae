// SPDX-License-Identifier: Apache-2.0
//! Random traffic on every port, with commands beside it: one seed is one run.

use super::{AxiBench, Counts, Draw, Mismatch};
use crate::dut::Variant;
use crate::regif::{Code, Command, RegIf};

/// Bursts that a master has queued at least.
const QUEUED: usize = 24;
/// Commands between two comparisons of whole tables, for each 64 entries: a table is read entry by entry.
const TABLES: u64 = 100;
/// Bursts that a master has queued when that begins.
const QUEUED_FOR_TABLES: usize = 400;

/// What to run.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The build.
    pub variant: Variant,
    /// Decides everything.
    pub seed: u64,
    /// Clocks to run for, at least.
    pub clocks: u64,
}

/// What was run, and what was compared.
#[derive(Clone, Debug)]
pub struct Report {
    /// Clocks.
    pub clocks: u64,
    /// Bursts answered.
    pub bursts: u64,
    /// Handshakes on W and R, before and behind the device.
    pub beats: u64,
    /// Commands, and how many different ends of commands there were.
    pub commands: u64,
    /// States that the device was in.
    pub states: u64,
    /// Those of them that at least one burst was translated in.
    pub states_seen: u64,
    /// Commands and the codes that they ended in.
    pub ends: Vec<(&'static str, Code)>,
    /// Comparisons.
    pub counts: Counts,
}

/// Runs. An error tells the seed.
pub fn run(options: Options) -> Result<Report, Mismatch> {
    Run::new(options)
        .and_then(|mut run| run.all(options.clocks))
        .map_err(|Mismatch(why)| {
            let Options { variant, seed, .. } = options;
            Mismatch(format!("{variant:?}, seed {seed}: {why}"))
        })
}

struct Run {
    bench: AxiBench,
    draw: Draw,
    ports: usize,
}

impl Run {
    fn new(options: Options) -> Result<Self, Mismatch> {
        let mut bench = AxiBench::new(options.variant, options.seed as u32)?;
        let parameters = options.variant.parameters().axi;
        let (id_w, user_w) = parameters.map_or((1, 1), |axi| (axi.id_w, axi.user_w));
        let (ports, beat_bytes) = (bench.dut().axi_ports(), bench.dut().axi_beat_bytes());
        let capability = bench.dut().capability();
        let mut draw = Draw::new(capability, beat_bytes, id_w, user_w, options.seed);
        let setup = draw.setup();
        let mut run = Self { bench, draw, ports };
        for (number, command) in setup.into_iter().enumerate() {
            run.bench.run(command)?;
            if number % 16 == 0 {
                run.draw.look_at(run.bench.golden());
                run.top_up(QUEUED)?;
                run.bench.check()?;
            }
        }
        run.draw.look_at(run.bench.golden());
        Ok(run)
    }

    fn all(&mut self, clocks: u64) -> Result<Report, Mismatch> {
        let entries = u64::from(self.bench.dut().capability().entries);
        let between = TABLES * entries.div_ceil(64);
        let mut tables = between;
        while self.bench.dut().clocks() < clocks {
            self.top_up(QUEUED)?;
            match self.draw.below(100) {
                0..40 => {
                    for command in self.draw.commands() {
                        self.bench.run(command)?;
                        if let Command::Quiesce { .. } = command {
                            let clocks = self.draw.below(400);
                            self.bench.step(clocks)?;
                        }
                        if self.draw.chance(30) {
                            self.top_up(QUEUED)?;
                        }
                    }
                    self.draw.look_at(self.bench.golden());
                }
                40..44 => {
                    let device = self
                        .draw
                        .below(self.bench.dut().capability().devices.into());
                    let policy = self.draw.policy();
                    self.bench.policy(device as u8, policy)?;
                }
                44..46 => {
                    let modes = self.draw.reset_modes();
                    self.bench.reset_modes(modes)?;
                }
                46..54 => {
                    for port in 0..self.ports {
                        let manners = self.draw.manners();
                        self.bench.manners(port, manners)?;
                    }
                }
                _ => {
                    let clocks = self.draw.below(200);
                    self.bench.step(clocks)?;
                }
            }
            self.bench.check()?;
            self.bench.board().take_refused();
            if self.bench.commands() > tables {
                self.top_up(QUEUED_FOR_TABLES)?;
                self.bench.compare_tables()?;
                tables = self.bench.commands() + between;
            }
        }
        for port in 0..self.ports {
            self.bench.manners(port, crate::dut::axi::Manners::FAST)?;
        }
        self.bench.finish()?;
        self.bench.compare_tables()?;
        let counts = self.bench.counts();
        Ok(Report {
            clocks: self.bench.dut().clocks(),
            bursts: counts.answers,
            beats: self.bench.dut().axi_beats_moved(),
            commands: self.bench.commands(),
            states: u64::from(self.bench.golden().commit_seq()) + 1,
            states_seen: self.bench.board().translated().len() as u64,
            ends: self.bench.seen().iter().copied().collect(),
            counts,
        })
    }

    fn top_up(&mut self, queued: usize) -> Result<(), Mismatch> {
        for port in 0..self.ports {
            while self.bench.dut().axi_pending(port) < queued {
                let (gap, burst) = self.draw.burst();
                self.bench.queue(port, gap, burst)?;
            }
        }
        Ok(())
    }
}
