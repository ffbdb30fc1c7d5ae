// SPDX-License-Identifier: Apache-2.0
//! A device on the test bench: in lockstep with the golden model, compared in full after every command.
//!
//! Nothing here panics. A scenario ends at the first thing that is not as it should be, with a [`Failure`]: that is
//! what lets the same scenario show that broken RTL is caught.

mod damage;
mod raw;

pub use damage::closed;

use std::collections::BTreeSet;
use std::fmt;
use std::panic::Location;

use crate::header::{mask, offset};
use persimmon::cosim::{Counts, Divergence, Lockstep};
use persimmon::dut::{Dut, Variant};
use persimmon::golden::Device;
use persimmon::regif::{
    Access, Capability, Code, Command, DevicePolicy, Entry, RegError, RegIf, Request, ResetModes,
    Response, Tag,
};

/// A device under test beside its golden model.
pub struct Bench<D> {
    pair: Lockstep<Device, D>,
    radix: usize,
    seen: BTreeSet<(&'static str, String)>,
}

/// Why a scenario ended before its end.
pub struct Failure {
    at: &'static Location<'static>,
    what: String,
}

/// How a scenario ends.
pub type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    /// A failure at the caller.
    #[track_caller]
    pub fn new(what: impl fmt::Display) -> Self {
        Self {
            at: Location::caller(),
            what: what.to_string(),
        }
    }
}

/// What a failing test prints.
impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.what)
    }
}

impl From<RegError> for Failure {
    #[track_caller]
    fn from(error: RegError) -> Self {
        Self::new(error)
    }
}

impl From<&Divergence> for Failure {
    #[track_caller]
    fn from(divergence: &Divergence) -> Self {
        Self::new(divergence)
    }
}

/// Powers on `variant` and puts it on the bench.
pub fn rtl(variant: Variant) -> Outcome<Bench<Dut>> {
    on_bench(Dut::new(variant)?)
}

/// As [`rtl`], with memories and registers full of the garbage that `seed` stands for.
pub fn rtl_with_garbage(variant: Variant, seed: u64) -> Outcome<Bench<Dut>> {
    on_bench(Dut::with_seed(variant, seed as u32)?)
}

fn on_bench(mut dut: Dut) -> Outcome<Bench<Dut>> {
    let radix = mask("CAP_TABLE__RADIX");
    let radix = (dut.reg_read(offset("CAP_TABLE", 0))? & radix) >> radix.trailing_zeros();
    Bench::new(dut, radix as usize)
}

/// The golden model as its own device under test: what is left is the scenario's own expectations.
pub fn golden(capability: Capability) -> Outcome<Bench<Device>> {
    Bench::new(Device::new(capability), 16)
}

impl<D: RegIf> Bench<D> {
    /// `device` has just been powered on; it is compared before anything happens to it. `radix` is K of its search.
    pub fn new(device: D, radix: usize) -> Outcome<Self> {
        let mut bench = Self {
            pair: Lockstep::new(Device::new(device.capability()), device),
            radix,
            seen: BTreeSet::new(),
        };
        bench.compare()?;
        Ok(bench)
    }

    /// The parameters of the device.
    pub fn capability(&self) -> Capability {
        self.pair.capability()
    }

    /// K, the radix of the search.
    pub fn radix(&self) -> usize {
        self.radix
    }

    /// What has been compared so far.
    pub fn counts(&self) -> Counts {
        self.pair.counts()
    }

    /// Which commands ended in which codes.
    pub fn seen(&self) -> &BTreeSet<(&'static str, String)> {
        &self.seen
    }

    /// The device under test, for what only RTL has.
    pub fn device(&mut self) -> &mut D {
        self.pair.device_mut()
    }

    /// True while requests of `group` are held.
    pub fn held(&self, group: u8) -> bool {
        self.pair.reference().held(group)
    }

    /// Executes a command, whatever comes of it, and compares everything that can be read.
    #[track_caller]
    pub fn run(&mut self, command: Command) -> Outcome<Code> {
        let code = self.pair.command(command)?.code;
        self.seen.insert((command.name(), format!("{code:?}")));
        self.compare()?;
        Ok(code)
    }

    /// As [`run`](Self::run), comparing the completion alone.
    #[track_caller]
    pub fn complete(&mut self, command: Command) -> Outcome<Code> {
        let code = self.pair.command(command)?.code;
        self.agreed()?;
        Ok(code)
    }

