// SPDX-License-Identifier: Apache-2.0
//! Posted commands: the driver fills the queue while the engine works, and collects the codes behind it.
//!
//! CODES keeps the last 32 codes, so that at most 32 commands may be posted whose codes have not been read: with that
//! rule no code is overwritten before it has been collected, however late the driver comes.

use super::Registers;
use super::bus::{Transport, Words};
use super::command::push_arguments;
use super::doorbell::{Doorbell, code};
use super::ffi::BusWord;
use crate::regif::{Code, Command, Completion, RegError};

/// Codes that CODES holds.
const KEPT: usize = 32;

/// What is known of the commands of one [`Registers::post_run`].
struct Progress {
    /// RESULT.seq before the first of them.
    before: u16,
    /// How many have been posted.
    posted: usize,
    /// POST_STATUS.free, less what has been posted since.
    free: usize,
    /// Their codes, as far as they have been collected.
    codes: Vec<Code>,
    /// COMMIT_SEQ, read when all had completed.
    commit_seq: u32,
}

impl Progress {
    /// Commands that have been posted, and whose codes have not been read.
    fn uncollected(&self) -> usize {
        self.posted - self.codes.len()
    }
}

/// POST takes it; the others are for CMD.
fn postable(command: &Command) -> bool {
    matches!(
        command,
        Command::Map { .. } | Command::Unmap { .. } | Command::SetMapEntry { .. }
    )
}

/// Adds one to COMMIT_SEQ when it is accepted.
fn commits(command: &Command) -> bool {
    matches!(command, Command::Map { .. } | Command::Unmap { .. })
}

impl<T: Transport> Registers<T> {
    /// Executes `commands` in their order: those that can be are posted, the others wait for these.
    pub fn post_all(&mut self, commands: &[Command]) -> Result<Vec<Completion>, RegError> {
        let mut completions = Vec::with_capacity(commands.len());
        for run in commands.chunk_by(|a, b| postable(a) && postable(b)) {
            match run {
                [command] if !postable(command) => completions.push(self.command(*command)?),
                run => completions.extend(self.post_run(run)?),
            }
        }
        Ok(completions)
    }

    /// Posts commands that can be.
    fn post_run(&mut self, run: &[Command]) -> Result<Vec<Completion>, RegError> {
        // Even if all are refused: that nothing has changed is for the reader of the table to see.
        self.table = None;
        let Progress {
            before,
            codes,
            commit_seq,
            ..
        } = self.as_driver(|registers| registers.stream(run))?;
        self.result_seq = Some(before.wrapping_add(run.len() as u16));
        // Counted back from the end, because a reset by pin may have come before the first.
        let mut seq = commit_seq;
        let mut completions: Vec<Completion> = Vec::with_capacity(run.len());
        for (command, &code) in run.iter().zip(&codes).rev() {
            completions.push(Completion {
                code,
                commit_seq: seq,
            });
            if code == Code::Ok && commits(command) {
                seq = seq.wrapping_sub(1);
            }
        }
        completions.reverse();
        Ok(completions)
    }

    fn stream(&mut self, run: &[Command]) -> Result<Progress, RegError> {
        let mut progress = Progress {
            before: match self.result_seq.take() {
                Some(seq) => seq,
                None => {
                    let mut words = self.outcome();
                    self.wait_idle(&mut words)?;
                    words.map().result().try_read()?.seq()
                }
            },
            posted: 0,
            free: usize::from(self.batch),
            codes: Vec::with_capacity(run.len()),
            commit_seq: 0,
        };
        // An error leaves nothing known.
        let mut arguments = std::mem::take(&mut self.arguments);
        while progress.posted < run.len() {
            let room = progress.free.min(KEPT - progress.uncollected());
            let rest = run.get(progress.posted..).unwrap_or_default();
            let now = rest.get(..room.min(rest.len())).unwrap_or_default();
            let mut writes: Vec<BusWord> = Vec::new();
            for &command in now {
                let doorbell = Doorbell::from(command);
                push_arguments(&mut writes, &mut arguments, doorbell)?;
                writes.extend(doorbell.post()?.into_vec());
            }
            if !now.is_empty() {
                self.bus.write_all(&writes)?;
                progress.posted += now.len();
                progress.free -= now.len();
            }
            if progress.posted < run.len() {
                self.wait_room(&mut progress)?;
            }
        }
        self.arguments = arguments;
        let start = self.bus.now();
        let mut last = Words::default()
            .ask(self.bus.map().status())
            .ask(self.bus.map().commit_seq());
        self.wait_idle(&mut last)?;
        self.driver_clocks.command += self.bus.now() - start;
        progress.commit_seq = last.map().commit_seq().try_read()?.seq();
        self.collect_codes(&mut progress)?;
        match progress.codes.len() == run.len() {
            true => Ok(progress),
            false => Err(RegError::Protocol(format!(
                "{:#x} commands were posted, and nothing is busy after {:#x} results",
                run.len(),
                progress.codes.len()
            ))),
        }
    }

    /// Waits until another command may be posted. That it may at the first look is bus time, like the writes.
    fn wait_room(&mut self, progress: &mut Progress) -> Result<(), RegError> {
        let start = self.bus.now();
        let mut waited = 0;
        loop {
            let mut words = Words::default().ask(self.bus.map().post_status());
            self.bus.read_all(&mut words)?;
            progress.free = usize::from(words.map().post_status().try_read()?.free());
            if progress.free > 0 {
                if progress.uncollected() + progress.free > KEPT {
                    self.collect_codes(progress)?;
                }
                if progress.uncollected() < KEPT {
                    break;
                }
            }
            waited = self.bus.now() - start;
            if waited > self.patience() {
                return Err(RegError::Timeout {
                    what: "a place for another posted command (POST_STATUS.free)".to_owned(),
                    clocks: waited,
                });
            }
        }
        self.driver_clocks.command += waited;
        Ok(())
    }

    /// Reads the codes of what has completed since they were last read.
    fn collect_codes(&mut self, progress: &mut Progress) -> Result<(), RegError> {
        let map = self.bus.map();
        // RESULT first: what it counts is in CODES by then.
        let mut words = Words::default().ask(map.result());
        for register in map.codes() {
            words = words.ask(register);
        }
        self.bus.read_all(&mut words)?;
        let map = words.map();
        let seq = map.result().try_read()?.seq();
        let completed = usize::from(seq.wrapping_sub(progress.before));
        // A run may be longer than RESULT.seq can count.
        let completed = progress.codes.len()
            + (completed.wrapping_sub(progress.codes.len()) & usize::from(u16::MAX));
        if completed > progress.posted {
            return Err(RegError::Protocol(format!(
                "RESULT.seq counts {completed:#x} of {:#x} posted commands",
                progress.posted
            )));
        }
        let mut kept = Vec::with_capacity(KEPT);
        for register in map.codes() {
            let four = register.try_read()?;
            kept.extend([four.code0(), four.code1(), four.code2(), four.code3()]);
        }
        while progress.codes.len() < completed {
            // The first has the number after `before`.
            let number = usize::from(progress.before) + progress.codes.len() + 1;
            let kept = kept.get(number % KEPT).cloned().ok_or_else(|| {
                RegError::Protocol(format!("CODES has no place for command {number:#x}"))
            })?;
            progress.codes.push(code(kept)?);
        }
        Ok(())
    }
}
