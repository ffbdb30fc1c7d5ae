// SPDX-License-Identifier: Apache-2.0
//! Plays events on the RTL and on the golden model, and compares.
//!
//! Beside the golden model there are checks that do not use it: a refused command, and a device reset that persists,
//! leave what the RTL shows of itself as it was; a reset of mappings takes as many clocks as every other one; every
//! answer comes LATENCY after its request, in order, and none is missing.

use std::collections::BTreeMap;

use super::coverage::{Coverage, Point, Scene};
use super::event::Event;
use super::{Checks, power_on};
use crate::cosim::axi::Mismatch;
use crate::cosim::draw::{Step, requests};
use crate::cosim::{Lockstep, shrink};
use crate::dut::{Dut, Inject, Site, TimedResponse, Traffic, Variant};
use crate::golden::{Device, Word};
use crate::regif::{
    AddressSpace, Capability, Code, Command, DevicePolicy, Fault, Mode, Persist, RegIf, Request,
    ResetModes, Response, Tag,
};

/// Accesses in flight at once; the hardware's counters take at least that many.
const IN_FLIGHT: usize = 100;
/// Clocks in which a pin is served once nothing else executes.
const SERVED: u64 = 64;

/// Both devices, and what has been seen of them.
pub struct Player {
    pair: Lockstep<Device, Dut>,
    radix: u16,
    in_flight: Vec<Tag>,
    policies: Vec<DevicePolicy>,
    locked: bool,
    /// Clocks of every reset of mappings so far.
    reset_clocks: Option<(Command, u64)>,
    /// Words were damaged: the device has counted them.
    was_damaged: bool,
    coverage: Coverage,
    checks: Checks,
}

/// What the RTL shows of itself, but for COMMIT_SEQ.
type Shown = (Vec<AddressSpace>, Vec<Option<u8>>);

impl Player {
    /// Powers on a build whose memories and registers are full of the garbage that `seed` stands for.
    ///
    /// # Errors
    /// If it is not as the golden model is after power-on, or has no such bug.
    pub fn power_on(variant: Variant, bug: u8, seed: u64) -> Result<Self, Mismatch> {
        let dut = power_on(variant, bug, seed)?;
        let capability = dut.capability();
        let radix = variant.parameters().radix.into();
        let mut player = Self {
            coverage: Coverage::new(capability, radix, dut.latency()),
            pair: Lockstep::new(Device::new(capability), dut),
            radix,
            in_flight: Vec::new(),
            policies: vec![DevicePolicy::default(); capability.devices.into()],
            locked: false,
            reset_clocks: None,
            was_damaged: false,
            checks: Checks::default(),
        };
        player.compare()?;
        player.checks.power_ons += 1;
        Ok(player)
    }

    /// The parameters of the build.
    pub fn capability(&self) -> Capability {
        self.pair.capability()
    }

    /// K of its search.
    pub fn radix(&self) -> u16 {
        self.radix
    }

    /// The RTL.
    pub fn device(&mut self) -> &mut Dut {
        self.pair.device_mut()
    }

    /// Plays events, then ends what is in flight.
    ///
    /// # Errors
    /// At the first thing that is not as it must be.
    pub fn play(&mut self, events: &[Event]) -> Result<(), Mismatch> {
        for (number, event) in events.iter().enumerate() {
            self.event(event)
                .map_err(|Mismatch(why)| Mismatch(format!("event {number}: {why}")))?;
        }
        self.quiet()?;
        let found = self.device().parity_counts()?;
        if !self.was_damaged && found != Default::default() {
            return Err(Mismatch(format!("nothing was damaged, and {found:?}")));
        }
        Ok(())
    }

    /// What has been seen.
    pub fn finish(self) -> (Coverage, Checks) {
        let counts = self.pair.counts();
        let checks = Checks {
            drains: self.checks.drains + counts.draining,
            commands: self.checks.commands + counts.commands,
            tables: self.checks.tables + counts.address_spaces,
            entries: self.checks.entries + counts.entries,
            ..self.checks
        };
        (self.coverage, checks)
    }