    /// As [`ok`](Self::ok), comparing the completion alone: for filling large tables.
    #[track_caller]
    pub fn quietly(&mut self, command: Command) -> Outcome {
        match self.complete(command)? {
            Code::Ok => Ok(()),
            code => Err(Failure::new(format!("{command:x?} ended in {code:?}"))),
        }
    }

    /// Posts commands, whatever comes of them, and compares each completion and then everything that can be read.
    #[track_caller]
    pub fn post(&mut self, commands: &[Command]) -> Outcome<Vec<Code>> {
        let completions = self.pair.post(commands)?;
        for (&command, done) in commands.iter().zip(&completions) {
            self.seen
                .insert((command.name(), format!("{:?}", done.code)));
        }
        self.compare()?;
        Ok(completions.iter().map(|done| done.code).collect())
    }

    /// As [`run`](Self::run); the end must be `code`.
    #[track_caller]
    pub fn expect(&mut self, command: Command, code: Code) -> Outcome {
        match self.run(command)? {
            got if got == code => Ok(()),
            got => Err(Failure::new(format!(
                "{command:x?} ended in {got:?}, not in {code:?}"
            ))),
        }
    }

    /// As [`run`](Self::run); the command must be accepted.
    #[track_caller]
    pub fn ok(&mut self, command: Command) -> Outcome {
        self.expect(command, Code::Ok)
    }

    /// Runs commands that must all be accepted.
    #[track_caller]
    pub fn all_ok(&mut self, commands: &[Command]) -> Outcome {
        commands.iter().try_for_each(|&command| self.ok(command))
    }

    /// One access that stays in flight.
    #[track_caller]
    pub fn translate(&mut self, request: Request) -> Outcome<Response> {
        let response = self.pair.translate(request)?;
        self.agreed()?;
        Ok(response)
    }

    /// Ends an access, and compares whether its address space still drains.
    #[track_caller]
    pub fn release(&mut self, tag: Tag) -> Outcome {
        self.pair.release_and_look(tag)?;
        self.agreed()
    }

    /// One access from beginning to end.
    #[track_caller]
    pub fn access(&mut self, request: Request) -> Outcome<Response> {
        let response = self.translate(request)?;
        self.release(response.tag)?;
        Ok(response)
    }

    /// Reads and writes around both ends of `entry` by `group`, which uses its address space: the first byte, the
    /// last, one before, one after, across each end.
    #[track_caller]
    pub fn edges(&mut self, group: u8, entry: Entry) -> Outcome {
        let Entry { start, last, .. } = entry;
        let whole = u16::try_from(last - start).unwrap_or(4095).min(4095) + 1;
        let mut requests = vec![(start, 1), (start, whole), (last, 1), (last, 2)];
        if let Some(before) = start.checked_sub(1) {
            requests.extend([(before, 1), (before, 2)]);
        }
        if let Some(after) = last.checked_add(1) {
            requests.push((after, 1));
        }
        for (iova, len) in requests {
            for access in [Access::Read, Access::Write] {
                self.access(Request {
                    group,
                    iova,
                    len,
                    access,
                })?;
            }
        }
        Ok(())
    }

    /// Writes the policy of a device.
    #[track_caller]
    pub fn policy(&mut self, device: u8, policy: DevicePolicy) -> Outcome {
        self.pair.set_device_policy(device, policy)?;
        self.agreed()
    }

    /// Writes INIT_MODE and CLEAN_MODE.
    #[track_caller]
    pub fn reset_modes(&mut self, init_identity: u16, clean_identity: u16) -> Outcome {
        self.pair.set_reset_modes(ResetModes {
            init_identity,
            clean_identity,
        })?;
        self.agreed()
    }

    /// Writes LIMIT.
    #[track_caller]
    pub fn limit(&mut self, asid: u8, entries: u16) -> Outcome {
        self.pair.set_limit(asid, entries)?;
        self.agreed()
    }

    /// Writes LOCK.
    #[track_caller]
    pub fn lock(&mut self) -> Outcome {
        self.pair.lock()?;
        self.agreed()
    }

    /// Compares everything that can be read.
    #[track_caller]
    pub fn compare(&mut self) -> Outcome {
        self.pair.check_all()?;
        self.agreed()
    }

    #[track_caller]
    fn agreed(&self) -> Outcome {
        match self.pair.divergences().first() {
            None => Ok(()),
            Some(divergence) => Err(divergence.into()),
        }
    }
}