    fn event(&mut self, event: &Event) -> Result<(), Mismatch> {
        match event {
            Event::Step(step) => self.step(*step),
            Event::Quiet => self.quiet(),
            Event::Post(commands) => self.post(commands),
            Event::Stream {
                seed,
                count,
                commands,
            } => self.stream(*seed, *count, commands),
            Event::Pin {
                device,
                clean,
                wait,
                command,
            } => self.pin(*device, *clean, *wait, *command),
            Event::Damage {
                inject,
                command,
                seed,
                count,
            } => self.damage(*inject, *command, *seed, *count),
            Event::PowerOn { seed, count, wait } => self.power_off(*seed, *count, *wait),
        }
    }

    fn step(&mut self, step: Step) -> Result<(), Mismatch> {
        match step {
            Step::Command(command) => self.command(command)?,
            Step::Policy(device, policy) => {
                self.pair.set_device_policy(device, policy)?;
                if !self.locked {
                    self.policies[usize::from(device)] = policy;
                }
            }
            Step::ResetModes(init_identity, clean_identity) => {
                self.pair.set_reset_modes(ResetModes {
                    init_identity,
                    clean_identity,
                })?;
            }
            Step::Limit(asid, entries) => self.pair.set_limit(asid, entries)?,
            Step::Lock => {
                self.pair.lock()?;
                self.locked = true;
            }
            Step::Access(request) => {
                if !self.pair.reference().held(request.group) {
                    self.access(request)?;
                }
                if self.in_flight.len() > IN_FLIGHT {
                    self.release(0)?;
                }
            }
            Step::Release(number) => {
                if !self.in_flight.is_empty() {
                    self.release(number % self.in_flight.len())?;
                    self.compare()?;
                }
            }
        }
        self.agreed()
    }

    fn command(&mut self, command: Command) -> Result<(), Mismatch> {
        let scene = self.scene(command);
        let keeps = self.persists(command);
        let shown = self.shown()?;
        let clocks = self.device().driver_clocks().command;
        let code = self.pair.command(command)?.code;
        let clocks = self.device().driver_clocks().command - clocks;
        self.coverage.command(scene, command, code);
        self.compare()?;
        let now = self.shown()?;
        if code != Code::Ok {
            self.checks.refused_commands += 1;
            same(&shown, &now, true).map_err(|why| {
                Mismatch(format!("{command:x?} was refused with {code:?}: {why}"))
            })?;
        } else if keeps {
            self.checks.persisting += 1;
            same(&shown, &now, false)
                .map_err(|why| Mismatch(format!("{command:x?} persists: {why}")))?;
        } else if let Command::ResetMap { .. } | Command::DeviceReset { .. } = command {
            self.took(command, clocks)?;
        }
        Ok(())
    }

    /// A reset of mappings took `clocks` clocks: as many as the first one of its kind, whatever is in the table.
    fn took(&mut self, command: Command, clocks: u64) -> Result<(), Mismatch> {
        self.checks.resets += 1;
        let (first, expected) = *self.reset_clocks.get_or_insert((command, clocks));
        if clocks == expected {
            return Ok(());
        }
        Err(Mismatch(format!(
            "{command:x?} took {clocks} clocks, {first:x?} took {expected}"
        )))
    }

    /// True for a device reset that must change no entry and no mode.
    fn persists(&self, command: Command) -> bool {
        let Command::DeviceReset { device, clean } = command else {
            return false;
        };
        match self
            .policies
            .get(usize::from(device))
            .map(|policy| policy.persist)
        {
            Some(Persist::ByFlag) => !clean,
            Some(Persist::NeverClean) => true,
            Some(Persist::AlwaysClean) | None => false,
        }
    }

    fn post(&mut self, commands: &[Command]) -> Result<(), Mismatch> {
        let mut golden = self.pair.reference().clone();
        let traffic = !self.in_flight.is_empty();
        for &command in commands {
            let scene = Scene::of(&golden, command, traffic);
            let code = golden.execute(command).code;
            self.coverage.command(scene, command, code);
        }
        self.pair.post(commands)?;
        self.compare()
    }

    fn access(&mut self, request: Request) -> Result<(), Mismatch> {
        let response = self.pair.translate(request)?;
        self.agreed()?;
        self.checks.accesses += 1;
        self.checks.timed += 1;
        self.checks.refused_accesses += u64::from(response.result.is_err());
        self.in_flight.push(response.tag);
        let radix = self.radix;
        self.coverage
            .access(self.pair.reference_mut(), radix, request, &response);
        Ok(())
    }

    fn release(&mut self, number: usize) -> Result<(), Mismatch> {
        let tag = self.in_flight.swap_remove(number);
        self.pair.release_and_look(tag)?;
        self.agreed()
    }

    fn quiet(&mut self) -> Result<(), Mismatch> {
        while let Some(last) = self.in_flight.len().checked_sub(1) {
            self.release(last)?;
        }
        self.compare()
    }

    /// Every request is answered from exactly the state that it names, and the port never stalls.
    fn stream(&mut self, seed: u64, count: u32, commands: &[Command]) -> Result<(), Mismatch> {
        let capability = self.capability();
        if (0..capability.groups).any(|group| self.pair.reference().held(group)) {
            return Ok(());
        }
        self.quiet()?;
        let asked = requests(capability, seed, count as usize);
        let traffic: Vec<Traffic> = asked.iter().copied().map(Traffic::steady).collect();
        let first = self.device().queue_requests(&traffic)?;
        let latency = u64::from(self.device().latency());
        let mut states = vec![self.pair.reference().clone()];
        let commands = commands
            .iter()
            .filter(|command| !matches!(command, Command::Quiesce { .. }));
        for &command in commands {
            // The one before has drained by then: removals that follow each other sooner than requests are answered
            // share a drain. A model without clocks cannot say when.
            self.device().step(latency + 4)?;
            let scene = Scene::of(self.pair.reference(), command, true);
            let code = self.pair.command(command)?.code;
            self.agreed()?;
            self.coverage.command(scene, command, code);
            if code == Code::Ok {
                states.push(self.pair.reference().clone());
            }
        }
        let answered = self.device().run_requests()?;
        self.answers(first, &asked, &answered, &states)?;
        self.device().step(latency + 4)?;
        self.compare()
    }

    fn answers(
        &mut self,
        first: u64,
        asked: &[Request],
        answered: &[TimedResponse],
        states: &[Device],
    ) -> Result<(), Mismatch> {
        if asked.len() != answered.len() {
            let (asked, answered) = (asked.len(), answered.len());
            return Err(Mismatch(format!("{asked} requests, {answered} answers")));
        }
        let latency = self.device().latency();
        let mut seen = vec![false; states.len()];
        let mut before: Option<(u64, usize)> = None;
        for (number, (&request, timed)) in asked.iter().zip(answered).enumerate() {
            let response = timed.response;
            let wrong = |why: String| Mismatch(format!("{request:x?} in a stream: {why}"));
            if timed.id != first + number as u64 {
                return Err(wrong(format!("answer {number} is to request {}", timed.id)));
            }
            // A FENCE changes the epoch and not COMMIT_SEQ: two states may have one number, and come one after the other.
            let oldest = before.map_or(0, |(_, place)| place);
            let named = (oldest..states.len())
                .filter(|&place| states[place].commit_seq() == response.commit_seq);
            let expected: Vec<_> = named
                .map(|place| (place, states[place].peek(request)))
                .collect();
            let found = expected.iter().find(|(_, expected)| *expected == response);
            let Some(&(place, _)) = found else {
                return Err(wrong(format!(
                    "expected one of {expected:x?}, from state {oldest} on; got {response:x?}"
                )));
            };
            if let Some((accepted, older)) = before {
                if timed.accepted != accepted + 1 {
                    return Err(wrong(format!(
                        "it was accepted in clock {}, the one before in {accepted}",
                        timed.accepted
                    )));
                }
                if place > older {
                    let deep = usize::from(latency).min(number);
                    (1..=deep as u8).for_each(|depth| self.coverage.hit(Point::Flip { depth }));
                }
            }
            before = Some((timed.accepted, place));
            seen[place] = true;
        }
        self.checks.streamed += answered.len() as u64;
        self.checks.timed += answered.len() as u64;
        self.checks.states += seen.iter().filter(|&&seen| seen).count() as u64;
        Ok(())
    }

    /// A pin is served when the command engine is idle, before the command or behind it: one of the two must explain
    /// everything that is seen.
    fn pin(
        &mut self,
        device: u8,
        clean: bool,
        wait: u16,
        command: Command,
    ) -> Result<(), Mismatch> {
        let reset = Command::DeviceReset { device, clean };
        self.quiet()?;
        let scene = self.scene(command);
        let golden = self.pair.reference().clone();
        let dut = self.pair.device_mut();
        dut.device_reset_after(wait.into(), device, clean)?;
        let done = dut.command(command)?;
        dut.step(u64::from(wait) + SERVED)?;
        let shown = self.shown()?;
        let asids = 0..self.capability().asids;
        // Which removals there were depends on the order, even where nothing else does.
        let epochs: Vec<bool> = (asids.clone())
            .map(|asid| self.device().epoch(asid))
            .collect::<Result<_, _>>()?;
        let mut fits = Vec::new();
        let mut tried = Vec::new();
        for before in [false, true] {
            let mut golden = golden.clone();
            if before {
                golden.execute(reset);
            }
            let told = golden.execute(command);
            if !before {
                golden.execute(reset);
            }
            // The driver reads COMMIT_SEQ behind the end of its command.
            let read = [told.commit_seq, golden.commit_seq()].contains(&done.commit_seq);
            tried.push(told.code);
            let same = asids
                .clone()
                .map(|asid| golden.epoch(asid))
                .eq(epochs.iter().copied().map(Some));
            if told.code == done.code && read && same && shown == shown_of(&mut golden)? {
                fits.push((before, golden));
            }
        }
        // Whether a reset ended the transaction that the command began, or came before it, shows in no register.
        if let [(_, one), (_, other)] = fits.as_mut_slice()
            && one.staging() != other.staging()
        {
            let asid = one.staging().or(other.staging()).unwrap_or_default();
            let abort = Command::SetMapAbort { asid };
            let code = self.device().command(abort)?.code;
            fits.retain_mut(|(_, golden)| golden.execute(abort).code == code);
        }
        let both = fits.len() == 2;
        let Some((before, golden)) = fits.into_iter().next() else {
            return Err(Mismatch(format!(
                "{reset:?} by pin {wait} clocks into {command:x?}, which ended in {:?}: neither order explains it \
                 (codes {tried:?}, behind and before)",
                done.code
            )));
        };
        if !both {
            self.coverage.hit(Point::Pin { before, clean });
        }
        if !before {
            self.coverage.command(scene, command, done.code);
        }
        self.checks.pins += 1;
        self.checks.commands += 1;
        *self.pair.reference_mut() = golden;
        self.compare()
    }

    fn damage(
        &mut self,
        inject: Inject,
        command: Command,
        seed: u64,
        count: u32,
    ) -> Result<(), Mismatch> {
        if self.pair.reference().staging().is_some() {
            return Ok(());
        }
        self.device().inject(Some(inject))?;
        let code = self.pair.command(command)?.code;
        self.agreed()?;
        let happened = !self.device().injecting()? && code == Code::Ok;
        self.device().inject(None)?;
        if !happened {
            return self.compare();
        }
        self.was_damaged = true;
        let (site, word) = match inject.site {
            Site::Search(_) => (0, None),
            Site::Key => (1, Some(Word::Key)),
            Site::Payload => (2, Some(Word::Payload)),
        };
        let golden = self.pair.reference_mut();
        if let Some(word) = word
            && !golden.damage(inject.index.into(), word)
        {
            return Err(Mismatch(format!("{inject:?} hit what is not there")));
        }
        self.compare()?;
        // Which accesses meet a key of the search the golden model does not know: those may be refused for it.
        let mut found = false;
        for request in requests(self.capability(), seed, count as usize) {
            if self.pair.reference().held(request.group) {
                continue;
            }
            let (golden, dut) = self.pair.both_mut();
            let (expected, got) = (golden.translate(request)?, dut.translate(request)?);
            golden.release(expected.tag)?;
            dut.release(got.tag)?;
            let refused = Response {
                result: Err(Fault::Parity),
                map_last: 0,
                ..expected
            };
            if got != expected && (word.is_some() || got != refused) {
                return Err(Mismatch(format!(
                    "{request:x?} with {inject:?}: expected {expected:x?}, got {got:x?}"
                )));
            }
            found |= got.result == Err(Fault::Parity);
            self.checks.damaged += 1;
        }
        self.coverage.hit(Point::Damage { site, found });
        for asid in 0..self.capability().asids {
            self.command(Command::Recover { asid })?;
        }
        Ok(())
    }

    fn power_off(&mut self, seed: u64, count: u32, wait: u16) -> Result<(), Mismatch> {
        let capability = self.capability();
        let asked = requests(capability, seed, count as usize);
        let traffic: Vec<Traffic> = asked.iter().copied().map(Traffic::steady).collect();
        let first = self.device().queue_requests(&traffic)?;
        self.device().step(wait.into())?;
        let busy = self.device().pending_requests() > 0;
        // What was answered until then is right all the same.
        let asked: BTreeMap<u64, Request> = (first..).zip(asked).collect();
        for timed in self.device().drain_responses()? {
            let Some(&request) = asked.get(&timed.id) else {
                return Err(Mismatch(format!("an answer to request {}", timed.id)));
            };
            let expected = self.pair.reference().peek(request);
            if timed.response != expected {
                return Err(Mismatch(format!(
                    "{request:x?} before power-on reset: expected {expected:x?}, got {:x?}",
                    timed.response
                )));
            }
            self.checks.timed += 1;
        }
        self.device().power_on_reset()?;
        *self.pair.reference_mut() = Device::new(capability);
        self.in_flight.clear();
        self.policies.fill(DevicePolicy::default());
        self.locked = false;
        self.was_damaged = false;
        self.coverage.hit(Point::PowerOn { traffic: busy });
        self.checks.power_ons += 1;
        self.compare()
    }

    fn scene(&self, command: Command) -> Scene {
        Scene::of(self.pair.reference(), command, !self.in_flight.is_empty())
    }

    fn shown(&mut self) -> Result<Shown, Mismatch> {
        shown_of(self.pair.device_mut())
    }

    /// Compares everything that can be read.
    fn compare(&mut self) -> Result<(), Mismatch> {
        self.pair.check_all()?;
        self.agreed()
    }

    fn agreed(&self) -> Result<(), Mismatch> {
        match self.pair.divergences().first() {
            None => Ok(()),
            Some(divergence) => Err(Mismatch(divergence.to_string())),
        }
    }
}

/// What a device shows of itself.
fn shown_of(device: &mut impl RegIf) -> Result<Shown, Mismatch> {
    let Capability { asids, groups, .. } = device.capability();
    let spaces = (0..asids).map(|asid| device.address_space(asid));
    let spaces = spaces.collect::<Result<_, _>>()?;
    let groups = (0..groups).map(|group| device.group(group));
    Ok((spaces, groups.collect::<Result<_, _>>()?))
}

/// Nothing that the RTL shows has changed: no mode, no entry, and of a refused command no group and not COMMIT_SEQ.
fn same(before: &Shown, now: &Shown, refused: bool) -> Result<(), String> {
    let parts = |space: &AddressSpace| -> (Mode, Vec<_>) { (space.mode, space.entries.clone()) };
    for (asid, (old, new)) in before.0.iter().zip(&now.0).enumerate() {
        if parts(old) != parts(new) || refused && old.commit_seq != new.commit_seq {
            return Err(format!(
                "address space {asid:#x} was {old:x?} and is {new:x?}"
            ));
        }
    }
    if refused && before.1 != now.1 {
        return Err(format!("groups were {:x?} and are {:x?}", before.1, now.1));
    }
    Ok(())
}

/// Takes events, and commands inside of events, out of a sequence for as long as it `fails`.
pub(super) fn shorten(events: Vec<Event>, mut fails: impl FnMut(&[Event]) -> bool) -> Vec<Event> {
    let mut events = shrink(events, &mut fails);
    for place in 0..events.len() {
        let mut trial = events.clone();
        let Some(commands) = trial[place].commands_mut().map(std::mem::take) else {
            continue;
        };
        let few = shrink(commands, |few: &[Command]| {
            if let Some(commands) = trial[place].commands_mut() {
                *commands = few.to_vec();
            }
            fails(&trial)
        });
        if let Some(commands) = events[place].commands_mut() {
            *commands = few;
        }
    }
    events
}
